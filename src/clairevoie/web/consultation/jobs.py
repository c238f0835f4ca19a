"""Jobs of the worker: each only calls a service. They wait in the same database as the rest."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING or not find_spec("django.tasks"):
    from django_tasks import task
else:
    from django.tasks import task


@task()
def send_notices() -> None:
    """Send the e-mails that wait."""
    from clairevoie.web.consultation.services.notices import send_waiting

    send_waiting()

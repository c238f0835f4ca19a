"""Jobs of the worker: each only calls a service. They wait in the same database as the rest."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from clairevoie.web.decisions.jobs import without_values

if TYPE_CHECKING or not find_spec("django.tasks"):
    from django_tasks import task
else:
    from django.tasks import task


@task()
def audit_journal(run: int) -> None:
    """Do an audit that was asked for."""
    from clairevoie.web.audit.services.running import run_audit

    with without_values():
        run_audit(run)

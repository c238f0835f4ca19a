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
def compute_chances(computation: int) -> None:
    """Compute the fairest chances that were asked for."""
    from clairevoie.web.sortition.services.computing import run_computation

    with without_values():
        run_computation(computation)


@task()
def erase_due_draws() -> None:
    """Erase the data of the draws whose day has come; asked for when a draw is announced."""
    from django.utils import timezone

    from clairevoie.web.sortition.services.erasing import erase_due

    with without_values():
        erase_due(today=timezone.localdate())

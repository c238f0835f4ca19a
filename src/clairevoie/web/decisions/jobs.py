"""Jobs of the worker: each only calls a service. They wait in the same database as the rest."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING or not find_spec("django.tasks"):
    from django_tasks import task
else:
    from django.tasks import task


@task()
def replay_journal(replay: int) -> None:
    """Do a replay that was asked for."""
    from clairevoie.web.decisions.services.replaying import run_replay

    run_replay(replay)


@task()
def index_journal(journal: int) -> None:
    """Index a journal, so that one decision is found at once."""
    from clairevoie.web.decisions.services.receiving import index_data

    index_data(journal)

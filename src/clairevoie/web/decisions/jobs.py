"""Jobs of the worker: each only calls a service. They wait in the same database as the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from traceback import extract_tb
from typing import TYPE_CHECKING

if TYPE_CHECKING or not find_spec("django.tasks"):
    from django_tasks import task
else:
    from django.tasks import task


@contextmanager
def without_values() -> Iterator[None]:
    """Keep the words of an error out of logs and jobs: they may quote a cell of a journal."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, only its kind may be kept
        place = extract_tb(error.__traceback__)[-1]
        kind = f"{type(error).__name__} at {place.filename}, line {place.lineno}"
        raise RuntimeError(kind) from None


@task()
def replay_journal(replay: int) -> None:
    """Do a replay that was asked for."""
    from clairevoie.web.decisions.services.replaying import run_replay

    with without_values():
        run_replay(replay)


@task()
def index_journal(journal: int) -> None:
    """Index a journal, so that one decision is found at once."""
    from clairevoie.web.decisions.services.receiving import index_data

    with without_values():
        index_data(journal)

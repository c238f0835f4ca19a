"""What commands print: results on standard output, problems in one sentence on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

REFUSED = 1


class CommandProblem(Exception):
    """A command that cannot be done; the message says what, where and what to do."""

    def __init__(self, message: str, exit_code: int = REFUSED) -> None:
        self.exit_code = exit_code
        super().__init__(message)


def say(text: str) -> None:
    """Print a line of result."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def say_json(value: Any) -> None:
    """Print one JSON object."""
    say(json.dumps(value, ensure_ascii=False, indent=2))


def complain(text: str) -> None:
    """Print a line about a problem."""
    sys.stderr.write(f"{text}\n")


@contextmanager
def progress_bar(label: str, *, unit: str) -> Iterator[Callable[[int], None]]:
    """Show how many ``unit`` are done, on a terminal only; yields what is told the count."""
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,.0f} {task.fields[unit]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(label, total=None, unit=unit)
        yield lambda count: progress.update(task, completed=count)

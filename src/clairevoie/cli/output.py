"""What commands print: results on standard output, problems in one sentence on standard error."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
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


def write_file(out: Path, content: bytes) -> None:
    """Write a file, whole or not at all.

    Raises:
        CommandProblem: it cannot be written.
    """
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_bytes(content)
        part.replace(out)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise CommandProblem(f"{out} cannot be written ({error.strerror}).") from None


def write_folder(out: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder of files, whole or not at all; nothing that is there is replaced.

    Raises:
        CommandProblem: something is there, or it cannot be written.
    """
    if out.exists() and any(out.iterdir()):
        raise CommandProblem(f"{out} is not empty: choose another folder.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        try:
            for name, content in files.items():
                (part / name).write_bytes(content)
            part.chmod(0o755)
            part.replace(out)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except OSError as error:
        raise CommandProblem(f"{out} cannot be written ({error.strerror}).") from None


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

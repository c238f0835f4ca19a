"""Opening a register from the command line: which format, which mapping, how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from clairevoie.cli.output import CommandProblem, progress_bar

if TYPE_CHECKING:
    from clairevoie.register.exchange import Format, Provenance
    from clairevoie.register.mapping import TableMapping
    from clairevoie.register.reports import Report
    from clairevoie.register.statements import SystemRecord

WRONG_USAGE = 2
STEP = 200


def format_named(key: str) -> Format:
    """Return a format by its key.

    Raises:
        CommandProblem: no such format.
    """
    from clairevoie.register.exchange import FORMATS

    if key not in FORMATS:
        raise CommandProblem(
            f"'{key}' is not a format: choose one of {', '.join(FORMATS)}.", WRONG_USAGE
        )
    return FORMATS[key]


def mapping_named(mapping: str) -> TableMapping:
    """Return a mapping, from a file or by the name of a shipped one.

    Raises:
        CommandProblem: it cannot be opened, or there are mistakes in it.
    """
    from clairevoie.register.mapping import MappingError, load_mapping, shipped_mappings

    try:
        return load_mapping(mapping)
    except MappingError as error:
        mistakes = "".join(f"\n  {problem}." for problem in error.problems)
        raise CommandProblem(f"The mapping {error.name} cannot be used:{mistakes}") from None
    except OSError as error:
        shipped = ", ".join(shipped_mappings())
        raise CommandProblem(
            f"The mapping {mapping} cannot be opened ({error.strerror}): give a file, or one of "
            f"{shipped}.",
            WRONG_USAGE,
        ) from None


def read_records(
    path: Path,
    report: Report,
    *,
    format_key: str = "",
    mapping: str = "",
    encoding: str = "",
    provenance: Provenance | None = None,
) -> Iterator[SystemRecord]:
    """Return the records of a file; without format or mapping, the format is recognised.

    Raises:
        CommandProblem: the format is not known, cannot be read, or the mapping has mistakes.
    """
    from clairevoie.register.building import ANONYMOUS, provenance_problems
    from clairevoie.register.detect import guess_format

    for problem in provenance_problems(provenance or ANONYMOUS):
        raise CommandProblem(f"Wrong option {problem}.", WRONG_USAGE)
    try:
        key = format_key or ("table" if mapping else guess_format(path))
    except OSError as error:
        raise CommandProblem(
            f"{path} cannot be opened ({error.strerror}): check the path.", WRONG_USAGE
        ) from None
    if not key:
        raise CommandProblem(
            f"{path.name} is in no known format: give --format, or a --mapping "
            f"(clairevoie register sniff {path.name} proposes one)."
        )
    found = format_named(key)
    if found.read is None:
        raise CommandProblem(f"The format {key} can be written, not read.", WRONG_USAGE)
    if key == "table" and not mapping:
        raise CommandProblem("The format table needs a --mapping.", WRONG_USAGE)
    return found.read(
        path,
        report,
        provenance=provenance or ANONYMOUS,
        mapping=mapping_named(mapping) if mapping else None,
        encoding=encoding,
    )


def watched(records: Iterator[SystemRecord], label: str) -> Iterator[SystemRecord]:
    """Yield records while a bar on the terminal says how many went by.

    Raises:
        CommandProblem: the file cannot be read to its end.
    """
    with progress_bar(label, unit="systems") as advance:
        try:
            for count, record in enumerate(records, 1):
                if count % STEP == 0:
                    advance(count)
                yield record
        except OSError as error:
            name = f" {error.filename}" if error.filename else ""
            raise CommandProblem(
                f"The file{name} cannot be read ({error.strerror}): check the path.", WRONG_USAGE
            ) from None

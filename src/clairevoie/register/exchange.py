"""The exchange formats: what each is called, and how to read and write it.

A reader yields one record at a time and tells the report what it refuses; a file that cannot be
read at all is a problem of the report too, never an exception (except `OSError`). The caller
decides what a problem means: nothing is taken, or the good records only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Protocol

from clairevoie.register.building import ANONYMOUS, Provenance, TooManyError
from clairevoie.register.formats import (
    aiact,
    atrs,
    dcat,
    directory,
    etalab,
    long,
    nl,
    own,
    table,
    wide,
)
from clairevoie.register.mapping import MappingError, TableMapping
from clairevoie.register.reading import Origin, TableLayout, UnreadableError
from clairevoie.register.reports import Report
from clairevoie.register.statements import SystemRecord

__all__ = ["FORMATS", "Format", "Provenance", "Reader", "Writer", "read_directory"]


class Reader(Protocol):
    """Reads a file of one format.

    ``provenance`` is for formats that do not say who speaks; ``mapping`` is for ``table``;
    ``encoding`` is that of a CSV file without a byte order mark.
    """

    def __call__(
        self,
        origin: Origin,
        report: Report,
        *,
        provenance: Provenance = ANONYMOUS,
        mapping: TableMapping | None = None,
        encoding: str = "",
    ) -> Iterator[SystemRecord]:
        """Yield the good records of a file."""
        ...


class Writer(Protocol):
    """Writes records in one format."""

    def __call__(
        self,
        records: Iterable[SystemRecord],
        stream: BinaryIO,
        report: Report,
        *,
        language: str = "fr",
    ) -> None:
        """Write records; the report says what the format could not carry."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """An exchange format; ``read`` or ``write`` is None where the format does not allow it."""

    key: str
    fr: str
    en: str
    media_type: str
    extension: str
    read: Reader | None = None
    write: Writer | None = None

    def label(self, language: str) -> str:
        """Return the name of the format in ``language``."""
        return self.fr if language == "fr" else self.en


@dataclass(frozen=True, slots=True)
class _Options:
    provenance: Provenance
    mapping: TableMapping | None
    encoding: str


def _reader(read: Callable[[Origin, Report, _Options], Iterator[SystemRecord]]) -> Reader:
    """Give a reader its common signature, and turn an unreadable file into a problem."""

    def guarded(
        origin: Origin,
        report: Report,
        *,
        provenance: Provenance = ANONYMOUS,
        mapping: TableMapping | None = None,
        encoding: str = "",
    ) -> Iterator[SystemRecord]:
        try:
            yield from read(origin, report, _Options(provenance, mapping, encoding))
        except UnreadableError as error:
            report.problem(error.code, str(error), row=error.row)
        except TooManyError as error:
            report.problem("too_many", str(error))

    return guarded


def _read_own(origin: Origin, report: Report, _: _Options) -> Iterator[SystemRecord]:
    if isinstance(origin, str | Path) and Path(origin).is_dir():
        return directory.read(Path(origin), report)
    return own.read(origin, report)


def _read_table(origin: Origin, report: Report, options: _Options) -> Iterator[SystemRecord]:
    if options.mapping is None:
        raise MappingError("(none)", ["a table needs a mapping that says what each column is"])
    return table.read(origin, report, options.mapping)


def _in_wide(
    kind: str,
) -> Callable[[Origin, Report, _Options], Iterator[SystemRecord]]:
    return lambda origin, report, options: wide.read(
        origin, report, options.provenance, TableLayout(kind, options.encoding, delimiter="")
    )


def _in_long(
    kind: str,
) -> Callable[[Origin, Report, _Options], Iterator[SystemRecord]]:
    return lambda origin, report, options: long.read(
        origin, report, TableLayout(kind, options.encoding, delimiter="")
    )


CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
JSON = "application/json"

_FORMATS = (
    Format(
        "clairevoie",
        "JSON de Clairevoie (tout, avec les sources)",
        "Clairevoie's JSON (everything, with sources)",
        JSON,
        "json",
        _reader(_read_own),
        own.write,
    ),
    Format(
        "csv",
        "CSV, une ligne par fiche",
        "CSV, one row a record",
        CSV,
        "csv",
        _reader(_in_wide("csv")),
        wide.write_csv,
    ),
    Format(
        "xlsx",
        "Excel, une ligne par fiche",
        "Excel, one row a record",
        XLSX,
        "xlsx",
        _reader(_in_wide("xlsx")),
        wide.write_xlsx,
    ),
    Format(
        "statements-csv",
        "CSV, une ligne par énoncé, avec les sources",
        "CSV, one row a statement, with sources",
        CSV,
        "csv",
        _reader(_in_long("csv")),
        long.write_csv,
    ),
    Format(
        "statements-xlsx",
        "Excel, une ligne par énoncé, avec les sources",
        "Excel, one row a statement, with sources",
        XLSX,
        "xlsx",
        _reader(_in_long("xlsx")),
        long.write_xlsx,
    ),
    Format(
        "etalab",
        "Inventaire d’Etalab (CSV)",
        "Etalab's inventory (CSV)",
        CSV,
        "csv",
        _reader(lambda origin, report, o: etalab.read(origin, report, o.provenance, o.encoding)),
        etalab.write,
    ),
    Format(
        "nl",
        "Publicatiestandaard néerlandais 1.0 (JSON)",
        "Dutch Publicatiestandaard 1.0 (JSON)",
        JSON,
        "json",
        _reader(lambda origin, report, o: nl.read(origin, report, o.provenance)),
        nl.write,
    ),
    Format(
        "atrs",
        "Norme britannique ATRS 1.1 (CSV)",
        "UK ATRS 1.1 (CSV)",
        CSV,
        "csv",
        _reader(lambda origin, report, o: atrs.read(origin, report, o.provenance, o.encoding)),
        atrs.write,
    ),
    Format(
        "aiact",
        "Règlement sur l’IA, annexe VIII, section C (JSON)",
        "AI Act, Annex VIII, section C (JSON)",
        JSON,
        "json",
        _reader(lambda origin, report, o: aiact.read(origin, report, o.provenance)),
        aiact.write,
    ),
    Format(
        "dcat",
        "Catalogue DCAT-AP (JSON-LD)",
        "DCAT-AP catalogue (JSON-LD)",
        "application/ld+json",
        "jsonld",
        _reader(lambda origin, report, o: dcat.read(origin, report, o.provenance)),
        dcat.write,
    ),
    Format(
        "table",
        "Tableau quelconque, avec une correspondance des colonnes",
        "Any table, with a column mapping",
        CSV,
        "csv",
        _reader(_read_table),
    ),
)

FORMATS: Mapping[str, Format] = MappingProxyType({item.key: item for item in _FORMATS})

read_directory: Reader = _reader(
    lambda origin, report, _: directory.read(Path(str(origin)), report)
)
"""Reads a directory of YAML files: bodies.yaml, sources.yaml and systems_*.yaml."""

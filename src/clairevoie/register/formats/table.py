"""Any table (CSV, XLSX, JSON list of objects) with a column mapping. Read only."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeVar

from clairevoie.register.attributes import body_of, source_of
from clairevoie.register.building import MAX_SYSTEMS, TooManyError
from clairevoie.register.formats.columns import RowContext, Said, TargetReader, target_reader
from clairevoie.register.mapping import TableMapping, pick_reader
from clairevoie.register.reading import (
    SPREADSHEET_ERRORS,
    Origin,
    UnreadableError,
    flatten,
    json_items,
    opened,
    table_rows,
)
from clairevoie.register.reports import Report
from clairevoie.register.statements import (
    BODY_ID_LIMIT,
    SYSTEM_ID_LIMIT,
    Body,
    Source,
    SystemRecord,
    identifier_from,
    slugify,
)
from clairevoie.register.terms import same

CACHED = 20_000
LONGEST_KEY = 4_000

Found = TypeVar("Found")
UNNAMED = "the mapping does not name this column"


def read(origin: Origin, report: Report, mapping: TableMapping) -> Iterator[SystemRecord]:
    """Yield a record for each good row of a table.

    Raises:
        UnreadableError: the file cannot be read.
        TooManyError: more systems than are read at once.
    """
    with opened(origin) as stream:
        if mapping.layout.format == "json":
            header = [*mapping.used_columns(), *mapping.ignored]
            yield from Table(mapping, header, report).records(_objects(stream, mapping, report))
        else:
            rows = table_rows(stream, mapping.layout, report)
            number, found = next(rows)
            header = matched(found, mapping, report, number)
            if report.ok:
                yield from Table(mapping, header, report).records(rows)
        if report.rows == 0 and report.ok:
            report.warning("no_rows", "the file has no row: nothing to read")


def matched(header: list[str], mapping: TableMapping, report: Report, row: int) -> list[str]:
    """Return the header with the mapping's spelling of each column; report what is missing."""
    wanted = {**mapping.used_columns(), **dict.fromkeys(mapping.ignored, False)}
    loose = {same(name): name for name in wanted}
    spelt = [name if name in wanted else loose.get(same(name), name) for name in header]
    for name, times in Counter(spelt).items():
        if times > 1 and name in wanted:
            report.problem(
                "duplicate_column",
                f"{times} columns have this name: rename all but one",
                row=row,
                column=name,
            )
    for name, required in wanted.items():
        if required and name not in spelt:
            report.problem("missing_column", _missing(name, header), row=row, column=name)
    return spelt


def _missing(name: str, header: list[str]) -> str:
    if any("\ufffd" in cell for cell in header):
        return "the file was saved in another encoding: give it, for example encoding: cp1252"
    close = difflib.get_close_matches(name, header, 1)
    if close:
        return f"the file has no such column: is it '{close[0]}'? Correct the mapping"
    shown = ", ".join(header[:12])
    return f"the file has no such column; it has {shown}: correct the mapping or the delimiter"


def _objects(
    stream: BinaryIO, mapping: TableMapping, report: Report
) -> Iterator[tuple[int, list[Any]]]:
    """Yield (rank, cells) of a JSON list, cells in the order of the mapping's columns."""
    used = mapping.used_columns()
    columns = [*used, *mapping.ignored]
    known = frozenset(columns)
    missing = {name for name, required in used.items() if required}
    rank = 0
    for rank, item in json_items(stream, mapping.layout.path):
        try:
            cells = flatten(item) if isinstance(item, dict) else None
        except UnreadableError as error:
            report.problem(error.code, str(error), row=rank)
            continue
        if cells is None:
            report.problem("not_an_item", "an object was expected here", row=rank)
            continue
        missing -= cells.keys()
        for name in cells.keys() - known:
            if cells[name]:
                report.loss(name, UNNAMED)
        yield rank, [cells.get(name, "") for name in columns]
    if rank:
        for name in sorted(missing):
            report.problem(
                "missing_column", "no object of the file has this key: correct it", column=name
            )
    elif mapping.layout.path:
        report.warning("no_rows", f"nothing at '{mapping.layout.path}': check the path of the list")


@dataclass(slots=True)
class _Column:
    """A column that is left out: why, and how many of its cells say something."""

    index: int
    name: str
    reason: str
    count: int = 0


class Table:
    """A mapping made ready for a header: every column is resolved before the first row.

    ``unnamed`` says in the report why a column that the mapping does not have is left out.
    """

    def __init__(
        self,
        mapping: TableMapping,
        header: list[str],
        report: Report,
        unnamed: str = UNNAMED,
    ) -> None:
        self.mapping = mapping
        self.unnamed = unnamed
        self.report = report
        index_of = {name: index for index, name in reversed(list(enumerate(header)))}
        self._row = 0

        def lost(column: str) -> None:
            report.loss(column, "only the first of several values is kept here")

        def reader(pick: Any) -> Callable[[list[str]], str]:
            return pick_reader(pick, index_of, lost)

        self.identifier = [reader(pick) for pick in mapping.system]
        self.body = {key: reader(pick) for key, pick in mapping.body.items()}
        self.source = {key: reader(pick) for key, pick in mapping.source.items()}
        self.common = {key: reader(pick) for key, pick in mapping.statement.items()}
        self.targets: list[TargetReader] = [
            target_reader(target, column, index_of[column], reader)
            for column, targets in mapping.columns.items()
            if column in index_of
            for target in targets
        ]
        self.constants = mapping.constants
        self.left_out = self._left_out(header)
        self._bodies: dict[tuple[str, ...], tuple[Body | None, bool]] = {}
        self._body_by_id: dict[str, Body] = {}
        self._sources: dict[tuple[str, ...], tuple[Source, str]] = {}
        self._rows_of: dict[str, int] = {}

    def _left_out(self, header: list[str]) -> list[_Column]:
        used = self.mapping.used_columns()
        ignored = self.mapping.ignored
        return [
            _Column(index, name, ignored.get(name, self.unnamed if name else "no column name"))
            for index, name in enumerate(header)
            if name not in used
        ]

    def records(self, rows: Iterable[tuple[int, list[Any]]]) -> Iterator[SystemRecord]:
        """Yield the record of each row in which nothing was refused."""
        report = self.report
        in_sheet = self.mapping.layout.format == "xlsx"
        try:
            for number, row in rows:
                report.rows += 1
                for column in self.left_out:
                    if row[column.index]:
                        column.count += 1
                self._row = number
                if in_sheet and not SPREADSHEET_ERRORS.isdisjoint(row):
                    self._spreadsheet_error(row)
                    continue
                record = self._record(row)
                if record is None:
                    report.refused += 1
                    continue
                report.systems += 1
                report.statements += len(record.statements)
                yield record
        finally:
            for column in self.left_out:
                report.loss(column.name, column.reason, column.count)

    def _spreadsheet_error(self, row: list[str]) -> None:
        cell = next(cell for cell in row if cell in SPREADSHEET_ERRORS)
        self._refuse("spreadsheet_error", "", f"the formula of a cell fails ({cell}): correct it")
        self.report.refused += 1

    def _refuse(self, code: str, column: str, message: str) -> None:
        self.report.problem(code, message, row=self._row, column=column)

    def _record(self, row: list[Any]) -> SystemRecord | None:
        body, good = self._body(row)
        said = Said()
        for target in self.targets:
            raw = row[target.index]
            if raw and not target.read(raw, row, said, self._refuse):
                good = False
        if not said.name:
            if not said.name_refused:
                self._refuse("missing", "", "this row gives no name: every system needs one")
            return None
        system = self._system(row, body, said.name)
        context = self._context(row, system, body)
        if not (good and system and context):
            return None
        statements = said.statements(context, self.constants)
        return SystemRecord(
            system, body, tuple(statements), (context.source,) if context.source else ()
        )

    def _system(self, row: list[Any], body: Body | None, name: str) -> str:
        """Return the identifier of the row's system, or "" when it is refused."""
        limit = SYSTEM_ID_LIMIT - len(self.mapping.prefix)
        text = ""
        if self.identifier:
            parts = [read(row).strip() for read in self.identifier]
            text = "-".join(parts) if all(parts) else ""
        if not self.identifier or (not text and self.mapping.named_otherwise):
            text = f"{body.id} {name}" if body else name
        if not text:
            self._refuse("missing", self.mapping.system[0].column, "the identifier is empty")
            return ""
        system = f"{self.mapping.prefix}{identifier_from(text, limit)}"
        earlier = self._rows_of.setdefault(system, self._row)
        if earlier != self._row:
            self._refuse(
                "duplicate",
                self.mapping.system[0].column if self.mapping.system else "",
                f"the system '{system}' is already in row {earlier}: keep one",
            )
            return ""
        if len(self._rows_of) > MAX_SYSTEMS:
            raise TooManyError("systems", MAX_SYSTEMS)
        return system

    def _body(self, row: list[Any]) -> tuple[Body | None, bool]:
        """Return the row's body, and False when it was refused."""
        if not self.body:
            return None, True
        key = tuple(read(row) for read in self.body.values())
        found = self._bodies.get(key)
        if found is None:
            found = self._new_body(dict(zip(self.body, key, strict=True)))
            if found[1]:
                self._bodies = _with(self._bodies, key, found)
        return found

    def _new_body(self, raw: dict[str, str]) -> tuple[Body | None, bool]:
        """Bodies of one identifier are one body, whose name is the first that was read."""
        name = raw["name"].strip()
        if not name:
            return None, True
        prefix = self.mapping.body_prefix
        identifier = identifier_from(raw.get("id") or name, BODY_ID_LIMIT - len(prefix))
        raw = {**raw, "id": f"{prefix}{identifier}"}
        for start, kind in self.mapping.kinds:
            if name.startswith(start):
                raw["kind"] = kind
                break
        column_of = {key: pick.column for key, pick in self.mapping.body.items()}
        body = body_of(
            raw, lambda code, key, text: self._refuse(code, column_of.get(key, key), text)
        )
        if body is None:
            return None, False
        if len(self._body_by_id) >= CACHED:
            self._body_by_id.clear()
        kept = self._body_by_id.setdefault(body.id, body)
        return kept, True

    def _context(self, row: list[Any], system: str, body: Body | None) -> RowContext | None:
        source = self._source(row)
        if self.source and source is None:
            return None
        common = {key: read(row) for key, read in self.common.items()}
        return RowContext.checked(
            system,
            common,
            body=body,
            source=source,
            columns={key: pick.column for key, pick in self.mapping.statement.items()},
            refuse=self._refuse,
            loss=self.report.loss,
        )

    def _source(self, row: list[Any]) -> tuple[Source, str] | None:
        if not self.source:
            return None
        key = tuple(read(row) for read in self.source.values())
        found = self._sources.get(key)
        if found is None:
            raw = dict(zip(self.source, key, strict=True))
            raw.setdefault("id", slugify(f"{raw.get('title', '')} {raw.get('date', '')}"))
            column_of = {name: pick.column for name, pick in self.mapping.source.items()}
            source = source_of(
                raw, lambda code, name, text: self._refuse(code, column_of.get(name, name), text)
            )
            if source is not None:
                found = (source, source.uid().hex)
                self._sources = _with(self._sources, key, found)
        return found


def _with(
    memory: dict[tuple[str, ...], Found], key: tuple[str, ...], found: Found
) -> dict[tuple[str, ...], Found]:
    """Remember what a key gives, within bounds: a full memory starts again."""
    if len(memory) >= CACHED:
        memory = {}
    if sum(map(len, key)) <= LONGEST_KEY:
        memory[key] = found
    return memory

"""Mappings: which column of a table says what. Written in YAML, checked before any row is read."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from clairevoie.register.building import unknown_field
from clairevoie.register.catalogue import FIELD_BY_KEY, VOCABULARIES, Kind, vocabulary_of
from clairevoie.register.reading import TableLayout, UnreadableError
from clairevoie.register.terms import is_term
from clairevoie.register.values import ValueProblem, clean
from clairevoie.register.yaml_text import plain

FORMAT = "clairevoie/mapping"
VERSION = "1.0"
SHIPPED = Path(__file__).parent / "mappings"

_WHOLE = ("header_row",)
_YES_NO = ("html", "optional")
_DELIMITERS = {"tab": "\t", "\\t": "\t"}


class MappingError(ValueError):
    """A mapping that cannot be used; ``problems`` has one plain sentence for each mistake."""

    def __init__(self, name: str, problems: list[str]) -> None:
        self.name = name
        self.problems = problems
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"mapping {name}: {problems[0]}{more}")


@dataclass(frozen=True, slots=True)
class Pick:
    """Where an attribute comes from: a constant ``text``, or a ``column`` of the row.

    ``values`` translates what the column holds; of a text that ``split`` cuts, the first part
    counts; ``after_last`` keeps what follows the last occurrence of a separator.
    """

    text: str = ""
    column: str = ""
    values: Mapping[str, str] | None = None
    split: str = ""
    after_last: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a column says: the field, and how to read its cells.

    Attributes:
        field: key of the catalogue.
        values: {raw cell: value}; an empty value means that the cell says nothing.
        split: separator of several values in a cell.
        date_format: of `datetime.strptime`, such as ``%d/%m/%Y``.
        language: of the text, as a two-letter code.
        html: tags are turned into plain text.
        text: a sentence in which ``{value}`` is replaced by the cell.
        period: the time that the value is about.
        optional: the column may be absent from the file.
        terms: key of the exchange format whose names the cells use for terms.
    """

    field: str
    values: Mapping[str, str] | None = None
    split: str = ""
    date_format: str = ""
    language: str = ""
    html: bool = False
    text: str = ""
    period: Pick | None = None
    optional: bool = False
    terms: str = ""


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A whole mapping.

    Attributes:
        name: of the file, for messages.
        title: what the table is.
        layout: how the table is written.
        system: columns that identify a system; empty for the slug of its name.
        prefix: put before the identifier of each system.
        body: {attribute of `Body`: pick}; empty when the table does not say.
        kinds: (beginning of a body's name, kind) pairs, tried in order.
        body_prefix: put before the identifier of each body.
        source: {attribute of `Source`: pick}; empty when there is none.
        statement: {speaker, capacity, date, language or locator: pick}.
        columns: {column: targets}.
        ignored: {column: why it is left out}.
        constants: (field, value) pairs said of every system.
        named_otherwise: a row without identifier is named after its body and its name.
    """

    name: str
    title: str
    layout: TableLayout
    system: tuple[Pick, ...]
    prefix: str
    body: Mapping[str, Pick]
    kinds: tuple[tuple[str, str], ...]
    body_prefix: str
    source: Mapping[str, Pick]
    statement: Mapping[str, Pick]
    columns: Mapping[str, tuple[Target, ...]]
    ignored: Mapping[str, str]
    constants: tuple[tuple[str, str], ...]
    named_otherwise: bool = False

    def picks(self) -> Iterator[Pick]:
        """Yield every pick of the mapping."""
        yield from self.system
        for group in (self.body, self.source, self.statement):
            yield from group.values()
        for targets in self.columns.values():
            yield from (target.period for target in targets if target.period)

    def used_columns(self) -> dict[str, bool]:
        """Return {column: required} for every column that the mapping reads."""
        used = {pick.column: True for pick in self.picks() if pick.column}
        for column, targets in self.columns.items():
            used[column] = used.get(column, False) or not all(item.optional for item in targets)
        return used


def shipped_mappings() -> dict[str, Path]:
    """Return {name: path} of the mappings that come with the program."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.yaml"))}


def load_mapping(path: str | Path) -> TableMapping:
    """Read a mapping from a file, or by the name of one that is shipped.

    Raises:
        MappingError: not YAML, not a mapping, or a mistake in it.
        OSError: the file cannot be opened.
    """
    shipped = shipped_mappings().get(str(path))
    file = shipped or Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise MappingError(file.name, ["the file is not in UTF-8: save it again"]) from None
    return parse_mapping(text, file.name)


def parse_mapping(text: str, name: str) -> TableMapping:
    """Read a mapping from its YAML text; ``name`` is said in messages.

    Raises:
        MappingError: not YAML, not a mapping, or a mistake in it.
    """
    from clairevoie.register.formats.mapping_schema import schema_problems

    try:
        raw = plain(text, name)
    except UnreadableError as error:
        raise MappingError(name, [str(error)]) from None
    if not isinstance(raw, dict):
        raise MappingError(name, ["the file is empty, or is a list: see docs/reference/formats.md"])
    _typed(raw)
    problems = schema_problems(raw)
    if problems:
        raise MappingError(name, problems)
    mapping = _built(raw, name)
    problems = list(_mistakes(mapping))
    if problems:
        raise MappingError(name, problems)
    return mapping


def _typed(item: Any) -> None:
    """Turn the few numbers and yes/no of a mapping from text into what they are."""
    if isinstance(item, list):
        for inner in item:
            _typed(inner)
    if not isinstance(item, dict):
        return
    for key, value in item.items():
        if key in _WHOLE and isinstance(value, str) and value.isdigit() and value.isascii():
            item[key] = int(value)
        elif key in _YES_NO and value in {"true", "false", "yes", "no"}:
            item[key] = value in {"true", "yes"}
        elif isinstance(value, dict | list):
            _typed(value)


def _pick(raw: str | dict[str, Any]) -> Pick:
    return Pick(text=raw) if isinstance(raw, str) else Pick(**raw)


def _picks(raw: dict[str, Any], *leave_out: str) -> dict[str, Pick]:
    return {key: _pick(value) for key, value in raw.items() if key not in leave_out}


def _target(raw: str | dict[str, Any]) -> Target:
    if isinstance(raw, str):
        return Target(field=raw)
    period = raw.get("period")
    return Target(**{**raw, "period": _pick(period) if period else None})


def _built(raw: dict[str, Any], name: str) -> TableMapping:
    file = raw.get("file", {})
    delimiter = file.get("delimiter", "\t" if file.get("format") == "tsv" else ",")
    layout = TableLayout(
        format="csv" if file.get("format") == "tsv" else file.get("format", "csv"),
        encoding=file.get("encoding", ""),
        delimiter=_DELIMITERS.get(delimiter, delimiter),
        quote=file.get("quote", '"'),
        sheet=file.get("sheet", ""),
        header_row=file.get("header_row", 1),
        path=file.get("path", ""),
    )
    system = raw.get("system", {})
    after_last = system.get("after_last", "")
    columns: dict[str, tuple[Target, ...]] = {}
    ignored: dict[str, str] = {}
    for column, said in raw["columns"].items():
        if isinstance(said, dict) and "ignore" in said:
            ignored[column] = said["ignore"]
        else:
            columns[column] = tuple(
                _target(item) for item in (said if isinstance(said, list) else [said])
            )
    body = raw.get("body", {})
    return TableMapping(
        name=name,
        title=raw.get("title", ""),
        layout=layout,
        system=tuple(
            Pick(column=column, after_last=after_last) for column in system.get("columns", [])
        ),
        prefix=system.get("prefix", ""),
        body=_picks(body, "kind_when_name_starts", "prefix"),
        kinds=tuple(body.get("kind_when_name_starts", {}).items()),
        body_prefix=body.get("prefix", ""),
        source=_picks(raw.get("source", {})),
        statement=_picks(raw.get("statement", {})),
        columns=columns,
        ignored=ignored,
        constants=tuple(raw.get("constants", {}).items()),
    )


def _mistakes(mapping: TableMapping) -> Iterator[str]:
    """Yield one sentence a mistake that the schema cannot see."""
    for column, targets in mapping.columns.items():
        for target in targets:
            yield from (f"columns, {column}: {text}" for text in _target_mistakes(target))
    for key, value in mapping.constants:
        field = FIELD_BY_KEY.get(key)
        if field is None:
            yield f"constants: {unknown_field(key)}"
            continue
        try:
            clean(field, value)
        except ValueProblem as problem:
            yield f"constants, {key}: {problem}"
    yield from _attribute_mistakes(mapping)
    named = {target.field for targets in mapping.columns.values() for target in targets}
    named.update(key for key, _ in mapping.constants)
    if "name" not in named:
        yield "columns: no column gives the field 'name': every system needs one"
    if mapping.source and not {"kind", "title"} <= mapping.source.keys():
        yield "source: write its kind and its title"
    if mapping.body and "name" not in mapping.body:
        yield "body: say where its name comes from"


def _target_mistakes(target: Target) -> Iterator[str]:
    field = FIELD_BY_KEY.get(target.field)
    if field is None:
        yield unknown_field(target.field)
        return
    vocabulary = vocabulary_of(field)
    if vocabulary:
        for raw, value in (target.values or {}).items():
            if value and not is_term(vocabulary, value):
                close = difflib.get_close_matches(value, vocabulary.codes(), 1)
                advice = f"did you mean '{close[0]}'?" if close else ", ".join(vocabulary.codes())
                yield f"'{raw}': '{value}' is not a term of {vocabulary.key}: {advice}"
    if target.date_format and field.kind is not Kind.DATE:
        yield f"date_format: '{field.key}' is not a date"
    if target.text and "{value}" not in target.text:
        yield "text: write {value} where the cell goes"
    if target.date_format:
        try:
            date(2000, 12, 31).strftime(target.date_format)
        except ValueError:
            yield f"date_format: '{target.date_format}' is not a format such as %d/%m/%Y"


_CHOICES: Mapping[tuple[str, str], str] = {
    ("body", "kind"): "body_kind",
    ("source", "kind"): "source_kind",
    ("statement", "capacity"): "capacity",
}


def _attribute_mistakes(mapping: TableMapping) -> Iterator[str]:
    for (group, key), name in _CHOICES.items():
        pick = getattr(mapping, group).get(key)
        if pick is None:
            continue
        given = list((pick.values or {}).values()) if pick.column else [pick.text]
        if (group, key) == ("body", "kind"):
            given += [kind for _, kind in mapping.kinds]
        codes = VOCABULARIES[name].codes()
        for code in given:
            if code and code not in codes:
                yield f"{group}, {key}: '{code}' is not one of {', '.join(codes)}"


def pick_reader(
    pick: Pick, index_of: Mapping[str, int], lost: Callable[[str], None]
) -> Callable[[list[Any]], str]:
    """Return a function that gives the attribute of a row; absent columns give "".

    ``lost`` is told the column of which only the first part was kept.
    """
    if not pick.column:
        text = pick.text
        return lambda row: text
    index = index_of.get(pick.column)
    if index is None:
        return lambda row: ""
    at = index

    def read_one(row: list[Any]) -> str:
        cell = row[at]
        if cell.__class__ is str:
            return str(cell)
        if len(cell) > 1:
            lost(pick.column)
        return str(cell[0]) if cell else ""

    if not (pick.values or pick.split or pick.after_last):
        return read_one

    def read(row: list[Any]) -> str:
        raw = read_one(row).strip()
        if pick.values and raw in pick.values:
            return pick.values[raw]
        if pick.split and pick.split in raw:
            first, _, rest = raw.strip(pick.split).partition(pick.split)
            raw = first.strip()
            if rest.strip():
                lost(pick.column)
        if pick.after_last:
            raw = raw.rstrip(pick.after_last).rpartition(pick.after_last)[2]
        return raw

    return read

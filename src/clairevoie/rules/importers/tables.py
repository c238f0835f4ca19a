"""From the tables of another tool to a rule set: names, types, domains, the table kind's checks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from clairevoie.rules.building import Builder
from clairevoie.rules.importers.cells import Cell, Literals, literal_text, literal_types
from clairevoie.rules.importers.imported import (
    About,
    Imported,
    imported,
    label,
    refuse,
    safe_name,
    safe_names,
)
from clairevoie.rules.kinds.table import build
from clairevoie.rules.model import Category, Input, InputType, Outcome, RulesProblem

MONEY = 2
"""Decimals kept of a number when the table has fewer: an export does not say."""

_PLAIN = re.compile(r"(?!not\b)[^\W_]([\w '’./-]*\w)?")
_RESERVED = {"missing", "true", "false"}


@dataclass(frozen=True, slots=True)
class Declared:
    """What the origin says of an input: its type, its allowed values, its label."""

    type: InputType | None = None
    values: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One row: its cells and its results, in the order of the table's."""

    id: str
    cells: tuple[Cell | None, ...]
    results: tuple[Literals, ...]
    note: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A table as the origin has it; ``hit`` and ``aggregate`` are already ours."""

    id: str
    label: str
    hit: str
    reads: tuple[str, ...]
    gives: tuple[str, ...]
    rows: tuple[DraftRow, ...]
    aggregate: str = ""
    default: tuple[Literals, ...] | None = None


def rule_set_of(
    drafts: Sequence[Draft],
    about: About,
    *,
    declared: Mapping[str, Declared],
    losses: Iterable[str] = (),
    title: str = "",
) -> Imported:
    """Return the rule set of tables that are in the order of their evaluation.

    Raises:
        RulesProblem: values of several types in one column, or what the table kind refuses.
    """
    told = list(losses)
    given = {name for draft in drafts for name in draft.gives}
    read = dict.fromkeys(name for draft in drafts for name in draft.reads if name not in given)
    names = safe_names([*read, *dict.fromkeys(name for draft in drafts for name in draft.gives)])
    categories = _category_names(drafts, declared, told)
    inputs = [
        _input(name, names[name], drafts, declared.get(name, Declared()), categories, told)
        for name in read
    ]
    types = {name: _output_type(name, drafts) for name in given}
    last = drafts[-1]
    listed = last.hit == "collect" and last.aggregate == "list"
    numbers = [name for name in last.gives if types[name] == "decimal"]
    answers = [name for name in last.gives if types[name] == "category"]
    outcomes: list[Outcome] = []
    data: dict[str, Any] = {"tables": [_table(draft, names, types, categories) for draft in drafts]}
    if len(numbers) == 1 and not listed:
        data["result"] = names[numbers[0]]
    if len(answers) == 1 and not listed:
        data["decision"] = names[answers[0]]
        values = _results(answers[0], [last])
        outcomes = [
            Outcome(categories[one], label(one)) for one in dict.fromkeys(cast("list[str]", values))
        ]
    ids = [draft.id for draft in drafts]
    if len(set(ids)) < len(ids):
        raise refuse("tables", "two tables have the same name: rename one")
    keep = Builder(inputs=inputs, outcomes=outcomes, bases={}, prefix="table")
    content = build(data, keep)
    if keep.problems:
        raise RulesProblem(*keep.problems)
    return imported(about, "table", content, inputs, losses=told, outcomes=outcomes, title=title)


def _category_names(
    drafts: Sequence[Draft], declared: Mapping[str, Declared], told: list[str]
) -> dict[str, str]:
    """The name of each category in the rules: its own, if a condition can be written with it."""
    seen: dict[str, None] = {}
    for one in declared.values():
        seen |= dict.fromkeys(one.values)
    for draft in drafts:
        for row in draft.rows:
            cells = [value for cell in row.cells if cell is not None for value in cell.literals()]
            seen |= dict.fromkeys(
                value for value in (*cells, *row.results) if isinstance(value, str)
            )
        seen |= dict.fromkeys(value for value in draft.default or () if isinstance(value, str))
    found: dict[str, str] = {}
    for value in seen:
        plain = _PLAIN.fullmatch(value) is not None and value not in _RESERVED
        name = value if plain else safe_name(value)
        while name in found.values():
            name += "_2"
        found[value] = name
        if name != value:
            told.append(f"the value '{value}' is called '{name}' in the rules")
    return found


def _written(name: str, drafts: Sequence[Draft]) -> list[Literals]:
    """The values that the cells of an input have, in their order."""
    found: dict[Literals, None] = {}
    for draft in drafts:
        if name not in draft.reads:
            continue
        column = draft.reads.index(name)
        for row in draft.rows:
            cell = row.cells[column]
            if cell is not None:
                found |= dict.fromkeys(cell.literals())
    return list(found)


def _input(
    original: str,
    name: str,
    drafts: Sequence[Draft],
    declared: Declared,
    categories: Mapping[str, str],
    told: list[str],
) -> Input:
    written = _written(original, drafts)
    types = literal_types(written)
    if len(types) > 1:
        raise refuse(
            original, f"its cells have values of several types ({', '.join(sorted(types))})"
        )
    kind = declared.type or cast("InputType", next(iter(types), "category"))
    if types and kind == "integer" and types == {"decimal"}:
        types = {"integer"}
    if types and kind not in types:
        raise refuse(original, f"it is declared {kind}, and its cells are of type {types.pop()}")
    decimals = 0
    if kind == "decimal":
        decimals = max([MONEY, *(_decimals(one) for one in written)])
        told.append(
            f"'{original}' is read as a number of {decimals} decimals: the export does not say"
        )
    values = declared.values or tuple(one for one in written if isinstance(one, str))
    if kind == "category":
        if not values:
            raise refuse(original, "no cell and no list says which values it may have")
        if not declared.values:
            told.append(f"the values of '{original}' are those of the cells: complete its domain")
    return Input(
        name=name,
        type=kind,
        label=label(declared.label or original),
        question=label(declared.label or original),
        help={},
        unit={},
        decimals=decimals,
        categories=tuple(Category(categories[one], label(one)) for one in values)
        if kind == "category"
        else (),
        required=False,
    )


def _decimals(value: Literals) -> int:
    if not isinstance(value, Decimal):
        return 0
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _results(name: str, drafts: Sequence[Draft]) -> list[Literals]:
    found = []
    for draft in drafts:
        if name in draft.gives:
            column = draft.gives.index(name)
            found += [row.results[column] for row in draft.rows]
            found += [draft.default[column]] if draft.default is not None else []
    return [one for one in found if one is not None]


def _output_type(name: str, drafts: Sequence[Draft]) -> str:
    types = literal_types(_results(name, drafts))
    if types == {"date"}:
        raise refuse(name, "a table cannot give a date: give the day's name, or a number")
    if len(types) > 1:
        raise refuse(name, f"it is given values of several types ({', '.join(sorted(types))})")
    return next(iter(types), "category")


def _table(
    draft: Draft, names: Mapping[str, str], types: Mapping[str, str], categories: Mapping[str, str]
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": draft.id,
        "label": draft.label,
        "hit": draft.hit,
        "inputs": [names[name] for name in draft.reads],
        "outputs": [
            {"name": names[name], "label": name, "type": types[name]} for name in draft.gives
        ],
        "rows": [_row(draft, row, names, categories) for row in draft.rows],
    }
    if draft.aggregate:
        data["aggregate"] = draft.aggregate
    if draft.default is not None:
        data["default"] = _then(draft, draft.default, names, categories)
    return data


def _row(
    draft: Draft, row: DraftRow, names: Mapping[str, str], categories: Mapping[str, str]
) -> dict[str, Any]:
    when: dict[str, Any] = {}
    for name, cell in zip(draft.reads, row.cells, strict=True):
        if cell is not None:
            try:
                when[names[name]] = cell.texts(categories)
            except ValueError as error:
                raise refuse(f"{draft.id}, {row.id}, {name}", str(error)) from None
    data: dict[str, Any] = {"id": row.id, "when": when}
    data["then"] = _then(draft, row.results, names, categories)
    if row.note:
        data["note"] = row.note
    if row.basis:
        data["basis"] = {"article": row.basis}
    return data


def _then(
    draft: Draft,
    results: Sequence[Literals],
    names: Mapping[str, str],
    categories: Mapping[str, str],
) -> dict[str, Any]:
    return {
        names[name]: literal_text(value, categories) if isinstance(value, str) else value
        for name, value in zip(draft.gives, results, strict=True)
        if value is not None
    }

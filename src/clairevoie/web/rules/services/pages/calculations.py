"""Decision tables and formulas, element by element."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clairevoie.rules.content import (
    DecisionTables,
    Formula,
    Output,
    Parameter,
    Table,
)
from clairevoie.rules.model import RuleSet, Value
from clairevoie.web.rules.services.pages.elements import (
    Element,
    Pairs,
    RowView,
    Section,
    TableView,
    anchor,
    line_of,
    rounding_lines,
    shown_basis,
    threshold_section,
)
from clairevoie.web.rules.services.pages.words import Words


def table_sections(content: DecisionTables, words: Words, rules: RuleSet) -> Iterator[Section]:
    """Yield the tables of a version, each a table, and the thresholds."""
    yield Section(
        "tableaux", _("Tables"), tables=tuple(_table(each, words) for each in content.tables)
    )
    yield threshold_section(content.thresholds, words, rules)


def _how(table: Table) -> str:
    if table.hit == "first":
        return _("Read from the top: the first row that fits is used.")
    if table.hit == "unique":
        return _("One row only can fit: that one is used.")
    return {
        "sum": _("All the rows that fit are used, and their results are added up."),
        "min": _("Among the rows that fit, the smallest result is kept."),
        "max": _("Among the rows that fit, the largest result is kept."),
        "count": _("The rows that fit are counted."),
        "list": _("All the rows that fit are kept."),
    }[table.aggregate]


def _output(value: Value, out: Output, words: Words) -> str:
    if value is None:
        return "–"
    if out.type == "decimal" and isinstance(value, Decimal | int):
        return words.amount(value, words.say(out.unit))
    return words.value(value)


def _table(table: Table, words: Words) -> TableView:
    names = list(dict.fromkeys(c.name for row in table.rows for c in row.conditions))

    def outputs(values: Sequence[Value]) -> tuple[str, ...]:
        return tuple(
            _output(value, out, words) for value, out in zip(values, table.outputs, strict=True)
        )

    rows = []
    for row in table.rows:
        said = {each.name: words.condition(each) for each in row.conditions}
        rows.append(
            RowView(
                anchor("row", table.id, row.id),
                row.id,
                tuple(said.get(name, _("any")) for name in names),
                outputs(row.outputs),
                shown_basis(words, row.basis),
                words.say(row.note),
            )
        )
    if table.default is not None:
        rows.append(
            RowView(
                anchor("default", table.id),
                _("otherwise"),
                tuple(_("otherwise") for _name in names),
                outputs(table.default),
                shown_basis(words, table.default_basis),
                "",
            )
        )
    return TableView(
        anchor("table", table.id),
        words.say(table.label),
        _how(table),
        tuple(
            (anchor("input", n) if n in words.inputs else "", words.input_label(n)) for n in names
        ),
        tuple(words.say(out.label) for out in table.outputs),
        tuple(rows),
    )


def formula_sections(content: Formula, words: Words, rules: RuleSet) -> Iterator[Section]:
    """Yield the steps of a formula, its parameters, and the thresholds."""
    yield Section(
        "etapes",
        _("Calculation, step by step"),
        elements=tuple(
            Element(
                anchor("step", step.id),
                words.say(step.label),
                (
                    SafeString("= " + words.expression(step.expression.text)),
                    *rounding_lines(step.rounding, words),
                    *((line_of(_("This is the result.")),) if step.id == content.result else ()),
                ),
                basis=shown_basis(words, step.basis),
            )
            for step in content.steps
        ),
    )
    yield Section(
        "parametres",
        _("Parameters"),
        _("The numbers that the law or the decision sets."),
        tuple(_parameter(each, words) for each in content.parameters),
    )
    yield threshold_section(content.thresholds, words, rules)


def _parameter(item: Parameter, words: Words) -> Element:
    unit = words.say(item.unit)
    lines: tuple[SafeString, ...] = ()
    pairs: Pairs = ()
    if item.value is not None:
        lines = (line_of(words.amount(item.value, unit)),)
    elif item.brackets:
        pairs = tuple(
            (_("From %s") % words.number(each.low), words.amount(each.value, unit))
            for each in item.brackets
        )
    elif item.values is not None:
        pairs = tuple(
            (_category(value, words), words.amount(number, unit))
            for value, number in item.values.items()
        )
    return Element(
        anchor("parameter", item.id),
        words.say(item.label),
        lines,
        pairs,
        (_("When"), _("Value")),
        shown_basis(words, item.basis),
    )


def _category(value: Any, words: Words) -> str:
    for item in words.inputs.values():
        if any(each.value == value for each in item.categories):
            return words.value(value, item)
    return words.value(value, None)

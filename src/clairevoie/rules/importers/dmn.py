"""DMN 1.3: decision tables, in the order of the decision requirements.

| hit policy | in the rules |
| --- | --- |
| U (unique), also the default | unique |
| F (first) | first |
| P (priority) | first, the rows in the order of the output's values |
| A (any) | first; that overlapping rows agree is not checked again |
| C, C+, C<, C>, C# | collect: list, sum, min, max, count |
| R (rule order), O (output order) | collect, list; O in the order of the output's values |

An annotation column whose name says that it is a legal reference (« base légale », « article »…) is
the row's basis; the others are its note. Literal expressions, contexts, invocations and business
knowledge models are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clairevoie.rules.importers.cells import Literals, parse_cell, parse_literal
from clairevoie.rules.importers.imported import MAX_BYTES, About, Imported, refuse, safe_name
from clairevoie.rules.importers.tables import Declared, Draft, DraftRow, rule_set_of
from clairevoie.rules.model import InputType

HITS = {
    "UNIQUE": ("unique", ""),
    "FIRST": ("first", ""),
    "ANY": ("first", ""),
    "PRIORITY": ("first", ""),
    "RULE ORDER": ("collect", "list"),
    "OUTPUT ORDER": ("collect", "list"),
}
AGGREGATES = {"": "list", "SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}
TYPES: dict[str, InputType] = {
    "string": "category",
    "number": "decimal",
    "double": "decimal",
    "decimal": "decimal",
    "integer": "integer",
    "long": "integer",
    "boolean": "boolean",
    "date": "date",
}
LEGAL = re.compile(
    r"\b(bases?|l[ée]ga\w*|articles?|textes?|law|reference|r[ée]f[ée]rences?)\b", re.IGNORECASE
)
NAME = re.compile(r"[^\W\d]\w*([ .]\w+)*")

Element = Any
"""An element of the XML tree; defusedxml reads it."""


def read_dmn(given: str | bytes, about: About) -> Imported:
    """Return the rule set of a DMN file.

    Args:
        given: the XML.
        about: what the file does not say.

    Raises:
        RulesProblem: not DMN; a decision that is not a table; an expression in a cell; decisions
            that need one another in a circle.
    """
    root = _root(given)
    if _local(root) != "definitions":
        raise refuse("dmn", "not a DMN file: its root is not 'definitions'")
    listed = list(_children(root, "decision"))
    decisions = {one.get("id", ""): one for one in listed}
    if len(decisions) < len(listed):
        raise refuse("dmn", "a decision has no 'id', or two have the same")
    if not decisions:
        raise refuse("dmn", "there is no decision in the file")
    losses: list[str] = []
    others = ("businessKnowledgeModel", "decisionService")
    losses += [
        f"elements '{other}' are not part of the rules"
        for other in others
        if _child(root, other) is not None
    ]
    drafts, declared = [], _input_data(root)
    for decision in _ordered(decisions):
        draft, more = _decision(decision, losses)
        drafts.append(draft)
        for name, one in more.items():
            declared[name] = _merged(declared.get(name), one)
    return rule_set_of(drafts, about, declared=declared, losses=losses, title=root.get("name", ""))


def _root(given: str | bytes) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(given) > MAX_BYTES:
        raise refuse("dmn", "larger than 256 MB, which no decision model is")
    try:
        return fromstring(given)
    except DefusedXmlException:
        raise refuse("dmn", "its XML declares entities, which is refused") from None
    except (ParseError, ValueError) as error:
        raise refuse("dmn", f"not readable as XML ({error})") from None


def _local(element: Element) -> str:
    """The name without its namespace: that of each version of DMN is another."""
    return str(element.tag).rpartition("}")[2]


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _local(child) == name)


def _child(element: Element, name: str) -> Element | None:
    return next(_children(element, name), None)


def _text(element: Element | None) -> str:
    """The text of an element, or of the ``text`` that it has."""
    if element is None:
        return ""
    inner = _child(element, "text")
    return ((element if inner is None else inner).text or "").strip()


def _input_data(root: Element) -> dict[str, Declared]:
    found = {}
    for one in _children(root, "inputData"):
        variable = _child(one, "variable")
        name = (variable.get("name") if variable is not None else None) or one.get("name", "")
        kind = variable.get("typeRef", "") if variable is not None else ""
        found[name] = Declared(TYPES.get(kind.rpartition(":")[2]), (), one.get("name", ""))
    return found


def _merged(first: Declared | None, second: Declared) -> Declared:
    if first is None:
        return second
    return Declared(
        first.type or second.type, first.values or second.values, first.label or second.label
    )


def _ordered(decisions: Mapping[str, Element]) -> list[Element]:
    """The decisions, each after those that it requires; those that none requires at the end."""
    found: list[str] = []
    for start in decisions:
        waiting: list[tuple[str, tuple[str, ...]]] = [(start, ())]
        while waiting:
            name, above = waiting[-1]
            if name in above:
                raise refuse(f"decision '{name}'", "it requires itself, through other decisions")
            needed = [one for one in _required(decisions[name]) if one in decisions]
            left = [one for one in needed if one not in found]
            if name not in found and left:
                waiting.append((left[0], (*above, name)))
                continue
            if name not in found:
                found.append(name)
            waiting.pop()
    return [decisions[name] for name in found]


def _required(decision: Element) -> Iterator[str]:
    for requirement in _children(decision, "informationRequirement"):
        for one in _children(requirement, "requiredDecision"):
            yield str(one.get("href", "")).rpartition("#")[2]


def _decision(decision: Element, losses: list[str]) -> tuple[Draft, dict[str, Declared]]:
    label = decision.get("name") or decision.get("id", "")
    place = f"decision '{label}'"
    table = _child(decision, "decisionTable")
    if table is None:
        raise refuse(place, "it is not a decision table, and only these are imported")
    columns = list(_children(table, "input"))
    outputs = list(_children(table, "output"))
    reads = tuple(
        _read_name(one, f"{place}, input {index + 1}") for index, one in enumerate(columns)
    )
    if len(set(reads)) < len(reads):
        raise refuse(place, "two columns read the same name: bring their tests together")
    variable = _child(decision, "variable")
    own = (variable.get("name") if variable is not None else None) or label
    gives = tuple(
        one.get("name") or (own if len(outputs) == 1 else f"{own} {index + 1}")
        for index, one in enumerate(outputs)
    )
    hit, aggregate = _hit(table, place)
    rows = [_row(one, index, table, place) for index, one in enumerate(_children(table, "rule"))]
    rows = _by_priority(table, rows, outputs, place)
    if table.get("hitPolicy") == "ANY":
        losses.append(f"{place}: that rows which hold together agree is not checked")
    defaults = [_child(one, "defaultOutputEntry") for one in outputs]
    default = None
    if any(one is not None for one in defaults):
        default = tuple(_literal(_text(one), place) for one in defaults)
    draft = Draft(safe_name(label), label, hit, reads, gives, tuple(rows), aggregate, default)
    declared = {name: _declared(one, place) for name, one in zip(reads, columns, strict=True)}
    return draft, declared


def _read_name(column: Element, place: str) -> str:
    name = _text(_child(column, "inputExpression"))
    if NAME.fullmatch(name) is None:
        raise refuse(place, f"'{name}' is an expression: only the name of a datum can be read")
    return name


def _declared(column: Element, place: str) -> Declared:
    expression = _child(column, "inputExpression")
    kind = expression.get("typeRef", "") if expression is not None else ""
    allowed = _text(_child(column, "inputValues"))
    cell = _cell(allowed, place) if allowed else None
    values = tuple(one for one in cell.literals() if isinstance(one, str)) if cell else ()
    return Declared(TYPES.get(kind.rpartition(":")[2]), values, column.get("label", ""))


def _hit(table: Element, place: str) -> tuple[str, str]:
    policy = table.get("hitPolicy", "UNIQUE")
    if policy == "COLLECT":
        aggregation = table.get("aggregation", "")
        if aggregation not in AGGREGATES:
            raise refuse(place, f"the aggregation '{aggregation}' is not one of DMN's")
        return "collect", AGGREGATES[aggregation]
    if policy not in HITS:
        raise refuse(place, f"the hit policy '{policy}' is not one of DMN's")
    return HITS[policy]


def _row(rule: Element, index: int, table: Element, place: str) -> DraftRow:
    where = f"{place}, row {index + 1}"
    cells = tuple(_cell(_text(one), where) for one in _children(rule, "inputEntry"))
    results = tuple(_literal(_text(one), where) for one in _children(rule, "outputEntry"))
    wanted = (sum(1 for _ in _children(table, "input")), sum(1 for _ in _children(table, "output")))
    if (len(cells), len(results)) != wanted:
        raise refuse(
            where, f"it has not the {wanted[0]} inputs and {wanted[1]} outputs of the table"
        )
    notes: list[str] = []
    bases: list[str] = []
    named = [one.get("name", "") for one in _children(table, "annotation")]
    for at, one in enumerate(_children(rule, "annotationEntry")):
        legal = at < len(named) and LEGAL.search(named[at]) is not None
        (bases if legal else notes).append(_text(one))
    description = _text(_child(rule, "description"))
    return DraftRow(
        id=safe_name(rule.get("id") or f"row_{index + 1}"),
        cells=cells,
        results=results,
        note=" — ".join(one for one in (description, *notes) if one),
        basis=" ; ".join(one for one in bases if one),
    )


def _cell(text: str, place: str) -> Any:
    try:
        return parse_cell(text, "feel")
    except ValueError as error:
        raise refuse(place, str(error)) from None


def _literal(text: str, place: str) -> Literals:
    try:
        return parse_literal(text, "feel")
    except ValueError as error:
        raise refuse(place, str(error)) from None


def _by_priority(
    table: Element, rows: list[DraftRow], outputs: Sequence[Element], place: str
) -> list[DraftRow]:
    """The rows in the order of the values of the outputs, for the policies that ask for it."""
    if table.get("hitPolicy") not in {"PRIORITY", "OUTPUT ORDER"}:
        return rows
    orders: list[list[Literals]] = []
    for output in outputs:
        allowed = _text(_child(output, "outputValues"))
        cell = _cell(allowed, place) if allowed else None
        orders.append(list(cell.literals()) if cell else [])
    if not any(orders):
        raise refuse(place, "its hit policy needs the values of its outputs, in order of priority")

    def rank(row: DraftRow) -> tuple[int, ...]:
        return tuple(
            order.index(value) if value in order else len(order)
            for order, value in zip(orders, row.results, strict=True)
            if order
        )

    return sorted(rows, key=rank)

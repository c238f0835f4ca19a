"""GoRules (ZEN) decisions in JSON: decision tables, in the order of the graph.

``first`` and ``collect`` are the rules' own. Expressions, functions, switches and sub-decisions are
refused by name, but for a graph of expression nodes alone, whose arithmetic becomes a formula.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from clairevoie.rules.building import Builder
from clairevoie.rules.importers.cells import Literals, parse_cell, parse_literal
from clairevoie.rules.importers.imported import (
    About,
    Imported,
    imported,
    label,
    need,
    read_json,
    reading,
    refuse,
    safe_name,
    safe_names,
)
from clairevoie.rules.importers.tables import MONEY, Draft, DraftRow, rule_set_of
from clairevoie.rules.model import Input, RulesProblem

FIELD = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
ENDS = ("inputNode", "outputNode")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
    r"|(?P<sign><=|>=|!=|==|[-+*/()<>?:]))",
    re.ASCII,
)


def read_gorules(given: Mapping[str, Any] | str | bytes, about: About) -> Imported:
    """Return the rule set of a GoRules decision.

    Args:
        given: the JSON, or the object itself.
        about: what the file does not say.

    Raises:
        RulesProblem: not such a decision; a node that is not understood; an expression in a cell; a
            table that reads what no node passes to it.
    """
    with reading("gorules"):
        data = read_json(given, "gorules")
        nodes = {str(one["id"]): one for one in need(data, "nodes", "")}
        above = _above(data, nodes)
        inner = [one for one in _ordered(nodes, above) if nodes[one]["type"] not in ENDS]
        kinds = {str(nodes[one]["type"]) for one in inner}
        if kinds == {"expressionNode"}:
            return _formula([nodes[one] for one in inner], about)
        for one in inner:
            if nodes[one]["type"] != "decisionTableNode":
                raise refuse(
                    _place(nodes[one]),
                    f"a node of type '{nodes[one]['type']}' is not imported: only decision "
                    "tables are, or expressions alone",
                )
        if not inner:
            raise refuse("nodes", "there is no decision table in the graph")
        drafts = [_draft(nodes[one]) for one in inner]
        _check_passed(nodes, above, inner, drafts)
        return rule_set_of(drafts, about, declared={}, title=str(data.get("name", "")))


def _place(node: Mapping[str, Any]) -> str:
    return f"node '{node.get('name') or node.get('id')}'"


def _above(data: Mapping[str, Any], nodes: Mapping[str, Any]) -> dict[str, list[str]]:
    """For each node, those whose results it is given."""
    found: dict[str, list[str]] = {name: [] for name in nodes}
    for edge in data.get("edges") or ():
        source, target = str(edge["sourceId"]), str(edge["targetId"])
        if source not in nodes or target not in nodes:
            raise refuse("edges", f"an edge goes from '{source}' to '{target}', which is not there")
        found[target].append(source)
    return found


def _ordered(nodes: Mapping[str, Any], above: Mapping[str, Sequence[str]]) -> list[str]:
    found: list[str] = []
    left = list(nodes)
    while left:
        ready = [one for one in left if all(source in found for source in above[one])]
        if not ready:
            raise refuse("edges", "nodes need one another in a circle")
        found += ready
        left = [one for one in left if one not in ready]
    # A node that nothing reaches is not evaluated.
    return [one for one in found if above[one] or nodes[one]["type"] == "inputNode"]


def _draft(node: Mapping[str, Any]) -> Draft:
    place, content = _place(node), need(node, "content", _place(node))
    for key, plain in (("executionMode", "single"), ("inputField", None), ("outputPath", None)):
        if content.get(key) not in {None, "", plain}:
            raise refuse(
                place, f"'{key}' is not imported: the table must read and give plain names"
            )
    hit = str(content.get("hitPolicy", "first"))
    if hit not in {"first", "collect"}:
        raise refuse(place, f"the hit policy '{hit}' is not imported: 'first' and 'collect' are")
    columns = [(str(one["id"]), _field(one, place)) for one in content.get("inputs") or ()]
    outputs = [(str(one["id"]), _field(one, place)) for one in content.get("outputs") or ()]
    if len({name for _, name in columns}) < len(columns):
        raise refuse(place, "two columns read the same name: bring their tests together")
    rows = tuple(
        _row(raw, index, columns, outputs, place)
        for index, raw in enumerate(content.get("rules") or ())
    )
    title = str(node.get("name") or node["id"])
    return Draft(
        id=safe_name(title),
        label=title,
        hit=hit,
        reads=tuple(name for _, name in columns),
        gives=tuple(name for _, name in outputs),
        rows=rows,
        aggregate="list" if hit == "collect" else "",
    )


def _field(column: Mapping[str, Any], place: str) -> str:
    name = str(column.get("field") or "").strip()
    if FIELD.fullmatch(name) is None:
        raise refuse(place, f"'{name}' is an expression: only the name of a datum can be read")
    return name


def _row(
    raw: Mapping[str, Any],
    index: int,
    columns: Sequence[tuple[str, str]],
    outputs: Sequence[tuple[str, str]],
    place: str,
) -> DraftRow:
    where = f"{place}, row {index + 1}"
    results: list[Literals] = []
    try:
        cells = tuple(parse_cell(str(raw.get(key) or ""), "zen") for key, _ in columns)
        results += [parse_literal(str(raw.get(key) or ""), "zen") for key, _ in outputs]
    except ValueError as error:
        raise refuse(where, str(error)) from None
    return DraftRow(
        id=f"row_{index + 1}",
        cells=cells,
        results=tuple(results),
        note=str(raw.get("_description") or ""),
    )


def _check_passed(
    nodes: Mapping[str, Any],
    above: Mapping[str, Sequence[str]],
    inner: Sequence[str],
    drafts: Sequence[Draft],
) -> None:
    """Refuse a table that reads a name which its parents do not pass: the engine would see nothing.

    A table passes what it gives, and what it was given too when it says ``passThrough``.
    """
    # What each node passes: whether it passes all that the case has, and names given by tables.
    passed = {name: (True, set[str]()) for name, one in nodes.items() if one["type"] == "inputNode"}
    given = {name for draft in drafts for name in draft.gives}
    for name, draft in zip(inner, drafts, strict=True):
        sources = [passed.get(source, (False, set())) for source in above[name]]
        whole = any(everything for everything, _ in sources)
        names = {one for _, more in sources for one in more}
        for one in draft.reads:
            if one not in names and (one in given or not whole):
                raise refuse(
                    _place(nodes[name]), f"it reads '{one}', which no node before it passes to it"
                )
        through = bool(nodes[name]["content"].get("passThrough"))
        passed[name] = (whole and through, set(draft.gives) | (names if through else set()))


# --- expressions alone ----------------------------------------------------------------------------


def _formula(nodes: Sequence[Mapping[str, Any]], about: About) -> Imported:
    """A formula of the expressions of a chain of nodes; every name that is read is a number."""
    written: list[tuple[str, str, str]] = []
    for node in nodes:
        content = need(node, "content", _place(node))
        written += [
            (str(one["key"]), str(one["value"]), _place(node))
            for one in content.get("expressions") or ()
        ]
    if not written:
        raise refuse("nodes", "there is no expression in the graph")
    given = [key for key, _, _ in written]
    if len(set(given)) < len(given):
        raise refuse("nodes", "the same name is given twice: give each its own")
    read: dict[str, None] = {}
    for _, text, place in written:
        read |= dict.fromkeys(_names(text, place))
    originals = [name for name in read if name not in given]
    names = safe_names([*originals, *given])
    steps = [
        {"id": names[key], "label": key, "expression": _translated(text, names, place)}
        for key, text, place in written
    ]
    inputs = [
        Input(names[one], "decimal", label(one), label(one), {}, {}, decimals=MONEY)
        for one in originals
    ]
    from clairevoie.rules.kinds.formula import build

    keep = Builder(inputs=inputs, outcomes=(), bases={}, prefix="formula")
    content = build({"steps": steps, "result": names[given[-1]]}, keep)
    if keep.problems:
        raise RulesProblem(*keep.problems)
    losses = [
        f"'{one}' is read as a number of {MONEY} decimals: the export does not say"
        for one in originals
    ]
    return imported(about, "formula", content, inputs, losses=losses)


def _tokens(text: str, place: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise refuse(place, f"'{text[:80]}' has more than arithmetic, and is not imported")
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        at = match.end()
    return found


WORDS = ("and", "or", "not")


def _names(text: str, place: str) -> list[str]:
    tokens = _tokens(text, place)
    for (kind, name), after in zip(tokens, [*tokens[1:], ("", "")], strict=True):
        called = kind == "name" and name not in WORDS and after[1] == "("
        if called or name in {"true", "false", "null", "in"}:
            raise refuse(place, f"'{name}' in '{text[:80]}' is not imported")
    return [one for kind, one in tokens if kind == "name" and one not in WORDS]


def _translated(text: str, names: Mapping[str, str], place: str) -> str:
    tokens = [
        (kind, names[one] if kind == "name" and one not in WORDS else "=" if one == "==" else one)
        for kind, one in _tokens(text, place)
    ]
    return _chosen([one for _, one in tokens], place)


def _chosen(tokens: Sequence[str], place: str) -> str:
    """Write ``a ? b : c`` as ``if a then b else c``; both signs are outside brackets."""
    depth = nested = 0
    question = colon = -1
    for index, sign in enumerate(tokens):
        depth += (sign == "(") - (sign == ")")
        if depth or sign not in {"?", ":"}:
            continue
        if sign == "?":
            nested += 1
            question = index if question < 0 else question
        else:
            nested -= 1
            colon = index if nested == 0 and colon < 0 else colon
    if question < 0:
        if "?" in tokens or ":" in tokens:
            raise refuse(
                place, "a choice inside brackets is not imported: give it a name of its own"
            )
        return " ".join(tokens)
    if colon < question:
        raise refuse(place, "a choice without ':' cannot be read")
    parts = (tokens[:question], tokens[question + 1 : colon], tokens[colon + 1 :])
    condition, then, other = (_chosen(part, place) for part in parts)
    return f"if {condition} then {then} else {other}"

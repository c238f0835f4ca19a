"""From the tree of an expression to its text, in one form only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from clairevoie.rules.expressions.tree import Apply, Constant, Node

LEVELS = {"if": 0, "or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6, "neg": 7}
LEVELS |= dict.fromkeys(("=", "!=", "<", "<=", ">", ">=", "in"), 4)
"""How strongly each operation binds; calls, names and values more than all."""
STRONGEST = 9


def text_of(node: Node) -> str:
    """Return the text of a tree: reading it gives the same tree."""
    if isinstance(node, Constant):
        return _constant_text(node.value)
    if not isinstance(node, Apply):
        return node.name
    level = level_of(node)
    sign, parts = node.sign, node.parts
    if sign == "if":
        condition, first, second = (text_of(part) for part in parts)
        return f"if {condition} then {first} else {second}"
    if sign == "neg":
        return f"-{_within(parts[0], STRONGEST)}"
    if sign == "not":
        return f"not {_within(parts[0], level)}"
    if sign == "in":
        options = ", ".join(text_of(part) for part in parts[1:])
        return f"{_within(parts[0], level + 1)} in ({options})"
    if sign not in LEVELS:
        return f"{sign}({', '.join(text_of(part) for part in parts)})"
    # Operations of one level are read from left to right; two comparisons never stand in a row.
    left = level if level != LEVELS["="] else level + 1
    return f"{_within(parts[0], left)} {sign} {_within(parts[1], level + 1)}"


def level_of(node: Node) -> int:
    """Return how strongly the outermost operation of a tree binds."""
    return LEVELS.get(node.sign, STRONGEST) if isinstance(node, Apply) else STRONGEST


def _within(node: Node, level: int) -> str:
    text = text_of(node)
    return f"({text})" if level_of(node) < level else text


def _constant_text(value: Decimal | bool | str | date) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    return f"'{value}'"

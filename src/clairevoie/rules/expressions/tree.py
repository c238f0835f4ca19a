"""The tree of an expression, and what is known of the names that it reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Type = Literal["number", "boolean", "category", "date"]
TableKind = Literal["rates", "amounts", "values"]

TYPE_OF: dict[str, Type] = {
    "integer": "number",
    "decimal": "number",
    "parameter": "number",
    "boolean": "boolean",
    "category": "category",
    "date": "date",
}
"""The type of a name, by the type of an input; ``parameter`` is a number of the rules."""
TABLES: tuple[str, ...] = ("rates", "amounts", "values")
"""Kinds of names that are no value: brackets of rates, brackets of amounts, numbers by category."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a name when an expression is read.

    Attributes:
        kind: type of an input, ``parameter``, or one of `TABLES`.
        decimals: the most decimals its values have.
        categories: the categories it may be, ``None`` when they are not known.
        keys: what a table of ``values`` has a number for.
        optional: whether its value may be missing, so that ``missing(…)`` means something.
    """

    kind: str
    decimals: int = 0
    categories: tuple[str, ...] | None = None
    keys: tuple[str, ...] = ()
    optional: bool = True


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the expression."""

    value: Decimal | bool | str | date
    type: Type
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A name that is read: an input, a parameter, an earlier step."""

    name: str
    type: Type | TableKind
    decimals: int = field(default=0, compare=False)
    categories: tuple[str, ...] | None = field(default=None, compare=False)
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation on parts.

    ``sign`` is one of ``+ - * / neg = != < <= > >= in not and or if`` or the name of a function.
    The parts of ``in`` are the value, then what it may be; those of ``if`` the condition, then the
    two branches.
    """

    sign: str
    parts: tuple[Node, ...]
    type: Type
    decimals: int = field(default=0, compare=False)
    depth: int = field(default=0, compare=False)
    at: int = field(default=0, compare=False)


Node = Constant | Name | Apply


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read and checked.

    Attributes:
        text: as published.
        tree: its tree.
        names: the names that it reads, in the order in which they stand.
        type: what it gives: ``number``, ``boolean``, ``category`` or ``date``.
        decimals: the most decimals that its value can have, for a number.
    """

    text: str
    tree: Node
    names: tuple[str, ...]
    type: Type
    decimals: int = 0

    @property
    def categories(self) -> tuple[str, ...] | None:
        """The categories that it may give; ``None`` when they are not known."""
        return categories_of(self.tree)


def categories_of(node: Node) -> tuple[str, ...] | None:
    """Return the categories that a part may give, in order; ``None`` when they are not known."""
    if isinstance(node, Constant):
        return (str(node.value),)
    if isinstance(node, Name):
        return node.categories
    if node.sign != "if":
        return None
    found = [categories_of(part) for part in node.parts[1:]]
    if found[0] is None or found[1] is None:
        return None
    return tuple(dict.fromkeys((*found[0], *found[1])))

"""What changed between two versions of the rules, element by element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from clairevoie.rules.anchors import Element, ElementKind, elements
from clairevoie.rules.model import Text, Version
from clairevoie.rules.plain import basis_data, text_data

MAX_ITEMS = 200
"""A list longer than this (the nodes of a tree) is told as a whole."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that changed; empty where there was, or is, none.

    ``name`` is its path in the element: ``cap``, ``bands.< 500.points``, ``basis.article``.
    """

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One element that was added, removed or changed (its ``fields`` say how)."""

    what: Literal["added", "removed", "changed"]
    kind: ElementKind
    anchor: str
    label: Text
    fields: tuple[FieldChange, ...] = ()


def diff(before: Version, after: Version) -> tuple[Change, ...]:
    """Return what changed from one version to another, in the order of the newer one.

    Removed elements come where they were, after the one that preceded them. Versions of different
    kinds have all their elements removed and added.
    """
    old = {item.anchor: item for item in elements(before)}
    new = {item.anchor: item for item in elements(after)}
    if before.kind != after.kind:
        old = {key: item for key, item in old.items() if item.kind == "input"} | {
            f"{before.kind}:{key}": item for key, item in old.items() if item.kind != "input"
        }
    return tuple(
        change
        for anchor in _in_order(list(old), list(new))
        if (change := _change(old.get(anchor), new.get(anchor))) is not None
    )


def _in_order(old: list[str], new: list[str]) -> list[str]:
    kept = set(new)
    order = list(new)
    for index, anchor in enumerate(old):
        if anchor not in kept:
            before = old[index - 1] if index else ""
            place = order.index(before) + 1 if before in order else 0
            order.insert(place, anchor)
    return order


def _change(old: Element | None, new: Element | None) -> Change | None:
    if old is None and new is not None:
        return Change("added", new.kind, new.anchor, new.label, _fields({}, _flat(new)))
    if new is None and old is not None:
        return Change("removed", old.kind, old.anchor, old.label, _fields(_flat(old), {}))
    if old is None or new is None:
        return None
    fields = _fields(_flat(old), _flat(new))
    return Change("changed", new.kind, new.anchor, new.label, fields) if fields else None


def _fields(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[FieldChange, ...]:
    names = list(new) + [name for name in old if name not in new]
    return tuple(
        FieldChange(name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name) != new.get(name)
    )


def _flat(element: Element) -> dict[str, str]:
    whole = {
        "label": text_data(element.label),
        **element.data,
        "basis": basis_data(element.basis),
    }
    return dict(_leaves("", whole))


def _leaves(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(f"{name}.{key}" if name else str(key), one)
    elif isinstance(value, list) and len(value) <= MAX_ITEMS:
        for index, one in enumerate(value):
            key, rest = _keyed(one, index)
            yield from _leaves(f"{name}.{key}" if name else key, rest)
    elif value is not None:
        yield name, _shown(value)


def _keyed(item: Any, index: int) -> tuple[str, Any]:
    """An item of a list is known by what it is about, when it says so, else by its place."""
    if isinstance(item, Mapping):
        for key in ("id", "name", "in", "from", "value", "input"):
            if key in item and len(item) > 1:
                return _shown(item[key]), {one: item[one] for one in item if one != key}
    return str(index + 1), item


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)

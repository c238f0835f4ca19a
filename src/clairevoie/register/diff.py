"""What changed between two states of the register, system by system."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from clairevoie.register.catalogue import FIELD_BY_KEY
from clairevoie.register.statements import Statement


@dataclass(frozen=True, slots=True)
class Replacement:
    """A statement and the one that took its place."""

    before: Statement
    after: Statement


@dataclass(frozen=True, slots=True)
class SystemChange:
    """What changed in one record.

    Attributes:
        system: identifier of the system.
        new: nothing was said of it before.
        added: statements that were not there and replace nothing.
        replaced: statements that took the place of others.
        withdrawn: statements that are no longer there: hidden, or missing from the later file.
    """

    system: str
    new: bool
    added: tuple[Statement, ...]
    replaced: tuple[Replacement, ...]
    withdrawn: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Diff:
    """The systems that changed, in the order of the later state; counts add them up."""

    systems: tuple[SystemChange, ...]
    new_systems: int
    added: int
    replaced: int
    withdrawn: int

    def as_dict(self) -> dict[str, Any]:
        """Return the changes as plain data for JSON."""
        return asdict(self)


def diff(before: Sequence[Statement], after: Sequence[Statement]) -> Diff:
    """Compare two states, given every statement of each, replaced ones included.

    A statement replaces another when it says so (``supersedes``), or when it is the same speaker's
    word on the same single-valued field and period while the other is gone: two files that carry no
    history compare well too. Statements are the same when their ``uid`` is.
    """
    earlier, later = _by_system(before), _by_system(after)
    changes = []
    for system in {**later, **earlier}:
        change = _change(system, earlier.get(system, {}), later.get(system, {}))
        if change is not None:
            changes.append(change)
    return Diff(
        tuple(changes),
        new_systems=sum(change.new for change in changes),
        added=sum(len(change.added) for change in changes),
        replaced=sum(len(change.replaced) for change in changes),
        withdrawn=sum(len(change.withdrawn) for change in changes),
    )


def _by_system(statements: Iterable[Statement]) -> dict[str, dict[str, Statement]]:
    systems: dict[str, dict[str, Statement]] = {}
    for item in statements:
        systems.setdefault(item.system, {})[item.uid] = item
    return systems


def _change(
    system: str, before: Mapping[str, Statement], after: Mapping[str, Statement]
) -> SystemChange | None:
    fresh = [item for uid, item in after.items() if uid not in before]
    gone = {uid: item for uid, item in before.items() if uid not in after}
    if not fresh and not gone:
        return None
    orphans: dict[tuple[str, ...], Statement] = {}
    for item in gone.values():
        orphans.setdefault(_place(item), item)
    added: list[Statement] = []
    replaced: list[Replacement] = []
    for item in fresh:
        older = before.get(item.supersedes) if item.supersedes else None
        field = FIELD_BY_KEY.get(item.field)
        if older is None and field is not None and not field.multiple:
            older = orphans.pop(_place(item), None)
        if older is None:
            added.append(item)
        else:
            replaced.append(Replacement(older, item))
            gone.pop(older.uid, None)
    return SystemChange(
        system,
        new=not before,
        added=tuple(added),
        replaced=tuple(replaced),
        withdrawn=tuple(gone.values()),
    )


def _place(item: Statement) -> tuple[str, ...]:
    return (item.field, item.speaker, item.capacity, item.period)

"""Reading a record: what stands, what was replaced, where the voices differ, what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clairevoie.register.catalogue import FIELD_BY_KEY, FIELDS, GROUPS, Field, fields_of
from clairevoie.register.statements import Statement


@dataclass(frozen=True, slots=True)
class FieldReading:
    """What is said under one field.

    ``standing`` are the statements that nothing replaced, the leading one first; ``replaced`` are
    the earlier ones. ``divergent`` says that two voices give different values for the same period.
    """

    field: Field
    standing: tuple[Statement, ...]
    replaced: tuple[Statement, ...]
    divergent: bool


def standing(statements: Iterable[Statement]) -> list[Statement]:
    """Return the statements that no other statement of the list supersedes, in order."""
    items = list(statements)
    replaced = {item.supersedes for item in items if item.supersedes}
    return [item for item in items if item.uid not in replaced] if replaced else items


def _leading_rank(item: Statement) -> tuple[bool, str, str]:
    """The administration's word first, then the most recent: an order of display, not of truth."""
    return (item.capacity == "administration", item.period or item.date, item.date)


def in_order(items: Iterable[Statement]) -> list[Statement]:
    """Return statements in the order in which they are shown: see `_leading_rank`."""
    return sorted(items, key=_leading_rank, reverse=True)


def latest_words(items: Sequence[Statement]) -> list[Statement]:
    """Leave out what a voice said of a period before it said something else of the same period.

    An older document may be recorded after a newer one, without any link between the two.
    """
    if len(items) < 2:
        return list(items)
    latest: dict[tuple[str, str, str], str] = {}
    for item in items:
        voice = (item.speaker, item.capacity, item.period)
        latest[voice] = max(latest.get(voice, ""), item.date)
    return [
        item
        for item in items
        if not item.date or item.date == latest[item.speaker, item.capacity, item.period]
    ]


def diverges(field: Field, items: Sequence[Statement]) -> bool:
    """Tell whether standing statements of a single-valued field contradict each other.

    Two different values for the same period contradict each other; figures of two years do not,
    nor do the earlier and the later word of one voice.
    """
    if field.multiple or len(items) < 2:
        return False
    values: dict[str, str] = {}
    return any(
        values.setdefault(item.period, item.value) != item.value for item in latest_words(items)
    )


def read(statements: Iterable[Statement]) -> dict[str, FieldReading]:
    """Return {field key: reading} for every field that is filled, in catalogue order.

    Statements under a key that the catalogue does not have are left out.
    """
    everything: dict[str, list[Statement]] = {}
    for item in statements:
        everything.setdefault(item.field, []).append(item)
    readings: dict[str, FieldReading] = {}
    for field in FIELDS:
        said = everything.get(field.key)
        if not said:
            continue
        stands = standing(said)
        kept = {id(item) for item in stands}
        readings[field.key] = FieldReading(
            field=field,
            standing=tuple(in_order(stands)),
            replaced=tuple(item for item in in_order(said) if id(item) not in kept),
            divergent=diverges(field, stands),
        )
    return readings


@dataclass(frozen=True, slots=True)
class GroupCompleteness:
    """How many of a group's fields are filled."""

    group: str
    filled: int
    total: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of the record is filled; details (see `Field.detail`) are not counted."""

    groups: tuple[GroupCompleteness, ...]
    filled: int
    total: int

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 means that nothing is missing."""
        return 100 * self.filled // self.total


CORE_FIELDS: frozenset[str] = frozenset(item.key for item in FIELDS if not item.detail)
CORE_TOTAL = len(CORE_FIELDS)


def filled_percent(filled_keys: Iterable[str]) -> int:
    """Return the share of core fields in ``filled_keys``, in whole percent rounded down."""
    return 100 * len(CORE_FIELDS.intersection(filled_keys)) // CORE_TOTAL


def completeness(filled_keys: Iterable[str]) -> Completeness:
    """Return completeness by group and overall, given the keys of the fields that are filled."""
    keys = CORE_FIELDS.intersection(filled_keys)
    groups = []
    for group in GROUPS:
        core = [item.key for item in fields_of(group.key) if not item.detail]
        groups.append(GroupCompleteness(group.key, sum(key in keys for key in core), len(core)))
    return Completeness(tuple(groups), len(keys), CORE_TOTAL)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One step in the life of a system."""

    status: str
    since: str
    statement: Statement


def status_history(statements: Iterable[Statement]) -> list[StatusChange]:
    """Return the dated changes of status, oldest first; undated ones come last.

    The date of a change is the period that the statement is about, else the day it was said.
    """
    changes = [
        StatusChange(item.value, item.period or item.date, item)
        for item in standing(item for item in statements if item.field == "status")
    ]
    return sorted(changes, key=lambda change: (not change.since, change.since))


def present_values(statements: Sequence[Statement], field: str) -> list[str]:
    """Return the distinct values that stand now under a field; several where voices differ.

    Of the dated statements of a single-valued field only those of the latest period count. A status
    without a period counts from the day it was said.
    """
    stands = standing(item for item in statements if item.field == field)
    if len(stands) > 1 and not FIELD_BY_KEY[field].multiple:
        since = {
            id(item): item.period or (item.date if field == "status" else "") for item in stands
        }
        latest = max(since.values())
        stands = latest_words([item for item in stands if since[id(item)] in {"", latest}])
    return list(dict.fromkeys(item.value for item in in_order(stands)))

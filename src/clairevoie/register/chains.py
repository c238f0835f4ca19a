"""Chains of statements: what replaces what, in a file and around what is hidden."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from clairevoie.register.catalogue import FIELD_BY_KEY
from clairevoie.register.record import standing
from clairevoie.register.statements import Statement, is_uid, statement_uid

Complain = Callable[[int | None, str], None]
"""Takes the row of a problem and one sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement as a file gives it; ``supersedes`` may be a label of the same file.

    Attributes:
        label: the name that the file gives to the statement, or "".
        row: where it stands in the file.
        source_uid: content identifier of its source.
    """

    statement: Statement
    label: str
    row: int | None
    source_uid: str


def link(entries: Sequence[Entry], complain: Complain) -> tuple[Statement, ...]:
    """Return the statements with what each supersedes, identified by its content, once each.

    A statement's identifier depends on that of the statement that it replaces, so chains are
    followed from their oldest end. A target in another field, a target that is no identifier and a
    chain that closes on itself are told to ``complain``.
    """
    place: dict[str, int] = {}
    for rank, entry in enumerate(entries):
        place.setdefault(entry.statement.uid, rank)
    place |= {entry.label: rank for rank, entry in enumerate(entries) if entry.label}
    done: dict[int, Statement] = {}
    for start in range(len(entries)):
        chain: list[int] = []
        at: int | None = start
        while at is not None and at not in done:
            if at in chain:
                complain(entries[at].row, "statements supersede each other in a circle")
                return ()
            chain.append(at)
            at = place.get(entries[at].statement.supersedes)
        for link_rank in reversed(chain):
            done[link_rank] = _linked(entries[link_rank], place, done, complain)
    return tuple({item.uid: item for _, item in sorted(done.items())}.values())


def _linked(
    entry: Entry, place: dict[str, int], done: dict[int, Statement], complain: Complain
) -> Statement:
    statement = entry.statement
    if not statement.supersedes:
        return statement
    rank = place.get(statement.supersedes)
    target = done[rank].uid if rank is not None else statement.supersedes
    if rank is not None and done[rank].field != statement.field:
        complain(entry.row, f"supersedes a statement of another field, '{done[rank].field}'")
    elif not is_uid(target):
        complain(entry.row, f"'{statement.supersedes[:60]}' is not the uid of another statement")
    linked = replace(statement, supersedes=target)
    return replace(linked, uid=statement_uid(linked, entry.source_uid))


def without_hidden(statements: Iterable[Statement], hidden: Collection[str]) -> list[Statement]:
    """Return the statements whose ``uid`` is not hidden, as if the others had not been made.

    One that replaced a hidden statement then replaces what the hidden one had replaced; what only
    a hidden statement had replaced stands again.
    """
    items = list(statements)
    if not hidden:
        return items
    before = {item.uid: item.supersedes for item in items}
    kept = []
    for item in items:
        if item.uid in hidden:
            continue
        target = item.supersedes
        while target in hidden:
            target = before.get(target, "")
        kept.append(item if target == item.supersedes else replace(item, supersedes=target))
    return kept


def _plain_uid(statement: Statement, source_uid: str) -> str:
    """Return the identifier of the same words, whatever they replace."""
    return statement_uid(replace(statement, supersedes=""), source_uid)


def new_words(
    incoming: Iterable[Statement], there: Sequence[Statement], source_uids: Mapping[str, str]
) -> list[Statement]:
    """Return what ``incoming`` adds to what a record already says.

    Words that stand already are left alone. Under a single-valued field, other words of the same
    voice for the same period replace those that stand, also when they come back to an earlier word,
    unless they are dated earlier: then both stand, each with its date.

    Args:
        incoming: the statements of a file, about one system.
        there: what the record says, in the order of recording; sources by content identifier.
        source_uids: {source of the file: its content identifier}.
    """
    uids = {item.uid for item in there}
    said = {_plain_uid(item, item.source) for item in there}
    stands = standing(there)
    standing_words = {_plain_uid(item, item.source) for item in stands}
    now = {(item.field, item.speaker, item.capacity, item.period): item for item in stands}
    fresh: list[Statement] = []
    for item in incoming:
        if item.supersedes:
            if item.uid not in uids:
                fresh.append(item)
            continue
        if item.uid in standing_words:
            continue
        voice = (item.field, item.speaker, item.capacity, item.period)
        older = None if FIELD_BY_KEY[item.field].multiple else now.get(voice)
        if older and older.value != item.value and not _earlier(item, older):
            linked = replace(item, supersedes=older.uid)
            linked = replace(linked, uid=statement_uid(linked, source_uids.get(item.source, "")))
            fresh.append(linked)
            now[voice] = linked
        elif item.uid not in said:
            fresh.append(item)
    return fresh


def _earlier(item: Statement, other: Statement) -> bool:
    return bool(item.date and other.date and item.date < other.date)


def wrong_targets(statements: Iterable[Statement], there: Sequence[Statement]) -> list[Statement]:
    """Return the statements that replace what the record does not say under the same field."""
    incoming = list(statements)
    fields = {item.uid: item.field for item in (*there, *incoming)}
    return [
        item for item in incoming if item.supersedes and fields.get(item.supersedes) != item.field
    ]

"""Votes on proposals: the last vote of each participant on each proposal, as columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Proposal:
    """What participants vote on.

    Attributes:
        id: its identifier.
        text: what it says.
        author: identifier of the participant who proposed it.
        created: when, milliseconds since 1970.
        moderated: -1 refused, 0 not moderated, 1 accepted.
        meta: it asks participants about themselves, which Polis leaves out of its groups.
    """

    id: str
    text: str = ""
    author: str = ""
    created: int | None = None
    moderated: int = 0
    meta: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """The last vote of each participant on each proposal; sorted by (person, proposal).

    Attributes:
        participants: identifiers.
        proposals: what they vote on.
        person: place in ``participants``, of shape (votes,).
        proposal: place in ``proposals``, of shape (votes,).
        value: 1 agree, -1 disagree, 0 pass, of shape (votes,).
        time: milliseconds since 1970 of that last vote, of shape (votes,); None when not known.
    """

    participants: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    person: NDArray[np.int32]
    proposal: NDArray[np.int32]
    value: NDArray[np.int8]
    time: NDArray[np.int64] | None = None


def votes_of(
    participants: Sequence[str],
    proposals: Sequence[str | Proposal],
    person: ArrayLike,
    proposal: ArrayLike,
    value: ArrayLike,
    *,
    time: ArrayLike | None = None,
) -> Votes:
    """Return votes, of which the last of a participant on a proposal counts.

    Args:
        participants: identifiers, each once.
        proposals: proposals or their identifiers, each once.
        person: places in ``participants``, of shape (rows,).
        proposal: places in ``proposals``, of shape (rows,).
        value: 1 agree, -1 disagree, 0 pass, of shape (rows,).
        time: milliseconds since 1970, of shape (rows,). The latest counts, of equal times the row
            that comes last. None: the order of the rows is the order of the votes.

    Raises:
        ValueError: an identifier comes twice, columns have different lengths, a place does not
            exist or a value is no vote.
    """
    items = tuple(Proposal(item) if isinstance(item, str) else item for item in proposals)
    for name, identifiers in (
        ("participant", list(participants)),
        ("proposal", [item.id for item in items]),
    ):
        if len(set(identifiers)) < len(identifiers):
            twice = next(one for one, many in Counter(identifiers).items() if many > 1)
            raise ValueError(f"{name} {twice!r} is listed twice")
    who, what, said = (
        _whole(column, name)
        for column, name in ((person, "participant"), (proposal, "proposal"), (value, "vote"))
    )
    when = None if time is None else np.asarray(time).astype(np.int64)
    if len({len(column) for column in (who, what, said, *([] if when is None else [when]))}) > 1:
        raise ValueError("the columns of the votes do not have the same number of rows")
    _check(who, 0, len(participants) - 1, "participant")
    _check(what, 0, len(items) - 1, "proposal")
    _check(said, -1, 1, "vote")
    order = np.lexsort((what, who) if when is None else (when, what, who))
    who, what = who[order], what[order]
    last = np.append((np.diff(who) != 0) | (np.diff(what) != 0), True)[: len(who)]
    return Votes(
        tuple(participants),
        items,
        who[last].astype(np.int32),
        what[last].astype(np.int32),
        said[order][last].astype(np.int8),
        None if when is None else when[order][last],
    )


def _whole(column: ArrayLike, name: str) -> NDArray[np.int64]:
    """Return whole numbers; 0.7 is no vote, and not a pass either."""
    given = np.asarray(column)
    whole = given.astype(np.int64)
    wrong = np.flatnonzero(given != whole)
    if len(wrong):
        raise ValueError(f"row {wrong[0]}: {name} {given[wrong[0]]} is not a whole number")
    return whole


def _check(column: NDArray[np.int64], low: int, high: int, name: str) -> None:
    wrong = np.flatnonzero((column < low) | (column > high))
    if len(wrong):
        at = int(wrong[0])
        raise ValueError(f"row {at}: {name} {column[at]} is not between {low} and {high}")

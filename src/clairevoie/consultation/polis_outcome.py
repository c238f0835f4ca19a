"""What may be published of what Polis computes, for whoever compares it with our own results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.consultation.polis import PolisResult, conversation
from clairevoie.consultation.polis_repness import Representing, Shared
from clairevoie.consultation.tallies import Bools, Tallies, publishable, tally
from clairevoie.consultation.votes import Votes, votes_of

FORMAT = "consultation-polis-result-1.0"
CAUTION = (
    "These groups depend on the order in which participants came: the same votes in another order "
    "may give other groups, in another number."
)


@dataclass(frozen=True, slots=True, eq=False)
class PolisOutcome:
    """What Polis computes, and which of it may be shown.

    Attributes:
        votes: what it was computed from, refused proposals included; not to be published.
        participants: who cast at least one vote.
        cast: votes on the proposals whose votes are shown: others would be told by subtraction.
        result: what Polis computes; not to be published as such.
        everybody: votes on each proposal, of shape (proposals,).
        told: proposals that moderators did not refuse, of shape (proposals,).
        shown: of those, the ones with enough votes, of shape (proposals,).
        shown_groups: which votes of groups may be shown, of shape (groups, proposals).
        sizes: persons of each group; ``None`` where that would tell of a few.
        least: fewest persons that a figure speaks of.
    """

    votes: Votes
    participants: int
    cast: int
    result: PolisResult
    everybody: Tallies
    told: Bools
    shown: Bools
    shown_groups: Bools
    sizes: tuple[int | None, ...]
    least: int


def polis_outcome(votes: Votes, *, least: int) -> PolisOutcome:
    """Compute what Polis would publish, and what of it speaks of enough persons.

    Args:
        votes: the order of ``votes.participants`` is the one in which they came (`as_they_came`).
            Proposals that moderators refused stay: Polis counts who voted on them.
        least: fewest persons that a figure speaks of.

    Raises:
        ValueError: there is no vote, or ``least`` is below 1.
    """
    if least < 1:
        raise ValueError(f"secrecy below {least} persons: at least 1 is needed")
    result = conversation(votes)
    told = np.array([item.moderated >= 0 for item in votes.proposals], dtype=bool)
    everybody = tally(votes)
    shown = told & (everybody.cast >= least)
    people = len(np.unique(votes.person))
    sizes = np.bincount(result.groups[result.groups >= 0], minlength=len(result.votes.cast))
    known = publishable(sizes[:, None], np.array([people]), least=least)[:, 0]
    return PolisOutcome(
        votes=votes,
        participants=people,
        cast=int(everybody.cast[shown].sum()),
        result=result,
        everybody=everybody,
        told=told,
        shown=shown,
        shown_groups=told & publishable(result.votes.cast, everybody.cast, least=least),
        sizes=tuple(
            int(size) if kept else None for size, kept in zip(sizes, known.tolist(), strict=True)
        ),
        least=least,
    )


def as_they_came(votes: Votes) -> Votes:
    """Return votes whose participants are in the order of their first vote that is kept.

    For tables whose identifiers say nothing of an order. Polis numbers participants as they come,
    so its exports are in that order already.

    Raises:
        ValueError: the times of the votes are not known.
    """
    if votes.time is None:
        raise ValueError("the times of the votes are not known: nothing tells who came first")
    first = np.full(len(votes.participants), np.iinfo(np.int64).max)
    np.minimum.at(first, votes.person, votes.time)
    order = np.argsort(first, kind="stable")
    return votes_of(
        [votes.participants[at] for at in order.tolist()],
        votes.proposals,
        np.argsort(order)[votes.person],
        votes.proposal,
        votes.value,
        time=votes.time,
    )


# --- plain values ---------------------------------------------------------------------------------


def plain_polis(outcome: PolisOutcome) -> dict[str, Any]:
    """Return what is published, as values for JSON (``schemas/polis-result-1.0.schema.json``).

    ``None`` stands for what may not be shown or does not exist, never for 0. A figure that rests on
    the votes of every group is shown where those of every group are.
    """
    found = outcome.result
    shown = outcome.participants >= outcome.least
    groups = range(len(found.votes.cast)) if shown else range(0)
    return {
        "clairevoie": FORMAT,
        "method": "polis",
        "caution": CAUTION,
        "least": outcome.least,
        "participants": outcome.participants if shown else None,
        "votes": outcome.cast if shown else None,
        "proposals": [
            _proposal(outcome, place, groups) for place in np.flatnonzero(outcome.told).tolist()
        ],
        "groups": {
            "k": len(groups) if shown else None,
            "sizes": [outcome.sizes[group] for group in groups],
            "silhouettes": {str(k): round(one, 6) for k, one in sorted(found.silhouettes.items())}
            if shown
            else {},
        },
        "representative": [
            [
                _representing(outcome, group, one)
                for one in found.representative[group]
                if outcome.shown_groups[group, one.proposal]
            ]
            for group in groups
        ],
        "consensus": {
            "agreed": [
                _shared(outcome, one) for one in found.agreed if outcome.shown[one.proposal]
            ],
            "refused": [
                _shared(outcome, one) for one in found.refused if outcome.shown[one.proposal]
            ],
        },
    }


def _proposal(outcome: PolisOutcome, place: int, groups: range) -> dict[str, Any]:
    item, found = outcome.votes.proposals[place], outcome.result
    whole = _whole(outcome, place)
    return {
        "id": item.id,
        "text": item.text,
        "meta": item.meta,
        "everybody": _opinion(outcome.everybody, (place,)) if outcome.shown[place] else None,
        "groups": [
            _opinion(found.votes, (group, place)) if outcome.shown_groups[group, place] else None
            for group in groups
        ],
        "consensus": _number(found.consensus[place]) if whole else None,
        "priority": _number(found.priorities[place]) if whole else None,
    }


def _whole(outcome: PolisOutcome, place: int) -> bool:
    """Tell whether the votes of every group on a proposal are shown."""
    return bool(outcome.shown[place] and outcome.shown_groups[:, place].all())


def _representing(outcome: PolisOutcome, group: int, one: Representing) -> dict[str, Any]:
    # What the others say would be told by the ratio to them.
    whole = _whole(outcome, one.proposal)
    return {
        "proposal": outcome.votes.proposals[one.proposal].id,
        "agrees": one.agrees,
        "successes": one.successes,
        "trials": one.trials,
        "share": _number(one.share),
        "share_test": _number(one.share_test),
        "repness": _number(one.repness) if whole else None,
        "repness_test": _number(one.repness_test) if whole else None,
        "best_agree": one.best_agree,
    }


def _shared(outcome: PolisOutcome, one: Shared) -> dict[str, Any]:
    return {
        "proposal": outcome.votes.proposals[one.proposal].id,
        "successes": one.successes,
        "trials": one.trials,
        "share": _number(one.share),
        "share_test": _number(one.share_test),
    }


def _opinion(tallies: Tallies, at: tuple[int, ...]) -> dict[str, int]:
    agree, disagree, cast = (
        int(counts[at]) for counts in (tallies.agree, tallies.disagree, tallies.cast)
    )
    return {"agree": agree, "disagree": disagree, "pass": cast - agree - disagree}


def _number(value: float | NDArray[np.float64]) -> float | None:
    return round(float(value), 9) if np.isfinite(value) else None

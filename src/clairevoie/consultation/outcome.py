"""What is published of a consultation: nothing of a person, nothing on a few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.consultation.certainty import REPLICATES, Certainty, State, certainty
from clairevoie.consultation.coordination import Flag, publishable_both, without
from clairevoie.consultation.findings import Bounds, Findings, findings
from clairevoie.consultation.grouping import MIN_GROUP, Grouping, grouping
from clairevoie.consultation.slate import Slate, slate
from clairevoie.consultation.votes import Votes

FORMAT = "consultation-result-1.0"
SLATE = 5
CORNERS = 48
HALF = 1.1774
"""Standard deviations within which half of a Gaussian cloud of the plane is: √(2 ln 2)."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where a group is: an ellipse that holds about half of it, if it is a Gaussian cloud.

    Attributes:
        centre: across and up.
        outline: its corners.
    """

    centre: tuple[float, float]
    outline: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """All that is told of a consultation.

    Attributes:
        votes: what it was computed from; not to be published.
        participants: who cast at least one vote.
        cast: votes.
        grouping, certainty: the groups and whether they are stable; not to be published as such.
        findings: by group where groups are stable, of all together where they are not.
        areas: of the groups, on the plane; empty without stable groups.
        slate: proposals that represent everybody; ``None`` under ``least`` participants, or where
            it represents fewer.
        least: fewest persons that a figure speaks of.
        flags: near-identical voters who arrived together; ``None`` when nobody looked.
    """

    votes: Votes
    participants: int
    cast: int
    grouping: Grouping
    certainty: Certainty
    findings: Findings
    areas: tuple[Area, ...]
    slate: Slate | None
    least: int
    flags: tuple[Flag, ...] | None = None

    @property
    def groups(self) -> int:
        """How many groups are told: 0 when none is stable."""
        return self.grouping.k if self.certainty.state == State.STABLE else 0


def outcome_of(
    votes: Votes,
    *,
    least: int = MIN_GROUP,
    asked: int = SLATE,
    replicates: int = REPLICATES,
    flags: tuple[Flag, ...] | None = None,
) -> Outcome:
    """Compute what is told of a consultation.

    Args:
        votes: the votes.
        least: fewest persons of a group, and that a figure speaks of.
        asked: how many proposals the slate has.
        replicates: how often participants are drawn again.
        flags: of `clairevoie.consultation.coordination.coordinated`, if it was asked: results are
            then told with and without them. Nobody is removed.
    """
    found = grouping(votes, min_group=least)
    sure = certainty(votes, found, replicates=replicates)
    stable = sure.state == State.STABLE
    cast = np.bincount(votes.person, minlength=len(votes.participants))
    people = int((cast > 0).sum())
    told = findings(votes, found.groups if stable else None, least=least)
    return Outcome(
        votes=votes,
        participants=people,
        cast=len(votes.value),
        grouping=found,
        certainty=sure,
        findings=told,
        areas=tuple(_area(found, group) for group in range(found.k)) if stable else (),
        slate=_slate(votes, asked, told, people),
        least=least,
        flags=flags,
    )


def _slate(votes: Votes, asked: int, told: Findings, people: int) -> Slate | None:
    """Return a slate of proposals that may be shown, if the persons it counts are enough."""
    shown = told.everybody.shown
    if people < told.least or not shown.any():
        return None
    found = slate(votes, min(asked, int(shown.sum())), among=shown)
    few = any(0 < one < told.least for one in (found.represented, found.plain_represented))
    return None if few else found


def _area(found: Grouping, group: int) -> Area:
    points = found.space.place[found.groups == group]
    # In their own order, on which the last digits of a mean depend.
    points = points[np.lexsort(points.T)]
    centre = points.mean(axis=0)
    powers, axes = np.linalg.eigh(np.cov(points.T, bias=True))
    turn = 2 * np.pi * np.arange(CORNERS) / CORNERS
    around = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    outline = centre + HALF * (around * np.sqrt(np.maximum(powers, 0))) @ axes.T
    return Area(_pair(centre), tuple(_pair(corner) for corner in outline))


def _pair(point: NDArray[np.float64]) -> tuple[float, float]:
    return float(point[0]), float(point[1])


# --- plain values ---------------------------------------------------------------------------------


def plain(outcome: Outcome) -> dict[str, Any]:
    """Return what is published, as values for JSON (``schemas/result-1.0.schema.json``).

    ``None`` stands for what may not be shown or does not exist, never for 0. Votes say nothing of
    who cast them: ``population`` is for whoever asked participants to fill
    (`clairevoie.consultation.population`).
    """
    told, sure, votes = outcome.findings, outcome.certainty, outcome.votes
    stable = outcome.groups > 0
    shown = outcome.participants >= outcome.least
    return {
        "clairevoie": FORMAT,
        "least": outcome.least,
        "level": told.level,
        "participants": outcome.participants if shown else None,
        "votes": _cast(outcome) if shown else None,
        "proposals": [_proposal(outcome, place) for place in range(len(votes.proposals))],
        "groups": {
            "state": sure.state.value,
            "replicates": sure.replicates,
            "numbers": [_number(each) for each in sure.numbers] if shown else None,
            "sizes": _sizes(outcome) if stable else [],
            "likeness": [_number(each) for each in sure.likeness] if stable else [],
            "areas": [
                {"centre": _rounded(area.centre), "outline": [_rounded(at) for at in area.outline]}
                for area in outcome.areas
            ],
        },
        "consensus": {
            "agreed": [_id(votes, place) for place in told.consensus.agreed],
            "refused": [_id(votes, place) for place in told.consensus.refused],
        },
        "representative": [
            [
                {
                    "proposal": _id(votes, one.proposal),
                    "agrees": one.agrees,
                    "inside": _bounds(one.inside),
                    "outside": _bounds(one.outside),
                    "gap": _bounds(one.gap),
                }
                for one in group
            ]
            for group in told.representative
        ]
        if stable
        else [],
        "divisions": [
            {
                "proposal": _id(votes, one.proposal),
                "more": one.more,
                "less": one.less,
                "gap": _bounds(one.gap),
            }
            for one in told.divisions
        ],
        "slate": _told_slate(outcome),
        "coordinated": _told_flags(outcome),
        "population": [],
    }


def _cast(outcome: Outcome) -> int:
    """Return the votes that are told: without those on hidden proposals, if of fewer persons.

    Those shown proposal by proposal, taken from all, would give the votes on the others.
    """
    votes, shown = outcome.votes, outcome.findings.everybody.shown
    hidden = ~shown[votes.proposal]
    few = len(np.unique(votes.person[hidden])) < outcome.least
    return outcome.cast - int(hidden.sum()) if few else outcome.cast


def _sizes(outcome: Outcome) -> list[int | None]:
    """Return the size of each group; not of the smallest, if that told the few who are in none."""
    sizes = outcome.findings.sizes
    known = [size for size in sizes if size is not None]
    if len(known) == len(sizes) and 0 < outcome.participants - sum(known) < outcome.least:
        return [None if size == min(known) else size for size in known]
    return list(sizes)


def _proposal(outcome: Outcome, place: int) -> dict[str, Any]:
    told, item = outcome.findings, outcome.votes.proposals[place]
    groups = range(outcome.groups)
    return {
        "id": item.id,
        "text": item.text,
        "verdict": str(told.everybody.verdicts[place]),
        "everybody": _opinion(told, (place,), whole=True),
        "groups": [_of_group(outcome, group, place) for group in groups],
    }


def _of_group(outcome: Outcome, group: int, place: int) -> dict[str, Any] | None:
    """Return the votes of a group, with bounds that know that its members are not sure either."""
    found = _opinion(outcome.findings, (group, place), whole=False)
    if found is None:
        return None
    sure = outcome.certainty
    bounds = [_number(side[group, place]) for side in (sure.low, sure.high)]
    return found | {"redrawn": None if None in bounds else bounds}


def _opinion(told: Findings, at: tuple[int, ...], *, whole: bool) -> dict[str, Any] | None:
    found = told.everybody if whole else told.groups
    if not found.shown[at]:
        return None
    agree, disagree = int(found.tallies.agree[at]), int(found.tallies.disagree[at])
    cast = int(found.tallies.cast[at])
    return {
        "agree": agree,
        "disagree": disagree,
        "pass": cast - agree - disagree,
        "agreement": [
            _number(side[at])
            for side in (found.agreement.estimate, found.agreement.low, found.agreement.high)
        ],
    }


def _told_slate(outcome: Outcome) -> dict[str, Any] | None:
    found, votes = outcome.slate, outcome.votes
    if found is None:
        return None
    # Who is left out is told by subtraction, and so is who is in one list only.
    left, plainly_left = (
        0 < found.voters - one < outcome.least
        for one in (found.represented, found.plain_represented)
    )
    between = 0 < abs(found.represented - found.plain_represented) < outcome.least
    return {
        "choices": [_id(votes, one.proposal) for one in found.choices],
        "voters": found.voters,
        "represented": None if left else found.represented,
        "ejr_plus": found.unheard is None,
        "plain": [_id(votes, place) for place in found.plain],
        "plain_represented": None if plainly_left or between else found.plain_represented,
        "plain_ejr_plus": found.plain_unheard is None,
    }


def _told_flags(outcome: Outcome) -> dict[str, Any] | None:
    """Return what would be said without near-identical voters who arrived together.

    On each proposal, with and without are told where their difference is nobody or enough persons.
    """
    flags, votes, least = outcome.flags, outcome.votes, outcome.least
    if flags is None:
        return None
    people = len({member for flag in flags for member in flag.members})
    if 0 < people < least or 0 < outcome.participants - people < least:
        return {"crowds": None, "people": None, "without": []}
    others = findings(without(votes, flags), least=least)
    both = publishable_both(votes, flags, least=least) & outcome.findings.everybody.shown
    return {
        "crowds": len(flags),
        "people": people,
        "without": [
            {"proposal": _id(votes, place), "verdict": str(others.everybody.verdicts[place])} | said
            for place in np.flatnonzero(both).tolist()
            if people and (said := _opinion(others, (place,), whole=True))
        ],
    }


def _id(votes: Votes, place: int) -> str:
    return votes.proposals[place].id


def _bounds(one: Bounds) -> list[float | None]:
    return [_number(one.estimate), _number(one.low), _number(one.high)]


def _number(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None


def _rounded(at: tuple[float, float]) -> list[float]:
    # Coarse: an outline of exact numbers could tell where somebody stands.
    return [round(value, 2) for value in at]

"""What the votes of a consultation are: for its results, and whether they may be shown.

Whatever publishes results starts here: `votes_of_consultation` gives the ground floor its votes,
`results_shown` tells whether anything may be said of them yet.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from clairevoie.consultation import votes as ground
from clairevoie.consultation.tallies import tally
from clairevoie.web.consultation.models import (
    Consultation,
    Proposal,
    ProposalCount,
    ProposalState,
    Vote,
)
from clairevoie.web.consultation.services.consulting import Phase, phase_of


def participants_of(consultation: Consultation) -> int:
    """Return how many participations have voted at least once."""
    return Vote.objects.filter(consultation=consultation, first=True).count()


def results_shown(consultation: Consultation, *, today: date, participants: int) -> bool:
    """Tell whether results may be shown: each condition that the organiser set is reached.

    Nothing is shown before ``min_group`` persons took part; while people vote, before twice as
    many (`last_told`).
    """
    open_now = phase_of(consultation, today=today) is Phase.OPEN
    if participants < consultation.min_group * (2 if open_now else 1):
        return False
    if consultation.results_on is not None and today < consultation.results_on:
        return False
    return consultation.results_from is None or participants >= consultation.results_from


def last_told(consultation: Consultation, *, open_now: bool) -> int | None:
    """Return the last vote that results may rest on; ``None`` for all there are.

    While people vote, results change when ``min_group`` more of them have begun, and not with each
    vote: whoever looks twice learns nothing of one person. They stay ``min_group`` persons behind,
    so that the last step, when the vote ends, is of that many persons too.
    """
    if not open_now:
        return None
    firsts = Vote.objects.filter(consultation=consultation, first=True).order_by("pk")
    begun = (firsts.count() // consultation.min_group - 1) * consultation.min_group
    if begun <= 0:
        return 0
    return firsts.values_list("pk", flat=True)[begun - 1]


def proposals_of(consultation: Consultation) -> list[ground.Proposal]:
    """Return the proposals that are put to the vote, without their authors."""
    rows = (
        Proposal.objects.filter(consultation=consultation, count__state=ProposalState.OPEN)
        .order_by("pk")
        .values_list("pk", "text", "at")
    )
    return [
        ground.Proposal(str(pk), text, "", int(at.timestamp() * 1000), 1) for pk, text, at in rows
    ]


def votes_of_consultation(consultation: Consultation, *, until: int | None = None) -> ground.Votes:
    """Return the last vote of each participation on each proposal that is put to the vote.

    Participants are named by their rank, which says nothing of who they are and must not be
    published row by row.

    Args:
        consultation: whose votes.
        until: the last vote to count, if not all.
    """
    proposals = proposals_of(consultation)
    place = {int(item.id): at for at, item in enumerate(proposals)}
    cast = Vote.objects.filter(consultation=consultation)
    if until is not None:
        cast = cast.filter(pk__lte=until)
    rows = [
        row
        for row in cast.order_by("pk").values_list("participation_id", "proposal_id", "value", "at")
        if row[1] in place
    ]
    people = {pk: at for at, pk in enumerate(sorted({row[0] for row in rows}))}
    return ground.votes_of(
        [str(at + 1) for at in range(len(people))],
        proposals,
        np.array([people[row[0]] for row in rows], dtype=np.int64),
        np.array([place[row[1]] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=np.int64),
        time=np.array([int(row[3].timestamp() * 1000) for row in rows], dtype=np.int64),
    )


def counts_differ(consultation: Consultation) -> list[int]:
    """Return the proposals whose kept count is not that of the votes themselves."""
    votes = votes_of_consultation(consultation)
    found = tally(votes)
    kept = {
        str(row.pk): (row.agree, row.disagree, row.agree + row.disagree + row.passed)
        for row in ProposalCount.objects.filter(consultation=consultation, state=ProposalState.OPEN)
    }
    return [
        int(item.id)
        for at, item in enumerate(votes.proposals)
        if kept[item.id] != (int(found.agree[at]), int(found.disagree[at]), int(found.cast[at]))
    ]

"""Reading draws: the list, one of them, how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from clairevoie.web.sortition.models import (
    Commitment,
    Computation,
    Departure,
    Draw,
    Drawing,
    Erasure,
    Pool,
    QuotaEdition,
    State,
)


class Phase(StrEnum):
    """How far a draw is."""

    PREPARED = "prepared"
    COMMITTED = "committed"
    DRAWN = "drawn"


@dataclass(frozen=True, slots=True)
class Course:
    """A draw with all that came of it.

    Attributes:
        quotas: the latest edition; those committed to, once they are.
        computation: the latest one.
        commitments: in their order, the first for the whole panel.
        drawings: of the commitments that were drawn.
    """

    draw: Draw
    pool: Pool | None
    quotas: QuotaEdition | None
    computation: Computation | None
    commitments: tuple[Commitment, ...]
    drawings: tuple[Drawing, ...]
    departures: tuple[Departure, ...]
    erasure: Erasure | None

    @property
    def phase(self) -> Phase:
        """How far it is."""
        if self.drawings:
            return Phase.DRAWN
        return Phase.COMMITTED if self.commitments else Phase.PREPARED

    @property
    def waiting(self) -> Commitment | None:
        """The commitment whose number is not drawn yet, if there is one."""
        drawn = {each.commitment_id for each in self.drawings}
        return next((each for each in self.commitments if each.pk not in drawn), None)

    @property
    def ready(self) -> Computation | None:
        """The computation that can be committed to: done, of these volunteers and these quotas."""
        found = self.computation
        if found is None or found.state != State.DONE or self.pool is None or self.quotas is None:
            return None
        if any(each.computation_id == found.pk for each in self.commitments):
            return None
        if any(each.at > found.asked_at for each in self.departures):
            return None
        of_these = found.pool == self.pool.digest and found.quotas_id == self.quotas.pk
        return found if of_these else None

    @property
    def panel(self) -> tuple[int, ...]:
        """Public numbers of the members as of now, ascending."""
        drawn = {number for each in self.drawings for number in each.proof["draw"]["panel"]}
        joined = {each.joining for each in self.departures if each.joining is not None}
        gone = {each.leaving for each in self.departures}
        return tuple(sorted((drawn | joined) - gone))

    @property
    def free(self) -> int:
        """Seats that nobody has, once the panel was drawn."""
        return self.draw.size - len(self.panel) if self.drawings else 0

    def due(self, now: datetime) -> bool:
        """Tell whether the number that was promised can be entered."""
        promised = self.waiting
        if promised is None:
            return False
        return now >= datetime.fromisoformat(promised.form["randomness"]["at"])


def draw_rows() -> QuerySet[Draw]:
    """Return all draws with what their pages show, the newest first."""
    rows = Draw.objects.select_related("body", "system__entry", "organisation", "pool", "erasure")
    return rows.defer("pool__content").order_by("-number")


def draw_of(number: int) -> Draw:
    """Return a draw.

    Raises:
        Draw.DoesNotExist: none has this number.
    """
    return draw_rows().get(number=number)


def course_of(draw: Draw) -> Course:
    """Return a draw with all that came of it; five queries, that leave large contents aside."""
    commitments = tuple(draw.commitments.defer("seals").order_by("rank"))
    return Course(
        draw=draw,
        pool=getattr(draw, "pool", None),
        quotas=draw.quotas.order_by("-number").first(),
        computation=draw.computations.defer("result").order_by("-pk").first(),
        commitments=commitments,
        drawings=tuple(
            Drawing.objects.filter(commitment__draw=draw)
            .select_related("commitment")
            .order_by("commitment__rank")
        ),
        departures=tuple(draw.departures.order_by("pk")),
        erasure=getattr(draw, "erasure", None),
    )


def phases_of(rows: Sequence[Draw]) -> dict[int, Phase]:
    """Return, by primary key, how far each draw is; two queries."""
    committed = set(Commitment.objects.filter(draw__in=rows).values_list("draw_id", flat=True))
    drawn = set(
        Drawing.objects.filter(commitment__draw__in=rows).values_list(
            "commitment__draw_id", flat=True
        )
    )
    return {
        row.pk: Phase.DRAWN
        if row.pk in drawn
        else Phase.COMMITTED
        if row.pk in committed
        else Phase.PREPARED
        for row in rows
    }


def draws_about(*, body: str = "", system: str = "") -> Sequence[Draw]:
    """Return the draws that are about a public body or a system, by its slug."""
    wanted = Q(system__slug=system) if system else Q(body__slug=body)
    return list(draw_rows().filter(wanted))

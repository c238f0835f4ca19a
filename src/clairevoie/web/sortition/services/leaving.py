"""Members who leave and alternates who decline: who takes the seat, or it is drawn again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.sortition.alternates import alternates_for
from clairevoie.sortition.pool import PoolProblem, Problem
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.sortition.models import Computation, Departure, Draw
from clairevoie.web.sortition.services.announcing import check_organiser
from clairevoie.web.sortition.services.committing import numbers_of
from clairevoie.web.sortition.services.computing import ask_computation, quotas_of
from clairevoie.web.sortition.services.preparing import Volunteers, check_kept, volunteers_of
from clairevoie.web.sortition.services.reading import Course, course_of


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a panel, for its organiser.

    Attributes:
        number: public number.
        person: identifier.
        features: by column.
    """

    number: int
    person: str
    features: Mapping[str, str]


def members_of(course: Course, volunteers: Volunteers) -> tuple[Member, ...]:
    """Return the members of a panel as of now, by public number."""
    person_of = _persons(volunteers)
    place = {person: at for at, person in enumerate(volunteers.persons)}
    return tuple(
        Member(
            number,
            person_of[number],
            {
                name: values[place[person_of[number]]]
                for name, values in volunteers.columns.items()
                if name != volunteers.identifier
            },
        )
        for number in course.panel
    )


def _persons(volunteers: Volunteers) -> dict[int, str]:
    numbers = numbers_of(volunteers.persons, volunteers.content)
    return {number: person for person, number in numbers.items()}


def leave(*, actor: Actor, draw: Draw, number: int) -> Departure:
    """Record that a member leaves; the first alternate with whom quotas are kept takes the seat.

    Where no alternate keeps them, the seat stays free, to be drawn again.

    Args:
        actor: who organises the draw.
        draw: which one.
        number: public number of who leaves.

    Raises:
        Refused: the actor does not organise it, or the data are erased.
        InvalidInput: nobody of this number is on the panel.
    """
    check_organiser(actor, draw)
    with transaction.atomic():
        draw = Draw.objects.select_for_update(of=("self",)).select_related("pool").get(pk=draw.pk)
        check_kept(draw)
        course = course_of(draw)
        if course.waiting is not None:
            raise Refused(_("What was committed to is not drawn yet."))
        if number not in course.panel:
            raise InvalidInput({"number": _("Nobody of this number is on the panel.")})
        joining = _joining(course, number)
        event = record_event(
            verb="draw.leave",
            actor=actor,
            system=draw.system,
            data={"draw": draw.number, "leaving": number, "joining": joining},
        )
        return Departure.objects.create(
            draw=draw,
            leaving=number,
            joining=joining,
            at=timezone.now(),
            actor=actor.user,
            event=event,
        )


def _joining(course: Course, leaving: int) -> int | None:
    """Return the alternate who takes the seat of a member, in public numbers; ``None`` if none."""
    volunteers = volunteers_of(course.draw)
    problem = whole_problem(course, volunteers)
    person_of = _persons(volunteers)
    gone = {each.leaving for each in course.departures} | {leaving}
    staying = [number for number in course.panel if number != leaving]
    order = [
        number
        for number in course.drawings[0].proof["draw"]["alternates"]
        if number not in gone and number not in staying
    ]
    # Other seats that are free are drawn again, all together.
    if len(staying) != course.draw.size - 1:
        return None
    try:
        found = alternates_for(
            problem,
            staying=[person_of[each] for each in staying],
            order=[person_of[each] for each in order],
        )
    except PoolProblem:
        return None
    numbers = numbers_of(volunteers.persons, volunteers.content)
    return numbers[found[0]]


def whole_problem(course: Course, volunteers: Volunteers) -> Problem:
    """Return the whole panel, with the quotas that were committed to."""
    first = course.commitments[0].computation
    return volunteers.problem(quotas_of(first), size=course.draw.size)


def ask_again(*, actor: Actor, draw: Draw) -> Computation:
    """Ask for the fairest chances of the seats that are free, among all who did not leave.

    Raises:
        Refused: the actor does not organise it, no seat is free, or a commitment is not drawn yet.
    """
    check_organiser(actor, draw)
    course = course_of(draw)
    if course.waiting is not None:
        raise Refused(_("What was committed to is not drawn yet."))
    if not course.free:
        raise Refused(_("No seat is free."))
    person_of = _persons(volunteers_of(draw))
    return ask_computation(
        actor=actor,
        draw=draw,
        chosen=[person_of[each] for each in course.panel],
        excluded=[person_of[each.leaving] for each in course.departures],
    )

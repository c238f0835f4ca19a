"""Committing to a draw in public, then entering what was drawn."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie import __version__
from clairevoie.decisions.replay.secrecy import hidden_counts
from clairevoie.sortition.composition import composition, published
from clairevoie.sortition.files import digest, read_result
from clairevoie.sortition.proof import (
    Commitment as Promised,
)
from clairevoie.sortition.proof import (
    Promise,
    drawn_of,
    fingerprint,
    plain_commitment,
    plain_proof,
    read_commitment,
)
from clairevoie.sortition.randomness import QUICKNET, Kind, RandomnessProblem, digits_for
from clairevoie.sortition.sealing import Sealed, public_numbers, sealed, seals_csv
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused
from clairevoie.web.consultation.services.texts import cleaned_line
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.sortition.models import Commitment, Computation, Draw, Drawing
from clairevoie.web.sortition.services.announcing import check_organiser
from clairevoie.web.sortition.services.computing import lines_of, problem_of_computation, quotas_of
from clairevoie.web.sortition.services.keeping import decrypted
from clairevoie.web.sortition.services.preparing import Volunteers, check_kept, volunteers_of
from clairevoie.web.sortition.services.reading import Course, course_of

PLACE_LENGTH = 300
_PRIVATE = re.compile(r"(?P<kind>result|chosen|excluded)(-(?P<rank>[1-9]\d?))?\.(json|txt)")


def commit(
    *,
    actor: Actor,
    draw: Draw,
    kind: str,
    at: datetime,
    place: str = "",
    now: datetime | None = None,
) -> Commitment:
    """Publish what binds a draw: digests, seals, and where its number will be from.

    Args:
        actor: who organises the draw.
        draw: which one.
        kind: of `clairevoie.sortition.randomness.Kind`.
        at: when the digits will be drawn, or after which the round will be published.
        place: where the digits are drawn, and how.
        now: for the command alone, which may record a draw that was made elsewhere.

    Raises:
        Refused: the actor does not organise it; there is nothing to commit to, or the earlier
            commitment was not drawn yet.
        InvalidInput: by input.
    """
    check_organiser(actor, draw)
    now = _moment(actor, now)
    promise = _promise(kind, at, place, now)
    with transaction.atomic():
        Draw.objects.select_for_update().get(pk=draw.pk)
        check_kept(draw)
        course = course_of(draw)
        if course.waiting is not None:
            raise Refused(_("What was committed to is not drawn yet."))
        computation = course.ready
        if computation is None:
            raise Refused(_("Compute the chances with these volunteers and these quotas first."))
        if promise.at.date() >= draw.erase_on:
            raise InvalidInput({"at": _("The data of the volunteers are erased before that day.")})
        kept = sealed_of(computation)
        seals = seals_csv(kept.seals)
        promised = Promised(
            title=draw.title,
            size=computation.seats,
            volunteers=len(kept.numbers),
            numbers=len(kept.panels),
            pool=computation.pool,
            quotas=computation.quotas.digest,
            result=computation.digest,
            seals=digest(seals),
            software=f"clairevoie {__version__}",
            promise=promise,
            at=now.astimezone(UTC),
        )
        form = plain_commitment(promised)
        event = record_event(
            verb="draw.commit",
            actor=actor,
            system=draw.system,
            data={"draw": draw.number, "fingerprint": fingerprint(form)},
        )
        return Commitment.objects.create(
            draw=draw,
            rank=len(course.commitments),
            computation=computation,
            form=form,
            fingerprint=fingerprint(form),
            seals=seals.decode("ascii"),
            figures=computation.figures,
            at=now,
            actor=actor.user,
            event=event,
        )


def _promise(kind: str, at: datetime, place: str, now: datetime) -> Promise:
    errors: dict[str, str] = {}
    place = cleaned_line(errors, "place", place, limit=PLACE_LENGTH)
    if kind not in set(Kind):
        errors["kind"] = _("Please choose one of the values listed.")
    if kind == Kind.WITNESSES and not place:
        errors.setdefault("place", _("Say where the digits will be drawn, and how."))
    if at <= now:
        errors["at"] = _("This moment has passed: the draw comes after the commitment.")
    if errors:
        raise InvalidInput(errors)
    if kind == Kind.WITNESSES:
        return Promise(Kind.WITNESSES, at.astimezone(UTC), place)
    number = QUICKNET.round_after(at)
    return Promise(Kind.BEACON, QUICKNET.published_at(number), round=number)


def _moment(actor: Actor, now: datetime | None) -> datetime:
    """Return the moment of an act, to the second.

    Raises:
        Refused: somebody says it who may not.
    """
    if now is not None and not actor.is_command:
        raise Refused(_("Only the site’s command may say when something was recorded."))
    return (now or timezone.now()).replace(microsecond=0)


def enter(*, actor: Actor, draw: Draw, given: str, now: datetime | None = None) -> Drawing:
    """Enter the digits that were drawn, or the signature of the round, and publish the panel.

    Args:
        actor: who organises the draw.
        draw: which one.
        given: the digits, or the signature.
        now: for the command alone, as in `commit`.

    Raises:
        Refused: the actor does not organise the draw, or nothing is waiting to be drawn.
        InvalidInput: it is too early, or what was given cannot be used.
    """
    check_organiser(actor, draw)
    now = _moment(actor, now)
    with transaction.atomic():
        Draw.objects.select_for_update().get(pk=draw.pk)
        check_kept(draw)
        waiting = course_of(draw).waiting
        if waiting is None:
            raise Refused(_("Nothing is waiting to be drawn: commit to it first."))
        promised = read_commitment(waiting.form)
        if now < promised.promise.at:
            raise InvalidInput(
                {"given": _("It is too early: the number is drawn at the moment announced.")}
            )
        kept = sealed_of(waiting.computation)
        try:
            drawn = drawn_of(promised, kept, given=given, at=now.astimezone(UTC))
        except RandomnessProblem:
            raise InvalidInput({"given": _wrong(promised)}) from None
        event = record_event(
            verb="draw.drawn",
            actor=actor,
            system=draw.system,
            data={"draw": draw.number, "number": drawn.number},
        )
        return Drawing.objects.create(
            commitment=waiting,
            proof=plain_proof(promised, drawn),
            composition=[] if waiting.rank else _composition(waiting.computation, drawn.panel),
            at=now,
            actor=actor.user,
            event=event,
        )


def _composition(computation: Computation, panel: Sequence[int]) -> list[list[Any]]:
    """Return pool and panel by feature, without what statistical secrecy hides."""
    volunteers = volunteers_of(computation.draw)
    numbers = numbers_of(volunteers.persons, volunteers.content)
    members = set(panel)
    drawn = {person for person in volunteers.persons if numbers[person] in members}
    whole = composition(volunteers.persons, volunteers.columns, drawn, quotas_of(computation))
    found = published(whole, hidden_counts)
    return [[row.category, row.feature, row.pool, row.panel] for row in found.rows]


def _wrong(promised: Promised) -> str:
    if promised.promise.kind is Kind.BEACON:
        return _("This is not a signature of the beacon: it has 96 digits, from 0 to 9 and a to f.")
    return _(
        "Write the %(count)s digits as they were drawn. If they make a number that the lottery has "
        "not (%(last)s is the last), draw them again."
    ) % {"count": digits_for(promised.numbers), "last": promised.numbers - 1}


def sealed_of(computation: Computation) -> Sealed:
    """Return the sealed lottery of a computation, made again from what is kept.

    Raises:
        Refused: the data were erased.
    """
    draw = computation.draw
    volunteers = volunteers_of(draw)
    if computation.result is None:
        raise Refused(_("The data of the volunteers of this draw are erased."))
    content = decrypted(draw, computation.result)
    found = read_result(json.loads(content))
    selection = replace(found.selection, problem=problem_of_computation(computation))
    numbers = numbers_of(volunteers.persons, volunteers.content)
    return sealed(selection, found.lottery, numbers, pool=volunteers.content, result=content)


def numbers_of(persons: Sequence[str], content: bytes) -> dict[str, int]:
    """Return the public number of each volunteer."""
    return public_numbers(persons, content)


def private_file(*, actor: Actor, course: Course, name: str) -> bytes | None:
    """Return a file from which the draw can be made again; ``None`` if it has no such file.

    ``pool.csv``, ``quotas.csv`` and ``result.json`` are those that were committed to, or the latest
    ones until then; ``numbers.csv`` says which public number is whose. Of the first seats drawn
    again there are ``result-1.json``, ``chosen-1.txt`` and ``excluded-1.txt``, and so on.

    Raises:
        Refused: the actor does not organise the draw, or its data are erased.
    """
    check_organiser(actor, course.draw)
    if name == "quotas.csv" and course.quotas is not None:
        return course.quotas.content.encode()
    if name in {"pool.csv", "numbers.csv"}:
        volunteers = volunteers_of(course.draw)
        return volunteers.content if name == "pool.csv" else _numbers_csv(volunteers)
    match = _PRIVATE.fullmatch(name)
    if match is None:
        return None
    found = _computation(course, int(match["rank"] or 0))
    if found is None or found.result is None:
        return None
    if match["kind"] == "result":
        return decrypted(course.draw, found.result)
    lists = {"chosen": found.chosen, "excluded": found.excluded}
    return lines_of(course.draw, lists[match["kind"]]) or None


def _computation(course: Course, rank: int) -> Computation | None:
    """Return the computation that was committed to, or the latest one until then."""
    if not course.commitments:
        return course.computation if rank == 0 else None
    found = [each for each in course.commitments if each.rank == rank]
    return found[0].computation if found else None


def _numbers_csv(volunteers: Volunteers) -> bytes:
    numbers = sorted(
        (number, person)
        for person, number in numbers_of(volunteers.persons, volunteers.content).items()
    )
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([volunteers.identifier, "number"])
    writer.writerows((person, number) for number, person in numbers)
    return text.getvalue().encode()

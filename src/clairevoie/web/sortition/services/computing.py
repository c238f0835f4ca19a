"""The fairest chances of a draw: asked for by its organiser, computed by the worker."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.sortition.certificate import check
from clairevoie.sortition.conflicts import can_be_met
from clairevoie.sortition.files import Origin, digest, plain, read_result
from clairevoie.sortition.filling import seats_left
from clairevoie.sortition.lottery import PANELS, Lottery, lottery_of, numbers_of_each
from clairevoie.sortition.pool import PoolProblem, Problem, Quota
from clairevoie.sortition.selection import Selection, select
from clairevoie.web.accounts.permissions import Actor, Refused
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.sortition import jobs
from clairevoie.web.sortition.models import Computation, Draw, State
from clairevoie.web.sortition.services.announcing import check_organiser
from clairevoie.web.sortition.services.keeping import decrypted, encrypted
from clairevoie.web.sortition.services.preparing import (
    check_kept,
    read_edition,
    volunteers_of,
)

GOING = (State.WAITING, State.RUNNING)
SILENT_AFTER = timedelta(hours=1)
"""A computation that has not ended after so long has lost its worker."""
BINS = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Widths of a bar of the histogram: the narrowest with which there are twelve or less."""


def is_lost(computation: Computation, *, now: datetime) -> bool:
    """Tell whether the worker has stopped in the middle, or never came for it."""
    started = computation.started_at or computation.asked_at
    return computation.state in GOING and now - started > SILENT_AFTER


def ask_computation(
    *, actor: Actor, draw: Draw, chosen: Collection[str] = (), excluded: Collection[str] = ()
) -> Computation:
    """Ask the worker for the fairest chances with the present volunteers and quotas.

    Args:
        actor: who organises the draw.
        draw: which one.
        chosen, excluded: identifiers, for seats that are drawn again.

    Raises:
        Refused: the actor does not organise it; it has no volunteers or no quotas yet; it is
            committed to and no seat is free; or a computation is under way.
    """
    with transaction.atomic():
        computation = _waiting(actor, draw, chosen, excluded)
        jobs.compute_chances.enqueue(computation.pk)
    return computation


def compute_now(
    *, actor: Actor, draw: Draw, chosen: Collection[str] = (), excluded: Collection[str] = ()
) -> Computation:
    """Compute at once, in this process.

    Raises:
        Refused: as `ask_computation`.
    """
    computation = _waiting(actor, draw, chosen, excluded)
    run_computation(computation.pk)
    computation.refresh_from_db()
    return computation


def _waiting(
    actor: Actor, draw: Draw, chosen: Collection[str], excluded: Collection[str]
) -> Computation:
    check_organiser(actor, draw)
    now = timezone.now()
    with transaction.atomic():
        draw = Draw.objects.select_for_update(of=("self",)).select_related("pool").get(pk=draw.pk)
        check_kept(draw)
        quotas = draw.quotas.order_by("-number").first()
        pool = getattr(draw, "pool", None)
        if pool is None or quotas is None:
            raise Refused(_("Give the volunteers and the quotas first."))
        if draw.commitments.exists() and not chosen:
            raise Refused(_("This draw is committed to: nothing it rests on can be changed."))
        for other in draw.computations.filter(state__in=GOING):
            if not is_lost(other, now=now):
                raise Refused(_("A computation is already under way."))
            _stop(other, _("The worker stopped before the end. Please ask again."))
        record_event(
            verb="draw.compute",
            actor=actor,
            system=draw.system,
            data={"draw": draw.number, "pool": pool.digest, "quotas": quotas.digest},
        )
        return Computation.objects.create(
            draw=draw,
            quotas=quotas,
            pool=pool.digest,
            seats=draw.size - len(chosen),
            chosen=_lines(draw, chosen),
            excluded=_lines(draw, excluded),
            asked_at=now,
            asked_by=actor.user,
        )


def _lines(draw: Draw, persons: Collection[str]) -> bytes:
    """Return identifiers as the command reads them, encrypted; nothing for nobody."""
    if not persons:
        return b""
    return encrypted(draw, "".join(f"{one}\n" for one in sorted(persons)).encode())


def lines_of(draw: Draw, content: bytes | memoryview) -> bytes:
    """Return a file of identifiers, decrypted; nothing for nobody."""
    return decrypted(draw, content) if bytes(content) else b""


def run_computation(pk: int) -> None:
    """Do a computation that waits; another state is left alone."""
    started = Computation.objects.filter(pk=pk, state=State.WAITING).update(
        state=State.RUNNING, started_at=timezone.now()
    )
    if not started:
        return
    found = Computation.objects.select_related("draw__pool", "quotas").get(pk=pk)
    try:
        _end(found, state=State.DONE, **_results(found))
    except PoolProblem:
        # Not in its own words, which may name volunteers: this is kept in clear.
        _stop(found, _("The quotas are not those of these volunteers: record them again."))
    except Refused as problem:
        _stop(found, str(problem))
    except Exception:
        _stop(found, _("The site failed during this computation. Its operator finds why."))
        raise


def problem_of_computation(found: Computation) -> Problem:
    """Return the seats that a computation is about, with the volunteers who can have them.

    Raises:
        PoolProblem, Refused: it cannot be read, or contradicts itself.
    """
    draw = found.draw
    volunteers = volunteers_of(draw)
    whole = volunteers.problem(quotas_of(found), size=draw.size)
    chosen, excluded = (
        lines_of(draw, content).decode().split("\n")[:-1]
        for content in (found.chosen, found.excluded)
    )
    if not chosen and not excluded:
        return whole
    return seats_left(whole, chosen=chosen, excluded=excluded)


def quotas_of(found: Computation) -> tuple[Quota, ...]:
    """Return the quotas of a computation."""
    return read_edition(found.quotas)


def _results(found: Computation) -> dict[str, Any]:
    """Return what is stored of a computation.

    Raises:
        PoolProblem, Refused: it cannot be done.
    """
    draw, pool = found.draw, found.draw.pool
    if pool.digest != found.pool:
        raise Refused(_("The volunteers were replaced in between. Please ask again."))
    problem = problem_of_computation(found)
    if not can_be_met(problem):
        raise Refused(_("No panel meets these quotas: the page of the quotas says which."))
    selection = select(problem)
    lottery = lottery_of(selection, numbers=PANELS)
    lists = [lines_of(draw, content) for content in (found.chosen, found.excluded)]
    origin = Origin(
        asked=quotas_of(found),
        size=draw.size,
        identifier=pool.identifier,
        household=pool.household,
        pool=pool.digest,
        quotas=found.quotas.digest,
        chosen=digest(lists[0]) if lists[0] else "",
        excluded=digest(lists[1]) if lists[1] else "",
    )
    content = f"{json.dumps(plain(selection, lottery, origin), ensure_ascii=False)}\n".encode()
    return {
        "result": encrypted(draw, content),
        "digest": digest(content),
        "figures": figures_of(selection, lottery),
    }


def in_no_panel(found: Computation) -> tuple[str, ...]:
    """Return identifiers of the volunteers whom no panel of a computation has, for its organiser.

    Raises:
        PoolProblem, Refused: it cannot be read, or its data are erased.
    """
    if found.result is None:
        return ()
    selection = read_result(json.loads(decrypted(found.draw, found.result))).selection
    problem = problem_of_computation(found)
    nobody = selection.seats == 0
    return tuple(
        person for person, kind in zip(problem.persons, problem.kind, strict=True) if nobody[kind]
    )


def figures_of(selection: Selection, lottery: Lottery) -> dict[str, Any]:
    """Return what is public of chances: no feature, nobody's own chance.

    ``histogram`` has, for each bar, its lowest and highest chance and its volunteers.
    """
    problem = selection.problem
    checked = check(problem, selection.panels, selection.weights, selection.stages)
    fewest, most = numbers_of_each(selection, lottery)
    return {
        "volunteers": int(problem.many.sum()),
        "seats": problem.size,
        "types": len(problem.many),
        "panels": len(selection.panels),
        "lowest": float(checked.lowest),
        "highest": float(checked.highest),
        "levels": len(checked.levels),
        "gap": float(checked.gap),
        "tight": selection.tight,
        "numbers": len(lottery.tickets),
        "fewest": fewest,
        "most": most,
        "loss": lottery.loss,
        "excluded": int(problem.many[selection.seats == 0].sum()),
        "histogram": histogram_of(selection),
    }


def histogram_of(selection: Selection) -> list[list[float]]:
    """Return bars: lowest chance, highest chance, volunteers; at most twelve of one width."""
    many = selection.problem.many
    chances = selection.seats / many / selection.weights.sum()
    width = next((each for each in BINS if chances.max() < 12 * each), BINS[-1])
    # A chance that is a bound but for a rounding is told above it.
    place = np.minimum(np.floor(chances / width + 1e-6), np.floor((1 - 1e-9) / width)).astype(int)
    counts = np.bincount(place, weights=many)
    first = int(place.min())
    return [
        [round(at * width, 4), round((at + 1) * width, 4), int(count)]
        for at, count in enumerate(counts)
        if at >= first
    ]


def _stop(found: Computation, problem: str) -> None:
    _end(found, state=State.FAILED, problem=problem)


def _end(found: Computation, **values: Any) -> None:
    """Write how a computation ended; one that has ended already, or was given up, stays."""
    going = Computation.objects.filter(pk=found.pk, state__in=GOING)
    going.update(finished_at=timezone.now(), **values)

"""The way of an organiser in words: its steps, what quotas make possible, the chances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from clairevoie.sortition.conflicts import Change, Demand, Side
from clairevoie.web.sortition.models import Computation, State
from clairevoie.web.sortition.services.checking import Check
from clairevoie.web.sortition.services.computing import GOING, in_no_panel, is_lost
from clairevoie.web.sortition.services.pages.draws import (
    Chances,
    chances_in_words,
    fine_percent,
    seats_in_words,
)
from clairevoie.web.sortition.services.reading import Course


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way.

    Attributes:
        url: empty for what cannot be done yet, or any more.
    """

    name: str
    title: str
    url: str
    here: bool
    done: bool


@dataclass(frozen=True, slots=True)
class CheckWords:
    """What quotas make possible, in words.

    Attributes:
        problems: what is wrong with them by themselves.
        changes: the smallest sets of changes with which a panel exists, each with who gains and
            who loses.
        spread: of the chances; empty where the next step alone computes them.
    """

    problems: tuple[str, ...]
    possible: bool
    conflict: tuple[str, ...]
    changes: tuple[tuple[str, ...], ...]
    households: bool
    spread: str
    equal: str
    excluded: int


@dataclass(frozen=True, slots=True)
class ChancesPage:
    """The computations of a draw.

    Attributes:
        going: one is under way; ``lost``: it was, and its worker stopped.
        problem: why the last one stopped.
        chances: of the last one that is done; ``current``: it is of these volunteers and quotas.
        earlier: what was found before, with other quotas: a line each.
        in_no_panel: identifiers of the volunteers whom no panel can have.
        may_ask: whether one can be asked for.
    """

    going: bool
    lost: bool
    problem: str
    chances: Chances | None
    current: bool
    in_no_panel: tuple[str, ...]
    earlier: tuple[tuple[str, str, str], ...]
    may_ask: bool
    again: bool
    seats: str


def steps_of(course: Course, here: str) -> tuple[Step, ...]:
    """Return the steps of a draw, with where each stands."""
    number = course.draw.number
    pool, quotas = course.pool, course.quotas
    committed, drawn = bool(course.commitments), bool(course.drawings)
    erased = course.erasure is not None
    computed = course.ready is not None or committed
    rows = (
        ("pool", _("Volunteers"), pool is not None or erased, not erased),
        ("quotas", _("Quotas"), quotas is not None, pool is not None),
        ("chances", _("Chances"), computed, pool is not None and quotas is not None),
        ("commit", _("Commitment"), committed, course.ready is not None or committed),
        ("enter", _("Draw"), drawn, committed),
        ("panel", _("Panel"), drawn and not course.free, drawn and not erased),
    )
    return tuple(
        Step(
            name=name,
            title=title,
            url=reverse(f"sortition:{name}", args=[number]) if possible else "",
            here=name == here,
            done=done,
        )
        for name, title, done, possible in rows
    )


def check_in_words(found: Check, language: str) -> CheckWords:
    """Return what quotas make possible, in words."""
    return CheckWords(
        problems=tuple(found.problem.splitlines()),
        possible=found.possible,
        conflict=tuple(_demand(each) for each in found.conflict),
        changes=tuple(
            tuple(_change(change) for change in each.changes) for each in found.relaxations
        ),
        households=found.households,
        spread=_("from %(low)s to %(high)s")
        % {
            "low": fine_percent(found.lowest, language),
            "high": fine_percent(found.highest, language),
        }
        if found.highest
        else "",
        equal=fine_percent(found.equal, language),
        excluded=found.excluded,
    )


def _demand(found: Demand) -> str:
    each = found.quota
    values = {
        "low": each.low,
        "high": each.high,
        "category": each.category,
        "feature": each.feature,
    }
    if found.side is Side.LOW:
        return _("%(category)s, %(feature)s: at least %(low)s") % values
    return _("%(category)s, %(feature)s: at most %(high)s") % values


def _change(found: Change) -> str:
    each = found.demand.quota
    values = {"category": each.category, "feature": each.feature}
    if found.demand.side is Side.LOW:
        return _(
            "%(category)s, %(feature)s: at least %(new)s instead of %(old)s (they may be fewer, "
            "others may be more)"
        ) % (values | {"old": each.low, "new": each.low - found.by})
    return _(
        "%(category)s, %(feature)s: at most %(new)s instead of %(old)s (they may be more, others "
        "may be fewer)"
    ) % (values | {"old": each.high, "new": each.high + found.by})


def chances_page(course: Course, language: str, *, now: datetime) -> ChancesPage:
    """Return the computations of a draw."""
    last = course.computation
    rows = course.draw.computations.filter(state=State.DONE, figures__isnull=False)
    done = list(rows.select_related("quotas").defer("result").order_by("-pk"))
    going = last is not None and last.state in GOING
    lost = last is not None and is_lost(last, now=now)
    shown = done[0] if done else None
    current = shown is not None and (
        shown == course.ready or any(each.computation_id == shown.pk for each in course.commitments)
    )
    again = bool(course.drawings)
    open_ = not course.commitments or (again and course.free > 0 and course.waiting is None)
    return ChancesPage(
        going=going and not lost,
        lost=lost,
        problem=last.problem if last is not None and last.state == State.FAILED else "",
        chances=chances_in_words(shown.figures, language) if shown and shown.figures else None,
        current=current,
        in_no_panel=_in_no_panel(shown) if current and course.erasure is None else (),
        earlier=tuple(_earlier(each, language) for each in done[1:]),
        may_ask=open_ and course.erasure is None and not (going and not lost),
        again=again,
        seats=seats_in_words(course.free if again else course.draw.size),
    )


def _in_no_panel(found: Computation | None) -> tuple[str, ...]:
    excluded = (found.figures or {}).get("excluded", 0) if found is not None else 0
    return in_no_panel(found) if found is not None and excluded else ()


def _earlier(found: Computation, language: str) -> tuple[str, str, str]:
    figures = found.figures or {}
    return (
        _("Quotas, version %(number)s") % {"number": found.quotas.number},
        fine_percent(figures["lowest"], language),
        fine_percent(figures["highest"], language),
    )

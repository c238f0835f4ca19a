"""Draws in words, for their public pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clairevoie.charts.strips import Histogram, histogram
from clairevoie.web.register.services.contributing import name_of
from clairevoie.web.register.services.pages.wording import date_in_words, number_in_words, percent
from clairevoie.web.sortition.models import Commitment, Departure, Draw, Drawing
from clairevoie.web.sortition.services.preparing import read_edition
from clairevoie.web.sortition.services.reading import Course, Phase, draws_about, phases_of

ALTERNATES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class DrawLine:
    """A draw in a list.

    Attributes:
        about, about_url: what it concerns; empty for a question of its own.
    """

    number: int
    title: str
    url: str
    status: str
    badge: str
    size: str
    organiser: str
    about: str
    about_url: str
    fictitious: bool


@dataclass(frozen=True, slots=True)
class Chances:
    """Chances in words.

    Attributes:
        spread: from the lowest to the highest; ``equal``: what everybody would have without quotas.
        proved: what is proved of them, and what is not.
        rounded: what the numbers of the lottery make of them.
        excluded: of volunteers whom no panel can have; empty when there are none.
    """

    spread: str
    equal: str
    proved: str
    rounded: str
    excluded: str
    chart: Histogram
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """A quota, with volunteers and members who have the feature; ``None`` where hidden."""

    feature: str
    low: int
    high: int
    pool: int | None
    panel: int | None


@dataclass(frozen=True, slots=True)
class Round:
    """A commitment and what was drawn of it, in words.

    Attributes:
        rank: 0 for the whole panel.
        source: where the number is from; ``source_url``: where a round of a beacon can be read.
        digests: name and SHA-256 of each file.
        number: that was drawn; empty until then.
        panel, alternates: public numbers; ``more``: alternates who are not shown.
        files: name, address and words of the files to download.
    """

    rank: int
    seats: str
    at: str
    when: str
    source: str
    source_url: str
    fingerprint: str
    digests: tuple[tuple[str, str], ...]
    number: str
    given: str
    drawn_at: str
    panel: tuple[int, ...]
    alternates: tuple[int, ...]
    more: str
    proof_url: str
    commitment_url: str
    seals_url: str
    quotas_url: str


@dataclass(frozen=True, slots=True)
class DrawPage:
    """A draw with all that came of it.

    Attributes:
        quotas: by category, with volunteers and members once it is drawn; none until they are
            committed to; ``source``: where they are from.
        departures: what happened since the draw, one sentence each.
        data: what becomes of the data of the volunteers.
    """

    line: DrawLine
    text: str
    phase: Phase
    quotas: tuple[tuple[str, tuple[QuotaLine, ...]], ...]
    source: str
    composed: bool
    chances: Chances | None
    rounds: tuple[Round, ...]
    panel: tuple[int, ...]
    free: str
    departures: tuple[str, ...]
    data: str
    erased: bool


def draw_line(row: Draw, phase: Phase, language: str) -> DrawLine:
    """Return a draw in words."""
    if row.system is not None:
        about, about_url = name_of(row.system), reverse("register:system", args=[row.system.slug])
    elif row.body is not None:
        about, about_url = row.body.name, reverse("register:body", args=[row.body.slug])
    else:
        about = about_url = ""
    status, badge = {
        Phase.PREPARED: (_("In preparation"), ""),
        Phase.COMMITTED: (_("Committed to: the number is not drawn yet"), "warning"),
        Phase.DRAWN: (_("Drawn"), "strong"),
    }[phase]
    return DrawLine(
        number=row.number,
        title=row.title,
        url=reverse("sortition:draw", args=[row.number]),
        status=status,
        badge=badge,
        size=seats_in_words(row.size),
        organiser=row.organisation.name if row.organisation else _("this site"),
        about=about,
        about_url=about_url,
        fictitious=row.fictitious,
    )


def draws_block(*, body: str = "", system: str = "", language: str) -> list[DrawLine]:
    """Return the draws about a system or a public body, for its page; one query without any."""
    rows = draws_about(body=body, system=system)
    phases = phases_of(rows) if rows else {}
    return [draw_line(row, phases[row.pk], language) for row in rows]


def seats_in_words(size: int) -> str:
    """Return how many seats a panel has."""
    return ngettext("%(count)s member", "%(count)s members", size) % {"count": size}


def draw_page(course: Course, language: str) -> DrawPage:
    """Return a draw with all that came of it, in words."""
    drawings = {each.commitment_id: each for each in course.drawings}
    first = course.commitments[0] if course.commitments else None
    return DrawPage(
        line=draw_line(course.draw, course.phase, language),
        text=course.draw.text,
        phase=course.phase,
        quotas=_quotas(course) if first else (),
        source=course.quotas.source if first and course.quotas else "",
        composed=bool(course.drawings and course.drawings[0].composition),
        chances=chances_in_words(first.figures, language) if first else None,
        rounds=tuple(_round(each, drawings.get(each.pk), language) for each in course.commitments),
        panel=course.panel,
        free=_free(course.free),
        departures=tuple(_departure(each, language) for each in course.departures),
        data=_data(course, language),
        erased=course.erasure is not None,
    )


def _free(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s seat is free: it is to be drawn again.",
        "%(count)s seats are free: they are to be drawn again.",
        count,
    ) % {"count": count}


def _quotas(course: Course) -> tuple[tuple[str, tuple[QuotaLine, ...]], ...]:
    composed = {
        (category, feature): (pool, panel)
        for category, feature, pool, panel in (
            course.drawings[0].composition if course.drawings else ()
        )
    }
    found: dict[str, list[QuotaLine]] = {}
    for each in read_edition(course.quotas):
        pool, panel = composed.get((each.category, each.feature), (None, None))
        line = QuotaLine(each.feature, each.low, each.high, pool, panel)
        found.setdefault(each.category, []).append(line)
    return tuple((category, tuple(quotas)) for category, quotas in found.items())


def chances_in_words(figures: Mapping[str, Any], language: str) -> Chances:
    """Return the figures of a computation in words."""
    volunteers, seats = figures["volunteers"], figures["seats"]
    bars = [
        (_interval(low, high, language), int(count)) for low, high, count in figures["histogram"]
    ]
    numbers = {
        "fewest": number_in_words(str(figures["fewest"]), language),
        "most": number_in_words(str(figures["most"]), language),
        "numbers": number_in_words(str(figures["numbers"]), language),
    }
    return Chances(
        spread=_("From %(low)s to %(high)s")
        % {
            "low": fine_percent(figures["lowest"], language),
            "high": fine_percent(figures["highest"], language),
        },
        equal=_("%(share)s: %(seats)s seats for %(volunteers)s volunteers")
        % {
            "share": fine_percent(seats / volunteers, language),
            "seats": number_in_words(str(seats), language),
            "volunteers": number_in_words(str(volunteers), language),
        },
        proved=_proved(figures, language),
        rounded=_(
            "Each volunteer is in %(fewest)s to %(most)s of the %(numbers)s numbers that can be "
            "drawn, which are equally likely."
        )
        % numbers,
        excluded=_excluded(figures["excluded"]),
        chart=histogram(
            "chances",
            _("How many volunteers have which chance"),
            bars,
            description=_("Each bar is a number of volunteers, by their chance of being drawn."),
            ticks=(
                (0, percent(figures["histogram"][0][0], language)),
                (1, percent(figures["histogram"][-1][1], language)),
            ),
        ),
        rows=tuple((label, number_in_words(str(count), language)) for label, count in bars),
    )


def _interval(low: float, high: float, language: str) -> str:
    return _("%(low)s to %(high)s") % {
        "low": percent(low, language),
        "high": percent(high, language),
    }


def fine_percent(share: float, language: str) -> str:
    """Return a share with one decimal: « 6,3 % »."""
    text = number_in_words(f"{100 * share:.1f}", language)
    return f"{text}\u00a0%" if language == "fr" else f"{text}%"


def _proved(figures: Mapping[str, Any], language: str) -> str:
    if figures["tight"]:
        return _(
            "Proved: nobody’s chance can be raised without lowering that of somebody who has less "
            "or as much (leximin), but for %(gap)s percentage points at most."
        ) % {"gap": _tiny(100 * figures["gap"], language)}
    return _(
        "The lowest chance cannot be raised by more than %(gap)s percentage points: that is "
        "proved. The rest was computed and cannot be checked without doing it again."
    ) % {"gap": _tiny(100 * figures["gap"], language)}


def _tiny(value: float, language: str) -> str:
    """Return a small number rounded upwards to one significant digit."""
    if value <= 0:
        return "0"
    for decimals in range(2, 12):
        step = 10.0**-decimals
        if value > step:
            units = int(value / step) + 1
            return number_in_words(f"{units * step:.{decimals}f}", language)
    return number_in_words("0.00000000001", language)


def _excluded(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s volunteer cannot be in any panel that meets these quotas.",
        "%(count)s volunteers cannot be in any panel that meets these quotas.",
        count,
    ) % {"count": count}


def moment_in_words(when: datetime, language: str) -> str:
    """Return a moment in the time of the site: « 3 décembre 2026 à 18 h 30 »."""
    local = timezone.localtime(when)
    day = date_in_words(local.date().isoformat(), language)
    if language == "fr":
        return f"{day} à {local.hour}\u00a0h\u00a0{local.minute:02d}"
    return f"{day}, {local.hour:02d}:{local.minute:02d}"


def day_in_words(when: date, language: str) -> str:
    """Return a day."""
    return date_in_words(when.isoformat(), language)


def _round(found: Commitment, drawing: Drawing | None, language: str) -> Round:
    form = found.form
    randomness = form["randomness"]
    where = [found.draw.number, found.rank]
    drawn = drawing.proof["draw"] if drawing is not None else None
    order = drawn["alternates"] if drawn else []
    return Round(
        rank=found.rank,
        seats=seats_in_words(form["size"]),
        at=moment_in_words(found.at, language),
        when=moment_in_words(datetime.fromisoformat(randomness["at"]), language),
        source=(
            randomness["place"]
            if randomness["kind"] == "witnesses"
            else _("Round %(round)s of the public beacon %(name)s")
            % {"round": randomness["round"], "name": randomness["beacon"]}
        ),
        source_url=randomness.get("url", ""),
        fingerprint=found.fingerprint,
        digests=(
            (_("Volunteers"), form["pool"]),
            (_("Quotas"), form["quotas"]),
            (_("Panels, chances and proof"), form["result"]),
            (_("Seals"), form["seals"]),
            (_("Software"), form["software"]),
        ),
        number=_padded(drawn["number"], form["numbers"]) if drawn else "",
        given=drawn["given"] if drawn and randomness["kind"] == "beacon" else "",
        drawn_at=moment_in_words(drawing.at, language) if drawing is not None else "",
        panel=tuple(drawn["panel"]) if drawn else (),
        alternates=tuple(order[:ALTERNATES_SHOWN]),
        more=_more(len(order) - ALTERNATES_SHOWN),
        proof_url=reverse("sortition:proof_file", args=where) if drawn else "",
        commitment_url=reverse("sortition:commitment_file", args=where),
        seals_url=reverse("sortition:seals_file", args=where),
        quotas_url=reverse("sortition:quotas_file", args=where),
    )


def _padded(number: int, numbers: int) -> str:
    return f"{number:0{len(str(numbers - 1))}d}"


def _more(count: int) -> str:
    if count <= 0:
        return ""
    return ngettext("And %(count)s other.", "And %(count)s others.", count) % {"count": count}


def _departure(found: Departure, language: str) -> str:
    values = {
        "day": day_in_words(timezone.localdate(found.at), language),
        "leaving": found.leaving,
        "joining": found.joining,
    }
    if found.joining is None:
        return (
            _(
                "%(day)s: number %(leaving)s leaves; no alternate keeps the quotas, and the seat "
                "is to be drawn again."
            )
            % values
        )
    return _("%(day)s: number %(leaving)s leaves, number %(joining)s takes the seat.") % values


def _data(course: Course, language: str) -> str:
    erasure = course.erasure
    if erasure is not None:
        return _(
            "The data of %(count)s volunteers were erased on %(day)s, and the key under which they "
            "were encrypted (event %(event)s of the register)."
        ) % {
            "count": number_in_words(str(erasure.volunteers), language),
            "day": day_in_words(timezone.localdate(erasure.at), language),
            "event": erasure.event_id,
        }
    return _("Encrypted, read by the organiser alone, erased on %(day)s at the latest.") % {
        "day": day_in_words(course.draw.erase_on, language)
    }

"""Lines of lists: recommendations, where they stand, how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clairevoie.consultation.recommendations import Duty, Standing, Status
from clairevoie.register.catalogue.vocabularies import CAPACITY
from clairevoie.web.consultation.models import Recommendation
from clairevoie.web.consultation.services.reading import (
    LATE,
    Counts,
    Filters,
    find,
    rows_of,
)
from clairevoie.web.register.services.pages.wording import date_in_words

BLOCK_LINES = 5
_BADGES = {Status.DONE: "strong", Status.REPLACED: ""}


@dataclass(frozen=True, slots=True)
class StandingWords:
    """Where a recommendation stands, in words.

    Attributes:
        status: of the administration's answer; never that it did not answer elsewhere.
        late: how late it is; empty when it is not.
        due: what is due by when, or that nobody gave a date.
        badge: the look of the status.
    """

    status: str
    late: str
    due: str
    badge: str


@dataclass(frozen=True, slots=True)
class RecommendationLine:
    """A recommendation in a list."""

    number: int
    version: int
    title: str
    author: str
    capacity: str
    body: str
    body_url: str
    system: str
    system_url: str
    origin: str
    day: str
    fictitious: bool
    standing: StandingWords
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """The recommendations of a public body, a system or a consultation, on its page.

    Attributes:
        lines: the first ones; ``rest`` counts those left out.
        list_url: where they all are; ``make_url``: where to add one.
    """

    lines: tuple[RecommendationLine, ...]
    rest: int
    summary: str
    list_url: str
    make_url: str


def status_words(status: str) -> str:
    """Return a status in words, also `LATE`."""
    return {
        Status.OWED: _("No answer recorded here"),
        Status.STUDY: pgettext("a recommendation", "Under study"),
        Status.ACCEPTED: pgettext("a recommendation", "Accepted"),
        Status.PARTLY: pgettext("a recommendation", "Accepted in part"),
        Status.REFUSED: pgettext("a recommendation", "Refused"),
        Status.DONE: pgettext("a recommendation", "Done"),
        Status.REPLACED: _("Replaced by a later version"),
        LATE: pgettext("recommendations", "Late"),
    }[status]


def days_late(days: int) -> str:
    """Return how late something is."""
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}


def standing_words(found: Standing, language: str) -> StandingWords:
    """Return where a recommendation stands, in words."""
    return StandingWords(
        status=status_words(found.status),
        late=days_late(found.late_days) if found.late else "",
        due=_due(found, language),
        badge=_BADGES.get(found.status, ""),
    )


def _due(found: Standing, language: str) -> str:
    if found.duty is None:
        return ""
    if found.due is None:
        return _("without a due date")
    day = {"day": date_in_words(found.due.isoformat(), language)}
    if found.duty is Duty.ANSWER:
        return _("answer asked for by %(day)s") % day
    return _("promised for %(day)s") % day


def recommendation_line(
    row: Recommendation, standing: Standing, language: str
) -> RecommendationLine:
    """Return the line of a recommendation."""
    system = row.system
    return RecommendationLine(
        number=row.number,
        version=row.version,
        title=row.title,
        author=row.author,
        capacity=str(CAPACITY.label(row.capacity, language)),
        body=row.body.name,
        body_url=reverse("register:body", args=[row.body.slug]),
        system=system.entry.name if system else "",
        system_url=reverse("register:system", args=[system.slug]) if system else "",
        origin=row.get_origin_display(),
        day=date_in_words(row.asked_on, language),
        fictitious=row.fictitious,
        standing=standing_words(standing, language),
        url=reverse("consultation:recommendation", args=[row.number]),
    )


def counts_in_words(counts: Counts) -> str:
    """Return how many were asked, what came of them and how many are late, in one sentence."""
    asked = ngettext("%(count)s recommendation", "%(count)s recommendations", counts.asked) % {
        "count": counts.asked
    }
    parts = (
        (ngettext("%(count)s has an answer", "%(count)s have an answer", counts.answered))
        % {"count": counts.answered},
        (ngettext("%(count)s is under study", "%(count)s are under study", counts.studied))
        % {"count": counts.studied},
        (
            ngettext(
                "%(count)s has no answer recorded here",
                "%(count)s have no answer recorded here",
                counts.silent,
            )
        )
        % {"count": counts.silent},
        (ngettext("%(count)s is late", "%(count)s are late", counts.late)) % {"count": counts.late},
    )
    return f"{asked}{pgettext('before a list', ':')} {', '.join(parts)}."


def block(filters: Filters, *, today: date, language: str) -> Block:
    """Return what was asked of a public body, or about a system, or from a consultation.

    Four queries.
    """
    found = find(filters, today=today)
    shown = rows_of(found.keys[:BLOCK_LINES])
    named = {
        "administration": filters.body,
        "systeme": filters.system,
        "consultation": filters.consultation,
        "tirage": filters.draw,
    }
    words = urlencode({key: value for key, value in named.items() if value})
    return Block(
        lines=tuple(recommendation_line(row, found.standings[row.pk], language) for row in shown),
        rest=len(found.keys) - len(shown),
        summary=counts_in_words(found.counts),
        list_url=f"{reverse('consultation:recommendations')}?{words}",
        make_url=f"{reverse('consultation:recommend')}?{words}",
    )

"""Consultations in words, for their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clairevoie.consultation.coordination import Flag
from clairevoie.web.consultation.models import (
    Audience,
    Consultation,
    Decision,
    ProposalState,
)
from clairevoie.web.consultation.services.consulting import (
    Phase,
    closed_early,
    consultations_about,
    open_first,
    phase_of,
)
from clairevoie.web.consultation.services.crowds import Crowds
from clairevoie.web.register.services.contributing import name_of
from clairevoie.web.register.services.pages.wording import date_in_words, number_in_words


@dataclass(frozen=True, slots=True)
class ConsultationLine:
    """A consultation in a list.

    Attributes:
        phase: code of where it is; ``status``, in words; ``badge``, the kind of its badge.
        about, about_url: what it concerns; empty for a question of its own.
    """

    number: int
    title: str
    question: str
    url: str
    phase: Phase
    status: str
    badge: str
    when: str
    audience: str
    organiser: str
    about: str
    about_url: str
    fictitious: bool


@dataclass(frozen=True, slots=True)
class ConsultationPage:
    """A consultation with its rules.

    Attributes:
        codes: one needs a code; ``agents``: it asks the agents of a public body.
        closing: why it was closed early; empty when it was not.
        results_when: when its results are shown.
    """

    line: ConsultationLine
    text: str
    policy: str
    moderation: str
    codes: bool
    agents: bool
    open: bool
    closing: str
    closed_on: str
    participants: str
    results_when: str
    min_group: int


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision of the moderation, as it is published; an unlawful text is empty."""

    text: str
    verdict: str
    badge: str
    reason: str
    who: str
    day: str


def consultation_line(row: Consultation, *, today: date, language: str) -> ConsultationLine:
    """Return a consultation in words."""
    phase = phase_of(row, today=today)
    first = date_in_words(row.opens_on.isoformat(), language)
    last = date_in_words(row.closes_on.isoformat(), language)
    status = {
        Phase.OPEN: _("Open: one can vote"),
        Phase.COMING: _("Not open yet"),
        Phase.CLOSED: _("Closed"),
    }[phase]
    if row.system is not None:
        about, about_url = name_of(row.system), reverse("register:system", args=[row.system.slug])
    elif row.body is not None:
        about, about_url = row.body.name, reverse("register:body", args=[row.body.slug])
    else:
        about = about_url = ""
    return ConsultationLine(
        number=row.number,
        title=row.title,
        question=row.question,
        url=reverse("consultation:consultation", args=[row.number]),
        phase=phase,
        status=status,
        badge="ok" if phase is Phase.OPEN else "",
        when=_("From %(first)s to %(last)s") % {"first": first, "last": last},
        audience=str(Audience(row.audience).label),
        organiser=row.organisation.name if row.organisation else _("this site"),
        about=about,
        about_url=about_url,
        fictitious=row.fictitious,
    )


def consultation_page(
    row: Consultation, *, participants: int, today: date, language: str
) -> ConsultationPage:
    """Return a consultation with its rules in words."""
    line = consultation_line(row, today=today, language=language)
    closing = row.closing if closed_early(row) else None
    return ConsultationPage(
        line=line,
        text=row.text,
        policy=row.policy,
        moderation=str(row.get_moderation_display()),
        codes=row.audience != Audience.OPEN,
        agents=row.audience == Audience.AGENTS,
        open=line.phase is Phase.OPEN,
        closing=closing.reason if closing else "",
        closed_on=_day(timezone.localdate(closing.at), language) if closing else "",
        participants=ngettext(
            "%(count)s person has voted.", "%(count)s persons have voted.", participants
        )
        % {"count": participants},
        results_when=_results_when(row, language, behind=line.phase is not Phase.CLOSED),
        min_group=row.min_group,
    )


def consultations_block(
    *, body: str = "", system: str = "", today: date, language: str
) -> list[ConsultationLine]:
    """Return the consultations about a system or a public body, for its page."""
    rows = open_first(consultations_about(body=body, system=system), today=today)
    return [consultation_line(row, today=today, language=language) for row in rows]


def decision_line(row: Decision, language: str) -> DecisionLine:
    """Return a decision as it is published."""
    hidden = row.proposal.count.state == ProposalState.HIDDEN
    return DecisionLine(
        text="" if hidden else row.proposal.text,
        verdict=str(ProposalState(row.state).label),
        badge="ok" if row.state == ProposalState.OPEN else "warning",
        reason=row.reason,
        who=row.organisation.name if row.organisation else _("this site"),
        day=_day(timezone.localdate(row.at), language),
    )


@dataclass(frozen=True, slots=True)
class CrowdsBlock:
    """Near-identical voters who arrive together, in words; one sentence a group."""

    sentences: tuple[str, ...]
    changed: tuple[str, ...]


def crowds_block(found: Crowds, language: str) -> CrowdsBlock:
    """Return what was seen of near-identical voters, for the moderation."""
    return CrowdsBlock(tuple(_crowd(each, language) for each in found.flags), found.changed)


def _crowd(flag: Flag, language: str) -> str:
    first = timezone.localtime(datetime.fromtimestamp(flag.first / 1000, UTC))
    minutes = max(1, -(-(flag.last - flag.first) // 60_000))
    return _(
        "%(people)s persons who began on %(day)s at %(hour)s, within %(minutes)s min: of "
        "%(shared)s proposals on which two of them voted, they voted alike on %(same)s; with the "
        "usual answers it would be %(expected)s."
    ) % {
        "people": len(flag.members),
        "day": _day(first.date(), language),
        "hour": first.strftime("%H:%M"),
        "minutes": minutes,
        "shared": number_in_words(f"{flag.shared:.0f}", language),
        "same": number_in_words(f"{flag.same:.1f}", language),
        "expected": number_in_words(f"{flag.expected:.1f}", language),
    }


def _day(day: date, language: str) -> str:
    return date_in_words(day.isoformat(), language)


def _results_when(row: Consultation, language: str, *, behind: bool) -> str:
    """Return when results are shown; ``behind``: the vote is not over."""
    least = row.min_group * (2 if behind else 1)
    if row.results_on and row.results_from:
        return _("From %(day)s, once %(persons)s persons have voted.") % {
            "day": _day(row.results_on, language),
            "persons": max(row.results_from, least),
        }
    if row.results_on:
        return _("From %(day)s, if %(persons)s persons or more have voted.") % {
            "day": _day(row.results_on, language),
            "persons": least,
        }
    return _("Once %(persons)s persons have voted.") % {
        "persons": max(row.results_from or 0, least)
    }

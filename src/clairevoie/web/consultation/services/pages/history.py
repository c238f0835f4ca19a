"""The whole history of a recommendation: asked, late, answered, done, replaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.consultation.recommendations import Duty, Lapse, Standing, lapses, standing
from clairevoie.register.catalogue import FIELD_BY_KEY
from clairevoie.web.accounts.permissions import Actor
from clairevoie.web.consultation.models import (
    ProposalState,
    Recommendation,
    RecommendationAnswer,
    RecommendationStep,
)
from clairevoie.web.consultation.services.answers import PROMISING, may_answer
from clairevoie.web.consultation.services.pages.lines import (
    RecommendationLine,
    days_late,
    recommendation_line,
)
from clairevoie.web.consultation.services.reading import answers_to, asked_of, steps_of
from clairevoie.web.consultation.services.recommendations import may_replace
from clairevoie.web.register.services.pages.wording import (
    Shown,
    date_in_words,
    host_of,
    text_html,
    web_address,
)


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class HistoryMoment:
    """Something that happened.

    Attributes:
        head: what it is, in a few words; ``who``: who did it, empty when nobody did.
        texts: what was said; ``commitment``: what is promised, and ``promised`` by when.
        proofs: what shows that it is done; ``away`` for one on another site.
        late: it is a due date that passed.
    """

    day: str
    head: str
    who: str = ""
    texts: tuple[Shown, ...] = ()
    commitment: Shown | None = None
    promised: str = ""
    statement: Link | None = None
    away: Link | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class RecommendationPage:
    """A recommendation, where it stands, and its history.

    Attributes:
        text, quote: what is asked; the passage of the document in which it is asked.
        due: by when an answer is asked; empty when whoever asks does not say.
        answer: the newest answer; ``None`` when none is recorded here.
        here: the consultation or the panel of this site from which it comes.
        source, origin_link: where it can be read.
    """

    line: RecommendationLine
    text: Shown
    origin_name: str
    here: Link | None
    origin_link: Link | None
    source: Link | None
    source_publisher: str
    locator: str
    quote: str
    due: str
    recorded_by: str
    recorded_day: str
    answer: HistoryMoment | None
    moments: tuple[HistoryMoment, ...]
    earlier: Link | None
    later: Link | None
    may_answer: bool
    may_report: bool
    may_replace: bool


def recommendation_page(
    row: Recommendation, *, actor: Actor, today: date, language: str
) -> RecommendationPage:
    """Return the page of a recommendation; six queries."""
    asked = asked_of(Recommendation.objects.filter(pk=row.pk))[row.pk]
    found = standing(asked, today=today)
    answers, steps = answers_to(row), steps_of(row)
    later = getattr(row, "replaced_by", None)
    speaks = actor.user is not None and may_answer(actor, row) and later is None
    return RecommendationPage(
        line=recommendation_line(row, found, language),
        text=Shown(text_html(row.text), row.text),
        origin_name=row.origin_name,
        here=(here := _here(row)),
        origin_link=_away(row.origin_url) if here is None else None,
        source=_source(row),
        source_publisher=row.source.publisher if row.source else "",
        locator=row.locator,
        quote=row.quote,
        due=_words(row.due_on, language),
        recorded_by=row.organisation.name if row.organisation else "",
        recorded_day=_words(asked.recorded, language),
        answer=_answer(answers[-1], row, language) if answers else None,
        moments=tuple(_moments(row, answers, steps, lapses(asked, today=today), language)),
        earlier=_version(row.supersedes),
        later=_version(later),
        may_answer=speaks,
        may_report=speaks and _promised(found, answers),
        may_replace=actor.user is not None and later is None and may_replace(actor, row),
    )


def _here(row: Recommendation) -> Link | None:
    if row.draw is not None:
        return Link(_("How the panel was drawn"), reverse("sortition:draw", args=[row.draw.number]))
    if row.consultation is None:
        return None
    number = row.consultation.number
    shown = row.proposal is not None and row.proposal.count.state == ProposalState.OPEN
    if row.proposal is None or not shown:
        return Link(_("Its results"), reverse("consultation:results", args=[number]))
    url = reverse("consultation:proposal_result", args=[number, row.proposal.pk])
    return Link(_("The votes on this proposal"), url)


def _promised(found: Standing, answers: Sequence[RecommendationAnswer]) -> bool:
    return bool(answers) and found.duty is Duty.COMMITMENT and answers[-1].verdict in PROMISING


def _moments(
    row: Recommendation,
    answers: Sequence[RecommendationAnswer],
    steps: Sequence[RecommendationStep],
    late: Sequence[Lapse],
    language: str,
) -> Iterator[HistoryMoment]:
    """Yield what happened, the oldest first; on one day, what became late comes first."""
    found = [
        (timezone.localdate(each.at), 1, each.event_id, _answer(each, row, language))
        for each in answers
    ]
    found += [
        (timezone.localdate(each.at), 1, each.event_id, _step(each, row, language))
        for each in steps
    ]
    found += [(each.day, 0, 0, _late(each, language)) for each in late]
    later = getattr(row, "replaced_by", None)
    if later is not None:
        day = timezone.localdate(later.recorded_at)
        words = _words(day, language)
        moment = HistoryMoment(words, _("Replaced by a later version"), row.author)
        found.append((day, 2, later.event_id, moment))
    yield HistoryMoment(date_in_words(row.asked_on, language), _("Asked"), row.author)
    for *_order, moment in sorted(found, key=lambda each: each[:3]):
        yield moment


def _answer(answer: RecommendationAnswer, row: Recommendation, language: str) -> HistoryMoment:
    promise = answer.commitment
    return HistoryMoment(
        day=_words(timezone.localdate(answer.at), language),
        head=str(answer.get_verdict_display()),
        who=answer.organisation.name if answer.organisation else row.body.name,
        texts=(Shown(text_html(answer.reason), answer.reason),),
        commitment=Shown(text_html(promise), promise) if promise else None,
        promised=_words(answer.promised_on, language),
    )


def _step(step: RecommendationStep, row: Recommendation, language: str) -> HistoryMoment:
    statement = step.statement
    proof = None
    if statement is not None:
        field = FIELD_BY_KEY.get(statement.field)
        label = field.label(language) if field else statement.field
        words = f"{statement.system.entry.name} – {label}"
        proof = Link(words, reverse("register:statement", args=[statement.uid]))
    return HistoryMoment(
        day=_words(timezone.localdate(step.at), language),
        head=_("Done, says the administration") if step.done else _("Where it is"),
        who=step.organisation.name if step.organisation else row.body.name,
        texts=(Shown(text_html(step.text), step.text),),
        statement=proof,
        away=_away(step.proof_url),
    )


def _late(lapse: Lapse, language: str) -> HistoryMoment:
    due = {"day": _words(lapse.due, language)}
    if lapse.duty is Duty.ANSWER:
        head = _("Late: an answer was asked for by %(day)s") % due
    else:
        head = _("Late: promised for %(day)s") % due
    texts: tuple[Shown, ...] = ()
    if lapse.ended is not None:
        words = days_late((lapse.ended - lapse.due).days)
        texts = (Shown.plain(_("In the end, %(late)s.") % {"late": words}),)
    return HistoryMoment(_words(lapse.day, language), head, texts=texts, late=True)


def _source(row: Recommendation) -> Link | None:
    if row.source is None:
        return None
    return Link(row.source.title, reverse("register:source", args=[row.source.uid]))


def _version(row: Recommendation | None) -> Link | None:
    if row is None:
        return None
    words = _("version %(version)s") % {"version": row.version}
    return Link(words, reverse("consultation:recommendation", args=[row.number]))


def _away(url: str) -> Link | None:
    return Link(host_of(url), url) if web_address(url) else None


def _words(day: date | None, language: str) -> str:
    return date_in_words(day.isoformat(), language) if day else ""

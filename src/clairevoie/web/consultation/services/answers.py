"""What the administration addressed answers, and where its commitment is. The newest holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.consultation import jobs
from clairevoie.web.consultation.models import (
    AnswerVerdict,
    Recommendation,
    RecommendationAnswer,
    RecommendationStep,
)
from clairevoie.web.consultation.services.notices import ask_notice
from clairevoie.web.consultation.services.texts import cleaned_text, cleaned_url
from clairevoie.web.register.models import Statement
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.register.services.statements import is_hidden
from clairevoie.web.rules.services.publishing import may_publish

PROMISING = (AnswerVerdict.ACCEPTED, AnswerVerdict.PARTLY)


def may_answer(actor: Actor, recommendation: Recommendation) -> bool:
    """Tell whether the actor speaks for the public body to which a recommendation is addressed."""
    return actor.has(Role.PUBLISHER) and may_publish(actor, recommendation.body)


def answer(
    *,
    actor: Actor,
    recommendation: Recommendation,
    verdict: str,
    reason: str,
    commitment: str = "",
    promised_on: date | None = None,
    at: datetime | None = None,
) -> RecommendationAnswer:
    """Answer a recommendation; an earlier answer stays visible under the new one.

    Args:
        at: for the command alone, which may bring answers of another register.

    Raises:
        Refused: the actor does not speak for the public body; or a later version holds.
        InvalidInput: there is no reason; or a commitment or its date lacks, or is one too many.
    """
    _check_speaker(actor, recommendation, at)
    now = at or timezone.now()
    errors: dict[str, str] = {}
    if verdict not in AnswerVerdict.values:
        errors["verdict"] = _("Please choose one of the values listed.")
    reason = cleaned_text(errors, "reason", reason)
    commitment = cleaned_text(errors, "commitment", commitment)
    if not reason:
        errors.setdefault("reason", _("Please give the reason."))
    if verdict in PROMISING:
        if not commitment:
            errors.setdefault("commitment", _("Please say what you will do."))
        if promised_on is None:
            errors["promised_on"] = _("Please say by when you will have done it.")
        elif promised_on < timezone.localdate(now):
            errors["promised_on"] = _("This date has passed.")
    elif commitment or promised_on:
        errors["commitment"] = _("Only an accepted recommendation comes with a commitment.")
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        event = _event(actor, recommendation, "recommendation.answer", {"verdict": verdict})
        made = RecommendationAnswer.objects.create(
            recommendation=recommendation,
            verdict=verdict,
            reason=reason,
            commitment=commitment,
            promised_on=promised_on,
            at=now,
            actor=actor.user,
            organisation=actor.organisation,
            event=event,
        )
        if at is None and ask_notice(recommendation, f"answer-{made.pk}"):
            jobs.send_notices.enqueue()
    return made


def report_progress(
    *,
    actor: Actor,
    recommendation: Recommendation,
    text: str,
    done: bool = False,
    proof_url: str = "",
    statement: Statement | None = None,
    at: datetime | None = None,
) -> RecommendationStep:
    """Say where a commitment is, or that it is kept, with the proof.

    Args:
        at: for the command alone, as in `answer`.

    Raises:
        Refused: the actor does not speak for the public body; a later version holds; or there is
            no commitment of which to say anything.
        InvalidInput: there is no text, or no proof; or the statement is not one of this body.
    """
    _check_speaker(actor, recommendation, at)
    errors: dict[str, str] = {}
    text = cleaned_text(errors, "text", text)
    proof_url = cleaned_url(errors, "proof_url", proof_url)
    if not text:
        errors.setdefault("text", _("Please say what was done."))
    if done and not errors and not proof_url and statement is None:
        errors["proof_url"] = _("Please give the proof: a link, or a statement of the register.")
    if statement is not None and not _proves(statement, recommendation):
        errors["statement"] = _(
            "Please choose a statement that is shown, about a system of this public body."
        )
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        verb = "recommendation.done" if done else "recommendation.progress"
        event = _event(actor, recommendation, verb, {})
        # Under the clock's lock: nobody answers otherwise meanwhile.
        if not may_report(recommendation):
            raise Refused(_("Progress is told of an accepted recommendation that is not done yet."))
        made = RecommendationStep.objects.create(
            recommendation=recommendation,
            done=done,
            text=text,
            proof_url=proof_url,
            statement=statement,
            at=at or timezone.now(),
            actor=actor.user,
            organisation=actor.organisation,
            event=event,
        )
        if at is None and done and ask_notice(recommendation, f"done-{made.pk}"):
            jobs.send_notices.enqueue()
    return made


def may_report(recommendation: Recommendation) -> bool:
    """Tell whether the newest answer is a commitment that is not done yet."""
    newest = recommendation.answers.order_by("-event_id").first()
    if newest is None or newest.verdict not in PROMISING:
        return False
    return not recommendation.steps.filter(done=True, event_id__gt=newest.event_id).exists()


def _check_speaker(actor: Actor, recommendation: Recommendation, at: datetime | None) -> None:
    require(actor, Role.PUBLISHER)
    if not may_answer(actor, recommendation):
        raise Refused(_("Only the public body to which it is addressed may answer."))
    if at is not None and not actor.is_command:
        raise Refused(_("Only the site’s command may say when something was recorded."))
    if Recommendation.objects.filter(supersedes=recommendation).exists():
        raise Refused(_("This recommendation has a later version: answer that one."))


def _proves(statement: Statement, recommendation: Recommendation) -> bool:
    return statement.system.body_id == recommendation.body_id and not is_hidden(statement)


def _event(actor: Actor, recommendation: Recommendation, verb: str, data: dict[str, Any]) -> Any:
    return record_event(
        verb=verb,
        actor=actor,
        system=recommendation.system,
        data={"recommendation": recommendation.number, **data},
    )

"""Audits: asked for by who has access to a journal, done by the worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clairevoie.audit.model import Plan, PlanProblem
from clairevoie.audit.reading import read_plan
from clairevoie.charts.drawing import Language
from clairevoie.decisions.model import JournalProblem
from clairevoie.decisions.opening import data_digest
from clairevoie.decisions.reading import read_journal
from clairevoie.letters.audit_problems import problem_lines, problem_sentences
from clairevoie.rules.model import RulesProblem
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused
from clairevoie.web.audit import jobs
from clairevoie.web.audit.models import PLAN_LENGTH, AuditRun, AuditState, PublishedAudit
from clairevoie.web.audit.services.access import require_access
from clairevoie.web.audit.services.reading import earlier_audits
from clairevoie.web.decisions.models import Journal
from clairevoie.web.decisions.services.journals import folder_of
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.rules.services.reading import published, rule_set

if TYPE_CHECKING:
    from clairevoie.audit.running import Audit

PLAN_LIMIT = 1_000_000
PROBLEMS_SHOWN = 20
SILENT_AFTER = timedelta(minutes=30)
"""An audit of which nothing was heard for so long has lost its worker (it tells each part)."""
PROTECTING = "protecting"
"""The part that comes after those of `clairevoie.audit.running.audit`."""
GOING = (AuditState.WAITING, AuditState.RUNNING)


def is_lost(run: AuditRun, *, now: datetime) -> bool:
    """Tell whether the worker has stopped in the middle of an audit, or never came for it."""
    return run.state in GOING and now - (run.seen_at or run.asked_at) > SILENT_AFTER


def ask_audit(*, actor: Actor, journal: Journal, plan: bytes) -> AuditRun:
    """Ask the worker for an audit of a journal by a plan.

    Raises:
        Refused: the actor has no access to the journal; or an audit of it is under way.
        InvalidInput: the plan cannot be read, or is for another journal.
    """
    with transaction.atomic():
        run = _waiting(actor, journal, plan)
        jobs.audit_journal.enqueue(run.pk)
    return run


def audit_now(*, actor: Actor, journal: Journal, plan: bytes) -> AuditRun:
    """Do an audit at once, in this process, and return it.

    Raises:
        Refused, InvalidInput: as `ask_audit`.
    """
    run = _waiting(actor, journal, plan)
    run_audit(run.pk)
    run.refresh_from_db()
    return run


def _waiting(actor: Actor, journal: Journal, content: bytes) -> AuditRun:
    require_access(actor, journal)
    now = timezone.now()
    with transaction.atomic():
        journal = Journal.objects.select_for_update().get(pk=journal.pk)
        edition = journal.editions.latest("number")
        plan = _plan(content, read_journal(edition.declaration.encode()).id)
        for other in journal.audits.filter(state__in=GOING):
            if not is_lost(other, now=now):
                raise Refused(_("An audit of this journal is already under way."))
            _stop(other, _("The worker stopped before the end. Please ask again."))
        record_event(
            verb="audit.ask",
            actor=actor,
            system=journal.rules.system,
            data={"journal": journal.slug, "plan": plan.digest},
        )
        return AuditRun.objects.create(
            journal=journal,
            edition=edition,
            rules_edition=published(journal.rules.slug),
            plan=content.decode(),
            plan_id=plan.id,
            title=dict(plan.title),
            digest=plan.digest,
            asked_at=now,
            asked_by=actor.user,
            organisation=actor.organisation,
        )


def _plan(content: bytes, journal: str) -> Plan:
    if len(content) > PLAN_LIMIT:
        raise InvalidInput({"plan": _("This file is too large for a plan.")})
    try:
        plan = read_plan(content)
    except PlanProblem as problem:
        lines = problem_lines(problem, _spoken())
        more = len(lines) - PROBLEMS_SHOWN
        shown = [*lines[:PROBLEMS_SHOWN], *([f"… +{more}"] if more > 0 else [])]
        raise InvalidInput({"plan": "\n".join(shown)}) from None
    if plan.journal != journal:
        raise InvalidInput(
            {
                "plan": _("This plan is for the journal “%(plan)s”, and this one is “%(id)s”.")
                % {"plan": plan.journal, "id": journal}
            }
        )
    if len(plan.id) > PLAN_LENGTH:
        raise InvalidInput({"plan": _("The identifier of the plan (id) is too long.")})
    return plan


def _spoken() -> Language:
    """Return the language of the reader; of the site, where an audit runs for nobody in sight."""
    return "en" if (get_language() or settings.LANGUAGE_CODE).startswith("en") else "fr"


def run_audit(pk: int) -> None:
    """Do an audit that waits, writing how far it is; another state is left alone."""
    now = timezone.now()
    started = AuditRun.objects.filter(pk=pk, state=AuditState.WAITING).update(
        state=AuditState.RUNNING, started_at=now, seen_at=now
    )
    if not started:
        return
    run = AuditRun.objects.select_related("journal", "edition", "rules_edition").get(pk=pk)
    try:
        _end(run, state=AuditState.DONE, **_results(run))
    except PlanProblem as problem:
        _stop(run, "\n".join(problem_lines(problem, _spoken())))
    except (JournalProblem, RulesProblem) as problem:
        _stop(run, str(problem))
    except Exception:
        _stop(run, _("The site failed during this audit. Its operator finds why in its log."))
        raise


def _results(run: AuditRun) -> dict[str, Any]:
    """Return what is stored of an audit.

    Raises:
        PlanProblem, JournalProblem, RulesProblem: it cannot be done.
    """
    from clairevoie.audit.running import audit
    from clairevoie.audit.writing import exact_form

    declared = read_journal(run.edition.declaration.encode())
    plan = read_plan(run.plan.encode())
    folder = folder_of(run.journal)
    tell = _teller(run)
    before = data_digest(declared, folder, within=folder)
    found = audit(
        declared,
        plan,
        folder,
        rules=rule_set(run.rules_edition),
        within=folder,
        progress=tell,
    )
    tell(PROTECTING)
    values = {"exact": exact_form(found), **_publishable(run, found)}
    if {before, found.data_digest} != {data_digest(declared, folder, within=folder)}:
        raise JournalProblem(
            ("", _("The file of the journal was replaced during the audit. Please ask again."))
        )
    return values


def _publishable(run: AuditRun, found: Audit) -> dict[str, Any]:
    """Return what an audit would publish beside those that are public, or why it may not."""
    from clairevoie.audit.publishing import BesideProblem, hidden_of
    from clairevoie.audit.writing import public_form

    declared = read_journal(run.edition.declaration.encode())
    folder = folder_of(run.journal)
    earlier = earlier_audits(run.journal)
    try:
        hidden, beside = hidden_of(
            declared, found.plan, folder, found.cells, within=folder, earlier=earlier
        )
    except BesideProblem as problem:
        return {"refusal": [dict(text) for text in problem.texts], "earlier": len(earlier)}
    except PlanProblem as problem:
        said = zip(problem.sentences, problem_sentences(problem, "fr"), strict=True)
        refused = [{"fr": french, "en": english} for english, french in said]
        return {"refusal": refused, "earlier": len(earlier)}
    return {
        "public": public_form(found, hidden, earlier),
        "apart": [dict(text) for text in beside.apart],
        "earlier": len(earlier),
    }


def _stop(run: AuditRun, problem: str) -> None:
    _end(run, state=AuditState.FAILED, problem=problem)


def _end(run: AuditRun, **values: Any) -> None:
    """Write how an audit ended; one that has ended already, or was given up, stays as it is."""
    going = AuditRun.objects.filter(pk=run.pk, state__in=GOING)
    going.update(finished_at=timezone.now(), **values)


def _teller(run: AuditRun) -> Callable[[str], None]:
    """Return what writes which part of the audit begins."""

    def tell(part: str) -> None:
        AuditRun.objects.filter(pk=run.pk).update(part=part, seen_at=timezone.now())

    return tell


def public_count(journal: Journal) -> int:
    """Return how many audits of a journal, computed here, are public."""
    return PublishedAudit.objects.filter(journal=journal).count()

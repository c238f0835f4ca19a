"""Publishing an audit, and the replies of the administration concerned. Nothing of it changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.audit.models import AuditReply, AuditRun, AuditState, PublishedAudit
from clairevoie.web.audit.services.access import require_access
from clairevoie.web.audit.services.running import public_count
from clairevoie.web.decisions.models import Journal
from clairevoie.web.register.models import PublicBody, RegisterClock, System
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.rules.services.publishing import may_publish

NOTE_LIMIT = 500
REPLY_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Material:
    """What is published, and where it comes from."""

    form: Mapping[str, Any]
    system: System | None
    run: AuditRun | None = None
    journal: Journal | None = None
    fictitious: bool = False


def publish_audit(*, actor: Actor, run: AuditRun, note: str = "") -> PublishedAudit:
    """Publish what may be of an audit, in the name of the organisation that asked for it.

    Raises:
        Refused: another organisation asked for it, or this one has lost its access; the audit is
            not done, or may not be published, or another one was published since.
        InvalidInput: the note is too long.
    """
    require_access(actor, run.journal)
    _require_own(actor, run)
    with transaction.atomic():
        journal = Journal.objects.select_for_update().get(pk=run.journal_id)
        run = AuditRun.objects.select_related("rules_edition").get(pk=run.pk)
        done = PublishedAudit.objects.filter(run=run).first()
        if done is not None:
            return done
        if sentence := why_not(run):
            raise Refused(sentence)
        return store(
            actor,
            Material(
                form=run.public or {},
                system=journal.rules.system,
                run=run,
                journal=journal,
                fictitious=bool(run.rules_edition.summary["fictitious"]),
            ),
            note=note,
        )


def _require_own(actor: Actor, run: AuditRun) -> None:
    mine = actor.organisation is not None and actor.organisation.pk == run.organisation_id
    if not (mine or actor.is_command):
        raise Refused(_("Only the organisation that asked for an audit may publish it."))


def why_not(run: AuditRun) -> str:
    """Return why an audit may not be published, in one sentence; empty when it may.

    Beside `AuditRun.refusal`: the audit is not done, protects too few, or is set beside fewer
    audits than are public by now.
    """
    if run.state != AuditState.DONE or run.public is None:
        return _("Only an audit that is done can be published.")
    if sentence := unprotected(run.public["plan"]):
        return sentence
    if run.earlier != public_count(run.journal):
        return _(
            "Another audit of this journal was published since: ask for this one again, so that "
            "the two together tell nothing of a few people."
        )
    return ""


def unprotected(plan: Mapping[str, Any]) -> str:
    """Return why the secrecy of a plan does not do for the public; empty when it does."""
    from clairevoie.audit.receiving import LEAST

    least = LEAST.get(plan["secrecy"])
    if least is None:
        return _("This plan asks for no secrecy: its result is not for the public.")
    if plan["least"] < least:
        return _(
            "This plan would publish figures on fewer than %(least)s persons or units: its result "
            "is not for the public."
        ) % {"least": least}
    return ""


def store(actor: Actor, material: Material, *, note: str) -> PublishedAudit:
    """Write a publication; must be called inside a transaction.

    Raises:
        InvalidInput: the note is too long.
    """
    note = " ".join(note.split())
    if len(note) > NOTE_LIMIT:
        raise InvalidInput({"note": _("This text is too long.")})
    # Numbers are given one at a time: the clock's row stays locked until the transaction ends.
    RegisterClock.objects.select_for_update().get(pk=1)
    run, form = material.run, material.form
    series = _series(actor, material)
    same = PublishedAudit.objects.filter(**series)
    version = (same.aggregate(last=Max("version"))["last"] or 0) + 1
    number = (PublishedAudit.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    content = text_of(form)
    digest = hashlib.sha256(content.encode()).hexdigest()
    event = record_event(
        verb="audit.publish",
        actor=actor,
        system=material.system,
        data={"audit": number, "digest": digest, "made_here": run is not None},
    )
    return PublishedAudit.objects.create(
        number=number,
        run=run,
        journal=material.journal,
        system=material.system,
        journal_name=form["journal"]["id"],
        plan_id=form["plan"]["id"],
        version=version,
        summary=_summary(material),
        plan=run.plan if run else "",
        content=content,
        digest=digest,
        note=note,
        published_at=timezone.now(),
        actor=actor.user,
        organisation=actor.organisation,
        event=event,
    )


def text_of(form: Mapping[str, Any]) -> str:
    """Return the text of a result: that of `clairevoie audit`, so that digests can be compared."""
    return json.dumps(form, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _series(actor: Actor, material: Material) -> dict[str, Any]:
    """Return what the versions of one audit have in common."""
    plan = {"plan_id": material.form["plan"]["id"]}
    if material.run is not None:
        return plan | {"journal": material.journal}
    return plan | {
        "run": None,
        "system": material.system,
        "organisation": actor.organisation,
        "journal_name": material.form["journal"]["id"],
    }


def _summary(material: Material) -> dict[str, Any]:
    form = material.form
    return {
        "title": dict(form["plan"]["title"]),
        "question": dict(form["plan"]["question"]),
        "journal": dict(form["journal"]["title"]),
        "since": form["plan"]["since"],
        "until": form["plan"]["until"],
        "fictitious": material.fictitious,
    }


def body_of(audit: PublishedAudit) -> PublicBody | None:
    """Return the administration that an audit is about."""
    if audit.journal is not None:
        return audit.journal.rules.body
    return audit.system.body if audit.system else None


def may_reply(actor: Actor, audit: PublishedAudit) -> bool:
    """Tell whether the actor speaks for the administration that an audit is about."""
    return may_publish(actor, body_of(audit))


def reply(*, actor: Actor, audit: PublishedAudit, text: str) -> AuditReply:
    """Reply to an audit; an earlier reply stays visible under the new one.

    Raises:
        Refused: the actor does not speak for the administration concerned.
        InvalidInput: there is no text, or too much.
    """
    require(actor, Role.PUBLISHER)
    if not may_reply(actor, audit):
        raise Refused(_("Only the administration that the audit is about may reply to it."))
    text = text.strip().replace("\r\n", "\n")
    if not text:
        raise InvalidInput({"text": _("Please write your reply.")})
    if len(text) > REPLY_LIMIT:
        raise InvalidInput({"text": _("This text is too long.")})
    with transaction.atomic():
        event = record_event(
            verb="audit.reply",
            actor=actor,
            system=audit.system,
            data={"audit": audit.number},
        )
        return AuditReply.objects.create(
            audit=audit,
            text=text,
            at=timezone.now(),
            actor=actor.user,
            organisation=actor.organisation,
            event=event,
        )

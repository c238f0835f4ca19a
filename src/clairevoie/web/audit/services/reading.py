"""Published audits: the list, those of a system or of a rule set, one of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from clairevoie.audit.differencing import Earlier
from clairevoie.audit.published import earlier_of
from clairevoie.web.audit.models import AuditModeration, AuditReply, PublishedAudit
from clairevoie.web.decisions.models import Journal
from clairevoie.web.rules.models import PublishedRules


def published_audits() -> QuerySet[PublishedAudit]:
    """Return the published audits, the latest first, without their results nor hidden ones."""
    acts = AuditModeration.objects.filter(audit=OuterRef("pk")).order_by("-pk")
    return (
        PublishedAudit.objects.select_related(
            "organisation", "system__entry", "system__body", "journal__rules__body"
        )
        .annotate(is_hidden=Coalesce(Subquery(acts.values("hidden")[:1]), False))
        .filter(is_hidden=False)
        .defer("content", "plan")
        .order_by("-number")
    )


def audits_of_system(system: int) -> Sequence[PublishedAudit]:
    """Return the published audits of a system, the latest first."""
    return list(published_audits().filter(system=system))


def audits_of_journal(journal: Journal) -> Sequence[PublishedAudit]:
    """Return the audits of a journal, computed here, the latest first."""
    return list(published_audits().filter(journal=journal))


def earlier_audits(journal: Journal) -> Sequence[Earlier]:
    """Return what is public already of a journal, for an audit that is to be set beside it.

    Audits made elsewhere are left out: the site cannot tell whether they are of this journal, and
    whoever sent a false one could have true figures hidden. They are themselves set beside these
    when they come (`audits_of_data`).
    """
    rows = PublishedAudit.objects.filter(journal=journal).order_by("number")
    return [
        earlier_of(json.loads(content), digest)
        for content, digest in rows.values_list("content", "digest")
    ]


def audits_of_data(form: Mapping[str, Any]) -> Sequence[Earlier]:
    """Return what is public already of the journal of a result made elsewhere, by its digest.

    The same result, published before, is left out.
    """
    digest = form["journal"]["data_digest"]
    if not digest:
        return []
    rows = PublishedAudit.objects.filter(
        journal_name=form["journal"]["id"], content__contains=digest
    ).order_by("number")
    found = [(json.loads(content), mine) for content, mine in rows.values_list("content", "digest")]
    return [
        earlier_of(one, mine)
        for one, mine in found
        if one["journal"]["data_digest"] == digest and one != form
    ]


def audits_of_rules(rules: PublishedRules) -> Sequence[PublishedAudit]:
    """Return the audits of the journals of a rule set, computed here, the latest first."""
    return list(published_audits().filter(journal__rules=rules))


def published_audit(number: int) -> PublishedAudit:
    """Return a published audit, with its result, be it hidden or not (`hiding_of`).

    Raises:
        PublishedAudit.DoesNotExist: none has this number.
    """
    return PublishedAudit.objects.select_related(
        "organisation", "system__body", "system__entry", "journal__rules__body"
    ).get(number=number)


def other_versions(audit: PublishedAudit) -> Sequence[PublishedAudit]:
    """Return the other versions of an audit, the latest first."""
    same = published_audits().filter(plan_id=audit.plan_id).exclude(pk=audit.pk)
    if audit.made_here:
        return list(same.filter(journal=audit.journal_id))
    return list(
        same.filter(
            run=None,
            system=audit.system_id,
            organisation=audit.organisation_id,
            journal_name=audit.journal_name,
        )
    )


def replies_to(audit: PublishedAudit) -> Sequence[AuditReply]:
    """Return the replies to an audit, the latest first."""
    return list(audit.replies.select_related("organisation").order_by("-pk"))


def hiding_of(audit: PublishedAudit) -> AuditModeration | None:
    """Return the act by which a moderator has hidden an audit; ``None`` when it is shown."""
    latest = audit.moderations.order_by("-pk").first()
    return latest if latest is not None and latest.hidden else None

"""Lines of lists: published audits, and audits that were asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from clairevoie.explanation.wording import day_text
from clairevoie.register.catalogue import VOCABULARIES
from clairevoie.rules.model import say
from clairevoie.web.accounts.models import Organisation
from clairevoie.web.audit.models import AuditRun, PublishedAudit


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A published audit in a list.

    Attributes:
        who, capacity: in whose name it was published; empty when the site's command did it.
        period: of the decisions; empty when the plan bounds none.
        system, system_url: the record that it is about; empty without one.
        made_here: whether the site computed it.
    """

    number: int
    version: int
    title: str
    question: str
    who: str
    capacity: str
    journal: str
    period: str
    system: str
    system_url: str
    published_at: datetime
    digest: str
    note: str
    made_here: bool
    fictitious: bool
    url: str


def audit_line(audit: PublishedAudit, language: str) -> AuditLine:
    """Return the line of a published audit."""
    summary = audit.summary
    system = audit.system
    return AuditLine(
        number=audit.number,
        version=audit.version,
        title=say(summary["title"], language),
        question=say(summary["question"], language),
        who=audit.organisation.name if audit.organisation else "",
        capacity=capacity_of(audit.organisation, language),
        journal=say(summary["journal"], language) or audit.journal_name,
        period=_period(summary["since"], summary["until"], language),
        system=system.entry.name if system else "",
        system_url=reverse("register:system", args=[system.slug]) if system else "",
        published_at=audit.published_at,
        digest=audit.digest,
        note=audit.note,
        made_here=audit.made_here,
        fictitious=bool(summary["fictitious"]),
        url=reverse("audit:audit", args=[audit.number]),
    )


def capacity_of(organisation: Organisation | None, language: str) -> str:
    """Return in what capacity an organisation speaks; empty without one."""
    if organisation is None:
        return ""
    return str(VOCABULARIES["capacity"].label(organisation.capacity, language))


def _period(since: str | None, until: str | None, language: str) -> str:
    start, end = (
        day_text(date.fromisoformat(each), language) if each else "" for each in (since, until)
    )
    words = {"start": start, "end": end}
    if start and end:
        return _("from %(start)s to %(end)s") % words
    if start:
        return _("since %(start)s") % words
    return _("until %(end)s") % words if end else ""


@dataclass(frozen=True, slots=True)
class RunLine:
    """An audit that was asked for; ``number`` is that of its publication, 0 without one."""

    title: str
    who: str
    asked_at: datetime
    state: str
    number: int
    url: str


def run_line(run: AuditRun, language: str) -> RunLine:
    """Return the line of an audit that was asked for."""
    publication = getattr(run, "publication", None)
    return RunLine(
        title=say(run.title, language),
        who=run.organisation.name if run.organisation else "",
        asked_at=run.asked_at,
        state=run.get_state_display(),
        number=publication.number if publication else 0,
        url=reverse("audit:run", args=[run.journal.slug, run.pk]),
    )

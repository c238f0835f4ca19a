"""A journal of a thousand decisions, plans for it, and who may see it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.test import Client

from clairevoie.web.accounts.models import Membership, Role
from clairevoie.web.accounts.permissions import COMMAND, Actor, actor_of
from clairevoie.web.audit.models import AuditRun, PublishedAudit
from clairevoie.web.audit.services.publishing import publish_audit
from clairevoie.web.audit.services.running import audit_now
from clairevoie.web.decisions.models import Journal
from clairevoie.web.decisions.services.journals import declare_journal, folder_of
from clairevoie.web.register.models import PublicBody
from tests.builders import BODY, stored
from tests.people import member, organisation, signed_in
from tests.web.explanation.samples import DECLARATION, SLUG
from tests.web.rules.samples import published

JOURNAL = f"/contribuer/audits/journaux/{SLUG}/"
PLAN = """\
clairevoie: audit-1.0
id: places-2025
title: {fr: Places en crèche, en: Nursery places}
question: {fr: Qui se voit refuser une place ?, en: Who is refused a place?}
journal: places-2025
written: 2025-12-01
groups:
  - name: situation
    column: situation
    label: Situation
    labels: {seul: Parent seul, couple: Couple}
  - {name: enfants, column: enfants, label: Enfants, bands: [2, 4]}
outcomes:
  - {name: refus, label: Refusé, when: [{column: decision, is: [refuse]}], adverse: true}
"""


def make_journal() -> Journal:
    """A journal of the published rules."""
    stored("creches")
    published()
    text = DECLARATION.replace("{csv: decisions.csv}", "{parquet: decisions.parquet}")
    edition = declare_journal(actor=COMMAND, declaration=text.encode())
    data_file(edition.journal).parent.mkdir(parents=True)
    write(edition.journal)
    return edition.journal


def data_file(journal: Journal) -> Path:
    """The file of the journal."""
    return folder_of(journal) / "decisions.parquet"


def write(journal: Journal, *, rows: int = 1000, few: int = 4) -> None:
    """Write decisions: single parents are refused more often; ``few`` files have six children."""
    draw = np.random.default_rng(7)
    alone = draw.random(rows) < 0.4
    refused = draw.random(rows) < np.where(alone, 0.5, 0.3)
    children = np.where(np.arange(rows) < few, 6, draw.integers(1, 4, rows))
    decisions = np.where(refused, "refuse", "admis")
    columns = {
        "reference": [f"CR-{number:04d}" for number in range(rows)],
        "date_decision": [date(2025, 3, 1)] * rows,
        "enfants": children,
        "situation": np.where(alone, "seul", "couple"),
        "quotient": [641.2] * rows,
        "naissance": pa.nulls(rows, pa.date32()),
        "travaille": [True] * rows,
        "points": np.where(refused, 100, 220),
        "proposition": decisions,
        "decision": decisions,
        "version": ["2025"] * rows,
    }
    pq.write_table(pa.table(columns), data_file(journal))


def keeper() -> Membership:
    """A publisher of the administration whose journal it is."""
    body = PublicBody.objects.get(slug=BODY.id)
    return member(Role.PUBLISHER, organisation("Ville", "administration", body=body))


def observer() -> Membership:
    """A publisher of a union."""
    return member(Role.PUBLISHER, organisation("Syndicat", "union"))


def browser(of: Membership) -> Client:
    """A browser in which a member has signed in."""
    return signed_in(of.user)


def done(journal: Journal, actor: Actor = COMMAND, plan: str = PLAN) -> AuditRun:
    """An audit that is done."""
    return audit_now(actor=actor, journal=journal, plan=plan.encode())


def made_public(journal: Journal, of: Membership | None = None, plan: str = PLAN) -> PublishedAudit:
    """An audit that is published."""
    actor = actor_of(of) if of else COMMAND
    return publish_audit(actor=actor, run=done(journal, actor, plan), note="Lu.")

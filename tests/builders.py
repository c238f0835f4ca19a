"""Records made in a line, for tests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clairevoie.register.reports import Report
from clairevoie.register.statements import (
    Body,
    Source,
    Statement,
    SystemRecord,
    statement_uid,
)
from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.register.models import System
from clairevoie.web.register.services.importing import ImportResult, import_records

SOURCE = Source("rapport", "report", "Un rapport", "Une cour", date="2025-02-07")
BODY = Body("dgfip", "Direction générale des finances publiques", "DGFiP", "central", "FR")


def said(system: str, field: str, value: str, **more: Any) -> Statement:
    """Return a statement with its identifier; from SOURCE unless told otherwise."""
    given: dict[str, Any] = {"source": SOURCE.id, "speaker": "DGFiP", "date": "2025-02-07"} | more
    statement = Statement(system, field, value, **given)
    source_uid = SOURCE.uid().hex if statement.source else ""
    return replace(statement, uid=statement_uid(statement, source_uid))


def record(system: str, *extra: Statement, body: Body | None = BODY, **values: str) -> SystemRecord:
    """Return the record of a system, one statement a value, named after its identifier."""
    named = {"name": system.replace("-", " ").capitalize()} | values
    statements = tuple(said(system, field, value) for field, value in named.items())
    return SystemRecord(system, body, (*statements, *extra), (SOURCE,))


def store(*records: SystemRecord) -> ImportResult:
    """Import records as the command line does."""
    return import_records(records=records, report=Report(), actor=COMMAND, origin="tests")


def stored(system: str, *extra: Statement, **values: Any) -> System:
    """Import one record and return its system."""
    store(record(system, *extra, **values))
    return System.objects.get(slug=system)

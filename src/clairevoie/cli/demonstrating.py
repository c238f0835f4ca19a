"""The demonstration's rules and journals: published, replayed, audited, open to explanation."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clairevoie.web.decisions.models import Journal


def load_rules_and_journals(*, today: date) -> dict[str, dict[str, Any]]:
    """Publish the demonstration's rules, make its journals, replay and audit them, in public.

    What is already there is left alone.

    Returns:
        For each rule set: its number of decisions, and a reference with its code to try.
    """
    from clairevoie.decisions.demonstration import JOURNALS, declaration_text, rules_text
    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.decisions.services.journals import declare_journal
    from clairevoie.web.rules.services.publishing import publish_rules

    loaded = {}
    for identifier in JOURNALS:
        publish_rules(actor=COMMAND, content=rules_text(identifier))
        edition = declare_journal(actor=COMMAND, declaration=declaration_text(identifier))
        rows = _write(edition.journal, identifier)
        _open(edition.journal, today)
        _replay(edition.journal)
        _audit(edition.journal, identifier)
        reference, code = _first_code(edition.journal, today)
        loaded[identifier] = {"decisions": rows, "reference": reference, "code": code}
    return loaded


def _write(journal: Journal, identifier: str) -> int:
    import pyarrow.parquet as pq

    from clairevoie.decisions.demonstration import write_journal
    from clairevoie.web.decisions.services.journals import folder_of
    from clairevoie.web.decisions.services.receiving import data_file, declared_by

    path = data_file(journal, declared_by(journal))
    if not path.is_file():
        write_journal(identifier, folder_of(journal))
    return int(pq.read_metadata(path).num_rows)


def _open(journal: Journal, today: date) -> None:
    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.decisions.services.journals import open_to_explanation
    from clairevoie.web.decisions.services.receiving import index_data, make_code_key

    make_code_key(journal, day=today)
    index_data(journal.pk)
    if not journal.open_to_explanation:
        open_to_explanation(actor=COMMAND, journal=journal, is_open=True)


def _replay(journal: Journal) -> None:
    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.decisions.models import ReplayState
    from clairevoie.web.decisions.services.replaying import publish_replay, replay_now

    if journal.replays.filter(state=ReplayState.DONE).exists():
        return
    replay = replay_now(actor=COMMAND, journal=journal)
    if replay.state == ReplayState.DONE:
        publish_replay(actor=COMMAND, replay=replay)


def _audit(journal: Journal, identifier: str) -> None:
    from clairevoie.decisions.demonstration import PLANS, plan_text
    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.audit.models import AuditState
    from clairevoie.web.audit.services.publishing import publish_audit
    from clairevoie.web.audit.services.running import audit_now

    if identifier not in PLANS or journal.audits.filter(state=AuditState.DONE).exists():
        return
    run = audit_now(actor=COMMAND, journal=journal, plan=plan_text(identifier))
    if run.state == AuditState.DONE:
        publish_audit(actor=COMMAND, run=run)


def _first_code(journal: Journal, today: date) -> tuple[str, str]:
    """Return the last reference of a journal, with its code: something to try the page with."""
    import pyarrow.parquet as pq
    from django.conf import settings

    from clairevoie.decisions.codes import code_of
    from clairevoie.decisions.keys import current_key, read_keys
    from clairevoie.web.decisions.services.receiving import data_file, declared_by

    declared = declared_by(journal)
    column = pq.read_table(data_file(journal, declared), columns=[declared.identifier])[0]
    keys = read_keys(Path(settings.KEYS_ROOT), journal=journal.slug, purpose="codes")
    reference = str(column[-1].as_py())
    return reference, code_of(current_key(keys, day=today), reference)

"""A journal is audited by the worker; who has access to it reads the exact result."""

from __future__ import annotations

from traceback import format_exception
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from clairevoie.web.accounts.permissions import COMMAND, InvalidInput, Refused
from clairevoie.web.audit import jobs
from clairevoie.web.audit.models import AuditRun, AuditState
from clairevoie.web.audit.services import running
from clairevoie.web.audit.services.pages.parts import part_in_words
from clairevoie.web.decisions.models import Journal
from clairevoie.web.register.models import Event
from tests.conftest import QueriesSnapshot
from tests.web.audit.samples import (
    JOURNAL,
    PLAN,
    browser,
    data_file,
    done,
    keeper,
    made_public,
    write,
)

pytestmark = pytest.mark.django_db


def work() -> None:
    call_command("db_worker", batch=True, startup_delay=False, interval=0, verbosity=0)


# On PostgreSQL the worker closes the connection that the test is in.
@pytest.mark.sqlite_only
def test_the_worker_does_what_waits(journal: Journal) -> None:
    run = running.ask_audit(actor=COMMAND, journal=journal, plan=PLAN.encode())
    assert run.state == AuditState.WAITING
    assert Event.objects.get(verb="audit.ask").data["plan"] == run.digest
    work()
    run.refresh_from_db()
    assert (run.state, run.problem) == (AuditState.DONE, "")
    assert run.exact is not None
    assert run.exact["rows"] == 1000


def test_a_result_is_exact_for_who_has_access_and_masked_for_the_public(journal: Journal) -> None:
    run = done(journal)
    assert run.exact is not None
    assert run.public is not None
    assert (run.exact["form"], run.public["form"]) == ("administration", "public")

    def four(form: dict[str, Any]) -> list[Any]:
        return [
            line["count"]
            for table in form["tables"]
            if table["cut"] == ["enfants"]
            for line in table["lines"]
            if line["key"] == [">= 4"]
        ]

    assert four(run.exact)
    assert all(count is not None and count <= 4 for count in four(run.exact))
    assert four(run.public) == [None] * len(four(run.exact))


def test_parts_are_told_and_have_words(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def teller(_run: AuditRun) -> Any:
        return told.append

    monkeypatch.setattr(running, "_teller", teller)
    done(journal)
    assert told[0] == "opening"
    assert told[-1] == running.PROTECTING
    assert all(part_in_words(part) != part_in_words("") for part in told)


def test_one_audit_at_a_time(journal: Journal) -> None:
    waiting = running.ask_audit(actor=COMMAND, journal=journal, plan=PLAN.encode())
    with pytest.raises(Refused, match="déjà en cours"):
        running.ask_audit(actor=COMMAND, journal=journal, plan=PLAN.encode())
    long_ago = timezone.now() - 2 * running.SILENT_AFTER
    AuditRun.objects.filter(pk=waiting.pk).update(state=AuditState.RUNNING, seen_at=long_ago)
    running.ask_audit(actor=COMMAND, journal=journal, plan=PLAN.encode())
    waiting.refresh_from_db()
    assert waiting.state == AuditState.FAILED


def test_an_audit_is_done_once(journal: Journal) -> None:
    run = done(journal)
    running.run_audit(run.pk)
    assert AuditRun.objects.get(pk=run.pk).finished_at == run.finished_at


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("journal: places-2025", "journal: autre"), "autre"),
        (("groups:", "groupes:"), "groups"),
        ((PLAN, "clairevoie: ["), "plan"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused_at_once(
    journal: Journal, change: tuple[str, str], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        running.ask_audit(actor=COMMAND, journal=journal, plan=PLAN.replace(*change).encode())
    assert not AuditRun.objects.exists()


def test_a_plan_that_does_not_fit_the_journal_says_why(journal: Journal) -> None:
    run = done(journal, plan=PLAN.replace("column: situation", "column: sexe"))
    assert run.state == AuditState.FAILED
    assert "sexe" in run.problem
    assert run.exact is None


def test_a_journal_that_cannot_be_read_says_why(journal: Journal) -> None:
    data_file(journal).unlink()
    run = done(journal)
    assert run.state == AuditState.FAILED
    assert "decisions.parquet" in run.problem


def test_an_accident_is_told_and_not_hidden(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(running, "_results", fail)
    with pytest.raises(ZeroDivisionError):
        done(journal)
    assert AuditRun.objects.get().state == AuditState.FAILED


def test_what_a_job_keeps_of_an_error_quotes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_pk: int) -> None:
        raise ValueError("Dupont")

    monkeypatch.setattr(running, "run_audit", fail)
    with pytest.raises(RuntimeError) as caught:
        jobs.audit_journal.call(1)
    assert "Dupont" not in "".join(format_exception(caught.value))


def test_a_file_replaced_during_the_audit_is_noticed(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def teller(_run: AuditRun) -> Any:
        def tell(part: str) -> None:
            if part == running.PROTECTING:
                write(journal, few=8)

        return tell

    monkeypatch.setattr(running, "_teller", teller)
    run = done(journal)
    assert run.state == AuditState.FAILED
    assert "remplacé" in run.problem
    assert run.public is None


def test_an_audit_given_up_while_it_is_done_does_not_come_back(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = running._results

    def given_up_meanwhile(run: AuditRun) -> Any:
        AuditRun.objects.update(state=AuditState.FAILED, problem="abandonné")
        return found(run)

    monkeypatch.setattr(running, "_results", given_up_meanwhile)
    run = done(journal)
    assert (run.state, run.problem, run.exact) == ("failed", "abandonné", None)


def test_the_owner_goes_from_the_plan_to_the_publication(journal: Journal) -> None:
    client = browser(keeper())
    assert JOURNAL in client.get("/contribuer/audits/").content.decode()
    assert "Veuillez donner le plan" in client.post(JOURNAL, {"plan_text": ""}).content.decode()
    asked = client.post(JOURNAL, {"plan_text": PLAN.replace("\n", "\r\n")})
    assert asked.status_code == 302
    here = asked.headers["Location"]
    assert 'hx-trigger="every 3s"' in client.get(here).content.decode()
    running.run_audit(AuditRun.objects.get().pk)
    page = client.get(here)
    assert page.headers["Cache-Control"] == "no-store"
    exact = page.content.decode()
    assert "Ci-dessous, les chiffres exacts" in exact
    assert 'aria-labelledby="audit-first"' in exact
    public = client.get(f"{here}?vue=publique").content.decode()
    assert "ce que tout le monde lirait" in public
    sent = client.post(here, {"note": "Nous corrigeons."}, follow=True)
    assert sent.redirect_chain[-1][0] == "/audits/1/"
    assert "Nous corrigeons." in sent.content.decode()
    assert "/audits/1/" in client.get(here).content.decode()
    assert "/audits/1/" in client.get(JOURNAL).content.decode()


def test_a_plan_is_sent_as_a_file_and_its_faults_are_said_beside_it(journal: Journal) -> None:
    client = browser(keeper())
    for content, status in ((b"clairevoie: [", 200), (PLAN.encode(), 302)):
        answer = client.post(JOURNAL, {"file": SimpleUploadedFile("plan.yaml", content)})
        assert answer.status_code == status
    run = AuditRun.objects.get()
    running.run_audit(run.pk)
    again = client.post(f"{JOURNAL}{run.pk}/", {"again": "1"})
    assert again.status_code == 302
    assert AuditRun.objects.latest("pk").digest == run.digest


def test_what_stopped_an_audit_is_on_its_page(journal: Journal) -> None:
    run = done(journal, plan=PLAN.replace("column: situation", "column: sexe"))
    page = browser(keeper()).get(f"{JOURNAL}{run.pk}/").content.decode()
    assert "L’audit s’est arrêté" in page
    assert "sexe" in page


def test_nobody_else_reads_an_audit(journal: Journal) -> None:
    path = f"{JOURNAL}{done(journal).pk}/"
    for address in (JOURNAL, path, f"{JOURNAL}acces/"):
        assert Client().get(address).status_code == 302


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM audit_auditrun", "DELETE FROM audit_journalaccess WHERE id = id"],
)
def test_the_database_refuses_to_forget(journal: Journal, statement: str) -> None:
    from clairevoie.web.audit.services.access import give_access
    from tests.web.audit.samples import observer

    done(journal)
    give_access(actor=COMMAND, journal=journal, organisation=observer().organisation)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_pages_ask_little_of_the_database(
    journal: Journal, assert_queries_snapshot: QueriesSnapshot
) -> None:
    of = keeper()
    client = browser(of)
    made_public(journal, of)
    done(journal, plan=PLAN.replace("id: places-2025", "id: autre", 1))
    with assert_queries_snapshot(name="journals"):
        client.get("/contribuer/audits/")
    with assert_queries_snapshot(name="journal"):
        client.get(JOURNAL)
    path = f"{JOURNAL}{AuditRun.objects.latest('pk').pk}/"
    with assert_queries_snapshot(name="run"):
        client.get(path)

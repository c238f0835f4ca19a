"""What is published of an audit stays as it is, with the replies beside it."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django import Settings

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, InvalidInput, Refused, actor_of
from clairevoie.web.audit.models import AuditReply, AuditState, PublishedAudit
from clairevoie.web.audit.services import publishing, running
from clairevoie.web.audit.services.access import give_access
from clairevoie.web.decisions.models import Journal
from clairevoie.web.register.models import Event
from tests.conftest import QueriesSnapshot
from tests.people import member
from tests.web.audit.samples import (
    JOURNAL,
    PLAN,
    browser,
    done,
    keeper,
    made_public,
    observer,
)

pytestmark = pytest.mark.django_db


def test_what_is_published_is_what_its_digest_says(journal: Journal, client: Client) -> None:
    run = done(journal)
    made = publishing.publish_audit(actor=COMMAND, run=run, note="Nous corrigeons.")
    assert publishing.publish_audit(actor=COMMAND, run=run) == made
    assert (made.number, made.version) == (1, 1)
    content = client.get("/audits/1.json").content
    assert hashlib.sha256(content).hexdigest() == made.digest
    assert json.loads(content) == run.public
    event = Event.objects.get(verb="audit.publish")
    assert event.data == {"audit": 1, "digest": made.digest, "made_here": True}
    assert event.system is not None
    page = client.get("/audits/1/").content.decode()
    assert made.digest in page
    assert "http://testserver/audits/1/" in page
    assert "Nous corrigeons." in page
    assert "Qui se voit refuser une place" in page
    assert 'aria-labelledby="audit-first"' in page
    assert "fictif" in page
    assert "CR-0" not in page
    english = client.get("/en/audits/1/").content.decode()
    assert "Who is refused a place?" in english
    assert client.get("/audits/2/").status_code == 404


def test_files_of_an_audit(journal: Journal, client: Client, settings: Settings) -> None:
    made_public(journal)
    rows = list(csv.DictReader(client.get("/audits/1.csv").content.decode().splitlines()))
    few = [row for row in rows if row["cut"] == "enfants" and row["key"] == ">= 4"]
    assert few
    assert all(row["count"] == "" and row["of"] == "" for row in few)
    plan = client.get("/audits/1.yaml").content
    assert plan.decode() == PLAN
    result = client.get("/audits/1.json").json()
    assert hashlib.sha256(plan).hexdigest() == result["plan"]["digest"]
    pdf = client.get("/audits/1.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    kept = list(Path(settings.PUBLISHED_ROOT).rglob("*"))
    assert [path.suffix for path in kept if path.is_file()] == [".pdf"]
    assert client.get("/audits/1.pdf").content == pdf.content


def test_the_pages_that_lead_to_an_audit(journal: Journal, client: Client) -> None:
    for path in ("/audits/", "/systemes/creches/", "/regles/places/"):
        assert "/audits/1/" not in client.get(path).content.decode()
    made_public(journal, keeper())
    for path in ("/audits/", "/systemes/creches/", "/regles/places/"):
        page = client.get(path).content.decode()
        assert 'href="/audits/1/"' in page
        assert "Ville (Administration)" in page


def test_versions_follow_and_point_to_each_other(journal: Journal, client: Client) -> None:
    first = made_public(journal)
    second = made_public(journal, plan=PLAN.replace("Refusé", "Refusé ou ajourné"))
    other = made_public(journal, plan=PLAN.replace("id: places-2025", "id: autre", 1))
    assert [(each.number, each.version) for each in (first, second, other)] == [
        (1, 1),
        (2, 2),
        (3, 1),
    ]
    old = client.get("/audits/1/").content.decode()
    assert "Une version plus récente de cet audit, la version 2" in old
    assert 'href="/audits/2/"' in old
    new = client.get("/audits/2/").content.decode()
    assert "plus récente" not in new
    assert 'href="/audits/1/"' in new


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_publishedaudit SET note = 'autre'",
        "DELETE FROM audit_publishedaudit",
        "UPDATE audit_auditreply SET text = 'autre'",
        "DELETE FROM audit_auditreply",
        "DELETE FROM audit_auditrun",
    ],
)
def test_the_database_refuses_to_change_or_forget(journal: Journal, statement: str) -> None:
    publishing.reply(actor=COMMAND, audit=made_public(journal), text="Vu.")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_is_not_done_or_too_long_is_not_published(journal: Journal) -> None:
    run = running.ask_audit(actor=COMMAND, journal=journal, plan=PLAN.encode())
    with pytest.raises(Refused, match="terminé"):
        publishing.publish_audit(actor=COMMAND, run=run)
    running.run_audit(run.pk)
    with pytest.raises(InvalidInput):
        publishing.publish_audit(actor=COMMAND, run=run, note="x" * 501)
    assert not PublishedAudit.objects.exists()


@pytest.mark.parametrize(
    ("secrecy", "words"),
    [
        ("{preset: none}", "aucun secret"),
        ("{preset: persons, least: 5}", "moins de 11"),
        ("{preset: business, least: 2}", "moins de 3"),
    ],
)
def test_a_plan_that_protects_too_few_is_for_its_owner_only(
    journal: Journal, secrecy: str, words: str
) -> None:
    of = keeper()
    run = done(journal, actor_of(of), PLAN + f"secrecy: {secrecy}\n")
    assert run.state == AuditState.DONE
    with pytest.raises(Refused, match=words):
        publishing.publish_audit(actor=actor_of(of), run=run)
    page = browser(of).get(f"{JOURNAL}{run.pk}/").content.decode()
    assert words in page
    assert 'name="note"' not in page


def test_a_second_audit_that_would_single_out_a_few_is_refused(journal: Journal) -> None:
    of = keeper()
    # Nobody has seven children: under seven are all, under four are all but four.
    made_public(journal, of, PLAN.replace("bands: [2, 4]", "bands: [7]"))
    run = done(journal, actor_of(of))
    assert run.state == AuditState.DONE
    assert (run.public, len(run.refusal)) == (None, 1)
    assert run.exact is not None
    with pytest.raises(Refused):
        publishing.publish_audit(actor=actor_of(of), run=run)
    page = browser(of).get(f"{JOURNAL}{run.pk}/").content.decode()
    assert "isolent ensemble moins de 11 personnes" in page
    assert "vue=publique" not in page
    assert 'name="note"' not in page


def test_the_same_bands_are_published_again(journal: Journal) -> None:
    of = keeper()
    made_public(journal, of)
    run = done(journal, actor_of(of), PLAN.replace("id: places-2025", "id: autre", 1))
    assert (run.refusal, run.earlier) == ([], 1)
    assert publishing.publish_audit(actor=actor_of(of), run=run).number == 2


def test_an_audit_published_meanwhile_makes_one_stale(journal: Journal) -> None:
    of = keeper()
    waiting = done(journal, actor_of(of))
    made_public(journal, of, PLAN.replace("id: places-2025", "id: autre", 1))
    with pytest.raises(Refused, match="publié depuis"):
        publishing.publish_audit(actor=actor_of(of), run=waiting)
    page = browser(of).get(f"{JOURNAL}{waiting.pk}/").content.decode()
    assert "publié depuis" in page
    assert made_public(journal, of).number == 2


def test_the_administration_replies_and_its_older_reply_stays(journal: Journal) -> None:
    union = observer()
    give_access(actor=COMMAND, journal=journal, organisation=union.organisation)
    made_public(journal, union)
    of = keeper()
    client = browser(of)
    assert "Elle n’a pas répondu" in client.get("/audits/1/").content.decode()
    assert "/audits/1/reponse/" in client.get("/audits/1/").content.decode()
    assert "/audits/1/reponse/" not in Client().get("/audits/1/").content.decode()
    assert "Veuillez" in client.post("/audits/1/reponse/", {"text_given": " "}).content.decode()
    for text in ("Nous vérifions.", "Corrigé depuis mai."):
        sent = client.post("/audits/1/reponse/", {"text_given": text})
        assert sent.headers["Location"] == "/audits/1/"
    page = Client().get("/audits/1/").content.decode()
    assert page.index("Corrigé depuis mai.") < page.index("Nous vérifions.")
    assert "Syndicat (Syndicat)" in page
    assert Event.objects.filter(verb="audit.reply").count() == AuditReply.objects.count() == 2


def test_nobody_else_replies(journal: Journal) -> None:
    union = observer()
    audit = made_public(journal, None)
    assert browser(union).get("/audits/1/reponse/").status_code == 403
    assert Client().get("/audits/1/reponse/").status_code == 302
    with pytest.raises(Refused):
        publishing.reply(actor=actor_of(union), audit=audit, text="Vu.")
    contributor = member(Role.CONTRIBUTOR, keeper().organisation)
    with pytest.raises(Refused):
        publishing.reply(actor=actor_of(contributor), audit=audit, text="Vu.")


def test_pages_ask_little_of_the_database(
    journal: Journal, client: Client, assert_queries_snapshot: QueriesSnapshot
) -> None:
    of = keeper()
    publishing.reply(actor=COMMAND, audit=made_public(journal, of), text="Vu.")
    made_public(journal, of, PLAN.replace("id: places-2025", "id: autre", 1))
    with assert_queries_snapshot(name="list"):
        client.get("/audits/")
    with assert_queries_snapshot(name="audit"):
        client.get("/audits/1/")

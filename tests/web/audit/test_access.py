"""An administration lets an observer audit its journal; the observer publishes in its own name."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, InvalidInput, Refused, actor_of
from clairevoie.web.audit.models import JournalAccess, PublishedAudit
from clairevoie.web.audit.services import access, publishing
from clairevoie.web.decisions.models import Journal
from clairevoie.web.register.models import Event, PublicBody
from tests.conftest import QueriesSnapshot
from tests.people import member, organisation
from tests.web.audit.samples import JOURNAL, PLAN, browser, done, keeper, observer

pytestmark = pytest.mark.django_db
ACCESS = f"{JOURNAL}acces/"


def test_who_has_no_access_sees_nothing(journal: Journal) -> None:
    run = done(journal)
    body = PublicBody.objects.create(slug="autre", name="Autre")
    other = member(Role.PUBLISHER, organisation("Autre", "administration", body=body))
    for client in (browser(other), browser(observer())):
        for path in (JOURNAL, ACCESS, f"{JOURNAL}{run.pk}/"):
            assert client.get(path).status_code == 403
        assert client.post(JOURNAL, {"plan_text": PLAN}).status_code == 403
        assert JOURNAL not in client.get("/contribuer/audits/").content.decode()
    contributor = member(Role.CONTRIBUTOR, keeper().organisation)
    assert browser(contributor).get(JOURNAL).status_code == 403


def test_an_observer_is_let_in_audits_publishes_and_is_shut_out(journal: Journal) -> None:
    union, of = observer(), keeper()
    client, owner = browser(union), browser(of)
    page = owner.post(ACCESS, {"organisation": union.organisation.pk}, follow=True)
    assert "Syndicat" in page.content.decode()
    assert "L’accès est donné" in page.content.decode()
    event = Event.objects.get(verb="journal.let_in")
    assert event.data == {"journal": journal.slug, "organisation": "Syndicat"}
    assert JOURNAL in client.get("/contribuer/audits/").content.decode()
    assert client.get(JOURNAL).status_code == 200
    assert client.get(ACCESS).status_code == 403
    run = done(journal, actor_of(union))
    path = f"{JOURNAL}{run.pk}/"
    assert "chiffres exacts" in client.get(path).content.decode()
    # The owner reads it too, and may not publish it in the observer's place.
    assert "Seule l’organisation qui a demandé cet audit" in owner.get(path).content.decode()
    with pytest.raises(Refused, match="a demandé un audit"):
        publishing.publish_audit(actor=actor_of(of), run=run)
    sent = client.post(path, {"note": "Nous demandons des explications."})
    assert sent.headers["Location"] == "/audits/1/"
    assert PublishedAudit.objects.get().organisation == union.organisation
    owner.post(ACCESS, {"withdraw": union.organisation.pk})
    assert client.get(path).status_code == 403
    assert client.get("/audits/1/").status_code == 200
    with pytest.raises(Refused, match="n’a pas accès"):
        publishing.publish_audit(actor=actor_of(union), run=run)


def test_access_is_given_once_and_only_by_the_keeper(journal: Journal) -> None:
    union, of = observer(), keeper()
    for _time in range(2):
        access.give_access(actor=actor_of(of), journal=journal, organisation=union.organisation)
    access.withdraw_access(actor=COMMAND, journal=journal, organisation=of.organisation)
    assert JournalAccess.objects.count() == 1
    with pytest.raises(InvalidInput):
        access.give_access(actor=actor_of(of), journal=journal, organisation=of.organisation)
    with pytest.raises(Refused):
        access.give_access(
            actor=actor_of(union), journal=journal, organisation=organisation("Autres", "court")
        )


def test_what_is_asked_must_be_an_organisation(journal: Journal) -> None:
    owner = browser(keeper())
    assert owner.post(ACCESS, {"organisation": "999"}).status_code == 200
    assert owner.post(ACCESS, {"organisation": ""}).status_code == 200
    assert owner.post(ACCESS, {"withdraw": "x"}).status_code == 404
    assert not JournalAccess.objects.exists()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_journalaccess SET granted = granted", "DELETE FROM audit_journalaccess"],
)
def test_the_database_refuses_to_change_or_forget(journal: Journal, statement: str) -> None:
    access.give_access(actor=COMMAND, journal=journal, organisation=observer().organisation)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_page_asks_little_of_the_database(
    journal: Journal, assert_queries_snapshot: QueriesSnapshot
) -> None:
    client = browser(keeper())
    for name in ("Un", "Deux", "Trois"):
        access.give_access(actor=COMMAND, journal=journal, organisation=organisation(name))
    with assert_queries_snapshot():
        client.get(ACCESS)

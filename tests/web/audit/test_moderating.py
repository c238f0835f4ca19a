"""What is unlawful in a published audit is hidden; that it was, and why, is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django import Settings

from clairevoie.web.accounts.permissions import COMMAND, InvalidInput, Refused, actor_of
from clairevoie.web.audit.services.moderating import moderate_audit
from clairevoie.web.audit.services.reading import earlier_audits
from clairevoie.web.decisions.models import Journal
from clairevoie.web.register.models import Event
from tests.people import moderator, signed_in
from tests.web.audit.samples import browser, keeper, made_public

pytestmark = pytest.mark.django_db
PAGE = "/audits/1/moderation/"


def test_an_audit_is_hidden_and_shown_again(
    journal: Journal, client: Client, settings: Settings
) -> None:
    of = keeper()
    made_public(journal, of)
    client.get("/audits/1.pdf")
    boss = signed_in(moderator().user)
    assert PAGE in boss.get("/audits/1/").content.decode()
    assert PAGE not in client.get("/audits/1/").content.decode()
    assert "Masquer cet audit" in boss.get(PAGE).content.decode()
    assert "Veuillez" in boss.post(PAGE, {"act": "hide", "reason": " "}).content.decode()
    assert boss.post(PAGE, {"act": "hide", "reason": "Diffamation."}).status_code == 302
    page = client.get("/audits/1/").content.decode()
    assert "Cet audit a été masqué par la modération" in page
    assert "Diffamation." in page
    for text in ("Places en crèche", "Qui se voit refuser", "Lu."):
        assert text not in page
    for end in ("json", "csv", "pdf", "yaml"):
        assert client.get(f"/audits/1.{end}").status_code == 404
    assert browser(of).get("/audits/1/reponse/").status_code == 404
    assert not [path for path in Path(settings.PUBLISHED_ROOT).rglob("*.pdf") if path.is_file()]
    for path in ("/audits/", "/systemes/creches/", "/regles/places/"):
        assert "/audits/1/" not in client.get(path).content.decode()
    answer = client.get("/api/v1/audits/1").json()
    assert (answer["result"], answer["title"], answer["note"]) == (None, {}, "")
    assert answer["hidden"]["reason"] == "Diffamation."
    assert client.get("/api/v1/audits").json()["items"] == []
    # It was read by then: what it showed still counts.
    assert len(earlier_audits(journal)) == 1
    assert Event.objects.get(verb="audit.hide").data["reason"] == "Diffamation."

    assert "Montrer à nouveau" in boss.get(PAGE).content.decode()
    boss.post(PAGE, {"act": "show", "reason": "Jugement du 3 mars."})
    assert "Places en crèche" in client.get("/audits/1/").content.decode()
    assert client.get("/api/v1/audits/1").json()["hidden"] is None


def test_only_a_moderator_hides_and_only_once(journal: Journal) -> None:
    of = keeper()
    audit = made_public(journal, of)
    with pytest.raises(Refused):
        moderate_audit(actor=actor_of(of), audit=audit, hidden=True, reason="Gênant.")
    assert browser(of).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302
    with pytest.raises(InvalidInput):
        moderate_audit(actor=COMMAND, audit=audit, hidden=False, reason="Rien.")
    with pytest.raises(InvalidInput):
        moderate_audit(actor=COMMAND, audit=audit, hidden=True, reason="x" * 2001)
    moderate_audit(actor=COMMAND, audit=audit, hidden=True, reason="Diffamation.")
    with pytest.raises(InvalidInput):
        moderate_audit(actor=COMMAND, audit=audit, hidden=True, reason="Encore.")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_auditmoderation SET reason = ''", "DELETE FROM audit_auditmoderation"],
)
def test_the_database_refuses_to_change_or_forget(journal: Journal, statement: str) -> None:
    moderate_audit(actor=COMMAND, audit=made_public(journal), hidden=True, reason="Diffamation.")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

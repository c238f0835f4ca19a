"""What a moderator has hidden is read nowhere: neither its source's words nor what answers it."""

from __future__ import annotations

import pytest
from django.test import Client

from clairevoie.register.statements import Source
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, actor_of
from clairevoie.web.register import models
from clairevoie.web.register.services.statements import add_statement, moderate, reply
from tests.builders import stored
from tests.conftest import QueriesSnapshot
from tests.people import member, organisation

pytestmark = pytest.mark.django_db
TITLE, PUBLISHER, URL = "Titre injurieux", "Éditeur injurieux", "https://exemple.fr/injure"


def insult(value: str = "Cibler.") -> models.Statement:
    """A statement from a source whose own words are unlawful."""
    system = models.System.objects.filter(slug="cfvr").first() or stored("cfvr")
    return add_statement(
        actor=COMMAND,
        system=system,
        field="purpose",
        value=value,
        speaker="DGFiP",
        capacity="administration",
        source=Source("", "report", TITLE, PUBLISHER, URL),
    )


def hide(statement: models.Statement, *, hidden: bool = True) -> None:
    moderate(actor=COMMAND, statement=statement, hidden=hidden, reason="Motif")


def source_paths(source: models.Source | None) -> list[str]:
    assert source is not None
    return [f"/sources/{source.uid}/", f"/api/v1/sources/{source.uid.hex}"]


def test_a_source_that_only_hidden_statements_cite_is_absent(client: Client) -> None:
    one, two = insult(), insult("Trier.")
    alone, lists = source_paths(one.source), ["/sources/", "/api/v1/sources"]

    def answers() -> list[int]:
        return [client.get(path).status_code for path in alone]

    def listed() -> list[bool]:
        return [TITLE in client.get(path).content.decode() for path in lists]

    hide(one)
    assert (answers(), listed()) == ([200, 200], [True, True])
    hide(two)
    assert (answers(), listed()) == ([404, 404], [False, False])
    assert "Un rapport" in client.get("/sources/").content.decode()
    assert "0 source" in " ".join(client.get("/sources/?q=injurieux").content.decode().split())
    for path in (*alone, *lists):
        for text in (TITLE, PUBLISHER, URL):
            assert text not in client.get(path).content.decode(), path
    hide(two, hidden=False)
    assert (answers(), listed()) == ([200, 200], [True, True])


def test_a_source_that_nothing_cites_stays(client: Client) -> None:
    said = insult()
    assert said.source
    models.Source.objects.create(
        uid="0" * 32, kind="report", title="Seule", recorded_at=said.source.recorded_at
    )
    hide(said)
    for path in ("/sources/", "/api/v1/sources", "/api/v1/sources/" + "0" * 32):
        assert "Seule" in client.get(path).content.decode(), path


def test_queries_do_not_grow_with_what_is_hidden(
    client: Client, assert_queries_snapshot: QueriesSnapshot
) -> None:
    for value in ("Cibler.", "Trier.", "Choisir."):
        hide(insult(value))
    with assert_queries_snapshot("site"):
        client.get("/sources/")
    with assert_queries_snapshot("api"):
        client.get("/api/v1/sources")


def test_the_replies_to_a_hidden_statement_are_not_shown(client: Client) -> None:
    said = insult()
    body = models.PublicBody.objects.get(slug="dgfip")
    team = organisation("DGFiP (organisation)", "administration", body=body)
    actor = actor_of(member(Role.PUBLISHER, team))
    first = reply(actor=actor, statement=said, text="« Cibler », disent-ils.")
    reply(actor=actor, statement=said, text="« Cibler » est faux.", supersedes=first)
    paths = [f"/enonces/{said.uid}/", f"/api/v1/statements/{said.uid.hex}"]
    for path in paths:
        assert "Cibler" in client.get(path).content.decode()
    hide(said)
    for path in (*paths, "/systemes/cfvr/", "/api/v1/systems/cfvr/statements"):
        assert "Cibler" not in client.get(path).content.decode(), path
    page = client.get(paths[0]).content.decode()
    assert "2 réponses ne sont pas affichées" in page
    (one, two) = client.get(paths[1]).json()["replies"]
    assert (one["text"], two["text"], two["organisation"]) == ("", "", team.name)

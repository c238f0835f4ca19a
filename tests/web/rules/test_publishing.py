"""Who publishes rules, what is kept of each edition, what is refused."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, InvalidInput, Refused
from clairevoie.web.register.models import Event, PublicBody, System
from clairevoie.web.rules.models import PublishedRules, RulesEdition
from clairevoie.web.rules.services import reading
from clairevoie.web.rules.services.publishing import publish_rules
from tests.builders import BODY, stored
from tests.people import acting, member, organisation, signed_in
from tests.web.rules.samples import RULES, SLUG, published

pytestmark = pytest.mark.django_db


def test_an_edition_is_the_bytes_that_were_given() -> None:
    stored("creches")
    edition = published()
    found = RulesEdition.objects.get()
    assert reading.content_of(found) == RULES.encode()
    assert found.digest == hashlib.sha256(RULES.encode()).hexdigest()
    assert (found.number, found.rules.slug) == (1, SLUG)
    assert found.rules.system == System.objects.get(slug="creches")
    event = Event.objects.get(verb="rules.publish")
    assert (event.system, event.data["digest"]) == (edition.rules.system, edition.digest)


def test_the_same_bytes_again_change_nothing() -> None:
    assert published() == published()
    assert RulesEdition.objects.count() == 1


def test_a_new_edition_follows_and_the_old_one_stays() -> None:
    published()
    newer = published(RULES.replace("per: 40", "per: 45"))
    assert newer.number == 2
    assert reading.published(SLUG) == newer
    assert reading.content_of(reading.edition_of(SLUG, 1)) == RULES.encode()
    assert list(reading.current_editions()) == [newer]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rules_rulesedition SET note = 'autre'",
        "DELETE FROM rules_rulesedition",
        "DELETE FROM rules_publishedrules",
        "UPDATE rules_publishedrules SET slug = 'autre'",
    ],
)
def test_the_database_refuses_to_change_or_forget(statement: str) -> None:
    published()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_only_the_administration_in_charge_publishes() -> None:
    stored("creches")
    body = PublicBody.objects.get(slug=BODY.id)
    other = PublicBody.objects.create(slug="autre", name="Autre")
    content = RULES.encode()
    for role, of in (
        (Role.CONTRIBUTOR, organisation("DGFiP", "administration", body=body)),
        (Role.PUBLISHER, organisation("Autre", "administration", body=other)),
        (Role.PUBLISHER, organisation()),
        (Role.MODERATOR, organisation("Collectif", is_operator=True)),
    ):
        with pytest.raises(Refused):
            publish_rules(actor=acting(role, of), content=content)
    assert not PublishedRules.objects.exists()
    publisher = acting(Role.PUBLISHER, organisation("DGFiP, bis", "administration", body=body))
    edition = publish_rules(actor=publisher, content=content, note="Première édition")
    assert edition.rules.body == body
    assert (edition.organisation, edition.note) == (publisher.organisation, "Première édition")


def test_rules_are_not_taken_over_by_the_record_of_another_body() -> None:
    stored("creches")
    other = PublicBody.objects.create(slug="autre", name="Autre")
    foreign = RULES.replace("id: places", "id: siennes").replace("system: creches", "system: x")
    stranger = acting(Role.PUBLISHER, organisation("Autre", "administration", body=other))
    publish_rules(actor=stranger, content=foreign.encode())
    again = foreign.replace("system: x", "system: creches").encode()
    with pytest.raises(Refused):
        publish_rules(actor=stranger, content=again)
    with pytest.raises(Refused):
        publish_rules(actor=COMMAND, content=again)
    assert System.objects.get(slug="creches").rules.count() == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("per: 40", "per: quarante"), "quarante"),
        (("id: places", "id: Mes Places"), "id"),
        (("kind: points", "kind: [points"), "line"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change: tuple[str, str], words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        published(RULES.replace(*change))
    assert words in refused.value.errors["content"]
    assert not PublishedRules.objects.exists()


# --- the page -------------------------------------------------------------------------------------


@pytest.fixture
def publisher() -> Client:
    stored("creches")
    body = PublicBody.objects.get(slug=BODY.id)
    of = organisation("DGFiP", "administration", body=body)
    return signed_in(member(Role.PUBLISHER, of).user)


def sent(text: str) -> dict[str, object]:
    return {"file": SimpleUploadedFile("regles.yaml", text.encode()), "kept": "", "note": ""}


def test_the_check_is_read_before_publishing(publisher: Client) -> None:
    # Windows line ends: the bytes that are published are those of the file.
    text = RULES.replace("\n", "\r\n")
    checked = publisher.post("/contribuer/regles/", sent(text))
    html = checked.content.decode()
    assert not PublishedRules.objects.exists()
    assert "Places en crèche" in html
    assert "Parent seul" in html, "the criterion without a legal basis is named"
    kept = checked.context["kept"]
    done = publisher.post(
        "/contribuer/regles/", {"kept": kept, "note": "Barème 2025", "publish": "1"}
    )
    assert done.status_code == 302
    assert done["Location"] == f"/regles/{SLUG}/"
    edition = RulesEdition.objects.get()
    assert reading.content_of(edition) == text.encode()
    assert edition.note == "Barème 2025"


def test_a_bad_file_is_refused_beside_its_field(publisher: Client) -> None:
    for posted in (
        sent(RULES.replace("per: 40", "per: quarante")),
        {"kept": "", "note": ""},
        {"kept": "%%%", "note": "", "publish": "1"},
        sent("x" * 1_000_001),
    ):
        response = publisher.post("/contribuer/regles/", posted)
        assert response.status_code == 200
        assert response.context["form"].errors["file"]
    assert not PublishedRules.objects.exists()


def test_the_page_is_for_administrations_that_publish(publisher: Client) -> None:
    assert Client().get("/contribuer/regles/").status_code == 302
    union = signed_in(member(Role.PUBLISHER, organisation()).user)
    assert union.get("/contribuer/regles/").status_code == 403
    assert publisher.get("/contribuer/regles/").status_code == 200

"""The contribution pages: what is asked, what is kept, who may."""

import re
from contextlib import closing
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clairevoie.register.catalogue import FIELDS, Kind
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, Refused, actor_of
from clairevoie.web.accounts.services.limits import LIMITS, Limit
from clairevoie.web.register.forms import StatementForm
from clairevoie.web.register.models import Event, PublicBody, Reply, Source, Statement, System
from clairevoie.web.register.services import files
from clairevoie.web.register.services.statements import (
    InvalidInput,
    add_statement,
    create_body,
    create_system,
    may_replace,
    moderate,
    reply,
)
from tests.builders import stored
from tests.people import acting, member, moderator, organisation, signed_in

pytestmark = pytest.mark.django_db
SOURCED = {
    "origin": "source",
    "source_kind": "report",
    "source_title": "Rapport annuel",
    "source_publisher": "Cour des comptes",
    "source_url": "https://exemple.fr/rapport.pdf",
    "source_date": "2024-05",
    "locator": "p. 12",
    "quote": "Il a coûté 34,5 millions.",
    "language": "fr",
}


@pytest.fixture
def system() -> System:
    return stored("cfvr")


@pytest.fixture
def contributor() -> Client:
    return signed_in(member(Role.CONTRIBUTOR, organisation()).user)


def administration(name: str = "DGFiP (organisation)"):
    return organisation(name, "administration", body=PublicBody.objects.get(slug="dgfip"))


def publisher_in_charge() -> Client:
    return signed_in(member(Role.PUBLISHER, administration()).user)


def add(client: Client, field: str, given: dict[str, Any], slug: str = "cfvr"):
    return client.post(f"/systemes/{slug}/ajouter/?rubrique={field}", given)


def latest() -> Statement:
    return Statement.objects.order_by("-pk")[0]


def test_the_page_explains_to_anybody() -> None:
    page = Client().get("/contribuer/")
    assert page.status_code == 200
    assert "/connexion/?next=/contribuer/" in page.content.decode()


@pytest.mark.parametrize("path", ["/systemes/cfvr/ajouter/", "/contribuer/systeme/"])
def test_contributing_asks_to_sign_in(system: System, path: str) -> None:
    assert Client().get(path).headers["Location"] == f"/connexion/?next={path}"


def test_readers_are_told_why_not(system: System) -> None:
    page = signed_in(member(Role.READER, organisation()).user).get("/systemes/cfvr/ajouter/")
    assert page.status_code == 403
    assert "Contribution" in page.content.decode()


def test_every_field_can_be_chosen_and_filled(system: System, contributor: Client) -> None:
    page = contributor.get("/systemes/cfvr/ajouter/").content.decode()
    assert set(re.findall(r'href="\?rubrique=(\w+)"', page)) == {item.key for item in FIELDS}
    for item in FIELDS:
        form = contributor.get(f"/systemes/cfvr/ajouter/?rubrique={item.key}").context["form"]
        assert form.fields["value"].label == item.fr
    assert contributor.get("/systemes/cfvr/ajouter/?rubrique=nothing").status_code == 200
    assert contributor.get("/systemes/nothing/ajouter/").status_code == 404


@pytest.mark.parametrize("kind", list(Kind))
def test_the_input_suits_the_kind(kind: Kind) -> None:
    from django import forms

    for item in FIELDS:
        if item.kind is not kind:
            continue
        field = StatementForm(item, page_language="fr", own_name="Nous").fields["value"]
        widget: Any = {
            Kind.TEXT: forms.Textarea,
            Kind.CHOICE: (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple),
        }.get(kind, forms.TextInput)
        assert isinstance(field.widget, widget), item.key
        assert item.fr_help in str(field.help_text)


def test_a_fact_with_its_source(system: System, contributor: Client) -> None:
    version = system.version
    answer = add(contributor, "cost", {**SOURCED, "value": "34 500 000", "period": "2022"})
    assert answer.headers["Location"] == "/systemes/cfvr/#cost"
    said = latest()
    assert (said.value, said.period, said.date) == ("34500000", "2022", "2024-05")
    assert (said.speaker, said.capacity) == ("Les voix du numérique", "association")
    assert (said.locator, said.quote) == ("p. 12", "Il a coûté 34,5 millions.")
    assert said.source is not None
    assert said.source.title == "Rapport annuel"
    system.refresh_from_db()
    assert system.version == version + 1
    assert Event.objects.order_by("-pk")[0].verb == "statement.add"


def test_somebody_elses_words(system: System, contributor: Client) -> None:
    given = {**SOURCED, "value": "Non.", "speaker": "Solidaires", "capacity": "union"}
    add(contributor, "purpose", {**given, "said_on": "2023-01-02"})
    said = latest()
    assert (said.speaker, said.capacity, said.date) == ("Solidaires", "union", "2023-01-02")


def test_several_terms_at_once_are_several_statements(system: System, contributor: Client) -> None:
    before = Statement.objects.count()
    add(contributor, "methods", {**SOURCED, "value": ["rules", "statistics"]})
    assert Statement.objects.count() == before + 2
    answer = add(contributor, "methods", {**SOURCED, "value": ["rules", "other"]})
    assert answer.status_code == 302
    assert Statement.objects.count() == before + 3


def test_one_s_own_word(system: System) -> None:
    client = publisher_in_charge()
    page = client.get("/systemes/cfvr/ajouter/?rubrique=purpose")
    assert page.context["form"]["origin"].value() == "own"
    add(client, "purpose", {"value": "Cibler les contrôles.", "origin": "own", "language": "fr"})
    said = latest()
    assert said.source is None
    assert (said.speaker, said.capacity) == ("DGFiP (organisation)", "administration")
    assert said.language == "fr"


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("cost", {"value": "beaucoup"}, "value"),
    ("cost", {"value": ""}, "value"),
    ("status", {"value": "asleep"}, "value"),
    ("website", {"value": "javascript:alert(1)"}, "value"),
    ("start_date", {"value": "2024-02-31"}, "value"),
    ("purpose", {"value": "x\x00"}, "value"),
    ("purpose", {"value": "x" * 20_001}, "value"),
    ("purpose", {"value": "x", "source_title": ""}, "source_title"),
    ("purpose", {"value": "x", "source_kind": ""}, "source_kind"),
    ("purpose", {"value": "x", "source_kind": "rumour"}, "source_kind"),
    ("purpose", {"value": "x", "source_url": "ftp://exemple.fr"}, "source_url"),
    ("purpose", {"value": "x", "source_date": "hier"}, "source_date"),
    ("purpose", {"value": "x", "said_on": "2999"}, "said_on"),
    ("purpose", {"value": "x", "period": "2024-13"}, "period"),
    ("purpose", {"value": "x", "capacity": "king"}, "capacity"),
    ("purpose", {"value": "x", "locator": "x" * 201}, "locator"),
    ("purpose", {"value": "x", "origin": "own"}, "origin"),
    ("purpose", {"value": "x", "origin": ""}, "origin"),
    (
        "purpose",
        {
            "value": "x",
            "origin": "own",
            "speaker": "Un autre",
            **dict.fromkeys((*StatementForm.SOURCE[:-1],), ""),
        },
        "origin",
    ),
]


@pytest.mark.parametrize(("field", "given", "at_fault"), WRONG)
def test_an_error_stands_beside_its_input_and_nothing_is_lost(
    system: System, contributor: Client, field: str, given: dict[str, Any], at_fault: str
) -> None:
    before = Statement.objects.count()
    page = add(contributor, field, {**SOURCED, **given})
    assert page.status_code == 200
    errors = page.context["form"].errors
    assert set(errors) == {at_fault}
    text = page.content.decode()
    assert "Il y a un problème" in text
    assert re.search(rf'href="#id_{at_fault}(_0)?"', text), "the summary leads to the input"
    assert given.get("quote", "Il a coûté 34,5 millions.") in text
    assert Statement.objects.count() == before


def test_every_error_is_said_at_once(system: System, contributor: Client) -> None:
    wrong = {"value": "x", "source_url": "rien", "source_date": "hier", "period": "x"}
    page = add(contributor, "cost", {**SOURCED, **wrong})
    assert set(page.context["form"].errors) == set(wrong)


def test_sending_twice_adds_once_and_says_so_kindly(system: System, contributor: Client) -> None:
    given = {**SOURCED, "value": "Cibler."}
    add(contributor, "purpose", given)
    before = (Statement.objects.count(), Source.objects.count(), Event.objects.count())
    answer = contributor.post("/systemes/cfvr/ajouter/?rubrique=purpose", given, follow=False)
    assert answer.status_code == 302
    assert (Statement.objects.count(), Source.objects.count(), Event.objects.count()) == before
    page = contributor.get("/contribuer/").content.decode()
    assert "rien n’a été ajouté deux fois" in page


PDF = b"%PDF-1.7\n" + b"x" * 100


def test_a_copy_is_kept_and_outlives_a_correction(system: System, contributor: Client) -> None:
    upload = SimpleUploadedFile("rapport.pdf", PDF)
    page = add(contributor, "cost", {**SOURCED, "value": "beaucoup", "copy": upload})
    form = page.context["form"]
    assert set(form.errors) == {"value"}
    assert form.received.name == "rapport.pdf"
    assert "rapport.pdf" in page.content.decode()
    assert not files.is_public(form.received.digest)
    add(contributor, "cost", {**SOURCED, "value": "10", "kept": form["kept"].value()})
    said = latest()
    assert said.source is not None
    assert said.source.digest == form.received.digest
    with closing(Client().get(f"/fichiers/{said.source.digest}")) as copy:
        assert copy.status_code == 200


def test_uploads_are_counted_once_and_before_they_are_kept(
    system: System, contributor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "write", Limit(2, 600))
    kept: list[Any] = []
    store = files.store

    def keep(upload: Any) -> files.StoredFile:
        kept.append(upload)
        return store(upload)

    monkeypatch.setattr(files, "store", keep)
    for value, status, number in (("beaucoup", 200, 1), ("10", 302, 2), ("x", 429, 2)):
        upload = SimpleUploadedFile("rapport.pdf", PDF + value.encode())
        answer = add(contributor, "cost", {**SOURCED, "value": value, "copy": upload})
        assert (answer.status_code, len(kept)) == (status, number)


def test_a_copy_that_is_no_document_is_refused(system: System, contributor: Client) -> None:
    for content in (b"<html><script>", b"MZ\x00\x01", b""):
        upload = SimpleUploadedFile("rapport.pdf", content, content_type="application/pdf")
        page = add(contributor, "cost", {**SOURCED, "value": "10", "copy": upload})
        assert set(page.context["form"].errors) == {"copy"}
    assert not Source.objects.filter(title="Rapport annuel").exists()


def test_a_copy_that_is_too_large_is_refused_and_the_rest_kept(
    system: System, contributor: Client, settings
) -> None:
    settings.FILE_UPLOAD_LIMIT = 1_000_000
    upload = SimpleUploadedFile("rapport.pdf", PDF + b"x" * 1_200_000)
    page = add(contributor, "cost", {**SOURCED, "value": "10", "copy": upload})
    assert set(page.context["form"].errors) == {"copy"}
    assert "Rapport annuel" in page.content.decode()


def test_a_forged_copy_is_ignored(system: System, contributor: Client) -> None:
    add(contributor, "cost", {**SOURCED, "value": "10", "kept": "forged"})
    assert latest().source is not None
    assert latest().source.digest == ""  # type: ignore[union-attr]


def test_replacing_one_s_own_word(system: System) -> None:
    team = organisation()
    client = signed_in(member(Role.CONTRIBUTOR, team).user)
    add(client, "cost", {**SOURCED, "value": "10"})
    old = latest()
    path = f"/enonces/{old.uid}/remplacer/"
    page = client.get(path)
    form = page.context["form"]
    assert form["value"].value() == "10"
    assert form["source_title"].value() == "Rapport annuel"
    same = {name: form[name].value() or "" for name in form.fields if name != "copy"}
    assert "rien changé" in client.post(path, same).content.decode()
    assert client.post(path, {**same, "value": "12"}).status_code == 302
    new = latest()
    assert (new.value, new.supersedes) == ("12", old)
    old.refresh_from_db()
    assert old.value == "10"
    assert client.get(path).headers["Location"] == f"/enonces/{new.uid}/"
    colleague = signed_in(member(Role.CONTRIBUTOR, team, "c@exemple.fr").user)
    assert colleague.get(f"/enonces/{new.uid}/remplacer/").status_code == 200


def test_nobody_replaces_the_words_of_another(system: System, contributor: Client) -> None:
    add(contributor, "cost", {**SOURCED, "value": "10"})
    said = latest()
    other = signed_in(member(Role.PUBLISHER, organisation("Une autre")).user)
    for client in (publisher_in_charge(), other, signed_in(moderator().user)):
        assert client.get(f"/enonces/{said.uid}/remplacer/").status_code == 403
    with pytest.raises(Refused):
        add_statement(
            actor=actor_of(member(Role.PUBLISHER, organisation("Encore une"))),
            system=system,
            field="cost",
            value="12",
            supersedes=said.uid,
        )


def test_an_administration_replaces_its_own_imported_words(system: System) -> None:
    imported = Statement.objects.get(field="name")
    assert imported.organisation is None
    own = acting(Role.CONTRIBUTOR, administration())
    assert may_replace(own, imported)
    assert not may_replace(acting(Role.PUBLISHER, organisation()), imported)
    stored("autre", body=None)
    assert not may_replace(own, Statement.objects.get(system__slug="autre", field="name"))


def test_the_administration_in_charge_replies(system: System, contributor: Client) -> None:
    add(contributor, "cost", {**SOURCED, "value": "10"})
    said = latest()
    path = f"/enonces/{said.uid}/repondre/"
    assert contributor.get(path).status_code == 403
    contributor_in_charge = signed_in(
        member(Role.CONTRIBUTOR, administration(), "dg@exemple.fr").user
    )
    assert contributor_in_charge.get(path).status_code == 403
    client = signed_in(member(Role.PUBLISHER, administration("Une direction")).user)
    assert client.post(path, {"text_given": " "}).context["form"].errors["text_given"]
    assert client.post(path, {"text_given": "Ce n’est pas exact."}).status_code == 302
    assert client.post(path, {"text_given": "Ce n’est pas exact."}).status_code == 200
    assert client.get(path).context["form"]["text_given"].value() == "Ce n’est pas exact."
    assert client.post(path, {"text_given": "C’est exact."}).status_code == 302
    first, second = Reply.objects.order_by("pk")
    assert second.supersedes == first
    said.refresh_from_db()
    assert said.value == "10"


def test_moderating_leaves_a_public_trace(system: System, contributor: Client) -> None:
    add(contributor, "purpose", {**SOURCED, "value": "Camille Roux fraude."})
    said = latest()
    path = f"/enonces/{said.uid}/moderer/"
    assert contributor.get(path).status_code == 403
    assert publisher_in_charge().get(path).status_code == 403
    chief = signed_in(moderator().user)
    assert chief.get(path).status_code == 200
    assert chief.post(path, {"act": "hide", "reason": ""}).context["form"].errors["reason"]
    given = {"act": "hide", "reason": "Diffamation (loi de 1881, art. 29)."}
    assert chief.post(path, given).status_code == 302
    assert chief.post(path, given).status_code == 200, "already hidden: said, not undone"
    page = Client().get("/systemes/cfvr/").content.decode()
    assert "Camille Roux fraude" not in page
    assert "Diffamation (loi de 1881, art. 29)" in page
    assert publisher_in_charge_of(said).get(f"/enonces/{said.uid}/repondre/").status_code == 403
    assert chief.post(path, {"act": "show", "reason": "Jugé exact."}).status_code == 302
    assert "Camille Roux fraude" in Client().get("/systemes/cfvr/").content.decode()


def publisher_in_charge_of(_said: Statement) -> Client:
    return signed_in(member(Role.PUBLISHER, administration("Une direction")).user)


def test_opening_a_record_with_its_body(system: System) -> None:
    client = signed_in(member(Role.PUBLISHER, organisation()).user)
    assert client.get("/contribuer/systeme/").status_code == 200
    page = client.post("/contribuer/systeme/", {"name": "Tri", "body": "Ville de Rien"})
    assert set(page.context["form"].errors) == {"body"}
    page = client.post(
        "/contribuer/systeme/", {"name": "Tri", "body": "Ville de Rien", "add_body": "on"}
    )
    assert set(page.context["form"].errors) == {"body_kind"}
    given = {"name": "Tri", "body": "Ville de Rien", "add_body": "on", "body_kind": "local"}
    page = client.post("/contribuer/systeme/", {**given, "body_website": "rien"})
    assert set(page.context["form"].errors) == {"body_website"}
    assert client.post("/contribuer/systeme/", given).headers["Location"] == "/systemes/tri/"
    opened = System.objects.get(slug="tri")
    assert opened.body is not None
    assert (opened.body.slug, opened.body.kind) == ("ville-de-rien", "local")
    assert opened.entry.name == "Tri"
    page = client.post("/contribuer/systeme/", given)
    assert set(page.context["form"].errors) == {"name"}, "sent twice: opened once"
    given = {"name": "Tri", "body": "dgfip"}
    assert client.post("/contribuer/systeme/", given).headers["Location"] == "/systemes/tri-dgfip/"


def test_an_administration_opens_records_of_its_own(system: System) -> None:
    client = publisher_in_charge()
    assert "body" not in client.get("/contribuer/systeme/").context["form"].fields
    assert client.post("/contribuer/systeme/", {"name": "Tri"}).status_code == 302
    assert System.objects.get(slug="tri").body == PublicBody.objects.get(slug="dgfip")
    with pytest.raises(Refused):
        create_system(actor=acting(Role.PUBLISHER, administration("x")), name="y", body=None)
    assert (
        signed_in(member(Role.CONTRIBUTOR, organisation()).user)
        .get("/contribuer/systeme/")
        .status_code
        == 403
    )


def test_a_body_that_cannot_be_stored_is_refused() -> None:
    from clairevoie.register.statements import Body

    for body, at_fault in (
        (Body("", ""), "name"),
        (Body("É", "Nom"), "id"),
        (Body("", "Nom", kind="king"), "kind"),
        (Body("", "Nom", country="France"), "country"),
        (Body("", "Nom", website="javascript:1"), "website"),
        (Body("", "Nom", short_name="x" * 101), "short_name"),
        (Body("", "Nom", identifier="x" * 61), "identifier"),
    ):
        with pytest.raises(InvalidInput) as refused:
            create_body(actor=COMMAND, body=body)
        assert set(refused.value.errors) == {at_fault}


def test_writes_are_counted_by_account(
    system: System, contributor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "write", Limit(2, 600))
    for value in ("10", "11"):
        assert add(contributor, "cost", {**SOURCED, "value": value}).status_code == 302
    answer = add(contributor, "cost", {**SOURCED, "value": "12"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_html_in_a_value_stays_text(system: System, contributor: Client) -> None:
    add(contributor, "purpose", {**SOURCED, "value": "<script>alert(1)</script>"})
    said = latest()
    path = f"/enonces/{said.uid}/remplacer/"
    for page in (
        contributor.get(path),
        contributor.get("/systemes/cfvr/ajouter/?rubrique=purpose"),
    ):
        assert "<script>alert" not in page.content.decode()


def test_the_form_asks_little_of_the_database(
    system: System, contributor: Client, assert_queries_snapshot
) -> None:
    with assert_queries_snapshot():
        contributor.get("/systemes/cfvr/ajouter/?rubrique=purpose")


def test_services_agree_with_the_pages(system: System) -> None:
    """The functions behind refuse by themselves: the API calls them too."""
    said = Statement.objects.get(field="name")
    for actor in (acting(Role.READER, organisation()), acting(Role.READER, administration())):
        with pytest.raises(Refused):
            add_statement(actor=actor, system=system, field="purpose", value="x")
        with pytest.raises(Refused):
            reply(actor=actor, statement=said, text="x")
        with pytest.raises(Refused):
            moderate(actor=actor, statement=said, hidden=True, reason="x")

"""The page of a system and what hangs from it: statements, versions, comparisons, sources."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clairevoie.register.catalogue import FIELDS, Kind, vocabulary_of
from clairevoie.register.statements import Body, Statement
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, Actor
from clairevoie.web.register import models
from clairevoie.web.register.services import statements as service
from clairevoie.web.register.services.pages.periods import asked_period
from clairevoie.web.register.services.pages.wording import (
    date_in_words,
    excerpt,
    number_in_words,
    percent,
    quantity,
    text_html,
)
from tests.builders import BODY, record, said, store, stored
from tests.conftest import QueriesSnapshot
from tests.people import acting, moderator, organisation, signed_in

pytestmark = pytest.mark.django_db

ATTACK = "<script>alert('x')</script><img src=x onerror=alert(1)> \" '"


def text_of(html: str) -> str:
    """What a page says, on one line."""
    inside = re.sub(r"<(head|script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", inside)).split())


@pytest.fixture
def read(client: Client) -> Callable[..., str]:
    """What a page says."""

    def page(path: str, status: int = 200, **query: str) -> str:
        response = client.get(path, query)
        assert response.status_code == status, path
        return text_of(response.content.decode())

    return page


@pytest.fixture
def dgfip() -> Actor:
    """The administration in charge of the systems of BODY."""
    body = models.PublicBody.objects.get(slug=BODY.id)
    return acting(Role.PUBLISHER, organisation("DGFiP", "administration", body=body))


def only(system: models.System, field: str) -> models.Statement:
    return models.Statement.objects.get(system=system, field=field)


def union(system: str, field: str, value: str, **more: Any) -> Statement:
    return said(system, field, value, speaker="Solidaires", capacity="union", **more)


# --- what the page says -------------------------------------------------------------------------


def test_summary_first_then_every_question(client: Client) -> None:
    stored(
        "cfvr", name="CFVR", summary="Choisit qui contrôler.", status="deployed", cost="34500000"
    )
    html = client.get("/systemes/cfvr/").content.decode()
    says = text_of(html)

    assert says.index("Choisit qui contrôler.") < says.index("À quoi sert-il ?")
    assert says.count("Choisit qui contrôler.") == 1
    assert "34 500 000 €" in says
    assert "DGFiP (administration), 7 février 2025 · Un rapport" in says
    assert "4 rubriques renseignées sur" in says
    assert "Rubriques non renseignées" in says
    assert '<a href="/systemes/cfvr/demander/?rubrique=automation">Part de la machine</a>' in html
    assert "Autres noms" not in says, "details are shown only when they are filled in"


def test_english(client: Client) -> None:
    stored("cfvr", status="deployed", cost="34500000", start_date="2014-03-01")
    says = text_of(client.get("/en/systemes/cfvr/").content.decode())
    assert "€34,500,000" in says
    assert "1 March 2014" in says
    assert "In use" in says
    assert "What is it for?" in says


def test_voices_that_differ_are_side_by_side(read: Callable[..., str]) -> None:
    stored("cfvr", union("cfvr", "cost", "50000000"), cost="34500000")
    says = read("/systemes/cfvr/")
    assert says.count("Les sources ne disent pas la même chose") == 2
    assert "34 500 000 €" in says
    assert "50 000 000 €" in says


def test_voices_that_agree_are_one_value(client: Client) -> None:
    stored("cfvr", union("cfvr", "cost", "34500000"), cost="34500000")
    html = client.get("/systemes/cfvr/").content.decode()
    assert "ne disent pas la même chose" not in html
    field = html.partition('id="cost"')[2].partition("</section>")[0]
    assert field.count("34\u202f500\u202f000") == 1
    assert field.count('class="voice"') == 2


def test_two_periods_are_no_divergence(read: Callable[..., str]) -> None:
    stored(
        "cfvr",
        said("cfvr", "people_count", "10", period="2022"),
        said("cfvr", "people_count", "12", period="2023"),
    )
    says = read("/systemes/cfvr/")
    assert "ne disent pas la même chose" not in says
    assert says.index("2023 12 personnes") < says.index("2022 10 personnes")
    assert "Que s’est-il passé, et quand ?" in says


def test_values_of_one_voice_share_their_source(client: Client) -> None:
    stored(
        "cfvr", said("cfvr", "functions", "sort"), said("cfvr", "functions", "detect", quote="Oui.")
    )
    html = client.get("/systemes/cfvr/").content.decode()
    field = html.partition('id="functions"')[2].partition("</section>")[0]
    assert field.count('class="voice"') == 1
    assert field.count("<blockquote") == 1
    assert "Trie ou classe" in field
    assert "Détecte ou signale" in field


def test_what_was_replaced_stays_readable(read: Callable[..., str]) -> None:
    stored("cfvr", cost="1000")
    store(record("cfvr", cost="2000"))
    says = read("/systemes/cfvr/")
    assert "2 000 € DGFiP" in says
    assert "1 énoncé remplacé" in says
    assert "ne disent pas la même chose" not in says


def test_a_foreign_text_says_its_language(client: Client) -> None:
    stored("cfvr", said("cfvr", "context", "Kiezen", language="nl", quote="Om te kiezen"))
    html = client.get("/systemes/cfvr/").content.decode()
    assert '<p class="value" lang="nl">Kiezen</p>' in html
    assert '<blockquote class="lines" lang="nl">Om te kiezen' in html


def test_addresses_are_links_that_show_their_host(client: Client) -> None:
    stored(
        "cfvr",
        said("cfvr", "source_code", "https://www.exemple.fr/depot?a=1&b=2"),
        said("cfvr", "documents", "Voir https://exemple.fr/a.pdf."),
        contact="bureau@exemple.fr",
    )
    html = client.get("/systemes/cfvr/").content.decode()
    link = '<a href="https://www.exemple.fr/depot?a=1&amp;b=2" rel="nofollow noopener">'
    assert f"{link}<b>exemple.fr</b>/depot?a=1&amp;b=2</a>" in html
    assert '<a href="https://exemple.fr/a.pdf" rel="nofollow noopener">' in html
    assert '<a href="mailto:bureau@exemple.fr">' in html


def test_french_law_is_not_said_of_others(client: Client) -> None:
    stored("frans", body=Body("gemeente", "Gemeente", kind="local", country="NL"), decision="Ja")
    stored("ici", decision="Oui")
    assert "CRPA" in client.get("/systemes/ici/").content.decode()
    assert "CRPA" not in client.get("/systemes/frans/").content.decode()
    assert "n’est pas une administration française" in text_of(
        client.get("/systemes/frans/demander/").content.decode()
    )


def test_nothing_that_is_said_becomes_markup(client: Client) -> None:
    values = {
        item.key: f"{item.key} {ATTACK}"
        for item in FIELDS
        if item.kind in {Kind.LINE, Kind.TEXT, Kind.CONTACT}
    }
    everywhere = {"speaker": ATTACK, "locator": ATTACK, "quote": ATTACK}
    system = stored(
        "attaque",
        said("attaque", "cost", "1", **everywhere),
        said("attaque", "effects", f'{ATTACK} https://exemple.fr/"onmouseover=x', **everywhere),
        said("attaque", "effects", ATTACK, **everywhere),
        body=Body("corps", ATTACK, ATTACK[:90], "other", "FR", ATTACK[:50]),
        **values,
    )
    cost = only(system, "cost")
    service.moderate(actor=COMMAND, statement=cost, hidden=True, reason=ATTACK)
    paths = (
        "/systemes/attaque/",
        "/systemes/attaque/v1/",
        "/systemes/attaque/imprimer/",
        "/systemes/attaque/historique/",
        "/systemes/attaque/comparer/",
        "/systemes/attaque/demander/?rubrique=cost",
        f"/enonces/{cost.uid}/",
        f"/enonces/{only(system, 'name').uid}/",
        "/administrations/",
        f"/administrations/?q={ATTACK}",
        "/administrations/corps/",
        "/changements/",
        f"/sources/{models.Source.objects.get().uid}/",
        "/sources/",
        "/indicateurs/",
        "/indicateurs/?administration=corps",
    )
    for path in paths:
        html = client.get(path).content.decode()
        assert "<script>alert" not in html, path
        assert "<img src=x" not in html, path
        assert not re.search(r"<[^>]*\sonmouseover=", html), path


# --- hidden, answered ---------------------------------------------------------------------------


def test_a_hidden_statement_leaves_a_trace(read: Callable[..., str]) -> None:
    system = stored("cfvr", purpose="Des injures", need="Un besoin")
    statement = only(system, "purpose")
    service.moderate(actor=COMMAND, statement=statement, hidden=True, reason="Injure publique")
    for path in ("/systemes/cfvr/", "/systemes/cfvr/v1/", "/systemes/cfvr/imprimer/"):
        says = read(path)
        assert "Des injures" not in says, path
        assert "Injure publique" in says, path
    for path in (
        f"/enonces/{statement.uid}/",
        "/systemes/cfvr/historique/",
        "/systemes/cfvr/comparer/",
        "/changements/",
        f"/sources/{models.Source.objects.get().uid}/",
    ):
        assert "Des injures" not in read(path), path
    alone = read(f"/enonces/{statement.uid}/")
    assert "masqué par la modération" in alone
    assert "Injure publique" in alone

    service.moderate(actor=COMMAND, statement=statement, hidden=False, reason="Citation exacte")
    assert "Des injures" in read("/systemes/cfvr/")
    alone = read(f"/enonces/{statement.uid}/")
    assert alone.index("Injure publique") < alone.index("Citation exacte")


def test_what_a_hidden_statement_replaced_stands_again(read: Callable[..., str]) -> None:
    system = stored("cfvr", cost="1000")
    store(record("cfvr", cost="2000"))
    newer = models.Statement.objects.get(system=system, value="2000")
    service.moderate(actor=COMMAND, statement=newer, hidden=True, reason="Diffamation")
    says = read("/systemes/cfvr/")
    assert "1 000 € DGFiP" in says
    assert "2 000" not in says


def test_an_answer_stands_beside_the_statement(read: Callable[..., str], dgfip_later: Any) -> None:
    system = stored("cfvr", union("cfvr", "effects", "Des contrôles injustes"))
    actor = dgfip_later()
    statement = only(system, "effects")
    first = service.reply(actor=actor, statement=statement, text="Nous le contestons.")
    assert "Nous le contestons." in read("/systemes/cfvr/")
    service.reply(actor=actor, statement=statement, text="Nous l’étudions.", supersedes=first)
    says = read("/systemes/cfvr/")
    assert "DGFiP répond" in says
    assert "Nous l’étudions." in says
    assert "Nous le contestons." not in says
    alone = read(f"/enonces/{statement.uid}/")
    assert "remplacée par une réponse plus récente Nous le contestons." in alone


@pytest.fixture
def dgfip_later(request: pytest.FixtureRequest) -> Callable[[], Actor]:
    """The administration, once its systems are stored."""
    return lambda: request.getfixturevalue("dgfip")


# --- versions, comparisons ----------------------------------------------------------------------


def test_a_version_stays_as_it_was(read: Callable[..., str]) -> None:
    system = stored("cfvr", cost="1000", need="Un besoin")
    store(record("cfvr", cost="2000"))
    service.moderate(
        actor=COMMAND, statement=only(system, "need"), hidden=True, reason="Hors sujet"
    )
    system.refresh_from_db()
    assert system.version == 3
    first = read("/systemes/cfvr/v1/")
    assert "Vous lisez la version 1 de cette fiche" in first
    assert "1 000 € DGFiP" in first
    assert "2 000" not in first
    assert "Vous lisez la version" not in read("/systemes/cfvr/v3/")
    read("/systemes/cfvr/v4/", 404)
    read("/systemes/cfvr/v0/", 404)

    says = read("/systemes/cfvr/historique/")
    assert "3 versions" in says
    assert says.index("Version 3") < says.index("Version 2") < says.index("Version 1")
    assert "1 remplacé" in says
    assert "Hors sujet" in says


def test_two_versions_are_compared(client: Client, read: Callable[..., str]) -> None:
    stored("cfvr", cost="1000", need="Un besoin")
    store(record("cfvr", cost="2000", purpose="Un but"))
    says = read("/systemes/cfvr/comparer/", v1="1", v2="2")
    assert "1 énoncé ajouté, 1 remplacé" in says
    assert "Un but" in says
    assert "Un besoin" not in says
    html = client.get("/systemes/cfvr/comparer/?v1=2&v2=1").content.decode()
    assert re.search(r"<del[^>]*>1\u202f000\u00a0€</del>", html)
    assert re.search(r"<ins[^>]*>2\u202f000\u00a0€</ins>", html)
    assert "Rien n’a changé" in read("/systemes/cfvr/comparer/", v1="2", v2="2")


def test_two_days_are_compared(read: Callable[..., str]) -> None:
    stored("cfvr", cost="1000")
    assert "2 énoncés ajoutés" in read("/systemes/cfvr/comparer/")
    assert "Rien n’a changé" in read("/systemes/cfvr/comparer/", du="2001-01-01", au="2001-02-01")
    for wrong in ("hier", "2025-02-30", "20250101", "9999-12-31"):
        assert "Écrivez chaque date" in read("/systemes/cfvr/comparer/", du=wrong)
        assert "Écrivez chaque date" in read("/changements/", au=wrong)


def test_days_asked_the_wrong_way_round_are_swapped() -> None:
    today = date(2026, 3, 1)
    period = asked_period("2026-02-10", "2026-02-01", today=today)
    assert (period.start, period.end) == (date(2026, 2, 1), date(2026, 2, 10))
    assert period.problem
    assert asked_period("", "", today=today).start == date(2026, 1, 30)
    early = asked_period("", "2020-01-01", today=today)
    assert early.start <= early.end
    assert not early.problem


def test_changes_of_the_whole_register(read: Callable[..., str]) -> None:
    system = stored("cfvr", cost="1000")
    stored("score")
    store(record("cfvr", cost="2000"))
    service.moderate(actor=COMMAND, statement=only(system, "name"), hidden=True, reason="Motif")
    says = read("/changements/")
    assert "2 nouveaux systèmes" in says
    assert "1 énoncé remplacé" in says
    assert "1 énoncé masqué par la modération" in says
    assert "Rien n’a été enregistré" in read("/changements/", du="2001-01-01", au="2001-02-01")


# --- statements, sources, bodies, asking --------------------------------------------------------


def test_a_statement_alone(client: Client, read: Callable[..., str]) -> None:
    system = stored("cfvr", said("cfvr", "cost", "1000", quote="Mille euros", locator="p. 4"))
    store(record("cfvr", cost="2000"))
    older = models.Statement.objects.get(system=system, value="1000")
    says = read(f"/enonces/{older.uid}/")
    assert "Mille euros" in says
    assert "p. 4" in says
    assert "Remplacé par 2 000 €" in says
    newer = models.Statement.objects.get(system=system, value="2000")
    assert "Remplace 1 000 €" in read(f"/enonces/{newer.uid}/")
    read(f"/enonces/{uuid.uuid4()}/", 404)

    page = client.get(f"/enonces/{newer.uid}/").content.decode()
    assert "/moderer/" not in page
    page = signed_in(moderator().user).get(f"/enonces/{newer.uid}/").content.decode()
    assert f"/enonces/{newer.uid}/moderer/" in page
    assert f"/enonces/{newer.uid}/repondre/" not in page


def test_a_source_says_what_it_says(read: Callable[..., str]) -> None:
    stored("cfvr", said("cfvr", "cost", "1000", quote="Mille euros"))
    stored("score", purpose="Cibler")
    uid = models.Source.objects.get().uid
    says = read(f"/sources/{uid}/")
    assert "4 énoncés, 2 systèmes" in says
    assert "Mille euros" in says
    assert "Cibler" in says
    assert "Un rapport" in read("/sources/")
    assert "1 source" in read("/sources/", q="rapport cour")
    assert "0 source" in read("/sources/", q="introuvable")
    read(f"/sources/{uuid.uuid4()}/", 404)


def test_bodies_by_kind_and_by_words(read: Callable[..., str], client: Client) -> None:
    stored("cfvr")
    for rank in range(45):
        letter = chr(ord("a") + rank % 26)
        models.PublicBody.objects.create(
            slug=f"ville-{rank}", name=f"{letter.upper()}ville {rank}", kind="local"
        )
    models.PublicBody.objects.create(slug="evry", name="Évry", kind="local")
    html = client.get("/administrations/").content.decode()
    assert 'href="#local-E"' in html
    assert text_of(html).count("Évry") == 1
    assert "1 administration ou entreprise" in read("/administrations/", q="evry")
    assert "Aucune administration du registre" in read("/administrations/", q="introuvable")
    assert "Aucun système de cette administration" in read("/administrations/evry/")
    says = read("/administrations/dgfip/")
    assert "1 système dans le registre" in says
    assert "0 sur 1" in says
    read("/administrations/introuvable/", 404)


def test_how_to_ask(read: Callable[..., str]) -> None:
    stored("cfvr", name="CFVR")
    says = read("/systemes/cfvr/demander/", rubrique="criteria")
    assert "Demander : Critères et poids" in says
    assert "pour le traitement « CFVR », ce qui suit : critères et poids." in says
    assert "CRPA, art. R*. 311-12 et R. 311-13" in says
    assert "Demander ce qui manque" in read("/systemes/cfvr/demander/", rubrique="inconnue")
    stored("prive", body=Body("entreprise", "Une entreprise", kind="company"))
    assert "s’il est chargé d’une mission de service public" in read("/systemes/prive/demander/")


def test_what_does_not_exist(read: Callable[..., str]) -> None:
    for path in ("", "historique/", "comparer/", "imprimer/", "demander/", "v1/"):
        read(f"/systemes/introuvable/{path}", 404)


# --- what it costs ------------------------------------------------------------------------------


def many(system: str, count: int) -> list[Statement]:
    """Return that many statements under all the fields, each with its own voice."""
    items = []
    for rank in range(count):
        item = FIELDS[rank % len(FIELDS)]
        vocabulary = vocabulary_of(item)
        value = {
            Kind.DATE: "2024-05",
            Kind.INTEGER: str(rank),
            Kind.DECIMAL: str(rank),
            Kind.URL: f"https://exemple.fr/{rank}",
        }.get(item.kind, f"Valeur {rank}")
        if vocabulary:
            value = vocabulary.codes()[rank % len(vocabulary.codes())]
        items.append(said(system, item.key, value, speaker=f"Voix {rank}", quote="Passage"))
    return items


PAGES = ("system", "print", "history", "compare", "ask")


@pytest.mark.parametrize("name", PAGES)
def test_queries_do_not_grow_with_the_record(client: Client, name: str) -> None:
    stored("petit", *many("petit", 3))
    big = stored("grand", *many("grand", 200))
    for statement in big.statements.all()[:5]:
        service.moderate(actor=COMMAND, statement=statement, hidden=True, reason="Motif")
    counts = []
    for slug in ("petit", "grand"):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"register:{name}", args=[slug])).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12


def test_queries_of_the_pages(client: Client, assert_queries_snapshot: QueriesSnapshot) -> None:
    system = stored("cfvr", union("cfvr", "cost", "2"), cost="1")
    source = models.Source.objects.get()
    paths = {
        "system": "/systemes/cfvr/",
        "statement": f"/enonces/{only(system, 'name').uid}/",
        "bodies": "/administrations/",
        "body": "/administrations/dgfip/",
        "sources": "/sources/",
        "source": f"/sources/{source.uid}/",
        "changes": "/changements/",
    }
    client.get("/systemes/")
    for name, path in paths.items():
        with assert_queries_snapshot(name):
            client.get(path)


# --- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("", "", ""),
        ("2024", "2024", "2024"),
        ("2024-05", "mai 2024", "May 2024"),
        ("2024-05-01", "1er\u00a0mai 2024", "1\u00a0May 2024"),
        ("2024-12-31", "31\u00a0décembre 2024", "31\u00a0December 2024"),
    ],
)
def test_dates_in_words(text: str, french: str, english: str) -> None:
    assert date_in_words(text, "fr") == french
    assert date_in_words(text, "en") == english


def test_numbers_in_words() -> None:
    assert number_in_words("34500000", "fr") == "34\u202f500\u202f000"
    assert number_in_words("-1234.5", "fr") == "−1\u202f234,5"
    assert number_in_words("-1234.5", "en") == "−1,234.5"
    assert quantity("1", "persons", "fr") == "1\u00a0personne"
    assert quantity("1000", "persons", "en") == "1,000\u00a0people"
    assert quantity("2.5", "FTE", "fr") == "2,5\u00a0équivalents temps plein"
    assert percent(3 / 72, "fr") == "4\u00a0%"
    assert percent(1 / 1000, "fr") == "0,1\u00a0%"
    assert percent(None, "en") == "–"


def test_texts_keep_their_meaning() -> None:
    assert excerpt("un deux trois", 9) == "un deux…"
    assert text_html("Voir https://a.fr/x, <b>") == (
        'Voir <a href="https://a.fr/x" rel="nofollow noopener">https://a.fr/x</a>, &lt;b&gt;'
    )

"""Home, list and the pages that explain the register."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from syrupy.assertion import SnapshotAssertion

import clairevoie.web
from clairevoie.register.statements import Body
from clairevoie.web.accounts.models import Organisation
from clairevoie.web.register.templatetags import site
from clairevoie.web.register.views.listing import page_numbers
from tests.builders import record, said, store
from tests.conftest import QueriesSnapshot

pytestmark = pytest.mark.django_db

STATIC = Path(clairevoie.web.__file__).parent
CITY = Body("ville", "Ville de Noisy-le-Grand", kind="local")
PAGES = (
    "/",
    "/systemes/",
    "/rubriques/",
    "/aide/",
    "/a-propos/",
    "/accessibilite/",
    "/donnees-personnelles/",
)


@pytest.fixture
def register() -> None:
    """Five systems of two bodies, one with diverging voices."""
    store(
        record(
            "creches",
            body=CITY,
            name="Attribution des places en crèche",
            summary="Classe les demandes de place selon des points.",
            status="test",
            automation="supports",
        ),
        record(
            "cfvr",
            said("cfvr", "people_count", "12", speaker="Solidaires", capacity="union"),
            name="Ciblage de la fraude",
            people_count="10",
            status="deployed",
            automation="partly",
            domains="tax",
        ),
        record("score", name="Score de risque", status="deployed"),
        record("paie", name="Calcul de la paie"),
        record("bijstand", name="Bijstand"),
    )


def text_of(html: str) -> str:
    """What a reader sees, with single spaces."""
    body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\xa0", " ").split())


def read(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.content.decode()


def headings(html: str) -> list[str]:
    results = html.partition('<ol class="results"')[2].partition("</ol>")[0]
    return [text_of(found) for found in re.findall(r"(?s)<h2.*?</h2>", results)]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_opens_in_both_languages(client: Client, path: str, language: str) -> None:
    html = read(client, path if language == "fr" else f"/en{path}")

    assert f'<html lang="{language}">' in html
    assert len(re.findall(r"<h1\b", html)) == 1
    other = f"/en{path}" if language == "fr" else path
    assert f'href="{other}"' in html


@pytest.mark.parametrize("path", [path for path in PAGES if path not in {"/", "/systemes/"}])
def test_pages_as_they_are_read(client: Client, path: str, snapshot: SnapshotAssertion) -> None:
    main = read(client, path).split("<main", 1)[1].split("</main>")[0]
    assert text_of(f"<main{main}") == snapshot


def test_reading_sets_no_cookie(client: Client, register: None) -> None:
    for path in (*PAGES, "/systemes/?q=paie", "/no-such-page/"):
        client.get(path)
    assert not client.cookies


def test_home_starts_from_the_search_box(client: Client, register: None) -> None:
    html = read(client, "/")
    text = text_of(html)

    assert html.index('name="q"') < html.index('class="cards doors"')
    assert "Quel algorithme cherchez-vous ?" in text
    assert "5 systèmes décrits" in text
    assert "2 administrations et entreprises" in text
    assert "1 fiche où des voix divergent" in text
    for door in (
        "Une décision me concerne",
        "Qu’utilise ma commune ou mon ministère ?",
        "Que doit mon administration ?",
        "J’observe et je documente",
    ):
        assert door in text
    assert "Attribution des places en crèche" in text


def test_an_empty_register_says_zero(client: Client) -> None:
    assert "0 système décrit" in text_of(read(client, "/"))
    assert "Rien dans le registre" in text_of(read(client, "/systemes/"))


def test_queries_of_the_pages(
    client: Client, register: None, assert_queries_snapshot: QueriesSnapshot
) -> None:
    for path in ("/", "/systemes/"):
        client.get(path)  # what is read once for good: columns, templates
    with assert_queries_snapshot("home"):
        client.get("/")
    with assert_queries_snapshot("list"):
        client.get("/systemes/")
    with assert_queries_snapshot("help"):
        client.get("/aide/")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=creche", 4),
        ("q=le score de risque&status=deployed&status=none&tri=name", 4),
        ("q=creche&page=9", 6),
    ],
)
def test_queries_do_not_grow_with_what_is_asked(
    client: Client,
    register: None,
    query: str,
    count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.get("/systemes/")
    with django_assert_num_queries(count):
        client.get(f"/systemes/?{query}")


def test_the_address_says_everything(client: Client, register: None) -> None:
    html = read(client, "/systemes/?status=deployed&automation=partly&tri=name")

    assert headings(html) == ["Ciblage de la fraude"]
    assert "1 système sur 5" in text_of(html)
    assert re.search(r'id="status-deployed"[^>]* checked', html)
    assert re.search(r'id="automation-partly"[^>]* checked', html)
    assert not re.search(r'id="status-test"[^>]* checked', html)
    assert '<input type="hidden" name="tri" value="name">' in html


def test_a_chosen_filter_can_be_removed(client: Client, register: None) -> None:
    html = read(client, "/systemes/?q=fraude&status=deployed&status=test")
    chips = re.findall(r'(?s)<a class="chip" href="([^"]*)">(.*?)</a>', html)

    assert {(unescape(url), text_of(text)) for url, text in chips[:3]} == {
        ("/systemes/?status=deployed&status=test", "Retirer le filtre : mots : fraude ✕"),
        ("/systemes/?q=fraude&status=test", "Retirer le filtre : En service ✕"),
        ("/systemes/?q=fraude&status=deployed", "Retirer le filtre : Expérimentation ✕"),
    }


@pytest.mark.parametrize(
    "query",
    [
        "status=nonsense&unknown=1&tri=%00&page=-3",
        "page=99999999999999999999",
        "page=two&body=x'--&completeness=200-300",
        "q=" + "a" * 5000,
        "q=%ff%00<script>",
    ],
)
def test_what_means_nothing_is_ignored(client: Client, register: None, query: str) -> None:
    html = read(client, f"/systemes/?{query}")
    assert "<script>" not in html


def test_a_page_too_far_is_the_last_one(client: Client) -> None:
    store(*(record(f"system-{rank:02}") for rank in range(30)))
    html = read(client, "/systemes/?page=70&tri=name")

    assert len(headings(html)) == 5
    assert "page 2 sur 2" in text_of(html)
    assert '<ol class="results" start="26">' in html


def test_nothing_found_says_what_to_try(client: Client, register: None) -> None:
    text = text_of(read(client, "/systemes/?q=licorne"))

    assert "0 système sur 5" in text
    assert "Essayez moins de mots" in text


def test_voices_that_differ_are_marked(client: Client, register: None) -> None:
    html = read(client, "/systemes/?divergence=yes")

    assert headings(html) == ["Ciblage de la fraude"]
    assert "Voix divergentes" in text_of(html.split('class="results"')[1])


def test_completeness_is_said_in_words(client: Client, register: None) -> None:
    results = text_of(read(client, "/systemes/?q=fraude").split('class="results"')[1])
    assert re.search(r"\d+ % renseignée", results)


def test_a_body_is_a_facet(client: Client, register: None) -> None:
    html = read(client, "/systemes/?body=ville")

    assert headings(html) == ["Attribution des places en crèche"]
    assert "Retirer le filtre : Ville de Noisy-le-Grand" in text_of(html)
    assert "administration inconnue" in text_of(read(client, "/systemes/?body=nulle-part"))


def test_bodies_beyond_the_first_ones_show_when_chosen(client: Client) -> None:
    bodies = [Body(f"ville-{rank:02}", f"Ville {rank:02}", kind="local") for rank in range(20)]
    store(
        *(record(f"a-{body.id}", body=body) for body in bodies),
        *(record(f"b-{body.id}", body=body) for body in bodies[:-1]),
    )
    last = "ville-19"

    html = read(client, "/systemes/")
    assert f'id="body-{last}"' not in html
    assert "et 8 autres – toutes les administrations" in text_of(html)
    assert f'id="body-{last}"' in read(client, f"/systemes/?body={last}")


def test_htmx_is_told_the_plain_address(client: Client, register: None) -> None:
    response = client.get("/systemes/?q=&status=deployed&tri=relevance&page=1")
    assert response["HX-Push-Url"] == "/systemes/?status=deployed"


def test_the_operator_is_named(client: Client) -> None:
    assert "n’a pas encore indiqué son nom" in text_of(read(client, "/a-propos/"))
    Organisation.objects.create(name="Observatoire", capacity="association", is_operator=True)
    for path in ("/a-propos/", "/donnees-personnelles/", "/accessibilite/"):
        assert "Observatoire" in read(client, path)


def test_articles_not_read_are_marked(client: Client) -> None:
    html = read(client, "/rubriques/")
    text = text_of(html.split('id="field-dpia"')[1].split("<dt")[0])

    assert "RGPD, art. 35 à vérifier" in text
    assert "CRPA, art. L. 311-3-1 à vérifier" not in text_of(html)


def test_a_page_that_does_not_exist_offers_a_search(client: Client) -> None:
    html = read(client, "/no-such-page/", status=404)

    assert "Cette page n’existe pas" in html
    assert 'name="q"' in html
    assert 'href="/en/"' in html


@pytest.mark.parametrize("code", [403, 404, 429])
def test_error_pages_stand_on_their_own(client: Client, code: int, register: None) -> None:
    request = client.get("/aide/").wsgi_request
    assert "<h1>" in render_to_string(f"{code}.html", request=request)


def test_the_error_page_needs_nothing() -> None:
    assert "<h1>" in render_to_string("500.html")


def test_stylesheets_are_light() -> None:
    sizes = {path.name: path.stat().st_size for path in STATIC.rglob("*.css")}
    # Every page loads the first; the others come with the pages that need them.
    assert sizes.pop("site.css") < 15_000
    assert all(size < 5_000 for size in sizes.values()), sizes


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, 0, 9]),
        (4, 9, [1, 2, 3, 4, 5, 0, 9]),
        (5, 9, [1, 0, 4, 5, 6, 0, 9]),
        (9, 9, [1, 0, 8, 9]),
    ],
)
def test_pages_around_the_one_that_is_read(page: int, pages: int, shown: list[int]) -> None:
    assert page_numbers(page, pages) == shown


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("2025", "2025"),
        ("2025-02", "février 2025"),
        ("2025-02-07", "7 février 2025"),
        ("2025-02-01", "1er février 2025"),
        ("", ""),
        ("vers 2010", "vers 2010"),
    ],
)
def test_a_date_is_as_precise_as_it_was_said(said: str, words: str) -> None:
    assert site.said_date(said) == words


def test_names_of_codes() -> None:
    assert site.term("deployed", "status") == "En service"
    assert site.term("unheard-of", "status") == "unheard-of"
    assert site.field_label("dpia").startswith("Analyse d’impact")
    assert site.field_label("no_such_field") == "no_such_field"
    assert site.host("https://www.cada.fr/saisir?x=1") == "cada.fr"
    assert site.ordinal_date(0) == ""

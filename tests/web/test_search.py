"""Finding systems: French words, facets, order, a constant number of queries."""

from __future__ import annotations

import pytest

from clairevoie.register.statements import Body, SystemRecord
from clairevoie.web.register.services.search import SearchQuery, all_ids, search
from tests.builders import BODY, SOURCE, record, said, store
from tests.conftest import QueriesSnapshot

pytestmark = pytest.mark.django_db

CITY = Body("ville", "Ville de Noisy-le-Grand", kind="local")


@pytest.fixture(autouse=True)
def register() -> None:
    store(
        record(
            "creches",
            body=CITY,
            purpose="Attribuer les places en crèche selon l’âge des enfants.",
            status="test",
            automation="supports",
        ),
        record(
            "cfvr",
            said("cfvr", "domains", "tax"),
            said("cfvr", "domains", "economy"),
            purpose="Cibler les contrôles fiscaux.",
            status="deployed",
            automation="supports",
        ),
        record("score", purpose="Estimer le risque d’erreur d’un allocataire.", status="deployed"),
    )


def names(text: str = "", sort: str = "name", **chosen: list[str]) -> list[str]:
    return [entry.system.slug for entry in search(SearchQuery(text, chosen, sort)).entries]


@pytest.mark.parametrize(
    "text",
    [
        "crèche",
        "creche",
        "CRÈCHES",
        "cre\u0300che",
        "l'âge",
        "l’age",
        "attribuer des places",
        "age d'enfant",
        "noisy le grand",
        "expérimentation",
    ],
)
def test_accents_elisions_and_plurals_do_not_matter(text: str) -> None:
    assert names(text) == ["creches"]


def test_every_word_must_be_found() -> None:
    assert names("contrôles") == ["cfvr"]
    assert names("contrôles crèche") == []


def test_stop_words_alone_find_nothing_in_particular() -> None:
    assert len(names("de la")) == 3


@pytest.mark.parametrize(
    "text", ['"', "NEAR(a b)", "a AND", "*", "title_tokens:x", "(", "' OR 1=1", "\\", "a:b", "&|!"]
)
def test_no_text_is_a_syntax_error(text: str) -> None:
    search(SearchQuery(text))


def test_facets_count_what_choosing_them_would_show() -> None:
    result = search(SearchQuery("", {"status": ["deployed"]}))

    assert result.total == 2
    assert [(v.code, v.count, v.chosen) for v in result.facets["status"]] == [
        ("test", 1, False),
        ("deployed", 2, True),
    ]
    assert [(v.code, v.count) for v in result.facets["automation"]] == [
        ("supports", 1),
        ("none", 1),
    ]
    assert [(v.code, v.count) for v in result.facets["domains"]] == [
        ("tax", 1),
        ("economy", 1),
        ("none", 1),
    ]


def test_choices_of_one_facet_add_up_and_facets_intersect() -> None:
    assert names(status=["deployed", "test"]) == ["cfvr", "creches", "score"]
    assert names(status=["deployed"], automation=["supports"]) == ["cfvr"]
    assert names(status=["deployed"], automation=["none"]) == ["score"]
    assert names(status=["no such status"]) == []


def test_bodies_are_a_facet() -> None:
    assert names(body=["ville"]) == ["creches"]
    assert names(body=["ville", "dgfip"]) == ["cfvr", "creches", "score"]
    assert names(body=["nulle-part"]) == []
    result = search(SearchQuery())
    assert [(v.code, v.count) for v in result.facets["body"]] == [("dgfip", 2), ("ville", 1)]


def test_a_system_with_the_word_in_its_name_comes_first() -> None:
    store(record("a-propos-du-score", purpose="Rien."), record("b", purpose="Un score."))
    assert names("score", sort="relevance")[-1] == "b"


def test_pages_follow_each_other() -> None:
    store(*[record(f"systeme-{number:03}") for number in range(60)])
    first = search(SearchQuery("systeme", sort="name", page=1))
    second = search(SearchQuery("systeme", sort="name", page=2))

    assert (first.total, first.pages) == (60, 3)
    assert [e.system.slug for e in first.entries] == [f"systeme-{n:03}" for n in range(25)]
    assert [e.system.slug for e in second.entries] == [f"systeme-{n:03}" for n in range(25, 50)]
    assert len(all_ids(SearchQuery("systeme", sort="name"))) == 60
    assert search(SearchQuery(page=10_000)).entries == ()


def test_a_changed_record_is_found_under_its_new_words() -> None:
    assert names("pataphysique") == []
    store(record("cfvr", purpose="Faire de la pataphysique."))
    assert names("pataphysique") == ["cfvr"]
    assert names("fiscaux") == []


def test_voices_that_differ_put_a_system_under_both_values() -> None:
    union = said("cfvr", "automation", "partly", speaker="Solidaires", capacity="union")
    store(record("cfvr", union))
    assert names(automation=["supports"]) == ["cfvr", "creches"]
    assert names(automation=["partly"]) == ["cfvr"]
    assert names(divergence=["yes"]) == ["cfvr"]


def test_queries_do_not_depend_on_what_is_asked(assert_queries_snapshot: QueriesSnapshot) -> None:
    search(SearchQuery())
    for query in (
        SearchQuery("crèche"),
        SearchQuery("contrôle", {"status": ["deployed"], "domains": ["tax", "economy"]}),
        SearchQuery("score", sort="recent"),
    ):
        with assert_queries_snapshot(name="search"):
            search(query)


def test_the_body_of_a_record_is_searched() -> None:
    assert names("dgfip") == ["cfvr", "score"]
    assert BODY.short_name == "DGFiP"


def test_countries_are_a_facet() -> None:
    abroad = Body("gemeente-delft", "Gemeente Delft", country="NL")
    store(record("delft", body=abroad))
    assert names(country=["NL"]) == ["delft"]
    assert names(country=["FR"]) == ["cfvr", "score"]
    assert names(country=["none"]) == ["creches"]
    counts = {value.code: value.count for value in search(SearchQuery()).facets["country"]}
    assert counts == {"FR": 2, "NL": 1, "none": 1}


def test_records_in_the_readers_language_come_first() -> None:
    dutch = said("delft", "name", "Risico score", language="nl")
    store(SystemRecord("delft", BODY, (dutch,), (SOURCE,)), record("calcul", purpose="Un score."))
    found = search(SearchQuery("score", language="fr")).entries
    assert [entry.system.slug for entry in found] == ["score", "calcul", "delft"]
    found = search(SearchQuery("score", language="nl")).entries
    assert found[0].system.slug in {"score", "delft"}

"""Who takes part beside the population: declared with a source, counted, linked to nobody."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clairevoie.consultation.population import Presence
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import InvalidInput, Refused
from clairevoie.web.consultation.models import (
    Consultation,
    Participation,
    PopulationAnswered,
    PopulationCategory,
    PopulationFeature,
)
from clairevoie.web.consultation.services.declaring import read_declared
from clairevoie.web.consultation.services.outcomes import published_form
from clairevoie.web.consultation.services.population import answer, declared_of, population_form
from tests.web.consultation.samples import browser, union
from tests.web.consultation.test_taking_part import begun, plain, token_in
from tests.web.consultation.voting import PAGE, TAKE, TEXTS, opened, somebody, voted

pytestmark = pytest.mark.django_db
TEXT = """Âge
18-29 ans ; 21,4
30-59 ans ; 50
60 ans et plus ; 28,6 %
Source : Insee, recensement, 2021

Commune
Grande ; 40
Petite ; 60
Source : Insee, 2021
"""
WHO = f"{TAKE}qui/"


def features(of: Consultation) -> dict[str, PopulationFeature]:
    return {each.name: each for each in PopulationFeature.objects.filter(category__consultation=of)}


def voter(of: Consultation) -> Participation:
    """Somebody who has voted."""
    who = somebody(of)
    voted(of, who)
    return who


def said(of: Consultation, *names: str, times: int = 1) -> None:
    """So many people say so of themselves."""
    known = features(of)
    chosen = {known[name].category_id: known[name].pk for name in names}
    for _ in range(times):
        answer(consultation=of, participation=voter(of), chosen=chosen)


def test_what_is_declared_is_read_with_its_source() -> None:
    age, town = read_declared(TEXT)
    assert (age.name, age.source) == ("Âge", "Insee, recensement, 2021")
    assert age.features[0][0] == "18-29 ans"
    assert age.features[0][1] == pytest.approx(0.214)
    assert town.features == (("Grande", 0.4), ("Petite", 0.6))
    assert read_declared("  \n ") == ()
    rounded = read_declared("A\nx ; 33,3\ny ; 33,3\nz ; 33.3\nsource: moi, 2020")[0]
    assert sum(share for _name, share in rounded.features) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Âge\n18 ; 40\n30 ; 60", "Ligne 3"),
        ("Âge", "Ligne 1"),
        ("Âge\n18 ; 40\n30 ; 50\nSource : Insee", "fait 90"),
        ("Âge\n18 : 40\n30 ; 60\nSource : Insee", "Ligne 2"),
        ("Âge\n18 ; quarante\n30 ; 60\nSource : Insee", "Ligne 2"),
        ("Âge\n18 ; nan\n30 ; 60\nSource : Insee", "Ligne 2"),
        ("Âge\n18 ; -10\n30 ; 110\nSource : Insee", "Ligne 2"),
        ("Âge\n18 ; ١٠\n30 ; 90\nSource : Insee", "Ligne 2"),
        ("Âge\n18 ; 100\nSource : Insee", "de 2 à 12"),
        ("Âge\n18 ; 40\n18 ; 60\nSource : Insee", "deux fois"),
        ("\n\nA\nx ; 40\ny ; 60\nSource : s\n\na\nx ; 40\ny ; 60\nSource : s", "même nom"),
        (f"{'A' * 101}\nx ; 40\ny ; 60\nSource : s", "trop longue"),
        ("\n\n".join(f"A{n}\nx ; 40\ny ; 60\nSource : s" for n in range(7)), "6 catégories"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        read_declared(text)
    assert says in problem.value.errors["population"].replace("\u00a0", " ")


def test_the_organiser_declares_it_when_opening(client: Client) -> None:
    members = browser(union(Role.PUBLISHER))
    today = timezone.localdate().isoformat()
    form = {
        "title": "Une question",
        "question": "Que changer ?",
        "policy": "Rien d’illicite.",
        "audience": "open",
        "moderation": "before",
        "opens_on": today,
        "closes_on": today,
        "min_group": "11",
    }
    refused = members.post("/contribuer/consultations/", form | {"population": "Âge"})
    assert "Ligne 1" in plain(refused.content)
    assert not Consultation.objects.exists()
    assert (
        members.post("/contribuer/consultations/", form | {"population": TEXT}).status_code == 302
    )
    page = plain(client.get(PAGE).content)
    for text in ("Âge", "30-59 ans", "50 %", "Insee, recensement, 2021"):
        assert text in page


def test_one_is_asked_after_some_votes_and_once(client: Client) -> None:
    of = opened(*TEXTS, "Une autre.", population=TEXT)
    begun(client)
    assert client.get(WHO).status_code == 200
    # Whoever has not voted is not one of those who voted.
    assert client.post(WHO, {"sent": "1"}).status_code == 403
    for _ in range(3):
        page = client.get(TAKE).content
        assert WHO.encode() not in page
        client.post(TAKE, {"token": token_in(page), "value": "1"})
    assert WHO.encode() in client.get(TAKE).content
    asked = plain(client.get(WHO).content)
    assert "Je préfère ne pas le dire" in asked
    assert "vous ne pourrez donc plus la modifier" in asked
    young = features(of)["18-29 ans"]
    refused = client.post(WHO, {f"category-{young.category_id}": "99999"})
    assert refused.status_code == 200
    assert not PopulationAnswered.objects.exists()
    done = client.post(WHO, {f"category-{young.category_id}": str(young.pk)})
    assert done.headers["Location"] == TAKE
    assert {name: each.count for name, each in features(of).items() if each.count} == {
        "18-29 ans": 1
    }
    assert WHO.encode() not in client.get(TAKE).content
    assert client.get(WHO).headers["Location"] == TAKE
    with pytest.raises(Refused):
        answer(consultation=of, participation=Participation.objects.get(), chosen={})
    assert Client().get(WHO).headers["Location"] == TAKE


def test_nobody_is_asked_where_nothing_was_declared(client: Client) -> None:
    opened(*TEXTS)
    begun(client)
    assert client.get(WHO).headers["Location"] == TAKE


def test_what_is_kept_says_nothing_of_anybody() -> None:
    assert {field.name for field in PopulationAnswered._meta.get_fields()} == {"participation"}
    assert {field.name for field in PopulationFeature._meta.get_fields()} == {
        "id",
        "category",
        "rank",
        "name",
        "share",
        "count",
        "told",
    }


@pytest.mark.postgres_only
def test_no_row_version_tells_which_count_changed_last() -> None:
    of = opened(TEXTS[0], population=TEXT)
    said(of, "18-29 ans", "Petite")
    said(of, "60 ans et plus")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM consultation_populationfeature")
        assert cursor.fetchone() == (1,)


def test_counts_are_told_by_elevens(client: Client) -> None:
    of = opened(TEXTS[0], population=TEXT)
    said(of, "18-29 ans", "Petite", times=10)
    form = population_form(of)
    assert [each["known"] for each in form] == [0, 0]
    assert all(each["count"] is None for part in form for each in part["features"])
    said(of, "60 ans et plus", times=12)
    age, town = population_form(of)
    assert age["known"] == 22
    # Each of the two would be at most what 11 persons together are; ten is too few to be shown.
    assert [each["count"] for each in age["features"]] == [None, None, None]
    assert town["known"] == 0
    said(of, "60 ans et plus", "Grande", times=22)
    age, town = population_form(of)
    assert (age["known"], town["known"]) == (44, 22)
    shown = published_form(of, today=timezone.localdate())
    assert shown is not None
    assert shown["population"] == [age, town]
    page = plain(client.get("/consultations/1/resultats/").content)
    assert "44 personnes ont répondu." in page
    assert "non affiché" in page


def test_who_is_missing_is_said_in_words(client: Client) -> None:
    of = opened(TEXTS[0], population=TEXT)
    said(of, "30-59 ans", times=55)
    said(of, "60 ans et plus", times=33)
    said(of, "18-29 ans", times=11)
    [age, _town] = population_form(of)
    by_name = {each["name"]: each for each in age["features"]}
    assert by_name["18-29 ans"]["presence"] == Presence.UNDER
    assert by_name["18-29 ans"]["share"][0] == pytest.approx(11 / 99, abs=1e-6)
    page = plain(client.get("/consultations/1/resultats/").content)
    assert "Moins présents que dans la population : « 18-29 ans », 11 % au lieu de 21 %." in page
    assert "Insee, recensement, 2021" in page
    assert client.get("/consultations/1/resultats.json").json()["population"][0] == age


def test_the_database_only_lets_counts_grow() -> None:
    of = opened(TEXTS[0], population=TEXT)
    said(of, "18-29 ans", times=2)
    for change in ({"count": 1}, {"share": 0.5}, {"name": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PopulationFeature.objects.filter(name="18-29 ans").update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PopulationCategory.objects.all().update(name="x")
    for model in (PopulationFeature, PopulationCategory, PopulationAnswered):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.all()._raw_delete("default")


class TestSecrecy(TestCase):
    """Whoever reads the page each day learns of no fewer than eleven persons."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.sampled_from(["18-29 ans", "30-59 ans", "60 ans et plus", ""]), max_size=60))
    def test_what_is_told_changes_by_elevens(self, answers: list[str]) -> None:
        of = opened(TEXTS[0], population=TEXT)
        told = {0}
        for each in answers:
            said(of, *([each] if each else []))
            age = population_form(of)[0]
            told.add(age["known"])
            counts = [one["count"] for one in age["features"]]
            assert all(one is None or one >= 11 for one in counts)
            # What is hidden cannot be had by subtraction.
            if None in counts and any(counts):
                assert age["known"] - sum(one or 0 for one in counts) >= 11
                assert counts.count(None) > 1
        assert all(known % 11 == 0 for known in told)
        known = sum(each.count for each in features(of).values())
        assert known == sum(bool(each) for each in answers)
        assert [len(each.features.all()) for each in declared_of(of)] == [3, 2]

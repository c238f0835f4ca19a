"""« Simuler mon cas »: what is asked, what is answered, and that nothing of it stays."""

import logging
import re
from datetime import date
from html import unescape
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clairevoie.rules.reading import read_rules
from clairevoie.web.rules.forms import DAY, CaseForm
from tests.conftest import QueriesSnapshot
from tests.web.rules.samples import CASE, RULES, SLUG, published

pytestmark = pytest.mark.django_db
URL = f"/regles/{SLUG}/simuler/"


def text_of(html: str) -> str:
    inside = re.sub(r"<(head|script)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", inside)).split())


def answer(client: Client, **changed: str) -> str:
    response = client.post(URL, CASE | changed)
    assert response.status_code == 200
    html: str = response.content.decode()
    return html


# --- what is asked --------------------------------------------------------------------------------


def test_the_form_asks_what_the_rules_read(client: Client) -> None:
    published()
    html = client.get(URL).content.decode()
    said = text_of(html)
    assert "Combien d’enfants avez-vous à charge ?" in said.replace("\xa0", " ")
    assert "Ceux de moins de 20 ans. Entre 0 et 15 enfants." in said
    assert "Quand l’enfant est-il né ? (facultatif)" in said.replace("\xa0", " ")
    assert re.search(r'<input type="text" name="enfants" inputmode="numeric"', html)
    assert re.search(r'<input type="date" name="naissance"', html)
    assert re.search(r'<input type="radio" name="situation" value="seul"', html)
    assert re.search(r'<input type="radio" name="travaille" value="false"', html)
    assert DAY in html


def test_a_version_asks_only_what_it_reads(client: Client) -> None:
    published()
    html = client.get(f"{URL}?version=2024").content.decode()
    assert 'name="enfants"' in html
    assert 'name="quotient"' not in html
    assert re.search(rf'name="{DAY}" value="2024-01-01"', html), "a day of that version"
    assert client.get(f"{URL}?version=1999").status_code == 404


def test_errors_are_beside_the_field_and_at_the_top(client: Client) -> None:
    published()
    html = answer(client, enfants="40", quotient="beaucoup", situation="", travaille="")
    assert "<title>Erreur" in html
    summary = text_of(html.split('id="errors"')[1].split("</ul>")[0])
    assert "Donnez au plus 15 enfants." in summary
    assert "Écrivez un nombre en chiffres." in summary
    assert summary.count("Répondez à cette question.") == 2
    assert 'href="#id_enfants"' in html
    field = html.split('id="id_enfants"')[0].rsplit("<input", 1)[1]
    assert 'value="40"' in field
    assert re.search(r'name="enfants"[^>]*aria-invalid="true"', html)
    assert re.search(r'name="enfants"[^>]*aria-describedby="[^"]*id_enfants_error', html)
    assert "Ce que donnent les règles" not in html


@pytest.mark.parametrize("day", ["", "pas une date", "2019-01-01"])
def test_a_day_without_rules_is_refused(client: Client, day: str) -> None:
    published()
    html = answer(client, **{DAY: day})
    assert "Ce que donnent les règles" not in html
    assert f'href="#id_{DAY}"' in html


# --- what is answered -----------------------------------------------------------------------------


def test_the_result_is_told_short_then_in_detail(client: Client) -> None:
    published()
    html = answer(client)
    said = text_of(html)
    assert "<title>Résultat" in html
    assert "place attribuée" in said
    assert "220 points" in said
    assert "120 points" in said
    assert said.index("220 points") < said.index("Chaque étape, en détail")
    chart = html.split("<svg")[1].split("</svg>")[0]
    assert 'role="img"' in chart
    assert "<desc" in chart
    table = text_of(html.split("</svg>")[1].split("</table>")[0])
    assert "120" in table
    assert "Ce qui changerait le résultat" in said


def test_the_day_chooses_the_version(client: Client) -> None:
    published()
    # 3 × 30 + 50 = 140 points in 2024; the quotient does not count yet.
    said = text_of(answer(client, **{DAY: "2024-06-01"}))
    assert "140 points" in said
    assert "220 points" not in said
    assert "220 points" in text_of(answer(client, **{DAY: "01/03/2025"}))


def test_in_english(client: Client) -> None:
    published()
    response = client.post(f"/en{URL}", CASE)
    said = text_of(response.content.decode())
    assert "place granted" in said
    assert "220 points" in said


# --- what stays -----------------------------------------------------------------------------------


def dump() -> str:
    out = StringIO()
    call_command("dumpdata", stdout=out)
    return out.getvalue()


def test_nothing_is_stored_nothing_is_logged(
    client: Client, caplog: pytest.LogCaptureFixture, assert_queries_snapshot: QueriesSnapshot
) -> None:
    published()
    before = dump()
    with assert_queries_snapshot(), caplog.at_level(logging.INFO):
        response = client.post(URL, CASE | {"enfants": "13"})
    assert dump() == before
    assert caplog.records == []
    assert "no-store" in response["Cache-Control"]
    assert set(response.cookies) <= {"csrf"}
    assert "641,20" in response.content.decode()
    assert "no-store" in client.get(URL)["Cache-Control"]


def test_answers_never_travel_in_an_address(client: Client) -> None:
    published()
    html = client.get(f"{URL}?enfants=13&quotient=641").content.decode()
    assert 'value="13"' not in html
    assert 'method="post"' in html
    assert not re.search(r'<form[^>]*method="get"', html)


# --- the form itself ------------------------------------------------------------------------------

RULE_SET = read_rules(RULES.encode())


@given(
    st.fixed_dictionaries(
        {
            name: st.one_of(st.text(max_size=30), st.integers().map(str), st.just(CASE[name]))
            for name in CASE
        }
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(typed: dict[str, str]) -> None:
    with translation.override("fr"):
        form = CaseForm(RULE_SET, RULE_SET.version("2025"), "fr", typed)
        if form.is_valid():
            values = form.case()
            assert isinstance(values["enfants"], int)
            assert 0 <= values["enfants"] <= 15
            assert values["situation"] in {"seul", "couple"}
            assert isinstance(values["travaille"], bool)
            assert form.cleaned_data[DAY] >= date(2025, 1, 1)
        else:
            assert all(str(error) for errors in form.errors.values() for error in errors)

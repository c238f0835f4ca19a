"""The indicators: every figure opens on what it counts."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from clairevoie.register.statements import Body
from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.register.models import Statement
from clairevoie.web.register.services import statements as service
from tests.builders import record, said, store
from tests.conftest import QueriesSnapshot

pytestmark = pytest.mark.django_db

CITY = Body("ville", "Ville de Noisy-le-Grand", kind="local")


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    html: str = response.content.decode()
    return html


@pytest.fixture
def register() -> None:
    """Four systems of two bodies: two budgets, one published evaluation."""
    store(
        record("cfvr", cost="34500000", status="deployed", legal_basis="Un arrêté"),
        record("score", running_cost="10", internal_evaluation_state="published"),
        record("albert", internal_evaluation_state="done"),
        record("bacs", body=CITY, status="test"),
    )


@pytest.mark.usefixtures("register")
def test_each_figure_has_its_count_its_formula_and_its_systems(client: Client) -> None:
    html = page(client, "/indicateurs/")
    says = text_of(html)
    assert "Calculés à l’instant, sur 4 systèmes." in says
    assert re.search(r"Budget connu Fiches qui donnent un coût .* 50 % 2 sur 4", says)
    assert re.search(r"Évaluation interne publiée Fiches .* 25 % 1 sur 4", says)
    assert 'href="/indicateurs/budget/"' in html

    behind = text_of(page(client, "/indicateurs/budget/"))
    assert "2 systèmes sur 4" in behind
    assert "Cfvr" in behind
    assert "Score" in behind
    assert "Albert" not in behind
    without = text_of(page(client, "/indicateurs/budget/?sans=1"))
    assert "Albert" in without
    assert "Bacs" in without
    assert "Cfvr" not in without


@pytest.mark.usefixtures("register")
def test_one_body(client: Client) -> None:
    says = text_of(page(client, "/indicateurs/?administration=ville"))
    assert "Indicateurs : Ville de Noisy-le-Grand" in says
    assert "sur 1 système." in says
    assert "Administration par administration" not in says
    behind = page(client, "/indicateurs/budget/?administration=ville")
    assert "Aucun." in behind
    assert "/indicateurs/budget/?administration=ville&amp;sans=1" in behind
    page(client, "/indicateurs/?administration=introuvable", 404)
    page(client, "/indicateurs/?administration=%00", 404)
    page(client, "/indicateurs/budget/?administration=ville%00", 404)
    page(client, "/indicateurs/introuvable/", 404)


@pytest.mark.usefixtures("register")
def test_charts_are_drawn_with_their_table(client: Client) -> None:
    html = page(client, "/indicateurs/")
    assert html.count('<svg class="chart"') == html.count('role="img"') == 6
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        assert f'<desc id="{described}">' in html
    assert 'width="50%"' in html, "the bar of the budgets"
    assert "style=" not in html
    assert re.search(
        r'<a href="/systemes/\?status=deployed">En service</a></th>\s*<td[^>]*>1<', html
    )


def test_an_empty_register(client: Client) -> None:
    says = text_of(page(client, "/indicateurs/"))
    assert "sur 0 système." in says
    assert "Budget connu" in says
    assert "–" in says
    page(client, "/changements/")
    page(client, "/administrations/")
    page(client, "/sources/")


def test_thousands_are_set_apart(client: Client) -> None:
    store(*(record(f"s{rank}") for rank in range(1000)))
    assert "sur 1\u202f000 systèmes." in page(client, "/indicateurs/")


def test_what_is_hidden_is_not_counted(client: Client) -> None:
    store(record("cfvr", cost="34500000"))
    service.moderate(
        actor=COMMAND, statement=Statement.objects.get(field="cost"), hidden=True, reason="Motif"
    )
    assert "0 système sur 1" in text_of(page(client, "/indicateurs/budget/"))


def test_published_figures_are_those_that_the_register_holds(client: Client) -> None:
    store(
        record(
            "inventaire-odap",
            said("inventaire-odap", "results", "3 des 72 ont un budget.", speaker="Odap"),
            said("inventaire-odap", "results", "La transparence est faible.", speaker="Odap"),
        )
    )
    says = text_of(page(client, "/indicateurs/"))
    assert "Ce que d’autres ont compté" in says
    assert "3 des 72 ont un budget." in says
    assert "La transparence est faible." not in says
    hidden = Statement.objects.get(value__startswith="3 des 72")
    service.moderate(actor=COMMAND, statement=hidden, hidden=True, reason="Motif")
    assert "3 des 72" not in page(client, "/indicateurs/")


@pytest.mark.usefixtures("register")
def test_queries(client: Client, assert_queries_snapshot: QueriesSnapshot) -> None:
    page(client, "/systemes/")
    for name, path in {
        "all": "/indicateurs/",
        "one body": "/indicateurs/?administration=dgfip",
        "one indicator": "/indicateurs/budget/",
    }.items():
        with assert_queries_snapshot(name):
            page(client, path)

"""The list, what is late, the blocks of other pages, the feed."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone

from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.consultation.services.answers import report_progress
from clairevoie.web.consultation.services.news import latest_news
from tests.conftest import QueriesSnapshot
from tests.web.consultation.samples import SLUG, answered, body, made

pytestmark = pytest.mark.django_db
LIST = "/recommandations/"
FEED = "/recommandations/flux.atom"
ATOM = "{http://www.w3.org/2005/Atom}"


def several() -> None:
    """One of each: late, without a date, under study, refused, late commitment, done."""
    made(title="Tardive", due=-3, ago=20)
    made(title="Sans date", origin="panel")
    answered(made(title="Étudiée", due=4), "study")
    answered(made(title="Écartée", system=None), "refused")
    answered(made(title="Promise", ago=40), "accepted", ago=30, promised=-5)
    done = made(title="Faite")
    answered(done, "partly")
    report_progress(
        actor=COMMAND, recommendation=done, text="Fait.", done=True, proof_url="https://a.fr/"
    )


def shown(client: Client, query: str = "") -> list[str]:
    """The titles that the list shows."""
    page = client.get(f"{LIST}{query}").content.decode()
    titles = ("Tardive", "Sans date", "Étudiée", "Écartée", "Promise", "Faite")
    places = {title: page.find(f">{title}</a>") for title in titles}
    return sorted((t for t in titles if places[t] >= 0), key=lambda t: places[t])


def test_the_list_says_how_many_and_what_is_late_first(client: Client) -> None:
    several()
    page = client.get(LIST).content.decode()
    assert (
        "6 recommandations : 3 ont une réponse, 1 est à l’étude, "
        "2 n’ont pas de réponse enregistrée ici, 2 sont en retard."
    ) in page.replace("\u00a0", " ")
    assert "5 jours de retard" in page
    assert "3 jours de retard" in page
    assert shown(client) == ["Promise", "Tardive", "Faite", "Écartée", "Étudiée", "Sans date"]
    english = client.get(f"/en{LIST}").content.decode()
    assert "3 have an answer, 1 is under study" in english
    assert "n’a jamais répondu" not in page


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?etat=late", ["Promise", "Tardive"]),
        ("?etat=owed", ["Tardive", "Sans date"]),
        ("?etat=study", ["Étudiée"]),
        ("?etat=done", ["Faite"]),
        ("?origine=panel", ["Sans date"]),
        ("?origine=panel&etat=done", []),
        ("?administration=dgfip&etat=refused", ["Écartée"]),
        ("?administration=inconnue", []),
        (f"?systeme={SLUG}&etat=refused", []),
        ("?etat=autre&origine=%00&page=99", None),
        ("?administration=%00", None),
    ],
)
def test_filters(client: Client, query: str, titles: list[str] | None) -> None:
    several()
    assert shown(client, query) == (shown(client) if titles is None else titles)


def test_the_queries_do_not_grow(client: Client, assert_queries_snapshot: QueriesSnapshot) -> None:
    several()
    with assert_queries_snapshot(name="list"):
        client.get(LIST)
    with assert_queries_snapshot(name="recommendation"):
        client.get("/recommandations/6/")
    with assert_queries_snapshot(name="feed"):
        client.get(FEED)
    for number in range(8):
        answered(made(title=f"Encore {number}"), "accepted")
    with assert_queries_snapshot(name="list"):
        client.get(LIST)
    with assert_queries_snapshot(name="feed"):
        client.get(FEED)


def test_the_pages_of_the_body_and_of_the_system_say_it(client: Client) -> None:
    body()
    for address in ("/administrations/dgfip/", f"/systemes/{SLUG}/"):
        assert (
            "Aucune recommandation n’est enregistrée ici." in client.get(address).content.decode()
        )
    several()
    of_body = client.get("/administrations/dgfip/").content.decode()
    assert "6 recommandations" in of_body
    assert "1 autre recommandation" in of_body
    assert f"{LIST}?administration=dgfip" in of_body
    of_system = client.get(f"/systemes/{SLUG}/").content.decode()
    assert "5 recommandations" in of_system
    assert "Écartée" not in of_system


def entries(client: Client, query: str = "") -> list[tuple[str, str, str]]:
    """The identifier, the title and the moment of each entry of the feed."""
    response = client.get(f"{FEED}{query}")
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    tree = ET.fromstring(response.content)
    return [
        tuple(found.findtext(f"{ATOM}{name}") or "" for name in ("id", "title", "updated"))  # type: ignore[misc]
        for found in tree.iter(f"{ATOM}entry")
    ]


def test_the_feed_tells_answers_and_dates_that_passed(client: Client) -> None:
    several()
    found = entries(client)
    today = timezone.localdate()
    late = f"tag:testserver,2026:recommandations/1/late-answer-{today - timedelta(days=3)}"
    assert late in [name for name, _title, _at in found]
    assert len(found) == len({name for name, _title, _at in found}) == 7
    assert [at for *_rest, at in found] == sorted((at for *_rest, at in found), reverse=True)
    assert entries(client) == found
    assert entries(client, "?administration=dgfip") == found
    assert client.get(f"{FEED}?administration=inconnue").status_code == 404
    title = next(title for name, title, _at in found if name == late)
    assert title.replace("\u00a0", " ") == "Réponse en retard : Tardive"


def test_a_date_is_told_from_the_day_after_if_nothing_came() -> None:
    found = made(due=5)
    today = timezone.localdate()

    def names(days: int) -> list[tuple[str, object]]:
        news = latest_news(body="", today=today + timedelta(days=days), limit=50)
        return [(each.key, each.at) for each in news if each.due]

    assert names(5) == []
    before = names(6)
    assert len(before) == 1
    answered(found, "refused")
    assert names(5) == []


def test_a_text_of_an_answer_is_no_markup_in_the_feed(client: Client) -> None:
    from clairevoie.web.consultation.services.answers import answer

    answer(
        actor=COMMAND, recommendation=made(), verdict="refused", reason="<img src=x>\nNon & non."
    )
    tree = ET.fromstring(client.get(FEED).content)
    summary = next(tree.iter(f"{ATOM}summary")).text
    assert summary == "&lt;img src=x&gt;<br>Non &amp; non."

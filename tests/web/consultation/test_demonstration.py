"""The demonstration's recommendations: in every state, real ones quoted and without any answer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from django.test import Client
from django.utils import timezone

from clairevoie.cli.consulting import load_consultation
from clairevoie.cli.finished import load_finished
from clairevoie.cli.recommending import load_recommendations
from clairevoie.cli.site import load_demonstration
from clairevoie.consultation.recommendations import Duty, Status
from clairevoie.web.consultation.models import Consultation, Recommendation
from clairevoie.web.consultation.services.reading import standings_of
from clairevoie.web.consultation.services.tallying import counts_differ

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(db: None) -> None:
    for folder in ("demonstration", "examples"):
        load_demonstration(folder)
    today = datetime.now(UTC).date()
    assert load_recommendations(today=today) == 13
    assert load_recommendations(today=today) == 0


@pytest.mark.usefixtures("loaded")
def test_every_state_is_there() -> None:
    rows = Recommendation.objects.all()
    found = standings_of(rows, today=timezone.localdate())
    assert {each.status for each in found.values()} == set(Status)
    late = {each.duty for each in found.values() if each.late}
    assert late == {Duty.ANSWER, Duty.COMMITMENT}
    assert any(each.due is None and each.duty for each in found.values())


@pytest.mark.usefixtures("loaded")
def test_real_ones_are_quoted_without_an_answer_nor_a_date(client: Client) -> None:
    real = Recommendation.objects.filter(fictitious=False)
    assert real.count() == 5
    for row in real:
        assert row.source is not None
        assert row.quote
        assert row.due_on is None
        assert not row.answers.exists()
        page = client.get(f"/recommandations/{row.number}/").content.decode()
        assert "Aucune réponse n’est enregistrée ici." in page
        assert "Inventé pour la démonstration" not in page


@pytest.mark.usefixtures("loaded")
def test_fictitious_ones_say_so_and_speak_to_fictitious_bodies(client: Client) -> None:
    for row in Recommendation.objects.filter(fictitious=True):
        assert "fictif" in row.title
        assert row.body.slug in {"clairbourg", "caisse-d-exemple"}
        page = client.get(f"/recommandations/{row.number}/").content.decode()
        assert "Inventé pour la démonstration" in page


@pytest.mark.shared_data
def test_the_quotes_are_in_the_documents(shared_data: Path) -> None:
    documents = " ".join(
        path.read_text(encoding="utf-8") for path in (shared_data.parent / "seeds").glob("*.txt")
    )
    file = Path(__file__).parents[3] / "src/clairevoie/consultation/demonstration"
    items = yaml.safe_load((file / "recommendations.yaml").read_text(encoding="utf-8"))
    joined = plain(documents)
    quotes = [item["quote"] for item in items if "quote" in item]
    assert len(quotes) == 5
    assert [quote for quote in quotes if plain(quote) not in joined] == []


def plain(text: str) -> str:
    """The letters of a text: no line ends, hyphens at them, emphasis nor quotation marks."""
    return "".join(char for char in text if char.isalnum()).lower()


@pytest.mark.usefixtures("loaded")
def test_one_consultation_is_open_and_says_that_it_is_generated(client: Client) -> None:
    today = timezone.localdate()
    assert load_consultation(today=today) > 200
    assert load_consultation(today=today) == 0
    of = Consultation.objects.get()
    assert counts_differ(of) == []
    for address in ("", "participer/", "resultats/"):
        page = client.get(f"/consultations/{of.number}/{address}").content.decode()
        assert "ont été générés" in page


@pytest.mark.usefixtures("loaded")
def test_one_consultation_is_finished_and_shows_its_groups(client: Client) -> None:
    today = timezone.localdate()
    assert load_finished(today=today, public=None) > 5_000
    assert load_finished(today=today, public=None) == 0
    of = Consultation.objects.get()
    assert counts_differ(of) == []
    page = client.get(f"/consultations/{of.number}/resultats/").content.decode()
    assert "ont été générés" in page
    assert "Les votes forment 3 groupes, et ils tiennent" in page.replace("\u00a0", " ")
    assert 'id="opinions"' in page
    assert "Une liste courte qui représente tout le monde" in page
    form = client.get(f"/consultations/{of.number}/resultats.json").json()
    assert form["groups"]["state"] == "stable"
    # It is over: nobody can take part.
    about = client.get(f"/consultations/{of.number}/").content.decode()
    assert "Participer" not in about
    assert "Close" in about


@pytest.mark.shared_data
@pytest.mark.usefixtures("loaded")
def test_a_public_conversation_is_shown_as_finished(client: Client, shared_data: Path) -> None:
    load_finished(today=timezone.localdate(), public=shared_data / "consultations")
    of = Consultation.objects.get(fictitious=False)
    page = client.get(f"/consultations/{of.number}/resultats/").content.decode()
    assert "Les votes ne forment pas de groupes" in page
    about = client.get(f"/consultations/{of.number}/").content.decode()
    assert "The Computational Democracy Project" in about


def test_one_comes_from_the_finished_consultation(client: Client) -> None:
    for folder in ("demonstration", "examples"):
        load_demonstration(folder)
    today = datetime.now(UTC).date()
    load_finished(today=today, public=None)
    load_recommendations(today=today)
    row = Recommendation.objects.exclude(consultation=None).get()
    assert row.proposal is not None
    assert row.consultation is not None
    assert row.consultation.closes_on < timezone.localdate(row.recorded_at)
    page = client.get(f"/consultations/{row.consultation.number}/resultats/").content.decode()
    assert f"/recommandations/{row.number}/" in page

"""Each figure of the results opens on its computation, and may become a recommendation."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from clairevoie.consultation.shares import share
from clairevoie.web.accounts.permissions import COMMAND, Refused
from clairevoie.web.consultation.models import Consultation, Proposal, Recommendation
from clairevoie.web.consultation.services import proposing
from clairevoie.web.consultation.services.opening import close_consultation
from clairevoie.web.consultation.services.outcomes import published_form
from clairevoie.web.consultation.services.pages.computation import proposal_page
from clairevoie.web.consultation.services.recommendations import recommend
from tests.web.consultation.samples import SLUG, body, browser, given, union
from tests.web.consultation.test_crowds import burst, recorded
from tests.web.consultation.voting import TEXTS, opened, somebody, voted

pytestmark = pytest.mark.django_db
RESULTS = "/consultations/1/resultats/"


def told(agree: int = 9, disagree: int = 3, *more: str) -> Consultation:
    """A consultation that is over, with these votes on its one proposal; ``more`` came later."""
    of = opened(TEXTS[0], body=body())
    for value in [1] * agree + [-1] * disagree:
        voted(of, somebody(of), value)
    if more:
        proposing.seed(actor=COMMAND, consultation=of, texts=more)
    close_consultation(actor=COMMAND, consultation=of, reason="Fin.")
    return of


def test_a_figure_opens_on_its_votes_and_its_formula(client: Client) -> None:
    of = told(18, 4)
    proposal = Proposal.objects.get()
    url = f"{RESULTS}propositions/{proposal.pk}/"
    assert f'href="{url}"' in client.get(RESULTS).content.decode()
    page = client.get(url).content.decode()
    found = share(18, 22)
    for text in (
        TEXTS[0],
        "Tout le monde",
        "p\u00a0=\u00a018\u00a0÷\u00a022\u00a0=\u00a081,8\u00a0%",
        f"{100 * float(found.low):.1f}\u00a0%".replace(".", ","),
        "La plupart sont d’accord.",
        "E. B. Wilson",
    ):
        assert text in page, text
    assert f'href="{RESULTS}calcul/"' in page
    assert "1,96" in client.get(f"{RESULTS}calcul/").content.decode()
    assert client.get(f"{RESULTS}propositions/{proposal.pk + 1}/").status_code == 404
    assert of.number == 1


def test_nothing_opens_before_the_results_are_shown(client: Client) -> None:
    of = told(5, 5)
    proposal = Proposal.objects.get()
    assert client.get(f"{RESULTS}propositions/{proposal.pk}/").status_code == 404
    assert client.get(f"{RESULTS}calcul/").status_code == 404
    with pytest.raises(Refused):
        recommend(actor=COMMAND, given=given(consultation=of))


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ((2, 20), "La plupart ne sont pas d’accord."),
        ((7, 6), "Trop peu de votes pour le dire."),
        ((60, 60), "Les avis sont partagés."),
    ],
)
def test_the_verdict_says_its_rule(client: Client, votes: tuple[int, int], said: str) -> None:
    told(*votes)
    page = client.get(f"{RESULTS}propositions/{Proposal.objects.get().pk}/").content.decode()
    assert said in page, page[page.index("<main") :]


def test_a_proposal_of_few_votes_says_so(client: Client) -> None:
    told(11, 4, TEXTS[1])
    few = Proposal.objects.get(text=TEXTS[1])
    page = client.get(f"{RESULTS}propositions/{few.pk}/").content.decode()
    assert "Moins de 11 personnes ont voté" in page


def test_results_are_told_with_and_without_a_crowd(client: Client) -> None:
    of = recorded(burst(40))
    page = client.get(f"/consultations/{of.number}/resultats/").content.decode()
    assert "40 personnes votent presque pareil" in page
    assert "sans elles, trop peu de votes" in page or "sans elles, les avis" in page
    form = published_form(of, today=timezone.localdate())
    assert form is not None
    assert len(form["coordinated"]["without"]) == 20
    one = proposal_page(form, str(Proposal.objects.order_by("pk")[0].pk), "fr")
    assert one is not None
    assert one.without is not None
    assert one.without.votes == "150"
    assert one.rows[0].votes == "190"
    link = f"/consultations/{of.number}/resultats/propositions/"
    assert "Sans elles" in client.get(f"{link}{form['proposals'][0]['id']}/").content.decode()


def test_without_a_crowd_the_page_says_so(client: Client) -> None:
    of = recorded(burst(0))
    page = client.get(f"/consultations/{of.number}/resultats/").content.decode()
    assert "n’est arrivé ensemble" in page or "Aucun groupe de personnes" in page


def test_while_people_vote_nobody_looks_for_a_crowd() -> None:
    of = opened(TEXTS[0])
    for _ in range(22):
        voted(of, somebody(of))
    form = published_form(of, today=timezone.localdate())
    assert form is not None
    assert form["coordinated"] is None


def test_a_result_becomes_a_recommendation_that_leads_back_to_it(client: Client) -> None:
    of = told(18, 4)
    proposal = Proposal.objects.get()
    members = browser(union())
    url = f"{RESULTS}propositions/{proposal.pk}/"
    make = f"/contribuer/recommandations/?consultation=1&amp;proposition={proposal.pk}"
    assert make in members.get(url).content.decode()
    assert make not in client.get(url).content.decode()
    address = make.replace("&amp;", "&")
    form = members.get(address).content.decode()
    assert f'value="{TEXTS[0]}"' in form
    assert "18 sur 22" in form
    assert 'name="origin_name"' not in form
    sent = {"body": "DGFiP", "title": TEXTS[0], "text_given": "Pour les raisons dites."}
    assert members.post(address, sent).headers["Location"] == "/recommandations/1/"
    found = Recommendation.objects.get()
    assert (found.consultation, found.proposal, found.origin) == (of, proposal, "consultation")
    assert found.origin_name == of.title
    assert found.origin_url.endswith(RESULTS)
    assert found.author == "Syndicat"
    page = client.get("/recommandations/1/").content.decode()
    assert f'href="{url}"' in page
    assert "/recommandations/1/" in client.get(RESULTS).content.decode()
    listed = client.get("/recommandations/?consultation=1").content.decode()
    assert "Issues d’une consultation" in listed
    assert "/recommandations/1/" in listed
    assert (
        "/recommandations/1/" not in client.get("/recommandations/?consultation=2").content.decode()
    )
    given_by_api = client.get("/api/v1/recommendations/1").json()
    assert (given_by_api["consultation"], given_by_api["proposal"]) == (1, str(proposal.pk))
    # A new version keeps what it comes from.
    again = members.post("/recommandations/1/remplacer/", sent | {"title": "Autrement"})
    assert again.headers["Location"] == "/recommandations/2/"
    assert Recommendation.objects.get(number=2).proposal == proposal


def test_a_proposal_of_another_consultation_is_refused() -> None:
    of = told(12)
    other = opened(TEXTS[1])
    theirs = Proposal.objects.get(consultation=other)
    with pytest.raises(Refused):
        recommend(actor=COMMAND, given=given(consultation=of, proposal=theirs))
    members = browser(union())
    there = f"/contribuer/recommandations/?consultation=1&proposition={theirs.pk}"
    assert members.get(there).status_code == 404
    assert members.get("/contribuer/recommandations/?consultation=9").status_code == 404


def test_what_is_voted_of_a_system_is_addressed_to_its_body() -> None:
    of = body()
    system = of.systems.get(slug=SLUG)
    asked = opened(TEXTS[0], body=of, system=system)
    for _ in range(22):
        voted(asked, somebody(asked))
    form = browser(union()).get("/contribuer/recommandations/?consultation=1").content.decode()
    assert 'value="Direction générale des finances publiques"' in form

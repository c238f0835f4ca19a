"""Pages of a consultation: taking part, coming back, organising, and what each costs."""

from __future__ import annotations

import csv
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.consultation.models import (
    Consultation,
    Participation,
    Proposal,
    ProposalCount,
    Vote,
)
from clairevoie.web.consultation.services import inviting, proposing
from clairevoie.web.consultation.services.opening import close_consultation
from tests.conftest import QueriesSnapshot
from tests.web.consultation.samples import SLUG, body, browser, union
from tests.web.consultation.voting import PAGE, TAKE, TEXTS, opened, somebody, voted

pytestmark = pytest.mark.django_db


def token_in(page: bytes) -> str:
    found = re.search(r'name="token"\s+value="([^"]+)"', page.decode())
    assert found is not None
    return found[1]


def begun(client: Client) -> None:
    assert client.post(TAKE).status_code == 302


def plain(page: bytes) -> str:
    return " ".join(page.decode().replace("\u00a0", " ").split())


def test_one_reads_votes_changes_leaves_and_comes_back(client: Client) -> None:
    opened(*TEXTS)
    assert b"Commencer" in client.get(TAKE).content
    begun(client)
    page = client.get(TAKE)
    # A browser sends no origin with a form of a page without referrer: it would be refused.
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "Vous avez répondu à 0 proposition sur 3." in plain(page.content)
    response = client.post(TAKE, {"token": token_in(page.content), "value": "1"})
    assert (response.status_code, response.headers["Location"]) == (302, TAKE)
    assert "Vous avez répondu à 1 proposition sur 3." in plain(client.get(TAKE).content)
    votes = client.get(f"{TAKE}votes/").content
    link = re.search(r"<code>https?://[^/]+(/[^<]+)</code>", votes.decode())
    assert link is not None
    client.post(f"{TAKE}votes/", {"token": token_in(votes), "value": "-1"})
    assert ProposalCount.objects.filter(disagree=1).count() == 1
    client.post(f"{TAKE}quitter/")
    assert b"Commencer" in client.get(TAKE).content
    assert client.get(f"{TAKE}votes/").headers["Location"] == TAKE
    back = client.get(link[1])
    assert back.headers["Location"] == TAKE
    assert back.headers["Referrer-Policy"] == "no-referrer"
    assert "Vous avez répondu à 1 proposition sur 3." in plain(client.get(TAKE).content)
    assert client.get(f"{TAKE}lien/inconnu/").status_code == 404
    assert Participation.objects.count() == 1


def test_a_vote_without_its_token_is_refused_in_a_plain_sentence(client: Client) -> None:
    opened(*TEXTS)
    begun(client)
    response = client.post(TAKE, {"token": "x", "value": "1"})
    assert response.status_code == 403
    assert "ne vient pas d’une page" in plain(response.content)
    good = token_in(client.get(TAKE).content)
    for value in ("", "2", "1.0", "²"):
        assert client.post(TAKE, {"token": good, "value": value}).status_code == 403
    thief = Client()
    begun(thief)
    assert thief.post(TAKE, {"token": good, "value": "1"}).status_code == 403
    assert not Vote.objects.exists()


def test_the_cost_of_a_vote_does_not_grow(
    client: Client, assert_queries_snapshot: QueriesSnapshot
) -> None:
    of = opened(*TEXTS)
    begun(client)
    with assert_queries_snapshot(name="offer"):
        page = client.get(TAKE)
    with assert_queries_snapshot(name="vote"):
        client.post(TAKE, {"token": token_in(page.content), "value": "1"})
    proposing.seed(actor=COMMAND, consultation=of, texts=[f"Idée {at}" for at in range(30)])
    for _each in range(5):
        who = somebody(of)
        for _more in range(5):
            voted(of, who)
    with assert_queries_snapshot(name="offer"):
        page = client.get(TAKE)
    with assert_queries_snapshot(name="vote later"):
        client.post(TAKE, {"token": token_in(page.content), "value": "1"})
    with assert_queries_snapshot(name="consultation"):
        client.get(PAGE)
    with assert_queries_snapshot(name="list"):
        client.get("/consultations/")
    with assert_queries_snapshot(name="results"):
        client.get(f"{PAGE}resultats/")


def test_a_proposal_is_sent_after_those_like_it_were_shown(client: Client) -> None:
    opened(*TEXTS)
    begun(client)
    address = f"{TAKE}proposer/"
    page = client.post(address, {"text_given": "Publier toutes les règles."}).content
    assert "Rien n’est envoyé pour l’instant" in plain(page)
    assert TEXTS[0] in page.decode()
    assert Proposal.objects.count() == 3
    sent = client.post(address, {"text_given": "Publier toutes les règles.", "confirm": "1"})
    assert sent.headers["Location"] == f"{TAKE}votes/#made"
    assert Proposal.objects.count() == 4
    assert client.post(address, {"text_given": " "}).status_code == 200


def test_agents_vote_with_a_code_and_are_told_who_knows_what(client: Client) -> None:
    of = opened(TEXTS[0], audience="agents", body=body())
    [code] = inviting.invite(actor=COMMAND, consultation=of, labels=["Ada"])
    page = plain(client.get(TAKE).content)
    assert "Mon employeur sait-il ce que je vote ?" in page
    assert client.post(TAKE, {"code": "faux"}).status_code == 403
    assert client.post(TAKE, {"code": code.code}).status_code == 302
    assert TEXTS[0] in client.get(TAKE).content.decode()
    assert Client().post(TAKE, {"code": code.code}).status_code == 403


def test_results_are_shown_from_eleven_persons_on_once_closed(client: Client) -> None:
    of = opened(TEXTS[0])
    for _each in range(10):
        voted(of, somebody(of))
    assert "ne sont pas encore montrés" in plain(client.get(f"{PAGE}resultats/").content)
    voted(of, somebody(of))
    assert "Une fois que 22 personnes" in plain(client.get(f"{PAGE}resultats/").content)
    close_consultation(actor=COMMAND, consultation=of, reason="Assez de votes.")
    page = plain(client.get(f"{PAGE}resultats/").content)
    assert "<table" in page


def test_while_people_vote_results_change_by_elevens(client: Client) -> None:
    """Nobody who looks before and after a vote learns what it was."""
    of = opened(*TEXTS)
    people = [somebody(of) for _each in range(32)]
    for each in people[:21]:
        voted(of, each)
    assert client.get(f"{PAGE}resultats.json").status_code == 404
    voted(of, people[21])
    before = client.get(f"{PAGE}resultats.json").json()
    assert (before["participants"], before["votes"]) == (11, 11)
    for each in people[22:]:
        voted(of, each, -1)
    voted(of, people[0], -1)
    assert client.get(f"{PAGE}resultats.json").json() == before
    voted(of, somebody(of))
    after = client.get(f"{PAGE}resultats.json").json()
    assert after["participants"] == 22
    # The last step is of eleven persons or more, too.
    close_consultation(actor=COMMAND, consultation=of, reason="Assez de votes.")
    assert client.get(f"{PAGE}resultats.json").json()["participants"] == 33
    table = client.get(f"{PAGE}resultats.csv").content.decode()
    assert table.splitlines()[0].startswith("proposal,text,group,agree")


def test_results_in_the_columns_of_polis_are_those_that_are_shown(client: Client) -> None:
    of = opened(*TEXTS)
    people = [somebody(of) for _each in range(23)]
    for each in people[:22]:
        voted(of, each)

    def given(name: str) -> list[dict[str, str]]:
        answer = client.get(f"{PAGE}resultats/polis/{name}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        return list(csv.DictReader(answer.content.decode().splitlines()))

    before = given("comments.csv"), given("comment-groups.csv")
    form = client.get(f"{PAGE}resultats.json").json()
    for one, row, votes in zip(form["proposals"], *before, strict=True):
        assert row["comment-id"] == votes["comment-id"] == one["id"]
        assert row["comment-body"] == votes["comment"] == one["text"]
        assert (row["author-id"], row["moderated"]) == ("", "1")
        assert int(row["timestamp"]) % 86_400 == 0
        told = one["everybody"]
        assert row["agrees"] == votes["total-agrees"] == (str(told["agree"]) if told else "")
    # While people vote, only what was last told.
    voted(of, people[22], -1)
    voted(of, people[0], -1)
    assert (given("comments.csv"), given("comment-groups.csv")) == before
    for name in ("comments.csv", "comment-groups.csv"):
        assert f'/resultats/polis/{name}"' in client.get(f"{PAGE}resultats/").content.decode()


def test_results_that_are_not_shown_are_not_given() -> None:
    of = opened(*TEXTS)
    voted(of, somebody(of))
    for name in (
        "resultats.json",
        "resultats.csv",
        "resultats/polis/comments.csv",
        "resultats/polis/comment-groups.csv",
    ):
        assert Client().get(f"{PAGE}{name}").status_code == 404


def test_an_organisation_opens_and_moderates_its_consultation() -> None:
    body()
    member = union(Role.PUBLISHER)
    mine = browser(member)
    start = mine.get(f"/contribuer/consultations/?systeme=/systemes/{SLUG}/").content
    assert b"Ouvrir une consultation" in start
    given = {
        "title": "Le foncier",
        "question": "Que changer ?",
        "policy": "Rien d’illicite.",
        "system": f"https://exemple.fr/systemes/{SLUG}/",
        "audience": "list",
        "moderation": "before",
        "opens_on": "2020-01-01",
        "closes_on": "2099-01-01",
        "min_group": "11",
    }
    response = mine.post("/contribuer/consultations/", given)
    assert response.headers["Location"] == f"{PAGE}organiser/"
    of = Consultation.objects.get()
    assert (of.organisation, of.body, of.system and of.system.slug) == (
        member.organisation,
        body(),
        SLUG,
    )
    mine.post(f"{PAGE}organiser/", {"act": "seed", "texts": "Une idée\n\nUne autre"})
    assert [each.text for each in Proposal.objects.order_by("pk")] == ["Une idée", "Une autre"]
    people = SimpleUploadedFile("p.csv", b"Ada;x\n=1+1;y\n")
    codes = mine.post(f"{PAGE}organiser/", {"act": "invite", "file": people})
    assert "no-store" in codes.headers["Cache-Control"]
    lines = codes.content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines[1:]] == ["Ada", "'=1+1"]
    who = somebody(of)
    sent = proposing.propose(consultation=of, participation=who, text="Très autre chose")
    assert sent.proposal is not None
    decide = f"{PAGE}organiser/propositions/{sent.proposal.pk}/"
    assert b"Tr\xc3\xa8s autre chose" in mine.get(f"{PAGE}organiser/").content
    assert mine.post(decide, {"state": "refused"}).status_code == 200
    mine.post(decide, {"state": "refused", "reason": "Hors sujet."})
    log = plain(Client().get(f"{PAGE}moderation/").content)
    assert "Très autre chose" in log
    assert "Hors sujet." in log
    mine.post(decide, {"state": "hidden", "reason": "Injure."})
    log = plain(Client().get(f"{PAGE}moderation/").content)
    assert "Très autre chose" not in log
    assert "Injure." in log
    mine.post(f"{PAGE}organiser/", {"act": "close", "reason": "Assez de votes."})
    assert "Assez de votes." in plain(Client().get(PAGE).content)
    for address in ("/administrations/dgfip/", f"/systemes/{SLUG}/"):
        assert "Que changer ?" in plain(Client().get(address).content)


def test_others_may_not_organise() -> None:
    opened(*TEXTS)
    other = browser(union(Role.PUBLISHER))
    for address in (f"{PAGE}organiser/", f"{PAGE}organiser/propositions/1/"):
        assert other.get(address).status_code == 403
        assert Client().get(address).status_code == 302
    assert browser(union(Role.CONTRIBUTOR)).get("/contribuer/consultations/").status_code == 403

"""Votes: what is recorded, what is refused, what is counted."""

from __future__ import annotations

import pytest
from django.core import signing
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clairevoie.web.accounts.permissions import COMMAND, InvalidInput, Refused
from clairevoie.web.consultation.models import (
    Closing,
    Consultation,
    Decision,
    Invitation,
    Participation,
    Proposal,
    ProposalCount,
    Vote,
)
from clairevoie.web.consultation.services import inviting, proposing, taking_part, tallying
from clairevoie.web.consultation.services.opening import close_consultation
from tests.web.consultation.voting import TEXTS, opened, somebody, token_for, voted

pytestmark = pytest.mark.django_db


def test_a_vote_keeps_its_draw_and_is_counted() -> None:
    of = opened(*TEXTS)
    made = voted(of, somebody(of), -1, number=0.4)
    assert (made.value, made.draw, made.first) == (-1, 0.4, True)
    assert made.chance == pytest.approx(1 / 3)
    count = ProposalCount.objects.get(proposal=made.proposal)
    assert (count.agree, count.disagree, count.passed) == (0, 1, 0)


def test_a_vote_that_is_changed_counts_once() -> None:
    of, texts = opened(*TEXTS), TEXTS
    who = somebody(of)
    made = voted(of, who, 1)
    [own] = taking_part.own_votes(participation=who)
    again = taking_part.vote(consultation=of, participation=who, token=own.token, value=-1)
    assert (again.proposal, again.chance, again.first) == (made.proposal, None, False)
    count = ProposalCount.objects.get(proposal=made.proposal)
    assert (count.agree, count.disagree) == (0, 1)
    assert Vote.objects.count() == 2
    taking_part.vote(consultation=of, participation=who, token=own.token, value=-1)
    assert Vote.objects.count() == 2
    assert taking_part.offered(participation=who, number=0).total == len(texts)


def test_somebody_votes_on_each_proposal_once_then_nothing_is_left() -> None:
    of = opened(*TEXTS)
    who = somebody(of)
    for at in range(3):
        assert taking_part.offered(participation=who, number=0.5).answered == at
        voted(of, who, 0, number=0.999)
    offered = taking_part.offered(participation=who, number=0.5)
    assert (offered.proposal, offered.answered, offered.total) == (None, 3, 3)
    assert tallying.participants_of(of) == 1


def forged(of: Consultation, who: Participation) -> str:
    return signing.dumps([who.pk, of.proposals.get().pk, 1.0, 0.0], salt="autre")


def test_forged_and_borrowed_tokens_are_refused() -> None:
    of = opened(TEXTS[0])
    who, other = somebody(of), somebody(of)
    theirs = taking_part.offered(participation=other, number=0).token
    good = taking_part.offered(participation=who, number=0).token
    for token in ("", "x", forged(of, who), theirs, good[:-1], good + "x"):
        with pytest.raises(Refused, match="ne vient pas d’une page"):
            taking_part.vote(consultation=of, participation=who, token=token, value=1)
    with pytest.raises(Refused):
        taking_part.vote(consultation=of, participation=who, token=good, value=2)
    with pytest.raises(Refused):
        taking_part.vote(consultation=opened(), participation=who, token=good, value=1)
    assert not Vote.objects.exists()


@pytest.mark.parametrize("days", [{"begins": -5, "ends": -1}, {"begins": 1}])
def test_no_vote_before_the_first_day_nor_after_the_last(days: dict[str, int]) -> None:
    of = opened(TEXTS[0], **days) if "ends" not in days else opened(**days)
    who = somebody(of)
    with pytest.raises(Refused):
        voted(of, who)
    with pytest.raises(Refused):
        taking_part.begin(consultation=of)


def test_no_vote_once_closed() -> None:
    of = opened(TEXTS[0])
    who = somebody(of)
    close_consultation(actor=COMMAND, consultation=of, reason="Trop peu de monde.")
    again = Consultation.objects.select_related("closing").get()
    with pytest.raises(Refused):
        voted(again, who)
    with pytest.raises(Refused):
        close_consultation(actor=COMMAND, consultation=again, reason="Encore.")


def test_no_vote_on_what_is_hidden_and_no_trace_of_the_attempt() -> None:
    of = opened(TEXTS[0])
    who = somebody(of)
    token = taking_part.offered(participation=who, number=0).token
    proposing.decide(actor=COMMAND, proposal=of.proposals.get(), state="hidden", reason="Injure.")
    with pytest.raises(Refused):
        taking_part.vote(consultation=of, participation=who, token=token, value=1)
    assert not Vote.objects.exists()
    assert taking_part.offered(participation=who, number=0).total == 0


def test_a_refusal_has_a_reason() -> None:
    of = opened(TEXTS[0])
    for state in ("refused", "hidden"):
        with pytest.raises(InvalidInput):
            proposing.decide(actor=COMMAND, proposal=of.proposals.get(), state=state, reason=" ")
    with pytest.raises(InvalidInput):
        proposing.decide(actor=COMMAND, proposal=of.proposals.get(), state="open")


def test_proposals_of_participants() -> None:
    of = opened(*TEXTS, moderation="before")
    who = somebody(of)
    first = proposing.propose(consultation=of, participation=who, text="Publier toutes les règles.")
    assert first.proposal is None
    assert [each.text for each in first.alike] == [TEXTS[0]]
    sent = proposing.propose(
        consultation=of, participation=who, text="Publier toutes les règles.", confirmed=True
    )
    assert sent.proposal is not None
    assert sent.proposal.count.state == "waiting"
    assert taking_part.offered(participation=who, number=0).total == 3
    proposing.decide(actor=COMMAND, proposal=sent.proposal, state="open")
    assert taking_part.offered(participation=who, number=0).total == 4
    with pytest.raises(InvalidInput):
        proposing.propose(consultation=of, participation=who, text=TEXTS[1], confirmed=True)
    for at in range(9):
        proposing.propose(
            consultation=of, participation=who, text=f"Idée {at} {'x' * at}", confirmed=True
        )
    with pytest.raises(Refused, match="10"):
        proposing.propose(consultation=of, participation=who, text="Une de plus", confirmed=True)


def test_a_code_is_used_once() -> None:
    of = opened(TEXTS[0], audience="list")
    codes = inviting.invite(actor=COMMAND, consultation=of, labels=["Ada", "Bo", "Cy"])
    assert [each.label for each in codes] == ["Ada", "Bo", "Cy"]
    with pytest.raises(Refused):
        taking_part.begin(consultation=of)
    inviting.redeem(consultation=of, code=codes[1].code.lower().replace("-", " "))
    for wrong in (codes[1].code, "AAAA-AAAA-AAAA-AAAA", ""):
        with pytest.raises(Refused):
            inviting.redeem(consultation=of, code=wrong)
    assert inviting.used_of(of) == (1, 3)
    assert Participation.objects.count() == 1
    other = opened(TEXTS[0], audience="list")
    with pytest.raises(Refused):
        inviting.redeem(consultation=other, code=codes[0].code)


def test_nothing_in_the_database_links_a_code_to_a_participation() -> None:
    of = opened(TEXTS[0], audience="list")
    codes = inviting.invite(actor=COMMAND, consultation=of, labels=[str(at) for at in range(6)])
    secrets = [inviting.redeem(consultation=of, code=codes[at].code).secret for at in (3, 0, 5)]
    assert {field.name for field in Invitation._meta.get_fields()} == {
        "id",
        "consultation",
        "digest",
        "used",
    }
    # ``votes``, ``proposals`` and ``answered`` are what points to a participation.
    assert {field.name for field in Participation._meta.get_fields()} == {
        "id",
        "consultation",
        "digest",
        "votes",
        "proposals",
        "answered",
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, digest FROM consultation_invitation")
        kept = {str(cell) for row in cursor.fetchall() for cell in row}
        cursor.execute("SELECT digest FROM consultation_participation")
        people = {row[0] for row in cursor.fetchall()}
        assert not kept & people
        assert not (kept | people) & ({each.code for each in codes} | set(secrets))
        if connection.vendor == "postgresql":
            # The row versions tell nothing either: each use writes all rows again.
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM consultation_invitation")
            assert cursor.fetchone() == (1,)


@pytest.mark.parametrize(
    "model", [Consultation, Closing, Proposal, Participation, Vote, Decision, Invitation]
)
def test_the_database_forgets_and_changes_nothing(model: type) -> None:
    of = opened(TEXTS[0], audience="list")
    [code] = inviting.invite(actor=COMMAND, consultation=of, labels=["Ada"])
    who = inviting.redeem(consultation=of, code=code.code).participation
    voted(of, who)
    proposing.decide(actor=COMMAND, proposal=of.proposals.get(), state="refused", reason="Non.")
    close_consultation(actor=COMMAND, consultation=of, reason="Fini.")
    table = model._meta.db_table  # type: ignore[attr-defined]
    change = "used = false" if model is Invitation else "id = id"
    for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET {change}"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_results_wait_for_enough_persons_and_for_their_day() -> None:
    today = timezone.localdate()
    of = opened(TEXTS[0], results_from=12)
    assert not tallying.results_shown(of, today=today, participants=21)
    assert tallying.results_shown(of, today=today, participants=22)
    close_consultation(actor=COMMAND, consultation=of, reason="Fin.")
    of = Consultation.objects.get(pk=of.pk)
    assert not tallying.results_shown(of, today=today, participants=11)
    assert tallying.results_shown(of, today=today, participants=12)
    later = opened(results_on=today.replace(year=today.year + 1))
    assert not tallying.results_shown(later, today=today, participants=500)
    assert not tallying.results_shown(opened(), today=today, participants=10)


class Counting(TestCase):
    """The counts kept are those of the votes."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from([-1, 0, 1])),
            max_size=25,
        )
    )
    def test_kept_counts_are_those_of_the_votes(self, acts: list[tuple[int, int, int]]) -> None:
        of = opened(*TEXTS)
        people = [somebody(of) for _each in range(4)]
        proposals = list(of.proposals.order_by("pk"))
        last: dict[tuple[int, int], int] = {}
        for who, what, value in acts:
            person = people[who]
            if (who, what) in last:
                own = taking_part.own_votes(participation=person)
                token = next(each.token for each in own if each.proposal == proposals[what])
            else:
                token = token_for(person, proposals[what])
            taking_part.vote(consultation=of, participation=person, token=token, value=value)
            last[who, what] = value
        assert tallying.counts_differ(of) == []
        votes = tallying.votes_of_consultation(of)
        assert sorted(votes.value.tolist()) == sorted(last.values())
        assert tallying.participants_of(of) == len({who for who, _what in last})

"""Crowds are shown to the moderation with the evidence, and nothing is removed."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from clairevoie.consultation.votes import Proposal as Ground
from clairevoie.consultation.votes import Votes, votes_of
from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.consultation.models import Consultation, Vote
from clairevoie.web.consultation.services.crowds import crowds_of
from clairevoie.web.consultation.services.opening import Asking
from clairevoie.web.consultation.services.pages.consultations import crowds_block
from clairevoie.web.consultation.services.recording import record_finished
from tests.people import moderator
from tests.web.consultation.samples import body, browser
from tests.web.consultation.voting import opened

pytestmark = pytest.mark.django_db


def burst(crowd: int) -> Votes:
    """A hundred and fifty persons over ten days, and a crowd that votes alike in some minutes."""
    chance = np.random.default_rng(2)
    people, proposals = 150 + crowd, 20
    person, proposal = (axis.ravel() for axis in np.indices((people, proposals)))
    value = np.where(chance.random(len(person)) < 0.5, 1, -1)
    # What they agree on turns what is said of every proposal.
    value[person >= 150] = 1
    start = int((timezone.now() - timedelta(days=30)).timestamp() * 1000)
    arrival = start + chance.integers(0, 10 * 86_400_000, people)
    arrival[150:] = start + 86_400_000 + np.arange(crowd) * 10_000
    return votes_of(
        [str(at) for at in range(people)],
        [Ground(str(at), f"Proposition {at}") for at in range(proposals)],
        person,
        proposal,
        value,
        time=arrival[person] + 1_000 * proposal,
    )


def recorded(votes: Votes) -> Consultation:
    today = timezone.localdate()
    asking = Asking(
        title="Une question",
        question="Que changer ?",
        text="",
        policy="Rien d’illicite.",
        opens_on=today - timedelta(days=31),
        closes_on=today - timedelta(days=1),
    )
    return record_finished(actor=COMMAND, asking=asking, votes=votes)


def test_a_crowd_is_told_with_what_it_changes_and_stays() -> None:
    of = recorded(burst(40))
    before = Vote.objects.count()
    found = crowds_of(of)
    assert found is not None
    assert found.people == 40
    assert found.changed
    page = browser(moderator()).get(f"/consultations/{of.number}/organiser/")
    assert "40 personnes arrivées" in page.content.decode()
    block = crowds_block(found, "fr")
    assert block.sentences[0].startswith("40 personnes arrivées")
    assert Vote.objects.count() == before


def test_nobody_is_suspected_without_a_crowd() -> None:
    found = crowds_of(recorded(burst(0)))
    assert found is not None
    assert (found.flags, found.people, found.changed) == ((), 0, ())


def test_of_agents_nobody_looks_when_they_voted() -> None:
    assert crowds_of(opened(audience="agents", body=body())) is None

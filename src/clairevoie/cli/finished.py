"""The demonstration's finished consultations: a generated one, and a public one if it is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from clairevoie.consultation.votes import Votes

FILE = "demonstration/finished.yaml"
SEED = 2026
PASSES = 0.1
DAYS = 30
ENDED = 77
"""Days ago: the week before the recommendation that comes from it (`cli/recommending.py`)."""
PUBLIC = "canadian-electoral-reform"
"""Folder of a public conversation (Polis, CC BY 4.0)."""
PUBLIC_TITLE = "Réforme électorale au Canada (conversation publique Polis)"
PUBLIC_TEXT = (
    "Conversation tenue sur Polis, lue et calculée de nouveau ici\u00a0; les propositions sont en "
    "anglais. Personne n’y est nommé. Data was gathered using the "
    "Polis software (compdemocracy.org/polis) and is sub-licensed under CC BY 4.0 with Attribution "
    "to The Computational Democracy Project: https://pol.is/5mnfxu85hx"
)


def load_finished(*, today: date, public: Path | None) -> int:
    """Record the finished consultations; return how many votes were added.

    One whose title is there already is left alone.

    Args:
        today: the generated one ended ``ENDED`` days before.
        public: folder of public conversations, if there is one.
    """
    added = _generated(today)
    if public is not None and (public / PUBLIC / "votes.csv").is_file():
        added += _public(public / PUBLIC)
    return added


def _generated(today: date) -> int:
    import yaml

    from clairevoie.web.register.models import PublicBody, System

    text = (resources.files("clairevoie.consultation") / FILE).read_text(encoding="utf-8")
    item = yaml.safe_load(text)
    end = today - timedelta(days=ENDED)
    return _recorded(
        votes_drawn(item, end - timedelta(days=DAYS)),
        title=item["title"],
        question=item["question"],
        text=item["text"],
        opens_on=end - timedelta(days=DAYS),
        closes_on=end,
        body=PublicBody.objects.get(slug=item["body"]),
        system=System.objects.get(slug=item["system"]),
        fictitious=True,
        population=item["population"],
        answers=item["answers"],
    )


def votes_drawn(item: dict[str, Any], start: date) -> Votes:
    """Return votes drawn at random as a file of the demonstration says, the same each time."""
    from clairevoie.consultation.votes import Proposal, votes_of

    chance = np.random.default_rng(SEED)
    agree = np.array([each["agree"] for each in item["proposals"]])
    camp = chance.choice(len(item["camps"]), item["persons"], p=item["camps"])
    person, proposal = np.nonzero(chance.random((item["persons"], len(agree))) < 0.8)
    value = np.where(chance.random(len(person)) < agree[proposal, camp[person]], 1, -1)
    value[chance.random(len(value)) < PASSES] = 0
    begin = int(datetime(start.year, start.month, start.day, 8, tzinfo=UTC).timestamp() * 1000)
    arrival = chance.integers(0, DAYS * 86_400_000, item["persons"])
    return votes_of(
        [str(at) for at in range(item["persons"])],
        [Proposal(str(at), each["text"]) for at, each in enumerate(item["proposals"])],
        person,
        proposal,
        value,
        time=begin + arrival[person] + 20_000 * proposal,
    )


def _public(folder: Path) -> int:
    from clairevoie.consultation.reading import read_polis, without_refused

    votes = without_refused(read_polis(folder).votes)
    if votes.time is None:
        return 0
    first, last = (
        datetime.fromtimestamp(int(at) / 1000, UTC).date()
        for at in (votes.time.min(), votes.time.max())
    )
    return _recorded(
        votes,
        title=PUBLIC_TITLE,
        question="Comment le Canada doit-il élire ses députés ?",
        text=PUBLIC_TEXT,
        opens_on=first,
        closes_on=last,
    )


def _recorded(
    votes: Votes,
    *,
    title: str,
    answers: Mapping[str, Mapping[str, int]] | None = None,
    **values: Any,
) -> int:
    from django.utils import translation

    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.consultation.models import Consultation
    from clairevoie.web.consultation.services.opening import Asking
    from clairevoie.web.consultation.services.recording import record_finished
    from clairevoie.web.consultation.voting_forms import POLICY

    if Consultation.objects.filter(title=title).exists():
        return 0
    with translation.override("fr"):
        policy = str(POLICY)
    asking = Asking(title=title, policy=policy, **values)
    record_finished(actor=COMMAND, asking=asking, votes=votes, answers=answers)
    return len(votes.value)

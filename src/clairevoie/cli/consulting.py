"""The demonstration's open consultation: fictitious, with generated votes, and said to be so."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import resources
from random import Random

FILE = "demonstration/consultation.yaml"
SEED = 2026


def load_consultation(*, today: date) -> int:
    """Open the demonstration's consultation with votes drawn at random; return how many votes.

    One whose title is there already is left alone.
    """
    import yaml
    from django.db import transaction
    from django.utils import translation

    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.consultation.models import Consultation
    from clairevoie.web.consultation.services import proposing, taking_part
    from clairevoie.web.consultation.services.opening import Asking, open_consultation
    from clairevoie.web.consultation.voting_forms import POLICY
    from clairevoie.web.register.models import PublicBody, System

    text = (resources.files("clairevoie.consultation") / FILE).read_text(encoding="utf-8")
    item = yaml.safe_load(text)
    if Consultation.objects.filter(title=item["title"]).exists():
        return 0
    with translation.override("fr"):
        policy = str(POLICY)
    asking = Asking(
        title=item["title"],
        question=item["question"],
        text=item["text"],
        policy=policy,
        opens_on=today,
        closes_on=today + timedelta(days=item["days"]),
        body=PublicBody.objects.get(slug=item["body"]),
        system=System.objects.get(slug=item["system"]),
        fictitious=True,
    )
    chance = Random(SEED)  # noqa: S311 - not a secret: a demonstration that is always the same
    votes = 0
    with transaction.atomic():
        made = open_consultation(actor=COMMAND, asking=asking)
        given = {each["text"]: each for each in item["proposals"]}
        proposing.seed(actor=COMMAND, consultation=made, texts=list(given))
        for _person in range(item["persons"]):
            who = taking_part.new_participation(made).participation
            for _vote in range(chance.randint(3, len(given))):
                offered = taking_part.offered(participation=who, number=chance.random())
                if offered.proposal is None:
                    break
                wanted = given[offered.proposal.text]
                drawn = chance.random()
                agrees, disagrees = wanted["agree"], wanted["agree"] + wanted["disagree"]
                value = 1 if drawn < agrees else -1 if drawn < disagrees else 0
                taking_part.vote(
                    consultation=made, participation=who, token=offered.token, value=value
                )
                votes += 1
    return votes

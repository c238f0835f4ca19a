"""A draw of eight seats among sixty volunteers who do not exist, at each of its steps."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from clairevoie.sortition.pool import Quota
from clairevoie.web.accounts.models import Membership, Organisation, Role
from clairevoie.web.accounts.permissions import COMMAND, Actor
from clairevoie.web.sortition.models import Draw
from clairevoie.web.sortition.services import committing, preparing
from clairevoie.web.sortition.services.announcing import Announced, announce
from clairevoie.web.sortition.services.computing import compute_now
from tests.people import member, organisation

PAGE = "/tirages/1/"
WORK = "/tirages/1/organiser/"
QUOTAS = (
    Quota("genre", "femme", 4, 4),
    Quota("genre", "homme", 4, 4),
    Quota("âge", "jeune", 2, 3),
    Quota("âge", "vieux", 5, 6),
)
NAME = "Personne-"
"""Begins every name of a volunteer, to look for them where they must not be."""


def volunteers(people: int = 60) -> bytes:
    """A file with a name and an address for each, that are not to be kept."""
    lines = [
        f"{at};{NAME}{at:03d};{at} rue de l’Exemple;"
        f"{'femme' if at % 3 else 'homme'};{'jeune' if at % 4 == 0 else 'vieux'};{at // 2}"
        for at in range(1, people + 1)
    ]
    return "\n".join(["id;nom;adresse;genre;âge;foyer", *lines, ""]).encode()


def organiser(role: Role = Role.PUBLISHER, name: str = "La commune") -> Membership:
    """A member of the organisation that organises it."""
    found = Organisation.objects.filter(name=name).first()
    return member(role, found or organisation(name, "administration"))


def announced(actor: Actor = COMMAND, **more: Any) -> Draw:
    """A draw, announced."""
    days = more.pop("days", 100)
    values: dict[str, Any] = {"title": "Panel des écoles", "text": "Huit habitants.", "size": 8}
    given = Announced(erase_on=timezone.localdate() + timedelta(days=days), **values | more)
    return announce(actor=actor, announced=given)


def prepared(actor: Actor = COMMAND, *, household: str = "", **more: Any) -> Draw:
    """The same with volunteers, quotas, and chances."""
    draw = announced(actor, **more)
    preparing.receive_pool(actor=actor, draw=draw, content=volunteers(), household=household)
    preparing.set_quotas(actor=actor, draw=draw, quotas=QUOTAS)
    compute_now(actor=actor, draw=draw)
    return draw


def committed(actor: Actor = COMMAND, **more: Any) -> Draw:
    """The same, committed to two days ago for yesterday: by the command alone."""
    draw = prepared(actor, **more)
    commit_to(draw)
    return draw


def commit_to(draw: Draw) -> None:
    """Commit to a draw two days ago, for yesterday."""
    committing.commit(
        actor=COMMAND,
        draw=draw,
        kind="witnesses",
        at=yesterday(),
        place="Mairie, trois dés",
        now=yesterday() - timedelta(days=1),
    )


def drawn(actor: Actor = COMMAND, given: str = "417", **more: Any) -> Draw:
    """The same, drawn."""
    draw = committed(actor, **more)
    committing.enter(actor=COMMAND, draw=draw, given=given)
    return draw


def yesterday() -> datetime:
    """This moment, yesterday."""
    return timezone.now().replace(microsecond=0) - timedelta(days=1)

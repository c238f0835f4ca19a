"""Codes of invitation: made for a list of persons, shown once, used once, linked to nobody.

What is kept of a code is a hash and whether it was used. Its use makes a participation that says
nothing of the code: no foreign key, no time. All the invitations of a consultation are written
again at each use, so that no row of the database tells which code was used before which.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused
from clairevoie.web.consultation.models import Audience, Consultation, Invitation
from clairevoie.web.consultation.services.opening import check_organiser
from clairevoie.web.consultation.services.taking_part import (
    Began,
    check_open,
    digest_of,
    new_participation,
)
from clairevoie.web.register.services.clock import record_event

MOST = 5000
LENGTH = 16
# Neither 0 and O nor 1, I and L; 31 signs, so that 16 of them have 79 random bits.
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Code:
    """A code for one person of the list, to be given to them; it can be read this once only."""

    label: str
    code: str


def invite(*, actor: Actor, consultation: Consultation, labels: Sequence[str]) -> list[Code]:
    """Make a code for each person of a list; the names are not kept.

    Raises:
        Refused: the actor does not organise this consultation, or everybody may take part.
        InvalidInput: the list is empty or too long.
    """
    check_organiser(actor, consultation)
    if consultation.audience == Audience.OPEN:
        raise Refused(_("Everybody may take part in this consultation: it has no codes."))
    there = Invitation.objects.filter(consultation=consultation).count()
    if not labels or there + len(labels) > MOST:
        raise InvalidInput(
            {"file": _("A consultation has 1 to %(most)s invitations.") % {"most": MOST}}
        )
    codes = [Code(label, _new_code()) for label in labels]
    rows = [
        Invitation(id=uuid.uuid4(), consultation=consultation, digest=digest_of(_plain(each.code)))
        for each in codes
    ]
    # In an order that is not the one of the list.
    rows.sort(key=lambda row: row.id)
    with transaction.atomic():
        record_event(
            verb="consultation.invite",
            actor=actor,
            system=consultation.system,
            data={"consultation": consultation.number, "invitations": len(rows)},
        )
        Invitation.objects.bulk_create(rows, batch_size=500)
    return codes


def redeem(*, consultation: Consultation, code: str) -> Began:
    """Use a code; the participation that it gives is not linked to it.

    Raises:
        Refused: the consultation is not open, or the code is wrong or was used.
    """
    check_open(consultation)
    digest = digest_of(_plain(code))
    rows = Invitation.objects.filter(consultation=consultation)
    with transaction.atomic():
        # One use at a time: all rows are locked, in one order.
        held = rows.select_for_update().order_by("pk").values_list("digest", "used")
        if (digest, False) not in list(held):
            raise Refused(_("This code is not valid, or it was used already."))
        rows.update(used=Case(When(digest=digest, then=Value(True)), default=F("used")))
        return new_participation(consultation)


def used_of(consultation: Consultation) -> tuple[int, int]:
    """Return how many codes were used, and how many there are."""
    used = list(consultation.invitations.values_list("used", flat=True))
    return sum(used), len(used)


def _new_code() -> str:
    signs = "".join(secrets.choice(SIGNS) for _place in range(LENGTH))
    return "-".join(signs[at : at + 4] for at in range(0, LENGTH, 4))


def _plain(code: str) -> str:
    """Return a code as it is hashed: capitals, without what separates its parts."""
    return "".join(sign for sign in code.upper() if sign.isalnum())[:64]

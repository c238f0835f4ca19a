"""Erasing the data of the volunteers, at the latest on the day that was announced."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.web.accounts.permissions import COMMAND, Actor, Refused
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.sortition.models import Computation, Draw, Erasure, Pool, State
from clairevoie.web.sortition.services.announcing import check_organiser
from clairevoie.web.sortition.services.computing import GOING
from clairevoie.web.sortition.services.keeping import destroy_key, has_key


def erase(*, actor: Actor, draw: Draw) -> Erasure:
    """Erase the volunteers of a draw and its results, and destroy their key; that stays recorded.

    Raises:
        Refused: the actor does not organise it, or they are erased already.
    """
    check_organiser(actor, draw)
    with transaction.atomic():
        Draw.objects.select_for_update().get(pk=draw.pk)
        if Erasure.objects.filter(draw=draw).exists():
            raise Refused(_("The data of the volunteers of this draw are erased."))
        pool = Pool.objects.filter(draw=draw).first()
        event = record_event(
            verb="draw.erase",
            actor=actor,
            system=draw.system,
            data={"draw": draw.number, "volunteers": pool.volunteers if pool else 0},
        )
        going = Computation.objects.filter(draw=draw, state__in=GOING)
        going.update(state=State.FAILED, finished_at=timezone.now())
        Computation.objects.filter(draw=draw).update(result=None, chosen=b"", excluded=b"")
        Pool.objects.filter(draw=draw).delete()
        made = Erasure.objects.create(
            draw=draw,
            volunteers=pool.volunteers if pool else 0,
            pool=pool.digest if pool else "",
            at=timezone.now(),
            actor=actor.user,
            event=event,
        )
        # Last, and not undone: without the rows, the key opens nothing but backups.
        transaction.on_commit(lambda: destroy_key(draw))
        return made


def erase_due(*, today: date) -> int:
    """Erase the data of all draws whose day has come; return how many were.

    A key that outlived its data, for want of power in between, is destroyed too.
    """
    due = Draw.objects.filter(erase_on__lte=today, erasure__isnull=True)
    erased = [erase(actor=COMMAND, draw=draw) for draw in due]
    for draw in Draw.objects.filter(erasure__isnull=False):
        if has_key(draw):
            destroy_key(draw)
    return len(erased)

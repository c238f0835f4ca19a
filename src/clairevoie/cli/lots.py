"""The demonstration's panel drawn by lot: fictitious, among generated volunteers."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

TITLE = "Panel citoyen sur les places en crèche (exemple fictif)"
TEXT = (
    "Quarante habitants d’une commune fictive, tirés au sort, disent en trois samedis comment "
    "devraient être attribuées les places en crèche. La commune s’engage à répondre à chacune de "
    "leurs recommandations.\n\n"
    "Les 400 volontaires ont été générés, comme les chiffres de la commune : personne n’existe. "
    "Le nombre tiré l’a été par la commande de démonstration, et non devant témoins."
)
BODY = "clairbourg"
SYSTEM = "clairbourg-creches"
SEATS = 40
PLACE = "Démonstration : trois chiffres donnés par la commande, sans témoins."
SOURCE = "Parts de la population d’une commune fictive, inventées."
DIGITS = "417"
KEPT = timedelta(days=365)
AGO = timedelta(days=60)
"""Since the draw: the panel has met and asked for something."""


def load_draw(*, today: date) -> int:
    """Draw the demonstration's panel; return how many volunteers were generated.

    One whose title is there already is left alone.
    """
    from clairevoie.sortition.demonstration import city_quotas, generated_pool
    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.register.models import PublicBody, System
    from clairevoie.web.sortition.models import Draw
    from clairevoie.web.sortition.services import committing, preparing
    from clairevoie.web.sortition.services.announcing import Announced, announce
    from clairevoie.web.sortition.services.computing import compute_now

    if Draw.objects.filter(title=TITLE).exists():
        return 0
    announced = Announced(
        title=TITLE,
        text=TEXT,
        size=SEATS,
        erase_on=today + KEPT,
        body=PublicBody.objects.get(slug=BODY),
        system=System.objects.get(slug=SYSTEM),
        fictitious=True,
    )
    draw = announce(actor=COMMAND, announced=announced)
    pool = preparing.receive_pool(actor=COMMAND, draw=draw, content=generated_pool())
    preparing.set_quotas(actor=COMMAND, draw=draw, quotas=city_quotas(SEATS), source=SOURCE)
    compute_now(actor=COMMAND, draw=draw)
    noon = datetime.combine(today, time(12), UTC)
    committing.commit(
        actor=COMMAND,
        draw=draw,
        kind="witnesses",
        at=noon - AGO,
        place=PLACE,
        now=noon - AGO - timedelta(days=1),
    )
    entered = noon - AGO + timedelta(hours=1)
    committing.enter(actor=COMMAND, draw=draw, given=DIGITS, now=entered)
    return pool.volunteers

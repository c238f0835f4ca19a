"""The remedies that an explanation letter prints, with their computed dates.

Two roads: against the decision itself (appeal to the administration, then or directly the court),
and against an explanation that is missing or incomplete (CADA first, then the court).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from clairevoie.letters.model import Administration, Remedy
from clairevoie.obligations.calendar import DueDate, due
from clairevoie.obligations.dates import Language, written
from clairevoie.obligations.limits import (
    APPEAL,
    CADA_REFERRAL,
    CE_APPEAL_DISTANCE,
    COURT,
    L342_1,
    L411_2,
    R311_12,
    R311_13,
    R311_15,
    R343_1,
    R343_3,
    R343_4,
    R343_5,
    R421_1,
    R421_2,
    R421_5,
    R421_7,
    Article,
    Distance,
)

CZABAJ = Article("CE, Ass., 13 juillet 2016, n° 387763", to_check=True)

WORDS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "appeal": "Demander à l’administration de revoir la décision",
        "appeal_where": "Recours gracieux ou hiérarchique, par écrit : {address}.",
        "appeal_where_document": "Recours gracieux ou hiérarchique, par écrit, à l’adresse "
        "indiquée sur la lettre de décision.",
        "appeal_rule": "Deux mois à compter de la notification de la décision. Formé dans ces deux "
        "mois, ce recours interrompt le délai pour saisir le tribunal. Un nouveau délai de deux "
        "mois court à compter de son rejet.",
        "appeal_distance": " L’éloignement n’allonge pas ce délai-ci.",
        "court": "Contester la décision devant le tribunal administratif",
        "court_where": "{court}.",
        "court_document": "Tribunal administratif indiqué sur la lettre de décision",
        "court_rule": "Deux mois à compter de la notification de la décision.",
        "court_rule_1": "Deux mois à compter de la notification de la décision, plus un mois "
        "pour l’éloignement.",
        "court_rule_2": "Deux mois à compter de la notification de la décision, plus deux mois "
        "pour l’éloignement.",
        "notified": "pour une décision reçue le {day}",
        "decided": "en comptant depuis la date de la décision ; le délai court du jour où vous "
        "l’avez reçue",
        "past_decided": "Une date comptée depuis le jour de la décision est passée. Si vous avez "
        "reçu la décision plus tard, comptez depuis ce jour-là. ",
        "past": "Une date est passée : ce délai ne vous est opposable que si la décision "
        "l’indiquait, avec les voies de recours. Sinon, un délai raisonnable d’un an environ "
        "peut s’appliquer.",
        "cada": "Saisir la CADA si cette explication vous paraît incomplète",
        "cada_where": "Commission d’accès aux documents administratifs, www.cada.fr, par lettre, "
        "télécopie ou voie électronique. Indiquez votre identité et l’objet de votre demande. "
        "Joignez une copie de votre demande, et du refus s’il y en a un.",
        "cada_first": "Demandez d’abord l’explication complète à l’administration. Si elle refuse, "
        "ou ne répond pas dans le mois qui suit la réception de votre demande, vous avez deux mois "
        "pour saisir la CADA.",
        "cada_answer": "Dépend de la réponse à votre demande",
        "cada_rule": "Deux mois à compter de la réception de cette lettre.",
        "received": "si vous recevez cette lettre le {day}",
        "after": "Après la CADA, saisir le tribunal administratif",
        "after_where": "{court}. La CADA doit avoir été saisie avant.",
        "after_rule": "La CADA notifie son avis dans le mois qui suit l’enregistrement de votre "
        "demande. Si l’administration refuse ensuite par écrit, vous avez deux mois à compter de "
        "la notification de ce refus. Si elle se tait, son refus est confirmé deux mois après "
        "l’enregistrement. Vous avez alors deux mois à compter de ce refus.",
    },
    "en": {
        "appeal": "Ask the administration to review the decision",
        "appeal_where": "Appeal to its author or to the superior authority, in writing: {address}.",
        "appeal_where_document": "Appeal to its author or to the superior authority, in writing, "
        "at the address given on the letter of decision.",
        "appeal_rule": "Two months from the day the decision was notified. Made within these two "
        "months, this appeal interrupts the time limit to go to the court. A new time limit of two "
        "months runs from its rejection.",
        "appeal_distance": " Distance does not extend this one.",
        "court": "Challenge the decision before the administrative court",
        "court_where": "{court}.",
        "court_document": "Administrative court given on the letter of decision",
        "court_rule": "Two months from the day the decision was notified.",
        "court_rule_1": "Two months from the day the decision was notified, and one month more "
        "for distance.",
        "court_rule_2": "Two months from the day the decision was notified, and two months more "
        "for distance.",
        "notified": "for a decision received on {day}",
        "decided": "counting from the date of the decision; the time limit runs from the day you "
        "received it",
        "past_decided": "A date counted from the day of the decision has gone by. If you received "
        "the decision later, count from that day. ",
        "past": "A date has gone by: that time limit can be held against you only if the "
        "decision stated it, with the remedies. Otherwise a reasonable limit of about one year "
        "may apply.",
        "cada": "Refer to the CADA if this explanation seems incomplete to you",
        "cada_where": "Commission d’accès aux documents administratifs, www.cada.fr, by letter, "
        "fax or electronically. State who you are and what you ask for. Enclose a copy of your "
        "request, and of the refusal if there is one.",
        "cada_first": "First ask the administration for the full explanation. If it refuses, or "
        "does not answer within one month of receiving your request, you have two months to go to "
        "the CADA.",
        "cada_answer": "Depends on the answer to your request",
        "cada_rule": "Two months from the day you receive this letter.",
        "received": "if you receive this letter on {day}",
        "after": "After the CADA, go to the administrative court",
        "after_where": "{court}. The matter must first have gone to the CADA.",
        "after_rule": "The CADA notifies its opinion within the month that follows the "
        "registration of your request. If the administration then refuses in writing, you have two "
        "months from the day this refusal is notified. If it stays silent, its refusal is "
        "confirmed two months after the registration. You then have two months from that refusal.",
    },
}


def remedies_of(
    *,
    language: Language,
    day: date,
    received: date,
    decided: date,
    notified: date | None = None,
    administration: Administration | None = None,
    court: str = "",
    distance: Distance = Distance.NONE,
    asked: bool = True,
) -> tuple[Remedy, ...]:
    """Return the four remedies that a person has after an explanation letter.

    Dates are counted the short way (`clairevoie.obligations.limits.DATE_TO_DATE`), so that whoever
    acts by them is in time.

    Args:
        language: of the texts.
        day: date of the letter.
        received: the day on which the letter supposes that it is received; shown with the date
            that follows from it. Not before ``day``.
        decided: the day of the decision.
        notified: the day on which the person received it. When it is not known, dates are counted
            from the day of the decision, and say so: they are the earliest possible.
        administration: to which an appeal is sent; left out, the address is the one that the
            letter of decision gives.
        court: name and address of the administrative court; likewise.
        distance: where the person lives.
        asked: whether the letter answers a request. Without one there is no refusal yet, and no
            time limit of the CADA runs (R*. 311-12, R. 311-13, R. 311-15).

    Raises:
        ValueError: the letter would be received before it is written, or the decision after the
            letter was written or before it was taken.
    """
    if received < day:
        raise ValueError(
            f"a letter of {day} cannot be received on {received}; correct one of the dates."
        )
    start = decided if notified is None else notified
    if notified is not None and notified > day:
        raise ValueError(
            f"a letter of {day} cannot explain a decision received on {notified}; correct one "
            "of the dates."
        )
    if start < decided:
        raise ValueError(
            f"a decision taken on {decided} cannot be received on {start}; correct one of the "
            "dates."
        )
    words = WORDS[language]
    far = distance is not Distance.NONE
    court = court.rstrip(" .") or words["court_document"]
    cada = due(CADA_REFERRAL, received)
    appeal = due(APPEAL, start)
    contest = due(COURT, start, distance=distance)
    known = words["decided"]
    past = words["past_decided"] + words["past"]
    if notified is not None:
        known, past = words["notified"].format(day=written(notified, language)), words["past"]
    court_rule = words[f"court_rule_{distance.value}" if distance.value else "court_rule"]
    return (
        Remedy(
            title=words["appeal"],
            where=words["appeal_where_document"]
            if administration is None
            else words["appeal_where"].format(
                address=", ".join((administration.name, *administration.address))
            ),
            rule=words["appeal_rule"] + (words["appeal_distance"] if far else ""),
            articles=(
                L411_2,
                R421_1,
                *((CE_APPEAL_DISTANCE,) if far else ()),
                *_if_past(appeal, day),
            ),
            condition=known,
            due=appeal,
            past=past if appeal.day < day else "",
        ),
        Remedy(
            title=words["court"],
            where=words["court_where"].format(court=court),
            rule=court_rule,
            articles=(*contest.articles, *_if_past(contest, day)),
            condition=known,
            due=contest,
            past=past if contest.day < day else "",
        ),
        Remedy(
            title=words["cada"],
            where=words["cada_where"],
            rule=words["cada_rule"],
            articles=(R311_15, R343_1),
            condition=words["received"].format(day=written(received, language)),
            due=cada,
        )
        if asked
        else Remedy(
            title=words["cada"],
            where=words["cada_where"],
            rule=words["cada_first"],
            condition=words["cada_answer"],
            articles=(R311_12, R311_13, R311_15, R343_1),
        ),
        Remedy(
            title=words["after"],
            where=words["after_where"].format(court=court),
            rule=words["after_rule"],
            articles=(
                L342_1,
                R343_3,
                R343_4,
                R343_5,
                R421_1,
                R421_2,
                *((R421_7,) if far else ()),
            ),
        ),
    )


def _if_past(limit: DueDate, day: date) -> tuple[Article, ...]:
    return (R421_5, CZABAJ) if limit.day < day else ()

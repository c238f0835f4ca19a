"""Time limits of a request for explanation and of a decision, as data.

Articles and durations are those of the consolidated texts. How a limit is *counted* (whether the
last day itself is usable, whether it moves when nobody works that day) is not written in these
articles: it is a `Counting`, apart, with its own source, marked «à vérifier» as long as nobody has
read that source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from clairevoie.obligations.dates import Language

Said = Mapping[Language, str]
"""One sentence or phrase in French and in English."""


@dataclass(frozen=True, slots=True)
class Article:
    """A text of law or a decision of a court; ``to_check`` when its wording was not read."""

    name: str
    url: str = ""
    to_check: bool = False


@dataclass(frozen=True, slots=True)
class Counting:
    """How the last day of a limit of whole months is found.

    Attributes:
        key: name of the rule.
        free: a *délai franc*: neither the first nor the last day counts, so that the day after the
            last one is still in time.
        rolls: a last day on which nobody works (Saturday, Sunday, public holiday) moves to the
            next working day.
        sources: where the rule comes from.
        to_check: no source of the rule was read.
    """

    key: str
    free: bool
    rolls: bool
    sources: tuple[Article, ...] = ()
    to_check: bool = True


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """A limit of whole calendar months.

    Attributes:
        key: name in code.
        months: its length.
        start: the event that opens it, a phrase without article that fits after «à compter de».
        effect: what its end means, a sentence.
        articles: what lays it down.
        counting: how the last day is found, unless the caller says otherwise.
        distance: whether the extension for who lives far away applies (CJA, art. R. 421-7).
    """

    key: str
    months: int
    start: Said
    effect: Said
    articles: tuple[Article, ...]
    counting: Counting
    distance: bool = False


class Distance(Enum):
    """Where the claimant lives, as art. R. 421-7 of the CJA asks; the value is months added.

    ``OVERSEAS`` stands for the two cases of that article in which one month is added: whoever
    fills it in checks that the person is in one of them.
    """

    NONE = 0
    OVERSEAS = 1
    ABROAD = 2


R311_12 = Article("CRPA, art. R*. 311-12")
R311_13 = Article("CRPA, art. R. 311-13")
R311_15 = Article("CRPA, art. R. 311-15")
R343_1 = Article("CRPA, art. R. 343-1")
R343_3 = Article("CRPA, art. R. 343-3")
R343_4 = Article("CRPA, art. R*. 343-4")
R343_5 = Article("CRPA, art. R. 343-5")
L342_1 = Article("CRPA, art. L. 342-1")
L411_2 = Article("CRPA, art. L. 411-2")
R421_1 = Article("CJA, art. R. 421-1")
R421_2 = Article("CJA, art. R. 421-2")
R421_5 = Article("CJA, art. R. 421-5")
R421_7 = Article("CJA, art. R. 421-7")
CE_FREE = Article("CE, 29 décembre 2006, n° 289818", to_check=True)
CE_APPEAL = Article("CE, 19 septembre 2014, n° 362568", to_check=True)
CE_APPEAL_DISTANCE = Article("CE, Sect., 5 janvier 2000, n° 170954", to_check=True)
"""As a secondary source tells it: the extension for distance is for the court only, not for an
appeal to the administration. The shorter reading is kept, as it leaves nobody out of time."""

DATE_TO_DATE = Counting("date_to_date", free=False, rolls=False)
"""From a day to the same day of a later month, or its last day; nothing added.

Of the rules under discussion this one gives the earliest last day, so a person who acts by it is in
time under all of them. It is what letters print.
"""

FREE_AND_ROLLED = Counting(
    "free_and_rolled", free=True, rolls=True, sources=(CE_FREE, CE_APPEAL), to_check=True
)
"""The rule of the administrative courts as secondary sources tell it: one day more, then the next
working day. Its decisions are still to be read."""

SILENCE = TimeLimit(
    "silence",
    1,
    {
        "fr": "la réception de la demande par l’administration",
        "en": "the day the administration received the request",
    },
    {
        "fr": "Sans réponse à cette date, la demande est refusée.",
        "en": "Without an answer by that date, the request is refused.",
    },
    (R311_12, R311_13),
    DATE_TO_DATE,
)
CADA_REFERRAL = TimeLimit(
    "cada_referral",
    2,
    {
        "fr": "la notification du refus, ou la fin du mois de silence",
        "en": "the day the refusal was notified, or the end of the month of silence",
    },
    {
        "fr": "C’est le dernier jour pour saisir la CADA.",
        "en": "That is the last day to refer the matter to the CADA.",
    },
    (R311_15, R343_1),
    DATE_TO_DATE,
)
CADA_OPINION = TimeLimit(
    "cada_opinion",
    1,
    {
        "fr": "l’enregistrement de la demande par la CADA",
        "en": "the day the CADA registered the referral",
    },
    {
        "fr": "À cette date, la CADA doit avoir notifié son avis.",
        "en": "By that date the CADA must have given its opinion.",
    },
    (R343_3,),
    DATE_TO_DATE,
)
CADA_SILENCE = TimeLimit(
    "cada_silence",
    2,
    {
        "fr": "l’enregistrement de la demande par la CADA",
        "en": "the day the CADA registered the referral",
    },
    {
        "fr": "Si l’administration n’a toujours pas répondu, le refus est confirmé.",
        "en": "If the administration still has not answered, the refusal is confirmed.",
    },
    (R343_4, R343_5),
    DATE_TO_DATE,
)
COURT = TimeLimit(
    "court",
    2,
    {"fr": "la notification de la décision", "en": "the day the decision was notified"},
    {
        "fr": "C’est le dernier jour pour saisir le tribunal administratif.",
        "en": "That is the last day to go to the administrative court.",
    },
    (R421_1,),
    DATE_TO_DATE,
    distance=True,
)
COURT_AFTER_SILENCE = TimeLimit(
    "court_after_silence",
    2,
    {"fr": "le jour du refus implicite", "en": "the day of the implicit refusal"},
    {
        "fr": "C’est le dernier jour pour saisir le tribunal administratif.",
        "en": "That is the last day to go to the administrative court.",
    },
    (R421_2,),
    DATE_TO_DATE,
    distance=True,
)
COURT_AFTER_APPEAL = TimeLimit(
    "court_after_appeal",
    2,
    {
        "fr": "le rejet du recours gracieux ou hiérarchique",
        "en": "the day the appeal to the administration was rejected",
    },
    {
        "fr": "C’est le dernier jour pour saisir le tribunal administratif.",
        "en": "That is the last day to go to the administrative court.",
    },
    (L411_2, R421_1),
    DATE_TO_DATE,
    distance=True,
)
APPEAL = TimeLimit(
    "appeal",
    2,
    {"fr": "la notification de la décision", "en": "the day the decision was notified"},
    {
        "fr": "C’est le dernier jour pour qu’un recours gracieux ou hiérarchique interrompe "
        "le délai du tribunal.",
        "en": "That is the last day for an appeal to the administration to interrupt the time "
        "limit of the court.",
    },
    # The limit is the court's, without its extension for distance: see CE_APPEAL_DISTANCE.
    (L411_2, R421_1),
    DATE_TO_DATE,
)

LIMITS: Mapping[str, TimeLimit] = {
    limit.key: limit
    for limit in (
        SILENCE,
        CADA_REFERRAL,
        CADA_OPINION,
        CADA_SILENCE,
        COURT,
        COURT_AFTER_SILENCE,
        COURT_AFTER_APPEAL,
        APPEAL,
    )
}

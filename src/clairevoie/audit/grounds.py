"""The grounds of discrimination of article 1 of loi n° 2008-496 of 27 May 2008, by short names.

They name the grounds and do not quote the law: its exact wording is to be checked.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from unicodedata import combining, normalize

MOST_NEAR = 3
"""Grounds named when a word is none of them."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground of the law.

    Attributes:
        french: its name, by which plans and results have it.
        english: the same in English.
        also: other words that plans may use for it.
    """

    french: str
    english: str
    also: tuple[str, ...] = ()


GROUNDS = (
    Ground("origine", "origin"),
    Ground("sexe", "sex"),
    Ground("situation de famille", "family situation", ("situation familiale", "family status")),
    Ground("grossesse", "pregnancy", ("maternité", "maternity")),
    Ground("apparence physique", "physical appearance"),
    Ground(
        "vulnérabilité économique",
        "economic vulnerability",
        (
            "particulière vulnérabilité résultant de la situation économique",
            "situation économique",
            "economic situation",
        ),
    ),
    Ground("patronyme", "surname", ("nom", "nom de famille", "family name")),
    Ground(
        "lieu de résidence",
        "place of residence",
        ("résidence", "lieu de résidence ou domiciliation bancaire"),
    ),
    Ground("domiciliation bancaire", "place of the bank account"),
    Ground("état de santé", "state of health", ("santé", "health")),
    Ground("perte d’autonomie", "loss of autonomy"),
    Ground("handicap", "disability"),
    Ground("caractéristiques génétiques", "genetic characteristics"),
    Ground("mœurs", "way of life", ("moeurs",)),
    Ground("orientation sexuelle", "sexual orientation"),
    Ground("identité de genre", "gender identity"),
    Ground("âge", "age"),
    Ground("opinions politiques", "political opinions"),
    Ground("activités syndicales", "trade union activities", ("union activities",)),
    Ground(
        "qualité de lanceur d’alerte",
        "being a whistleblower",
        ("lanceur d’alerte", "whistleblower", "facilitateur", "facilitator"),
    ),
    Ground(
        "langue autre que le français",
        "language other than French",
        ("capacité à s’exprimer dans une langue autre que le français",),
    ),
    Ground(
        "appartenance, vraie ou supposée, à une ethnie, une nation, une prétendue race ou une "
        "religion",
        "belonging, real or supposed, to an ethnic group, a nation, a so-called race or a religion",
        ("ethnie", "nation", "prétendue race", "religion", "ethnic group", "so-called race"),
    ),
)


def ground_of(word: str) -> Ground | None:
    """Return the ground that a word names, in French or English; ``None`` where it is none."""
    wanted = _folded(word)
    return next((one for one in GROUNDS if wanted in map(_folded, _names(one))), None)


def near(word: str) -> tuple[str, ...]:
    """Return the French names of the grounds nearest to a word; all when none is near."""
    names = {_folded(name): one.french for one in GROUNDS for name in _names(one)}
    found = get_close_matches(_folded(word), names, n=2 * MOST_NEAR, cutoff=0.55)
    close = tuple(dict.fromkeys(names[name] for name in found))[:MOST_NEAR]
    return close or tuple(one.french for one in GROUNDS)


def _names(one: Ground) -> tuple[str, ...]:
    return (one.french, one.english, *one.also)


def _folded(word: str) -> str:
    """Return a word without accents, capitals, or kinds of apostrophes."""
    plain = normalize("NFD", word.casefold().replace("’", "'").replace("œ", "oe"))
    return " ".join("".join(char for char in plain if not combining(char)).split())

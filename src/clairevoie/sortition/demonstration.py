"""A pool of volunteers who do not exist, for demonstrations: drawn at random, and said to be so."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping

import numpy as np

from clairevoie.sortition.pool import Quota

CITY: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "Genre": {"femme": (0.52, 0.9), "homme": (0.48, 1.1)},
    "Âge": {
        "16 à 29 ans": (0.24, 0.8),
        "30 à 44 ans": (0.23, 0.9),
        "45 à 59 ans": (0.21, 1.1),
        "60 à 74 ans": (0.2, 1.3),
        "75 ans et plus": (0.12, 0.9),
    },
    "Diplôme": {
        "aucun ou brevet": (0.27, 0.75),
        "CAP, BEP": (0.19, 0.9),
        "baccalauréat": (0.19, 1.0),
        "supérieur": (0.35, 1.25),
    },
    "Quartier": {
        "Centre": (0.26, 1.2),
        "Nord": (0.22, 0.85),
        "Est": (0.18, 1.0),
        "Ouest": (0.21, 0.9),
        "Sud": (0.13, 1.1),
    },
}
"""By category and feature: share of the population, and how much more than others they volunteer.

An invented city: these are no figures of anywhere.
"""


def generated_pool(people: int = 400, *, seed: int = 2027) -> bytes:
    """Return a file of volunteers (CSV), each feature drawn at random for itself.

    Args:
        people: how many.
        seed: of the generator.
    """
    chance = np.random.default_rng(seed)
    columns: dict[str, list[str]] = {"id": [f"G{at:04d}" for at in range(1, people + 1)]}
    for category, features in CITY.items():
        weights = np.array([share * keen for share, keen in features.values()])
        drawn = chance.choice(len(features), people, p=weights / weights.sum())
        names = list(features)
        columns[category] = [names[at] for at in drawn]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def city_quotas(size: int = 40) -> tuple[Quota, ...]:
    """Return the quotas of the invented city: its shares of the seats, rounded down and up."""
    return tuple(
        Quota(category, feature, math.floor(size * share), math.ceil(size * share))
        for category, features in CITY.items()
        for feature, (share, _keen) in features.items()
    )

"""What a lottery is to be best at, and what is written beside it so that anybody can check it.

Sources:
    - maximin, nash and legacy: B. Flanigan, P. Gölz, A. Gupta, B. Hennig, A. D. Procaccia, « Fair
      algorithms for selecting citizens' assemblies », Nature 596 (2021), 548-552, and its
      supplementary information.
    - goldilocks: C. Baharav, B. Flanigan, « Fair, Manipulation-Robust, and Transparent Sortition »,
      EC 2024 (arXiv:2406.15009), with γ = 1.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from clairevoie.sortition.pool import Floats, Ints, Problem


class Objective(StrEnum):
    """What a lottery is to be best at. Below, n volunteers can be drawn for k seats.

    Volunteers whom no panel can have are left out of all but the leximin, which would otherwise
    have nothing to choose between: their chance is 0 whatever is done.
    """

    LEXIMIN = "leximin"
    """The lowest chance is highest, then the second lowest, and so on."""
    MAXIMIN = "maximin"
    """The lowest chance is highest."""
    NASH = "nash"
    """The product of the chances is highest; that is, their geometric mean."""
    GOLDILOCKS = "goldilocks"
    """n/k · the highest chance + k/n / the lowest chance is smallest: neither too high nor too low.

    A chance that can be made high is worth lying for; one that is low is unfair.
    """
    LEGACY = "legacy"
    """None: seats are filled one by one, from the quota that lacks most (StratifySelect)."""


@dataclass(frozen=True, slots=True, eq=False)
class Bar:
    """A type that no panel can have, and what proves it.

    Attributes:
        kind: the type.
        quota: multipliers of the quotas, of shape (quotas,): above 0 for the fewest seats, under 0
            for the most.
        size: multiplier of the size of the panel.
    """

    kind: int
    quota: Floats
    size: float


@dataclass(frozen=True, slots=True, eq=False)
class Proof:
    """Multipliers with which anybody computes how much better any lottery can be.

    Types here are those that are not barred, in their order.

    Attributes:
        bars: types that no panel can have; each proof rests on those before it.
        share: of each type, of shape (types,), 0 or more: what counts for its chance.
        cap: of each type, of shape (types,), 0 or more: what counts against its chance
            (goldilocks); 0 elsewhere.
        quota: of the quotas, of shape (quotas,): above 0 for the fewest seats, under 0 for the
            most.
        size: of the size of the panel.
        level: lowest chance where the tangent is taken (goldilocks); 0 elsewhere.
    """

    bars: tuple[Bar, ...]
    share: Floats
    cap: Floats
    quota: Floats
    size: float
    level: float


@dataclass(frozen=True, slots=True)
class Draws:
    """Panels that were drawn one by one (legacy).

    Attributes:
        seed: text from which all that is random comes; published, so that anybody draws the same.
        count: panels drawn.
        failed: attempts that met no quotas, and were begun again.
    """

    seed: str
    count: int
    failed: int


def without(problem: Problem, kinds: Collection[int]) -> Problem:
    """Return the panel to be drawn without some types, and without the names of volunteers."""
    kept = kept_types(problem, kinds)
    return replace(
        problem,
        persons=(),
        kind=np.zeros(0, dtype=np.int64),
        many=problem.many[kept],
        has=problem.has[:, kept],
        features=tuple(problem.features[at] for at in kept.tolist()),
    )


def kept_types(problem: Problem, kinds: Collection[int]) -> Ints:
    """Return the types that are not among some, in their order."""
    return np.setdiff1d(np.arange(len(problem.many)), np.array(sorted(kinds), dtype=np.int64))

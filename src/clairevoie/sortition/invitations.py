"""How many people to invite, so that enough of them volunteer.

The model is the simplest one: within a stratum (a part of the population that is invited and
answers alike) each invited person answers yes with the same probability, independently. Answers are
then binomial, and the volunteers who have a feature are a sum of binomials, whose distribution is
computed exactly, not by a normal law. Answers of one household or street are not independent, and a
rate is itself a guess: the rates of past draws, and a wanted probability close to one, are the
margin for that.

Source: any textbook of probability; the sum of independent variables has the convolution of their
distributions (done by Fourier transforms when there are thousands of answers, to some 1e-12).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from clairevoie.sortition.pool import Floats, PoolProblem, Quota

MOST = 10_000_000
"""Largest number of invitations that is looked for."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of the population.

    Attributes:
        name: for people.
        share: of the population, from 0 to 1.
        rate: how many of those invited volunteer, above 0, up to 1.
        features: by category, the feature that all of it have; categories that it does not tell
            are left out.
    """

    name: str
    share: Fraction
    rate: float
    features: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Need:
    """How many volunteers a feature needs, and how sure that many are found.

    Attributes:
        category, feature: which; both empty for the whole pool.
        wanted: fewest volunteers.
        expected: mean number of volunteers.
        probability: that there are as many as wanted.
    """

    category: str
    feature: str
    wanted: int
    expected: float
    probability: float


@dataclass(frozen=True, slots=True)
class Invitations:
    """How many people to invite.

    Attributes:
        strata: in the order given.
        invited: how many of each stratum.
        needs: of the whole pool first, then of each feature that strata tell.
        together: lowest probability that all needs are met at once, whatever they share
            (Bonferroni: one less the sum of what each may lack).
    """

    strata: tuple[Stratum, ...]
    invited: tuple[int, ...]
    needs: tuple[Need, ...]
    together: float

    @property
    def total(self) -> int:
        """How many people are invited in all."""
        return sum(self.invited)


def invitations(
    strata: Sequence[Stratum],
    quotas: Sequence[Quota],
    *,
    pool: int,
    times: float = 1.0,
    probability: float = 0.95,
    by_rate: bool = False,
) -> Invitations:
    """Return the fewest invitations with which all needs are met with a probability.

    Needs are: a pool of so many volunteers, and for each feature of the quotas that strata tell,
    ``times`` its fewest seats. With these alone a panel may still be impossible, because quotas of
    several categories cross: a pool larger than the panel by several times is what helps there.

    Args:
        strata: of the population, whose shares sum to one.
        quotas: of the panel.
        pool: volunteers that are wanted in all.
        times: volunteers that are wanted for each of the fewest seats of a feature.
        probability: that all needs are met at once, at least; above 0, below 1.
        by_rate: whether strata that answer less are invited more, in proportion to share/rate, so
            that the pool resembles the population; else everybody has the same chance to be
            invited.

    Raises:
        PoolProblem: with all that is wrong; or no number up to `MOST` is enough.
    """
    _check(strata, pool, times, probability)
    weights = tuple(each.share / Fraction(each.rate) if by_rate else each.share for each in strata)
    whole = sum(weights)
    wanted = _wanted(strata, quotas, pool, times)
    unmet = [
        f"No stratum has {category} / {feature}, and {count} volunteers of it are wanted."
        for category, feature, count in wanted
        if count and not _of(strata, category, feature)
    ]
    if unmet:
        raise PoolProblem(unmet)

    def at(total: int) -> Invitations:
        # Rounded up, so that no stratum has fewer when all have more: the search needs that.
        return outcome(strata, [-(-(each * total) // whole) for each in weights], wanted)

    low, high = 0, max(pool, 1)
    while at(high).together < probability:
        low, high = high, high * 2
        if high > MOST:
            raise PoolProblem(
                [f"Even {MOST} invitations are not enough: rates of answer are too low."]
            )
    while high - low > 1:
        middle = (low + high) // 2
        if at(middle).together < probability:
            low = middle
        else:
            high = middle
    return at(high)


def outcome(
    strata: Sequence[Stratum],
    invited: Sequence[int],
    wanted: Sequence[tuple[str, str, int]],
) -> Invitations:
    """Return how sure it is that needs are met, with so many invitations.

    Args:
        strata: of the population.
        invited: how many of each stratum.
        wanted: category, feature (both empty for the whole pool) and fewest volunteers.
    """
    needs = []
    for category, feature, count in wanted:
        parts = [
            (many, each.rate)
            for each, many in zip(strata, invited, strict=True)
            if not category or each.features.get(category) == feature
        ]
        needs.append(
            Need(
                category,
                feature,
                count,
                sum(many * rate for many, rate in parts),
                at_least(count, parts),
            )
        )
    lack = sum(1 - each.probability for each in needs)
    return Invitations(tuple(strata), tuple(invited), tuple(needs), max(0.0, 1 - lack))


def at_least(count: int, parts: Sequence[tuple[int, float]]) -> float:
    """Return the probability that independent binomials sum to a number or more.

    Args:
        count: the number.
        parts: trials and probability of each binomial.
    """
    from scipy.signal import convolve  # type: ignore[import-untyped]
    from scipy.stats import binom  # type: ignore[import-untyped]

    if count <= 0:
        return 1.0
    if len(parts) == 1:
        many, rate = parts[0]
        return float(binom.sf(count - 1, many, rate))
    # Only sums below the number matter: they are the probability of falling short.
    below: Floats = np.zeros(count)
    below[0] = 1.0
    values = np.arange(count)
    # Binomials of one rate are one binomial.
    trials: dict[float, int] = {}
    for many, rate in parts:
        trials[rate] = trials.get(rate, 0) + many
    for rate, many in trials.items():
        below = convolve(below, binom.pmf(values, many, rate))[:count]
    return max(0.0, 1.0 - float(below.sum()))


def _check(strata: Sequence[Stratum], pool: int, times: float, probability: float) -> None:
    problems = [
        f"Stratum {each.name}: the rate of answer is {each.rate:g}, and must be above 0, up to 1."
        for each in strata
        if not 0 < each.rate <= 1
    ]
    problems += [
        f"Stratum {each.name}: the share is {float(each.share):g}, and must be between 0 and 1."
        for each in strata
        if not 0 <= each.share <= 1
    ]
    total = sum((each.share for each in strata), Fraction(0))
    if abs(total - 1) > Fraction(1, 100):
        problems.append(f"The shares of the strata sum to {float(total):.6g}, not to 1.")
    if pool < 1:
        problems.append(f"A pool of {pool} volunteers is not one: ask for 1 or more.")
    if times < 0:
        problems.append(f"{times:g} volunteers for each seat is not a number: ask for 0 or more.")
    if not 0 < probability < 1:
        problems.append(f"A probability of {probability:g} cannot be asked: between 0 and 1.")
    if problems:
        raise PoolProblem(problems)


def _wanted(
    strata: Sequence[Stratum], quotas: Sequence[Quota], pool: int, times: float
) -> tuple[tuple[str, str, int], ...]:
    told = {category for each in strata for category in each.features}
    factor = Fraction(str(times))
    needs = [("", "", pool)]
    for each in quotas:
        if each.category in told:
            exact = factor * each.low
            needs.append((each.category, each.feature, -(-exact.numerator // exact.denominator)))
    return tuple(needs)


def _of(strata: Sequence[Stratum], category: str, feature: str) -> bool:
    return not category or any(
        each.features.get(category) == feature and each.share for each in strata
    )


def read_strata(content: bytes, *, name: str = "strata") -> tuple[Stratum, ...]:
    """Read strata: ``stratum, share, rate``, and a column for each category they tell.

    Raises:
        PoolProblem: with all that cannot be read.
    """
    from clairevoie.sortition.files import read_table
    from clairevoie.sortition.shares import number_of

    header, rows = read_table(content, name)
    problems = [
        f"{name}: there is no column {each!r}; the header is {', '.join(header)}."
        for each in ("stratum", "share", "rate")
        if each not in header
    ]
    if problems:
        raise PoolProblem(problems)
    column = {each: at for at, each in enumerate(header)}
    others = [each for each in header if each not in {"stratum", "share", "rate"}]
    strata, seen = [], set()
    for line, row in rows:
        label = row[column["stratum"]].strip()
        if label in seen:
            problems.append(f"{name}, line {line}: stratum {label!r} is there twice.")
        seen.add(label)
        try:
            share, _unit = number_of(row[column["share"]])
            rate, _unit = number_of(row[column["rate"]])
        except ValueError as error:
            problems.append(f"{name}, line {line}: {error}.")
            continue
        features = {each: row[column[each]].strip() for each in others}
        told = {category: feature for category, feature in features.items() if feature}
        strata.append(Stratum(label, share, float(rate), told))
    if problems:
        raise PoolProblem(problems)
    return tuple(strata)

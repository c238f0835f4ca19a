"""Quotas from shares of the population, with a tolerance, in exact fractions.

The rule, for a panel of n seats, a share s and a tolerance t (both parts of one):

    low = max(0, floor(n·(s − t)))        high = min(n, ceil(n·(s + t)))

Without a tolerance these are the two whole numbers around n·s, the only ones that a method of
apportionment which « stays within the quota » gives. A category can then always be filled on its
own: its shares sum to one, so the lows sum to n at most and the highs to n at least. Where shares
are rounded and sum to a little less or more than one, they are first divided by their sum.

Source for the two whole numbers around n·s: M. L. Balinski, H. P. Young, « Fair Representation »,
Yale University Press, 1982 (« staying within the quota »).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from clairevoie.sortition.pool import PoolProblem, Quota
from clairevoie.sortition.sentences import Sentence

HALF = Fraction(1, 2)
"""A rounded share may be wrong by half of its last digit."""


@dataclass(frozen=True, slots=True)
class Share:
    """The share that a feature has in the population.

    Attributes:
        category, feature: for example ``gender`` and ``female``.
        share: from 0 to 1, exact.
        tolerance: how far the panel may be from it, as a part of the seats, from 0 to 1.
        unit: value of the last digit that was written, for example 1/1000 for « 51.7 % »; shares
            that are exact have 0.
    """

    category: str
    feature: str
    share: Fraction
    tolerance: Fraction = Fraction(0)
    unit: Fraction = Fraction(0)


def number_of(text: str) -> tuple[Fraction, Fraction]:
    """Read a share: ``0.517``, ``0,517``, ``51.7 %`` or ``51,7%``.

    Without the sign %, a share is a part of one: 51.7 is then refused by `quotas_of`, which cannot
    know what was meant.

    Returns:
        The share, and the value of its last digit.

    Raises:
        ValueError: it is no number.
    """
    plain = text.strip()
    percent = plain.endswith("%")
    digits = plain.removesuffix("%").strip().replace(",", ".")
    whole, _point, decimals = digits.partition(".")
    written = f"{whole}{decimals}"
    if not (written.isascii() and written.isdigit()) or len(written) > 30:
        raise ValueError(f"{text.strip()!r} is no share: write it as 0.517 or 51.7 %")
    scale = 10 ** len(decimals) * (100 if percent else 1)
    return Fraction(int(written), scale), Fraction(1, scale)


def quotas_of(shares: Sequence[Share], *, size: int) -> tuple[Quota, ...]:
    """Return the quotas of a panel; the rule is that of the module.

    Args:
        shares: of every feature of every category.
        size: seats.

    Raises:
        PoolProblem: with all that is wrong: a share or a tolerance is not between 0 and 1, the
            shares of a category do not sum to one within their rounding (half of the last digit of
            each), a feature is there twice.
    """
    problems: list[str] = []
    if size < 1:
        problems.append(
            Sentence("A panel of %(size)s seats cannot be drawn: ask for 1 or more.", size=size)
        )
    sums: dict[str, Fraction] = {}
    slack: dict[str, Fraction] = {}
    seen = set()
    for each in shares:
        told = {"category": each.category, "feature": each.feature}
        if (each.category, each.feature) in seen:
            problems.append(
                Sentence("Share %(category)s / %(feature)s is given twice: keep one.", **told)
            )
        seen.add((each.category, each.feature))
        if not 0 <= each.share <= 1:
            problems.append(
                Sentence(
                    "The share of %(category)s / %(feature)s is %(value)s, and must be between 0 "
                    "and 1; write percentages with the sign %%.",
                    value=f"{float(each.share):g}",
                    **told,
                )
            )
        if not 0 <= each.tolerance <= 1:
            problems.append(
                Sentence(
                    "The tolerance of %(category)s / %(feature)s is %(value)s, and must be between "
                    "0 and 1; write percentages with the sign %%.",
                    value=f"{float(each.tolerance):g}",
                    **told,
                )
            )
        sums[each.category] = sums.get(each.category, Fraction(0)) + each.share
        slack[each.category] = slack.get(each.category, Fraction(0)) + each.unit * HALF
    problems += [
        Sentence(
            "The shares of category %(category)s sum to %(total)s %%, not to 100 %%: give every "
            "feature, and the share of each.",
            category=category,
            total=f"{float(100 * total):.6g}",
        )
        for category, total in sums.items()
        if abs(total - 1) > slack[category] or total == 0
    ]
    if problems:
        raise PoolProblem(problems)
    quotas = []
    for each in shares:
        share = each.share / sums[each.category]
        quotas.append(
            Quota(
                each.category,
                each.feature,
                max(0, math.floor(size * (share - each.tolerance))),
                min(size, math.ceil(size * (share + each.tolerance))),
            )
        )
    return tuple(quotas)


def shares_of(rows: Sequence[tuple[int, str, str, str, str]], *, name: str) -> tuple[Share, ...]:
    """Read shares that are written in a file.

    Args:
        rows: line, category, feature, share and tolerance (empty for none) of each.
        name: of the file, for problems.

    Raises:
        PoolProblem: with all that cannot be read.
    """
    shares, problems = [], []
    for line, category, feature, share, tolerance in rows:
        if not share.strip():
            problems.append(
                Sentence(
                    "%(name)s, line %(line)s: the share of %(category)s / %(feature)s is missing.",
                    name=name,
                    line=line,
                    category=category.strip(),
                    feature=feature.strip(),
                )
            )
            continue
        text = share
        try:
            value, unit = number_of(text)
            text = tolerance.strip() or "0"
            margin, _unit = number_of(text)
        except ValueError:
            problems.append(
                Sentence(
                    "%(name)s, line %(line)s: “%(text)s” is no share: write it as 0.517 or "
                    "51.7 %%.",
                    name=name,
                    line=line,
                    text=text.strip(),
                )
            )
            continue
        shares.append(Share(category.strip(), feature.strip(), value, margin, unit))
    if problems:
        raise PoolProblem(problems[:50])
    return tuple(shares)

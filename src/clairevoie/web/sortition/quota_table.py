"""The table in which quotas are typed: a line for each feature that a volunteer has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.translation import gettext as _

from clairevoie.sortition.pool import PoolProblem, Quota
from clairevoie.sortition.shares import Share, number_of, quotas_of
from clairevoie.web.sortition.services.preparing import Volunteers
from clairevoie.web.sortition.services.words import problem_text


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A feature, and what was typed for it.

    Attributes:
        count: volunteers who have it.
        key: begins the names of its inputs.
        share: of the population, in percent; low, high: seats; all as they were typed.
    """

    feature: str
    count: int
    key: str
    share: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class QuotaCategory:
    """A category of the volunteers."""

    name: str
    rows: tuple[QuotaRow, ...]


def table_of(
    volunteers: Volunteers, quotas: Sequence[Quota], typed: Mapping[str, str] | None = None
) -> tuple[QuotaCategory, ...]:
    """Return the table, filled with what was typed, else with quotas."""
    known = {(each.category, each.feature): each for each in quotas}
    found = []
    for at, (name, features) in enumerate(volunteers.categories.items()):
        rows = []
        for rank, (feature, count) in enumerate(features.items()):
            key = f"q{at}-{rank}"
            quota = known.get((name, feature))
            if typed is not None:
                low, high = (typed.get(f"{key}-{side}", "").strip() for side in ("min", "max"))
            else:
                low, high = (str(quota.low), str(quota.high)) if quota else ("", "")
            share = (typed or {}).get(f"{key}-share", "").strip()
            rows.append(QuotaRow(feature, count, key, share, low, high))
        found.append(QuotaCategory(name, tuple(rows)))
    return tuple(found)


def quotas_in(
    table: Sequence[QuotaCategory], *, size: int
) -> tuple[tuple[Quota, ...], tuple[str, ...]]:
    """Return the quotas of a table, and what cannot be read, one sentence each.

    A category of which nothing was typed has no quotas. Else what is left empty bounds nothing.
    """
    quotas, problems = [], []
    for category in table:
        if not any(row.low or row.high for row in category.rows):
            continue
        for row in category.rows:
            texts = (row.low or "0", row.high or str(size))
            if not all(text.isascii() and text.isdigit() and len(text) < 7 for text in texts):
                problems.append(
                    _("%(category)s, %(feature)s: write whole numbers of seats.")
                    % {"category": category.name, "feature": row.feature}
                )
                continue
            quotas.append(Quota(category.name, row.feature, int(texts[0]), int(texts[1])))
    if not quotas and not problems:
        problems.append(_("Give at least one quota."))
    return tuple(quotas), tuple(problems)


def filled(
    table: Sequence[QuotaCategory], *, size: int, tolerance: str
) -> tuple[tuple[QuotaCategory, ...], tuple[str, ...]]:
    """Return the table with quotas in place of the shares typed, and what cannot be read.

    A category of which no share was typed stays as it is.

    Args:
        table: with its shares in percent.
        size: seats.
        tolerance: how far the panel may be from them, in percent of the seats.
    """
    found, problems = [], []
    for category in table:
        if not any(row.share for row in category.rows):
            found.append(category)
            continue
        try:
            wide = _percent(tolerance or "0")[0]
            shares = []
            for row in category.rows:
                share, unit = _percent(row.share or "0")
                shares.append(Share(category.name, row.feature, share, wide, unit))
            quotas = quotas_of(shares, size=size)
        except PoolProblem as problem:
            problems.append(problem_text(problem))
        except ValueError:
            problems.append(
                _("%(category)s: write shares in percent, as in 21.4.")
                % {"category": category.name}
            )
        else:
            rows = tuple(
                replace(row, low=str(quota.low), high=str(quota.high))
                for row, quota in zip(category.rows, quotas, strict=True)
            )
            found.append(replace(category, rows=rows))
            continue
        found.append(category)
    return tuple(found), tuple(problems)


def _percent(text: str) -> tuple[Fraction, Fraction]:
    """Return a share that is written in percent, and the value of its last digit."""
    return number_of(f"{text.strip().removesuffix('%').strip()} %")

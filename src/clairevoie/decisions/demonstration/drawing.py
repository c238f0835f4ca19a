"""Draws shared by the demonstration journals; all come from a generator that is handed in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.model import RuleSet

if TYPE_CHECKING:
    import pyarrow as pa

Array = NDArray[Any]


def references(prefix: str, count: int) -> list[str]:
    """Return ``count`` references of decisions, in order."""
    return [f"{prefix}-{number:06d}" for number in range(1, count + 1)]


def pseudonyms(random: np.random.Generator, count: int, *, of: int) -> list[str]:
    """Return a pseudonym for each of ``count`` rows, drawn among ``of`` people."""
    people = [f"{number:032x}" for number in _large(random, of)]
    return [people[index] for index in random.integers(0, of, count)]


def _large(random: np.random.Generator, count: int) -> list[int]:
    high, low = random.integers(0, 2**63, (2, count), dtype=np.uint64).tolist()
    return [(first << 64) | second for first, second in zip(high, low, strict=True)]


def days(random: np.random.Generator, count: int, first: date, last: date) -> Array:
    """Return ``count`` days from ``first`` to ``last``, both included, in order."""
    start = np.datetime64(first, "D")
    width = (last - first).days + 1
    return np.sort(start + random.integers(0, width, count))


def choice(random: np.random.Generator, count: int, **shares: float) -> Array:
    """Return ``count`` words drawn with the given shares, which sum to 1."""
    return random.choice(np.array(list(shares), dtype=object), count, p=list(shares.values()))


def quotients(random: np.random.Generator, count: int, *, median: float, spread: float) -> Array:
    """Return ``count`` amounts in cents with a log-normal law, at most 20 000 €."""
    amounts = np.exp(random.normal(np.log(median), spread, count))
    cents: Array = np.minimum(np.round(amounts * 100), 2_000_000).astype(np.int64)
    return cents


def money(cents: Array) -> pa.Array:
    """Return amounts in cents as exact decimals of Arrow."""
    import pyarrow as pa
    import pyarrow.compute as pc

    hundredth = pa.scalar("0.01").cast(pa.decimal128(3, 2))
    product = pc.multiply(pa.array(cents).cast(pa.decimal128(19, 0)), hundredth)
    return product.cast(pa.decimal128(12, 2))


def evaluated(
    rules: RuleSet, table: pa.Table, version: str, *, days: Array | None = None
) -> tuple[Array, Array]:
    """Return the values and the outcomes (words, or ``None``) that a version gives to the rows.

    Values are floating numbers, or whole ones scaled by the result's decimals.

    Raises:
        ValueError: some rows have no answer.
    """
    from clairevoie.rules.arrow import columns_of
    from clairevoie.rules.evaluate import evaluate_columns

    chosen = rules.version(version)
    names = {item.name: item.name for item in chosen.inputs}
    columns = columns_of(table, chosen, names)
    result = evaluate_columns(rules, columns, version=chosen, days=days)
    if result.problem.any():
        raise ValueError(f"{int((result.problem != 0).sum())} rows of '{rules.id}' have no answer")
    words = np.array([*result.outcomes, None], dtype=object)
    outcome = np.full(result.count, None) if result.outcome is None else words[result.outcome]
    value = np.zeros(result.count) if result.value is None else result.value
    return value, outcome

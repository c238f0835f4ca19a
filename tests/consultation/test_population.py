"""Participants beside the population: Wilson's interval, and nobody given away."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest  # type: ignore[import-untyped]

from clairevoie.consultation.population import Presence, resemblance

DECLARED = {"moins de 30 ans": 0.3, "30 à 59 ans": 0.4, "60 ans et plus": 0.3}


def test_who_is_missing():
    counts = {"moins de 30 ans": 20, "30 à 59 ans": 90, "60 ans et plus": 90}
    young, middle, old = resemblance(counts, DECLARED)
    assert [item.presence for item in (young, middle, old)] == [
        Presence.UNDER,
        Presence.AS_DECLARED,
        Presence.OVER,
    ]
    scipy = binomtest(20, 200).proportion_ci(method="wilson")
    assert young.low == pytest.approx(scipy.low)
    assert young.high == pytest.approx(scipy.high)


def test_one_small_category_hides_another():
    counts = {"moins de 30 ans": 3, "30 à 59 ans": 20, "60 ans et plus": 90}
    young, middle, old = resemblance(counts, DECLARED)
    assert (young.count, middle.count, old.count) == (None, None, 90)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=6), st.integers(1, 15))
def test_no_subtraction_gives_a_small_category_back(numbers, least):
    counts = {str(at): number for at, number in enumerate(numbers)}
    declared = dict.fromkeys(counts, 1 / len(counts))
    found = resemblance(counts, declared, least=least)
    hidden = [counts[item.category] for item in found if item.count is None]
    assert all(item.count is None or item.count >= least for item in found)
    assert all(item.share is not None for item in found if item.count is not None)
    if hidden and len(hidden) < len(found):
        assert sum(hidden) >= least
        assert len(hidden) > 1
    order = sorted(counts, key=lambda name: (counts[name] * 7 % 11, name), reverse=True)
    again = resemblance(counts, {name: declared[name] for name in order}, least=least)
    assert {item.category: item for item in again} == {item.category: item for item in found}


@pytest.mark.parametrize(
    ("counts", "declared", "says"),
    [
        ({"a": 1}, {"a": 0.5}, "sum to 0.5"),
        ({"a": 1}, {"a": 1.5, "b": -0.5}, "between 0 and 1"),
        ({"c": 1}, {"a": 0.5, "b": 0.5}, "no declared share"),
        ({"a": -1}, {"a": 0.5, "b": 0.5}, "fewer than 0"),
    ],
)
def test_refuses_what_cannot_be(counts, declared, says):
    with pytest.raises(ValueError, match=says):
        resemblance(counts, declared)


@pytest.mark.parametrize("least", [3, 4])
def test_no_published_figures_leave_one_value_for_a_hidden_category(least: int) -> None:
    """All counts that are published alike, for whoever knows the rule: a hidden one has several."""
    for width in (2, 3, 4):
        alike: dict[tuple[int, tuple[int | None, ...]], list[tuple[int, ...]]] = {}
        for numbers in product(range(2 * least + 2), repeat=width):
            counts = {str(at): number for at, number in enumerate(numbers)}
            found = resemblance(counts, dict.fromkeys(counts, 1 / width), least=least)
            told = sum(numbers), tuple(item.count for item in found)
            alike.setdefault(told, []).append(numbers)
        for (total, shown), several in alike.items():
            if total < least:
                continue
            for at, count in enumerate(shown):
                assert count is not None or len({one[at] for one in several}) > 1

"""Charts are laid out within their width, and say in words what they draw."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.charts import Datum, bar_chart, completeness_strip, histogram


def share(text: str) -> float:
    assert text.endswith("%")
    return float(text[:-1])


def bars(*values: float) -> list[Datum]:
    return [Datum(f"ligne {rank}", value, str(value)) for rank, value in enumerate(values)]


@given(st.lists(st.floats(0, 1e12), max_size=30))
def test_bars_stay_within_the_chart(values: list[float]) -> None:
    chart = bar_chart("cle", "Titre", bars(*values), description="Ce que l’on voit.")
    assert all(0 <= share(bar.width) <= 100 for bar in chart.bars)
    assert all(bar.bar_y + bar.height <= chart.height for bar in chart.bars)
    assert [bar.bar_y for bar in chart.bars] == sorted({bar.bar_y for bar in chart.bars})


def test_the_scale_may_be_given() -> None:
    chart = bar_chart("cle", "Titre", bars(0.25, 1), description="", full=1)
    assert [bar.width for bar in chart.bars] == ["25%", "100%"]
    empty = bar_chart("cle", "Titre", bars(0, 0), description="")
    assert [bar.width for bar in empty.bars] == ["0%", "0%"]


@pytest.mark.parametrize("value", [-1, 2, float("nan")])
def test_a_bar_out_of_the_scale_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="between 0 and the full scale"):
        bar_chart("cle", "Titre", bars(value), description="", full=1)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40))
def test_what_is_counted_is_seen(counts: list[int]) -> None:
    chart = histogram("cle", "Titre", [("classe", count) for count in counts], description="")
    assert [float(bar.height) > 0 for bar in chart.bars] == [count > 0 for count in counts]
    assert all(float(bar.y) + float(bar.height) <= chart.height + 0.11 for bar in chart.bars)
    assert all(share(bar.x) + share(bar.width) <= 100.01 for bar in chart.bars)


def test_marks_of_a_histogram_stay_inside() -> None:
    ticks = ((0, "vide"), (0.5, "moitié"), (1, "plein"))
    chart = histogram("cle", "Titre", [("a", 1)], description="", ticks=ticks)
    assert chart.ticks == (
        ("0%", "vide", "start"),
        ("50%", "moitié", "middle"),
        ("100%", "plein", "end"),
    )
    with pytest.raises(ValueError, match="negative"):
        histogram("cle", "Titre", [("a", -1)], description="")


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_a_strip_has_the_width_of_the_page(parts: list[tuple[int, int]]) -> None:
    strip = completeness_strip("Titre", [("partie", min(pair), max(pair)) for pair in parts])
    assert len(strip.segments) == sum(max(pair) > 0 for pair in parts)
    for segment in strip.segments:
        assert share(segment.filled_width) <= share(segment.width) + 0.01
        assert share(segment.x) + share(segment.width) <= 100.05


def test_a_part_cannot_be_overfull() -> None:
    with pytest.raises(ValueError, match="more than its total"):
        completeness_strip("Titre", [("partie", 2, 1)])

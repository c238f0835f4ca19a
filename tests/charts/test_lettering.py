"""Words are cut into lines that fit, and labels are moved apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.charts.drawing.lettering import spread, width_of, wrap

LONG = "Nationalité d’un pays hors de l’Union européenne"
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@given(WORDS, st.floats(30, 400), st.booleans())
def test_lines_fit_and_nothing_is_lost(text: str, width: float, bold: bool) -> None:
    lines = wrap(text, width, 15, bold=bold, most=10_000)
    assert all(len(line) == 1 or width_of(line, 15, bold=bold) <= width for line in lines)
    kept = "".join(text.replace("\n", " ").replace("\t", " ").split(" "))
    assert "".join("".join(lines).split(" ")) == kept


@given(WORDS, st.integers(1, 4))
def test_lines_are_no_more_than_asked(text: str, most: int) -> None:
    lines = wrap(text, 60, 15, most=most)
    assert len(lines) <= most
    if len(wrap(text, 60, 15, most=10_000)) > most:
        assert lines[-1].endswith("…")


def test_a_long_french_label_is_cut_at_its_spaces() -> None:
    assert wrap(LONG, 190, 15) == ["Nationalité d’un pays hors", "de l’Union européenne"]
    # A no-break space holds, as long as the line can hold what it joins.
    assert wrap("plus de 48\u00a0h", 80, 15) == ["plus de", "48\u00a0h"]


def test_widths_are_those_of_arial_and_a_little_more() -> None:
    # Arial, per 1000: N 722, a 556, t 278, i 222, o 556, n 556, l 222, é 556, space 278.
    arial = (722 + 556 + 278 + 222 + 556 + 556 + 556 + 222 + 222 + 278 + 556) / 1000
    assert arial <= width_of("Nationalité", 1) <= 1.15 * arial
    assert width_of("Nationalité", 1, bold=True) > width_of("Nationalité", 1)
    assert width_of("e\u0301", 1) == width_of("é", 1)


LABELS = st.lists(st.tuples(st.floats(0, 400), st.floats(10, 60)), max_size=6)


@given(LABELS)
def test_labels_do_not_touch_and_stay_inside(labels: list[tuple[float, float]]) -> None:
    wanted = [middle for middle, _height in labels]
    heights = [height for _middle, height in labels]
    placed = spread(wanted, heights, 0, 400)
    boxes = sorted(
        (middle - height / 2, middle + height / 2)
        for middle, height in zip(placed, heights, strict=True)
    )
    for rank in range(1, len(boxes)):
        assert boxes[rank - 1][1] <= boxes[rank][0] + 1e-6
    if boxes and sum(heights) <= 400:
        assert boxes[0][0] >= -1e-6
        assert boxes[-1][1] <= 400 + 1e-6
    order = sorted(range(len(wanted)), key=lambda rank: wanted[rank])
    assert [placed[rank] for rank in order] == sorted(placed)


def test_labels_that_are_apart_are_left_where_they_are() -> None:
    assert spread([300, 100, 200], [20, 20, 20], 0, 400) == [300, 100, 200]
    assert spread([100, 100], [20, 20], 0, 400) == pytest.approx([90, 110])

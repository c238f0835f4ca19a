"""What cannot be drawn is refused, in a sentence."""

from __future__ import annotations

import math

import pytest

from clairevoie.charts import (
    Band,
    Curve,
    DotRow,
    FunnelStep,
    Mark,
    Reading,
    Share,
    Step,
    SweepLine,
    SweepPoint,
    dot_chart,
    funnel_chart,
    linear_axis,
    multiples,
    survival_chart,
    sweep_chart,
)

AXIS = linear_axis(0, 1, str)
READ = (Reading("x"),) * len(AXIS.ticks)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (DotRow("Femmes", 1.2, "x"), "outside the axis"),
        (DotRow("Femmes", math.nan, "x"), "outside the axis"),
        (DotRow("Femmes", 0.5, "x", 0.6, 0.7), "outside its own interval"),
        (DotRow("Femmes", 0.5, "x", math.nan, 0.7), "outside its own interval"),
        (DotRow("Femmes", 0.5, "x", 0.4), "half of an interval"),
        (DotRow("Femmes", None, ""), "does not say why"),
        (DotRow("Femmes", None, "masqué", 0.1, 0.2), "interval but no value"),
    ],
)
def test_a_dot_has_its_place(row: DotRow, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        dot_chart("a", "T", [row], description="", axis=AXIS)


def test_a_reference_and_a_band_are_on_the_axis() -> None:
    with pytest.raises(ValueError, match="reference"):
        dot_chart("a", "T", [], description="", axis=AXIS, reference=Mark(2, "x"))
    with pytest.raises(ValueError, match="band"):
        dot_chart("a", "T", [], description="", axis=AXIS, band=Band(0.5, 1.5, "x"))
    with pytest.raises(ValueError, match="name a chart"):
        dot_chart("é", "T", [], description="", axis=AXIS)


def test_an_interval_may_be_endless() -> None:
    row = DotRow("Femmes", 0.5, "x", -math.inf, math.inf)
    assert dot_chart("a", "T", [row], description="", axis=AXIS).rows == (row,)


def test_small_multiples_share_their_axis() -> None:
    one = dot_chart("a", "T", [], description="", axis=AXIS)
    other = dot_chart("b", "T", [], description="", axis=linear_axis(0, 2, str))
    with pytest.raises(ValueError, match="same axis"):
        multiples("c", "T", [one, other], description="")
    with pytest.raises(ValueError, match="at least one"):
        multiples("c", "T", [], description="")


def test_a_sweep_goes_from_left_to_right_on_its_axes() -> None:
    def sweep(*points: tuple[float, float], lines: int = 1) -> None:
        line = SweepLine("Femmes", tuple(SweepPoint(at, "x", value, "x") for at, value in points))
        sweep_chart("a", "T", [line] * lines, description="", across=AXIS, up=AXIS)

    sweep((0.1, 0.5), (0.2, 0.4), lines=6)
    with pytest.raises(ValueError, match="left to right"):
        sweep((0.2, 0.5), (0.1, 0.4))
    with pytest.raises(ValueError, match="outside the axis"):
        sweep((0.2, 1.5))
    with pytest.raises(ValueError, match="outside the axis"):
        sweep((1.2, 0.5))
    with pytest.raises(ValueError, match="6 at most"):
        sweep((0.1, 0.5), lines=7)
    with pytest.raises(ValueError, match="threshold in force"):
        sweep_chart("a", "T", [], description="", across=AXIS, up=AXIS, in_force=Mark(3, "x"))


def test_a_survival_curve_is_read_at_each_time() -> None:
    def survival(curve: Curve, limit: Mark | None = None) -> None:
        survival_chart("a", "T", [curve], description="", across=AXIS, up=AXIS, limit=limit)

    survival(Curve("Femmes", (Step(0, 1), Step(0.5, 0.4, 0.3, 0.5)), 1, READ), Mark(0.4, "48 h"))
    with pytest.raises(ValueError, match="readings for"):
        survival(Curve("Femmes", (Step(0, 1),), 1, READ[1:]))
    with pytest.raises(ValueError, match="before its last step"):
        survival(Curve("Femmes", (Step(0.5, 1),), 0.2, READ))
    with pytest.raises(ValueError, match="own interval"):
        survival(Curve("Femmes", (Step(0.5, 0.9, 0.1, 0.2),), 1, READ))
    with pytest.raises(ValueError, match="limit"):
        survival(Curve("Femmes", (), 0, READ), Mark(2, "48 h"))


def test_a_funnel_has_one_share_a_group() -> None:
    def funnel(*shares: Share) -> None:
        step = FunnelStep("Signalés", "12", shares)
        funnel_chart("a", "T", ["Femmes"], [step], description="", axis=AXIS)

    funnel(Share(0.5, "50 %", 0.4, 0.6))
    with pytest.raises(ValueError, match="0 shares for 1 groups"):
        funnel()
    with pytest.raises(ValueError, match="outside the axis"):
        funnel(Share(1.5, "150 %"))
    with pytest.raises(ValueError, match="without a value or a word"):
        funnel(Share(None, ""))

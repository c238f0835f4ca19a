"""Charts of invented figures, one of each kind, with texts that must be escaped."""

from __future__ import annotations

from hypothesis import strategies as st

from clairevoie.charts import (
    Band,
    Cloud,
    Curve,
    DotChart,
    DotRow,
    FunnelChart,
    FunnelStep,
    Landmark,
    Mark,
    Multiples,
    OpinionMap,
    Reading,
    Share,
    Step,
    SurvivalChart,
    SweepChart,
    SweepLine,
    SweepPoint,
    dot_chart,
    funnel_chart,
    linear_axis,
    multiples,
    opinion_map,
    survival_chart,
    sweep_chart,
)
from clairevoie.charts.dots import VERDICTS
from clairevoie.charts.drawing import Chart

LONG = "Nationalité d’un pays hors de l’Union européenne"
NASTY = "<script>alert(\"1\")</script> & 'x' \x00\ud800"

TEXTS = st.one_of(st.sampled_from([LONG, NASTY, "Femmes", ""]), st.text(max_size=60))
SHARES = st.floats(0, 1)


def written(value: float) -> str:
    return f"{100 * value:.1f}\u202f%".replace(".", ",")


@st.composite
def dot_charts(draw: st.DrawFn, key: str = "points") -> DotChart:
    rows = []
    for _rank in range(draw(st.integers(0, 5))):
        low, value, high = sorted(draw(st.tuples(SHARES, SHARES, SHARES)))
        label = draw(TEXTS)
        if draw(st.booleans()):
            verdict = draw(st.sampled_from([None, *VERDICTS]))
            rows.append(
                DotRow(label, value, written(value), low, high, draw(TEXTS), draw(TEXTS), verdict)
            )
        else:
            rows.append(DotRow(label, None, "masqué"))
    return dot_chart(
        key,
        draw(TEXTS),
        rows,
        description=draw(TEXTS),
        axis=linear_axis(0, 1, written, title=draw(TEXTS)),
        reference=draw(st.none() | st.builds(Mark, SHARES, TEXTS)),
        band=draw(st.none() | st.just(Band(0.4, 0.6, LONG))),
    )


@st.composite
def small_multiples(draw: st.DrawFn) -> Multiples:
    axis = linear_axis(0, 1, written)
    panels = [
        dot_chart(
            f"p{rank}",
            draw(TEXTS),
            [DotRow(draw(TEXTS), value, written(value)) for value in draw(st.lists(SHARES))],
            description="",
            axis=axis,
        )
        for rank in range(draw(st.integers(1, 4)))
    ]
    return multiples("feuilles", draw(TEXTS), panels, description=draw(TEXTS))


@st.composite
def sweeps(draw: st.DrawFn) -> SweepChart:
    values = st.lists(SHARES | st.none(), min_size=1, max_size=20)
    lines = [
        SweepLine(
            draw(TEXTS),
            tuple(
                SweepPoint(at / 20, written(at / 20), value, "masqué" if value is None else "x")
                for at, value in enumerate(draw(values))
            ),
        )
        for _rank in range(draw(st.integers(0, 6)))
    ]
    return sweep_chart(
        "balayage",
        draw(TEXTS),
        lines,
        description=draw(TEXTS),
        across=linear_axis(0, 1, written, title="Seuil"),
        up=linear_axis(0, 1, written, title="Part"),
        in_force=draw(st.none() | st.builds(Mark, SHARES, TEXTS)),
    )


@st.composite
def survivals(draw: st.DrawFn) -> SurvivalChart:
    across = linear_axis(0, 100, lambda value: f"{value:.0f}\u00a0h")
    curves = []
    for _rank in range(draw(st.integers(0, 6))):
        shares = sorted(draw(st.lists(SHARES, max_size=10)), reverse=True)
        known = draw(st.lists(st.booleans(), min_size=len(shares), max_size=len(shares)))
        steps = tuple(
            Step(10.0 * rank, share, share / 2 if sure else None, 1.0 if sure else None)
            for rank, (share, sure) in enumerate(zip(shares, known, strict=True))
        )
        readings = tuple(Reading("x", "", draw(TEXTS)) for _tick in across.ticks)
        curves.append(Curve(draw(TEXTS), steps, 100, readings, draw(TEXTS)))
    return survival_chart(
        "delais",
        draw(TEXTS),
        curves,
        description=draw(TEXTS),
        across=across,
        up=linear_axis(0, 1, written),
        limit=Mark(48, "48\u00a0h"),
    )


@st.composite
def funnels(draw: st.DrawFn) -> FunnelChart:
    groups = draw(st.lists(TEXTS, max_size=6))
    steps = []
    for _rank in range(draw(st.integers(0, 7))):
        shares = []
        for _group in groups:
            low, value, high = sorted(draw(st.tuples(SHARES, SHARES, SHARES)))
            shares.append(
                Share(value, written(value), low, high, draw(TEXTS))
                if draw(st.booleans())
                else Share(None, "masqué")
            )
        steps.append(FunnelStep(draw(TEXTS), "12 dossiers", tuple(shares), draw(TEXTS)))
    return funnel_chart(
        "chaine",
        draw(TEXTS),
        groups,
        steps,
        description=draw(TEXTS),
        axis=linear_axis(0, 1, written),
    )


@st.composite
def opinions(draw: st.DrawFn) -> OpinionMap:
    places = st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 2)
    return opinion_map(
        "carte",
        draw(TEXTS),
        [
            Cloud(
                draw(TEXTS), draw(TEXTS), "12\u202f%", draw(places), tuple(draw(st.lists(places)))
            )
            for _rank in range(draw(st.integers(0, 5)))
        ],
        [Landmark(str(rank), draw(TEXTS), draw(places)) for rank in range(draw(st.integers(0, 9)))],
        description=draw(TEXTS),
        note=draw(TEXTS),
    )


CHARTS: st.SearchStrategy[Chart] = st.one_of(
    dot_charts(), small_multiples(), sweeps(), survivals(), funnels(), opinions()
)

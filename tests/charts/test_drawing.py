"""Drawings are well-formed, accessible, self-contained and always the same."""

from __future__ import annotations

import html
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.charts import (
    Cloud,
    Curve,
    DotRow,
    FunnelStep,
    Landmark,
    Mark,
    Reading,
    Share,
    SweepLine,
    SweepPoint,
    Verdict,
    dot_chart,
    drawing,
    funnel_chart,
    linear_axis,
    opinion_map,
    survival_chart,
    sweep_chart,
)
from clairevoie.charts.drawing import Chart, Language, Size, Theme
from clairevoie.charts.drawing.frame import Span
from clairevoie.charts.drawing.pen import COLOURS, STROKES, clean
from tests.charts.audited import CHARTS, LONG, NASTY, written

SVG = "{http://www.w3.org/2000/svg}"
ROOMS = Path(__file__).parents[2] / "src" / "clairevoie" / "web" / "static" / "clairevoie"
AXIS = linear_axis(0, 1, written)


def parsed(chart: Chart, theme: Theme = "page", size: Size = "wide") -> ElementTree.Element:
    return ElementTree.fromstring(drawing.svg(chart, language="fr", theme=theme, size=size))


def texts(root: ElementTree.Element) -> list[str]:
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


@given(CHARTS, st.sampled_from(["page", "print"]), st.sampled_from(["wide", "narrow"]))
def test_a_drawing_says_what_it_is_and_refers_to_nothing(
    chart: Chart, theme: Theme, size: Size
) -> None:
    made = drawing.svg(chart, language="fr", theme=theme, size=size)
    assert made == drawing.svg(chart, language="fr", theme=theme, size=size)
    made.encode()
    root = ElementTree.fromstring(made)
    assert root.get("role") == "img"
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert ids == [root.get("aria-labelledby"), root.get("aria-describedby")]
    assert html.unescape(clean(chart.title)).replace("\r", "\n") == root[0].text or not chart.title
    assert {node.tag.removeprefix(SVG) for node in root.iter()} <= set(
        "svg title desc g text tspan line path rect circle".split()
    )
    attributes = {name for node in root.iter() for name in node.attrib}
    assert not attributes & {"style", "href", "src", "onload"}
    assert "url(" not in made
    assert "http" not in made.replace('xmlns="http://www.w3.org/2000/svg"', "").replace(
        html.escape(chart.title), ""
    )
    assert ("var(" in made) == (theme == "page")


@given(CHARTS, st.sampled_from(["wide", "narrow"]))
def test_every_mark_is_within_the_drawing(chart: Chart, size: Size) -> None:
    root = parsed(chart, size=size)
    left, top, width, height = (float(part) for part in str(root.get("viewBox")).split())
    moved = {id(node): (0.0, 0.0) for node in root.iter()}

    def move(node: ElementTree.Element, x: float, y: float) -> None:
        shift = re.match(r"translate\(([\d.]+) ([\d.]+)\)", node.get("transform", ""))
        if shift:
            x, y = x + float(shift[1]), y + float(shift[2])
        moved[id(node)] = (x, y)
        for child in node:
            move(child, x, y)

    move(root, 0, 0)
    for node in root.iter():
        x, y = moved[id(node)]
        for across, down in (("cx", "cy"), ("x1", "y1"), ("x2", "y2"), ("x", "y")):
            if node.get(across) is None:
                continue
            assert left - 0.01 <= x + float(node.attrib[across]) <= left + width + 0.01
            assert top - 0.01 <= y + float(node.attrib[down]) <= top + height + 0.01


@given(CHARTS)
def test_a_figure_has_unique_ids_and_a_full_table(chart: Chart) -> None:
    made = drawing.figure_html(chart, language="fr")
    ids = re.findall(r'\sid="([^"]*)"', made)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'aria-(?:labelledby|describedby)="([^"]*)"', made):
        assert target in ids
    assert "<script" not in made
    found = drawing.table(chart, language="fr")
    assert all(len(row) == len(found.headings) for row in found.rows)
    assert made.count("<tr>") == len(found.rows) + 1
    # A figure is XML too: every element is closed.
    ElementTree.fromstring(made)


def test_text_is_escaped_and_stays_text() -> None:
    chart = dot_chart("a", NASTY, [DotRow(NASTY, 0.5, "1")], description=NASTY, axis=AXIS)
    made = drawing.svg(chart, language="fr")
    assert "<script" not in made
    assert parsed(chart)[0].text == "<script>alert(\"1\")</script> & 'x' \ufffd\ufffd"


def test_a_row_without_a_value_says_why_and_has_no_dot() -> None:
    rows = [DotRow("Femmes", 0.5, "50\u202f%", 0.4, 0.6), DotRow(LONG, None, "masqué")]
    root = parsed(dot_chart("a", "T", rows, description="d", axis=AXIS))
    assert "masqué" in texts(root)
    assert len(list(root.iter(f"{SVG}circle"))) == 1
    assert {"Nationalité d’un pays hors", "de l’Union européenne"} <= set(texts(root))


VERDICT_SHAPES = {"higher": 0, "lower": 0, "no_difference": 1, "cannot_tell": 1}


@pytest.mark.parametrize("verdict", VERDICT_SHAPES)
def test_a_verdict_has_a_shape_and_words(verdict: Verdict) -> None:
    chart = dot_chart(
        "a", "T", [DotRow("Femmes", 0.5, "50", verdict=verdict)], description="d", axis=AXIS
    )
    root = parsed(chart)
    circles = list(root.iter(f"{SVG}circle"))
    assert len(circles) == VERDICT_SHAPES[verdict]
    said = {
        "higher": "plus élevé",
        "lower": "plus faible",
        "no_difference": "pas d’écart plus grand que le seuil retenu",
        "cannot_tell": "on ne peut pas conclure",
    }[verdict]
    assert said in " ".join(texts(root))
    assert drawing.table(chart, language="fr").rows[0][-1] == said
    if verdict == "cannot_tell":
        assert str(circles[0].get("fill")).startswith("var(--paper")


def test_verdicts_are_told_apart_without_colour() -> None:
    shapes = set()
    for verdict in VERDICT_SHAPES:
        row = DotRow("Femmes", 0.5, "50", verdict=verdict)  # type: ignore[arg-type]
        root = parsed(dot_chart("a", "T", [row], description="d", axis=AXIS))
        mark = list(root.iter(f"{SVG}circle")) or list(root.iter(f"{SVG}path"))
        shapes.add((mark[0].tag, mark[0].get("d"), str(mark[0].get("fill"))[:11] == "var(--paper"))
    assert len(shapes) == 4
    assert len({(stroke.dash, stroke.shape) for stroke in STROKES}) == len(STROKES) == 6


def test_an_interval_beyond_the_axis_is_an_arrow() -> None:
    def lines(high: float) -> int:
        rows = [DotRow("Femmes", 0.5, "50", 0.4, high)]
        return len(
            list(parsed(dot_chart("a", "T", rows, description="", axis=AXIS)).iter(f"{SVG}line"))
        )

    assert lines(float("inf")) == lines(0.6) + 2


def test_a_line_is_broken_where_a_point_is_hidden() -> None:
    def point(at: int, value: float | None) -> SweepPoint:
        return SweepPoint(at / 10, str(at), value, "masqué" if value is None else "x")

    values = [0.9, 0.8, None, 0.5, 0.4]
    line = SweepLine("Femmes", tuple(point(at, value) for at, value in enumerate(values)))
    chart = sweep_chart("a", "T", [line], description="", across=AXIS, up=AXIS)
    thick = [node for node in parsed(chart).iter(f"{SVG}path") if node.get("stroke-width") == "2.5"]
    assert [str(node.get("d")).count("L") for node in thick] == [1, 1]
    assert drawing.table(chart, language="fr").rows[2] == ("2", "masqué")


def test_hidden_groups_are_named_as_hidden() -> None:
    readings = (Reading("masqué"),) * len(AXIS.ticks)
    curve = Curve("Non renseigné", (), 0, readings, "masqué")
    for size in ("wide", "narrow"):
        said = " ".join(
            texts(
                parsed(
                    survival_chart("a", "T", [curve], description="", across=AXIS, up=AXIS),
                    size=size,
                )
            )
        )
        assert "Non renseigné" in said
        assert "masqué" in said
    step = FunnelStep("Rétablis", "12 dossiers", (Share(None, "masqué"),))
    funnel = funnel_chart("a", "T", ["Femmes"], [step], description="", axis=AXIS)
    assert "masqué" in " ".join(texts(parsed(funnel)))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_words_are_in_the_language_asked(language: Language) -> None:
    chart = dot_chart("a", "T", [DotRow("F", 0.5, "50")], description="", axis=AXIS)
    made = drawing.figure_html(chart, language=language)
    assert ("Les mêmes chiffres" in made) == (language == "fr")
    assert f'lang="{language}"' in made


@given(st.lists(st.floats(0, 1), min_size=1))
def test_dots_are_where_their_values_are(values: list[float]) -> None:
    chart = dot_chart(
        "a", "T", [DotRow("F", value, "x") for value in values], description="", axis=AXIS
    )
    found = [float(node.attrib["cx"]) for node in parsed(chart).iter(f"{SVG}circle")]
    span = Span(0.28 * 720, 0.68 * 720, (0, 720))
    assert found == pytest.approx([span.at(AXIS, value) for value in values], abs=0.01)


# --- colours and styles ---------------------------------------------------------------------------


def tokens(css: str) -> list[dict[str, str]]:
    """Return the custom properties of each ``:root`` block, in order."""
    return [
        dict(re.findall(r"--(\w+):\s*(#\w+)", block))
        for block in re.findall(r":root\s*\{(.*?)\}", css, re.DOTALL)
    ]


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[rank : rank + 2], 16) / 255 for rank in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_contrasts_are_enough(scheme: int) -> None:
    found = tokens(drawing.TOKENS)[scheme]
    assert found.keys() == COLOURS.keys()
    for behind in ("paper", "tint"):
        for text in ("ink", "soft"):
            assert contrast(found[text], found[behind]) >= 4.5
        for mark in ("ink", "soft", "edge", "accent", "focus", "warn"):
            assert contrast(found[mark], found[behind]) >= 3


def test_colours_are_those_of_the_site() -> None:
    site = tokens((ROOMS / "site.css").read_text(encoding="utf-8"))
    ours = tokens(drawing.TOKENS)
    assert {name: site[0][name] for name in COLOURS} == COLOURS == ours[0]
    assert {name: site[1][name] for name in COLOURS} == ours[1]
    assert ours[2].items() >= {name: site[2][name] for name in COLOURS if name in site[2]}.items()


def test_styles_are_small() -> None:
    assert len((drawing.STYLE + drawing.TOKENS).encode()) < 1_500


def test_a_reference_is_drawn_and_named() -> None:
    chart = dot_chart(
        "a",
        "T",
        [DotRow("F", 0.5, "50")],
        description="",
        axis=AXIS,
        reference=Mark(0.25, "ensemble"),
    )
    dashed = [line for line in parsed(chart).iter(f"{SVG}line") if line.get("stroke-dasharray")]
    assert len(dashed) == 1
    assert "ensemble" in texts(parsed(chart))


def test_a_map_keeps_its_proportions_and_names_every_group() -> None:
    square = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))
    groups = [
        Cloud("Plutôt pour", "412 personnes", "60\u202f%", (1.0, 1.0), square),
        Cloud("Plutôt contre", "274 personnes", "40\u202f%", (6.0, 1.5)),
    ]
    chart = opinion_map("carte", "Carte", groups, [Landmark("7", LONG, (3, 0))], description="x")
    for size, width in (("wide", 720), ("narrow", 340)):
        root = parsed(chart, size=size)  # type: ignore[arg-type]
        area = next(node.attrib["d"] for node in root.iter(f"{SVG}path"))
        corners = [tuple(map(float, part.split())) for part in area.strip("MZ").split("L")]
        across, down = corners[1][0] - corners[0][0], corners[0][1] - corners[3][1]
        assert across == pytest.approx(down, abs=0.02)
        # Six units across, the letters' room apart, fill the map.
        assert 3 * across == pytest.approx(width - 52, abs=0.1)
        said = texts(root)
        assert {"A", "B", "7", "Plutôt pour 412 personnes, 60\u202f%"} <= set(said)
    rows = drawing.table(chart, language="fr").rows
    assert rows[0] == ("A – Plutôt pour", "412 personnes", "60\u202f%")
    assert rows[2] == (f"7 – {LONG}", "", "")


def test_a_map_of_one_place_is_drawn_and_one_of_nowhere_is_refused() -> None:
    one = opinion_map("carte", "Carte", [Cloud("Tous", "12", "", (3.0, 3.0))], description="x")
    assert "A" in texts(parsed(one))
    with pytest.raises(ValueError, match="not a number"):
        opinion_map("a", "", [Cloud("", "", "", (float("nan"), 0.0))], description="")

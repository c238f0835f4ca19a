"""The report of an audit: what it says, and what it never says."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from copy import deepcopy
from html.parser import HTMLParser

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.charts import FunnelChart
from clairevoie.charts.drawing import Language
from clairevoie.letters.audit_blocks import Block, Figure, Fold, Grid, Paragraph, Points, Report
from clairevoie.letters.audit_english import ENGLISH
from clairevoie.letters.audit_french import FRENCH
from clairevoie.letters.audit_html import fragment, page
from clairevoie.letters.audit_pdf import document
from clairevoie.letters.audit_report import first_page, report_of
from clairevoie.letters.audit_words import frequencies, percent, points
from tests.letters.audit_forms import forms
from tests.letters.pdf import elements, opened, roles, text_of

LANGUAGES: tuple[Language, ...] = ("fr", "en")
EXACT, PUBLIC = 0, 1


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things() -> None:
    assert FRENCH.keys() == ENGLISH.keys()
    for key, text in FRENCH.items():
        assert fields(text) == fields(ENGLISH[key]), key


class Outline(HTMLParser):
    """Headings, identifiers and addresses of a page, and whether every element is closed."""

    VOID = frozenset({"meta", "br", "img", "path", "rect", "circle", "line"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.levels: list[int] = []
        self.names: list[str] = []
        self.referred: list[str] = []
        self.addresses: list[str] = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._seen(attrs)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        self._seen(attrs)

    def _seen(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.names.append(value)
            if name in {"aria-labelledby", "aria-describedby"} and value:
                self.referred += value.split()
            if name in {"href", "src"} and value:
                self.addresses.append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def outline(text: str) -> Outline:
    found = Outline()
    found.feed(text)
    found.close()
    assert found.open == []
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("which", [EXACT, PUBLIC])
def test_the_page_is_whole_and_asks_nothing_elsewhere(which: int, language: Language) -> None:
    text = page(forms()[which], language=language)
    found = outline(text)
    assert f'<html lang="{language}">' in text
    assert found.levels.count(1) == 1
    for before, after in zip(found.levels, found.levels[1:], strict=False):
        assert after <= before + 1
    assert len(found.names) == len(set(found.names))
    assert set(found.referred) <= set(found.names)
    assert all(one.startswith("#") for one in found.addresses)
    assert {one[1:] for one in found.addresses} <= set(found.names)
    assert "<script" not in text
    assert "url(" not in text
    assert "@import" not in text


def test_labels_of_the_plan_are_text() -> None:
    for text in (page(forms()[EXACT]), fragment(forms()[PUBLIC])):
        assert "<b>Hommes</b>" not in text
        assert "&lt;b&gt;Hommes&lt;/b&gt;" in text


def test_a_fragment_takes_its_place_on_a_page() -> None:
    text = fragment(forms()[PUBLIC], level=3, prefix="un")
    found = outline(text)
    assert min(found.levels) == 3
    assert all(name.startswith("un-") for name in found.names)
    assert "style=" not in text
    assert "<style" not in text


def test_the_same_result_gives_the_same_bytes() -> None:
    form = forms()[PUBLIC]
    assert page(form) == page(deepcopy(form))
    assert document(form) == document(deepcopy(form))


@pytest.mark.parametrize("which", [EXACT, PUBLIC])
def test_the_pdf_is_tagged_and_tells_every_figure(which: int) -> None:
    made = document(forms()[which])
    pdf = opened(made)
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang).startswith("fr")
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
    found = roles(pdf)
    assert {"H1", "H2", "H3", "L", "Table", "TH", "Figure"} <= set(found)
    figures = [one for one in elements(pdf) if str(one.S) == "/Figure"]
    assert figures
    for one in figures:
        assert isinstance(one.Alt, pikepdf.String)
        assert len(str(one.Alt)) > 20
    assert "En bref" in text_of(made)


# --- what is said ---------------------------------------------------------------------------------


def texts(report: Report) -> Iterator[str]:
    for section in report.sections:
        for block in section.blocks:
            yield from _texts(block)


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield block.text
        case Points():
            yield from (" ".join(item) for item in block.items)
        case Figure():
            yield f"{block.chart.title} {block.chart.description}"
        case Grid():
            yield from (" ".join(row) for row in block.rows)
        case Fold():
            yield block.title
            for one in block.blocks:
                yield from _texts(one)
        case _:
            pass


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("which", [EXACT, PUBLIC])
def test_nothing_is_left_of_a_form_letter(which: int, language: Language) -> None:
    for text in texts(report_of(forms()[which], language=language)):
        assert "{" not in text
        assert "None" not in text
        assert "nan" not in text.lower().split()
    if language == "fr":
        told = " ".join(texts(report_of(forms()[which])))
        # A space that can break before these marks is a fault of French typography.
        assert not re.search(r" [;:!?»%]", told)
        assert not re.search(r"« ", told)


def test_the_first_page_is_for_everybody() -> None:
    said = first_page(forms()[EXACT])
    assert (
        said[0] == "Ce résultat porte sur 4\u202f000 décisions du journal «\u00a0Essai\u00a0», "
        "sur toute sa période."
    )
    controlled = next(one for one in said if one.startswith("Contrôlé"))
    table = next(
        table
        for table in forms()[EXACT]["tables"]
        if table["measure"] == "rate:controle" and table["cut"] == ["sexe"]
    )
    women = next(line for line in table["lines"] if line["key"] == ["f"])
    assert f"{round(100 * women['rate']['value'])} sur 100 pour «\u00a0Femmes\u00a0»" in controlled
    assert any("Femmes" in one and one.startswith("Signalés") for one in said)
    assert any(one.startswith("Attente d’une réponse") for one in said)
    told = " ".join(said)
    for word in ("intervalle", "Wilson", "Holm", "significati", "p-value", "variance"):
        assert word not in told
    # What is hit by the others is not said twice, once from each side.
    assert sum("(sexe), contre" in one for one in said) == 1


def test_persons_are_not_called_decisions() -> None:
    form = forms(1500, unit="person")[EXACT]
    assert form["rows"] < 1500
    said = first_page(form)
    assert re.match(r"Ce résultat porte sur [\d\u202f]+ personnes du journal", said[0])
    told = " ".join(texts(report_of(form)))
    assert re.search(r"il faudrait environ [\d\u202f]+ personnes", told)


def test_conditions_that_the_same_persons_share_are_not_compared_and_that_is_said() -> None:
    told = " ".join(texts(report_of(forms(1500, unit="cluster")[EXACT])))
    assert "Les mêmes personnes ont des décisions dans plusieurs de ces situations" in told
    assert "plusieurs de ces situations" not in " ".join(texts(report_of(forms()[EXACT])))


def test_the_chain_tells_the_machine_from_people() -> None:
    (chain,) = (one for one in report_of(forms()[EXACT]).sections if one.key == "chain")
    charts = [block.chart for block in chain.blocks if isinstance(block, Figure)]
    assert charts
    for chart in charts:
        assert isinstance(chart, FunnelChart)
        assert [step.by for step in chart.steps[-2:]] == ["par la machine", "par un agent"]


def test_being_unable_to_tell_is_never_equality() -> None:
    for which in (EXACT, PUBLIC):
        told = " ".join(texts(report_of(forms()[which])))
        assert "on ne peut pas conclure" in told
        assert "Ne pas pouvoir conclure n’est pas constater l’égalité" in told
        for phrase in ("pas de discrimination", "aucune discrimination"):
            assert phrase not in told.replace("dire «\u00a0pas de discrimination\u00a0»", "")


def test_no_difference_is_established_where_none_is() -> None:
    form = deepcopy(forms()[EXACT])
    for table in form["tables"]:
        for one in table["compared"]:
            one["verdict"] = "cannot_tell"
    form["delays"] = []
    said = first_page(form)
    assert any("Aucun écart n’est établi" in one for one in said)
    assert not any("sur 100 pour" in one for one in said)


def test_a_public_report_gives_no_small_number() -> None:
    form = forms(900)[PUBLIC]
    report = report_of(form)
    assert form["left_out"]["figures"] > 0
    told = " ".join(texts(report))
    assert "non montré, pour que personne ne puisse être reconnu" in told
    for count, of in re.findall(r"(\d+) sur (\d+)\b(?! de)", fragment(form).replace("\u202f", "")):
        if of not in {"100", "1000", "10000", "100000"}:
            assert int(count) == 0 or int(count) >= 11
            assert int(of) >= 11
    assert "masqué" in fragment(form)


def test_only_tables_that_establish_nothing_are_folded_and_their_titles_say_it() -> None:
    form = deepcopy(forms()[EXACT])
    for table in form["tables"]:
        table["reversals"] = []
        for rank, one in enumerate(table["compared"]):
            one["verdict"] = ("cannot_tell", "no_difference_larger")[rank % 2]
    plain = [block for section in report_of(form).sections for block in section.blocks]
    folds = [block for block in plain if isinstance(block, Fold)]
    assert len(folds) == sum(bool(table["compared"]) for table in form["tables"])
    assert all("on ne peut pas conclure (" in fold.title for fold in folds)
    assert any("un écart de plus de 2\u00a0points est exclu (" in fold.title for fold in folds)

    found = next(table for table in form["tables"] if table["compared"])
    found["compared"][0]["verdict"] = "higher"
    open_now = [block for section in report_of(form).sections for block in section.blocks]
    assert sum(isinstance(block, Fold) for block in open_now) == len(folds) - 1
    # Nothing opens on paper: each fold is a heading there.
    titles = {"".join(fold.title.split()) for fold in folds[1:]}
    printed = "".join(text_of(document(form)).split())
    assert all(title in printed for title in titles)


def test_what_was_hidden_is_said() -> None:
    exact, public = (report_of(form) for form in forms())
    (told,) = (one for one in exact.sections if one.key == "hidden")
    assert "n’est pas à publier" in str(told)
    (told,) = (one for one in public.sections if one.key == "hidden")
    assert "moins de 11 personnes" in str(told)
    assert "n’est pas à publier" not in public.about


def test_grounds_and_law_are_told() -> None:
    (law,) = (one for one in report_of(forms()[PUBLIC]).sections if one.key == "law")
    told = str(law).replace("\\xa0", " ")
    assert "loi n° 2008-496 du 27 mai 2008, article 1er" in told
    assert "n° 21-19.628" in told
    assert "convention des États-Unis" in told
    assert "selon son plan : sexe." in told


@pytest.mark.parametrize(
    "changes",
    [
        {"compare": "pairs"},
        {"compare": "overall"},
        {"compare": "reference"},
        {"unit": "person"},
        {"unit": "cluster"},
        {"weights": "true"},
        {"correction": "benjamini-hochberg"},
        {"period": "{from: 2025-03-01, until: 2025-10-31}"},
    ],
    ids=str,
)
def test_every_kind_of_plan_has_a_report(changes: dict[str, str]) -> None:
    for form in forms(1500, **changes):
        for language in LANGUAGES:
            outline(page(form, language=language))
            assert first_page(form, language=language)


# --- numbers --------------------------------------------------------------------------------------


@given(st.floats(0, 1), st.floats(0, 1))
def test_two_shares_that_differ_are_told_apart(first: float, second: float) -> None:
    one, other = frequencies(first, second, "en")
    assert one.split(" out of ")[1] == other.split(" out of ")[1]
    if abs(first - second) > 1e-4:
        assert one != other
        told = [float(text.split(" out of ")[0].replace(",", "")) for text in (one, other)]
        assert (told[0] > told[1]) == (first > second)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.125, "12,5\u202f%"), (0.3, "30,0\u202f%"), (0.00012, "0,012\u202f%"), (0, "0,0\u202f%")],
)
def test_percentages(share: float, text: str) -> None:
    assert percent(share, "fr") == text


@pytest.mark.parametrize(
    ("gap", "signed", "text"),
    [
        (0.092, False, "9,2\u00a0points"),
        (0.003, True, "+0,3\u00a0point"),
        (-0.02, True, "\u22122,0\u00a0points"),
        (0.00001, True, "0,0\u00a0point"),
    ],
)
def test_points(gap: float, signed: bool, text: str) -> None:
    assert points(gap, "fr", signed=signed) == text

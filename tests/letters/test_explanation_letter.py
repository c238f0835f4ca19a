"""The explanation letter: a tagged document, the right words, the same bytes every time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.letters.engine import LetterProblem, render, templates
from clairevoie.letters.explanation import explanation_pdf, letter_data
from clairevoie.letters.model import Element, ExplanationLetter, Recipient, Row
from clairevoie.letters.phrases import LETTER
from clairevoie.letters.printable import SOFT_BREAK, printable
from clairevoie.letters.remedies import remedies_of
from clairevoie.obligations.limits import Distance
from tests.letters.pdf import elements, opened, operations, roles, text_of
from tests.letters.samples import COURT, TOWN, letter_en, letter_fr

XMP_PART = "{http://www.aiim.org/pdfua/ns/id/}part"


def bare(text: str) -> str:
    """Text without what setting adds or takes: spaces, places to cut, hyphens."""
    return "".join(text.replace(SOFT_BREAK, "").replace("-", "").replace("\u2010", "").split())


@pytest.fixture(scope="module")
def document() -> bytes:
    return explanation_pdf(letter_fr())


@pytest.mark.parametrize("letter", [letter_fr(), letter_en()], ids=["fr", "en"])
def test_it_is_a_tagged_document(letter: ExplanationLetter) -> None:
    pdf = opened(explanation_pdf(letter))
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang).lower().startswith(letter.language)
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as metadata:
        assert metadata[XMP_PART] == "1"
        assert "2026-CR-0417" in str(metadata["dc:title"])
        assert TOWN.name in str(metadata["dc:creator"])
        assert str(metadata["xmp:CreateDate"]).startswith("2026-03-10")


def test_headings_lists_and_tables_are_tagged(document: bytes) -> None:
    pdf = opened(document)
    found = roles(pdf)
    assert found.count("H1") == 2
    assert found.count("H2") >= 12
    assert found.index("H1") < found.index("H2") < found.index("H3")
    assert found.count("Table") == 4
    assert found.count("TH") == 3 + 3 + 4 + 3
    assert {"L", "LI", "Link", "Figure"} <= set(found)
    scopes = [
        {str(item.get("/Scope")) for item in _attributes(element)}
        for element in elements(pdf)
        if element.S == "/TH"
    ]
    assert all("/Column" in scope for scope in scopes)


def _attributes(element: Any) -> list[Any]:
    found: Any = element.get("/A", [])
    return list(found) if isinstance(found, pikepdf.Array) else [found]


def test_every_figure_has_an_alternative_text(document: bytes) -> None:
    pdf = opened(document)
    figures = [element for element in elements(pdf) if element.S == "/Figure"]
    assert len(figures) == 1
    assert all("registre.valmont-sur-ise.example" in str(figure.Alt) for figure in figures)


def test_its_text_can_be_read_out(document: bytes) -> None:
    said = bare(text_of(document))
    for expected in (
        "Objet : Explication de la décision n° 2026-CR-0417",
        "Madame Dominique Modèle",
        "Camille Exemple, responsable des admissions",
        "petite-enfance@valmont-sur-ise.example",
        "du 12 février 2026",
        "1° Le degré et le mode de contribution du traitement",
        "2° Les données traitées et leurs sources",
        "3° Les paramètres et leur pondération, appliqués à votre situation",
        "4° Les opérations effectuées",
        "3 × 40 points",
        "Quotient familial",
        "1 250,50 €",
        "Avec 3 années de résidence au lieu d’une",
        "16 avril 2026",
        "si vous recevez cette lettre le 13 mars 2026",
        "13 mai 2026",
        "www.cada.fr",
        "CRPA, art. R. 311-15, R. 343-1",
        "page 1 sur",
        "À vérifier : l’ajout d’un jour à la fin des délais",
    ):
        assert bare(expected) in said, expected
    assert "□" not in said


def test_one_hundred_letters_of_one_person_are_one_letter(document: bytes) -> None:
    assert {explanation_pdf(letter_fr()) for _ in range(20)} == {document}
    other = replace(letter_fr(), day=date(2026, 3, 11))
    assert explanation_pdf(other) != document


def test_both_languages_say_the_same_things() -> None:
    assert LETTER["fr"].keys() == LETTER["en"].keys()
    for key, text in LETTER["fr"].items():
        rooms = [set(re.findall(r"{(\w+)}", one)) for one in (text, LETTER["en"][key])]
        # An English letter does not repeat the salutation where it closes.
        assert rooms[0] - {"salutation"} == rooms[1], key


def test_a_remedy_that_is_gone_says_so() -> None:
    said = bare(text_of(explanation_pdf(letter_en())))
    assert said.count(bare("That date has gone by.")) == 2
    assert bare("can be held against you only if the decision stated it") in said
    assert bare("CE, Ass., 13 juillet 2016, n° 387763 (to be verified)") in said
    assert bare("Council resolution of 3 June 2025, art. 4 (to be verified)") in said
    assert bare("The requests of other families are not communicated.") in said


def test_distance_is_added_for_the_court_only() -> None:
    appeal, court, cada, after = remedies_of(
        language="fr",
        day=date(2026, 3, 10),
        received=date(2026, 3, 13),
        decided=date(2026, 2, 12),
        notified=date(2026, 2, 16),
        administration=TOWN,
        court=COURT,
        distance=Distance.ABROAD,
    )
    assert appeal.due
    assert court.due
    assert cada.due
    assert appeal.due.day == date(2026, 4, 16)
    assert court.due.day == date(2026, 6, 16)
    assert cada.due.day == date(2026, 5, 13)
    assert "L’éloignement n’allonge pas" in appeal.rule
    assert "plus deux mois" in court.rule
    assert after.due is None
    assert {article.name for article in (*court.articles, *after.articles)} >= {
        "CJA, art. R. 421-7",
        "CRPA, art. L. 342-1",
    }


def test_no_time_limit_of_the_cada_runs_for_who_has_asked_for_nothing() -> None:
    *_, cada, _after = remedies_of(
        language="fr",
        day=date(2026, 3, 10),
        received=date(2026, 3, 10),
        decided=date(2026, 2, 12),
        notified=date(2026, 2, 16),
        administration=TOWN,
        court=COURT,
        asked=False,
    )
    assert (cada.due, cada.condition) == (None, "Dépend de la réponse à votre demande")
    assert cada.rule.startswith("Demandez d’abord")
    names = [article.name for article in cada.articles]
    assert names[:2] == ["CRPA, art. R*. 311-12", "CRPA, art. R. 311-13"]


@pytest.mark.parametrize(
    ("received", "notified", "message"),
    [
        (date(2026, 3, 9), date(2026, 2, 1), "cannot be received on 2026-03-09"),
        (date(2026, 3, 13), date(2026, 3, 11), "cannot explain a decision received on 2026-03-11"),
    ],
)
def test_remedies_need_dates_in_order(received: date, notified: date, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        remedies_of(
            language="fr",
            day=date(2026, 3, 10),
            received=received,
            decided=date(2026, 2, 1),
            notified=notified,
            administration=TOWN,
            court=COURT,
        )


def test_what_is_empty_is_left_out() -> None:
    letter = replace(
        letter_fr(), failed=(), would_change=(), remedies=(), rules_url="", place="", reference=""
    )
    pdf = explanation_pdf(letter)
    said = bare(text_of(pdf))
    words = LETTER["fr"]
    for key in ("failed", "would_change", "remedies", "rules", "counting", "to_check"):
        assert bare(words[key]) not in said, key
    assert "Figure" not in roles(opened(pdf))


def test_a_code_is_named_once_for_its_articles() -> None:
    remedies = letter_data(letter_fr())["remedies"]
    shown = [f"{item['separator']} {item['article']}".strip() for item in remedies[3]["articles"]]
    assert "".join(f"{text} " for text in shown).replace(" ,", ",").strip() == (
        "CRPA, art. L. 342-1 , R. 343-3 , R*. 343-4 , R. 343-5 ; CJA, art. R. 421-1 , R. 421-2"
    ).replace(" ,", ",")


MARKUP = [
    '#read("/etc/passwd")',
    "#let d = 1",
    "#pagebreak()",
    "$x^2$",
    "*gras*",
    "_italique_",
    "= Titre",
    "- liste",
    "`code`",
    "<étiquette>",
    "@renvoi",
    "\\",
    "\\u{41}",
    "// rien",
    "/* rien */",
    "[", "]", "{", "}", "(", ")", "~", "^", "&amp;", '"', "'", "</text>", "%", "https://a.example/#b",
]  # fmt: skip


@settings(max_examples=25)
@given(st.lists(st.sampled_from(MARKUP) | st.text("abcé 0123\n\t", max_size=12), max_size=8))
def test_nothing_that_is_typed_is_markup(pieces: list[str]) -> None:
    typed = " ".join(["début", *pieces, "fin"])
    assert _structure(typed) == PLAIN
    assert bare(printable(typed)) in bare(text_of(_with(typed)))


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_any_text_makes_a_letter(typed: str) -> None:
    pdf = _with(typed)
    assert opened(pdf).Root.MarkInfo.Marked


def _with(typed: str) -> bytes:
    letter = letter_fr()
    return explanation_pdf(
        replace(
            letter,
            recipient=Recipient(typed, (typed,)),
            decision=replace(letter.decision, reference=typed, outcome=typed),
            data=Element((typed,), (Row(typed, typed, typed, typed, typed),)),
            facts=(typed, "b"),
        )
    )


def _structure(typed: str) -> list[str]:
    # Long texts make more pages and so more pieces of the same: what counts is headings and links.
    return [
        role
        for role in roles(opened(_with(typed)))
        if role in {"H1", "H2", "H3", "Table", "TH", "Figure", "Link", "Formula", "Code"}
    ]


PLAIN = _structure("début fin")


@pytest.mark.parametrize(
    "typed",
    ["W" * 600, "mot " * 1000, "\u00a0".join(["mot"] * 400), "https://a.example/" + "b/" * 300],
    ids=["letters", "words", "no-break", "address"],
)
def test_what_is_long_stays_within_the_page(typed: str) -> None:
    pdf = opened(_with(typed))
    for page in pdf.pages:
        width = float(page.MediaBox[2])
        assert all(0 <= place <= width - 40 for place in _starts(page))


def _starts(page: pikepdf.Page) -> list[float]:
    """Where each run of text begins, in points from the left."""
    found, shift, stack = [], 0.0, []
    for operands, operator in operations(page):
        name = str(operator)
        if name == "q":
            stack.append(shift)
        elif name == "Q":
            shift = stack.pop()
        elif name == "cm":
            shift += float(operands[4])
        elif name == "Tm":
            found.append(shift + float(operands[4]))
    assert found
    return found


@pytest.mark.parametrize("key", ["language", "title", "author", "date"])
def test_a_letter_without_its_identity_is_refused(key: str) -> None:
    data = letter_data(letter_fr()) | {key: ""}
    with pytest.raises(LetterProblem, match=f"give '{key}'"):
        render("explanation", data)


def test_what_cannot_be_set_is_one_sentence() -> None:
    data = letter_data(letter_fr())
    with pytest.raises(LetterProblem, match="There is no template"):
        render("../explanation", data)
    with pytest.raises(LetterProblem, match="is not a date; write YYYY-MM-DD"):
        render("explanation", data | {"date": "10 mars"})
    with pytest.raises(LetterProblem, match="shorten it"):
        render("explanation", data | {"outcome": "a" * 1_000_001})
    with pytest.raises(LetterProblem, match="could not be set"):
        render("explanation", {key: data[key] for key in ("language", "title", "author", "date")})


def test_templates_hold_no_word_of_their_own() -> None:
    assert templates() == ("audit", "explanation", "notice")
    for name in templates():
        path = Path(render.__globals__["TEMPLATES"]) / f"{name}.typ"
        lines = path.read_text(encoding="utf-8").splitlines()
        shown = [line for line in lines if not line.strip().startswith("//")]
        assert "é" not in "\n".join(shown)


def test_addresses_that_are_not_pages_are_not_links() -> None:
    letter = letter_fr()
    reason = letter.law[0]
    bad = replace(reason, article=replace(reason.article, url="javascript:alert(1)"))
    pdf = opened(explanation_pdf(replace(letter, law=(bad,))))
    targets = [
        str(note.A.URI)
        for page in pdf.pages
        for note in page.get("/Annots", [])
        if "/A" in note and "/URI" in note.A
    ]
    assert targets
    assert all(target.startswith(("https://", "mailto:")) for target in targets)
    with pytest.raises(ValueError, match="is not a web address"):
        explanation_pdf(replace(letter, rules_url="javascript:alert(1)"))

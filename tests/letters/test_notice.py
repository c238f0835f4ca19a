"""The mention of art. R. 311-3-1-1 has its four elements in every form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.letters.notice import (
    WORDS,
    Automation,
    Notice,
    notice_html,
    notice_lead,
    notice_parts,
    notice_pdf,
    notice_qr,
    notice_text,
)
from clairevoie.letters.printable import no_break
from clairevoie.letters.qr import qr_svg
from tests.letters.pdf import elements, opened, roles, text_of
from tests.letters.samples import notice_fr

SVG = "{http://www.w3.org/2000/svg}"


class Outline(HTMLParser):
    """Tags, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        self.links.extend(value for name, value in attrs if name == "href")

    def handle_data(self, data: str) -> None:
        self.text += data


def outline(html: str) -> Outline:
    found = Outline()
    found.feed(html)
    found.close()
    return found


def english() -> Notice:
    return replace(notice_fr(), language="en", purpose="Rank the requests for a crèche place.")


@pytest.mark.parametrize("notice", [notice_fr(), english()], ids=["fr", "en"])
def test_the_four_elements_are_in_every_form(notice: Notice) -> None:
    keys = [part.key for part in notice_parts(notice)]
    assert keys == ["purpose", "right", "exercise", "cada"]
    forms = {
        "text": notice_text(notice),
        "html": outline(notice_html(notice)).text,
        "pdf": text_of(notice_pdf(notice, day=date(2026, 3, 1))),
    }
    for name, form in forms.items():
        said = bare(form)
        for expected in (
            notice.administration,
            notice.system,
            notice.purpose,
            "petite-enfance@valmont-sur-ise.example",
            notice.url,
            "L. 311-3-1",
            "R*. 311-12",
            "R. 343-1",
            "www.cada.fr",
        ):
            assert bare(expected) in said, (name, expected)


def test_each_element_says_what_its_text_asks() -> None:
    """CRPA, art. R. 311-3-1-1, with what it sends to (L. 311-3-1, R. 311-15, R. 343-1)."""
    parts = {part.key: part.text for part in notice_parts(notice_fr())}
    assert parts["purpose"] == notice_fr().purpose
    assert "les règles qui définissent ce traitement" in parts["right"]
    assert "les principales caractéristiques de sa mise en œuvre" in parts["right"]
    assert no_break(notice_fr().contact, language="fr") in parts["exercise"]
    for expected in (
        "dans le mois qui suit la réception de votre demande, son silence vaut refus",
        "deux mois pour saisir la Commission d’accès aux documents administratifs",
        "à compter de la notification du refus, ou de la fin du mois de silence",
        "art.\u00a0R*.\u00a0311-12",
    ):
        assert expected in parts["cada"], expected


def bare(text: str) -> str:
    for sign in ("\u200b", "-", "\u2010"):
        text = text.replace(sign, "")
    return "".join(text.split())


@pytest.mark.parametrize(
    ("automation", "ending"),
    [
        ("full", "Elle est entièrement automatisée\u00a0: le traitement a décidé seul."),
        ("partial", "Elle est en partie automatisée\u00a0: le traitement n’a pas décidé seul."),
        ("unknown", "places en crèche\u00a0»."),
    ],
)
def test_automation_is_said_when_it_is_known(automation: Automation, ending: str) -> None:
    lead = notice_lead(replace(notice_fr(), automation=automation))
    assert "prise sur le fondement d’un traitement algorithmique" in lead
    assert lead.endswith(ending)
    assert ("automatisée" in lead) is (automation != "unknown")


def test_without_a_page_there_is_no_link_and_no_code() -> None:
    notice = replace(notice_fr(), url="")
    assert "http" not in notice_text(notice)
    assert outline(notice_html(notice)).links == []
    assert "Figure" not in roles(opened(notice_pdf(notice, day=date(2026, 3, 1))))
    with pytest.raises(ValueError, match="no page to lead to"):
        notice_qr(notice)


def test_the_page_is_tagged() -> None:
    notice = notice_fr()
    document = notice_pdf(notice, day=date(2026, 3, 1))
    pdf = opened(document)
    assert len(pdf.pages) == 1
    assert str(pdf.Root.Lang) == "fr-FR"
    found = roles(pdf)
    assert found.count("H1") == 1
    assert found.count("H2") == 4
    (figure,) = [element for element in elements(pdf) if element.S == "/Figure"]
    assert notice.url in str(figure.Alt)
    assert notice_pdf(notice, day=date(2026, 3, 1)) == document


def test_the_code_has_a_title_and_reads_back() -> None:
    drawing = ET.fromstring(notice_qr(notice_fr(), key="code"))
    assert drawing.get("role") == "img"
    title = drawing.find(f"{SVG}title")
    assert title is not None
    assert title.get("id") == drawing.get("aria-labelledby") == "code-title"
    assert title.text
    assert notice_fr().url in title.text


def test_the_drawing_is_the_code() -> None:
    import segno

    url = "https://a.example/é?b=1&c=2"
    drawing = ET.fromstring(qr_svg(url))
    path = drawing.findall(f"{SVG}path")[1].get("d") or ""
    drawn = {tuple(map(int, step.split("h")[0].split())) for step in path.split("M")[1:]}
    code = segno.make(url, error="m", micro=False)
    dark = {
        (column + 4, line + 4)
        for line, modules in enumerate(code.matrix)
        for column, module in enumerate(modules)
        if module
    }
    assert drawn == dark
    assert drawing.get("viewBox") == f"0 0 {len(code.matrix) + 8} {len(code.matrix) + 8}"


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "valmont", "https://" + "a" * 5000])
def test_a_code_leads_to_a_page(url: str) -> None:
    with pytest.raises(ValueError, match="code"):
        qr_svg(url)


@given(
    st.text(min_size=1).filter(str.strip),
    st.sampled_from(["<script>alert(1)</script>", '"><img src=x onerror=y>', "&lt;", "</p>"]),
)
def test_html_is_escaped(typed: str, markup: str) -> None:
    notice = replace(
        notice_fr(), administration=typed + markup, system=markup, purpose=markup, contact=markup
    )
    plain = outline(notice_html(notice_fr()))
    found = outline(notice_html(notice))
    assert found.tags == plain.tags
    assert markup in found.text


def test_headings_follow_the_level_asked_for() -> None:
    tags = outline(notice_html(notice_fr(), level=4)).tags
    assert tags.count("h4") == 1
    assert tags.count("h5") == 4
    with pytest.raises(ValueError, match="use 1 to 5"):
        notice_html(notice_fr(), level=6)


@pytest.mark.parametrize("name", ["administration", "system", "purpose", "contact"])
def test_nothing_that_the_article_asks_may_be_empty(name: str) -> None:
    empty: dict[str, Any] = {name: " "}
    with pytest.raises(ValueError, match=f"no {name}"):
        replace(notice_fr(), **empty)


def test_both_languages_say_the_same_things() -> None:
    assert WORDS["fr"].keys() == WORDS["en"].keys()
    with pytest.raises(ValueError, match="is not a web address"):
        replace(notice_fr(), url="ftp://a.example")

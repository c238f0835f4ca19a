"""Cells that spreadsheets would run, cells that hold several values, and identifiers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.register.cells import (
    join_values,
    protect,
    runs_as_formula,
    split_values,
    unprotect,
)
from clairevoie.register.formats.markup import html_of_text, text_of_html
from clairevoie.register.statements import content_uid, is_identifier, slugify
from clairevoie.register.values import clean_text
from tests.register.strategies import NASTY, texts


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "'=1",
        '"=1"',
        "\u00a0=1",
        "\ufeff=1",
        "«=1",
        "\uff1d1",
        "- une liste",
        "+33 1 02 03 04 05",
        "\tx",
        "-3;=1",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert protect(text) == f"'{text}"
    assert unprotect(protect(text)) == text


@pytest.mark.parametrize("text", ["", "-3", "-3.5", "-3,5", "12", "a=b", "l’été", "'mot'", "x -1"])
def test_what_is_harmless_is_left_alone(text: str) -> None:
    assert protect(text) == text
    assert unprotect(text) == text


@given(st.one_of(st.text(), st.sampled_from(NASTY), st.text(alphabet="'\"= +-@1\t|\\")))
def test_protection_comes_undone(text: str) -> None:
    assert unprotect(protect(text)) == text
    assert not runs_as_formula(protect(text)) or protect(text).startswith("'")


@given(st.lists(st.one_of(texts(), st.text("|\\ a", min_size=1)).map(str.strip).filter(bool)))
def test_several_values_share_a_cell(values: list[str]) -> None:
    assert split_values(join_values(values)) == values


def test_a_bar_typed_by_hand_separates_values() -> None:
    assert split_values("a|b | c||") == ["a", "b", "c"]
    assert split_values(r"C:\dossier") == [r"C:\dossier"]


@given(texts().map(lambda text: clean_text(text, limit=500, one_line=False)))
def test_plain_text_goes_through_html(text: str) -> None:
    markup = html_of_text(text)

    assert "<script" not in markup
    assert clean_text(text_of_html(markup), limit=500, one_line=False) == text


def test_allowed_tags_become_text_and_others_stay() -> None:
    markup = "<div>Un</div><ul class='x'><li>deux</li><li>trois</li></ul>a<br/>b <b>gras</b>"
    text = clean_text(text_of_html(markup), limit=500, one_line=False)

    assert text == "Un\n\n- deux\n- trois\n\na\nb <b>gras</b>"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ville de Paris", "ville-de-paris"),
        ("  Pôle emploi — Île-de-France ", "pole-emploi-ile-de-france"),
        ("Œuvres & ænigmes", "oeuvres-aenigmes"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_slugs(name: str, slug: str) -> None:
    assert slugify(name) == slug


@given(st.text(), st.integers(20, 120))
def test_slugs_are_identifiers(name: str, limit: int) -> None:
    slug = slugify(name, limit)

    assert slug == "" if not name.strip() else is_identifier(slug, limit)


def test_long_names_that_begin_alike_do_not_meet() -> None:
    first, second = ("Direction " * 12 + end for end in ("une", "deux"))

    assert slugify(first) != slugify(second)
    assert len(slugify(first)) <= 80


def test_names_without_a_letter_of_ours_do_not_meet() -> None:
    assert slugify("東京都") != slugify("大阪府")


@given(st.lists(st.text(), max_size=4))
def test_content_identifiers_are_uuids_of_version_8(parts: list[str]) -> None:
    import uuid

    found = uuid.UUID(content_uid(*parts))

    assert found.version == 8
    assert found.variant == uuid.RFC_4122

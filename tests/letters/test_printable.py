"""Every character that is let through has a glyph; every other one is a square."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.letters.engine import render
from clairevoie.letters.printable import (
    _RANGES,
    SOFT_BREAK,
    SQUARE,
    has_square,
    no_break,
    printable,
    printable_tree,
)

ALLOWED = [chr(code) for first, last in _RANGES for code in range(first, last + 1)]


def notice_of(text: str) -> bytes:
    return render(
        "notice",
        {
            "language": "fr",
            "title": "Titre",
            "author": "Administration",
            "date": "2026-01-01",
            "page": "page {page} sur {pages}",
            "lead": text,
            "body": text,
            "parts": [{"heading": f"Titre {text}", "text": text}],
            "administration": text,
            "scan": "",
            "url": "",
            "alt": "",
            "unprintable": "",
        },
    )


def test_every_character_let_through_is_printed() -> None:
    for start in range(0, len(ALLOWED), 200):
        assert notice_of(" ".join(ALLOWED[start : start + 200]))


@pytest.mark.parametrize("accent", [chr(code) for code in range(0x300, 0x30D)])
def test_accents_go_on_every_letter(accent: str) -> None:
    letters = [character for character in ALLOWED if character.isalpha()]
    assert notice_of(" ".join(f"a{letter}{accent}b" for letter in letters))


@given(st.text(ALLOWED, max_size=80))
def test_any_mixture_is_printed(text: str) -> None:
    assert notice_of(text)


@given(st.text())
def test_it_can_be_done_twice(text: str) -> None:
    once = printable(text)
    assert SQUARE in once or unicodedata.normalize("NFC", once) == once
    assert printable(once.replace(SOFT_BREAK, "")) == once
    assert "  " not in once
    assert "\n" not in once


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Dupont\n\tMartin ", "Dupont Martin"),
        ("e\u0301", "é"),
        ("a\u202eb", "ab"),
        ("prix\u00a0: 3\u202f€", "prix\u00a0: 3\u202f€"),
        ("漢字", SQUARE * 2),
        ("\x00\ud800", SQUARE * 2),
        ("Œuvre ẞ Ł ș đ", "Œuvre ẞ Ł ș đ"),
        ("anticonstitutionnellement"[:23], "anticonstitutionnelleme"),
    ],
)
def test_what_is_shown(typed: str, shown: str) -> None:
    assert printable(typed) == shown


def test_long_words_may_be_cut() -> None:
    assert SOFT_BREAK in printable("a" * 30)
    assert SOFT_BREAK not in printable("anticonstitutionnel, mots ordinaires")
    cut = printable("prenom.nom@administration.example")
    assert cut.split(SOFT_BREAK)[0] == "prenom."


def test_marks_keep_to_their_word() -> None:
    said = no_break("« Oui » : art. L. 311-3-1, R*. 343-4, n° 3 ; 5 %", language="fr")
    assert said.replace("\u00a0", "~") == "«~Oui~»~: art.~L.~311-3-1, R*.~343-4, n°~3~; 5~%"
    english = no_break("decision no. 3 (art. R. 343-1): done ; x", language="en")
    assert english.replace("\u00a0", "~") == "decision no.~3 (art.~R.~343-1): done ; x"


def test_a_tree_keeps_its_shape() -> None:
    tree = {"a": ["x\n", 3, None, True], "b": {"c": "漢"}}
    assert printable_tree(tree, language="fr") == {
        "a": ["x", 3, None, True],
        "b": {"c": SQUARE},
    }
    assert has_square(printable_tree(tree, language="fr"))
    assert not has_square({"a": ["x", 3]})

"""Sentences about what is wrong are known in French, with the same values."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from clairevoie.sortition import sentences
from clairevoie.sortition.sentences import FRENCH, Sentence

SOURCES = Path(sentences.__file__).parent
HOLE = re.compile(r"%\((\w+)\)s")


def templates() -> set[str]:
    """The templates of all sentences that the room makes."""
    found = set()
    for path in SOURCES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Sentence"
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(str(node.args[0].value))
    return found


def test_all_that_is_said_is_known_in_french_and_nothing_else() -> None:
    assert templates() == set(FRENCH)


@pytest.mark.parametrize("template", FRENCH)
def test_the_french_has_the_same_values(template: str) -> None:
    assert set(HOLE.findall(FRENCH[template])) == set(HOLE.findall(template))


def test_a_sentence_is_its_english_and_says_its_french() -> None:
    made = Sentence("There are %(count)s volunteers for %(size)s seats.", count=3, size=8)
    assert made == "There are 3 volunteers for 8 seats."
    assert made.french == "Il y a 3 volontaires pour 8 places."
    with pytest.raises(KeyError):
        Sentence("Nobody knows this.")

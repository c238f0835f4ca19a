"""The words and signs of an expression."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clairevoie.rules.model import RulesProblem

MAX_LENGTH = 2_000

WORDS = frozenset("if then else and or not in true false".split())
_SAME = {"×": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!="}
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<number>[0-9]+(\.[0-9]+)?)
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<category>'[^'\n]*')
    | (?P<sign><=|>=|!=|[-+*/()<>=,×÷−≤≥≠])""",
    re.VERBOSE | re.ASCII,
)
_HINTS = {
    '"': "categories are between single quotes, as in 'seul'",
    "'": "a quote is not closed",
    "’": "categories are between straight quotes, as in 'seul'",
    "^": "there is no power: write x * x",
    ".": "a number starts with a digit (0.5), and nothing has parts",
    "!": "'not' is written in full",
    "&": "'and' is written in full",
    "|": "'or' is written in full",
    "%": "write 30 % as 0.30",
    "[": "brackets are a parameter of the rules, read with marginal(x, name) or band(x, name)",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or sign: its ``kind`` is number, name, word, category, sign or end."""

    kind: str
    text: str
    at: int
    """Column of its first character, from 1."""


def refused(at: int, sentence: str) -> RulesProblem:
    """Return what refuses the expression, at a column."""
    return RulesProblem(("", f"column {at}: {sentence}"))


def tokens_of(text: str) -> list[Token]:
    """Cut a text into words and signs; the last one is the end.

    Raises:
        RulesProblem: too long, or a character that no expression has.
    """
    if len(text) > MAX_LENGTH:
        raise refused(MAX_LENGTH, f"longer than {MAX_LENGTH} characters: make several steps of it")
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            hint = _HINTS.get(text[at])
            raise refused(
                at + 1, f"'{text[at]}' cannot be used here" + (f": {hint}" if hint else "")
            )
        kind, word = str(match.lastgroup), match.group()
        at = match.end()
        if kind == "space":
            continue
        if kind == "number" and at < len(text) and (text[at].isalnum() or text[at] in "_."):
            raise refused(at + 1, f"'{text[at]}' cannot follow the number {word}")
        if kind == "name" and word in WORDS:
            kind = "word"
        found.append(Token(kind, _SAME.get(word, word), match.start() + 1))
    found.append(Token("end", "", len(text) + 1))
    return found

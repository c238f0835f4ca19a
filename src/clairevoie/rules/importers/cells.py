"""The cells of decision tables: unary tests of FEEL (DMN) and of GoRules, the part that rules have.

| written | DMN | GoRules |
| --- | --- | --- |
| ``-``, an empty cell | any value | an empty cell only |
| ``< 3``, ``<= 3``, ``> 3``, ``>= 3`` | yes | yes |
| ``= 3``, ``!= 3``, ``== 3`` | the first two | the last two |
| ``[a..b]``, ``(a..b)``, ``]a..b[`` | yes | without the brackets that turn their back |
| ``"a"``, ``3``, ``true``, ``null``, ``date("2024-01-31")`` | yes | without the date |
| ``"a", "b"`` | yes | yes, also ``in ["a", "b"]`` |
| ``not("a", "b")`` | yes | ``not in ["a", "b"]`` |
| ``> 3 and < 5`` | no | yes |

Everything else is an expression, which is refused by name: it is never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Literals = Decimal | str | bool | date | None
Dialect = Literal["feel", "zen"]

MAX_CELL = 10_000

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<date>date\s*\(\s*"(?P<day>\d{4}-\d{2}-\d{2})"\s*\))
    |(?P<number>[-+]?(?:\d+(?:\.(?!\.)\d*)?|\.\d+))
    |(?P<word>[A-Za-z_]\w*)
    |(?P<sign>\.\.|<=|>=|!=|==|[<>=()\[\],-])
    )""",
    re.VERBOSE | re.ASCII,
)
_ESCAPED = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Part:
    """One positive test: a sign and a bound, or an interval with its brackets.

    ``sign`` is ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, or two brackets (``[)``).
    """

    sign: str
    value: Literals
    high: Literals = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: one of its parts holds; none of them, when negated."""

    parts: tuple[Part, ...]
    negated: bool = False

    def literals(self) -> Iterator[Literals]:
        """Yield the values that are written in the cell, ``null`` left out."""
        for part in self.parts:
            for value in (part.value, part.high):
                if value is not None:
                    yield value

    def texts(self, names: Mapping[str, str]) -> str | list[str]:
        """Return the condition as the rules write it; ``names`` has the categories' own names.

        A missing value: ``= null`` is « missing ». Both dialects have « null is not "a" » hold, and
        comparisons with null hold for no one.
        """
        # « different from a » is « not a », which may be missing.
        negated = self.negated
        parts = self.parts
        if len(parts) == 1 and parts[0].sign == "!=" and not negated:
            negated, parts = True, (Part("=", parts[0].value),)
        if any(part.sign == "!=" for part in parts):
            raise ValueError("'!=' stands alone in its cell")
        if not negated:
            return [_part_text(part, names) for part in parts]
        missing = any(part.value is None and part.sign == "=" for part in parts)
        inner = ", ".join(_part_text(part, names) for part in parts if part.value is not None)
        if not inner:
            raise ValueError(
                "'not null' cannot be written as a condition: leave the cell to any value"
            )
        equal = all(part.sign == "=" for part in parts)
        return f"not({inner}), missing" if equal and not missing else f"not({inner})"


def _part_text(part: Part, names: Mapping[str, str]) -> str:
    value = literal_text(part.value, names)
    if part.sign == "=":
        return value
    if len(part.sign) == 2 and part.sign[0] in "[(":
        return f"{part.sign[0]}{value}..{literal_text(part.high, names)}{part.sign[1]}"
    return f"{part.sign} {value}"


def literal_text(value: Literals, names: Mapping[str, str]) -> str:
    """Return a value as the rules write it."""
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else names.get(value, value)


# --- reading --------------------------------------------------------------------------------------


def parse_cell(text: str, dialect: Dialect) -> Cell | None:
    """Return the test of a cell, ``None`` for any value.

    Raises:
        ValueError: an expression, or a test that rules do not have; the message is a sentence.
    """
    bare = text.strip()
    if not bare or (bare == "-" and dialect == "feel"):
        return None
    reader = _Reader(bare, dialect)
    cell = reader.cell()
    if reader.left():
        raise reader.refusal()
    return cell


def parse_literal(text: str, dialect: Dialect) -> Literals:
    """Return the only value that a cell gives; ``None`` for nothing.

    Raises:
        ValueError: an expression; the message is a sentence.
    """
    bare = text.strip()
    if not bare or (bare == "-" and dialect == "feel"):
        return None
    reader = _Reader(bare, dialect)
    value = reader.literal()
    if reader.left():
        raise reader.refusal()
    return value


class _Reader:
    """Reads the tokens of one cell."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self._text = text
        self._dialect = dialect
        self._tokens: list[tuple[str, str]] = []
        self._at = 0
        if len(text) > MAX_CELL:
            raise ValueError(f"a cell of {len(text)} characters is not read")
        place = 0
        while place < len(text.rstrip()):
            match = _TOKEN.match(text, place)
            if match is None:
                raise self.refusal()
            kind = match.lastgroup or ""
            if match["date"] is not None:
                self._tokens.append(("date", match["day"]))
            else:
                self._tokens.append((kind, match[kind]))
            place = match.end()

    def refusal(self) -> ValueError:
        return ValueError(
            f"'{self._text[:80]}' is an expression, and only tests on values are imported: "
            "write it with bounds and values, or give its result as an input"
        )

    def left(self) -> bool:
        return self._at < len(self._tokens)

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self.left() else ("", "")

    def _take(self, *wanted: str) -> bool:
        """Step over these tokens if they are there, in this order."""
        ahead = [one for _, one in self._tokens[self._at : self._at + len(wanted)]]
        kinds = {kind for kind, _ in self._tokens[self._at : self._at + len(wanted)]}
        if ahead != list(wanted) or not kinds <= {"word", "sign"}:
            return False
        self._at += len(wanted)
        return True

    def cell(self) -> Cell:
        if self._dialect == "feel" and self._take("not", "("):
            parts = self._parts()
            if not self._take(")"):
                raise self.refusal()
            return Cell(parts, negated=True)
        if self._dialect == "zen":
            negated = self._take("not", "in", "[")
            if negated or self._take("in", "[") or self._listed():
                parts = self._parts()
                if not self._take("]"):
                    raise self.refusal()
                return Cell(parts, negated=negated)
        return Cell(self._parts())

    def _listed(self) -> bool:
        """Whether the cell is a bare list of GoRules, which is not an interval."""
        signs = [one for kind, one in self._tokens if kind == "sign"]
        return ".." not in signs and self._take("[")

    def _parts(self) -> tuple[Part, ...]:
        parts = [self._part()]
        while self._take(",") or (self._dialect == "zen" and self._take("or")):
            parts.append(self._part())
        return tuple(parts)

    def _part(self) -> Part:
        part = self._single()
        if self._dialect == "zen" and self._take("and"):
            return self._between(part, self._single())
        return part

    def _between(self, first: Part, second: Part) -> Part:
        """An interval from two comparisons, one from below and one from above."""
        low, high = (first, second) if first.sign.startswith(">") else (second, first)
        if low.sign not in {">", ">="} or high.sign not in {"<", "<="}:
            raise self.refusal()
        opening = "[" if low.sign == ">=" else "("
        closing = "]" if high.sign == "<=" else ")"
        return Part(opening + closing, low.value, high.value)

    def _single(self) -> Part:
        kind, token = self._next()
        if kind == "sign" and token in {"<", "<=", ">", ">=", "!="}:
            self._at += 1
            return Part(token, self.literal())
        if kind == "sign" and token == ("=" if self._dialect == "feel" else "=="):
            self._at += 1
            return Part("=", self.literal())
        if kind == "sign" and token in {"[", "(", "]"}:
            return self._interval(token)
        return Part("=", self.literal())

    def _interval(self, opening: str) -> Part:
        self._at += 1
        if opening == "]" and self._dialect == "zen":
            raise self.refusal()
        low = self.literal()
        if not self._take(".."):
            raise self.refusal()
        high = self.literal()
        _, closing = self._next()
        allowed = {"]": "]", ")": ")"} | ({"[": ")"} if self._dialect == "feel" else {})
        if closing not in allowed:
            raise self.refusal()
        self._at += 1
        return Part(("[" if opening == "[" else "(") + allowed[closing], low, high)

    def literal(self) -> Literals:
        kind, token = self._next()
        self._at += 1
        if kind == "text":
            return _ESCAPED.sub(r"\1", token[1:-1])
        if kind == "number":
            return Decimal(token)
        if kind == "date" and self._dialect == "feel":
            return date.fromisoformat(token)
        if kind == "word" and token in {"true", "false", "null"}:
            return {"true": True, "false": False, "null": None}[token]
        raise self.refusal()


def literal_types(values: Sequence[Literals]) -> set[str]:
    """Return the types of some values: ``boolean``, ``decimal``, ``date``, ``category``."""
    found = set()
    for value in values:
        if isinstance(value, bool):
            found.add("boolean")
        elif isinstance(value, Decimal):
            found.add("decimal")
        elif isinstance(value, date):
            found.add("date")
        elif isinstance(value, str):
            found.add("category")
    return found

"""The text of a YAML file as plain values, with the line of each place.

Numbers are exact: ``0.1`` is ``Decimal("0.1")``, never a floating number. Only ``true``,
``false``, ``null`` and plain numbers are more than text: a date, ``no`` or ``01`` stay as written.
A key written twice is refused. Keys are always text.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import yaml

from clairevoie.rules.model import RulesProblem

MAX_DEPTH = 24
MAX_NODES = 5_000_000
MAX_NUMBER = 400
"""Characters of a number."""

Place = tuple[str | int, ...]

_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)?(\.[0-9]*)?([eE][-+]?[0-9]{1,3})?", re.ASCII)


def place_text(place: Place) -> str:
    """Return a place as text: ``versions.0.points``."""
    return ".".join(str(part) for part in place)


class Source:
    """A YAML text: its content as plain values (``data``), and the line of any place in it.

    Raises:
        RulesProblem: not YAML, a key written twice, an alias that repeats beyond reason.
    """

    def __init__(self, text: str, name: str = "") -> None:
        self.name = name
        self._count = 0
        try:
            self._root = yaml.compose(text, Loader=_loader())
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark is not None else 0
            what = getattr(error, "problem", None) or "cannot be read"
            raise RulesProblem(
                (
                    self._where(line),
                    f"not readable as YAML ({what}): check the indentation, quotes and colons",
                )
            ) from None
        except RecursionError:
            raise RulesProblem((self._where(0), "nested too deeply: at most 24 levels")) from None
        self.data: Any = self._value(self._root, 0)

    def where(self, place: Place) -> str:
        """Return a place as a person finds it: file, line, path in the file."""
        path = place_text(place)
        found = self._where(self._line(place))
        return f"{found}, {path}" if found and path else found or path

    def _where(self, line: int) -> str:
        return ", ".join(part for part in (self.name, f"line {line}" if line else "") if part)

    def _line(self, place: Place) -> int:
        node, line = self._root, 0
        for part in place:
            if node is None:
                break
            line = node.start_mark.line + 1
            node, at = _child(node, part)
            line = at or line
        return line

    def _value(self, node: yaml.Node | None, depth: int) -> Any:
        if node is None:
            return None
        self._count += 1
        if depth > MAX_DEPTH or self._count > MAX_NODES:
            line = node.start_mark.line + 1
            raise RulesProblem((self._where(line), "repeats or nests beyond reason"))
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, depth + 1) for item in node.value]
        return self._mapping(node, depth)

    def _mapping(self, node: yaml.Node, depth: int) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key, value in node.value:
            where = self._where(key.start_mark.line + 1)
            if not isinstance(key, yaml.ScalarNode):
                raise RulesProblem((where, "a list or a mapping cannot be a name"))
            if key.value in content:
                raise RulesProblem((where, f"'{key.value[:60]}' is written twice: keep one"))
            content[key.value] = self._value(value, depth + 1)
        return content


def _loader() -> Any:
    return getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _child(node: yaml.Node, part: str | int) -> tuple[yaml.Node | None, int]:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        child = node.value[part]
        return child, child.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value, key.start_mark.line + 1
    return None, 0


def _scalar(node: yaml.ScalarNode) -> Any:
    # The base loader resolves nothing: a plain scalar is one that bears no quote and no block sign.
    return node.value if node.style in {"'", '"', "|", ">"} else plain_value(node.value)


def plain_value(text: str) -> Any:
    """Return what a text written without quotes stands for: true, a number, nothing, or itself."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= MAX_NUMBER and text[-1] in "0123456789.":
        if _WHOLE.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text) and any(sign.isdigit() for sign in text):
            return Decimal(text)
    return text

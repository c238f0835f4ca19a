"""The text of a YAML file as plain values, with the line of each place.

Numbers are exact: ``0.1`` is ``Decimal("0.1")``, never a floating number. Only ``true``,
``false``, ``null`` and plain numbers are more than text: a date, ``no`` or ``01`` stay as written.
A key written twice is refused. Keys are always text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
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


class _Node:
    """A value of the file: its text, or the nodes inside (key, value, key, value for a mapping)."""

    __slots__ = ("inner", "kind", "line", "open", "quoted", "text")

    def __init__(self, kind: str, line: int, text: str = "", *, quoted: bool = False) -> None:
        self.kind = kind
        self.line = line
        self.text = text
        self.quoted = quoted
        self.inner: list[_Node] = []
        self.open = kind != "scalar"

    def pairs(self) -> Iterator[tuple[_Node, _Node]]:
        """Return the keys and the values of a mapping."""
        return zip(self.inner[::2], self.inner[1::2], strict=True)


def file_text(
    given: Path | str | bytes, name: str, *, most: int, what: str
) -> tuple[str, bytes, str]:
    """Return the text of a YAML file, its bytes, and how it is called in sentences.

    Args:
        given: path of the file, or its bytes.
        name: how it is called; the path's own name when left out.
        most: megabytes that it may have.
        what: what it is, for the sentence on its size.

    Raises:
        RulesProblem: it cannot be read, is too large, or is not UTF-8.
    """
    if isinstance(given, bytes):
        content = given
    else:
        path = Path(given)
        name = name or path.name
        try:
            with path.open("rb") as file:
                content = file.read(most * 1024 * 1024 + 1)
        except OSError as error:
            raise RulesProblem((name, f"cannot be read ({error.strerror})")) from None
    if len(content) > most * 1024 * 1024:
        raise RulesProblem((name, f"larger than {most} MB, which no {what} is"))
    try:
        return content.decode("utf-8-sig"), content, name
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RulesProblem((name, f"line {line} is not UTF-8: save the file as UTF-8")) from None


class Source:
    """A YAML text: its content as plain values (``data``), and the line of any place in it.

    Raises:
        RulesProblem: not YAML, a key written twice, nesting or repeating beyond reason.
    """

    def __init__(self, text: str, name: str = "") -> None:
        self.name = name
        self._count = 0
        try:
            self._root = self._composed(yaml.parse(text, Loader=_loader()))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            what = getattr(error, "problem", None) or "cannot be read"
            raise self._problem(
                mark.line + 1 if mark is not None else 0,
                f"not readable as YAML ({what}): check the indentation, quotes and colons",
            ) from None
        self.data: Any = None if self._root is None else self._value(self._root, 0)

    def where(self, place: Place) -> str:
        """Return a place as a person finds it: file, line, path in the file."""
        path = place_text(place)
        found = self._where(self._line(place))
        return f"{found}, {path}" if found and path else found or path

    def _where(self, line: int) -> str:
        return ", ".join(part for part in (self.name, f"line {line}" if line else "") if part)

    def _problem(self, line: int, sentence: str) -> RulesProblem:
        return RulesProblem((self._where(line), sentence))

    def _line(self, place: Place) -> int:
        node, line = self._root, 0
        for part in place:
            if node is None:
                break
            line = node.line
            node, at = _child(node, part)
            line = at or line
        return line

    def _composed(self, events: Iterable[Any]) -> _Node | None:
        """Build the nodes event by event, so that no depth can exhaust the stack."""
        root: _Node | None = None
        above: list[_Node] = []
        named: dict[str, _Node] = {}
        made = 0
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.CollectionEndEvent):
                above.pop().open = False
                continue
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                raise self._problem(line, "several documents: keep one")
            if not isinstance(event, yaml.NodeEvent):
                continue
            made += 1
            if made > MAX_NODES:
                raise self._problem(line, "repeats or nests beyond reason")
            node = self._node(event, line, named)
            if above:
                above[-1].inner.append(node)
            else:
                root = node
            if isinstance(event, yaml.CollectionStartEvent):
                above.append(node)
                if len(above) > MAX_DEPTH:
                    raise self._problem(line, "repeats or nests beyond reason")
        return root

    def _node(self, event: Any, line: int, named: dict[str, _Node]) -> _Node:
        if isinstance(event, yaml.AliasEvent):
            found = named.get(str(event.anchor))
            if found is None:
                raise self._problem(line, f"'*{event.anchor}' names nothing above it")
            if found.open:
                raise self._problem(line, "repeats or nests beyond reason")
            return found
        if isinstance(event, yaml.ScalarEvent):
            # The parser resolves nothing: a plain scalar bears no quote and no block sign.
            quoted = event.style in {"'", '"', "|", ">"}
            node = _Node("scalar", line, event.value, quoted=quoted)
        else:
            node = _Node("list" if isinstance(event, yaml.SequenceStartEvent) else "mapping", line)
        if event.anchor is not None:
            named[str(event.anchor)] = node
        return node

    def _value(self, node: _Node, depth: int) -> Any:
        self._count += 1
        if depth > MAX_DEPTH or self._count > MAX_NODES:
            raise self._problem(node.line, "repeats or nests beyond reason")
        if node.kind == "scalar":
            return node.text if node.quoted else plain_value(node.text)
        if node.kind == "list":
            return [self._value(item, depth + 1) for item in node.inner]
        return self._mapping(node, depth)

    def _mapping(self, node: _Node, depth: int) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key, value in node.pairs():
            if key.kind != "scalar":
                raise self._problem(key.line, "a list or a mapping cannot be a name")
            name = key.text
            if name in content:
                raise self._problem(key.line, f"'{name[:60]}' is written twice: keep one")
            content[name] = self._value(value, depth + 1)
        return content


def _loader() -> Any:
    return getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _child(node: _Node, part: str | int) -> tuple[_Node | None, int]:
    if node.kind == "list" and isinstance(part, int) and part < len(node.inner):
        child = node.inner[part]
        return child, child.line
    if node.kind == "mapping":
        for key, value in node.pairs():
            if key.text == str(part):
                return value, key.line
    return None, 0


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

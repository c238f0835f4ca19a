"""YAML that people write by hand, read as text: no date, number or «no» is guessed.

A key written twice is refused, and so is what no parser accepts; the sentence says which line.
"""

from __future__ import annotations

from typing import Any

import yaml

from clairevoie.register.building import Located
from clairevoie.register.reading import UnreadableError

MAX_DEPTH = 8
MAX_NODES = 1_000_000


def _composed(text: str, name: str) -> yaml.Node | None:
    try:
        _check_depth(text, name)
        return yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "cannot be read"
        where = f"{name}, line {mark.line + 1}" if mark is not None else name
        raise UnreadableError(
            "broken_yaml", f"{where}: {what}: check the indentation, the quotes and the colons"
        ) from None


def _check_depth(text: str, name: str) -> None:
    """Refuse what nests beyond reason before it is composed: the parser's own stack has an end."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH + 1:
                raise UnreadableError("nested_value", f"{name} repeats or nests beyond reason")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def located(text: str, name: str) -> Any:
    """Return the content of a YAML text; the items of lists know their line (`Located`).

    Raises:
        UnreadableError: not YAML, a key written twice, or nesting beyond reason.
    """
    return _Reader(name, locate=True).read(_composed(text, name))


def plain(text: str, name: str) -> Any:
    """Return the content of a YAML text: texts, lists and dictionaries.

    Raises:
        UnreadableError: not YAML, a key written twice, or nesting beyond reason.
    """
    return _Reader(name, locate=False).read(_composed(text, name))


class _Reader:
    """Counts the nodes, since an alias can repeat a whole branch any number of times."""

    def __init__(self, name: str, *, locate: bool) -> None:
        self.name = name
        self.locate = locate
        self.nodes = 0

    def read(self, node: yaml.Node | None, depth: int = 0) -> Any:
        if node is None:
            return None
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise UnreadableError("nested_value", f"{self.name} repeats or nests beyond reason")
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return [self._item(item, depth) for item in node.value]
        return self._mapping(node, depth)

    def _item(self, node: yaml.Node, depth: int) -> Any:
        item = self.read(node, depth + 1)
        return Located(node.start_mark.line + 1, item) if self.locate else item

    def _mapping(self, node: yaml.Node, depth: int) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise UnreadableError("broken_yaml", f"{self.name}, line {line}: not a name")
            if key.value in content:
                raise UnreadableError(
                    "broken_yaml",
                    f"{self.name}, line {line}: '{key.value[:60]}' is written twice: keep one",
                )
            content[key.value] = self.read(value, depth + 1)
        return content

"""What a PDF says of itself, read with pikepdf: structure, metadata, text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

_HEX = re.compile(rb"<([0-9A-Fa-f]+)>")
_SINGLE = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGE = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)


def opened(document: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(document))


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the structure tree, in the order in which it is read."""
    pending: list[Any] = [pdf.Root.StructTreeRoot]
    while pending:
        node = pending.pop()
        if not isinstance(node, pikepdf.Dictionary):
            continue
        if "/S" in node:
            yield node
        kids: Any = node.get("/K", [])
        children = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
        pending.extend(reversed(children))


def roles(pdf: pikepdf.Pdf) -> list[str]:
    return [str(element.S).lstrip("/") for element in elements(pdf)]


def text_of(document: bytes) -> str:
    """The characters of all pages, in the order in which they are drawn, without layout."""
    return "".join(_page_text(page) for page in opened(document).pages)


def operations(page: Any) -> Iterator[tuple[Any, Any]]:
    """The drawing of a page: operands, operator."""
    for step in pikepdf.parse_content_stream(page):
        yield step.operands, step.operator


def _page_text(page: Any) -> str:
    maps = {
        str(name): _characters(font.ToUnicode.read_bytes())
        for name, font in page.Resources.get("/Font", {}).items()
    }
    current: dict[int, str] = {}
    found: list[str] = []
    for operands, operator in operations(page):
        if str(operator) == "Tf":
            current = maps[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"}:
            pieces = operands[0] if str(operator) == "TJ" else operands
            for piece in pieces:
                if isinstance(piece, pikepdf.String):
                    codes = bytes(piece)
                    found.extend(
                        current[int.from_bytes(codes[place : place + 2], "big")]
                        for place in range(0, len(codes), 2)
                    )
    return "".join(found)


def _characters(cmap: bytes) -> dict[int, str]:
    found = {}
    for block in _SINGLE.findall(cmap):
        values = _HEX.findall(block)
        for code, character in zip(values[::2], values[1::2], strict=True):
            found[int(code, 16)] = bytes.fromhex(character.decode()).decode("utf-16-be")
    assert not _RANGE.findall(cmap), "ranges are not read here"
    return found

"""Cursors: a place in a list, as a word that means nothing to its reader."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from clairevoie.web.api.errors import Problem
from clairevoie.web.register.services.paging import Place

CURSOR_LIMIT = 400
LARGEST = 2**63 - 1


def _written(kind: str, *values: int | str) -> str:
    text = json.dumps([kind, *values], separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, kind: str, shape: tuple[type, ...]) -> list[int | str]:
    try:
        if len(cursor) > CURSOR_LIMIT or not cursor.isascii():
            raise _refused()
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(urlsafe_b64decode(padded))
    except (NotBase64, ValueError, RecursionError):
        raise _refused() from None
    if not isinstance(values, list) or [type(item) for item in values] != [str, *shape]:
        raise _refused()
    if values[0] != kind:
        raise _refused()
    if any(isinstance(item, int) and not 0 <= item <= LARGEST for item in values):
        raise _refused()
    return values[1:]


def _refused() -> Problem:
    return Problem(
        400,
        "This cursor is not one that this list gave: start again without a cursor.",
        code="invalid_cursor",
        fields={"cursor": "Not a cursor of this list."},
    )


def place_cursor(sort: str, place: Place | None) -> str | None:
    """Return the cursor of a place in the list of systems in the order ``sort``."""
    if place is None:
        return None
    key = place.sort_key.decode("latin-1")
    return _written(f"s-{sort}", place.in_title, place.number, key, place.system)


def read_place(cursor: str | None, sort: str) -> Place | None:
    """Return the place that a cursor of the list of systems says.

    Raises:
        Problem: it is not a cursor of that list in that order.
    """
    if not cursor:
        return None
    title, number, key, system = _read(cursor, f"s-{sort}", (int, int, str, int))
    try:
        sort_key = str(key).encode("latin-1")
    except UnicodeEncodeError:
        raise _refused() from None
    return Place(int(title), int(number), sort_key, int(system))


def row_cursor(kind: str, last: int | None) -> str | None:
    """Return the cursor after row ``last`` of a list."""
    return None if last is None else _written(kind, last)


def read_row(cursor: str | None, kind: str) -> int | None:
    """Return the last row that a cursor has seen.

    Raises:
        Problem: it is not a cursor of that list.
    """
    return int(_read(cursor, kind, (int,))[0]) if cursor else None

"""The list's address: what is asked of the register, read from a query string and written back.

The list page, its exports, its feed and the API all read their parameters here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import get_language

from clairevoie.web.register.services.search import (
    COMPLETENESS_BANDS,
    FACETS,
    SORTS,
    TERM_CODES,
    SearchQuery,
)

TEXT_LIMIT = 200
VALUES_LIMIT = 100
PAGE_DIGITS = 6
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,80}")

FIXED_VALUES: Mapping[str, frozenset[str]] = {
    **{facet: frozenset({*codes, "none"}) for facet, codes in TERM_CODES.items()},
    "completeness": frozenset(code for code, _low, _high in COMPLETENESS_BANDS),
    "divergence": frozenset({"yes"}),
}


def search_query(params: QueryDict) -> SearchQuery:
    """Return what is asked; values that do not exist are ignored, a bad page is the first one."""
    chosen = {facet: _known(facet, params.getlist(facet)) for facet in FACETS}
    sort = params.get("tri") or ""
    return SearchQuery(
        text=search_text(params.get("q") or ""),
        chosen={facet: codes for facet, codes in chosen.items() if codes},
        sort=sort if sort in SORTS else SORTS[0],
        page=_page(params.get("page") or ""),
        language=(get_language() or "")[:2],
    )


def search_text(text: str) -> str:
    """Return the words to look for: one line, no control character, at most `TEXT_LIMIT` long."""
    readable = "".join(
        " " if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} else character
        for character in text[: 2 * TEXT_LIMIT]
    )
    return " ".join(readable.split())[:TEXT_LIMIT].rstrip()


def query_string(query: SearchQuery, **changes: str | int | Iterable[str] | None) -> str:
    """Return the query string of ``query``, with changes named as its parameters are.

    ``query_string(query, status=["deployed"])`` replaces the statuses chosen, ``status=None`` takes
    them away. What is by default is left out; any change but that of the page goes back to page 1.
    """
    values: dict[str, str | int | Iterable[str] | None] = {
        "q": query.text,
        **{facet: query.chosen.get(facet) for facet in FACETS},
        "tri": query.sort,
        "page": 1 if changes else query.page,
    }
    unknown = changes.keys() - values.keys()
    if unknown:
        raise TypeError(f"not a parameter of the list: {', '.join(sorted(unknown))}")
    values.update(changes)
    defaults = {"tri": SORTS[0], "page": "1"}
    pairs = [
        (name, text)
        for name, value in values.items()
        for text in _texts(value)
        if text and text != defaults.get(name)
    ]
    return urlencode(pairs)


def is_slug(text: str) -> bool:
    """Tell whether a text can be the identifier of a public body."""
    return _SLUG.fullmatch(text) is not None


def _texts(value: str | int | Iterable[str] | None) -> list[str]:
    if value is None:
        return []
    return [str(value)] if isinstance(value, str | int) else list(value)


def _known(facet: str, given: list[str]) -> tuple[str, ...]:
    known = FIXED_VALUES.get(facet)
    values = dict.fromkeys(given[:VALUES_LIMIT])
    if known is None:
        return tuple(value for value in values if is_slug(value))
    return tuple(value for value in values if value in known)


def _page(text: str) -> int:
    return max(1, int(text)) if _is_number(text, PAGE_DIGITS) else 1


def _is_number(text: str, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits

"""The attributes of bodies, sources and statements: raw texts checked one by one."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import lru_cache

from clairevoie.register.catalogue import VOCABULARIES
from clairevoie.register.statements import (
    BODY_ID_LIMIT,
    BODY_LIMITS,
    SOURCE_LIMITS,
    STATEMENT_LIMITS,
    SYSTEM_ID_LIMIT,
    Body,
    Source,
    Statement,
    is_identifier,
)
from clairevoie.register.values import ValueProblem, clean_date, clean_text, clean_url, text_of

BODY_ATTRIBUTES = frozenset(item.name for item in fields(Body))
SOURCE_ATTRIBUTES = frozenset(item.name for item in fields(Source))
STATEMENT_ATTRIBUTES = frozenset(item.name for item in fields(Statement)) - {"system"}

REMEMBERED = 300

Refuse = Callable[[str, str, str], None]
"""Takes the code of a problem, the column it is in and a sentence."""


def _clean_choice(vocabulary: str) -> Callable[[str], str]:
    codes = frozenset(VOCABULARIES[vocabulary].codes())

    def check(text: str) -> str:
        code = text.strip()
        if code not in codes:
            raise ValueProblem("unknown_term", text)
        return code

    return check


def _clean_line(limit: int) -> Callable[[str], str]:
    return lambda text: clean_text(text, limit=limit, one_line=True)


def _clean_code(length: int, *, upper: bool) -> Callable[[str], str]:
    def check(text: str) -> str:
        code = text.strip()
        code = code.upper() if upper else code.lower()
        if len(code) != length or not (code.isascii() and code.isalpha()):
            raise ValueProblem("not_a_code", text)
        return code

    return check


def _clean_digest(text: str) -> str:
    digest = text.strip().lower()
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueProblem("not_a_digest", text)
    return digest


_CLEANERS: Mapping[str, Callable[[str], str]] = {
    "body.kind": _clean_choice("body_kind"),
    "body.country": _clean_code(2, upper=True),
    "body.website": clean_url,
    **{f"body.{key}": _clean_line(limit) for key, limit in BODY_LIMITS.items() if key != "website"},
    "source.kind": _clean_choice("source_kind"),
    "source.url": clean_url,
    "source.date": clean_date,
    "source.digest": _clean_digest,
    **{f"source.{key}": _clean_line(limit) for key, limit in SOURCE_LIMITS.items() if key != "url"},
    "statement.speaker": _clean_line(STATEMENT_LIMITS["speaker"]),
    "statement.capacity": _clean_choice("capacity"),
    "statement.date": clean_date,
    "statement.period": clean_date,
    "statement.locator": _clean_line(STATEMENT_LIMITS["locator"]),
    "statement.language": _clean_code(2, upper=False),
}


@lru_cache(maxsize=4096)
def _remembered(name: str, text: str) -> str:
    return _CLEANERS[name](text)


def clean_attribute(name: str, text: str) -> str:
    """Return the canonical text of an attribute named like ``source.url``; "" for nothing.

    Raises:
        ValueProblem: the text cannot be such an attribute.
    """
    if not text or text.isspace():
        return ""
    return _remembered(name, text) if len(text) <= REMEMBERED else _CLEANERS[name](text)


def texts_of(
    raw: object, kind: str, allowed: frozenset[str], refuse: Refuse
) -> dict[str, str] | None:
    """Return the item's attributes as text, or None when it is not an item at all."""
    if not isinstance(raw, dict):
        refuse("not_an_item", "", f"a {kind} must be a list of named attributes")
        return None
    texts: dict[str, str] = {}
    for key, value in raw.items():
        if key not in allowed:
            refuse("unknown_attribute", str(key), unknown_attribute(str(key), kind, allowed))
        elif value.__class__ is str:
            texts[key] = value
        elif isinstance(value, dict | list | tuple):
            refuse("not_a_value", key, f"the {key} of a {kind} must be one value, not a list")
        else:
            texts[key] = text_of(value)
    return texts


def unknown_attribute(key: str, kind: str, allowed: Iterable[str]) -> str:
    """Return the sentence for an attribute that an item does not have."""
    close = difflib.get_close_matches(key, sorted(allowed), 1)
    advice = f"did you mean '{close[0]}'?" if close else "remove it"
    return f"'{key[:60]}' is not an attribute of a {kind}: {advice}"


def cleaned_of(
    texts: Mapping[str, str], kind: str, names: Iterable[str], refuse: Refuse
) -> dict[str, str]:
    """Return the canonical attributes that say something; refusals are told to ``refuse``."""
    cleaned: dict[str, str] = {}
    for name in names:
        text = texts.get(name, "")
        if not text:
            continue
        try:
            cleaned[name] = clean_attribute(f"{kind}.{name}", text)
        except ValueProblem as problem:
            refuse(problem.code, name, str(problem))
    return cleaned


_BODY_REST = ("name", "short_name", "kind", "country", "identifier", "website")
_SOURCE_REST = ("kind", "title", "publisher", "url", "date", "digest", "licence")


def body_of(raw: object, refuse: Refuse) -> Body | None:
    """Return the body that ``raw`` describes; refusals are told to ``refuse``."""
    texts = texts_of(raw, "body", BODY_ATTRIBUTES, refuse)
    if texts is None:
        return None
    identifier = texts.get("id", "").strip()
    if not is_identifier(identifier, BODY_ID_LIMIT):
        refuse("bad_identifier", "id", bad_identifier(identifier, BODY_ID_LIMIT))
        return None
    cleaned = cleaned_of(texts, "body", _BODY_REST, refuse)
    if not texts.get("name", "").strip():
        refuse("missing", "name", f"the body '{identifier}' has no name: write it")
    return Body(id=identifier, **cleaned) if cleaned.get("name") else None


def source_of(raw: object, refuse: Refuse) -> Source | None:
    """Return the source that ``raw`` describes; refusals are told to ``refuse``."""
    texts = texts_of(raw, "source", SOURCE_ATTRIBUTES, refuse)
    if texts is None:
        return None
    identifier = texts.get("id", "").strip()
    if not identifier or len(identifier) > SYSTEM_ID_LIMIT:
        refuse("bad_identifier", "id", f"a source needs an id of 1 to {SYSTEM_ID_LIMIT} characters")
        return None
    cleaned = cleaned_of(texts, "source", _SOURCE_REST, refuse)
    for name in ("kind", "title"):
        if not texts.get(name, "").strip():
            refuse("missing", name, f"the source '{identifier}' has no {name}: write it")
    complete = "kind" in cleaned and "title" in cleaned
    return Source(id=identifier, **cleaned) if complete else None


def bad_identifier(text: str, limit: int) -> str:
    """Return the sentence for a text that cannot be an identifier."""
    return (
        f"'{text[:60]}' cannot be an id: use 1 to {limit} lower-case letters without accents, "
        "digits, - and _"
    )

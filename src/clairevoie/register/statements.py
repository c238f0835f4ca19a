"""The register's facts: bodies, systems, sources, statements.

A *statement* is one value of one field, with who says it, in what capacity, where it is written and
when. Nothing is edited in place: a statement may supersede an earlier one, which stays.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

UNIT_SEPARATOR = "\x1f"

BODY_LIMITS: Mapping[str, int] = MappingProxyType(
    {"name": 500, "short_name": 100, "identifier": 60, "website": 2_000}
)
SOURCE_LIMITS: Mapping[str, int] = MappingProxyType(
    {"title": 500, "publisher": 500, "url": 2_000, "licence": 200}
)
STATEMENT_LIMITS: Mapping[str, int] = MappingProxyType(
    {"speaker": 500, "locator": 200, "quote": 20_000}
)
BODY_ID_LIMIT = 80
SYSTEM_ID_LIMIT = 120

_IDENTIFIER = re.compile(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")
_UID = re.compile(r"[0-9a-f]{32}")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def is_identifier(text: str, limit: int) -> bool:
    """Tell whether ``text`` can name a body or a system: ASCII letters, digits, - and _."""
    return len(text) <= limit and _IDENTIFIER.fullmatch(text) is not None


def is_uid(text: str) -> bool:
    """Tell whether ``text`` has the form of a content identifier."""
    return _UID.fullmatch(text) is not None


def slugify(text: str, limit: int = BODY_ID_LIMIT) -> str:
    """Return an identifier made from a name: ASCII, lower case, hyphens, at most ``limit`` long.

    A name that is cut, or in which nothing is ASCII, is completed by digits drawn from its content,
    so that two long names do not meet. The empty text gives "".
    """
    plain = text.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    ascii_only = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    slug = _NOT_IN_SLUG.sub("-", ascii_only).strip("-")
    if slug and len(slug) <= limit:
        return slug
    if not text.strip():
        return ""
    return f"{slug[: limit - 13]}-{content_uid(text.strip())[:12]}".strip("-")


def content_uid(*parts: str) -> str:
    """Return a 32-digit hexadecimal identifier drawn from the content of ``parts``.

    The same content always has the same identifier, so importing a file twice adds nothing. It is
    the first 128 bits of SHA-256 with the version and variant bits of a UUID version 8
    (RFC 9562, section 5.8).
    """
    digest = hashlib.sha256(UNIT_SEPARATOR.join(parts).encode()).hexdigest()
    return f"{digest[:12]}8{digest[13:16]}{'89ab'[int(digest[16], 16) & 3]}{digest[17:32]}"


def identifier_from(text: str, limit: int) -> str:
    """Return ``text`` if it is an identifier already, else one made from it by `slugify`."""
    return text if is_identifier(text, limit) else slugify(text, limit)


@dataclass(frozen=True, slots=True)
class Body:
    """A public body (or a company, where a document names one)."""

    id: str
    name: str
    short_name: str = ""
    kind: str = "other"
    country: str = ""
    identifier: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A document that can be opened: where something is written.

    ``date`` is ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; ``digest`` is the SHA-256 of an archived
    copy. The page and the passage belong to each statement that cites the source.
    """

    id: str
    kind: str
    title: str
    publisher: str = ""
    url: str = ""
    date: str = ""
    digest: str = ""
    licence: str = ""

    def uid(self) -> uuid.UUID:
        """Return the identifier drawn from the content, whatever ``id`` the file gives it."""
        return uuid.UUID(
            content_uid(
                self.kind,
                self.title,
                self.publisher,
                self.url,
                self.date,
                self.digest,
                self.licence,
            )
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """One value of one field of one system, and who says so.

    Attributes:
        system: identifier of the system.
        field: key of the catalogue.
        value: canonical text (see `clairevoie.register.values`).
        source: identifier of a `Source`, or "" when the statement is its author's own word.
        speaker: the person or organisation who says it.
        capacity: term of the ``capacity`` vocabulary.
        date: when it was said, ``YYYY[-MM[-DD]]``.
        period: the time that the fact is about, ``YYYY[-MM[-DD]]``; "" for an undated fact.
        locator: page or section of the source.
        quote: the passage of the source, word for word.
        language: of a free-text value, as a two-letter code; "" when not known.
        supersedes: ``uid`` of the statement that this one replaces.
        uid: identifier drawn from the content; computed when left empty.
    """

    system: str
    field: str
    value: str
    source: str = ""
    speaker: str = ""
    capacity: str = "administration"
    date: str = ""
    period: str = ""
    locator: str = ""
    quote: str = ""
    language: str = ""
    supersedes: str = ""
    uid: str = ""


def statement_uid(statement: Statement, source_uid: str) -> str:
    """Return the statement's content identifier, given the content identifier of its source.

    What a statement replaces is part of what it says: coming back to an earlier word is a new
    statement.
    """
    parts = (
        statement.system,
        statement.field,
        statement.value,
        source_uid,
        statement.speaker,
        statement.capacity,
        statement.date,
        statement.period,
        statement.locator,
        statement.quote,
    )
    return (
        content_uid(*parts, statement.supersedes) if statement.supersedes else content_uid(*parts)
    )


@dataclass(frozen=True, slots=True)
class SystemRecord:
    """All that is said of one system.

    ``sources`` holds the sources that the statements name, by their ``id``.
    """

    id: str
    body: Body | None
    statements: tuple[Statement, ...]
    sources: tuple[Source, ...] = ()

    def values(self, field: str) -> tuple[str, ...]:
        """Return the values said of a field, in the order of the statements."""
        return tuple(item.value for item in self.statements if item.field == field)

    def first(self, field: str) -> str:
        """Return the first value said of a field, or ""."""
        return next((item.value for item in self.statements if item.field == field), "")


def compact(item: Body | Source | Statement, *leave_out: str) -> dict[str, str]:
    """Return the item as a dictionary without its empty attributes."""
    return {key: value for key, value in asdict(item).items() if value and key not in leave_out}

"""Values: from what a file or a person gives to the canonical text that is stored.

A value is always text. `clean` returns the canonical text or raises `ValueProblem`, whose message
is one plain sentence made from a code (for counting) and the offending text, shortened.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from clairevoie.register.catalogue import Field, Kind, vocabulary_of

LINE_LIMIT = 500
TEXT_LIMIT = 20_000
URL_LIMIT = 2_000
NUMBER_DIGITS = 18
FIRST_YEAR, LAST_YEAR = 1000, 2200

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_TIMESTAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{2}:[0-9]{2}")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile(r"[ \t]+")
_GROUPING = re.compile("[ \u00a0\u202f'’_]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

MESSAGES = {
    "forbidden_character": "contains a control character",
    "too_long": "is too long",
    "unknown_term": "is not a term of the vocabulary",
    "not_a_date": "is not a date (write YYYY, YYYY-MM or YYYY-MM-DD)",
    "impossible_date": "is a date that does not exist",
    "not_a_number": "is not a number",
    "not_a_url": "is not a web address (it must start with http:// or https://)",
    "not_a_code": "is not a code (two letters, such as FR or fr)",
    "not_a_digest": "is not a SHA-256 (64 hexadecimal digits)",
    "replacement_character": "contains � : the file was saved in another encoding",
}


class ValueProblem(ValueError):
    """A value that the register refuses; ``code`` is a key of `MESSAGES`."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        shown = text if len(text) <= 60 else f"{text[:57]}…"
        self.text = _FORBIDDEN.sub("�", shown)
        super().__init__(f"'{self.text}' {MESSAGES[code]}")


def clean_text(text: str, *, limit: int, one_line: bool) -> str:
    """Return ``text`` in NFC, trimmed, with single spaces; refuse control characters.

    Raises:
        ValueProblem: forbidden_character, replacement_character or too_long.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if _FORBIDDEN.search(text):
        raise ValueProblem("forbidden_character", text)
    if "\ufffd" in text:
        raise ValueProblem("replacement_character", text)
    if one_line:
        text = " ".join(text.split())
    elif "\n" in text or "\r" in text or "  " in text or "\t" in text:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        text = "\n".join(_SPACES.sub(" ", line).strip() for line in lines)
        while "\n\n\n" in text:
            text = text.replace("\n\n\n", "\n\n")
    text = text.strip()
    if len(text) > limit:
        raise ValueProblem("too_long", text)
    return text


def clean_date(text: str) -> str:
    """Return ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; also reads 31/12/2024 and timestamps.

    Raises:
        ValueProblem: not_a_date or impossible_date.
    """
    text = text.strip()
    if match := _TIMESTAMP.match(text):
        text = match.group(1)
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = match.groups()
        text = f"{year}-{int(month):02}-{int(day):02}"
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueProblem("not_a_date", text)
    year, month, day = match.groups()
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise ValueProblem("impossible_date", text)
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise ValueProblem("impossible_date", text) from None
    return text


def clean_number(text: str, *, integer: bool) -> str:
    """Return a canonical number: no grouping, a point for decimals, no trailing zeros.

    Spaces, narrow spaces and apostrophes group thousands; one comma is a decimal comma.

    Raises:
        ValueProblem: not_a_number.
    """
    plain = _GROUPING.sub("", text.strip())
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise ValueProblem("not_a_number", text) from None
    if not number.is_finite() or abs(number.adjusted()) > NUMBER_DIGITS:
        raise ValueProblem("not_a_number", text)
    if integer and number != number.to_integral_value():
        raise ValueProblem("not_a_number", text)
    written = f"{number:f}"
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return written if written not in {"-0", ""} else "0"


def clean_url(text: str) -> str:
    """Return the address if it is http or https with a host.

    Raises:
        ValueProblem: not_a_url or too_long.
    """
    text = clean_text(text, limit=URL_LIMIT, one_line=True)
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        raise ValueProblem("not_a_url", text) from None
    if parts.scheme.lower() not in {"http", "https"} or not host or " " in text:
        raise ValueProblem("not_a_url", text)
    return text


def clean(field: Field, raw: str) -> str:
    """Return the canonical text of ``raw`` for ``field``; "" when there is nothing in it.

    Raises:
        ValueProblem: the value cannot be a value of that field.
    """
    kind = field.kind
    if not raw or raw.isspace():
        return ""
    if kind is Kind.TEXT:
        return clean_text(raw, limit=TEXT_LIMIT, one_line=False)
    if kind is Kind.LINE or kind is Kind.CONTACT:
        return clean_text(raw, limit=LINE_LIMIT, one_line=True)
    if kind is Kind.CHOICE:
        code = raw.strip()
        vocabulary = vocabulary_of(field)
        if vocabulary is None or vocabulary.get(code) is None:
            raise ValueProblem("unknown_term", raw)
        return code
    if kind is Kind.DATE:
        return clean_date(raw)
    if kind is Kind.URL:
        return clean_url(raw)
    return clean_number(raw, integer=kind is Kind.INTEGER)


def is_email(text: str) -> bool:
    """Tell whether a contact looks like an e-mail address."""
    return bool(_EMAIL.fullmatch(text))


def date_bounds(text: str) -> tuple[date, date]:
    """Return the first and last day that a date of the register can mean.

    Raises:
        ValueProblem: not_a_date or impossible_date.
    """
    parts = [int(part) for part in clean_date(text).split("-")]
    if len(parts) == 3:
        day = date(*parts)
        return day, day
    year = parts[0]
    if len(parts) == 2:
        month = parts[1]
        after = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), date.fromordinal(after.toordinal() - 1)
    return date(year, 1, 1), date(year, 12, 31)


def text_of(cell: object) -> str:
    """Return the text of a cell read from a spreadsheet or a JSON file."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)

"""Values, dates and numbers as a reader sees them, in French or in English."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from html import escape as esc
from urllib.parse import urlsplit

from django.utils.safestring import SafeString

from clairevoie.register.catalogue import Field, Kind, vocabulary_of
from clairevoie.register.values import is_email

NBSP = "\u00a0"
THIN = "\u202f"
MONTHS = {
    "fr": (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    ).split(),
    "en": (
        "January February March April May June July August September October November December"
    ).split(),
}
UNITS = {
    "fr": {
        "persons": ("personne", "personnes"),
        "FTE": ("équivalent temps plein", "équivalents temps plein"),
    },
    "en": {
        "persons": ("person", "people"),
        "FTE": ("full-time equivalent", "full-time equivalents"),
    },
}
EXCERPT = 160

_ADDRESS = re.compile(r"https?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?)\]]")


@dataclass(frozen=True, slots=True)
class Shown:
    """A value ready to be shown: ``html`` is escaped, with its links; ``text`` is plain.

    ``lang`` is set when the text is in another language than the page.
    """

    html: SafeString
    text: str
    lang: str = ""

    @classmethod
    def plain(cls, text: str, lang: str = "") -> Shown:
        """Return a text without links."""
        return cls(SafeString(esc(text)), text, lang)


@lru_cache(maxsize=4096)
def date_in_words(text: str, language: str) -> str:
    """Return ``YYYY[-MM[-DD]]`` in words: «1er mars 2024», «mars 2024», «2024»; "" for ""."""
    parts = text.split("-")
    if len(parts) == 1:
        return text
    month = MONTHS[language][int(parts[1]) - 1]
    if len(parts) == 2:
        return f"{month} {parts[0]}"
    day = int(parts[2])
    written = "1er" if day == 1 and language == "fr" else str(day)
    return f"{written}{NBSP}{month} {parts[0]}"


def number_in_words(text: str, language: str) -> str:
    """Return a canonical number with its thousands grouped: «34 500 000», «12,5»."""
    sign, digits = ("−", text[1:]) if text.startswith("-") else ("", text)
    whole, _point, decimals = digits.partition(".")
    grouped = f"{int(whole or 0):,}"
    if language == "fr":
        grouped = grouped.replace(",", THIN)
    mark = "," if language == "fr" else "."
    return f"{sign}{grouped}{mark + decimals if decimals else ''}"


def quantity(text: str, unit: str, language: str) -> str:
    """Return a canonical number with its unit: «34 500 000 €», «1 personne»."""
    number = number_in_words(text, language)
    if not unit:
        return number
    if unit == "EUR":
        return f"{number}{NBSP}€" if language == "fr" else f"€{number}"
    one, many = UNITS[language].get(unit, (unit, unit))
    few = text in {"0", "1"} if language == "fr" else text == "1"
    return f"{number}{NBSP}{one if few else many}"


def percent(share: float | None, language: str) -> str:
    """Return a share as a percentage: «4 %», «0,3 %»; "–" when there is nothing to divide."""
    if share is None:
        return "–"
    value = 100 * share
    # One decimal where rounding would say 0 % of something or 100 % of not everything.
    rough = 0 < value < 1 or 99 < value < 100
    text = number_in_words(f"{value:.1f}" if rough else f"{value:.0f}", language)
    return f"{text}{NBSP}%" if language == "fr" else f"{text}%"


def host_of(url: str) -> str:
    """Return the host of a web address, without «www.»."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def excerpt(text: str, length: int = EXCERPT) -> str:
    """Return the beginning of a text on one line, cut between two words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"


def web_address(url: str) -> str:
    """Return the address if a link may point to it, else ""."""
    return url if url.lower().startswith(("http://", "https://")) else ""


def link(url: str, words: str = "") -> SafeString:
    """Return a link to another site: no referrer of ours is worth following."""
    return SafeString(f'<a href="{esc(url)}" rel="nofollow noopener">{esc(words or url)}</a>')


def text_html(text: str) -> SafeString:
    """Return escaped text in which web addresses are links."""
    if "http" not in text:
        return SafeString(esc(text))
    pieces: list[str] = []
    last = 0
    for match in _ADDRESS.finditer(text):
        pieces += (esc(text[last : match.start()]), link(match.group()))
        last = match.end()
    return SafeString("".join((*pieces, esc(text[last:]))))


def _url_shown(value: str) -> Shown:
    host = host_of(value)
    short = value.partition("://")[2].removeprefix("www.").rstrip("/")
    rest = short[len(host) :] if short.startswith(host) else ""
    if not rest:
        html = link(value, host)
    else:
        html = SafeString(
            f'<a href="{esc(value)}" rel="nofollow noopener"><b>{esc(host)}</b>'
            f"{esc(excerpt(rest, 70))}</a>"
        )
    return Shown(html, value)


def _contact_shown(value: str) -> Shown:
    if value.startswith(("http://", "https://")):
        return _url_shown(value)
    if is_email(value):
        return Shown(SafeString(f'<a href="mailto:{esc(value)}">{esc(value)}</a>'), value)
    return Shown.plain(value)


def shower(field: Field, language: str) -> Callable[[str, str], Shown]:
    """Return the function (value, its language) → what is shown, for one field."""
    kind = field.kind
    if kind is Kind.CHOICE:
        vocabulary = vocabulary_of(field)
        labels = (
            {term.code: term.label(language) for term in vocabulary.terms} if vocabulary else {}
        )
        return lambda value, _lang: Shown.plain(labels.get(value, value))
    if kind is Kind.DATE:
        return lambda value, _lang: Shown.plain(date_in_words(value, language))
    if kind in {Kind.INTEGER, Kind.DECIMAL}:
        return lambda value, _lang: Shown.plain(quantity(value, field.unit, language))
    if kind is Kind.URL:
        return lambda value, _lang: _url_shown(value)
    if kind is Kind.CONTACT:
        return lambda value, _lang: _contact_shown(value)
    return lambda value, lang: Shown(
        text_html(value), value, lang if lang and lang[:2] != language else ""
    )

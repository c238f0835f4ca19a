"""What templates need everywhere: the menu, the other language, names of codes, dates in words."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django import template
from django.http import HttpRequest
from django.template import Context
from django.template.defaultfilters import date as date_filter
from django.urls import NoReverseMatch, get_urlconf, reverse, translate_url
from django.utils.timezone import localtime
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from clairevoie.register.catalogue import FIELD_BY_KEY, VOCABULARIES, Field
from clairevoie.web.register.services.pages.wording import number_in_words, percent

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

register = template.Library()

_MENU = (
    ("register:list", _("Systems")),
    ("register:body_list", _("Public bodies")),
    ("rules:list", _("Rules")),
    ("audit:list", _("Audits")),
    ("consultation:consultations", _("Consultations")),
    ("consultation:recommendations", _("Recommendations")),
    ("register:changes", _("What changed")),
    ("register:help", _("A decision about me")),
    ("register:contribute", _("Contribute")),
)
_FOOT = (
    ("register:about", _("About")),
    ("register:fields", _("What a record says")),
    ("register:indicators", _("Indicators")),
    ("register:source_list", _("Sources")),
    ("audit:list", _("Published audits")),
    ("consultation:consultations", _("Consultations")),
    ("consultation:recommendations", _("Recommendations")),
    ("sortition:draws", _("Panels drawn by lot")),
    ("register:formats", _("Download")),
    ("api:index", _("API")),
    ("register:accessibility", _("Accessibility: not certified")),
    ("register:privacy", _("Personal data")),
)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A link of the main menu."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language."""

    code: str
    name: str
    url: str


@register.simple_tag(takes_context=True)
def main_menu(context: Context) -> list[MenuItem]:
    """Return the links of the main menu; a page that does not exist is left out."""
    path = _request(context).path
    pages = _links(_MENU, get_language() or "fr", get_urlconf())
    return [MenuItem(label, url, path.startswith(url)) for label, url in pages]


@register.simple_tag
def foot_menu() -> tuple[tuple[str, str], ...]:
    """Return the links of the foot of the page, each as its label and address."""
    return _links(_FOOT, get_language() or "fr", get_urlconf())


@register.simple_tag(takes_context=True)
def other_language(context: Context) -> LanguageLink:
    """Return the page's address in the other language, or that language's home page."""
    code, name = ("en", "English") if language() == "fr" else ("fr", "Français")
    here = _request(context).get_full_path()
    there = translate_url(here, code)
    if there == here:
        with override(code):
            there = reverse("register:home")
    return LanguageLink(code, name, there)


@register.filter
def term(code: str, vocabulary: str) -> str:
    """Return the label of a code of a vocabulary: ``{{ code|term:"status" }}``."""
    return VOCABULARIES[vocabulary].label(code, language())


@register.filter
def field_label(key: str) -> str:
    """Return the label of a field of the catalogue; an unknown key is returned as it is."""
    item = FIELD_BY_KEY.get(key)
    return item.label(language()) if item else key


@register.filter
def label(item: object) -> str:
    """Return the label of a field, a group, a term, in the page's language."""
    return str(item.label(language()))  # type: ignore[attr-defined]


@register.filter(name="help")
def help_text(item: Field) -> str:
    """Return the help text of a field, in the page's language."""
    return item.help(language())


@register.filter
def said_date(text: str) -> str:
    """Return a date of a statement in words, as precise as it is: year, month or day."""
    parts = text.split("-")
    if len(parts) == 1 or not all(part.isdigit() for part in parts):
        return text
    numbers = [int(part) for part in parts]
    if len(numbers) == 2:
        return str(date_filter(date(numbers[0], numbers[1], 1), "F Y"))
    return _day_in_words(date(*numbers[:3]))


@register.filter
def ordinal_date(number: int) -> str:
    """Return a day kept as its proleptic number (`date.toordinal`) in words; 0 gives nothing."""
    return _day_in_words(date.fromordinal(number)) if number else ""


@register.filter
def day(moment: datetime) -> str:
    """Return the day of a moment, in the site's time zone, in words."""
    return _day_in_words(localtime(moment).date())


@register.filter
def host(url: str) -> str:
    """Return the name of the site that an address leads to."""
    return urlsplit(url).netloc.removeprefix("www.")


@register.filter
def share(value: float) -> str:
    """Return a share as a percentage."""
    return percent(value, language())


@register.filter
def grouped(number: int) -> str:
    """Return a number with its thousands grouped, as in the charts."""
    return number_in_words(str(number), language())


def language() -> str:
    """Return the language of the page: "fr" or "en"."""
    return (get_language() or "fr")[:2]


def _day_in_words(when: date) -> str:
    if language() == "fr":
        day_number = "1er" if when.day == 1 else str(when.day)
        return f"{day_number} {date_filter(when, 'F Y')}"
    return str(date_filter(when, "j F Y"))


@lru_cache(maxsize=16)
def _links(
    pages: tuple[tuple[str, StrPromise], ...], code: str, urls: str | None
) -> tuple[tuple[str, str], ...]:
    """Return labels and addresses; they depend on nothing but the language and the table of URLs.

    A page that does not exist is left out.
    """
    found = []
    for name, label in pages:
        with suppress(NoReverseMatch):
            found.append((str(label), reverse(name, urlconf=urls)))
    return tuple(found)


def _request(context: Context) -> HttpRequest:
    request: HttpRequest = context["request"]
    return request

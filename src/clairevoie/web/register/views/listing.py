"""What the list page shows: facets, chosen filters, orders, results and pages, ready to print."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clairevoie.register.catalogue import FIELD_BY_KEY
from clairevoie.web.register.models import SearchEntry
from clairevoie.web.register.services.entries import FACET_FIELDS
from clairevoie.web.register.services.search import (
    COMPLETENESS_BANDS,
    FACET_VOCABULARIES,
    FACETS,
    SORTS,
    TERM_CODES,
    FacetValue,
    SearchQuery,
    SearchResult,
    body_names,
)
from clairevoie.web.register.views.query import query_string

SHOWN_BODIES = 12
OPEN_FACETS = frozenset({"status", "automation"})
FACET_ORDER = (
    "status",
    "automation",
    "domains",
    "country",
    "body",
    "persons",
    "methods",
    "completeness",
    "divergence",
)


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a facet."""

    code: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with the values that have results, or are chosen.

    ``left_out`` counts the values that have results and are not shown.
    """

    key: str
    label: str
    options: tuple[Option, ...]
    is_open: bool
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the page; ``current`` when it leads to what is shown."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of the pagination; without an address it stands for the pages left out."""

    number: int
    url: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A system in the list."""

    entry: SearchEntry
    status: tuple[str, ...]
    automation: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """The list page."""

    result: SearchResult
    results: tuple[Result, ...]
    facets: tuple[Facet, ...]
    chips: tuple[Link, ...]
    sorts: tuple[Link, ...]
    pages: tuple[PageLink, ...]
    query_string: str

    @property
    def first_number(self) -> int:
        """The rank of the page's first result."""
        return (self.result.query.page - 1) * self.result.query.size + 1


def listing(result: SearchResult) -> Listing:
    """Return the list page of a search's result. One query, for the names of public bodies."""
    query = result.query
    bodies = _shown_bodies(result.facets["body"])
    names = body_names([*(value.code for value in bodies), *query.chosen.get("body", ())])
    language = get_language() or "fr"

    def label(facet: str, code: str) -> str:
        if facet == "body":
            return names.get(code, _("unknown public body"))
        return value_label(facet, code, language)

    facets = tuple(
        Facet(
            key,
            facet_label(key, language),
            tuple(
                Option(value.code, label(key, value.code), value.count, value.chosen)
                for value in (bodies if key == "body" else result.facets[key])
            ),
            key in OPEN_FACETS or key in query.chosen,
            len(result.facets["body"]) - len(bodies) if key == "body" else 0,
        )
        for key in FACET_ORDER
    )
    return Listing(
        result=result,
        results=results_of(result.entries),
        facets=facets,
        chips=tuple(_chips(query, label)),
        sorts=tuple(
            Link(text, list_url(query_string(query, tri=key)), query.sort == key)
            for key, text in _sort_labels().items()
        ),
        pages=tuple(
            PageLink(number, list_url(query_string(query, page=number)), number == query.page)
            if number
            else PageLink(0)
            for number in page_numbers(query.page, result.pages)
        ),
        query_string=query_string(query, page=1),
    )


def results_of(entries: Iterable[SearchEntry]) -> tuple[Result, ...]:
    """Return systems as `<c-result>` shows them."""
    language = get_language() or "fr"
    return tuple(
        Result(
            entry,
            term_labels("status", entry.status_bits, language),
            term_labels("automation", entry.automation_bits, language),
        )
        for entry in entries
    )


def list_url(query: str) -> str:
    """Return the list's address with a query string."""
    return reverse("register:list") + (f"?{query}" if query else "")


def facet_label(facet: str, language: str) -> str:
    """Return the heading of a facet."""
    if facet in FACET_FIELDS:
        return FIELD_BY_KEY[FACET_FIELDS[facet]].label(language)
    if facet in FACET_VOCABULARIES:
        vocabulary = FACET_VOCABULARIES[facet]
        return vocabulary.fr if language == "fr" else vocabulary.en
    return {
        "body": _("Public body"),
        "completeness": _("Filled-in share of the record"),
        "divergence": _("Voices"),
    }[facet]


def value_label(facet: str, code: str, language: str) -> str:
    """Return the label of a value of a facet other than the public body."""
    if facet == "divergence":
        return _("Diverging voices")
    if facet == "completeness":
        low, high = next(band[1:] for band in COMPLETENESS_BANDS if band[0] == code)
        return _("%(low)d to %(high)d%%") % {"low": low, "high": high}
    if code == "none":
        return _("Not filled in")
    return FACET_VOCABULARIES[facet].label(code, language)


def term_labels(facet: str, bits: int, language: str) -> tuple[str, ...]:
    """Return the labels of the terms that a column of bits holds."""
    return tuple(
        value_label(facet, code, language)
        for rank, code in enumerate(TERM_CODES[facet])
        if bits & (1 << rank)
    )


def page_numbers(page: int, pages: int) -> list[int]:
    """Return the numbers to show around ``page``; 0 stands for those left out."""
    shown = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    numbers: list[int] = []
    for number in shown:
        if numbers and number == numbers[-1] + 2:
            numbers.append(number - 1)
        elif numbers and number > numbers[-1] + 2:
            numbers.append(0)
        numbers.append(number)
    return numbers


def _sort_labels() -> dict[str, str]:
    return dict(
        zip(
            SORTS,
            (_("Relevance"), _("Name"), _("Last said"), _("Completeness")),
            strict=True,
        )
    )


def _shown_bodies(values: tuple[FacetValue, ...]) -> tuple[FacetValue, ...]:
    first, rest = values[:SHOWN_BODIES], values[SHOWN_BODIES:]
    return (*first, *(value for value in rest if value.chosen))


def _chips(query: SearchQuery, label: Callable[[str, str], str]) -> Iterable[Link]:
    if query.text:
        yield Link(
            _("words: %(text)s") % {"text": query.text}, list_url(query_string(query, q=None))
        )
    for facet in FACETS:
        codes = query.chosen.get(facet, ())
        for code in codes:
            others: dict[str, list[str]] = {facet: [other for other in codes if other != code]}
            yield Link(label(facet, code), list_url(query_string(query, **others)))

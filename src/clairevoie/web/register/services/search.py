"""Finding systems: full text in French, facets with counts, one page of results.

Three queries whatever is asked: what changed since the last search, which systems match the words,
and the page's rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from clairevoie.register.catalogue import FIELD_BY_KEY, VOCABULARIES
from clairevoie.register.search_text import query_terms
from clairevoie.web.register.models import PublicBody, SearchEntry
from clairevoie.web.register.services import columns
from clairevoie.web.register.services.entries import FACET_FIELDS

PAGE_SIZE = 25
SORTS = ("relevance", "name", "recent", "complete")
COMPLETENESS_BANDS: tuple[tuple[str, int, int], ...] = (
    ("0-9", 0, 9),
    ("10-24", 10, 24),
    ("25-49", 25, 49),
    ("50-74", 50, 74),
    ("75-100", 75, 100),
)
FACET_VOCABULARIES = {
    **{
        facet: VOCABULARIES[FIELD_BY_KEY[key].vocabulary or ""]
        for facet, key in FACET_FIELDS.items()
    },
    "country": VOCABULARIES["country"],
}
TERM_CODES = {facet: vocabulary.codes() for facet, vocabulary in FACET_VOCABULARIES.items()}
FACETS = ("body", *TERM_CODES, "completeness", "divergence")

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is asked: words, chosen values of each facet (any of them), order, page from 1.

    ``language`` is the reader's: by relevance, records in another language come last.
    """

    text: str = ""
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    size: int = PAGE_SIZE
    language: str = ""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and how many results it has, the other facets staying as chosen."""

    code: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One page of results. ``facets`` keep every vocabulary's order; bodies by count."""

    query: SearchQuery
    total: int
    register_total: int
    pages: int
    entries: tuple[SearchEntry, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]


def matching(text: str) -> tuple[Numbers | None, Numbers]:
    """Return (systems that hold every word of ``text``, those that hold them all in their name).

    The first is None when the text asks for nothing. One query.
    """
    terms = query_terms(text)
    if not terms:
        return None, np.zeros(0, dtype=np.int64)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            words = " & ".join(f"({' | '.join(term)})" for term in terms)
            cursor.execute(
                """
                SELECT string_agg(system_id::text, ','),
                       string_agg(CASE WHEN to_tsvector('simple', title_tokens)
                                            @@ to_tsquery('simple', %s)
                                  THEN system_id::text END, ',')
                FROM register_searchentry
                WHERE to_tsvector('simple', title_tokens || ' ' || text_tokens)
                      @@ to_tsquery('simple', %s)
                """,
                [words, words],
            )
        else:
            words = " AND ".join(
                "(" + " OR ".join(f'"{token}"' for token in term) + ")" for term in terms
            )
            cursor.execute(
                """
                SELECT (SELECT group_concat(rowid) FROM register_searchindex
                        WHERE register_searchindex MATCH %s),
                       (SELECT group_concat(rowid) FROM register_searchindex
                        WHERE register_searchindex MATCH %s)
                """,
                [words, f"title_tokens : ({words})"],
            )
        everywhere, in_title = cursor.fetchone()
    return _numbers(everywhere), _numbers(in_title)


def _numbers(text: str | None) -> Numbers:
    if not text:
        return np.zeros(0, dtype=np.int64)
    return np.sort(np.array(text.split(","), dtype=np.int64))


def search(query: SearchQuery) -> SearchResult:
    """Answer a query."""
    table = columns.current()
    found, in_title = matching(query.text)
    rows = np.arange(len(table.systems)) if found is None else table.positions(found)
    masks = {facet: _mask(table, facet, codes, rows) for facet, codes in query.chosen.items()}
    kept = rows[_all(masks.values(), len(rows))]
    ordered = _order(table, kept, query, in_title)
    first = (query.page - 1) * query.size
    wanted = table.systems[ordered[first : first + query.size]].tolist()
    by_id = (
        SearchEntry.objects.select_related("body", "system")
        .defer("title_tokens", "text_tokens")
        .in_bulk(wanted)
    )
    return SearchResult(
        query=query,
        total=len(kept),
        register_total=len(table.systems),
        pages=max(1, -(-len(kept) // query.size)),
        entries=tuple(by_id[pk] for pk in wanted if pk in by_id),
        facets={
            facet: _counts(
                table,
                facet,
                rows[_all((m for name, m in masks.items() if name != facet), len(rows))],
                query.chosen.get(facet, ()),
            )
            for facet in FACETS
        },
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """Which rows of the columns answer a query, in its order."""

    table: columns.Columns
    rows: Numbers
    in_title: Numbers

    def ids(self) -> list[int]:
        """Return the systems' numbers, in order."""
        systems: list[int] = self.table.systems[self.rows].tolist()
        return systems


def answer(query: SearchQuery) -> Answer:
    """Answer a query in full, without its page or its facets: two database queries at most."""
    table = columns.current()
    found, in_title = matching(query.text)
    rows = np.arange(len(table.systems)) if found is None else table.positions(found)
    masks = [_mask(table, facet, codes, rows) for facet, codes in query.chosen.items()]
    kept = rows[_all(masks, len(rows))]
    return Answer(table, _order(table, kept, query, in_title), in_title)


def all_ids(query: SearchQuery) -> list[int]:
    """Return every system that answers the query, in its order: for exports and feeds."""
    return answer(query).ids()


def _all(masks: Iterable[Mask], length: int) -> Mask:
    result: Mask = np.ones(length, dtype=bool)
    for mask in masks:
        result &= mask
    return result


def _mask(table: columns.Columns, facet: str, codes: Sequence[str], rows: Numbers) -> Mask:
    """Return which rows have one of the chosen values; values that do not exist match nothing."""
    if not codes:
        return np.ones(len(rows), dtype=bool)
    if facet in TERM_CODES:
        terms = TERM_CODES[facet]
        bits = sum(1 << terms.index(code) for code in set(codes) if code in terms)
        values = table.numbers[f"{facet}_bits"][rows]
        mask: Mask = (values & bits) != 0
        return mask | (values == 0) if "none" in codes else mask
    if facet == "body":
        ids = [pk for pk, slug in table.body_slugs.items() if slug in codes]
        return np.isin(table.numbers["body_id"][rows], ids)
    if facet == "completeness":
        percent = table.numbers["completeness"][rows]
        mask = np.zeros(len(rows), dtype=bool)
        for code, low, high in COMPLETENESS_BANDS:
            if code in codes:
                mask |= (percent >= low) & (percent <= high)
        return mask
    if facet == "divergence":
        return (
            (table.numbers["divergences"][rows] > 0)
            if "yes" in codes
            else np.ones(len(rows), dtype=bool)
        )
    return np.ones(len(rows), dtype=bool)


def _order(table: columns.Columns, rows: Numbers, query: SearchQuery, in_title: Numbers) -> Numbers:
    """Return the rows in the order asked.

    By relevance: records in the reader's language (or in none that is known), then systems whose
    name holds the words, then the most complete records, then by name.
    """
    names = table.name_rank[rows]
    keys: tuple[NDArray[np.generic], ...]
    if query.sort == "name":
        keys = (names,)
    elif query.sort == "recent":
        keys = (names, -table.numbers["last_said"][rows])
    elif query.sort == "complete":
        keys = (names, -table.numbers["completeness"][rows])
    else:
        elsewhere = ~np.isin(table.languages[rows], (b"", query.language.encode()))
        in_name = np.isin(table.systems[rows], in_title)
        keys = (
            names,
            -table.numbers["completeness"][rows],
            ~in_name,
            elsewhere & bool(query.language),
        )
    ordered: NDArray[np.int64] = rows[np.lexsort(keys)]
    return ordered


def _counts(
    table: columns.Columns, facet: str, rows: Numbers, chosen: Sequence[str]
) -> tuple[FacetValue, ...]:
    if facet in TERM_CODES:
        values = table.numbers[f"{facet}_bits"][rows]
        counts = [
            (code, int(np.count_nonzero(values & (1 << rank))))
            for rank, code in enumerate(TERM_CODES[facet])
        ]
        counts.append(("none", int(np.count_nonzero(values == 0))))
    elif facet == "body":
        ids, sizes = np.unique(table.numbers["body_id"][rows], return_counts=True)
        order = np.argsort(-sizes, kind="stable")
        counts = [(table.body_slugs[int(ids[i])], int(sizes[i])) for i in order if ids[i]]
    elif facet == "completeness":
        histogram = np.bincount(table.numbers["completeness"][rows], minlength=101)
        counts = [
            (code, int(histogram[low : high + 1].sum())) for code, low, high in COMPLETENESS_BANDS
        ]
    else:
        counts = [("yes", int(np.count_nonzero(table.numbers["divergences"][rows])))]
    return tuple(
        FacetValue(code, count, code in chosen) for code, count in counts if count or code in chosen
    )


def body_names(slugs: Sequence[str]) -> dict[str, str]:
    """Return {identifier: name} for the public bodies of a facet."""
    return dict(PublicBody.objects.filter(slug__in=slugs).values_list("slug", "name"))

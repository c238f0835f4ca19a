"""The indicators over the whole register or one public body, and the systems behind each figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from clairevoie.charts import BarChart, Datum, Histogram, bar_chart, histogram
from clairevoie.register.catalogue import VOCABULARIES
from clairevoie.register.indicators import DEFINITIONS, Indicator, Indicators
from clairevoie.web.register.models import PublicBody, Statement
from clairevoie.web.register.services import columns
from clairevoie.web.register.services.figures import indicators_of, rows_of
from clairevoie.web.register.services.pages.lines import SystemLine, lines_of
from clairevoie.web.register.services.pages.wording import (
    date_in_words,
    number_in_words,
    percent,
)
from clairevoie.web.register.services.reading import hidden_ids
from clairevoie.web.register.services.search import TERM_CODES

SYSTEMS_PER_PAGE = 50
SHOWN_BODIES = 20
ODAP = "inventaire-odap"
YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator ready to be shown, with the list of systems behind it."""

    key: str
    label: str
    formula: str
    count: int
    total: int
    share: str
    url: str


@dataclass(frozen=True, slots=True)
class BodyFigures:
    """The figures of one public body, for comparison."""

    name: str
    url: str
    systems: int
    completeness: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """A figure that somebody else has published, as the register says it."""

    text: str
    lang: str
    speaker: str
    day: str
    url: str


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """The indicators page."""

    body_name: str
    body_slug: str
    body_url: str
    total: int
    figures: tuple[Figure, ...]
    chart: BarChart
    age: str
    age_dated: int
    age_quartiles: tuple[str, ...]
    charts: tuple[BarChart, ...]
    completeness: Histogram
    median_completeness: int
    bodies: tuple[BodyFigures, ...]
    body_count: int
    divergent: int
    published: tuple[Published, ...]


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """The systems that meet an indicator, or that do not."""

    figure: Figure
    body_name: str
    body_url: str
    met: bool
    other_url: str
    other_count: int
    lines: tuple[SystemLine, ...]
    page: int
    pages: int
    base_url: str


BITS: Mapping[str, int] = {item.key: 1 << item.bit for item in DEFINITIONS}
"""{key of an indicator: its bit in a system's flags}."""


def indicator_labels(language: str) -> tuple[tuple[str, str, int], ...]:
    """Return (key, label, bit) of each indicator."""
    return tuple(
        (item.key, item.fr if language == "fr" else item.en, BITS[item.key]) for item in DEFINITIONS
    )


def _address(name: str, body: PublicBody | None, **more: str) -> str:
    key = more.pop("key", "")
    url = reverse(name, args=[key] if key else [])
    asked = {**({"administration": body.slug} if body else {}), **more}
    return f"{url}?{urlencode(asked)}" if asked else url


def figure(item: Indicator, body: PublicBody | None, language: str) -> Figure:
    """Return an indicator ready to be shown."""
    definition, french = item.definition, language == "fr"
    return Figure(
        key=definition.key,
        label=definition.fr if french else definition.en,
        formula=definition.fr_formula if french else definition.en_formula,
        count=item.count,
        total=item.total,
        share=percent(item.share, language),
        url=_address("register:indicator", body, key=definition.key),
    )


def body_indicators(body: PublicBody, *, today: date) -> tuple[Indicators, int]:
    """Return the indicators of one public body and the mean completeness of its records."""
    table = columns.current()
    rows = rows_of(table, body.pk)
    filled = table.numbers["completeness"][rows]
    return indicators_of(table, rows, today=today), int(filled.mean()) if len(filled) else 0


def figures_page(body: PublicBody | None, *, today: date, language: str) -> FiguresPage:
    """Return the indicators over all systems, or those of one public body; two queries."""
    table = columns.current()
    rows = rows_of(table, body.pk if body else None)
    numbers = {name: values[rows] for name, values in table.numbers.items()}
    found = indicators_of(table, rows, today=today)
    figures = tuple(figure(item, body, language) for item in found.items)
    compared, body_count = ((), 0) if body else _bodies(numbers, language)
    filled = numbers["completeness"]
    return FiguresPage(
        body_name=body.name if body else "",
        body_slug=body.slug if body else "",
        body_url=reverse("register:body", args=[body.slug]) if body else "",
        total=found.total,
        figures=figures,
        chart=_shares_chart(figures, found),
        age=_age(found.age.median, language),
        age_dated=found.age.dated,
        age_quartiles=tuple(_age(days, language) for days in found.age.quartiles or ()),
        charts=tuple(
            _terms_chart(facet, title, numbers, body, language)
            for facet, title in (
                ("status", _("Where systems stand")),
                ("automation", _("Degree of automation")),
                ("methods", _("Methods")),
                ("persons", _("People concerned")),
            )
        ),
        completeness=_completeness(filled),
        median_completeness=int(np.median(filled)) if len(filled) else 0,
        bodies=compared,
        body_count=body_count,
        divergent=int(np.count_nonzero(numbers["divergences"])),
        published=() if body else _published(language),
    )


def _shares_chart(figures: tuple[Figure, ...], found: Indicators) -> BarChart:
    return bar_chart(
        "shares",
        _("Share of systems that meet each indicator"),
        [
            Datum(shown.label, item.share or 0.0, shown.share, shown.url)
            for shown, item in zip(figures, found.items, strict=True)
        ],
        description=_("Each bar is the share of systems, from 0 to 100%."),
        full=1.0,
    )


def _terms_chart(
    facet: str,
    title: str,
    numbers: Mapping[str, NDArray[np.int64]],
    body: PublicBody | None,
    language: str,
) -> BarChart:
    bits = numbers[f"{facet}_bits"]
    vocabulary = VOCABULARIES[facet]
    counts = [
        (code, vocabulary.label(code, language), int(np.count_nonzero(bits & (1 << rank))))
        for rank, code in enumerate(TERM_CODES[facet])
    ]
    if facet in {"methods", "persons"}:
        counts = sorted((item for item in counts if item[2]), key=lambda item: -item[2])
    counts.append(("none", _("Not filled in"), int(np.count_nonzero(bits == 0))))
    base = reverse("register:list")
    scope = {"body": str(body.pk)} if body else {}
    return bar_chart(
        facet,
        title,
        [
            Datum(
                label,
                count,
                number_in_words(str(count), language),
                f"{base}?{urlencode({**scope, facet: code})}" if count else "",
            )
            for code, label, count in counts
        ],
        description=_("Each bar is a number of systems. A system may be counted several times."),
    )


def _completeness(filled: NDArray[np.int64]) -> Histogram:
    counts = np.bincount(np.minimum(filled, 99) // 5, minlength=20)[:20]
    return histogram(
        "completeness",
        _("How full the records are"),
        [
            (
                _("%(low)d to %(high)d%%")
                % {"low": 5 * rank, "high": 100 if rank == 19 else 5 * rank + 4},
                int(count),
            )
            for rank, count in enumerate(counts)
        ],
        description=_("Number of records by share of fields filled in, from 0 to 100%."),
        ticks=((0, _("empty")), (0.5, _("half full")), (1, _("full"))),
    )


def _published(language: str) -> tuple[Published, ...]:
    """Return what Odap says of its own inventory, where the register holds it; two queries."""
    rows = list(
        Statement.objects.filter(system__slug=ODAP, field="results", superseded_by=None).order_by(
            "pk"
        )
    )
    hidden = hidden_ids({row.system_id for row in rows})
    return tuple(
        Published(
            row.value,
            row.language if row.language and row.language[:2] != language else "",
            row.speaker,
            date_in_words(row.date, language),
            reverse("register:statement", args=[row.uid]),
        )
        for row in rows
        if row.pk not in hidden and any(character.isdigit() for character in row.value)
    )


def _age(days: float | None, language: str) -> str:
    """Return an age in days in the unit that a reader expects."""
    if days is None:
        return ""
    if days < 60:
        count = round(days)
        return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
    if days < 2 * YEAR:
        count = round(12 * days / YEAR)
        return ngettext("%(count)d month", "%(count)d months", count) % {"count": count}
    years = number_in_words(f"{days / YEAR:.1f}".removesuffix(".0"), language)
    return _("%(years)s years") % {"years": years}


def _bodies(
    numbers: Mapping[str, NDArray[np.int64]], language: str
) -> tuple[tuple[BodyFigures, ...], int]:
    """Return the bodies that have the most systems, and how many bodies have one."""
    ids, places, sizes = np.unique(numbers["body_id"], return_inverse=True, return_counts=True)
    filled = np.bincount(places, weights=numbers["completeness"], minlength=len(ids))
    met = [
        np.bincount(places, weights=(numbers["indicator_flags"] & flag) != 0, minlength=len(ids))
        for flag in BITS.values()
    ]
    order = [rank for rank in np.argsort(-sizes, kind="stable").tolist() if ids[rank]]
    rows = PublicBody.objects.in_bulk([int(ids[rank]) for rank in order[:SHOWN_BODIES]])
    found = []
    for rank in order[:SHOWN_BODIES]:
        row = rows[int(ids[rank])]
        found.append(
            BodyFigures(
                row.short_name or row.name,
                _address("register:indicators", row),
                int(sizes[rank]),
                percent(float(filled[rank] / sizes[rank]) / 100, language),
                tuple(int(counts[rank]) for counts in met),
            )
        )
    return tuple(found), len(order)


def indicator_page(
    key: str,
    body: PublicBody | None,
    *,
    met: bool,
    page: int,
    today: date,
    language: str,
) -> IndicatorPage:
    """Return the systems that meet an indicator, by name, or those that do not; two queries.

    Raises:
        KeyError: there is no such indicator.
    """
    flag = BITS[key]
    table = columns.current()
    rows = rows_of(table, body.pk if body else None)
    found = indicators_of(table, rows, today=today)
    item = next(item for item in found.items if item.definition.key == key)
    meets = (table.numbers["indicator_flags"][rows] & flag) != 0
    kept = rows[meets if met else ~meets]
    kept = kept[np.argsort(table.name_rank[kept], kind="stable")]
    pages = max(1, -(-len(kept) // SYSTEMS_PER_PAGE))
    page = max(1, min(page, pages))
    ids = table.systems[kept[(page - 1) * SYSTEMS_PER_PAGE : page * SYSTEMS_PER_PAGE]].tolist()
    other = {"sans": "1"} if met else {}
    own = {} if met else {"sans": "1"}
    return IndicatorPage(
        figure=figure(item, body, language),
        body_name=body.name if body else "",
        body_url=reverse("register:body", args=[body.slug]) if body else "",
        met=met,
        other_url=_address("register:indicator", body, key=key, **other),
        other_count=int(np.count_nonzero(~meets if met else meets)),
        lines=lines_of(ids, language),
        page=page,
        pages=pages,
        base_url=_address("register:indicator", body, key=key, **own),
    )

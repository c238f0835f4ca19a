"""How a record changed: version by version, or between two moments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from clairevoie.register.catalogue import FIELD_BY_KEY, FIELDS
from clairevoie.web.register.services.pages.fields import (
    FieldBuilder,
    capacities,
    day_of,
)
from clairevoie.web.register.services.pages.periods import Period
from clairevoie.web.register.services.pages.rows import (
    ModerationRow,
    Record,
    Row,
    Version,
    stands,
)
from clairevoie.web.register.services.pages.system import shown_name
from clairevoie.web.register.services.pages.wording import Shown, date_in_words, excerpt

SHOWN_CHANGES = 6
VERSIONS_PER_PAGE = 20
ADDED, REPLACED, HIDDEN, RESTORED = "added", "replaced", "hidden", "restored"


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of a field: what is said now, what it replaces; ``reason`` of a moderator."""

    verb: str
    url: str
    value: Shown | None
    older: Shown | None
    speaker: str
    capacity: str
    day: str
    reason: str


@dataclass(frozen=True, slots=True)
class FieldChanges:
    """The changes of one field."""

    label: str
    anchor: str
    changes: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version and what it changed; ``rest`` counts the changes that are not shown."""

    number: int
    day: str
    organisation: str
    url: str
    compare_url: str
    added: int
    replaced: int
    hidden: int
    restored: int
    fields: tuple[FieldChanges, ...]
    rest: int


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """The versions of a record, the latest first."""

    slug: str
    name: str
    name_lang: str
    url: str
    versions: tuple[VersionView, ...]
    version_count: int
    page: int
    pages: int
    first_day: str


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: a version, or a day."""

    day: str
    version: int
    url: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """What changed in a record between two moments."""

    slug: str
    name: str
    name_lang: str
    url: str
    start: Side
    end: Side
    period: Period | None
    fields: tuple[FieldChanges, ...]
    added: int
    replaced: int
    hidden: int
    restored: int
    versions: tuple[Version, ...]


class Differ:
    """Lists the changes that events have made to a record."""

    def __init__(self, record: Record, language: str) -> None:
        self.record, self.language = record, language
        self.build = FieldBuilder(record.rows, language=language)
        self.capacities = capacities(language)

    def between(self, after: int, until: int) -> list[tuple[str, ChangeLine]]:
        """Return (field, change) for the events numbered in ]after, until]."""
        changes: list[tuple[str, ChangeLine]] = []
        replaced_since = {
            row.said.supersedes
            for row in self.record.rows
            if after < row.event_id <= until and row.said.supersedes
        }
        for row in self.record.rows:
            acts = [act for act in row.moderations if after < act.event_id <= until]
            if after < row.event_id <= until:
                # What came and went within the period shows through what replaced it.
                if row.said.uid not in replaced_since:
                    changes.append((row.said.field, self._said(row, after)))
            elif acts:
                changes.append((row.said.field, self._moderated(row, acts[-1])))
        return changes

    def _said(self, row: Row, after: int) -> ChangeLine:
        older = self.build.row_of.get(row.said.supersedes)
        while older is not None and older.event_id > after and older.said.supersedes:
            older = self.build.row_of.get(older.said.supersedes)
        if row.hidden is not None:
            return self._moderated(row, row.hidden)
        return ChangeLine(
            verb=REPLACED if older else ADDED,
            url=self.build.statement_url(row),
            value=self.build.shown(row.said),
            older=self.build.shown(older.said) if older and older.hidden is None else None,
            speaker=row.said.speaker,
            capacity=self.capacities.get(row.said.capacity, row.said.capacity),
            day=date_in_words(row.said.date, self.language),
            reason="",
        )

    def _moderated(self, row: Row, act: ModerationRow) -> ChangeLine:
        hidden = row.hidden is not None
        return ChangeLine(
            verb=HIDDEN if act.hidden else RESTORED,
            url=self.build.statement_url(row),
            value=None if hidden else self.build.shown(row.said),
            older=None,
            speaker="" if hidden else row.said.speaker,
            capacity="",
            day=day_of(act.at, self.language),
            reason=act.reason,
        )

    def by_field(
        self, changes: Sequence[tuple[str, ChangeLine]], base: str
    ) -> tuple[FieldChanges, ...]:
        """Group changes by field, in the order of the catalogue."""
        grouped: dict[str, list[ChangeLine]] = {}
        for key, change in changes:
            grouped.setdefault(key, []).append(change)
        return tuple(
            FieldChanges(
                field.label(self.language), f"{base}#{field.key}", tuple(grouped[field.key])
            )
            for field in FIELDS
            if field.key in grouped
        )


def _count(changes: Iterable[tuple[str, ChangeLine]], verb: str) -> int:
    return sum(change.verb == verb for _key, change in changes)


def history_page(record: Record, *, page: int, language: str) -> HistoryPage:
    """Return one page of a record's versions; no query."""
    differ = Differ(record, language)
    slug = record.system.slug
    name = shown_name(stands(record.rows), slug)
    url = reverse("register:system", args=[slug])
    pages = max(1, -(-len(record.versions) // VERSIONS_PER_PAGE))
    page = max(1, min(page, pages))
    newest = list(enumerate(record.versions))[::-1]
    shown = newest[(page - 1) * VERSIONS_PER_PAGE : page * VERSIONS_PER_PAGE]
    organisations = {row.event_id: row.organisation for row in record.rows}
    return HistoryPage(
        slug=slug,
        name=name.value if name else slug,
        name_lang=differ.build.lang(name) if name else "",
        url=url,
        versions=tuple(
            _version(
                differ,
                record.versions[rank - 1] if rank else None,
                version,
                organisations.get(version.event_id, ""),
            )
            for rank, version in shown
        ),
        version_count=len(record.versions),
        page=page,
        pages=pages,
        first_day=day_of(record.system.created_at, language),
    )


def _version(
    differ: Differ, before: Version | None, version: Version, organisation: str
) -> VersionView:
    slug = differ.record.system.slug
    changes = differ.between(before.event_id if before else 0, version.event_id)
    url = reverse("register:version", args=[slug, version.number])
    compare = reverse("register:compare", args=[slug])
    return VersionView(
        number=version.number,
        day=day_of(version.at, differ.language),
        organisation=organisation,
        url=url,
        compare_url=f"{compare}?v1={before.number}&v2={version.number}" if before else "",
        added=_count(changes, ADDED),
        replaced=_count(changes, REPLACED),
        hidden=_count(changes, HIDDEN),
        restored=_count(changes, RESTORED),
        fields=differ.by_field(
            [(key, _short(change)) for key, change in changes[:SHOWN_CHANGES]], url
        ),
        rest=max(0, len(changes) - SHOWN_CHANGES),
    )


def _short(change: ChangeLine) -> ChangeLine:
    def cut(shown: Shown | None) -> Shown | None:
        if shown is None or len(shown.text) <= 200:
            return shown
        text = excerpt(shown.text, 200)
        return Shown.plain(text, shown.lang)

    return ChangeLine(
        change.verb,
        change.url,
        cut(change.value),
        cut(change.older),
        change.speaker,
        change.capacity,
        change.day,
        change.reason,
    )


def compare_versions(record: Record, first: int, second: int, *, language: str) -> ComparePage:
    """Return what changed between two versions of a record; no query."""
    low, high = sorted((first, second))
    return _compare(record, _version_at(record, low), _version_at(record, high), None, language)


def compare_days(record: Record, period: Period, *, language: str) -> ComparePage:
    """Return what changed in a record between the ends of two days; no query."""
    since, until = period.bounds
    before = [item for item in record.versions if item.at <= since]
    after = [item for item in record.versions if item.at <= until]
    return _compare(
        record,
        before[-1] if before else None,
        after[-1] if after else None,
        period,
        language,
    )


def first_day(record: Record) -> date:
    """Return the day before the record's first version, from which everything is new."""
    return date.fromordinal(record.system.created_at.date().toordinal() - 1)


def _version_at(record: Record, number: int) -> Version | None:
    found = [item for item in record.versions if item.number <= number]
    return found[-1] if found else None


def _side(record: Record, version: Version | None, day: date | None, language: str) -> Side:
    slug = record.system.slug
    if day is not None:
        words = date_in_words(day.isoformat(), language)
    else:
        words = day_of(version.at, language) if version else ""
    return Side(
        words,
        version.number if version else 0,
        reverse("register:version", args=[slug, version.number]) if version else "",
    )


def _compare(
    record: Record,
    before: Version | None,
    after: Version | None,
    period: Period | None,
    language: str,
) -> ComparePage:
    differ = Differ(record, language)
    slug = record.system.slug
    name = shown_name(stands(record.rows), slug)
    url = reverse("register:system", args=[slug])
    changes = differ.between(before.event_id if before else 0, after.event_id if after else 0)
    changes = [(key, change) for key, change in changes if key in FIELD_BY_KEY]
    return ComparePage(
        slug=slug,
        name=name.value if name else slug,
        name_lang=differ.build.lang(name) if name else "",
        url=url,
        start=_side(record, before, period.start if period else None, language),
        end=_side(record, after, period.end if period else None, language),
        period=period,
        fields=differ.by_field(changes, url),
        added=_count(changes, ADDED),
        replaced=_count(changes, REPLACED),
        hidden=_count(changes, HIDDEN),
        restored=_count(changes, RESTORED),
        versions=record.versions,
    )

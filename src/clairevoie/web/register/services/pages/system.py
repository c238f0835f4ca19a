"""The page of a system: summary first, then every field with its voices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from clairevoie.charts import Strip, completeness_strip
from clairevoie.register.catalogue import FIELD_BY_KEY, FIELDS, GROUPS, Field, Group, Kind
from clairevoie.register.indicators import flags
from clairevoie.register.record import (
    CORE_FIELDS,
    completeness,
    in_order,
    present_values,
    status_history,
)
from clairevoie.register.statements import Statement
from clairevoie.web.register import models as stored
from clairevoie.web.register.services.pages.fields import (
    FieldBuilder,
    FieldView,
    Voice,
    day_of,
)
from clairevoie.web.register.services.pages.figures import indicator_labels
from clairevoie.web.register.services.pages.rows import Record, Row, stands
from clairevoie.web.register.services.pages.wording import (
    Shown,
    date_in_words,
    excerpt,
)

SUMMARY_FIELDS = ("summary", "plain_description", "purpose")
FACT_FIELDS = ("status", "automation", "persons_concerned", "functions", "domains", "methods")
CONTACT_FIELDS = ("human_contact", "contact")
TIMELINE_DATES = ("start_date", "end_date")
TIMELINE_LIMIT = 40
PRIVATE_KINDS = frozenset({"company", "association"})


@dataclass(frozen=True, slots=True)
class BodyLink:
    """The public body in charge."""

    name: str
    short_name: str
    url: str
    slug: str
    french: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the identity card; ``anchor`` leads to the field with its sources."""

    label: str
    values: tuple[Shown, ...]
    anchor: str
    divergent: bool


@dataclass(frozen=True, slots=True)
class EmptyField:
    """A field that nothing is said of."""

    key: str
    label: str
    ask_url: str


@dataclass(frozen=True, slots=True)
class Section:
    """A group of fields under the reader's question."""

    key: str
    question: str
    label: str
    filled: int
    total: int
    progress: str
    progress_aloud: str
    fields: tuple[FieldView, ...]
    empty: tuple[EmptyField, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A dated fact of the system's life."""

    day: str
    label: str
    shown: Shown
    anchor: str
    speaker: str
    is_status: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """An indicator, met or not by this system."""

    label: str
    met: bool
    url: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the reader can do; ``contacts`` are shown in full."""

    title: str
    text: str
    ask_url: str
    said_url: str
    contacts: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The plain-language summary and who gives it."""

    shown: Shown
    voice: Voice
    key: str


@dataclass(frozen=True, slots=True)
class SystemPage:
    """Everything that the page of a system shows."""

    slug: str
    name: str
    name_lang: str
    other_names: tuple[Shown, ...]
    body: BodyLink | None
    version: int
    latest: int
    version_day: str
    summary: Summary | None
    facts: tuple[Fact, ...]
    actions: tuple[Action, ...]
    sections: tuple[Section, ...]
    filled: int
    total: int
    strip: Strip
    divergences: tuple[FieldView, ...]
    hidden_count: int
    moments: tuple[Moment, ...]
    signs: tuple[Sign, ...]
    statement_count: int
    source_count: int
    speaker_count: int
    path: str
    permalink: str
    ask_url: str

    @property
    def is_latest(self) -> bool:
        """Tell whether this is the record as it stands today."""
        return self.version == self.latest


def system_page(
    record: Record,
    rows: Sequence[Row],
    *,
    version: int,
    language: str,
    on_paper: bool = False,
) -> SystemPage:
    """Return the page of a record, given the rows of one of its versions; no query.

    ``on_paper`` opens what the page folds.
    """
    return _Page(record, rows, language, on_paper=on_paper).build(version)


def version_at(record: Record, number: int) -> datetime:
    """Return when a version was recorded."""
    for version in reversed(record.versions):
        if version.number <= number:
            return version.at
    return record.system.created_at


def body_link(body: stored.PublicBody) -> BodyLink:
    """Return the link to a body's page."""
    return BodyLink(
        body.name,
        body.short_name,
        reverse("register:body", args=[body.slug]),
        body.slug,
        body.country in {"", "FR"},
    )


def shown_name(standing: Sequence[Statement], slug: str) -> Statement | None:
    """Return the statement that names a system, if any."""
    names = in_order(item for item in standing if item.field == "name")
    return names[0] if names else None


class _Page:
    """The parts of one page, while it is built."""

    def __init__(
        self, record: Record, rows: Sequence[Row], language: str, *, on_paper: bool
    ) -> None:
        self.record, self.rows, self.language = record, rows, language
        self.system = record.system
        self.body = self.system.body
        self.standing = stands(rows)
        self.by_field: dict[str, list[Statement]] = {}
        for item in self.standing:
            self.by_field.setdefault(item.field, []).append(item)
        self.rows_by_field: dict[str, list[Row]] = {}
        for row in rows:
            self.rows_by_field.setdefault(row.said.field, []).append(row)
        country = self.body.country if self.body else ""
        private = self.body is not None and self.body.kind in PRIVATE_KINDS
        self.french_public = country in {"", "FR"} and not private
        self.build_field = FieldBuilder(
            rows, language=language, country=country, private=private, on_paper=on_paper
        )
        self.ask_url = reverse("register:ask", args=[self.system.slug])
        self.progress = _("%(filled)s of %(total)s filled in")
        self.progress_aloud = _("%(filled)s fields filled in out of %(total)s")
        self.views: dict[str, FieldView] = {}
        self.on_top = ""

    def build(self, version: int) -> SystemPage:
        filled = completeness(self.by_field)
        self.views = {
            field.key: self.build_field.field(field, self.rows_by_field[field.key])
            for field in FIELDS
            if field.key in self.rows_by_field
        }
        name = shown_name(self.standing, self.system.slug)
        slug = self.system.slug
        counts = {item.group: item for item in filled.groups}
        summary = self._summary()
        return SystemPage(
            slug=slug,
            name=name.value if name else slug,
            name_lang=self.build_field.lang(name) if name else "",
            other_names=self._values("also_known_as"),
            body=body_link(self.body) if self.body else None,
            version=version,
            latest=self.system.version,
            version_day=day_of(version_at(self.record, version), self.language),
            summary=summary,
            facts=tuple(self._facts()),
            actions=tuple(self._actions()),
            sections=tuple(
                self._section(group, counts[group.key].filled, counts[group.key].total)
                for group in GROUPS
            ),
            filled=filled.filled,
            total=filled.total,
            strip=completeness_strip(
                self.progress_aloud % {"filled": filled.filled, "total": filled.total},
                [
                    (group.question(self.language), item.filled, item.total)
                    for group, item in zip(GROUPS, filled.groups, strict=True)
                ],
            ),
            divergences=tuple(view for view in self.views.values() if view.divergent),
            hidden_count=sum(row.hidden is not None for row in self.rows),
            moments=tuple(self._moments()),
            signs=self._signs(),
            statement_count=len(self.standing),
            source_count=len({item.source for item in self.standing if item.source}),
            speaker_count=len({item.speaker for item in self.standing}),
            path=reverse("register:system", args=[slug]),
            permalink=reverse("register:version", args=[slug, version]),
            ask_url=self.ask_url,
        )

    def _values(self, key: str) -> tuple[Shown, ...]:
        items = self.by_field.get(key, [])
        if not items:
            return ()
        first = {item.value: item for item in reversed(in_order(items))}
        return tuple(self.build_field.shown(first[value]) for value in present_values(items, key))

    def _summary(self) -> Summary | None:
        """Return the summary; a field that it shows whole is not shown again below."""
        for key in SUMMARY_FIELDS:
            if items := self.by_field.get(key):
                said = in_order(items)[0]
                if len(self.rows_by_field[key]) == 1:
                    self.on_top = key
                return Summary(
                    self.build_field.shown(said),
                    self.build_field.voice([said]),
                    key,
                )
        return None

    def _facts(self) -> list[Fact]:
        return [
            Fact(
                FIELD_BY_KEY[key].label(self.language),
                self._values(key),
                key,
                key in self.views and self.views[key].divergent,
            )
            for key in FACT_FIELDS
            if key in self.by_field or key in FACT_FIELDS[:3]
        ]

    def _actions(self) -> list[Action]:
        contacts = tuple(shown for key in CONTACT_FIELDS for shown in self._values(key))
        contact = next((key for key in CONTACT_FIELDS if key in self.by_field), "human_contact")
        right = (
            _(
                "Anyone on whom a decision was taken with an algorithm may ask for its rules and "
                "how they were applied."
            )
            if self.french_public
            else ""
        )
        return [
            self._action(_("Understand a decision"), "explanation", right),
            self._action(
                _("Talk to a person"),
                contact,
                "" if contacts else _("No contact is given."),
                contacts,
            ),
            self._action(
                _("Challenge a decision"),
                "remedies",
                "" if "remedies" in self.by_field else _("No remedy is described."),
            ),
        ]

    def _action(self, title: str, key: str, text: str, contacts: tuple[Shown, ...] = ()) -> Action:
        said = key in self.by_field
        return Action(
            title,
            text,
            ask_url="" if said and key != "explanation" else f"{self.ask_url}?rubrique={key}",
            said_url=f"#{key}" if said else "",
            contacts=contacts,
        )

    def _section(self, group: Group, filled: int, total: int) -> Section:
        of_group = [item for item in FIELDS if item.group == group.key]
        return Section(
            key=group.key,
            question=group.question(self.language),
            label=group.label(self.language),
            filled=filled,
            total=total,
            progress=self.progress % {"filled": filled, "total": total},
            progress_aloud=self.progress_aloud % {"filled": filled, "total": total},
            fields=tuple(
                self.views[item.key]
                for item in of_group
                if item.key in self.views and item.key != self.on_top
            ),
            empty=tuple(
                self._empty(item)
                for item in of_group
                if item.key in CORE_FIELDS and item.key not in self.by_field
            ),
        )

    def _empty(self, field: Field) -> EmptyField:
        return EmptyField(
            field.key, field.label(self.language), f"{self.ask_url}?rubrique={field.key}"
        )

    def _moments(self) -> list[Moment]:
        dated: list[tuple[str, Moment]] = [
            (
                change.since,
                self._moment(change.since, _("Status"), change.statement, is_status=True),
            )
            for change in status_history(self.standing)
        ]
        for item in self.standing:
            if item.field in TIMELINE_DATES:
                label = FIELD_BY_KEY[item.field].label(self.language)
                dated.append((item.value, self._moment(item.value, label, item, is_status=True)))
            elif item.period and item.field != "status" and item.field in FIELD_BY_KEY:
                label = FIELD_BY_KEY[item.field].label(self.language)
                dated.append((item.period, self._moment(item.period, label, item)))
        dated.sort(key=lambda pair: (not pair[0], pair[0]))
        return [moment for _since, moment in dated[:TIMELINE_LIMIT]]

    def _moment(self, day: str, label: str, said: Statement, *, is_status: bool = False) -> Moment:
        shown = self.build_field.shown(said)
        if FIELD_BY_KEY[said.field].kind in {Kind.TEXT, Kind.LINE}:
            shown = Shown.plain(excerpt(shown.text), shown.lang)
        return Moment(
            date_in_words(day, self.language) or _("Undated"),
            label,
            shown,
            said.field,
            said.speaker,
            is_status,
        )

    def _signs(self) -> tuple[Sign, ...]:
        met = flags(self.standing)
        return tuple(
            Sign(label, bool(met & flag), reverse("register:indicator", args=[key]))
            for key, label, flag in indicator_labels(self.language)
        )

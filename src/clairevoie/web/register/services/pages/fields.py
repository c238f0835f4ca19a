"""A field as a page shows it: values with their voices, divergences, hidden and replaced ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import localdate

from clairevoie.register.catalogue import FIELDS, VOCABULARIES, Field, LegalBasis
from clairevoie.register.record import in_order, standing
from clairevoie.register.statements import Statement
from clairevoie.web.register.services.pages.markup import (
    Passage,
    ReplyView,
    block_markup,
    legal_markup,
    values_markup,
    voice_markup,
    words,
)
from clairevoie.web.register.services.pages.rows import ModerationRow, Row, visible
from clairevoie.web.register.services.pages.wording import (
    Shown,
    date_in_words,
    excerpt,
    shower,
    text_html,
    web_address,
)

FRENCH_LAW = ("CRPA", "CJA", "Loi")
EU = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
)


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says a value, in what capacity, when, and where it is written; ``html`` says it all."""

    speaker: str
    capacity: str
    day: str
    source_title: str
    source_url: str
    source_link: str
    locator: str
    passages: tuple[Passage, ...]
    replies: tuple[ReplyView, ...]
    html: SafeString


@dataclass(frozen=True, slots=True)
class Position:
    """One or several values and the voices that give them; ``html`` lays them out."""

    values: tuple[Shown, ...]
    voices: tuple[Voice, ...]
    html: SafeString


@dataclass(frozen=True, slots=True)
class Block:
    """What is said for one period; ``divergent`` when the positions contradict each other."""

    period: str
    divergent: bool
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class HiddenView:
    """The trace of a statement that a moderator has hidden."""

    url: str
    reason: str
    day: str


@dataclass(frozen=True, slots=True)
class ReplacedView:
    """A statement that another has replaced; ``hidden`` ones show no text."""

    url: str
    html: SafeString
    text: str
    lang: str
    speaker: str
    day: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class LegalView:
    """An article that asks for, or rests on, what a field says."""

    article: str
    url: str
    to_check: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field that something is said of; ``html`` lays its blocks out."""

    key: str
    label: str
    help: str
    legal: SafeString
    divergent: bool
    blocks: tuple[Block, ...]
    html: SafeString
    hidden: tuple[HiddenView, ...]
    replaced: tuple[ReplacedView, ...]


@cache
def capacities(language: str) -> dict[str, str]:
    """Return {code: label} of the capacities in which one speaks, as words within a sentence."""
    labels = {term.code: term.label(language) for term in VOCABULARIES["capacity"].terms}
    return {code: label[:1].lower() + label[1:] for code, label in labels.items()}


@cache
def showers(language: str) -> dict[str, Callable[[str, str], Shown]]:
    """Return {field key: how its values are shown}."""
    return {field.key: shower(field, language) for field in FIELDS}


def day_of(moment: datetime, language: str) -> str:
    """Return the day of a moment, in words, in the site's time zone."""
    return date_in_words(localdate(moment).isoformat(), language)


def legal_views(
    legal: Iterable[LegalBasis], *, country: str, private: bool
) -> tuple[LegalView, ...]:
    """Return the articles that bind a body of this country: French ones bind French public bodies.

    A body whose country is not known is taken to be French.
    """
    french = country in {"", "FR"} and not private
    union = country == "" or country in EU
    return tuple(
        LegalView(item.article, item.url, item.to_check)
        for item in legal
        if (french if item.article.startswith(FRENCH_LAW) else union)
    )


class FieldBuilder:
    """Builds the views of one record's fields.

    The addresses of statements and sources are made from one reversed address each: reversing a
    hundred of them takes longer than the rest of the page.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        *,
        language: str,
        country: str = "",
        private: bool = False,
        on_paper: bool = False,
    ) -> None:
        self.language, self.on_paper = language, on_paper
        self.words = words()
        self.country, self.private = country, private
        self.row_of = {row.said.uid: row for row in rows}
        self.showers = showers(language)
        self.capacities = capacities(language)
        zero = "00000000-0000-0000-0000-000000000000"
        self._statement_url = reverse("register:statement", args=[zero]).replace(zero, "{}")
        self._source_url = reverse("register:source", args=[zero]).replace(zero, "{}")

    def statement_url(self, row: Row) -> str:
        """Return the address of a statement's own page."""
        return self._statement_url.format(row.uid)

    def source_url(self, row: Row) -> str:
        """Return the address of the page of a statement's source, or ""."""
        return self._source_url.format(row.source.uid) if row.source else ""

    def shown(self, said: Statement) -> Shown:
        """Return a statement's value, ready to be shown."""
        return self.showers[said.field](said.value, said.language)

    def lang(self, said: Statement) -> str:
        """Return the language of a statement's own words when it is not that of the page."""
        return said.language if said.language and said.language[:2] != self.language else ""

    def field(self, field: Field, rows: Sequence[Row]) -> FieldView:
        """Return the view of a field from all the rows under it, in the order of recording."""
        seen = visible(rows)
        up = standing(seen)
        kept = {item.uid for item in up}
        ordered = in_order(up)
        blocks = self._many(field, ordered) if field.multiple else self._one(field, ordered)
        return FieldView(
            key=field.key,
            label=field.label(self.language),
            help=field.help(self.language),
            legal=legal_markup(
                [
                    (item.article, item.url, item.to_check)
                    for item in legal_views(field.legal, country=self.country, private=self.private)
                ],
                self.words,
            ),
            divergent=any(block.divergent for block in blocks),
            blocks=blocks,
            html=SafeString(
                "".join(
                    block_markup(
                        block.period,
                        [position.html for position in block.positions],
                        divergent=block.divergent,
                        words=self.words,
                    )
                    for block in blocks
                )
            ),
            hidden=tuple(self._trace(row, row.hidden) for row in rows if row.hidden is not None),
            replaced=tuple(
                self.replaced(self.row_of[item.uid])
                for item in in_order(seen)
                if item.uid not in kept
            ),
        )

    def voice(self, said: Sequence[Statement]) -> Voice:
        """Return the voice of statements that share their provenance."""
        first = said[0]
        row = self.row_of[first.uid]
        source = row.source
        several = len(said) > 1
        capacity = self.capacities.get(first.capacity, first.capacity)
        day = date_in_words(first.date, self.language)
        source_title = source.title if source else ""
        source_url = self.source_url(row)
        source_link = web_address(source.url) if source else ""
        passages = tuple(
            Passage(
                self.statement_url(self.row_of[item.uid]),
                excerpt(self.shown(item).text, 60) if several else "",
                item.quote,
                self.lang(item),
            )
            for item in said
        )
        replies = tuple(
            ReplyView(reply.organisation, text_html(reply.text), day_of(reply.at, self.language))
            for item in said
            for reply in self.row_of[item.uid].current_replies
        )
        return Voice(
            speaker=first.speaker,
            capacity=capacity,
            day=day,
            source_title=source_title,
            source_url=source_url,
            source_link=source_link,
            locator=first.locator,
            passages=passages,
            replies=replies,
            html=voice_markup(
                speaker=first.speaker,
                capacity=capacity,
                day=day,
                source_title=source_title,
                source_url=source_url,
                source_link=source_link,
                locator=first.locator,
                passages=passages,
                replies=replies,
                words=self.words,
                on_paper=self.on_paper,
            ),
        )

    def replaced(self, row: Row) -> ReplacedView:
        """Return the line of a statement that another has replaced."""
        said = row.said
        hidden = row.hidden is not None
        shown = self.shown(said)
        return ReplacedView(
            url=self.statement_url(row),
            html=SafeString("") if hidden else shown.html,
            text="" if hidden else excerpt(shown.text),
            lang="" if hidden else shown.lang,
            speaker="" if hidden else said.speaker,
            day=date_in_words(said.date, self.language) or day_of(row.at, self.language),
            hidden=hidden,
        )

    def _position(
        self, field: Field, said: Sequence[Statement], voices: tuple[Voice, ...]
    ) -> Position:
        values = tuple(self.shown(item) for item in said)
        laid_out = values_markup(values, field.kind.value)
        return Position(
            values, voices, SafeString(laid_out + "".join(voice.html for voice in voices))
        )

    def _trace(self, row: Row, act: ModerationRow) -> HiddenView:
        return HiddenView(self.statement_url(row), act.reason, day_of(act.at, self.language))

    def _one(self, field: Field, ordered: Sequence[Statement]) -> tuple[Block, ...]:
        """Group the statements of a single-valued field by period, then by value."""
        periods: dict[str, dict[str, list[Statement]]] = {}
        for item in ordered:
            periods.setdefault(item.period, {}).setdefault(item.value, []).append(item)
        return tuple(
            Block(
                period=date_in_words(period, self.language),
                divergent=len(values) > 1,
                positions=tuple(
                    self._position(field, [said[0]], tuple(self.voice([item]) for item in said))
                    for said in values.values()
                ),
            )
            for period, values in periods.items()
        )

    def _many(self, field: Field, ordered: Sequence[Statement]) -> tuple[Block, ...]:
        """Group the statements of a field with several values by period, then by provenance."""
        periods: dict[str, dict[tuple[str, ...], list[Statement]]] = {}
        for item in ordered:
            key: tuple[str, ...] = (
                item.speaker,
                item.capacity,
                item.date,
                item.source,
                item.locator,
            )
            if self.row_of[item.uid].current_replies:
                key = (item.uid,)
            periods.setdefault(item.period, {}).setdefault(key, []).append(item)
        return tuple(
            Block(
                period=date_in_words(period, self.language),
                divergent=False,
                positions=tuple(
                    self._position(field, said, (self.voice(said),)) for said in groups.values()
                ),
            )
            for period, groups in periods.items()
        )

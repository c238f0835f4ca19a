"""Records drawn by Hypothesis: any field, nasty texts, several voices, replaced statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from clairevoie.register.building import said
from clairevoie.register.catalogue import FIELDS, VOCABULARIES, Field, Kind, vocabulary_of
from clairevoie.register.statements import (
    Body,
    Source,
    Statement,
    SystemRecord,
    statement_uid,
)
from clairevoie.register.values import FIRST_YEAR, LAST_YEAR, clean, clean_text

NASTY = (
    '=HYPERLINK("http://x")',
    "'=1+1",
    "''@x",
    "+33 1 02 03 04 05",
    "-3",
    "- une liste\n- de choses",
    "@import",
    "a | b",
    "a\\|b \\",
    "|",
    "<script>alert(1)</script>",
    "<p>un</p> &amp; &lt;b&gt;",
    "un, deux ; trois",
    "premier\n\nsecond paragraphe\nligne",
    "l’été « à l’œil » — 10\u202f000\u00a0€",
    "#N/A",
    "_x0041_ TRUE 0012",
    '"guillemets" et \t tabulation',
    "日本語 \U0001f600",
    "x" * 450,
)

letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffd")
words = st.text(letters, min_size=1, max_size=30)
DAYS = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
dates = st.one_of(
    DAYS.map(str),
    DAYS.map(lambda day: str(day)[:7]),
    DAYS.map(lambda day: str(day)[:4]),
)
identifiers = st.from_regex(r"[a-z][a-z0-9_-]{0,20}[a-z0-9]", fullmatch=True)
urls = st.builds(
    "https://{}.example/{}".format,
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9/?=&.,;~%+-]{0,20}", fullmatch=True),
)


def texts(limit: int = 500) -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(NASTY), words).filter(lambda text: len(text) <= limit)


def lines(limit: int = 500) -> st.SearchStrategy[str]:
    return texts(limit).map(lambda text: clean_text(text, limit=limit, one_line=True)).filter(bool)


def values(field: Field) -> st.SearchStrategy[str]:
    """Canonical values of a field."""
    vocabulary = vocabulary_of(field)
    if vocabulary is not None:
        return st.sampled_from(vocabulary.codes())
    raw = {
        Kind.TEXT: texts(),
        Kind.LINE: lines(),
        Kind.CONTACT: st.one_of(lines(), st.just("service@ville.example"), urls),
        Kind.DATE: dates,
        Kind.INTEGER: st.integers(-(10**9), 10**12).map(str),
        Kind.DECIMAL: st.decimals(-(10**6), 10**9, places=2).map(str),
        Kind.URL: urls,
    }[field.kind]
    return raw.map(lambda text: clean(field, text)).filter(bool)


quotes = texts().map(lambda text: clean_text(text, limit=20_000, one_line=False))
optional_dates = st.one_of(st.just(""), dates)
bodies = st.builds(
    Body,
    id=identifiers,
    name=lines(),
    short_name=st.one_of(st.just(""), lines(40)),
    kind=st.sampled_from(VOCABULARIES["body_kind"].codes()),
    country=st.sampled_from(("", "FR", "NL")),
    website=st.one_of(st.just(""), urls),
)


@st.composite
def sources(draw: st.DrawFn, identifier: str) -> Source:
    return Source(
        identifier,
        draw(st.sampled_from(VOCABULARIES["source_kind"].codes())),
        draw(lines()),
        publisher=draw(st.one_of(st.just(""), lines())),
        url=draw(st.one_of(st.just(""), urls)),
        date=draw(optional_dates),
        digest=draw(st.sampled_from(("", "a" * 64))),
    )


@st.composite
def statements(draw: st.DrawFn, system: str, choices: dict[str, Source], field: Field) -> Statement:
    source = draw(st.sampled_from(["", *choices]))
    return said(
        system,
        field.key,
        draw(values(field)),
        source=source,
        source_uid=choices[source].uid().hex if source else "",
        speaker=draw(st.one_of(st.just(""), lines())),
        capacity=draw(st.sampled_from(VOCABULARIES["capacity"].codes())),
        date=draw(optional_dates),
        period=draw(optional_dates),
        locator=draw(st.one_of(st.just(""), lines(150))),
        quote=draw(st.one_of(st.just(""), quotes)),
        language=draw(st.sampled_from(("", "fr", "nl"))),
    )


NAME = next(field for field in FIELDS if field.key == "name")


@st.composite
def records(draw: st.DrawFn, named: bool = False) -> SystemRecord:
    """Any record; ``named`` ones have a name, as formats without statements need."""
    system = draw(identifiers)
    choices = {name: draw(sources(name)) for name in draw(st.sets(st.sampled_from(("s1", "s2"))))}
    fields = draw(st.lists(st.sampled_from(FIELDS), max_size=8))
    made: dict[str, Statement] = {}
    for field in [NAME, *fields] if named else fields:
        statement = draw(statements(system, choices, field))
        earlier = [item for item in made.values() if item.field == field.key]
        if statement.uid in made:
            continue
        replaced = draw(st.sampled_from([None, *earlier]))
        if replaced is not None:
            source_uid = choices[statement.source].uid().hex if statement.source else ""
            statement = replace(statement, supersedes=replaced.uid)
            statement = replace(statement, uid=statement_uid(statement, source_uid))
        made[statement.uid] = statement
    used = dict.fromkeys(item.source for item in made.values() if item.source)
    return SystemRecord(
        system,
        draw(st.one_of(st.none(), bodies)),
        tuple(made.values()),
        tuple(choices[name] for name in used),
    )


def registers(named: bool = False) -> st.SearchStrategy[list[SystemRecord]]:
    """A few records of different systems, whose bodies and sources do not contradict each other."""
    return st.lists(records(named=named), max_size=3, unique_by=lambda record: record.id).filter(
        _agree
    )


def _agree(found: list[SystemRecord]) -> bool:
    things: dict[tuple[str, str], object] = {}
    for record in found:
        for kind, item in [("body", record.body), *(("source", item) for item in record.sources)]:
            if item is not None and things.setdefault((kind, item.id), item) != item:
                return False
    return True

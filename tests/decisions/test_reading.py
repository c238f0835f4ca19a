"""The declaration of a journal: what it says, and what is refused, with its place."""

from __future__ import annotations

import json
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.decisions.model import Data, JournalProblem, Someone
from clairevoie.decisions.reading import read_journal
from clairevoie.decisions.schema import journal_schema
from tests.decisions.samples import JOURNAL, sample_journal


def problem(text: str) -> JournalProblem:
    with pytest.raises(JournalProblem) as caught:
        read_journal(text.encode(), name="journal.yaml")
    return caught.value


def test_a_declaration_is_read_as_it_is_written() -> None:
    journal = sample_journal()
    assert journal.id == "creches-2025"
    assert journal.title == {"fr": "Décisions"}
    assert journal.data == Data("parquet", path="journal.parquet")
    assert journal.person == Someone("personne", pseudonym=True)
    assert journal.decided_by == Someone("agent", pseudonym=True)
    assert journal.machine_value == "points"
    assert journal.groups[0].bands == (Decimal(25), Decimal(60))
    assert len(journal.digest) == 64
    assert journal.input_columns(["enfants", "absent"]) == {"enfants": "nb"}
    assert journal.columns()[:3] == ("reference", "decide", "personne")


def test_inputs_may_keep_their_names() -> None:
    inputs = "inputs: {enfants: nb, quotient: qf, situation: situation}"
    journal = read_journal(JOURNAL.replace(inputs, "inputs: same").encode())
    assert journal.input_columns(["enfants", "age"]) == {"enfants": "enfants", "age": "age"}
    assert "nb" not in journal.columns()


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(journal_schema())


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("id: creches-2025", "id: Crèches 2025", "line 3, id", "small letters, digits and hyphens"),
        ("rules: ville-creches", "rule: ville-creches", "journal.yaml", "'rule' is not known here"),
        ("  date: decide\n", "", "columns", "'date' is missing"),
        ("decision: decision", "decision:", "columns.decision", "is empty"),
        ("decision: decision", "decision: 12", "columns.decision", "quotation marks"),
        ("{parquet: journal.parquet}", "{parquet: a, csv: b}", "data", "only one"),
        ("{parquet: journal.parquet}", "{parquet: a, delimiter: ';'}", "data", "'csv' only"),
        ("{parquet: journal.parquet}", "{csv: a, delimiter: '::'}", "data.delimiter", "not one of"),
        ("{parquet: journal.parquet}", "{table: t, url: 'http://x'}", "data.url", "sqlite://"),
        ("{parquet: journal.parquet}", "{table: 'a; drop'}", "data.table", "name of a table"),
        ("bands: [25, 60]", "bands: [60, 25]", "groups.age.bands", "do not rise"),
        ("bands: [25, 60]", "bands: [a]", "groups.age.bands.0", "should be a number"),
        ("{enfants: nb,", "{Enfants: nb,", "columns.inputs", "the word 'same'"),
        ("pseudonym: true", "pseudonym: perhaps", "columns.person", "true or false"),
        ("journal-1.0", "journal-2.0", "clairevoie", "should be 'journal-1.0'"),
        ("id: creches-2025", "id: a\nid: b", "line 4", "written twice"),
        ("rules: ville-creches", "rules: [", "line", "not readable as YAML"),
    ],
)
def test_what_is_refused_says_where_and_what_to_do(
    old: str, new: str, place: str, words: str
) -> None:
    assert old in JOURNAL
    found = problem(JOURNAL.replace(old, new))
    told = [
        sentence
        for where, sentence in zip(found.places, found.sentences, strict=True)
        if place in where
    ]
    assert any(words in sentence for sentence in told), str(found)


def test_every_problem_is_told_at_once() -> None:
    text = JOURNAL.replace("  date: decide\n", "").replace("bands: [25, 60]", "bands: []")
    assert len(problem(text).sentences) == 2


@pytest.mark.parametrize("content", [b"", b"[]", b"5", b"\xff\xfe", b"a" * 2_000_000])
def test_what_is_no_declaration_is_refused(content: bytes) -> None:
    with pytest.raises(JournalProblem):
        read_journal(content, name="x")


def test_the_address_of_a_database_is_not_shown_with_the_journal() -> None:
    text = JOURNAL.replace(
        "{parquet: journal.parquet}", "{table: t, url: 'postgresql://me:hunter2@host/db'}"
    )
    assert "hunter2" not in repr(read_journal(text.encode()))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def refusal(content: dict[str, object]) -> JournalProblem | None:
    try:
        read_journal(json.dumps(content).encode(), name="x")
    except JournalProblem as refused:
        return refused
    return None


@given(st.dictionaries(st.sampled_from([*journal_schema()["properties"], "other"]), values))
def test_any_mapping_is_read_or_refused_in_sentences(content: dict[str, object]) -> None:
    refused = refusal(content)
    assert refused is None or all(refused.sentences)


places = [
    *(("columns", name) for name in journal_schema()["properties"]["columns"]["properties"]),
    *(("data", name) for name in journal_schema()["properties"]["data"]["properties"]),
    *((name,) for name in journal_schema()["properties"]),
]


@given(st.sampled_from(places), values)
def test_any_value_anywhere_is_read_or_refused_in_sentences(
    place: tuple[str, ...], value: object
) -> None:
    """The rest of the declaration is right."""
    content: dict[str, object] = {
        "clairevoie": "journal-1.0",
        "id": "a",
        "title": "A",
        "rules": "b",
        "data": {"csv": "x.csv"},
        "columns": {"identifier": "i", "date": "d", "inputs": "same"},
    }
    inside = content
    for name in place[:-1]:
        inside = inside[name]  # type: ignore[assignment]
    inside[place[-1]] = value
    refused = refusal(content)
    if refused is not None:
        assert all(refused.sentences)
        assert all(where.startswith("x") for where in refused.places)

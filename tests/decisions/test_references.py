"""The normal form of a reference is the same in Python and in DuckDB."""

from __future__ import annotations

import duckdb
from hypothesis import example, given
from hypothesis import strategies as st

from clairevoie.decisions.references import (
    hash_sql,
    normal_reference,
    normal_sql,
    reference_hash,
    reference_pattern,
)

# Assigned characters only, and no NUL, which DuckDB refuses in a text.
texts = st.text(st.characters(exclude_categories=("Cs", "Cn", "Co", "Cc")), max_size=20)


@given(st.lists(texts, max_size=20))
@example(["cr 2025–0001", "CR\u00a02025-0001", "e\u0301té", "ßſıİ", "’'\"\\"])
def test_python_and_duckdb_agree(given_texts: list[str]) -> None:
    query = f"SELECT {normal_sql('t')}, {hash_sql('t')} FROM unnest($1::VARCHAR[]) AS u(t)"
    found = duckdb.execute(query, [given_texts]).fetchall()
    assert [row[0] for row in found] == [normal_reference(text) for text in given_texts]
    assert [row[1] for row in found] == [
        reference_hash(normal_reference(text)) for text in given_texts
    ]


@given(st.text("aAé-– .1*(\u00a0", min_size=1, max_size=6), st.text("aAé-– .1*(\u00a0", max_size=6))
def test_the_pattern_of_a_reference_is_its_spellings(reference: str, other: str) -> None:
    wanted = normal_reference(reference)
    query = "SELECT regexp_matches($1, $3), regexp_matches($2, $3)"
    found = duckdb.execute(query, [reference, other, reference_pattern(wanted)]).fetchone()
    assert found == (True, normal_reference(other) == wanted)


@given(texts)
def test_a_normal_form_is_normal(text: str) -> None:
    once = normal_reference(text)
    assert normal_reference(once) == once


def test_what_people_copy_is_the_same_reference() -> None:
    forms = ["CR-2025-0001", "cr-2025-0001", " cr\u00a0-2025–0001 ", "Cr‑2025−0001\n"]
    assert {normal_reference(text) for text in forms} == {"CR-2025-0001"}
    assert normal_reference("CR2025-0001") != normal_reference("CR-2025-0001")

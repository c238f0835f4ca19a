"""What replaces what: chains in a file, chains around what is hidden."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from clairevoie.register.chains import Entry, link, without_hidden
from clairevoie.register.record import standing
from clairevoie.register.statements import Statement, statement_uid


def entry(value: str, label: str, supersedes: str = "", field: str = "purpose") -> Entry:
    plain = Statement("s", field, value)
    named = replace(plain, uid=statement_uid(plain, ""), supersedes=supersedes)
    return Entry(named, label, None, "")


def linked(*entries: Entry) -> tuple[tuple[Statement, ...], list[str]]:
    complaints: list[str] = []
    made = link(entries, lambda _row, sentence: complaints.append(sentence))
    return made, complaints


def test_a_chain_is_followed_whatever_the_order_of_the_file() -> None:
    there = [entry("c", "3", "2"), entry("a", "1"), entry("b", "2", "1")]
    made, complaints = linked(*there)

    assert not complaints
    assert [item.value for item in standing(made)] == ["c"]
    assert all(item.uid == statement_uid(item, "") for item in made)


def test_coming_back_to_an_earlier_word_is_another_statement() -> None:
    made, _ = linked(entry("a", "1"), entry("b", "2", "1"), entry("a", "3", "2"))

    assert len({item.uid for item in made}) == 3
    assert [item.value for item in standing(made)] == ["a"]


def test_a_circle_is_refused() -> None:
    for there in (
        [entry("a", "1", "2"), entry("b", "2", "1")],
        [entry("a", "1", "1")],
        [entry("a", "1", "3"), entry("b", "2", "1"), entry("c", "3", "2")],
    ):
        _, complaints = linked(*there)
        assert complaints == ["statements supersede each other in a circle"]


def test_another_field_cannot_be_replaced() -> None:
    _, complaints = linked(entry("12", "1", field="cost"), entry("b", "2", "1"))
    assert complaints == ["supersedes a statement of another field, 'cost'"]


@given(st.integers(1, 8).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, n - 1)))))
def test_one_statement_of_a_chain_stands_unless_all_are_hidden(case: tuple[int, set[int]]) -> None:
    length, hidden = case
    chain = [
        Statement("s", "cost", str(rank), uid=f"u{rank}", supersedes=f"u{rank - 1}" if rank else "")
        for rank in range(length)
    ]

    stands = standing(without_hidden(chain, {f"u{rank}" for rank in hidden}))

    visible = [rank for rank in range(length) if rank not in hidden]
    assert [item.value for item in stands] == [str(rank) for rank in visible[-1:]]

"""A draw in public: numbers from digits and beacons, seals, proofs, alternates."""

from __future__ import annotations

import copy
import hashlib
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.sortition.alternates import alternates_for, order_of_alternates
from clairevoie.sortition.lottery import every_panel, lottery_of, members
from clairevoie.sortition.pool import PoolProblem, Problem, Quota, panel_problem, problem_of
from clairevoie.sortition.proof import (
    Commitment,
    Promise,
    drawn_of,
    plain_commitment,
    plain_proof,
    proof_problems,
)
from clairevoie.sortition.randomness import (
    QUICKNET,
    Kind,
    RandomnessProblem,
    digits_for,
    number_of,
    number_of_digits,
    number_of_signature,
)
from clairevoie.sortition.sealing import (
    Sealed,
    public_numbers,
    read_seals,
    seal_of,
    sealed,
    seals_csv,
)
from clairevoie.sortition.selection import Selection, select

MORNING = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
SIGNATURE = (
    "b98dae74f6a9d2ec79d75ba273dcfda86a45d589412860eb4c0fd056b00654db"
    "f667c1b6884987c9aee0d43f8ba9db52"
)
"""Of round 3 of a network of the same scheme, in its published tests (Webmaster128, drand)."""
RANDOMNESS = "9e9829dfb34bd8db3e21c28e13aefecd86e007ebd19d6bb8a5cee99c0a34798f"
"""Of the same round, in the same tests."""


def volunteers(people: int = 24, size: int = 6) -> Problem:
    """Two categories, unevenly."""
    features = {
        "sex": ["f" if at % 3 else "m" for at in range(people)],
        "age": ["young" if at % 4 == 0 else "old" for at in range(people)],
    }
    quotas = [
        Quota("sex", "f", 3, 3),
        Quota("sex", "m", 3, 3),
        Quota("age", "young", 2, 3),
        Quota("age", "old", 3, 4),
    ]
    return problem_of([f"v{at}" for at in range(people)], features, quotas, size=size)


@pytest.fixture(scope="module")
def found() -> Selection:
    return select(volunteers())


# --- randomness -----------------------------------------------------------------------------------


def test_rounds_are_those_that_the_beacon_documents() -> None:
    # The example of a client of drand that computes rounds without a network (ruby gem drand).
    assert QUICKNET.round_after(datetime(2026, 4, 20, tzinfo=UTC)) == 27_946_612
    assert QUICKNET.published_at(27_946_612) == datetime(2026, 4, 20, tzinfo=UTC)
    assert QUICKNET.round_after(datetime(2000, 1, 1, tzinfo=UTC)) == 1


@given(st.integers(1_692_803_367, 4_000_000_000))
def test_a_round_is_the_first_at_a_moment_or_after(seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    found = QUICKNET.round_after(moment)
    assert QUICKNET.published_at(found) >= moment
    assert QUICKNET.published_at(found) - moment < timedelta(seconds=QUICKNET.period)


def test_the_value_of_a_round_is_the_digest_of_its_signature() -> None:
    assert hashlib.sha256(bytes.fromhex(SIGNATURE)).hexdigest() == RANDOMNESS
    value = hashlib.sha256(bytes.fromhex(RANDOMNESS)).digest()
    expected = int.from_bytes(value, "big") % 1000
    assert number_of_signature(f" {SIGNATURE.upper()}\n", numbers=1000) == expected


@given(st.integers(2, 100_000), st.data())
def test_digits_are_a_number_as_it_was_drawn(numbers: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, numbers - 1))
    digits = str(number).rjust(digits_for(numbers), "0")
    assert number_of_digits(" ".join(digits), numbers=numbers) == number
    assert number_of(Kind.WITNESSES, digits, numbers=numbers) == number


@pytest.mark.parametrize("text", ["", "41", "4170", "4l7", "-17", "٤١٧", "999"])
def test_other_digits_are_refused(text: str) -> None:
    with pytest.raises(RandomnessProblem):
        number_of_digits(text, numbers=700)


def test_what_is_no_signature_is_refused() -> None:
    for text in ("", RANDOMNESS, SIGNATURE[:-1] + "g"):
        with pytest.raises(RandomnessProblem):
            number_of(Kind.BEACON, text, numbers=1000)


# --- seals ----------------------------------------------------------------------------------------


def sealed_of(found: Selection, pool: bytes = b"pool", result: bytes = b"result") -> Sealed:
    numbers = public_numbers(found.problem.persons, pool)
    return sealed(found, lottery_of(found, numbers=100), numbers, pool=pool, result=result)


def test_all_panels_are_those_of_each_number(found: Selection) -> None:
    lottery = lottery_of(found, numbers=100)
    persons = found.problem.persons
    panels = every_panel(found, lottery)
    for number, panel in enumerate(panels):
        assert members(found, lottery, number) == tuple(sorted(persons[at] for at in panel))
    counts = np.bincount([at for panel in panels for at in panel], minlength=len(persons))
    for kind in range(len(found.problem.many)):
        same = counts[found.problem.kind == kind]
        assert same.max() - same.min() <= 1


def test_seals_open_with_their_own_key_and_panel_alone(found: Selection) -> None:
    kept = sealed_of(found)
    assert sorted(kept.numbers) == list(range(1, 25))
    seals = read_seals(seals_csv(kept.seals))
    assert seals == kept.seals
    assert len(set(seals)) == 100
    assert seal_of(kept.keys[41], 41, kept.panels[41]) == seals[41]
    assert seal_of(kept.keys[41], 41, kept.panels[41][1:]) != seals[41]
    assert seal_of(kept.keys[40], 41, kept.panels[41]) != seals[41]


def test_a_sealed_lottery_is_made_again_from_the_files_alone(found: Selection) -> None:
    assert sealed_of(found) == sealed_of(found)
    assert sealed_of(found).numbers == sealed_of(found, result=b"other").numbers
    assert sealed_of(found).numbers != sealed_of(found, pool=b"other").numbers
    assert not set(sealed_of(found).keys) & set(sealed_of(found, result=b"other").keys)


def test_public_numbers_do_not_follow_a_digest_that_anybody_can_make(found: Selection) -> None:
    # Knowing an identifier and all that is published must not tell its number.
    persons = found.problem.persons
    numbers = sealed_of(found).numbers
    order = sorted(persons, key=lambda one: hashlib.sha256(one.encode()).digest())
    assert [numbers[persons.index(one)] for one in order] != list(range(1, 25))


def test_other_files_of_seals_are_refused() -> None:
    for content in (b"", b"number,seal\n", b"a,b\n0,1\n", b"number,seal\n1,aa\n", b"\xff\xfe"):
        with pytest.raises(PoolProblem):
            read_seals(content)


# --- proofs ---------------------------------------------------------------------------------------


def proof_of(kept: Sealed, *, given_text: str = "41") -> tuple[dict[str, Any], bytes]:
    seals = seals_csv(kept.seals)
    commitment = Commitment(
        title="Panel",
        size=6,
        volunteers=24,
        numbers=100,
        pool="a" * 64,
        quotas="b" * 64,
        result="c" * 64,
        seals=hashlib.sha256(seals).hexdigest(),
        software="clairevoie 0",
        promise=Promise(Kind.WITNESSES, MORNING, "two dice, town hall"),
        at=MORNING - timedelta(days=1),
    )
    drawn = drawn_of(commitment, kept, given=given_text, at=MORNING + timedelta(hours=1))
    return plain_proof(commitment, drawn), seals


def test_a_proof_holds_and_each_change_of_it_is_found(found: Selection) -> None:
    form, seals = proof_of(sealed_of(found))
    assert proof_problems(form, seals) == ()
    assert proof_problems(form, seals, published=form["fingerprint"].upper()) == ()
    others = [each for each in range(1, 25) if each not in form["draw"]["panel"]]
    changes: list[tuple[str, str, Any]] = [
        ("draw", "given", "42"),
        ("draw", "number", 42),
        ("draw", "key", "d" * 64),
        ("draw", "panel", [*form["draw"]["panel"][1:], others[0]]),
        ("draw", "panel", form["draw"]["panel"][1:]),
        ("draw", "alternates", form["draw"]["alternates"][::-1]),
        ("draw", "alternates", form["draw"]["alternates"][1:]),
        ("draw", "at", (MORNING - timedelta(days=3)).isoformat()),
        ("commitment", "at", (MORNING + timedelta(days=3)).isoformat()),
        ("commitment", "result", "e" * 64),
        ("commitment", "seals", "e" * 64),
    ]
    for part, name, value in changes:
        other = copy.deepcopy(form)
        other[part][name] = value
        assert proof_problems(other, seals), (part, name)
    assert proof_problems(form, seals.replace(b"\n0,", b"\n0,0"))
    assert proof_problems(form, seals, published="f" * 64)


def test_a_round_is_published_when_the_commitment_says(found: Selection) -> None:
    kept = sealed_of(found)
    form, seals = proof_of(kept)
    commitment = form["commitment"]
    number = number_of(Kind.BEACON, SIGNATURE, numbers=100)
    promise = Promise(Kind.BEACON, QUICKNET.published_at(30_000_000), round=30_000_000)
    at = promise.at - timedelta(days=1)
    again = Commitment(
        **{
            name: commitment[name]
            for name in ("title", "size", "volunteers", "numbers", "pool", "quotas", "result")
        },
        seals=commitment["seals"],
        software="x",
        promise=promise,
        at=at,
    )
    drawn = drawn_of(again, kept, given=SIGNATURE, at=promise.at + timedelta(1))
    assert drawn.number == number
    proof = plain_proof(again, drawn)
    assert proof_problems(proof, seals) == ()
    assert plain_commitment(again)["randomness"]["url"].endswith("/public/30000000")
    proof["commitment"]["randomness"]["round"] += 1
    assert any("30000001" in each for each in proof_problems(proof, seals))


def test_what_is_no_proof_is_refused() -> None:
    for form in ({}, {"clairevoie": "x", "commitment": {}, "draw": {}}):
        with pytest.raises(PoolProblem):
            proof_problems(form, b"number,seal\n0,aa\n")


# --- alternates -----------------------------------------------------------------------------------


def keeps(problem: Problem, panel: Sequence[str]) -> bool:
    """Tell whether a panel meets the quotas."""
    place = {person: at for at, person in enumerate(problem.persons)}
    kinds = [int(problem.kind[place[one]]) for one in panel]
    return not panel_problem(problem, np.bincount(kinds, minlength=len(problem.many)))


@given(st.integers(0, 99), st.integers(1, 3), st.text("0123456789", min_size=2, max_size=2))
def test_alternates_take_up_seats_in_order_and_keep_the_quotas(
    number: int, leaving: int, digits: str
) -> None:
    problem = volunteers()
    found = select(problem)
    panel = members(found, lottery_of(found, numbers=100), number)
    numbers = public_numbers(problem.persons, b"pool")
    person = {number: one for one, number in numbers.items()}
    drawn = [numbers[one] for one in panel]
    by_number = order_of_alternates(person, drawn, given=digits, result="c" * 64)
    order = [person[each] for each in by_number]
    assert set(order) | set(panel) == set(problem.persons)
    assert not set(order) & set(panel)
    staying = panel[leaving:]
    ways = [each for each in combinations(order, leaving) if keeps(problem, (*staying, *each))]
    if not ways:
        with pytest.raises(PoolProblem):
            alternates_for(problem, staying=staying, order=order)
        return
    joining = alternates_for(problem, staying=staying, order=order)
    # Combinations come in the order of the alternates: the first one is who should join.
    assert joining == tuple(ways[0])


def test_alternates_that_cannot_keep_the_quotas_are_told() -> None:
    problem = volunteers(people=12)
    found = select(problem)
    panel = members(found, lottery_of(found, numbers=10), 0)
    with pytest.raises(PoolProblem, match="draw the seats again"):
        alternates_for(problem, staying=panel[1:], order=())


def test_twenty_thousand_volunteers_are_numbered_at_once() -> None:
    persons = [f"v{at}" for at in range(20_000)]
    pool = "\n".join(f"{one},femme,Nord,cadre" for one in persons).encode()
    start = time.process_time()
    numbers = public_numbers(persons, pool)
    assert time.process_time() - start < 2
    assert sorted(numbers.values()) == list(range(1, 20_001))

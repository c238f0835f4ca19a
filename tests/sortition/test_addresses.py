"""A draw of addresses: bound before, the same for everybody, in proportion."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.sortition.addresses import (
    Plan,
    addresses_csv,
    apportioned,
    draw_problems,
    drawn_addresses,
    plain_draw,
    plain_plan,
    plan_problems,
    proportional,
    read_addresses,
    read_plan,
)
from clairevoie.sortition.files import digest
from clairevoie.sortition.pool import PoolProblem
from clairevoie.sortition.randomness import QUICKNET, Kind, RandomnessProblem

FILE = "\n".join(
    [
        "clé;rue;quartier",
        *(f"{at};{at} rue A;{'nord' if at % 4 else 'sud'}" for at in range(40)),
        "",
    ]
).encode()
GIVEN = "31415 92653 58979 32384"


def plan(**changes: object) -> Plan:
    said: dict[str, object] = {
        "title": "Climat",
        "file": digest(FILE),
        "identifier": "clé",
        "stratum": "quartier",
        "numbers": {"nord": 3, "sud": 2},
        "kind": Kind.WITNESSES,
        "place": "mairie",
        "at": datetime(2027, 1, 31, 18, tzinfo=UTC),
    }
    return Plan(**(said | changes))  # type: ignore[arg-type]


def test_the_rule_is_the_one_that_is_written() -> None:
    addresses = read_addresses(FILE, identifier="clé", stratum="quartier")
    found = drawn_addresses(plan(), addresses, GIVEN)
    # The rule again, from its description alone.
    text = json.dumps(plain_plan(plan()), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    mark = hashlib.sha256(text.encode()).hexdigest()
    digits = "31415926535897932384"
    expected = set()
    for stratum, many in (("nord", 3), ("sud", 2)):
        names = [str(at) for at in range(40) if ("nord" if at % 4 else "sud") == stratum]
        names.sort(
            key=lambda name, of=stratum: hashlib.sha256(  # type: ignore[misc]
                f"clairevoie addresses 1\n{mark}\n{digits}\n{of}\n{name}".encode()
            ).hexdigest()
        )
        expected |= set(names[:many])
    assert {addresses.names[at] for at in found} == expected
    assert list(found) == sorted(found)


def test_anything_that_changes_changes_the_draw() -> None:
    addresses = read_addresses(FILE, identifier="clé", stratum="quartier")
    found = drawn_addresses(plan(), addresses, GIVEN)
    assert drawn_addresses(plan(), addresses, GIVEN.replace(" ", "")) == found
    assert drawn_addresses(plan(title="Climat 2"), addresses, GIVEN) != found
    assert drawn_addresses(plan(file="0" * 64), addresses, GIVEN) != found
    assert drawn_addresses(plan(), addresses, GIVEN[:-1] + "5") != found


def test_the_order_of_the_lines_does_not_matter() -> None:
    lines = FILE.decode().split("\n")
    turned = "\n".join([lines[0], *reversed(lines[1:-1]), ""]).encode()
    found = []
    for content in (FILE, turned):
        addresses = read_addresses(content, identifier="clé", stratum="quartier")
        found.append({addresses.names[at] for at in drawn_addresses(plan(), addresses, GIVEN)})
    assert found[0] == found[1]


def test_each_address_has_its_chance() -> None:
    addresses = read_addresses(FILE, identifier="clé", stratum="quartier")
    counts: Counter[int] = Counter()
    for number in range(2000):
        counts.update(drawn_addresses(plan(), addresses, f"{number:020d}"))
    # 3 of 30 and 2 of 10; five standard deviations of a binomial are 67 and 90.
    for at, stratum in enumerate(addresses.strata):
        expected, margin = (200, 67) if stratum == "nord" else (400, 90)
        assert abs(counts[at] - expected) < margin


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=9).filter(any), st.integers(0, 500))
def test_numbers_in_proportion(counts: list[int], total: int) -> None:
    found = apportioned([Fraction(each) for each in counts], total)
    assert sum(found) == total
    for many, count in zip(found, counts, strict=True):
        exact = Fraction(count * total, sum(counts))
        assert exact - 1 < many < exact + 1


def test_a_proportional_plan_and_its_proof_are_read_again() -> None:
    addresses = read_addresses(FILE, identifier="clé", stratum="quartier")
    assert proportional(addresses, 6) == {"nord": 5, "sud": 1}
    assert proportional(addresses, 40) == {"nord": 30, "sud": 10}
    made = plan(numbers=proportional(addresses, 6))
    assert read_plan(json.loads(json.dumps(plain_plan(made)))) == made
    proof = plain_draw(made, GIVEN, b"drawn")
    assert proof["given"] == "31415926535897932384"
    assert proof["drawn"] == digest(b"drawn")
    assert "rue A" not in json.dumps(proof)


def test_a_proof_holds_or_says_why_not() -> None:
    addresses = read_addresses(FILE, identifier="clé", stratum="quartier")
    content = addresses_csv(addresses, drawn_addresses(plan(), addresses, GIVEN))
    assert content.decode().splitlines()[0] == "drawn,clé,rue,quartier"
    assert len(content.decode().splitlines()) == 6
    proof = plain_draw(plan(), GIVEN, content)
    mark = proof["fingerprint"]
    assert draw_problems(proof, FILE, published=mark.upper()) == []
    other = {**proof, "given": "0" * 20}
    assert "draw other addresses" in draw_problems(other, FILE)[0]
    assert "its SHA-256 differs" in draw_problems(proof, FILE + b"\n")[0]
    assert "published before" in draw_problems(proof, FILE, published="0" * 64)[0]
    assert "not that of its plan" in draw_problems({**proof, "fingerprint": "0"}, FILE)[0]
    assert "cannot be used" in draw_problems({**proof, "given": "12"}, FILE)[0]
    with pytest.raises(PoolProblem, match="no proof"):
        draw_problems({}, FILE)


def test_a_file_without_strata_and_a_beacon() -> None:
    addresses = read_addresses(FILE)
    assert addresses.names[:2] == ("2", "3")
    made = plan(numbers={"": 4}, stratum="", identifier="", kind=Kind.BEACON)
    assert len(drawn_addresses(made, addresses, "ab" * 48)) == 4
    # The plan says which round, or one could choose among rounds.
    told = plain_plan(made)["randomness"]
    assert QUICKNET.published_at(told["round"]) - timedelta(seconds=3) < made.at
    assert made.at <= QUICKNET.published_at(told["round"])
    assert read_plan(plain_plan(made)) == made
    with pytest.raises(RandomnessProblem, match="96 hexadecimal digits"):
        drawn_addresses(made, addresses, GIVEN)


def test_what_cannot_be_is_said() -> None:
    addresses = read_addresses(FILE, identifier="clé", stratum="quartier")
    with pytest.raises(RandomnessProblem, match="is not 20 digits"):
        drawn_addresses(plan(), addresses, "123")
    assert plan_problems(plan(numbers={"nord": 31, "est": 1}), addresses) == (
        "Stratum 'nord': 31 addresses are to be drawn of 30.",
        "Stratum 'est': 1 addresses are to be drawn of 0.",
    )
    with pytest.raises(PoolProblem, match="No address is to be drawn"):
        drawn_addresses(plan(numbers={}), addresses, GIVEN)
    with pytest.raises(PoolProblem, match="41 of 40 addresses"):
        proportional(addresses, 41)
    with pytest.raises(PoolProblem, match="no column 'x'"):
        read_addresses(FILE, identifier="x")
    with pytest.raises(PoolProblem) as caught:
        read_addresses(b"id,s\n1,a\n1,b\n,a\n4,\n", identifier="id", stratum="s")
    assert [each.partition(": ")[2] for each in caught.value.problems] == [
        "'1' names 2 addresses: keep one line.",
        "the address has no name.",
        "the address has no stratum.",
    ]
    with pytest.raises(PoolProblem, match="no plan"):
        read_plan({"title": "x"})
    with pytest.raises(PoolProblem, match="written again"):
        read_plan({**plain_plan(plan()), "more": 1})

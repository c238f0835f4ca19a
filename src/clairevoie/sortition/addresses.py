"""A draw of addresses by strata that anybody can repeat: who is invited.

1. A plan says, before anything is drawn, which file the addresses are in (its SHA-256), which
   columns name an address and its stratum, how many are drawn of each stratum, and where the
   randomness will be from, and when. Its fingerprint is published.
2. Randomness is drawn: decimal digits before witnesses, or the signature of the round of a beacon
   that the plan names.
3. Each address has a ticket, the SHA-256 of

       clairevoie addresses 1 ⏎ fingerprint of the plan ⏎ what was drawn ⏎ stratum ⏎ identifier

   (UTF-8, one line feed between two lines, none at the end). The addresses of a stratum are ordered
   by their tickets, and as many as the plan says are drawn, from the smallest.

Nobody can choose the file, its order or the numbers after the randomness is known, since the
fingerprint binds them. With fewer than `DIGITS` digits somebody could try all of them beforehand
and keep the plan whose outcomes he prefers: that is why so many are asked.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from clairevoie.sortition.exchange import csv_of
from clairevoie.sortition.files import digest, read_table
from clairevoie.sortition.pool import PoolProblem
from clairevoie.sortition.proof import fingerprint
from clairevoie.sortition.randomness import (
    QUICKNET,
    Kind,
    RandomnessProblem,
    given_text,
    number_of_signature,
)

FORMAT = "clairevoie-addresses-1.0"
DIGITS = 20
"""Fewest decimal digits that are drawn: 10²⁰ outcomes cannot be tried beforehand."""
_TICKET = "clairevoie addresses 1"


@dataclass(frozen=True, slots=True)
class Plan:
    """What binds a draw of addresses before it is made.

    Attributes:
        title: of what people are invited to.
        file: SHA-256 of the file of the addresses, in hexadecimal.
        identifier: column that names an address; empty for the number of the line.
        stratum: column that tells its stratum; empty for one stratum of all.
        numbers: how many are drawn of each stratum.
        kind, place: where the randomness will be from.
        at: when the digits will be drawn, with a time zone; for the beacon `QUICKNET`, the first
            round from then on is meant.
    """

    title: str
    file: str
    identifier: str
    stratum: str
    numbers: Mapping[str, int]
    kind: Kind
    place: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses as they are in a file.

    Attributes:
        header: names of the columns.
        rows: cells of each address.
        names: identifier of each address, all different.
        strata: stratum of each address.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    strata: tuple[str, ...]


def apportioned(shares: Sequence[Fraction], total: int) -> tuple[int, ...]:
    """Divide a whole number in proportion, by the largest remainders (Hamilton's method).

    Ties go to the first in order.

    Args:
        shares: positive or nil, of any positive sum.
        total: what is divided.
    """
    whole = sum(shares, Fraction(0))
    exact = [each * total / whole for each in shares]
    found = [each.numerator // each.denominator for each in exact]
    order = sorted(range(len(exact)), key=lambda at: (found[at] - exact[at], at))
    for at in order[: total - sum(found)]:
        found[at] += 1
    return tuple(found)


def read_addresses(
    content: bytes, *, identifier: str = "", stratum: str = "", name: str = "addresses"
) -> Addresses:
    """Read addresses, one line each.

    Args:
        content: of the file.
        identifier: column that names an address; by default the number of the line does.
        stratum: column that tells its stratum; by default all are one.
        name: of the file, for problems.

    Raises:
        PoolProblem: with all that is wrong: there is no such column, a name is empty or there
            twice, a stratum is empty.
    """
    header, rows = read_table(content, name)
    problems = [
        f"{name}: there is no column {each!r}; the header is {', '.join(header)}."
        for each in (identifier, stratum)
        if each and each not in header
    ]
    if problems:
        raise PoolProblem(problems)
    key = header.index(identifier) if identifier else None
    part = header.index(stratum) if stratum else None
    names = [str(line) if key is None else row[key].strip() for line, row in rows]
    strata = ["" if part is None else row[part].strip() for _line, row in rows]
    problems += [
        f"{name}: {one!r} names {count} addresses: keep one line."
        for one, count in Counter(names).items()
        if count > 1 and one
    ]
    for line, one, of in zip((line for line, _row in rows), names, strata, strict=True):
        if not one:
            problems.append(f"{name}, line {line}: the address has no name.")
        if stratum and not of:
            problems.append(f"{name}, line {line}: the address has no stratum.")
    if problems:
        raise PoolProblem(problems[:50])
    cells = tuple(tuple(cell.strip() for cell in row) for _line, row in rows)
    return Addresses(tuple(header), cells, tuple(names), tuple(strata))


def proportional(addresses: Addresses, total: int) -> dict[str, int]:
    """Return how many addresses of each stratum make a total in proportion to the file.

    Raises:
        PoolProblem: there are fewer addresses, or none is asked.
    """
    counts = Counter(addresses.strata)
    if not 1 <= total <= len(addresses.names):
        raise PoolProblem(
            [f"{total} of {len(addresses.names)} addresses cannot be drawn: ask for 1 or more."]
        )
    strata = sorted(counts)
    shares = apportioned([Fraction(counts[each]) for each in strata], total)
    return dict(zip(strata, shares, strict=True))


def read_numbers(content: bytes, *, name: str = "numbers") -> dict[str, int]:
    """Read how many addresses are drawn of each stratum: columns ``stratum, number``.

    Raises:
        PoolProblem: with all that cannot be read.
    """
    header, rows = read_table(content, name)
    if not {"stratum", "number"} <= set(header):
        raise PoolProblem([f"{name}: the columns stratum and number are not both there."])
    part, many = header.index("stratum"), header.index("number")
    numbers: dict[str, int] = {}
    problems = []
    for line, row in rows:
        stratum, text = row[part].strip(), row[many].strip()
        if not (text.isascii() and text.isdigit()) or len(text) > 9:
            problems.append(f"{name}, line {line}: {text!r} is no whole number.")
        elif stratum in numbers:
            problems.append(f"{name}, line {line}: stratum {stratum!r} is there twice.")
        else:
            numbers[stratum] = int(text)
    if problems:
        raise PoolProblem(problems)
    return numbers


def plain_plan(plan: Plan) -> dict[str, Any]:
    """Return a plan as values for JSON; its fingerprint is `clairevoie.sortition.proof`'s."""
    randomness: dict[str, Any] = {
        "kind": plan.kind.value,
        "at": plan.at.isoformat(),
        "place": plan.place,
    }
    if plan.kind is Kind.BEACON:
        number = QUICKNET.round_after(plan.at)
        randomness |= {
            "beacon": QUICKNET.name,
            "chain": QUICKNET.chain,
            "round": number,
            "url": QUICKNET.url(number),
        }
    return {
        "clairevoie": FORMAT,
        "title": plan.title,
        "file": plan.file,
        "identifier": plan.identifier,
        "stratum": plan.stratum,
        "numbers": dict(sorted(plan.numbers.items())),
        "randomness": randomness,
    }


def read_plan(form: Mapping[str, Any]) -> Plan:
    """Read a plan again.

    Raises:
        PoolProblem: it is none.
    """
    try:
        said = form["randomness"]
        plan = Plan(
            title=str(form["title"]),
            file=str(form["file"]),
            identifier=str(form["identifier"]),
            stratum=str(form["stratum"]),
            numbers={str(each): int(many) for each, many in form["numbers"].items()},
            kind=Kind(said["kind"]),
            place=str(said["place"]),
            at=datetime.fromisoformat(said["at"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise PoolProblem([f"This is no plan of a draw of addresses ({problem!r})."]) from None
    if plain_plan(plan) != dict(form):
        raise PoolProblem(["This is no plan that can be written again as it is."])
    return plan


def plan_problems(plan: Plan, addresses: Addresses) -> tuple[str, ...]:
    """Return why addresses cannot be drawn by a plan, one sentence each."""
    counts = Counter(addresses.strata)
    problems = [
        f"Stratum {stratum!r}: {many} addresses are to be drawn of {counts[stratum]}."
        for stratum, many in plan.numbers.items()
        if not 0 <= many <= counts[stratum]
    ]
    if not sum(plan.numbers.values()):
        problems.append("No address is to be drawn.")
    return tuple(problems)


def used_text(plan: Plan, given: str) -> str:
    """Return what was drawn, as it enters tickets.

    Raises:
        RandomnessProblem: fewer than `DIGITS` digits, other signs, or no signature of the beacon.
    """
    text = given_text(plan.kind, given)
    if plan.kind is Kind.BEACON:
        number_of_signature(text, numbers=1)
        return text
    if not (text.isascii() and text.isdigit()) or len(text) < DIGITS:
        raise RandomnessProblem(f"{given!r} is not {DIGITS} digits from 0 to 9, or more")
    return text


def ticket(mark: str, given: str, stratum: str, name: str) -> bytes:
    """Return the ticket of an address; see the module.

    Args:
        mark: fingerprint of the plan.
        given: what was drawn, as `used_text` gives it.
        stratum, name: of the address.
    """
    return hashlib.sha256("\n".join((_TICKET, mark, given, stratum, name)).encode()).digest()


def drawn_addresses(plan: Plan, addresses: Addresses, given: str) -> tuple[int, ...]:
    """Return the addresses that are drawn, as places in ``addresses.names``, ascending.

    Args:
        plan: what was published before.
        addresses: of the file of the plan.
        given: what was drawn.

    Raises:
        PoolProblem: the plan asks for more than there are.
        RandomnessProblem: what was drawn cannot be used.
    """
    problems = plan_problems(plan, addresses)
    if problems:
        raise PoolProblem(problems)
    mark, text = fingerprint(plain_plan(plan)), used_text(plan, given)
    by_stratum: dict[str, list[tuple[bytes, int]]] = {}
    for at, (stratum, name) in enumerate(zip(addresses.strata, addresses.names, strict=True)):
        by_stratum.setdefault(stratum, []).append((ticket(mark, text, stratum, name), at))
    return tuple(
        sorted(
            at
            for stratum, many in plan.numbers.items()
            for _ticket, at in sorted(by_stratum.get(stratum, []))[:many]
        )
    )


def plain_draw(plan: Plan, given: str, drawn: bytes) -> dict[str, Any]:
    """Return the proof of a draw as values for JSON: it has no address.

    Args:
        plan: what was published before.
        given: what was drawn.
        drawn: content of the file of the addresses drawn.
    """
    form = plain_plan(plan)
    return {
        "clairevoie": FORMAT,
        "plan": form,
        "fingerprint": fingerprint(form),
        "given": used_text(plan, given),
        "drawn": digest(drawn),
    }


def draw_problems(form: Mapping[str, Any], content: bytes, *, published: str = "") -> list[str]:
    """Return what does not hold in the proof of a draw, by drawing again from the file.

    Args:
        form: the proof, read from JSON.
        content: of the file of all addresses.
        published: fingerprint of the plan, as it was published before the draw, to compare.

    Raises:
        PoolProblem: this is no proof, or the file cannot be read.
    """
    try:
        plan, given, drawn = read_plan(form["plan"]), str(form["given"]), form["drawn"]
        said = form["fingerprint"]
    except (KeyError, TypeError) as problem:
        raise PoolProblem([f"This is no proof of a draw of addresses ({problem!r})."]) from None
    mark, problems = fingerprint(plain_plan(plan)), []
    if said != mark:
        problems.append("The fingerprint of the proof is not that of its plan.")
    if published and published.strip().lower() != mark:
        problems.append("The fingerprint published before the draw is not that of this proof.")
    if digest(content) != plan.file:
        return [*problems, "The file of addresses is not that of the plan: its SHA-256 differs."]
    addresses = read_addresses(content, identifier=plan.identifier, stratum=plan.stratum)
    try:
        again = addresses_csv(addresses, drawn_addresses(plan, addresses, given))
    except RandomnessProblem as problem:
        return [*problems, f"What was drawn cannot be used: {problem}."]
    if digest(again) != drawn:
        problems.append("These digits draw other addresses from the file than those of the proof.")
    return problems


def addresses_csv(addresses: Addresses, drawn: Sequence[int]) -> bytes:
    """Return the file of the addresses drawn, in the order of the whole file.

    The first column is what names them in the draw; then come all their columns.
    """
    header = ("drawn", *addresses.header)
    return csv_of(header, [(addresses.names[at], *addresses.rows[at]) for at in drawn])

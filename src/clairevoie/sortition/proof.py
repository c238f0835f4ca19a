"""What is published before a draw and after it, and how anybody checks one against the other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clairevoie.sortition.alternates import order_of_alternates
from clairevoie.sortition.pool import PoolProblem
from clairevoie.sortition.randomness import (
    QUICKNET,
    Kind,
    RandomnessProblem,
    given_text,
    number_of,
)
from clairevoie.sortition.sealing import Sealed, read_seals, seal_of

FORMAT = "clairevoie-draw-1.0"


@dataclass(frozen=True, slots=True)
class Promise:
    """Where the number of a draw will be from, said before.

    Attributes:
        kind: digits before witnesses, or a beacon.
        at: when the digits are drawn, or the round is published; with a time zone.
        place: where the digits are drawn, and how: « three ten-sided dice, town hall ».
        round: of the beacon `QUICKNET`; 0 for digits.
    """

    kind: Kind
    at: datetime
    place: str = ""
    round: int = 0


@dataclass(frozen=True, slots=True)
class Commitment:
    """What binds a draw before it is made.

    Attributes:
        title: of the panel.
        size: seats that are drawn.
        volunteers: how many there are.
        numbers: of the lottery.
        pool, quotas, result, seals: SHA-256 of the files, in hexadecimal.
        software: that made the result, with its version.
        promise: where the number will be from.
        at: when this was published; with a time zone.
    """

    title: str
    size: int
    volunteers: int
    numbers: int
    pool: str
    quotas: str
    result: str
    seals: str
    software: str
    promise: Promise
    at: datetime


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn.

    Attributes:
        given: the digits, or the signature of the round, as they were published.
        number: which they give.
        key: what opens the seal of the number.
        panel: public numbers of the members, ascending.
        alternates: public numbers of the others, in the order in which they are asked.
        at: when it was entered; with a time zone.
    """

    given: str
    number: int
    key: str
    panel: tuple[int, ...]
    alternates: tuple[int, ...]
    at: datetime


def plain_commitment(commitment: Commitment) -> dict[str, Any]:
    """Return a commitment as values for JSON."""
    promise = commitment.promise
    randomness: dict[str, Any] = {"kind": promise.kind.value, "at": promise.at.isoformat()}
    if promise.kind is Kind.WITNESSES:
        randomness["place"] = promise.place
    else:
        randomness |= {
            "beacon": QUICKNET.name,
            "chain": QUICKNET.chain,
            "round": promise.round,
            "url": QUICKNET.url(promise.round),
        }
    return {
        "title": commitment.title,
        "size": commitment.size,
        "volunteers": commitment.volunteers,
        "numbers": commitment.numbers,
        "pool": commitment.pool,
        "quotas": commitment.quotas,
        "result": commitment.result,
        "seals": commitment.seals,
        "software": commitment.software,
        "randomness": randomness,
        "at": commitment.at.isoformat(),
    }


def fingerprint(commitment: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a commitment, in hexadecimal: one line that can be read aloud.

    It is that of its JSON with keys in order, no spaces and UTF-8.
    """
    text = json.dumps(commitment, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def drawn_of(commitment: Commitment, kept: Sealed, *, given: str, at: datetime) -> Drawn:
    """Return what digits or the signature of a round give.

    Args:
        commitment: what was published before.
        kept: the sealed lottery.
        given: the digits or the signature.
        at: the moment at which this is entered; with a time zone.

    Raises:
        RandomnessProblem: they cannot be used.
    """
    kind = commitment.promise.kind
    number = number_of(kind, given, numbers=commitment.numbers)
    text = given_text(kind, given)
    panel = kept.panels[number]
    alternates = order_of_alternates(kept.numbers, panel, given=text, result=commitment.result)
    return Drawn(text, number, kept.keys[number], panel, alternates, at)


def plain_proof(commitment: Commitment, drawn: Drawn) -> dict[str, Any]:
    """Return a proof as values for JSON: it names nobody."""
    form = plain_commitment(commitment)
    return {
        "clairevoie": FORMAT,
        "commitment": form,
        "fingerprint": fingerprint(form),
        "draw": {
            "given": drawn.given,
            "number": drawn.number,
            "key": drawn.key,
            "panel": list(drawn.panel),
            "alternates": list(drawn.alternates),
            "at": drawn.at.isoformat(),
        },
    }


def proof_problems(
    form: Mapping[str, Any], seals: bytes, *, published: str = ""
) -> tuple[str, ...]:
    """Return what does not hold in a proof, one sentence each; none when all does.

    Args:
        form: the proof, read from JSON.
        seals: the file of the seals, as it was published before the draw.
        published: the fingerprint, as it was published before the draw, to compare.

    Raises:
        PoolProblem: this is no proof, or no file of seals.
    """
    try:
        commitment, drawn = form["commitment"], form["draw"]
        if form["clairevoie"] != FORMAT:
            raise PoolProblem([f"This is no proof of the format {FORMAT}."])
        return tuple(_problems(form, commitment, drawn, seals, published))
    except (KeyError, TypeError, ValueError) as problem:
        if isinstance(problem, PoolProblem):
            raise
        raise PoolProblem([f"This proof cannot be read: {problem!r}."]) from None


def _problems(
    form: Mapping[str, Any],
    commitment: Mapping[str, Any],
    drawn: Mapping[str, Any],
    seals: bytes,
    published: str,
) -> Sequence[str]:
    problems = []
    mark = fingerprint(commitment)
    if form["fingerprint"] != mark:
        problems.append("The fingerprint of the proof is not that of its commitment.")
    if published and published.strip().lower() != mark:
        problems.append("The fingerprint published before the draw is not that of this proof.")
    if hashlib.sha256(seals).hexdigest() != commitment["seals"]:
        problems.append("The file of the seals is not the one committed to: its SHA-256 differs.")
    rows = read_seals(seals)
    numbers = int(commitment["numbers"])
    if len(rows) != numbers:
        problems.append(f"There are {len(rows)} seals for {numbers} numbers.")
    problems += _order_problems(commitment, drawn)
    try:
        number = number_of(Kind(commitment["randomness"]["kind"]), drawn["given"], numbers=numbers)
    except RandomnessProblem as problem:
        return [*problems, f"What was drawn cannot be used: {problem}."]
    if number != drawn["number"]:
        problems.append(f"What was drawn gives the number {number}, not {drawn['number']}.")
    panel = [int(each) for each in drawn["panel"]]
    if len(set(panel)) != int(commitment["size"]) or len(panel) != len(set(panel)):
        problems.append(f"The panel has not the {commitment['size']} members announced.")
    problems += _alternate_problems(commitment, drawn, panel)
    if number < len(rows) and seal_of(str(drawn["key"]), number, panel) != rows[number]:
        problems.append(f"The panel is not the one that was sealed under the number {number}.")
    return problems


def _alternate_problems(
    commitment: Mapping[str, Any], drawn: Mapping[str, Any], panel: Sequence[int]
) -> list[str]:
    """Return what is not right in the order of the alternates, which anybody can make again."""
    order = [int(each) for each in drawn["alternates"]]
    right = order_of_alternates(
        order, panel, given=str(drawn["given"]), result=str(commitment["result"])
    )
    if tuple(order) != right or len(order) + len(panel) != int(commitment["volunteers"]):
        return ["The alternates are not all the others, in the order that the draw gives."]
    return []


def _order_problems(commitment: Mapping[str, Any], drawn: Mapping[str, Any]) -> list[str]:
    """Return what is not in order: committed to, then published or drawn, then entered."""
    problems = []
    randomness = commitment["randomness"]
    for name, early, late in (
        ("The commitment", commitment["at"], randomness["at"]),
        ("What was to be drawn", randomness["at"], drawn["at"]),
    ):
        if datetime.fromisoformat(early) > datetime.fromisoformat(late):
            problems.append(f"{name} is dated {early}, after {late}.")
    if randomness["kind"] == Kind.BEACON:
        when = QUICKNET.published_at(int(randomness["round"]))
        if (
            randomness["chain"] != QUICKNET.chain
            or datetime.fromisoformat(randomness["at"]) != when
        ):
            problems.append(
                f"Round {randomness['round']} of {QUICKNET.name} is published at {when}, and the "
                f"commitment says {randomness['at']}."
            )
    return problems


def read_commitment(form: Mapping[str, Any]) -> Commitment:
    """Read a commitment again.

    Raises:
        PoolProblem: it is none.
    """
    try:
        said = form["randomness"]
        promise = Promise(
            Kind(said["kind"]),
            datetime.fromisoformat(said["at"]),
            str(said.get("place", "")),
            int(said.get("round", 0)),
        )
        texts = ("title", "pool", "quotas", "result", "seals", "software")
        found = Commitment(
            **{name: str(form[name]) for name in texts},
            size=int(form["size"]),
            volunteers=int(form["volunteers"]),
            numbers=int(form["numbers"]),
            promise=promise,
            at=datetime.fromisoformat(form["at"]),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise PoolProblem([f"This is no commitment ({problem!r})."]) from None
    if plain_commitment(found) != dict(form):
        raise PoolProblem(["This is no commitment that can be written again as it is."])
    return found

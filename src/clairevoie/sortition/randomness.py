"""Randomness that nobody controls, stated before it exists: digits before witnesses, a beacon.

Sources:
    drand, a beacon of the League of Entropy: https://docs.drand.love ; parameters of its network
    quicknet from its own clients (drand/tlock-js, ``src/drand/defaults.ts``).
"""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class RandomnessProblem(ValueError):
    """Digits or a value of a beacon that cannot be used; the message says why."""


class Kind(StrEnum):
    """Where the number of a draw is from."""

    WITNESSES = "witnesses"
    BEACON = "beacon"


@dataclass(frozen=True, slots=True)
class Beacon:
    """A public beacon that publishes a random value at fixed moments.

    Attributes:
        name: for people.
        chain: hash of its chain, which names it for good.
        genesis: Unix time of its round 1, in seconds.
        period: seconds from a round to the next.
    """

    name: str
    chain: str
    genesis: int
    period: int

    def round_after(self, moment: datetime) -> int:
        """Return the first round that is published at a moment or after it."""
        return max(1, math.ceil((moment.timestamp() - self.genesis) / self.period) + 1)

    def published_at(self, number: int) -> datetime:
        """Return when a round is published."""
        return datetime.fromtimestamp(self.genesis + (number - 1) * self.period, UTC)

    def url(self, number: int) -> str:
        """Return where a round can be read."""
        return f"https://api.drand.sh/{self.chain}/public/{number}"


QUICKNET = Beacon(
    "drand quicknet",
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
    1_692_803_367,
    3,
)
_SIGNATURE_DIGITS = 96
"""A signature of quicknet is a point of G1 of BLS12-381: 48 bytes."""


def digits_for(numbers: int) -> int:
    """Return how many decimal digits are drawn for numbers from 0: three for 1 000."""
    return len(str(numbers - 1))


def number_of_digits(text: str, *, numbers: int) -> int:
    """Return the number that digits make, as they were drawn one after the other.

    Raises:
        RandomnessProblem: other signs, too few digits, or a number that the lottery has not: the
            digits are then drawn again.
    """
    digits = "".join(text.split())
    width = digits_for(numbers)
    if not (digits.isascii() and digits.isdigit()) or len(digits) != width:
        raise RandomnessProblem(f"{text!r} is not {width} digits from 0 to 9")
    if int(digits) >= numbers:
        raise RandomnessProblem(
            f"{digits} is none of the numbers 0 to {numbers - 1}: draw the digits again"
        )
    return int(digits)


def number_of_signature(signature: str, *, numbers: int) -> int:
    """Return the number that a round of a beacon gives.

    The value of a round is the SHA-256 of its signature, and the number what is left when the
    SHA-256 of that value is divided by how many numbers there are. That the signature is the
    beacon's is not checked here: anybody reads the round where it is published.

    Args:
        signature: of the round, in hexadecimal.
        numbers: of the lottery.

    Raises:
        RandomnessProblem: it is no signature of `QUICKNET`.
    """
    text = signature.strip().lower()
    if not re.fullmatch(f"[0-9a-f]{{{_SIGNATURE_DIGITS}}}", text):
        raise RandomnessProblem(
            f"a signature of {QUICKNET.name} is {_SIGNATURE_DIGITS} hexadecimal digits"
        )
    value = hashlib.sha256(bytes.fromhex(text)).digest()
    return int.from_bytes(hashlib.sha256(value).digest(), "big") % numbers


def given_text(kind: Kind, text: str) -> str:
    """Return digits or a signature as they are written in a proof: no spaces, small letters."""
    return "".join(text.split()).lower() if kind is Kind.WITNESSES else text.strip().lower()


def number_of(kind: Kind, text: str, *, numbers: int) -> int:
    """Return the number that digits or a signature give.

    Raises:
        RandomnessProblem: they cannot be used.
    """
    if kind is Kind.WITNESSES:
        return number_of_digits(text, numbers=numbers)
    return number_of_signature(text, numbers=numbers)

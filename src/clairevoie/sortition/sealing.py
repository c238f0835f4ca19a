"""A lottery as it is published: volunteers have numbers for names, panels are sealed until drawn.

The list of all panels, even of numbers, would let somebody who knows the quotas work out features:
those of whom each panel has exactly one are a class. So each number's panel is published as a seal,
a SHA-256, and only the seal of the number that is drawn is opened. Whoever has the files makes all
seals again; nothing here is drawn at random.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clairevoie.sortition.lottery import Lottery, every_panel
from clairevoie.sortition.pool import PoolProblem
from clairevoie.sortition.selection import Selection

_SEALS = b"clairevoie sealed lottery 1\n"
_NUMBERS = b"clairevoie public numbers 1\n"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A lottery under seals.

    Attributes:
        numbers: public number of each volunteer, from 1, in the order of ``problem.persons``.
        panels: of each number of the lottery, the public numbers of its members, ascending.
        keys: of each number of the lottery, what opens its seal, in hexadecimal; secret until then.
    """

    numbers: tuple[int, ...]
    panels: tuple[tuple[int, ...], ...]
    keys: tuple[str, ...]

    @property
    def seals(self) -> tuple[str, ...]:
        """The seal of each number of the lottery, in hexadecimal."""
        return tuple(
            seal_of(key, number, panel)
            for number, (key, panel) in enumerate(zip(self.keys, self.panels, strict=True))
        )


def public_numbers(persons: Sequence[str], pool: bytes) -> dict[str, int]:
    """Return a number for each volunteer, from 1, that tells nothing of who it is.

    They are numbered in the order of the HMAC of their identifiers, under the file itself: whoever
    has not the file cannot make it again, even knowing all identifiers.

    Args:
        persons: identifiers of all volunteers of the pool, whether they can still be drawn or not.
        pool: content of the file of the pool.
    """
    # Once: HMAC would digest a long key anew for each volunteer.
    secret = hashlib.sha256(_NUMBERS + pool).digest()
    order = sorted(persons, key=lambda one: hmac.digest(secret, one.encode(), "sha256"))
    return {person: rank for rank, person in enumerate(order, 1)}


def sealed(
    selection: Selection,
    lottery: Lottery,
    numbers: Mapping[str, int],
    *,
    pool: bytes,
    result: bytes,
) -> Sealed:
    """Return a lottery under seals, which whoever has both files makes again.

    Args:
        selection: of which panels there are; its problem has the volunteers.
        lottery: which panel is each number.
        numbers: public number of each volunteer, as `public_numbers` gives them.
        pool, result: content of the files.
    """
    secret = hmac.digest(_SEALS + pool, result, "sha256")
    persons = selection.problem.persons
    panels = every_panel(selection, lottery)
    return Sealed(
        tuple(numbers[person] for person in persons),
        tuple(tuple(sorted(numbers[persons[at]] for at in panel)) for panel in panels),
        tuple(
            hmac.digest(secret, str(number).encode(), "sha256").hex()
            for number in range(len(panels))
        ),
    )


def seal_of(key: str, number: int, panel: Sequence[int]) -> str:
    """Return the seal of a panel: SHA-256 of the key, the number and its members, in hexadecimal.

    The text is ``KEY,NUMBER,MEMBER MEMBER …`` in ASCII, members ascending.
    """
    members = " ".join(str(each) for each in sorted(panel))
    return hashlib.sha256(f"{key},{number},{members}".encode("ascii")).hexdigest()


def seals_csv(seals: Sequence[str]) -> bytes:
    """Return the file of the seals, as it is published before the draw."""
    lines = [f"{number},{seal}\n" for number, seal in enumerate(seals)]
    return ("number,seal\n" + "".join(lines)).encode("ascii")


def read_seals(content: bytes, *, name: str = "seals") -> tuple[str, ...]:
    """Read the file of the seals again.

    Raises:
        PoolProblem: it is none.
    """
    try:
        rows = list(csv.reader(io.StringIO(content.decode("ascii"), newline="")))
    except (UnicodeDecodeError, csv.Error):
        rows = []
    right = [["number", "seal"], *([str(at), row[-1]] for at, row in enumerate(rows[1:]))]
    if len(rows) < 2 or rows != right:
        raise PoolProblem([f"{name}: this is no file of seals (number,seal, numbered from 0)."])
    return tuple(row[1] for row in rows[1:])

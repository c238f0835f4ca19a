"""The greedy heuristic of StratifySelect, to compare with: seats are filled one by one.

The quota that lacks most of those who remain, (fewest seats - seats taken) / who remain, gives the
next member, any of its volunteers; whoever has a feature whose most seats are taken is put aside,
and so are their neighbours. An attempt that ends without the quotas is begun again. Nothing is
known of the chances but what many draws show.

Source:
    B. Hennig, P. Gölz, stratification.py (Sortition Foundation), `find_random_sample_legacy`; and
    B. Flanigan and others, Nature 596 (2021), supplementary information (LEGACY).
"""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np

from clairevoie.sortition.objectives import Draws
from clairevoie.sortition.pool import HOUSEHOLD, Floats, Ints, Problem, panel_problem

PANELS = 1000
"""Panels drawn: a chance is then known to about three points."""
_ATTEMPTS = 20
"""Most attempts for one panel, on average."""


def drawn(problem: Problem, *, seed: str, count: int = PANELS) -> tuple[Ints, Ints, Draws]:
    """Return panels drawn one by one, how often each was, and how they were drawn.

    All that is random comes from the SHA-256 of « seed/attempt/seat », so that whoever has the seed
    draws the same panels.

    Args:
        problem: which panel is drawn; the order of its quotas settles which of two that lack as
            much comes first.
        seed: a text that is published.
        count: panels to draw.

    Returns:
        The panels, of shape (panels, types), the times of each, of shape (panels,), and the draws.

    Raises:
        ValueError: there is no seed, or fewer than one panel is asked for.
        RuntimeError: too few attempts meet the quotas.
    """
    if not seed or count < 1:
        raise ValueError("panels are drawn one by one from a seed that is given, one or more")
    found: list[Ints] = []
    failed = 0
    for first in range(0, _ATTEMPTS * count, count):
        for panel in _attempts(problem, seed, range(first, first + count)):
            if panel_problem(problem, panel):
                failed += 1
                continue
            found.append(panel)
            if len(found) == count:
                return _counted(found, Draws(seed, count, failed))
    raise RuntimeError(
        f"the heuristic met these quotas in {len(found)} attempts of {_ATTEMPTS * count}: it would "
        "have to begin again too often"
    )


def _counted(found: list[Ints], draws: Draws) -> tuple[Ints, Ints, Draws]:
    times = Counter(tuple(panel.tolist()) for panel in found)
    order = sorted(times, reverse=True)
    return (
        np.array(order, dtype=np.int64),
        np.array([times[each] for each in order], dtype=np.int64),
        draws,
    )


def _attempts(problem: Problem, seed: str, numbers: range) -> Ints:
    """Return what attempts give, made side by side: panels, or less than panels.

    Args:
        problem: which panel is drawn.
        seed: from which all that is random comes.
        numbers: of the attempts.
    """
    # Whole numbers this small are exact in single precision.
    has = problem.has.astype(np.float32)
    low, high = problem.low.astype(np.float32), problem.high.astype(np.float32)
    # One seat a household is no quota that can lack members.
    asks = np.array([each.category != HOUSEHOLD and each.high > 0 for each in problem.quotas])
    first = problem.many.astype(np.float32) * (1 - has[high == 0].any(axis=0))
    rest = np.tile(first, (len(numbers), 1))
    taken = np.zeros_like(rest)
    there, seats = rest @ has.T, taken @ has.T
    alive = np.array(numbers)
    for seat in range(problem.size):
        able = ~(there < low - seats).any(axis=1) & there.any(axis=1)
        if not able.all():
            alive, rest, taken = alive[able], rest[able], taken[able]
            there, seats = there[able], seats[able]
        with np.errstate(divide="ignore", invalid="ignore"):
            lack = (low - seats).astype(np.float64) / there
        ratio = np.where(asks & (there > 0), lack, -np.inf)
        among = rest * has[np.argmax(ratio, axis=1)]
        chosen = _one_of(among, [f"{seed}/{number}/{seat}" for number in alive.tolist()])
        rows, theirs = np.arange(len(alive)), has.T[chosen]
        rest[rows, chosen] -= 1
        taken[rows, chosen] += 1
        there -= theirs
        seats += theirs
        full = (theirs > 0) & (seats >= high)
        closed = np.flatnonzero(full.any(axis=1))
        aside = full[closed].astype(np.float32) @ has > 0
        rest[closed] = np.where(aside, 0, rest[closed])
        there[closed] = rest[closed] @ has.T
    found = np.zeros((len(numbers), len(problem.many)), dtype=np.int64)
    found[alive - numbers.start] = taken
    return found


def _one_of(among: Floats, texts: list[str]) -> Ints:
    """Return the type of one volunteer of each row, all as likely; the text of a row says which."""
    sums = np.cumsum(among, axis=1)
    ranks = np.array(
        [
            int.from_bytes(hashlib.sha256(text.encode()).digest()) % max(int(there), 1)
            for text, there in zip(texts, sums[:, -1], strict=True)
        ],
        dtype=float,
    )
    found: Ints = np.minimum((sums <= ranks[:, None]).sum(axis=1), among.shape[1] - 1)
    return found

"""The smallest set of changes of the rules that would explain most gaps, when there is one.

1. On a bounded sample of gaps and of conform decisions, the change that explains most, net of the
   conform decisions it would break, is kept; then the next, from there on, while one is worth it.
2. Changes without which as much is explained are dropped; then all sets of up to three of the
   changes met on the way are tried, and the best is kept when it is better or smaller.
3. The set is evaluated on the whole journal, and each of its changes left out in turn; one that
   counts for nothing there is dropped, and the journal read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from clairevoie.decisions.replay.additions import additions
from clairevoie.decisions.replay.bounds import intervals, thresholds
from clairevoie.decisions.replay.cases import Cases, Edit
from clairevoie.decisions.replay.causes import CODE
from clairevoie.decisions.replay.facts import facts_of
from clairevoie.decisions.replay.model import TO_EXPLAIN, Effect, Explanation
from clairevoie.decisions.replay.proposing import defaults, left_out, numbers, roundings
from clairevoie.decisions.replay.search import Candidate, Search
from clairevoie.decisions.replay.tallies import tell_apart
from clairevoie.rules.model import Text

if TYPE_CHECKING:
    import pyarrow as pa

    from clairevoie.decisions.replay.running import Pass

AS_GOOD = 0.98
"""Changes that explain this share of what the best one does are as good: the plainest is kept."""
POOL = 10
"""Changes among which sets of up to three are tried."""
LARGEST_SET = 3
WITHOUT_COST = 0.5
"""A change must count for at least this share of what is asked of a new one to stay."""

NOTHING: Text = {"fr": "", "en": ""}
NO_GAPS: Text = {
    "fr": "Aucun écart ne demande de changement des règles.",
    "en": "No gap calls for a change of the rules.",
}
TOO_FEW: Text = {
    "fr": "Trop peu d’écarts pour qu’un changement des règles puisse s’y lire.",
    "en": "Too few gaps for a change of the rules to be read from them.",
}
NONE_FOUND: Text = {
    "fr": "Aucun des changements essayés n’explique une part suffisante des écarts.",
    "en": "None of the changes tried explains enough of the gaps.",
}

ReadAll = Callable[[Sequence[str]], "Iterator[pa.RecordBatch]"]


def explain_gaps(done: Pass, read: ReadAll) -> Explanation:
    """Return the changes that would explain most gaps of a journal.

    Args:
        done: the main pass.
        read: reads the journal again.
    """
    total = done.gaps.seen
    table = done.gaps.table()
    if table is None:
        return Explanation((), total, 0, 0, 0, 0, 0, NO_GAPS)
    if total < done.settings.least_gaps:
        return Explanation((), total, 0, 0, 0, 0, 0, TOO_FEW)
    search = _search(done)
    edits = _smallest(search, *_greedy(search, done))
    sizes = (int(search.gaps.sum()), int((~search.gaps).sum()))
    if not edits:
        return Explanation((), total, 0, 0, search.examined, *sizes, NONE_FOUND)
    while edits:
        counts, persons = _verified(done, read, edits)
        whole = counts[0]
        effects = [
            Effect(
                edit.change,
                int(whole[0] - without[0]),
                int(whole[1] - without[1]),
                concerned,
            )
            for edit, without, concerned in zip(edits, counts[1:], persons, strict=True)
        ]
        kept = [
            edit
            for edit, effect in zip(edits, effects, strict=True)
            if effect.explained - effect.broken > 0
        ]
        if len(kept) == len(edits):
            effects.sort(key=lambda item: -item.explained)
            return Explanation(
                tuple(effects),
                total,
                int(whole[0]),
                int(whole[1]),
                search.examined,
                *sizes,
                NOTHING,
            )
        edits = kept
    return Explanation((), total, 0, 0, search.examined, *sizes, NONE_FOUND)


def _cases(done: Pass, batch: pa.RecordBatch) -> Cases:
    cases = Cases(
        done.journal,
        done.rules,
        batch,
        done.names,
        ranked=tuple(done.rankings),
        tolerance=done.settings.tolerance,
    )
    cases.facts = facts_of(done.journal, done.rules, batch, done.names)
    return cases


def _search(done: Pass) -> Search:
    import pyarrow as pa

    gaps, fine = done.gaps.table(), done.fine.table()
    tables = [gaps] if fine is None else [gaps, fine]
    whole = pa.concat_tables(tables, promote_options="permissive").combine_chunks()
    batch = whole.to_batches()[0]
    is_gap = np.arange(batch.num_rows) < gaps.num_rows
    weight = np.where(is_gap, done.gaps.weight(), done.fine.weight())
    return Search(done.rules, _cases(done, batch), weight, is_gap, done.settings)


def _greedy(search: Search, done: Pass) -> tuple[list[Edit], list[Edit]]:
    """Return the changes kept one after the other, and those met that came close."""
    kept: list[Edit] = []
    met: list[Candidate] = []
    while len(kept) < search.settings.most_changes:
        found = sorted(_proposals(search, done), key=lambda one: -one.gain)
        if not found:
            break
        as_good = [one for one in found if one.gain >= AS_GOOD * found[0].gain]
        best = min(as_good, key=lambda one: one.plain)
        met += found[:4]
        kept.append(best.edit)
        search.keep(kept)
    return kept, [one.edit for one in sorted(met, key=lambda one: -one.gain)]


def _proposals(search: Search, done: Pass) -> Iterator[Candidate]:
    yield from numbers(search)
    yield from left_out(search)
    yield from roundings(search)
    yield from defaults(search)
    yield from thresholds(search)
    yield from intervals(search)
    yield from additions(search, done.journal)


def _smallest(search: Search, kept: list[Edit], met: list[Edit]) -> list[Edit]:
    """Drop what is not needed, then try every small set of what was met."""
    cost = search.need * WITHOUT_COST

    def net(edits: Sequence[Edit]) -> float:
        search.examined += 1
        given = search.cases.evaluate(edits)
        gained = search.cases.reproduced(given).astype(float) - start
        return float((search.weight * gained).sum())

    start = search.cases.reproduced(search.cases.evaluate())
    best, value = kept, net(kept) if kept else 0.0
    dropped = True
    while dropped and len(best) > 1:
        dropped = False
        for edit in reversed(best):
            fewer = [one for one in best if one is not edit]
            without = net(fewer)
            if without >= value - cost:
                best, value, dropped = fewer, without, True
                break
    pool = _pool(best, met)
    for size in range(1, min(LARGEST_SET, len(best)) + 1):
        for chosen in combinations(pool, size):
            if len({one.change.anchor for one in chosen}) < size:
                continue
            found = net(chosen)
            if found > value + cost * (size - len(best)) + 1e-9 and found > value - cost:
                best, value = list(chosen), found
    return best


def _pool(best: Sequence[Edit], met: Sequence[Edit]) -> list[Edit]:
    pool = list(best)
    for edit in met:
        if len(pool) < POOL and all(edit.change != one.change for one in pool):
            pool.append(edit)
    return pool


def _verified(
    done: Pass, read: ReadAll, edits: Sequence[Edit]
) -> tuple[list[tuple[int, int]], list[int]]:
    """Return what is explained and what is broken over the whole journal.

    Returns:
        The counts with all changes, then with each left out in turn; and for each change, the
        people in the gaps that only it explains.
    """
    person = done.journal.person
    people: list[set[Any]] = [set() for _ in edits]
    alone = [0] * len(edits)
    sets = [tuple(edits)] + [tuple(one for one in edits if one is not edit) for edit in edits]
    counts = np.zeros((len(sets), 2), dtype=np.int64)
    wanted = np.array([CODE[cause] for cause in TO_EXPLAIN], dtype=np.uint8)
    first = 0
    for batch in read(done.columns):
        status = done.status(first, batch.num_rows)
        first += batch.num_rows
        cases = _cases(done, batch)
        gap, fine = np.isin(status, wanted), status == done.CONFORM
        with_all = np.zeros(batch.num_rows, dtype=bool)
        for index, chosen in enumerate(sets):
            good = cases.reproduced(cases.evaluate(chosen))
            counts[index] += (int((gap & good).sum()), int((fine & ~good).sum()))
            if index == 0:
                with_all = gap & good
                continue
            rows = np.flatnonzero(with_all & ~good)
            alone[index - 1] += len(rows)
            if person is not None:
                tell_apart(people[index - 1], batch.column(person.column), rows)
    told = alone if person is None else [len(found) for found in people]
    return [(int(explained), int(broken)) for explained, broken in counts], told

"""Seats that are left: some volunteers are on the panel already, others cannot be drawn.

That is also how one who withdraws is replaced: the others stay, and the seat is drawn again with
the same fairness and the same proof, among those who keep the quotas.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from clairevoie.sortition.pool import PoolProblem, Problem
from clairevoie.sortition.sentences import Sentence


def seats_left(
    problem: Problem, *, chosen: Collection[str] = (), excluded: Collection[str] = ()
) -> Problem:
    """Return the panel that is left to be drawn: fewer seats, fewer volunteers, smaller quotas.

    Args:
        problem: the whole panel.
        chosen: volunteers who are on it already.
        excluded: volunteers who cannot be drawn.

    Raises:
        PoolProblem: with all that is wrong: somebody is no volunteer, or is in both lists; no seat
            is left; those chosen are more than a quota allows.
    """
    place = {person: at for at, person in enumerate(problem.persons)}
    problems = [
        Sentence("“%(person)s” is none of the volunteers.", person=one)
        for one in sorted({*chosen, *excluded})
        if one not in place
    ]
    problems += [
        Sentence("Volunteer “%(person)s” cannot be chosen already and excluded.", person=one)
        for one in sorted(set(chosen) & set(excluded))
    ]
    if problems:
        raise PoolProblem(problems)
    taken = np.zeros(len(problem.many), dtype=np.int64)
    for one in set(chosen):
        taken[problem.kind[place[one]]] += 1
    there = problem.has @ taken
    size = problem.size - int(taken.sum())
    if size < 1:
        problems.append(
            Sentence(
                "%(count)s volunteers are chosen already for %(size)s seats: none is left.",
                count=int(taken.sum()),
                size=problem.size,
            )
        )
    problems += [
        Sentence(
            "Those chosen already have %(count)s of %(category)s / %(feature)s, and %(high)s at "
            "most are asked.",
            count=int(count),
            category=each.category,
            feature=each.feature,
            high=each.high,
        )
        for each, count in zip(problem.quotas, there, strict=True)
        if count > each.high
    ]
    if problems:
        raise PoolProblem(problems)
    gone = {*chosen, *excluded}
    kept = [at for at, person in enumerate(problem.persons) if person not in gone]
    kinds, kind = np.unique(problem.kind[kept], return_inverse=True)
    if len(kept) < size:
        raise PoolProblem(
            [
                Sentence(
                    "There are %(count)s volunteers left for %(size)s seats.",
                    count=len(kept),
                    size=size,
                )
            ]
        )
    return replace(
        problem,
        persons=tuple(problem.persons[at] for at in kept),
        quotas=tuple(
            replace(each, low=max(each.low - int(count), 0), high=each.high - int(count))
            for each, count in zip(problem.quotas, there, strict=True)
        ),
        size=size,
        kind=kind.astype(np.int64),
        many=np.bincount(kind, minlength=len(kinds)),
        has=problem.has[:, kinds],
        features=tuple(problem.features[at] for at in kinds.tolist()),
    )

"""Problems of pools and quotas, in the language of the reader."""

from __future__ import annotations

from clairevoie.sortition.pool import PoolProblem

MOST_SAID = 12


def problem_text(problem: PoolProblem) -> str:
    """Return what is wrong, one sentence a line."""
    more = len(problem.problems) - MOST_SAID
    lines = [*problem.problems[:MOST_SAID], *([f"… +{more}"] if more > 0 else [])]
    return "\n".join(lines)

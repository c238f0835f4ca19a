"""What is published of a consultation, by our method or by that of Polis, to compare them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from clairevoie.consultation.grouping import MIN_GROUP
from clairevoie.consultation.outcome import outcome_of, plain
from clairevoie.consultation.polis_outcome import plain_polis, polis_outcome
from clairevoie.consultation.reading import without_refused
from clairevoie.consultation.votes import Votes


class Method(StrEnum):
    """How groups are found, and what is told of them."""

    CLAIREVOIE = "clairevoie"
    """Groups that depend on no order, told when they are stable (decision 0016)."""
    POLIS = "polis"
    """What Polis publishes, to the letter; groups depend on the order of the participants."""


def result_of(
    votes: Votes, *, method: Method | str = Method.CLAIREVOIE, least: int = MIN_GROUP
) -> dict[str, Any]:
    """Return what is published of a consultation, as values for JSON.

    Publish one of both on the same votes: groups that differ by a few persons would tell of these.

    Args:
        votes: refused proposals included; nothing is told of them. For ``polis`` the order of
            ``votes.participants`` is the one in which they came.
        method: which one. The form follows ``schemas/result-1.0.schema.json``, or
            ``schemas/polis-result-1.0.schema.json``.
        least: fewest persons that a figure speaks of.

    Raises:
        ValueError: there is no such method, or no vote (Polis computes nothing then).
    """
    if Method(method) is Method.POLIS:
        return plain_polis(polis_outcome(votes, least=least))
    return plain(outcome_of(without_refused(votes), least=least))

"""Marks that tell proposals and participants apart by what they say and how they voted.

Ties must be broken in a way that depends neither on the order of the rows nor on identifiers. A
mark is made of the text of a proposal and of the votes alone, so it moves with its proposal.
"""

from __future__ import annotations

import unicodedata
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from clairevoie.consultation.votes import Votes

Marks = NDArray[np.uint64]

# Each round looks one step further: those who voted on it, what else they voted on, and so on.
_ROUNDS = 3


def marks(votes: Votes) -> tuple[Marks, Marks]:
    """Return the marks of participants and of proposals, (participants,) and (proposals,).

    Two proposals have the same mark when they have the same text and cannot be told apart by who
    voted on them (up to collisions of 64 bits, that nobody can arrange without casting votes).

    Source:
        Colour refinement: B. Weisfeiler, A. Leman, « The reduction of a graph to canonical form
        and the algebra which appears therein », 1968.
    """
    proposals = np.array([_of_text(item.text) for item in votes.proposals], dtype=np.uint64)
    participants = np.zeros(len(votes.participants), dtype=np.uint64)
    values = mixed(votes.value.astype(np.int64).astype(np.uint64))
    for _ in range(_ROUNDS):
        seen = np.zeros_like(participants)
        np.add.at(seen, votes.person, mixed(proposals[votes.proposal] ^ values))
        participants = mixed(participants + seen)
        seen = np.zeros_like(proposals)
        np.add.at(seen, votes.proposal, mixed(participants[votes.person] ^ values))
        proposals = mixed(proposals + seen)
    return participants, proposals


def _of_text(text: str) -> int:
    plain = unicodedata.normalize("NFC", text).encode()
    return int.from_bytes(blake2b(plain, digest_size=8).digest(), "big")


def mixed(values: Marks) -> Marks:
    """Return values with their bits mixed (the finaliser of SplitMix64)."""
    mixed = values + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: Marks = mixed ^ (mixed >> np.uint64(31))
    return found

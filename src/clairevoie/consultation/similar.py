"""Near-duplicate proposals, by the groups of three letters that they share.

The similarity is that of PostgreSQL's pg_trgm on words without accents: the trigrams of two texts
in common, over all their trigrams. Order of words, capitals, accents and punctuation do not count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"[^\W_]+")
# Letters that no decomposition takes apart.
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
# Texts whose common trigrams are counted at once: bounds the memory, not the result.
_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class Alike:
    """Two texts that resemble each other.

    Attributes:
        first, second: their places, first below second.
        similarity: from 0 to 1, 1 for the same trigrams.
    """

    first: int
    second: int
    similarity: float


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Texts as sets of trigrams.

    Attributes:
        numbers: the number of each trigram.
        trigrams: the numbers of the trigrams of each text, ascending.
    """

    numbers: dict[str, int]
    trigrams: tuple[NDArray[np.int32], ...]


def trigrams(text: str) -> frozenset[str]:
    """Return the trigrams of the words of a text, without accents nor capitals.

    Each word has two spaces before it and one after it.

    Source:
        PostgreSQL, documentation of pg_trgm, « Trigram (or Trigraph) Concepts ».
    """
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    found: set[str] = set()
    for word in _WORD.findall(plain):
        padded = f"  {word} "
        found.update(padded[at : at + 3] for at in range(len(padded) - 2))
    return frozenset(found)


def indexed(texts: Iterable[str]) -> Index:
    """Return texts ready to be compared, in their order."""
    sets = [trigrams(text) for text in texts]
    numbers = {one: at for at, one in enumerate(sorted(frozenset().union(*sets)))}
    return Index(
        numbers,
        tuple(np.array(sorted(numbers[one] for one in each), dtype=np.int32) for each in sets),
    )


def similar_to(
    index: Index, text: str, *, least: float = 0.4, most: int = 5
) -> tuple[tuple[int, float], ...]:
    """Return the places of the texts that resemble this one, with their similarity, best first.

    Args:
        index: see `indexed`.
        text: compared with all.
        least: lowest similarity returned, above 0.
        most: how many at most; of equals, those indexed first.

    Raises:
        ValueError: ``least`` is not above 0 and at most 1.
    """
    _check(least)
    mine = trigrams(text)
    known = np.zeros(len(index.numbers), dtype=bool)
    known[[index.numbers[one] for one in mine if one in index.numbers]] = True
    sizes = np.array([len(each) for each in index.trigrams], dtype=np.int64)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    every = np.concatenate([np.zeros(0, np.int32), *index.trigrams])
    common = np.bincount(owner[known[every]], minlength=len(sizes))
    union = sizes + len(mine) - common
    close = np.divide(common, union, out=np.zeros(len(sizes)), where=union > 0)
    order = np.argsort(-close, kind="stable")[:most]
    return tuple((int(at), float(close[at])) for at in order if close[at] >= least)


def pairs(index: Index, *, least: float = 0.6) -> tuple[Alike, ...]:
    """Return all pairs of texts that resemble each other, the closest first.

    Args:
        index: see `indexed`.
        least: lowest similarity returned, above 0.

    Raises:
        ValueError: ``least`` is not above 0 and at most 1.
    """
    _check(least)
    if not index.numbers:
        return ()
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

    sizes = np.array([len(each) for each in index.trigrams], dtype=np.int64)
    columns = np.concatenate(index.trigrams)
    shape = (len(sizes), len(index.numbers))
    texts = csr_array(
        (np.ones(len(columns), np.float32), columns, np.append(0, np.cumsum(sizes))), shape=shape
    )
    found = []
    for start in range(0, len(sizes), _AT_ONCE):
        part = texts[start : start + _AT_ONCE].toarray()
        common = np.asarray(texts[start:] @ part.T).T.astype(np.float64)
        union = sizes[start : start + _AT_ONCE, None] + sizes[None, start:] - common
        close = np.divide(common, union, out=np.zeros(common.shape), where=union > 0)
        # A text with itself, and with those before it, is not a pair.
        for one, two in np.argwhere(np.triu(close, 1) >= least).tolist():
            found.append(Alike(start + one, start + two, float(close[one, two])))
    return tuple(sorted(found, key=lambda pair: (-pair.similarity, pair.first, pair.second)))


def _check(least: float) -> None:
    if not 0 < least <= 1:
        raise ValueError(f"a similarity of {least} is not above 0 and at most 1")

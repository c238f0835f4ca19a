"""What contributions are, whatever the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.model import Text

Floats = NDArray[np.float64]

OWN_ZERO: Text = {
    "fr": "le zéro du modèle : aucun terme n’ajoute ni n’enlève rien",
    "en": "the model’s own zero: no term adds or takes anything",
}
TRAINING_MEAN: Text = {
    "fr": "la moyenne du modèle sur les cas qui ont servi à le construire",
    "en": "the model’s mean over the cases it was built from",
}


@dataclass(frozen=True, slots=True)
class Contributions:
    """What each term, or each input, adds to the score; before the link.

    For each case ``base + values.sum(axis=0)`` is ``score``, to 1e-9.

    Attributes:
        names: the terms of an additive model, the inputs of trees.
        values: shape (names, cases).
        base: the score of the comparison point.
        label: who or what that comparison point is.
        score: shape (cases,).
        problem: shape (cases,), ``uint8`` index in `clairevoie.rules.trace.PROBLEMS`; where it is
            not 0, values mean nothing.
    """

    names: tuple[str, ...]
    values: Floats
    base: float
    label: Text
    score: Floats
    problem: NDArray[np.uint8]

"""Cases as columns: how each type of input is held in NumPy, and what an evaluation returns.

| type of input | array |
| --- | --- |
| boolean | ``bool`` |
| integer | ``int64`` |
| decimal | ``int64``, scaled by ``10 ** decimals`` (12.34 is 1234 with 2 decimals): exact |
| number | ``float64`` |
| category | ``int16``: index of the category in the input's domain; −1 for one not there |
| date | ``datetime64[D]`` |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Columns:
    """Cases, one array an input, all of length ``count``.

    ``missing`` has a boolean mask for each input of which some values are missing; ``invalid`` one
    for each input of which some values could not be read as its type or carry more decimals than
    it keeps. Inputs that no case gives are left out of ``values``.
    """

    count: int
    values: Mapping[str, Array]
    missing: Mapping[str, NDArray[np.bool_]]
    invalid: Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class ColumnResult:
    """The answers of all cases.

    Attributes:
        value: ``int64`` scaled by ``10 ** decimals``, or ``float64`` when ``decimals`` is ``None``;
            ``None`` when the rules give no number. Meaningless where ``problem`` is not 0.
        outcome: ``int8`` index in ``outcomes``, −1 where there is none; ``None`` when the rules
            have no outcome.
        outcomes: the outcomes' values, in the order of the rule set.
        problem: ``uint8`` index in `clairevoie.rules.trace.PROBLEMS`; 0 is an answer.
    """

    count: int
    value: Array | None
    decimals: int | None
    outcome: NDArray[np.int8] | None
    outcomes: tuple[str, ...]
    problem: NDArray[np.uint8]

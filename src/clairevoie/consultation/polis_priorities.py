"""How often Polis shows each proposal: the priorities of its routing.

Source: compdemocracy/polis, ``math/src/polismath/math/conversation.clj``; Small et al. 2021,
« Polis: Scaling deliberation by mapping high dimensional opinion spaces ».
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

META = 7.0


def importance(agree: Ints, passed: Ints, cast: Ints, extremity: Floats) -> Floats:
    """Return (1 - p)(1 + e)a: few passes, far from the centre, agreed with.

    Args:
        agree, passed, cast: votes of those in groups, of shape (proposals,).
        extremity: of shape (proposals,).

    Source:
        ``conversation.clj``, ``importance-metric``: p = (passes + 1) / (votes + 2), a = (agreements
        + 1) / (votes + 2).
    """
    found: Floats = (1 - (passed + 1) / (cast + 2)) * (extremity + 1) * (agree + 1) / (cast + 2)
    return found


def priorities(agree: Ints, passed: Ints, cast: Ints, extremity: Floats, meta: Bools) -> Floats:
    """Return the priorities, which Polis draws proposals in proportion to, of shape (proposals,).

    The importance is multiplied by 1 + 8 / 2^(votes / 5), which lets new proposals come up, then
    squared. A question on the participants themselves (« meta ») has 7² = 49.

    In versions of Polis from March 2025 to July 2026 every proposal has 49: one that is not in the
    set of meta proposals was looked up with 0 for an answer, and 0 is true in Clojure
    (compdemocracy/polis, pull request 1961, issue 2571, mended by pull request 2611). Such
    priorities are not computed here.

    Args:
        agree, passed, cast: votes of those in groups, of shape (proposals,).
        extremity: of shape (proposals,).
        meta: of shape (proposals,).

    Source:
        ``conversation.clj``, ``priority-metric``.
    """
    fresh = 1 + 8 * 2.0 ** (-cast / 5)
    return np.where(meta, META, importance(agree, passed, cast, extremity) * fresh) ** 2

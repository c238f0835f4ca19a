"""The proof of an objective other than the leximin, as values for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from clairevoie.sortition.certificate import PARTS, rounded
from clairevoie.sortition.objectives import Bar, Draws, Proof
from clairevoie.sortition.pool import Floats


def plain_proof(proof: Proof | None, draws: Draws | None) -> dict[str, Any]:
    """Return what a result says beside its panels; nothing for the leximin.

    Multipliers are whole numbers, in parts of `PARTS`.
    """
    found: dict[str, Any] = {}
    if proof is not None:
        found["proof"] = {
            "barred": [
                {"type": bar.kind, "quota": rounded(bar.quota), "size": _rounded(bar.size)}
                for bar in proof.bars
            ],
            "share": rounded(proof.share),
            "cap": rounded(proof.cap),
            "quota": rounded(proof.quota),
            "size": _rounded(proof.size),
            "level": _rounded(proof.level),
        }
    if draws is not None:
        found["draws"] = {"seed": draws.seed, "count": draws.count, "failed": draws.failed}
    return found


def read_proof(
    form: Mapping[str, Any], *, types: int, quotas: int
) -> tuple[Proof | None, Draws | None]:
    """Read what `plain_proof` wrote.

    Args:
        form: the result.
        types, quotas: how many there are.

    Raises:
        ValueError: there are not as many multipliers.
    """
    proof, draws = None, None
    if (told := form.get("proof")) is not None:
        bars = tuple(
            Bar(int(each["type"]), _read(each["quota"]), float(each["size"]) / PARTS)
            for each in told["barred"]
        )
        proof = Proof(
            bars,
            _read(told["share"]),
            _read(told["cap"]),
            _read(told["quota"]),
            float(told["size"]) / PARTS,
            float(told["level"]) / PARTS,
        )
        kept = types - len({bar.kind for bar in bars})
        by_quota = [len(bar.quota) for bar in bars] + [len(proof.quota)]
        if set(by_quota) != {quotas} or {len(proof.share), len(proof.cap)} != {kept}:
            raise ValueError("multipliers of the proof are missing")
    if (drawn := form.get("draws")) is not None:
        draws = Draws(str(drawn["seed"]), int(drawn["count"]), int(drawn["failed"]))
    return proof, draws


def _rounded(value: float) -> int:
    return rounded(np.array([value]))[0]


def _read(values: Sequence[int]) -> Floats:
    return np.array(values, dtype=np.float64) / PARTS

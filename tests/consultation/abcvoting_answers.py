"""Ask abcvoting, and keep its answers in abcvoting_answers.json.

abcvoting (MIT) cannot be imported without gurobipy, a proprietary solver, so it is no dependency of
this project. It needs the solver for none of what is asked here; in an environment of its own:

    python -m venv peer && peer/bin/pip install abcvoting==2.19.2
    peer/bin/python tests/consultation/abcvoting_answers.py
"""

from __future__ import annotations

import json
import random
from importlib.metadata import version
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_suffix(".json")


def main() -> None:
    """Write the answers to 240 profiles."""
    from abcvoting import abcrules, properties  # type: ignore[import-not-found]
    from abcvoting.preferences import Profile  # type: ignore[import-not-found]

    chance = random.Random(5)
    cases: list[dict[str, Any]] = []
    while len(cases) < 240:
        wide, many = chance.randint(3, 12), chance.randint(2, 60)
        size = chance.randint(1, wide)
        camps = [[chance.random() for _ in range(wide)] for _ in range(chance.randint(1, 4))]
        voters = []
        for _ in range(many):
            camp = chance.choice(camps)
            voters.append([at for at in range(wide) if chance.random() < camp[at]])
        if sum(any(at in voter for voter in voters) for at in range(wide)) < size:
            continue  # then abcvoting adds proposals that nobody agrees with
        profile = Profile(wide)
        profile.add_voters(voters)
        shares = abcrules.compute_equal_shares(
            profile, size, algorithm="standard-fractions", completion="seqphragmen"
        )
        other = sorted(chance.sample(range(wide), size))
        cases.append(
            {
                "proposals": wide,
                "voters": voters,
                "size": size,
                "equal_shares": sorted(shares[0]),
                "other": other,
                "other_ejr_plus": properties.check_EJR_plus(profile, set(other)),
            }
        )
    content = {"library": f"abcvoting {version('abcvoting')}", "cases": cases}
    PATH.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""The nursery places of an imaginary town: commissions of 2024 and 2025.

Departures, as in life: the first commission of 2025 still used the scale of 2024 for some files
(another version explains them), and the committee now and then decided otherwise than the ranking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clairevoie.decisions.demonstration import drawing
from clairevoie.rules.model import RuleSet

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 2_400
SEED = 20250115

COMMISSIONS = ("2024-03-14", "2024-06-13", "2024-11-14", "2025-03-13", "2025-06-12", "2025-11-13")
SECTIONS = ("petits", "moyens", "grands")


def make(rules: RuleSet, rows: int) -> pa.Table:
    """Return the journal; see `clairevoie.decisions.demonstration.make_journal`."""
    import pyarrow as pa

    random = np.random.default_rng(SEED)
    day = np.sort(np.array(COMMISSIONS, dtype="datetime64[D]")[random.integers(0, 6, rows)])
    section = random.choice(np.array(SECTIONS, dtype=object), rows, p=[0.45, 0.33, 0.22])
    cents = drawing.quotients(random, rows, median=980, spread=0.6)
    waiting = np.minimum(random.gamma(1.6, 5, rows), 60).astype(np.int64)
    inputs = {
        "habite": pa.array(random.random(rows) < 0.93),
        "activite": pa.array(
            drawing.choice(
                random,
                rows,
                tous_actifs=0.58,
                un_en_recherche=0.2,
                recherche=0.08,
                sans_activite=0.14,
            )
        ),
        "jours": pa.array(drawing.choice(random, rows, **_DAYS).astype(np.int64)),
        "parent_seul": pa.array(random.random(rows) < 0.17),
        "fratrie": pa.array(np.minimum(random.poisson(0.7, rows), 8).astype(np.int64)),
        "fratrie_accueillie": pa.array(random.random(rows) < 0.12),
        "naissance_multiple": pa.array(random.random(rows) < 0.03),
        "handicap": pa.array(random.random(rows) < 0.04),
        "signalement": pa.array(random.random(rows) < 0.05),
        "quotient": drawing.money(cents),
        "attente": pa.array(waiting),
        "refus_precedents": pa.array(np.minimum(random.poisson(0.5, rows), 10).astype(np.int64)),
    }
    table = pa.table(inputs)
    old_points, old_outcome = drawing.evaluated(rules, table, "2024")
    new_points, _ = drawing.evaluated(rules, table, "2025")
    is_new = day >= np.datetime64("2025-01-01")
    late = (day == np.datetime64("2025-03-13")) & (random.random(rows) < 0.18)
    points = np.where(is_new & ~late, new_points, old_points)

    commission = day.astype(str).astype(object)
    places = np.zeros(rows, dtype=np.int64)
    last = np.zeros(rows, dtype=np.int64)
    proposal = np.where(old_outcome == "admis", "admis", "refuse").astype(object)
    for name in sorted(set(commission[is_new])):
        for part in SECTIONS:
            there = np.flatnonzero((commission == name) & (section == part))
            count = round(len(there) * 0.38)
            # Most points, then longest waiting, then smallest quotient.
            order = there[np.lexsort((cents[there], -waiting[there], -points[there]))]
            places[there] = count
            proposal[order] = "refuse"
            proposal[order[:count]] = "admis"
            last[there] = points[order[count - 1]] if count else 0
    otherwise = random.random(rows) < 0.015
    swapped = np.where(proposal == "admis", "refuse", "admis")
    columns = {
        "reference": pa.array(drawing.references("CR", rows)),
        "date_decision": pa.array(day),
        "famille": pa.array(drawing.pseudonyms(random, rows, of=int(rows * 0.8))),
        "commission": pa.array(commission),
        "section": pa.array(section),
        "places": pa.array(places, mask=~is_new),
        "dernier_admis": pa.array(last, mask=~is_new),
        **inputs,
        "points": pa.array(points),
        "proposition": pa.array(proposal),
        "decision": pa.array(np.where(otherwise, swapped, proposal)),
        "date_demande": pa.array(day - waiting * 30 - random.integers(0, 25, rows)),
        "quartier": pa.array(
            drawing.choice(random, rows, centre=0.4, gare=0.25, nord=0.2, sud=0.15)
        ),
    }
    return pa.table(columns)


_DAYS = {"1": 0.04, "2": 0.1, "3": 0.16, "4": 0.2, "5": 0.5}

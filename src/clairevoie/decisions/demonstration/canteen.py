"""The canteen prices of an imaginary town: two school years.

Departures, as in life: until the end of 2024 the software cut the price at the cent instead of
rounding it, and a few families were still billed at the rate of the year before.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from clairevoie.decisions.demonstration import drawing
from clairevoie.rules.model import RuleSet

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 8_000
SEED = 20250901


def make(rules: RuleSet, rows: int) -> pa.Table:
    """Return the journal; see `clairevoie.decisions.demonstration.make_journal`."""
    import pyarrow as pa

    random = np.random.default_rng(SEED)
    day = drawing.days(random, rows, date(2024, 9, 2), date(2025, 12, 19))
    cents = drawing.quotients(random, rows, median=900, spread=0.6)
    here = random.random(rows) < 0.9
    packed = random.random(rows) < 0.02
    inputs = {
        "habite": pa.array(here),
        "quotient": drawing.money(cents),
        "enfants": pa.array(np.minimum(1 + random.poisson(0.7, rows), 12).astype(np.int64)),
        "panier": pa.array(packed),
    }
    table = pa.table(inputs)
    old, _ = drawing.evaluated(rules, table, "2024-2025")
    new, _ = drawing.evaluated(rules, table, "2025-2026")
    is_new = day >= np.datetime64("2025-09-01")
    late = is_new & (random.random(rows) < 0.02)
    price = np.where(is_new & ~late, new, old)

    # The price before rounding, in hundredths of a cent of a cent: quotient × 0.0048, cut.
    exact = cents * 48
    cut = np.clip(exact // 10_000, 90, 580)
    truncated = (day < np.datetime64("2025-01-01")) & here & ~packed
    price = np.where(truncated, cut, price)
    columns = {
        "reference": pa.array(drawing.references("CA", rows)),
        "date_decision": pa.array(day),
        "famille": pa.array(drawing.pseudonyms(random, rows, of=int(rows * 0.6))),
        **inputs,
        "prix": drawing.money(price),
        "prix_facture": drawing.money(price),
        "quartier": pa.array(
            drawing.choice(random, rows, centre=0.4, gare=0.25, nord=0.2, sud=0.15)
        ),
    }
    return pa.table(columns)

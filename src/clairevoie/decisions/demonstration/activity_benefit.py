"""The in-work benefit, as OpenFisca-France computes it: 300 fictitious files of
March and April 2025.

One departure, as in life: in a few files the last wage declared was not taken up, and the amount is
that of the wage before, 50 € lower.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from clairevoie.decisions.demonstration import drawing
from clairevoie.rules.model import RuleSet

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 300
SEED = 20250601
LATE = 5_000


def make(rules: RuleSet, rows: int) -> pa.Table:
    """Return the journal; see `clairevoie.decisions.demonstration.make_journal`."""
    import pyarrow as pa

    random = np.random.default_rng(SEED)
    month = np.sort(random.integers(0, 2, rows))
    day = (np.datetime64("2025-03") + month).astype("datetime64[D]")
    born = np.datetime64("1965-01-01") + random.integers(0, 40 * 365, rows)
    wage = drawing.quotients(random, rows, median=1050, spread=0.45)
    wage = np.clip(wage, LATE, 1_000_000)
    children = np.minimum(random.poisson(0.6, rows), 5).astype(np.int64)
    youngest = np.datetime64("2011-01-01") + random.integers(0, 13 * 365, rows)
    housing = drawing.choice(random, rows, locataire=0.7, proprietaire=0.14, gratuit=0.16)
    allowance = np.where(housing == "locataire", random.integers(0, 32_000, rows), 0)
    inputs = {
        "naissance": pa.array(born),
        "salaire": drawing.money(wage),
        "chomage": drawing.money(np.where(random.random(rows) < 0.1, 30_000, 0)),
        "retraite": drawing.money(np.zeros(rows, dtype=np.int64)),
        "enfants": pa.array(children),
        "naissance_enfant": pa.array(youngest, mask=children == 0),
        "logement": pa.array(housing),
        "aide_logement": drawing.money(allowance),
    }
    late = random.random(rows) < 0.01
    applied = {**inputs, "salaire": drawing.money(np.where(late, wage - LATE, wage))}
    euros, answer = drawing.evaluated(rules, pa.table(applied), "2025", days=day)
    amount = np.round(euros * 100).astype(np.int64)
    columns = {
        "reference": pa.array(drawing.references("PA", rows)),
        "date_decision": pa.array(day),
        "personne": pa.array(drawing.pseudonyms(random, rows, of=int(rows * 0.7))),
        **inputs,
        "montant": drawing.money(amount),
        "reponse": pa.array(answer),
        "date_paiement": pa.array(day + 35),
    }
    return pa.table(columns)

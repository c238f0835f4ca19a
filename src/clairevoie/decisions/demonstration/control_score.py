"""The fictitious control-targeting score: 40 000 proposals of 2024, with three planted departures.

What the program of this imaginary fund does, and its published rules do not say:

1. two changes of address or more count 0.85, where 0.55 is published;
2. since 1 July 2024, people born outside the Union have 0.40 more: an unpublished criterion;
3. since 1 October 2024, a check is proposed from 0.55, where 0.60 is published.

Besides, as in life: agents set aside some proposals, and some files lack the income, which the
program then takes as nil.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from clairevoie.decisions.demonstration import drawing
from clairevoie.rules.model import RuleSet

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 40_000
SEED = 20241001

OUTSIDE = "hors de l’Union européenne"
BIRTHS = {"France": 0.82, "autre pays de l’Union européenne": 0.06, OUTSIDE: 0.12}

MOVES_ADDED = 0.85 - 0.55
BIRTH_ADDED = 0.40
BIRTH_SINCE = np.datetime64("2024-07-01")
THRESHOLD_APPLIED = 0.55
THRESHOLD_SINCE = np.datetime64("2024-10-01")


def make(rules: RuleSet, rows: int) -> pa.Table:
    """Return the journal; see `clairevoie.decisions.demonstration.make_journal`."""
    import pyarrow as pa

    random = np.random.default_rng(SEED)
    born = drawing.choice(random, rows, **BIRTHS)
    age = np.clip(random.normal(41, 12, rows), 18, 70).astype(np.int64)
    children = random.random(rows) < 0.62
    eldest = np.clip(random.normal(11, 6, rows), 0, 26).astype(np.int64)
    alone = children & (random.random(rows) < 0.34)
    day = drawing.days(random, rows, date(2024, 1, 8), date(2024, 12, 20))
    cents = drawing.quotients(random, rows, median=1150, spread=0.55)
    inputs = {
        "revenu": drawing.money(cents),
        "variation": pa.array(np.minimum(random.gamma(1.2, 18, rows), 300).astype(np.int64)),
        "parent_seul": pa.array(alone),
        "aah": pa.array(random.random(rows) < 0.09),
        "age_aine": pa.array(eldest, mask=~children),
        "demenagements": pa.array(np.minimum(random.poisson(0.55, rows), 12).astype(np.int64)),
        "emploi": pa.array(
            drawing.choice(
                random, rows, stable=0.44, precaire=0.26, independant=0.08, sans_emploi=0.22
            )
        ),
        "retards": pa.array(random.binomial(4, 0.14, rows).astype(np.int64)),
        "connexions": pa.array(np.minimum(random.gamma(1.1, 7, rows), 400).astype(np.int64)),
        "anciennete": pa.array(np.minimum(random.gamma(2, 32, rows), 600).astype(np.int64)),
    }
    lost = random.random(rows) < 0.004
    table = pa.table(inputs)
    nil = drawing.money(np.where(lost, 0, cents))
    published, _ = drawing.evaluated(rules, table.set_column(0, "revenu", nil), "2024")

    margin = np.log(published / (1 - published))
    margin = margin + MOVES_ADDED * (table["demenagements"].to_numpy() >= 2)
    margin = margin + BIRTH_ADDED * ((born == OUTSIDE) & (day >= BIRTH_SINCE))
    score = 1 / (1 + np.exp(-margin))
    departs = margin != np.log(published / (1 - published))
    score = np.where(departs, score, published)
    threshold = np.where(day >= THRESHOLD_SINCE, THRESHOLD_APPLIED, 0.6)
    proposal = np.where(score >= threshold, "controle", "pas_de_controle")

    set_aside = (proposal == "controle") & (random.random(rows) < 0.06)
    added = (proposal == "pas_de_controle") & (random.random(rows) < 0.008)
    decision = np.where(set_aside, "pas_de_controle", np.where(added, "controle", proposal))
    checked = decision == "controle"
    found = drawing.choice(random, rows, conforme=0.62, trop_percu=0.27, rappel_de_droits=0.11)
    delay = random.integers(0, 15, rows)
    columns = {
        "reference": pa.array(drawing.references("CT-2024", rows)),
        "date_decision": pa.array(day),
        "personne": pa.array(drawing.pseudonyms(random, rows, of=int(rows * 0.9))),
        **inputs,
        "revenu": drawing.money(cents) if not lost.any() else _without(drawing.money(cents), lost),
        "score": pa.array(score),
        "proposition": pa.array(proposal),
        "decision": pa.array(decision),
        "agent": pa.array(drawing.pseudonyms(random, rows, of=45)),
        "date_validation": pa.array(day + delay),
        "resultat": pa.array(found, mask=~checked),
        "naissance": pa.array(born),
        "sexe": pa.array(drawing.choice(random, rows, femme=0.57, homme=0.43)),
        "age": pa.array(age),
        "version": pa.array(np.full(rows, "2024", dtype=object)),
    }
    return pa.table(columns)


def _without(amounts: pa.Array, lost: np.ndarray) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(lost), pa.scalar(None, amounts.type), amounts)

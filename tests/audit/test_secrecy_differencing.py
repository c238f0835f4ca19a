"""Two audits of the same journal tell together no more than each alone."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.audit.cells import Cells
from clairevoie.audit.columns import band_keys
from clairevoie.audit.differencing import Earlier, differences
from clairevoie.audit.figures import Figure, Hidden
from clairevoie.audit.model import Plan
from clairevoie.audit.secrecy import hidden_figures
from tests.audit.test_secrecy import LEAST, Attack, cells_of, plan_for


def published(plan: Plan, cells: Cells, hidden: Hidden) -> Earlier:
    """The audit as it is shown."""
    attack = Attack(plan, cells, Hidden())
    figures = {
        figure: float(attack.values[name] @ mask)
        for cut in ((), *plan.cuts)
        for keys, mask in attack.lines(cut).items()
        for name in attack.names
        if (figure := Figure(cut, keys, name)) not in hidden.figures
    }
    return Earlier(plan, figures)


def hiding(plan: Plan, cells: Cells, *earlier: Earlier) -> Hidden:
    found = differences(plan, cells, earlier)
    return hidden_figures(plan, cells, told=found.told, close=found.close)


def attack_on_both(
    plan: Plan, cells: Cells, hidden: Hidden, earlier: Plan, before: Hidden
) -> Attack:
    """One who has both audits: the equations of each."""
    mine, other = Attack(plan, cells, hidden), Attack(earlier, cells, before)
    mine.equations = np.concatenate([mine.equations, other.equations])
    mine.totals = np.concatenate([mine.totals, other.totals])
    return mine


@given(st.integers(0, 2**32 - 1), st.sampled_from([3, 12, 40]))
def test_small_figures_of_neither_audit_are_found_from_both(seed: int, level: int) -> None:
    chance = np.random.default_rng(seed)
    sizes = [2, 3, 2]
    rows = chance.poisson(level * chance.gamma(0.7, 1.5, 12))
    rows[0] += 20
    cells = cells_of(sizes, rows, of_a=rows, hit_a=chance.binomial(rows, 0.3))
    first, second = plan_for(sizes, [(0, 1)]), plan_for(sizes, [(0, 2), (1, 2)])
    before = hiding(first, cells)
    after = hiding(second, cells, published(first, cells, before))
    both = attack_on_both(second, cells, after, first, before)
    both.fails(first, most=8)
    # What the earlier audit bounds already, before the present one was thought of, stays so.
    alone = Attack(first, cells, before)
    for cut in second.cuts:
        for aim, value, what in both.secrets(cut)[::4]:
            _, high = both.bounds(aim)
            _, already = alone.bounds(aim)
            assert high >= min(value + LEAST - 1, already) - 1e-2, what


def test_a_district_told_by_an_earlier_audit() -> None:
    """The earlier audit hid two districts; the present one may not show either in another table."""
    rows = [[100, 150], [3, 90], [80, 60]]
    cells = cells_of([3, 2], rows, of_a=rows, hit_a=rows)
    first, second = plan_for([3, 2], [(0, 1)]), plan_for([3, 2], [])
    before = hidden_figures(first, cells)
    assert Figure(("g0", "g1"), ("k1", "k0"), "rows") in before.first
    after = hiding(second, cells, published(first, cells, before))
    attack_on_both(second, cells, after, first, before).fails(first)


def test_what_is_told_without_secrecy_cannot_be_hidden_again() -> None:
    rows = [3, 90, 60]
    cells = cells_of([3], rows, of_a=rows, hit_a=rows)
    plan = plan_for([3], [])
    after = hiding(plan, cells, published(plan, cells, Hidden()))
    assert Figure(("g0",), ("k0",), "rows") in after.exposed


def longer(plan: Plan) -> Plan:
    return dataclasses.replace(plan, since=date(2025, 1, 1), until=date(2025, 12, 31))


@pytest.mark.parametrize("more", [4, -4])
def test_a_period_that_differs_by_a_few(more: int) -> None:
    """A month more has brought four women: both totals would tell of them."""
    plan = plan_for([2], [])
    now, then = [200, 300], [200 - more, 300]
    cells, before = (cells_of([2], r, of_a=r, hit_a=[50, 60]) for r in (now, then))
    earlier = published(longer(plan), before, Hidden())
    found = differences(plan, cells, [earlier])
    line = Figure(("g0",), ("k0",), "rows")
    assert found.close is not None
    assert found.close[line] == np.sign(more)
    assert Figure((), (), "rows") in found.close
    hidden = hidden_figures(plan, cells, close=found.close)
    assert {line, Figure((), (), "rows")} <= hidden.figures
    assert not hidden.exposed
    attack = Attack(plan, cells, hidden)
    low, high = attack.bounds(attack.row({"rows": 1}, attack.lines(("g0",))["k0",]))
    assert high >= 210 if more > 0 else low <= 190


def test_a_period_that_differs_by_many_hides_nothing() -> None:
    plan = plan_for([2], [])
    now, then = [200, 300], [100, 150]
    cells, before = (cells_of([2], r, of_a=r, hit_a=[50, 60]) for r in (now, then))
    before = dataclasses.replace(
        before, sums={"of:a": before.sums["of:a"], "hit:a": np.array([20.0, 30.0])}
    )
    found = differences(plan, cells, [published(longer(plan), before, Hidden())])
    assert not found.close
    assert not found.told
    assert not found.refused


def banded(*bands: int) -> Plan:
    plan = plan_for([2], [])
    group = dataclasses.replace(plan.groups[0], bands=tuple(Decimal(band) for band in bands))
    return dataclasses.replace(plan, groups=(group,))


def of_bands(plan: Plan, rows: list[int]) -> Cells:
    keys = band_keys(plan.groups[0].bands)
    found = cells_of([len(rows)], rows, of_a=rows, hit_a=[row // 3 for row in rows])
    return dataclasses.replace(found, levels=(tuple(keys),))


def test_coarser_bands_are_sums_of_the_present_ones() -> None:
    fine, coarse = banded(25, 60), banded(60)
    cells = of_bands(fine, [300, 5, 400])
    earlier = published(coarse, of_bands(coarse, [305, 400]), Hidden())
    found = differences(fine, cells, [earlier])
    sums: Any = {(tuple(each.levels.items()), each.name) for each in found.told}
    assert ((("g0", frozenset({"< 25", "[25..60)"})),), "rows") in sums
    assert not found.refused
    hidden = hidden_figures(fine, cells, told=found.told)
    # « < 25 » would give « [25..60) » with the earlier « < 60 ».
    assert Figure(("g0",), ("< 25",), "rows") in hidden.figures
    small = Figure(("g0",), ("[25..60)",), "rows")
    assert small in hidden.first
    assert not hidden.exposed


def test_limits_that_cut_off_a_few_are_refused() -> None:
    now, before = banded(25), banded(26)
    cells = of_bands(now, [300, 400])
    found = differences(now, cells, [published(before, of_bands(before, [304, 396]), Hidden())])
    assert len(found.refused) == 1
    assert "moins de 11 personnes" in found.refused[0]["fr"]
    far = differences(now, cells, [published(before, of_bands(before, [340, 360]), Hidden())])
    assert not far.refused


def test_what_counts_otherwise_is_refused() -> None:
    plan = plan_for([2], [])
    cells = cells_of([2], [200, 300], of_a=[200, 300], hit_a=[50, 60])
    for change in ({"unit": "person"}, {"weights": True}):
        counts_otherwise = dataclasses.replace(plan, **change)
        found = differences(plan, cells, [published(counts_otherwise, cells, Hidden())])
        assert not found.told
        assert "counts something else" in found.refused[0]["en"]
    # With clusters, decisions are counted as without.
    by_cluster = dataclasses.replace(plan, unit="cluster")
    assert differences(plan, cells, [published(by_cluster, cells, Hidden())]).told
    other = dataclasses.replace(plan, journal="autre")
    assert differences(plan, cells, [published(other, cells, Hidden())]).told == ()

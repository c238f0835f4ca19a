"""Plans are read whole, or refused with what is wrong, where, and what to do."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from clairevoie.audit.model import Filter, PlanProblem
from clairevoie.audit.reading import read_plan
from tests.audit.plans import PLAN, plan_of


def test_a_plan_is_read() -> None:
    plan = plan_of(period="{from: 2025-01-01, until: 2025-06-30}", delta="0.05")
    assert (plan.since, plan.until) == (date(2025, 1, 1), date(2025, 6, 30))
    assert plan.cuts == (("sexe",), ("age",), ("sexe", "age"))
    assert plan.groups[1].bands == (Decimal(25), Decimal(60))
    assert plan.outcomes[0].when == (Filter("controle", ("true",)),)
    assert plan.outcomes[1].among == (Filter("decision", given=True),)
    assert plan.delta == Decimal("0.05")
    assert (plan.secrecy, plan.least) == ("persons", 11)
    assert len(plan.digest) == 64


def test_the_digest_is_of_the_bytes() -> None:
    assert plan_of().digest != read_plan(PLAN.replace("Essai", "Autre").encode()).digest


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("written: 2025-12-01", "written: 2025-13-01", "is no day of the calendar"),
        ("written: 2025-12-01", "written: demain", "write it as in 2025-01-31"),
        ("groups:", "group:", "'groups' is missing"),
        ("bands: [25, 60]", "bands: [60, 25]", "do not rise"),
        ("[[sexe, age]]", "[[sexe, taille]]", "'taille' is none of the groups"),
        ("[[sexe, age]]", "[[sexe]]", "at least 2"),
        ("name: age, column", "name: sexe, column", "used twice"),
        ("name: lieu, column", "name: sexe, column", "used twice"),
        ("predicted: controle", "predicted: rien", "'rien' is none of the outcomes"),
        ("is: [true]", "is: []", "is empty"),
        ("question: {fr: Qui est contrôlé ?}", "question: {}", "write a text"),
        ("journal: essai", "journal: Mon journal", "small letters"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(PlanProblem) as caught:
        read_plan(PLAN.replace(old, new).encode(), name="plan.yaml")
    assert any(said in sentence for sentence in caught.value.sentences)
    assert all(place.startswith("plan.yaml") for place in caught.value.places)


def test_a_comparison_with_a_reference_needs_one_for_each_group() -> None:
    with pytest.raises(PlanProblem, match="say which value is the reference"):
        plan_of(compare="reference")


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(PlanProblem, match="ends before it begins"):
        plan_of(period="{from: 2025-06-30, until: 2025-01-01}")


def test_a_plan_that_measures_nothing_is_refused() -> None:
    start = PLAN.index("outcomes:")
    with pytest.raises(PlanProblem, match="nothing is measured"):
        read_plan(PLAN[:start].encode())


def test_files_that_are_no_plan(tmp_path: Path) -> None:
    with pytest.raises(PlanProblem, match="cannot be read"):
        read_plan(tmp_path / "none.yaml")
    with pytest.raises(PlanProblem, match="line 2 is not UTF-8"):
        read_plan(b"id: a\ntitle: \xe9t\xe9\n", name="p.yaml")


def test_the_plan_of_the_guide_is_read() -> None:
    guide = Path(__file__).parents[2] / "docs" / "how-to" / "audit-a-journal.md"
    found = re.search(r"```yaml\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    plan = read_plan(found.group(1).encode())
    assert plan.cuts == (("sexe",), ("age",), ("sexe", "age"))
    assert plan.truth is not None

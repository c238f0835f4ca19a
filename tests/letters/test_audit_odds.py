"""What the report says of equalised odds."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from clairevoie.charts.drawing import Language
from clairevoie.letters.audit_blocks import Paragraph, Points
from clairevoie.letters.audit_odds import gap_interval, odds
from clairevoie.letters.audit_report import report_of
from tests.letters.audit_forms import forms

EXACT, PUBLIC = 0, 1


def exact() -> dict[str, Any]:
    return copy.deepcopy(forms()[EXACT])


def items(form: dict[str, Any], language: Language = "fr") -> dict[str, str]:
    section = odds(form, language)
    assert section is not None
    (points,) = (block for block in section.blocks if isinstance(block, Points))
    return dict(points.items)


def test_each_cut_has_its_difference_its_groups_and_its_interval() -> None:
    form = exact()
    found = items(form)
    assert list(found) == ["Par sexe\u00a0:", "Par âge\u00a0:", "Par sexe et âge\u00a0:"]
    one = next(one for one in form["odds"] if one["cut"] == ["sexe"])
    told = found["Par sexe\u00a0:"]
    assert f"{100 * one['value']:.1f}".replace(".", ",") in told
    assert f"{100 * one['high']:.1f}".replace(".", ",") in told
    assert "(intervalle à 95\u202f%)" in told
    assert "Femmes" in told
    assert "le hasard en donnerait déjà" in told
    assert "chance would already give" in items(form, "en")["By sexe:"]


def test_nobody_is_told_that_chances_are_the_same() -> None:
    form = exact()
    form["odds"][0]["low"] = 0.0
    told = items(form)["Par sexe\u00a0:"]
    assert "on ne peut pas conclure que les chances diffèrent, ni qu’elles sont les mêmes" in told
    form["odds"][0]["low"] = 0.001
    assert "on ne peut pas conclure" not in items(form)["Par sexe\u00a0:"]


def test_a_group_without_cases_is_named_not_counted_as_zero() -> None:
    form = exact()
    form["odds"][1]["without"]["true_positive"] = [["[25..60)"]]
    told = items(form)["Par âge\u00a0:"]
    assert "faute de cas, pour\u00a0: de 25 à moins de 60" in told
    none = ("value", "measure", "lowest", "highest", "low", "high", "expected", "usual", "p")
    form["odds"][1].update(dict.fromkeys(none))
    assert items(form)["Par âge\u00a0:"].startswith("aucun des deux taux")


def test_what_is_not_published_is_said_to_be_hidden() -> None:
    form = copy.deepcopy(forms()[PUBLIC])
    form["odds"] = []
    assert set(items(form).values()) == {"non montré, pour que personne ne puisse être reconnu."}


@pytest.mark.parametrize("changes", [{"weights": True}, {"unit": "cluster"}])
def test_without_an_interval_the_report_says_so(changes: dict[str, Any]) -> None:
    form = exact()
    form["plan"].update(changes)
    for one in form["odds"]:
        one.update(low=None, high=None, expected=None, usual=None, p=None)
    section = odds(form, "fr")
    assert section is not None
    assert isinstance(section.blocks[-1], Paragraph)
    assert "sans intervalle" in section.blocks[-1].text


def test_an_older_result_has_no_such_section() -> None:
    form = exact()
    del form["odds"]
    for table in form["tables"]:
        if table["gap"]:
            del table["gap"]["low"], table["gap"]["high"]
            assert list(gap_interval(form, table["gap"], "fr")) == []
    assert odds(form, "fr") is None
    assert "odds" not in {section.key for section in report_of(form).sections}


def test_without_a_truth_there_is_none() -> None:
    form = exact()
    form["plan"]["truth"] = None
    assert odds(form, "fr") is None


def test_the_largest_gap_of_a_measure_has_its_interval() -> None:
    text = str(report_of(exact()).sections)
    assert "Cet écart est lui-même incertain" in text
    assert "leur graine vient" in text

"""What changed between two versions, told element by element; anchors that stay."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.anchors import elements
from clairevoie.rules.diffing import FieldChange, diff
from clairevoie.rules.model import Version
from tests.rules.generators import points, rule_set, rules_of, tables

X = {"name": "x", "type": "decimal"}


def version(*criteria: dict[str, Any], **more: Any) -> Version:
    content = {"criteria": list(criteria), **more}
    return rules_of(rule_set("points", content, [X])).versions[0]


def test_what_was_added_removed_and_changed() -> None:
    before = version(
        {"id": "a", "input": "x", "per": 1, "cap": 3},
        {"id": "b", "points": 5},
        {"id": "c", "points": 5},
    )
    after = version(
        {"id": "a", "input": "x", "per": Decimal("1.5")},
        {"id": "c", "points": 5},
        {"id": "d", "points": 2},
    )
    found = {one.anchor: one for one in diff(before, after)}
    assert [(one.what, one.anchor) for one in diff(before, after)] == [
        ("changed", "criterion-a"),
        ("removed", "criterion-b"),
        ("added", "criterion-d"),
    ]
    assert found["criterion-a"].fields == (
        FieldChange("per", "1", "1.5"),
        FieldChange("cap", "3", ""),
    )


def test_a_band_is_known_by_its_interval() -> None:
    bands = [{"in": "< 500", "points": 60}, {"in": "[500..942)", "points": 40}]
    other = [bands[0], {"in": "[500..942)", "points": 45}]
    (found,) = diff(
        version({"id": "a", "input": "x", "bands": bands}),
        version({"id": "a", "input": "x", "bands": other}),
    )
    assert found.fields == (FieldChange("bands.[500..942).points", "40", "45"),)


def test_rules_of_another_kind_share_only_their_inputs() -> None:
    table = {
        "id": "t",
        "outputs": [{"name": "y", "type": "decimal"}],
        "rows": [{"id": "a", "then": {"y": 1}}],
    }
    other = rules_of(rule_set("table", {"tables": [table], "result": "y"}, [X])).versions[0]
    found = diff(version({"id": "a", "points": 1}), other)
    assert {(one.what, one.kind) for one in found} >= {("removed", "criterion"), ("added", "row")}
    assert "input" not in {one.kind for one in found}


@given(st.data())
def test_nothing_changed_is_nothing_and_anchors_are_unique(data: st.DataObject) -> None:
    one = rules_of(data.draw(st.one_of(points(), tables()))).versions[0]
    assert diff(one, one) == ()
    anchors = [element.anchor for element in elements(one)]
    assert len(anchors) == len(set(anchors))


@given(st.data())
def test_a_change_one_way_is_its_contrary_the_other_way(data: st.DataObject) -> None:
    first, second = (rules_of(data.draw(points())).versions[0] for _ in range(2))
    contrary = {"added": "removed", "removed": "added", "changed": "changed"}
    there = {(contrary[one.what], one.anchor) for one in diff(first, second)}
    back = {(one.what, one.anchor) for one in diff(second, first)}
    assert there == back

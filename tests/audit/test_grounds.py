"""Grounds are those of article 1 of loi n° 2008-496, and no other word."""

from __future__ import annotations

import pytest

from clairevoie.audit.grounds import GROUNDS, ground_of, near
from clairevoie.audit.model import PlanProblem
from clairevoie.audit.reading import plan_schema
from clairevoie.letters.audit_words import ground_text
from tests.audit.plans import PLAN, plan_of


def grounded(word: str) -> str:
    return PLAN.replace("label: Sexe,", f'label: Sexe, ground: "{word}",')


def test_every_ground_has_one_name_in_each_language() -> None:
    names = [name for one in GROUNDS for name in {one.french, one.english, *one.also}]
    assert len(names) == len(set(names))
    for one in GROUNDS:
        assert ground_of(one.french) == ground_of(one.english) == one
        assert ground_text(one.french, "en") == one.english
    shown = plan_schema()["$defs"]["attribute"]["properties"]["ground"]["examples"]
    assert shown == [one.french for one in GROUNDS]


@pytest.mark.parametrize(
    ("word", "french"),
    [
        ("Sexe", "sexe"),
        ("sex", "sexe"),
        ("AGE", "âge"),
        ("moeurs", "mœurs"),
        ("perte d'autonomie", "perte d’autonomie"),
        ("disability", "handicap"),
    ],
)
def test_a_ground_is_read_in_both_languages(word: str, french: str) -> None:
    assert plan_of(grounded(word)).groups[0].ground == french


def test_a_word_that_is_no_ground_is_told_the_nearest() -> None:
    with pytest.raises(PlanProblem) as caught:
        plan_of(grounded("orientation"))
    [sentence] = caught.value.sentences
    assert "'orientation' is no ground of article 1 of loi n° 2008-496: write one of" in sentence
    assert "'orientation sexuelle'" in sentence
    assert sentence.count("'") <= 2 + 2 * 3
    assert "groups" in caught.value.places[0]
    assert near("xyz") == tuple(one.french for one in GROUNDS)

"""What changed between two states of the register."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings

from clairevoie.register.building import said
from clairevoie.register.diff import Replacement, diff
from clairevoie.register.statements import SystemRecord
from tests.register.strategies import records

NAME = said("a", "name", "Calcul", speaker="Ville")
COST = said("a", "cost", "10", speaker="Ville", period="2024")
NEW_COST = said("a", "cost", "12", speaker="Ville", period="2024")
UNION = said("a", "cost", "15", speaker="Syndicat", capacity="union", period="2024")


def test_nothing_changed() -> None:
    found = diff([NAME, COST], [COST, NAME])

    assert found.systems == ()


def test_a_new_system() -> None:
    found = diff([], [NAME])

    assert found.new_systems == 1
    assert found.systems[0].added == (NAME,)


def test_another_voice_is_added() -> None:
    [change] = diff([NAME, COST], [NAME, COST, UNION]).systems

    assert (change.added, change.replaced, change.withdrawn) == ((UNION,), (), ())
    assert not change.new


def test_a_statement_that_supersedes_replaces() -> None:
    newer = replace(UNION, supersedes=COST.uid)
    [change] = diff([COST], [COST, newer]).systems

    assert change.replaced == (Replacement(COST, newer),)
    assert change.withdrawn == ()


def test_files_without_history_compare_by_speaker_and_period() -> None:
    [change] = diff([NAME, COST], [NAME, NEW_COST]).systems

    assert change.replaced == (Replacement(COST, NEW_COST),)
    assert (change.added, change.withdrawn) == ((), ())


def test_several_values_at_once_do_not_replace_each_other() -> None:
    first, second = (said("a", "keywords", word) for word in ("un", "deux"))
    [change] = diff([first], [second]).systems

    assert (change.added, change.withdrawn) == ((second,), (first,))


def test_what_is_no_longer_there_is_withdrawn() -> None:
    found = diff([NAME, COST], [NAME])

    assert found.systems[0].withdrawn == (COST,)
    assert found.withdrawn == 1


@settings(max_examples=30, deadline=None)
@given(before=records(), after=records())
def test_every_change_is_counted_once(before: SystemRecord, after: SystemRecord) -> None:
    found = diff(before.statements, after.statements)
    earlier = {item.uid for item in before.statements}
    later = {item.uid for item in after.statements}

    assert found.added + found.replaced == len(later - earlier)
    replaced = {pair.before.uid for item in found.systems for pair in item.replaced}
    assert found.withdrawn == len((earlier - later) - replaced)
    json.dumps(found.as_dict())

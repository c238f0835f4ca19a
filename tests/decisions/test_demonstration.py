"""The demonstration's journals: made the same each time, and departing where their modules say."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clairevoie.decisions.checking import check_journal
from clairevoie.decisions.demonstration import (
    JOURNALS,
    demonstration_rules,
    make_journal,
    write_journal,
)
from clairevoie.decisions.opening import open_journal
from clairevoie.decisions.reading import read_journal
from clairevoie.decisions.replay import replay

TODAY = date(2026, 11, 22)


def replayed(identifier: str, folder: Path) -> dict[str, Any]:
    declaration = write_journal(identifier, folder)
    journal = read_journal(declaration)
    report = replay(journal, demonstration_rules(identifier), folder, day=TODAY, within=folder)
    return report.as_dict()


def causes(report: dict[str, Any]) -> dict[str, int]:
    return {cause: count for cause, count in report["total"]["gaps"].items() if count}


@pytest.mark.parametrize("identifier", sorted(set(JOURNALS) - {"exemple-prime-activite"}))
def test_a_journal_is_the_same_each_time(identifier: str) -> None:
    first = make_journal(identifier, rows=300)
    assert first.equals(make_journal(identifier, rows=300))
    assert first.num_rows == 300


@pytest.mark.parametrize(
    ("identifier", "found"),
    [
        ("clairbourg-creches", set()),
        ("clairbourg-cantine", set()),
        # Files without an income, planted.
        ("exemple-score-controle", {("missing_input", "revenu")}),
    ],
)
def test_the_check_finds_what_was_planted_only(
    identifier: str, found: set[tuple[str, str]], tmp_path: Path
) -> None:
    journal = read_journal(write_journal(identifier, tmp_path))
    table = open_journal(journal, tmp_path, within=tmp_path)
    report = check_journal(journal, table, demonstration_rules(identifier), today=TODAY)
    problems = {(each.code, each.column) for each in report.findings if each.severity == "problem"}
    assert problems == found


def test_the_replay_names_the_three_departures_of_the_control_score(tmp_path: Path) -> None:
    report = replayed("exemple-score-controle", tmp_path)
    found = report["explanation"]
    sentences = [
        each["sentence"]["fr"].replace("\u202f", " ").replace("\xa0", " ")
        for each in found["changes"]
    ]
    planted = [
        ("demenagements", None, "0,85 est appliqué, 0,55 est publié"),
        ("naissance", "2024-07-01", "critère non publié : +0,4"),
        ("controle", "2024-10-01", "0,55 est appliqué, 0,6 est publié"),
    ]
    for word, since, words in planted:
        of_it = [
            (each, text)
            for each, text in zip(found["changes"], sentences, strict=True)
            if word in each["anchor"]
        ]
        assert [(each["since"], words in text) for each, text in of_it] == [(since, True)]
    # The fourth is the income that is missing, which the program takes as nil.
    assert [each["anchor"] for each in found["changes"]][len(planted) :] == ["input-revenu"]
    assert (found["explained"], found["broken"]) == (found["gaps"], 0)
    assert set(causes(report)) == {"missing_input", "overridden", "unexplained"}


def test_the_nursery_journal_departs_as_life_does(tmp_path: Path) -> None:
    report = replayed("clairbourg-creches", tmp_path)
    assert set(causes(report)) == {"other_version", "overridden", "displaced"}
    assert set(report["matched_versions"]) == {"2024"}


def test_the_canteen_journal_cut_its_cents(tmp_path: Path) -> None:
    report = replayed("clairbourg-cantine", tmp_path)
    assert set(causes(report)) == {"other_version", "rounding"}
    [change] = report["explanation"]["changes"]
    assert change["kind"] == "rounding"
    assert change["until"] == "2024-12-31"

"""`clairevoie sortition select --objective`, and what `verify` says and refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_sortition import QUOTAS, changed, pool, run

PROVABLE = ("maximin", "nash", "goldilocks")


def selected(folder: Path, objective: str, *more: str) -> tuple[Path, dict[str, Any]]:
    volunteers, quotas = folder / "pool.csv", folder / "quotas.csv"
    volunteers.write_text(pool(), encoding="utf-8")
    quotas.write_text(QUOTAS, encoding="utf-8")
    out = folder / f"{objective}.json"
    words = ("select", str(volunteers), str(quotas), "--size", "5", "--out", str(out))
    code, text = run(*words, "--objective", objective, "--json", *more)
    assert code == 0, text
    return out, json.loads(text)


@pytest.mark.parametrize(
    ("objective", "says"),
    [
        ("maximin", "Proved: the lowest chance,"),
        ("nash", "Proved: the geometric mean of the chances,"),
        ("goldilocks", "Proved: the highest chance over the mean one,"),
    ],
)
def test_an_objective_is_proved_in_one_sentence(tmp_path: Path, objective: str, says: str) -> None:
    result, told = selected(tmp_path, objective)
    assert (told["objective"], told["tight"], told["problems"]) == (objective, True, [])
    given = ("--pool", str(tmp_path / "pool.csv"), "--quotas", str(tmp_path / "quotas.csv"))
    code, text = run("verify", str(result), *given)
    assert code == 0
    assert says in text
    code, text = run("draw", str(result), given[1], "--number", "42", "--json")
    assert code == 0
    assert len(json.loads(text)["panel"]) == 5


@pytest.mark.parametrize("objective", PROVABLE)
def test_a_claim_that_is_not_supported_is_refused(tmp_path: Path, objective: str) -> None:
    result, _told = selected(tmp_path, objective)
    proof = json.loads(result.read_text(encoding="utf-8"))["proof"]
    changed(result, proof=proof | {"quota": [0 for _each in proof["quota"]], "size": 0})
    code, text = run("verify", str(result))
    assert code == 1
    assert f"claims the best {objective} lottery, and does not prove it" in text
    assert "Proved" not in text
    changed(result, proof=None)
    code, text = run("verify", str(result))
    assert (code, "There is no proof of the objective." in text) == (1, True)
    changed(result, proof=proof | {"share": []})
    code, text = run("verify", str(result))
    assert (code, "multipliers of the proof are missing" in text) == (1, True)
    changed(result, objective="fairest")
    assert run("verify", str(result))[0] == 1


def test_the_heuristic_proves_nothing_and_is_drawn_again(tmp_path: Path) -> None:
    result, told = selected(tmp_path, "legacy", "--seed", "Rennes, 12 mai 2026")
    assert (told["tight"], told["gap"]) == (False, None)
    code, text = run("verify", str(result))
    assert code == 0
    assert "Nothing is proved of this lottery" in text
    assert "from the seed Rennes, 12 mai 2026." in text
    form = json.loads(result.read_text(encoding="utf-8"))
    changed(result, draws=form["draws"] | {"seed": "another"})
    code, text = run("verify", str(result))
    assert (code, "are not those that this seed draws" in text) == (1, True)
    changed(result, draws=form["draws"], tight=True)
    code, text = run("verify", str(result))
    assert (code, "claims to be the best at something" in text) == (1, True)


def test_without_a_seed_the_heuristic_takes_the_files(tmp_path: Path) -> None:
    result, _told = selected(tmp_path, "legacy")
    form = json.loads(result.read_text(encoding="utf-8"))
    files = form["origin"]["files"]
    assert form["draws"]["seed"] == f"{files['pool']}:{files['quotas']}"


def test_an_objective_that_is_not_there_is_refused(tmp_path: Path) -> None:
    result, _told = selected(tmp_path, "leximin")
    words = ("select", str(tmp_path / "pool.csv"), str(tmp_path / "quotas.csv"), "--size", "5")
    out = ("--out", str(tmp_path / "new.json"))
    code, text = run(*words, *out, "--objective", "fairest")
    assert (code, "choose leximin, maximin, nash, goldilocks, legacy" in text) == (1, True)
    code, text = run(*words, *out, "--seed", "one")
    assert (code, "nothing is random in the others" in text) == (1, True)
    assert "proof" not in json.loads(result.read_text(encoding="utf-8"))

"""`clairevoie consultation`: what an export holds, and what may be told of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clairevoie.cli.conversations import app
from clairevoie.cli.output import CommandProblem

T = 1_500_000_000_000


def export(folder: Path, people: int) -> Path:
    rows = ["timestamp,datetime,comment-id,voter-id,vote"]
    for person in range(people):
        rows += [f"{T + person},x,{item},secret{person},{-1 if item else 1}" for item in range(3)]
    rows.append(f"{T + 99},x,0,secret0,1")
    (folder / "votes.csv").write_text("\n".join(rows) + "\n")
    (folder / "comments.csv").write_text(
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
        f"{T},x,0,secret0,{people + 1},0,1,Open on Sundays\n"
        f"{T},x,1,secret1,0,{people},1,Close early\n"
        f"{T},x,2,secret1,0,{people},-1,Insult\n"
    )
    return folder


def run(*words: str) -> str:
    found = CliRunner().invoke(app, list(words))
    if isinstance(found.exception, CommandProblem):
        raise found.exception
    assert found.exit_code == 0, found.output
    return found.output


def test_read_tells_where_published_counts_differ(tmp_path: Path) -> None:
    folder = str(export(tmp_path, 20))
    found = json.loads(run("read", folder, "--json"))
    assert found["rows"] == 61
    assert found["last_votes"] == 60
    assert found["published_is_not_last_votes"] == 1
    assert "they differ on 1" in run("read", folder, "--language", "en")
    assert "ils diffèrent sur 1 propositions" in run("read", folder)


def test_results_name_nobody_and_nothing_that_was_refused(tmp_path: Path) -> None:
    folder, out = str(export(tmp_path, 20)), tmp_path / "result.json"
    said = run("results", folder, "--out", str(out), "--language", "en")
    assert "Open on Sundays" in said
    assert "1 proposals refused by moderators" in said
    for text in (said, out.read_text(encoding="utf-8")):
        assert "secret" not in text
        assert "Insult" not in text
    with pytest.raises(CommandProblem, match="is there already"):
        run("results", folder, "--out", str(out))


def test_results_of_a_few_are_not_told(tmp_path: Path) -> None:
    folder = str(export(tmp_path, 10))
    form = json.loads(run("results", folder, "--json"))
    assert form["participants"] is None
    assert all(item["everybody"] is None for item in form["proposals"])
    assert "nothing is told under 11" in run("results", folder, "--language", "en")


def test_a_problem_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text("")
    with pytest.raises(CommandProblem, match=r"there is no votes.csv; give the folder"):
        run("read", str(tmp_path))

"""`clairevoie consultation`: what an export holds, and what may be told of it."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

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


def test_results_by_the_method_of_polis_say_on_what_they_depend(tmp_path: Path) -> None:
    folder, out = str(export(tmp_path, 40)), tmp_path / "polis.json"
    said = run("results", folder, "--method", "polis", "--out", str(out))
    assert "dépendent de l’ordre d’arrivée des participants" in said
    form = json.loads(out.read_text(encoding="utf-8"))
    assert form["clairevoie"] == "consultation-polis-result-1.0"
    for text in (said, out.read_text(encoding="utf-8")):
        assert "secret" not in text
        assert "Insult" not in text
    said = run("results", folder, "--method", "polis", "--language", "en")
    assert "another order of the same votes may give others" in said
    assert "A majority of voters surely agrees\n  0. Open on Sundays" in said


def test_a_table_without_votes_has_no_groups_of_polis(tmp_path: Path) -> None:
    folder = export(tmp_path, 0)
    (folder / "votes.csv").write_text("timestamp,datetime,comment-id,voter-id,vote\n")
    with pytest.raises(CommandProblem, match=r"there is no vote: Polis computes nothing\.$"):
        run("results", str(folder), "--agree", "1", "--method", "polis")


def test_participants_of_another_table_are_taken_as_they_came(tmp_path: Path) -> None:
    chance = Random(7)
    people = [(f"{chance.random()}", chance.choice("ab")) for _ in range(60)]
    rows, later = ["who,what,vote,when"], ["who,what,vote,when"]
    for at, (name, camp) in enumerate(people):
        for item in range(8):
            vote = "yes" if (camp == "a") == (item < 4) or chance.random() < 0.4 else "no"
            rows.append(f"{name},{item},{vote},{1000 + at}")
            later.append(f"{at:03},{item},{vote},{1000 + at}")
    (tmp_path / "map.yaml").write_text(
        "clairevoie: consultation-mapping-1.0\n"
        "participant: who\nproposal: what\nvote: vote\ntime: when\nagree: 'yes'\ndisagree: 'no'\n"
    )
    forms = []
    for name, table in (("named.csv", rows), ("numbered.csv", later)):
        (tmp_path / name).write_text("\n".join(table) + "\n")
        given = (str(tmp_path / name), "--mapping", str(tmp_path / "map.yaml"))
        forms.append(run("results", *given, "--method", "polis", "--json"))
    assert forms[0] == forms[1]


def test_export_is_read_back_and_names_nobody(tmp_path: Path) -> None:
    source, out = export(tmp_path, 20), tmp_path / "out" / "polis"
    said = run("export", str(source), "--out", str(out), "--topic", "Sunday, open?")
    assert "summary.csv, comments.csv, comment-groups.csv" in said
    assert sorted(file.name for file in out.parent.iterdir()) == ["polis"]
    text = "".join(file.read_text(encoding="utf-8") for file in out.iterdir())
    assert "secret" not in text
    assert "Insult" not in text
    assert '"Sunday, open?"' in text
    # The same votes, beside what was exported: counts are now those of the last votes.
    (out / "votes.csv").write_bytes((source / "votes.csv").read_bytes())
    assert json.loads(run("read", str(source), "--json"))["published_is_not_last_votes"] == 1
    again = json.loads(run("read", str(out), "--json"))
    assert again["published_is_not_last_votes"] == 0
    with pytest.raises(CommandProblem, match="is not empty: choose another folder"):
        run("export", str(source), "--out", str(out))


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    folder = str(export(tmp_path, 20))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CommandProblem, match="cannot be written"):
        run("results", folder, "--out", str(tmp_path / "none" / "result.json"))
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandProblem, match="cannot be written"):
        run("export", folder, "--out", str(tmp_path / "file" / "polis"))
    assert sorted(tmp_path.iterdir()) == sorted([*before, tmp_path / "file"])

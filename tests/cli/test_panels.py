"""`clairevoie sortition`: what comes before and after a draw."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clairevoie.cli.output import CommandProblem
from clairevoie.cli.sortition import app

SHARES = "category,feature,share\ngenre,femme,2/3\n"
QUOTAS = "category,feature,share\ngenre,femme,60 %\ngenre,homme,40 %\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A pool of thirty, two thirds of them women, and shares for quotas."""
    volunteers, quotas = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    rows = [f"v{at},{'femme' if at % 3 else 'homme'},{at // 2}" for at in range(30)]
    volunteers.write_text("\n".join(["id,genre,rue", *rows, ""]), encoding="utf-8")
    quotas.write_text(QUOTAS, encoding="utf-8")
    return volunteers, quotas


def run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, list(words))
    if isinstance(found.exception, CommandProblem):
        return found.exception.exit_code, str(found.exception)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_shares_are_selected_and_exported(files: tuple[Path, Path], tmp_path: Path) -> None:
    result, out = tmp_path / "result.json", tmp_path / "out"
    words = (str(files[0]), str(files[1]))
    code, text = run(
        "select", *words, "--size", "4", "--out", str(result), "--numbers", "20",
        "--household", "rue",
    )  # fmt: skip
    assert code == 0, text
    quotas = json.loads(result.read_text(encoding="utf-8"))["origin"]["quotas"]
    # 4 x 0.6 = 2.4, 4 x 0.4 = 1.6.
    assert [(each["min"], each["max"]) for each in quotas] == [(2, 3), (1, 2)]
    code, text = run("verify", str(result), "--pool", words[0], "--quotas", words[1])
    assert code == 0, text
    code, text = run("export", *words, "--result", str(result), "--number", "7", "--out", str(out))
    assert code == 0, text
    assert "keep them private" in text
    assert rows_of(out / "features.csv") == [
        ["feature", "value", "min", "max"],
        ["genre", "femme", "2", "3"],
        ["genre", "homme", "1", "2"],
    ]
    selected, remaining = (rows_of(out / each)[1:] for each in ("selected.csv", "remaining.csv"))
    assert len(selected) == 4
    assert len(remaining) == 30 - 8
    assert not {row[2] for row in selected} & {row[2] for row in remaining}
    panels = rows_of(out / "portfolio.csv")
    assert len(panels) == 21
    assert sorted(panels[8][1:]) == sorted(row[0] for row in selected)
    drawn = json.loads(run("draw", str(result), words[0], "--number", "7", "--json")[1])
    assert drawn["panel"] == sorted(row[0] for row in selected)


def test_what_cannot_be_exported_is_said(files: tuple[Path, Path], tmp_path: Path) -> None:
    words = ("export", str(files[0]), str(files[1]), "--out", str(tmp_path / "out"))
    assert run(*words, "--to", "excel")[1].startswith("'excel' is none of sortition-algorithms")
    assert "give --result too" in run(*words, "--number", "3")[1]
    assert "A panel of 0 seats cannot be drawn" in run(*words)[1]
    files[1].write_text(SHARES, encoding="utf-8")
    assert "'2/3' is no share" in run(*words, "--size", "4")[1]
    assert not (tmp_path / "out").exists()

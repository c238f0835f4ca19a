"""`clairevoie sortition`: what comes before and after a draw."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
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


def test_a_replacement_is_exported_with_who_is_left(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    chosen, excluded = tmp_path / "chosen.txt", tmp_path / "excluded.txt"
    chosen.write_text("v0\nv1\nv3\n", encoding="utf-8")
    excluded.write_text("v2\n", encoding="utf-8")
    result, out = tmp_path / "result.json", tmp_path / "out"
    words = (
        *(str(each) for each in files),
        *("--chosen", str(chosen), "--excluded", str(excluded)),
    )
    code, text = run("select", *words, "--size", "4", "--out", str(result), "--numbers", "10")
    assert code == 0, text
    words = ("export", *words, "--result", str(result), "--number", "0", "--out", str(out))
    code, text = run(*words)
    assert code == 0, text
    selected, remaining = (rows_of(out / each)[1:] for each in ("selected.csv", "remaining.csv"))
    assert len(selected) == 1
    assert len(remaining) == 30 - 3 - 1 - 1
    files[1].write_text(QUOTAS.replace("60", "50").replace("40", "50"), encoding="utf-8")
    assert "is not what this result was made with" in run(*words[:-1], str(tmp_path / "x"))[1]


def test_what_cannot_be_exported_is_said(files: tuple[Path, Path], tmp_path: Path) -> None:
    words = ("export", str(files[0]), str(files[1]), "--out", str(tmp_path / "out"))
    assert run(*words, "--to", "excel")[1].startswith("'excel' is none of sortition-algorithms")
    assert "give --result too" in run(*words, "--number", "3")[1]
    assert "A panel of 0 seats cannot be drawn" in run(*words)[1]
    files[1].write_text(SHARES, encoding="utf-8")
    assert "“2/3” is no share" in run(*words, "--size", "4")[1]
    assert not (tmp_path / "out").exists()


def test_invitations_are_counted_and_addresses_drawn(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strata, numbers = tmp_path / "strata.csv", tmp_path / "numbers.csv"
    strata.write_text(
        "stratum,share,rate,genre\nf,50 %,20 %,femme\nh,50 %,10 %,homme\n", encoding="utf-8"
    )
    words = ("invitations", str(strata), str(files[1]), "--size", "4", "--pool", "8")
    code, text = run(*words, "--out", str(numbers))
    assert code == 0, text
    assert "invitations in all" in text
    assert "genre / homme: 2 wanted" in text
    told = json.loads(run(*words, "--json")[1])
    assert rows_of(numbers) == [
        ["stratum", "number"],
        *([a, str(b)] for a, b in told["strata"].items()),
    ]
    assert told["together"] >= 0.95
    assert told["total"] == sum(told["strata"].values())

    addresses, plan = tmp_path / "addresses.csv", tmp_path / "plan.json"
    rows = [f"{at} rue A,{'f' if at % 2 else 'h'}" for at in range(400)]
    addresses.write_text("\n".join(["rue,part", *rows, ""]), encoding="utf-8")
    planned = (
        "addresses", "plan", str(addresses), "--stratum", "part", "--title", "Climat", "--from",
        "witnesses", "--place", "mairie", "--out", str(plan), "--numbers", str(numbers),
    )  # fmt: skip
    assert "has passed" in run(*planned, "--at", "2020-01-01T18:00")[1]
    code, text = run(*planned, "--at", "2100-01-01T18:00")
    assert code == 0, text
    mark = text.splitlines()[-1]
    out, proof = tmp_path / "drawn.csv", tmp_path / "proof.json"
    drawn = (
        "addresses", "draw", str(addresses), "--plan", str(plan), "--given", "0123456789" * 2,
        "--out", str(out), "--proof", str(proof),
    )  # fmt: skip
    assert "it is too early" in run(*drawn)[1]

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            assert tz is UTC
            return datetime(2100, 1, 2, tzinfo=UTC)

    monkeypatch.setattr("clairevoie.cli.panels.datetime", Later)
    code, text = run(*drawn)
    assert code == 0, text
    assert len(rows_of(out)) == told["total"] + 1
    code, text = run("addresses", "check", str(addresses), str(proof), "--fingerprint", mark)
    assert (code, "It holds" in text) == (0, True)
    assert "is there already" in run(*drawn)[1]
    addresses.write_text("rue,part\nA,f\n", encoding="utf-8")
    assert run("addresses", "check", str(addresses), str(proof))[0] == 1


def test_presets_say_what_is_missing(tmp_path: Path) -> None:
    out = tmp_path / "quotas.csv"
    assert "commune: " in run("preset")[1]
    assert "no preset 'paris'" in run("preset", "paris", "--out", str(out))[1]
    code, text = run("preset", "france", "--out", str(out))
    assert (code, text.count("\n"), "shares are missing" in text) == (1, 0, True)
    assert not out.exists()
    code, text = run("preset", "commune", "--out", str(out), "--template")
    assert code == 0, text
    assert "shares to fill" in text
    assert "a new file" in run("preset", "france", "--out", str(out), "--template")[1]
    out.unlink()
    words = ("preset", "france", "--out", str(out), "--tolerance", "2 %")
    assert "no category 'revenu'" in run(*words, "--categories", "revenu")[1]
    code, text = run(*words, "--categories", "sexe, age")
    assert code == 0, text
    assert "France entière, 15 ans ou plus (2022-01-01)" in text
    assert rows_of(out)[1][:4] == ["sexe", "femme", "0.521438", "2 %"]


def test_the_composition_is_anonymous_unless_asked(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    panel, out = tmp_path / "panel.txt", tmp_path / "composition.csv"
    panel.write_text("v0\nv1\nv2\nv4\n", encoding="utf-8")
    words = ("composition", str(files[0]), str(files[1]), "--size", "4", "--panel", str(panel))
    code, text = run(*words, "--out", str(out))
    assert code == 0, text
    assert "genre / femme: population 60.0%, pool —, panel —" in text
    code, text = run(*words, "--full")
    assert "genre / femme: population 60.0%, pool 66.7%, panel 75.0%" in text
    assert "do not publish" in text
    assert [row[-1] for row in rows_of(out)] == ["hidden", "pool panel", "pool panel"]
    code, text = run(*words, "--threshold", "2")
    assert "pool 66.7%" in text
    assert run(*words, "--threshold", "0")[0] == 1
    panel.write_text("v99\n", encoding="utf-8")
    assert "'v99' is none of the volunteers" in run(*words)[1]

"""`clairevoie sortition`: select, verify, draw, and what is said of bad files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clairevoie.cli.output import CommandProblem
from clairevoie.cli.sortition import app
from clairevoie.sortition.files import read_pool, read_quotas
from clairevoie.sortition.pool import PoolProblem

QUOTAS = (
    "category,feature,min,max\ngenre,femme,2,3\ngenre,homme,2,3\nâge,jeune,1,3\nâge,vieux,2,4\n"
)


def pool(*, people: int = 30) -> str:
    """Volunteers, two thirds of them women and one third young."""
    lines = [
        f"v{at},{'femme' if at % 3 else 'homme'},{'jeune' if at % 4 == 0 else 'vieux'}"
        for at in range(people)
    ]
    return "\n".join(["id,genre,âge", *lines, ""])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A pool and its quotas."""
    volunteers, quotas = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    volunteers.write_text(pool(), encoding="utf-8")
    quotas.write_text(QUOTAS, encoding="utf-8")
    return volunteers, quotas


def run(*words: str) -> tuple[int, str]:
    found = CliRunner().invoke(app, list(words))
    if isinstance(found.exception, CommandProblem):
        return found.exception.exit_code, str(found.exception)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def selected(files: tuple[Path, Path], *more: str) -> tuple[Path, dict[str, Any]]:
    out = files[0].with_name("result.json")
    words = ("select", str(files[0]), str(files[1]), "--size", "5", "--out", str(out), *more)
    code, text = run(*words, "--json")
    assert code == 0
    return out, json.loads(text)


def test_select_verify_and_draw(files: tuple[Path, Path]) -> None:
    result, told = selected(files)
    assert told["tight"]
    assert told["gap"] < 1e-9
    assert 0 < told["lowest"] <= 5 / 30 <= told["highest"]
    words = ("--pool", str(files[0]), "--quotas", str(files[1]))
    code, text = run("verify", str(result), *words)
    assert code == 0
    assert "panels meet the quotas" in text
    assert "Proved" in text
    code, text = run("draw", str(result), str(files[0]), "--number", "417", "--json")
    assert code == 0
    proof = json.loads(text)
    assert (proof["number"], proof["numbers"], len(set(proof["panel"]))) == (417, 1000, 5)
    assert proof["result"] == told["result"]
    again = run("draw", str(result), str(files[0]), "--number", "417", "--json")[1]
    assert again == text
    # The result names nobody.
    assert '"v1"' not in result.read_text(encoding="utf-8")


def test_a_result_that_was_changed_is_refused(files: tuple[Path, Path]) -> None:
    result, _told = selected(files)
    form = json.loads(result.read_text(encoding="utf-8"))
    form["panels"][0]["seats"][0][1] += 1
    result.write_text(json.dumps(form), encoding="utf-8")
    code, text = run("verify", str(result))
    assert code == 1
    assert "Panel 1 cannot be: it has 6 members for 5 seats." in text
    files[0].write_text(pool(people=31), encoding="utf-8")
    code, text = run("verify", str(result), "--pool", str(files[0]))
    assert "The pool given is not that of the result" in text
    code, err = run("draw", str(result), str(files[0]), "--number", "1")
    assert code == 1
    assert "is not what this result was made with" in err


def test_what_cannot_be_done_is_said(files: tuple[Path, Path]) -> None:
    result, _told = selected(files, "--numbers", "10")
    words = ("select", str(files[0]), str(files[1]), "--size", "5", "--out")
    code, err = run(*words, str(result))
    assert (code, "is there already" in err) == (1, True)
    code, err = run("draw", str(result), str(files[0]), "--number", "10")
    assert (code, "none of the numbers 0 to 9" in err) == (1, True)
    other = result.with_name("other.json")
    files[1].write_text(
        "category,feature,min,max\ngenre,femme,5,5\ngenre,homme,0,0\nâge,jeune,0,1\n"
        "âge,vieux,0,1\n",
        encoding="utf-8",
    )
    code, err = run(*words, str(other))
    assert (code, "allows 2 seats at most, and the panel has 5" in err) == (1, True)
    assert not other.exists()
    result.write_text("{}", encoding="utf-8")
    code, err = run("verify", str(result))
    assert (code, "no result of the format" in err) == (1, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\nx,y\n", "no column 'category'"),
        ("category,feature,min,max\ng,x,un,2\n", "line 2: min 'un'"),
        ("category,feature,min,max\ng,x,1\n", "line 2: it has not the 4 columns"),
        ("category,feature,min,max\n", "no line under the header"),
        ('category,feature,min,max\n"g,x,1,2\n', "it has not the 4 columns"),
    ],
)
def test_quotas_that_cannot_be_read(text: str, says: str) -> None:
    with pytest.raises(PoolProblem, match=says):
        read_quotas(text.encode())


def test_files_of_other_tools_and_encodings_are_read() -> None:
    text = "catégorie;modalité;min;max;min_flex;max_flex\nÂge;jeune;1;1;0;9\nÂge;âgé;1;1;0;9\n"
    quotas = read_quotas(text.encode("cp1252"))
    assert [(each.category, each.feature) for each in quotas] == [("Âge", "jeune"), ("Âge", "âgé")]
    table = "\ufeffnationbuilder_id\tÂge\n\n1\tjeune\n2\tâgé\n3\tâgé\n"
    problem = read_pool(table.encode(), quotas, size=2)
    assert problem.persons == ("1", "2", "3")
    assert problem.many.tolist() == [1, 2]
    unnamed = read_pool("Âge\njeune\nâgé\n".encode(), quotas, size=2)
    assert unnamed.persons == ("2", "3")
    with pytest.raises(PoolProblem, match="no column 'nom'"):
        read_pool(table.encode(), quotas, size=2, identifier="nom")


def test_quotas_that_contradict_each_other_are_said_with_what_helps(tmp_path: Path) -> None:
    volunteers, quotas = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    volunteers.write_text("id,g,h\na,x,u\nb,x,u\nc,y,v\nd,y,v\n", encoding="utf-8")
    quotas.write_text(
        "category,feature,min,max\ng,x,2,2\ng,y,0,1\nh,u,0,1\nh,v,1,2\n", encoding="utf-8"
    )
    out = tmp_path / "result.json"
    words = ("select", str(volunteers), str(quotas), "--size", "2", "--out", str(out))
    code, err = run(*words)
    assert code == 1
    assert "- at least 2 of g / x" in err
    assert "- at least 1 of h / v" in err
    assert "instead of" in err
    assert not out.exists()


def test_volunteers_whom_no_panel_has_are_named(tmp_path: Path) -> None:
    volunteers, quotas = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    volunteers.write_text("id,g,h\na,x,u\nb,x,v\nc,y,v\nd,y,u\n", encoding="utf-8")
    quotas.write_text(
        "category,feature,min,max\ng,x,2,2\ng,y,0,0\nh,u,0,2\nh,v,0,2\n", encoding="utf-8"
    )
    words = ("select", str(volunteers), str(quotas), "--size", "2")
    code, text = run(*words, "--out", str(tmp_path / "result.json"))
    assert code == 0
    assert "has these volunteers in it: c, d." in text


def test_whoever_withdraws_is_replaced_with_a_proof(files: tuple[Path, Path]) -> None:
    result, _told = selected(files)
    words = (str(result), str(files[0]), "--number", "7", "--json")
    panel = json.loads(run("draw", *words)[1])["panel"]
    chosen, excluded = files[0].with_name("chosen.txt"), files[0].with_name("left.txt")
    chosen.write_text("\n".join(panel[1:]), encoding="utf-8")
    excluded.write_text(panel[0], encoding="utf-8")
    given = ("--chosen", str(chosen), "--excluded", str(excluded))
    second = files[0].with_name("second.json")
    asked = (str(files[0]), str(files[1]), "--size", "5", "--numbers", "10")
    code, _text = run("select", *asked, "--out", str(second), *given)
    assert code == 0
    assert run("verify", str(second))[0] == 0
    again = (str(second), str(files[0]), "--number", "3")
    code, err = run("draw", *again)
    assert (code, "is not what this result was made with" in err) == (1, True)
    code, text = run("draw", *again, *given, "--json")
    assert code == 0
    [new] = json.loads(text)["panel"]
    assert new not in panel


def changed(result: Path, **more: Any) -> None:
    form = json.loads(result.read_text(encoding="utf-8"))
    result.write_text(json.dumps(form | more), encoding="utf-8")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"tickets": [0] * 1000}, "numbers of 1000 for a probability of"),
        ({"tickets": []}, "The lottery has no numbers."),
        ({"stages": []}, "do not settle each type once"),
    ],
)
def test_a_lottery_that_was_changed_is_seen(
    files: tuple[Path, Path], more: dict[str, Any], says: str
) -> None:
    result, _told = selected(files)
    changed(result, **more)
    code, text = run("verify", str(result))
    assert code == 1
    assert says in text


def test_quotas_and_types_are_those_of_the_files(files: tuple[Path, Path]) -> None:
    result, _told = selected(files)
    form = json.loads(result.read_text(encoding="utf-8"))
    wide = [each | {"min": 0, "max": 5} for each in form["quotas"]]
    given = ("--pool", str(files[0]), "--quotas", str(files[1]))
    assert run("verify", str(result), *given)[0] == 0
    changed(result, quotas=wide)
    code, text = run("verify", str(result), *given)
    assert code == 1
    assert "are not those of the files" in text


def test_the_column_of_identifiers_cannot_be_chosen_after_the_draw(tmp_path: Path) -> None:
    volunteers, quotas = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    lines = [f"v{at},w{(at * 7) % 30},{'x' if at % 2 else 'y'}" for at in range(30)]
    volunteers.write_text("\n".join(["id,name,g", *lines, ""]), encoding="utf-8")
    quotas.write_text("category,feature,min,max\ng,x,2,3\ng,y,2,3\n", encoding="utf-8")
    out = tmp_path / "result.json"
    words = ("select", str(volunteers), str(quotas), "--size", "5", "--out", str(out))
    assert run(*words, "--id", "name")[0] == 0
    code, text = run("draw", str(out), str(volunteers), "--number", "1", "--json")
    assert code == 0
    assert all(one.startswith("w") for one in json.loads(text)["panel"])


def test_too_few_households_are_said(tmp_path: Path) -> None:
    volunteers, quotas = tmp_path / "pool.csv", tmp_path / "quotas.csv"
    lines = [f"v{at},x,rue {at // 2}" for at in range(10)]
    volunteers.write_text("\n".join(["id,g,rue", *lines, ""]), encoding="utf-8")
    quotas.write_text("category,feature,min,max\ng,x,0,6\n", encoding="utf-8")
    words = ("select", str(volunteers), str(quotas), "--size", "6", "--household", "rue")
    code, err = run(*words, "--out", str(tmp_path / "result.json"))
    assert code == 1
    assert "one member of a household at most" in err


def test_nothing_but_results_is_on_standard_output(files: tuple[Path, Path]) -> None:
    out = files[0].with_name("result.json")
    words = ["sortition", "select", str(files[0]), str(files[1]), "--size", "5", "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "clairevoie", *words, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    assert json.loads(done.stdout)["tight"]


def test_a_public_draw_from_the_commitment_to_the_proof(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    result, _told = selected(files)
    folder = tmp_path / "published"
    words = (str(result), str(files[0]), "--title", "Panel", "--out", str(folder))
    code, text = run(
        "commit", *words, "--at", "2099-01-31T18:00", "--from", "witnesses", "--place", "3 dés"
    )
    assert code == 0
    fingerprint = text.split()[-1]
    names = {each.name for each in folder.iterdir()}
    assert names == {"commitment.json", "seals.csv", "PRIVATE-numbers.csv"}
    proof = tmp_path / "proof.json"
    commitment = folder / "commitment.json"
    made = ("draw", str(result), str(files[0]), "--commitment", str(commitment))
    code, text = run(*made, "--given", "417", "--out", str(proof))
    assert code == 1
    assert "too early" in text
    # The same, had it been for yesterday.
    form = json.loads(commitment.read_text(encoding="utf-8"))
    form["at"], form["randomness"]["at"] = "2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"
    commitment.write_text(json.dumps(form), encoding="utf-8")
    code, text = run(*made, "--given", "41", "--out", str(proof))
    assert code == 1
    assert "not 3 digits" in text
    code, text = run(*made, "--given", "4 1 7", "--out", str(proof))
    assert code == 0
    drawn = {line.split()[0] for line in text.splitlines()[1:]}
    plainly = run("draw", str(result), str(files[0]), "--number", "417", "--json")[1]
    assert drawn == set(json.loads(plainly)["panel"])
    assert not {f'"v{at}"' for at in range(30)} & set(proof.read_text(encoding="utf-8").split())
    seals = str(folder / "seals.csv")
    code, text = run("check", str(proof), seals)
    assert code == 0
    assert "It holds" in text
    code, text = run("check", str(proof), seals, "--fingerprint", fingerprint)
    assert code == 1
    assert "fingerprint published before" in text
    # Another pool than the one committed to gives no proof.
    files[0].write_text(pool(people=31), encoding="utf-8")
    code, _text = run(*made, "--given", "417", "--out", str(tmp_path / "other.json"))
    assert code == 1


def test_a_commitment_of_a_beacon_names_the_round(files: tuple[Path, Path], tmp_path: Path) -> None:
    result, _told = selected(files)
    words = ("commit", str(result), str(files[0]), "--title", "Panel", "--from", "beacon")
    code, text = run(*words, "--out", str(tmp_path / "a"), "--at", "2020-01-31T18:00")
    assert code == 1
    assert "has passed" in text
    code, _text = run(*words, "--out", str(tmp_path / "a"), "--at", "2099-01-31T18:00")
    assert code == 0
    form = json.loads((tmp_path / "a" / "commitment.json").read_text(encoding="utf-8"))
    assert form["randomness"]["round"] > 790_000_000
    assert form["randomness"]["at"].startswith("2099-01-31T18:00")
    code, text = run(
        *words[:-1], "witnesses", "--out", str(tmp_path / "b"), "--at", "2099-01-01T00:00"
    )
    assert code == 1
    assert "--place" in text

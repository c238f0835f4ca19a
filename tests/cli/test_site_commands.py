"""The commands of the site, run as a person runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.sqlite_only
Run = Callable[..., subprocess.CompletedProcess[str]]

TABLE = "Identifiant de la fiche,Administration : identifiant,Administration : nom,Nom,En bref\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    data = tmp_path_factory.mktemp("site")
    variables = os.environ | {"CLAIREVOIE_DATA": str(data)}
    # The browser tests of the same worker set the last one.
    for name in (
        "DATABASE_URL",
        "DJANGO_SETTINGS_MODULE",
        "CLAIREVOIE_URL",
        "DJANGO_ALLOW_ASYNC_UNSAFE",
    ):
        variables.pop(name, None)

    def command(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "clairevoie", *words],
            env=variables | more,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    loaded = command("demo", "--json")
    assert loaded.returncode == 0, loaded.stderr
    assert json.loads(loaded.stdout)["loaded"]["demonstration"]["systems_added"] > 20
    return command


def test_help_names_every_room_and_imports_none(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    for name in ("register", "accounts", "demo", "serve"):
        assert name in done.stdout


def test_the_demonstration_again_adds_nothing(run: Run) -> None:
    again = json.loads(run("demo", "--json").stdout)
    assert again["loaded"]["demonstration"]["statements_added"] == 0
    assert again["accounts"] == {}


def test_a_good_file_is_imported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "inventaire.csv"
    file.write_text(TABLE + "essai,ville,Ville d’Essai,Calcul d’essai,Un calcul.\n")

    done = run("register", "import", str(file), "--json", "--date", "2026-01-31")

    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)["imported"]
    assert (counts["systems_added"], counts["statements_added"]) == (1, 2)
    exported = tmp_path / "essai.json"
    run("register", "export", "--to", "clairevoie", "-o", str(exported), "--search", "essai")
    assert [item["id"] for item in json.loads(exported.read_text())["systems"]] == ["essai"]


def test_a_bad_file_changes_nothing_and_says_why(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "inventaire.csv"
    header = TABLE.strip() + ",Coût total\n"
    file.write_text(header + "bon,v,V,Bon,x,12\nmauvais,v,V,Mauvais,x,beaucoup\n")

    refused = run("register", "import", str(file))

    assert refused.returncode == 1
    assert "Row 3" in refused.stderr
    assert "beaucoup" in refused.stderr
    assert "Traceback" not in refused.stderr
    kept = run("register", "import", str(file), "--keep-good", "--json")
    assert kept.returncode == 0
    assert json.loads(kept.stdout)["imported"]["systems_added"] == 1


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("register", "import", "/no/such/file"), 2, "does not exist"),
        (("register", "export", "--to", "nothing", "-o", "x"), 2, "not a format"),
        (("serve", "--port", "many"), 2, "--port"),
        (("no-such-command",), 2, "No such command"),
        (("accounts", "invite", "Personne", "a@example.org", "--role", "reader"), 1, "no organ"),
        (("accounts", "password", "nobody@example.org"), 1, "no account"),
        (("accounts", "organisation", "X", "--capacity", "king"), 1, "values listed"),
    ],
)
def test_errors_are_one_sentence(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    done = run(*words)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_environment_is_checked(run: Run) -> None:
    done = run("serve", DATABASE_URL="mysql://here/there")
    assert done.returncode == 1
    assert done.stderr.startswith("DATABASE_URL must start with")
    done = run("serve", CLAIREVOIE_DATA="/proc/nowhere")
    assert done.returncode == 1
    assert done.stderr.startswith("The data directory /proc/nowhere cannot be")


def test_deployment_checks_are_clean(run: Run) -> None:
    done = run("manage", "check", "--deploy", CLAIREVOIE_URL="https://clairevoie.example")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


def test_an_organisation_and_its_first_member(run: Run) -> None:
    added = run("accounts", "organisation", "Une rédaction", "--capacity", "press")
    assert added.returncode == 0, added.stderr
    link = run("accounts", "invite", "Une rédaction", "plume@example.org", "--role", "publisher")
    assert link.stdout.startswith("http://127.0.0.1:8000/invitation/")


def test_clearing_says_what_went(run: Run) -> None:
    done = run("accounts", "clear", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"sessions": 0, "counters": 0, "copies": 0}
    assert run("accounts", "clear").stdout.startswith("0 sessions, 0 counters and 0 copies")

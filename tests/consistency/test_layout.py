"""The house keeps its layout."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "clairevoie"
LONGEST = 500
UPPER_FLOOR = {"cli", "web"}
BANNED = {"helpers.py", "misc.py", "utils.py"}


def python_files() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]


def test_no_file_is_too_long_to_read() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files()
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_file_is_a_drawer() -> None:
    assert [path for path in python_files() if path.name in BANNED] == []


@pytest.mark.parametrize("contract", [0, 1], ids=["forbidden", "layers"])
def test_every_room_is_under_the_import_rules(contract: int) -> None:
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")} - UPPER_FLOOR
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rule = settings["tool"]["importlinter"]["contracts"][contract]
    listed = " ".join(rule.get("source_modules", []) + rule.get("layers", []))
    assert {room for room in rooms if f"clairevoie.{room}" not in listed} == set()

"""What the register's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

import clairevoie.register
from clairevoie.register.exchange import read_directory
from clairevoie.register.reports import Report
from clairevoie.register.statements import SystemRecord


@pytest.fixture(scope="session")
def project_root() -> Path:
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def demonstration_path() -> Path:
    return Path(clairevoie.register.__file__).parent / "demonstration"


@pytest.fixture(scope="session")
def demonstration(demonstration_path: Path) -> list[SystemRecord]:
    report = Report()
    found = list(read_directory(demonstration_path, report))
    assert report.problems == ()
    return found

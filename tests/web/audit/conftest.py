"""Where journals and reports are kept during a test."""

from pathlib import Path

import pytest
from pytest_django import Settings

from clairevoie.web.decisions.models import Journal
from tests.web.audit import samples


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.JOURNALS_ROOT = tmp_path / "data" / "journals"
    settings.PUBLISHED_ROOT = tmp_path / "data" / "published"
    settings.KEYS_ROOT = tmp_path / "keys"


@pytest.fixture
def journal(db: None) -> Journal:
    """A journal of a thousand decisions."""
    return samples.make_journal()

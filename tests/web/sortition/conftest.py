"""Keys of draws are kept apart, for each test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> Path:
    """The folder of the keys."""
    settings.KEYS_ROOT = tmp_path / "keys"
    return tmp_path / "keys"

"""Results are kept by what was voted: rows of one test have the numbers of another's."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Forget the results of the test before."""
    cache.clear()

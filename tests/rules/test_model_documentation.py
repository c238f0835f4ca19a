"""The steps of the guide run as they are written."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "publish-a-model.md"


def test_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pandas = pytest.importorskip("pandas")
    monkeypatch.chdir(tmp_path)
    chance = np.random.default_rng(2)
    table = pandas.DataFrame(
        {"Âge": chance.normal(45, 12, 300), "Ressources mensuelles": chance.normal(1500, 400, 300)}
    )
    answers = (table["Âge"] / 10 + chance.normal(size=300) > 4.5).astype(int)
    names: dict[str, Any] = {"table": table, "answers": answers}
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        exec(compile(textwrap.dedent(block), str(GUIDE), "exec"), names)
    assert (tmp_path / "controle.yaml").exists()

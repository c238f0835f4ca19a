"""Amsterdam's published scores, replayed against its published model."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq
import pytest

from clairevoie.decisions.model import Data, Journal
from clairevoie.decisions.replay import replay
from clairevoie.decisions.replay.model import Settings
from clairevoie.rules.model import RuleSet
from tests.rules.test_amsterdam import IMPUTED, PUBLISHED, slimme_check

pytestmark = pytest.mark.shared_data

DAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def rules(shared_data: Path) -> RuleSet:
    return slimme_check(shared_data / "decisions" / "amsterdam")


@pytest.fixture(scope="module")
def published(shared_data: Path) -> pa.Table:
    table = pc.read_csv(shared_data / "decisions" / "amsterdam" / "published_scores_prepilot.csv")
    count = table.num_rows
    table = table.append_column("row", pa.array(range(count)))
    table = table.append_column("day", pa.array([date(2022, 6, 1)] * count))
    return table.append_column("given", pa.array([0] * count))


def journal_of(rules: RuleSet, folder: Path, table: pa.Table, imputed: str) -> Journal:
    pq.write_table(table, folder / "scores.parquet")
    names = {item.name: item.name for item in rules.versions[0].inputs}
    return Journal(
        id="prepilot",
        title={"fr": "Scores publiés"},
        rules=rules.id,
        data=Data(kind="parquet", path="scores.parquet"),
        identifier="row",
        date="day",
        inputs=names | PUBLISHED | {IMPUTED: imputed},
        machine_value="original_model_score",
    )


def test_every_published_score_is_conform(
    rules: RuleSet, published: pa.Table, tmp_path: Path
) -> None:
    journal = journal_of(rules, tmp_path, published, "given")
    report = replay(journal, rules, tmp_path, day=DAY, settings=Settings(tolerance=1e-12))
    assert report.rows == 16_384
    assert report.total.conform == report.total.decisions == 16_384
    assert report.explanation is not None
    assert report.explanation.effects == ()


def test_the_term_that_the_published_scores_leave_out_is_named(
    rules: RuleSet, published: pa.Table, tmp_path: Path
) -> None:
    """The file says of half its rows that the income was imputed; no score counts that term."""
    journal = journal_of(rules, tmp_path, published, IMPUTED)
    report = replay(journal, rules, tmp_path, day=DAY)
    assert report.total.conform < 16_384
    assert report.explanation is not None
    (effect,) = report.explanation.effects
    assert effect.change.anchor == f"term-{IMPUTED}"
    assert report.explanation.explained == report.explanation.gaps == 16_384 - report.total.conform

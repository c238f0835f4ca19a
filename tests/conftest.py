"""What every test can use. How tests are organised is said in CONTRIBUTING.md."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings
from syrupy.assertion import SnapshotAssertion

from tests.queries import summary

# No deadline: a busy machine is not a failure. In CI the same examples every time.
settings.register_profile(
    "clairevoie",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("clairevoie")

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"
ON_POSTGRES = "CLAIREVOIE_TEST_DATABASE_URL" in os.environ


def pytest_report_header() -> str:
    return f"database: {'PostgreSQL' if ON_POSTGRES else 'SQLite'}"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        from tools.translations import compile_catalogues

        compile_catalogues(ROOT, only_stale=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what means nothing on this database; skip what needs data that is not there."""
    out_of_place = "sqlite_only" if ON_POSTGRES else "postgres_only"
    left_out = [item for item in items if item.get_closest_marker(out_of_place)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker(out_of_place)]
    if not SHARED_DATA.is_dir():
        absent = pytest.mark.skip(reason="needs ../shared/data, which is not there")
        for item in items:
            if item.get_closest_marker("shared_data"):
                item.add_marker(absent)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each reason to skip, however many tests it is the reason of."""
    reports = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in reports)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"{count} skipped: {reason}")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder ../shared/data; a test that uses it also bears the marker `shared_data`."""
    if not SHARED_DATA.is_dir():
        pytest.skip("needs ../shared/data, which is not there")
    return SHARED_DATA


QueriesSnapshot = Callable[..., AbstractContextManager[CaptureQueriesContext]]


@pytest.fixture
def assert_queries_snapshot(snapshot: SnapshotAssertion) -> QueriesSnapshot:
    """The queries of a block are those of its snapshot: how many, which verb, on which table.

    Snapshots are written by `pytest --snapshot-update` and read by a person in the diff. Both
    databases share one snapshot.
    """

    @contextmanager
    def check(
        name: str | None = None, *, using: str = "default"
    ) -> Iterator[CaptureQueriesContext]:
        with CaptureQueriesContext(connections[using]) as captured:
            yield captured
        found = summary([query["sql"] for query in captured.captured_queries])
        assert found == snapshot(name=name), "the queries are not those of the snapshot"

    return check


@pytest.fixture(autouse=True)
def _forget_columns() -> None:
    """Each test rolls its transaction back: what the search remembers must go with it."""
    from clairevoie.web.register.services import columns

    columns.forget()

"""Engines other than the embedded DuckDB that can read a journal, and how results come back.

An engine is an Ibis connection that is handed in. `spark` gives one to Apache Spark; any other that
Ibis has is used the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from clairevoie.decisions.model import JournalProblem

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

LOCAL: Mapping[str, str] = {
    "spark.master": "local[*]",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
"""Settings of a Spark that runs within this process and listens to this machine only."""


@contextmanager
def spark(settings: Mapping[str, str] = LOCAL) -> Iterator[Any]:
    """Give an Ibis connection to Apache Spark, which is stopped at the end of the block.

    A session that is active already is used as it is, and left running.

    Args:
        settings: of a new session. None for one that is started by ``spark-submit``, which has its
            own: the cluster and its memory.

    Raises:
        JournalProblem: PySpark or Java is not there.
    """
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError:
        text = "Spark is not installed: run pip install 'clairevoie[spark]'"
        raise JournalProblem(("engine", text)) from None
    import ibis

    running = SparkSession.getActiveSession()
    builder = SparkSession.builder.appName("clairevoie")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = running or builder.getOrCreate()
    except PySparkRuntimeError:
        text = "Spark does not start: it needs Java 17 or 21 (Debian 12: openjdk-17-jre-headless)"
        raise JournalProblem(("engine", text)) from None
    try:
        yield ibis.pyspark.connect(session)
    finally:
        if running is None:
            session.stop()


def arrow_of(table: ibis.Table) -> pa.Table:
    """Return the rows of an Ibis table; all are held in memory."""
    backend: Any = table.get_backend()
    if backend.name == "pyspark":
        # Ibis goes through pandas, where whole numbers that may be absent become decimals.
        return backend.raw_sql(backend.compile(table)).toArrow()
    return table.to_pyarrow()


def number_of(value: Any) -> int:
    """Return the whole number that an Ibis aggregate comes to; 0 over no rows."""
    [found] = arrow_of(value.as_table()).to_pydict().values()
    return int(found[0] or 0)


def beside(table: ibis.Table, rows: pa.Table) -> ibis.Table:
    """Return rows as a table that can be joined to another, in the same engine."""
    import ibis

    backend: Any = table.get_backend()
    if backend.name != "pyspark":
        return ibis.memtable(rows)
    name = ibis.util.gen_name("clairevoie")
    session = backend.raw_sql("SELECT 1").sparkSession
    session.createDataFrame(rows).createOrReplaceTempView(name)
    found: ibis.Table = backend.table(name)
    return found

"""Pools that come as Parquet: the same table of texts as a CSV file gives."""

from __future__ import annotations

import math

from clairevoie.sortition.pool import PoolProblem
from clairevoie.sortition.sentences import Sentence

MAGIC = b"PAR1"
"""First bytes of a Parquet file."""


def read_parquet(content: bytes, name: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header and the rows that are not empty, with their number from 1.

    Values are texts: nothing is empty, a whole number has no decimals, dates are as in ISO 8601.

    Args:
        content: of the file.
        name: of the file, for problems.

    Raises:
        PoolProblem: it cannot be read, or a column holds lists or structures.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        read = pyarrow.parquet.read_table(pyarrow.BufferReader(content))
    except (pyarrow.ArrowException, OSError) as problem:
        raise PoolProblem(
            [
                Sentence(
                    "%(name)s cannot be read as Parquet: %(problem)s.", name=name, problem=problem
                )
            ]
        ) from None
    nested = [each.name for each in read.schema if pyarrow.types.is_nested(each.type)]
    if nested:
        raise PoolProblem(
            [
                Sentence(
                    "%(name)s: column “%(column)s” holds lists or structures, not values.",
                    name=name,
                    column=each,
                )
                for each in nested
            ]
        )
    columns = [[_text(value) for value in column.to_pylist()] for column in read.columns]
    rows = [
        (number, list(row))
        for number, row in enumerate(zip(*columns, strict=True), 1)
        if any(cell.strip() for cell in row)
    ]
    if not rows:
        raise PoolProblem([Sentence("%(name)s: there is no line in it.", name=name)])
    return [each.strip() for each in read.column_names], rows


def _text(value: object) -> str:
    # Whole numbers with empty values among them often come as decimal ones: 1.0 is 1.
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, bytes):
        # Some tools write texts without saying that they are.
        return value.decode("utf-8", errors="replace")
    return "" if value is None else str(value)

"""Pools that come as Parquet say the same as those that come as CSV."""

from __future__ import annotations

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from clairevoie.sortition.files import read_pool, read_quotas, read_table
from clairevoie.sortition.pool import PoolProblem

QUOTAS = read_quotas(b"category,feature,min,max\ngenre,femme,0,2\ngenre,homme,0,2\nclasse,1,0,2\n")


def parquet(columns: dict[str, object]) -> bytes:
    out = io.BytesIO()
    pa.parquet.write_table(pa.table(columns), out)
    return out.getvalue()


def test_a_pool_in_parquet_is_that_of_the_same_csv() -> None:
    binary = parquet(
        {
            "id": pa.array([7, 8, 9]),
            "genre": pa.array(["femme", "homme", "femme"]).dictionary_encode(),
            "classe": pa.array([1.0, 1.0, 1.0]),
            "rue": pa.array(["é".encode()] * 3, pa.binary()),
        }
    )
    text = b"id,genre,classe\n7,femme,1\n8,homme,1\n9,femme,1\n"
    one, other = (read_pool(each, QUOTAS, size=2) for each in (binary, text))
    assert one.persons == other.persons == ("7", "8", "9")
    assert one.features == other.features
    assert read_table(binary, "pool")[1][0] == (1, ["7", "femme", "1", "é"])
    assert one.kind.tolist() == other.kind.tolist()


def test_empty_values_and_bad_files_are_said() -> None:
    binary = parquet({"genre": ["femme", None, "homme"], "classe": pa.array([1.0, 1.0, np.nan])})
    with pytest.raises(PoolProblem, match="Volunteer “2” has nothing in category genre"):
        read_pool(binary, QUOTAS, size=2)
    with pytest.raises(PoolProblem, match="cannot be read as Parquet"):
        read_pool(b"PAR1 and nothing more", QUOTAS, size=2)
    with pytest.raises(PoolProblem, match="column “genre” holds lists"):
        read_pool(parquet({"genre": [["femme"], ["homme"]]}), QUOTAS, size=2)
    with pytest.raises(PoolProblem, match="there is no line in it"):
        read_pool(parquet({"genre": pa.array([], pa.string())}), QUOTAS, size=2)

"""A case as people type it and as files give it: nothing guessed, nothing rounded."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.arrow import read_column
from clairevoie.rules.case import CaseProblem, case_problems, read_case, read_value
from clairevoie.rules.conditions import scaled
from clairevoie.rules.model import Category, Input, Value
from tests.rules.generators import rule_set, rules_of

WHOLE = Input("n", "integer", {"fr": "Enfants"}, {}, {}, {}, Decimal(0), Decimal(15))
MONEY = Input("m", "decimal", {"fr": "Quotient"}, {}, {}, {}, decimals=2)
FLOAT = Input("f", "number", {"fr": "Score"}, {}, {}, {})
DAY = Input("d", "date", {"fr": "Demande"}, {}, {}, {}, date(2000, 1, 1), date(2030, 12, 31))
YES = Input("b", "boolean", {"fr": "Seul"}, {}, {}, {})
PLACE = Input(
    "c",
    "category",
    {"fr": "Lieu"},
    {},
    {},
    {},
    categories=(Category("nord", {"fr": "Nord"}), Category("1", {"fr": "Un"})),
)
ITEMS = (WHOLE, MONEY, FLOAT, DAY, YES, PLACE)


@pytest.mark.parametrize(
    ("item", "raw", "value"),
    [
        (MONEY, "1 234,56", Decimal("1234.56")),
        (MONEY, "1\u202f234,56 €", Decimal("1234.56")),
        (MONEY, "−12.5", Decimal("-12.5")),
        (MONEY, 0.1, Decimal("0.1")),
        (MONEY, "12,300", Decimal("12.3")),
        (MONEY, 3, Decimal(3)),
        (WHOLE, "3", 3),
        (WHOLE, "3,0", 3),
        (WHOLE, 3.0, 3),
        (FLOAT, "1,5e-3", 0.0015),
        (DAY, "12/03/2024", date(2024, 3, 12)),
        (DAY, "2024-03-12", date(2024, 3, 12)),
        (DAY, datetime(2024, 3, 12, 15), date(2024, 3, 12)),  # noqa: DTZ001
        (YES, "oui", True),
        (YES, "Non", False),
        (YES, 1, True),
        (PLACE, " nord ", "nord"),
        (PLACE, 1, "1"),
        (WHOLE, "", None),
        (WHOLE, None, None),
        (MONEY, float("nan"), None),
        (PLACE, "  ", None),
    ],
)
def test_what_people_and_files_write(item: Input, raw: object, value: Value) -> None:
    found, problem = read_value(item, raw)
    assert problem is None
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("item", "raw", "code"),
    [
        (MONEY, "douze", "not_a_number"),
        (MONEY, "12,345", "too_many_decimals"),
        (MONEY, True, "not_a_number"),
        (MONEY, "1" * 18, "too_large"),
        (MONEY, 1e18, "too_large"),
        (WHOLE, "2,5", "not_whole"),
        (WHOLE, "-1", "below_minimum"),
        (WHOLE, 16, "above_maximum"),
        (WHOLE, "0x10", "not_a_number"),
        (FLOAT, "inf", "not_a_number"),
        (FLOAT, float("inf"), "not_a_number"),
        (DAY, "31/02/2024", "not_a_date"),
        (DAY, "1999-12-31", "below_minimum"),
        (DAY, 45000, "not_a_date"),
        (YES, "peut-être", "not_yes_or_no"),
        (PLACE, "est", "unknown_category"),
    ],
)
def test_what_cannot_be_used_is_said_in_both_languages(item: Input, raw: object, code: str) -> None:
    _, problem = read_value(item, raw)
    assert problem is not None
    assert problem.code == code
    french, english = problem.sentence_in("fr"), problem.sentence
    assert french.startswith(f"{item.label['fr']} : «")
    assert french.endswith(".")
    assert english.endswith(".")
    assert "{" not in french + english


def test_a_case_is_read_whole_with_how_each_datum_was_read() -> None:
    rules = rules_of(
        rule_set(
            "points",
            {"criteria": [{"id": "a", "expression": "x + y + z + t"}]},
            [
                {"name": "x", "type": "integer", "domain": {"max": 5}},
                {"name": "y", "type": "integer", "default": 7},
                {"name": "z", "type": "integer"},
                {"name": "t", "type": "integer", "required": False},
                {"name": "inutile", "type": "integer"},
            ],
        )
    )
    version = rules.versions[0]
    values, readings = read_case(version, {"x": "9", "autre": 1})
    assert values == {"x": None, "y": 7, "z": None, "t": None, "inutile": None}
    assert [one.status for one in readings] == [
        "out_of_domain",
        "default",
        "missing",
        "missing",
        "missing",
    ]
    found: tuple[CaseProblem, ...] = case_problems(version, {"x": "9"})
    assert [(one.name, one.code) for one in found] == [("x", "above_maximum"), ("z", "missing")]


# --- columns read as one case does ----------------------------------------------------------------

TYPED: dict[str, Any] = {
    "text": st.none()
    | st.sampled_from(
        [
            "",
            " ",
            "12",
            " 12 ",
            "1 234,56",
            "1\u202f234,5",
            "12.340",
            "12,345",
            "-3",
            "−3",
            "+4",
            "3,",
            "3,0",
            "0012",
            "1e3",
            "12 €",
            "douze",
            "oui",
            "NON",
            "true",
            "0",
            "1",
            "nord",
            " nord",
            "est",
            "2024-03-12",
            "12/03/2024",
            "1/3/2024",
            "31/02/2024",
            "2024-02-30",
            "1999-01-01",
            "2024-03-12T00:00",
            "--3",
            "9" * 17,
            "9" * 25,
        ]
    ),
    "integers": st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 20),
    "floats": st.none() | st.floats() | st.integers(-400, 400).map(lambda n: n / 8),
    "decimals": st.none() | st.integers(-(10**9), 10**9).map(lambda n: Decimal(n).scaleb(-4)),
    "booleans": st.none() | st.booleans(),
    "dates": st.none() | st.dates(date(1990, 1, 1), date(2040, 1, 1)),
}
ARROW = {
    "text": pa.string(),
    "integers": pa.int64(),
    "floats": pa.float64(),
    "decimals": pa.decimal128(20, 4),
    "booleans": pa.bool_(),
    "dates": pa.date32(),
}


@given(st.data(), st.sampled_from(ITEMS), st.sampled_from(sorted(TYPED)))
def test_a_column_is_read_as_each_of_its_values(
    data: st.DataObject, item: Input, kind: str
) -> None:
    """Same values, same missing ones, same refusals (the domain's bounds are looked at later)."""
    raws = data.draw(st.lists(TYPED[kind], min_size=1, max_size=8))
    column = pa.array(raws, type=ARROW[kind])
    if kind == "text" and data.draw(st.booleans()):
        column = column.dictionary_encode()
    array, gone, wrong = read_column(column, item)
    for index, raw in enumerate(raws):
        value, problem = read_value(item, raw)
        refused = problem is not None and problem.code not in {"below_minimum", "above_maximum"}
        assert bool(wrong is not None and wrong[index]) == refused, (raw, value, problem)
        assert bool(gone is not None and gone[index]) == (value is None and problem is None)
        if value is not None and not refused:
            assert held(array[index], item) == value


def held(unit: Any, item: Input) -> Value:
    """The value that a unit of a column stands for."""
    if item.type == "category":
        return item.categories[int(unit)].value
    if item.type == "date":
        return unit.astype("datetime64[D]").item()
    if item.type == "decimal":
        return Decimal(int(unit)).scaleb(-item.decimals)
    return unit.item()


def test_slices_and_chunks_of_arrow_columns() -> None:
    column = pa.array([Decimal("1.10"), None, Decimal("3.30"), Decimal("4.40")]).slice(1, 3)
    array, gone, wrong = read_column(pa.chunked_array([column, column]), MONEY)
    assert array.tolist() == [0, 330, 440, 0, 330, 440]
    assert gone is not None
    assert gone.tolist() == [True, False, False] * 2
    assert wrong is None


def test_timestamps_are_days() -> None:
    stamps = np.array(["2024-03-12T23:59", "NaT"], dtype="datetime64[us]")
    array, gone, _ = read_column(pa.array(stamps), DAY)
    assert array[0] == np.datetime64("2024-03-12")
    assert gone is not None
    assert gone.tolist() == [False, True]


def test_exactness_of_bounds() -> None:
    assert scaled(Decimal("0.105"), 2) == Decimal("10.5")

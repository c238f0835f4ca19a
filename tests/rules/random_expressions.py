"""Random expressions, as texts, and random values for the names that they read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import strategies as st

from clairevoie.rules.columns import Columns
from clairevoie.rules.content import Bracket, Parameter
from clairevoie.rules.expressions import Known
from clairevoie.rules.model import Category, Input, Value


def an_input(name: str, kind: Any, *, decimals: int = 0, values: tuple[str, ...] = ()) -> Input:
    text = {"fr": name}
    categories = tuple(Category(value, {"fr": value}) for value in values)
    return Input(
        name, kind, text, text, {}, {}, decimals=decimals, categories=categories, required=False
    )


INPUTS = (
    an_input("revenu", "decimal", decimals=2),
    an_input("part", "decimal", decimals=9),
    an_input("enfants", "integer"),
    an_input("seul", "boolean"),
    an_input("loge", "boolean"),
    an_input("zone", "category", values=("a", "b", "c")),
    an_input("lieu", "category", values=("c", "d", "a")),
    an_input("naissance", "date"),
    an_input("demande", "date"),
)
RATES = (Bracket(Decimal(-5), Decimal(0)), Bracket(Decimal("10.5"), Decimal("0.11")))
AMOUNTS = (
    Bracket(Decimal("0.001"), Decimal("12.5")),
    Bracket(Decimal(100), Decimal(-3)),
    Bracket(Decimal(10**9), Decimal(7)),
)
PARAMETERS: dict[str, Parameter] = {
    "taux": Parameter("taux", {}, {}, value=Decimal("0.0061")),
    "enorme": Parameter("enorme", {}, {}, value=Decimal("999999999999999.999999999999")),
    "bareme": Parameter(
        "bareme", {}, {}, brackets=(*RATES, Bracket(Decimal(10**6), Decimal("-0.3")))
    ),
    "tarifs": Parameter("tarifs", {}, {}, brackets=AMOUNTS),
    "forfait": Parameter(
        "forfait", {}, {}, values={"a": Decimal(10), "b": Decimal("0.5"), "true": Decimal(3)}
    ),
    "nombres": Parameter("nombres", {}, {}, values={"0": Decimal(1), "-2": Decimal("7.25")}),
}
NAMES: dict[str, str | Known] = {
    **{
        item.name: Known(
            item.type,
            decimals=item.decimals,
            categories=tuple(one.value for one in item.categories) or None,
        )
        for item in INPUTS
    },
    "taux": Known("parameter", decimals=4, optional=False),
    "enorme": Known("parameter", decimals=12, optional=False),
    "bareme": Known("rates", decimals=2, optional=False),
    "tarifs": Known("amounts", decimals=3, optional=False),
    "forfait": Known("values", decimals=1, optional=False),
    "nombres": Known("values", decimals=2, optional=False),
}

NUMBERS = ("revenu", "part", "enfants", "taux", "enorme")
DATES = ("naissance", "demande", "date(2024, 2, 29)", "date(1999, 12, 31)")
CATEGORIES = ("zone", "lieu", "'a'", "'c'")


def _written_number() -> st.SearchStrategy[str]:
    return st.sampled_from(
        ("0", "1", "2", "3", "12", "0.5", "0.13", "1000000", "942.00", "0.0000001")
    )


@st.composite
def number_texts(draw: st.DrawFn, depth: int) -> str:
    """A text that gives a number."""
    if depth <= 0:
        return draw(st.sampled_from(NUMBERS) | _written_number())
    deeper = depth - 1

    def part() -> str:
        return f"({draw(number_texts(deeper))})"

    form = draw(st.integers(0, 12))
    if form <= 3:
        return f"{part()} {'+-*/'[form]} {part()}"
    if form == 4:
        return f"-{part()}"
    if form == 5:
        return f"{draw(st.sampled_from(('min', 'max')))}({part()}, {part()}, {part()})"
    if form == 6:
        return f"{draw(st.sampled_from(('abs', 'floor', 'ceil')))}({part()})"
    if form == 7:
        return f"round({part()}, {draw(st.sampled_from(('1', '0.01', '0.05', '5', '0.3')))})"
    if form == 8:
        return draw(st.sampled_from((f"marginal({part()}, bareme)", f"band({part()}, tarifs)")))
    if form == 9:
        days = f"{draw(st.sampled_from(DATES))}, {draw(st.sampled_from(DATES))}"
        return f"{draw(st.sampled_from(('years', 'months', 'days')))}({days})"
    if form == 10:
        key = draw(st.sampled_from(("if seul then 'a' else 'b'", "if loge then 'b' else 'a'")))
        return draw(st.sampled_from((f"pick({key}, forfait)", f"pick({part()}, nombres)")))
    condition = draw(boolean_texts(deeper))
    return f"if {condition} then {part()} else {part()}"


@st.composite
def boolean_texts(draw: st.DrawFn, depth: int) -> str:
    """A text that is true or false."""
    if depth <= 0:
        return draw(st.sampled_from(("seul", "loge", "true", "false", "missing(revenu)")))
    deeper = depth - 1
    form = draw(st.integers(0, 7))
    if form == 0:
        return f"not ({draw(boolean_texts(deeper))})"
    if form == 1:
        word = draw(st.sampled_from(("and", "or")))
        return f"({draw(boolean_texts(deeper))}) {word} ({draw(boolean_texts(deeper))})"
    if form == 2:
        return f"{draw(st.sampled_from(('zone', 'lieu')))} in ('a', 'c')"
    if form == 3:
        sign = draw(st.sampled_from(("=", "!=")))
        return f"{draw(st.sampled_from(CATEGORIES[:2]))} {sign} {draw(st.sampled_from(CATEGORIES))}"
    sign = draw(st.sampled_from(("=", "!=", "<", "<=", ">", ">=")))
    if form == 4:
        return f"{draw(st.sampled_from(DATES))} {sign} {draw(st.sampled_from(DATES))}"
    left, right = draw(number_texts(deeper)), draw(number_texts(deeper))
    if form == 5:
        return f"between(({left}), ({right}), {draw(_written_number())})"
    if form == 6:
        return f"({left}) in (0, -1, 2.5, 3)"
    return f"({left}) {sign} ({right})"


def texts(depth: int = 3) -> st.SearchStrategy[str]:
    """Any expression."""
    return number_texts(depth) | boolean_texts(depth)


_DAYS = st.integers(0, 40_000).map(lambda day: date(1930, 1, 1) + timedelta(days=day))
_UNITS = (
    st.integers(-3, 3)
    | st.integers(-300_000, 300_000)
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.sampled_from((2**63 - 1, -(2**63) + 1, 2**62, 10**15, 1050, -500))
)


def values_of(item: Input) -> st.SearchStrategy[Value]:
    """A value of an input, small, huge, negative or missing."""
    known: st.SearchStrategy[Any]
    if item.type == "boolean":
        known = st.booleans()
    elif item.type == "category":
        known = st.sampled_from([one.value for one in item.categories])
    elif item.type == "date":
        known = _DAYS | st.sampled_from((date(2024, 2, 29), date(2023, 2, 28), date(2023, 3, 1)))
    elif item.type == "integer":
        known = _UNITS
    else:
        known = _UNITS.map(lambda units: Decimal(units).scaleb(-item.decimals))
    return st.integers(0, 9).flatmap(lambda one: st.none() if one == 0 else known)


def cases() -> st.SearchStrategy[dict[str, Value]]:
    """One case."""
    return st.fixed_dictionaries({item.name: values_of(item) for item in INPUTS})


def columns_of_cases(found: list[dict[str, Value]], inputs: tuple[Input, ...] = INPUTS) -> Columns:
    """Return cases as columns; under a missing value stands anything."""
    values: dict[str, Any] = {}
    missing = {}
    for item in inputs:
        given = [case[item.name] for case in found]
        gone = np.array([value is None for value in given], dtype=bool)
        values[item.name] = _array(item, given)
        if gone.any():
            missing[item.name] = gone
    return Columns(len(found), values, missing, {})


def _array(item: Input, given: list[Value]) -> Any:
    if item.type == "boolean":
        return np.array([value is not False for value in given], dtype=bool)
    if item.type == "category":
        places: Mapping[Value, int] = {one.value: i for i, one in enumerate(item.categories)}
        return np.array([places.get(value, 0) for value in given], dtype=np.int16)
    if item.type == "date":
        return np.array([value or "NaT" for value in given], dtype="datetime64[D]")
    units = [
        2**63 - 1 if value is None else int(Decimal(value).scaleb(item.decimals))  # type: ignore[arg-type]
        for value in given
    ]
    return np.array(units, dtype=np.int64)

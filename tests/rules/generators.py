"""Random rule sets and random cases, for the tests in which two evaluators must agree.

Rule sets are made as the plain data of a file and read back as any file would be, so that what is
tested is what people can publish.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from clairevoie.rules.columns import Columns
from clairevoie.rules.evaluate import DTYPES, column_value
from clairevoie.rules.model import Input, RuleSet, Value, Version
from clairevoie.rules.reading import read_rules

DAY = date(2025, 6, 1)
FIRST_DAY = date(2020, 1, 1)
CATEGORIES = ("seul", "couple", "autre", "01", "true")
ORDERED = ("integer", "decimal", "date", "number")


def as_text(data: Any) -> str:
    """Return plain data as JSON, which is YAML, with exact decimals."""
    marked: dict[str, str] = {}

    def mark(value: Any) -> Any:
        if isinstance(value, Decimal):
            key = f"§{len(marked)}§"
            marked[f'"{key}"'] = format(value, "f")
            return key
        if isinstance(value, dict):
            return {key: mark(one) for key, one in value.items()}
        return [mark(one) for one in value] if isinstance(value, list) else value

    text = json.dumps(mark(data), ensure_ascii=False)
    for key, number in marked.items():
        text = text.replace(key, number)
    return text


def rules_of(data: dict[str, Any]) -> RuleSet:
    """Read plain data as a rule set."""
    return read_rules(as_text(data).encode(), name="random")


def decimals(places: int, low: int = -2000, high: int = 2000) -> st.SearchStrategy[Decimal]:
    """Exact numbers with so many decimals at most."""
    return st.integers(low, high).map(lambda units: Decimal(units).scaleb(-places))


# --- inputs ---------------------------------------------------------------------------------------


@st.composite
def inputs(draw: st.DrawFn, *, floating: bool = True) -> list[dict[str, Any]]:
    """Between one and four inputs of any types, some optional, some with a default."""
    types = ["integer", "decimal", "category", "boolean", "date"] + ["number"] * floating
    chosen = draw(st.lists(st.sampled_from(types), min_size=1, max_size=4))
    return [draw(one_input(f"x{index}", kind)) for index, kind in enumerate(chosen)]


@st.composite
def one_input(draw: st.DrawFn, name: str, kind: str) -> dict[str, Any]:
    """One input of a type, as in a file."""
    found: dict[str, Any] = {"name": name, "type": kind}
    if kind == "category":
        size = draw(st.integers(1, len(CATEGORIES)))
        found["domain"] = {"values": list(CATEGORIES[:size])}
    if kind == "decimal":
        found["decimals"] = draw(st.integers(0, 3))
    if kind in ORDERED:
        low = draw(st.none() | st.integers(-20, 5))
        high = draw(st.none() | st.integers(6, 30))
        bounds = {"min": low, "max": high}
        found["domain"] = {
            key: _ordered(kind, value) for key, value in bounds.items() if value is not None
        }
    if draw(st.booleans()):
        found["required"] = False
    if draw(st.integers(0, 3)) == 0:
        found["default"] = _plain(kind, found)
    return found


def _plain(kind: str, item: dict[str, Any]) -> Any:
    if kind == "category":
        return item["domain"]["values"][0]
    return False if kind == "boolean" else _ordered(kind, 5)


def _ordered(kind: str, number: int) -> Any:
    return (FIRST_DAY + timedelta(days=number)).isoformat() if kind == "date" else number


@st.composite
def bounds(draw: st.DrawFn, item: dict[str, Any]) -> str:
    """A bound of an ordered input, as it is written; often with more decimals than it keeps."""
    number = draw(st.integers(-25, 35))
    if item["type"] == "date":
        return str(_ordered("date", number))
    if item["type"] == "integer" and draw(st.booleans()):
        return str(number)
    fraction = draw(st.sampled_from(("0", "0.5", "0.25", "0.125")))
    return format(Decimal(number) + Decimal(fraction), "f")


@st.composite
def intervals(draw: st.DrawFn, item: dict[str, Any]) -> str:
    """An interval that is not empty, as it is written."""
    shape = draw(st.sampled_from(("<", "<=", ">", ">=", "=", "..")))
    first = draw(bounds(item))
    if shape != "..":
        return f"{shape} {first}"
    second = draw(bounds(item))
    if item["type"] == "date":
        first, second = sorted((first, second))
    else:
        first, second = sorted((first, second), key=Decimal)
    same = first == second or (item["type"] != "date" and Decimal(first) == Decimal(second))
    opening = "[" if same else draw(st.sampled_from("[]("))
    closing = "]" if same else draw(st.sampled_from("[])"))
    return f"{opening}{first}..{second}{closing}"


@st.composite
def conditions(draw: st.DrawFn, item: dict[str, Any]) -> Any:
    """A condition on an input, as it is written."""
    kind = item["type"]
    if draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(("-", "missing")))
    if kind == "boolean":
        return draw(st.sampled_from((True, False, "not(true)", "true, missing", [True, False])))
    if kind == "category":
        values = item["domain"]["values"]
        some = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True))
        text = ", ".join(some)
        return draw(st.sampled_from((text, some, f"not({text})", f"{text}, missing")))
    parts = draw(st.lists(intervals(item), min_size=1, max_size=2))
    text = ", ".join(parts)
    return draw(st.sampled_from((text, text, f"not({text})", f"{text}, missing")))


# --- cases ----------------------------------------------------------------------------------------


@st.composite
def values(draw: st.DrawFn, item: Input) -> Value:
    """A value of an input: in its domain, at its bounds, outside, or missing."""
    if draw(st.integers(0, 7)) == 0:
        return None
    if item.type == "boolean":
        return draw(st.booleans())
    if item.type == "category":
        known = [one.value for one in item.categories]
        return draw(st.sampled_from([*known, *known, *known, "inconnu"]))
    number = draw(st.integers(-22, 33))
    if item.type == "date":
        return FIRST_DAY + timedelta(days=number)
    if item.type == "integer":
        return number
    fraction = draw(st.sampled_from(("0", "0", "0.5", "0.25", "0.125", "0.0625")))
    value = Decimal(number) + Decimal(fraction)
    return float(value) if item.type == "number" else value


@st.composite
def cases(draw: st.DrawFn, version: Version, *, size: int = 12) -> list[dict[str, Value]]:
    """Some cases for the inputs of a version."""
    count = draw(st.integers(1, size))
    return [{item.name: draw(values(item)) for item in version.inputs} for _ in range(count)]


def table_of(version: Version, given: list[dict[str, Value]]) -> pa.Table:
    """Return cases as an Arrow table, each column in the type that fits its input."""
    kinds = {
        "boolean": pa.bool_(),
        "integer": pa.int64(),
        "decimal": pa.decimal128(30, 9),
        "number": pa.float64(),
        "category": pa.string(),
        "date": pa.date32(),
    }
    return pa.table(
        {
            item.name: pa.array([case[item.name] for case in given], type=kinds[item.type])
            for item in version.inputs
        }
    )


# --- rule sets ------------------------------------------------------------------------------------


def rule_set(
    kind: str, content: dict[str, Any], given: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    """Return the plain data of a rule set with one version."""
    return {
        "clairevoie": "rules-1.0",
        "id": "hasard",
        "title": "Règles tirées au hasard",
        "outcomes": [
            {"value": value, "favourable": value == "admis"}
            for value in ("refuse", "attente", "admis")
        ],
        "inputs": given,
        "versions": [{"id": "v1", "from": "2025-01-01", "kind": kind, kind: content}],
        **more,
    }


@st.composite
def thresholds(draw: st.DrawFn) -> list[dict[str, Any]]:
    """No thresholds, or two or three, rising."""
    count = draw(st.sampled_from((0, 2, 3)))
    if not count:
        return []
    steps = sorted(draw(st.sets(decimals(1, -500, 900), min_size=count - 1, max_size=count - 1)))
    names = ["refuse", "attente", "admis"]
    return [{"outcome": names[0]}] + [
        {"outcome": name, "from": step} for name, step in zip(names[1:], steps, strict=False)
    ]


@st.composite
def points(draw: st.DrawFn, given: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A random scale of points."""
    given = draw(inputs()) if given is None else given
    groups = draw(st.integers(0, 2))
    content: dict[str, Any] = {
        "criteria": [
            draw(_criterion(index, given, groups)) for index in range(draw(st.integers(1, 6)))
        ],
        "groups": [{"id": f"g{index}", **draw(_limits())} for index in range(groups)],
        "total": draw(_limits()),
    }
    cuts = draw(thresholds())
    if cuts:
        content["thresholds"] = cuts
    return rule_set("points", content, given)


@st.composite
def _limits(draw: st.DrawFn) -> dict[str, Any]:
    low, high = sorted(draw(st.tuples(decimals(1, -300, 900), decimals(1, -300, 900))))
    found = {}
    if draw(st.booleans()):
        found["floor"] = low
    if draw(st.booleans()):
        found["cap"] = high
    return found


@st.composite
def _criterion(
    draw: st.DrawFn, index: int, given: list[dict[str, Any]], groups: int
) -> dict[str, Any]:
    item = draw(st.sampled_from(given))
    found: dict[str, Any] = {"id": f"c{index}", **draw(_limits())}
    if groups and draw(st.booleans()):
        found["group"] = f"g{draw(st.integers(0, groups - 1))}"
    ways = {
        "integer": ("per", "bands", "values"),
        "decimal": ("per", "bands"),
        "number": ("bands",),
        "date": ("bands",),
    }.get(item["type"], ("values",))
    way = draw(st.sampled_from(("points", "expression", *ways)))
    if draw(st.integers(0, 2)) == 0:
        found["when"] = draw(tests(given))
    if way == "points":
        return found | {"points": draw(decimals(2))}
    if way == "expression":
        return found | {"expression": draw(numbers(given))}
    found["input"] = item["name"]
    if way == "per":
        found["per"] = draw(decimals(2))
        if draw(st.booleans()):
            found["above"] = draw(decimals(1, -100, 200))
    elif way == "values":
        found["values"] = draw(_values(item))
    else:
        found["bands"] = draw(_bands(item))
    return found


@st.composite
def tests(draw: st.DrawFn, given: list[dict[str, Any]]) -> str:
    """An expression that is true or false, on inputs that expressions can read."""
    parts = []
    for _ in range(draw(st.integers(1, 2))):
        item = draw(st.sampled_from(given))
        name, kind = item["name"], item["type"]
        optional = "default" not in item and item.get("required") is False
        if kind == "number":
            parts.append(draw(st.sampled_from(("true", "false"))))
        elif optional and draw(st.booleans()):
            parts.append(f"missing({name})")
        elif kind == "category":
            parts.append(f"{name} = '{draw(st.sampled_from(item['domain']['values']))}'")
        elif kind == "boolean":
            parts.append(name)
        elif kind == "date":
            parts.append(f"{name} < date(2020, 1, {draw(st.integers(1, 28))})")
        else:
            parts.append(f"{name} >= {draw(st.integers(-20, 30))}")
    text = draw(st.sampled_from((" and ", " or "))).join(parts)
    return f"not ({text})" if draw(st.booleans()) else text


@st.composite
def numbers(draw: st.DrawFn, given: list[dict[str, Any]]) -> str:
    """An expression that gives a number, sometimes a division by zero."""
    names = [item["name"] for item in given if item["type"] in {"integer", "decimal"}]
    names += [str(draw(decimals(1)))]
    first, second = draw(st.sampled_from(names)), draw(st.sampled_from(names))
    shape = draw(
        st.sampled_from(
            (
                "{0} * 2 + {1}",
                "round({0} / {1}, 0.01)",
                "max({0}, {1}) - 1.5",
                "if {2} then {0} else 100 / {1}",
            )
        )
    )
    return shape.format(first, second, draw(tests(given)))


@st.composite
def _values(draw: st.DrawFn, item: dict[str, Any]) -> dict[str, Any]:
    if item["type"] == "boolean":
        keys = ["true", "false"]
    elif item["type"] == "integer":
        keys = ["0", "1", "2", "7"]
    else:
        keys = item["domain"]["values"]
    some = draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
    return {key: draw(decimals(1)) for key in some}


@st.composite
def _bands(draw: st.DrawFn, item: dict[str, Any]) -> list[dict[str, Any]]:
    """Bands that do not overlap: some of the pieces between rising bounds."""
    edges = sorted(draw(st.sets(st.integers(-20, 30), min_size=1, max_size=5)))
    written = [str(_ordered(item["type"], edge)) for edge in edges]
    pieces = [f"< {written[0]}"]
    pieces += [f"[{low}..{high})" for low, high in pairwise(written)]
    pieces.append(f">= {written[-1]}")
    kept = draw(st.lists(st.sampled_from(pieces), min_size=1, unique=True))
    return [{"in": piece, "points": draw(decimals(1))} for piece in kept]


@st.composite
def tables(draw: st.DrawFn, given: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """One or two random decision tables; the second may read the first."""
    given = draw(inputs()) if given is None else given
    first = draw(_table("un", given))
    parts = [first]
    if draw(st.booleans()) and first.get("aggregate") != "list":
        readable = given + [_as_input(first, output) for output in first["outputs"]]
        parts.append(draw(_table("deux", readable)))
    content: dict[str, Any] = {"tables": parts}
    numbers = [
        output["name"]
        for part in parts
        for output in part["outputs"]
        if output["type"] == "decimal" and part.get("aggregate") != "list"
    ]
    if numbers:
        content["result"] = numbers[-1]
        cuts = draw(thresholds())
        if cuts:
            content["thresholds"] = cuts
    return rule_set("table", content, given)


def _as_input(table: dict[str, Any], output: dict[str, Any]) -> dict[str, Any]:
    found = {"name": output["name"], "type": output["type"]}
    if output["type"] == "category":
        rows = [row["then"] for row in table["rows"]]
        rows += [table["default"]] if "default" in table else []
        found["domain"] = {"values": list(dict.fromkeys(row[output["name"]] for row in rows))}
    return found


@st.composite
def _table(draw: st.DrawFn, name: str, readable: list[dict[str, Any]]) -> dict[str, Any]:
    hit = draw(st.sampled_from(("first", "unique", "collect")))
    table: dict[str, Any] = {"id": name, "hit": hit}
    types = ["decimal", "category", "boolean"]
    if hit == "collect":
        table["aggregate"] = draw(st.sampled_from(("sum", "min", "max", "count", "list")))
        types = types if table["aggregate"] == "list" else ["decimal"]
    outputs = [
        {"name": f"{name}_{index}", "type": kind}
        for index, kind in enumerate(draw(st.lists(st.sampled_from(types), min_size=1, max_size=2)))
    ]
    whole = table.get("aggregate") == "count"
    table["outputs"] = outputs
    table["rows"] = [
        {
            "id": f"r{index}",
            "when": {
                item["name"]: draw(conditions(item)) for item in readable if draw(st.integers(0, 2))
            },
            "then": draw(_then(outputs, whole=whole)),
        }
        for index in range(draw(st.integers(1, 6)))
    ]
    if draw(st.booleans()):
        table["default"] = draw(_then(outputs, whole=whole))
    return table


@st.composite
def _then(draw: st.DrawFn, outputs: list[dict[str, Any]], *, whole: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for output in outputs:
        if output["type"] == "decimal":
            found[output["name"]] = draw(decimals(0 if whole else 2))
        elif output["type"] == "category":
            found[output["name"]] = draw(st.sampled_from(("a", "b", "c")))
        else:
            found[output["name"]] = draw(st.booleans())
    return found


def columns_from(version: Version, given: list[dict[str, Value]]) -> Columns:
    """Return cases as columns directly, without Arrow; only values that each column can hold."""
    held: dict[str, Any] = {}
    missing: dict[str, Any] = {}
    for item in version.inputs:
        found = [case[item.name] for case in given]
        gone = np.array([value is None for value in found])
        array = np.zeros(len(given), dtype=DTYPES[item.type])
        for index, value in enumerate(found):
            if value is not None:
                array[index] = column_value(item, value)
        held[item.name] = array
        if gone.any():
            missing[item.name] = gone
    return Columns(count=len(given), values=held, missing=missing, invalid={})

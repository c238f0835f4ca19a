"""A variable of an OpenFisca country package, for the date of the case.

The package computes; here its version is checked, cases become its simulations (a whole chunk in
one), and its own trace becomes steps. Numbers are floating, in single precision: the rules say to
what they are rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.building import Builder, code_of
from clairevoie.rules.columns import Array, ColumnResult, Columns
from clairevoie.rules.content import Binding, OpenFisca
from clairevoie.rules.kinds import KindTrace
from clairevoie.rules.model import Input, Number, RuleSet, RulesProblem, Text, Value, Version
from clairevoie.rules.outcomes import outcome_columns, outcome_of, outcome_values, threshold_steps
from clairevoie.rules.scores import round_floats
from clairevoie.rules.trace import PROBLEMS, Operation, Quantity, TraceStep

NEEDS_DAY = True
"""``trace`` and ``columns`` are given the date of each case."""
CHUNK = 10_000
"""Cases a simulation: OpenFisca keeps every variable of every month in memory."""

UNDEFINED = PROBLEMS.index("undefined")
GRID = 256
"""Values of an input that `cuts` asks about first."""
SPLIT = 63
"""Values asked about inside each interval when a change is closed in on."""
ROUNDING: Text = {"fr": "Arrondi", "en": "Rounding"}


# --- reading --------------------------------------------------------------------------------------


def build(data: Mapping[str, Any], build: Builder) -> OpenFisca:
    """Build the content from the plain values of a file.

    The package itself is not loaded: what it must have is checked when it is used.
    """
    bindings = tuple(
        _binding(raw, f"bindings.{index}", build) for index, raw in enumerate(data["bindings"])
    )
    roles = tuple({key: code_of(one) for key, one in role.items()} for role in data["roles"])
    counted = build.code(data, "count_input")
    if counted:
        build.input(counted, "count_input", "integer")
        if len(roles) < 2:
            build.problem("roles", "'count_input' repeats the last person: give one before it")
    references, assumed = data.get("references"), data.get("assumed")
    return OpenFisca(
        package=code_of(data["package"]),
        package_version=code_of(data["package_version"]),
        variable=code_of(data["variable"]),
        entity=code_of(data["entity"]),
        period=data["period"],
        roles=roles,
        bindings=bindings,
        count_input=counted,
        rounding=build.rounding(data, ""),
        thresholds=build.thresholds(data, floating=True),
        references=None if references is None else _references(references, build),
        assumed=None
        if assumed is None
        else {key: build.exact(one, f"assumed.{key}") for key, one in assumed.items()},
    )


def _references(raw: Mapping[str, Any], build: Builder) -> dict[str, Any]:
    found = {key: build.basis(raw, "references", key) for key in raw}
    return {key: one for key, one in found.items() if one is not None}


def _binding(raw: Mapping[str, Any], place: str, build: Builder) -> Binding:
    name = code_of(raw["input"])
    item = build.input(name, f"{place}.input")
    categories = raw.get("categories")
    if categories is not None:
        categories = {code_of(key): code_of(one) for key, one in categories.items()}
        known = {one.value for one in item.categories} if item is not None else set()
        for key in categories:
            if item is not None and key not in known:
                build.problem(f"{place}.categories", f"'{key}' is not a category of '{name}'")
    return Binding(
        name=name,
        variable=code_of(raw["variable"]),
        entity=code_of(raw["entity"]),
        period=raw["period"],
        person=int(raw.get("person", 0)),
        spread=bool(raw.get("spread", False)),
        categories=categories,
    )


# --- one case -------------------------------------------------------------------------------------


def trace(rules: RuleSet, version: Version, values: Mapping[str, Value], *, day: date) -> KindTrace:
    """Evaluate one case: the variables that matter, with the parameters and references they read.

    Raises:
        RulesProblem: the package is not installed in the version published, or lacks what the
            rules name.
    """
    from clairevoie.rules.openfisca.situations import calculated, per_case, simulation_of
    from clairevoie.rules.openfisca.system import system_of
    from clairevoie.rules.openfisca.telling import steps_of

    content = cast("OpenFisca", version.content)
    system = system_of(content)
    month = np.datetime64(day, "M")
    columns = _columns_of_one(version, values)
    simulation, persons = simulation_of(content, system, version, columns, month)
    simulation.trace = True
    found = calculated(simulation, content, system, month)
    raw = per_case(found, system.get_variable(content.variable), persons)
    steps = steps_of(simulation, content, system, _labels(content, version))
    if not np.isfinite(raw[0]):
        return KindTrace(steps, problem="undefined", problem_names=(content.variable,))
    value = float(_rounded(content, raw)[0])
    if content.rounding is not None:
        steps += (_rounding_step(rules, content, float(raw[0]), value),)
    return KindTrace(
        steps=(*steps, *threshold_steps(rules, value, content.thresholds)),
        value=value,
        outcome=outcome_of(value, content.thresholds),
        base=0.0,
        total=value,
        outputs={content.variable: float(raw[0])},
    )


def _labels(content: OpenFisca, version: Version) -> dict[str, Text]:
    """The labels of inputs by variable; not of a variable that several inputs fill."""
    found: dict[str, set[str]] = {}
    for binding in content.bindings:
        found.setdefault(binding.variable, set()).add(binding.name)
    return {
        variable: version.input(next(iter(names))).label
        for variable, names in found.items()
        if len(names) == 1
    }


def _rounding_step(rules: RuleSet, content: OpenFisca, before: float, after: float) -> TraceStep:
    rounding = content.rounding
    assert rounding is not None  # noqa: S101 - only asked for where there is one
    result = Quantity(after, label=rules.result, unit=rules.unit)
    return TraceStep(
        id="rounding",
        kind="rounding",
        label=ROUNDING,
        applied=before != after,
        value=after,
        operation=Operation((Quantity(before), "≈", Quantity(rounding.to)), result),
    )


def _rounded(content: OpenFisca, raw: NDArray[np.float64]) -> NDArray[np.float64]:
    return raw if content.rounding is None else round_floats(raw, content.rounding)


def _columns_of_one(version: Version, values: Mapping[str, Value]) -> Columns:
    """One case as columns: the same simulation is made of one case and of many."""
    from clairevoie.rules.evaluate import DTYPES, column_value
    from clairevoie.rules.reads import inputs_read

    found: dict[str, Array] = {}
    missing: dict[str, NDArray[np.bool_]] = {}
    for item in inputs_read(version):
        value = values.get(item.name)
        if value is None:
            found[item.name] = np.zeros(1, dtype=DTYPES[item.type])
            missing[item.name] = np.ones(1, dtype=bool)
        else:
            found[item.name] = np.array([column_value(item, value)])
    return Columns(1, found, missing, {})


# --- columns --------------------------------------------------------------------------------------


def columns(
    rules: RuleSet,
    version: Version,
    columns: Columns,
    *,
    days: NDArray[np.datetime64] | None = None,
) -> ColumnResult:
    """Evaluate all cases of a chunk: one simulation for each month of decision.

    Raises:
        RulesProblem: no dates were given, or the package is not what was published.
    """
    content = cast("OpenFisca", version.content)
    if days is None:
        raise RulesProblem(("", "these rules depend on the date of each case: give the dates"))
    months = days.astype("datetime64[M]")
    raw = np.zeros(columns.count, dtype=np.float64)
    for month in np.unique(months[~np.isnat(months)]):
        chosen = np.flatnonzero(months == month)
        part = columns if len(chosen) == columns.count else _taken(columns, chosen)
        raw[chosen] = _calculated(content, version, part, month)
    problem = np.zeros(columns.count, dtype=np.uint8)
    problem[~np.isfinite(raw) | np.isnat(months)] = UNDEFINED
    value = _rounded(content, raw)
    return ColumnResult(
        count=columns.count,
        value=value,
        decimals=None,
        outcome=outcome_columns(rules, value, None, content.thresholds),
        outcomes=outcome_values(rules),
        problem=problem,
    )


def _taken(columns: Columns, rows: NDArray[np.int64]) -> Columns:
    return Columns(
        len(rows),
        {name: array[rows] for name, array in columns.values.items()},
        {name: mask[rows] for name, mask in columns.missing.items()},
        {},
    )


def _calculated(
    content: OpenFisca, version: Version, columns: Columns, month: np.datetime64
) -> NDArray[np.float64]:
    from clairevoie.rules.openfisca.situations import calculated, per_case, simulation_of
    from clairevoie.rules.openfisca.system import system_of

    system = system_of(content)
    simulation, persons = simulation_of(content, system, version, columns, month)
    found = calculated(simulation, content, system, month)
    return per_case(found, system.get_variable(content.variable), persons)


# --- where the answer may change ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Search:
    """How finely `cuts` looks for changes of an input.

    Attributes:
        looked: values asked about before closing in.
        apart: how far apart they are: a change undone within that distance may be missed.
    """

    looked: int
    apart: Decimal


def search_of(version: Version, name: str) -> Search:
    """Return how finely `cuts` looks: an explanation must say that it is a search."""
    item = version.input(name)
    units = _grid(item)
    widest = max((int(gap) for gap in np.diff(units)), default=1)
    return Search(len(units), Decimal(widest).scaleb(-item.decimals))


def cuts(
    version: Version, name: str, values: Mapping[str, Value], *, day: date | None = None
) -> tuple[Value, ...]:
    """Return the values of an input from which the answer is another one, as far as a search tells.

    A country package does not say where its formulas change. `GRID` values of the domain are asked
    about in one simulation; between two of different answers (another outcome; zero or not; under,
    at or over the present amount), the change is closed in on to one unit of the input. Where the
    amount turns from rising to falling, the value of the grid is there. See `search_of`.

    Args:
        version: the version.
        name: the input.
        values: the case.
        day: its date; the first day of the version when left out.
    """
    item = version.input(name)
    if item.type == "boolean":
        return (False, True)
    if item.type == "category":
        return tuple(one.value for one in item.categories)
    month = np.datetime64(day or version.start, "M")
    return _Line(version, item, values, month).cuts()


def grid_values(item: Input) -> tuple[Value, ...]:
    """Return the values of an input between which a search looks for a change."""
    return tuple(_value(item, units) for units in _grid(item).tolist())


def _value(item: Input, units: int) -> Value:
    if item.type == "date":
        return date.fromordinal(date(1970, 1, 1).toordinal() + units)
    if item.type == "integer":
        return units
    if item.type == "decimal":
        return Decimal(units).scaleb(-item.decimals)
    return float(units)


def _grid(item: Input) -> NDArray[np.int64]:
    """Values of the domain in units of the last decimal (days for a date), evenly apart."""
    low, high = _domain(item)
    count = min(GRID, high - low + 1)
    return np.unique(np.linspace(low, high, count).round().astype(np.int64))


def _domain(item: Input) -> tuple[int, int]:
    if item.type == "date":
        first = cast("date", item.minimum or date(1900, 1, 1))
        last = cast("date", item.maximum or date(2100, 12, 31))
        start = date(1970, 1, 1).toordinal()
        return first.toordinal() - start, last.toordinal() - start
    scale = 10**item.decimals
    low = -100_000 * scale if item.minimum is None else int(cast("Decimal", item.minimum) * scale)
    high = 100_000 * scale if item.maximum is None else int(cast("Decimal", item.maximum) * scale)
    return low, high


def _turns(grid: NDArray[np.int64], amounts: NDArray[np.float64]) -> list[int]:
    """Return the values of a grid where rising turns into falling, or falling into rising."""
    slopes = np.sign(np.diff(amounts))
    moving = np.flatnonzero(slopes)
    turned = slopes[moving[1:]] != slopes[moving[:-1]]
    return [int(one) for one in grid[moving[1:][turned]]]


class _Line:
    """One input walked along, the others held."""

    def __init__(
        self, version: Version, item: Input, values: Mapping[str, Value], month: np.datetime64
    ) -> None:
        self.version = version
        self.item = item
        self.month = month
        self.content = cast("OpenFisca", version.content)
        self.case = _columns_of_one(version, values)
        self.present: float | None = None
        if values.get(item.name) is not None:
            self.present = float(self._answers(self.case)[0])

    def cuts(self) -> tuple[Value, ...]:
        grid = _grid(self.item)
        amounts = self._amounts(grid)
        keys = self._keys(amounts)
        changes = np.flatnonzero((keys[1:] != keys[:-1]).any(axis=1))
        low, high, at_low = grid[changes], grid[changes + 1], keys[changes]
        while len(low) and (high - low).max() > 1:
            low, high = self._closed_in(low, high, at_low)
        found = sorted({*high.tolist(), *_turns(grid, amounts)})
        return tuple(_value(self.item, units) for units in found)

    def _closed_in(
        self, low: NDArray[np.int64], high: NDArray[np.int64], at_low: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Ask about `SPLIT` values inside each interval, all in one simulation; keep one part each.

        A simulation costs much and its cases little, so that few rounds of many values are best.
        """
        shares = np.arange(1, SPLIT + 1)
        points = low[:, None] + (high - low)[:, None] * shares // (SPLIT + 1)
        keys = self._keys(self._amounts(points.reshape(-1))).reshape(*points.shape, -1)
        ends = np.concatenate([low[:, None], points, high[:, None]], axis=1)
        differs = (keys != at_low[:, None, :]).any(axis=2)
        first = np.where(differs.any(axis=1), differs.argmax(axis=1), SPLIT)
        rows = np.arange(len(low))
        return ends[rows, first], ends[rows, first + 1]

    def _amounts(self, units: NDArray[np.int64]) -> NDArray[np.float64]:
        from clairevoie.rules.evaluate import DTYPES

        count = len(units)
        values = {name: np.repeat(array, count) for name, array in self.case.values.items()}
        missing = {
            name: np.repeat(mask, count)
            for name, mask in self.case.missing.items()
            if name != self.item.name
        }
        values[self.item.name] = units.astype(DTYPES[self.item.type])
        return self._answers(Columns(count, values, missing, {}))

    def _answers(self, columns: Columns) -> NDArray[np.float64]:
        return _rounded(self.content, _calculated(self.content, self.version, columns, self.month))

    def _keys(self, amounts: NDArray[np.float64]) -> NDArray[np.int64]:
        """What is compared: the outcome, whether it is zero, its side of the present amount."""
        minima = [cast("Number", one.minimum) for one in self.content.thresholds if one.minimum]
        parts = [np.searchsorted(np.array(minima, dtype=np.float64), amounts, side="right")]
        parts.append(np.sign(amounts).astype(np.int64))
        if self.present is not None:
            parts.append(np.sign(amounts - self.present).astype(np.int64))
        return np.stack(parts, axis=1).astype(np.int64)

"""Scales of points: criteria, bounds, thresholds. All numbers are exact.

The points of a criterion are bounded by its cap and floor, those of a group by the group's, their
sum by the scale's: each bound is a step of the trace, whose contribution is what it takes or adds.
So the contributions of all steps sum to the total.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, cast

from clairevoie.rules.building import Builder, code_of
from clairevoie.rules.columns import ColumnResult, Columns
from clairevoie.rules.conditions import inside, interval_text, parse_interval
from clairevoie.rules.content import Band, Criterion, Group, Interval, PointsScale, Ranking, Tie
from clairevoie.rules.exact import CONTEXT, Undefined
from clairevoie.rules.kinds import KindTrace
from clairevoie.rules.model import Input, RuleSet, Value, Version
from clairevoie.rules.outcomes import (
    outcome_of,
    threshold_steps,
)
from clairevoie.rules.trace import Operation, Quantity, Tested, TraceStep

if TYPE_CHECKING:
    from clairevoie.rules.expressions import Expression
    from clairevoie.rules.expressions.telling import Told

SAFE = 2**62
"""Bound under which sums of ``int64`` cannot overflow."""
MAX_EXPRESSION_DECIMALS = 10
WAYS = ("points", "per", "bands", "values", "expression")


def build(data: Mapping[str, Any], build: Builder) -> PointsScale:
    """Build a scale from the plain values of a file."""
    groups = tuple(
        Group(
            id=code_of(raw["id"]),
            label=build.text(raw, "label", code_of(raw["id"])),
            cap=build.decimal(raw, "cap", f"groups.{index}"),
            floor=build.decimal(raw, "floor", f"groups.{index}"),
            basis=build.basis(raw, f"groups.{index}"),
        )
        for index, raw in enumerate(data.get("groups") or ())
    )
    names = [group.id for group in groups]
    criteria = []
    for index, raw in enumerate(data["criteria"]):
        criterion = _criterion(raw, f"criteria.{index}", build)
        if criterion.group and criterion.group not in names:
            known = ", ".join(names) or "none"
            build.problem(
                f"criteria.{index}.group",
                f"there is no group '{criterion.group}' (the groups are: {known})",
            )
        criteria.append(criterion)
    _check_ids([item.id for item in criteria], "criteria", build)
    _check_ids(names, "groups", build)
    total = data.get("total") or {}
    scale = PointsScale(
        criteria=tuple(criteria),
        groups=groups,
        cap=build.decimal(total, "cap", "total"),
        floor=build.decimal(total, "floor", "total"),
        basis=build.basis(total, "total"),
        thresholds=build.thresholds(data),
        ranking=_ranking(data.get("ranking"), build),
    )
    _check_bounds(scale, "total", build)
    for index, group in enumerate(groups):
        _check_bounds(group, f"groups.{index}", build)
    return scale


def _check_ids(ids: list[str], place: str, build: Builder) -> None:
    for index, item in enumerate(ids):
        if item in ids[:index]:
            build.problem(f"{place}.{index}.id", f"'{item}' is there twice: give each its own id")


def _check_bounds(part: Criterion | Group | PointsScale, place: str, build: Builder) -> None:
    if part.cap is not None and part.floor is not None and part.floor > part.cap:
        build.problem(place, "the floor is above the cap")


def _criterion(raw: Mapping[str, Any], place: str, build: Builder) -> Criterion:
    given = [way for way in WAYS if raw.get(way) is not None]
    if len(given) != 1:
        build.problem(place, f"a criterion has one, and only one, of: {', '.join(WAYS)}")
    needs_input = any(way in given for way in ("per", "bands", "values"))
    name = code_of(raw.get("input") or "")
    item: Input | None = None
    if needs_input and not name:
        build.problem(place, f"'{given[0]}' needs the 'input' that it reads")
    elif name and not needs_input:
        build.problem(f"{place}.input", "only 'per', 'bands' and 'values' read an 'input'")
    elif name:
        item = build.input(name, f"{place}.input", *_types(given))
    expression = None
    if raw.get("expression") is not None:
        expression = build.expression(raw["expression"], f"{place}.expression", wanted="number")
        if expression.decimals > MAX_EXPRESSION_DECIMALS:
            build.problem(
                f"{place}.expression",
                f"this may have {expression.decimals} decimals: round it, as in round(…, 0.01)",
            )
    criterion = Criterion(
        id=code_of(raw["id"]),
        label=build.text(raw, "label", code_of(raw["id"])),
        when=(
            build.expression(raw["when"], f"{place}.when", wanted="boolean")
            if raw.get("when") is not None
            else None
        ),
        name=name,
        points=build.decimal(raw, "points", place),
        per=build.decimal(raw, "per", place),
        above=build.decimal(raw, "above", place) or Decimal(0),
        bands=() if item is None else _bands(raw, item, place, build),
        values=(
            build.by_value(raw["values"], item, f"{place}.values")
            if item is not None and raw.get("values") is not None
            else None
        ),
        expression=expression,
        cap=build.decimal(raw, "cap", place),
        floor=build.decimal(raw, "floor", place),
        group=code_of(raw.get("group") or ""),
        basis=build.basis(raw, place),
    )
    _check_bounds(criterion, place, build)
    return criterion


def _types(given: list[str]) -> tuple[str, ...]:
    if "per" in given:
        return ("integer", "decimal")
    if "bands" in given:
        return ("integer", "decimal", "date", "number")
    return ("category", "boolean", "integer")


def _bands(raw: Mapping[str, Any], item: Input, place: str, build: Builder) -> tuple[Band, ...]:
    found: list[Band] = []
    for index, band in enumerate(raw.get("bands") or ()):
        where = f"{place}.bands.{index}"
        try:
            interval = parse_interval(band["in"], item)
        except ValueError as error:
            build.problem(f"{where}.in", str(error))
            continue
        if any(_meet(interval, other.interval) for other in found):
            build.problem(f"{where}.in", "this band overlaps one before it: keep them apart")
        points = build.exact(band["points"], f"{where}.points")
        found.append(Band(interval, points, build.basis(band, where)))
    return tuple(found)


def _meet(left: Interval, right: Interval) -> bool:
    """Return whether two intervals have a value in common."""
    for first, second in ((left, right), (right, left)):
        if first.high is not None and second.low is not None:
            high, low = cast("Decimal", first.high), cast("Decimal", second.low)
            if high < low or (high == low and not (first.high_closed and second.low_closed)):
                return False
    return True


def _ranking(raw: Mapping[str, Any] | None, build: Builder) -> Ranking | None:
    if raw is None:
        return None
    ties = []
    for index, tie in enumerate(raw.get("ties") or ()):
        place = f"ranking.ties.{index}"
        item = build.input(code_of(tie["input"]), f"{place}.input")
        ties.append(
            Tie(item.name if item else "", tie.get("first", "smallest"), build.basis(tie, place))
        )
    return Ranking(
        ties=tuple(ties),
        within=tuple(code_of(name) for name in raw.get("within") or ()),
        places=code_of(raw.get("places") or ""),
        admitted=build.outcome(raw.get("admitted"), "ranking.admitted"),
        refused=build.outcome(raw.get("refused"), "ranking.refused"),
        basis=build.basis(raw, "ranking"),
    )


# --- one case -------------------------------------------------------------------------------------


def trace(rules: RuleSet, version: Version, values: Mapping[str, Value]) -> KindTrace:
    """Evaluate one case; see the module's docstring for the steps."""
    with localcontext(CONTEXT):
        return _trace(rules, version, values)


def _trace(rules: RuleSet, version: Version, values: Mapping[str, Value]) -> KindTrace:
    scale = cast("PointsScale", version.content)
    steps: list[TraceStep] = []
    for item in scale.criteria:
        try:
            steps.append(_criterion_step(rules, version, item, values))
        except Undefined:
            return KindTrace(steps=tuple(steps), problem="undefined", problem_names=(item.id,))
    total = sum((cast("Decimal", step.contribution) for step in steps), Decimal(0))
    for group in scale.groups:
        members = [step for step in steps if step.parent == group.id]
        earned = sum((cast("Decimal", step.contribution) for step in members), Decimal(0))
        step = _bound_step(rules, group, earned, "group")
        steps.append(step)
        total += cast("Decimal", step.contribution)
    if scale.cap is not None or scale.floor is not None:
        whole = Group("total", rules.result or {"fr": "total"}, scale.cap, scale.floor, scale.basis)
        step = _bound_step(rules, whole, total, "total")
        steps.append(step)
        total += cast("Decimal", step.contribution)
    if abs(total.scaleb(decimals_of(version))) >= 2**63:
        return KindTrace(steps=tuple(steps), problem="undefined")
    return KindTrace(
        steps=(*steps, *threshold_steps(rules, total, scale.thresholds)),
        value=total,
        outcome=outcome_of(total, scale.thresholds),
        total=total,
    )


def _bound_step(rules: RuleSet, group: Group, earned: Decimal, kind: Any) -> TraceStep:
    kept, operation = _bounded(rules, group, earned, (Quantity(earned, unit=rules.unit),))
    return TraceStep(
        id=group.id,
        kind=kind,
        label=group.label,
        applied=kept != earned,
        value=kept,
        operation=operation,
        contribution=kept - earned,
        basis=group.basis,
    )


def _bounded(
    rules: RuleSet,
    part: Criterion | Group,
    earned: Decimal,
    tokens: tuple[Quantity | str, ...],
) -> tuple[Decimal, Operation]:
    """Apply a cap and a floor; the operation names the one that bites, if one does."""
    kept = earned
    if part.cap is not None and kept > part.cap:
        kept = part.cap
        tokens = ("min", "(", *tokens, ";", Quantity(kept, unit=rules.unit), ")")
    if part.floor is not None and kept < part.floor:
        kept = part.floor
        tokens = ("max", "(", *tokens, ";", Quantity(kept, unit=rules.unit), ")")
    return kept, Operation(tokens, Quantity(kept, label=part.label, unit=rules.unit))


def _criterion_step(
    rules: RuleSet, version: Version, item: Criterion, values: Mapping[str, Value]
) -> TraceStep:
    tested: tuple[Tested, ...] = ()
    earned: Decimal | None = None
    tokens: tuple[Quantity | str, ...] = ()
    counts = True
    if item.when is not None:
        found = _told(version, item.when, values)
        counts, tested = found.value is True, found.tested
    if counts:
        earned, tokens, more = _earned(rules, version, item, values)
        tested += more
    if earned is None:
        return TraceStep(
            id=item.id,
            kind="criterion",
            label=item.label,
            applied=False,
            value=Decimal(0),
            parent=item.group,
            tested=tested,
            contribution=Decimal(0),
            basis=item.basis,
        )
    kept, operation = _bounded(rules, item, earned, tokens)
    return TraceStep(
        id=item.id,
        kind="criterion",
        label=item.label,
        applied=True,
        value=kept,
        parent=item.group,
        tested=tested,
        operation=operation,
        contribution=kept,
        basis=item.basis,
    )


def _told(version: Version, expression: Expression, values: Mapping[str, Value]) -> Told:
    from clairevoie.rules.expressions import evaluate_case, trace_expression

    # What is undefined is a problem of the case; what needs a missing value only does not count.
    evaluate_case(expression, values)
    read = [version.input(name) for name in expression.names]
    return trace_expression(
        expression,
        values,
        labels={item.name: item.label for item in read},
        units={item.name: item.unit for item in read},
    )


def _earned(
    rules: RuleSet, version: Version, item: Criterion, values: Mapping[str, Value]
) -> tuple[Decimal | None, tuple[Quantity | str, ...], tuple[Tested, ...]]:
    """The points before bounds (``None``: the criterion does not count), how, what was tested."""
    if item.points is not None:
        return item.points, (Quantity(item.points, unit=rules.unit),), ()
    if item.expression is not None:
        told = _told(version, item.expression, values)
        tokens = told.operation.tokens if told.operation is not None else ()
        return cast("Decimal | None", told.value), tokens, told.tested
    entry = version.input(item.name)
    value = values.get(item.name)
    read = Quantity(value, entry.name, entry.label, entry.unit)
    if item.per is not None:
        if value is None:
            return None, (), ()
        units = max(Decimal(0), Decimal(cast("Decimal", value)) - item.above)
        by = Quantity(item.per, unit=rules.unit)
        if item.above:
            return units * item.per, ("(", read, "−", Quantity(item.above), ")", "×", by), ()
        return units * item.per, (read, "×", by), ()
    if item.bands:
        return _band_points(rules, item, entry, value, read)
    points = None if value is None or item.values is None else item.values.get(value)
    if points is None:
        return None, (), ()
    return points, (Quantity(points, unit=rules.unit),), ()


def _band_points(
    rules: RuleSet, item: Criterion, entry: Input, value: Value, read: Quantity
) -> tuple[Decimal | None, tuple[Quantity | str, ...], tuple[Tested, ...]]:
    tested, points = [], None
    for band in item.bands:
        met = value is not None and inside(band.interval, value)
        if met:
            points = band.points
        tested.append(
            Tested(entry.name, entry.label, value, entry.unit, interval_text(band.interval), met)
        )
    tokens = () if points is None else (Quantity(points, unit=rules.unit),)
    return points, tokens, tuple(tested)


# --- columns --------------------------------------------------------------------------------------


def decimals_of(version: Version) -> int:
    """Return how many decimals the points of a version can have."""
    scale = cast("PointsScale", version.content)
    numbers = [scale.cap, scale.floor]
    numbers += [bound for group in scale.groups for bound in (group.cap, group.floor)]
    found = 0
    for item in scale.criteria:
        numbers += [item.points, item.cap, item.floor]
        numbers += [band.points for band in item.bands]
        numbers += list((item.values or {}).values())
        if item.expression is not None:
            found = max(found, item.expression.decimals)
        if item.per is not None:
            kept = max(version.input(item.name).decimals, places(item.above))
            found = max(found, kept + places(item.per))
    return max(found, *(places(number) for number in numbers))


def places(number: Decimal | None) -> int:
    """Return how many decimals a number needs."""
    if number is None or number == number.to_integral_value():
        return 0
    return -cast("int", number.normalize().as_tuple().exponent)


def scale_units(number: Decimal, decimals: int) -> int:
    """Return a number in units of its last decimal kept."""
    return int(number.scaleb(decimals))


def columns(rules: RuleSet, version: Version, columns: Columns) -> ColumnResult:
    """Evaluate all cases of a chunk."""
    return prepare(rules, version)(columns)


def prepare(rules: RuleSet, version: Version) -> Callable[[Columns], ColumnResult]:
    """Return the scale made ready for columns: see `clairevoie.rules.points_columns`."""
    from clairevoie.rules.points_columns import Prepared

    return Prepared(rules, version)


def cuts(version: Version, name: str, values: Mapping[str, Value]) -> tuple[Value, ...]:
    """Return the values of an input from which the points or the answer may change.

    See `clairevoie.rules.points_ranges.cuts_of`.
    """
    from clairevoie.rules.points_ranges import cuts_of

    return cuts_of(version, name, values)

"""4° Operations carried out, told with the person's numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from clairevoie.explanation.model import Told
from clairevoie.explanation.speaking import Speaker, number_of
from clairevoie.explanation.wording import number_text
from clairevoie.rules.content import Criterion, DecisionTables, Group, PointsScale, Table
from clairevoie.rules.model import Number, Value
from clairevoie.rules.trace import Quantity, Trace, TraceStep

Tokens = Sequence[Quantity | str]


def operations(speaker: Speaker, trace: Trace) -> tuple[Told, ...]:
    """Tell what was computed, in order."""
    told = [_told(speaker, trace, step) for step in trace.steps if step.applied or _bounds(step)]
    found = [one for one in told if one is not None]
    if trace.total is not None and trace.kind == "points":
        found.insert(_before(trace, found, {"threshold"}), _sum(speaker, trace))
    elif trace.total is not None and trace.kind == "additive":
        found.insert(_before(trace, found, AFTER_TERMS), _model_sum(speaker, trace))
    elif trace.total is not None and trace.kind == "trees":
        found.insert(_before(trace, found, AFTER_TERMS), _trees_sum(speaker, trace))
        found.insert(0, _trees_start(speaker, trace))
    return tuple(found)


AFTER_TERMS = frozenset({"link", "rounding", "threshold"})


def _bounds(step: TraceStep) -> bool:
    """Groups and totals are told too when their bounds take nothing."""
    return step.kind in {"group", "total"}


def _before(trace: Trace, told: Sequence[Told], kinds: Collection[str]) -> int:
    """Return the place before the steps of some kinds, which come last."""
    after = {step.id for step in trace.steps if step.kind in kinds}
    return sum(one.id not in after for one in told)


def _told(speaker: Speaker, trace: Trace, step: TraceStep) -> Told | None:
    text = _text(speaker, trace, step)
    if not text:
        return None
    return Told(
        id=step.id,
        kind=step.kind,
        label=speaker.text(step.label, step.id),
        text=speaker.sentence(text),
        basis=speaker.reference(step.basis),
    )


def _text(speaker: Speaker, trace: Trace, step: TraceStep) -> str:
    if step.kind == "criterion":
        return _criterion(speaker, trace, step)
    if step.kind in {"group", "total"}:
        return _bounded_sum(speaker, trace, step)
    if step.kind in {"row", "default", "table"}:
        return row_text(speaker, step)
    if step.kind == "threshold":
        return _threshold(speaker, trace, step)
    if step.kind == "intercept":
        return speaker.say("starts_at", value=speaker.value(step.value))
    if step.kind == "term":
        return _term(speaker, step)
    if step.kind in {"link", "rounding"} and step.operation is not None:
        return _passage(speaker, trace, step)
    if step.kind == "tree":
        return ""  # two hundred leaves explain nothing: what each input adds is told instead
    return _computed(speaker, trace, step)


# --- points ---------------------------------------------------------------------------------------


def _criterion(speaker: Speaker, trace: Trace, step: TraceStep) -> str:
    scale = speaker.version.content
    points = number_of(step.value)
    criterion = None
    if isinstance(scale, PointsScale):
        criterion = next((one for one in scale.criteria if one.id == step.id), None)
    if criterion is None or points is None:
        return ""
    tokens, bounds = unbounded(step.operation.tokens if step.operation else ())
    earned = _earned(trace, criterion, tokens, points)
    shown = speaker.amount(earned)
    conditions = speaker.met(test for test in step.tested if test.holds)
    if criterion.per is not None:
        text = speaker.say("equals", operation=speaker.tokens(tokens, named=False), result=shown)
        text = f"{conditions} : {text}" if conditions and criterion.when is not None else text
    elif criterion.values is not None:
        item = speaker.version.input(criterion.name)
        value = reading_of(trace, criterion.name)
        read = speaker.say("met_same", label=speaker.label(item), value=speaker.value(value, item))
        text = speaker.say("so", text=read, points=shown)
    elif criterion.expression is not None and len(tokens) > 1:
        text = speaker.say("equals", operation=speaker.tokens(tokens, named=True), result=shown)
    else:
        always = criterion.when is None and not criterion.bands
        start = conditions or speaker.say("always" if always else "condition_met")
        text = speaker.say("so", text=start, points=shown)
    return _with_bounds(speaker, text, bounds)


def unbounded(tokens: Tokens) -> tuple[Tokens, tuple[tuple[str, Quantity], ...]]:
    """Take caps and floors off an operation: « min ( a × b ; 100 ) » is a × b, capped at 100."""
    bounds: list[tuple[str, Quantity]] = []
    while len(tokens) > 4 and tokens[0] in ("min", "max") and _separators(tokens) == [-3]:
        bound = tokens[-2]
        if isinstance(bound, str):
            break
        bounds.insert(0, (str(tokens[0]), bound))
        tokens = tokens[2:-3]
    return tokens, tuple(bounds)


def _separators(tokens: Tokens) -> list[int]:
    """Where the outermost « ; » are, from the end; nothing if the brackets do not hold it all."""
    found, depth = [], 0
    for index, part in enumerate(tokens[1:], start=1):
        depth += (part == "(") - (part == ")")
        if depth == 0 and index < len(tokens) - 1:
            return []
        if part == ";" and depth == 1:
            found.append(index - len(tokens))
    return found


def _with_bounds(speaker: Speaker, text: str, bounds: Iterable[tuple[str, Quantity]]) -> str:
    for sign, bound in bounds:
        shown = speaker.quantity(bound, named=False)
        if sign == "min":
            text = speaker.say("capped", text=text, cap=shown)
        else:
            text = speaker.say("floored", text=text, floor=shown)
    return text


def _earned(trace: Trace, criterion: Criterion, tokens: Tokens, points: Number) -> Number:
    """The points of a criterion before its cap and floor."""
    if criterion.per is not None:
        value = number_of(reading_of(trace, criterion.name))
        units = max(Decimal(0), Decimal(value or 0) - criterion.above)
        return units * criterion.per
    if len(tokens) == 1 and isinstance(tokens[0], Quantity):
        alone = number_of(tokens[0].value)
        return points if alone is None else alone
    return points


def reading_of(trace: Trace, name: str) -> Value:
    """Return the value of an input of a case."""
    return next((one.value for one in trace.readings if one.name == name), None)


def _bounded_sum(speaker: Speaker, trace: Trace, step: TraceStep) -> str:
    kept = number_of(step.value)
    if kept is None:
        return ""
    label = speaker.text(step.label, step.id)
    _, bounds = unbounded(step.operation.tokens if step.operation else ())
    text = speaker.say(
        "met_same", label=label, value=speaker.amount(gap(kept, step.contribution or 0))
    )
    if bounds:
        return _with_bounds(speaker, text, bounds)
    part = _part(speaker, step)
    if part is None or part.cap is None:
        return text
    return speaker.say("under_cap", text=text, cap=speaker.amount(part.cap))


def _part(speaker: Speaker, step: TraceStep) -> Group | PointsScale | None:
    scale = speaker.version.content
    if not isinstance(scale, PointsScale):
        return None
    if step.kind == "total":
        return scale
    return next((group for group in scale.groups if group.id == step.id), None)


def _sum(speaker: Speaker, trace: Trace) -> Told:
    """The sum of all criteria and of what bounds take."""
    parts: list[Number] = [step.contribution for step in trace.steps if step.contribution]
    return _added(speaker, parts, speaker.amount(trace.total or 0))


def _model_sum(speaker: Speaker, trace: Trace) -> Told:
    """The sum of a model's starting point and of what each of its terms gives."""
    numbers = [number_of(step.value) for step in trace.steps if step.kind in {"intercept", "term"}]
    parts = [number for number in numbers if number]
    return _added(speaker, parts, _short(speaker, trace.total or 0))


def _trees_start(speaker: Speaker, trace: Trace) -> Told:
    """Where the contributions of trees start from."""
    text = speaker.say("starts_at_mean", value=_short(speaker, trace.base))
    return Told("start", "intercept", speaker.say("starting_label"), speaker.sentence(text))


def _trees_sum(speaker: Speaker, trace: Trace) -> Told:
    """The sum of where trees start from and of what each input adds or takes."""
    added = [step.contribution for step in trace.steps if step.contribution]
    parts: list[Number] = [trace.base, *added] if trace.base else added
    return _added(speaker, parts, _short(speaker, trace.total or 0))


def _added(speaker: Speaker, parts: Sequence[Number], total: str) -> Told:
    if len(parts) > 1:
        numbers = [_short(speaker, parts[0])]
        for part in parts[1:]:
            sign = "+" if part > 0 else "−"
            size: Number = part if part > 0 else -part
            numbers.append(f"{sign} {_short(speaker, size)}")
        text = speaker.say("sum", operation=" ".join(numbers), result=total)
    else:
        text = speaker.say("sum_one", result=total)
    return Told("sum", "total", speaker.text(speaker.rules.result, "total"), speaker.sentence(text))


def _short(speaker: Speaker, value: Number) -> str:
    return number_text(value, speaker.language)


# --- tables ---------------------------------------------------------------------------------------


def row_text(speaker: Speaker, step: TraceStep) -> str:
    """Tell the row, or the table, that applied."""
    table = table_of(speaker, step)
    if table is None:
        return ""
    if step.kind == "table":
        if step.operation is None:
            return ""
        return speaker.say(
            "equals",
            operation=speaker.operation(step.operation, named=False),
            result=speaker.quantity(step.operation.result, named=False),
        )
    result = outputs_text(speaker, table, step)
    if step.kind == "default":
        return speaker.say("row_default", result=result) if table.rows else result
    conditions = speaker.met(step.tested)
    if not conditions:
        return speaker.say("row_always", result=result)
    return speaker.say("row_applied", conditions=conditions, result=result)


def table_of(speaker: Speaker, step: TraceStep) -> Table | None:
    """Return the table that a step belongs to, or is."""
    content = speaker.version.content
    if not isinstance(content, DecisionTables):
        return None
    name = step.id if step.kind == "table" else step.parent
    return next((table for table in content.tables if table.id == name), None)


def outputs_text(speaker: Speaker, table: Table, step: TraceStep) -> str:
    """Return all that a row gives: « tarif du repas : 1,60 € »."""
    row = next((one for one in table.rows if one.id == step.id), None)
    values = row.outputs if row is not None else table.default or ()
    decision = getattr(speaker.version.content, "decision", "")
    parts = []
    for output, value in zip(table.outputs, values, strict=False):
        if output.name == decision and isinstance(value, str):
            shown = speaker.quoted(speaker.outcome(value))
        else:
            shown = speaker.value(value, unit=output.unit)
        label = speaker.text(output.label, output.name)
        parts.append(speaker.say("output", label=label, value=shown))
    return speaker.listed(parts)


# --- models, formulas, variables ------------------------------------------------------------------


def _term(speaker: Speaker, step: TraceStep) -> str:
    if step.operation is not None:
        return speaker.say(
            "equals",
            operation=speaker.operation(step.operation, named=True),
            result=speaker.quantity(step.operation.result, named=False),
        )
    if step.tested:
        value = speaker.value(step.value)
        return speaker.say("term_at", conditions=speaker.met(step.tested), value=value)
    added = number_of(step.contribution)
    if added is None:
        return ""
    key, size = ("adds", added) if added >= 0 else ("takes", -added)
    return speaker.say(key, value=_short(speaker, size))


def _passage(speaker: Speaker, trace: Trace, step: TraceStep) -> str:
    """From the total to the result: what becomes of it, the two numbers."""
    quantities = (
        [one for one in step.operation.tokens if isinstance(one, Quantity)]
        if step.operation
        else []
    )
    before = quantities[0].value if quantities else None
    final = step.value == trace.value
    after = speaker.result(step.value) if final else speaker.value(step.value)
    words = {"before": speaker.value(before), "after": after}
    if step.kind == "rounding":
        return speaker.say("rounding", **words)
    link = getattr(speaker.version.content, "link", "")
    return speaker.say("logistic" if link == "logit" else "exponential", **words)


def _computed(speaker: Speaker, trace: Trace, step: TraceStep) -> str:
    """A formula's step, a scale, a variable: what led there, the operation, its rounding."""
    text = operation_text(speaker, trace, step)
    conditions = _chosen(speaker, step)
    return speaker.say("so", text=conditions, points=text) if conditions else text


def operation_text(speaker: Speaker, trace: Trace, step: TraceStep) -> str:
    """Return the operation of a step, without the conditions that chose it."""
    value = speaker.value(step.value, unit=_unit(speaker, trace, step))
    if step.operation is None or _is_bare(step):
        return speaker.say("variable", value=value)
    return _operation(speaker, step, value)


def _operation(speaker: Speaker, step: TraceStep, value: str) -> str:
    assert step.operation is not None  # noqa: S101 - the caller has looked
    tokens, bounds = unbounded(step.operation.tokens)
    text = speaker.tokens(tokens, named=True)
    for sign, bound in bounds:
        name = "cap" if sign == "min" else "floor"
        text = speaker.say(name, text=text, **{name: _bound(speaker, bound)})
    result = step.operation.result
    rounded = number_of(result.value) is not None and result.value != step.value
    if bounds or len(tokens) > 1:
        before = speaker.quantity(replace(result, label=None), named=False) if rounded else value
        text = speaker.say("comes_to" if bounds else "equals", operation=text, result=before)
    return speaker.say("rounded", text=text, result=value) if rounded else text


def _bound(speaker: Speaker, bound: Quantity) -> str:
    """A bound, and its name after it: « au moins 0,80 € (Prix le plus bas) »."""
    shown = speaker.quantity(replace(bound, label=None), named=False)
    label = speaker.text(bound.label) if bound.label else ""
    return speaker.say("of_label", value=shown, label=label) if label else shown


def _chosen(speaker: Speaker, step: TraceStep) -> str:
    """The conditions that chose the operation, those that failed too."""
    if step.value is True or step.value is False:
        return ""  # they are the step itself
    found = []
    for test in step.tested:
        words = {"label": speaker.text(test.label, test.name), "value": speaker.read(test)}
        if isinstance(test.value, bool):
            found.append(speaker.say("met_same", **words))
        elif test.holds:
            found.append(speaker.met((test,)))
        else:
            found.append(speaker.say("unmet", wanted=speaker.wanted(test), **words))
    return speaker.joined(found)


def is_telling(step: TraceStep) -> bool:
    """Whether an operation computes something: a bound that takes nothing does not."""
    if step.operation is None or len(step.operation.tokens) < 2 or step.kind == "rounding":
        return False
    return not handed_on(step)


def handed_on(step: TraceStep) -> str:
    """Return what a step hands on as it is, bounded without effect or rounded; nothing if not."""
    if step.operation is None:
        return ""
    tokens, _ = unbounded(step.operation.tokens)
    alone = tokens[0] if len(tokens) == 1 else None
    if not isinstance(alone, Quantity) or alone.value != step.operation.result.value:
        return ""
    return alone.name


def _is_bare(step: TraceStep) -> bool:
    """An operation that only repeats its result."""
    tokens = step.operation.tokens if step.operation else ()
    first = tokens[0] if len(tokens) == 1 else None
    return isinstance(first, Quantity) and not first.name and first.value == step.value


def _unit(speaker: Speaker, trace: Trace, step: TraceStep) -> dict[str, str] | None:
    if step.operation is not None and step.operation.result.unit:
        return dict(step.operation.result.unit)
    content_steps = getattr(speaker.version.content, "steps", ())
    for one in content_steps:
        if one.id == step.id:
            return dict(one.unit)
    return dict(speaker.rules.unit) if step.value == trace.value else None


# --- thresholds -----------------------------------------------------------------------------------


def _threshold(speaker: Speaker, trace: Trace, step: TraceStep) -> str:
    value, minimum = number_of(trace.value), number_of(step.value)
    if value is None:
        return ""
    outcome = speaker.quoted(speaker.text(step.label, step.id))
    if minimum is None:
        words = {"amount": speaker.amount(value), "outcome": outcome}
        above = [number_of(one.value) for one in trace.steps if one.kind == "threshold"]
        limits = [one for one in above if one is not None]
        if not limits:
            return speaker.say("outcome_under", **words)
        limit = speaker.amount(min(limits, key=float))
        return speaker.say("outcome_under_minimum", minimum=limit, **words)
    return speaker.say(
        "outcome_reached",
        amount=speaker.amount(value),
        minimum=speaker.amount(minimum),
        outcome=outcome,
    )


def gap(larger: Number, smaller: Number) -> Number:
    """Return a difference: exact, unless one of them is a floating number."""
    if isinstance(larger, float) or isinstance(smaller, float):
        return float(larger) - float(smaller)
    return Decimal(larger) - Decimal(smaller)

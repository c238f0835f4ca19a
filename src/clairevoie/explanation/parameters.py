"""3° The parameters of the rules and their weighting, as they apply to the person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clairevoie.explanation.changing import in_turn
from clairevoie.explanation.model import Weighting
from clairevoie.explanation.operations import outputs_text, table_of
from clairevoie.explanation.speaking import Speaker
from clairevoie.explanation.wording import number_text, singular
from clairevoie.rules.content import (
    Additive,
    Bins,
    Criterion,
    DecisionTables,
    Formula,
    Grid,
    Levels,
    Linear,
    OpenFisca,
    Parameter,
    PointsScale,
    Ranking,
    Term,
    Tie,
    Trees,
)
from clairevoie.rules.model import Basis, Number, Text, Threshold
from clairevoie.rules.trace import Trace, TraceStep


def parameters(speaker: Speaker, trace: Trace) -> tuple[Weighting, ...]:
    """Tell what the rules weigh; ``applied`` says whether it counted for the person."""
    content = speaker.version.content
    found: list[Weighting] = []
    if isinstance(content, PointsScale):
        found += _scale(speaker, content, trace)
    elif isinstance(content, DecisionTables):
        found += _rows(speaker, trace)
    elif isinstance(content, Formula):
        found += (_parameter(speaker, one) for one in content.parameters)
    elif isinstance(content, Additive):
        found += _terms(speaker, content, trace)
    elif isinstance(content, Trees):
        key = "trees_mean" if content.average else "trees"
        key = key if len(content.trees) > 1 else "trees_one"
        count = number_text(len(content.trees), speaker.language)
        found.append(
            _weighting(speaker, "trees", speaker.rules.title, speaker.say(key, count=count), True)
        )
    elif isinstance(content, OpenFisca):
        found += _package(speaker, content)
    link = getattr(content, "link", "identity")
    if link != "identity":
        label = speaker.say("link_label")
        found.append(Weighting("link", label, speaker.sentence(speaker.say(f"link_{link}")), True))
    thresholds = getattr(content, "thresholds", ())
    found += _thresholds(speaker, thresholds, trace)
    return tuple(found)


def _weighting(
    speaker: Speaker,
    identifier: str,
    label: Text,
    text: str,
    applied: bool,
    basis: Basis | None = None,
) -> Weighting:
    shown = speaker.text(label, identifier)
    return Weighting(identifier, shown, speaker.sentence(text), applied, speaker.reference(basis))


def _applied(trace: Trace) -> dict[str, TraceStep]:
    return {step.id: step for step in trace.steps if step.applied}


# --- points ---------------------------------------------------------------------------------------


def _scale(speaker: Speaker, scale: PointsScale, trace: Trace) -> Iterator[Weighting]:
    applied = _applied(trace)
    for item in scale.criteria:
        text = criterion_text(speaker, item)
        yield _weighting(speaker, item.id, item.label, text, item.id in applied, item.basis)
    for group in scale.groups:
        text = _only_bounds(speaker, group.cap, group.floor)
        if text:
            yield _weighting(speaker, group.id, group.label, text, group.id in applied, group.basis)
    text = _only_bounds(speaker, scale.cap, scale.floor)
    if text:
        yield _weighting(
            speaker, "total", speaker.rules.result, text, "total" in applied, scale.basis
        )
    if scale.ranking is not None:
        yield ranking_weighting(speaker, scale.ranking)
        yield from _ties(speaker, scale.ranking)


def ranking_weighting(speaker: Speaker, ranking: Ranking) -> Weighting:
    """Tell that places go to the most points, and what separates equal ones."""
    text = speaker.say("ranking")
    ties = [_tie(speaker, one) for one in ranking.ties]
    if ties:
        text = speaker.say("ranking_ties", text=text, ties=in_turn(speaker, ties))
    basis, label = speaker.reference(ranking.basis), speaker.say("ranking_label")
    return Weighting("ranking", label, speaker.sentence(text), True, basis)


def _ties(speaker: Speaker, ranking: Ranking) -> Iterator[Weighting]:
    """What separates equal files, where another article than that of the ranking says it."""
    own = ranking.basis.article if ranking.basis is not None else ""
    for one in ranking.ties:
        basis = speaker.reference(one.basis)
        if basis is not None and basis.article != own:
            label = speaker.label(speaker.version.input(one.name))
            text = speaker.sentence(speaker.say("tie_rule"))
            yield Weighting(f"tie-{one.name}", label, text, True, basis)


def _tie(speaker: Speaker, tie: Tie) -> str:
    item = speaker.version.input(tie.name)
    smallest = tie.first == "smallest"
    if item.type == "date":
        key = "tie_earliest" if smallest else "tie_latest"
    elif item.type == "boolean":
        key = "tie_no" if smallest else "tie_yes"
    else:
        key = "tie_smallest" if smallest else "tie_largest"
    return speaker.say(key, label=speaker.label(item))


def criterion_text(speaker: Speaker, item: Criterion) -> str:
    """Tell what a criterion gives, its cap and floor too."""
    return _bounded(speaker, _criterion(speaker, item), item.cap, item.floor)


def _criterion(speaker: Speaker, item: Criterion) -> str:
    if item.points is not None:
        return speaker.amount(item.points)
    if item.per is not None:
        return _per(speaker, item, item.per)
    if item.expression is not None:
        return speaker.say("computed", formula=speaker.quoted(item.expression.text))
    entry = speaker.version.input(item.name)
    parts = [
        _level(speaker, speaker.interval(band.interval, entry), band.points) for band in item.bands
    ]
    parts += [
        _level(speaker, speaker.value(value, entry), points)
        for value, points in (item.values or {}).items()
    ]
    return speaker.joined(parts)


def _per(speaker: Speaker, item: Criterion, per: Number) -> str:
    entry = speaker.version.input(item.name)
    unit = speaker.text(entry.unit)
    points = speaker.amount(per)
    if unit:
        text = speaker.say("per", points=points, unit=singular(unit, speaker.language))
    else:
        text = speaker.say("per_unit", points=points, label=speaker.quoted(speaker.label(entry)))
    if item.above:
        text = speaker.say("above", text=text, above=speaker.value(item.above, entry))
    return text


def _level(speaker: Speaker, what: str, points: Number) -> str:
    return speaker.say("level", what=what, points=speaker.amount(points))


def _bounded(speaker: Speaker, text: str, cap: Number | None, floor: Number | None) -> str:
    if cap is not None:
        text = speaker.say("cap", text=text, cap=speaker.amount(cap))
    if floor is not None:
        text = speaker.say("floor", text=text, floor=speaker.amount(floor))
    return text


def _only_bounds(speaker: Speaker, cap: Number | None, floor: Number | None) -> str:
    parts = []
    if cap is not None:
        parts.append(speaker.say("at_most", cap=speaker.amount(cap)))
    if floor is not None:
        parts.append(speaker.say("at_least", floor=speaker.amount(floor)))
    return speaker.listed(parts)


# --- tables, formulas -----------------------------------------------------------------------------


def _rows(speaker: Speaker, trace: Trace) -> Iterator[Weighting]:
    """The rows that applied: all the others are told among the rules that did not."""
    for step in trace.steps:
        table = table_of(speaker, step)
        if step.kind in {"row", "default"} and step.applied and table is not None:
            text = outputs_text(speaker, table, step)
            yield _weighting(speaker, step.id, step.label, text, True, step.basis)


def _parameter(speaker: Speaker, item: Parameter) -> Weighting:
    if item.value is not None:
        text = speaker.amount(item.value, item.unit)
    elif item.brackets:
        parts = [
            speaker.say(
                "level",
                what=speaker.say("outcome_from", minimum=number_text(one.low, speaker.language)),
                points=speaker.amount(one.value, item.unit),
            )
            for one in item.brackets
        ]
        text = speaker.joined(parts)
    else:
        parts = [
            speaker.say(
                "level",
                what=_category(speaker, str(key)),
                points=speaker.amount(value, item.unit),
            )
            for key, value in (item.values or {}).items()
        ]
        text = speaker.joined(parts)
    return _weighting(speaker, item.id, item.label, text, True, item.basis)


def _category(speaker: Speaker, value: str) -> str:
    for item in speaker.version.inputs:
        for one in item.categories:
            if one.value == value:
                return speaker.text(one.label, value)
    return value


# --- models ---------------------------------------------------------------------------------------


def _terms(speaker: Speaker, model: Additive, trace: Trace) -> Iterator[Weighting]:
    steps = {step.id: step for step in trace.steps}
    baseline: Mapping[str, float] = model.baseline.contributions if model.baseline else {}
    for term in model.terms:
        step = steps.get(term.id)
        if step is None:
            continue
        text = _term(speaker, term, step)
        zero = baseline.get(term.id, 0.0)
        if zero:
            compared = speaker.say("comparison", value=speaker.value(zero))
            text = speaker.joined([text, compared])
        yield _weighting(speaker, term.id, term.label, text, True, term.basis)


def _term(speaker: Speaker, term: Term, step: TraceStep) -> str:
    shape = term.shape
    if isinstance(shape, Linear):
        item = speaker.version.input(term.names[0])
        coefficient = shape.coefficient / shape.scale
        unit = speaker.text(item.unit)
        words = {
            "coefficient": number_text(coefficient, speaker.language),
            "label": speaker.quoted(speaker.label(item)),
        }
        if not shape.center and unit and not unit.startswith(("€", "%")):
            one = singular(unit, speaker.language)
            return speaker.say("linear_unit", coefficient=words["coefficient"], unit=one)
        if not shape.center:
            return speaker.say("linear", **words)
        return speaker.say("linear_from", center=speaker.value(shape.center, item), **words)
    assert isinstance(shape, Bins | Levels | Grid)  # noqa: S101 - the four shapes there are
    what = [speaker.wanted(test) for test in step.tested]
    return speaker.say(
        "level",
        what=speaker.listed(what),
        points=number_text(float(str(step.value)), speaker.language),
    )


def _package(speaker: Speaker, content: OpenFisca) -> Iterator[Weighting]:
    text = speaker.say(
        "package",
        variable=content.variable,
        package=content.package,
        version=content.package_version,
    )
    yield _weighting(speaker, "package", speaker.rules.title, text, True)


def _thresholds(
    speaker: Speaker, thresholds: tuple[Threshold, ...], trace: Trace
) -> Iterator[Weighting]:
    for one in thresholds:
        outcome = speaker.rules.outcome(one.outcome)
        label: Text = outcome.label if outcome is not None else {}
        if one.minimum is None:
            limits = [other.minimum for other in thresholds if other.minimum is not None]
            text = speaker.say("outcome_first")
            if limits:
                text = speaker.say("outcome_below", minimum=speaker.amount(min(limits)))
        else:
            text = speaker.say("outcome_from", minimum=speaker.amount(one.minimum))
        yield _weighting(speaker, one.outcome, label, text, trace.outcome == one.outcome, one.basis)

"""Why not: the rules that did not apply, with what was read and what was wanted."""

from __future__ import annotations

from collections.abc import Sequence

from clairevoie.explanation.model import Told
from clairevoie.explanation.operations import gap, reading_of
from clairevoie.explanation.speaking import Speaker, number_of
from clairevoie.rules.content import Criterion, PointsScale
from clairevoie.rules.model import Number
from clairevoie.rules.trace import Tested, Trace, TraceStep


def not_applied(speaker: Speaker, trace: Trace) -> tuple[Told, ...]:
    """Tell the rules that did not apply: what was read, and what was wanted."""
    found = []
    for step in trace.steps:
        if step.applied or step.kind not in {"criterion", "row", "threshold"}:
            continue
        conditions = _why_not(speaker, trace, step)
        if not conditions:
            continue
        found.append(
            Told(
                id=step.id,
                kind=step.kind,
                label=speaker.text(step.label, step.id),
                text=" ".join(conditions),
                conditions=conditions,
                basis=speaker.reference(step.basis),
            )
        )
    return tuple(found)


def _why_not(speaker: Speaker, trace: Trace, step: TraceStep) -> tuple[str, ...]:
    if step.kind == "threshold":
        return _missed(speaker, trace, step)
    failed = [test for test in step.tested if not test.holds]
    if step.kind == "row":
        if not failed:
            return (speaker.sentence(speaker.say("first_taken")),)
        return speaker.unmet(failed)
    scale = speaker.version.content
    criterion = None
    if isinstance(scale, PointsScale):
        criterion = next((one for one in scale.criteria if one.id == step.id), None)
    if criterion is not None and criterion.name and criterion.when is None:
        return (_out_of_scale(speaker, trace, criterion, failed),)
    if failed and criterion is not None and criterion.points is not None:
        return (_would_give(speaker, criterion.points, failed),)
    if failed:
        return speaker.unmet(failed)
    return (speaker.sentence(speaker.say("did_not_apply")),)


def _would_give(speaker: Speaker, points: Number, failed: Sequence[Tested]) -> str:
    """A criterion gives points to some: nobody must have them, as a condition is to be met."""
    wanted, read = [], []
    for test in failed:
        label = speaker.quoted(speaker.text(test.label, test.name))
        wanted.append(speaker.say("gives_wanted", label=label, wanted=speaker.wanted(test)))
        value = speaker.read(test)
        read.append(value if len(failed) == 1 else f"{label} : {value}")
    return speaker.sentence(
        speaker.say(
            "gives",
            points=speaker.amount(points),
            wanted=speaker.listed(wanted),
            read=speaker.listed(read),
        )
    )


def _out_of_scale(
    speaker: Speaker, trace: Trace, criterion: Criterion, failed: Sequence[Tested]
) -> str:
    """A criterion whose bands or values have nothing for the person's."""
    item = speaker.version.input(criterion.name)
    value = reading_of(trace, criterion.name)
    if value is None:
        return speaker.sentence(speaker.say("not_read"))
    words = {"label": speaker.label(item), "value": speaker.value(value, item)}
    if not criterion.bands:
        return speaker.sentence(speaker.say("no_level", **words))
    bands = speaker.joined([speaker.wanted(test) for test in failed])
    return speaker.sentence(speaker.say("no_band", bands=bands, **words))


def _missed(speaker: Speaker, trace: Trace, step: TraceStep) -> tuple[str, ...]:
    """A threshold that was not reached; or, for a favourable outcome, one that was passed."""
    value, minimum = number_of(trace.value), number_of(step.value)
    if value is None:
        return ()
    if minimum is not None and value < minimum:
        words = {"minimum": speaker.amount(minimum), "gap": speaker.amount(gap(minimum, value))}
        return (speaker.sentence(speaker.say("threshold_missed", **words)),)
    thresholds = [one for one in trace.steps if one.kind == "threshold"]
    after = thresholds.index(step) + 1
    if after == len(thresholds) or not thresholds[after].applied or not _favours(speaker, step):
        return ()
    limit = number_of(thresholds[after].value)
    if limit is None:
        return ()
    words = {"minimum": speaker.amount(limit), "gap": speaker.amount(gap(value, limit))}
    return (speaker.sentence(speaker.say("threshold_passed", **words)),)


def _favours(speaker: Speaker, step: TraceStep) -> bool:
    outcome = speaker.rules.outcome(step.id.removeprefix("threshold-"))
    return outcome is not None and outcome.favourable is True

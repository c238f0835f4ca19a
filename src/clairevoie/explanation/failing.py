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
                kind="penalty" if _is_penalty(speaker, step) else step.kind,
                label=speaker.text(step.label, step.id),
                text=_named(speaker, step, " ".join(conditions)),
                conditions=conditions,
                basis=speaker.reference(step.basis),
            )
        )
    return tuple(found)


def _named(speaker: Speaker, step: TraceStep, text: str) -> str:
    """A text that can be read alone: the rule's name first, where it has one."""
    label = speaker.text(step.label)
    if not label or label == step.id or text.casefold().startswith(label.casefold()):
        return text
    said = f"{text[:1].lower()}{text[1:]}"
    return speaker.sentence(speaker.say("law_says", label=label, text=said))


def _is_penalty(speaker: Speaker, step: TraceStep) -> bool:
    """Whether a criterion takes points: the person is better off without it."""
    content = speaker.version.content
    criteria = content.criteria if isinstance(content, PointsScale) else ()
    points = [one.points for one in criteria if one.id == step.id]
    return any(one is not None and one < 0 for one in points)


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
    if failed and criterion is not None:
        return (_would_give(speaker, criterion.points, failed),)
    if failed:
        return speaker.unmet(failed)
    return (speaker.sentence(speaker.say("did_not_apply")),)


def _would_give(speaker: Speaker, points: Number | None, failed: Sequence[Tested]) -> str:
    """A criterion gives points to some: nobody must have them, as a condition is to be met."""
    words: dict[str, str] = {}
    key = "counts"
    if points is not None:
        key = "takes_off" if points < 0 else "gives"
        words["points"] = speaker.amount(-points if points < 0 else points)
    if len(failed) == 1 and isinstance(failed[0].value, bool):
        words["wanted"] = speaker.needed(failed[0])
        words["read"] = speaker.quoted(speaker.read(failed[0]))
        return speaker.sentence(speaker.say(f"{key}_answer", **words))
    wanted, read = [], []
    for test in failed:
        label = speaker.quoted(speaker.text(test.label, test.name))
        wanted.append(speaker.say("gives_wanted", label=label, wanted=speaker.wanted(test)))
        value = speaker.read(test)
        if len(failed) > 1:
            value = speaker.say("gives_wanted", label=label, wanted=value)
        read.append(value)
    words |= {"wanted": speaker.listed(wanted), "read": speaker.listed(read)}
    return speaker.sentence(speaker.say(key, **words))


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
        if _is_against(speaker, step):
            words = {"minimum": speaker.amount(minimum), "amount": speaker.amount(value)}
            return (speaker.sentence(speaker.say("threshold_above", **words)),)
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


def _is_against(speaker: Speaker, step: TraceStep) -> bool:
    outcome = speaker.rules.outcome(step.id.removeprefix("threshold-"))
    return outcome is not None and outcome.favourable is False

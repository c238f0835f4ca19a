"""Where a result without contributions comes from: the row, or the operation, that gave it."""

from __future__ import annotations

from collections.abc import Sequence

from clairevoie.explanation.operations import (
    handed_on,
    is_telling,
    operation_text,
    operations,
    row_text,
)
from clairevoie.explanation.speaking import Speaker
from clairevoie.rules.content import Formula
from clairevoie.rules.trace import Trace, TraceStep


def origin(speaker: Speaker, trace: Trace) -> str:
    """Tell the row, or the operation, that the result comes from, down to the result itself.

    From the last step of a formula back to the first one that computes something: those that only
    hand another one on, rounded or not, are passed over, and what they leave aside is not told.
    """
    steps = [step for step in trace.steps if step.applied and step.kind != "threshold"]
    if trace.kind == "table":
        rows = [step for step in steps if step.kind in {"row", "default"}]
        return row_text(speaker, rows[-1]) if rows else speaker.result(trace.value)
    step = _computed(speaker, steps)
    if step is not None and is_telling(step):
        text = operation_text(speaker, trace, step)
        if step.value == trace.value or not isinstance(speaker.version.content, Formula):
            return text
        # What hands a number on changes it by rounding only.
        return speaker.say("rounded", text=text, result=speaker.result(trace.value))
    wanted = step.id if step is not None else steps[-1].id if steps else ""
    told = [one for one in operations(speaker, trace) if one.id == wanted]
    return told[-1].text if told else speaker.result(trace.value)


def _computed(speaker: Speaker, steps: Sequence[TraceStep]) -> TraceStep | None:
    """Return the step that the result of a formula was handed on from; else the last that tells."""
    content = speaker.version.content
    if not isinstance(content, Formula):
        return next((step for step in reversed(steps) if is_telling(step)), None)
    by_id = {step.id: step for step in steps}
    step = by_id.get(content.result)
    while step is not None and not is_telling(step):
        before = handed_on(step)
        if before not in by_id:
            break
        step = by_id[before]
    return step

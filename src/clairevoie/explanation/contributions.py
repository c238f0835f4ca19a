"""What each rule adds to the result, exactly: with the starting point they make the total."""

from __future__ import annotations

from clairevoie.explanation.model import Share, Shares
from clairevoie.explanation.operations import gap
from clairevoie.explanation.speaking import Speaker
from clairevoie.explanation.wording import amount_text, exact, signed_text, unit_for
from clairevoie.rules.content import Additive, Trees
from clairevoie.rules.model import Number
from clairevoie.rules.trace import Trace

SHARELESS = frozenset(("formula", "openfisca"))


def shares(speaker: Speaker, trace: Trace) -> Shares | None:
    """Return the contributions of a trace, the largest first; ``None`` where it has none.

    Formulas (OpenFisca's too) have operations: no share of a product belongs to one of its terms.

    Raises:
        ValueError: they do not add up to the total, to 1e-9.
    """
    parts = [step for step in trace.steps if step.contribution is not None]
    if trace.total is None or trace.problem is not None or not parts or trace.kind in SHARELESS:
        return None
    unit = speaker.unit() if trace.total == trace.value else ""
    items = [
        Share(
            id=step.id,
            label=speaker.text(step.label, step.id),
            value=step.contribution,
            text=signed_text(step.contribution, unit, speaker.language),
        )
        for step in parts
        if step.contribution
    ]
    items.sort(key=lambda item: abs(exact(item.value)), reverse=True)
    added = gap(trace.total, trace.base)
    return Shares(
        items=tuple(items),
        baseline=baseline(speaker, unit),
        base=trace.base,
        total=trace.total,
        unit=unit,
        text=_sum(speaker, trace.base, added, trace.total, unit),
    )


def baseline(speaker: Speaker, unit: str) -> str:
    """Return against what the person is compared: « à partir de zéro point »."""
    content = speaker.version.content
    if isinstance(content, Additive):
        if content.baseline is None:
            return speaker.say("own_zero")
        return speaker.say("against", label=speaker.text(content.baseline.label))
    if isinstance(content, Trees):
        return speaker.say("training_mean")
    if not unit or unit.startswith(("€", "%")):
        return speaker.say("from_zero")
    return speaker.say("from_zero_unit", unit=unit_for(0, unit, speaker.language))


def _sum(speaker: Speaker, base: Number, added: Number, total: Number, unit: str) -> str:
    words: dict[str, str] = {}
    for name, value in (("base", base), ("total", total)):
        words[name] = amount_text(value, unit, speaker.language)
    words["sum"] = signed_text(added, unit, speaker.language)
    if not base and not isinstance(speaker.version.content, Additive | Trees):
        return speaker.say("shares_from_zero", total=words["total"])
    label = _start(speaker)
    return speaker.say("shares_against", baseline=f"{label[:1].upper()}{label[1:]}", **words)


def _start(speaker: Speaker) -> str:
    """Name what contributions are added to."""
    content = speaker.version.content
    if isinstance(content, Additive) and content.baseline is not None:
        return speaker.text(content.baseline.label)
    return speaker.say("start_mean" if isinstance(content, Trees) else "start_model")

"""Reasons in law (L.211-5): each article that applied, and what it says for this person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from clairevoie.explanation.changing import counted, given_text
from clairevoie.explanation.model import Facts, Reference, Told, Weighting
from clairevoie.explanation.operations import operations, outputs_text, reading_of, table_of
from clairevoie.explanation.parameters import criterion_text, ranking_weighting
from clairevoie.explanation.readability import LONGEST_SENTENCE, words_of
from clairevoie.explanation.speaking import Speaker, number_of
from clairevoie.explanation.wording import number_text
from clairevoie.rules.content import PointsScale
from clairevoie.rules.model import Value
from clairevoie.rules.trace import Tested, Trace, TraceStep

MOST_SAID = 3
"""Operations that rest on one article and are told in full among the reasons in law."""

_Key = tuple[str, str]


def reasons_in_law(speaker: Speaker, trace: Trace) -> tuple[Reference, ...]:
    """Return the articles of what applied, each once, with what it says here.

    Points, rows and thresholds are told as the rule has them; what is computed, with the person's
    numbers. A bound that took nothing did not apply.
    """
    found: dict[_Key, Reference] = {}
    rules: dict[_Key, list[str]] = {}
    others: dict[_Key, list[Told]] = {}
    told = {one.id: one for one in operations(speaker, trace)}
    for step in trace.steps:
        reference = speaker.reference(step.basis) if step.applied else None
        if reference is None:
            continue
        key = (reference.article, reference.url)
        found.setdefault(key, reference)
        rule = _rule(speaker, trace, step)
        if rule:
            rules.setdefault(key, []).append(_named(speaker, step, rule))
        elif step.id in told and step.kind not in {"criterion", "row", "threshold"}:
            others.setdefault(key, []).append(told[step.id])
    ranking = _ranking(speaker, trace)
    if ranking is not None and ranking.basis is not None:
        key = (ranking.basis.article, ranking.basis.url)
        found.setdefault(key, ranking.basis)
        rules.setdefault(key, []).append(ranking.text)
    return tuple(
        replace(
            reference,
            says=" ".join([*rules.get(key, ()), *_computed(speaker, others.get(key, ()))]),
        )
        for key, reference in found.items()
    )


def ranking_told(speaker: Speaker, trace: Trace, facts: Facts) -> tuple[Told, ...]:
    """Tell, where places go by rank, the points counted beside those of the last one admitted."""
    content, points = speaker.version.content, counted(trace, facts)
    ranking = content.ranking if isinstance(content, PointsScale) else None
    value = number_of(trace.value)
    if ranking is None or points is None or value is None or facts.cutoff is None:
        return ()
    words = {
        "points": speaker.amount(points),
        "cutoff": number_text(facts.cutoff, speaker.language),
    }
    if points == value:
        text = speaker.say("ranked", **words)
    else:
        text = speaker.say("ranked_otherwise", given=given_text(speaker, value), **words)
    label, basis = speaker.say("ranking_label"), speaker.reference(ranking.basis)
    return (Told("ranking", "ranking", label, speaker.sentence(text), basis=basis),)


def _ranking(speaker: Speaker, trace: Trace) -> Weighting | None:
    """The rule of the ranking, where places go by rank and the case has its points."""
    content = speaker.version.content
    ranking = content.ranking if isinstance(content, PointsScale) else None
    return ranking_weighting(speaker, ranking) if ranking and trace.problem is None else None


def _named(speaker: Speaker, step: TraceStep, text: str) -> str:
    """A rule with its name, except where it starts with it or has none."""
    label = speaker.text(step.label)
    if (
        label in {"", step.id}
        or step.kind == "threshold"
        or text.casefold().startswith(label.casefold())
    ):
        return speaker.sentence(text)
    return speaker.sentence(speaker.say("law_says", label=label, text=text))


def _rule(speaker: Speaker, trace: Trace, step: TraceStep) -> str:
    """What a rule that applied says; nothing where only its computation can be told."""
    if step.kind == "criterion":
        return _criterion(speaker, trace, step)
    if step.kind == "row":
        return _row(speaker, step)
    if step.kind == "threshold":
        return _threshold(speaker, trace, step)
    return ""


def _criterion(speaker: Speaker, trace: Trace, step: TraceStep) -> str:
    content = speaker.version.content
    criteria = content.criteria if isinstance(content, PointsScale) else ()
    item = next((one for one in criteria if one.id == step.id), None)
    points = number_of(step.value)
    if item is None or points is None:
        return ""
    if item.per is not None or item.expression is not None:
        return criterion_text(speaker, item)
    shown = speaker.amount(points)
    if item.values is not None:
        return _for(speaker, shown, item.name, reading_of(trace, item.name))
    return _when(speaker, step, shown)


def _for(speaker: Speaker, shown: str, name: str, value: Value) -> str:
    entry = speaker.version.input(name)
    return speaker.say(
        "law_points", points=shown, wanted=speaker.quoted(speaker.value(value, entry))
    )


def _when(speaker: Speaker, step: TraceStep, shown: str) -> str:
    tests = [test for test in step.tested if test.holds]
    if not tests:
        return shown
    if len(tests) == 1 and isinstance(tests[0].value, bool):
        return speaker.say("law_answer", points=shown, wanted=speaker.needed(tests[0]))
    if len(tests) == 1 and speaker.text(tests[0].label) == speaker.text(step.label):
        return speaker.say("law_interval", points=shown, wanted=speaker.wanted(tests[0]))
    return speaker.say("law_points", points=shown, wanted=_conditions(speaker, tests))


def _conditions(speaker: Speaker, tests: Sequence[Tested]) -> str:
    return speaker.listed(
        [
            speaker.say(
                "gives_wanted",
                label=speaker.quoted(speaker.text(test.label, test.name)),
                wanted=speaker.wanted(test),
            )
            for test in tests
        ]
    )


def _row(speaker: Speaker, step: TraceStep) -> str:
    table = table_of(speaker, step)
    if table is None:
        return ""
    result = outputs_text(speaker, table, step)
    tests = [test for test in step.tested if test.text not in {"", "-"}]
    if not tests:
        return result
    conditions = _conditions(speaker, tests)
    return speaker.say("law_row", conditions=conditions, result=result)


def _threshold(speaker: Speaker, trace: Trace, step: TraceStep) -> str:
    outcome = speaker.quoted(speaker.text(step.label, step.id))
    minimum = number_of(step.value)
    if minimum is not None:
        return speaker.say("law_from", minimum=speaker.amount(minimum), outcome=outcome)
    values = [number_of(one.value) for one in trace.steps if one.kind == "threshold"]
    limits = [one for one in values if one is not None]
    if not limits:
        return outcome
    limit = speaker.amount(min(limits, key=float))
    return speaker.say("law_under", minimum=limit, outcome=outcome)


# --- what is computed -----------------------------------------------------------------------------


def _computed(speaker: Speaker, told: Sequence[Told]) -> Iterator[str]:
    """Operations that rest on one article, or their names where they are too many."""
    if len(told) > MOST_SAID:
        yield from _names(speaker, list(dict.fromkeys(one.label for one in told)))
        return
    for one in told:
        if one.text.casefold().startswith(one.label.casefold()):
            yield one.text
        else:
            yield speaker.sentence(speaker.say("law_says", label=one.label, text=one.text))


def _names(speaker: Speaker, labels: Sequence[str]) -> Iterator[str]:
    """The names of rules, all of them, in sentences that are not too long."""
    key, start = "law_names", 0
    while start < len(labels):
        end = start + 1
        while end < len(labels):
            text = speaker.say(key, labels=speaker.listed(labels[start : end + 1]))
            if len(words_of(text)) > LONGEST_SENTENCE:
                break
            end += 1
        yield speaker.sentence(speaker.say(key, labels=speaker.listed(labels[start:end])))
        key, start = "law_names_more", end

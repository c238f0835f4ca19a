"""The short version: what was decided, the computation's part, what weighed, what would change it.

Three to six sentences, none over `LONGEST_SENTENCE` words: of what would make one longer, fewer
items are told, and a label that is too long by itself is cut; the detailed version has all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clairevoie.explanation.changing import (
    condition_text,
    counted,
    cutoff_text,
    favoured,
    given_text,
)
from clairevoie.explanation.model import Alternative, Changes, Degree, Facts, Sentence, Shares
from clairevoie.explanation.readability import LONGEST_SENTENCE, words_of
from clairevoie.explanation.speaking import Speaker, number_of
from clairevoie.explanation.wording import day_text, number_text
from clairevoie.rules.content import OpenFisca, PointsScale
from clairevoie.rules.model import Value
from clairevoie.rules.trace import Trace

MOST_ITEMS = 3
LABEL_WORDS = 8
"""A label of more words is cut in the short version."""

_NO_ANSWER = {
    "missing_input": "no_answer_missing",
    "out_of_domain": "no_answer_domain",
    "no_row": "no_answer_row",
    "several_rows": "no_answer_rows",
}


def short_version(
    speaker: Speaker,
    trace: Trace,
    facts: Facts,
    degree: Degree,
    shares: Shares | None,
    changes: Changes,
    last: str,
) -> tuple[Sentence, ...]:
    """Return the short version.

    Args:
        speaker: the language and the rules.
        trace: the case.
        facts: what is known of the decision.
        degree: the part of the computation, as far as it is known.
        shares: the contributions, if any.
        changes: what would change the answer.
        last: the operation that the result comes from, for rules without contributions.
    """
    found = [Sentence("decision", _decision(speaker, trace, facts))]
    if trace.problem is None:
        found += [
            Sentence("computation", text) for text in _computation(speaker, trace, facts, degree)
        ]
        weight = _weight(speaker, trace, facts, shares, last)
        found.append(Sentence("weight", weight))
        found.append(Sentence("change", _change(speaker, trace, facts, changes)))
    found += [Sentence("next", text) for text in _next(speaker, trace, facts)]
    return tuple(found)


def clipped(text: str, words: int = LABEL_WORDS) -> str:
    """Return a text cut after some words, with an ellipsis when something is cut."""
    parts = text.split(" ")
    kept: list[str] = []
    for part in parts:
        if len(words_of(" ".join([*kept, part]))) > words:
            break
        kept.append(part)
    if len(kept) == len(parts):
        return text
    return f"{' '.join(kept)[:120].rstrip(' ,;:.')}…"


def fitting(make: Callable[[int], str], most: int) -> str:
    """Return the sentence with the most items that is not too long; with one, as it is."""
    for count in range(most, 1, -1):
        text = make(count)
        if len(words_of(text)) <= LONGEST_SENTENCE:
            return text
    return make(1)


def _outcome(speaker: Speaker, value: str | None) -> str:
    return speaker.quoted(clipped(speaker.outcome(value)))


def _amount(speaker: Speaker, value: Value) -> str:
    return clipped(speaker.result(value), 6)


# --- what was decided -----------------------------------------------------------------------------


def _decision(speaker: Speaker, trace: Trace, facts: Facts) -> str:
    if facts.is_decision:
        return _decided(speaker, trace, facts)
    if trace.problem is not None:
        return _no_answer(speaker, trace)
    if trace.outcome is not None:
        what = _outcome(speaker, trace.outcome)
        if number_of(trace.value) is not None:
            shown = (_amount if speaker.unit() else _named)(speaker, trace.value)
            what = speaker.say("with_amount", what=what, amount=shown)
        return speaker.say("simulated", what=what)
    if trace.value is None:
        outputs = [f"{key} {speaker.value(value)}" for key, value in (trace.outputs or {}).items()]
        shown = clipped(speaker.listed(outputs), 12)
        return speaker.say("simulated", what=shown)
    return speaker.say("simulated", what=_named(speaker, trace.value))


def _decided(speaker: Speaker, trace: Trace, facts: Facts) -> str:
    """Return what was decided, from what was recorded only: never what the rules give."""
    day = day_text(facts.decided_on or trace.day, speaker.language)
    if facts.decision is not None:
        return speaker.say("decided_on", what=_outcome(speaker, facts.decision), day=day)
    if facts.machine_outcome is not None:
        what = _outcome(speaker, facts.machine_outcome)
    elif facts.machine_value is not None:
        what = _named(speaker, facts.machine_value)
    else:
        return speaker.say("decided_unknown", day=day)
    # What the machine wrote is the decision where it decides alone.
    key = "decided_on" if facts.degree == "automated" else "recorded_on"
    return speaker.say(key, what=what, day=day)


def decided_text(speaker: Speaker, facts: Facts) -> str:
    """Return what was decided, from what was recorded; nothing for a case that is tried out."""
    if facts.decision is not None:
        return speaker.outcome(facts.decision)
    if facts.machine_outcome is not None:
        return speaker.outcome(facts.machine_outcome)
    if facts.machine_value is not None:
        return _with_name(speaker, speaker.amount(facts.machine_value), clip=False)
    return ""


def _named(speaker: Speaker, value: Value) -> str:
    return _with_name(speaker, _amount(speaker, value), clip=True)


def _with_name(speaker: Speaker, amount: str, *, clip: bool) -> str:
    """Name an amount, except where its unit names it: « nombre de points, 193 points »."""
    name = speaker.text(speaker.rules.result, "total")
    if speaker.unit() and speaker.unit() in name:
        return amount
    return speaker.say("named_amount", name=clipped(name) if clip else name, amount=amount)


def _no_answer(speaker: Speaker, trace: Trace) -> str:
    key = _NO_ANSWER.get(trace.problem or "", "no_answer_other")
    known = {item.name: speaker.label(item) for item in speaker.version.inputs}
    labels = [speaker.quoted(clipped(known.get(name, name), 5)) for name in trace.problem_names]

    def make(count: int) -> str:
        shown = labels[:count]
        more = len(labels) - count
        if more > 0:
            shown.append(speaker.say("more_one" if more == 1 else "more", count=str(more)))
        return speaker.say(key, names=speaker.listed(shown))

    return fitting(make, min(len(labels), MOST_ITEMS) or 1)


# --- the computation's part -----------------------------------------------------------------------


def _computation(speaker: Speaker, trace: Trace, facts: Facts, degree: Degree) -> list[str]:
    recorded = recorded_otherwise(speaker, trace, facts)
    if recorded or not facts.is_decision:
        found = [speaker.say(f"role_{degree}")]
        return [recorded, *found] if recorded else found
    value = number_of(trace.value)
    words = {}
    if value is not None:
        words["amount"] = _labelled(speaker, clipped(speaker.amount(value), 6))
    if trace.outcome is not None:
        words["outcome"] = _outcome(speaker, trace.outcome)
    key = "gives_both" if len(words) == 2 else "gives_outcome" if "outcome" in words else None
    start = speaker.say(key or "gives_amount", **({"amount": _given(speaker, trace)} | words))
    found = [speaker.say(f"then_{degree}", start=start)]
    if facts.decision is not None and trace.outcome not in {None, facts.decision}:
        found.append(speaker.say("decided_otherwise"))
    return found


def _given(speaker: Speaker, trace: Trace) -> str:
    return _amount(speaker, trace.value) if trace.value is not None else speaker.say("a_result")


def _labelled(speaker: Speaker, amount: str) -> str:
    """Say what a number without a unit is: « 0,83 (score de risque) »."""
    name = speaker.text(speaker.rules.result)
    if speaker.unit() or not name:
        return amount
    return speaker.say("of_label", value=amount, label=clipped(name, 5))


def recorded_otherwise(speaker: Speaker, trace: Trace, facts: Facts) -> str:
    """Return that the machine wrote something else than what the published rules give, or nothing.

    Amounts are compared to a billionth: a journal keeps floating numbers as it can.
    """
    value = number_of(trace.value)
    wrote = facts.machine_value
    if wrote is not None and value is not None:
        if counted(trace, facts) == value:
            return ""
        recorded = clipped(speaker.amount(wrote), 5)
        given = clipped(given_text(speaker, value), 8)
    elif facts.machine_outcome is not None and trace.outcome not in {None, facts.machine_outcome}:
        recorded = _outcome(speaker, facts.machine_outcome)
        given = speaker.say("given_outcome", outcome=_outcome(speaker, trace.outcome))
    else:
        return ""
    return speaker.say("recorded_otherwise", recorded=recorded, given=given)


# --- what weighed most ----------------------------------------------------------------------------


def _weight(speaker: Speaker, trace: Trace, facts: Facts, shares: Shares | None, last: str) -> str:
    otherwise = bool(recorded_otherwise(speaker, trace, facts))
    content = speaker.version.content
    if isinstance(content, OpenFisca):
        count = sum(step.applied and step.kind == "variable" for step in trace.steps)
        shown = number_text(count, speaker.language)
        return speaker.say("weighed_program", package=content.package, count=shown)
    if shares is None or trace.kind == "table":
        step = "by_rules_step" if otherwise else "weighed_step"
        return _last_operation(speaker, "weighed_row" if trace.kind == "table" else step, last)
    if not shares.items:
        return speaker.say("weighed_nothing")

    def make(count: int) -> str:
        items = [
            speaker.say(
                "item", label=speaker.quoted(clipped(one.label)), amount=clipped(one.text, 3)
            )
            for one in shares.items[:count]
        ]
        text = speaker.say("weighed", items=speaker.listed(items))
        if isinstance(speaker.version.content, PointsScale):
            said = f"{text[:1].lower()}{text[1:]}"
            return speaker.say("by_rules", text=said) if otherwise else text
        whole = speaker.say("weighed_against", items=speaker.listed(items), baseline=against)
        return whole if len(words_of(whole)) <= LONGEST_SENTENCE else text

    against = clipped(shares.baseline, 12)
    return fitting(make, MOST_ITEMS)


def _last_operation(speaker: Speaker, key: str, last: str) -> str:
    text = last.rstrip(".")
    whole = speaker.say(key, items=text)
    if len(words_of(whole)) <= LONGEST_SENTENCE:
        return whole
    return speaker.say(key, items=clipped(text, 20))


# --- what would change it -------------------------------------------------------------------------


def _change(speaker: Speaker, trace: Trace, facts: Facts, changes: Changes) -> str:
    settled = _settled(speaker, trace, facts)
    if settled:
        return settled
    if not changes.searched or not changes.alternatives:
        return changes.text.partition(". ")[0].rstrip(".") + "."
    value = number_of(trace.value)
    best = changes.alternatives[0]
    if best.direction and facts.cutoff is not None and value is not None and not best.favourable:
        return cutoff_text(speaker, trace, facts)
    if best.outcome is not None and not best.favourable:
        if favoured(speaker, trace.outcome):
            return speaker.say("favourable_already")
        if any(one.favourable is True for one in speaker.rules.outcomes):
            return changes.text.partition(". ")[0].rstrip(".") + "."
    if best.favourable is False and best.outcome is None and changes.complete:
        return speaker.say("no_better")
    alike = [
        one
        for one in changes.alternatives
        if (one.outcome, one.direction, one.means) == (best.outcome, best.direction, best.means)
    ]
    cases = fitting(lambda count: _cases(speaker, facts, alike[:count]), min(2, len(alike)))
    if best.direction == "higher" and facts.cutoff is not None and value is not None:
        return f"{cutoff_text(speaker, trace, facts)} {cases}"
    return cases


def _settled(speaker: Speaker, trace: Trace, facts: Facts) -> str:
    """What is said when nothing needs to change: what was decided, or the rules, are in favour."""
    if _asked_for_more(speaker, trace, facts):
        return speaker.say("rules_better")
    decided = facts.decision or facts.machine_outcome
    if favoured(speaker, decided):
        return cutoff_text(speaker, trace, facts) or speaker.say("decided_favourable")
    if decided is not None and favoured(speaker, trace.outcome):
        return speaker.say("rules_favour")
    return ""


def _asked_for_more(speaker: Speaker, trace: Trace, facts: Facts) -> bool:
    """Whether the published rules are better for the person than the number recorded."""
    value, wrote = number_of(trace.value), counted(trace, facts)
    if not speaker.rules.better or value is None or wrote is None or value == wrote:
        return False
    return (value < wrote) is (speaker.rules.better == "lower")


def _cases(speaker: Speaker, facts: Facts, alike: Sequence[Alternative]) -> str:
    room = LONGEST_SENTENCE - len(words_of(_with_cases(speaker, facts, alike, "")))
    cases = [clipped(condition_text(speaker, one.regions), min(18, room)) for one in alike]
    shown = cases[0]
    if len(cases) > 1:
        shown = speaker.say("with", case=cases[0], other=cases[1])
    return _with_cases(speaker, facts, alike, shown)


def _with_cases(speaker: Speaker, facts: Facts, alike: Sequence[Alternative], cases: str) -> str:
    best = alike[0]
    if best.outcome is not None:
        text = speaker.say("other_outcome", outcome=_outcome(speaker, best.outcome), cases=cases)
    elif facts.cutoff is not None and best.direction == "higher":
        text = speaker.say("cutoff_change", cases=cases)
    elif best.direction == speaker.rules.better == "lower" and speaker.unit().startswith("€"):
        text = speaker.say("pay_less", cases=cases)
    else:
        text = speaker.say(best.direction, cases=cases)
    if best.means == "change":
        return text
    many = "all" if any(len(one.regions) > 1 for one in alike) else "any"
    key = f"if_wrong_{'one' if len(alike) == 1 and many == 'any' else many}"
    key = key if facts.is_decision else f"{key}_tried"
    return speaker.say(key, text=f"{text[:1].lower()}{text[1:]}")


# --- what to do -----------------------------------------------------------------------------------


def _next(speaker: Speaker, trace: Trace, facts: Facts) -> list[str]:
    if not facts.is_decision:
        key = "next_missing" if trace.problem == "missing_input" else "next_simulated"
        return [speaker.say(key)]
    contact = clipped(facts.contact or speaker.rules.body, 8)
    return [speaker.say("next_decided", contact=contact)]

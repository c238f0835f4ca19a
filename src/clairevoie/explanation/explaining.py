"""Explain one case: the four elements of R.311-3-1-2 of the CRPA, reasons in law and in fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from clairevoie.explanation.changing import changes as told_changes
from clairevoie.explanation.changing import counted
from clairevoie.explanation.contributions import shares as contributions
from clairevoie.explanation.failing import not_applied
from clairevoie.explanation.model import (
    FORMAT,
    Datum,
    Degree,
    Explanation,
    Facts,
    Participation,
    Reasons,
    Reference,
    Result,
    Told,
)
from clairevoie.explanation.operations import handed_on, is_telling, operation_text, operations
from clairevoie.explanation.parameters import parameters
from clairevoie.explanation.regions import Search, search
from clairevoie.explanation.speaking import Speaker, number_of, speaker_of
from clairevoie.explanation.summary import decided_text, recorded_otherwise, short_version
from clairevoie.explanation.wording import day_text, number_text
from clairevoie.rules.content import Formula, PointsScale
from clairevoie.rules.model import RuleSet, Version
from clairevoie.rules.reads import inputs_read
from clairevoie.rules.trace import Trace, TraceStep

NO_FACTS = Facts()
MOST_SAID = 3
"""Operations that rest on one article and are told in full among the reasons in law."""


def explain(
    rules: RuleSet,
    trace: Trace,
    *,
    facts: Facts = NO_FACTS,
    language: str = "fr",
    found: Search | None = None,
) -> Explanation:
    """Explain one case in one language.

    Args:
        rules: the published rules.
        trace: the case, evaluated by them (`clairevoie.rules.evaluate.evaluate`).
        facts: what is known of the decision; nothing for a simulation.
        language: ``fr`` or ``en``.
        found: what `clairevoie.explanation.regions.search` found for this case, so that a second
            language does not search again; left out, it is searched.

    Raises:
        ValueError: another language; contributions that do not add up.
    """
    version = rules.version(trace.version)
    speaker = speaker_of(language, rules, version)
    degree, degree_from = degree_of(facts)
    if found is None:
        found = search(rules, trace, cutoff=facts.cutoff)
    changes = told_changes(speaker, trace, found, facts)
    shares = contributions(speaker, trace)
    told = operations(speaker, trace)
    data = _data(speaker, trace, version)
    return Explanation(
        format=FORMAT,
        language=language,
        rules=rules.id,
        title=speaker.text(rules.title, rules.id),
        purpose=speaker.text(rules.purpose),
        body=rules.body,
        version=version.id,
        published=_published(speaker, version),
        day=trace.day,
        fictitious=rules.fictitious,
        problem=trace.problem,
        result=_result(speaker, trace, facts),
        short=short_version(speaker, trace, facts, degree, shares, changes, _last(speaker, trace)),
        participation=_participation(speaker, degree, degree_from),
        data=data,
        parameters=parameters(speaker, trace),
        operations=told + _ranked(speaker, trace, facts),
        not_applied=not_applied(speaker, trace),
        shares=shares,
        changes=changes,
        reasons=Reasons(
            law=_law(speaker, trace, told),
            facts=(
                *_facts(speaker, data),
                *(one.text for one in _ranked(speaker, trace, facts)),
            ),
        ),
    )


# --- 1° -------------------------------------------------------------------------------------------


def degree_of(facts: Facts) -> tuple[Degree, str]:
    """Return the degree of contribution, and who says so.

    What was declared counts; else a row that names whoever decided shows that somebody did. A row
    that names nobody proves nothing: an administration may not record it.
    """
    if facts.degree != "unknown":
        return facts.degree, facts.degree_from
    return ("proposal", "journal") if facts.decided_by else ("unknown", "")


def _participation(speaker: Speaker, degree: Degree, degree_from: str) -> Participation:
    text = speaker.say(degree)
    if degree_from:
        text = f"{text} {speaker.say(f'from_{degree_from}')}"
    return Participation(degree, degree_from, text)


def _result(speaker: Speaker, trace: Trace, facts: Facts) -> Result:
    decided = facts.decision if facts.decision is not None else trace.outcome
    outcome = speaker.rules.outcome(decided) if decided else None
    machine = ""
    if facts.machine_value is not None:
        machine = speaker.amount(facts.machine_value)
    elif facts.machine_outcome is not None:
        machine = speaker.outcome(facts.machine_outcome)
    return Result(
        value=trace.value,
        value_text="" if trace.value is None else speaker.result(trace.value),
        outcome=trace.outcome,
        outcome_text=speaker.outcome(trace.outcome),
        favourable=outcome.favourable if outcome is not None else None,
        decision=facts.decision,
        decision_text=speaker.outcome(facts.decision),
        machine_text=machine,
        differs=bool(trace.problem is None and recorded_otherwise(speaker, trace, facts)),
        decided_text=decided_text(speaker, facts),
    )


# --- 2° -------------------------------------------------------------------------------------------


def _data(speaker: Speaker, trace: Trace, version: Version) -> tuple[Datum, ...]:
    """The data that the rules read, whatever else was given."""
    readings = {reading.name: reading for reading in trace.readings}
    found = []
    for item in inputs_read(version):
        reading = readings.get(item.name)
        status = reading.status if reading is not None else "missing"
        value = reading.value if reading is not None else None
        source = speaker.text(item.source) if item.source else speaker.say("no_source")
        found.append(
            Datum(
                name=item.name,
                label=speaker.label(item),
                value=value,
                text=speaker.value(value, item),
                source=source,
                status=status,
                status_text=speaker.say(f"status_{status}"),
                change=item.change,
                protected=item.protected,
            )
        )
    return tuple(found)


# --- reasons in law and in fact (L.211-5) ---------------------------------------------------------


def _law(speaker: Speaker, trace: Trace, told: tuple[Told, ...]) -> tuple[Reference, ...]:
    """The articles of what applied, each once, with what it says for this person.

    A bound that took nothing did not apply.
    """
    found: dict[tuple[str, str], Reference] = {}
    said: dict[tuple[str, str], list[Told]] = {}
    texts = {one.id: one for one in told}
    for step in trace.steps:
        reference = speaker.reference(step.basis) if step.applied else None
        if reference is not None:
            key = (reference.article, reference.url)
            found.setdefault(key, reference)
            if step.id in texts:
                said.setdefault(key, []).append(texts[step.id])
    return tuple(
        replace(reference, says=_says(speaker, said.get(key, [])))
        for key, reference in found.items()
    )


def _says(speaker: Speaker, told: list[Told]) -> str:
    """What an article says here: its operations, or their names where they are too many."""
    if not told:
        return ""
    if len(told) <= MOST_SAID:
        return " ".join(
            one.text
            if one.text.casefold().startswith(one.label.casefold())
            else speaker.sentence(speaker.say("law_says", label=one.label, text=one.text))
            for one in told
        )
    labels = list(dict.fromkeys(one.label for one in told))
    return speaker.sentence(speaker.say("law_names", labels=speaker.listed(labels)))


def _ranked(speaker: Speaker, trace: Trace, facts: Facts) -> tuple[Told, ...]:
    """Where places go by rank: the person's points beside those of the last one admitted."""
    content, points = speaker.version.content, counted(trace, facts)
    ranking = content.ranking if isinstance(content, PointsScale) else None
    if ranking is None or points is None or facts.cutoff is None or trace.problem is not None:
        return ()
    cutoff = number_text(facts.cutoff, speaker.language)
    text = speaker.say("ranked", points=speaker.amount(points), cutoff=cutoff)
    label, basis = speaker.say("ranking_label"), speaker.reference(ranking.basis)
    return (Told("ranking", "ranking", label, speaker.sentence(text), basis=basis),)


def _facts(speaker: Speaker, data: tuple[Datum, ...]) -> Iterator[str]:
    for one in data:
        source = one.status_text or one.source
        yield speaker.sentence(speaker.say("fact", label=one.label, value=one.text, source=source))


# --- the rest -------------------------------------------------------------------------------------


def _published(speaker: Speaker, version: Version) -> str:
    publication = version.publication
    if publication is None:
        return ""
    if publication.published is None:
        return publication.title
    day = day_text(publication.published, speaker.language)
    return speaker.say("published_on", title=publication.title, day=day)


def _last(speaker: Speaker, trace: Trace) -> str:
    """What the result comes from, where there are no contributions: a row, an operation.

    From the last step back to the first one that computes something: those that only hand another
    one on, rounded or not, are passed over, and what they leave aside is not told.
    """
    steps = [step for step in trace.steps if step.applied and step.kind != "threshold"]
    if trace.kind == "table":
        steps = [step for step in steps if step.kind in {"row", "default"}]
    else:
        step = _computed(speaker, steps)
        if step is not None and is_telling(step):
            text = operation_text(speaker, trace, step)
            if step.value == trace.value:
                return text
            return speaker.say("so_result", text=text, result=speaker.result(trace.value))
        steps = steps if step is None else [step]
    wanted = {step.id for step in steps[-1:]}
    told = [one for one in operations(speaker, trace) if one.id in wanted]
    return told[-1].text if told else speaker.result(number_of(trace.value))


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

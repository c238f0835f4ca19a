"""Explain one case: the four elements of R.311-3-1-2 of the CRPA, reasons in law and in fact."""

from __future__ import annotations

from collections.abc import Iterator

from clairevoie.explanation.changing import changes as told_changes
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
    Result,
)
from clairevoie.explanation.operations import operations
from clairevoie.explanation.origin import origin
from clairevoie.explanation.parameters import parameters
from clairevoie.explanation.reasons import ranking_told, reasons_in_law
from clairevoie.explanation.regions import Search, search
from clairevoie.explanation.speaking import Speaker, speaker_of
from clairevoie.explanation.summary import decided_text, recorded_otherwise, short_version
from clairevoie.explanation.wording import day_text
from clairevoie.rules.model import RuleSet, Version
from clairevoie.rules.reads import inputs_read
from clairevoie.rules.trace import Trace

NO_FACTS = Facts()


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
    ranked = ranking_told(speaker, trace, facts)
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
        short=short_version(speaker, trace, facts, degree, shares, changes, origin(speaker, trace)),
        participation=_participation(speaker, degree, degree_from),
        data=data,
        parameters=parameters(speaker, trace),
        operations=(*operations(speaker, trace), *ranked),
        not_applied=not_applied(speaker, trace),
        shares=shares,
        changes=changes,
        reasons=Reasons(
            law=reasons_in_law(speaker, trace),
            facts=(*_facts(speaker, data), *(one.text for one in ranked)),
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


# --- reasons in fact (L.211-5) --------------------------------------------------------------------


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

"""From the explanation of one case to the letter, or the document, that says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from clairevoie.explanation.model import Alternative, Explanation, Reference
from clairevoie.letters.model import (
    Administration,
    Agent,
    Decision,
    Element,
    ExplanationLetter,
    LegalReason,
    Recipient,
    Request,
    Row,
)
from clairevoie.letters.phrases import ADAPTED
from clairevoie.letters.remedies import remedies_of
from clairevoie.obligations.dates import Language
from clairevoie.obligations.limits import Article, Distance

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a letter says beside the explanation: whose decision, to whom, when.

    Attributes:
        day: date of the letter.
        administration: the body that decided.
        reference, decided: of the decision.
        notified: when the person received it; ``None`` when unknown.
        subject: what the decision is about, a phrase with its article; may be empty.
        decision: what was decided, a sentence; what the journal recorded when empty.
        agent, recipient: both for a letter that the agent signs; neither for a document of the
            site of the rules.
        received: when the person is supposed to receive the letter; its date when left out.
        request: the request that it answers, if any.
        court: name and address of the administrative court; a document sends to the letter of
            decision.
        distance: where the person lives (CJA, art. R. 421-7).
        place, letter_reference, rules_url, warnings: see
            `clairevoie.letters.model.ExplanationLetter`.
    """

    day: date
    administration: Administration
    reference: str
    decided: date
    notified: date | None = None
    subject: str = ""
    decision: str = ""
    agent: Agent | None = None
    recipient: Recipient | None = None
    received: date | None = None
    request: Request | None = None
    court: str = ""
    distance: Distance = Distance.NONE
    place: str = ""
    letter_reference: str = ""
    rules_url: str = ""
    warnings: tuple[str, ...] = ()


def letter_of(found: Explanation, occasion: Occasion) -> ExplanationLetter:
    """Return the letter of an explanation, in the language of the explanation.

    Raises:
        ValueError: the dates are not in order; a letter with an agent lacks what the law asks, the
            court or what was decided.
    """
    language = cast("Language", found.language)
    words = ADAPTED[language]
    signed = occasion.agent is not None
    outcome = occasion.decision or _decided(found, words)
    if signed and not outcome:
        raise ValueError("nothing says what was decided: give the decision, as a sentence.")
    if signed and occasion.decided > occasion.day:
        raise ValueError(
            f"a letter of {occasion.day} cannot explain a decision taken on {occasion.decided}; "
            "correct one of the dates."
        )
    if signed and not occasion.court.strip():
        raise ValueError(
            "nothing says which court: CJA, art. R. 421-5 makes the time limits depend on the "
            "remedies that are stated; give its name and address."
        )
    searched, would_change = _would_change(found, words)
    return ExplanationLetter(
        language=language,
        day=occasion.day,
        place=occasion.place,
        reference=occasion.letter_reference,
        administration=occasion.administration,
        agent=occasion.agent,
        recipient=occasion.recipient,
        decision=Decision(
            reference=occasion.reference,
            subject=occasion.subject,
            date=occasion.decided,
            outcome=outcome or words["not_recorded"],
            system=found.title,
            notified=occasion.notified,
            differs=_differs(found, words),
        ),
        request=occasion.request,
        summary=(
            found.participation.text,
            *(one.text for one in found.short if one.role == "weight"),
        ),
        degree=Element(paragraphs=(found.participation.text,)),
        data=Element(
            paragraphs=(),
            rows=tuple(
                Row(one.label, one.text, source=one.status_text or one.source) for one in found.data
            ),
        ),
        parameters=_parameters(found, words),
        operations=_operations(found, words),
        facts=found.reasons.facts,
        law=tuple(LegalReason(one.says, _article(one)) for one in found.reasons.law),
        failed=tuple(one.text for one in found.not_applied),
        would_change=would_change,
        searched=searched,
        remedies=remedies_of(
            language=language,
            day=occasion.day,
            received=occasion.received or occasion.day,
            decided=occasion.decided,
            notified=occasion.notified,
            administration=occasion.administration if signed else None,
            court=occasion.court,
            distance=occasion.distance,
            asked=occasion.request is not None,
        ),
        rules_url=occasion.rules_url,
        warnings=(*occasion.warnings, *((words["fictitious"],) if found.fictitious else ())),
    )


def _decided(found: Explanation, words: Words) -> str:
    """Say what was recorded, never what the rules give when they are applied again."""
    result = found.result
    if not result.decided_text:
        return ""
    return words["decided" if result.decision else "recorded"].format(text=result.decided_text)


def _differs(found: Explanation, words: Words) -> str:
    """Say that what was recorded is not what the published rules give, where it is not."""
    result = found.result
    outcome = words["quoted"].format(text=result.outcome_text) if result.outcome_text else ""
    given = ", ".join(filter(None, (result.value_text, outcome)))
    if result.differs:
        return words["differs"].format(recorded=result.machine_text, given=given)
    if result.decision is not None and result.outcome not in {None, result.decision}:
        return words["decided_otherwise"].format(given=given)
    return ""


def _parameters(found: Explanation, words: Words) -> Element:
    weights = _weights(found)
    rows = tuple(
        Row(
            _capital(one.label),
            _cell(one.text),
            source=_basis(one.basis, words),
            contribution=weights.get(one.id, "") if one.applied else words["not_applied"],
        )
        for one in found.parameters
    )
    return Element(paragraphs=(), rows=rows)


def _operations(found: Explanation, words: Words) -> Element:
    weights = _weights(found)
    rows = tuple(
        Row(
            _capital(one.label),
            _cell(one.text),
            source=_basis(one.basis, words),
            contribution=weights.get(one.id, ""),
        )
        for one in found.operations
    )
    return Element(paragraphs=(found.shares.text,) if found.shares else (), rows=rows)


def _weights(found: Explanation) -> dict[str, str]:
    return {one.id: one.text for one in found.shares.items} if found.shares else {}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cell(text: str) -> str:
    """Return what fits a table: a single phrase has no full stop there."""
    return text if ". " in text else text.removesuffix(".")


def _basis(reference: Reference | None, words: Words) -> str:
    if reference is None:
        return ""
    mark = words["to_check"] if reference.to_check else ""
    return f"{reference.article}{mark}"


def _article(reference: Reference) -> Article:
    return Article(reference.article, reference.url, reference.to_check)


# --- what would change the decision ---------------------------------------------------------------


def _would_change(found: Explanation, words: Words) -> tuple[str, tuple[str, ...]]:
    """Return what was searched, and what would change the decision without harm to the person."""
    changes = found.changes
    kept = [one for one in changes.alternatives if not _worse(one, found)]
    dropped = len(changes.alternatives) - len(kept)
    if dropped and not kept and found.result.favourable:
        return words["only_worse"], ()
    said = [changes.text, *([words["worse_dropped"]] if dropped else [])]
    return " ".join(filter(None, said)), tuple(one.text for one in kept)


def _worse(one: Alternative, found: Explanation) -> bool:
    """Say whether a change would harm the person: nobody asks how to be refused.

    When nobody can tell (an amount may be a price or a benefit) it is not dropped. From a
    favourable outcome, any other that is not said to be favourable is worse.
    """
    if one.favourable is None and one.outcome is not None:
        return found.result.favourable is True
    return one.favourable is False

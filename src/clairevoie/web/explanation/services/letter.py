"""The explanation as a document to keep: the letter of the ground floor, with what the site knows.

The site does not know the agent in charge nor the person: the document says so, bears no signature,
and sends back to the letter that the person holds, where both are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from clairevoie.explanation.model import Explanation, Reference, Told
from clairevoie.letters.explanation import explanation_pdf
from clairevoie.letters.model import (
    Administration,
    Agent,
    Decision,
    Element,
    ExplanationLetter,
    LegalReason,
    Recipient,
    Row,
)
from clairevoie.letters.remedies import remedies_of
from clairevoie.obligations.dates import Language
from clairevoie.obligations.limits import Article
from clairevoie.web.explanation.services import telling


def letter_pdf(told: telling.Told, *, reference: str, today: date, language: str) -> bytes:
    """Return the explanation of a decision as a tagged PDF.

    Raises:
        ValueError: the decision was not explained.
        LetterProblem: the letter cannot be set.
    """
    return explanation_pdf(letter_of(told, reference=reference, today=today, language=language))


def letter_of(
    told: telling.Told, *, reference: str, today: date, language: str
) -> ExplanationLetter:
    """Return what the document says.

    Raises:
        ValueError: the decision was not explained.
    """
    if told.explained is None or told.day is None:
        raise ValueError("only a decision that is explained makes a letter")
    found = told.explained.explanation
    entry = told.edition.rules
    body = Administration(name=entry.body.name if entry.body else found.body, address=())
    spoken = cast("Language", language)
    rules_url = f"{settings.SITE_URL}{reverse('rules:rule_set', args=[entry.slug])}"
    return ExplanationLetter(
        language=spoken,
        day=today,
        administration=body,
        agent=Agent(
            name=_("The agent in charge of your file"),
            capacity=_("named on the letter of the decision"),
        ),
        recipient=Recipient(
            name=_("To the person concerned by decision %(reference)s") % {"reference": reference},
            address=(),
        ),
        decision=Decision(
            reference=reference,
            subject=found.title[:1].lower() + found.title[1:],
            date=told.day,
            outcome=found.short_text,
            system=found.title,
        ),
        request=None,
        summary=(found.participation.text,),
        degree=Element(paragraphs=(found.participation.text,)),
        data=Element(
            paragraphs=(),
            rows=tuple(Row(each.label, each.text, source=each.source) for each in found.data),
        ),
        parameters=Element(
            paragraphs=(),
            rows=tuple(
                Row(each.label, each.text, source=each.basis.article if each.basis else "")
                for each in found.parameters
            ),
        ),
        operations=_operations(found),
        facts=found.reasons.facts,
        law=tuple(
            LegalReason(_("Applied to your situation"), _article(each))
            for each in found.reasons.law
        ),
        failed=tuple(each.text for each in found.not_applied),
        would_change=_would_change(found),
        remedies=remedies_of(
            language=spoken,
            day=today,
            received=today,
            notified=min(told.day, today),
            administration=body,
            court=_("The administrative court named on the letter of the decision"),
            asked=False,
        ),
        rules_url=rules_url,
        to_check=_to_check(told),
    )


def _operations(found: Explanation) -> Element:
    weights = {each.id: each.text for each in found.shares.items} if found.shares else {}

    def row(told: Told) -> Row:
        source = told.basis.article if told.basis else ""
        return Row(told.label, told.text, source=source, contribution=weights.get(told.id, ""))

    paragraphs = (found.shares.text,) if found.shares else ()
    return Element(paragraphs=paragraphs, rows=tuple(row(each) for each in found.operations))


def _article(reference: Reference) -> Article:
    return Article(reference.article, reference.url, reference.to_check)


def _would_change(found: Explanation) -> tuple[str, ...]:
    texts: Sequence[str] = [each.text for each in found.changes.alternatives]
    return tuple(texts) or (found.changes.text,)


def _to_check(told: telling.Told) -> tuple[str, ...]:
    """Return what the reader must know of this document."""
    said = [
        _(
            "This document was made by the public site of the rules, from the journal of "
            "decisions, at the request of whoever holds the reference and the code. It bears no "
            "signature."
        )
    ]
    if told.rules.fictitious:
        said.append(_("These rules are invented, for a demonstration."))
    if told.explained and told.explained.explanation.result.differs:
        said.append(_("The recorded result is not the one that the published rules give."))
    return tuple(said)

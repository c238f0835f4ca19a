"""The explanation as a document to keep: that of the ground floor, with what the site knows.

The site is not the administration: it knows neither the agent in charge nor the person. What it
makes is no letter: it says so, and sends back to the letter that the person holds.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from clairevoie.letters.explanation import explanation_pdf
from clairevoie.letters.from_explanation import Occasion, letter_of
from clairevoie.letters.model import Administration, ExplanationLetter
from clairevoie.web.explanation.services.telling import Told


def document_pdf(told: Told, *, reference: str, today: date) -> bytes:
    """Return the explanation of a decision as a tagged PDF, in the language it was told in.

    Raises:
        ValueError: the decision was not explained.
        LetterProblem: the document cannot be set.
    """
    return explanation_pdf(document_of(told, reference=reference, today=today))


def document_of(told: Told, *, reference: str, today: date) -> ExplanationLetter:
    """Return what the document says.

    Raises:
        ValueError: the decision was not explained.
    """
    if told.explained is None or told.day is None:
        raise ValueError("only a decision that is explained makes a document")
    found = told.explained.explanation
    entry = told.edition.rules
    return letter_of(
        found,
        Occasion(
            day=today,
            administration=Administration(
                name=entry.body.name if entry.body else found.body, address=()
            ),
            reference=reference,
            decided=told.day,
            rules_url=f"{settings.SITE_URL}{reverse('rules:rule_set', args=[entry.slug])}",
            warnings=_warnings(told),
        ),
    )


def _warnings(told: Told) -> tuple[str, ...]:
    """Return what the reader must know of this document."""
    said = [
        _(
            "It was made from the journal of decisions, at the request of whoever gave the "
            "reference and the code."
        )
    ]
    if told.recorded_version and told.version:
        said.append(
            _(
                "The journal says that version “%(recorded)s” of the rules was applied. The "
                "version in force on the day of your decision is “%(version)s”: it is the one "
                "used here."
            )
            % {"recorded": told.recorded_version, "version": told.version.id}
        )
    return tuple(said)

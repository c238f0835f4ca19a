"""What the check of a journal finds, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clairevoie.explanation.wording import number_text


@dataclass(frozen=True, slots=True)
class FindingView:
    """One kind of fault in one column."""

    column: str
    sentence: str
    is_problem: bool
    count: str
    rows: str


def findings_page(found: Mapping[str, Any], language: str) -> Sequence[FindingView]:
    """Return the findings of a check (`JournalReport.as_dict`)."""
    return [
        FindingView(
            column=each["column"],
            sentence=sentence_of(each["code"]),
            is_problem=each["severity"] == "problem",
            count=number_text(each["count"], language),
            rows=", ".join(number_text(row, language) for row in each["rows"]),
        )
        for each in found.get("findings", ())
    ]


def sentence_of(code: str) -> str:
    """Return what is wrong, for a code of `clairevoie.decisions.findings`."""
    return {
        "absent_column": _("the journal has no such column, and the rules read it"),
        "absent_input": _("the declaration gives no column for this input, and the rules need it"),
        "missing": _("is empty"),
        "missing_input": _("is empty, and the rules need it"),
        "unreadable_date": _("is not a date (2025-01-31 or 31/01/2025)"),
        "unreadable_number": _("is not a number"),
        "unreadable_input": _("cannot be read as the rules want it"),
        "out_of_domain": _("is outside what the rules accept"),
        "not_an_outcome": _("is not an outcome of the rules"),
        "bad_weight": _("is not a weight: a number above 0"),
        "in_the_future": _("is after the day of the check"),
        "received_after": _("the request came after the decision"),
        "unknown_version": _("is not a version of the rules"),
        "before_version": _(
            "the decision is before the version of the rules that it is said to apply"
        ),
        "after_version": _("the decision is after the end of the version that it is said to apply"),
        "no_version": _("no version of the rules was in force on that day"),
        "duplicate": _("the same reference is on several rows"),
        "identifier_alike": _("differs from another reference by spaces, capitals or dashes only"),
        "several_decisions": _("one reference has different decisions on one day"),
        "declared_in_clear": _("is declared as clear: whoever opens the file sees who it is"),
        "identifier_email": _("holds e-mail addresses: a reference must not say who the person is"),
        "identifier_nir": _(
            "holds social security numbers: a reference must not say who the person is"
        ),
        "person_email": _("holds e-mail addresses where a pseudonym is declared"),
        "person_nir": _("holds social security numbers where a pseudonym is declared"),
        "person_phone": _("holds telephone numbers where a pseudonym is declared"),
        "person_date": _("holds dates, of birth perhaps, where a pseudonym is declared"),
        "person_name": _("holds what looks like names where a pseudonym is declared"),
        "person_short_number": _("holds short numbers: trying them all gives the persons back"),
        "agent_email": _("holds e-mail addresses of agents where a pseudonym is declared"),
        "agent_nir": _("holds social security numbers of agents where a pseudonym is declared"),
        "agent_phone": _("holds telephone numbers of agents where a pseudonym is declared"),
        "agent_date": _("holds dates, of birth perhaps, where a pseudonym of agents is declared"),
        "agent_name": _("holds what looks like names of agents where a pseudonym is declared"),
        "agent_short_number": _("holds short numbers: trying them all gives the agents back"),
    }[code]

"""The report of an audit as plain blocks, in the order in which it is read.

The first section is for everybody: what is asked, what was found, in numbers out of a hundred. Then
come the data and their limits, who goes in and out, the findings with their intervals, what the
figures do not establish, and how to reproduce them. A report is made from a result (the plain
values that `clairevoie.audit.writing` makes), so from one made elsewhere too.
"""

from __future__ import annotations

from datetime import date

from clairevoie.explanation.wording import day_text
from clairevoie.letters import audit_findings, audit_first, audit_method, audit_odds, audit_rules
from clairevoie.letters.audit_blocks import Paragraph, Points, Report
from clairevoie.letters.audit_words import Form, Language, phrase, say


def report_of(form: Form, *, language: Language = "fr", prefix: str = "audit") -> Report:
    """Return the report of a result, exact or public.

    Args:
        form: as `clairevoie.audit.writing` makes it, or `clairevoie.audit.receiving` reads it.
        language: of the report; texts of the plan that are not in it are in another.
        prefix: starts the identifiers of charts, so that two reports can stand on one page.
    """
    sections = (
        audit_first.first(form, language),
        audit_method.data(form, language),
        audit_findings.chain(form, language, prefix),
        audit_findings.rates(form, language, prefix),
        audit_odds.odds(form, language),
        audit_findings.delays(form, language, prefix),
        audit_findings.scores(form, language, prefix),
        audit_findings.amounts(form, language, prefix),
        audit_rules.flips(form, language),
        audit_rules.decompositions(form, language),
        audit_method.not_shown(form, language),
        audit_method.law(form, language),
        audit_method.again(form, language),
        audit_method.glossary(form, language),
    )
    plan = form["plan"]
    return Report(
        language=language,
        title=say(plan["title"], language),
        question=say(plan["question"], language),
        about=phrase(f"about_{form['form']}", language).format(
            day=day_text(date.fromisoformat(plan["written"]), language)
        ),
        written=plan["written"],
        sections=tuple(one for one in sections if one is not None and one.blocks),
    )


def first_page(form: Form, *, language: Language = "fr") -> tuple[str, ...]:
    """Return the sentences of the first page, for a list of audits or a screen."""
    said: list[str] = []
    for block in audit_first.first(form, language).blocks:
        if isinstance(block, Paragraph):
            said.append(block.text)
        elif isinstance(block, Points):
            said += [f"{lead} {text}".strip() for lead, text in block.items]
    return tuple(said)

"""The individual explanation letter: from `ExplanationLetter` to a tagged PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import compress
from typing import Any

from clairevoie.letters.engine import render
from clairevoie.letters.model import Agent, Element, ExplanationLetter, Remedy, Row
from clairevoie.letters.phrases import LETTER
from clairevoie.letters.qr import qr_svg
from clairevoie.obligations.dates import written
from clairevoie.obligations.limits import Article

KINDS = ("label", "value", "source", "number")
# Headings of the four columns of each element's table.
ELEMENTS = {
    "degree": ("column_label", "column_value", "column_source_data", "column_contribution"),
    "data": ("column_datum", "column_value", "column_source_data", "column_contribution"),
    "parameters": (
        "column_parameter",
        "column_rule",
        "column_source_parameters",
        "column_value",
    ),
    "operations": (
        "column_operation",
        "column_result",
        "column_source_parameters",
        "column_contribution",
    ),
}


def explanation_pdf(letter: ExplanationLetter) -> bytes:
    """Return the letter as PDF/UA-1.

    Raises:
        LetterProblem: the letter cannot be set; nothing is returned.
        ValueError: ``rules_url`` is not a web address.
    """
    images = {"qr": qr_svg(letter.rules_url)} if letter.rules_url else {}
    return render("explanation", letter_data(letter), images=images)


def letter_data(letter: ExplanationLetter) -> dict[str, Any]:
    """Return everything that the letter shows, as the plain data that its template reads."""
    words = LETTER[letter.language]
    subject = words["subject"].format(reference=letter.decision.reference)
    return {
        "language": letter.language,
        "title": subject,
        "date": letter.day.isoformat(),
        "words": {key: text for key, text in words.items() if key != "unprintable"},
        "unprintable": words["unprintable"],
        "notes": list(dict.fromkeys(remedy.past for remedy in letter.remedies if remedy.past)),
        **_frame(letter, subject, words),
        "warnings": list(letter.warnings),
        "opening": list(_opening(letter, words)),
        "outcome": letter.decision.outcome,
        "differs": letter.decision.differs,
        "summary": list(letter.summary),
        "facts": list(letter.facts),
        "law": [{"text": reason.text, **_article(reason.article)} for reason in letter.law],
        "failed": list(letter.failed),
        "would_change": list(letter.would_change),
        "searched": letter.searched,
        "remedies": [_remedy(remedy, letter) for remedy in letter.remedies],
        "elements": [
            {"title": words[key], **_element(getattr(letter, key), columns, words)}
            for key, columns in ELEMENTS.items()
        ],
        "rules_url": letter.rules_url,
        "rules_alt": words["rules_alt"].format(url=letter.rules_url),
        "counting": _counting(letter),
        "to_check": list(_to_check(letter, words)),
    }


def _frame(letter: ExplanationLetter, subject: str, words: Mapping[str, str]) -> dict[str, Any]:
    """Return what makes a letter of an administration, or a document of the site of the rules."""
    day = written(letter.day, letter.language)
    agent, recipient, body = letter.agent, letter.recipient, letter.administration
    if agent is None or recipient is None:
        return {
            "kind": "document",
            "author": words["site"],
            "subject": subject,
            "references": [
                words["decided_by"].format(body=body.name),
                words["document_day"].format(day=day),
            ],
            "status": words["not_a_letter"],
            "right": words["right_document"],
            "human": letter.human or words["human_document"],
        }
    salutation = recipient.salutation or words["salutation"]
    return {
        "kind": "letter",
        "author": body.name,
        "subject": words["subject_line"].format(subject=subject),
        "references": list(_references(letter, agent, words)),
        "right": words["right"],
        "human": letter.human or words["human_default"],
        "sender": {
            "name": body.name,
            "lines": [line for line in (body.service, *body.address, body.website) if line],
        },
        "recipient": [recipient.name, *recipient.address],
        "place_date": words["place_date"].format(place=letter.place, day=day)
        if letter.place
        else words["date_only"].format(day=day),
        "salutation": salutation,
        "agent": asdict(agent),
        "closing": words["closing"].format(salutation=salutation),
        "signature": [agent.name, agent.capacity, body.service, body.name],
    }


def _opening(letter: ExplanationLetter, words: Mapping[str, str]) -> Iterator[str]:
    decision = letter.decision
    yield words["opening" if letter.request else "opening_unasked"].format(
        reference=decision.reference, day=written(decision.date, letter.language)
    )
    if decision.subject:
        yield words["opening_subject"].format(subject=decision.subject)
    yield words["opening_system"].format(system=decision.system)


def _references(letter: ExplanationLetter, agent: Agent, words: Mapping[str, str]) -> Iterator[str]:
    request = letter.request
    if letter.reference:
        yield words["our_reference"].format(text=letter.reference)
    if request is not None:
        received = words["received"].format(day=written(request.received, letter.language))
        yield words["your_request"].format(
            text=f"{request.reference}, {received}" if request.reference else received
        )
    yield words["follow"].format(text=f"{agent.name}, {agent.capacity}")


def _article(article: Article) -> dict[str, Any]:
    return {"article": article.name, "url": article.url, "check": article.to_check}


def _articles(articles: Iterable[Article]) -> list[dict[str, Any]]:
    """Return articles to be read one after the other, a code named once for its articles."""
    cited: list[dict[str, Any]] = []
    before = ""
    for article in articles:
        code, mark, number = article.name.partition(", art. ")
        same = bool(mark) and code == before
        cited.append(
            {
                **_article(article),
                "article": number if same else article.name,
                "separator": "," if same else " ;" if cited else "",
            }
        )
        before = code if mark else ""
    return cited


def _remedy(remedy: Remedy, letter: ExplanationLetter) -> dict[str, Any]:
    return {
        "title": remedy.title,
        "where": remedy.where,
        "rule": remedy.rule,
        "condition": remedy.condition,
        "day": written(remedy.due.day, letter.language) if remedy.due else "",
        "past": bool(remedy.past),
        "articles": _articles(remedy.articles),
    }


def _counting(letter: ExplanationLetter) -> list[dict[str, str]]:
    """Return each count once, with the remedies whose date it gives."""
    titles: dict[str, list[str]] = {}
    for remedy in letter.remedies:
        if remedy.due:
            titles.setdefault(remedy.due.how[letter.language], []).append(remedy.title)
    separator = " ; " if letter.language == "fr" else "; "
    return [{"title": separator.join(named), "text": how} for how, named in titles.items()]


def _element(
    element: Element, columns: tuple[str, str, str, str], words: Mapping[str, str]
) -> dict[str, Any]:
    rows = [row for row in (*element.rows, element.total) if row and any(_cells(row))]
    shown = [any(column) for column in zip(*map(_cells, rows), strict=True)]
    return {
        "paragraphs": list(element.paragraphs),
        "withheld": element.withheld,
        "columns": [
            {"title": words[key], "kind": kind}
            for key, kind in compress(zip(columns, KINDS, strict=True), shown)
        ],
        "rows": [list(compress(_cells(row), shown)) for row in rows],
        "total": element.total in rows,
    }


def _cells(row: Row) -> tuple[str, str, str, str]:
    value = f"{row.value}\u00a0{row.unit}" if row.unit and row.value else row.value
    return row.label, value, row.source, row.contribution


def _to_check(letter: ExplanationLetter, words: Mapping[str, str]) -> Iterator[str]:
    yield from letter.to_check
    dues = [remedy.due for remedy in letter.remedies if remedy.due]
    if any(due.counting.to_check for due in dues):
        yield words["counting_to_check"]
    cited = [
        *(reason.article for reason in letter.law),
        *(article for remedy in letter.remedies for article in remedy.articles),
        *(article for due in dues for article in due.articles),
    ]
    names = dict.fromkeys(article.name for article in cited if article.to_check)
    if names:
        yield words["articles_to_check"].format(articles=" ; ".join(names))

"""The explicit mention of CRPA, art. R. 311-3-1-1, as text, HTML, code and one-page PDF.

The article asks for four things: the purpose of the processing, a reminder of the right to obtain
its rules and main characteristics, how to exercise that right, how to turn to the CADA. It does not
ask for the name of the administration; the mention gives it all the same, since nobody can write
to a body that is not named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Literal

from clairevoie.letters.engine import render
from clairevoie.letters.printable import no_break
from clairevoie.letters.qr import qr_svg
from clairevoie.obligations.dates import Language
from clairevoie.register.values import ValueProblem, clean_url

Automation = Literal["full", "partial", "unknown"]

WORDS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "title": "Décision prise sur le fondement d’un traitement algorithmique",
        "taken": "Cette décision a été prise sur le fondement d’un traitement algorithmique : "
        "« {system} ».",
        "full": " Elle est entièrement automatisée : le traitement a décidé seul.",
        "partial": " Elle est en partie automatisée : le traitement n’a pas décidé seul.",
        "body": "Administration responsable : {administration}.",
        "unknown": "",
        "purpose": "À quoi sert ce traitement",
        "right": "Votre droit",
        "right_text": "Vous avez le droit d’obtenir les règles qui définissent ce traitement et "
        "les principales caractéristiques de sa mise en œuvre. L’administration vous les "
        "communique si vous les demandez. Vous pouvez aussi lui demander comment ce traitement a "
        "été appliqué à votre situation. Textes : code des relations entre le public et "
        "l’administration, art. L. 311-3-1, R. 311-3-1-1 et R. 311-3-1-2.",
        "exercise": "Comment l’exercer",
        "exercise_text": "Adressez votre demande à cette administration : {contact}.",
        "published": "Les règles publiées sont sur la page {url}",
        "cada": "En cas de refus ou d’absence de réponse",
        "cada_text": "Si l’administration ne répond pas dans le mois qui suit la réception de "
        "votre demande, son silence vaut refus. Vous avez deux mois pour saisir la Commission "
        "d’accès aux documents administratifs (CADA). Ces deux mois courent à compter de la "
        "notification du refus, ou de la fin du mois de silence. La CADA se saisit par lettre, "
        "télécopie ou voie électronique : www.cada.fr. Textes : même code, art. R*. 311-12, "
        "R. 311-13, R. 311-15 et R. 343-1.",
        "qr": "Code QR qui ouvre la page {url}",
        "scan": "Ce code mène à la page du traitement :",
        "unprintable": "Le signe □ remplace un caractère qui ne peut pas être imprimé.",
        "page": "page {page} sur {pages}",
    },
    "en": {
        "title": "Decision taken on the basis of an algorithmic processing",
        "taken": "This decision was taken on the basis of an algorithmic processing: “{system}”.",
        "body": "Administration responsible: {administration}.",
        "full": " It is fully automated: the processing decided alone.",
        "partial": " It is partly automated: the processing did not decide alone.",
        "unknown": "",
        "purpose": "What this processing is for",
        "right": "Your right",
        "right_text": "You have the right to obtain the rules that define this processing and the "
        "main characteristics of its implementation. The administration gives them to you if you "
        "ask for them. You may also ask it how this processing was applied to your situation. "
        "Texts: code des relations entre le public et l’administration, art. L. 311-3-1, "
        "R. 311-3-1-1 and R. 311-3-1-2.",
        "exercise": "How to exercise it",
        "exercise_text": "Send your request to this administration: {contact}.",
        "published": "The published rules are on the page {url}",
        "cada": "If you are refused, or get no answer",
        "cada_text": "If the administration does not answer within one month of receiving your "
        "request, its silence is a refusal. You have two months to refer the matter to the "
        "Commission d’accès aux documents administratifs (CADA). These two months run from the "
        "notification of the refusal, or from the end of the month of silence. Write to the CADA "
        "by letter, fax or electronically: www.cada.fr. Texts: same code, art. R*. 311-12, "
        "R. 311-13, R. 311-15 and R. 343-1.",
        "qr": "QR code that opens the page {url}",
        "scan": "This code leads to the page of the processing:",
        "unprintable": "The sign □ stands for a character that cannot be printed.",
        "page": "page {page} of {pages}",
    },
}


@dataclass(frozen=True, slots=True)
class Notice:
    """What the mention is made of.

    Attributes:
        administration: name of the public body that decides.
        system: name of the processing.
        purpose: its purpose, one or more sentences.
        contact: where to send a request: postal or electronic address.
        url: public page of the rules; empty when there is none (then neither link nor code).
        automation: ``full`` or ``partial`` when the administration says so; ``unknown`` says
            nothing more than the law does, «prise sur le fondement d’un traitement algorithmique».
        language: of the texts above.
    """

    administration: str
    system: str
    purpose: str
    contact: str
    url: str = ""
    automation: Automation = "unknown"
    language: Language = "fr"

    def __post_init__(self) -> None:
        for name in ("administration", "system", "purpose", "contact"):
            if not getattr(self, name).strip():
                raise ValueError(f"The mention has no {name}; art. R. 311-3-1-1 needs it.")
        if self.url:
            try:
                clean_url(self.url)
            except ValueProblem as problem:
                raise ValueError(f"The page of the mention: {problem}.") from None


@dataclass(frozen=True, slots=True)
class Part:
    """One of the four elements: ``key`` is ``purpose``, ``right``, ``exercise`` or ``cada``."""

    key: str
    heading: str
    text: str


def notice_lead(notice: Notice) -> str:
    """Return what comes first: that the decision rests on an algorithmic processing."""
    words = WORDS[notice.language]
    text = words["taken"].format(system=notice.system) + words[notice.automation]
    return no_break(text, language=notice.language)


def notice_body(notice: Notice) -> str:
    """Return the sentence that names the administration."""
    text = WORDS[notice.language]["body"].format(administration=notice.administration)
    return no_break(text, language=notice.language)


def notice_parts(notice: Notice) -> tuple[Part, ...]:
    """Return the four elements of art. R. 311-3-1-1, in its order."""
    words = WORDS[notice.language]
    contact = notice.contact.strip().rstrip(".")
    texts = {
        "purpose": notice.purpose.strip(),
        "right": words["right_text"],
        "exercise": words["exercise_text"].format(contact=contact),
        "cada": words["cada_text"],
    }
    return tuple(
        Part(
            key=key,
            heading=words[key],
            text=no_break(text, language=notice.language),
        )
        for key, text in texts.items()
    )


def notice_text(notice: Notice) -> str:
    """Return the mention as plain text, to paste in a letter."""
    blocks = [WORDS[notice.language]["title"], f"{notice_lead(notice)} {notice_body(notice)}"]
    for part in notice_parts(notice):
        blocks.append(f"{part.heading}\n{part.text}")
        if part.key == "exercise" and notice.url:
            blocks.append(_published(notice))
    return "\n\n".join(blocks) + "\n"


def notice_html(notice: Notice, *, level: int = 2) -> str:
    """Return the mention as an HTML section: everything escaped, no style, no script.

    Args:
        notice: the mention.
        level: of its heading, 1 to 5; its parts are one level down.

    Raises:
        ValueError: ``level`` is out of 1 to 5.
    """
    if not 1 <= level <= 5:
        raise ValueError(f"A heading of level {level} has no level under it; use 1 to 5.")
    title = escape(WORDS[notice.language]["title"])
    lines = [
        f'<section lang="{notice.language}">',
        f"<h{level}>{title}</h{level}>",
        f"<p>{escape(notice_lead(notice))} {escape(notice_body(notice))}</p>",
    ]
    for part in notice_parts(notice):
        lines.append(f"<h{level + 1}>{escape(part.heading)}</h{level + 1}>")
        lines.append(f"<p>{escape(part.text)}</p>")
        if part.key == "exercise" and notice.url:
            shown = escape(notice.url)
            link = f'<a href="{shown}">{shown}</a>'
            lines.append(f"<p>{escape(_published(notice, url='')).rstrip()} {link}</p>")
    return "\n".join([*lines, "</section>"]) + "\n"


def notice_qr(notice: Notice, *, key: str = "qr") -> str:
    """Return the code that leads to the public page, as SVG with a title.

    Raises:
        ValueError: the mention has no page.
    """
    if not notice.url:
        raise ValueError("The mention has no page to lead to; give its url.")
    title = WORDS[notice.language]["qr"].format(url=notice.url)
    return qr_svg(notice.url, title=no_break(title, language=notice.language), key=key)


def notice_pdf(notice: Notice, *, day: date) -> bytes:
    """Return the mention as PDF/UA-1, on one page when its texts are of an ordinary length.

    Args:
        notice: the mention.
        day: date of the document.

    Raises:
        LetterProblem: it cannot be set.
    """
    words = WORDS[notice.language]
    return render(
        "notice",
        {
            "language": notice.language,
            "title": words["title"],
            "author": notice.administration,
            "date": day.isoformat(),
            "page": words["page"],
            "lead": notice_lead(notice),
            "body": notice_body(notice),
            "parts": [
                {"heading": part.heading, "text": part.text} for part in notice_parts(notice)
            ],
            "administration": notice.administration,
            "scan": words["scan"],
            "url": notice.url,
            "alt": words["qr"].format(url=notice.url),
            "unprintable": words["unprintable"],
        },
        images={"qr": qr_svg(notice.url)} if notice.url else {},
    )


def _published(notice: Notice, *, url: str | None = None) -> str:
    text = WORDS[notice.language]["published"]
    return text.format(url=notice.url if url is None else url)

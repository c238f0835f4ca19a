"""The markup of values and voices, written here rather than in a template.

A record has hundreds of them: one variable of a template costs more than one whole line here. Every
text that comes from the register goes through `esc`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as esc

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clairevoie.web.register.services.pages.wording import Shown


@dataclass(frozen=True, slots=True)
class Words:
    """The words that voices repeat, translated once a page."""

    passage: str
    statement: str
    alone: str
    document: str
    answers: str
    diverging: str
    to_check: str


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands behind one value: the words of the source and the statement's own page."""

    url: str
    value: str
    quote: str
    lang: str


@dataclass(frozen=True, slots=True)
class ReplyView:
    """An answer of the administration."""

    organisation: str
    html: SafeString
    day: str


def words() -> Words:
    """Return the words, in the language of the page."""
    return Words(
        esc(_("Quoted passage")),
        esc(_("About this statement")),
        esc(_("This statement alone")),
        esc(_("Open the document")),
        esc(_("answers")),
        esc(_("The sources do not say the same thing")),
        esc(_("to be checked")),
    )


def lang_attribute(lang: str) -> str:
    """Return the attribute that says the language of a text, when it is not that of the page."""
    return f' lang="{esc(lang)}"' if lang else ""


def values_markup(values: Sequence[Shown], kind: str) -> SafeString:
    """Return one value as a paragraph, several as a list: side by side when they are terms."""
    if len(values) == 1:
        short = "" if kind == "text" else " short"
        item = values[0]
        return SafeString(f'<p class="value{short}"{lang_attribute(item.lang)}>{item.html}</p>')
    row = " bare row" if kind == "choice" else ""
    items = "".join(f"<li{lang_attribute(item.lang)}>{item.html}</li>" for item in values)
    return SafeString(f'<ul class="values{row}">{items}</ul>')


def voice_markup(
    *,
    speaker: str,
    capacity: str,
    day: str,
    source_title: str,
    source_url: str,
    source_link: str,
    locator: str,
    passages: Sequence[Passage],
    replies: Sequence[ReplyView],
    words: Words,
    on_paper: bool,
) -> SafeString:
    """Return who says it, where it is written, passages (folded except on paper), answers."""
    said = f", {esc(day)}" if day else ""
    source = ""
    if source_title:
        title = esc(source_title)
        source = f" · {title}" if on_paper else f' · <a href="{esc(source_url)}">{title}</a>'
        source += f", {esc(locator)}" if locator else ""
        source += f" · {esc(source_link)}" if on_paper and source_link else ""
    line = f'<p class="voice"><b>{esc(speaker)}</b> ({esc(capacity)}){said}{source}</p>'
    answers = "".join(_reply(reply, words) for reply in replies)
    if on_paper:
        return SafeString(line + "".join(_quote(passage) for passage in passages) + answers)
    label = words.passage if any(passage.quote for passage in passages) else words.statement
    document = (
        f' · <a href="{esc(source_link)}" rel="nofollow noopener">{words.document}</a>'
        if source_link
        else ""
    )
    inside = "".join(
        (f'<p class="soft small">{esc(passage.value)}</p>' if passage.value else "")
        + _quote(passage)
        + f'<p class="small"><a href="{esc(passage.url)}">{words.alone}</a>{document}</p>'
        for passage in passages
    )
    return SafeString(
        f'{line}<details class="proof"><summary>{label}</summary>{inside}</details>{answers}'
    )


def _reply(reply: ReplyView, words: Words) -> str:
    return (
        f'<div class="reply"><p class="small"><b>{esc(reply.organisation)}</b> {words.answers}, '
        f'{esc(reply.day)}</p><p class="lines">{reply.html}</p></div>'
    )


def _quote(passage: Passage) -> str:
    if not passage.quote:
        return ""
    lang = lang_attribute(passage.lang)
    return f'<blockquote class="lines"{lang}>{esc(passage.quote)}</blockquote>'


def block_markup(period: str, positions: Sequence[str], *, divergent: bool, words: Words) -> str:
    """Return what is said for one period: side by side when the positions contradict each other."""
    head = f'<p class="period">{esc(period)}</p>' if period else ""
    if not divergent:
        return head + "".join(f'<div class="position">{html}</div>' for html in positions)
    sides = "".join(f"<div>{html}</div>" for html in positions)
    return (
        f'{head}<div class="diverging"><p class="diverging-title">{words.diverging}</p>'
        f'<div class="sides">{sides}</div></div>'
    )


def legal_markup(articles: Sequence[tuple[str, str, bool]], words: Words) -> SafeString:
    """Return articles (name, address, to be checked) as small print."""
    return SafeString(
        "".join(
            '<p class="legal">'
            + (
                f'<a href="{esc(url)}" rel="nofollow noopener" lang="fr">{esc(article)}</a>'
                if url
                else f'<span lang="fr">{esc(article)}</span>'
            )
            + (f' <span class="badge warning">{words.to_check}</span>' if to_check else "")
            + "</p>"
            for article, url, to_check in articles
        )
    )

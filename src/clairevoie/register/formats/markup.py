"""The few HTML tags that the Dutch standard allows, to and from plain text.

Any other tag stays as the text that it is: showing it harmlessly is the display's business.
"""

from __future__ import annotations

import html
import re

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ITEM = re.compile(r"<li(?:\s[^<>]*)?>", re.IGNORECASE)
_ITEM_END = re.compile(r"</li\s*>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|div|ul|ol)(?:\s[^<>]*)?>", re.IGNORECASE)


def text_of_html(markup: str) -> str:
    """Return plain text: paragraphs apart, list items on lines that begin with «- »."""
    if "<" in markup:
        markup = _BREAK.sub("\n", markup)
        markup = _ITEM_END.sub("", _ITEM.sub("\n- ", markup))
        markup = _BLOCK.sub("\n\n", markup)
    return html.unescape(markup) if "&" in markup else markup


def html_of_text(text: str) -> str:
    """Return the text with <, > and & escaped, in paragraphs when it has line breaks."""
    escaped = html.escape(text, quote=False)
    if "\n" not in escaped:
        return escaped
    paragraphs = re.split(r"\n{2,}", escaped)
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in paragraphs)

"""What exchange formats leave out, said in the reader's language.

The ground floor says it in English: these are its sentences, for translation. One that is not here
is shown as it is.
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("the source, speaker and date of each statement are not in this format"),
    _("this format has no place for the field"),
    _("earlier values are not in this format"),
    _("this format takes one value: the others are left out"),
    _("this format takes one text: the values are joined"),
    _("the identifier of records is not in this format"),
    _("only the name of the public body is in this format"),
    _("this format has no name for the term"),
    _("too many or too long values for a cell: the last ones are left out"),
    _("written as the description, for want of a summary"),
    _("a licence is written with the published code, and there is none"),
    _("of the body, only its name, identifier and website are in this format"),
    _("the name of the body is written instead"),
    _("DCAT-AP requires a description: give a summary"),
    _("longer than the standard allows: the end is cut"),
    _("longer than the standard allows: left out"),
    _("the standard has months: the day is left out"),
    _("the standard links titles only"),
    _("a comma inside a keyword becomes a space"),
    _("the standard requires it"),
    _("the standard only has Dutch (nld)"),
    _("two descriptions of one body: the first is kept"),
)


def loss_sentence(message: str) -> str:
    """Return a sentence of the ground floor in the reader's language, with a capital letter."""
    text = gettext(message) if message in SENTENCES else message
    return text[:1].upper() + text[1:]

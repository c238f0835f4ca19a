"""Forms of the journals' pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clairevoie.web.accounts.forms import PlainForm
from clairevoie.web.decisions.services.replaying import NOTE_LIMIT

DECLARATION_LIMIT = 1_000_000


class JournalForm(PlainForm):
    """The declaration of a journal."""

    declaration = forms.FileField(
        label=_("Declaration of the journal"),
        help_text=_(
            "A YAML file in the format “journal-1.0”: which columns hold the reference, the date, "
            "the data, the decision."
        ),
    )

    def clean_declaration(self) -> bytes:
        """Return the bytes of the file.

        Raises:
            ValidationError: it is too large for a declaration.
        """
        upload = self.cleaned_data["declaration"]
        if upload.size > DECLARATION_LIMIT:
            raise forms.ValidationError(_("This file is too large for a declaration."))
        return bytes(upload.read())


class DataForm(PlainForm):
    """The file of a journal."""

    file = forms.FileField(
        label=_("File of the decisions"),
        help_text=_(
            "The Parquet or CSV file that the declaration names, with pseudonyms; at most 20 MB. "
            "A larger one is put in its folder by the operator of the site."
        ),
    )


class PublicationForm(PlainForm):
    """What goes with a published report."""

    note = forms.CharField(
        label=_("What you say of it"),
        help_text=_("A few words beside the report: what you found, what you will correct."),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

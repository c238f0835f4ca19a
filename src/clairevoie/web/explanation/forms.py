"""The form of « Expliquer ma décision »."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clairevoie.decisions.codes import read_code
from clairevoie.decisions.references import MAX_LENGTH
from clairevoie.web.accounts.forms import PlainForm


class AskForm(PlainForm):
    """What is printed on the letter: the reference of the decision, and its code."""

    reference = forms.CharField(
        label=gettext_lazy("Reference of the decision"),
        help_text=gettext_lazy("As on your letter. Spaces and capitals do not matter."),
        max_length=MAX_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("17 letters and digits, for example 7KQ2-9XMB-04TR-ZC8H-V."),
        max_length=100,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        """Refuse a code that is mistyped: its last symbol checks the others.

        This looks at the code alone: it says nothing of the reference.
        """
        code: str = self.cleaned_data["code"]
        if read_code(code) is None:
            raise forms.ValidationError(
                _("This code has a typing mistake: please copy it again from your letter.")
            )
        return code

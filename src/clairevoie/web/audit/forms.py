"""Forms of the pages of audits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clairevoie.web.accounts.forms import PlainForm
from clairevoie.web.accounts.models import Organisation
from clairevoie.web.audit.services.publishing import NOTE_LIMIT, REPLY_LIMIT
from clairevoie.web.audit.services.receiving import RESULT_LIMIT
from clairevoie.web.audit.services.running import PLAN_LIMIT
from clairevoie.web.decisions.models import Journal


class PlanForm(PlainForm):
    """The plan of an audit: a file, or a text."""

    file = forms.FileField(
        label=_("File of the plan"),
        help_text=_("A YAML file in the format “audit-1.0”."),
        required=False,
    )
    plan_text = forms.CharField(
        label=_("Or the text of the plan"),
        required=False,
        strip=False,
        max_length=PLAN_LIMIT,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def clean_file(self) -> bytes:
        """Return the bytes of the file; none without a file.

        Raises:
            ValidationError: it is too large for a plan.
        """
        upload = self.cleaned_data["file"]
        if upload is None:
            return b""
        if upload.size > PLAN_LIMIT:
            raise forms.ValidationError(_("This file is too large for a plan."))
        return bytes(upload.read())

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two; a text typed in a browser has its line ends put right."""
        data = super().clean() or {}
        text = str(data.get("plan_text") or "").replace("\r\n", "\n")
        data["plan"] = data.get("file") or text.encode()
        if not self.errors and not data["plan"].strip():
            self.add_error("file", _("Please give the plan: a file, or its text."))
        return data


class PublicationForm(PlainForm):
    """What goes with a published audit."""

    note = forms.CharField(
        label=_("What you say of it"),
        help_text=_("A few words beside the report: what you found, what you ask or will correct."),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReceivedForm(PublicationForm):
    """An audit made elsewhere."""

    result = forms.FileField(
        label=_("Result of the audit"),
        help_text=_(
            "The file “result.json” that “clairevoie audit” writes, without “--exact”; at most "
            "10 MB."
        ),
    )
    field_order = ("result", "note")

    def clean_result(self) -> bytes:
        """Return the bytes of the file.

        Raises:
            ValidationError: it is too large.
        """
        upload = self.cleaned_data["result"]
        if upload.size > RESULT_LIMIT:
            raise forms.ValidationError(_("This file is too large: at most 10 MB."))
        return bytes(upload.read())


class AccessForm(PlainForm):
    """Letting an observer audit a journal."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Organisation"),
        help_text=_("Its publishers will read exact figures, those on a few people included."),
    )

    def __init__(self, *args: Any, journal: Journal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = (
            Organisation.objects.exclude(body__isnull=False, body=journal.rules.body_id)
            .filter(is_operator=False)
            .order_by("name")
        )
        # Asked for at once: an iterator would open a cursor on PostgreSQL.
        field.choices = [("", _("Choose…")), *((each.pk, each.name) for each in field.queryset)]


class ReplyForm(PlainForm):
    """The reply of the administration that an audit is about."""

    text_given = forms.CharField(
        label=_("Your reply"),
        help_text=_("What the audit shows, what you dispute, what you have corrected since."),
        max_length=REPLY_LIMIT,
        widget=forms.Textarea(attrs={"rows": 10}),
    )

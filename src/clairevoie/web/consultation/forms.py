"""Forms of the pages of recommendations; the services judge."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from clairevoie.web.accounts.forms import PlainForm
from clairevoie.web.consultation.models import AnswerVerdict, Origin
from clairevoie.web.consultation.services.reading import LATE
from clairevoie.web.register.models import PublicBody, Source, Statement, System
from clairevoie.web.register.services.contributing import find_body
from clairevoie.web.register.services.sources import shown_sources

STATUSES = ("owed", LATE, "study", "accepted", "partly", "refused", "done", "replaced")


def line_field(
    label: Any, hint: Any = "", *, required: bool = False, **attributes: str
) -> forms.CharField:
    """Return a field of one line."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attributes}),
    )


def text_field(
    label: Any, hint: Any = "", *, rows: int = 6, required: bool = True
) -> forms.CharField:
    """Return a field of several lines."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        strip=False,
        widget=forms.Textarea(attrs={"rows": str(rows)}),
    )


def day_field(label: Any, hint: Any, *, required: bool) -> forms.DateField:
    """Return a field for a day."""
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )


def identifier_in(text: str) -> UUID | None:
    """Return the identifier that ends the address of a page, or that was typed alone."""
    last = urlsplit(text.strip()).path.rstrip("/").rpartition("/")[2]
    try:
        return UUID(last)
    except ValueError:
        return None


class ConcernForm(PlainForm):
    """A form whose fields ``body`` and ``system`` say what it concerns; both may be empty."""

    def clean_body(self) -> PublicBody | None:
        """Return the public body of that name."""
        text = self.text("body").strip()
        if not text:
            return None
        if (found := find_body(text)) is None:
            raise forms.ValidationError(_("The register has no such public body."))
        return found

    def clean_system(self) -> System | None:
        """Return the system whose page has that address."""
        text = self.text("system").strip()
        if not text:
            return None
        slug = text.partition("?")[0].rstrip("/").rpartition("/")[2]
        found = System.objects.select_related("body").filter(slug=slug).first()
        if found is None:
            raise forms.ValidationError(_("The register has no such record."))
        return found

    def clean(self) -> dict[str, Any]:
        """Take the public body of the system when none is given."""
        data = super().clean() or {}
        if data.get("system") and not data.get("body"):
            data["body"] = data["system"].body
        return data


_SOURCE_FIELDS = ("origin", "origin_name", "origin_url", "source", "locator", "quote")


class RecommendationForm(PlainForm):
    """What is asked of a public body, and where that comes from."""

    body = forms.CharField(
        label=_("Public body to which it is addressed"),
        help_text=_("Type its name as the register has it: suggestions will follow."),
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "bodies"}),
    )
    title = forms.CharField(
        label=_("What is asked, in one sentence"),
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text_given = text_field(_("What is asked, and why"))
    origin = forms.ChoiceField(
        label=_("What it comes from"), choices=Origin.choices, widget=forms.RadioSelect
    )
    origin_name = forms.CharField(
        label=_("Which one"),
        help_text=_("The name of the consultation, of the panel, of the report…"),
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    origin_url = line_field(_("Its address on the web"), inputmode="url")
    source = line_field(
        _("Source of the register"),
        _("The address of the page of the source, if the register has the document."),
        inputmode="url",
    )
    locator = line_field(_("Place in this source"), _("Page, chapter, title of the passage."))
    quote = text_field(_("Quoted passage"), rows=3, required=False)
    author = line_field(
        _("Who asks"), _("Leave this empty if it is your organisation; else give the document.")
    )
    capacity = forms.ChoiceField(label=_("In what capacity"), required=False)
    asked_on = line_field(
        _("Date on which it was made"),
        _("Write a year, a month or a day: 2024, 2024-05 or 2024-05-31."),
        placeholder="2024-05-31",
    )
    due_on = day_field(
        _("By when an answer is asked"),
        _("Only if whoever asks gives a date: this site sets none."),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        capacities: list[tuple[str, str]],
        of_this_site: bool = False,
        **kwargs: Any,
    ) -> None:
        """Make the form; what comes from a consultation or panel of this site has its source."""
        super().__init__(*args, **kwargs)
        if of_this_site:
            for name in _SOURCE_FIELDS:
                del self.fields[name]
        field = self.fields["capacity"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", _("Choose…")), *capacities]

    def clean_body(self) -> PublicBody:
        """Return the public body of this name.

        Raises:
            ValidationError: the register has none, or several.
        """
        found = find_body(self.cleaned_data["body"])
        if found is None:
            raise forms.ValidationError(_("The register has no public body of this name."))
        return found

    def clean_source(self) -> Source | None:
        """Return the source whose page has this address; ``None`` without one.

        Raises:
            ValidationError: there is no such source.
        """
        text = self.cleaned_data["source"]
        if not text.strip():
            return None
        uid = identifier_in(text)
        found = shown_sources().filter(uid=uid).first() if uid else None
        if found is None:
            raise forms.ValidationError(_("The register has no such source."))
        return found


class AnswerForm(PlainForm):
    """What the administration answers."""

    verdict = forms.ChoiceField(
        label=_("Your answer"),
        help_text=_("“Under study” is no answer yet: the date asked for still holds."),
        choices=AnswerVerdict.choices,
        widget=forms.RadioSelect,
    )
    reason = text_field(_("Why"), _("It is public."))
    commitment = text_field(
        _("What you will do"),
        _("If you accept, wholly or in part."),
        rows=4,
        required=False,
    )
    promised_on = day_field(
        _("By when"),
        _("If you accept, wholly or in part: the day by which it is done."),
        required=False,
    )


class ProgressForm(PlainForm):
    """Where a commitment is, or that it is kept."""

    text_given = text_field(_("What was done, what is left to do"))
    done = forms.BooleanField(label=_("It is done: give the proof"), required=False)
    proof_url = line_field(_("Address of the proof"), inputmode="url")
    statement = line_field(
        _("Or a statement of the register"),
        _("The address of its page; the two pages will lead to each other."),
        inputmode="url",
    )

    def clean_statement(self) -> Statement | None:
        """Return the statement whose page has this address; ``None`` without one.

        Raises:
            ValidationError: there is no such statement.
        """
        text = self.cleaned_data["statement"]
        if not text.strip():
            return None
        uid = identifier_in(text)
        found = Statement.objects.select_related("system").filter(uid=uid).first() if uid else None
        if found is None:
            raise forms.ValidationError(_("The register has no such statement."))
        return found

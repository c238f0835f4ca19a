"""Forms of the pages of consultations; the services judge."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clairevoie.web.accounts.forms import PlainForm
from clairevoie.web.consultation.forms import ConcernForm, day_field, line_field, text_field
from clairevoie.web.consultation.models import Audience, ModerationWhen, PopulationCategory
from clairevoie.web.consultation.models.consultations import MIN_GROUP
from clairevoie.web.consultation.models.voting import PROPOSAL_LENGTH

POLICY = _(
    "A proposal is refused when it is off the subject, says several things at once, repeats "
    "another one or advertises something. Only what is unlawful is hidden: insult, defamation, "
    "hatred, personal data. A disagreement is no reason. Each refusal is public, with its reason."
)


class ConsultationForm(ConcernForm):
    """Opening a consultation."""

    title = line_field(_("Title"), required=True)
    question = line_field(_("The question, in one sentence"), required=True)
    text_given = text_field(_("What one should know before voting"), required=False)
    body = forms.CharField(
        label=_("Public body that it concerns"),
        help_text=_("Type its name as the register has it: suggestions will follow."),
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "bodies"}),
    )
    system = line_field(
        _("System that it concerns"),
        _("The address of its page in this register."),
        inputmode="url",
    )
    audience = forms.ChoiceField(
        label=_("Who may take part"), choices=Audience.choices, widget=forms.RadioSelect
    )
    opens_on = day_field(_("First day"), "", required=True)
    closes_on = day_field(_("Last day"), _("One can still vote on that day."), required=True)
    moderation = forms.ChoiceField(
        label=_("When proposals of participants are read"),
        choices=ModerationWhen.choices,
        widget=forms.RadioSelect,
    )
    policy = text_field(_("Rules of the moderation"), _("They are published."), rows=5)
    results_on = day_field(
        _("Day from which results are shown"),
        _("Results that are shown while people vote can sway them."),
        required=False,
    )
    results_from = forms.IntegerField(
        label=_("Number of participants from which results are shown"), required=False, min_value=1
    )
    population = text_field(
        _("Shares of the population, if you want to know how participants resemble it"),
        _(
            "One block for each category, with an empty line between two: its name, then on each "
            "line a name, “;” and its share in percent, then “Source: …” with the year. "
            "Participants are asked, may decline, and only counts are kept."
        ),
        required=False,
    )
    min_group = forms.IntegerField(
        label=_("Smallest number of persons of whom a result is shown"),
        initial=MIN_GROUP,
        min_value=MIN_GROUP,
    )


class SeedForm(PlainForm):
    """Proposals of the organiser, one a line."""

    texts = text_field(_("Proposals, one on each line"), _("They are put to the vote at once."))

    def lines(self) -> list[str]:
        """Return the proposals."""
        return [line.strip() for line in self.text("texts").splitlines() if line.strip()]


class InviteForm(PlainForm):
    """The list of the persons invited."""

    file = forms.FileField(
        label=_("List of the persons invited (CSV)"),
        help_text=_(
            "One person on each line, named as you like; the first column is read. The list is not "
            "kept: you receive it back with a code for each person, this once only."
        ),
    )

    def clean_file(self) -> list[str]:
        """Return what names each person."""
        given = self.cleaned_data["file"]
        if given.size > 1_000_000:
            raise forms.ValidationError(_("This file is too large: 1 MB at most."))
        try:
            text = given.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("This file is not text in UTF-8.")) from None
        first = text.partition("\n")[0]
        rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",")
        try:
            return [row[0].strip() for row in rows if row and row[0].strip()]
        except csv.Error:
            raise forms.ValidationError(_("This file is not a CSV table.")) from None


class CodeForm(PlainForm):
    """The code of an invitation."""

    code = forms.CharField(
        label=_("Your code"),
        help_text=_("16 signs; capitals and dashes do not matter."),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class ProposeForm(PlainForm):
    """A proposal of a participant."""

    text_given = forms.CharField(
        label=_("Your proposal"),
        help_text=_("One idea, in one sentence, that others can agree or disagree with."),
        strip=False,
        max_length=PROPOSAL_LENGTH,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


class WhoForm(PlainForm):
    """What a participant says of themselves: a choice for each category, or none."""

    def __init__(self, *args: Any, categories: Sequence[PopulationCategory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category in categories:
            self.fields[f"category-{category.pk}"] = forms.ChoiceField(
                label=category.name,
                required=False,
                choices=[
                    *((str(each.pk), each.name) for each in category.features.all()),
                    ("", _("I would rather not say")),
                ],
                initial="",
                widget=forms.RadioSelect,
            )

    def chosen(self) -> dict[int, int | None]:
        """Return the feature of each category, ``None`` where there is no answer."""
        return {
            int(name.partition("-")[2]): int(value) if value else None
            for name, value in self.cleaned_data.items()
        }


class DecideForm(PlainForm):
    """What the moderation decides of a proposal."""

    reason = text_field(_("Reason"), _("It is public."), rows=3, required=False)


class CloseForm(PlainForm):
    """Closing a consultation early."""

    reason = text_field(_("Reason"), _("It is public."), rows=3)

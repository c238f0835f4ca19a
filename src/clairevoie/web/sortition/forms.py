"""Forms of the pages of draws; the services judge."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clairevoie.sortition.randomness import Kind
from clairevoie.web.accounts.forms import PlainForm
from clairevoie.web.consultation.forms import ConcernForm, day_field, line_field, text_field
from clairevoie.web.sortition.services.preparing import POOL_LIMIT

KINDS = (
    (Kind.WITNESSES.value, _("Digits drawn before witnesses, with dice or balls")),
    (Kind.BEACON.value, _("A public beacon: a round of drand, published at a known moment")),
)


class AnnounceForm(ConcernForm):
    """A draw as it is announced."""

    title = line_field(_("Name of the panel"), required=True)
    text_given = text_field(
        _("What it is for"),
        _("What its members are asked, when they meet, what they receive, what becomes of it."),
    )
    size = forms.IntegerField(label=_("Number of members"), min_value=1)
    body = line_field(
        pgettext_lazy("a draw", "Public body that it concerns"),
        _("Type its name as the register has it: suggestions will follow."),
        list="bodies",
    )
    system = line_field(
        pgettext_lazy("a draw", "System that it concerns"),
        _("The address of its page in the register."),
        inputmode="url",
    )
    erase_on = day_field(
        _("Day on which the data of the volunteers are erased"),
        _("It is published now and cannot be put off. Names are never shown on this site."),
        required=True,
    )


class PoolForm(PlainForm):
    """The file of the volunteers."""

    file = forms.FileField(
        label=_("Volunteers (CSV or Parquet)"),
        help_text=_(
            "One line for each volunteer, a column for each category: gender, age, district… Of "
            "the file, only the identifier, the household and columns of at most 40 different "
            "values are kept: names and addresses are left out."
        ),
    )
    identifier = line_field(
        _("Column that names a volunteer"),
        _(
            "A number that means nothing is best. If you leave this empty, the column “id”, else "
            "the first one, is taken."
        ),
    )
    household = line_field(
        _("Column of the household or of the address"),
        _("If it is given, at most one member of each household is drawn."),
    )

    def clean_file(self) -> bytes:
        """Return the content of the file."""
        given = self.cleaned_data["file"]
        if given.size > POOL_LIMIT:
            raise forms.ValidationError(_("This file is too large: 20 MB at most."))
        return bytes(given.read())


class CommitForm(PlainForm):
    """Where the number will be from."""

    kind = forms.ChoiceField(
        label=_("Where the number will be from"), choices=KINDS, widget=forms.RadioSelect
    )
    at = forms.DateTimeField(
        label=_("When"),
        help_text=_("For a beacon, the first round published from then on."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"],
    )
    place = line_field(
        _("Where, before whom, how"),
        _("For digits: “Town hall, in public, three ten-sided dice thrown one after the other”."),
    )


class EnterForm(PlainForm):
    """What was drawn."""

    given = line_field(_("What was drawn"), required=True)


class LeaveForm(PlainForm):
    """Who leaves."""

    number = forms.IntegerField(label=_("Number of the volunteer who leaves"), min_value=1)


class EraseForm(PlainForm):
    """Erasing before the day announced."""

    sure = forms.BooleanField(
        label=_("I have what I need: erase the data of the volunteers now, for good")
    )

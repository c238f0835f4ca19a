"""Forms of the rules' pages: one case made from the inputs of a version, a file to publish."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clairevoie.explanation.wording import interval_text, sentence, value_text
from clairevoie.rules.case import CaseProblem, read_value
from clairevoie.rules.content import Interval
from clairevoie.rules.model import Input, RuleSet, Value, Version
from clairevoie.rules.reads import inputs_read
from clairevoie.web.accounts.forms import PlainForm
from clairevoie.web.accounts.permissions import InvalidInput
from clairevoie.web.rules.services.texts import shown
from clairevoie.web.rules.services.versions import version_on

DAY = "date-du-cas"
"""An input's name has no hyphen: no input can be called so."""
DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
FEW = 7
PAGE_LIMIT = 1_000_000
NARROW = 12


def problem_sentence(problem: CaseProblem, language: str) -> str:
    """Return what is wrong with an answer, for the person who gave it."""
    item = problem.item
    return {
        "not_a_number": _("Please write a number in figures."),
        "not_whole": _("Please write a whole number, without decimals."),
        "too_many_decimals": _("Please write at most %(count)s decimals.")
        % {"count": item.decimals},
        "too_large": _("This number is too large."),
        "below_minimum": _("Please give at least %(bound)s.")
        % {"bound": value_in_words(item, item.minimum, language)},
        "above_maximum": _("Please give at most %(bound)s.")
        % {"bound": value_in_words(item, item.maximum, language)},
        "unknown_category": _("Please choose one of the answers."),
        "not_a_date": _("Please write a date that exists, for example %(example)s.")
        % {"example": "31/01/2024" if language == "fr" else "2024-01-31"},
        "not_yes_or_no": _("Please answer yes or no."),
        "missing": _("Please answer this question."),
    }[problem.code]


def value_in_words(item: Input, value: Value, language: str) -> str:
    """Return a value of an input as a person reads it: «1 250,50 €», «oui», «parent seul»."""
    return "" if value is None else value_text(value, language, item=item)


class AnswerField(forms.Field):
    """The answer to the question of one input, read by the rules' own reader."""

    def __init__(self, item: Input, language: str, **options: Any) -> None:
        self.item, self.language = item, language
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        """Return the value.

        Raises:
            ValidationError: it cannot be read, is out of the domain, or is missing.
        """
        found, problem = read_value(self.item, value)
        if problem is None and found is None and self.required:
            problem = CaseProblem(self.item.name, "missing", self.item)
        if problem is not None:
            raise forms.ValidationError(problem_sentence(problem, self.language))
        return found


def bounds_in_words(item: Input, language: str) -> str:
    """Return the domain of a number or a date as a sentence, "" when it has no bound."""
    if item.type not in {"integer", "decimal", "number", "date"}:
        return ""
    if item.minimum is None and item.maximum is None:
        unit = shown(item.unit, language)
        return _("In %(unit)s.") % {"unit": unit} if unit else ""
    return sentence(
        interval_text(Interval(item.minimum, item.maximum, high_closed=True), item, language)
    )


def _hint(item: Input, language: str) -> str:
    """Return the help of an input as HTML: where to find it, bounds, what an empty answer means."""
    default = ""
    if item.default is not None:
        default = _("Left empty, it counts as: %(value)s.") % {
            "value": value_in_words(item, item.default, language)
        }
    parts = (
        shown(item.help, language),
        bounds_in_words(item, language),
        default,
    )
    return format_html("{}", " ".join(part for part in parts if part))


def _widget(item: Input, language: str, *, required: bool) -> forms.Widget:
    unknown = [] if required else [("", _("I do not know"))]
    if item.type == "boolean":
        return forms.RadioSelect(choices=[("true", _("Yes")), ("false", _("No")), *unknown])
    if item.type == "category":
        labels = [(each.value, _capital(shown(each.label, language))) for each in item.categories]
        if len(labels) <= FEW:
            return forms.RadioSelect(choices=[*labels, *unknown])
        return forms.Select(choices=[("", _("Choose…")), *labels])
    if item.type == "date":
        bounds = {
            name: bound.isoformat()
            for name, bound in (("min", item.minimum), ("max", item.maximum))
            if isinstance(bound, date)
        }
        return forms.DateInput(attrs={"type": "date", "autocomplete": "off", **bounds})
    mode = "numeric" if item.type == "integer" else "decimal"
    return forms.TextInput(
        attrs={"inputmode": mode, "autocomplete": "off", "size": NARROW, "maxlength": 40}
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def answer_field(item: Input, language: str) -> AnswerField:
    """Return the field that asks for an input."""
    required = item.required and item.default is None
    label = shown(item.question, language) if item.question else shown(item.label, language)
    return AnswerField(
        item,
        language,
        required=required,
        label=label,
        help_text=_hint(item, language),
        widget=_widget(item, language, required=required),
    )


class CaseForm(PlainForm):
    """What a version of the rules asks of one case, and the date of the case. Nothing is kept."""

    def __init__(
        self,
        rules: RuleSet,
        version: Version,
        language: str,
        data: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        self.rules, self.version, self.language = rules, version, language
        self.inputs = inputs_read(version)
        for item in self.inputs:
            self.fields[item.name] = answer_field(item, language)
        self.fields[DAY] = forms.DateField(
            label=_("Date of the decision"),
            help_text=_("The rules in force on that day are applied."),
            widget=forms.DateInput(
                format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}
            ),
            error_messages={
                "required": _("Please give a date."),
                "invalid": _("Please write a date that exists."),
            },
            input_formats=DAY_FORMATS,
        )

    def clean(self) -> dict[str, Any]:
        """Check that these are the rules of that day."""
        found: dict[str, Any] = super().clean() or {}
        day = found.get(DAY)
        if day is not None and version_on(self.rules, day) != self.version:
            self.add_error(DAY, _("No version of these rules was in force on that day."))
        return found

    def case(self) -> dict[str, Value]:
        """Return the values given, by input."""
        return {item.name: self.cleaned_data.get(item.name) for item in self.inputs}


def typed_day(text: str) -> date | None:
    """Return the day that was typed in a form, ``None`` when it is not one."""
    try:
        day: date | None = forms.DateField(input_formats=DAY_FORMATS).clean(text)
    except forms.ValidationError:
        return None
    return day


class PublishForm(PlainForm):
    """A rule set to publish: a file, kept byte for byte in the page while its check is read."""

    file = forms.FileField(
        label=gettext_lazy("File of the rules"),
        help_text=gettext_lazy("A YAML file in the format “rules-1.0”, of at most 1 MB."),
        required=False,
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("What this edition changes"),
        help_text=gettext_lazy("One sentence, shown beside the edition."),
        required=False,
        max_length=500,
    )

    def content(self) -> bytes:
        """Return the bytes of the file that was sent, else of the one kept in the page.

        Raises:
            InvalidInput: there is none, or it is too large for a page.
        """
        upload = self.cleaned_data.get("file")
        if upload is not None:
            if upload.size > PAGE_LIMIT:
                raise InvalidInput({"file": _("This file is too large: at most 1 MB.")})
            return bytes(upload.read())
        try:
            kept = b64decode(self.text("kept"), validate=True)
        except ValueError:
            kept = b""
        if not kept:
            raise InvalidInput({"file": _("Please choose a file.")})
        return kept

"""Forms of the contribution pages, drawn from the field catalogue; the services judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clairevoie.register import statements as ground
from clairevoie.register.catalogue import VOCABULARIES, Field, Kind, Vocabulary, vocabulary_of
from clairevoie.web.accounts.forms import PlainForm
from clairevoie.web.register.models import PublicBody, Statement

OWN_WORD, FROM_SOURCE = "own", "source"
KEPT_SALT = "clairevoie.web.register.kept_copy"
FEW_TERMS = 8
LANGUAGES = (("fr", "français"), ("en", "English"), ("de", "Deutsch"), ("es", "español"))
# The service speaks of a missing source; on the page, one says where the fact comes from.
INPUTS = {"source": "origin", "supersedes": "value", "field": "value"}

Choices = list[tuple[str, str]]


def choices_of(vocabulary: Vocabulary, language: str, *, blank: bool) -> Choices:
    """Return the terms of a vocabulary, after an empty choice if ``blank``."""
    terms = [(term.code, term.label(language)) for term in vocabulary.terms]
    return [("", _("Choose…")), *terms] if blank else terms


def _attributes(kind: Kind) -> dict[str, str]:
    return {
        Kind.DATE: {"placeholder": "2024-05-31", "autocomplete": "off"},
        Kind.INTEGER: {"inputmode": "numeric", "autocomplete": "off"},
        Kind.DECIMAL: {"inputmode": "decimal", "autocomplete": "off"},
        Kind.URL: {"inputmode": "url", "autocomplete": "off"},
    }.get(kind, {})


def _hint(item: Field, language: str) -> str:
    """Return the field's help, with how to write a value of its kind."""
    how = {
        Kind.DATE: _("Write a year, a month or a day: 2024, 2024-05 or 2024-05-31."),
        Kind.INTEGER: _("A whole number."),
        Kind.DECIMAL: _("A number: 34500000 or 12.5."),
        Kind.URL: _("An address that starts with https://."),
    }.get(item.kind, "")
    unit = _("Unit: %(unit)s.") % {"unit": item.unit} if item.unit else ""
    return " ".join(filter(None, [item.help(language), how, unit]))


def value_field(item: Field, language: str, *, several: bool) -> forms.Field:
    """Return the input for a value of a field of the catalogue.

    Where a field takes several terms, ``several`` lets one choose them all at once.
    """
    label, hint = item.label(language), _hint(item, language)
    vocabulary = vocabulary_of(item)
    if vocabulary is not None:
        few = len(vocabulary.terms) <= FEW_TERMS
        if several and item.multiple:
            return forms.MultipleChoiceField(
                label=label,
                help_text=hint,
                choices=choices_of(vocabulary, language, blank=False),
                widget=forms.CheckboxSelectMultiple,
            )
        return forms.ChoiceField(
            label=label,
            help_text=hint,
            choices=choices_of(vocabulary, language, blank=not few),
            widget=forms.RadioSelect if few else forms.Select,
        )
    widget: forms.Widget
    if item.kind is Kind.TEXT:
        widget = forms.Textarea(attrs={"rows": "7"})
    else:
        widget = forms.TextInput(attrs=_attributes(item.kind))
    return forms.CharField(label=label, help_text=hint, strip=False, widget=widget)


@dataclass(frozen=True, slots=True)
class KeptCopy:
    """An uploaded copy that is already stored while the rest of the form is being corrected."""

    digest: str
    name: str

    def sealed(self) -> str:
        """Return it as text that comes back unchanged."""
        return signing.dumps([self.digest, self.name], salt=KEPT_SALT)


def kept_copy(sealed: str) -> KeptCopy | None:
    """Return what `KeptCopy.sealed` sealed, within a day."""
    try:
        digest, name = signing.loads(sealed, salt=KEPT_SALT, max_age=24 * 3600)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return KeptCopy(str(digest), str(name))


def _line(label: Any, hint: Any = "", **attributes: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attributes}),
    )


class StatementForm(PlainForm):
    """What is said under one field, by whom and where."""

    origin = forms.ChoiceField(
        label=gettext_lazy("Where does this come from?"), widget=forms.RadioSelect
    )
    source_kind = forms.ChoiceField(label=gettext_lazy("Kind of document"), required=False)
    source_title = _line(gettext_lazy("Title of the document"))
    source_publisher = _line(gettext_lazy("Who published it"))
    source_url = _line(
        gettext_lazy("Web address"),
        gettext_lazy("The page or file where anybody can check. It starts with https://."),
        inputmode="url",
    )
    source_date = _line(
        gettext_lazy("Date of the document"),
        gettext_lazy("As precise as you know: 2024, 2024-05 or 2024-05-31."),
    )
    locator = _line(
        gettext_lazy("Page or section"), gettext_lazy("For example: p. 12, or section 3.1.")
    )
    quote = forms.CharField(
        label=gettext_lazy("Passage"),
        help_text=gettext_lazy("The words of the document that say it, copied as they are."),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    copy = forms.FileField(
        label=gettext_lazy("Copy of the document"),
        help_text=gettext_lazy(
            "So that the proof remains if the page disappears: PDF, PNG, JPEG, plain text, CSV, "
            "ODT or DOCX, at most 20 MB. It becomes public: only give what you may share."
        ),
        required=False,
        allow_empty_file=True,
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    speaker = _line(
        gettext_lazy("Who says it"),
        gettext_lazy("If the document reports the words of somebody else than your organisation."),
    )
    capacity = forms.ChoiceField(label=gettext_lazy("In what capacity"), required=False)
    said_on = _line(
        gettext_lazy("Said on"),
        gettext_lazy("If it differs from the date of the document: 2024, 2024-05 or 2024-05-31."),
    )
    period = _line(
        gettext_lazy("About which time"),
        gettext_lazy("The year, month or day that the fact is about, for example 2022 for a cost."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the text"), choices=LANGUAGES, required=False
    )

    SOURCE = (
        "source_kind",
        "source_title",
        "source_publisher",
        "source_url",
        "source_date",
        "locator",
        "quote",
        "copy",
    )
    VOICE = ("speaker", "capacity", "said_on")

    def __init__(
        self,
        item: Field,
        *args: Any,
        page_language: str,
        own_name: str,
        several: bool = True,
        too_large: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.item = item
        self.too_large = too_large
        self.fields["value"] = value_field(item, page_language, several=several)
        self.fields["value"].error_messages["required"] = self.required_message
        self._choose("source_kind", VOCABULARIES["source_kind"], page_language)
        self._choose("capacity", VOCABULARIES["capacity"], page_language)
        origin = self.fields["origin"]
        assert isinstance(origin, forms.ChoiceField)  # noqa: S101 - for the type checker
        origin.choices = [
            (FROM_SOURCE, _("From a document that can be cited")),
            (OWN_WORD, _("It is the own word of “%(name)s”") % {"name": own_name}),
        ]
        cites = self["origin"].value() == FROM_SOURCE
        for name in ("source_kind", "source_title"):
            self.fields[name].required = cites
        if item.kind not in {Kind.TEXT, Kind.LINE}:
            del self.fields["language"]

    def _choose(self, name: str, vocabulary: Vocabulary, language: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices_of(vocabulary, language, blank=True)

    def clean(self) -> dict[str, Any]:
        """Refuse a document cited under one's own word: one of the two was not meant."""
        data = super().clean() or {}
        cited = any(data.get(name) for name in self.SOURCE)
        if data.get("origin") == OWN_WORD and cited:
            self.add_error(
                "origin",
                _("You cite a document below: choose it as the source, or empty those inputs."),
            )
        return data

    def clean_copy(self) -> Any:
        """Say that a file was too large to be received."""
        from clairevoie.web.register.services.files import too_large_sentence

        if self.too_large:
            raise forms.ValidationError(too_large_sentence())
        return self.cleaned_data["copy"]

    @property
    def source_fields(self) -> list[forms.BoundField]:
        """The inputs about the document."""
        return [self[name] for name in self.SOURCE]

    @property
    def voice_fields(self) -> list[forms.BoundField]:
        """The inputs about somebody else's words."""
        return [self[name] for name in self.VOICE]

    @property
    def source_open(self) -> bool:
        """Whether a document is being cited, or badly cited."""
        chosen = self["origin"].value() == FROM_SOURCE
        return chosen or any(self[name].value() or self[name].errors for name in self.SOURCE)

    @property
    def voice_open(self) -> bool:
        """Whether somebody else's words are being given, or badly given."""
        return any(self[name].value() or self[name].errors for name in self.VOICE)

    @property
    def received(self) -> KeptCopy | None:
        """The copy that is already stored."""
        return kept_copy(str(self["kept"].value() or ""))

    def values(self) -> list[str]:
        """Return the values chosen, one or several."""
        given = self.cleaned_data["value"]
        return list(given) if isinstance(given, list) else [str(given)]

    def said(self, digest: str) -> dict[str, Any]:
        """Return what the service is told besides the values; ``digest`` is the copy's."""
        names = ("period", "language", "said_on")
        told: dict[str, Any] = {name: self.text(name) for name in names}
        if self.text("origin") == OWN_WORD:
            return told | {"speaker": self.text("speaker"), "capacity": self.text("capacity")}
        source = ground.Source(
            "",
            self.text("source_kind"),
            self.text("source_title"),
            self.text("source_publisher"),
            self.text("source_url"),
            self.text("source_date"),
            digest,
        )
        return told | {
            "source": source,
            **{name: self.text(name) for name in ("speaker", "capacity", "locator", "quote")},
        }


def initial_of(statement: Statement, *, own_name: str) -> dict[str, str]:
    """Return what a form that replaces a statement starts from."""
    source = statement.source
    known = {
        "value": statement.value,
        "period": statement.period,
        "language": statement.language or "fr",
        "origin": FROM_SOURCE if source else OWN_WORD,
    }
    if source is None:
        return known
    if statement.speaker != own_name:
        known |= {"speaker": statement.speaker, "capacity": statement.capacity}
    if statement.date != source.date:
        known["said_on"] = statement.date
    if source.digest:
        known["kept"] = KeptCopy(source.digest, source.title).sealed()
    return known | {
        "source_kind": source.kind,
        "source_title": source.title,
        "source_publisher": source.publisher,
        "source_url": source.url,
        "source_date": source.date,
        "locator": statement.locator,
        "quote": statement.quote,
    }


class ReplyForm(PlainForm):
    """The administration's answer to a statement."""

    text_given = forms.CharField(
        label=gettext_lazy("Your reply"),
        help_text=gettext_lazy("It is shown under the statement, which stays."),
        strip=False,
        widget=forms.Textarea(attrs={"rows": "8"}),
    )


class ModerationForm(PlainForm):
    """Why a statement is hidden or shown again."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "It is public. Name the law and the harm; do not repeat what is unlawful."
        ),
        strip=False,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )


class SystemForm(PlainForm):
    """Opening the record of a system."""

    name = forms.CharField(
        label=gettext_lazy("Name of the system"),
        help_text=gettext_lazy("Its usual name. If it has none, the decision that it carries out."),
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    body = forms.CharField(
        label=gettext_lazy("Public body in charge"),
        help_text=gettext_lazy("Type its name as the register has it: suggestions will follow."),
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "bodies"}),
    )
    add_body = forms.BooleanField(
        label=gettext_lazy("This public body is not in the register yet: add it"), required=False
    )
    body_kind = forms.ChoiceField(label=gettext_lazy("What kind of body it is"), required=False)
    body_short_name = _line(gettext_lazy("Short name"), gettext_lazy("For example: DGFiP."))
    body_website = _line(gettext_lazy("Its website"), inputmode="url")

    NEW_BODY = ("add_body", "body_kind", "body_short_name", "body_website")
    # What the service calls otherwise than the form.
    INPUTS = {"value": "name", "slug": "name", "body_name": "body", "body_id": "body"}

    def __init__(
        self, *args: Any, page_language: str, own_body: PublicBody | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if own_body is not None:
            for name in ("body", *self.NEW_BODY):
                del self.fields[name]
            return
        kind = self.fields["body_kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 - for the type checker
        kind.choices = choices_of(VOCABULARIES["body_kind"], page_language, blank=True)

    @property
    def new_body_fields(self) -> list[forms.BoundField]:
        """The inputs about a body that the register does not have."""
        return [self[name] for name in self.NEW_BODY if name in self.fields]

    @property
    def new_body_open(self) -> bool:
        """Whether a new body is being added, or badly added."""
        return any(field.value() or field.errors for field in self.new_body_fields)

    def new_body(self) -> ground.Body:
        """Return the body to add."""
        return ground.Body(
            "",
            self.text("body"),
            self.text("body_short_name"),
            self.text("body_kind"),
            "FR",
            website=self.text("body_website"),
        )

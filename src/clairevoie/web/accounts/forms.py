"""Forms of the account pages: what is asked; what is allowed is the services' business."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from clairevoie.register.catalogue import VOCABULARIES
from clairevoie.web.accounts.models import Organisation, Role
from clairevoie.web.accounts.permissions import Actor
from clairevoie.web.accounts.services.organisations import roles_to_give
from clairevoie.web.register.models import PublicBody

TOKEN_DAYS = (30, 90, 180, 365)


class PlainForm(forms.Form):
    """A form whose errors are said by the site, in its own words and all at once."""

    use_required_attribute = False
    required_message = _("Please fill this in.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = self.required_message

    def refuse(self, errors: Mapping[str, str], names: Mapping[str, str] | None = None) -> None:
        """Show a service's errors beside the fields; ``names`` translates its inputs to fields."""
        for key, sentence in errors.items():
            name = (names or {}).get(key, key)
            self.add_error(name if name in self.fields else None, sentence)

    def text(self, name: str) -> str:
        """Return what was typed in a field, as text."""
        value = self.cleaned_data.get(name)
        return "" if value is None else str(value)


def _password(label: object, *, new: bool, help_text: object = "") -> forms.CharField:
    autocomplete = "new-password" if new else "current-password"
    return forms.CharField(
        label=label,  # type: ignore[arg-type] # a lazy string
        help_text=help_text,  # type: ignore[arg-type]
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


NEW_PASSWORD_HELP = _("At least 12 characters. A sentence that you remember is a good password.")


class SignInForm(PlainForm):
    """E-mail address and password."""

    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = _password(_("Password"), new=False)


class NewPasswordMixin(PlainForm):
    """A password that is typed twice."""

    repeated = "password"

    def clean(self) -> dict[str, Any]:
        """Compare the two."""
        data = super().clean() or {}
        first, again = data.get(self.repeated), data.get("again")
        if first and again and first != again:
            self.add_error("again", _("The two passwords differ."))
        return data


class JoinForm(NewPasswordMixin):
    """What an invited person says to open an account."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Shown to the members of your organisation only."),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = _password(_("Choose a password"), new=True, help_text=NEW_PASSWORD_HELP)
    again = _password(_("The same password again"), new=True)


class LostPasswordForm(NewPasswordMixin):
    """Choosing another password in place of a lost one."""

    password = _password(_("New password"), new=True, help_text=NEW_PASSWORD_HELP)
    again = _password(_("The new password again"), new=True)


class PasswordForm(NewPasswordMixin):
    """Changing one's password."""

    repeated = "new"
    current = _password(_("Your current password"), new=False)
    new = _password(_("New password"), new=True, help_text=NEW_PASSWORD_HELP)
    again = _password(_("The new password again"), new=True)


class TokenForm(PlainForm):
    """Making a key to the API."""

    label = forms.CharField(
        label=_("What is this key for?"),
        help_text=_("For example: nightly publication of our inventory."),
        max_length=100,
    )
    days = forms.TypedChoiceField(label=_("Valid for"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["days"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [
            (days, ngettext("%(n)s day", "%(n)s days", days) % {"n": days}) for days in TOKEN_DAYS
        ]
        self.initial.setdefault("days", TOKEN_DAYS[1])


def role_choices(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """Return roles with what each may do, for a list of choices."""
    explained = {
        Role.READER: _("Reader: belongs to the organisation"),
        Role.CONTRIBUTOR: _("Contributor: adds statements with their source"),
        Role.PUBLISHER: _("Publisher: also opens records, replies and invites"),
        Role.MODERATOR: _("Moderator: also hides what is unlawful, with a public reason"),
    }
    return [(role.value, str(explained[role])) for role in roles]


class InviteForm(PlainForm):
    """Inviting one person."""

    email = forms.CharField(
        label=_("E-mail address of the person"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=_("What this person may do"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, actor: Actor, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = role_choices(roles_to_give(actor, organisation))
        self.initial.setdefault("role", Role.CONTRIBUTOR.value)


class OrganisationForm(PlainForm):
    """Adding an organisation."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=200)
    capacity = forms.ChoiceField(label=_("In what capacity it speaks"))
    body = forms.ModelChoiceField(
        PublicBody.objects.order_by("name"),
        label=_("Public body that it speaks for"),
        help_text=_("For an administration only: it then answers for the systems of this body."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["capacity"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        language = (get_language() or "fr")[:2]
        field.choices = [
            ("", ""),
            *((term.code, term.label(language)) for term in VOCABULARIES["capacity"].terms),
        ]

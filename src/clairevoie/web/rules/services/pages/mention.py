"""The mention of art. R. 311-3-1-1, and the page for who received a letter that bears it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import SafeString

from clairevoie.letters.notice import Notice, notice_html, notice_qr, notice_text
from clairevoie.register.record import standing
from clairevoie.rules.model import RuleSet
from clairevoie.web.register.services.pages.system import CONTACT_FIELDS
from clairevoie.web.register.services.reading import public_statements
from clairevoie.web.rules.models import RulesEdition
from clairevoie.web.rules.services.degree import declared_degree
from clairevoie.web.rules.services.pages.rule_set import Head, head_of
from clairevoie.web.rules.services.texts import shown

BLANK = "[adresse postale ou électronique du service à compléter]"
BLANK_BODY = "[nom de l’administration à compléter]"


@dataclass(frozen=True, slots=True)
class Named:
    """A public body by its name, as the page of rights wants it."""

    name: str


@dataclass(frozen=True, slots=True)
class ReceivedPage:
    """What the page of a letter's code shows; from ``name`` on, what the page of rights reads."""

    head: Head
    open_to_explanation: bool
    name: str
    body: Named | None
    contacts: tuple[str, ...]
    field_key: str = ""
    field_fr: str = ""
    own_case: bool = True


def received_page(edition: RulesEdition, rules: RuleSet, language: str) -> ReceivedPage:
    """Return the page for who received a decision taken with these rules."""
    head = head_of(edition, rules, language)
    return ReceivedPage(
        head=head,
        open_to_explanation=edition.rules.journals.filter(open_to_explanation=True).exists(),
        name=rules.title.get("fr") or head.title,
        body=Named(head.body) if head.body else None,
        contacts=contacts_of(edition),
    )


def contacts_of(edition: RulesEdition) -> tuple[str, ...]:
    """Return the contacts that the register knows of the system of the rules."""
    system = edition.rules.system_id
    if system is None:
        return ()
    said = standing(public_statements([system]).get(system, []))
    return tuple(dict.fromkeys(item.value for item in said if item.field in CONTACT_FIELDS))


@dataclass(frozen=True, slots=True)
class MentionPage:
    """The mention, ready to copy: ``text``, ``html`` and ``qr`` (SVG).

    ``contact`` says whether the register knows where to write; else the text has a blank to fill.
    """

    head: Head
    text: str
    html: str
    qr: SafeString
    url: str
    contact: bool


def mention_page(edition: RulesEdition, rules: RuleSet, language: str) -> MentionPage:
    """Return the mention of a processing, to copy on letters: in French, as the letters are."""
    head = head_of(edition, rules, language)
    contacts = contacts_of(edition)
    with translation.override("fr"):
        url = f"{settings.SITE_URL}{reverse('rules:received', args=[edition.rules.slug])}"
    degree = declared_degree(edition.rules.system)
    mention = Notice(
        administration=head.body or BLANK_BODY,
        system=shown(rules.title, "fr"),
        purpose=shown(rules.purpose, "fr"),
        contact=", ".join(contacts) or BLANK,
        url=url,
        automation="full" if degree == "automated" else "unknown",
    )
    return MentionPage(
        head=head,
        text=notice_text(mention),
        html=notice_html(mention),
        qr=SafeString(notice_qr(mention)),
        url=url,
        contact=bool(contacts),
    )

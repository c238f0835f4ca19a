"""How to ask for what a record lacks."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from clairevoie.register.catalogue import FIELD_BY_KEY, FIELDS, GROUPS
from clairevoie.register.record import CORE_FIELDS
from clairevoie.web.register.services.pages.fields import LegalView, legal_views
from clairevoie.web.register.services.pages.rows import record_of, stands, system_of
from clairevoie.web.register.services.pages.system import (
    PRIVATE_KINDS,
    BodyLink,
    body_link,
    shown_name,
)

# Fields whose subject CRPA R.311-3-1-2 lists: owed to the person on whom a decision was taken.
OWN_CASE = frozenset(
    {
        "automation",
        "stage",
        "agent_role",
        "data_used",
        "data_sources",
        "criteria",
        "operations",
        "methods",
        "explanation",
        "notice",
    }
)


@dataclass(frozen=True, slots=True)
class MissingGroup:
    """The fields of a group that are not filled in: (label, address of the page that helps)."""

    label: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AskPage:
    """What is missing and how to ask for it; ``field_key`` is "" when no field is asked about."""

    slug: str
    name: str
    name_lang: str
    url: str
    body: BodyLink | None
    private: bool
    french: bool
    contacts: tuple[str, ...]
    field_key: str
    field_label: str
    field_fr: str
    field_help: str
    field_url: str
    filled: bool
    legal: tuple[LegalView, ...]
    own_case: bool
    missing: tuple[MissingGroup, ...]
    missing_count: int


def ask_page(slug: str, key: str, language: str) -> AskPage:
    """Return the page that says how to ask for a field of a system; four queries.

    Raises:
        System.DoesNotExist: no system has this identifier.
    """
    system = system_of(slug)
    record = record_of(system)
    up = stands(record.rows)
    keys = {item.field for item in up}
    field = FIELD_BY_KEY.get(key)
    body = system.body
    private = body is not None and body.kind in PRIVATE_KINDS
    url = reverse("register:system", args=[slug])
    here = reverse("register:ask", args=[slug])
    name = shown_name(up, slug)
    missing = tuple(
        MissingGroup(
            group.label(language),
            tuple(
                (item.label(language), f"{here}?rubrique={item.key}")
                for item in FIELDS
                if item.group == group.key and item.key in CORE_FIELDS and item.key not in keys
            ),
        )
        for group in GROUPS
    )
    lang = name.language if name and name.language[:2] != language else ""
    return AskPage(
        slug=slug,
        name=name.value if name else slug,
        name_lang=lang,
        url=url,
        body=body_link(body) if body else None,
        private=private,
        french=body is None or body.country in {"", "FR"},
        contacts=tuple(
            dict.fromkeys(item.value for item in up if item.field in {"contact", "human_contact"})
        ),
        field_key=field.key if field else "",
        field_label=field.label(language) if field else "",
        field_fr=field.fr[:1].lower() + field.fr[1:] if field else "",
        field_help=field.help(language) if field else "",
        field_url=f"{url}#{field.key}" if field else "",
        filled=bool(field and field.key in keys),
        legal=legal_views(
            field.legal if field else (), country=body.country if body else "", private=private
        ),
        own_case=bool(field and field.key in OWN_CASE),
        missing=tuple(group for group in missing if group.fields),
        missing_count=sum(len(group.fields) for group in missing),
    )

"""What the contribution pages show of the register."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from clairevoie.register.catalogue import FIELD_BY_KEY, GROUPS, Field, Group, fields_of
from clairevoie.register.statements import Body
from clairevoie.web.accounts.permissions import Actor, InvalidInput
from clairevoie.web.register.models import PublicBody, Statement, System
from clairevoie.web.register.services.pages.wording import Shown, date_in_words, shower
from clairevoie.web.register.services.reading import public_statements
from clairevoie.web.register.services.statements import create_body, create_system


@dataclass(frozen=True, slots=True)
class FieldState:
    """A field, and whether the record says anything under it."""

    field: Field
    filled: bool


@dataclass(frozen=True, slots=True)
class GroupState:
    """A group of fields; ``missing`` counts those that are empty, details left out."""

    group: Group
    fields: tuple[FieldState, ...]
    missing: int


def group_states(system: System) -> list[GroupState]:
    """Return every field by group, with what is missing in the record of a system."""
    said = {item.field for item in public_statements([system.pk]).get(system.pk, [])}
    states = []
    for group in GROUPS:
        fields = tuple(FieldState(item, item.key in said) for item in fields_of(group.key))
        missing = sum(not state.filled and not state.field.detail for state in fields)
        states.append(GroupState(group, fields, missing))
    return states


@dataclass(frozen=True, slots=True)
class StatementSummary:
    """A statement in a few words: what, who, when, where."""

    uid: str
    field: str
    value: Shown
    speaker: str
    capacity: str
    day: str
    source: str


def statement_summary(statement: Statement, language: str) -> StatementSummary:
    """Return a statement as it is shown beside a form."""
    item = FIELD_BY_KEY[statement.field]
    return StatementSummary(
        uid=str(statement.uid),
        field=item.label(language),
        value=shower(item, language)(statement.value, statement.language),
        speaker=statement.speaker,
        capacity=statement.capacity,
        day=date_in_words(statement.date, language) if statement.date else "",
        source=statement.source.title if statement.source else "",
    )


def name_of(system: System) -> str:
    """Return the name under which a system is listed."""
    return system.entry.name


def open_record(
    *, actor: Actor, name: str, body: PublicBody | None, new_body: Body | None = None
) -> System:
    """Open the record of a system, with the public body in charge if the register lacks it.

    Raises:
        Refused: the actor may not.
        InvalidInput: by input; those of the body start with ``body_``. Nothing is then added.
    """
    with transaction.atomic():
        if body is None and new_body is not None:
            try:
                body = create_body(actor=actor, body=new_body)
            except InvalidInput as problem:
                errors = {f"body_{key}": text for key, text in problem.errors.items()}
                raise InvalidInput(errors) from None
        return create_system(actor=actor, body=body, name=name)


def bodies_by_name() -> list[str]:
    """Return the names of the public bodies, for suggestions."""
    return list(PublicBody.objects.order_by("name").values_list("name", flat=True))


def find_body(text: str) -> PublicBody | None:
    """Return the public body of this name, short name or identifier, if there is exactly one."""
    text = " ".join(text.split())
    exact = PublicBody.objects.filter(Q(slug=text.lower()) | Q(name__iexact=text))
    found = list(exact[:2]) or list(PublicBody.objects.filter(short_name__iexact=text)[:2])
    return found[0] if len(found) == 1 else None

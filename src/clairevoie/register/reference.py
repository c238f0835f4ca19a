"""The reference page of the catalogue, written from the catalogue itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clairevoie.register.catalogue import FIELDS, GROUPS, VOCABULARIES, Field, Kind, fields_of

KINDS = {
    Kind.LINE: "a line",
    Kind.TEXT: "a text",
    Kind.CHOICE: "a term",
    Kind.DATE: "a date",
    Kind.INTEGER: "a whole number",
    Kind.DECIMAL: "a number",
    Kind.URL: "a web address",
    Kind.CONTACT: "a contact",
}


def field_as_dict(field: Field) -> dict[str, Any]:
    """Return a field of the catalogue as plain data for JSON."""
    return {
        "key": field.key,
        "group": field.group,
        "kind": field.kind.value,
        "multiple": field.multiple,
        "vocabulary": field.vocabulary,
        "unit": field.unit,
        "detail": field.detail,
        "fr": field.fr,
        "en": field.en,
        "fr_help": field.fr_help,
        "en_help": field.en_help,
        "legal": [
            {"article": item.article, "url": item.url, "to_check": item.to_check}
            for item in field.legal
        ],
        "names": dict(field.names),
    }


def fields_markdown() -> str:
    """Return docs/reference/fields.md: groups, fields and vocabularies."""
    return "\n".join(_page()) + "\n"


def _page() -> Iterator[str]:
    yield "# Fields of a record"
    yield ""
    yield "Written by `clairevoie register fields --markdown` from the field catalogue; a test"
    yield "keeps it up to date. A field marked + takes several values; one marked ○ is a detail:"
    yield "shown when it is filled, never counted as missing. «À vérifier» marks an article that"
    yield "was not read in its consolidated text."
    yield ""
    yield f"{len(FIELDS)} fields in {len(GROUPS)} groups, {len(VOCABULARIES)} vocabularies."
    for group in GROUPS:
        yield ""
        yield f"## {group.en} — {group.fr}"
        yield ""
        yield "| key | field | value | what it says | legal basis | name in formats |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for field in fields_of(group.key):
            yield _row(field)
    yield ""
    yield "## Vocabularies"
    for vocabulary in VOCABULARIES.values():
        yield ""
        yield f"### {vocabulary.key}: {vocabulary.en} — {vocabulary.fr}"
        yield ""
        yield "| code | English | French | name in formats |"
        yield "| --- | --- | --- | --- |"
        for term in vocabulary.terms:
            names = ", ".join(f"{key}: {_cell(name)}" for key, name in term.names.items())
            yield f"| `{term.code}` | {_cell(term.en)} | {_cell(term.fr)} | {names} |"


def _row(field: Field) -> str:
    marks = f"{' +' if field.multiple else ''}{' ○' if field.detail else ''}"
    value = KINDS[field.kind]
    if field.vocabulary:
        value = f"{value} of [{field.vocabulary}](#vocabularies)"
    if field.unit:
        value = f"{value} ({field.unit})"
    legal = "; ".join(
        f"{item.article}{' (à vérifier)' if item.to_check else ''}" for item in field.legal
    )
    names = ", ".join(f"{key}: {_cell(name)}" for key, name in field.names.items())
    label = f"{_cell(field.en)} — {_cell(field.fr)}"
    said = f"{_cell(field.en_help)}<br>{_cell(field.fr_help)}"
    return f"| `{field.key}`{marks} | {label} | {value} | {said} | {legal} | {names} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")

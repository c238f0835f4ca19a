"""The JSON Schema of Clairevoie's own format, generated from the catalogue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clairevoie.register.catalogue import FIELDS, VOCABULARIES, Field, Kind, vocabulary_of
from clairevoie.register.formats.own import FORMAT, VERSION
from clairevoie.register.statements import (
    BODY_ID_LIMIT,
    BODY_LIMITS,
    SOURCE_LIMITS,
    STATEMENT_LIMITS,
    SYSTEM_ID_LIMIT,
)
from clairevoie.register.values import LINE_LIMIT, TEXT_LIMIT, URL_LIMIT

PATH = Path(__file__).parent.parent / "schemas" / "register-1.0.schema.json"

DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
NUMBER = r"^-?\d+(\.\d+)?$"
WHOLE_NUMBER = r"^-?\d+$"
URL = "^[Hh][Tt][Tt][Pp][Ss]?://"
IDENTIFIER = "^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$"


def _text(limit: int, description: str = "") -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": limit}
    return {**schema, "description": description} if description else schema


def _pattern(pattern: str, description: str = "") -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "pattern": pattern}
    return {**schema, "description": description} if description else schema


def _choice(vocabulary: str) -> dict[str, Any]:
    return {"enum": list(VOCABULARIES[vocabulary].codes())}


def _url() -> dict[str, Any]:
    return {"type": "string", "pattern": URL, "maxLength": URL_LIMIT}


def _identifier(limit: int, description: str) -> dict[str, Any]:
    return {**_pattern(IDENTIFIER, description), "maxLength": limit}


def value_schema(field: Field) -> dict[str, Any]:
    """Return the schema of a value of ``field``, as it is written: always a string."""
    vocabulary = vocabulary_of(field)
    if vocabulary is not None:
        return {"enum": list(vocabulary.codes())}
    match field.kind:
        case Kind.TEXT:
            return _text(TEXT_LIMIT)
        case Kind.DATE:
            return _pattern(DATE)
        case Kind.INTEGER:
            return _pattern(WHOLE_NUMBER)
        case Kind.DECIMAL:
            return _pattern(NUMBER)
        case Kind.URL:
            return _url()
        case _:
            return _text(LINE_LIMIT)


def _object(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _statement() -> dict[str, Any]:
    by_rule: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for field in FIELDS:
        rule = value_schema(field)
        by_rule.setdefault(json.dumps(rule), (rule, []))[1].append(field.key)
    properties = {
        "uid": _text(
            SYSTEM_ID_LIMIT,
            "A name for this statement, which supersedes can use. The register computes its own.",
        ),
        "field": {"enum": [field.key for field in FIELDS]},
        "value": _text(TEXT_LIMIT),
        "source": _text(
            SYSTEM_ID_LIMIT, "The id of a source; absent when it is the speaker's own word."
        ),
        "speaker": _text(STATEMENT_LIMITS["speaker"], "The person or organisation who says it."),
        "capacity": _choice("capacity"),
        "date": _pattern(DATE, "When it was said."),
        "period": _pattern(DATE, "The time that the fact is about."),
        "locator": _text(STATEMENT_LIMITS["locator"], "Page, section or address in the source."),
        "quote": _text(STATEMENT_LIMITS["quote"], "The passage of the source, word for word."),
        "language": _pattern("^[a-z]{2}$", "Language of a free-text value."),
        "supersedes": _text(SYSTEM_ID_LIMIT, "The uid of the statement that this one replaces."),
    }
    rules = [
        {
            "if": {"properties": {"field": {"enum": keys}}},
            "then": {"properties": {"value": rule}},
        }
        for rule, keys in by_rule.values()
    ]
    return {**_object(properties, "field", "value"), "allOf": rules}


def _body() -> dict[str, Any]:
    return _object(
        {
            "id": _identifier(BODY_ID_LIMIT, "Names the body within the register."),
            "name": _text(BODY_LIMITS["name"]),
            "short_name": _text(BODY_LIMITS["short_name"]),
            "kind": _choice("body_kind"),
            "country": _pattern("^[A-Z]{2}$"),
            "identifier": _text(BODY_LIMITS["identifier"], "SIREN, or the like elsewhere."),
            "website": _url(),
        },
        "id",
        "name",
    )


def _source() -> dict[str, Any]:
    return _object(
        {
            "id": _text(SYSTEM_ID_LIMIT, "Names the source within the file."),
            "kind": _choice("source_kind"),
            "title": _text(SOURCE_LIMITS["title"]),
            "publisher": _text(SOURCE_LIMITS["publisher"]),
            "url": _url(),
            "date": _pattern(DATE),
            "digest": _pattern("^[0-9a-f]{64}$", "SHA-256 of an archived copy."),
            "licence": _text(SOURCE_LIMITS["licence"]),
        },
        "id",
        "kind",
        "title",
    )


def _system() -> dict[str, Any]:
    return _object(
        {
            "id": _identifier(SYSTEM_ID_LIMIT, "Names the system within the register."),
            "body": _text(BODY_ID_LIMIT, "The id of a body; absent when it is not known."),
            "statements": {"type": "array", "items": {"$ref": "#/$defs/statement"}},
        },
        "id",
        "statements",
    )


def register_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the format."""
    lists = {
        key: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}
        for key, name in (("bodies", "body"), ("sources", "source"), ("systems", "system"))
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:clairevoie:schema:register:1.0",
        "title": "Clairevoie register",
        "description": (
            "What is said of the algorithms of public bodies: statements, each with its source."
        ),
        **_object(
            {"format": {"const": FORMAT}, "version": {"const": VERSION}, **lists},
            "format",
            "version",
            "systems",
        ),
        "$defs": {
            "body": _body(),
            "source": _source(),
            "system": _system(),
            "statement": _statement(),
        },
    }


def schema_text() -> str:
    """Return the schema as the text of the file that is shipped."""
    return json.dumps(register_schema(), ensure_ascii=False, indent=1) + "\n"

"""The JSON Schema of a column mapping, and its refusals in plain sentences."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clairevoie.register.catalogue import FIELDS
from clairevoie.register.catalogue.vocabularies import BODY_KIND

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

PATH = Path(__file__).parent.parent / "schemas" / "mapping-1.0.schema.json"
DATE_EXAMPLE = "%d/%m/%Y"

_TEXT: dict[str, Any] = {"type": "string"}
_SOME_TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
_VALUES: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "description": "{what the cell holds: what it means}; an empty text means nothing is said",
}


def _object(properties: dict[str, Any], description: str, *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        "description": description,
    }


def _pick(description: str) -> dict[str, Any]:
    by_column = _object(
        {"column": _SOME_TEXT, "values": _VALUES, "split": _SOME_TEXT, "after_last": _SOME_TEXT},
        "a column of the row",
        "column",
    )
    return {
        "anyOf": [_SOME_TEXT, by_column],
        "description": f"{description}: a text, or {{column: …}}",
    }


def _picks(names: str, description: str, **more: dict[str, Any]) -> dict[str, Any]:
    return _object({**{name: _pick(name) for name in names.split()}, **more}, description)


def _target() -> dict[str, Any]:
    return _object(
        {
            "field": {"type": "string", "examples": [field.key for field in FIELDS]},
            "values": _VALUES,
            "split": {**_SOME_TEXT, "description": "separator of several values in a cell"},
            "date_format": {**_SOME_TEXT, "examples": [DATE_EXAMPLE]},
            "language": {"type": "string", "pattern": "^[a-z]{2}$"},
            "html": {"type": "boolean", "description": "tags become plain text"},
            "text": {"type": "string", "description": "a sentence with {value} in it"},
            "period": _pick("the time that the value is about"),
            "optional": {"type": "boolean", "description": "the column may be absent"},
        },
        "what the column says",
        "field",
    )


def _columns() -> dict[str, Any]:
    target = _target()
    ignored = _object({"ignore": _SOME_TEXT}, "why the column is left out", "ignore")
    one = {"anyOf": [_SOME_TEXT, target]}
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {
            "anyOf": [_SOME_TEXT, target, ignored, {"type": "array", "items": one, "minItems": 1}],
            "description": "a field, {field: …}, a list of these, or {ignore: why}",
        },
    }


def mapping_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a mapping."""
    file = _object(
        {
            "format": {"enum": ["csv", "tsv", "xlsx", "json"]},
            "encoding": _SOME_TEXT,
            "delimiter": _SOME_TEXT,
            "quote": {"type": "string", "minLength": 1, "maxLength": 1},
            "sheet": _TEXT,
            "header_row": {"type": "integer", "minimum": 1},
            "path": {"type": "string", "description": "of the list in a JSON file: a.b.c"},
        },
        "how the table is written",
    )
    system = _object(
        {
            "prefix": {"type": "string", "pattern": "^([a-z0-9][a-z0-9_-]*)?$", "maxLength": 40},
            "columns": {"type": "array", "items": _SOME_TEXT},
            "after_last": _SOME_TEXT,
        },
        "what names a system; without columns, its name does",
    )
    body = _picks(
        "id name short_name kind country identifier website",
        "the public body",
        prefix={"type": "string", "pattern": "^([a-z0-9][a-z0-9_-]*)?$", "maxLength": 20},
        kind_when_name_starts={
            "type": "object",
            "additionalProperties": {"enum": list(BODY_KIND.codes())},
        },
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:clairevoie:schema:mapping:1.0",
        "title": "Clairevoie column mapping",
        **_object(
            {
                "mapping": {"const": "clairevoie/mapping"},
                "version": {"const": "1.0"},
                "title": _TEXT,
                "file": file,
                "system": system,
                "body": body,
                "source": _picks("id kind title publisher url date digest licence", "the document"),
                "statement": _picks(
                    "speaker capacity date language locator", "what all statements have in common"
                ),
                "columns": _columns(),
                "constants": {"type": "object", "additionalProperties": _SOME_TEXT},
            },
            "which column of a table says what",
            "mapping",
            "version",
            "columns",
        ),
    }


def mapping_schema_text() -> str:
    """Return the schema as the text of the file that is shipped."""
    return json.dumps(mapping_schema(), ensure_ascii=False, indent=1) + "\n"


@cache
def _validator() -> Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(mapping_schema())


def schema_problems(raw: dict[str, Any]) -> list[str]:
    """Return what the schema refuses in a mapping, one plain sentence each."""
    errors = sorted(_validator().iter_errors(raw), key=lambda error: list(map(str, error.path)))
    return [sentence for error in errors for sentence in _sentences(error)]


def _sentences(error: ValidationError) -> Iterator[str]:
    place = ", ".join(str(part) for part in error.absolute_path)
    where = f"{place}: " if place else ""
    schema: dict[str, Any] = dict(error.schema) if isinstance(error.schema, dict) else {}
    instance: Any = error.instance
    if error.validator == "required":
        missing = [key for key in schema["required"] if key not in instance]
        yield f"{where}'{missing[0]}' is missing: write it"
    elif error.validator == "additionalProperties":
        known = list(schema["properties"])
        for key in instance.keys() - set(known):
            close = difflib.get_close_matches(str(key), known, 1)
            advice = f"did you mean '{close[0]}'?" if close else f"known here: {', '.join(known)}"
            yield f"{where}'{str(key)[:60]}' is not known: {advice}"
    elif error.validator == "enum":
        yield f"{where}'{str(instance)[:60]}' is not one of {', '.join(schema['enum'])}"
    elif error.validator == "const":
        yield f"{where}must be '{schema['const']}'"
    elif error.validator == "anyOf":
        inner = _closest(error)
        if inner is not None:
            yield from _sentences(inner)
        else:
            yield f"{where}must be {schema.get('description', 'written otherwise')}"
    elif error.validator in {"minLength", "minProperties", "minItems"}:
        yield f"{where}is empty: write something or remove it"
    elif error.validator == "type":
        yield f"{where}must be {_named(schema.get('type'))}"
    else:
        yield f"{where}'{str(instance)[:60]}' does not fit: {error.message[:120]}"


def _closest(error: ValidationError) -> ValidationError | None:
    """Return the refusal of the alternative that has the right type, if there is just one."""
    inner = [item for item in error.context or () if item.validator != "type"]
    if isinstance(error.instance, dict) and "ignore" not in error.instance:
        inner = [item for item in inner if "ignore" not in _required(item)]
    elif isinstance(error.instance, dict):
        inner = [item for item in inner if "field" not in _required(item)]
    inner.sort(key=lambda item: item.validator != "additionalProperties")
    return inner[0] if inner else None


def _required(error: ValidationError) -> list[str]:
    schema: Any = error.schema
    return schema.get("required", []) if isinstance(schema, dict) else []


def _named(kind: object) -> str:
    names = {
        "object": "a list of 'name: value'",
        "array": "a list",
        "string": "a text",
        "integer": "a whole number",
        "boolean": "true or false",
    }
    return names.get(str(kind), str(kind))

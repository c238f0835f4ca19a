"""The JSON Schema of a journal's declaration, and what it refuses, in plain sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

from clairevoie.rules.source import Place

FILE = "journal-1.0.schema.json"
MAX_SHOWN = 60

_ONE_OF = {
    "inputs": "write the word 'same', or a column for each input (input: column)",
    "text": "write a text, or a text for each language (fr: …, en: …)",
    "someone": "write a column, or 'column' and 'pseudonym' (true or false)",
}
_PATTERNS = {
    "slug": "write small letters, digits and hyphens only, as in 'nursery-2025'",
    "url": "write an address that begins with sqlite://, postgresql:// or duckdb://",
    "table": "write the name of a table, with its schema before a point if it has one",
}
_BOUNDS = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
}
DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
SLUGS = frozenset({"id", "rules", "journal"})
_TYPES = {
    "string": "a text (put it in quotation marks)",
    "object": "a mapping (name: value)",
    "array": "a list",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}


def journal_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a declaration."""
    text = files(__package__).joinpath("schemas", FILE).read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def schema_problems(data: Any, schema: Mapping[str, Any] | None = None) -> list[tuple[Place, str]]:
    """Return what a schema refuses: the place, and one sentence that says what to do.

    Args:
        data: plain values.
        schema: the journal's, when left out.
    """
    from jsonschema import Draft202012Validator

    found: list[tuple[Place, str]] = []
    validator = Draft202012Validator(journal_schema() if schema is None else schema)
    for error in validator.iter_errors(data):
        place = tuple(error.absolute_path)
        found += [(place, sentence) for sentence in _sentences(error)]
    return sorted(found, key=lambda item: [str(part) for part in item[0]])


def _sentences(error: Any) -> Iterator[str]:
    keyword, value = error.validator, error.instance
    if value is None:
        yield "is empty: fill it in, or take the line away"
    elif keyword == "additionalProperties":
        known = ", ".join(sorted(error.schema.get("properties", ())))
        for name in sorted(set(value) - set(error.schema.get("properties", ()))):
            yield f"'{_short(name)}' is not known here: use {known}"
    elif keyword == "required":
        # jsonschema gives one error for each name; only its message says which.
        missing = next(name for name in error.validator_value if f"'{name}'" in error.message)
        yield f"'{missing}' is missing: add it"
    elif keyword == "dependentRequired":
        for name, needed in error.validator_value.items():
            if name in value and not set(needed) <= set(value):
                yield f"'{name}' goes with '{needed[0]}' only: take it away"
    elif keyword == "type":
        kinds = error.validator_value
        wanted = [kinds] if isinstance(kinds, str) else kinds
        yield f"'{_short(value)}' should be {' or '.join(_TYPES.get(one, one) for one in wanted)}"
    elif keyword == "const":
        yield f"'{_short(value)}' should be '{error.validator_value}'"
    elif keyword == "enum":
        choices = ", ".join(repr(item) for item in error.validator_value)
        yield f"'{_short(value)}' is not one of {choices}"
    else:
        yield _about_form(error)


def _about_form(error: Any) -> str:
    keyword, value = error.validator, error.instance
    path = [str(part) for part in error.absolute_path]
    names = [*(str(part) for part in error.absolute_schema_path), *path]
    if keyword == "oneOf":
        name = _meant(path)
        return f"'{_short(value)}' cannot be read: {_ONE_OF[name]}"
    if keyword == "pattern":
        for name, advice in _PATTERNS.items():
            if name in names or (name == "slug" and path and path[-1] in SLUGS):
                return f"'{_short(value)}' cannot be taken: {advice}"
        if error.validator_value == DAY:
            return f"'{_short(value)}' is no day: write it as in 2025-01-31"
        if "propertyNames" in names or path[-1] == "name":
            return f"'{_short(value)}' cannot be a name: write small letters, digits and _ only"
    if keyword in {"minLength", "minProperties", "minItems"}:
        if value and keyword != "minLength":
            return f"holds too little: at least {error.validator_value}"
        return "is empty: fill it in, or take the line away"
    if keyword in _BOUNDS:
        return f"'{_short(value)}' cannot be taken: {_BOUNDS[keyword]} {error.validator_value}"
    if keyword in {"maxLength", "maxItems"}:
        return f"is too long: at most {error.validator_value}"
    return f"'{_short(value)}' cannot be taken ({keyword})"


def _meant(path: list[str]) -> str:
    if path[-1] in {"title", "label", "question", "unit"} or "labels" in path:
        return "text"
    return "inputs" if path[-1] == "inputs" else "someone"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"

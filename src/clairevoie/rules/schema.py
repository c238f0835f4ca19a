"""The JSON Schema of a rule set, and its errors as plain sentences."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from clairevoie.rules.source import Place

MAX_TOLD = 50
"""Problems told at once: beyond, the file is not of this format."""

_TYPES = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}


def schema_text() -> str:
    """Return the JSON Schema (draft 2020-12) of a rule set."""
    return (files("clairevoie.rules") / "schemas" / "rules-1.0.schema.json").read_text("utf-8")


def schema_problems(data: Any) -> list[tuple[Place, str]]:
    """Return what the schema refuses in plain values, each with its place and a sentence."""
    if not isinstance(data, Mapping):
        return [((), "a rule set is a mapping that starts with 'clairevoie: rules-1.0'")]
    found: list[tuple[Place, str]] = []
    for error in _validator().iter_errors(data):
        found.append((tuple(error.absolute_path), _sentence(error)))
        if len(found) >= MAX_TOLD:
            break
    return sorted(found, key=lambda problem: [_sortable(part) for part in problem[0]])


def _sortable(part: str | int) -> tuple[int, str]:
    return (part, "") if isinstance(part, int) else (-1, part)


@cache
def _validator() -> Any:
    import jsonschema

    def items(validator: Any, wanted: Any, instance: Any, schema: Any) -> Iterator[Any]:
        """As the standard keyword; a long list of bare numbers is first looked at in one go."""
        if isinstance(instance, list) and wanted in _BARE:
            allowed = _ALLOWED[wanted["type"]]
            if all(type(one).__name__ in allowed for one in instance):
                return
        yield from standard(validator, wanted, instance, schema)

    base = jsonschema.Draft202012Validator
    standard = base.VALIDATORS["items"]
    extend: Any = jsonschema.validators.extend
    return extend(base, {"items": items})(json.loads(schema_text()))


_BARE = ({"type": "number"}, {"type": "integer"}, {"type": "boolean"})
_ALLOWED = {
    "number": frozenset(("int", "Decimal")),
    "integer": frozenset(("int",)),
    "boolean": frozenset(("bool",)),
}


def _sentence(error: Any) -> str:
    tell = _TOLD.get(error.validator)
    return tell(error) if tell is not None else f"not as the format wants it: {error.message[:200]}"


def _required(error: Any) -> str:
    # One error a missing key: the message starts with the key in quotes.
    absent = [key for key in error.validator_value if key not in error.instance]
    named = [key for key in absent if error.message.startswith(repr(key))]
    return f"'{(named or absent)[0]}' is missing: add it"


def _unknown(error: Any) -> str:
    if error.validator_value is not False:
        return "not as the format wants it"
    known = list(error.schema.get("properties", {}))
    unknown = [key for key in error.instance if key not in known]
    told = []
    for key in unknown:
        close = difflib.get_close_matches(key, known, n=1)
        told.append(f"'{key[:60]}'" + (f" (did you mean '{close[0]}'?)" if close else ""))
    one = "is not a key" if len(unknown) == 1 else "are not keys"
    return f"{', '.join(told)} {one} of this part (it may have: {', '.join(known)})"


def _type(error: Any) -> str:
    wanted = error.validator_value
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    told = " or ".join(_TYPES[name] for name in names if name != "null")
    hint = ": put it between quotes" if names == ["string"] and _bare(error.instance) else ""
    return f"{_shown(error.instance)} is not {told}{hint}"


def _bare(instance: Any) -> bool:
    return instance is None or not isinstance(instance, dict | list)


def _shown(instance: Any) -> str:
    if isinstance(instance, Mapping):
        return "a mapping"
    if isinstance(instance, list):
        return "a list"
    if instance is None:
        return "nothing"
    if isinstance(instance, bool):
        return "true" if instance else "false"
    return f"'{str(instance)[:60]}'"


def _enum(error: Any) -> str:
    known = ", ".join(str(one) for one in error.validator_value)
    return f"{_shown(error.instance)} is not one of: {known}"


def _pattern(error: Any) -> str:
    about = error.schema.get("description") or f"written as {error.validator_value}"
    return (
        f"{_shown(error.instance)} is not well written: {about[0].lower()}{about[1:].rstrip('.')}"
    )


def _forbidden(error: Any) -> str:
    other = next(
        (
            key
            for one in error.validator_value["anyOf"]
            for key in one["required"]
            if key in error.instance
        ),
        "",
    )
    return f"'{other}' does not go with the kind of this version: leave it out"


_TOLD: dict[str, Callable[[Any], str]] = {
    "required": _required,
    "additionalProperties": _unknown,
    "type": _type,
    "enum": _enum,
    "const": lambda error: f"{_shown(error.instance)} must be '{error.validator_value}'",
    "pattern": _pattern,
    "minItems": lambda error: (
        f"the list is too short: at least {error.validator_value}, here {len(error.instance)}"
    ),
    "maxItems": lambda error: f"the list is too long: at most {error.validator_value}",
    "minLength": lambda _error: "the text is empty: write it, or leave the key out",
    "minProperties": lambda _error: "the mapping is empty: fill it, or leave the key out",
    "minimum": lambda error: f"{_shown(error.instance)} is below {error.validator_value}",
    "maximum": lambda error: f"{_shown(error.instance)} is above {error.validator_value}",
    "exclusiveMinimum": lambda error: (
        f"{_shown(error.instance)} is not above {error.validator_value}"
    ),
    "uniqueItems": lambda _error: "something is there twice: keep one",
    "not": _forbidden,
}

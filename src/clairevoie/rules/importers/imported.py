"""What every importer gives back, and how names and documents are read."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from clairevoie.rules.content import Content
from clairevoie.rules.model import (
    Category,
    Input,
    Kind,
    Outcome,
    RuleSet,
    RulesProblem,
    Text,
    Version,
)

MAX_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class About:
    """What no export says, and the person who imports does.

    Attributes:
        id: identifier of the rule set, a slug.
        start: the day from which the version is in force.
        title: the rule set's; the identifier when left out.
        version: the version's identifier.
    """

    id: str
    start: date
    title: str = ""
    version: str = "1"


@dataclass(frozen=True, slots=True)
class Imported:
    """A rule set, and what could not be carried over, one sentence each.

    Questions, legal bases, protected criteria, who may change what: an export does not say them.
    They stay empty, and checking the rules lists them.
    """

    rules: RuleSet
    losses: tuple[str, ...] = ()


def imported(
    about: About,
    kind: Kind,
    content: Content,
    inputs: Sequence[Input],
    *,
    losses: Iterable[str] = (),
    outcomes: Sequence[Outcome] = (),
    title: str = "",
) -> Imported:
    """Return the only version of a new rule set."""
    version = Version(
        id=about.version,
        start=about.start,
        until=None,
        kind=kind,
        content=content,
        inputs=tuple(inputs),
    )
    rules = RuleSet(
        id=about.id,
        title={"fr": about.title or title or about.id},
        purpose={},
        system="",
        body="",
        result={},
        unit={},
        outcomes=tuple(outcomes),
        versions=(version,),
    )
    return Imported(rules, tuple(dict.fromkeys(losses)))


def refuse(place: str, sentence: str) -> RulesProblem:
    """Return the exception that says what cannot be imported, and what to do."""
    return RulesProblem((place, sentence))


def read_json(given: Mapping[str, Any] | str | bytes, name: str) -> Mapping[str, Any]:
    """Return a JSON object, given as such or as text.

    Raises:
        RulesProblem: not JSON, not an object, or larger than 256 MB.
    """
    if isinstance(given, Mapping):
        return given
    if len(given) > MAX_BYTES:
        raise refuse(name, "larger than 256 MB: export a smaller model")
    try:
        found = json.loads(given)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise refuse(name, f"not readable as JSON ({error})") from None
    except RecursionError:
        raise refuse(name, "nested too deeply to be a model") from None
    if not isinstance(found, dict):
        raise refuse(name, "a JSON object was expected")
    return found


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Say in a sentence that a document is not built as the export is.

    Raises:
        RulesProblem: a key, a list or a number is not where the export has it.
    """
    try:
        yield
    except RulesProblem:
        raise
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        what = f"{type(error).__name__}: {error}"
        raise refuse(
            name, f"not built as this export is ({what}): export the model again"
        ) from None


def need(data: Any, key: str, place: str) -> Any:
    """Return the value of a key that must be there.

    Raises:
        RulesProblem: it is not.
    """
    if not isinstance(data, Mapping) or key not in data:
        raise refuse(place, f"'{key}' is missing: is this the whole export?")
    return data[key]


def number(raw: Any, place: str) -> float:
    """Return a finite floating number, written as a number or as text.

    Raises:
        RulesProblem: it is not one.
    """
    try:
        found = float(raw)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if isinstance(raw, bool) or not math.isfinite(found):
        raise refuse(place, f"'{raw}' is not a finite number")
    return found


def safe_name(original: str) -> str:
    """Return a name that rules may use: small letters, digits and ``_``, without accents."""
    plain = unicodedata.normalize("NFKD", original).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60] or "input"
    return f"x_{found}" if found[0].isdigit() else found


def safe_names(originals: Iterable[str]) -> dict[str, str]:
    """Return a name for each original name, all different."""
    found: dict[str, str] = {}
    for original in originals:
        name, count = safe_name(original), 1
        while name in found.values():
            count += 1
            name = f"{safe_name(original)}_{count}"
        found.setdefault(original, name)
    return found


def label(original: str) -> Text:
    """Return the label of something that only has a name."""
    return {"fr": original}


def plain_input(original: str, name: str, *, required: bool) -> Input:
    """Return an input that is a floating number."""
    return Input(name, "number", label(original), label(original), {}, {}, required=required)


def category_input(original: str, name: str, values: Iterable[str], *, required: bool) -> Input:
    """Return an input that is a category."""
    return Input(
        name,
        "category",
        label(original),
        label(original),
        {},
        {},
        categories=tuple(Category(value, label(value)) for value in values),
        required=required,
    )

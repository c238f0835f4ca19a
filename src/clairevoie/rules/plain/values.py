"""Values, texts, bases, thresholds as the plain values of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from clairevoie.rules.content import Rounding
from clairevoie.rules.model import Basis, Text, Threshold, Value

Data = dict[str, Any]


def pruned(data: Mapping[str, Any]) -> Data:
    """Leave out what is not said."""
    return {
        key: value
        for key, value in data.items()
        if value is not None and value != "" and value not in ([], {})
    }


def text_data(text: Text | None) -> str | Data | None:
    """Return a text: bare when it is French only; ``None`` for none."""
    if not text:
        return None
    return text["fr"] if set(text) == {"fr"} else dict(text)


def basis_data(basis: Basis | None) -> Data | None:
    """Return a legal basis as the plain values of a file."""
    if basis is None:
        return None
    return pruned(
        {
            "article": basis.article,
            "url": basis.url,
            "effect": day_data(basis.effect),
            "to_check": basis.to_check or None,
        }
    )


def day_data(day: date | None) -> str | None:
    """Return a date as text."""
    return None if day is None else day.isoformat()


def value_data(value: Value) -> Any:
    """Return a value as a file has it."""
    return value.isoformat() if isinstance(value, date) else value


def key_text(value: Value) -> str:
    """Return a value as the key of a mapping."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value_data(value))


def numbers_data(values: Mapping[Any, Any] | None) -> Data | None:
    """Return numbers by value as the plain values of a file."""
    return None if values is None else {key_text(key): value for key, value in values.items()}


def label_data(label: Text, identifier: str) -> str | Data | None:
    """A label that is only the identifier is what reading puts there: left out."""
    return None if label == {"fr": identifier} else text_data(label)


def thresholds_data(thresholds: Iterable[Threshold]) -> list[Data]:
    """Return thresholds as the plain values of a file."""
    return [
        pruned({"outcome": one.outcome, "from": one.minimum, "basis": basis_data(one.basis)})
        for one in thresholds
    ]


def rounding_data(rounding: Rounding | None) -> Data | None:
    """Return a rounding as the plain values of a file."""
    return None if rounding is None else {"to": rounding.to, "mode": rounding.mode}

"""One case as values: what a person typed, or what a file gave, read as the rules want it.

Numbers and dates may be written as in French (« 1 234,56 », « 12/03/2024 », « oui »). Nothing is
guessed and nothing is rounded: what cannot be read, or is outside its domain, is a problem told in
one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from math import isnan
from typing import Any, Literal, cast

from clairevoie.rules.model import Input, Value, Version, say
from clairevoie.rules.reads import inputs_read
from clairevoie.rules.trace import Reading

ProblemCode = Literal[
    "not_a_number",
    "not_whole",
    "too_many_decimals",
    "too_large",
    "below_minimum",
    "above_maximum",
    "unknown_category",
    "not_a_date",
    "not_yes_or_no",
    "missing",
]

EXACT_FLOAT = 10**15
"""Beyond, a floating number no longer says which decimal number it stands for."""
LARGEST = 2**63 - 1
"""Beyond, in units of the last decimal kept, a number does not fit its column."""

SPACES = str.maketrans("", "", " \u00a0\u202f\u2009\t")
YES = frozenset(("true", "yes", "oui", "vrai", "o", "y", "1"))
NO = frozenset(("false", "no", "non", "faux", "n", "0"))

_NUMBER = re.compile(r"[-+]?\d{1,30}([.,]\d{0,30})?", re.ASCII)
_FLOATING = re.compile(r"[-+]?(\d{1,30}([.,]\d{0,30})?|[.,]\d{1,30})([eE][-+]?\d{1,3})?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_FRENCH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)

_SENTENCES: dict[ProblemCode, dict[str, str]] = {
    "not_a_number": {
        "fr": "{label} : « {given} » n’est pas un nombre ; écrivez par exemple {example}.",
        "en": "{label}: “{given}” is not a number; write for instance {example}.",
    },
    "not_whole": {
        "fr": "{label} : « {given} » n’est pas un nombre entier.",
        "en": "{label}: “{given}” is not a whole number.",
    },
    "too_many_decimals": {
        "fr": "{label} : « {given} » a trop de décimales ; {decimals} au plus.",
        "en": "{label}: “{given}” has too many decimals; at most {decimals}.",
    },
    "too_large": {
        "fr": "{label} : « {given} » est un nombre trop grand.",
        "en": "{label}: “{given}” is too large a number.",
    },
    "below_minimum": {
        "fr": "{label} : « {given} » est en dessous du minimum, {bound}.",
        "en": "{label}: “{given}” is below the minimum, {bound}.",
    },
    "above_maximum": {
        "fr": "{label} : « {given} » est au-dessus du maximum, {bound}.",
        "en": "{label}: “{given}” is above the maximum, {bound}.",
    },
    "unknown_category": {
        "fr": "{label} : « {given} » n’est pas un des choix possibles ({choices}).",
        "en": "{label}: “{given}” is not one of the choices ({choices}).",
    },
    "not_a_date": {
        "fr": "{label} : « {given} » n’est pas une date ; écrivez par exemple 31/01/2024.",
        "en": "{label}: “{given}” is not a date; write for instance 2024-01-31.",
    },
    "not_yes_or_no": {
        "fr": "{label} : « {given} » n’est ni oui ni non.",
        "en": "{label}: “{given}” is neither yes nor no.",
    },
    "missing": {
        "fr": "{label} : cette donnée manque.",
        "en": "{label}: this datum is missing.",
    },
}


@dataclass(frozen=True, slots=True)
class CaseProblem:
    """Why a datum cannot be used.

    Attributes:
        name: the input.
        code: which of the problems; an interface may have its own words.
        data: what the sentence needs: ``given``, ``bound``, ``decimals``, ``choices``.
        item: the input itself.
    """

    name: str
    code: ProblemCode
    item: Input
    data: Mapping[str, str] = field(default_factory=dict)

    def sentence_in(self, language: str) -> str:
        """Return the sentence in ``fr`` or ``en``."""
        texts = _SENTENCES[self.code]
        words = {"label": say(self.item.label, language), "given": "", "example": ""} | dict(
            self.data
        )
        if self.code == "unknown_category":
            labels = (say(one.label, language) for one in self.item.categories)
            words["choices"] = ", ".join(labels)
        return texts.get(language, texts["en"]).format(**words)

    @property
    def sentence(self) -> str:
        """Return the sentence in English."""
        return self.sentence_in("en")


class _Refused(Exception):
    def __init__(self, code: ProblemCode, **data: str) -> None:
        self.code = code
        self.data = data
        super().__init__(code)


def read_case(
    version: Version, given: Mapping[str, object]
) -> tuple[dict[str, Value], tuple[Reading, ...]]:
    """Read the data of one case.

    Args:
        version: the rules.
        given: by input name: Python or JSON values, or text as typed in a form. Names that are not
            inputs are ignored.

    Returns:
        For every input of the version: its value (its default where it is missing and has one,
        ``None`` where it is missing, cannot be read or is out of its domain), and how it was read.
    """
    values: dict[str, Value] = {}
    readings = []
    for item in version.inputs:
        value, problem = read_value(item, given.get(item.name))
        if problem is not None:
            readings.append(Reading(item.name, value, "out_of_domain"))
            value = None
        elif value is not None:
            readings.append(Reading(item.name, value))
        elif item.default is not None:
            value = item.default
            readings.append(Reading(item.name, value, "default"))
        else:
            readings.append(Reading(item.name, None, "missing"))
        values[item.name] = value
    return values, tuple(readings)


def case_problems(version: Version, given: Mapping[str, object]) -> tuple[CaseProblem, ...]:
    """Return what prevents a case from being evaluated, one problem an input that is read."""
    found = []
    for item in inputs_read(version):
        value, problem = read_value(item, given.get(item.name))
        if problem is not None:
            found.append(problem)
        elif value is None and item.required and item.default is None:
            found.append(CaseProblem(item.name, "missing", item))
    return tuple(found)


def read_value(item: Input, raw: object) -> tuple[Value, CaseProblem | None]:
    """Read one value; ``None`` when it is missing (``None``, an empty text, a floating NaN).

    With a problem, the value is what was read, ``None`` if nothing was.
    """
    if _is_missing(raw):
        return None, None
    value: Value = None
    try:
        value = _READERS[item.type](item, raw)
    except _Refused as refused:
        return None, _problem(item, refused.code, raw, refused.data)
    return value, domain_problem(item, value)


def domain_problem(item: Input, value: Value) -> CaseProblem | None:
    """Return why a value of the right type is outside the domain, ``None`` when it is inside."""
    if item.minimum is not None and cast("Any", value) < item.minimum:
        return _problem(item, "below_minimum", value, {"bound": _shown(item.minimum)})
    if item.maximum is not None and cast("Any", value) > item.maximum:
        return _problem(item, "above_maximum", value, {"bound": _shown(item.maximum)})
    if item.type == "category" and all(value != one.value for one in item.categories):
        return _problem(item, "unknown_category", value, {})
    if item.type in {"decimal", "integer"}:
        number = Decimal(cast("Decimal", value))
        if -_exponent(number) > item.decimals:
            return _problem(item, "too_many_decimals", value, {"decimals": str(item.decimals)})
        if abs(number.scaleb(item.decimals)) > LARGEST:
            return _problem(item, "too_large", value, {})
    return None


def _problem(item: Input, code: ProblemCode, raw: object, data: Mapping[str, str]) -> CaseProblem:
    example = "1 234,56" if item.type != "integer" else "3"
    shown = {"given": _shown(raw)[:60], "example": example}
    return CaseProblem(item.name, code, item, {**shown, **data})


def _shown(raw: object) -> str:
    return raw.isoformat() if isinstance(raw, date) else str(raw)


def _is_missing(raw: object) -> bool:
    if raw is None:
        return True
    if isinstance(raw, float):
        return isnan(raw)
    return isinstance(raw, str) and not raw.strip()


def _exponent(number: Decimal) -> int:
    """The power of ten of the last digit that is not 0; 0 or more for a whole number."""
    if number == number.to_integral_value():
        return 0
    return cast("int", number.normalize().as_tuple().exponent)


def _exact(item: Input, raw: object) -> Decimal:
    if isinstance(raw, bool):
        raise _Refused("not_a_number")
    if isinstance(raw, int):
        return Decimal(raw)
    if isinstance(raw, float):
        if raw - raw != 0:
            raise _Refused("not_a_number")
        number = Decimal(repr(raw))
        if abs(number.scaleb(item.decimals)) > EXACT_FLOAT:
            raise _Refused("too_large")
        return number
    if isinstance(raw, Decimal):
        if not raw.is_finite():
            raise _Refused("not_a_number")
        return raw
    if isinstance(raw, str):
        text = raw.translate(SPACES).removesuffix("€").replace("−", "-")
        if _NUMBER.fullmatch(text):
            return Decimal(text.replace(",", "."))
    raise _Refused("not_a_number")


def _read_decimal(item: Input, raw: object) -> Decimal:
    return _exact(item, raw)


def _read_integer(item: Input, raw: object) -> int:
    number = _exact(item, raw)
    if number != number.to_integral_value():
        raise _Refused("not_whole")
    return int(number)


def _read_number(item: Input, raw: object) -> float:
    if isinstance(raw, str):
        text = raw.translate(SPACES).replace("−", "-")
        if _FLOATING.fullmatch(text) is None:
            raise _Refused("not_a_number")
        raw = text.replace(",", ".")
    elif isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise _Refused("not_a_number")
    try:
        value = float(raw)
    except (OverflowError, ValueError):
        raise _Refused("not_a_number") from None
    if value - value != 0:
        raise _Refused("not_a_number")
    return value


def _read_boolean(_item: Input, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    text = str(raw).strip().casefold() if isinstance(raw, int | str) else ""
    if text in YES or text in NO:
        return text in YES
    raise _Refused("not_yes_or_no")


def _read_category(item: Input, raw: object) -> str:
    text = ("true" if raw else "false") if isinstance(raw, bool) else str(raw).strip()
    for one in item.categories:
        if text == one.value:
            return text
    raise _Refused("unknown_category")


def _read_date(_item: Input, raw: object) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = raw.strip() if isinstance(raw, str) else ""
    iso, french = _ISO.fullmatch(text), _FRENCH.fullmatch(text)
    try:
        if iso is not None:
            return date(*(int(part) for part in iso.groups()))
        if french is not None:
            return date(*(int(part) for part in reversed(french.groups())))
    except ValueError:
        pass
    raise _Refused("not_a_date")


_READERS: dict[str, Any] = {
    "boolean": _read_boolean,
    "integer": _read_integer,
    "decimal": _read_decimal,
    "number": _read_number,
    "category": _read_category,
    "date": _read_date,
}

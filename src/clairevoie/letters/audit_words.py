"""Words and numbers of the report of an audit, in French and in English.

Spaces that must not break (before «:», inside guillemets) are set when the report is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from clairevoie.audit.grounds import ground_of
from clairevoie.audit.limits import limit_of
from clairevoie.audit.model import Limit
from clairevoie.charts.drawing import Language
from clairevoie.explanation.wording import (
    MINUS,
    NBSP,
    THIN,
    list_text,
    number_text,
    quoted,
)
from clairevoie.letters.audit_english import ENGLISH
from clairevoie.letters.audit_french import FRENCH
from clairevoie.letters.printable import no_break

__all__ = [
    "Form",
    "Language",
    "between",
    "count",
    "fixed",
    "frequencies",
    "group",
    "interval",
    "level_of",
    "margin",
    "mark",
    "measure_of",
    "named",
    "of_what",
    "others_of",
    "percent",
    "phrase",
    "plural",
    "points",
    "ratio",
    "said",
    "say",
    "semicolons",
    "units",
]

Form = Mapping[str, Any]
"""A result as plain values."""

PHRASES: Mapping[Language, Mapping[str, str]] = {"fr": FRENCH, "en": ENGLISH}
_BASES = (100, 1_000, 10_000, 100_000)


@cache
def phrase(key: str, language: Language) -> str:
    """Return one of `PHRASES`, its spaces set."""
    return no_break(PHRASES[language][key], language=language)


def said(key: str, language: Language, **values: object) -> str:
    """Return one of `PHRASES` with its values, its spaces set."""
    return phrase(key, language).format(**values)


def say(text: Mapping[str, str], language: Language) -> str:
    """Return a text of the plan in a language, else in another."""
    found = text.get(language) or text.get("fr") or next(iter(text.values()), "")
    return no_break(found, language=language)


# --- numbers --------------------------------------------------------------------------------------


def count(value: float | None, language: Language) -> str:
    """Write a number of decisions or persons; sums of weights without decimals."""
    return phrase("unknown", language) if value is None else number_text(round(value), language)


def percent(value: float | None, language: Language) -> str:
    """Write a share: « 12,5 % »; one decimal, or as many as a small share needs for one digit."""
    if value is None:
        return phrase("none", language)
    shown = 100 * value
    return _with_percent(
        fixed(shown, 1 if not shown or abs(shown) >= 0.1 else 3, language), language
    )


def mark(value: float, language: Language) -> str:
    """Write a share at a mark of an axis, or one that is round: « 20 % », « 2,5 % »."""
    return _with_percent(number_text(round(100 * value, 6), language), language)


def _with_percent(text: str, language: Language) -> str:
    return f"{text}{THIN if language == 'fr' else ''}%"


def fixed(value: float, decimals: int, language: Language) -> str:
    """Write a number with as many decimals as its neighbours, so that they can be compared."""
    text = f"{abs(value):,.{decimals}f}"
    if language == "fr":
        text = text.replace(",", THIN).replace(".", ",")
    return f"{MINUS}{text}" if value < 0 and float(f"{value:.{decimals}f}") else text


def points(value: float, language: Language, *, signed: bool = False) -> str:
    """Write a difference of shares in points: « 9,2 points », « +0,3 point »."""
    return f"{_points(value, language, signed=signed)}{NBSP}{_unit(value, language)}"


def _points(value: float, language: Language, *, signed: bool) -> str:
    shown = round(100 * value, 1)
    sign = ("+" if shown > 0 else MINUS) if signed and shown else ""
    return f"{sign}{fixed(abs(shown), 1, language)}"


def _unit(value: float, language: Language) -> str:
    shown = abs(round(100 * value, 1))
    return "point" if (shown < 2 if language == "fr" else shown == 1) else "points"


def margin(form: Form, language: Language) -> str:
    """Write the largest difference that the plan holds to be negligible: « 2 points »."""
    shown = 100 * Decimal(form["plan"]["delta"])
    unit = "point" if (shown < 2 if language == "fr" else shown == 1) else "points"
    return f"{number_text(shown, language)}{NBSP}{unit}"


def level_of(form: Form, language: Language) -> str:
    """Write the confidence of the intervals: « 95 % »."""
    return mark(float(form["plan"]["level"]), language)


def ratio(value: float, language: Language) -> str:
    """Write a ratio: « 1,42 »."""
    return fixed(value, 2, language)


def between(low: float | None, high: float | None, language: Language) -> str:
    """Write an interval of signed points: « entre +7,1 et +11,3 points »."""
    if low is None or high is None:
        return phrase("no_interval", language)
    lower, upper = (_points(bound, language, signed=True) for bound in (low, high))
    unit = _unit(max(abs(low), abs(high)), language)
    return said("between", language, low=lower, high=f"{upper}{NBSP}{unit}")


def interval(low: float | None, high: float | None, language: Language) -> str:
    """Write an interval of shares: « de 54,8 à 57,3 % »."""
    if low is None or high is None:
        return phrase("no_interval", language)
    lower = percent(low, language).rstrip(f"%{THIN}")
    return said("from_to", language, low=lower, high=percent(high, language))


def frequencies(first: float, second: float, language: Language) -> tuple[str, str]:
    """Write two shares as numbers out of the same: « 31 sur 100 », « 22 sur 100 ».

    Out of a hundred when that tells them apart, else out of a thousand, or more.
    """
    for base in _BASES:
        one, other = round(first * base), round(second * base)
        # Two digits of the difference, so that a half more does not look like as much again.
        if abs(first - second) * base >= 2 or base == _BASES[-1]:
            break
    words = (
        said("out_of", language, count=count(many, language), base=count(base, language))
        for many in (one, other)
    )
    return next(words), next(words)


def plural(key: str, number: int, language: Language, **values: object) -> str:
    """Return a phrase in the singular or the plural, with the number in words of figures.

    In French 0 and 1 are singular.
    """
    single = number < 2 if language == "fr" else number == 1
    name = f"{key}_one" if single else f"{key}_many"
    return said(name, language, count=count(number, language), **values)


def ground_text(word: str, language: Language) -> str:
    """Write a ground of the law; one that is none of them as it was written."""
    found = ground_of(word)
    if found is None:
        return word
    return found.french if language == "fr" else found.english


def limit_text(written: int | str, language: Language) -> str:
    """Write a limit of a result: « 60 jours », « 48 heures », « un mois »."""
    limit = limit_of(written)
    if limit.unit == "month" and limit.number == 1:
        return phrase("month", language)
    return plural(f"{limit.unit}s", limit.number, language)


def over_text(written: int | str, language: Language) -> str:
    """Write what is longer than a limit of a result: « plus de 60 jours », « plus d’un mois »."""
    if limit_of(written) == Limit(1, "month"):
        return phrase("over_month", language)
    return said("over_limit", language, limit=limit_text(written, language))


def semicolons(items: Sequence[str], language: Language) -> str:
    """Write items that hold commas one after the other."""
    return ("\u00a0; " if language == "fr" else "; ").join(items)


def units(form: Form, many: float, language: Language) -> str:
    """Write a number of what an audit counts: « 1 358 personnes », « 40 000 décisions »."""
    key = "persons" if form["plan"]["unit"] == "person" else "decisions"
    return plural(key, round(many), language)


# --- groups ---------------------------------------------------------------------------------------


def group(form: Form, cut: Sequence[str], key: Sequence[str], language: Language) -> str:
    """Return what a group is called: « Femmes, de 25 à moins de 60 »."""
    levels = {
        (item["name"], level["key"]): say(level["label"], language)
        for item in (*form["plan"]["groups"], *form["plan"]["conditions"])
        for level in item["levels"]
    }
    return ", ".join(levels.get((name, word), word) for name, word in zip(cut, key, strict=True))


def named(form: Form, cut: Sequence[str], key: Sequence[str], language: Language) -> str:
    """Return a group in quotation marks, with what it is a group of: « Femmes » (sexe)."""
    return f"{quoted(group(form, cut, key, language), language)} ({of_what(form, cut, language)})"


def others_of(form: Form, table: Any, one: Any, language: Language) -> str:
    """Return what a group is compared with: the others, the whole, another group."""
    if one["against"] is not None:
        return quoted(group(form, table["cut"], one["against"], language), language)
    return phrase("everybody" if form["plan"]["compare"] == "overall" else "others", language)


def of_what(form: Form, cut: Sequence[str], language: Language) -> str:
    """Return what a cut is by: « sexe », « sexe et âge »."""
    labels = {item["name"]: say(item["label"], language) for item in form["plan"]["groups"]}
    return list_text([_lower(labels[name]) for name in cut], language)


def measure_of(form: Form, table: Any, language: Language) -> str:
    """Return what a table measures; of a step of the chain, with the step that it is out of."""
    name = say(table["label"], language)
    if not table["measure"].startswith("step:"):
        return name
    steps = form["plan"]["chain"]
    place = [f"step:{step['name']}" for step in steps].index(table["measure"])
    before = say(steps[place - 1]["label"], language) if place else phrase("chain_all", language)
    return said("chain_step", language, step=name, before=before)


def _lower(text: str) -> str:
    """Return a label as it is within a sentence; an acronym stays as it is."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"

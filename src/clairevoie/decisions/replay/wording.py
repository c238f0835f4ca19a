"""Words of a replay, in French and in English: numbers, days, intervals, conditions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from clairevoie.rules.content import Interval
from clairevoie.rules.model import Input, Text, Value, say

MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}
LANGUAGES = ("fr", "en")


def both(first: str | Text, second: str | Text) -> Text:
    """Return a text in two languages, or two texts one after the other, a comma between."""
    if isinstance(first, str) and isinstance(second, str):
        return {"fr": first, "en": second}
    found = {}
    for language in LANGUAGES:
        parts = (part if isinstance(part, str) else say(part, language) for part in (first, second))
        found[language] = ", ".join(part for part in parts if part)
    return found


def capital(text: str) -> str:
    """Return a text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def number_words(value: Decimal | float | int, language: str) -> str:
    """Return a number as it is written in a language: « −1 234,5 », “−1,234.5”.

    A floating number is told with six digits.
    """
    exact = value if isinstance(value, Decimal) else Decimal(f"{value:.6g}")
    text = f"{exact.normalize():,f}" if exact else "0"
    if language == "fr":
        text = text.replace(",", "\u202f").replace(".", ",")
    return text.replace("-", "−")


def day_words(day: date, language: str) -> str:
    """Return a day: « 1er juillet 2024 », “1 July 2024”."""
    month = MONTHS[language].split()[day.month - 1]
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {month} {day.year}"


def value_words(value: Value, item: Input | None) -> Text:
    """Return a value of an input: a category by its label, true and false in words."""
    if value is None:
        return both("donnée manquante", "missing")
    if isinstance(value, bool):
        return both("oui", "yes") if value else both("non", "no")
    if isinstance(value, int | float | Decimal):
        return {language: number_words(value, language) for language in LANGUAGES}
    if isinstance(value, date):
        return {language: day_words(value, language) for language in LANGUAGES}
    for category in item.categories if item is not None else ():
        if category.value == value and category.label:
            return {language: say(category.label, language) for language in LANGUAGES}
    return both(value, value)


def interval_words(interval: Interval, item: Input | None) -> Text:
    """Return an interval: « moins de 500 », « de 500 à moins de 942 », « 942 ou plus »."""
    low, high = interval.low, interval.high
    found = {}
    for language in LANGUAGES:
        french = language == "fr"
        first = "" if low is None else say(value_words(low, item), language)
        last = "" if high is None else say(value_words(high, item), language)
        if low is None and high is None:
            found[language] = "toutes valeurs" if french else "any value"
        elif low == high:
            found[language] = first
        elif low is None:
            found[language] = _up_to(last, closed=interval.high_closed, french=french)
        elif high is None:
            found[language] = _from(first, closed=interval.low_closed, french=french)
        else:
            end = _up_to(last, closed=interval.high_closed, french=french)
            start = f"de {first}" if french else f"from {first}"
            if not interval.low_closed:
                start = f"de plus de {first}" if french else f"from above {first}"
            joined = f"{start} à {end}" if french else f"{start} to {end}"
            found[language] = joined.replace("à jusqu’à", "à").replace("to up to", "to")
    return found


def _up_to(bound: str, *, closed: bool, french: bool) -> str:
    if french:
        return f"jusqu’à {bound}" if closed else f"moins de {bound}"
    return f"up to {bound}" if closed else f"less than {bound}"


def _from(bound: str, *, closed: bool, french: bool) -> str:
    if french:
        return f"{bound} ou plus" if closed else f"plus de {bound}"
    return f"{bound} or more" if closed else f"more than {bound}"


def dated(sentence: Text, since: date | None, until: date | None) -> Text:
    """Return a sentence with the days during which it holds, at its start."""
    if since is None and until is None:
        return sentence
    found = {}
    for language in LANGUAGES:
        first = "" if since is None else day_words(since, language)
        last = "" if until is None else day_words(until, language)
        if language == "fr":
            when = f"Du {first} au {last}" if first and last else ""
            when = when or (f"Depuis le {first}" if first else f"Jusqu’au {last}")
        else:
            when = f"From {first} to {last}" if first and last else ""
            when = when or (f"Since {first}" if first else f"Until {last}")
        text = sentence[language]
        found[language] = f"{when}, " + text[:1].lower() + text[1:]
    return found

"""Dates written in words, in French and in English, without the machine's locale."""

from __future__ import annotations

from datetime import date
from typing import Literal

Language = Literal["fr", "en"]

MONTHS: dict[Language, tuple[str, ...]] = {
    "fr": tuple(
        "janvier février mars avril mai juin juillet août septembre octobre novembre "
        "décembre".split()
    ),
    "en": tuple(
        "January February March April May June July August September October November "
        "December".split()
    ),
}
WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "fr": tuple("lundi mardi mercredi jeudi vendredi samedi dimanche".split()),
    "en": tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()),
}


def written(day: date, language: Language = "fr", *, weekday: bool = False) -> str:
    """Return a date in words: «1er mars 2026», «1 March 2026».

    Args:
        day: the date.
        language: ``fr`` or ``en``.
        weekday: put the day of the week before it: «dimanche 1er mars 2026».
    """
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    # No-break spaces: a date is never cut at the end of a line.
    text = f"{number}\u00a0{MONTHS[language][day.month - 1]}\u00a0{day.year}"
    if weekday:
        return f"{WEEKDAYS[language][day.weekday()]}\u00a0{text}"
    return text

"""Numbers, dates, units, lists and intervals as they are written in French and in English.

French follows the Unicode CLDR (checked against Babel in the tests): a narrow no-break space
between thousands, a no-break space before €, a decimal comma; and the rules of print for % (a
narrow no-break space) and for the first day of a month (« 1er janvier »). A unit is given in the
plural by the rules; its singular is found by rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import cast

from clairevoie.rules.content import Interval
from clairevoie.rules.model import Input, Number, Text, Value, say

NBSP = "\u00a0"
THIN = "\u202f"
MINUS = "\u2212"
LANGUAGES = ("fr", "en")

_FLOAT_DECIMALS, _MOST_DECIMALS = 4, 9
_MONTHS = {
    "fr": (
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    ).split(),
    "en": (
        "January February March April May June July August September October November December"
    ).split(),
}
_YES_NO = {"fr": ("non", "oui"), "en": ("no", "yes")}
_NOTHING = {"fr": "non renseigné", "en": "not given"}
_ANY = {"fr": "n’importe quelle valeur", "en": "any value"}
_LAST = {"fr": {"and": " et ", "or": " ou "}, "en": {"and": " and ", "or": " or "}}

# Words of a unit that stay as they are in the singular.
_INVARIABLE = frozenset(
    "accès avis bis cas choix colis concours corps cours croix décès dos fois frais "
    "gaz héros mois noix nez os parcours pays poids prix procès puits refus succès taux temps "
    "tiers travers voix".split()
)
# After one of these the rest of a unit is its complement: « changements d’adresse ».
_STOPS = frozenset("à au aux chez dans de des du en par pour sans sous sur".split())
_ENGLISH_ONE = {"children": "child", "people": "person", "persons": "person", "days": "day"}
_ENGLISH_STOPS = frozenset("a an at by for in of per with".split())


# --- numbers --------------------------------------------------------------------------------------


def exact(value: Number) -> Decimal:
    """Return the decimal number that a value is; for a floating one, the shortest that it is."""
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def number_text(
    value: Number, language: str, *, decimals: int | None = None, at_least: int = 0
) -> str:
    """Write a number.

    Args:
        value: an exact number is written in full; a floating one with at most 4 decimals, or
            2 significant digits when it is smaller (9 decimals at most); an infinite one as ∞.
        language: ``fr`` or ``en``.
        decimals: round to at most so many decimals.
        at_least: write so many decimals at least, when it is not a whole number.
    """
    number = exact(value)
    if number.is_infinite():  # an exponential may be beyond all numbers
        return f"{MINUS}∞" if number < 0 else "∞"
    if decimals is None and isinstance(value, float):
        decimals = min(max(_FLOAT_DECIMALS, 1 - number.adjusted()), _MOST_DECIMALS)
    if decimals is not None and -_exponent(number) > decimals:
        with localcontext() as context:
            context.prec = 400
            number = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
    places = max(0, -_exponent(number))
    if places:
        places = max(places, at_least)
    text = f"{abs(number):,.{places}f}"
    if language == "fr":
        text = text.replace(",", THIN).replace(".", ",")
    return f"{MINUS}{text}" if number < 0 else text


def _exponent(number: Decimal) -> int:
    """Return the power of ten of the last digit that is not 0; 0 or more for a whole number."""
    if not number:
        return 0
    digits, exponent = number.as_tuple().digits, cast("int", number.as_tuple().exponent)
    for digit in reversed(digits):
        if digit or exponent >= 0:
            break
        exponent += 1
    return exponent


def amount_text(value: Number, unit: str, language: str, *, decimals: int | None = None) -> str:
    """Write a number with its unit: « 1 enfant », « 1 234,50 € par mois », « 30 % »."""
    money = unit.startswith("€")
    text = number_text(value, language, decimals=decimals, at_least=2 if money else 0)
    if not unit:
        return text
    if money and language == "en":
        sign = MINUS if text.startswith(MINUS) else ""
        return f"{sign}€{text.removeprefix(MINUS)}{unit[1:]}"
    if unit.startswith("%"):
        return f"{text}{THIN if language == 'fr' else ''}{unit}"
    return f"{text}{NBSP}{unit_for(value, unit, language)}"


def signed_text(value: Number, unit: str, language: str) -> str:
    """Write a number with its sign, plus included: what a step adds or takes."""
    text = amount_text(value, unit, language)
    return text if text.startswith(MINUS) or not value else f"+{text}"


# --- units ----------------------------------------------------------------------------------------


def unit_for(value: Number, unit: str, language: str) -> str:
    """Return a unit, given in the plural, as it agrees with a number.

    In French what is under 2 is singular (« 1,5 enfant »), in English only 1 is.
    """
    single = abs(exact(value)) < 2 if language == "fr" else value == 1
    return singular(unit, language) if single else unit


def singular(unit: str, language: str) -> str:
    """Return the singular of a unit given in the plural; its complement is left as it is."""
    words = re.split("([ \u00a0])", unit)
    stops = _STOPS if language == "fr" else _ENGLISH_STOPS
    one = _french_one if language == "fr" else _english_one
    for index, word in enumerate(words):
        if word.lower() in stops or re.match("(?i)d['’]", word):
            break
        words[index] = one(word)
    return "".join(words)


def _french_one(word: str) -> str:
    if word.lower() in _INVARIABLE or not word.isalpha() or len(word) < 3:
        return word
    if word.endswith("eaux"):
        return word[:-1]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _english_one(word: str) -> str:
    known = _ENGLISH_ONE.get(word.lower())
    if known is not None:
        return known
    if not word.replace("-", "").isalpha() or not word.endswith("s") or word.endswith("ss"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1]


# --- dates, values, lists -------------------------------------------------------------------------


def day_text(day: date, language: str) -> str:
    """Write a date: « 1er janvier 2025 », “1 January 2025”."""
    first = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{first}{NBSP}{_MONTHS[language][day.month - 1]} {day.year}"


def value_text(value: Value, language: str, *, item: Input | None = None, unit: str = "") -> str:
    """Write any value: yes or no, a category's label, a date, a number with its unit.

    Args:
        value: ``None`` is « non renseigné ».
        language: ``fr`` or ``en``.
        item: the input that it is a value of; its unit and its categories are used.
        unit: the unit, when there is no input.
    """
    if value is None:
        return _NOTHING[language]
    if isinstance(value, bool):
        return _YES_NO[language][value]
    if isinstance(value, date):
        return day_text(value, language)
    if isinstance(value, str):
        for one in item.categories if item is not None else ():
            if one.value == value:
                return say(one.label, language) or value
        return value
    return amount_text(value, say(item.unit, language) if item is not None else unit, language)


def list_text(parts: Sequence[str], language: str, *, last: str = "and") -> str:
    """Write a list: « a, b et c »; ``last`` is ``and`` or ``or``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])}{_LAST[language][last]}{parts[-1]}"


def quoted(text: str, language: str) -> str:
    """Put a text in the quotation marks of the language."""
    return f"«{NBSP}{text}{NBSP}»" if language == "fr" else f"“{text}”"


def sentence(text: str) -> str:
    """Return a text as a sentence: a capital first, one stop at the end."""
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if re.search("[.!?…]$", text) else f"{text}."


# --- intervals ------------------------------------------------------------------------------------

_BOUNDS = {
    "fr": {
        "between": "entre {low} et {high}",
        "between_days": "entre le {low} et le {high}",
        "from_to": "de {low} à {high}",
        "from_under": "de {low} à moins de {high}",
        "over_to": "plus de {low} et au plus {high}",
        "over_under": "plus de {low} et moins de {high}",
        "most": "au plus {high}",
        "under": "moins de {high}",
        "least": "au moins {low}",
        "over": "plus de {low}",
        "since": "à partir du {low}",
        "until": "jusqu’au {high}",
        "on": "le {low}",
    },
    "en": {
        "between": "between {low} and {high}",
        "between_days": "between {low} and {high}",
        "from_to": "from {low} to {high}",
        "from_under": "from {low} to under {high}",
        "over_to": "over {low} and at most {high}",
        "over_under": "over {low} and under {high}",
        "most": "at most {high}",
        "under": "under {high}",
        "least": "at least {low}",
        "over": "over {low}",
        "since": "from {low} on",
        "until": "until {high}",
        "on": "on {low}",
    },
}


def interval_text(interval: Interval, item: Input, language: str) -> str:
    """Write an interval of an ordered input: « entre 1 et 3 enfants », « moins de 942 € »."""
    words = _BOUNDS[language]
    if item.type == "date":
        return _days_text(interval, language)
    low, high = cast("Number | None", interval.low), cast("Number | None", interval.high)
    if low is not None and low == high:
        return value_text(low, language, item=item)
    if item.type == "integer":
        low, high, closed = *_whole(interval), (True, True)
    else:
        closed = (interval.low_closed, interval.high_closed)
    if low is None and high is None:
        return _ANY[language]
    if low is None and closed[1] and high == item.minimum:
        low = high  # « au plus 0 » of what cannot be less is 0
    shown = {
        "low": "" if low is None else value_text(low, language, item=item),
        "high": "" if high is None else value_text(high, language, item=item),
    }
    if low is None:
        return words["most" if closed[1] else "under"].format(**shown)
    if high is None:
        return words["least" if closed[0] else "over"].format(**shown)
    if low == high:
        return shown["low"]
    if item.type == "integer":
        return words["between"].format(low=number_text(low, language), high=shown["high"])
    form = {
        (True, True): "between",
        (True, False): "from_under",
        (False, True): "over_to",
        (False, False): "over_under",
    }[closed]
    return words[form].format(**shown)


def _whole(interval: Interval) -> tuple[Number | None, Number | None]:
    """Return the included bounds of an interval of whole numbers."""
    low, high = interval.low, interval.high
    first = None if low is None else int(-((-exact(cast("Number", low))) // 1))
    last = None if high is None else int(exact(cast("Number", high)) // 1)
    if first is not None and not interval.low_closed and first == low:
        first += 1
    if last is not None and not interval.high_closed and last == high:
        last -= 1
    return first, last


def _days_text(interval: Interval, language: str) -> str:
    words = _BOUNDS[language]
    first, last = cast("date | None", interval.low), cast("date | None", interval.high)
    if first is not None and not interval.low_closed:
        first = date.fromordinal(first.toordinal() + 1)
    if last is not None and not interval.high_closed:
        last = date.fromordinal(last.toordinal() - 1)
    shown = {
        "low": "" if first is None else day_text(first, language),
        "high": "" if last is None else day_text(last, language),
    }
    if first is None and last is None:
        return _ANY[language]
    if first == last:
        return words["on"].format(**shown)
    if first is None:
        return words["until"].format(**shown)
    if last is None:
        return words["since"].format(**shown)
    return words["between_days"].format(**shown)


def published_interval(low: Value, high: Value, item: Input) -> Interval:
    """Return an interval whose included bounds are steps of an input, with the rounder bounds.

    « au plus 941,99 € » is « moins de 942 € » for an amount in cents: the same values.
    """
    if item.type != "decimal":
        return Interval(low, high, high_closed=True)
    step = Decimal(1).scaleb(-item.decimals)
    low_closed = high_closed = True
    if isinstance(low, Decimal) and _exponent(low - step) > _exponent(low):
        low, low_closed = low - step, False
    if isinstance(high, Decimal) and _exponent(high + step) > _exponent(high):
        high, high_closed = high + step, False
    return Interval(low, high, low_closed, high_closed)


def label_of(text: Text, language: str, fallback: str) -> str:
    """Return a label in a language, or the identifier where the rules give none."""
    return say(text, language) or fallback

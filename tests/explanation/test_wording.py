from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.explanation import wording
from clairevoie.explanation.wording import (
    amount_text,
    day_text,
    interval_text,
    list_text,
    number_text,
    published_interval,
    singular,
    value_text,
)
from clairevoie.rules.content import Interval
from clairevoie.rules.model import Category, Input

NBSP, THIN = "\u00a0", "\u202f"


def an_input(kind, unit="", decimals=0, **more):
    label = {"fr": "Donnée", "en": "Datum"}
    return Input("x", kind, label, label, {}, {"fr": unit, "en": unit}, decimals=decimals, **more)


EUROS = an_input("decimal", "€", 2)
ENFANTS = an_input("integer", "enfants")
JOUR = an_input("date")


@given(st.integers(-(10**15), 10**15).map(lambda units: Decimal(units).scaleb(-3)))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_numbers_are_written_as_the_unicode_cldr_does(language, number):
    theirs = format_decimal(number, "#,##0.###", locale=language).replace("-", "\u2212")
    assert number_text(number, language) == theirs


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, max_value=10**9, min_value=0))
def test_euros_are_written_as_the_unicode_cldr_does(number):
    theirs = format_currency(number, "EUR", locale="fr")
    whole = number == number.to_integral_value()
    assert amount_text(number, "€", "fr") == (theirs.replace(",00", "") if whole else theirs)


def test_per_cent_in_french_and_in_english():
    assert amount_text(30, "%", "fr") == f"30{THIN}%"
    assert amount_text(30, "%", "en") == "30%"


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_dates_are_those_of_the_unicode_cldr_but_for_the_first_of_a_month(day):
    theirs = format_date(day, "long", locale="fr").replace(" ", NBSP, 1)
    assert day_text(day, "fr") == (theirs.replace("1", "1er", 1) if day.day == 1 else theirs)
    assert day_text(day, "en") == format_date(day, "d MMMM y", locale="en").replace(" ", NBSP, 1)


def test_the_first_of_january():
    assert day_text(date(2025, 1, 1), "fr") == f"1er{NBSP}janvier 2025"


@pytest.mark.parametrize(
    ("value", "unit", "fr"),
    [
        (0, "enfants", "0 enfant"),
        (1, "enfants", "1 enfant"),
        (Decimal("1.5"), "enfants", "1,5 enfant"),
        (2, "enfants", "2 enfants"),
        (-1, "points", "\u22121 point"),
        (1, "mois", "1 mois"),
        (1, "refus", "1 refus"),
        (1, "changements d’adresse", "1 changement d’adresse"),
        (1, "jours par semaine", "1 jour par semaine"),
        (1, "tableaux", "1 tableau"),
        (1, "frères et sœurs", "1 frère et sœur"),
        (Decimal("1234.5"), "€ par mois", f"1{THIN}234,50 € par mois"),
        (942, "€", "942 €"),
    ],
)
def test_units_agree_with_their_number_in_french(value, unit, fr):
    assert amount_text(value, unit, "fr") == fr.replace(" ", NBSP, 1)


@pytest.mark.parametrize(
    ("value", "unit", "en"),
    [
        (0, "children", "0 children"),
        (1, "children", "1 child"),
        (Decimal("1.5"), "points", "1.5 points"),
        (1, "companies", "1 company"),
        (1, "days a week", "1 day a week"),
        (2, "sign-ins", "2 sign-ins"),
        (Decimal("-1234.5"), "€ a month", "\u2212€1,234.50 a month"),
    ],
)
def test_units_agree_with_their_number_in_english(value, unit, en):
    assert amount_text(value, unit, "en") == (en if "€" in unit else en.replace(" ", NBSP, 1))


def test_a_unit_without_plural_is_left_as_it_is():
    for unit in ("€", "%", "m²", "mois", "taux", "kWh"):
        assert singular(unit, "fr") == unit


def test_floating_numbers_are_rounded_for_reading():
    assert number_text(0.1 + 0.2, "fr") == "0,3"
    assert number_text(1e-17, "fr") == "0"
    assert number_text(-1e-17, "fr") == "0"
    assert number_text(0.00012345, "en") == "0.00012"


def test_values_in_words():
    item = an_input("category", categories=(Category("s", {"fr": "Parent seul"}),))
    assert value_text("s", "fr", item=item) == "Parent seul"
    assert value_text(True, "fr") == "oui"
    assert value_text(False, "en") == "no"
    assert value_text(None, "fr") == "non renseigné"
    assert value_text(date(2024, 3, 12), "fr") == f"12{NBSP}mars 2024"


def test_lists():
    assert list_text(["a", "b", "c"], "fr") == "a, b et c"
    assert list_text(["a", "b"], "en", last="or") == "a or b"
    assert list_text(["a"], "fr") == "a"
    assert list_text([], "fr") == ""


D = Decimal
INTERVALS = [
    (EUROS, Interval(None, D(942)), "moins de 942 €", "under €942"),
    (EUROS, Interval(None, D(942), high_closed=True), "au plus 942 €", "at most €942"),
    (EUROS, Interval(D(500), None), "au moins 500 €", "at least €500"),
    (EUROS, Interval(D(500), None, low_closed=False), "plus de 500 €", "over €500"),
    (EUROS, Interval(D(500), D(942)), "de 500 € à moins de 942 €", "from €500 to under €942"),
    (
        EUROS,
        Interval(D(500), D(942), high_closed=True),
        "entre 500 € et 942 €",
        "between €500 and €942",
    ),
    (EUROS, Interval(D(5), D(5), high_closed=True), "5 €", "€5"),
    (ENFANTS, Interval(1, 3, high_closed=True), "entre 1 et 3 enfants", "between 1 and 3 enfants"),
    (ENFANTS, Interval(1, 2), "1 enfant", "1 enfant"),
    (ENFANTS, Interval(3, None), "au moins 3 enfants", "at least 3 enfants"),
    (ENFANTS, Interval(None, D("2.5")), "au plus 2 enfants", "at most 2 enfants"),
    (
        JOUR,
        Interval(date(2024, 3, 12), None),
        "à partir du 12 mars 2024",
        "from 12 March 2024 on",
    ),
    (JOUR, Interval(None, date(2024, 3, 1)), "jusqu’au 29 février 2024", "until 29 February 2024"),
    (ENFANTS, Interval(), "n’importe quelle valeur", "any value"),
]


@pytest.mark.parametrize(("item", "interval", "fr", "en"), INTERVALS)
def test_intervals_in_words(item, interval, fr, en):
    assert interval_text(interval, item, "fr").replace(NBSP, " ") == fr
    assert interval_text(interval, item, "en").replace(NBSP, " ") == en


def test_an_included_bound_is_told_by_the_rounder_excluded_one():
    assert published_interval(None, D("941.99"), EUROS) == Interval(None, D(942))
    assert published_interval(D("500.01"), None, EUROS).low == D(500)
    kept = published_interval(D(500), D("941.90"), EUROS)
    assert (kept.low, kept.high, kept.low_closed, kept.high_closed) == (
        D(500),
        D("941.90"),
        True,
        True,
    )


@given(st.integers(-(10**7), 10**7), st.integers(0, 10**7), st.integers(-3, 10**7))
def test_the_published_interval_holds_the_same_steps(low, width, other):
    first, last = D(low).scaleb(-2), D(low + width).scaleb(-2)
    value = D(other).scaleb(-2)
    from clairevoie.rules.conditions import inside

    assert inside(published_interval(first, last, EUROS), value) == (first <= value <= last)


@given(st.integers(-50, 50), st.integers(0, 40), st.booleans(), st.booleans())
def test_whole_and_dated_intervals_name_their_first_and_last_value(low, width, left, right):
    """Whatever the closure, the words name the values that are inside."""
    interval = Interval(low, low + width, left, right)
    inside = [
        n for n in range(low, low + width + 1) if (n > low or left) and (n < low + width or right)
    ]
    if not inside:
        return
    day = date(2024, 1, 1)
    dated = Interval(day + timedelta(low), day + timedelta(low + width), left, right)
    text = interval_text(interval, an_input("integer"), "fr")
    for edge in (inside[0], inside[-1]):
        if low != low + width:
            assert number_text(edge, "fr") in text
            assert day_text(day + timedelta(edge), "fr") in interval_text(dated, JOUR, "fr")


def test_a_sentence_ends_once():
    assert wording.sentence("voilà") == "Voilà."
    assert wording.sentence("Quoi ?") == "Quoi ?"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_infinite_number_is_written(language):
    assert number_text(float("inf"), language) == "∞"
    assert amount_text(float("-inf"), "points", language).startswith("−∞")

"""The language: what it reads, what it refuses and how it says so, what it computes and tells."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.content import Parameter
from clairevoie.rules.exact import Undefined
from clairevoie.rules.expressions import Known, evaluate_case, parse, text, trace_expression
from clairevoie.rules.expressions.calendar import months_between, years_between
from clairevoie.rules.model import RulesProblem, Value
from clairevoie.rules.trace import Quantity
from tests.rules.random_expressions import NAMES, PARAMETERS

ONLY: dict[str, str | Known] = {
    "revenu": "decimal",
    "enfants": "integer",
    "seul": "boolean",
    "sit": Known("category", categories=("seul", "couple")),
    "ne": "date",
    "note": "number",
    "bar": "rates",
}


def value(written: str, **values: Value) -> Value:
    return evaluate_case(parse(written, names=NAMES), values, parameters=PARAMETERS)


# --- refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("revnu * 2", "column 1: there is no 'revnu' here: did you mean 'revenu'?"),
        (
            "min(revenu, 1,5",
            "column 16: ',' is missing between the parts of min(…), before the end",
        ),
        ("1,5", "column 2: the decimal sign is a point: write 1.5"),
        ("revenu == 3", "column 9: write '=' alone ('=' compares, '>=' is 'at least')"),
        ("1 < 2 < 3", "column 7: compare two things at a time: write a < b and b < c"),
        ("1 + if seul then 1 else 2", "column 5: put this 'if' between parentheses"),
        (
            "if seul then 1",
            "column 15: 'else' is missing after the first answer of 'if', before the end",
        ),
        ("if seul then 1 else 'a'", "both answers of 'if' must be of one type"),
        ("revenu = seul", "'=' compares a number with true or false"),
        ("sit < 'seul'", "needs an order, which a category has not"),
        ("sit = 'veuf'", "'veuf' is not one of the categories (they are: seul, couple)"),
        ("sit in ('seul', 'veuf')", "'veuf' is not one of the categories"),
        ("revenu in (enfants)", "'in' takes written values"),
        ("seul + 1", "what stands before '+' must be a number, not true or false"),
        ("note + 1", "'note' is of type number: an expression is exact"),
        ("bar + 1", "'bar' is a table of the rules"),
        ("marginal(revenu, enfants)", "'enfants' is a number, not a table of the rules"),
        ("missing(revenu + 1)", "missing(…) is asked of an input"),
        ("round(revenu, enfants)", "a written number above 0"),
        ("round(revenu, 0)", "a written number above 0"),
        ("floor(1, 2)", "floor is written floor(x)"),
        ("years(ne, 3)", "takes a date, not a number"),
        ("date(2023, 2, 29) = ne", "there is no such day as 2023-2-29"),
        ("2024-01-31", "a date is written date(2024, 1, 31)"),
        ("revenu ^ 2", "there is no power"),
        ("revenu.real", "nothing has parts"),
        ("30 %", "write 30 % as 0.30"),
        ("1e5", "'e' cannot follow the number 1"),
        ("(1", "')' is missing"),
        ("1)", "this parenthesis closes nothing"),
        ("", "column 1: a value is missing before the end"),
        ("sit = 'seul", "a quote is not closed"),
        ("__import__('os')", "there is no function '__import__'"),
        ("eval('1')", "there is no function 'eval'"),
        ("1 and seul", "what stands before 'and' must be true or false"),
        ("1234567890123456", "at most 15 digits"),
    ],
)
def test_what_is_wrong_is_told_with_its_column(written: str, sentence: str) -> None:
    with pytest.raises(RulesProblem) as told:
        parse(written, names=ONLY)
    assert sentence in str(told.value)
    assert str(told.value).startswith("column ")


@pytest.mark.parametrize("written", ["(" * 40, "+".join("1" * 150), "1" + " " * 3000, "-" * 9])
def test_length_and_nesting_are_bounded(written: str) -> None:
    with pytest.raises(RulesProblem, match="column"):
        parse(written, names={})


@given(st.text(max_size=60) | st.text(alphabet="()+-*/<>=,.'ab1 ifthenelsenotandor", max_size=80))
def test_any_text_is_read_or_refused_in_a_sentence(written: str) -> None:
    told = refusal(written)
    if told:
        assert told.startswith("column ")
    else:
        found = parse(written, names=NAMES)
        assert parse(text(found), names=NAMES).tree == found.tree


def refusal(written: str) -> str:
    """The sentence that refuses a text; empty when it is read."""
    try:
        parse(written, names=NAMES)
    except RulesProblem as problem:
        return str(problem)
    return ""


# --- computed -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("10 - 4 - 3", 3),
        ("-2 * 3", -6),
        ("1 / 3", Decimal("0.3333333333")),
        ("2 / 3", Decimal("0.6666666667")),
        ("0.1 + 0.2", Decimal("0.3")),
        ("round(2.345, 0.01)", Decimal("2.35")),
        ("round(-2.345, 0.01)", Decimal("-2.35")),
        ("round(12, 5)", 10),
        ("floor(-1.5)", -2),
        ("ceil(-1.5)", -1),
        ("abs(-3)", 3),
        ("not true or true", True),
        ("not (true or true)", False),
        ("true or true and false", True),
        ("between(3, 3, 4) and not between(2, 3, 4)", True),
        ("'a' = 'a'", True),
        ("years(date(2000, 2, 29), date(2001, 2, 28))", 0),
        ("years(date(2000, 2, 29), date(2001, 3, 1))", 1),
        ("months(date(2024, 1, 31), date(2024, 2, 29))", 0),
        ("days(date(2024, 1, 1), date(2025, 1, 1))", 366),
        ("max(date(2024, 1, 1), date(2023, 1, 1)) = date(2024, 1, 1)", True),
        ("marginal(1000010.5, bareme)", Decimal("109995.695")),
        ("band(100, tarifs)", -3),
        ("pick('b', forfait)", Decimal("0.5")),
        ("pick(-2, nombres)", Decimal("7.25")),
    ],
)
def test_examples_by_hand(written: str, expected: Value) -> None:
    assert value(written) == expected


def test_what_is_not_needed_is_not_asked_for() -> None:
    assert value("if missing(revenu) then 0 else revenu", revenu=None) == 0
    assert value("missing(revenu) or revenu > 3", revenu=None) is True
    assert value("revenu > 3 or missing(revenu)", revenu=None) is True
    assert value("enfants = 0 or 1 / enfants > 2", enfants=0) is True
    assert value("revenu > 3 and seul", revenu=None, seul=False) is False
    assert value("revenu > 3 and seul", revenu=None, seul=True) is None


@pytest.mark.parametrize("written", ["1 / enfants", "band(-1, tarifs)", "pick('a', nombres)"])
def test_what_has_no_value_is_undefined(written: str) -> None:
    expression = parse(written, names=NAMES)
    with pytest.raises(Undefined):
        evaluate_case(expression, {"enfants": 0}, parameters=PARAMETERS)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_whole_months_and_years(first: date, second: date) -> None:
    assert months_between(first, second) == -months_between(second, first)
    assert abs(years_between(first, second)) == abs(months_between(first, second)) // 12


# --- told -----------------------------------------------------------------------------------------


def told(written: str, **values: Value) -> list[object]:
    found = trace_expression(parse(written, names=NAMES), values, parameters=PARAMETERS)
    assert found.operation is not None
    return [one.value if isinstance(one, Quantity) else one for one in found.operation.tokens]


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("enfants * 40", [3, "×", 40]),
        ("(enfants + 1) * 40", ["(", 3, "+", 1, ")", "×", 40]),
        ("10 - (enfants - 1)", [10, "−", "(", 3, "−", 1, ")"]),
        ("min(enfants, 2)", ["min", "(", 3, ";", 2, ")"]),
        ("if seul then enfants / 2 else 0", [3, "÷", 2]),
        ("2 * (if seul then enfants + 1 else 0)", [2, "×", "(", 3, "+", 1, ")"]),
        ("enfants >= 2 and seul", [3, ">=".replace(">=", "≥"), 2, "and", True]),
        ("between(enfants, 1, 4)", [1, "≤", 3, "≤", 4]),
        ("years(naissance, date(2024, 1, 1)) + 1", [33, "+", 1]),
    ],
)
def test_operations_have_the_numbers_put_in(written: str, tokens: list[object]) -> None:
    assert told(written, enfants=3, seul=True, naissance=date(1990, 5, 1)) == tokens


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("enfants < 3", [("enfants", "< 3", False)]),
        ("3 < enfants", [("enfants", "> 3", False)]),
        ("not (enfants < 3 or seul)", [("enfants", ">= 3", True), ("seul", "false", False)]),
        ("zone = 'a'", [("zone", "a", True)]),
        ("zone != 'a'", [("zone", "not(a)", False)]),
        ("zone in ('b', 'c')", [("zone", "b, c", False)]),
        ("between(enfants, 1, 4)", [("enfants", "[1..4]", True)]),
        ("enfants * 2 > taux", [("", "> 0.0061", True)]),
        ("missing(revenu)", [("revenu", "missing", True)]),
        ("revenu > 3 or seul", [("revenu", "> 3", False), ("seul", "true", True)]),
    ],
)
def test_conditions_are_told_one_by_one(written: str, wanted: list[tuple[str, str, bool]]) -> None:
    values: dict[str, Value] = {"enfants": 3, "seul": True, "zone": "a", "revenu": None}
    found = trace_expression(parse(written, names=NAMES), values, parameters=PARAMETERS)
    assert [(one.name, one.text, one.holds) for one in found.tested] == wanted


def test_parameters_have_their_own_labels() -> None:
    parameters = {"taux": Parameter("taux", {"fr": "Taux"}, {"fr": "par repas"}, Decimal("0.005"))}
    expression = parse("revenu * taux", names=NAMES)
    found = trace_expression(
        expression,
        {"revenu": Decimal(100)},
        labels={"revenu": {"fr": "Revenu"}},
        units={"revenu": {"fr": "€"}},
        parameters=parameters,
    )
    assert found.operation is not None
    first, _, second = found.operation.tokens
    assert first == Quantity(Decimal(100), "revenu", {"fr": "Revenu"}, {"fr": "€"})
    assert second == Quantity(Decimal("0.005"), "taux", {"fr": "Taux"}, {"fr": "par repas"})

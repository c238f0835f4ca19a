"""Cells and DMN tables: what they decide, and what is refused."""

from __future__ import annotations

import contextlib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.rules.content import DecisionTables
from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.importers.cells import Cell, Part, parse_cell, parse_literal
from clairevoie.rules.importers.dmn import read_dmn
from clairevoie.rules.importers.formats import FORMATS, import_rules
from clairevoie.rules.importers.imported import About
from clairevoie.rules.model import RulesProblem

DAY = date(2024, 6, 1)
ABOUT = About("tables", date(2024, 1, 1))


# --- cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("-", None),
        ("  ", None),
        ("< 3", Cell((Part("<", Decimal(3)),))),
        (">=-1.5", Cell((Part(">=", Decimal("-1.5")),))),
        ("[500..942)", Cell((Part("[)", Decimal(500), Decimal(942)),))),
        ("]1.5..2[", Cell((Part("()", Decimal("1.5"), Decimal(2)),))),
        ('"seul", "couple"', Cell((Part("=", "seul"), Part("=", "couple")))),
        ('not("a \\"b\\"")', Cell((Part("=", 'a "b"'),), negated=True)),
        ("true", Cell((Part("=", True),))),
        ("null", Cell((Part("=", None),))),
        ('>= date("2024-01-31")', Cell((Part(">=", date(2024, 1, 31)),))),
        ("= 3", Cell((Part("=", Decimal(3)),))),
    ],
)
def test_feel_tests(text: str, cell: Cell | None) -> None:
    assert parse_cell(text, "feel") == cell


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("> 3 and <= 5", Cell((Part("(]", Decimal(3), Decimal(5)),))),
        ("< 5 and >= 3", Cell((Part("[)", Decimal(3), Decimal(5)),))),
        ("in ['a', 'b']", Cell((Part("=", "a"), Part("=", "b")))),
        ("['a', 'b']", Cell((Part("=", "a"), Part("=", "b")))),
        ("not in [1, 2]", Cell((Part("=", Decimal(1)), Part("=", Decimal(2))), negated=True)),
        ("< 1 or > 3", Cell((Part("<", Decimal(1)), Part(">", Decimal(3))))),
        ("== 3", Cell((Part("=", Decimal(3)),))),
        ("[1..3]", Cell((Part("[]", Decimal(1), Decimal(3)),))),
    ],
)
def test_gorules_tests(text: str, cell: Cell) -> None:
    assert parse_cell(text, "zen") == cell


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("age > 3", "feel"),
        ("< revenu", "feel"),
        ("f(3)", "feel"),
        ("[1..3", "feel"),
        ("3 + 4", "feel"),
        ("not(3", "feel"),
        ('"a', "feel"),
        ("é", "feel"),
        ("]1..3[", "zen"),
        ("-", "zen"),
        ("> 3 and > 5", "zen"),
        ("sum($) > 3", "zen"),
        ('date("2024-01-31")', "zen"),
        ("x" * 20_000, "zen"),
    ],
)
def test_expressions_are_refused(text: str, dialect: Any) -> None:
    with pytest.raises(ValueError, match=r"only tests on values|is not read"):
        parse_cell(text, dialect)
    with pytest.raises(ValueError, match=r"only tests on values|is not read"):
        parse_literal(text + " + 1" if text == "-" else text, dialect)


@given(st.text(max_size=30))
def test_any_cell_is_read_or_refused_in_a_sentence(text: str) -> None:
    for dialect in ("feel", "zen"):
        for read in (parse_cell, parse_literal):
            with contextlib.suppress(ValueError):
                read(text, dialect)


# --- DMN ------------------------------------------------------------------------------------------


def dmn(*decisions: str, data: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="Cantine">'
        f"{data}{''.join(decisions)}</definitions>"
    )


def table(
    rows: list[tuple[list[str], list[str]]],
    *,
    policy: str = "",
    reads: tuple[tuple[str, str], ...] = (("quotient", "number"), ("situation", "string")),
    gives: tuple[str, ...] = ("tarif",),
    identifier: str = "t",
    inside: str = "",
    needs: str = "",
    output: str = "",
) -> str:
    inputs = "".join(
        f'<input id="i{n}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression>'
        "</input>"
        for n, (name, kind) in enumerate(reads)
    )
    outputs = "".join(f'<output name="{name}">{output}</output>' for name in gives)
    rules = "".join(
        f'<rule id="{identifier}_{n}">'
        + "".join(f"<inputEntry><text><![CDATA[{one}]]></text></inputEntry>" for one in cells)
        + "".join(f"<outputEntry><text>{one}</text></outputEntry>" for one in results)
        + f"{inside}</rule>"
        for n, (cells, results) in enumerate(rows)
    )
    required = (
        f'<informationRequirement><requiredDecision href="#{needs}"/></informationRequirement>'
        if needs
        else ""
    )
    return (
        f'<decision id="{identifier}" name="{identifier}">{required}'
        f"<decisionTable {policy}>{inputs}{outputs}{rules}</decisionTable></decision>"
    )


ROWS = [
    (["< 500", '"seul"'], ["0.80"]),
    (["[500..942)", '"seul","couple"'], ["1.60"]),
    ([">= 942", "-"], ["5"]),
]


def test_a_dmn_table() -> None:
    found = read_dmn(dmn(table(ROWS)), ABOUT)
    version = found.rules.versions[0]
    assert found.rules.title == {"fr": "Cantine"}
    assert [(one.name, one.type) for one in version.inputs] == [
        ("quotient", "decimal"),
        ("situation", "category"),
    ]
    for case, value in (
        ({"quotient": "499,99", "situation": "seul"}, Decimal("0.80")),
        ({"quotient": 500, "situation": "couple"}, Decimal("1.60")),
        ({"quotient": 942, "situation": "seul"}, Decimal(5)),
        ({"quotient": 942}, Decimal(5)),
    ):
        assert evaluate(found.rules, case, day=DAY).value == value
    assert (
        evaluate(found.rules, {"quotient": 3, "situation": "couple"}, day=DAY).problem == "no_row"
    )
    assert any("complete its domain" in loss for loss in found.losses)


@pytest.mark.parametrize(
    ("policy", "value", "problem"),
    [
        ("", None, "several_rows"),
        ('hitPolicy="UNIQUE"', None, "several_rows"),
        ('hitPolicy="FIRST"', 1, None),
        ('hitPolicy="ANY"', 1, None),
        ('hitPolicy="COLLECT" aggregation="SUM"', 6, None),
        ('hitPolicy="COLLECT" aggregation="MIN"', 1, None),
        ('hitPolicy="COLLECT" aggregation="MAX"', 3, None),
        ('hitPolicy="COLLECT" aggregation="COUNT"', 3, None),
        ('hitPolicy="PRIORITY"', 3, None),
    ],
)
def test_dmn_hit_policies(policy: str, value: int | None, problem: str | None) -> None:
    rows = [(["> 0"], ["1"]), (["> 10"], ["2"]), (["> 20"], ["3"])]
    text = table(
        rows,
        policy=policy,
        reads=(("x", "number"),),
        output="<outputValues><text>3, 2, 1</text></outputValues>",
    )
    trace = evaluate(read_dmn(dmn(text), ABOUT).rules, {"x": 25}, day=DAY)
    assert (trace.value, trace.problem) == (value, problem)


@pytest.mark.parametrize(
    ("policy", "listed"),
    [
        ("RULE ORDER", ["1", "2", "3"]),
        ("COLLECT", ["1", "2", "3"]),
        ("OUTPUT ORDER", ["3", "2", "1"]),
    ],
)
def test_dmn_lists(policy: str, listed: list[str]) -> None:
    rows = [(["> 0"], ["1"]), (["> 10"], ["2"]), (["> 20"], ["3"])]
    text = table(
        rows,
        policy=f'hitPolicy="{policy}"',
        reads=(("x", "number"),),
        output="<outputValues><text>3, 2, 1</text></outputValues>",
    )
    trace = evaluate(read_dmn(dmn(text), ABOUT).rules, {"x": 25}, day=DAY)
    assert trace.problem is None
    applied = [step for step in trace.steps if step.kind == "row" and step.applied]
    assert len(applied) == 3
    content = read_dmn(dmn(text), ABOUT).rules.versions[0].content
    assert isinstance(content, DecisionTables)
    assert [str(row.outputs[0]) for row in content.tables[0].rows] == listed


def test_dmn_decisions_in_the_order_of_their_requirements() -> None:
    second = table(
        [(['"bas"'], ["1"]), (['"haut"'], ["9"])],
        reads=(("niveau", "string"),),
        identifier="tarif",
        needs="niveau",
    )
    first = table(
        [(["< 500"], ['"bas"']), ([">= 500"], ['"haut"'])],
        reads=(("quotient", "number"),),
        gives=("niveau",),
        identifier="niveau",
    )
    found = read_dmn(dmn(second, first), ABOUT)
    assert [one.name for one in found.rules.versions[0].inputs] == ["quotient"]
    assert evaluate(found.rules, {"quotient": 800}, day=DAY).value == 9


def test_dmn_annotations_negations_types_and_defaults() -> None:
    annotated = table(
        [(['not("seul")', "<= 3", 'date("2024-01-31")'], ['"oui"'])],
        reads=(("situation", "string"), ("nombre d'enfants", "integer"), ("jour", "date")),
        gives=("réponse",),
        output='<defaultOutputEntry><text>"non"</text></defaultOutputEntry>',
        inside=(
            "<annotationEntry><text>Délibération 12, art. 3</text></annotationEntry>"
            "<annotationEntry><text>À revoir</text></annotationEntry>"
        ),
    ).replace("<rule", '<annotation name="Base légale"/><annotation name="Remarque"/><rule', 1)
    variable = '<variable name="situation" typeRef="string"/>'
    data = f'<inputData id="s" name="situation">{variable}</inputData>'
    with pytest.raises(RulesProblem, match="is an expression"):
        read_dmn(dmn(annotated, data=data), ABOUT)
    found = read_dmn(dmn(annotated.replace("nombre d'enfants", "nombre enfants"), data=data), ABOUT)
    version = found.rules.versions[0]
    assert [(one.name, one.type) for one in version.inputs] == [
        ("situation", "category"),
        ("nombre_enfants", "integer"),
        ("jour", "date"),
    ]
    assert isinstance(version.content, DecisionTables)
    row = version.content.tables[0].rows[0]
    assert row.basis is not None
    assert (row.basis.article, row.note) == ("Délibération 12, art. 3", {"fr": "À revoir"})
    case = {"nombre_enfants": 3, "jour": date(2024, 1, 31)}
    # « not("seul") » holds for null in FEEL.
    assert evaluate(found.rules, case, day=DAY).outcome == "oui"
    assert evaluate(found.rules, {**case, "situation": "seul"}, day=DAY).outcome == "non"
    assert [one.value for one in found.rules.outcomes] == ["oui", "non"]


def test_values_that_conditions_cannot_hold_are_renamed() -> None:
    found = read_dmn(
        dmn(table([(["-", '"couple (2), ou plus"'], ["1"])])).replace("number", "number"), ABOUT
    )
    situation = found.rules.versions[0].inputs[-1]
    assert situation.categories[0].value == "couple_2_ou_plus"
    assert situation.categories[0].label == {"fr": "couple (2), ou plus"}
    assert any("is called" in loss for loss in found.losses)


ENTITY = '<!DOCTYPE d [<!ENTITY a "aaaa">]><definitions>&a;</definitions>'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not readable as XML"),
        ("<definitions", "not readable as XML"),
        ("<other/>", "its root"),
        ("<definitions/>", "no decision"),
        (ENTITY, "entities"),
        (dmn('<decision id="a" name="A"><literalExpression/></decision>'), "not a decision table"),
        (dmn(table([(["age > 3", "-"], ["1"])])), "only tests on values"),
        (dmn(table([(["-", "-"], ["quotient * 2"])])), "only tests on values"),
        (dmn(table([(["-"], ["1"])])), "2 inputs"),
        (dmn(table(ROWS, policy='hitPolicy="OTHER"')), "hit policy 'OTHER'"),
        (dmn(table(ROWS, policy='hitPolicy="PRIORITY"')), "in order of priority"),
        (dmn(table(ROWS, reads=(("a + b", "number"), ("c", "string")))), "is an expression"),
        (dmn(table(ROWS, reads=(("a", "number"), ("a", "string")))), "same name"),
        (dmn(table(ROWS, reads=(("a", "boolean"), ("b", "string")))), "declared boolean"),
        (dmn(table([(["-", '"a"'], ["1"]), (["-", "3"], ["1"])])), "several types"),
        (dmn(table([(["-", '"a"'], ["1"]), (["-", '"a"'], ['"x"'])])), "several types"),
        (
            dmn(
                table(ROWS, identifier="a", needs="b"),
                table(ROWS, identifier="b", needs="a", gives=("z",)),
            ),
            "requires itself",
        ),
        (dmn(table(ROWS), table(ROWS)), "two have the same"),
    ],
)
def test_what_dmn_is_refused(text: str, words: str) -> None:
    with pytest.raises(RulesProblem, match=words):
        read_dmn(text, ABOUT)


# --- by name --------------------------------------------------------------------------------------


def test_an_import_by_the_name_of_its_format() -> None:
    found = import_rules("dmn", dmn(table(ROWS)).encode(), ABOUT)
    assert found == read_dmn(dmn(table(ROWS)), ABOUT)
    for name in FORMATS:
        with pytest.raises(RulesProblem):
            import_rules(name, b"\x00", ABOUT)
    with pytest.raises(RulesProblem, match="there are: dmn"):
        import_rules("excel", b"", ABOUT)


@pytest.mark.parametrize("text", [dmn(table(ROWS)), dmn(table(ROWS, policy='hitPolicy="FIRST"'))])
def test_imported_rules_are_written_and_read_again(text: str) -> None:
    from clairevoie.rules.reading import read_rules
    from clairevoie.rules.writing import rules_text

    rules = read_dmn(text, ABOUT).rules
    again = read_rules(rules_text(rules).encode())
    assert again.versions[0].content == rules.versions[0].content
    case = {"quotient": 600, "situation": "seul"}
    assert (
        evaluate(again, case, day=DAY).value
        == evaluate(rules, case, day=DAY).value
        == Decimal("1.60")
    )

"""Every sentence that an audit refuses a plan with is told in French too."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import clairevoie.audit
from clairevoie.audit.model import PlanProblem
from clairevoie.letters.audit_problems import PARTS, PROBLEMS, in_french, problem_lines
from tests.audit.plans import PLAN, plan_of

ROOM = Path(clairevoie.audit.__file__).parent
NAMES = {"sentence", "said", "text"}


def test_both_languages_have_the_same_values() -> None:
    for english, french in (PROBLEMS | PARTS).items():
        wanted = {str(place) for place in range(english.count("{}"))}
        assert {name for _, name, _, _ in string.Formatter().parse(french) if name} == wanted


def template(node: ast.expr | None) -> str:
    """Return a text of the source with ``{}`` for its values; empty for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
        return "".join(map(str, parts))
    return ""


def sentences(path: Path) -> Iterator[str]:
    """Yield what a file raises: pairs of place and sentence, and names that hold sentences."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id in NAMES:
                yield template(node.value)
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
            yield template(node.elts[1])
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ValueError":
            yield template(node.args[0])
        elif isinstance(node, ast.Return):
            yield template(node.value)


RAISING = [path for path in sorted(ROOM.glob("*.py")) if "PlanProblem" in path.read_text("utf-8")]


@pytest.mark.parametrize("path", RAISING, ids=lambda path: path.stem)
def test_every_sentence_is_told_in_french(path: Path) -> None:
    found = {text for text in sentences(path) if len(text.split()) > 3}
    assert found <= PROBLEMS.keys() | PARTS.keys()


def test_a_refused_plan_is_told_in_french() -> None:
    wrong = PLAN.replace("label: Sexe,", "label: Sexe, ground: orientation,")
    with pytest.raises(PlanProblem) as caught:
        plan_of(wrong.replace("predicted: controle", "predicted: text"))
    first, second = problem_lines(caught.value, "fr")
    start = r"plan\.yaml, ligne \d+, .*ground\u00a0: «\u00a0orientation\u00a0» n’est pas un motif"
    assert re.match(start, first)
    assert second.endswith("«\u00a0text\u00a0» n’est aucune des issues (outcomes)")
    assert problem_lines(caught.value, "en") == tuple(str(caught.value).splitlines())


def test_what_is_not_known_is_told_as_it_is() -> None:
    assert in_french("this or that") == "this or that"
    assert in_french("the column 'day' is of type day: no value of 'is' can be it") == (
        "la colonne «\u00a0day\u00a0» est de type «\u00a0jour\u00a0»\u00a0: aucune valeur de "
        "«\u00a0is\u00a0» n’en est"
    )

"""Read a public result that was made elsewhere: its form, its figures, and its secrecy.

Nothing is taken on trust but the counts: what follows from them is computed again, and an attacker
is played who knows nothing but the file (`clairevoie.audit.rechecking`). What the file alone does
not tell cannot be checked: that the counts are those of a journal, and how many persons they are on
where the same person has several decisions.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.resources import files
from typing import Any

from clairevoie.audit.agreement import disagreements
from clairevoie.audit.classed_checks import wrong_classes
from clairevoie.audit.differencing import Earlier
from clairevoie.audit.model import Plan
from clairevoie.audit.odds_checks import wrong_ranges
from clairevoie.audit.published import plan_of
from clairevoie.audit.rechecking import told_of_a_few
from clairevoie.decisions.schema import schema_problems
from clairevoie.rules.source import place_text

MOST_MB = 10
MOST_SENTENCES = 20
MOST_DIGITS = 18
SCHEMA = "result-1.0.schema.json"
LEAST = {"persons": 11, "business": 3}
"""The smallest number of persons, or of units, that a public figure may be on."""

Found = Iterator[tuple[str, str]]


class ResultProblem(ValueError):
    """A result that is not taken.

    Attributes:
        sentences: where, what is wrong and what to do, one plain sentence each.
    """

    def __init__(self, *findings: tuple[str, str], name: str = "") -> None:
        more = len(findings) - MOST_SENTENCES
        self.sentences = tuple(
            ", ".join(part for part in (name, place) if part) + ": " * bool(name or place) + text
            for place, text in findings[:MOST_SENTENCES]
        )
        if more > 0:
            self.sentences += (f"… and {more} more: correct these first",)
        super().__init__("\n".join(self.sentences))


def result_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a result."""
    text = files("clairevoie.audit").joinpath("schemas", SCHEMA).read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def read_result(
    content: bytes,
    *,
    name: str = "",
    beside: Callable[[dict[str, Any]], Sequence[Earlier]] | None = None,
) -> dict[str, Any]:
    """Read a public result.

    Args:
        content: bytes of the JSON file that ``clairevoie audit`` writes.
        name: how the file is called in sentences.
        beside: gives, for the result, those on the same journal that are public already.

    Returns:
        The result, as `clairevoie.audit.writing.public_form` makes it.

    Raises:
        ResultProblem: it is too large, no JSON, of another form; its figures do not agree; or it
            tells of a few people.
    """
    try:
        form = _parsed(content)
    except _Refused as refused:
        raise ResultProblem(("", str(refused)), name=name) from None
    _raise(((place_text(at), text) for at, text in schema_problems(form, result_schema())), name)
    _raise(_not_public(form), name)
    try:
        plan = plan_of(form["plan"])
    except ValueError as error:
        raise ResultProblem(
            ("plan", f"holds a day that does not exist ({error})"), name=name
        ) from None
    _raise(_wrong_names(plan), name)
    _raise(disagreements(plan, form), name)
    _raise(wrong_ranges(plan, form), name)
    _raise(wrong_classes(plan, form), name)
    _raise(told_of_a_few(plan, form, beside(form) if beside else ()), name)
    return form


def _raise(found: Iterable[tuple[str, str]], name: str) -> None:
    findings = tuple(found)
    if findings:
        raise ResultProblem(*findings, name=name)


# --- JSON -----------------------------------------------------------------------------------------


class _Refused(Exception):
    """What is wrong with the text itself."""


def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > MOST_MB * 1024 * 1024:
        raise _Refused(f"larger than {MOST_MB} MB, which no public result is")
    try:
        found = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_pairs,
            parse_constant=_constant,
            parse_float=_number,
            parse_int=_whole,
        )
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        raise _Refused("is not text in UTF-8: give the file as it was written") from None
    except (ValueError, RecursionError) as error:
        raise _Refused(f"is not JSON that can be read ({error}): give result.json") from None
    if not isinstance(found, dict):
        raise _Refused("is no result of an audit: give result.json")
    return found


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Refused(f"'{key[:60]}' is written twice: keep one")
        found[key] = value
    return found


def _constant(word: str) -> Any:
    raise _Refused(f"{word} is no number: write null where there is none")


def _number(word: str) -> float:
    value = float(word)
    if not math.isfinite(value):
        raise _Refused(f"{word[:60]} is too large a number")
    return value


def _whole(word: str) -> int:
    if len(word) > MOST_DIGITS:
        raise _Refused(f"{word[:60]} is too large a number")
    return int(word)


# --- what it is -----------------------------------------------------------------------------------


def _not_public(form: dict[str, Any]) -> Found:
    plan = form["plan"]
    if form["form"] != "public":
        yield (
            "form",
            "holds every figure, for whoever may see the journal: write the result again without "
            "--exact",
        )
        return
    least = LEAST.get(plan["secrecy"])
    if least is None:
        yield "plan, secrecy", "is 'none': only a plan that keeps secrecy can be published"
    elif plan["least"] < least:
        yield (
            "plan, least",
            f"is {plan['least']}: nothing on fewer than {least} can be published; take 'least' "
            "out of the plan and run it again",
        )
    if plan["weights"]:
        yield (
            "plan, weights",
            "sums of weights do not say how many persons they are on, so that the file cannot be "
            "checked again: publish it from the journal itself",
        )
    for part in ("flips", "decompositions"):
        if form[part]:
            yield part, "cannot be published: nothing protects these figures; leave them out"


def _wrong_names(plan: Plan) -> Found:
    groups = {item.name for item in plan.groups}
    for kind, names in (
        ("groups", [item.name for item in (*plan.groups, *plan.conditions)]),
        ("outcomes", [item.name for item in plan.outcomes]),
        ("delays", [*(item.name for item in plan.delays), *(item.name for item in plan.amounts)]),
        ("chain", [item.name for item in plan.chain]),
        ("intersections", [" × ".join(sorted(cut)) for cut in plan.intersections]),
    ):
        for one in sorted({name for name in names if names.count(name) > 1}):
            yield f"plan, {kind}", f"'{one}' is there twice"
    for cut in plan.intersections:
        for one in sorted(set(cut) - groups):
            yield "plan, intersections", f"'{one}' is none of the groups of the plan"
    if plan.truth is not None and all(item.name != plan.truth.predicted for item in plan.outcomes):
        yield "plan, truth", f"'{plan.truth.predicted}' is none of the outcomes of the plan"
    if not 0.5 <= float(plan.level) < 1 or not 0 < float(plan.delta) < 1:
        yield "plan", "'level' is from 0.5 to 1, and 'delta' between 0 and 1"

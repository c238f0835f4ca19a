"""What an explanation holds: the four elements of R.311-3-1-2, short then detailed.

Texts are finished sentences or names, in one language; raw values stand beside them, so that a
page, a letter or a program can use either. `Explanation.as_dict` gives what the schema
``schemas/explanation-1.0.schema.json`` describes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any, Literal

from clairevoie.rules.model import Change, Number, Value

FORMAT = "explanation-1.0"

Degree = Literal["automated", "proposal", "unknown"]
Role = Literal["decision", "computation", "weight", "change", "next"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a decision beside the rules: its row in the journal, what was declared.

    Nothing here is guessed: what is not known stays empty, and the explanation says so.

    Attributes:
        degree: ``automated`` when the computation alone decides, ``proposal`` when it proposes to
            an agent, ``unknown``.
        degree_from: who says so: the row of the ``journal``, or what the administration
            ``declared`` of the system.
        machine_value, machine_outcome: what the machine wrote at the time.
        decision: the final decision, an outcome's value.
        decided_by: whoever decided (a pseudonym: it is not shown); empty when the row has nobody.
        decided_on, received_on: dates of the decision and of the request.
        cutoff: for a ranking, the points of the last one admitted.
        contact: where to write, when it is not the body itself.
    """

    degree: Degree = "unknown"
    degree_from: Literal["journal", "declared", ""] = ""
    machine_value: Number | None = None
    machine_outcome: str | None = None
    decision: str | None = None
    decided_by: str = ""
    decided_on: date | None = None
    received_on: date | None = None
    cutoff: Number | None = None
    contact: str = ""

    @property
    def is_decision(self) -> bool:
        """Whether a decision was taken or recorded: else the case is tried out."""
        known = (self.decision, self.decided_on, self.machine_value, self.machine_outcome)
        return any(one is not None for one in known)


@dataclass(frozen=True, slots=True)
class Reference:
    """A legal basis as it is shown; among the reasons in law, ``says`` is what it says here."""

    article: str
    url: str = ""
    effect: date | None = None
    to_check: bool = False
    text: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the short version, and what it is for."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the published rules answer, and what was decided.

    ``favourable`` is that of the final decision when it is known, else of the rules' outcome.
    ``decided_text`` is what was decided as it was recorded, never what the rules give; empty for a
    case that is tried out.
    """

    value: Value
    value_text: str
    outcome: str | None
    outcome_text: str
    favourable: bool | None
    decision: str | None = None
    decision_text: str = ""
    machine_text: str = ""
    differs: bool = False
    """What the machine wrote is not what the published rules give."""
    decided_text: str = ""


@dataclass(frozen=True, slots=True)
class Participation:
    """1° Degree and mode of contribution of the processing to the decision."""

    degree: Degree
    degree_from: str
    text: str


@dataclass(frozen=True, slots=True)
class Datum:
    """2° One datum processed, and where it comes from."""

    name: str
    label: str
    value: Value
    text: str
    source: str
    status: Literal["given", "default", "missing", "out_of_domain"]
    status_text: str
    change: Change
    protected: str = ""


@dataclass(frozen=True, slots=True)
class Weighting:
    """3° One parameter of the rules and its weight, as it applies to the person."""

    id: str
    label: str
    text: str
    applied: bool
    basis: Reference | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """4° One operation, told with the person's numbers; or a rule that did not apply, and why."""

    id: str
    kind: str
    label: str
    text: str
    conditions: tuple[str, ...] = ()
    basis: Reference | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one rule adds to the result, or takes from it."""

    id: str
    label: str
    value: Number
    text: str


@dataclass(frozen=True, slots=True)
class Shares:
    """Exact contributions: ``base`` and they add up to ``total``.

    Attributes:
        items: all of them, the largest in absolute value first.
        baseline: against what the person is compared.
        base, total: the two ends; for a model, on the scale of its score, before the link.
        unit: the unit of them all.
        text: one sentence that says the sum.
    """

    items: tuple[Share, ...]
    baseline: str
    base: Number
    total: Number
    unit: str
    text: str

    def __post_init__(self) -> None:
        gap = difference(self.base, (item.value for item in self.items), self.total)
        if not gap <= TOLERANCE * max(1.0, abs(float(self.total))):
            raise ValueError(
                f"the contributions do not add up: {gap} away from the total of {self.total}"
            )


TOLERANCE = 1e-9


def difference(base: Number, values: Any, total: Number) -> float:
    """Return how far ``base + Σ values`` is from ``total``; exact when all numbers are."""
    numbers = [base, *values, total]
    if any(isinstance(number, float) for number in numbers):
        from math import fsum

        return abs(fsum([*map(float, numbers[:-1]), -float(numbers[-1])]))
    return abs(float(sum(map(Decimal, numbers[:-1]), Decimal(0)) - Decimal(numbers[-1])))


@dataclass(frozen=True, slots=True)
class Region:
    """Values of one input: an interval, bounds included (``None`` for none), or a list."""

    name: str
    label: str
    text: str
    low: Value = None
    high: Value = None
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """What would change the answer: these values of one input, or of two together.

    Attributes:
        regions: one for each input, all to hold at once.
        outcome: the outcome there; ``None`` when an amount is what changes.
        favourable: whether that is better for the person; ``None`` when nobody can tell.
        direction: for an amount or points, ``lower``, ``higher`` or (a tie in a ranking) ``tie``.
        lowest, highest: for an amount, what it is there.
        means: ``change`` when the person can change all of it, else ``contest``.
        text: the whole, as a sentence.
    """

    regions: tuple[Region, ...]
    outcome: str | None
    favourable: bool | None
    direction: Literal["lower", "higher", "tie", ""]
    lowest: Number | None
    highest: Number | None
    means: Literal["change", "contest"]
    text: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What would change the answer, inputs that the person can change or contest only.

    Attributes:
        searched: false when there was nothing to search (no answer, or nothing to change).
        alternatives: favourable ones first, a single input before two.
        omitted: how many more there are, of two inputs together.
        complete: whether all that exists on single inputs (or, where none suffices, on two) is
            found; the text says when it is not.
        text: one sentence that sums up; says so when nothing would change it.
    """

    searched: bool
    alternatives: tuple[Alternative, ...]
    omitted: int
    complete: bool
    text: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """Considerations of law and of fact (L.211-5)."""

    law: tuple[Reference, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """One case explained, in one language."""

    format: str
    language: str
    rules: str
    title: str
    purpose: str
    body: str
    version: str
    published: str
    day: date
    fictitious: bool
    problem: str | None
    result: Result
    short: tuple[Sentence, ...]
    participation: Participation
    data: tuple[Datum, ...]
    parameters: tuple[Weighting, ...]
    operations: tuple[Told, ...]
    not_applied: tuple[Told, ...]
    shares: Shares | None
    changes: Changes
    reasons: Reasons

    @property
    def short_text(self) -> str:
        """The short version as one paragraph."""
        return " ".join(sentence.text for sentence in self.short)

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as plain JSON values; exact numbers are strings."""
        plain: dict[str, Any] = _plain(self)
        return plain


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def explanation_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what `Explanation.as_dict` gives."""
    name = f"{FORMAT}.schema.json"
    text = (files("clairevoie.explanation") / "schemas" / name).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema

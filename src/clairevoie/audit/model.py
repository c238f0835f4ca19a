"""The plan of an audit: what is asked of a journal, written before looking.

A plan is a YAML file (``schemas/plan-1.0.schema.json``); its digest stands in every report: whoever
reads it knows that the question was not chosen after the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from clairevoie.rules.model import Text

FORMAT = "audit-1.0"

Compare = Literal["rest", "reference", "overall", "pairs"]
Correction = Literal["holm", "benjamini-hochberg", "none"]
Unit = Literal["decision", "cluster", "person"]
Decider = Literal["", "machine", "agent", "person", "judge"]
Span = Literal["day", "hour", "month"]
Secrecy = Literal["persons", "business", "none"]

MOST_LEVELS = 200
"""A group of more values than this is not one that anybody compares."""


class PlanProblem(ValueError):
    """A plan that cannot be read, or carried out on the journal that is given.

    Attributes:
        places: for each sentence of ``sentences``, where it is (``plan.yaml, line 3, groups``).
        sentences: what is wrong and what to do, one plain sentence each.
    """

    def __init__(self, *findings: tuple[str, str]) -> None:
        self.places = tuple(place for place, _ in findings)
        self.sentences = tuple(sentence for _, sentence in findings)
        super().__init__(
            "\n".join(f"{place}: {text}" if place else text for place, text in findings)
        )


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on one column: one of some values, within bounds, or given at all.

    Attributes:
        values: as text; a number is written as in the file (``1``), true and false as words.
        low, high: included, excluded.
        given: true when a value is wanted, false when none is; ``None`` for the others.
    """

    column: str
    values: tuple[str, ...] = ()
    low: Decimal | date | None = None
    high: Decimal | date | None = None
    given: bool | None = None


When = tuple[Filter, ...]
"""All of them hold."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """What people are compared by, or a condition under which they are (a stratum).

    Attributes:
        name: identifier in the plan.
        column: of the journal's table.
        label: « Sexe ».
        bands: where the column is a number, limits of its bands, rising; the lower is included.
        labels: of its values.
        ground: the ground of article 1 of law 2008-496 that it is, or stands near; may be empty.
        reference: the key of the group that the others are compared with; may be empty.
    """

    name: str
    column: str
    label: Text
    bands: tuple[Decimal, ...] = ()
    labels: dict[str, Text] | None = None
    ground: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that happens to people, or not: selected, refused, suspended.

    Attributes:
        when: it happened.
        among: those to whom it could; when empty, rows that give what ``when`` looks at.
        adverse: whether it is to the person's disadvantage; ``None`` when nobody says.
    """

    name: str
    label: Text
    when: When
    among: When = ()
    adverse: bool | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """What was found to be so, which an outcome should have foreseen.

    Attributes:
        when: the file was found wrong, the need was real…
        known: rows of which that is known (checked files); all when empty.
        predicted: name of the outcome that foresaw it.
        random: rows drawn at random among all, whatever the machine said; none when empty.
    """

    label: Text
    when: When
    known: When
    predicted: str
    random: When = ()


@dataclass(frozen=True, slots=True)
class Score:
    """The machine's score.

    Attributes:
        thresholds: to try, rising; empty: the deciles of all.
        in_force: the one applied, when it is known.
        higher_is: whether a high score is to the person's disadvantage.
    """

    column: str
    label: Text
    thresholds: tuple[Decimal, ...] = ()
    in_force: Decimal | None = None
    higher_is: Literal["adverse", "favourable", ""] = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """What the law allows: so many days, hours, or calendar months from date to date."""

    number: int
    unit: Span = "day"

    @property
    def written(self) -> int | str:
        """Return it as files have it: 30 (days), ``48 h``, ``1 month``."""
        if self.unit == "day":
            return self.number
        return f"{self.number} {'h' if self.unit == 'hour' else _months(self.number)}"

    @property
    def surely(self) -> int:
        """Return the last day, counted from the first, on which every file is within it."""
        return {"day": self.number, "hour": self.number // 24 - 1, "month": 28 * self.number}[
            self.unit
        ]

    @property
    def last(self) -> int:
        """Return the last day, counted from the first, on which a file can be within it."""
        return {"day": self.number, "hour": -(-self.number // 24), "month": 31 * self.number}[
            self.unit
        ]


def _months(number: int) -> str:
    return "month" if number == 1 else "months"


@dataclass(frozen=True, slots=True)
class Delay:
    """Days between two dates.

    Attributes:
        since, until: columns; a row without the second is still open.
        observed: the day up to which files were looked at: an open one waits until then.
        limit: allowed by law; ``None`` when there is no limit.
    """

    name: str
    label: Text
    since: str
    until: str
    observed: date
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of the journal: what was paid, what was reclaimed."""

    name: str
    label: Text
    column: str
    unit: Text


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the chain; each holds within the one before.

    Attributes:
        by: who decides of it: the machine, an agent, the person, a judge; empty when it is not
            said. It tells the machine's part from that of people.
    """

    name: str
    label: Text
    when: When
    by: Decider = ""


@dataclass(frozen=True, slots=True)
class Move:
    """What a flip does to one input of the rules.

    Attributes:
        input: its name.
        to: the value that it is given, as text; ``None``: none (left out).
        source: the values that it is changed from, as text; empty: whatever it is.
    """

    input: str
    to: str | None
    source: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flip:
    """A change of the cases, to see whether the published rules then answer otherwise.

    Attributes:
        name, label: what it is called.
        ways: a case goes the first way that it can: all of its moves together. A swap has two ways,
            there and back.
    """

    name: str
    label: Text
    ways: tuple[tuple[Move, ...], ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        """Return the inputs that it changes."""
        return tuple(dict.fromkeys(move.input for way in self.ways for move in way))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a journal.

    Attributes:
        id, title, question: what the audit is.
        journal: id of the journal.
        written: the day when the plan was written.
        since, until: period of the decisions, both included; ``None`` for no bound.
        outcomes, truth, score, delays, amounts, chain: what is measured.
        groups: what people are compared by.
        intersections: names of groups to cross, two to four each.
        compare: with the rest (all other groups together), with the stated reference, with the
            overall rate, or all pairs.
        conditions: strata that legitimately matter, compared within.
        unit: what is counted: decisions, decisions with intervals that know that one person has
            several (``cluster``), or persons.
        weights: whether the journal's column of weights is used.
        delta: the largest difference that is no difference worth the name, as a share.
        level: confidence of the intervals, and 1 less it the error allowed over all comparisons.
        correction: of several comparisons.
        secrecy: what may be published (`audit.secrecy`); ``least`` is the smallest number of
            persons or units.
        flips: changes of the cases, evaluated by the published rules.
        impossible: combinations of inputs that cannot exist; the ``column`` of their filters is the
            name of an input. A flip that leads to one leaves the case out.
        decompose: whether differences of points, or of a model's score, are taken apart by the
            steps of the published rules.
        draws: how many show the largest gap that chance alone gives; ``seed`` is theirs.
        digest: SHA-256 (hexadecimal) of the plan's bytes.
    """

    id: str
    title: Text
    question: Text
    journal: str
    written: date
    groups: tuple[Attribute, ...]
    outcomes: tuple[Outcome, ...] = ()
    since: date | None = None
    until: date | None = None
    truth: Truth | None = None
    score: Score | None = None
    delays: tuple[Delay, ...] = ()
    amounts: tuple[Amount, ...] = ()
    chain: tuple[Step, ...] = ()
    intersections: tuple[tuple[str, ...], ...] = ()
    compare: Compare = "rest"
    conditions: tuple[Attribute, ...] = ()
    unit: Unit = "decision"
    weights: bool = False
    delta: Decimal = Decimal("0.02")
    level: Decimal = Decimal("0.95")
    correction: Correction = "holm"
    secrecy: Secrecy = "persons"
    least: int = 11
    flips: tuple[Flip, ...] = ()
    impossible: tuple[When, ...] = ()
    decompose: bool = False
    draws: int = 2000
    seed: int = 1
    digest: str = ""

    @property
    def cuts(self) -> tuple[tuple[str, ...], ...]:
        """Return what people are cut by: each group alone, then the intersections."""
        return (*((item.name,) for item in self.groups), *self.intersections)

    @property
    def everybody(self) -> str:
        """Return the name of the sum of all rows: their number, or that of their weights."""
        return "weighted" if self.weights else "rows"

    def group(self, name: str) -> Attribute:
        """Return a group or a condition by its name.

        Raises:
            KeyError: there is none.
        """
        for item in (*self.groups, *self.conditions):
            if item.name == name:
                return item
        raise KeyError(name)

    def outcome(self, name: str) -> Outcome:
        """Return an outcome by its name.

        Raises:
            KeyError: there is none.
        """
        for item in self.outcomes:
            if item.name == name:
                return item
        raise KeyError(name)

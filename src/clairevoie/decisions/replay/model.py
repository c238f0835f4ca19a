"""What a replay is told, and what it reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from clairevoie.decisions.replay.intervals import wilson
from clairevoie.rules.model import Text

if TYPE_CHECKING:
    import pyarrow as pa

Read = Callable[[Sequence[str]], "Iterator[pa.RecordBatch]"]
"""Gives some columns of the journal, batch after batch, in the same order each time."""

Cause = Literal[
    "other_version",
    "missing_input",
    "out_of_domain",
    "no_answer",
    "rounding",
    "displaced",
    "overridden",
    "unexplained",
]
CAUSES: tuple[Cause, ...] = (
    "other_version",
    "missing_input",
    "out_of_domain",
    "no_answer",
    "rounding",
    "displaced",
    "overridden",
    "unexplained",
)
"""In this order: a gap has the first cause that fits it, and no other."""

TO_EXPLAIN: tuple[Cause, ...] = ("missing_input", "out_of_domain", "rounding", "unexplained")
"""Gaps for which changes of the rules are looked for."""

CAUSE_TEXTS: Mapping[Cause, Text] = {
    "other_version": {
        "fr": "une autre version des règles donne ce que la machine a écrit",
        "en": "another version of the rules gives what the machine wrote",
    },
    "missing_input": {
        "fr": "une donnée que les règles lisent manque au journal",
        "en": "a datum that the rules read is missing from the journal",
    },
    "out_of_domain": {
        "fr": "une donnée est hors du domaine que les règles publient",
        "en": "a datum is outside the domain that the rules publish",
    },
    "no_answer": {
        "fr": "les règles ne répondent pas : aucune version en vigueur, aucune ligne ou plusieurs, "
        "calcul impossible",
        "en": "the rules do not answer: no version in force, no row or several, impossible sum",
    },
    "rounding": {
        "fr": "l’écart tient à l’arrondi",
        "en": "the gap comes from rounding",
    },
    "displaced": {
        "fr": "les points sont ceux des règles, le rang a changé par l’écart d’un autre dossier",
        "en": "the points are those of the rules, the rank changed by the gap of another file",
    },
    "overridden": {
        "fr": "la machine suit les règles, la décision finale s’en écarte",
        "en": "the machine follows the rules, the final decision departs from them",
    },
    "unexplained": {
        "fr": "la machine s’écarte des règles, sans aucune des causes précédentes",
        "en": "the machine departs from the rules, for none of the causes above",
    },
}

PERSONS_COUNTED = 50
"""People are told apart in a cell of the report up to this many: no secrecy threshold is higher."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a replay compares, and how far it looks for explanations.

    Attributes:
        tolerance: two floating numbers within ``tolerance × max(1, |rules|)`` are the same. Numbers
            that are exact in the rules and in the journal must be equal.
        level: confidence of the intervals.
        identifiers: how many identifiers of each cause are given as a sample.
        explain: whether changes of the rules that would explain the gaps are looked for.
        sample: how many gaps, and how many conform decisions, the search looks at.
        least_share: a change is kept when it explains at least this share of the gaps, net of the
            conform decisions that it would break…
        least_gaps: … and at least so many gaps: with fewer a condition fits by chance, and would
            tell of people…
        most_broken: … and breaks at most this share of what it explains.
        most_changes: how many changes an explanation may have.
    """

    tolerance: float = 1e-9
    level: float = 0.95
    identifiers: int = 20
    explain: bool = True
    sample: int = 20_000
    least_share: float = 0.02
    least_gaps: int = 11
    most_broken: float = 0.2
    most_changes: int = 6


@dataclass(frozen=True, slots=True)
class Share:
    """A count out of another, with the share's interval (`wilson`); no share out of nothing."""

    count: int
    of: int
    level: float = 0.95

    def as_dict(self) -> dict[str, Any]:
        """Return the share as plain values."""
        if self.of == 0:
            return {"count": 0, "of": 0, "share": None, "low": None, "high": None}
        low, high = wilson(self.count, self.of, self.level)
        share = self.count / self.of
        return {"count": self.count, "of": self.of, "share": share, "low": low, "high": high}


@dataclass(frozen=True, slots=True)
class Weighted:
    """The share conform of decisions that have weights (`clairevoie.decisions.replay.weighing`).

    Attributes:
        share: of the weight of the decisions, that of the conform ones.
        effective: how many rows of equal weight would tell as much.
        level: confidence of the interval.
    """

    share: float
    effective: float
    level: float = 0.95

    def as_dict(self) -> dict[str, Any]:
        """Return the share as plain values."""
        low, high = wilson(self.share * self.effective, self.effective, self.level)
        return {"share": self.share, "low": low, "high": high, "effective": self.effective}


@dataclass(frozen=True, slots=True)
class DeclaredVersions:
    """What the rows themselves say of the version of the rules that was applied.

    Attributes:
        given: rows that say one.
        other: of which it is not the version in force on the day of the decision.
        unknown: of these, it is no version of the rules.
        matching: of ``other``, gaps that the version said explains.
    """

    given: int
    other: int
    unknown: int
    matching: int


@dataclass(frozen=True, slots=True)
class Line:
    """The decisions of one version, month or group.

    Attributes:
        key: the version's id, ``2024-07``, the group's value; empty for rows that have none.
        decisions: how many were compared.
        causes: gaps by cause, in the order of `CAUSES`; the others are conform.
        persons: people concerned in ``decisions`` and in each of ``causes`` and of the conform
            ones, told apart up to `PERSONS_COUNTED`; the decisions themselves when the journal
            does not say who.
        weighted: the share conform of what the rows stand for; ``None`` without weights.
    """

    key: str
    label: Text
    decisions: int
    causes: tuple[int, ...]
    persons: int
    persons_conform: int
    persons_causes: tuple[int, ...]
    weighted: Weighted | None = None

    @property
    def conform(self) -> int:
        """How many decisions are what the rules give."""
        return self.decisions - sum(self.causes)


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The same decisions, cut one way: by version, by month, by group."""

    name: str
    label: Text
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """What two cuts tell together: ``whole`` adds up to ``parts`` and to figures nobody is shown.

    Attributes:
        whole: levels of one cut, each as the cut's name and the level's key.
        parts: levels of the other.
        figures: the difference, by cause in the order of `CAUSES`, then conform; nil where both
            sides cover the same decisions.
    """

    whole: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Direction:
    """Decisions whose final answer is more severe, or more favourable, than that of the rules.

    The final answer is the decision; the machine's proposal where the journal has no decision.
    """

    severe: int
    favourable: int


@dataclass(frozen=True, slots=True)
class Overrides:
    """Final decisions against the machine's proposals.

    Attributes:
        known: decisions that have both.
        differing: of which the final one is not the machine's.
        back: of these, final decisions that are what the rules give, where the machine departed.
        away: of these, final decisions that are not what the rules give, where the machine's was.
    """

    known: int
    differing: int
    back: int
    away: int


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the published rules, which one sentence names.

    Attributes:
        kind: ``parameter``, ``threshold``, ``strict``, ``edge``, ``ignored``, ``cap``,
            ``rounding``, ``default``, ``addition``.
        anchor: what it changes in the rules, as a path (``versions.2024.additive.terms.revenu``);
            for an addition, the place where it would stand.
        sentence: what the decisions show, in French and in English.
        versions: the versions that it concerns.
        since, until: the days it holds, both included; ``None`` for no bound.
        published, applied: the number or value that is published, the one that explains the gaps.
    """

    kind: str
    anchor: str
    sentence: Text
    versions: tuple[str, ...]
    since: date | None = None
    until: date | None = None
    published: str = ""
    applied: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """A change of an explanation, and what it counts for over the whole journal.

    ``explained`` and ``broken`` are what is lost and regained when this change alone is left out;
    ``persons`` the people concerned in ``explained``, told apart up to `PERSONS_COUNTED` (the
    decisions themselves when the journal does not say who).
    """

    change: Change
    explained: int
    broken: int
    persons: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """The smallest set of changes found that would explain most gaps; empty when none does.

    Attributes:
        effects: the changes, the one that explains most first.
        gaps: the gaps to explain (those of another version or overridden by an agent left out).
        explained: of which the rules so changed give what the machine wrote.
        broken: conform decisions that would no longer be.
        examined: how many changes were tried on the sample.
        sampled_gaps, sampled_conform: rows of the sample.
        note: why nothing was looked for, or nothing was found; empty otherwise.
    """

    effects: tuple[Effect, ...]
    gaps: int
    explained: int
    broken: int
    examined: int
    sampled_gaps: int
    sampled_conform: int
    note: Text


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was replayed, so that anyone who has it can do it again."""

    rules: str
    rules_digest: str
    journal: str
    journal_digest: str
    data_digest: str
    day: date


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """The decisions of a journal against the published rules.

    Attributes:
        inputs: what was replayed.
        settings: how it was compared.
        rows: rows of the journal.
        compared: what was compared: ``value``, ``proposal`` (the machine's), ``decision`` (final),
            with how many rows gave it and how many agree.
        total: all decisions compared; the other rows give nothing to compare.
        breakdowns: the same by version, month and group.
        matched: for gaps of the cause ``other_version``, the version that gives them.
        direction: ``None`` when the rules' answers have no order.
        overrides: ``None`` when the journal does not have both.
        explanation: ``None`` when it was not asked for.
        sample: identifiers of some gaps of each cause: for the administration only.
        by_person: whether people are told apart by the journal's own column.
        fictitious: the rules are invented.
        crossings: what two breakdowns tell together (`decisions.replay.crossings`).
        not_crossed: names of the breakdowns too fine to tell so of them.
        declared: what the rows say of the version applied, for the administration only; ``None``
            when they say nothing of it.
    """

    inputs: Inputs
    settings: Settings
    rows: int
    compared: Mapping[str, Share]
    total: Line
    breakdowns: tuple[Breakdown, ...]
    matched: Mapping[str, int]
    direction: Direction | None
    overrides: Overrides | None
    explanation: Explanation | None
    sample: Mapping[Cause, tuple[str, ...]] = field(repr=False)
    by_person: bool = False
    fictitious: bool = False
    crossings: tuple[Crossing, ...] = field(default=(), repr=False)
    not_crossed: tuple[str, ...] = ()
    declared: DeclaredVersions | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the administration's form, as plain values: exact, with the sample."""
        from clairevoie.decisions.replay.writing import administration_form

        return administration_form(self)

    def publishable(self, threshold: int = 11) -> dict[str, Any]:
        """Return the report as plain values that may be published.

        Figures on fewer than ``threshold`` people are ``None``, with as many others as it takes
        for none of them to be found from the rest; there is no identifier.

        Raises:
            ValueError: the threshold is above `PERSONS_COUNTED`, or under 1.
        """
        from clairevoie.decisions.replay.writing import published_form

        return published_form(self, threshold)

    def as_json(self) -> str:
        """Return `as_dict` as JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)

"""What a version of the rules contains, one dataclass a kind.

Numbers of ``points``, ``table`` and ``formula`` are exact (`Decimal`); those of ``additive`` and
``trees`` are the model's own floating numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from clairevoie.rules.model import Basis, Text, Threshold, Value

if TYPE_CHECKING:
    from clairevoie.rules.expressions import Expression

Hit = Literal["first", "unique", "collect"]
Aggregate = Literal["sum", "min", "max", "count", "list"]
RoundingMode = Literal["half_up", "half_even", "down", "up"]
Link = Literal["identity", "logit", "log"]


@dataclass(frozen=True, slots=True)
class Interval:
    """The values between two bounds; ``None`` is no bound."""

    low: Value = None
    high: Value = None
    low_closed: bool = True
    high_closed: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on one name: an input, or an output of an earlier table.

    It holds when the value is in one of the intervals or is one of the values (the contrary when
    ``negated``). A missing value makes it false, negated or not, unless ``missing`` says that it
    holds for a missing value too. ``text`` is the condition as published.
    """

    name: str
    intervals: tuple[Interval, ...] = ()
    values: tuple[Value, ...] = ()
    negated: bool = False
    missing: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rounding:
    """Round to a multiple of ``to`` (0.01 for cents)."""

    to: Decimal
    mode: RoundingMode = "half_up"


# --- points ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Band:
    """The points given while the input is in the interval."""

    interval: Interval
    points: Decimal
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a scale, with one of ``points``, ``per``, ``bands``, ``values``, ``expression``.

    Attributes:
        when: the criterion counts only where this holds; otherwise it gives 0.
        name: the input that ``per``, ``bands`` and ``values`` read.
        points: a flat number of points.
        per: points for each unit of the input (above ``above``, when given; never below 0 units).
        bands: points by interval of the input; 0 outside all of them.
        values: points by category (or ``True``/``False``) of the input; 0 for the others.
        expression: any number of points.
        cap, floor: bounds of this criterion's points.
        group: the group of criteria it belongs to, else empty.
    """

    id: str
    label: Text
    when: Expression | None = None
    name: str = ""
    points: Decimal | None = None
    per: Decimal | None = None
    above: Decimal = Decimal(0)
    bands: tuple[Band, ...] = ()
    values: Mapping[Value, Decimal] | None = None
    expression: Expression | None = None
    cap: Decimal | None = None
    floor: Decimal | None = None
    group: str = ""
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Criteria whose sum is bounded together."""

    id: str
    label: Text
    cap: Decimal | None = None
    floor: Decimal | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """What separates equal points: an input, and whether the smallest or the largest goes first."""

    name: str
    first: Literal["smallest", "largest"]
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """Places go to the most points, ties broken in order.

    ``within`` names the journal columns that separate competitions (commission, section);
    ``places`` the one that gives the number of places of each. ``admitted`` and ``refused`` are
    the outcomes of those within and beyond the places.
    """

    ties: tuple[Tie, ...]
    within: tuple[str, ...] = ()
    places: str = ""
    admitted: str = ""
    refused: str = ""
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class PointsScale:
    """A scale of points."""

    criteria: tuple[Criterion, ...]
    groups: tuple[Group, ...] = ()
    cap: Decimal | None = None
    floor: Decimal | None = None
    basis: Basis | None = None
    thresholds: tuple[Threshold, ...] = ()
    ranking: Ranking | None = None


# --- tables ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One row: when all conditions hold, the outputs are these (in the order of the table's)."""

    id: str
    conditions: tuple[Condition, ...]
    outputs: tuple[Value, ...]
    basis: Basis | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """A column that a table fills: a ``decimal`` (exact), a ``category`` or a ``boolean``."""

    name: str
    label: Text
    type: Literal["decimal", "category", "boolean"]
    unit: Text
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table.

    ``first``: the first row that holds. ``unique``: the only one (two are a problem of the rules).
    ``collect``: all of them, brought together by ``aggregate`` (numeric outputs; ``list`` keeps
    them all and is for the last table only). ``default`` is used when no row holds; without it,
    a case that no row takes has no answer.
    """

    id: str
    label: Text
    hit: Hit
    outputs: tuple[Output, ...]
    rows: tuple[Row, ...]
    aggregate: Aggregate = "list"
    default: tuple[Value, ...] | None = None
    default_basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class DecisionTables:
    """Tables read in order; each may read the outputs of those before.

    ``result`` names the output that is the number (empty when there is none); ``decision`` the one
    whose category is the outcome (empty: thresholds on the number, or no outcome).
    """

    tables: tuple[Table, ...]
    result: str = ""
    decision: str = ""
    thresholds: tuple[Threshold, ...] = ()


# --- formulas -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bracket:
    """From ``low`` (included) up to the next bracket: a rate, or an amount."""

    low: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number of the law, or a table of them: one of ``value``, ``brackets``, ``values``.

    ``values`` has numbers by category, ``true`` or ``false``, or whole number, as text. ``amounts``
    says that the brackets give amounts, not rates.
    """

    id: str
    label: Text
    unit: Text
    value: Decimal | None = None
    brackets: tuple[Bracket, ...] = ()
    values: Mapping[Value, Decimal] | None = None
    basis: Basis | None = None
    amounts: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One named step. ``expression`` reads inputs, parameters and earlier steps."""

    id: str
    label: Text
    expression: Expression
    unit: Text
    rounding: Rounding | None = None
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Formula:
    """Steps computed in order; ``result`` names the one that is the answer."""

    parameters: tuple[Parameter, ...]
    steps: tuple[Step, ...]
    result: str
    thresholds: tuple[Threshold, ...] = ()
    decision: str = ""
    """A step whose value is true or false may be the outcome: ``true`` or ``false``."""


# --- additive models ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Linear:
    """``coefficient × (x − center) / scale``; ``missing``: contribution of a missing value."""

    coefficient: float
    center: float = 0.0
    scale: float = 1.0
    missing: float | None = None


@dataclass(frozen=True, slots=True)
class Bins:
    """``values[i]`` while ``edges[i-1] <= x < edges[i]``; one more value than edges."""

    edges: tuple[float, ...]
    values: tuple[float, ...]
    missing: float | None = None


@dataclass(frozen=True, slots=True)
class Levels:
    """A contribution by category (or by ``True``/``False``, or by whole number)."""

    values: Mapping[Value, float]
    missing: float | None = None
    unknown: float | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """One side of a grid: edges (as in `Bins`) or levels, in order. Cell 0 is the missing one."""

    edges: tuple[float, ...] = ()
    levels: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """An interaction of two inputs: ``values[i][j]``, cell 0 of each axis being the missing one.

    An axis of levels may have one cell more, the last, for levels that it does not list.
    """

    axes: tuple[Axis, Axis]
    values: tuple[tuple[float, ...], ...]


Shape = Linear | Bins | Levels | Grid


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an additive model; two inputs when its shape is a grid."""

    id: str
    label: Text
    names: tuple[str, ...]
    shape: Shape
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """Whom a person is compared with: the contribution of each term to that comparison point.

    ``label`` names it (« la moyenne des 2 300 dossiers de 2023 »). Terms left out count 0: with no
    baseline at all, the comparison is with the model's own zero, and is called so.
    """

    label: Text
    contributions: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Additive:
    """``link⁻¹(intercept + Σ terms)``, then ``× factor + offset``, then ``rounding`` if any."""

    intercept: float
    terms: tuple[Term, ...]
    link: Link = "identity"
    factor: float = 1.0
    offset: float = 0.0
    rounding: Rounding | None = None
    thresholds: tuple[Threshold, ...] = ()
    baseline: Baseline | None = None
    basis: Basis | None = None


# --- trees ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tree:
    """A binary tree as parallel tuples, node 0 first; a leaf has ``feature`` −1.

    Attributes:
        feature: index in the model's ``names``.
        threshold: the value compared with (unused where ``levels`` has the node).
        left, right: the children.
        value: the leaf's value.
        cover: how many training cases (or what weight) passed there; for exact contributions.
        missing_left: where a missing value goes.
        levels: for a categorical split, the levels that go left.
    """

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]
    cover: tuple[float, ...]
    missing_left: tuple[bool, ...]
    levels: Mapping[int, frozenset[Value]] | None = None


@dataclass(frozen=True, slots=True)
class Trees:
    """``link⁻¹(base + combine(trees))``; left when ``x <= threshold`` (``strict``: ``<``).

    ``single`` says that inputs are brought to single precision before they are compared (XGBoost,
    scikit-learn); thresholds are numbers of single precision already.
    """

    names: tuple[str, ...]
    trees: tuple[Tree, ...]
    base: float = 0.0
    average: bool = False
    link: Link = "identity"
    strict: bool = False
    single: bool = False
    thresholds: tuple[Threshold, ...] = ()
    basis: Basis | None = None


# --- OpenFisca ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Binding:
    """How an input becomes an OpenFisca variable.

    ``person`` is the index of the person in ``persons`` (group entities: 0); ``period`` is one of
    ``month``, ``year`` (of the date of the case), ``eternity``, ``year-1``, ``year-2`` or
    ``last-12-months`` (those before the month of the case, and that month). ``categories`` maps our
    categories to the enumeration's names.
    """

    name: str
    variable: str
    entity: str
    period: str
    person: int = 0
    spread: bool = False
    """A yearly amount given for each month: divided by 12."""
    categories: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class OpenFisca:
    """A variable of a country package at the date of the case.

    ``roles`` says, for each person, the role in each group entity:
    ``({"famille": "parents", "foyer_fiscal": "declarants", "menage": "personne_de_reference"},)``.
    ``count_input`` names an integer input that adds so many persons with the last roles (children).
    """

    package: str
    package_version: str
    variable: str
    entity: str
    period: Literal["month", "year"]
    roles: tuple[Mapping[str, str], ...]
    bindings: tuple[Binding, ...]
    count_input: str = ""
    rounding: Rounding | None = None
    thresholds: tuple[Threshold, ...] = ()
    references: Mapping[str, Basis] | None = None
    assumed: Mapping[str, Decimal] | None = None
    """Numbers that variables are given in every case: what the published calculation leaves out."""


Content = PointsScale | DecisionTables | Formula | Additive | Trees | OpenFisca

"""The functions of the language: how each is written, what it takes, what it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from clairevoie.rules.expressions.tokens import refused
from clairevoie.rules.expressions.tree import Constant, Known, Name, Node, Type, categories_of


@dataclass(frozen=True, slots=True)
class Function:
    """A function.

    Attributes:
        usage: how it is written.
        fewest, most: how many parts it takes.
        takes: the types that its parts may have, all the same one; empty: checked on its own.
        gives: the type of its value; ``None``: that of its parts.
        table_at: which part is the name of a table of the rules; −1 for none.
        tables: the kinds of table that it reads.
    """

    usage: str
    fewest: int
    most: int
    takes: tuple[Type, ...] = ("number",)
    gives: Type | None = "number"
    table_at: int = -1
    tables: tuple[str, ...] = ()


FUNCTIONS: dict[str, Function] = {
    "min": Function("min(a, b, …)", 2, 20, ("number", "date"), None),
    "max": Function("max(a, b, …)", 2, 20, ("number", "date"), None),
    "abs": Function("abs(x)", 1, 1),
    "floor": Function("floor(x)", 1, 1),
    "ceil": Function("ceil(x)", 1, 1),
    "round": Function("round(x, 0.01)", 2, 2),
    "between": Function("between(x, a, b)", 3, 3, ("number", "date"), "boolean"),
    "marginal": Function("marginal(x, brackets)", 2, 2, table_at=1, tables=("rates",)),
    "band": Function("band(x, brackets)", 2, 2, table_at=1, tables=("rates", "amounts")),
    "pick": Function(
        "pick(category, numbers)",
        2,
        2,
        ("category", "boolean", "number"),
        table_at=1,
        tables=("values",),
    ),
    "years": Function("years(earlier, later)", 2, 2, ("date",)),
    "months": Function("months(earlier, later)", 2, 2, ("date",)),
    "days": Function("days(earlier, later)", 2, 2, ("date",)),
    "missing": Function("missing(input)", 1, 1, (), "boolean"),
}

_NAMES = {
    "number": "a number",
    "boolean": "true or false",
    "category": "a category",
    "date": "a date",
}
_TABLES = {
    "rates": "brackets of rates",
    "amounts": "brackets of amounts",
    "values": "numbers by category",
}


def function_type(
    function: Function, parts: Sequence[Node], at: int, names: Mapping[str, Known]
) -> Type:
    """Check the parts of a call; return the type of what it gives.

    Raises:
        RulesProblem: a part of another type than the function takes.
    """
    name = function.usage.partition("(")[0]
    if name == "missing":
        _check_missing(parts[0], names)
        return "boolean"
    values = [part for index, part in enumerate(parts) if index != function.table_at]
    for part in values:
        if part.type not in function.takes:
            wanted = " or ".join(_NAMES[kind] for kind in function.takes)
            raise refused(part.at, f"{function.usage} takes {wanted}, not {_NAMES[part.type]}")
        if part.type != values[0].type:
            raise refused(part.at, f"the parts of {function.usage} must all be of one type")
    if function.table_at >= 0:
        _check_table(function, parts, names)
    if name == "round":
        _check_step(parts[1])
    return function.gives or values[0].type  # type: ignore[return-value]


def _check_missing(part: Node, names: Mapping[str, Known]) -> None:
    if not isinstance(part, Name) or not names[part.name].optional:
        raise refused(
            part.at, "missing(…) is asked of an input that may be missing ('required: false')"
        )


def _check_table(function: Function, parts: Sequence[Node], names: Mapping[str, Known]) -> None:
    table = parts[function.table_at]
    if table.type not in function.tables:
        wanted = " or ".join(_TABLES[kind] for kind in function.tables)
        raise refused(table.at, f"{function.usage} reads {wanted}; this is {_TABLES[table.type]}")
    if table.type != "values" or not isinstance(table, Name):
        return
    wanted_keys: tuple[str, ...] | None = None
    if parts[0].type == "category":
        wanted_keys = categories_of(parts[0])
    elif parts[0].type == "boolean":
        wanted_keys = ("true", "false")
    keys = names[table.name].keys
    absent = [key for key in wanted_keys or () if key not in keys]
    if absent and keys:
        raise refused(table.at, f"'{table.name}' has no number for {', '.join(absent)}: add it")


def _check_step(part: Node) -> None:
    if not isinstance(part, Constant) or not isinstance(part.value, Decimal) or part.value <= 0:
        raise refused(
            part.at, "the second part of round(…) is a written number above 0, such as 0.01"
        )

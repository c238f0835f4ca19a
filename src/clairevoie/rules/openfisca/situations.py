"""From columns of cases to a simulation: populations and inputs are arrays from the start.

Each case is one group of each kind with the persons of ``roles``, the last of them repeated as many
times as ``count_input`` says. A value that is missing is the default of its variable. OpenFisca
computes with numbers in single precision (about 7 significant digits).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.rules.columns import Array, Columns
from clairevoie.rules.content import Binding, OpenFisca
from clairevoie.rules.model import Input, Version
from clairevoie.rules.openfisca.system import role_of

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons of all cases, case by case.

    Attributes:
        case: for each person, the case.
        rank: for each person, the place in ``roles``.
        first: for each case, its first person.
    """

    case: NDArray[np.int64]
    rank: NDArray[np.int64]
    first: NDArray[np.int64]


def persons_of(content: OpenFisca, columns: Columns) -> Persons:
    """Return the persons of all cases."""
    alone = len(content.roles) - bool(content.count_input)
    sizes = np.full(columns.count, alone, dtype=np.int64)
    if content.count_input:
        counted = columns.values[content.count_input]
        gone = columns.missing.get(content.count_input)
        sizes += np.clip(counted if gone is None else np.where(gone, 0, counted), 0, MAX_COUNTED)
    first = np.cumsum(sizes) - sizes
    case = np.repeat(np.arange(columns.count), sizes)
    rank = np.minimum(np.arange(len(case)) - first[case], len(content.roles) - 1)
    return Persons(case, rank, first)


MAX_COUNTED = 30
"""Persons that a case may add: beyond, the number is out of any domain."""


def simulation_of(
    content: OpenFisca, system: Any, version: Version, columns: Columns, month: np.datetime64
) -> tuple[Any, Persons]:
    """Return a simulation of all cases of a month, and its persons.

    Args:
        content: the rules.
        system: see `clairevoie.rules.openfisca.system.system_of`.
        version: the version, for its inputs.
        columns: the cases.
        month: the month of the decisions (``datetime64[M]``).
    """
    from openfisca_core.simulation_builder import SimulationBuilder

    persons = persons_of(content, columns)
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity(system.person_entity.key, np.arange(len(persons.case)))
    for entity in system.group_entities:
        population = builder.declare_entity(entity.key, np.arange(columns.count))
        roles = np.array(role_places(content, entity))
        builder.join_with_persons(population, persons.case, roles[persons.rank])
    simulation = builder.build(system)
    for (name, period), array in _inputs(content, system, version, columns, persons, month):
        simulation.set_input(name, period, array)
    return simulation, persons


def role_places(content: OpenFisca, entity: Any) -> list[int]:
    """Return, for each person of ``roles``, the place of their role among the entity's own.

    A role with several parts (the first and the second parent) is given in order.
    """
    flat = list(entity.flattened_roles)
    taken: dict[str, int] = {}
    places = []
    for roles in content.roles:
        role = role_of(entity, roles[entity.key])
        parts = role.subroles or [role]
        index = min(taken.get(role.key, 0), len(parts) - 1)
        taken[role.key] = index + 1
        places.append(flat.index(parts[index]))
    return places


def _inputs(
    content: OpenFisca,
    system: Any,
    version: Version,
    columns: Columns,
    persons: Persons,
    month: np.datetime64,
) -> Iterator[tuple[tuple[str, str], Array]]:
    """Every input of the simulation, by variable and period."""
    found: dict[tuple[str, str], Array] = {}
    for binding in content.bindings:
        item = version.input(binding.name)
        variable = system.get_variable(binding.variable)
        values, gone = _values(binding, item, variable, columns)
        is_person = variable.entity.is_person
        where = persons.rank == binding.person if is_person else None
        for period in periods_of(binding, variable, month):
            array = found.get((binding.variable, period))
            if array is None:
                size = len(persons.case) if is_person else columns.count
                array = found[binding.variable, period] = _defaults(variable, size)
            _put(array, values, gone, persons.case, where)
    for name, number in (content.assumed or {}).items():
        variable = system.get_variable(name)
        size = len(persons.case) if variable.entity.is_person else columns.count
        for period in assumed_periods(variable, month):
            if (name, period) not in found:
                found[name, period] = np.full(size, float(number)).astype(variable.dtype)
    for (name, period), array in found.items():
        variable = system.get_variable(name)
        if _is_enumeration(variable):
            yield (name, period), variable.possible_values.encode(array.astype(str))
        else:
            yield (name, period), array


def _put(
    array: Array, values: Array, gone: Mask | None, case: NDArray[np.int64], where: Mask | None
) -> None:
    """Put the values of cases in an array of cases, or of persons of one rank (``where``)."""
    if where is None:
        there = slice(None) if gone is None else ~gone
        array[there] = values[there]
        return
    if gone is not None:
        where = where & ~gone[case]
    array[where] = values[case[where]]


def _is_enumeration(variable: Any) -> bool:
    return getattr(variable, "possible_values", None) is not None


def _defaults(variable: Any, size: int) -> Array:
    if _is_enumeration(variable):
        return np.full(size, variable.default_value.name, dtype=object)
    if variable.value_type.__name__ == "date":
        return np.full(size, np.datetime64(variable.default_value, "D"))
    return np.full(size, variable.default_value, dtype=variable.dtype)


def _values(
    binding: Binding, item: Input, variable: Any, columns: Columns
) -> tuple[Array, Mask | None]:
    """The values of an input as its variable takes them, and where they are missing."""
    array, gone = columns.values[item.name], columns.missing.get(item.name)
    if item.type == "category":
        mapped: Mapping[str, str] = binding.categories or {}
        names = [mapped.get(one.value, one.value) for one in item.categories]
        array = np.array([*names, ""], dtype=object)[array]
        unknown = array == ""
        if unknown.any():
            gone = unknown if gone is None else gone | unknown
    elif item.type == "decimal":
        array = array / 10.0**item.decimals
    if binding.spread:
        array = array / 12
    return array, gone


def periods_of(binding: Binding, variable: Any, month: np.datetime64) -> Iterator[str]:
    """Return the periods of OpenFisca that a binding fills, for the month of the decision.

    ``last-12-months`` are the twelve before it and that month itself: an amount or a situation that
    lasts; ``year`` is that of the decision. A monthly variable bound by year has the value in each
    month (a twelfth of it with ``spread``).
    """
    if binding.period == "eternity":
        yield "ETERNITY"
    elif binding.period == "month":
        yield str(month)
    elif binding.period == "last-12-months":
        yield from (str(month - back) for back in range(12, -1, -1))
    else:
        back = int(binding.period.partition("-")[2] or 0)
        year = month.astype("datetime64[Y]") - back
        if str(variable.definition_period) == "year":
            yield str(year)
        else:
            first = year.astype("datetime64[M]")
            yield from (str(first + index) for index in range(12))


def assumed_periods(variable: Any, month: np.datetime64) -> Iterator[str]:
    """Return the periods over which an assumed number stands: the last two years and this one."""
    unit = str(variable.definition_period)
    if unit == "eternity":
        yield "ETERNITY"
    elif unit == "year":
        yield from (str(month.astype("datetime64[Y]") - back) for back in range(3))
    else:
        yield from (str(month - back) for back in range(25))


def calculated(simulation: Any, content: OpenFisca, system: Any, month: np.datetime64) -> Array:
    """Return the variable of the rules for the month, or the year, of the decision."""
    variable = system.get_variable(content.variable)
    unit = str(variable.definition_period)
    period = str(month) if content.period == "month" else str(month.astype("datetime64[Y]"))
    if unit in {"eternity", content.period}:
        found = simulation.calculate(content.variable, period)
    elif unit == "month":
        found = simulation.calculate_add(content.variable, period)
    else:
        found = simulation.calculate_divide(content.variable, period)
    return np.asarray(found)


def per_case(found: Array, variable: Any, persons: Persons) -> NDArray[np.float64]:
    """Return one number a case: a person's variable is that of the first person.

    The floating number is the shortest decimal number that the single-precision one stands for.
    """
    if variable.entity.is_person:
        found = found[persons.first]
    if found.dtype == np.float32:
        return found.astype(str).astype(np.float64)
    return found.astype(np.float64)

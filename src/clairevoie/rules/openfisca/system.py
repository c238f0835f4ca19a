"""The tax and benefit system of a country package: its version checked, built once a process."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from importlib import import_module, metadata
from typing import Any

from clairevoie.rules.content import Binding, OpenFisca
from clairevoie.rules.model import RulesProblem

PACKAGE = re.compile(r"openfisca_[a-z0-9_]{1,60}", re.ASCII)
"""Only country packages are imported: a file of rules must not name just any module."""

_LOCK = threading.Lock()
_SYSTEMS: dict[tuple[str, str], Any] = {}


def system_of(content: OpenFisca) -> Any:
    """Return the tax and benefit system that rules are published with.

    The first call of a process takes some seconds; the others none. Threads that ask at the same
    time wait for one to build it.

    Raises:
        RulesProblem: the package is not installed, in another version than the one published, or
            does not have what the rules name.
    """
    key = (content.package, content.package_version)
    system = _SYSTEMS.get(key)
    if system is None:
        with _LOCK:
            system = _SYSTEMS.get(key)
            if system is None:
                system = _SYSTEMS[key] = _built(content)
    problems = tuple(problems_of(content, system))
    if problems:
        raise RulesProblem(*problems)
    return system


def forget_systems() -> None:
    """Let go of the systems that were built (tests; a process that is short of memory)."""
    with _LOCK:
        _SYSTEMS.clear()


def _built(content: OpenFisca) -> Any:
    name = content.package.replace("_", "-")
    if PACKAGE.fullmatch(content.package) is None:
        raise RulesProblem(
            ("package", f"'{content.package}' is not a country package such as openfisca_france")
        )
    try:
        installed = metadata.version(name)
    except metadata.PackageNotFoundError:
        raise RulesProblem(
            ("package", f"{name} is not installed: install 'clairevoie[openfisca]'")
        ) from None
    if installed != content.package_version:
        raise RulesProblem(
            (
                "package_version",
                f"these rules are published with {name} {content.package_version}, and {installed} "
                f"is installed: install the published version, or publish a version of the rules "
                f"with {installed}",
            )
        )
    return import_module(content.package).CountryTaxBenefitSystem()


# --- what the rules name --------------------------------------------------------------------------


def problems_of(content: OpenFisca, system: Any) -> Iterator[tuple[str, str]]:
    """Tell what the rules name and the package does not have, each with its place."""
    entities = {entity.key: entity for entity in system.entities}
    found = system.get_variable(content.variable)
    if found is None:
        yield "variable", f"there is no variable '{content.variable}' in {content.package}"
    elif found.entity.key != content.entity:
        yield (
            "entity",
            f"the variable '{content.variable}' is of '{found.entity.key}', not '{content.entity}'",
        )
    elif found.value_type not in {float, int, bool}:
        yield "variable", f"the variable '{content.variable}' is not a number"
    for index, roles in enumerate(content.roles):
        yield from _role_problems(roles, f"roles.{index}", entities, system)
    for index, binding in enumerate(content.bindings):
        yield from _binding_problems(binding, f"bindings.{index}", content, system)
    for name in content.assumed or {}:
        variable = system.get_variable(name)
        if variable is None:
            yield f"assumed.{name}", f"there is no variable '{name}' in {content.package}"
        elif variable.value_type not in {float, int, bool}:
            yield f"assumed.{name}", f"the variable '{name}' is not a number"
        elif str(variable.definition_period) not in {"month", "year", "eternity"}:
            yield f"assumed.{name}", f"'{name}' is neither monthly, yearly nor of all time"


def _role_problems(
    roles: Any, place: str, entities: dict[str, Any], system: Any
) -> Iterator[tuple[str, str]]:
    groups = [entity.key for entity in system.group_entities]
    for key in roles:
        if key not in groups:
            yield place, f"there is no group of persons '{key}' (there are: {', '.join(groups)})"
    for key in groups:
        if key not in roles:
            yield place, f"the role of this person in '{key}' is missing"
        elif role_of(entities[key], roles[key]) is None:
            known = ", ".join(role.plural or role.key for role in entities[key].roles)
            yield place, f"'{roles[key]}' is not a role of '{key}' (they are: {known})"


def role_of(entity: Any, name: str) -> Any:
    """Return the role of an entity by its name, singular or plural; ``None`` if it has none."""
    for role in (*entity.roles, *entity.flattened_roles):
        if name in {role.key, role.plural}:
            return role
    return None


def _binding_problems(
    binding: Binding, place: str, content: OpenFisca, system: Any
) -> Iterator[tuple[str, str]]:
    variable = system.get_variable(binding.variable)
    if variable is None:
        yield place, f"there is no variable '{binding.variable}' in {content.package}"
        return
    if variable.entity.key != binding.entity:
        yield (
            place,
            f"the variable '{binding.variable}' is of '{variable.entity.key}', "
            f"not '{binding.entity}'",
        )
    if binding.person >= len(content.roles):
        yield place, f"there is no person {binding.person}: persons are counted from 0"
    unit = str(variable.definition_period)
    wanted = {
        "eternity": {"eternity"},
        "month": {"month"},
        "last-12-months": {"month"},
    }.get(binding.period, {"year", "month"})
    if unit not in wanted:
        yield place, f"'{binding.variable}' is known by {unit}: '{binding.period}' does not fit"
    if binding.spread and (unit != "month" or not binding.period.startswith("year")):
        yield place, "'spread' divides the amount of a year between the months of a variable"
    names = getattr(getattr(variable, "possible_values", None), "names", ())
    for value in (binding.categories or {}).values():
        if value not in list(names):
            yield place, f"'{value}' is not a value of '{binding.variable}'"

"""The trace of OpenFisca as steps: the variables that matter, the parameters they read, the law.

OpenFisca traces every variable that it computes, thousands at times. What is told starts from the
result and goes down to what it read, what is not zero first, each variable once (its other months
only where they differ), so many steps at most. Bases are those that the package gives.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from clairevoie.rules.content import OpenFisca
from clairevoie.rules.model import Basis, Text, Value
from clairevoie.rules.trace import TraceStep

MAX_STEPS = 80
MAX_PARAMETERS = 6
"""Parameters told of one variable."""
MAX_PERSONS = 6
NEAR = 2
"""How far from the result a condition that fails is still told."""
_SESSION = re.compile(r";jsessionid=[^?#]*")
"""What browsers once left in addresses that were copied into the package."""


@dataclass(slots=True)
class _Kept:
    """A variable that is told."""

    node: Any
    children: list[_Kept]
    id: str
    depth: int


def steps_of(
    simulation: Any, content: OpenFisca, system: Any, bound: Mapping[str, Text]
) -> tuple[TraceStep, ...]:
    """Return the steps of the one case of a traced simulation, what is computed first, first.

    Args:
        simulation: traced, and calculated.
        content: the rules.
        system: see `clairevoie.rules.openfisca.system.system_of`.
        bound: the labels of inputs, by variable: these are told under the input's own label.
    """
    roots = simulation.tracer.trees
    computed = _computed(roots)
    teller = _Teller(content, system, bound)
    kept = _select(roots, computed, teller)
    return tuple(step for one in kept for step in teller.steps(one))


def _computed(roots: list[Any]) -> dict[tuple[str, Any], Any]:
    """Where each variable was computed: elsewhere it was only read again."""
    found: dict[tuple[str, Any], Any] = {}
    left = list(roots)
    while left:
        node = left.pop()
        if node.children or node.parameters:
            found[node.name, node.period] = node
        left += node.children
    return found


def _select(roots: list[Any], computed: dict[tuple[str, Any], Any], teller: _Teller) -> list[_Kept]:
    tops = [_Kept(node, [], node.name, 0) for node in roots]
    waiting = deque(tops)
    told = {(one.node.name, _key(one.node.value)) for one in tops}
    names = {one.node.name for one in tops}
    count = len(tops)
    while waiting and count < MAX_STEPS:
        one = waiting.popleft()
        node = one.node = computed.get((one.node.name, one.node.period), one.node)
        count += min(len(node.parameters), MAX_PARAMETERS)
        for child in sorted(node.children, key=lambda child: _is_nothing(child.value)):
            key = (child.name, _key(child.value))
            if key in told or count >= MAX_STEPS or not teller.matters(child, one.depth + 1):
                continue
            told.add(key)
            name = child.name if child.name not in names else f"{child.name}-{child.period}"
            names.add(child.name)
            kept = _Kept(child, [], name, one.depth + 1)
            one.children.append(kept)
            waiting.append(kept)
            count += 1
    return tops


def _is_nothing(value: Any) -> bool:
    array = np.asarray(value) if value is not None else np.zeros(1)
    if array.dtype.kind in "fiub":
        return not array.any()
    return False


def _key(value: Any) -> bytes | None:
    return None if value is None else np.asarray(value).tobytes()


class _Teller:
    def __init__(self, content: OpenFisca, system: Any, bound: Mapping[str, Text]) -> None:
        self.content = content
        self.system = system
        self.bound = bound
        self.parameters: set[str] = set()

    def matters(self, node: Any, depth: int) -> bool:
        """Whether a variable is told: an input, what is not zero or not its default.

        A condition that fails is told when it is near the result: it is what decides, often.
        """
        variable = self.system.get_variable(node.name)
        if node.name in self.bound:
            return True
        if variable.value_type is bool:
            return not _is_nothing(node.value) or depth <= NEAR
        if variable.value_type in {int, float}:
            return not _is_nothing(node.value)
        default = getattr(variable.default_value, "index", variable.default_value)
        return bool(
            np.any(np.asarray(node.value) != np.asarray(default, np.asarray(node.value).dtype))
        )

    def steps(self, kept: _Kept, parent: str = "") -> Iterator[TraceStep]:
        """Return the steps of a variable: what it read, then itself."""
        own = list(self.variable(kept, parent))
        for child in kept.children:
            yield from self.steps(child, own[0].id)
        for parameter in kept.node.parameters[: 4 * MAX_PARAMETERS]:
            if parameter.name not in self.parameters and len(self.parameters) < MAX_STEPS:
                step = self.parameter(parameter, own[0].id)
                if step is not None:
                    self.parameters.add(parameter.name)
                    yield step
        yield from own

    def variable(self, kept: _Kept, parent: str) -> Iterator[TraceStep]:
        """Return a variable as a step; one for each person concerned when persons differ."""
        node = kept.node
        variable = self.system.get_variable(node.name)
        label = self.bound.get(node.name) or {"fr": variable.label or node.name}
        values = _values(node.value)
        basis = self.basis(variable, node)
        chosen = [(0, values[0])] if len(set(values)) == 1 else list(enumerate(values))
        shown = [one for one in chosen if one[1] or len(chosen) == 1] or chosen[:1]
        for index, value in shown[:MAX_PERSONS]:
            several = len(chosen) > 1
            yield TraceStep(
                id=f"{kept.id}-{index + 1}" if several else kept.id,
                kind="variable",
                label=_of_person(label, index + 1) if several else label,
                applied=bool(value) or not parent,
                value=value,
                parent=parent,
                basis=basis,
            )

    def basis(self, variable: Any, node: Any) -> Basis | None:
        """Return the legal basis of a variable, with the date of the formula that was applied."""
        given = (self.content.references or {}).get(variable.name)
        if given is not None:
            return given
        effect = _formula_date(variable, node.period)
        for article, url in _references(variable.reference):
            return Basis(article, url, effect)
        return None

    def parameter(self, node: Any, parent: str) -> TraceStep | None:
        """Return a parameter that was read as a step; ``None`` for one that is no single number."""
        value = np.asarray(node.value)
        if value.dtype.kind not in "fiub" or value.size != 1:
            return None
        found = _parameter(self.system.parameters, node.name)
        label = getattr(found, "description", None) or node.name.rpartition(".")[2]
        given = (self.content.references or {}).get(node.name)
        return TraceStep(
            id=node.name,
            kind="variable",
            label={"fr": label},
            applied=True,
            value=_plain(value.reshape(-1)[0]),
            parent=parent,
            basis=given or _in_force(found, str(node.period)),
        )


def _of_person(label: Text, number: int) -> Text:
    words = {"fr": f"personne {number}", "en": f"person {number}"}
    return {key: f"{text} ({words.get(key, words['en'])})" for key, text in label.items()}


def _values(value: Any) -> list[Value]:
    if value is None:
        return [None]
    if hasattr(value, "decode_to_str"):
        return [str(one.value) for one in value.decode()]
    return [_plain(one) for one in np.asarray(value)] or [None]


def _plain(value: Any) -> Value:
    """A number of NumPy as Python's own, the shortest that it stands for."""
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.datetime64):
        found = value.astype("datetime64[D]").item()
        return found if isinstance(found, date) else None
    if isinstance(value, np.floating):
        return float(str(value))
    return value if isinstance(value, int | float | str) else str(value)


# --- references -----------------------------------------------------------------------------------


def _references(given: Any) -> Iterator[tuple[str, str]]:
    """Return the references of the package as article and address.

    Packages write a text, an address, a list in which each text is followed by its address, or
    mappings with ``title`` and ``href``. An address alone stands for the article.
    """
    parts = [given] if isinstance(given, str | Mapping) else list(given or ())
    article = ""
    for part in parts:
        if isinstance(part, Mapping):
            yield str(part.get("title") or part.get("href") or ""), _address(part.get("href"))
        elif _address(part):
            yield article or _address(part), _address(part)
            article = ""
        else:
            if article:
                yield article, ""
            article = str(part)
    if article:
        yield article, ""


def _address(part: Any) -> str:
    text = _SESSION.sub("", str(part or "").strip())
    return text if text.startswith(("https://", "http://")) else ""


def _formula_date(variable: Any, period: Any) -> date | None:
    """When the formula that was applied took effect, ``None`` when it has no date."""
    formula = variable.get_formula(period) if variable.formulas else None
    for start, one in variable.formulas.items():
        if one is formula and not str(start).startswith("0001"):
            return _day(start)
    return None


def _parameter(root: Any, name: str) -> Any:
    found = root
    for part in name.split("."):
        found = getattr(found, part, None)
        if found is None:
            return None
    return found


def _in_force(parameter: Any, instant: str) -> Basis | None:
    """Return the reference of a parameter's value, with the date since which it has that value.

    The package dates references as it dates values.
    """
    values = getattr(parameter, "values_list", None) or ()
    dates = [str(one.instant_str) for one in values if str(one.instant_str) <= instant]
    start = max(dates, default="")
    references = (getattr(parameter, "metadata", None) or {}).get("reference")
    if isinstance(references, Mapping) and not {"href", "title"} & set(references):
        by_date = {str(key): one for key, one in references.items()}
        known = [key for key in by_date if key <= (start or instant)]
        references = by_date[max(known)] if known else None
    for article, url in _references(references):
        return Basis(article, url, _day(start))
    return None


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None

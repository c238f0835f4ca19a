"""What an unpublished condition may be about: inputs of the rules, groups of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from clairevoie.decisions.replay.cases import Fact
from clairevoie.decisions.replay.tallies import Tally, group_codes
from clairevoie.rules.arrow import read_column
from clairevoie.rules.model import Input, RuleSet

if TYPE_CHECKING:
    import pyarrow as pa

    from clairevoie.decisions.model import Journal

GROUP = "group:"
"""Before the name of a group, so that it is not taken for an input."""


def facts_of(
    journal: Journal, rules: RuleSet, batch: pa.RecordBatch, names: Mapping[str, str]
) -> dict[str, Fact]:
    """Return the facts of some rows: each input that the journal has, each group."""
    found: dict[str, Fact] = {}
    present = set(batch.schema.names)
    for item in inputs_of(rules).values():
        column = names.get(item.name)
        if column in present:
            found[item.name] = _input_fact(item, batch.column(column))
    read = set(names.values())
    for group in journal.groups:
        if group.column in read and not group.bands:
            continue
        tally = Tally()
        codes = group_codes(tally, group, batch.column(group.column))
        words = tuple(tally.levels)
        missing = codes == tally.levels[""]
        found[GROUP + group.name] = Fact(GROUP + group.name, codes, missing, words)
    return found


def inputs_of(rules: RuleSet) -> dict[str, Input]:
    """Return the inputs of all versions by name, those of the latest version first."""
    found: dict[str, Input] = {}
    for version in reversed(rules.versions):
        for item in version.inputs:
            found.setdefault(item.name, item)
    return found


def _input_fact(item: Input, column: Any) -> Fact:
    values, gone, wrong = read_column(column, item)
    missing = np.zeros(len(values), dtype=bool)
    for absent in (gone, wrong):
        if absent is not None:
            missing |= absent
    if item.type == "category":
        words = tuple(category.value for category in item.categories)
        return Fact(item.name, values.astype(np.int64), missing | (values < 0), words)
    if item.type == "boolean":
        return Fact(item.name, values.astype(np.int64), missing, (False, True))
    if item.type == "date":
        return Fact(item.name, values.astype("datetime64[D]").astype(np.float64), missing)
    numbers = values.astype(np.float64)
    if item.type == "decimal":
        numbers = numbers / 10.0**item.decimals
    return Fact(item.name, numbers, missing)

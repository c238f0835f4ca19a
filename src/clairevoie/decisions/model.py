"""A journal of decisions as its administration declares it: one row a decision.

The declaration (`clairevoie.decisions.reading`) only says which column is what. The rows stay where
they are: a Parquet or CSV file, a table of a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from clairevoie.rules.model import Text

DataKind = Literal["parquet", "csv", "table"]


class JournalProblem(ValueError):
    """A declaration, or the data that it points to, that cannot be used.

    Attributes:
        places: for each sentence of ``sentences``, where it is (``journal.yaml, line 3, columns``).
        sentences: what is wrong and what to do, one plain sentence each.
    """

    def __init__(self, *findings: tuple[str, str]) -> None:
        self.places = tuple(place for place, _ in findings)
        self.sentences = tuple(sentence for _, sentence in findings)
        super().__init__(
            "\n".join(f"{place}: {text}" if place else text for place, text in findings)
        )


@dataclass(frozen=True, slots=True)
class Data:
    """Where the rows are.

    Attributes:
        kind: a ``parquet`` file, a ``csv`` file, or a ``table`` of a database.
        path: of the file, relative to the folder of the declaration; empty for a table.
        table: name of the table, with its schema before a point if it has one.
        url: of the database; a declaration that is shown to others leaves it out, and whoever
            opens the journal gives it.
        delimiter, encoding: of a CSV file.
    """

    kind: DataKind
    path: str = ""
    table: str = ""
    url: str = field(default="", repr=False)
    delimiter: str = ","
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Someone:
    """A column that says who: the person concerned, or the agent.

    ``pseudonym`` is what the administration declares of it: that nobody can be recognised by it.
    """

    column: str
    pseudonym: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """A column by which groups are compared.

    With ``bands`` the column is a number, and the groups are « below the first band », « from one
    band (included) up to the next », « from the last band ». Without, each value is a group.
    """

    name: str
    column: str
    label: Text
    bands: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Journal:
    """The declaration of a journal. A column that the journal does not have is empty.

    Attributes:
        id: identifier, a slug; codes and pseudonyms depend on it.
        title: « Décisions d'attribution des places en crèche, 2025 ».
        rules: id of the rule set that the decisions apply.
        data: where the rows are.
        identifier: column of the reference that is printed on the letter.
        date: column of the day of the decision: the rules in force on it apply.
        inputs: input of the rules → column. Empty when ``same_names``.
        same_names: each input of the rules is in the column of the same name.
        machine_value: column of the number that the machine wrote (points, amount, score).
        machine_outcome: column of the answer that the machine proposed.
        machine_cutoff: column of the number of the last one admitted, for a ranking.
        decision: column of the final decision, an outcome's value.
        person: the person concerned.
        decided_by: the agent who decided.
        decided_on: column of the day when a person decided or confirmed.
        received_on: column of the day when the request came.
        outcome: column of what was known later (result of a control, appeal…).
        groups: what to compare.
        rule_version: column of the id of the version that the row says was applied. A replay
            compares with the version in force all the same, and counts where it is another.
        weight: column of the weight of the row, for a sample: how many decisions it stands for.
        digest: SHA-256 (hexadecimal) of the declaration's bytes.
    """

    id: str
    title: Text
    rules: str
    data: Data
    identifier: str
    date: str
    inputs: Mapping[str, str]
    same_names: bool = False
    machine_value: str = ""
    machine_outcome: str = ""
    machine_cutoff: str = ""
    decision: str = ""
    person: Someone | None = None
    decided_by: Someone | None = None
    decided_on: str = ""
    received_on: str = ""
    outcome: str = ""
    groups: tuple[Group, ...] = ()
    rule_version: str = ""
    weight: str = ""
    digest: str = ""

    def input_columns(self, names: Iterable[str]) -> dict[str, str]:
        """Return the column of each input named that the journal has.

        Args:
            names: inputs of the rules (``item.name for item in version.inputs``).
        """
        if self.same_names:
            return {name: name for name in names}
        return {name: self.inputs[name] for name in names if name in self.inputs}

    def columns(self) -> tuple[str, ...]:
        """Return each column that the declaration names (not the inputs of ``same_names``)."""
        people = [item.column for item in (self.person, self.decided_by) if item is not None]
        named = [
            *(self.identifier, self.date, *people, *self.inputs.values()),
            *(self.machine_value, self.machine_outcome, self.machine_cutoff, self.decision),
            *(self.decided_on, self.received_on, self.outcome),
            *(item.column for item in self.groups),
            *(self.rule_version, self.weight),
        ]
        return tuple(dict.fromkeys(name for name in named if name))

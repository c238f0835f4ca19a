"""Files of the other tools that draw panels, so that one can move in and out.

Quotas of sortition-algorithms are ``feature, value, min, max`` and, both or none, ``min_flex,
max_flex``; those of StratifySelect, its elder, ``category, name, min, max``; those of Panelot
``category, feature, min, max``. Volunteers have a column for each category everywhere, and for the
first two a column that names them, ``nationbuilder_id`` unless the settings say otherwise.

Sources: sortition-algorithms 0.12.0, ``features.py`` (``FEATURE_FILE_FIELD_NAMES``), ``people.py``,
``settings.py``, ``core.py`` (``selected_remaining_tables``); for Panelot, the files
``categories.csv`` and ``respondents.csv`` that the code of « Fair Sortition Made Transparent »
(NeurIPS 2021) reads « as specified on Panelot.org ». Panelot is not public, and no description of
the file of its panels was found: a portfolio is written here as one line a panel, and the reference
says so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from clairevoie.sortition.files import IDENTIFIERS, read_quotas, read_table
from clairevoie.sortition.pool import PoolProblem, Quota


class Tool(StrEnum):
    """Which tool a file is for."""

    SORTITION_ALGORITHMS = "sortition-algorithms"
    STRATIFYSELECT = "stratifyselect"
    PANELOT = "panelot"


_QUOTA_NAMES = {
    Tool.SORTITION_ALGORITHMS: ("feature", "value"),
    Tool.STRATIFYSELECT: ("category", "name"),
    Tool.PANELOT: ("category", "feature"),
}
FILES = {
    Tool.SORTITION_ALGORITHMS: ("features.csv", "people.csv"),
    Tool.STRATIFYSELECT: ("categories.csv", "respondents.csv"),
    Tool.PANELOT: ("categories.csv", "respondents.csv"),
}
"""Names of the files of quotas and of volunteers."""
IDENTIFIER = "nationbuilder_id"
"""Column that names a volunteer in the settings that sortition-algorithms writes by default."""


@dataclass(frozen=True, slots=True)
class Flexible:
    """How far a quota may be changed by a tool that looks for changes.

    Attributes:
        low, high: fewest and most seats that are allowed after a change.
    """

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class People:
    """Volunteers with all their columns, as they are in a file.

    Attributes:
        header: names of the columns.
        rows: cells of each volunteer, in that order.
        identifier: which column names a volunteer.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    identifier: str

    @property
    def persons(self) -> tuple[str, ...]:
        """Identifier of each volunteer."""
        at = self.header.index(self.identifier)
        return tuple(row[at] for row in self.rows)


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table as CSV: commas, UTF-8, a line feed at the end of each line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def quotas_csv(
    quotas: Sequence[Quota],
    tool: Tool,
    *,
    flexible: Mapping[tuple[str, str], Flexible] | None = None,
) -> bytes:
    """Return quotas as a tool reads them.

    Args:
        quotas: of the panel.
        tool: which reads them.
        flexible: by category and feature, how far a quota may be changed; a quota that is not there
            may not be changed. Without any, the columns are left out.

    Raises:
        PoolProblem: a limit for changes is inside the quota itself, or the tool has no such limits;
            two names differ by their case alone, which the other tools do not tell apart.
    """
    _check_case(quotas)
    header = [*_QUOTA_NAMES[tool], "min", "max"]
    rows: list[list[object]] = [
        [each.category, each.feature, each.low, each.high] for each in quotas
    ]
    if not flexible:
        return csv_of(header, rows)
    if tool is Tool.PANELOT:
        raise PoolProblem(["Panelot has no min_flex and max_flex: leave them out."])
    problems = []
    for row, each in zip(rows, quotas, strict=True):
        limit = flexible.get((each.category, each.feature), Flexible(each.low, each.high))
        if not limit.low <= each.low <= each.high <= limit.high:
            problems.append(
                f"Quota {each.category} / {each.feature} asks for {each.low} to {each.high} seats: "
                f"its min_flex {limit.low} and max_flex {limit.high} must be around them."
            )
        row += [limit.low, limit.high]
    if problems:
        raise PoolProblem(problems)
    return csv_of([*header, "min_flex", "max_flex"], rows)


def _check_case(quotas: Sequence[Quota]) -> None:
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    problems = []
    for each in quotas:
        for names in ((each.category, ""), (each.category, each.feature)):
            first = seen.setdefault((names[0].casefold(), names[1].casefold()), names)
            if first != names:
                one, other = (" / ".join(filter(None, each)) for each in (names, first))
                problems.append(
                    f"{one} and {other} differ by capitals alone, which the other tools do not "
                    "tell apart: rename one."
                )
    if problems:
        raise PoolProblem(problems)


def read_flexible(content: bytes, *, name: str = "quotas") -> dict[tuple[str, str], Flexible]:
    """Read how far quotas may be changed: columns ``min_flex`` and ``max_flex``, if they are there.

    Raises:
        PoolProblem: with all that cannot be read.
    """
    header, rows = read_table(content, name)
    lower = [each.casefold() for each in header]
    if "min_flex" not in lower or "max_flex" not in lower:
        return {}
    quotas = read_quotas(content, name=name)
    low, high = lower.index("min_flex"), lower.index("max_flex")
    found, problems = {}, []
    for quota, (line, row) in zip(quotas, rows, strict=True):
        texts = row[low].strip(), row[high].strip()
        if not all(each.isascii() and each.isdigit() and len(each) < 10 for each in texts):
            problems.append(
                f"{name}, line {line}: min_flex {texts[0]!r} and max_flex {texts[1]!r} must be "
                "whole numbers."
            )
            continue
        found[quota.category, quota.feature] = Flexible(int(texts[0]), int(texts[1]))
    if problems:
        raise PoolProblem(problems)
    return found


def read_people(content: bytes, *, identifier: str = "", name: str = "pool") -> People:
    """Read volunteers with all their columns.

    Args:
        content: of the file.
        identifier: column that names a volunteer; by default the one that `read_pool` takes. Where
            there is none a column `IDENTIFIER` is put first, with the number of the line.
        name: of the file, for problems.

    Raises:
        PoolProblem: with all that cannot be read.
    """
    header, rows = read_table(content, name)
    if identifier and identifier not in header:
        raise PoolProblem([f"{name}: there is no column {identifier!r}."])
    lower = [each.casefold() for each in header]
    named = identifier or next(
        (header[lower.index(each)] for each in IDENTIFIERS if each in lower), ""
    )
    cells = [tuple(cell.strip() for cell in row) for _line, row in rows]
    if not named:
        header = [IDENTIFIER, *header]
        cells = [(str(line), *row) for (line, _row), row in zip(rows, cells, strict=True)]
        named = IDENTIFIER
    return People(tuple(header), tuple(cells), named)


def people_csv(people: People, *, only: Collection[str] | None = None) -> bytes:
    """Return volunteers as the other tools read them: one line each, all columns.

    Args:
        people: all volunteers.
        only: identifiers of those who are written; all by default.
    """
    rows = (
        row
        for person, row in zip(people.persons, people.rows, strict=True)
        if only is None or person in only
    )
    return csv_of(people.header, rows)


def drawn_files(people: People, panel: Collection[str], *, household: str = "") -> dict[str, bytes]:
    """Return the files « selected » and « remaining » that sortition-algorithms writes.

    As there, who shares a household with a member of the panel is in neither: he cannot replace
    anybody but that member.

    Args:
        people: all volunteers.
        panel: identifiers of those who were drawn.
        household: column that tells the household, if one member of each is the most.

    Raises:
        PoolProblem: somebody of the panel is no volunteer, or there is no such column.
    """
    known = set(people.persons)
    problems = [f"{one!r} is none of the volunteers." for one in sorted(set(panel) - known)]
    if household and household not in people.header:
        problems.append(f"The volunteers have no column {household!r}.")
    if problems:
        raise PoolProblem(problems)
    remaining = known - set(panel)
    if household:
        at = people.header.index(household)
        home = dict(zip(people.persons, (row[at] for row in people.rows), strict=True))
        taken = {home[one] for one in panel} - {""}
        remaining = {one for one in remaining if home[one] not in taken}
    return {
        "selected.csv": people_csv(people, only=set(panel)),
        "remaining.csv": people_csv(people, only=remaining),
    }


def portfolio_csv(panels: Sequence[Sequence[str]]) -> bytes:
    """Return equally likely panels, one line each: its number from 0, then its members.

    Args:
        panels: identifiers of the members of each number of the lottery, as many in each.

    Raises:
        PoolProblem: there is none, or one has another size.
    """
    sizes = {len(each) for each in panels}
    if len(sizes) != 1:
        raise PoolProblem(["A portfolio has at least one panel, and all have as many members."])
    header = ["panel", *(f"member_{at}" for at in range(1, sizes.pop() + 1))]
    return csv_of(header, ([number, *panel] for number, panel in enumerate(panels)))


def read_portfolio(content: bytes, *, name: str = "portfolio") -> tuple[tuple[str, ...], ...]:
    """Read panels again: one line each, a number in the first column, then the members.

    Raises:
        PoolProblem: panels are not numbered from 0, or a member is missing or there twice.
    """
    _header, rows = read_table(content, name)
    problems, panels = [], []
    for number, (line, row) in enumerate(rows):
        members = tuple(cell.strip() for cell in row[1:])
        if row[0].strip() != str(number):
            problems.append(f"{name}, line {line}: panel {row[0].strip()!r} should be {number}.")
        if not all(members) or len(set(members)) < len(members):
            problems.append(f"{name}, line {line}: a member is missing, or is there twice.")
        panels.append(members)
    if problems:
        raise PoolProblem(problems[:50])
    return tuple(panels)

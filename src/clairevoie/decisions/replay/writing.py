"""The report as plain values: exact for the administration, no small figure for the public."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from clairevoie.decisions.replay.model import (
    CAUSE_TEXTS,
    CAUSES,
    PERSONS_COUNTED,
    Direction,
    Effect,
    Explanation,
    Line,
    Overrides,
    ReplayReport,
    Share,
)
from clairevoie.decisions.replay.secrecy import Cell, Sum, hidden_cells

FORMAT = "replay-1.0"
Show = Callable[[Cell, int], "int | None"]

COLUMNS = (*CAUSES, "conform", "decisions")


def administration_form(report: ReplayReport) -> dict[str, Any]:
    """Return the exact report, with the sample of identifiers."""
    found = _form(report, lambda _cell, count: count)
    found["form"] = "administration"
    found["sample"] = {cause: list(names) for cause, names in report.sample.items()}
    return found


def published_form(report: ReplayReport, threshold: int) -> dict[str, Any]:
    """Return the report without identifiers, small figures, nor figures that give small ones.

    Beside the cells that `hidden_cells` withholds, all is left out that no sum links to them but
    arithmetic does: what was compared, directions, overrides, what each change counts for, and the
    rows that give nothing to compare. A change is named when it concerns enough people.

    What two breakdowns tell together is withheld too (`decisions.replay.crossings`); what three
    tell together and two do not is not looked for, and what they share is counted in decisions.

    Raises:
        ValueError: people are not told apart up to that threshold, or it is under 1.
    """
    if not 1 <= threshold <= PERSONS_COUNTED:
        raise ValueError(f"a threshold is between 1 and {PERSONS_COUNTED}, not {threshold}")
    public = publishable_part(report)
    counts, people, sums, never_shown = cells_of(public)
    hidden = hidden_cells(counts, people, sums, threshold, never_shown=never_shown)
    found = _form(public, lambda cell, count: None if cell in hidden else count)
    found["form"] = "public"
    found["threshold"] = threshold
    found["hidden"] = len(hidden - never_shown)
    found["left_out"] = [
        {"name": item.name, "label": dict(item.label)}
        for item in report.breakdowns
        if item.name in report.not_crossed
    ]
    found["explanation"] = _named(report.explanation, threshold)
    if report.total.decisions != report.rows:
        found["rows"] = None
    return found


def publishable_part(report: ReplayReport) -> ReplayReport:
    """Return the report without what is never published."""
    cuts = (
        # Shares of weights are other figures on the same people, which no sum links to the counts.
        replace(item, lines=tuple(replace(line, weighted=None) for line in item.lines))
        for item in report.breakdowns
        if item.name not in report.not_crossed
    )
    return replace(
        report,
        compared={},
        direction=None,
        overrides=None,
        # Nobody counted the people of each version that matches.
        matched={} if report.by_person else report.matched,
        breakdowns=tuple(cuts),
        explanation=None,
        sample={},
        declared=None,
    )


def _named(found: Explanation | None, threshold: int) -> dict[str, Any] | None:
    """Return the changes that concern enough people, without their figures."""
    if found is None:
        return None
    named = [item for item in found.effects if item.persons >= threshold]
    withheld = len(found.effects) - len(named)
    return {
        "changes": [_effect(item) | {"explained": None, "broken": None} for item in named],
        "withheld": withheld,
        "gaps": None,
        "explained": None,
        "broken": None,
        "most": bool(named) and not withheld and 2 * found.explained > found.gaps,
        "examined": found.examined,
        "note": dict(found.note),
    }


def cells_of(
    report: ReplayReport,
) -> tuple[dict[Cell, int], dict[Cell, int], list[Sum], frozenset[Cell]]:
    """Return the figures of a report that add up, the people they are on, and the sums.

    Returns:
        And the cells that are no figure of the report: what two breakdowns tell together.
    """
    counts: dict[Cell, int] = {}
    people: dict[Cell, int] = {}
    sums: list[Sum] = []
    tables = {"total": (report.total,)} | {item.name: item.lines for item in report.breakdowns}
    for table, lines in tables.items():
        for line in lines:
            for name, count, persons in _columns(line):
                counts[table, line.key, name] = count
                people[table, line.key, name] = persons
            parts = tuple((table, line.key, name) for name in COLUMNS[:-1])
            sums.append(Sum((table, line.key, "decisions"), parts))
        if table != "total":
            sums += [
                Sum(("total", "", name), tuple((table, line.key, name) for line in lines))
                for name in COLUMNS
            ]
    for version, count in report.matched.items():
        counts["matched", version] = people["matched", version] = count
    if report.matched:
        matched: tuple[Cell, ...] = tuple(("matched", version) for version in report.matched)
        sums.append(Sum(("total", "", "other_version"), matched))
    never_shown = _cross(report, set(tables), counts, people, sums)
    return counts, people, sums, never_shown


def _cross(
    report: ReplayReport,
    tables: set[str],
    counts: dict[Cell, int],
    people: dict[Cell, int],
    sums: list[Sum],
) -> frozenset[Cell]:
    """Add what two breakdowns tell together to the figures, and return the cells it takes."""
    never_shown: set[Cell] = set()
    for index, each in enumerate(report.crossings):
        if not tables.issuperset(table for table, _ in (*each.whole, *each.parts)):
            continue
        for name, figure in zip(COLUMNS, (*each.figures, sum(each.figures)), strict=True):
            whole = tuple((*level, name) for level in each.whole)
            parts: tuple[Cell, ...] = tuple((*level, name) for level in each.parts)
            if figure:
                beside = ("beside", index, name)
                counts[beside] = people[beside] = figure
                never_shown.add(beside)
                parts = (*parts, beside)
            if len(whole) == 1:
                sums.append(Sum(whole[0], parts))
                continue
            both = ("both", index, name)
            counts[both] = sum(counts[cell] for cell in whole)
            people[both] = sum(people[cell] for cell in whole)
            never_shown.add(both)
            sums += [Sum(both, whole), Sum(both, parts)]
    return frozenset(never_shown)


def _columns(line: Line) -> list[tuple[str, int, int]]:
    figures = (*line.causes, line.conform, line.decisions)
    persons = (*line.persons_causes, line.persons_conform, line.persons)
    return list(zip(COLUMNS, figures, persons, strict=True))


def _form(report: ReplayReport, show: Show) -> dict[str, Any]:
    level = report.settings.level
    return {
        "clairevoie": FORMAT,
        "inputs": asdict(report.inputs) | {"day": report.inputs.day.isoformat()},
        "fictitious": report.fictitious,
        "settings": asdict(report.settings),
        "causes": [{"cause": cause, "text": dict(CAUSE_TEXTS[cause])} for cause in CAUSES],
        "people": "told apart by the journal" if report.by_person else "one a decision",
        "rows": report.rows,
        "compared": {name: item.as_dict() for name, item in report.compared.items()},
        "total": _line(report.total, "total", level, show),
        "breakdowns": [
            {
                "name": item.name,
                "label": dict(item.label),
                "lines": [_line(line, item.name, level, show) for line in item.lines],
            }
            for item in report.breakdowns
        ],
        "matched_versions": {
            version: show(("matched", version), count) for version, count in report.matched.items()
        },
        "direction": _direction(report.direction, report.total.decisions, level),
        "overrides": _overrides(report.overrides, level),
        "declared": None if report.declared is None else asdict(report.declared),
        "explanation": _explanation(report.explanation),
    }


def _share(count: int | None, of: int | None, level: float) -> dict[str, Any]:
    if count is None or of is None:
        return {"count": count, "of": of, "share": None, "low": None, "high": None}
    return Share(count, of, level).as_dict()


def _line(line: Line, table: str, level: float, show: Show) -> dict[str, Any]:
    shown = {name: show((table, line.key, name), count) for name, count, _ in _columns(line)}
    conform = _share(shown["conform"], shown["decisions"], level)
    if line.weighted is not None and conform["share"] is not None:
        conform |= line.weighted.as_dict()
    return {
        "key": line.key,
        "label": dict(line.label),
        "decisions": shown["decisions"],
        "conform": conform,
        "gaps": {cause: shown[cause] for cause in CAUSES},
    }


def _direction(found: Direction | None, of: int, level: float) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "severe": _share(found.severe, of, level),
        "favourable": _share(found.favourable, of, level),
    }


def _overrides(found: Overrides | None, level: float) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "differing": _share(found.differing, found.known, level),
        "back": found.back,
        "away": found.away,
    }


def _explanation(found: Explanation | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "changes": [_effect(item) for item in found.effects],
        "withheld": 0,
        "gaps": found.gaps,
        "explained": found.explained,
        "broken": found.broken,
        "most": 2 * found.explained > found.gaps,
        "examined": found.examined,
        "note": dict(found.note),
    }


def _effect(item: Effect) -> dict[str, Any]:
    change: Mapping[str, Any] = asdict(item.change)
    dates = {
        name: None if change[name] is None else change[name].isoformat()
        for name in ("since", "until")
    }
    return {
        **change,
        **dates,
        "sentence": dict(item.change.sentence),
        "versions": list(item.change.versions),
        "explained": item.explained,
        "broken": item.broken,
    }

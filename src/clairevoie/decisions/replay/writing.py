"""The report as plain values: exact for the administration, no small figure for the public."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from clairevoie.decisions.replay.model import (
    CAUSE_TEXTS,
    CAUSES,
    PERSONS_COUNTED,
    Effect,
    Explanation,
    Line,
    ReplayReport,
    Share,
)
from clairevoie.decisions.replay.secrecy import Cell, Sum, hidden_cells

FORMAT = "replay-1.0"
Show = Callable[[Cell, int], "int | None"]

COLUMNS = (*CAUSES, "conform", "decisions")


def administration_form(report: ReplayReport) -> dict[str, Any]:
    """Return the exact report, with the sample of identifiers."""
    found = _form(report, lambda _cell, count: count, lambda count, _of: count)
    found["form"] = "administration"
    found["sample"] = {cause: list(names) for cause, names in report.sample.items()}
    return found


def published_form(report: ReplayReport, threshold: int) -> dict[str, Any]:
    """Return the report without small figures nor identifiers.

    Raises:
        ValueError: people are not told apart up to that threshold, or it is under 1.
    """
    if not 1 <= threshold <= PERSONS_COUNTED:
        raise ValueError(f"a threshold is between 1 and {PERSONS_COUNTED}, not {threshold}")
    counts, people, sums = cells_of(report)
    hidden = hidden_cells(counts, people, sums, threshold)
    total_hidden = any(("total", "", name) in hidden for name in COLUMNS)

    def show(cell: Cell, count: int) -> int | None:
        return None if cell in hidden else count

    def show_alone(count: int, of: int) -> int | None:
        """Figures that no sum links, but that the causes of all decisions could be found from."""
        small = 0 < count < threshold or 0 < of - count < threshold
        return None if small or total_hidden else count

    found = _form(report, show, show_alone)
    found["form"] = "public"
    found["threshold"] = threshold
    found["hidden"] = len(hidden)
    if 0 < report.rows - report.total.decisions < threshold:
        found["rows"] = None
    return found


def cells_of(report: ReplayReport) -> tuple[dict[Cell, int], dict[Cell, int], list[Sum]]:
    """Return the figures of a report that add up, the people they are on, and the sums."""
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
    return counts, people, sums


def _columns(line: Line) -> list[tuple[str, int, int]]:
    figures = (*line.causes, line.conform, line.decisions)
    persons = (*line.persons_causes, line.persons_conform, line.persons)
    return list(zip(COLUMNS, figures, persons, strict=True))


def _form(
    report: ReplayReport, show: Show, alone: Callable[[int, int], int | None]
) -> dict[str, Any]:
    level = report.settings.level
    return {
        "clairevoie": FORMAT,
        "inputs": asdict(report.inputs) | {"day": report.inputs.day.isoformat()},
        "fictitious": report.fictitious,
        "settings": asdict(report.settings),
        "causes": [{"cause": cause, "text": dict(CAUSE_TEXTS[cause])} for cause in CAUSES],
        "people": "told apart by the journal" if report.by_person else "one a decision",
        "rows": report.rows,
        "compared": {
            name: _share(alone(item.count, item.of), item.of, level)
            for name, item in report.compared.items()
        },
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
        "direction": _direction(report, alone),
        "overrides": _overrides(report, alone),
        "explanation": _explanation(report.explanation, alone),
    }


def _share(count: int | None, of: int | None, level: float) -> dict[str, Any]:
    if count is None or of is None:
        return {"count": count, "of": of, "share": None, "low": None, "high": None}
    return Share(count, of, level).as_dict()


def _line(line: Line, table: str, level: float, show: Show) -> dict[str, Any]:
    shown = {name: show((table, line.key, name), count) for name, count, _ in _columns(line)}
    return {
        "key": line.key,
        "label": dict(line.label),
        "decisions": shown["decisions"],
        "conform": _share(shown["conform"], shown["decisions"], level),
        "gaps": {cause: shown[cause] for cause in CAUSES},
    }


def _direction(report: ReplayReport, alone: Callable[[int, int], int | None]) -> Any:
    found, of = report.direction, report.total.decisions
    if found is None:
        return None
    level = report.settings.level
    return {
        "severe": _share(alone(found.severe, of), of, level),
        "favourable": _share(alone(found.favourable, of), of, level),
    }


def _overrides(report: ReplayReport, alone: Callable[[int, int], int | None]) -> Any:
    found = report.overrides
    if found is None:
        return None
    level = report.settings.level
    return {
        "differing": _share(alone(found.differing, found.known), found.known, level),
        "back": alone(found.back, found.differing),
        "away": alone(found.away, found.differing),
    }


def _explanation(
    found: Explanation | None, alone: Callable[[int, int], int | None]
) -> dict[str, Any] | None:
    if found is None:
        return None
    effects = [_effect(item, alone) for item in found.effects]
    kept = [item for item in effects if item["explained"] is not None]
    return {
        "changes": kept,
        "withheld": len(effects) - len(kept),
        "gaps": alone(found.gaps, found.gaps),
        "explained": alone(found.explained, found.gaps),
        "broken": alone(found.broken, found.broken),
        "examined": found.examined,
        "note": dict(found.note),
    }


def _effect(item: Effect, alone: Callable[[int, int], int | None]) -> dict[str, Any]:
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
        "explained": alone(item.explained, item.explained),
        "broken": alone(item.broken, item.broken),
    }

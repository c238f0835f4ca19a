"""The result of an audit as plain values: exact for who may see the journal, or publishable."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from clairevoie.audit.cells import MISSING
from clairevoie.audit.figures import Figure, Hidden
from clairevoie.audit.model import Attribute, Plan
from clairevoie.audit.results import (
    AmountTable,
    Compared,
    DelayTable,
    Key,
    Line,
    Paid,
    Scored,
    ScoreTable,
    Table,
    Wait,
)
from clairevoie.audit.running import Audit

FORMAT = "audit-result-1.0"
SIZES = frozenset({"files", "open_files", "rows", "total", "deciles", "thresholds"})
"""What of a group tells how many files it has."""
NOT_KNOWN = {"fr": "non renseigné", "en": "not known"}


def exact_form(audit: Audit) -> dict[str, Any]:
    """Return all that was found, exact: for whoever may see the journal."""
    return _form(audit, None)


def public_form(audit: Audit, hidden: Hidden) -> dict[str, Any]:
    """Return what may be published.

    A rate is left out when a figure that it is made of is hidden; a comparison when one of its
    sides is, for a difference and a rate give the other; and all that rests on every group of a
    cut (its largest gap, what is found within conditions) when any of them is. Of delays,
    scores and amounts, which count other figures than the cells, groups on fewer files than the
    threshold are left out, and with them the whole table: no sum is published, but quantiles of
    the others and of all would tell of them. Steps of a curve and bands of a score are counted in
    files, not in people.
    """
    return _form(audit, hidden)


def _form(audit: Audit, hidden: Hidden | None) -> dict[str, Any]:
    plan, least = audit.plan, audit.plan.least
    whole = hidden is None
    whole_rows = hidden is None or hidden.shows((), (), "rows")
    delays = [
        one
        for one in audit.delays
        if _people(one.cut, one.waits, hidden) and (whole or _enough_files(one, least))
    ]
    scores = [
        one
        for one in audit.scores
        if _people(one.cut, one.groups, hidden) and (whole or _enough_rows(one.groups, least))
    ]
    amounts = [
        one
        for one in audit.amounts
        if _people(one.cut, one.groups, hidden) and (whole or _enough_rows(one.groups, least))
    ]
    return {
        "clairevoie": FORMAT,
        "form": "administration" if whole else "public",
        "plan": _plan(plan, audit),
        "journal": {
            "id": audit.journal,
            "title": dict(audit.journal_title),
            "digest": audit.journal_digest,
            "data_digest": audit.data_digest,
        },
        "programs": dict(audit.programs),
        "rows": audit.rows if whole_rows else None,
        "outside": audit.outside if whole or not 0 < audit.outside < least else None,
        "tables": [_table(one, hidden) for one in audit.tables],
        "delays": [
            _without_sizes(_delay(one, least, whole=whole), "waits", hidden) for one in delays
        ],
        "scores": [
            _without_sizes(_score(one, least, whole=whole), "groups", hidden) for one in scores
        ],
        "amounts": [_without_sizes(_amount(one, whole=whole), "groups", hidden) for one in amounts],
        "left_out": {
            "figures": 0 if hidden is None else len(hidden.figures),
            "delays": len(audit.delays) - len(delays),
            "scores": len(audit.scores) - len(scores),
            "amounts": len(audit.amounts) - len(amounts),
        },
    }


def _people(cut: Key, groups: Sequence[Wait | Scored | Paid], hidden: Hidden | None) -> bool:
    """Whether every group is on enough people."""
    return hidden is None or not any(Figure(cut, one.key, "rows") in hidden.first for one in groups)


def _without_sizes(found: dict[str, Any], kind: str, hidden: Hidden | None) -> dict[str, Any]:
    """Take away how many files a group has, where that is hidden to protect another figure."""
    if hidden is not None:
        for group in found[kind]:
            if not hidden.shows(tuple(found["cut"]), tuple(group["key"]), "rows"):
                group.update(dict.fromkeys(SIZES & group.keys()))
    return found


def _enough_rows(groups: Sequence[Scored | Paid], least: int) -> bool:
    return all(one.rows >= least for one in groups)


def _enough_files(table: DelayTable, least: int) -> bool:
    """Closed and open files of every group are enough, or nil."""
    return all(
        many == 0 or many >= least
        for wait in table.waits
        for many in (wait.open_files, wait.files - wait.open_files)
    )


# --- the plan -------------------------------------------------------------------------------------


def _plan(plan: Plan, audit: Audit) -> dict[str, Any]:
    found: dict[str, Any] = plain(plan)
    for kind in ("groups", "conditions"):
        found[kind] = [_attribute(item, audit) for item in getattr(plan, kind)]
    return found


def _attribute(item: Attribute, audit: Audit) -> dict[str, Any]:
    levels = audit.cells.levels[audit.cells.names.index(item.name)]
    found: dict[str, Any] = plain(item)
    found["levels"] = [{"key": key, "label": level_label(item, key)} for key in levels]
    return found


def level_label(item: Attribute, key: str) -> dict[str, str]:
    """Return what a level of a group is called."""
    if key == MISSING:
        return dict(NOT_KNOWN)
    if item.labels and key in item.labels:
        return dict(item.labels[key])
    if item.bands:
        return _band_label(item, key)
    return {"fr": key, "en": key}


def _band_label(item: Attribute, key: str) -> dict[str, str]:
    words = [format(band, "f") for band in item.bands]
    if key.startswith("<"):
        return {"fr": f"moins de {words[0]}", "en": f"under {words[0]}"}
    if key.startswith(">="):
        return {"fr": f"{words[-1]} et plus", "en": f"{words[-1]} and over"}
    low, high = key.strip("[)").split("..")
    return {"fr": f"de {low} à moins de {high}", "en": f"{low} to under {high}"}


# --- tables ---------------------------------------------------------------------------------------


def _table(table: Table, hidden: Hidden | None) -> dict[str, Any]:
    def shows(cut: Key, key: Key) -> bool:
        return hidden is None or hidden.shows(cut, key, *table.parts)

    seen = {line.key for line in table.lines if shows(table.cut, line.key)}
    everything = len(seen) == len(table.lines) and shows((), ())
    return {
        "measure": table.measure,
        "label": dict(table.label),
        "cut": list(table.cut),
        "level": table.level,
        "total": _line(table.total, shown=shows((), ())),
        "lines": [_line(line, shown=line.key in seen) for line in table.lines],
        "compared": [
            _comparison(one, everything=everything)
            if one.key in seen and (one.against in seen if one.against else shows((), ()))
            else _withheld(one)
            for one in table.compared
        ],
        "gap": plain(table.gap) if everything else None,
        "reversals": [plain(one) for one in table.reversals] if everything else [],
    }


def _comparison(one: Compared, *, everything: bool) -> dict[str, Any]:
    """Return a comparison whose sides are both public; the rest is all of them less the group."""
    found: dict[str, Any] = plain(one)
    if not everything:
        found |= {"within": None, "ratio_within": None}
    return found


def _withheld(one: Compared) -> dict[str, Any]:
    found = {field.name: None for field in fields(one)}
    return found | {"key": list(one.key), "against": plain(one.against), "verdict": "withheld"}


def _line(line: Line, *, shown: bool) -> dict[str, Any]:
    if shown:
        found: dict[str, Any] = plain(line)
        return found
    return {field.name: None for field in fields(line)} | {"key": list(line.key)}


# --- delays, scores, amounts ----------------------------------------------------------------------


def _delay(table: DelayTable, least: int, *, whole: bool) -> dict[str, Any]:
    """Each step of a published curve stands for enough files, and none says for how many."""
    found: dict[str, Any] = plain(table)
    if whole:
        return found
    for kind in ("unknown", "impossible", "after"):
        if 0 < found[kind] < least:
            found[kind] = None
    for wait in found["waits"]:
        steps, ended = [], 0
        for *step, many in wait["curve"]:
            ended += many
            if ended >= least:
                steps.append([*step, None])
                ended = 0
        wait["curve"] = steps
        over = wait["over"]
        if over is not None and over["value"] is not None:
            late = over["value"] * wait["files"]
            if 0 < min(late, wait["files"] - late) < least:
                wait["over"] = {"value": None, "low": None, "high": None}
    return found


def _score(table: ScoreTable, least: int, *, whole: bool) -> dict[str, Any]:
    found: dict[str, Any] = plain(table)
    if not whole:
        for group in found["groups"]:
            # Counts by decile and threshold are cells of their own: shares only, rounded.
            group["deciles"] = [None if 0 < many < least else many for many in group["deciles"]]
            if None in group["deciles"]:
                group["deciles"] = None
            for one in group["thresholds"]:
                few = 0 < one["above"] < least or 0 < group["rows"] - one["above"] < least
                if few:
                    one |= {"above": None, "share": None, "precision": None, "found": None}
                else:
                    one |= {"precision": None, "found": None}
    return found


def _amount(table: AmountTable, *, whole: bool) -> dict[str, Any]:
    found: dict[str, Any] = plain(table)
    if not whole:
        for group in found["groups"]:
            group["largest"] = None  # the amount of one person
    return found


# --- plain values, files --------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """Return a value of this room as plain JSON: exact numbers as text, days as 2025-01-31."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


def cells_csv(form: Mapping[str, Any]) -> str:
    """Return the lines of all tables as CSV, one row a line: from a form, so no more than it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["measure", "cut", "key", "count", "of", "rate", "low", "high"])
    writer.writerows(_rows(form))
    return text.getvalue()


def _rows(form: Mapping[str, Any]) -> Iterator[list[Any]]:
    for table in form["tables"]:
        for line in ({**table["total"], "key": []}, *table["lines"]):
            rate = line["rate"] or {"value": None, "low": None, "high": None}
            yield [
                table["measure"],
                " × ".join(table["cut"]),
                " × ".join(word or "?" for word in line["key"]),
                line["count"],
                line["of"],
                rate["value"],
                rate["low"],
                rate["high"],
            ]

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
from clairevoie.audit.differencing import Earlier
from clairevoie.audit.figures import Hidden
from clairevoie.audit.model import Attribute, Limit, Plan
from clairevoie.audit.odds import is_told
from clairevoie.audit.results import (
    Compared,
    Key,
    Line,
    Table,
)
from clairevoie.audit.running import Audit
from clairevoie.register.cells import protect

FORMAT = "audit-result-1.0"
NOT_KNOWN = {"fr": "non renseigné", "en": "not known"}


def exact_form(audit: Audit) -> dict[str, Any]:
    """Return all that was found, exact: for whoever may see the journal."""
    return _form(audit, None)


def public_form(audit: Audit, hidden: Hidden, beside: Sequence[Earlier] = ()) -> dict[str, Any]:
    """Return what may be published.

    Args:
        audit: what was found.
        hidden: what is not published.
        beside: the audits of the same journal that were public already, of which this depends.

    A rate is left out when a figure that it is made of is hidden; a comparison when one of its
    sides is, for a difference and a rate give the other. What rests on other figures too goes with
    them: shares of a total with the total, bounds for missing groups with the missing, and with
    any group of a cut its largest gap, pooled rates and what is found within conditions. The
    equalised odds difference of a cut goes with any figure of either of its rates.

    Delays, scores and amounts are those of coarse classes that secrecy allows
    (`clairevoie.audit.classed`), each with all its groups or not at all. Flips and decompositions
    are left out: nothing protects them from what cells tell.
    """
    return _form(audit, hidden, [one for one in beside if one.plan.journal == audit.plan.journal])


def _form(audit: Audit, hidden: Hidden | None, beside: Sequence[Earlier] = ()) -> dict[str, Any]:
    plan, least = audit.plan, audit.plan.least
    whole = hidden is None
    whole_rows = hidden is None or hidden.shows((), (), "rows")
    tables = [_table(one, hidden) for one in audit.tables]
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
        "tables": tables,
        "odds": [plain(one) for one in audit.odds if whole or is_told(one, tables)],
        "delays": plain(audit.delays if hidden is None else hidden.delays),
        "scores": plain(audit.scores if hidden is None else hidden.scores),
        "amounts": plain(audit.amounts if hidden is None else hidden.amounts),
        "flips": plain(audit.flips) if whole else [],
        "decompositions": plain(audit.decompositions) if whole else None,
        "missing": _missing(audit) if whole else None,
        "beside": [{"plan": one.plan.id, "digest": one.digest} for one in beside],
        "left_out": {
            "figures": 0 if hidden is None else len(hidden.figures),
            "delays": 0 if hidden is None else len(audit.delays) - len(hidden.delays),
            "scores": 0 if hidden is None else len(audit.scores) - len(hidden.scores),
            "amounts": 0 if hidden is None else len(audit.amounts) - len(hidden.amounts),
            "flips": 0 if whole else len(audit.flips),
            "decompositions": 0 if whole or audit.decompositions is None else 1,
        },
    }


def _missing(audit: Audit) -> dict[str, int]:
    """Return how many rows have no level of each group, whatever is weighted or counted."""
    found = {}
    for item in audit.plan.groups:
        cells = audit.cells.cut((item.name,))
        rows = dict(zip(cells.keys(), cells.rows.tolist(), strict=True))
        found[item.name] = int(rows.get((MISSING,), 0))
    return found


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
    french = [word.replace(".", ",") for word in words]
    if key.startswith("<"):
        return {"fr": f"moins de {french[0]}", "en": f"under {words[0]}"}
    if key.startswith(">="):
        return {"fr": f"{french[-1]} et plus", "en": f"{words[-1]} and over"}
    low, high = key.strip("[)").split("..")
    comma = f"de {low.replace('.', ',')} à moins de {high.replace('.', ',')}"
    return {"fr": comma, "en": f"{low} to under {high}"}


# --- tables ---------------------------------------------------------------------------------------


def _table(table: Table, hidden: Hidden | None) -> dict[str, Any]:
    def shows(cut: Key, key: Key) -> bool:
        return hidden is None or hidden.shows(cut, key, *table.parts)

    seen = {line.key for line in table.lines if shows(table.cut, line.key)}
    total = shows((), ())
    everything = total and len(seen) == len(table.lines)
    missing = (MISSING,) in seen
    lines = [
        _line(line, total=total, everything=everything, missing=missing)
        if line.key in seen
        else _nothing(line) | {"key": list(line.key)}
        for line in table.lines
    ]
    return {
        "measure": table.measure,
        "label": dict(table.label),
        "cut": list(table.cut),
        "level": table.level,
        "total": plain(table.total) if total else _nothing(table.total) | {"key": []},
        "lines": lines,
        "compared": [
            _comparison(one, total=total, everything=everything)
            if one.key in seen and (one.against in seen if one.against else total)
            else _withheld(one)
            for one in table.compared
        ],
        "gap": plain(table.gap) if everything else None,
        "reversals": [plain(one) for one in table.reversals] if everything else [],
    }


def _comparison(one: Compared, *, total: bool, everything: bool) -> dict[str, Any]:
    """Return a comparison whose sides are both public; the rest is all of them less the group."""
    found: dict[str, Any] = plain(one)
    if not total:
        found["needed"] = None
    if not everything:
        found |= {"within": None, "ratio_within": None}
    return found


def _line(line: Line, *, total: bool, everything: bool, missing: bool) -> dict[str, Any]:
    """Return a line whose own figures are public, without what rests on others that are not."""
    found: dict[str, Any] = plain(line)
    if not total:
        found |= {"share_of": None, "share_hit": None}
    if not missing:
        found["bounds"] = None
    if not everything:
        found["pooled"] = None
    return found


def _withheld(one: Compared) -> dict[str, Any]:
    key = {"key": list(one.key), "against": plain(one.against)}
    return _nothing(one) | key | {"verdict": "withheld"}


def _nothing(one: Line | Compared) -> dict[str, Any]:
    return {field.name: None for field in fields(one)}


# --- plain values, files --------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """Return a value of this room as plain JSON: exact numbers as text, days as 2025-01-31."""
    if isinstance(value, Limit):
        return value.written
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
    """Return the lines of all tables as CSV, one row a line: from a form, so no more than it.

    A cell that a spreadsheet would run as a formula has an apostrophe before it, which
    `clairevoie.register.cells.unprotect` takes away.
    """
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
                protect(table["measure"]),
                protect(" × ".join(table["cut"])),
                protect(" × ".join(word or "?" for word in line["key"])),
                line["count"],
                line["of"],
                rate["value"],
                rate["low"],
                rate["high"],
            ]

"""The first page of an audit’s report: what was found, for everybody, without statistics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import inf
from typing import Any

from clairevoie.explanation.wording import day_text
from clairevoie.letters.audit_blocks import Block, Paragraph, Points, Section
from clairevoie.letters.audit_words import (
    Form,
    Language,
    frequencies,
    margin,
    mark,
    named,
    others_of,
    percent,
    phrase,
    plural,
    said,
    say,
    units,
)

MOST_FIRST = 5
"""Differences named on the first page."""
MOST_STEPS = 2
"""Steps of the chain named there."""
_NOT_REACHED: dict[str, Any] = {"value": None, "low": None, "high": None}


def first(form: Form, language: Language) -> Section:
    """Return the first page: what was found, without statistics."""
    blocks: list[Block] = [Paragraph(_scope(form, language))]
    established = _established(form)
    shown = [
        *_differences(form, established[:MOST_FIRST], language),
        *_steps(form, language),
        *_waits(form, language),
        *_flips(form, language),
    ]
    if shown:
        blocks.append(Points(tuple(shown)))
    if len(established) > MOST_FIRST:
        blocks.append(Paragraph(plural("first_rest", len(established) - MOST_FIRST, language)))
    plan = form["plan"]
    verdicts = {one["verdict"] for table in form["tables"] for one in table["compared"]}
    if established or any(_steps(form, language)) or any(_waits(form, language)):
        error = mark(1 - float(plan["level"]), language)
        how = phrase(f"first_sure_{plan['correction']}", language).format(error=error)
        blocks.append(Paragraph(said("first_sure", language, how=how)))
    elif not verdicts & {"higher", "lower"} and verdicts & {"no_difference_larger", "cannot_tell"}:
        blocks.append(Paragraph(phrase("first_nothing", language), strong=True))
    blocks += [Paragraph(text) for text in _others(form, language)]
    blocks.append(Paragraph(phrase("first_law", language), strong=True))
    return Section("first", phrase("first", language), tuple(blocks))


def _scope(form: Form, language: Language) -> str:
    journal = say(form["journal"]["title"], language) or form["journal"]["id"]
    period = period_of(form, language)
    if form["rows"] is None:
        return said("first_data_hidden", language, journal=journal, period=period)
    many = units(form, form["rows"], language)
    return said("first_data", language, count=many, journal=journal, period=period)


def period_of(form: Form, language: Language) -> str:
    """Return the period of an audit: « du 1er janvier au 31 décembre 2025 »."""
    days = {
        side: day_text(date.fromisoformat(form["plan"][side]), language)
        for side in ("since", "until")
        if form["plan"][side]
    }
    key = {0: "period_all", 2: "period"}.get(len(days), f"period_{next(iter(days), '')}")
    return said(key, language, **days)


def _established(form: Form) -> list[tuple[Any, Any]]:
    """Return the differences of single groups that are established, the first to be told first.

    What is to people's disadvantage comes before the rest, then what is larger. Steps of the chain
    have their own section, and the share found in error among known cases is no decision.
    """
    adverse = {f"rate:{one['name']}" for one in form["plan"]["outcomes"] if one["adverse"]}
    found = [
        (table, one)
        for table in form["tables"]
        if len(table["cut"]) == 1 and not table["measure"].startswith("step:")
        for one in table["compared"]
        if one["verdict"] in {"higher", "lower"} and "" not in one["key"]
    ]
    return sorted(
        (pair for pair in found if not _said_already(*pair)),
        key=lambda pair: (
            pair[0]["measure"] not in adverse,
            not pair[0]["measure"].startswith("rate:"),
            -abs(pair[1]["difference"]["value"]),
        ),
    )


def _said_already(table: Any, one: Any) -> bool:
    """Tell whether a difference is that of the only other group, seen from the other side."""
    known = [line for line in table["lines"] if "" not in line["key"]]
    other = [
        each["verdict"]
        for each in table["compared"]
        if each["key"] != one["key"] and "" not in each["key"]
    ]
    return len(known) == 2 and one["verdict"] == "lower" and other == ["higher"]


def _differences(
    form: Form, established: list[tuple[Any, Any]], language: Language
) -> Iterator[tuple[str, str]]:
    for table, one in established:
        yield (
            said("first_colon", language, measure=say(table["label"], language)),
            _more(form, table, one, language),
        )


def _more(form: Form, table: Any, one: Any, language: Language) -> str:
    line = next(line for line in table["lines"] if line["key"] == one["key"])
    mine, theirs = frequencies(
        line["rate"]["value"], line["rate"]["value"] - one["difference"]["value"], language
    )
    return said(
        "first_more",
        language,
        mine=mine,
        theirs=theirs,
        group=named(form, table["cut"], one["key"], language),
        others=others_of(form, table, one, language),
    )


def _steps(form: Form, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the groups whose share rises most at one step of the chain, where it surely does."""
    found = []
    for table in form["tables"]:
        if len(table["cut"]) != 1 or not table["measure"].startswith("step:"):
            continue
        for one in table["compared"]:
            line = next(line for line in table["lines"] if line["key"] == one["key"])
            if one["verdict"] == "higher" and "" not in one["key"] and line["share_hit"]:
                found.append((line["share_hit"] - line["share_of"], table, line))
    for _, table, line in sorted(found, key=lambda item: -item[0])[:MOST_STEPS]:
        before, after = frequencies(line["share_of"], line["share_hit"], language)
        step = next(
            item for item in form["plan"]["chain"] if table["measure"] == f"step:{item['name']}"
        )
        yield (
            said("first_colon", language, measure=say(step["label"], language)),
            said(
                "first_step",
                language,
                group=named(form, table["cut"], line["key"], language),
                before=before,
                after=after,
            ),
        )


def _waits(form: Form, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the groups that wait longest and least, where chance would rarely make them differ."""
    allowed = (1 - float(form["plan"]["level"])) / max(len(form["delays"]), 1)
    for table in form["delays"]:
        known = [wait for wait in table["waits"] if wait["files"] and "" not in wait["key"]]
        if table["p"] is None or table["p"] > allowed or len(known) < 2:
            continue
        slow, fast = (pick(known, key=_half) for pick in (max, min))
        short = fast["median"] or _NOT_REACHED
        # All groups together may differ by a third one; these two must, by their own intervals.
        if short["high"] is not None and _half(slow)[1] > short["high"]:
            long = (slow["median"] or _NOT_REACHED)["value"]
            values = {
                "short": plural("days", round(short["value"]), language),
                "slow": named(form, table["cut"], slow["key"], language),
                "fast": named(form, table["cut"], fast["key"], language),
            }
            if long is not None:
                values["long"] = plural("days", round(long), language)
            yield (
                said("first_colon", language, measure=say(table["label"], language)),
                said("first_wait_open" if long is None else "first_wait", language, **values),
            )


def _half(wait: Any) -> tuple[float, float]:
    """Return by when half of a group had ended, and the lower bound; infinite: not while followed.

    A group of which half is not reached waits longer than one of which it is known.
    """
    median = wait["median"] or _NOT_REACHED
    value, low = (inf if median[name] is None else float(median[name]) for name in ("value", "low"))
    return value, low


def _flips(form: Form, language: Language) -> Iterator[tuple[str, str]]:
    """Yield what changing one input alone would do, where it would do something."""
    for one in form["flips"]:
        total = one["total"]
        if total["compared"] and total["unchanged"] < total["compared"]:
            moved = 1 - total["unchanged"] / total["compared"]
            yield (
                said("first_colon", language, measure=say(one["label"], language)),
                said("first_flip", language, share=percent(moved, language)),
            )


def _others(form: Form, language: Language) -> Iterator[str]:
    """Yield what is ruled out, what cannot be said, what is not shown, in numbers."""
    verdicts = [one["verdict"] for table in form["tables"] for one in table["compared"]]
    delta = margin(form, language)
    for key, verdict in (
        ("first_same", "no_difference_larger"),
        ("first_cannot", "cannot_tell"),
        ("first_hidden", "withheld"),
    ):
        if many := verdicts.count(verdict):
            yield plural(key, many, language, delta=delta)
    reversals = sum(one["certain"] for table in form["tables"] for one in table["reversals"])
    if reversals:
        yield plural("first_reversals", reversals, language)

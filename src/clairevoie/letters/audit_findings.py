"""The findings of an audit's report: rates by measure and group, chain, delays, scores, amounts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from clairevoie.audit.limits import limit_of
from clairevoie.audit.results import QUANTILES
from clairevoie.explanation.wording import list_text, number_text, quoted
from clairevoie.letters.audit_blocks import (
    Block,
    Figure,
    Fold,
    Grid,
    Heading,
    Paragraph,
    Points,
    Section,
)
from clairevoie.letters.audit_charts import (
    amount_chart,
    chain_chart,
    delay_chart,
    rates_chart,
    score_chart,
)
from clairevoie.letters.audit_odds import gap_interval
from clairevoie.letters.audit_words import (
    Form,
    Language,
    between,
    count,
    group,
    interval,
    level_of,
    margin,
    measure_of,
    of_what,
    others_of,
    over_text,
    percent,
    phrase,
    plural,
    points,
    ratio,
    said,
    say,
    semicolons,
    units,
)

MOST_TOLD = 12
"""Sentences on crossed groups, differences first."""


def _section(key: str, blocks: list[Block], language: Language) -> Section | None:
    return Section(key, phrase(key, language), tuple(blocks)) if blocks else None


# --- the chain ------------------------------------------------------------------------------------


def chain(form: Form, language: Language, prefix: str) -> Section | None:
    """Return who is left at each step, by group."""
    charts = [
        chain_chart(form, [item["name"]], language, f"{prefix}-chain-{rank}")
        for rank, item in enumerate(form["plan"]["groups"])
    ]
    blocks: list[Block] = [Figure(chart) for chart in charts if chart is not None]
    if blocks:
        blocks.insert(0, Paragraph(phrase("chain_intro", language)))
    return _section("chain", blocks, language)


# --- rates ----------------------------------------------------------------------------------------


def rates(form: Form, language: Language, prefix: str) -> Section | None:
    """Return each measure, by each group and intersection: a chart, then what it says."""
    return _section("rates", list(_measures(form, language, prefix)), language)


def _measures(form: Form, language: Language, prefix: str) -> Iterator[Block]:
    for _, several in groupby(enumerate(form["tables"]), key=lambda pair: pair[1]["measure"]):
        tables = list(several)
        yield Heading(measure_of(form, tables[0][1], language))
        folds = []
        for rank, table in tables:
            blocks = tuple(_cut(form, table, language, f"{prefix}-rates-{rank}"))
            if _establishes(table):
                yield from blocks
            else:
                folds.append(Fold(_in_short(form, table, language), blocks))
        yield from folds


def _establishes(table: Any) -> bool:
    """Tell whether a table says anything but « no » and « cannot tell » of what it compares."""
    compared = table["compared"]
    told = any(one["verdict"] in {"higher", "lower"} for one in compared)
    return told or not compared or any(one["certain"] for one in table["reversals"])


def _in_short(form: Form, table: Any, language: Language) -> str:
    """Return what a table that establishes nothing comes to, in one line."""
    verdicts = [one["verdict"] for one in table["compared"]]
    delta = margin(form, language)
    told = [
        plural(f"fold_{key}", many, language, delta=delta)
        for key in ("no_difference_larger", "cannot_tell", "withheld")
        if (many := verdicts.count(key))
    ]
    return said(
        "fold",
        language,
        what=of_what(form, table["cut"], language),
        told=semicolons(told, language),
    )


def _cut(form: Form, table: Any, language: Language, key: str) -> Iterator[Block]:
    if any(line["rate"] for line in table["lines"]):
        yield Figure(rates_chart(form, table, language, key))
    yield from _told(form, table, language)
    if len(table["cut"]) == 1 and table["measure"].startswith("rate:"):
        yield from _composition(form, table, language)


def _composition(form: Form, table: Any, language: Language) -> Iterator[Block]:
    """Yield the part of each group among those to whom it could happen, and to whom it did."""
    rows = tuple(
        (
            group(form, table["cut"], line["key"], language),
            percent(line["share_of"], language),
            percent(line["share_hit"], language),
        )
        for line in table["lines"]
        if line["share_of"] is not None and line["share_hit"] is not None
    )
    if rows:
        heads = [phrase(key, language) for key in ("group", "share_of", "share_hit")]
        yield Grid(_title("shares", form, table, language), tuple(heads), rows)


def _told(form: Form, table: Any, language: Language) -> Iterator[Block]:
    crossed = len(table["cut"]) > 1
    chosen = table["compared"]
    if crossed:
        chosen = sorted(
            (one for one in chosen if one["verdict"] in {"higher", "lower"}),
            key=lambda one: -abs(one["difference"]["value"]),
        )
    if chosen:
        yield Points(tuple(_compared(form, table, one, language) for one in chosen[:MOST_TOLD]))
    elif crossed:
        yield Paragraph(phrase("crossed_none", language))
    if len(chosen) > MOST_TOLD:
        yield Paragraph(plural("crossed_more", len(chosen) - MOST_TOLD, language))
    yield from (Paragraph(text) for text in _beside(form, table, language))
    certain = [one for one in table["reversals"] if one["certain"]]
    if certain:
        yield Points(tuple(_reversed(form, table, one, language) for one in certain))
    if many := len(table["reversals"]) - len(certain):
        yield Paragraph(plural("reversal_uncertain", many, language))


def _compared(form: Form, table: Any, one: Any, language: Language) -> tuple[str, str]:
    """Return a group, and what is said of it beside another."""
    colon = "\u00a0:" if language == "fr" else ":"
    lead = f"{group(form, table['cut'], one['key'], language)}{colon}"
    if one["verdict"] == "withheld":
        return lead, _ended(phrase("withheld", language))
    if one["verdict"] == "undefined":
        key = one["reason"] if one["reason"] in {"group_empty", "other_empty", "both_empty"} else ""
        return lead, _ended(phrase(key or "undefined", language))
    line = next(line for line in table["lines"] if line["key"] == one["key"])
    gap = one["difference"]
    signed = one["verdict"] == "cannot_tell"
    parts = [
        said(
            one["verdict"],
            language,
            rate=percent(line["rate"]["value"], language),
            gap=points(gap["value"] if signed else abs(gap["value"]), language, signed=signed),
            others=others_of(form, table, one, language),
            span=between(gap["low"], gap["high"], language),
            delta=margin(form, language),
        )
    ]
    parts += _more_on(form, one, language)
    return lead, _ended(semicolons(parts, language))


def _ended(text: str) -> str:
    return f"{text.rstrip('.')}."


def _more_on(form: Form, one: Any, language: Language) -> Iterator[str]:
    if one["needed"]:
        yield said("needed", language, count=units(form, _round(one["needed"]), language))
    if one["verdict"] in {"higher", "lower"} and one["ratio"]["value"] is not None:
        bounds = one["ratio"]["low"], one["ratio"]["high"]
        known = None not in bounds
        yield said(
            "ratio" if known else "ratio_bare",
            language,
            ratio=ratio(one["ratio"]["value"], language),
            low=ratio(bounds[0], language) if known else "",
            high=ratio(bounds[1], language) if known else "",
        )
    within = one["within"]
    if within is not None and within["value"] is not None and _worth(one, within):
        yield said(
            "within",
            language,
            gap=points(within["value"], language, signed=True),
            span=between(within["low"], within["high"], language),
        )


def _worth(one: Any, within: Any) -> bool:
    """Tell whether to give a difference within conditions: beside an established one, or is one."""
    if one["verdict"] in {"higher", "lower"}:
        return True
    return None not in (within["low"], within["high"]) and within["low"] * within["high"] > 0


def _round(many: int) -> int:
    """Return a number of decisions needed to two digits: it is no more exact than that."""
    return round(many, 2 - len(str(many)))


def _beside(form: Form, table: Any, language: Language) -> Iterator[str]:
    """Yield what stands beside the comparisons: the largest gap, bounds, pooled rates."""
    gap = table["gap"]
    if gap and gap["value"] is not None and gap["expected"] is not None and len(table["lines"]) > 2:
        yield said(
            "gap",
            language,
            gap=points(gap["value"], language),
            lowest=group(form, table["cut"], gap["lowest"], language),
            highest=group(form, table["cut"], gap["highest"], language),
            expected=points(gap["expected"], language),
            usual=points(gap["usual"], language),
            level=level_of(form, language),
        )
        yield from gap_interval(form, gap, language)
    bounds = [
        said(
            "bound",
            language,
            group=group(form, table["cut"], line["key"], language),
            span=interval(line["bounds"]["low"], line["bounds"]["high"], language),
        )
        for line in table["lines"]
        if line["bounds"]
    ]
    if bounds:
        yield said("bounds", language, items=semicolons(bounds, language))
    pooled = [
        said(
            "pooled",
            language,
            group=group(form, table["cut"], line["key"], language),
            rate=percent(line["pooled"]["value"], language),
        )
        for line in table["lines"]
        if line["pooled"] and line["pooled"]["value"] is not None and "" not in line["key"]
    ]
    if 0 < len(pooled) <= MOST_TOLD:
        yield said("crossed_pooled", language, items=semicolons(pooled, language))


def _reversed(form: Form, table: Any, one: Any, language: Language) -> tuple[str, str]:
    strata, opposite = one["conditions"]
    return said("reversal_lead", language), said(
        "reversal",
        language,
        higher=quoted(group(form, table["cut"], one["higher"], language), language),
        lower=quoted(group(form, table["cut"], one["lower"], language), language),
        overall=points(one["overall"], language, signed=True),
        within=points(one["within"], language, signed=True),
        strata=strata,
        opposite=opposite,
    )


# --- delays ---------------------------------------------------------------------------------------


def delays(form: Form, language: Language, prefix: str) -> Section | None:
    """Return how long each group waits, files still open included."""
    blocks: list[Block] = []
    for rank, table in enumerate(form["delays"]):
        if all(wait["files"] is None for wait in table["waits"]):
            continue
        if any(wait["curve"] for wait in table["waits"]):
            blocks.append(Figure(delay_chart(form, table, language, f"{prefix}-delay-{rank}")))
        else:
            blocks.append(Heading(_title("delay_title", form, table, language)))
        blocks.append(Points(tuple(_wait(form, table, wait, language) for wait in table["waits"])))
        blocks += [Paragraph(text) for text in _of_delays(table, language)]
    return _section("delays", blocks, language)


def _wait(form: Form, table: Any, wait: Any, language: Language) -> tuple[str, str]:
    colon = "\u00a0:" if language == "fr" else ":"
    lead = f"{group(form, table['cut'], wait['key'], language)}{colon}"
    if wait["files"] is None:
        return lead, _ended(phrase("withheld", language))
    parts = [
        said(
            "delay_line",
            language,
            median=_at_most(wait["median"], language),
            third=_at_most(wait["last_quartile"], language),
        )
    ]
    if table["horizon"] and wait["mean"] and wait["mean"]["value"] is not None:
        parts.append(
            said(
                "delay_mean" if table["horizon"] > 1 else "delay_mean_one",
                language,
                mean=plural("days", round(wait["mean"]["value"]), language),
                horizon=count(table["horizon"], language),
            )
        )
    over = wait["over"]
    if over and over["value"] is not None:
        share = said(
            "delay_over",
            language,
            share=percent(over["value"], language),
            over=over_text(table["limit"], language),
        )
        parts.append(f"{share} ({interval(over['low'], over['high'], language)})")
    return lead, _ended(semicolons(parts, language))


def _at_most(estimate: Any, language: Language) -> str:
    if not estimate or estimate["value"] is None:
        return phrase("longer", language)
    days = plural("days", round(estimate["value"]), language)
    return said("days_at_most", language, days=days)


def _of_delays(table: Any, language: Language) -> Iterator[str]:
    if table["limit"] is not None and limit_of(table["limit"]).unit == "hour":
        yield phrase("delay_hours", language)
    known = [wait for wait in table["waits"] if None not in (wait["files"], wait["open_files"])]
    if len(known) == len(table["waits"]) and any(wait["open_files"] for wait in known):
        yield said(
            "delay_open",
            language,
            open=count(sum(wait["open_files"] for wait in known), language),
            files=count(sum(wait["files"] for wait in known), language),
        )
    if table["p"] is not None:
        shown = 100 * table["p"]
        rare = shown < 0.1
        yield said(
            "delay_p_rare" if rare else "delay_p",
            language,
            p=number_text(shown, language, decimals=1),
        )
    left = [
        said(f"delay_{key}", language, count=count(table[key], language))
        for key in ("unknown", "impossible", "after")
        if table[key]
    ]
    if left:
        yield said("delay_left", language, items=list_text(left, language))


# --- scores ---------------------------------------------------------------------------------------


def scores(form: Form, language: Language, prefix: str) -> Section | None:
    """Return what thresholds of the score do to each group, and how its scores spread."""
    blocks: list[Block] = []
    for rank, table in enumerate(form["scores"]):
        chart = score_chart(form, table, language, f"{prefix}-score-{rank}")
        if chart is not None:
            blocks.append(Figure(chart))
        rows = [_deciles(form, table, one, language) for one in table["groups"] if one["deciles"]]
        if rows:
            tenths = max(len(row) for row in rows) - 2
            blocks.append(
                Grid(
                    _title("score_deciles", form, table, language),
                    (
                        phrase("group", language),
                        phrase("number", language),
                        *(str(tenth + 1) for tenth in range(tenths)),
                    ),
                    tuple(rows),
                )
            )
        blocks += _calibrated(form, table, language)
        if rank == len(form["scores"]) - 1:
            if rows:
                blocks.append(Paragraph(phrase("score_deciles_note", language)))
            if table["unknown"]:
                blocks.append(Paragraph(plural("score_unknown", table["unknown"], language)))
    return _section("scores", blocks, language)


def _calibrated(form: Form, table: Any, language: Language) -> Iterator[Block]:
    """Yield the share that is true of the known rows of each decile, by group."""
    truth = form["plan"]["truth"]
    rows = tuple(
        (
            group(form, table["cut"], one["key"], language),
            *(percent(share["value"], language) for share in one["calibration"]),
        )
        for one in table["groups"]
        if one["calibration"]
    )
    if rows and truth is not None:
        heads = [phrase("group", language), *(str(tenth) for tenth in range(1, len(rows[0])))]
        label = say(truth["label"], language)
        what = of_what(form, table["cut"], language)
        yield Grid(said("calibrated", language, truth=label, what=what), tuple(heads), rows)
        yield Paragraph(phrase("calibrated_note", language))


def _title(key: str, form: Form, table: Any, language: Language, **values: str) -> str:
    label, what = say(table["label"], language), of_what(form, table["cut"], language)
    return said(key, language, label=label, what=what, **values)


def _deciles(form: Form, table: Any, one: Any, language: Language) -> tuple[str, ...]:
    rows = one["rows"]
    return (
        group(form, table["cut"], one["key"], language),
        count(rows, language),
        *(
            phrase("masked", language)
            if many is None or not rows
            else percent(many / rows, language)
            for many in one["deciles"]
        ),
    )


# --- amounts --------------------------------------------------------------------------------------


def amounts(form: Form, language: Language, prefix: str) -> Section | None:
    """Return the mean of each amount with its interval, and its quantiles."""
    blocks: list[Block] = []
    for rank, table in enumerate(form["amounts"]):
        chart = amount_chart(form, table, language, f"{prefix}-amount-{rank}")
        if chart is None:
            continue
        blocks.append(Figure(chart))
        rows = tuple(
            (
                group(form, table["cut"], one["key"], language),
                *(number_text(value, language, decimals=0) for value in one["quantiles"]),
            )
            for one in table["groups"]
            if one["quantiles"]
        )
        if rows:
            heads = [phrase(f"quantile_{100 * share:g}", language) for share in QUANTILES]
            unit = say(table["unit"], language)
            title = _title("amount_spread", form, table, language, unit=unit)
            blocks.append(Grid(title, (phrase("group", language), *heads), rows))
        if table["unknown"]:
            blocks.append(Paragraph(plural("amount_unknown", table["unknown"], language)))
    return _section("amounts", blocks, language)

"""The charts of an audit's report, made from the tables of a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clairevoie.audit.limits import limit_of
from clairevoie.audit.model import Limit
from clairevoie.charts import (
    Curve,
    DotChart,
    DotRow,
    FunnelChart,
    FunnelStep,
    Mark,
    Multiples,
    Reading,
    Share,
    Step,
    SurvivalChart,
    SweepChart,
    SweepLine,
    SweepPoint,
    Verdict,
    dot_chart,
    funnel_chart,
    linear_axis,
    multiples,
    survival_chart,
    sweep_chart,
)
from clairevoie.explanation.wording import list_text, number_text
from clairevoie.letters.audit_words import (
    Form,
    Language,
    count,
    group,
    interval,
    level_of,
    limit_text,
    mark,
    measure_of,
    of_what,
    over_text,
    percent,
    phrase,
    said,
    say,
)

MOST_ROWS = 24
"""Groups in one chart; the file of cells has all of them."""
MOST_LINES = 6
"""Curves in one chart."""
_VERDICTS: Mapping[str, Verdict] = {
    "higher": "higher",
    "lower": "lower",
    "no_difference_larger": "no_difference",
    "cannot_tell": "cannot_tell",
}


# --- rates ----------------------------------------------------------------------------------------


def rates_chart(form: Form, table: Any, language: Language, key: str) -> DotChart | Multiples:
    """Return the rates of the groups of a table: of two attributes or more, one panel a level."""
    lines = _shown(table)
    title = said(
        "chart_title",
        language,
        measure=measure_of(form, table, language),
        what=of_what(form, table["cut"], language),
    )
    about = _about(table, lines, language)
    if len(table["cut"]) == 1:
        rows = [_row(form, table, line, table["cut"], language) for line in lines]
        return _dots(form, table, rows, (key, title, about), language)
    first = dict.fromkeys(line["key"][0] for line in lines)
    panels = [
        _dots(
            form,
            table,
            [
                _row(form, table, line, table["cut"][1:], language)
                for line in lines
                if line["key"][0] == level
            ],
            (f"{key}-{rank}", group(form, table["cut"][:1], [level], language), about),
            language,
        )
        for rank, level in enumerate(first)
    ]
    return multiples(
        key,
        title,
        panels,
        description=about,
        panel_heading=of_what(form, table["cut"][:1], language),
    )


def _shown(table: Any) -> list[Any]:
    """Return the lines of a table that a chart has room for: the largest groups, in order."""
    lines = table["lines"]
    if len(lines) <= MOST_ROWS:
        return list(lines)
    sizes = sorted((line["of"] or 0 for line in lines), reverse=True)
    least = sizes[MOST_ROWS - 1]
    return [line for line in lines if (line["of"] or 0) >= least][:MOST_ROWS]


def _about(table: Any, lines: Sequence[Any], language: Language) -> str:
    values = [line["rate"]["value"] for line in lines if _value(line["rate"]) is not None]
    if not values:
        return phrase("chart_none", language)
    total = _value(table["total"]["rate"])
    return said(
        "chart_about_hidden" if total is None else "chart_about",
        language,
        first=percent(min(values), language),
        last=percent(max(values), language),
        total=percent(total, language),
    )


def _value(estimate: Any) -> float | None:
    return None if estimate is None or estimate["value"] is None else float(estimate["value"])


def _dots(
    form: Form,
    table: Any,
    rows: Sequence[DotRow],
    words: tuple[str, str, str],
    language: Language,
) -> DotChart:
    total = _value(table["total"]["rate"])
    level = level_of(form, language)
    key, title, about = words
    axis_values = [
        value
        for line in table["lines"]
        if line["rate"]
        for value in (line["rate"]["value"], line["rate"]["high"])
        if value is not None
    ]
    # All panels of a table are on one axis; a wide interval may go beyond its end.
    values = [_value(line["rate"]) or 0.0 for line in table["lines"]] + [total or 0.0]
    far = max([*values, min(max(axis_values, default=0.0), 2 * max(values))])
    axis = linear_axis(0.0, min(1.0, far) or 0.01, lambda value: mark(value, language), title="")
    return dot_chart(
        key,
        title,
        rows,
        description=about,
        axis=axis,
        reference=None
        if total is None
        else Mark(total, said("overall", language, rate=percent(total, language))),
        interval_heading=said("interval", language, level=level),
        size_heading=phrase("size", language),
    )


def _row(form: Form, table: Any, line: Any, names: Sequence[str], language: Language) -> DotRow:
    label = group(form, names, line["key"][-len(names) :], language)
    rate = line["rate"]
    value = _value(rate)
    if value is None:
        written = "masked" if line["of"] is None else "nobody"
        return DotRow(label, None, phrase(written, language))
    verdicts = [one["verdict"] for one in table["compared"] if one["key"] == line["key"]]
    return DotRow(
        label,
        value,
        percent(value, language),
        low=rate["low"],
        high=rate["high"],
        interval_written=interval(rate["low"], rate["high"], language),
        size_written=said(
            "size_of",
            language,
            count=count(line["count"], language),
            of=count(line["of"], language),
        ),
        # With all pairs a group has several verdicts: its dot says none.
        verdict=_VERDICTS.get(verdicts[0]) if len(verdicts) == 1 else None,
    )


# --- the chain ------------------------------------------------------------------------------------


def chain_chart(form: Form, cut: list[str], language: Language, key: str) -> FunnelChart | None:
    """Return who is left at each step of the plan's chain, by one group of it."""
    steps = [
        table
        for table in form["tables"]
        if table["measure"].startswith("step:") and table["cut"] == cut
    ]
    if not steps or len(steps[0]["lines"]) > MOST_LINES:
        return None
    groups = [group(form, cut, line["key"], language) for line in steps[0]["lines"]]
    whole = FunnelStep(
        phrase("chain_all", language),
        count(steps[0]["total"]["of"], language),
        tuple(
            _share(form, line["of"], steps[0]["total"]["of"], language)
            for line in steps[0]["lines"]
        ),
    )
    later = [
        FunnelStep(
            say(table["label"], language),
            count(table["total"]["count"], language),
            tuple(
                _share(form, line["count"], table["total"]["count"], language)
                for line in table["lines"]
            ),
            by=phrase(f"by_{step['by']}", language) if step["by"] else "",
        )
        for table, step in zip(steps, form["plan"]["chain"], strict=True)
    ]
    # A first step that everybody is at says nothing more than the whole does.
    if steps[0]["total"]["of"] == steps[0]["total"]["count"] is not None:
        later = later[1:]
        whole = FunnelStep(say(steps[0]["label"], language), whole.written, whole.shares)
    drawn = [whole, *later]
    return funnel_chart(
        key,
        said("chain_title", language, what=of_what(form, cut, language)),
        groups,
        drawn,
        description=said(
            "chain_about",
            language,
            groups=list_text(groups, language),
            first=drawn[0].label,
            last=drawn[-1].label,
        ),
        axis=linear_axis(0.0, 1.0, lambda value: mark(value, language)),
        interval_heading=said("interval", language, level=level_of(form, language)),
    )


def _share(form: Form, many: float | None, of: float | None, language: Language) -> Share:
    if many is None or of is None:
        return Share(None, phrase("masked", language))
    if not of:
        return Share(None, phrase("nobody", language))
    value = many / of
    low = high = None
    if form["plan"]["unit"] != "cluster" and not form["plan"]["weights"]:
        from clairevoie.audit.intervals import wilson

        found = wilson(many, of, float(form["plan"]["level"]))
        low, high = float(found.low), float(found.high)
    return Share(
        value,
        percent(value, language),
        low=low,
        high=high,
        interval_written="" if low is None else interval(low, high, language),
        count_written=count(many, language),
    )


# --- delays ---------------------------------------------------------------------------------------


def delay_chart(form: Form, table: Any, language: Language, key: str) -> SurvivalChart:
    """Return the share still waiting, by group: the largest ones, `MOST_LINES` of them."""
    horizon = max(int(table["horizon"]), 1)
    axis = linear_axis(
        0.0, horizon, lambda value: count(value, language), title=phrase("delay_across", language)
    )
    waits = [one for one in table["waits"] if one["curve"]]
    largest = sorted((one["files"] or 0 for one in waits), reverse=True)[:MOST_LINES]
    kept = [one for one in waits if (one["files"] or 0) >= min(largest)][:MOST_LINES]
    allowed = table["limit"]
    limit = None if allowed is None else _days_of(limit_of(allowed))
    return survival_chart(
        key,
        _title("delay_title", form, table, language),
        [_curve(form, table, one, axis.ticks, language) for one in kept],
        description=said("delay_about", language, horizon=count(horizon, language)),
        across=axis,
        up=linear_axis(
            0.0, 1.0, lambda value: mark(value, language), title=phrase("delay_up", language)
        ),
        limit=None
        if limit is None or limit > axis.high
        else Mark(limit, said("delay_limit", language, limit=limit_text(allowed, language))),
    )


def _days_of(limit: Limit) -> float:
    """Return where a limit is on an axis of days; months are of their mean length."""
    return limit.number * {"day": 1.0, "hour": 1 / 24, "month": 365.2425 / 12}[limit.unit]


def _curve(form: Form, table: Any, wait: Any, ticks: Sequence[Any], language: Language) -> Curve:
    end = ticks[-1].value
    steps = [
        Step(float(day), share, low, high)
        for day, share, low, high, *_ in wait["curve"]
        if day <= end
    ]
    readings = []
    for tick in ticks:
        before = [step for step in steps if step.time <= tick.value]
        share = before[-1].share if before else 1.0
        readings.append(
            Reading(
                percent(share, language),
                interval(before[-1].low, before[-1].high, language) if before else "",
            )
        )
    over = ""
    if table["limit"] is not None and wait["over"] and wait["over"]["value"] is not None:
        share_over = percent(wait["over"]["value"], language)
        over = said(
            "delay_over", language, share=share_over, over=over_text(table["limit"], language)
        )
    return Curve(
        group(form, table["cut"], wait["key"], language),
        tuple(steps),
        min(float(max(table["horizon"], steps[-1].time if steps else 0)), end),
        tuple(readings),
        over,
    )


def _title(name: str, form: Form, table: Any, language: Language) -> str:
    return said(
        name,
        language,
        label=say(table["label"], language),
        what=of_what(form, table["cut"], language),
    )


# --- scores, amounts ------------------------------------------------------------------------------


def score_chart(form: Form, table: Any, language: Language, key: str) -> SweepChart | None:
    """Return the share of each group above each threshold of the score."""
    groups = [one for one in table["groups"] if one["thresholds"]][:MOST_LINES]
    values = sorted({step["value"] for one in groups for step in one["thresholds"]})
    if len(values) < 2:
        return None
    in_force = table["in_force"]
    ends = [*values, in_force] if in_force is not None else values
    return sweep_chart(
        key,
        _title("score_title", form, table, language),
        [
            SweepLine(
                group(form, table["cut"], one["key"], language),
                tuple(_point(step, language) for step in one["thresholds"]),
            )
            for one in groups
        ],
        description=phrase("score_about", language),
        across=linear_axis(
            min(ends),
            max(ends),
            lambda value: number_text(value, language),
            title=phrase("score_across", language),
        ),
        up=linear_axis(
            0.0, 1.0, lambda value: mark(value, language), title=phrase("score_up", language)
        ),
        in_force=None
        if in_force is None
        else Mark(
            in_force, said("score_in_force", language, value=number_text(in_force, language))
        ),
    )


def _point(step: Any, language: Language) -> SweepPoint:
    value = _value(step["share"])
    return SweepPoint(
        step["value"],
        number_text(step["value"], language),
        value,
        phrase("masked", language) if value is None else percent(value, language),
    )


def amount_chart(form: Form, table: Any, language: Language, key: str) -> DotChart | None:
    """Return the means of an amount with their intervals."""
    unit = say(table["unit"], language)
    means = [one["mean"] for one in table["groups"] if _value(one["mean"]) is not None]
    if not means:
        return None

    def write(value: float | None) -> str:
        return "" if value is None else f"{number_text(value, language, decimals=0)}\u00a0{unit}"

    ends = [value for one in means for value in one.values() if value is not None]
    rows = [
        DotRow(
            group(form, table["cut"], one["key"], language),
            _value(one["mean"]),
            write(_value(one["mean"])) or phrase("masked", language),
            low=one["mean"]["low"] if one["mean"] else None,
            high=one["mean"]["high"] if one["mean"] else None,
            interval_written=said(
                "from_to",
                language,
                low=number_text(one["mean"]["low"], language, decimals=0),
                high=write(one["mean"]["high"]),
            )
            if one["mean"] and one["mean"]["low"] is not None
            else "",
            size_written=count(one["rows"], language),
        )
        for one in table["groups"][:MOST_ROWS]
    ]
    return dot_chart(
        key,
        _title("amount_title", form, table, language),
        rows,
        description=f"{phrase('amount_mean', language)}, "
        + list_text([f"{row.label} {row.written}" for row in rows], language),
        axis=linear_axis(min(0.0, *ends), max(ends), write),
        interval_heading=said("interval", language, level=level_of(form, language)),
        size_heading=phrase("number", language),
    )

"""What the published rules say in an audit’s report: one input changed, what carries a gap.

Both are of the exact form: counts of cases are the rules’ own, not estimates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import floor, log10
from typing import Any

from clairevoie.explanation.wording import list_text, quoted
from clairevoie.letters.audit_blocks import Block, Grid, Heading, Paragraph, Points, Section
from clairevoie.letters.audit_words import (
    Form,
    Language,
    count,
    fixed,
    ground_text,
    group,
    named,
    of_what,
    percent,
    phrase,
    plural,
    said,
    say,
)

MOST_STEPS = 12
"""Steps of the rules in one table, those that carry most."""
MOST_CHANGES = 8
"""Changes from one answer to another that are named."""


# --- one input changed ----------------------------------------------------------------------------


def flips(form: Form, language: Language) -> Section | None:
    """Return what happens to the same cases with one input changed, by the published rules."""
    blocks: list[Block] = []
    for one in form["flips"]:
        blocks.append(Heading(say(one["label"], language)))
        blocks.append(Paragraph(" ".join(_flipped(one, language))))
        if one["read"]:
            blocks += _by_group(form, one, language)
    if blocks:
        blocks.insert(0, Paragraph(phrase("flips_intro", language)))
    return Section("flips", phrase("flips", language), tuple(blocks)) if blocks else None


def _flipped(one: Any, language: Language) -> Iterator[str]:
    total = one["total"]
    inputs = [quoted(say(item["label"], language), language) for item in one["inputs"]]
    yield said(
        "flip_of",
        language,
        inputs=list_text(inputs, language),
        cases=plural("cases", total["concerned"], language),
    )
    grounds = [
        ground_text(item["protected"], language) for item in one["inputs"] if item["protected"]
    ]
    if grounds:
        yield said("flip_ground", language, grounds=list_text(grounds, language))
    if not one["read"]:
        yield phrase("flip_unread", language)
        return
    yield from _answers(total, language)
    if total["impossible"]:
        yield plural("flip_impossible", total["impossible"], language)
    lost = total["no_answer_before"] + total["no_answer_after"]
    if lost:
        yield plural("flip_no_answer", lost, language)
    if one["ranked"]:
        yield phrase("flip_ranked", language)


def _answers(total: Any, language: Language) -> Iterator[str]:
    compared = total["compared"]
    if not compared:
        yield phrase("flip_nothing", language)
        return
    moved = compared - total["unchanged"]
    yield said(
        "flip_moved",
        language,
        moved=count(moved, language),
        compared=count(compared, language),
        share=percent(moved / compared, language),
    )
    if total["worse"] or total["better"]:
        yield said(
            "flip_sides",
            language,
            worse=count(total["worse"], language),
            better=count(total["better"], language),
        )
    changes = [one for one in total["changes"] if one["before"] != one["after"]]
    # Answers are told by their names in the rules only where nothing says which is favourable.
    untold = moved > total["worse"] + total["better"]
    if changes and untold:
        first = sorted(changes, key=lambda one: -one["cases"])[:MOST_CHANGES]
        items = [
            said(
                "flip_change",
                language,
                before=one["before"] or phrase("no_answer", language),
                after=one["after"] or phrase("no_answer", language),
                cases=count(one["cases"], language),
            )
            for one in first
        ]
        yield said("flip_changes", language, items=list_text(items, language))
    numbers = total["numbers"]
    if numbers is not None and numbers["cases"]:
        yield said(
            "flip_numbers",
            language,
            mean=_signed(numbers["mean"], _places([numbers["mean"]]), language),
            up=count(numbers["up"], language),
            down=count(numbers["down"], language),
        )


def _signed(value: float, places: int, language: Language) -> str:
    text = fixed(value, places, language)
    return f"+{text}" if float(f"{value:.{places}f}") > 0 else text


def _places(values: Iterable[float]) -> int:
    """Return how many decimals tell two digits of the largest of some numbers; at most 6."""
    most = max((abs(value) for value in values), default=0.0)
    return min(6, max(0, 1 - floor(log10(most)))) if most else 0


def _by_group(form: Form, one: Any, language: Language) -> Iterator[Block]:
    keys = ("group", "flip_compared", "flip_worse", "flip_better", "flip_same")
    for cut in one["cuts"]:
        if len(cut["names"]) > 1:
            continue
        rows = tuple(
            (
                group(form, cut["names"], line["key"], language),
                *(
                    count(line[name], language)
                    for name in ("compared", "worse", "better", "unchanged")
                ),
            )
            for line in cut["lines"]
        )
        title = said(
            "flip_title",
            language,
            label=say(one["label"], language),
            what=of_what(form, cut["names"], language),
        )
        yield Grid(title, tuple(phrase(key, language) for key in keys), rows)


# --- which step carries a gap ---------------------------------------------------------------------


def decompositions(form: Form, language: Language) -> Section | None:
    """Return which steps of the published rules carry the differences of points or score."""
    found = form["decompositions"]
    if not found or not found["found"]:
        return None
    unit = phrase(f"decomposed_{found['of']}", language)
    blocks: list[Block] = [Paragraph(said("decomposed_intro", language, unit=unit))]
    for one in found["found"]:
        if len(one["names"]) == 1 and one["gap"] is not None:
            blocks += _decomposed(form, one, unit, language)
    if found["unanswered"]:
        blocks.append(Paragraph(plural("decomposed_left", found["unanswered"], language)))
    return Section("decomposed", phrase("decomposed", language), tuple(blocks))


def _decomposed(form: Form, one: Any, unit: str, language: Language) -> Iterator[Block]:
    other = phrase("everybody" if form["plan"]["compare"] == "overall" else "others", language)
    if one["other"] is not None:
        other = quoted(group(form, one["names"], one["other"], language), language)
    lead = named(form, one["names"], one["key"], language)
    colon = "\u00a0:" if language == "fr" else ":"
    parts = sorted(one["parts"], key=lambda part: -abs(part["gap"]))[:MOST_STEPS]
    places = _places(part["gap"] for part in parts)
    # A share of next to nothing says nothing.
    shared = bool(parts) and 2 * abs(one["gap"]) >= abs(parts[0]["gap"]) > 0
    text = said(
        "decomposed_gap",
        language,
        mean=fixed(one["mean"], places, language),
        other_mean=fixed(one["other_mean"], places, language),
        others=other,
        gap=_signed(one["gap"], places, language),
    )
    yield Points(((f"{lead}{colon}", text),))
    rows = tuple(
        (
            say(part["label"], language),
            fixed(part["mean"], places, language),
            fixed(part["against"], places, language),
            _signed(part["gap"], places, language),
            *([percent(part["share"], language)] if shared else []),
        )
        for part in parts
        if part["gap"]
    )
    title = said(
        "decomposed_title",
        language,
        group=group(form, one["names"], one["key"], language),
        unit=unit,
    )
    heads = ("decomposed_step", "decomposed_mean", "decomposed_other", "decomposed_of", "share_gap")
    if rows:
        told = heads if shared else heads[:-1]
        yield Grid(title, tuple(phrase(key, language) for key in told), rows)

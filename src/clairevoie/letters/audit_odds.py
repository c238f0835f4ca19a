"""Equalised odds in an audit's report, in words for whoever knows no statistics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from clairevoie.audit.odds import RATES, SAMPLES
from clairevoie.explanation.wording import list_text
from clairevoie.letters.audit_blocks import Block, Paragraph, Points, Section
from clairevoie.letters.audit_words import (
    Form,
    Language,
    group,
    level_of,
    of_what,
    phrase,
    points,
    said,
    say,
)


def odds(form: Form, language: Language) -> Section | None:
    """Return by how much groups differ in their chances, among those whom the truth makes alike."""
    plan = form["plan"]
    # Results made before it was computed do not have it.
    if plan["truth"] is None or "odds" not in form:
        return None
    found = {(one["random"], tuple(one["cut"])): one for one in form["odds"]}
    there = {(table["measure"], tuple(table["cut"])): table for table in form["tables"]}
    cuts = list(dict.fromkeys(tuple(table["cut"]) for table in form["tables"]))
    items = tuple(
        _item(form, there, found.get((bool(rank), cut)), cut, sample, language)
        for rank, sample in enumerate(SAMPLES)
        for cut in cuts
        if all((f"{sample}{name}", cut) in there for name in RATES)
    )
    if not items:
        return None
    predicted = next(one for one in plan["outcomes"] if one["name"] == plan["truth"]["predicted"])
    intro = said(
        "odds_intro",
        language,
        said=say(predicted["label"], language),
        truth=say(plan["truth"]["label"], language),
    )
    blocks: list[Block] = [Paragraph(intro), Points(items)]
    if plan["weights"] or plan["unit"] == "cluster":
        blocks.append(Paragraph(phrase("odds_unsure", language)))
    return Section("odds", phrase("odds", language), tuple(blocks))


def gap_interval(form: Form, gap: Any, language: Language) -> Iterator[str]:
    """Yield how sure a largest gap is, where it has an interval."""
    if gap.get("low") is not None and gap.get("high") is not None:
        yield said(
            "gap_interval",
            language,
            low=points(gap["low"], language),
            high=points(gap["high"], language),
            level=level_of(form, language),
        )


def _item(
    form: Form, there: Any, one: Any, cut: Sequence[str], sample: str, language: Language
) -> tuple[str, str]:
    key = "odds_random" if sample else "odds_by"
    lead = said(key, language, what=of_what(form, cut, language))
    if one is None:
        return lead, f"{phrase('withheld', language)}."
    return lead, " ".join(_told(form, there, one, cut, language))


def _told(
    form: Form, there: Any, one: Any, cut: Sequence[str], language: Language
) -> Iterator[str]:
    if one["value"] is None:
        yield phrase("odds_none", language)
    else:
        yield said(
            "odds_line",
            language,
            gap=points(one["value"], language),
            measure=say(there[one["measure"], tuple(cut)]["label"], language),
            lowest=group(form, cut, one["lowest"], language),
            highest=group(form, cut, one["highest"], language),
        )
        yield from gap_interval(form, one, language)
        if one["low"] == 0:
            yield phrase("odds_cannot", language)
        if one["expected"] is not None:
            yield said(
                "odds_chance",
                language,
                expected=points(one["expected"], language),
                usual=points(one["usual"], language),
                level=level_of(form, language),
            )
    without = list(dict.fromkeys(tuple(key) for name in RATES for key in one["without"][name]))
    if without:
        names = [group(form, cut, key, language) for key in without]
        yield said("odds_without", language, groups=list_text(names, language))

"""The parts of an audit’s report in words: data, secrecy, law, reproduction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from clairevoie.audit.limits import limit_of
from clairevoie.explanation.wording import day_text, list_text
from clairevoie.letters.audit_blocks import (
    Block,
    Code,
    Heading,
    Paragraph,
    Points,
    Section,
    Terms,
)
from clairevoie.letters.audit_words import (
    Form,
    Language,
    count,
    ground_text,
    level_of,
    margin,
    named,
    of_what,
    percent,
    phrase,
    plural,
    ratio,
    said,
    say,
    semicolons,
)


def _section(key: str, blocks: list[Block], language: Language) -> Section:
    return Section(key, phrase(key, language), tuple(blocks))


# --- data and their limits ------------------------------------------------------------------------


def data(form: Form, language: Language) -> Section:
    """Return what is asked, of which data, and what these do not hold."""
    plan = form["plan"]
    day = day_text(date.fromisoformat(plan["written"]), language)
    blocks: list[Block] = [
        Paragraph(said("asked_written", language, day=day)),
        Paragraph(" ".join(_compared(form, language))),
    ]
    limits = [*_counted(form, language), *_missing(form, language), *_parts(form, language)]
    if plan["truth"] is not None:
        limits.append(_selective(form, language))
    blocks.append(Points(tuple(("", text) for text in limits)))
    return _section("data", blocks, language)


def _compared(form: Form, language: Language) -> Iterator[str]:
    plan = form["plan"]
    references = [
        named(form, [item["name"]], [item["reference"]], language)
        for item in plan["groups"]
        if item["reference"]
    ]
    yield said(f"compare_{plan['compare']}", language, references=list_text(references, language))
    yield said("delta", language, delta=margin(form, language))
    if plan["conditions"]:
        names = [say(item["label"], language).lower() for item in plan["conditions"]]
        yield said("conditions", language, names=list_text(names, language))
        compared = [one for table in form["tables"] for one in table["compared"]]
        if plan["unit"] == "cluster" and all(one["within"] is None for one in compared):
            yield phrase("conditions_shared", language)


def _counted(form: Form, language: Language) -> Iterator[str]:
    plan = form["plan"]
    yield phrase(f"unit_{plan['unit']}", language)
    if plan["weights"]:
        yield phrase("weights", language)
        if form["delays"] or form["scores"] or form["amounts"]:
            yield phrase("not_weighted", language)
    if form["outside"]:
        yield plural("outside", form["outside"], language)


def _missing(form: Form, language: Language) -> Iterator[str]:
    """Yield how many decisions have no group, for each group of which there are some."""
    for item in form["plan"]["groups"]:
        if not any(level["key"] == "" for level in item["levels"]):
            continue
        name = say(item["label"], language)
        rows = _rows_of(form, item["name"])
        if rows is None or not form["rows"]:
            yield said("missing_hidden", language, group=name)
        else:
            yield said(
                "missing",
                language,
                group=name,
                count=count(rows, language),
                share=percent(rows / form["rows"], language),
            )


def _rows_of(form: Form, name: str) -> float | None:
    """Return how many rows have no level of a group, where the form or a measure of all says so."""
    if form.get("missing"):
        return float(form["missing"][name])
    for table in form["tables"]:
        if table["cut"] == [name] and table["total"]["of"] == form["rows"]:
            for line in table["lines"]:
                if line["key"] == [""]:
                    return None if line["of"] is None else float(line["of"])
    return None


def _parts(form: Form, language: Language) -> Iterator[str]:
    """Yield the measures of outcomes that are on part of the period's decisions."""
    if form["plan"]["unit"] != "decision" or form["plan"]["weights"] or not form["rows"]:
        return
    told: set[str] = set()
    for table in form["tables"]:
        of = table["total"]["of"]
        if not table["measure"].startswith("rate:") or table["measure"] in told or of is None:
            continue
        told.add(table["measure"])
        if of < form["rows"]:
            yield said(
                "not_all",
                language,
                measure=say(table["label"], language),
                count=plural("decisions", of, language),
                share=percent(of / form["rows"], language),
            )


def _selective(form: Form, language: Language) -> str:
    truth = form["plan"]["truth"]
    key = "selective_all" if not truth["known"] else "selective"
    if truth["random"]:
        key = "selective_random"
    return said(key, language, truth=say(truth["label"], language))


# --- what is not shown ----------------------------------------------------------------------------


def not_shown(form: Form, language: Language) -> Section:
    """Return what secrecy hides, and why."""
    plan, left = form["plan"], form["left_out"]
    if form["form"] != "public":
        return _section("hidden", [Paragraph(phrase("hidden_exact", language))], language)
    figures = left["figures"]
    told = [
        said(f"hidden_why_{plan['secrecy']}", language, least=plan["least"]),
        plural("hidden_figures", figures, language) if figures else phrase("hidden_none", language),
    ]
    if figures:
        told.append(phrase("hidden_rest", language))
    told += [
        plural(f"hidden_{kind}", left[kind], language)
        for kind in ("delays", "scores", "amounts", "flips", "decompositions")
        if left.get(kind)
    ]
    return _section("hidden", [Paragraph(" ".join(told))], language)


# --- law ------------------------------------------------------------------------------------------


def law(form: Form, language: Language) -> Section:
    """Return what the figures establish in law, and what they do not."""
    grounds = [_ground(item, language) for item in form["plan"]["groups"] if item["ground"]]
    told = [phrase(key, language) for key in ("law_fact", "law_france", "law_presumption")]
    told.append(
        said("law_grounds", language, grounds=list_text(grounds, language))
        if grounds
        else phrase("law_no_grounds", language)
    )
    told += [phrase("law_cannot", language), phrase("law_cause", language)]
    if form["plan"]["conditions"]:
        told.append(phrase("law_conditions", language))
    fifths = list(_fifths(form, language))
    if fifths:
        told.append(said("law_fifths", language, items=semicolons(fifths, language)))
    return _section("law", [Points(tuple(("", text) for text in told))], language)


def _ground(item: Any, language: Language) -> str:
    """Return the ground of a group, and what the group is by where that is another word."""
    ground, label = ground_text(item["ground"], language), say(item["label"], language)
    return ground if ground.casefold() == label.casefold() else f"{ground} ({label})"


def _fifths(form: Form, language: Language) -> Iterator[str]:
    """Yield the lowest favourable rate over the highest, for outcomes whose side is known."""
    adverse = {f"rate:{one['name']}": one["adverse"] for one in form["plan"]["outcomes"]}
    for table in form["tables"]:
        side = adverse.get(table["measure"])
        if side is None or len(table["cut"]) != 1:
            continue
        rates = [
            line["rate"]["value"]
            for line in table["lines"]
            if "" not in line["key"] and line["rate"] and line["rate"]["value"] is not None
        ]
        good = [1 - rate for rate in rates] if side else rates
        known = [line for line in table["lines"] if "" not in line["key"]]
        if len(good) == len(known) > 1 and max(good) > 0:
            yield said(
                "law_fifth",
                language,
                measure=say(table["label"], language),
                what=of_what(form, table["cut"], language),
                ratio=ratio(min(good) / max(good), language),
            )


# --- again, glossary ------------------------------------------------------------------------------


def again(form: Form, language: Language) -> Section:
    """Return how to compute the same figures again."""
    plan, journal = form["plan"], form["journal"]
    exact = form["form"] != "public"
    digests = [
        (phrase("plan_digest", language), plan["digest"]),
        (phrase("journal_digest", language), journal["digest"]),
        (phrase("data_digest", language), journal["data_digest"]),
        (
            phrase("programs", language),
            ", ".join(f"{name} {version}" for name, version in form["programs"].items()),
        ),
    ]
    # Results made before this was written do not have it.
    beside = form.get("beside", [])
    digests += [
        (said("beside_digest", language, plan=one["plan"]), one["digest"]) for one in beside
    ]
    blocks: list[Block] = [
        Paragraph(phrase("again_intro", language)),
        Code(
            phrase("again_exact" if exact else "again_command", language)
            + (" --rules rules.yaml" if plan["flips"] or plan["decompose"] else "")
            + "".join(f" --beside {one['plan']}.json" for one in beside)
        ),
        *([Paragraph(phrase("again_beside", language))] if beside else []),
        Terms(tuple((name, value) for name, value in digests if value)),
        Heading(phrase("method", language)),
        Points(tuple(("", text) for text in _methods(form, language))),
    ]
    return _section("again", blocks, language)


def _methods(form: Form, language: Language) -> Iterator[str]:
    plan = form["plan"]
    level = level_of(form, language)
    yield said("method_rates", language, level=level)
    yield said(
        "method_verdict",
        language,
        correction=phrase(f"correction_{plan['correction']}", language),
        delta=margin(form, language),
    )
    if form["delays"]:
        yield phrase("method_delays", language)
    spans = {limit_of(one["limit"]).unit for one in form["delays"] if one["limit"] is not None}
    for span in sorted(spans - {"day"}):
        yield phrase(f"method_{span}s", language)
    if any(table["gap"] for table in form["tables"]):
        yield said("method_gap", language, draws=count(plan["draws"], language), seed=plan["seed"])
    gaps = [*(table["gap"] or {} for table in form["tables"]), *form.get("odds", ())]
    if any(gap.get("low") is not None for gap in gaps):
        yield said("method_range", language, draws=count(plan["draws"], language))


def glossary(form: Form, language: Language) -> Section:
    """Return the words that the report uses."""
    keys = ["rate", "point", "interval", "cannot", "same"]
    keys += ["within"] if form["plan"]["conditions"] else []
    keys += ["masked"] if form["form"] == "public" else []
    keys += ["random"] if form["plan"]["truth"] and form["plan"]["truth"]["random"] else []
    keys.append("journal")
    values = {
        "level": level_of(form, language),
        "delta": margin(form, language),
    }
    terms = tuple(
        (said(f"term_{key}", language, **values), said(f"def_{key}", language, **values))
        for key in keys
    )
    return _section("glossary", [Terms(terms)], language)

"""A replay report as a page: from its plain values, exact or public, both of the same shape.

A figure that secrecy withholds is ``None`` in the public form; here it is an empty text, which the
page says in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clairevoie.charts import BarChart, Datum, bar_chart
from clairevoie.explanation.wording import THIN, day_text, number_text
from clairevoie.rules.model import say
from clairevoie.web.register.services.pages.wording import date_in_words
from clairevoie.web.rules.services.pages.elements import page_anchor

Form = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change of the published rules that would explain gaps."""

    sentence: str
    explained: str
    broken: str
    url: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A version, a month or a group: how many decisions, and how many as the rules say."""

    label: str
    decisions: str
    conform: str
    interval: str
    gaps: str


@dataclass(frozen=True, slots=True)
class CutView:
    """The decisions cut one way."""

    key: str
    label: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything that a report shows.

    Attributes:
        share, low, high: decisions as the rules give them, in percent; empty where withheld.
        facts: sentences on direction and on what agents changed.
        hidden: how many figures are withheld, ``threshold`` under how many people.
        withheld: changes that are withheld.
        left_out: names of the breakdowns that are.
    """

    share: str
    low: str
    high: str
    decisions: str
    conform: str
    conform_count: int
    rows: str
    causes: BarChart | None
    changes: tuple[ChangeView, ...]
    together: str
    note: str
    withheld: int
    cuts: tuple[CutView, ...]
    facts: tuple[str, ...]
    day: str
    journal: str
    digests: tuple[tuple[str, str], ...]
    is_public: bool
    fictitious: bool
    hidden: int
    threshold: int
    left_out: str


def report_page(form: Form, *, slug: str, language: str) -> ReportPage:
    """Return the page of a report.

    Args:
        form: `ReplayReport.as_dict` or `ReplayReport.publishable`.
        slug: of the rule set, for links to what a change concerns.
        language: of the page.
    """
    total = form["total"]
    conform = total["conform"]
    inputs = form["inputs"]
    found = form["explanation"] or {}
    return ReportPage(
        share=percentage(conform["share"], language),
        low=percentage(conform["low"], language),
        high=percentage(conform["high"], language),
        decisions=_count(total["decisions"], language),
        conform=_count(conform["count"], language),
        conform_count=conform["count"] or 0,
        rows=_count(form["rows"], language),
        causes=_causes(form, language),
        changes=tuple(_change(each, slug, language) for each in found.get("changes", ())),
        together=_together(found, language),
        note=say(found["note"], language) if found.get("note") else "",
        withheld=found.get("withheld", 0),
        cuts=tuple(_cut(index, each, language) for index, each in enumerate(form["breakdowns"])),
        facts=tuple(_facts(form, language)),
        day=day_text(date.fromisoformat(inputs["day"]), language),
        journal=inputs["journal"],
        digests=(
            (_("Rules"), inputs["rules_digest"]),
            (_("Declaration of the journal"), inputs["journal_digest"]),
            (_("Data of the journal"), inputs["data_digest"]),
        ),
        is_public=form.get("form") == "public",
        fictitious=bool(form["fictitious"]),
        hidden=form.get("hidden", 0),
        threshold=form.get("threshold", 0),
        left_out=", ".join(say(each["label"], language) for each in form.get("left_out", ())),
    )


def percentage(share: float | None, language: str) -> str:
    """Return a share with two decimals, cut and not rounded where it would say 0 or 100 %."""
    if share is None:
        return ""
    hundredths = round(share * 10_000)
    if 0 < share < 1:
        hundredths = min(max(hundredths, 1), 9_999)
    text = number_text(hundredths / 100, language, decimals=2, at_least=2)
    return f"{text}{THIN}%" if language == "fr" else f"{text}%"


def _count(value: int | None, language: str) -> str:
    return "" if value is None else number_text(value, language)


def _causes(form: Form, language: str) -> BarChart | None:
    gaps = form["total"]["gaps"]
    texts = {each["cause"]: say(each["text"], language) for each in form["causes"]}
    data = [
        Datum(
            label=texts[cause][:1].upper() + texts[cause][1:],
            value=count or 0,
            written=_count(count, language) or _("withheld"),
        )
        for cause, count in gaps.items()
        if count != 0
    ]
    if not data:
        return None
    return bar_chart(
        "causes",
        _("Gaps by cause"),
        data,
        description=_("How many decisions depart from the rules, for each cause."),
    )


def _change(each: Form, slug: str, language: str) -> ChangeView:
    anchor = page_anchor(each["anchor"]) if each["anchor"] else ""
    address = reverse("rules:rule_set", args=[slug])
    if each["versions"]:
        address = f"{address}?version={each['versions'][-1]}"
    return ChangeView(
        sentence=say(each["sentence"], language),
        explained=_count(each["explained"], language),
        broken=_count(each["broken"], language),
        url=f"{address}#{anchor}" if anchor else "",
    )


def _together(found: Form, language: str) -> str:
    explained, gaps = found.get("explained"), found.get("gaps")
    if not found.get("changes"):
        return ""
    if explained is None or gaps is None:
        return _("Together they explain most of the gaps.") if found.get("most") else ""
    return _(
        "Together they explain %(explained)s of the %(gaps)s gaps in which the machine departs "
        "from the rules."
    ) % {"explained": _count(explained, language), "gaps": _count(gaps, language)}


def _cut(index: int, each: Form, language: str) -> CutView:
    return CutView(
        key=f"cut-{index}",
        label=say(each["label"], language),
        lines=tuple(
            _line(line, language, is_month=each["name"] == "month") for line in each["lines"]
        ),
    )


def _line(line: Form, language: str, *, is_month: bool) -> LineView:
    conform, decisions = line["conform"], line["decisions"]
    label = say(line["label"], language) or line["key"]
    known = decisions is not None and conform["count"] is not None
    low, high = percentage(conform["low"], language), percentage(conform["high"], language)
    return LineView(
        label=date_in_words(line["key"], language) if is_month and line["key"] else label,
        decisions=_count(decisions, language),
        conform=percentage(conform["share"], language),
        interval=_("%(low)s to %(high)s") % {"low": low, "high": high} if low else "",
        gaps=_count(decisions - conform["count"], language) if known else "",
    )


def _facts(form: Form, language: str) -> list[str]:
    said = _recorded(form, language)
    direction, overrides = form["direction"], form["overrides"]
    if direction:
        severe, kind = direction["severe"]["count"], direction["favourable"]["count"]
        if severe is not None:
            said.append(
                ngettext(
                    "%(count)s decision is more severe than the published rules.",
                    "%(count)s decisions are more severe than the published rules.",
                    severe,
                )
                % {"count": _count(severe, language)}
            )
        if kind is not None:
            said.append(
                ngettext(
                    "%(count)s decision is more favourable.",
                    "%(count)s decisions are more favourable.",
                    kind,
                )
                % {"count": _count(kind, language)}
            )
    if overrides and overrides["differing"]["count"] is not None:
        differing = overrides["differing"]["count"]
        said.append(
            ngettext(
                "An agent decided otherwise than the machine %(count)s time.",
                "Agents decided otherwise than the machine %(count)s times.",
                differing,
            )
            % {"count": _count(differing, language)}
        )
    return said


def _recorded(form: Form, language: str) -> list[str]:
    """Return what the rows themselves say: their weights, the version that they apply."""
    said = []
    effective = form["total"]["conform"].get("effective")
    if effective is not None:
        said.append(
            _(
                "The share is that of the weights of the decisions, which tell as much as "
                "%(count)s decisions of equal weight."
            )
            % {"count": _count(int(effective), language)}
        )
    declared = form.get("declared")
    if declared and declared["other"]:
        said.append(
            ngettext(
                "%(count)s decision says that another version than the one in force was applied.",
                "%(count)s decisions say that another version than the one in force was applied.",
                declared["other"],
            )
            % {"count": _count(declared["other"], language)}
        )
    return said

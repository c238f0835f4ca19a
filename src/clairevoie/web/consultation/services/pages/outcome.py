"""The results of a consultation in words and charts, for their page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clairevoie.charts import Cloud, DotRow, Mark, dot_chart, linear_axis, opinion_map
from clairevoie.charts.drawing import Language, figure_html
from clairevoie.register.cells import protect
from clairevoie.web.register.services.pages.wording import number_in_words, percent

Form = Mapping[str, Any]
LETTERS = "ABCDEF"
MOST_CHARTED = 40
"""Proposals in one chart, most votes first; the table of all is under it."""
MOST_LISTED = 10


@dataclass(frozen=True, slots=True)
class GroupPart:
    """A group in words: what tells it from everybody else, one sentence each."""

    name: str
    size: str
    sentences: tuple[SafeString, ...]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A proposal with its votes; empty texts when too few voted to show them.

    Attributes:
        link: its text, which leads to how its figures are computed.
    """

    link: SafeString
    agree: str
    disagree: str
    passed: str
    agreement: str
    verdict: str


@dataclass(frozen=True, slots=True)
class OutcomePage:
    """The results of a consultation.

    Attributes:
        about: on how many people it rests.
        groups_said: whether there are groups, and how sure that is.
        map, chart: drawings with their data tables; empty without.
        agreed, refused: proposals in full, with their shares.
        divided: one sentence each.
        slate: proposals; ``slate_said``: what they represent.
        coordinated: what is said of near-identical voters; ``changed``, without them.
        unknown: how many proposals have too few votes to tell.
    """

    about: str
    groups_said: tuple[str, ...]
    groups: tuple[GroupPart, ...]
    map: SafeString
    agreed: tuple[SafeString, ...]
    refused: tuple[SafeString, ...]
    divided: tuple[SafeString, ...]
    slate: tuple[SafeString, ...]
    slate_said: tuple[str, ...]
    coordinated: tuple[str, ...]
    changed: tuple[SafeString, ...]
    chart: SafeString
    unknown: str
    rows: tuple[ResultRow, ...]


def outcome_page(form: Form, number: int, language: Language) -> OutcomePage:
    """Return the results of a consultation in words.

    Args:
        form: as `clairevoie.consultation.outcome.plain` gives it.
        number: of the consultation.
        language: of charts and numbers.
    """
    texts = {one["id"]: _linked(one, number) for one in form["proposals"]}
    shares = {one["id"]: _share(one["everybody"], language) for one in form["proposals"]}

    def listed(ids: Sequence[str]) -> tuple[SafeString, ...]:
        return tuple(
            _said(_("“%(text)s”: %(share)s"), text=texts[one], share=shares[one])
            if shares[one]
            else texts[one]
            for one in ids[:MOST_LISTED]
        )

    few = sum(one["verdict"] == "too few" for one in form["proposals"])
    slate = form["slate"]
    return OutcomePage(
        about=ngettext(
            "These results rest on %(votes)s votes of %(count)s person.",
            "These results rest on %(votes)s votes of %(count)s persons.",
            form["participants"] or 0,
        )
        % {
            "count": number_in_words(str(form["participants"]), language),
            "votes": number_in_words(str(form["votes"]), language),
        }
        if form["participants"] is not None
        else "",
        groups_said=tuple(_groups_said(form, language)),
        groups=tuple(_group(form, rank, texts, language) for rank in range(_told(form))),
        map=_map(form, language),
        agreed=listed(form["consensus"]["agreed"]),
        refused=listed(form["consensus"]["refused"]),
        divided=tuple(_divided(form, one, texts, language) for one in form["divisions"]),
        slate=tuple(texts[one] for one in slate["choices"]) if slate else (),
        slate_said=tuple(_slate_said(slate, form["least"], language)) if slate else (),
        coordinated=tuple(_coordinated(form)),
        changed=tuple(_changed(form, texts)),
        chart=_chart(form, language),
        unknown=ngettext(
            "On %(count)s proposal, there are too few votes to tell what most think.",
            "On %(count)s proposals, there are too few votes to tell what most think.",
            few,
        )
        % {"count": few}
        if few
        else "",
        rows=tuple(_row(one, texts[one["id"]], language) for one in form["proposals"]),
    )


def results_csv(form: Form) -> str:
    """Return the votes on each proposal as CSV, one line for all and one for each group told."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        ["proposal", "text", "group", "agree", "disagree", "pass", "agreement", "low", "high"]
    )
    for one in form["proposals"]:
        opinions = [("", one["everybody"]), *zip(LETTERS, one["groups"], strict=False)]
        for group, told in opinions:
            votes = [told[name] for name in ("agree", "disagree", "pass")] if told else [""] * 3
            shares = told["agreement"] if told else [""] * 3
            writer.writerow([one["id"], protect(one["text"]), group, *votes, *shares])
    return out.getvalue()


def _linked(one: Any, number: int) -> SafeString:
    """Return the text of a proposal, which leads to how its figures are computed."""
    url = reverse("consultation:proposal_result", args=[number, one["id"]])
    return format_html('<a href="{}">{}</a>', url, one["text"])


def _said(sentence: str, **values: str) -> SafeString:
    """Return a sentence in which only the links are HTML."""
    safe = {name: conditional_escape(value) for name, value in values.items()}
    return mark_safe(escape(sentence) % safe)


def _told(form: Form) -> int:
    return len(form["groups"]["sizes"])


def _share(told: Any, language: str) -> str:
    """Return the share that agrees, with its interval; empty when it may not be shown."""
    if told is None or told["agreement"][0] is None:
        return ""
    value, low, high = (percent(one, language) for one in told["agreement"])
    return _("%(share)s agree, between %(low)s and %(high)s") % {
        "share": value,
        "low": low,
        "high": high,
    }


def _groups_said(form: Form, language: str) -> list[str]:
    groups = form["groups"]
    state, replicates = groups["state"], groups["replicates"]
    if state == "stable":
        return [
            _(
                "The votes make %(groups)s groups, and they hold: when participants were drawn "
                "again %(times)s times, as many groups were found in %(share)s of the draws, "
                "mostly with the same people."
            )
            % {
                "groups": _told(form),
                "times": replicates,
                "share": percent(groups["numbers"][_told(form) - 1], language),
            }
        ]
    if state == "one":
        return [
            _(
                "The votes make no separate groups: nothing tells them from those of people whose "
                "opinions spread around a common middle."
            )
        ]
    if state == "not_stable":
        return [
            _("No stable groups."),
            _(
                "Groups can be drawn from these votes, but others would be with slightly different "
                "participants (%(times)s draws). So none is shown, and votes are read all together."
            )
            % {"times": replicates},
        ]
    return [_("Too few people voted on enough proposals to look for groups.")]


def group_name(rank: int) -> str:
    """Return the name of a group, by its rank."""
    return _("Group %(letter)s") % {"letter": LETTERS[rank]}


def _people(count: int | None) -> str:
    if count is None:
        return ""
    return ngettext("%(count)s person", "%(count)s persons", count) % {"count": count}


def _group(form: Form, rank: int, texts: Mapping[str, SafeString], language: str) -> GroupPart:
    sentences = [
        _said(
            _("For: “%(text)s” (%(inside)s of the group, %(outside)s of the others).")
            if one["agrees"]
            else _("Against: “%(text)s” (%(inside)s of the group, %(outside)s of the others)."),
            text=texts[one["proposal"]],
            inside=percent(one["inside"][0], language),
            outside=percent(one["outside"][0], language),
        )
        for one in form["representative"][rank]
    ]
    return GroupPart(group_name(rank), _people(form["groups"]["sizes"][rank]), tuple(sentences))


def _divided(form: Form, one: Any, texts: Mapping[str, SafeString], language: str) -> SafeString:
    opinions = next(each for each in form["proposals"] if each["id"] == one["proposal"])["groups"]
    more, less = (
        opinions[one[side]]["agreement"][0] if opinions[one[side]] else None
        for side in ("more", "less")
    )
    return _said(
        _("“%(text)s”: %(more)s agree in group %(first)s, %(less)s in group %(second)s."),
        text=texts[one["proposal"]],
        more=percent(more, language),
        less=percent(less, language),
        first=LETTERS[one["more"]],
        second=LETTERS[one["less"]],
    )


def _slate_said(slate: Any, least: int, language: str) -> list[str]:
    voters, represented = slate["voters"], slate["represented"]
    said = [
        _(
            "All who voted, but for fewer than %(least)s persons, agree with at least one of these "
            "proposals."
        )
        % {"least": least}
        if represented is None
        else _("%(share)s of those who voted agree with at least one of these proposals.")
        % {"share": percent(represented / voters if voters else None, language)}
    ]
    others = set(slate["choices"]) != set(slate["plain"])
    if others and slate["plain_represented"] is not None:
        said.append(
            _("With those that most people agree with, it would be %(share)s.")
            % {"share": percent(slate["plain_represented"] / voters if voters else None, language)}
        )
    return said


def _coordinated(form: Form) -> list[str]:
    """Return what is said of near-identical voters who arrived together."""
    found = form["coordinated"]
    if found is None:
        return []
    if found["crowds"] == 0:
        return [_("No group of persons who vote nearly the same arrived together.")]
    if found["people"] is None:
        return [
            _(
                "Some persons vote nearly the same and arrived together. How many is not shown, so "
                "that nothing is said on a few; their votes count."
            )
        ]
    return [
        ngettext(
            "%(people)s persons vote nearly the same and arrived together, in %(count)s group.",
            "%(people)s persons vote nearly the same and arrived together, in %(count)s groups.",
            found["crowds"],
        )
        % {"people": found["people"], "count": found["crowds"]},
        _(
            "It is a question, not a proof: the members of an association who answer one letter "
            "vote so too. Their votes count in all that is said here; each proposal has its "
            "figures without them."
        ),
    ]


def _changed(form: Form, texts: Mapping[str, SafeString]) -> Iterator[SafeString]:
    """Yield the proposals of which something else would be said without near-identical voters."""
    found = form["coordinated"]
    verdicts = {one["id"]: one["verdict"] for one in form["proposals"]}
    for one in found["without"] if found else ():
        if one["verdict"] != verdicts[one["proposal"]]:
            yield _said(
                _("“%(text)s”: %(before)s; without them, %(after)s"),
                text=texts[one["proposal"]],
                before=verdict_words(verdicts[one["proposal"]]),
                after=verdict_words(one["verdict"]),
            )


def _map(form: Form, language: Language) -> SafeString:
    areas = form["groups"]["areas"]
    if len(areas) < 2:
        return SafeString("")
    total = sum(size or 0 for size in form["groups"]["sizes"])
    clouds = [
        Cloud(
            group_name(rank),
            _people(size),
            percent(size / total, language) if size and total else "",
            tuple(area["centre"]),
            tuple(tuple(at) for at in area["outline"]),
        )
        for rank, (area, size) in enumerate(zip(areas, form["groups"]["sizes"], strict=True))
    ]
    chart = opinion_map(
        "opinions",
        _("Map of opinions"),
        clouds,
        description=_("%(count)s groups; the closer two are, the more alike they voted.")
        % {"count": len(clouds)},
        note=_(
            "Two groups close to each other voted alike. Each area holds about half of its group. "
            "The directions have no name, and nobody in particular is shown."
        ),
    )
    return SafeString(figure_html(chart, language=language))


def _chart(form: Form, language: Language) -> SafeString:
    told = [one for one in form["proposals"] if one["everybody"] is not None]
    told.sort(key=lambda one: -_cast(one["everybody"]))
    rows = []
    for one in sorted(told[:MOST_CHARTED], key=lambda one: -one["everybody"]["agreement"][0]):
        value, low, high = one["everybody"]["agreement"]
        rows.append(
            DotRow(
                one["text"],
                value,
                percent(value, language),
                low,
                high,
                f"{percent(low, language)} – {percent(high, language)}",
                _votes(_cast(one["everybody"])),
            )
        )
    if not rows:
        return SafeString("")
    chart = dot_chart(
        "agreement",
        _("Who agrees with each proposal"),
        rows,
        description=_("Share of the votes that agree, passes included, with 95% intervals."),
        axis=linear_axis(0, 1, lambda value: percent(value, language)),
        reference=Mark(0.5, _("half")),
    )
    return SafeString(figure_html(chart, language=language))


def _cast(told: Any) -> int:
    return int(told["agree"] + told["disagree"] + told["pass"])


def _votes(count: int) -> str:
    return ngettext("%(count)s vote", "%(count)s votes", count) % {"count": count}


def verdict_words(code: str) -> str:
    """Return what the votes on a proposal allow to say."""
    return {
        "agreed": _("most agree"),
        "refused": _("most disagree"),
        "split": _("opinions are divided"),
        "too few": _("too few votes to tell"),
    }[code]


def _row(one: Any, link: SafeString, language: str) -> ResultRow:
    told = one["everybody"]
    if told is None:
        return ResultRow(link, "", "", "", "", "")
    value, low, high = (percent(each, language) for each in told["agreement"])
    return ResultRow(
        link,
        str(told["agree"]),
        str(told["disagree"]),
        str(told["pass"]),
        _("%(share)s (%(low)s to %(high)s)") % {"share": value, "low": low, "high": high},
        verdict_words(one["verdict"]),
    )

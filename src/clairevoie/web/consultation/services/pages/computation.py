"""How each figure of the results was computed, with its own numbers: for the pages behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clairevoie.consultation.certainty import STABLE
from clairevoie.consultation.findings import SPLIT
from clairevoie.consultation.shares import share
from clairevoie.web.consultation.services.pages.outcome import group_name, verdict_words
from clairevoie.web.register.services.pages.wording import NBSP, number_in_words, percent

Form = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Counted:
    """The votes of everybody, or of a group, on a proposal.

    Attributes:
        share, interval: of those who agree, out of the votes cast.
        redrawn: the interval of a group whose members are not sure either; empty without.
    """

    who: str
    agree: str
    disagree: str
    passed: str
    votes: str
    share: str
    interval: str
    redrawn: str


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """What was voted on a proposal, and how each figure comes from the votes.

    Attributes:
        verdict, why: what can be said, and by which rule; empty when nothing may be shown.
        rows: everybody, then each group that may be shown.
        hidden: names of the groups of which too few voted.
        working: the computations for everybody, one line each.
        without: the votes without near-identical voters who arrived together; ``None`` without.
        without_verdict: what they would say.
    """

    text: str
    verdict: str
    why: str
    rows: tuple[Counted, ...]
    hidden: tuple[str, ...]
    working: tuple[str, ...]
    without: Counted | None = None
    without_verdict: str = ""

    @property
    def grouped(self) -> bool:
        """Tell whether a group has an interval of its own kind."""
        return any(row.redrawn for row in self.rows)


@dataclass(frozen=True, slots=True)
class Found:
    """How often a number of groups was found when participants were drawn again."""

    groups: str
    share: str


@dataclass(frozen=True, slots=True)
class ComputationPage:
    """How the groups were judged.

    Attributes:
        numbers: of groups found in the draws; empty when nothing was drawn.
        likeness: of each group, what it has in common with itself found again.
        bar: share that both must reach.
    """

    level: str
    z: str
    replicates: str
    numbers: tuple[Found, ...]
    likeness: tuple[tuple[str, str], ...]
    bar: str
    least: int


def proposal_page(form: Form, proposal: str, language: str) -> ProposalPage | None:
    """Return what was voted on a proposal; ``None`` when the results have no such proposal.

    Args:
        form: as `clairevoie.consultation.outcome.plain` gives it.
        proposal: its identifier there.
        language: of numbers.
    """
    one = next((each for each in form["proposals"] if each["id"] == proposal), None)
    if one is None:
        return None
    told = one["everybody"]
    names = [group_name(rank) for rank in range(len(one["groups"]))]
    if told is None:
        return ProposalPage(one["text"], "", "", (), (), ())
    verdict, why = _verdict(one["verdict"], language)
    found = form["coordinated"]
    other = (
        next((each for each in found["without"] if each["proposal"] == proposal), None)
        if (found)
        else None
    )
    return ProposalPage(
        text=one["text"],
        verdict=verdict,
        why=why,
        rows=(
            _counted(_("Everybody"), told, language),
            *(
                _counted(name, group, language)
                for name, group in zip(names, one["groups"], strict=True)
                if group is not None
            ),
        ),
        hidden=tuple(
            name for name, group in zip(names, one["groups"], strict=True) if group is None
        ),
        working=tuple(_working(told, form["level"], language)),
        without=_counted(_("Without them"), other, language) if other else None,
        without_verdict=verdict_words(other["verdict"]) if other else "",
    )


def proposal_in_words(form: Form, proposal: str, title: str, language: str) -> str:
    """Return what was voted on a proposal, in words that a recommendation can begin with."""
    page = proposal_page(form, proposal, language)
    if page is None or not page.rows:
        return ""
    told = page.rows[0]
    return _(
        "In the consultation “%(title)s”, %(share)s of the votes on the proposal “%(text)s” are in "
        "favour (%(agree)s of %(votes)s; 95%% interval: %(interval)s). These are the persons who "
        "chose to vote."
    ) % {
        "title": title,
        "text": page.text,
        "share": told.share,
        "agree": told.agree,
        "votes": told.votes,
        "interval": told.interval,
    }


def computation_page(form: Form, language: str) -> ComputationPage:
    """Return how the groups of a consultation were judged, with its numbers."""
    groups = form["groups"]
    numbers: Sequence[float | None] = groups["numbers"] or ()
    return ComputationPage(
        level=percent(form["level"], language),
        z=_rounded(_z(form["level"]), 2, language),
        replicates=number_in_words(str(groups["replicates"]), language),
        numbers=tuple(
            Found(
                ngettext("%(count)s group", "%(count)s groups", rank) % {"count": rank},
                percent(each, language),
            )
            for rank, each in enumerate(numbers, 1)
            if each is not None
        ),
        likeness=tuple(
            (group_name(rank), percent(each, language))
            for rank, each in enumerate(groups["likeness"])
            if each is not None
        ),
        bar=percent(STABLE, language),
        least=form["least"],
    )


def _verdict(code: str, language: str) -> tuple[str, str]:
    return {
        "agreed": (
            _("Most agree."),
            _("The whole interval of the share that agrees is above half."),
        ),
        "refused": (
            _("Most disagree."),
            _("The whole interval of the share that disagrees is above half."),
        ),
        "split": (
            _("Opinions are divided."),
            _(
                "Neither those who agree nor those who disagree are surely more than half, and "
                "both intervals are at most %(width)s points wide: there are enough votes to say "
                "so."
            )
            % {"width": round(100 * SPLIT)},
        ),
        "too few": (
            _("Too few votes to tell."),
            _(
                "Neither those who agree nor those who disagree are surely more than half, and an "
                "interval is more than %(width)s points wide."
            )
            % {"width": round(100 * SPLIT)},
        ),
    }[code]


def _counted(who: str, told: Any, language: str) -> Counted:
    value, low, high = told["agreement"]
    redrawn = told.get("redrawn")
    return Counted(
        who=who,
        agree=number_in_words(str(told["agree"]), language),
        disagree=number_in_words(str(told["disagree"]), language),
        passed=number_in_words(str(told["pass"]), language),
        votes=number_in_words(str(_cast(told)), language),
        share=percent(value, language),
        interval=_between(low, high, language),
        redrawn=_between(redrawn[0], redrawn[1], language) if redrawn else "",
    )


def _between(low: float, high: float, language: str) -> str:
    return _("%(low)s to %(high)s") % {
        "low": percent(low, language),
        "high": percent(high, language),
    }


def _working(told: Any, level: float, language: str) -> Iterator[str]:
    for name, count in (
        (_("Share that agrees"), told["agree"]),
        (_("Share that disagrees"), told["disagree"]),
    ):
        found = share(count, _cast(told), level=level)
        yield _(
            "%(name)s: p = %(count)s ÷ %(votes)s = %(share)s; "
            "(p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) ÷ (1 + z²/n), with n = %(votes)s and "
            "z = %(z)s, gives %(interval)s."
        ) % {
            "name": name,
            "count": number_in_words(str(count), language),
            "votes": number_in_words(str(_cast(told)), language),
            "share": _exact(float(found.estimate), language),
            "z": _rounded(_z(level), 2, language),
            "interval": _("%(low)s to %(high)s")
            % {
                "low": _exact(float(found.low), language),
                "high": _exact(float(found.high), language),
            },
        }


def _exact(value: float, language: str) -> str:
    """Return a share as a percentage with one decimal: the working shows more than the page."""
    number = _rounded(100 * value, 1, language)
    return f"{number}{NBSP}%" if language == "fr" else f"{number}%"


def _cast(told: Any) -> int:
    return int(told["agree"] + told["disagree"] + told["pass"])


def _z(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)


def _rounded(value: float, digits: int, language: str) -> str:
    return number_in_words(f"{value:.{digits}f}", language)

"""Who took part beside the population, in words, for the pages of a consultation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clairevoie.web.register.services.pages.wording import number_in_words, percent


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """A feature: those who answered beside the population; empty texts where it is not shown."""

    name: str
    count: str
    share: str
    declared: str
    presence: str


@dataclass(frozen=True, slots=True)
class CategoryPart:
    """A category in words.

    Attributes:
        known: how many answered.
        sentences: what is less or more present than in the population, one sentence each.
    """

    name: str
    source: str
    known: str
    sentences: tuple[str, ...]
    rows: tuple[FeatureRow, ...]


def category_parts(form: Sequence[Mapping[str, Any]], language: str) -> tuple[CategoryPart, ...]:
    """Return who took part beside the population.

    Args:
        form: as `services.population.population_form` gives it.
        language: of numbers.
    """
    return tuple(
        CategoryPart(
            name=one["category"],
            source=one["source"],
            known=ngettext(
                "%(count)s person answered.", "%(count)s persons answered.", one["known"]
            )
            % {"count": number_in_words(str(one["known"]), language)},
            sentences=tuple(
                sentence for each in one["features"] if (sentence := _compared(each, language))
            ),
            rows=tuple(_row(each, language) for each in one["features"]),
        )
        for one in form
    )


def _compared(one: Mapping[str, Any], language: str) -> str:
    if one["presence"] not in {"under", "over"}:
        return ""
    values = {
        "name": one["name"],
        "share": percent(one["share"][0], language),
        "declared": percent(one["declared"], language),
    }
    if one["presence"] == "under":
        return (
            _("Less present than in the population: “%(name)s”, %(share)s instead of %(declared)s.")
            % values
        )
    return (
        _("More present than in the population: “%(name)s”, %(share)s instead of %(declared)s.")
        % values
    )


def _row(one: Mapping[str, Any], language: str) -> FeatureRow:
    declared = percent(one["declared"], language)
    if one["share"] is None:
        return FeatureRow(one["name"], "", "", declared, "")
    share, low, high = (percent(each, language) for each in one["share"])
    return FeatureRow(
        name=one["name"],
        count=number_in_words(str(one["count"]), language),
        share=_("%(share)s (%(low)s to %(high)s)") % {"share": share, "low": low, "high": high},
        declared=declared,
        presence={
            "under": _("less present"),
            "over": _("more present"),
            "as declared": _("no difference that can be told"),
        }[one["presence"]],
    )

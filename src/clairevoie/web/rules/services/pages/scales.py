"""A scale of points, element by element."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clairevoie.explanation.wording import singular
from clairevoie.rules.content import (
    Band,
    Criterion,
    PointsScale,
    Ranking,
)
from clairevoie.rules.model import Basis, Input, RuleSet
from clairevoie.web.rules.services.pages.elements import (
    Element,
    Pairs,
    Section,
    anchor,
    line_of,
    shown_basis,
    threshold_section,
)
from clairevoie.web.rules.services.pages.words import Words


def points_sections(content: PointsScale, words: Words, rules: RuleSet) -> Iterator[Section]:
    """Yield the criteria, their limits, the thresholds and the ranking of a scale."""
    yield Section(
        "criteres",
        _("Criteria"),
        _("Each criterion gives points; they are added up."),
        tuple(_criterion(each, content, words) for each in content.criteria),
    )
    yield Section(
        "plafonds",
        _("Limits"),
        elements=(
            *(_group(each, content, words) for each in content.groups),
            *_total(content, words),
        ),
    )
    yield threshold_section(content.thresholds, words, rules)
    if content.ranking:
        yield _ranking(content.ranking, words, rules)


def _criterion(item: Criterion, content: PointsScale, words: Words) -> Element:
    read = words.inputs.get(item.name)
    lines: list[SafeString] = []
    pairs: Pairs = ()
    heads = (words.input_label(item.name) if item.name else "", _("Points"))
    if item.when is not None:
        lines.append(SafeString(_("Counts if: %s") % words.expression(item.when.text)))
    if item.points is not None:
        lines.append(line_of(words.points(item.points)))
    elif item.per is not None:
        lines.append(_per(item, item.per, read, words))
    elif item.expression is not None:
        lines.append(SafeString(_("Points: %s") % words.expression(item.expression.text)))
    elif item.values is not None:
        pairs = tuple(
            (words.value(value, read), words.points(points))
            for value, points in item.values.items()
        )
    else:
        pairs = tuple(
            (words.interval(b.interval, read), words.points(b.points)) for b in item.bands
        )
    if item.cap is not None:
        lines.append(line_of(_("At most %s.") % words.points(item.cap)))
    if item.floor is not None:
        lines.append(line_of(_("At least %s.") % words.points(item.floor)))
    group = next((each for each in content.groups if each.id == item.group), None)
    if group is not None:
        place = f'<a href="#{anchor("group", group.id)}">{line_of(words.say(group.label))}</a>'
        lines.append(SafeString(_("Counted within the group: %s") % place))
    return Element(
        anchor("criterion", item.id),
        words.say(item.label),
        tuple(lines),
        pairs,
        heads,
        shown_basis(words, item.basis or _common_basis(item.bands)),
    )


def _common_basis(bands: Sequence[Band]) -> Basis | None:
    found = {band.basis for band in bands}
    return next(iter(found)) if len(found) == 1 else None


def _per(item: Criterion, per: Decimal, read: Input | None, words: Words) -> SafeString:
    unit = singular(words.say(read.unit), words.language) if read and read.unit else _("unit")
    facts = {
        "points": line_of(words.points(per)),
        "unit": line_of(unit),
        "above": line_of(words.number(item.above)),
        "datum": words.link(item.name),
    }
    if item.above:
        return SafeString(_("%(points)s per %(unit)s above %(above)s: %(datum)s") % facts)
    return SafeString(_("%(points)s per %(unit)s: %(datum)s") % facts)


def _group(item: Any, content: PointsScale, words: Words) -> Element:
    members = [words.say(each.label) for each in content.criteria if each.group == item.id]
    lines = [line_of(_("Together: %s.") % ", ".join(members))]
    if item.cap is not None:
        lines.append(line_of(_("At most %s.") % words.points(item.cap)))
    if item.floor is not None:
        lines.append(line_of(_("At least %s.") % words.points(item.floor)))
    return Element(
        anchor("group", item.id),
        words.say(item.label),
        tuple(lines),
        basis=shown_basis(words, item.basis),
    )


def _total(content: PointsScale, words: Words) -> Iterator[Element]:
    lines = []
    if content.cap is not None:
        lines.append(line_of(_("At most %s.") % words.points(content.cap)))
    if content.floor is not None:
        lines.append(line_of(_("At least %s.") % words.points(content.floor)))
    if lines:
        yield Element(
            anchor("total"), _("Total"), tuple(lines), basis=shown_basis(words, content.basis)
        )


def _ranking(ranking: Ranking, words: Words, rules: RuleSet) -> Section:
    admitted = rules.outcome(ranking.admitted)
    lines = [line_of(_("Places go to the requests that have the most points."))]
    if admitted:
        lines.append(line_of(_("Answer: %s.") % words.say(admitted.label)))
    if ranking.within:
        lines.append(line_of(_("The comparison is made within: %s.") % ", ".join(ranking.within)))
    first = Element(
        anchor("ranking"), _("Ranking"), tuple(lines), basis=shown_basis(words, ranking.basis)
    )
    ties = []
    for rank, tie in enumerate(ranking.ties, 1):
        form = (
            _("Then the smallest value goes first: %s.")
            if tie.first == "smallest"
            else _("Then the largest value goes first: %s.")
        )
        ties.append(
            Element(
                f"departage-{tie.name}",
                _("If points are equal (%s)") % rank,
                (line_of(form % words.input_label(tie.name)),),
                basis=shown_basis(words, tie.basis),
            )
        )
    return Section("classement-et-departage", _("Ranking and ties"), elements=(first, *ties))

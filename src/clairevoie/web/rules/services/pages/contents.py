"""The parts of a version, whatever its kind, and what each said before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from clairevoie.rules.anchors import elements
from clairevoie.rules.content import (
    Additive,
    DecisionTables,
    Formula,
    OpenFisca,
    PointsScale,
    Trees,
)
from clairevoie.rules.model import RuleSet, Version
from clairevoie.web.rules.services.pages.calculations import formula_sections, table_sections
from clairevoie.web.rules.services.pages.elements import (
    Before,
    Element,
    Section,
    page_anchor,
)
from clairevoie.web.rules.services.pages.scales import points_sections
from clairevoie.web.rules.services.pages.weights import (
    additive_sections,
    openfisca_sections,
    tree_sections,
)
from clairevoie.web.rules.services.pages.words import Words, day_in_words

_BUILDERS: Mapping[type, Callable[[Any, Words, RuleSet], Iterator[Section]]] = {
    PointsScale: points_sections,
    DecisionTables: table_sections,
    Formula: formula_sections,
    Additive: additive_sections,
    Trees: tree_sections,
    OpenFisca: openfisca_sections,
}


def sections(rules: RuleSet, version: Version, language: str) -> tuple[Section, ...]:
    """Return the parts of a version, in the order in which they are read."""
    builder = _BUILDERS[type(version.content)]
    words = Words(version, language)
    founded = {page_anchor(each.anchor): each.needs_basis for each in elements(version)}
    return tuple(
        replace(
            section,
            elements=tuple(
                replace(each, needs_basis=founded.get(each.anchor, False))
                for each in section.elements
            ),
        )
        for section in builder(version.content, words, rules)
        if section.elements or section.tables
    )


def sections_with_past(rules: RuleSet, version: Version, language: str) -> tuple[Section, ...]:
    """Return the parts of a version, each with what it said in the versions before it."""
    earlier = [each for each in rules.versions if each.start < version.start][::-1]
    past = [(each, _by_anchor(sections(rules, each, language))) for each in earlier]
    return tuple(
        replace(
            section,
            elements=tuple(_with_past(each, past, language) for each in section.elements),
        )
        for section in sections(rules, version, language)
    )


def _by_anchor(parts: tuple[Section, ...]) -> dict[str, Element]:
    return {element.anchor: element for part in parts for element in part.elements}


def _with_past(
    element: Element, past: list[tuple[Version, dict[str, Element]]], language: str
) -> Element:
    """Give an element what it said before, once for each change."""
    before: list[Before] = []
    now = element.text
    for version, said in past:
        then = said.get(element.anchor)
        if then is None:
            break
        if then.text != now:
            basis = then.basis.text if then.basis else ""
            before.append(
                Before(version.id, day_in_words(version.start, language), then.text, basis)
            )
            now = then.text
    is_new = bool(past) and element.anchor not in past[0][1]
    return replace(element, before=tuple(before), is_new=is_new)

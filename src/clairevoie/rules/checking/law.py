"""Legal bases, dates, publication, sources, protected criteria: what the law wants said."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import cast

from clairevoie.rules.anchors import Element, anchor_of, elements
from clairevoie.rules.checking.findings import KINDS, Teller
from clairevoie.rules.content import DecisionTables, Formula, PointsScale
from clairevoie.rules.model import Basis, RuleSet, Text, Version
from clairevoie.rules.reads import inputs_read


def check_versions(rules: RuleSet, teller: Teller) -> None:
    """Check that versions follow each other, were published, and give all the outcomes."""
    for before, after in pairwise(rules.versions):
        day = timedelta(days=1)
        if before.until is not None and before.until + day < after.start:
            teller.find(
                "gap_between_versions",
                day=teller.day(before.until + day),
                until=teller.day(after.start - day),
            )
    given = {value for version in rules.versions for value in _outcomes(version)}
    if rules.outcomes and None not in given:
        for outcome in rules.outcomes:
            if outcome.value not in given:
                teller.find("unused_outcome", label=outcome.label)
    for version in rules.versions:
        teller.version = version
        if version.publication is None:
            teller.find("publication_missing")
        elif version.publication.published is None:
            teller.find("publication_undated", label=version.publication.title)
    teller.version = None


def _outcomes(version: Version) -> set[str | None]:
    """The outcomes that a version names; ``None`` when it may give others."""
    content = version.content
    found: set[str | None] = {one.outcome for one in getattr(content, "thresholds", ())}
    if isinstance(content, PointsScale) and content.ranking is not None:
        found |= {content.ranking.admitted, content.ranking.refused}
    if isinstance(content, Formula) and content.decision:
        found |= {"true", "false", None}
    if isinstance(content, DecisionTables) and content.decision:
        for table in content.tables:
            for index, output in enumerate(table.outputs):
                if output.name == content.decision:
                    found |= {cast("str", row.outputs[index]) for row in table.rows}
                    found |= {cast("str", table.default[index])} if table.default else set()
    return found


def check_bases(version: Version, teller: Teller) -> None:
    """Check that each element that decides has a legal basis, dated, in force, read again."""
    for element in elements(version):
        bases = _bases(version, element)
        if element.needs_basis and not bases:
            teller.find("without_legal_basis", element.anchor, words=_words(element, teller))
        for basis in bases:
            _check_basis(version, element, basis, teller)


def _bases(version: Version, element: Element) -> list[Basis]:
    """Those of the element itself, and of its bands for a criterion."""
    found = [] if element.basis is None else [element.basis]
    content = version.content
    if element.kind == "criterion" and isinstance(content, PointsScale):
        item = next(one for one in content.criteria if one.id == element.id)
        found += [band.basis for band in item.bands if band.basis is not None]
    return found


def _check_basis(version: Version, element: Element, basis: Basis, teller: Teller) -> None:
    words = _words(element, teller) | {"article": basis.article}
    if basis.effect is None:
        teller.find("undated", element.anchor, words=words)
    elif basis.effect > version.start:
        day = teller.day(basis.effect)
        teller.find("basis_not_in_force", element.anchor, words=words, day=day)
    if basis.to_check:
        teller.find("basis_to_check", element.anchor, words=words)


def _words(element: Element, teller: Teller) -> dict[str, str | Text]:
    label: str | Text = element.label
    if element.kind == "threshold":
        outcome = teller.rules.outcome(element.id)
        label = element.label if outcome is None else outcome.label
    return {"what": KINDS.get(element.kind, {"fr": element.kind}), "label": label}


def check_inputs(version: Version, teller: Teller) -> None:
    """Check the inputs: sources, protected criteria; those that nothing reads."""
    read = {item.name for item in inputs_read(version)}
    content = version.content
    ties: set[str] = set()
    if isinstance(content, PointsScale) and content.ranking is not None:
        ties = {tie.name for tie in content.ranking.ties}
    for item in version.inputs:
        anchor = anchor_of("input", item.name)
        if item.name not in read | ties:
            teller.find("unused_input", anchor, label=item.label)
            continue
        if not item.source:
            teller.find("source_missing", anchor, label=item.label)
        if item.protected:
            teller.find("protected_criterion", anchor, label=item.label, protected=item.protected)
    if isinstance(content, Formula):
        _check_formula(content, teller)


def _check_formula(formula: Formula, teller: Teller) -> None:
    from clairevoie.rules.kinds.formula import needed_steps

    needed = needed_steps(formula)
    kept = {step.id for step in needed}
    names = {name for step in needed for name in step.expression.names}
    for parameter in formula.parameters:
        if parameter.id not in names:
            anchor = anchor_of("parameter", parameter.id)
            teller.find("unused_parameter", anchor, label=parameter.label)
    for step in formula.steps:
        if step.id not in kept:
            teller.find("unused_step", anchor_of("step", step.id), label=step.label)

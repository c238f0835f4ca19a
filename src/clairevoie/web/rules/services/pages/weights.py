"""Models and OpenFisca variables, element by element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clairevoie.rules.content import (
    Additive,
    Bins,
    Grid,
    Interval,
    Levels,
    Linear,
    OpenFisca,
    Term,
    Trees,
)
from clairevoie.rules.model import Input, RuleSet
from clairevoie.web.rules.services.pages.elements import (
    Element,
    Pairs,
    Section,
    anchor,
    capital,
    line_of,
    rounding_lines,
    shown_basis,
    threshold_section,
)
from clairevoie.web.rules.services.pages.words import Words


def additive_sections(content: Additive, words: Words, rules: RuleSet) -> Iterator[Section]:
    """Yield the terms of an additive model, the way to its result, and the thresholds."""
    start = Element(
        anchor("model"),
        _("Starting value"),
        (line_of(words.number(content.intercept)),),
        basis=shown_basis(words, content.basis),
    )
    yield Section(
        "termes",
        _("What counts, and how much"),
        _("The contributions are added to the starting value."),
        (start, *(_term(each, words) for each in content.terms)),
    )
    lines = [
        line_of(
            {
                "identity": _("The sum is the result."),
                "logit": _("The sum s becomes a number between 0 and 1: 1 ÷ (1 + e⁻ˢ)."),
                "log": _("The result is the exponential of the sum."),
            }[content.link]
        )
    ]
    if content.factor != 1 or content.offset:
        facts = {"factor": words.number(content.factor), "offset": words.number(content.offset)}
        lines.append(line_of(_("Then × %(factor)s + %(offset)s.") % facts))
    lines += rounding_lines(content.rounding, words)
    elements = [
        Element(
            "resultat",
            _("From the sum to the result"),
            tuple(lines),
            basis=shown_basis(words, content.basis),
        )
    ]
    if content.baseline is not None:
        elements.append(
            Element(
                anchor("baseline"),
                _("Whom a person is compared with"),
                (line_of(capital(words.say(content.baseline.label))),),
                basis=shown_basis(words, content.basis),
            )
        )
    yield Section("resultat-final", _("Result"), elements=tuple(elements))
    yield threshold_section(content.thresholds, words, rules)


def _term(term: Term, words: Words) -> Element:
    item = words.inputs.get(term.names[0])
    shape = term.shape
    lines: tuple[SafeString, ...] = ()
    pairs: Pairs = ()
    if isinstance(shape, Linear):
        lines = (line_of(_linear(shape, words)),)
        pairs = _missing(shape.missing, words)
    elif isinstance(shape, Bins):
        pairs = tuple(
            (label, words.signed(value))
            for label, value in zip(_edges(shape.edges, item, words), shape.values, strict=True)
        ) + _missing(shape.missing, words)
    elif isinstance(shape, Levels):
        pairs = tuple(
            (words.value(value, item), words.signed(number))
            for value, number in shape.values.items()
        ) + _missing(shape.missing, words)
    else:
        lines = (line_of(_grid(shape, term, words)),)
    return Element(
        anchor("term", term.id),
        words.say(term.label),
        lines,
        pairs,
        (" × ".join(words.input_label(name) for name in term.names), _("Contribution")),
        shown_basis(words, term.basis),
    )


def _missing(value: float | None, words: Words) -> Pairs:
    return ((_("not given"), words.signed(value)),) if value is not None else ()


def _linear(shape: Linear, words: Words) -> str:
    rate = words.signed(shape.coefficient / shape.scale)
    if shape.center:
        facts = {"rate": rate, "center": words.number(shape.center)}
        return _("%(rate)s for each unit above %(center)s (the contrary below).") % facts
    return _("%(rate)s for each unit.") % {"rate": rate}


def _edges(edges: Sequence[float], item: Input | None, words: Words) -> list[str]:
    bounds: list[float | None] = [None, *edges, None]
    return [words.interval(Interval(low, high), item) for low, high in pairwise(bounds)]


def _grid(shape: Grid, term: Term, words: Words) -> str:
    low = min(min(row) for row in shape.values)
    high = max(max(row) for row in shape.values)
    facts = {
        "names": _("%(first)s and %(last)s")
        % {"first": words.input_label(term.names[0]), "last": words.input_label(term.names[1])},
        "low": words.signed(low),
        "high": words.signed(high),
    }
    return (
        _("Depends on both %(names)s: from %(low)s to %(high)s; the file has the whole table.")
        % facts
    )


def tree_sections(content: Trees, words: Words, rules: RuleSet) -> Iterator[Section]:
    """Yield what can be said of an ensemble of trees, and the thresholds."""
    splits = [index for tree in content.trees for index in tree.feature if index >= 0]
    count = len(content.trees)
    lines = [
        line_of(
            ngettext(
                "%(count)s decision tree, whose answers are brought together.",
                "%(count)s decision trees, whose answers are brought together.",
                count,
            )
            % {"count": count}
        ),
        line_of(
            _(
                "No person can read so many at once: “Try my case” says exactly what each "
                "datum weighs."
            )
            if count > 5
            else _("The file has each of them.")
        ),
    ]
    pairs = tuple(
        (words.input_label(name), str(splits.count(index)))
        for index, name in enumerate(content.names)
    )
    yield Section(
        "modele",
        _("The model"),
        elements=(
            Element(
                anchor("model"),
                _("Trees"),
                tuple(lines),
                pairs,
                (_("Datum"), _("Number of splits that read it")),
                shown_basis(words, content.basis),
            ),
        ),
    )
    yield threshold_section(content.thresholds, words, rules)


def _assumed(numbers: Mapping[str, Decimal], words: Words) -> Element:
    return Element(
        "nombres-supposes",
        _("What the calculation leaves out"),
        (line_of(_("Nobody is asked for these: every case is given the same numbers.")),),
        tuple((name, words.number(number)) for name, number in numbers.items()),
        (_("OpenFisca variable"), _("Number given")),
        needs_basis=False,
    )


def openfisca_sections(content: OpenFisca, words: Words, rules: RuleSet) -> Iterator[Section]:
    """Yield the variable computed by OpenFisca, what it reads, and the thresholds."""
    facts = {
        "variable": content.variable,
        "package": content.package,
        "version": content.package_version,
    }
    lines = (
        line_of(
            _(
                "Computed by OpenFisca, the open model of tax and benefit law: %(variable)s in "
                "%(package)s %(version)s."
            )
            % facts
        ),
        *rounding_lines(content.rounding, words),
    )
    pairs = tuple(
        (words.input_label(each.name), f"{each.variable} ({each.entity}, {each.period})")
        for each in content.bindings
    )
    first = Element(
        anchor("variable", content.variable),
        _("The calculation"),
        lines,
        pairs,
        (_("Datum"), _("OpenFisca variable")),
        shown_basis(words, (content.references or {}).get(content.variable)),
    )
    others = tuple(
        Element(anchor("variable", name), name, (), basis=shown_basis(words, basis))
        for name, basis in (content.references or {}).items()
        if name != content.variable
    )
    if content.assumed:
        others = (*others, _assumed(content.assumed, words))
    yield Section("calcul-openfisca", _("The calculation"), elements=(first, *others))
    yield threshold_section(content.thresholds, words, rules)

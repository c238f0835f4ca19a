"""The page of a rule set: what it is for, what it reads and does, since when, under which law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clairevoie.rules.checking import check
from clairevoie.rules.model import Input, Publication, RuleSet, Version
from clairevoie.rules.reads import inputs_read
from clairevoie.web.register.services.pages.wording import web_address
from clairevoie.web.rules.forms import bounds_in_words
from clairevoie.web.rules.models import RulesEdition
from clairevoie.web.rules.services.pages.contents import sections_with_past
from clairevoie.web.rules.services.pages.elements import Section, anchor, page_anchor
from clairevoie.web.rules.services.pages.words import day_in_words
from clairevoie.web.rules.services.texts import shown
from clairevoie.web.rules.services.versions import in_force, version_on

BADGES = {"error": "error", "warning": "warning"}


@dataclass(frozen=True, slots=True)
class Head:
    """What every page of a rule set shows of it."""

    slug: str
    title: str
    purpose: str
    body: str
    body_url: str
    system: str
    system_url: str
    fictitious: bool
    url: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the list of versions."""

    id: str
    period: str
    url: str
    shown: bool
    in_force: bool
    differences_url: str


@dataclass(frozen=True, slots=True)
class InputView:
    """One datum that the rules read."""

    anchor: str
    label: str
    question: str
    help: str
    domain: str
    source: str
    change: str
    protected: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding of the check; ``anchor`` is where, empty when it is not on the page."""

    sentence: str
    severity: str
    kind: str
    """Of the badge."""
    anchor: str


@dataclass(frozen=True, slots=True)
class EditionLine:
    """A file as it was published."""

    number: int
    day: str
    publisher: str
    digest: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class RuleSetPage:
    """Everything that the page of a rule set shows."""

    head: Head
    kind: str
    result: str
    outcomes: tuple[str, ...]
    version: VersionLine
    publication: Publication | None
    publication_url: str
    published: str
    note: str
    versions: tuple[VersionLine, ...]
    sections: tuple[Section, ...]
    inputs: tuple[InputView, ...]
    protected: tuple[InputView, ...]
    findings: tuple[FindingView, ...]
    editions: tuple[EditionLine, ...]
    download_url: str


def head_of(edition: RulesEdition, rules: RuleSet, language: str) -> Head:
    """Return what every page of a rule set shows of it; no query."""
    entry = edition.rules
    return Head(
        slug=entry.slug,
        title=shown(rules.title, language),
        purpose=shown(rules.purpose, language),
        body=entry.body.name if entry.body else rules.body,
        body_url=reverse("register:body", args=[entry.body.slug]) if entry.body else "",
        system=entry.system.entry.name if entry.system else "",
        system_url=reverse("register:system", args=[entry.system.slug]) if entry.system else "",
        fictitious=rules.fictitious,
        url=reverse("rules:rule_set", args=[entry.slug]),
    )


def kind_in_words(kind: str) -> str:
    """Return what sort of rules these are."""
    return {
        "points": _("Points scale"),
        "table": _("Decision tables"),
        "formula": _("Formula"),
        "additive": _("Model whose terms add up"),
        "trees": _("Model made of decision trees"),
        "openfisca": _("OpenFisca calculation"),
    }[kind]


def period_in_words(start: date, until: date | None, language: str) -> str:
    """Return when a version has effect."""
    words = {"start": day_in_words(start, language), "end": day_in_words(until, language)}
    if until is None:
        return _("since %(start)s") % words
    return _("from %(start)s to %(end)s") % words


def shown_version(rules: RuleSet, asked: str, today: date) -> Version | None:
    """Return the version asked for; without one, that in force, else the last one.

    ``None`` when there is no version of that name.
    """
    if asked:
        return next((each for each in rules.versions if each.id == asked), None)
    return version_on(rules, today) or rules.versions[-1]


def version_lines(
    rules: RuleSet, shown: Version, *, today: date, language: str
) -> tuple[VersionLine, ...]:
    """Return the versions, the latest first, each with the way to what it changed."""
    url = reverse("rules:rule_set", args=[rules.id])
    compare = reverse("rules:differences", args=[rules.id])
    lines = []
    for rank, each in enumerate(rules.versions):
        before = rules.versions[rank - 1] if rank else None
        lines.append(
            VersionLine(
                each.id,
                period_in_words(each.start, each.until, language),
                f"{url}?version={each.id}",
                each.id == shown.id,
                in_force(each, today),
                f"{compare}?de={before.id}&a={each.id}" if before else "",
            )
        )
    return tuple(reversed(lines))


def rule_set_page(
    edition: RulesEdition,
    rules: RuleSet,
    editions: Sequence[RulesEdition],
    *,
    version: Version,
    today: date,
    language: str,
) -> RuleSetPage:
    """Return the page of a rule set, at one of its versions; no query."""
    lines = version_lines(rules, version, today=today, language=language)
    inputs = tuple(input_view(each, language) for each in inputs_read(version))
    parts = sections_with_past(rules, version, language)
    publication = version.publication
    return RuleSetPage(
        head=head_of(edition, rules, language),
        kind=kind_in_words(version.kind),
        result=_result(rules, language),
        outcomes=tuple(shown(each.label, language) for each in rules.outcomes),
        version=next(line for line in lines if line.shown),
        publication=publication,
        publication_url=web_address(publication.url) if publication else "",
        published=day_in_words(publication.published, language) if publication else "",
        note=shown(version.note, language),
        versions=lines,
        sections=parts,
        inputs=inputs,
        protected=tuple(each for each in inputs if each.protected),
        findings=_placed(findings_of(rules, language), parts, inputs),
        editions=tuple(edition_line(each, edition.rules.slug, language) for each in editions),
        download_url=reverse("rules:content", args=[edition.rules.slug]),
    )


def _result(rules: RuleSet, language: str) -> str:
    result, unit = shown(rules.result, language), shown(rules.unit, language)
    return f"{result} ({unit})" if unit and unit not in result else result


def input_view(item: Input, language: str) -> InputView:
    """Return a datum as it is shown."""
    choices = ", ".join(shown(each.label, language) for each in item.categories)
    return InputView(
        anchor=anchor("input", item.name),
        label=shown(item.label, language),
        question=shown(item.question, language),
        help=shown(item.help, language),
        domain=choices or bounds_in_words(item, language),
        source=shown(item.source, language),
        change={
            "change": _("You can change it."),
            "contest": _("You can contest it if it is wrong."),
            "none": _("You can neither change nor contest it."),
        }[item.change],
        protected=item.protected,
    )


def _placed(
    findings: Sequence[FindingView], parts: Sequence[Section], inputs: Sequence[InputView]
) -> tuple[FindingView, ...]:
    """Leave out the anchors that are not on the page: those of what another version has."""
    there = {each.anchor for each in inputs}
    for part in parts:
        there |= {each.anchor for each in part.elements}
        for table in part.tables:
            there |= {table.anchor, *(row.anchor for row in table.rows)}
    return tuple(each if each.anchor in there else replace(each, anchor="") for each in findings)


@dataclass(frozen=True, slots=True)
class _Checked:
    """Rules that are the same when their file is."""

    digest: str
    rules: RuleSet = field(compare=False, repr=False)


def findings_of(rules: RuleSet, language: str) -> tuple[FindingView, ...]:
    """Return what the check of the rules finds, the gravest first."""
    return _findings(_Checked(rules.digest, rules), language)


@lru_cache(maxsize=32)
def _findings(checked: _Checked, language: str) -> tuple[FindingView, ...]:
    severities = {"error": _("error"), "warning": _("warning"), "note": _("note")}
    report = check(checked.rules, language)
    return tuple(
        FindingView(
            each.sentence,
            severities.get(each.severity, each.severity),
            BADGES.get(each.severity, ""),
            page_anchor(each.anchor),
        )
        for each in report.findings
    )


def edition_line(edition: RulesEdition, slug: str, language: str) -> EditionLine:
    """Return a published file of the rules ``slug`` as it is listed."""
    return EditionLine(
        number=edition.number,
        day=day_in_words(localtime(edition.published_at).date(), language),
        publisher=edition.organisation.name if edition.organisation else "",
        digest=edition.digest,
        note=edition.note,
        url=reverse("rules:edition", args=[slug, edition.number]),
    )

"""What changed between two versions, element by element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clairevoie.rules import diffing as ground
from clairevoie.rules.anchors import elements
from clairevoie.rules.diffing import diff
from clairevoie.rules.model import RuleSet, Version
from clairevoie.web.rules.models import RulesEdition
from clairevoie.web.rules.services.pages.contents import sections
from clairevoie.web.rules.services.pages.elements import Element, RowView, page_anchor
from clairevoie.web.rules.services.pages.rule_set import Head, head_of, period_in_words
from clairevoie.web.rules.services.texts import shown


@dataclass(frozen=True, slots=True)
class Change:
    """One element that is not the same: what it said, what it says."""

    kind: str
    """``added``, ``removed`` or ``changed``."""
    label: str
    before: str
    after: str
    basis_before: str
    basis_after: str
    fields: tuple[tuple[str, str, str], ...]
    """(path in the file, before, after) of what is not told in words."""
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A version in the menu of versions."""

    id: str
    label: str
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class DifferencesPage:
    """Everything that the page of differences shows."""

    head: Head
    before: str
    after: str
    before_period: str
    after_period: str
    changes: tuple[Change, ...]
    same: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    label: str = ""
    text: str = ""
    basis: str = ""


_NOTHING = _Part()


def differences_page(
    edition: RulesEdition, rules: RuleSet, before: str, after: str, language: str
) -> DifferencesPage | None:
    """Return what changed from one version to another; no query.

    Left out, they are the last version and the one before it. ``None`` when there is no version of
    one of the names.
    """
    versions = {each.id: each for each in rules.versions}
    after = after or rules.versions[-1].id
    if not before and after in versions:
        rank = rules.versions.index(versions[after])
        before = rules.versions[max(0, rank - 1)].id
    if before not in versions or after not in versions:
        return None
    old, new = versions[before], versions[after]
    was, now = _parts(rules, old, language), _parts(rules, new, language)
    head = head_of(edition, rules, language)
    there = {each.anchor for each in elements(old)} & {each.anchor for each in elements(new)}
    found = diff(old, new)
    return DifferencesPage(
        head=head,
        before=before,
        after=after,
        before_period=period_in_words(old.start, old.until, language),
        after_period=period_in_words(new.start, new.until, language),
        changes=tuple(_change(each, was, now, head, before, after, language) for each in found),
        same=len(there) - sum(each.what == "changed" for each in found),
        choices=tuple(
            Choice(
                each.id,
                f"{each.id} ({period_in_words(each.start, each.until, language)})",
                each.id == before,
                each.id == after,
            )
            for each in rules.versions
        ),
    )


def _parts(rules: RuleSet, version: Version, language: str) -> dict[str, _Part]:
    found: dict[str, _Part] = {}
    for part in sections(rules, version, language):
        found |= {each.anchor: _element(each) for each in part.elements}
        for table in part.tables:
            names = [label for _anchor, label in table.inputs]
            found |= {row.anchor: _row(table.label, names, row) for row in table.rows}
    return found


def _element(element: Element) -> _Part:
    return _Part(element.label, element.text, element.basis.text if element.basis else "")


def _row(table: str, names: list[str], row: RowView) -> _Part:
    said = zip(names, row.conditions, strict=True)
    read = " · ".join(f"{name} – {condition}" for name, condition in said)
    return _Part(
        f"{table} – {row.id}",
        f"{read} → {', '.join(row.outputs)}",
        row.basis.text if row.basis else "",
    )


def _change(
    found: ground.Change,
    was: Mapping[str, _Part],
    now: Mapping[str, _Part],
    head: Head,
    before: str,
    after: str,
    language: str,
) -> Change:
    place = page_anchor(found.anchor)
    old, new = was.get(place, _NOTHING), now.get(place, _NOTHING)
    # What no sentence of the page tells (a domain, a question) is told as it is in the file.
    told = old != new
    url = head.url + f"?version={before if found.what == 'removed' else after}#{place}"
    return Change(
        kind=found.what,
        label=new.label or old.label or shown(found.label, language) or found.anchor,
        before=old.text if told else "",
        after=new.text if told else "",
        basis_before=old.basis if told else "",
        basis_after=new.basis if told else "",
        fields=() if told else tuple((one.name, one.before, one.after) for one in found.fields),
        url=url,
    )

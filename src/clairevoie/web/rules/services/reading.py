"""Published rules as they stand: which there are, and their parsed content, kept in the process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet

from clairevoie.rules.model import RuleSet
from clairevoie.rules.reading import read_rules
from clairevoie.web.rules.models import PublishedRules, RulesEdition

KEPT_BYTES = 32_000_000
"""How many bytes of files the parsed rule sets that a process keeps may come from."""


class _Parsed:
    """Parsed rule sets by digest, those read last; none is stale, a digest says all of a file."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[str, tuple[RuleSet, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, digest: str) -> RuleSet | None:
        with self._lock:
            found = self._kept.get(digest)
            if found is None:
                return None
            self._kept.move_to_end(digest)
            return found[0]

    def put(self, digest: str, rules: RuleSet, size: int) -> None:
        with self._lock:
            self._kept[digest] = (rules, size)
            self._kept.move_to_end(digest)
            while len(self._kept) > 1 and sum(s for _r, s in self._kept.values()) > self._limit:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()


PARSED = _Parsed(KEPT_BYTES)


def _editions() -> QuerySet[RulesEdition]:
    return RulesEdition.objects.select_related(
        "rules__body", "rules__system__entry", "organisation"
    ).defer(
        "content",
        "rules__system__entry__title_tokens",
        "rules__system__entry__text_tokens",
    )


def published(slug: str) -> RulesEdition:
    """Return the current edition of a rule set, without its content.

    Raises:
        PublishedRules.DoesNotExist: there is no such rule set.
    """
    found = _editions().filter(rules__slug=slug).order_by("-number").first()
    if found is None:
        raise PublishedRules.DoesNotExist(slug)
    return found


def edition_of(slug: str, number: int) -> RulesEdition:
    """Return one edition of a rule set.

    Raises:
        RulesEdition.DoesNotExist: there is none of that number.
    """
    return _editions().get(rules__slug=slug, number=number)


def editions(rules: PublishedRules) -> Sequence[RulesEdition]:
    """Return the editions of a rule set, the latest first."""
    return list(
        RulesEdition.objects.filter(rules=rules)
        .select_related("organisation")
        .defer("content")
        .order_by("-number")
    )


def current_editions() -> QuerySet[RulesEdition]:
    """Return the current edition of every rule set, in the order of their slugs."""
    newer = RulesEdition.objects.filter(rules=OuterRef("rules"), number__gt=OuterRef("number"))
    return _editions().filter(~Exists(newer)).order_by("rules__slug")


def rules_of_system(system_id: int) -> Sequence[RulesEdition]:
    """Return the current editions of the rules of a system of the register."""
    return list(current_editions().filter(rules__system_id=system_id))


def content_of(edition: RulesEdition) -> bytes:
    """Return the bytes of an edition, as they were published."""
    return bytes(edition.content)


def rule_set(edition: RulesEdition) -> RuleSet:
    """Return the parsed rules of an edition; its file is read again only once forgotten."""
    found = PARSED.get(edition.digest)
    if found is None:
        content = content_of(edition)
        found = read_rules(content)
        PARSED.put(edition.digest, found, len(content))
    return found

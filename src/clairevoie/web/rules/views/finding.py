"""From an address to the rules that it names."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from clairevoie.rules.model import RuleSet
from clairevoie.web.rules.models import PublishedRules, RulesEdition
from clairevoie.web.rules.services.reading import published, rule_set


def rules_or_404(slug: str) -> tuple[RulesEdition, RuleSet]:
    """Return the current edition of a rule set and what it says; the page says so without one."""
    try:
        edition = published(slug)
    except PublishedRules.DoesNotExist:
        raise Http404(_("No rules are published under this name.")) from None
    return edition, rule_set(edition)

"""What a published rule set lacks, or says in vain: law, dates, sources, rows, gaps, thresholds.

Nothing here is a matter of taste: a finding says what is, where, and an example when there is one.
What is told of tables and bands is exact; what is told of thresholds and conditions is certain, but
what is not told is not proved (bounds may be wider than what is reached).
"""

from __future__ import annotations

from clairevoie.rules.checking.findings import CheckReport, Finding, Severity, Teller
from clairevoie.rules.checking.law import check_bases, check_inputs, check_versions
from clairevoie.rules.checking.reach import check_reach
from clairevoie.rules.checking.tables import check_tables
from clairevoie.rules.model import RuleSet

__all__ = ["CheckReport", "Finding", "Severity", "check"]

GRAVITY: tuple[Severity, ...] = ("error", "warning", "note")


def check(rules: RuleSet, language: str = "fr") -> CheckReport:
    """Check a rule set, all its versions.

    Args:
        rules: the rule set.
        language: of the sentences, ``fr`` or ``en``.

    Returns:
        The findings, the gravest first, then in the order of the versions and of the file.
    """
    teller = Teller(rules, language)
    check_versions(rules, teller)
    for version in rules.versions:
        teller.version = version
        check_bases(version, teller)
        check_inputs(version, teller)
        check_tables(version, teller)
        check_reach(rules, version, teller)
    found = sorted(teller.findings, key=lambda one: GRAVITY.index(one.severity))
    return CheckReport(rules=rules.id, digest=rules.digest, findings=tuple(found))

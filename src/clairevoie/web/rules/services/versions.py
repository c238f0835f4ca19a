"""Which version of the rules has effect on a day."""

from __future__ import annotations

from datetime import date

from clairevoie.rules.model import RuleSet, Version


def version_on(rules: RuleSet, day: date) -> Version | None:
    """Return the version in force on a day, ``None`` if none was."""
    return next((each for each in reversed(rules.versions) if in_force(each, day)), None)


def in_force(version: Version, day: date) -> bool:
    """Tell whether a version has effect on a day."""
    return version.start <= day and (version.until is None or day <= version.until)

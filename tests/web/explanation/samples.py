"""A journal of three decisions, its key, and what is printed on a letter."""

from datetime import date
from pathlib import Path

from clairevoie.decisions.codes import code_of
from clairevoie.decisions.keys import Key, new_key, write_key
from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.decisions.models import Journal
from clairevoie.web.decisions.services.journals import (
    declare_journal,
    folder_of,
    open_to_explanation,
)

SLUG = "places-2025"
DECLARATION = """\
clairevoie: journal-1.0
id: places-2025
title: Places en crèche, 2025
rules: places
data: {csv: decisions.csv}
columns:
  identifier: reference
  date: date_decision
  inputs: same
  machine: {value: points, outcome: proposition}
  decision: decision
  rule_version: version
"""
HEADER = (
    "reference,date_decision,enfants,situation,quotient,naissance,travaille,"
    "points,proposition,decision,version"
)
ROWS = (
    "CR-0001,2025-03-01,3,seul,641.20,,true,220,admis,admis,2025",
    # What the machine wrote is not what the rules give (120 points).
    "CR-0002,2025-03-01,3,couple,1200.00,,false,90,refuse,refuse,2025",
    # The journal says another version than the one in force on that day.
    "CR-0003,2024-06-01,2,seul,1200.00,,false,110,admis,admis,2023",
    # No version was in force.
    "CR-0004,2020-06-01,2,seul,1200.00,,false,110,admis,admis,",
)


def make_journal(*, is_open: bool = True) -> Journal:
    """Declare the journal of the published rules and write its file."""
    edition = declare_journal(actor=COMMAND, declaration=DECLARATION.encode())
    folder = folder_of(edition.journal)
    folder.mkdir(parents=True)
    (folder / "decisions.csv").write_text("\n".join((HEADER, *ROWS)) + "\n", encoding="utf-8")
    return open_to_explanation(actor=COMMAND, journal=edition.journal, is_open=is_open)


def make_key(folder: Path, secret: bytes = b"s" * 32, *, expires: date | None = None) -> Key:
    """Make a key of the journal's codes."""
    key = new_key(
        journal=SLUG, purpose="codes", secret=secret, created=date(2024, 1, 1), expires=expires
    )
    write_key(folder, key)
    return key


def printed(key: Key, reference: str) -> dict[str, str]:
    """What a person copies from their letter."""
    return {"reference": reference, "code": code_of(key, reference)}

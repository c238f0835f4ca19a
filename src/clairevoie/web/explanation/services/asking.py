"""From a reference and its code to the explanation of one decision.

The code is checked first, and alone: as long as it is not right, no journal is opened, so that
nothing (neither the answer, nor the time it takes) tells a reference that exists from one that does
not. A right code always opens; only wrong ones are counted, by reference and for the whole site, so
that nobody can keep a person out by trying wrong codes in their place (docs/decisions/0009).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clairevoie.decisions.codes import verify_code
from clairevoie.decisions.index import find_row
from clairevoie.decisions.keys import Key
from clairevoie.decisions.model import JournalProblem
from clairevoie.decisions.references import normal_reference
from clairevoie.web.accounts.services import limits
from clairevoie.web.decisions.services.journals import (
    OpenJournal,
    code_keys,
    journals_open_to_explanation,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A decision that a right code opened; ``row`` is ``None`` where the journal has it no more."""

    journal: OpenJournal
    row: Mapping[str, Any] | None


def open_decision(reference: str, code: str, *, day: date) -> Opened | None:
    """Return the decision of a reference if the code is its code, else ``None``.

    Every journal that is open and every one of its keys is tried, whatever the answers.

    Raises:
        TooMany: wrong codes came too often, for this reference or on the whole site; or a right
            one did.
        JournalProblem: the journal cannot be read; or the keys of one cannot, and the code is
            not that of another.
    """
    unread: list[JournalProblem] = []
    verdicts = [
        (journal, verify_code(_keys(journal.slug, unread), reference, code, day=day))
        for journal in journals_open_to_explanation()
    ]
    right = [journal for journal, is_right in verdicts if is_right]
    wanted = normal_reference(reference)
    if unread and not right:
        raise unread[0]
    if not right:
        limits.spend("codes", "")
        limits.spend("code", wanted)
        return None
    journal = right[0]
    limits.spend("explanation", f"{journal.slug} {wanted}")
    folder = journal.folder
    return Opened(journal, find_row(journal.declaration, folder, reference, within=folder))


def _keys(slug: str, unread: list[JournalProblem]) -> Sequence[Key]:
    """Return the keys of a journal; some that cannot be read must not close those of the others."""
    try:
        return code_keys(slug)
    except JournalProblem as problem:
        unread.append(problem)
        return ()

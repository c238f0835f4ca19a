"""The population as the organiser of a consultation declares it: categories with their shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clairevoie.web.accounts.permissions import InvalidInput
from clairevoie.web.consultation.models import (
    CATEGORY_LENGTH,
    SOURCE_LENGTH,
    Consultation,
    PopulationCategory,
    PopulationFeature,
)
from clairevoie.web.register.services.pages.wording import number_in_words

MOST_CATEGORIES = 6
MOST_FEATURES = 12
ROUNDING = 0.5
"""Percentage points by which declared shares may miss 100, since sources round them."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A category as the organiser declares it; shares sum to 1."""

    name: str
    source: str
    features: tuple[tuple[str, float], ...]


class _Problem(Exception):
    """A line that cannot be read; the sentence says which and what to do."""


def read_declared(text: str) -> tuple[Declared, ...]:
    """Read the categories that an organiser types.

    A block each, empty lines between them: its name, a line a feature (“18-29 ; 21,4”), a last line
    that begins with “Source :”.

    Raises:
        InvalidInput: of ``population``, in one sentence that says which line.
    """
    try:
        found = [_declared(lines) for lines in _blocks(text)]
        if len(found) > MOST_CATEGORIES:
            raise _Problem(_("Declare %(most)s categories at most.") % {"most": MOST_CATEGORIES})
        if len({each.name.casefold() for each in found}) < len(found):
            raise _Problem(_("Two categories have the same name."))
    except _Problem as problem:
        raise InvalidInput({"population": str(problem)}) from None
    return tuple(found)


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Yield the numbered lines of each block."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.strip():
            block.append((number, " ".join(line.split())))
        elif block:
            yield block
            block = []


def _declared(lines: list[tuple[int, str]]) -> Declared:
    first, name = lines[0]
    last, source = lines[-1]
    word, mark, said = source.partition(":")
    if len(lines) < 2 or not mark or word.strip().casefold() != "source" or not said.strip():
        raise _Problem(
            _(
                "Line %(line)s: the category “%(name)s” must end with a line “Source: …” that says "
                "where its shares are from, and of which year."
            )
            % {"line": last, "name": name}
        )
    _check_length(first, name, CATEGORY_LENGTH)
    _check_length(last, said.strip(), SOURCE_LENGTH)
    features = [_feature(number, line) for number, line in lines[1:-1]]
    if not 2 <= len(features) <= MOST_FEATURES:
        raise _Problem(
            _("Line %(line)s: “%(name)s” must have 2 to %(most)s lines of shares.")
            % {"line": first, "name": name, "most": MOST_FEATURES}
        )
    if len({label.casefold() for label, _share in features}) < len(features):
        raise _Problem(
            _("Line %(line)s: “%(name)s” has the same line twice.") % {"line": first, "name": name}
        )
    language = (get_language() or "fr")[:2]
    total = sum(share for _label, share in features)
    if abs(total - 100) > ROUNDING:
        raise _Problem(
            _("Line %(line)s: the shares of “%(name)s” add up to %(total)s, not to 100.")
            % {
                "line": first,
                "name": name,
                "total": number_in_words(f"{total:.1f}", language),
            }
        )
    return Declared(name, said.strip(), tuple((label, share / total) for label, share in features))


def _feature(number: int, line: str) -> tuple[str, float]:
    label, mark, figure = line.rpartition(";")
    text = figure.strip().removesuffix("%").strip().replace(",", ".")
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not mark or not label.strip() or not text.isascii() or not 0 <= share <= 100:
        raise _Problem(
            _("Line %(line)s: write a name, “;”, then its share in percent, as in “18-29 ; 21.4”.")
            % {"line": number}
        )
    _check_length(number, label.strip(), CATEGORY_LENGTH)
    return label.strip(), share


def _check_length(line: int, text: str, limit: int) -> None:
    if len(text) > limit:
        raise _Problem(
            _("Line %(line)s is too long: %(limit)s signs at most.")
            % {"line": line, "limit": limit}
        )


def declare(consultation: Consultation, categories: Sequence[Declared]) -> None:
    """Record what was declared, with the consultation itself; whoever calls has checked rights."""
    for rank, each in enumerate(categories):
        category = PopulationCategory.objects.create(
            consultation=consultation, rank=rank, name=each.name, source=each.source
        )
        PopulationFeature.objects.bulk_create(
            PopulationFeature(category=category, rank=at, name=name, share=share)
            for at, (name, share) in enumerate(each.features)
        )

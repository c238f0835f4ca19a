"""The volunteers and the quotas of a draw, until it is committed to."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.sortition.files import IDENTIFIERS, digest, read_quotas, read_table
from clairevoie.sortition.pool import PoolProblem, Problem, Quota, problem_of
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused
from clairevoie.web.consultation.services.texts import cleaned_line
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.sortition.models import SOURCE_LENGTH, Draw, Erasure, Pool, QuotaEdition
from clairevoie.web.sortition.services.announcing import check_organiser
from clairevoie.web.sortition.services.keeping import decrypted, encrypted
from clairevoie.web.sortition.services.words import problem_text

POOL_LIMIT = 20_000_000
"""Bytes of a file of volunteers."""
MOST_FEATURES = 40
"""A column of more different values is no category: a name, an address… It is not kept."""


@dataclass(frozen=True, slots=True)
class Volunteers:
    """The volunteers of a draw, decrypted.

    Attributes:
        content: the file that is kept (CSV).
        persons: identifiers, in the order of the file.
        columns: by name, the value of each volunteer.
        identifier, household: names of these columns; ``household`` may be empty.
    """

    content: bytes
    persons: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    identifier: str
    household: str

    @property
    def categories(self) -> dict[str, dict[str, int]]:
        """By category, its features with how many volunteers have each, in alphabetical order."""
        apart = {self.identifier, self.household}
        return {
            name: dict(sorted(Counter(values).items()))
            for name, values in self.columns.items()
            if name not in apart
        }

    def problem(self, quotas: Sequence[Quota], *, size: int) -> Problem:
        """Return the panel to be drawn.

        Raises:
            PoolProblem: with all that is wrong.
        """
        return problem_of(
            self.persons,
            self.columns,
            quotas,
            size=size,
            households=self.columns[self.household] if self.household else None,
        )


def receive_pool(
    *, actor: Actor, draw: Draw, content: bytes, identifier: str = "", household: str = ""
) -> Pool:
    """Keep the volunteers of a draw, encrypted, in place of those before.

    Of the file, only the identifier, the household and the columns that can be categories are kept.

    Args:
        actor: who organises the draw.
        draw: which one.
        content: a CSV file, one line a volunteer.
        identifier: column that names a volunteer; the first of `IDENTIFIERS`, or the first column,
            when left out.
        household: column of the household, if one member of each is the most.

    Raises:
        Refused: the actor does not organise it, or it is committed to already, or erased.
        InvalidInput: the file cannot be used.
    """
    check_organiser(actor, draw)
    kept, left_out, identifier = _kept(content, identifier.strip(), household.strip())
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(kept)
    writer.writerows(zip(*kept.values(), strict=True))
    stored = text.getvalue().encode()
    with transaction.atomic():
        check_open(draw)
        record_event(
            verb="draw.pool",
            actor=actor,
            system=draw.system,
            data={"draw": draw.number, "pool": digest(stored)},
        )
        values = {
            "content": encrypted(draw, stored),
            "digest": digest(stored),
            "volunteers": len(kept[identifier]),
            "columns": list(kept),
            "left_out": left_out,
            "identifier": identifier,
            "household": household.strip(),
            "received_at": timezone.now(),
        }
        pool, _created = Pool.objects.update_or_create(draw=draw, defaults=values)
        return pool


def _kept(
    content: bytes, identifier: str, household: str
) -> tuple[dict[str, list[str]], list[str], str]:
    """Return the columns that are kept, the names of the others, and the identifier."""
    if len(content) > POOL_LIMIT:
        raise InvalidInput({"file": _("This file is too large: 20 MB at most.")})
    try:
        header, rows = read_table(content, _("the file"))
    except PoolProblem as problem:
        raise InvalidInput({"file": problem_text(problem)}) from None
    if len(set(header)) < len(header) or "" in header:
        raise InvalidInput(
            {"file": _("Every column needs a name, and no two columns the same name.")}
        )
    columns = {name: [row[at].strip() for _line, row in rows] for at, name in enumerate(header)}
    if not identifier:
        lower = {name.casefold(): name for name in reversed(header)}
        identifier = next((lower[each] for each in IDENTIFIERS if each in lower), header[0])
    for name, given in (("identifier", identifier), ("household", household)):
        if given and given not in columns:
            raise InvalidInput(
                {
                    name: _("The file has no column “%(name)s”: it has %(columns)s.")
                    % {"name": given, "columns": ", ".join(header)}
                }
            )
    counts = Counter(columns[identifier])
    twice = sorted(each for each, count in counts.items() if count > 1)
    if twice:
        raise InvalidInput(
            {
                "identifier": _(
                    "The column “%(name)s” does not name one volunteer each: “%(value)s” is there "
                    "%(count)s times."
                )
                % {"name": identifier, "value": twice[0], "count": counts[twice[0]]}
            }
        )
    apart = {identifier, household}
    kept = {
        name: values
        for name, values in columns.items()
        if name in apart or len(set(values)) <= MOST_FEATURES
    }
    return kept, [name for name in header if name not in kept], identifier


def volunteers_of(draw: Draw) -> Volunteers:
    """Return the volunteers of a draw, decrypted.

    Raises:
        Refused: there are none yet, or their data are erased, or should be by now.
    """
    check_kept(draw)
    pool: Pool | None = getattr(draw, "pool", None)
    if pool is None:
        raise Refused(_("This draw has no volunteers."))
    content = decrypted(draw, pool.content)
    header, rows = read_table(content, "pool")
    columns = {name: tuple(row[at] for _line, row in rows) for at, name in enumerate(header)}
    return Volunteers(content, columns[pool.identifier], columns, pool.identifier, pool.household)


def set_quotas(
    *, actor: Actor, draw: Draw, quotas: Sequence[Quota], source: str = ""
) -> QuotaEdition:
    """Record the quotas of a draw; the same again changes nothing.

    Args:
        actor: who organises the draw.
        draw: which one.
        quotas: of every feature that is to count.
        source: where they are from, to be published with them.

    Raises:
        Refused: the actor does not organise it, or it is committed to already, or erased.
        InvalidInput: the quotas contradict themselves, or the volunteers.
    """
    check_organiser(actor, draw)
    try:
        volunteers_of(draw).problem(quotas, size=draw.size)
    except PoolProblem as problem:
        raise InvalidInput({"quotas": problem_text(problem)}) from None
    errors: dict[str, str] = {}
    source = cleaned_line(errors, "source", source, limit=SOURCE_LENGTH)
    if errors:
        raise InvalidInput(errors)
    content = quotas_csv(quotas)
    with transaction.atomic():
        check_open(draw)
        latest = draw.quotas.order_by("-number").first()
        if latest is not None and (latest.content, latest.source) == (content, source):
            return latest
        number = latest.number + 1 if latest else 1
        event = record_event(
            verb="draw.quotas",
            actor=actor,
            system=draw.system,
            data={"draw": draw.number, "edition": number, "quotas": digest(content.encode())},
        )
        return QuotaEdition.objects.create(
            draw=draw,
            number=number,
            content=content,
            source=source,
            digest=digest(content.encode()),
            recorded_at=timezone.now(),
            event=event,
        )


def read_edition(edition: QuotaEdition | None) -> tuple[Quota, ...]:
    """Return the quotas of an edition; none when there is none."""
    return read_quotas(edition.content.encode()) if edition is not None else ()


def quotas_csv(quotas: Sequence[Quota]) -> str:
    """Return quotas as the file that the command reads."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["category", "feature", "min", "max"])
    writer.writerows([each.category, each.feature, each.low, each.high] for each in quotas)
    return text.getvalue()


def check_open(draw: Draw) -> None:
    """Refuse to change what a draw rests on once it is committed to; the draw is then locked.

    Raises:
        Refused: in one sentence.
    """
    # One at a time: nobody changes what is being committed to.
    Draw.objects.select_for_update().get(pk=draw.pk)
    check_kept(draw)
    if draw.commitments.exists():
        raise Refused(_("This draw is committed to: nothing it rests on can be changed."))


def check_kept(draw: Draw) -> None:
    """Refuse what needs the data of the volunteers once they are erased, or should be.

    Raises:
        Refused: in one sentence.
    """
    erased = Erasure.objects.filter(draw=draw).exists()
    if erased or timezone.localdate() >= draw.erase_on:
        raise Refused(_("The data of the volunteers of this draw are erased."))

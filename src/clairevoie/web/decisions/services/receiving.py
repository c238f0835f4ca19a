"""The data of a journal: received in its folder, then indexed. They never enter the database."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.decisions import model as ground
from clairevoie.decisions.keys import new_key, read_keys, write_key
from clairevoie.decisions.reading import read_journal
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.decisions import jobs
from clairevoie.web.decisions.models import Journal
from clairevoie.web.decisions.services.journals import check_publisher, folder_of
from clairevoie.web.decisions.services.replaying import is_under_way
from clairevoie.web.register.services.clock import record_event


def declared_by(journal: Journal) -> ground.Journal:
    """Return what a journal declares today."""
    return read_journal(journal.editions.latest("number").declaration.encode())


def data_file(journal: Journal, declared: ground.Journal) -> Path:
    """Return where the data of a journal are, or will be.

    Raises:
        InvalidInput: the declaration does not name a file in the journal's own folder.
    """
    name = declared.data.path
    if declared.data.kind == "table" or PurePosixPath(name).name != name or not name:
        raise InvalidInput(
            {
                "data": _(
                    "On the site, the declaration must name a Parquet or CSV file without any "
                    "folder: “decisions.parquet”."
                )
            }
        )
    return folder_of(journal) / name


def receive_data(*, actor: Actor, journal: Journal, chunks: Iterable[bytes]) -> str:
    """Put the data of a journal in its folder, in place of those before; return their SHA-256.

    The file is complete or is not there: it is written beside, then renamed.

    Raises:
        Refused: the actor does not publish these rules; or a replay of the journal is under way.
        InvalidInput: the declaration does not name a file in the journal's own folder; or the file
            cannot be read as the declaration says, or is too large once read.
    """
    require(actor, Role.PUBLISHER)
    check_publisher(actor, journal.rules)
    if is_under_way(journal, now=timezone.now()):
        raise Refused(_("A replay of this journal is under way: please wait until it ends."))
    declared = declared_by(journal)
    target = data_file(journal, declared)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".received-") as folder:
        part = Path(folder) / target.name
        with part.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
            file.flush()
            os.fsync(file.fileno())
        _check_opens(declared, Path(folder))
        with transaction.atomic():
            record_event(
                verb="journal.receive",
                actor=actor,
                system=journal.rules.system,
                data={"journal": journal.slug, "digest": digest.hexdigest()},
            )
            if journal.open_to_explanation:
                jobs.index_journal.enqueue(journal.pk)
            # Last: should anything before it fail, the file before is still there.
            part.replace(target)
    return digest.hexdigest()


def _check_opens(declared: ground.Journal, folder: Path) -> None:
    from clairevoie.decisions.opening import open_journal
    from clairevoie.decisions.probing import Bounds, probe

    try:
        if declared.data.kind == "parquet":
            probe(folder / declared.data.path, Bounds.of_upload(settings.FILE_UPLOAD_LIMIT))
        open_journal(declared, folder, within=folder)
    except ground.JournalProblem as problem:
        raise InvalidInput({"data": str(problem)}) from None


def make_code_key(journal: Journal, *, day: date) -> None:
    """Make the key from which the codes of a journal's letters are derived, unless there is one."""
    folder = Path(settings.KEYS_ROOT)
    keys = read_keys(folder, journal=journal.slug, purpose="codes")
    if any(key.valid(day) for key in keys):
        return
    secret = secrets.token_bytes(32)
    key = new_key(journal=journal.slug, purpose="codes", secret=secret, created=day, older=keys)
    write_key(folder, key)


def prepare_explanation(journal: Journal, *, day: date) -> None:
    """Make what « Expliquer ma décision » needs: a key for the codes, an index of the journal."""
    make_code_key(journal, day=day)
    jobs.index_journal.enqueue(journal.pk)


def index_data(pk: int) -> None:
    """Index the Parquet file of a journal; other kinds are read without an index."""
    from clairevoie.decisions.index import build_index

    journal = Journal.objects.get(pk=pk)
    declared = declared_by(journal)
    if declared.data.kind == "parquet":
        build_index(data_file(journal, declared), declared.identifier)

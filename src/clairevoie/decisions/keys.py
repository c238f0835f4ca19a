"""Keys of a journal, kept outside its data: one small file a key, that its owner alone can read.

A journal has keys for two purposes that never mix: ``pseudonyms`` and ``codes``. A key has a day
of creation and may have a last day; it can be retired at any time. Nothing here draws a secret or
reads a clock: both are given.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

from clairevoie.decisions.model import JournalProblem

Purpose = Literal["pseudonyms", "codes"]
PURPOSES: tuple[Purpose, ...] = ("pseudonyms", "codes")
SECRET_BYTES = 32
FORMAT = "key-1.0"


@dataclass(frozen=True, slots=True)
class Key:
    """One key.

    Attributes:
        id: eight hexadecimal digits, which tell nothing of the secret.
        journal: id of the journal.
        number: 1 for the first key of the journal for its purpose, then 2…: the last is the newest.
        created: first day on which it is used.
        expires: last day on which it is valid, ``None`` for no end.
        retired: day from which it is valid no more, ``None`` while it is.
        follows: for pseudonyms, id of the key that it comes after
            (`clairevoie.decisions.pseudonyms`).
        secret: 32 bytes, never shown.
    """

    id: str
    journal: str
    purpose: Purpose
    number: int
    created: date
    expires: date | None = None
    retired: date | None = None
    follows: str = ""
    secret: bytes = field(default=b"", repr=False)

    def valid(self, day: date) -> bool:
        """Tell whether the key may be used on a day."""
        started = self.created <= day
        ended = (self.expires is not None and self.expires < day) or (
            self.retired is not None and self.retired <= day
        )
        return started and not ended

    def as_dict(self) -> dict[str, Any]:
        """Return what may be shown of it: all but the secret."""
        return {
            "id": self.id,
            "journal": self.journal,
            "purpose": self.purpose,
            "number": self.number,
            "created": self.created.isoformat(),
            "expires": self.expires.isoformat() if self.expires else None,
            "retired": self.retired.isoformat() if self.retired else None,
            "follows": self.follows,
        }


def new_key(
    *,
    journal: str,
    purpose: Purpose,
    secret: bytes,
    created: date,
    older: Sequence[Key] = (),
    expires: date | None = None,
    linked: bool = True,
) -> Key:
    """Make a key from 32 bytes that the caller drew (``secrets.token_bytes(32)``).

    Args:
        journal: id of the journal.
        purpose: what the key is for.
        secret: the 32 bytes.
        created: first day of the key.
        older: the keys of the journal for that purpose, as `read_keys` gives them.
        expires: last day of the key.
        linked: a key of pseudonyms follows the newest of ``older``.

    Raises:
        JournalProblem: the secret is not 32 bytes, or the key would end before it begins.
    """
    if len(secret) != SECRET_BYTES:
        raise JournalProblem(("key", f"a secret is {SECRET_BYTES} bytes"))
    if expires is not None and expires < created:
        raise JournalProblem(("key", "the key would end before it begins: give a later last day"))
    identifier = hashlib.sha256(b"clairevoie key id 1" + secret).hexdigest()[:8]
    newest = max(older, key=lambda key: key.number, default=None)
    number = newest.number + 1 if newest else 1
    follows = newest.id if newest and linked and purpose == "pseudonyms" else ""
    return Key(identifier, journal, purpose, number, created, expires, None, follows, secret)


def check_apart(folder: Path, data: Path) -> None:
    """Refuse a folder of keys that would travel with the data.

    Args:
        folder: where the keys are or will be.
        data: the folder of the journal.

    Raises:
        JournalProblem: the folder of keys is in that of the data.
    """
    if folder.resolve().is_relative_to(data.resolve()):
        raise JournalProblem(
            (str(folder), "keys are kept outside the folder of the data: choose another folder")
        )


def write_key(folder: Path, key: Key) -> Path:
    """Write a new key in a folder; the folder (0700) and the file (0600) are its owner's alone.

    Raises:
        JournalProblem: the folder cannot be written, or others can read it.
    """
    path = _path(folder, key)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_closed(folder)
        _write(path, key)
    except OSError as error:
        raise JournalProblem((str(folder), f"cannot be written ({error.strerror})")) from None
    return path


def read_keys(folder: Path, *, journal: str, purpose: Purpose) -> tuple[Key, ...]:
    """Return the keys of a journal for a purpose, the oldest first.

    Raises:
        JournalProblem: a key file cannot be read, is not one, or others can read it.
    """
    found = []
    if folder.is_dir():
        _check_closed(folder)
        for path in sorted(folder.glob(f"{journal}.{purpose}.*.key")):
            _check_closed(path)
            key = _read(path)
            if (key.journal, key.purpose) != (journal, purpose):
                raise JournalProblem((str(path), "was given another name: put its own name back"))
            found.append(key)
    return tuple(sorted(found, key=lambda key: key.number))


def retire_key(folder: Path, key: Key, *, day: date) -> Key:
    """Retire a key from a day on; its file stays, since older pseudonyms depend on it.

    Raises:
        JournalProblem: the folder cannot be written.
    """
    retired = replace(key, retired=day)
    try:
        _write(_path(folder, key), retired)
    except OSError as error:
        raise JournalProblem((str(folder), f"cannot be written ({error.strerror})")) from None
    return retired


def current_key(keys: Sequence[Key], *, day: date) -> Key:
    """Return the newest key that is valid on a day.

    Raises:
        JournalProblem: there is none.
    """
    valid = [key for key in keys if key.valid(day)]
    if not valid:
        raise JournalProblem(
            ("keys", "no key is valid: make one with 'clairevoie decisions keys new'")
        )
    return max(valid, key=lambda key: key.number)


def chain(keys: Sequence[Key], last: Key) -> tuple[Key, ...]:
    """Return a key of pseudonyms with those that it follows, the first one first.

    Raises:
        JournalProblem: one of them is missing.
    """
    by_id = {key.id: key for key in keys}
    found = [last]
    while found[0].follows:
        before = by_id.get(found[0].follows)
        if before is None or before in found:
            raise JournalProblem(
                ("keys", f"the key {found[0].id} follows {found[0].follows}, which is not there")
            )
        found.insert(0, before)
    return tuple(found)


def _path(folder: Path, key: Key) -> Path:
    return folder / f"{key.journal}.{key.purpose}.{key.id}.key"


def _check_closed(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        mode = "700" if path.is_dir() else "600"
        raise JournalProblem((str(path), f"others can read it: run 'chmod {mode} {path}'"))


def _write(path: Path, key: Key) -> None:
    content = {"clairevoie": FORMAT, **key.as_dict(), "secret": key.secret.hex()}
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8") as stream:  # noqa: PTH123 - a descriptor
            stream.write(json.dumps(content, indent=1) + "\n")
        os.replace(part, path)  # noqa: PTH105 - one step, on every system
    finally:
        part.unlink(missing_ok=True)


def _read(path: Path) -> Key:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw.get("clairevoie") != FORMAT or raw["purpose"] not in PURPOSES:
            raise ValueError
        secret = bytes.fromhex(raw["secret"])
        if len(secret) != SECRET_BYTES or not re.fullmatch(r"[0-9a-f]{8}", raw["id"]):
            raise ValueError
        return Key(
            id=raw["id"],
            journal=str(raw["journal"]),
            purpose=cast("Purpose", raw["purpose"]),
            number=int(raw["number"]),
            created=date.fromisoformat(raw["created"]),
            expires=date.fromisoformat(raw["expires"]) if raw["expires"] else None,
            retired=date.fromisoformat(raw["retired"]) if raw["retired"] else None,
            follows=str(raw["follows"]),
            secret=secret,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise JournalProblem((str(path), "is not a key: put back the file that was made")) from None

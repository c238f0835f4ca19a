"""What is about persons, encrypted under a key of each draw that is kept apart from the data.

When the key is gone, so is what it encrypted, in the database as in its backups.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _

from clairevoie.web.accounts.permissions import Refused
from clairevoie.web.sortition.models import Draw


def make_key(draw_key: str) -> None:
    """Make the key of a draw; the folder (0700) and the file (0600) are their owner's alone."""
    path = _path(draw_key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(Fernet.generate_key())
        file.flush()
        os.fsync(file.fileno())


def destroy_key(draw: Draw) -> None:
    """Destroy the key of a draw; that it is gone already is no problem."""
    with suppress(FileNotFoundError):
        _path(str(draw.key)).unlink()


def has_key(draw: Draw) -> bool:
    """Tell whether the key of a draw is there."""
    return _path(str(draw.key)).is_file()


def encrypted(draw: Draw, content: bytes) -> bytes:
    """Return a content encrypted.

    Raises:
        Refused: the key is not there.
    """
    return _fernet(draw).encrypt(content)


def decrypted(draw: Draw, content: bytes | memoryview) -> bytes:
    """Return a content as it was before it was encrypted.

    Raises:
        Refused: the key is not there, or is another one.
    """
    try:
        return _fernet(draw).decrypt(bytes(content))
    except InvalidToken:
        raise Refused(_("The key of this draw does not open its data.")) from None


def _fernet(draw: Draw) -> Fernet:
    try:
        return Fernet(_path(str(draw.key)).read_bytes())
    except FileNotFoundError:
        raise Refused(
            _("The key of this draw is not there: what is about its volunteers cannot be read.")
        ) from None


def _path(draw_key: str) -> Path:
    return Path(settings.KEYS_ROOT) / "draws" / f"{draw_key}.key"

"""The code printed on a letter beside its reference: 80 bits that nobody can guess.

A code is derived from the reference under a key of the journal, so that nothing is stored for each
decision. It is written in Crockford's base 32 with his check symbol (modulo 37), which tells every
wrong symbol and every exchange of two neighbours: https://www.crockford.com/base32.html
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from clairevoie.decisions.keys import Key
from clairevoie.decisions.model import Journal, JournalProblem
from clairevoie.decisions.opening import batches, open_journal, reading_problems
from clairevoie.decisions.references import MAX_LENGTH, normal_reference

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_SYMBOLS = ALPHABET + "*~$=U"
SYMBOLS = 16
BYTES = 10
_LABEL = b"clairevoie code 1"
_TO_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)
_FROM_CROCKFORD = str.maketrans(ALPHABET, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_LEFT_OUT = str.maketrans("", "", " \t\r\n\u00a0\u2009\u202f-‐‑‒–—−")
_ALIKE = str.maketrans("OIL", "011")
MAX_TYPED = 100


def code_of(key: Key, reference: str) -> str:
    """Return the code of a reference, as printed: ``X5MD-E69W-GTA7-2ERB-R``."""
    return _printed(_digest(key, normal_reference(reference)))


def read_code(text: str) -> bytes | None:
    """Return the 80 bits of a code as a person typed it; ``None`` when it is mistyped.

    Case, spaces and hyphens do not count; O is read as 0, I and L as 1.
    """
    symbols = text[:MAX_TYPED].translate(_LEFT_OUT)
    if not symbols.isascii():
        return None
    symbols = symbols.upper().translate(_ALIKE)
    if len(symbols) != SYMBOLS + 1 or not set(symbols[:SYMBOLS]) <= set(ALPHABET):
        return None
    digest = base64.b32decode(symbols[:SYMBOLS].translate(_FROM_CROCKFORD))
    return digest if symbols[SYMBOLS] == _check(digest) else None


def verify_code(keys: Sequence[Key], reference: str, code: str, *, day: date) -> bool:
    """Tell whether a code is that of a reference under one of the valid keys.

    The same work is done whether the reference exists or not, whether the code can be read or not,
    and whichever key answers: every key is tried, and bytes are compared in constant time. The
    journal is not looked at: look the row up only once the code is verified.

    Args:
        keys: all keys of the journal for codes, expired ones too.
        reference: as typed.
        code: as typed.
        day: today.
    """
    wanted = normal_reference(reference[:MAX_LENGTH])
    given = read_code(code)
    compared = bytes(BYTES) if given is None else given
    found = 0
    for key in keys:
        same = hmac.compare_digest(_digest(key, wanted), compared)
        found |= int(same) & int(key.valid(day))
    return bool(found & int(given is not None) & int(len(reference) <= MAX_LENGTH))


def code_lines(
    journal: Journal,
    base: Path,
    key: Key,
    *,
    url: str = "",
    done: Callable[[int], None] = lambda _count: None,
) -> Iterator[str]:
    """Give the codes of a whole journal for a mailing, as CSV text: ``reference;code``, many lines.

    A row without reference has no code; a reference that comes back within a batch is given once.

    Args:
        journal: the declaration.
        base: its folder.
        key: the key to use; see `clairevoie.decisions.keys.current_key`.
        url: address of the database, when the declaration does not say it.
        done: told how many codes were given.

    Raises:
        JournalProblem: the journal cannot be read, or two references differ by spaces, capitals or
            dashes only (nothing has been given then).
    """
    from clairevoie.decisions.duplicates import alike_references

    with reading_problems(journal):
        alike = alike_references(open_journal(journal, base, url=url), journal.identifier)
    if alike:
        raise JournalProblem(
            (
                journal.identifier,
                f"{alike} references differ from another by spaces, capitals or dashes only, "
                "and would have its code: tell them apart",
            )
        )
    yield "reference;code\n"
    given = 0
    for batch in batches(journal, base, [journal.identifier], url=url):
        references = _distinct(batch.column(0))
        yield "".join(_lines(key, references))
        given += len(references)
        done(given)


def write_codes(target: Path, lines: Iterable[str]) -> None:
    """Write the codes to a file that its owner alone can read.

    Raises:
        JournalProblem: the file cannot be written; nothing is left half-written.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8", newline="") as stream:  # noqa: PTH123 - a descriptor
            stream.writelines(lines)
        os.replace(part, target)  # noqa: PTH105 - one step, on every system
    except OSError as error:
        raise JournalProblem((str(target), f"cannot be written ({error.strerror})")) from None
    finally:
        part.unlink(missing_ok=True)


def _lines(key: Key, references: Sequence[str]) -> list[str]:
    lines = []
    for reference in references:
        cell = reference
        if any(sign in cell for sign in ';"\r\n'):
            cell = '"' + cell.replace('"', '""') + '"'
        lines.append(f"{cell};{code_of(key, reference)}\n")
    return lines


def _distinct(column: Any) -> list[str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_floating(column.type):
        raise JournalProblem(("columns.identifier", "holds floating numbers: write texts"))
    found = pc.unique(column.drop_null()).cast(pa.string()).to_pylist()
    return [text for text in found if normal_reference(text)]


def _digest(key: Key, reference: str) -> bytes:
    parts = (_LABEL, key.journal.encode(), reference.encode())
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return hmac.digest(key.secret, message, "sha256")[:BYTES]


def _printed(digest: bytes) -> str:
    symbols = base64.b32encode(digest).decode().translate(_TO_CROCKFORD)
    groups = [symbols[start : start + 4] for start in range(0, SYMBOLS, 4)]
    return "-".join([*groups, _check(digest)])


def _check(digest: bytes) -> str:
    return CHECK_SYMBOLS[int.from_bytes(digest, "big") % 37]

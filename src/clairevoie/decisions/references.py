"""References as people copy them from a letter: one normal form, in Python and in DuckDB alike.

« cr 2025–0001 » and « CR2025-0001 » are the same reference: spaces go, small ASCII letters become
capitals, dashes become hyphens, accents are composed (NFC). Nothing else changes, so that the two
engines cannot differ on a language's own capitals.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

MAX_LENGTH = 200
_SMALL = "abcdefghijklmnopqrstuvwxyz"
DASHES = "‐‑‒–—−"
SPACES = " \t\r\n\u00a0\u2009\u202f"
_FROM = _SMALL + DASHES
_TO = _SMALL.upper() + "-" * len(DASHES)
_TABLE = str.maketrans(_FROM, _TO, SPACES)


def normal_reference(text: str) -> str:
    """Return the normal form of a reference."""
    return unicodedata.normalize("NFC", text).translate(_TABLE)


def normal_sql(column: str) -> str:
    """Return DuckDB's expression of the normal form of a column.

    Args:
        column: the column as SQL, already quoted.
    """
    signs = f"{_FROM}{SPACES}"
    return f"translate(nfc_normalize(CAST({column} AS VARCHAR)), '{signs}', '{_TO}')"


def reference_hash(text: str) -> int:
    """Return 64 bits of the MD5 of a normal reference, as DuckDB's ``md5_number_lower`` does.

    It only says where to look: the row that is found says whether it is the right one.
    """
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[8:], "little")


def hash_sql(column: str) -> str:
    """Return DuckDB's expression of `reference_hash` of a column of references."""
    return f"md5_number_lower({normal_sql(column)})"


def reference_pattern(normal: str) -> str:
    """Return a regular expression that matches the spellings of a normal reference.

    It is written in what the engines have in common (RE2, POSIX, Python), and begins with the
    reference itself, so that other rows are left at their first sign.
    """
    space = f"[{SPACES}]*"
    return f"^{space}" + "".join(f"{_spellings(sign)}{space}" for sign in normal) + "$"


def _spellings(sign: str) -> str:
    if sign == "-":
        return f"[{DASHES}-]"
    if sign.isascii() and sign.isalpha():
        return f"[{sign}{sign.lower()}]"
    apart = unicodedata.normalize("NFD", sign)
    return re.escape(sign) if apart == sign else f"({re.escape(sign)}|{re.escape(apart)})"

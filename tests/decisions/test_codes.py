"""Codes: nobody guesses one, everybody can copy one, and a wrong one tells nothing."""

from __future__ import annotations

import csv
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from clairevoie.decisions.codes import (
    ALPHABET,
    CHECK_SYMBOLS,
    code_lines,
    code_of,
    read_code,
    verify_code,
    write_codes,
)
from clairevoie.decisions.keys import retire_key, write_key
from clairevoie.decisions.model import JournalProblem
from clairevoie.decisions.references import normal_reference
from tests.decisions.samples import good_rows, sample_key, write_journal

DAY = date(2025, 6, 1)
KEY = sample_key(1, "codes")
references = st.text(min_size=1, max_size=30)


def bare(code: str) -> str:
    return code.replace("-", "")


@given(references)
def test_a_code_opens_its_own_reference(reference: str) -> None:
    code = code_of(KEY, reference)
    assert [len(part) for part in code.split("-")] == [4, 4, 4, 4, 1]
    assert verify_code([KEY], reference, code, day=DAY)


@given(references, references)
def test_a_code_opens_no_other_reference(one: str, other: str) -> None:
    assume(normal_reference(one) != normal_reference(other))
    assert not verify_code([KEY], other, code_of(KEY, one), day=DAY)


@given(
    references, st.lists(st.sampled_from([" ", "-", "\u00a0", "–", "\t"]), max_size=6), st.data()
)
def test_a_code_is_read_however_it_was_copied(
    reference: str, signs: list[str], data: st.DataObject
) -> None:
    code = code_of(KEY, reference)
    copied = "".join(
        data.draw(st.sampled_from({"0": "0Oo", "1": "1IiLl"}.get(symbol, symbol + symbol.lower())))
        for symbol in code
    )
    for sign in signs:
        place = data.draw(st.integers(0, len(copied)))
        copied = copied[:place] + sign + copied[place:]
    assert read_code(copied) == read_code(code) is not None
    assert verify_code([KEY], reference, copied, day=DAY)


@given(references, st.integers(0, 16), st.data())
def test_one_wrong_symbol_is_always_noticed(
    reference: str, place: int, data: st.DataObject
) -> None:
    code = bare(code_of(KEY, reference))
    allowed = ALPHABET if place < 16 else CHECK_SYMBOLS
    wrong = data.draw(st.sampled_from([sign for sign in allowed if sign != code[place]]))
    assert read_code(code[:place] + wrong + code[place + 1 :]) is None


@given(references, st.integers(0, 15))
def test_two_neighbours_exchanged_are_always_noticed(reference: str, place: int) -> None:
    code = bare(code_of(KEY, reference))
    assume(code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert read_code(swapped) is None


def test_crockfords_own_examples() -> None:
    """Base 32: 5 bits a symbol, the highest first; the check is the number modulo 37."""
    assert read_code("0000-0000-0000-0000-0") == bytes(10)
    assert read_code("0000-0000-0000-0001-1") == bytes(9) + b"\1"
    assert read_code("0000-0000-0000-0010-*") == bytes(9) + b"\x20"
    assert read_code("0000-0000-0000-0014-U") == bytes(9) + b"\x24"
    assert read_code("ZZZZ-ZZZZ-ZZZZ-ZZZZ-" + CHECK_SYMBOLS[(2**80 - 1) % 37]) == b"\xff" * 10


@pytest.mark.parametrize("text", ["", "-", "é", "ı" * 17, "A" * 16, "U" * 17, "0" * 500, "\0" * 17])
def test_what_is_no_code_is_not_read(text: str) -> None:
    assert read_code(text) is None
    assert not verify_code([KEY], "CR-1", text, day=DAY)


@given(st.text())
def test_any_text_is_read_or_not(text: str) -> None:
    found = read_code(text)
    assert found is None or len(found) == 10


@given(references)
def test_codes_differ_by_key_and_by_journal(reference: str) -> None:
    others = [sample_key(2, "codes"), replace(KEY, journal="autre")]
    assert len({code_of(key, reference) for key in (KEY, *others)}) == 3
    assert not verify_code(others, reference, code_of(KEY, reference), day=DAY)


def test_codes_of_many_references_are_all_different() -> None:
    assert len({code_of(KEY, f"CR-{number}") for number in range(20_000)}) == 20_000


def test_keys_rotate_and_expire(tmp_path: Path) -> None:
    old = replace(KEY, expires=date(2025, 6, 30))
    new = sample_key(2, "codes", older=[old])
    code = code_of(old, "CR-1")
    assert verify_code([old, new], "CR-1", code, day=date(2025, 6, 30))
    assert not verify_code([old, new], "CR-1", code, day=date(2025, 7, 1))
    assert verify_code([old, new], "CR-1", code_of(new, "CR-1"), day=date(2025, 7, 1))
    write_key(tmp_path / "keys", new)
    gone = retire_key(tmp_path / "keys", new, day=DAY)
    assert not verify_code([gone], "CR-1", code_of(new, "CR-1"), day=DAY)
    assert not verify_code([], "CR-1", code, day=DAY)


def test_a_key_of_pseudonyms_gives_other_codes() -> None:
    """The same secret under the two purposes, which never happens, would still not mix."""
    from clairevoie.decisions.pseudonyms import pseudonym

    digest = read_code(code_of(KEY, "CR-1"))
    assert digest is not None
    assert not pseudonym([KEY], "reference", "CR-1").startswith(digest.hex())


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("CR-1", code_of(KEY, "CR-1")),
        ("CR-1", code_of(KEY, "CR-2")),
        ("nothing like it", code_of(KEY, "CR-1")),
        ("CR-1", "mistyped"),
        ("", ""),
        ("x" * 100_000, code_of(KEY, "CR-1")),
    ],
)
def test_the_same_work_whatever_is_wrong(
    reference: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many digests and comparisons for the right code as for a wrong one, on bounded texts."""
    done: list[tuple[str, int]] = []

    def counted(name: str, act: Callable[..., object]) -> Callable[..., object]:
        def wrapper(*given: object) -> object:
            done.append((name, sum(len(item) for item in given if isinstance(item, bytes)) // 1024))
            return act(*given)

        return wrapper

    monkeypatch.setattr(hmac, "digest", counted("digest", hmac.digest))
    monkeypatch.setattr(hmac, "compare_digest", counted("compare", hmac.compare_digest))
    expired = replace(sample_key(3, "codes"), expires=date(2025, 1, 2))
    verify_code([KEY, expired, sample_key(2, "codes")], reference, code, day=DAY)
    assert done == [("digest", 0), ("compare", 0)] * 3


@pytest.mark.parametrize("kind", ["parquet", "csv", "table"])
def test_codes_for_a_mailing(kind: str, tmp_path: Path) -> None:
    rows = good_rows(30)
    rows[3] |= {"reference": None}
    rows[4] |= {"reference": 'a;"b"'}
    journal = write_journal(kind, tmp_path, rows)
    write_codes(tmp_path / "codes.csv", code_lines(journal, tmp_path, KEY))
    assert (tmp_path / "codes.csv").stat().st_mode & 0o777 == 0o600
    with (tmp_path / "codes.csv").open(encoding="utf-8", newline="") as stream:
        written = list(csv.reader(stream, delimiter=";"))
    assert written[0] == ["reference", "code"]
    assert [line[0] for line in written[1:]] == [
        row["reference"] for row in rows if row["reference"]
    ]
    assert all(verify_code([KEY], line[0], line[1], day=DAY) for line in written[1:])


def test_two_references_of_one_code_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    rows = good_rows(6)
    rows[5] |= {"reference": "cr-00001"}
    journal = write_journal("parquet", tmp_path, rows)
    with pytest.raises(JournalProblem, match="2 references differ"):
        write_codes(tmp_path / "codes.csv", code_lines(journal, tmp_path, KEY))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["journal.parquet"]

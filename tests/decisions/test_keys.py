"""Keys: outside the data, readable by their owner alone, with days and an order."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.decisions.keys import (
    Key,
    chain,
    check_apart,
    current_key,
    new_key,
    read_keys,
    retire_key,
    write_key,
)
from clairevoie.decisions.model import JournalProblem
from tests.decisions.samples import sample_key

DAY = date(2025, 6, 1)


def written(folder: Path, *keys: Key) -> tuple[Key, ...]:
    for key in keys:
        write_key(folder, key)
    return read_keys(folder, journal="creches-2025", purpose=keys[0].purpose)


def test_a_key_is_read_back_and_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "keys"
    key = sample_key(expires=date(2026, 1, 1))
    assert written(folder, key) == (key,)
    path = next(folder.iterdir())
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert [item.name for item in folder.iterdir()] == [path.name]


def test_a_secret_is_never_shown() -> None:
    key = sample_key(7)
    assert key.secret.hex() not in repr(key) + str(key.as_dict())
    assert repr(key.secret) not in repr(key)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_key_that_others_can_read_is_refused(mode: int, tmp_path: Path) -> None:
    path = write_key(tmp_path / "keys", sample_key())
    path.chmod(mode)
    with pytest.raises(JournalProblem, match="chmod 600"):
        read_keys(tmp_path / "keys", journal="creches-2025", purpose="pseudonyms")


def test_a_folder_that_others_can_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o755)
    (tmp_path / "keys").chmod(0o755)
    with pytest.raises(JournalProblem, match="chmod 700"):
        write_key(tmp_path / "keys", sample_key())


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"clairevoie": "key-1.0"}', "\0"])
def test_what_is_no_key_is_refused(content: str, tmp_path: Path) -> None:
    path = write_key(tmp_path / "keys", sample_key())
    path.write_text(content)
    with pytest.raises(JournalProblem, match="is not a key"):
        read_keys(tmp_path / "keys", journal="creches-2025", purpose="pseudonyms")


def test_a_key_under_another_name_is_refused(tmp_path: Path) -> None:
    path = write_key(tmp_path / "keys", sample_key(purpose="codes"))
    path.rename(path.with_name(path.name.replace(".codes.", ".pseudonyms.")))
    with pytest.raises(JournalProblem, match="another name"):
        read_keys(tmp_path / "keys", journal="creches-2025", purpose="pseudonyms")


def test_journals_and_purposes_do_not_share_keys(tmp_path: Path) -> None:
    write_key(tmp_path / "keys", sample_key(1))
    write_key(tmp_path / "keys", sample_key(2, "codes"))
    write_key(tmp_path / "keys", sample_key(3, journal="autre"))
    found = read_keys(tmp_path / "keys", journal="creches-2025", purpose="codes")
    assert [key.secret for key in found] == [bytes([2]) * 32]
    assert read_keys(tmp_path / "nowhere", journal="autre", purpose="codes") == ()


@given(
    start=st.integers(-5, 5),
    expires=st.none() | st.integers(0, 10),
    retired=st.none() | st.integers(-5, 10),
)
def test_a_key_is_valid_between_its_days(
    start: int, expires: int | None, retired: int | None
) -> None:
    def day(offset: int | None) -> date | None:
        return None if offset is None else DAY + timedelta(offset)

    key = Key("0" * 8, "a", "codes", 1, DAY + timedelta(start), day(expires), day(retired))
    valid = start <= 0 and (expires is None or expires >= 0) and (retired is None or retired > 0)
    assert key.valid(DAY) is valid


def test_the_newest_valid_key_is_used(tmp_path: Path) -> None:
    first = sample_key(1)
    second = sample_key(2, older=[first])
    third = sample_key(3, older=[first, second], expires=date(2025, 5, 1))
    keys = written(tmp_path / "keys", third, first, second)
    assert [key.number for key in keys] == [1, 2, 3]
    assert current_key(keys, day=date(2025, 4, 1)) == third
    assert current_key(keys, day=DAY) == second
    retired = retire_key(tmp_path / "keys", second, day=DAY)
    assert retired.retired == DAY
    keys = read_keys(tmp_path / "keys", journal="creches-2025", purpose="pseudonyms")
    assert current_key(keys, day=DAY) == first
    with pytest.raises(JournalProblem, match="no key is valid"):
        current_key(keys, day=date(2024, 12, 31))


def test_a_key_of_pseudonyms_follows_the_one_before_unless_told_not_to() -> None:
    first = sample_key(1)
    second = sample_key(2, older=[first])
    third = sample_key(3, older=[first, second])
    alone = sample_key(4, older=[first, second, third], linked=False)
    assert chain([third, first, second], third) == (first, second, third)
    assert chain([first, second, third, alone], alone) == (alone,)
    assert sample_key(5, "codes", older=[sample_key(6, "codes")]).follows == ""
    with pytest.raises(JournalProblem, match="is not there"):
        chain([first, third], third)


def test_keys_do_not_travel_with_the_data(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for folder in (data, data / "keys", data / ".." / "data" / "deep" / "keys"):
        with pytest.raises(JournalProblem, match="outside the folder of the data"):
            check_apart(folder, data)
    check_apart(tmp_path / "keys", data)


def test_a_key_that_cannot_be_is_refused() -> None:
    with pytest.raises(JournalProblem, match="32 bytes"):
        new_key(journal="a", purpose="codes", secret=b"short", created=DAY)
    with pytest.raises(JournalProblem, match="end before it begins"):
        sample_key(expires=date(2024, 1, 1))

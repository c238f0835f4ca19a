"""Tables of votes that are not Polis's: which column is what, and which words mean agree.

Decidim and Make.org publish totals, not votes (as far as could be seen, to be checked for each
site): a table of votes comes from whoever runs the site, under names of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from clairevoie.consultation.reading import (
    Ints,
    Reading,
    ReadingProblem,
    milliseconds,
    places_of,
    settled,
    table_of,
)
from clairevoie.consultation.votes import Proposal, votes_of

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = "consultation-mapping-1.0"
COLUMNS = ("participant", "proposal", "vote")
OPTIONAL = ("text", "time")
VALUES = ("agree", "disagree", "pass")


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a table of votes is read.

    Attributes:
        participant, proposal, vote: columns; one row a vote.
        text: column of what the proposal says; may be empty.
        time: column of when, as ISO 8601 or seconds or milliseconds since 1970; may be empty.
        values: what each answer is, without regard to capitals: 1, -1 or 0.
    """

    participant: str
    proposal: str
    vote: str
    text: str
    time: str
    values: dict[str, int]


def read_mapping(content: bytes, *, name: str = "mapping.yaml") -> Mapping:
    """Read a mapping (YAML or JSON).

    Args:
        content: of the file: ``clairevoie: consultation-mapping-1.0``, a name of column for each of
            participant, proposal, vote (text and time if there are), and lists of the answers that
            mean agree, disagree, pass.
        name: how the file is called in sentences.

    Raises:
        ReadingProblem: it is no such mapping; in one sentence.
    """
    import yaml

    try:
        raw = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ReadingProblem(f"{name}: is not YAML that can be read; correct it") from None
    if not isinstance(raw, dict) or raw.get("clairevoie") != FORMAT:
        raise ReadingProblem(f"{name}: is no mapping; start it with 'clairevoie: {FORMAT}'")
    unknown = sorted(map(str, raw.keys() - {"clairevoie", *COLUMNS, *OPTIONAL, *VALUES}))
    if unknown:
        raise ReadingProblem(f"{name}: '{unknown[0]}' is not known here; take it away")
    columns = {}
    for key in (*COLUMNS, *OPTIONAL):
        given = raw.get(key, "")
        if not isinstance(given, str) or (key in COLUMNS and not given):
            raise ReadingProblem(f"{name}: '{key}' names no column; write the name of one")
        columns[key] = given
    values: dict[str, int] = {}
    for key, number in zip(VALUES, (1, -1, 0), strict=True):
        for word in _listed(raw.get(key, []), key, name):
            if values.setdefault(word, number) != number:
                raise ReadingProblem(f"{name}: '{word}' has two meanings; keep one")
    if 1 not in values.values():
        raise ReadingProblem(f"{name}: no answer means agree; list those that do")
    return Mapping(**columns, values=values)


def _listed(raw: Any, key: str, name: str) -> list[str]:
    given = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(one, str | int | float | bool) for one in given):
        raise ReadingProblem(f"{name}: '{key}' is no list of answers; write words or numbers")
    return [_plain(str(one)) for one in given]


def _plain(word: str) -> str:
    return " ".join(word.split()).casefold()


def read_table(path: Path, mapping: Mapping) -> Reading:
    """Return the votes of a table, of which the last of a participant on a proposal counts.

    Without a column of times, different answers of one participant to one proposal are a pass: the
    order of the rows decides nothing. A site on which people can only support has no answer that
    means disagree: who did not support said nothing.

    Raises:
        ReadingProblem: a column is missing, or an answer, a time, an identifier cannot be read.
    """
    name = path.name
    optional = tuple(one for one in (mapping.text, mapping.time) if one)
    wanted = (mapping.participant, mapping.proposal, mapping.vote, *optional)
    table = table_of(
        path.read_bytes(),
        name,
        wanted,
        advice="give a table of one row a vote; one of totals does not say who voted what",
    )
    people, who = places_of(table.column(mapping.participant), name)
    proposals, what = places_of(table.column(mapping.proposal), name)
    value = _values(table.column(mapping.vote), mapping, name)
    time = np.zeros(table.num_rows, dtype=np.int64)
    if mapping.time:
        time = _times(table.column(mapping.time), name)
    who, what, value, when, contradictions = settled(who, what, value, time, len(proposals))
    texts = _texts(table, mapping) if mapping.text else {}
    votes = votes_of(
        people,
        [Proposal(one, texts.get(one, "")) for one in proposals],
        who,
        what,
        value,
        time=when if mapping.time else None,
    )
    return Reading(votes, table.num_rows, contradictions, 1, True, None, None)


def _values(column: pa.ChunkedArray, mapping: Mapping, name: str) -> Ints:
    coded = column.combine_chunks().dictionary_encode()
    words = coded.dictionary.to_pylist()
    found = []
    for word in words:
        if _plain(word) not in mapping.values:
            row = column.index(word).as_py() + 1
            raise ReadingProblem(
                f"{name}, row {row}: the answer {word!r} has no meaning; say in the mapping "
                "whether it is agree, disagree or pass"
            )
        found.append(mapping.values[_plain(word)])
    values: Ints = np.array(found, dtype=np.int64)[coded.indices.to_numpy()]
    return values


def _times(column: pa.ChunkedArray, name: str) -> Ints:
    words = column.combine_chunks().to_numpy(zero_copy_only=False).astype(str)
    if all(word.lstrip("-").isdigit() for word in words.tolist()):
        return milliseconds(words.astype(np.int64), name)
    try:
        found: Ints = words.astype("datetime64[ms]").astype(np.int64)
    except ValueError:
        row = next(place for place, word in enumerate(words.tolist()) if not _is_time(word))
        raise ReadingProblem(
            f"{name}, row {row + 1}: {str(words[row])!r} is no time; write it as "
            "2026-01-31T14:05:00"
        ) from None
    if (found == np.datetime64("NaT").astype(np.int64)).any():
        row = int(np.flatnonzero(found == np.datetime64("NaT").astype(np.int64))[0])
        raise ReadingProblem(f"{name}, row {row + 1}: there is no time; complete it")
    return found


def _is_time(word: str) -> bool:
    try:
        np.datetime64(word, "ms")
    except ValueError:
        return False
    return True


def _texts(table: pa.Table, mapping: Mapping) -> dict[str, str]:
    """Return what each proposal says; of several texts, the first in their own order."""
    pairs = table.group_by(mapping.proposal).aggregate([(mapping.text, "min")])
    return {
        row[mapping.proposal]: " ".join((row[f"{mapping.text}_min"] or "").split())
        for row in pairs.to_pylist()
    }

"""The passes over a journal: recompute, compare, count; then look for what explains the gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clairevoie.decisions.model import Journal, JournalProblem
from clairevoie.decisions.opening import batches
from clairevoie.decisions.opening import data_digest as data_digest_of
from clairevoie.decisions.replay.causes import (
    CODE,
    classify,
    evidence_of,
    rounding_variants,
    take_evidence,
)
from clairevoie.decisions.replay.comparing import (
    ABSENT,
    UNKNOWN,
    Compared,
    Said,
    answers_in_force,
    compare,
    declared_versions,
    versions_in_force,
)
from clairevoie.decisions.replay.crossings import Crossings
from clairevoie.decisions.replay.model import (
    CAUSES,
    TO_EXPLAIN,
    Cause,
    DeclaredVersions,
    Direction,
    Explanation,
    Inputs,
    Overrides,
    Read,
    ReplayReport,
    Settings,
    Share,
)
from clairevoie.decisions.replay.places import ranked_outcomes, ranking_columns, rankings
from clairevoie.decisions.replay.sampling import Sample
from clairevoie.decisions.replay.tallies import (
    Counted,
    Tally,
    group_codes,
    group_labels,
    month_codes,
)
from clairevoie.decisions.replay.weighing import CutWeights, read_weights
from clairevoie.rules.model import RuleSet, Text

if TYPE_CHECKING:
    import pyarrow as pa

ALL_DECISIONS: Text = {"fr": "Toutes les décisions", "en": "All decisions"}
BY_VERSION: Text = {"fr": "Version en vigueur", "en": "Version in force"}
BY_MONTH: Text = {"fr": "Mois de la décision", "en": "Month of the decision"}
NO_VERSION: Text = {"fr": "aucune version en vigueur", "en": "no version in force"}
NO_GROUP: Text = {"fr": "non renseigné", "en": "not given"}


def run(
    journal: Journal,
    rules: RuleSet,
    source: Path | Read,
    *,
    day: date,
    within: Path | None,
    url: str,
    data_digest: str | None,
    settings: Settings,
    progress: Callable[[int], None] | None,
) -> ReplayReport:
    """Do what `clairevoie.decisions.replay.replay` says."""
    if journal.rules != rules.id:
        text = f"this journal applies the rules '{journal.rules}', not '{rules.id}': give those"
        raise JournalProblem(("rules", text))
    read = _reader(journal, rules, source, within=within, url=url)
    is_given = data_digest is not None
    if data_digest is None:
        data_digest = _digest(journal, source, within)
    watched = _Watched(read, progress)
    pass_ = Pass(journal, rules, settings)
    if pass_.rankings:
        pass_.rank(watched(pass_.columns))
    for batch in watched(pass_.columns):
        pass_.add(batch)
    explanation = _explanation(pass_, watched) if settings.explain else None
    if not is_given and data_digest != _digest(journal, source, within):
        text = "the file was replaced while it was replayed: replay it again"
        raise JournalProblem(("data", text))
    inputs = Inputs(rules.id, rules.digest, journal.id, journal.digest, data_digest, day)
    return pass_.report(inputs, explanation, _identifiers(pass_, read))


def _reader(
    journal: Journal, rules: RuleSet, source: Path | Read, *, within: Path | None, url: str
) -> Read:
    if not isinstance(source, Path):
        return source
    categories = {
        item.name
        for version in rules.versions
        for item in version.inputs
        if item.type == "category"
    }
    words = {
        *(journal.machine_outcome, journal.decision, journal.rule_version),
        *(group.column for group in journal.groups if not group.bands),
        *journal.input_columns(categories).values(),
    }

    def read(columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        return batches(journal, source, columns, within=within, url=url, words=sorted(words - {""}))

    return read


def _digest(journal: Journal, source: Path | Read, within: Path | None) -> str:
    return data_digest_of(journal, source, within=within) if isinstance(source, Path) else ""


class _Watched:
    """Reads the journal and tells how many rows have been read, all passes together."""

    def __init__(self, read: Read, progress: Callable[[int], None] | None) -> None:
        self._read, self._progress, self._rows = read, progress, 0

    def __call__(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for batch in self._read(columns):
            if batch.num_rows:
                yield batch
            self._rows += batch.num_rows
            if self._progress is not None:
                self._progress(self._rows)


def input_names(journal: Journal, rules: RuleSet) -> dict[str, str]:
    """Return the column of each input of each version."""
    names = dict.fromkeys(item.name for version in rules.versions for item in version.inputs)
    return journal.input_columns(names)


class Pass:
    """The main pass: every decision recomputed, compared, and counted."""

    CONFORM = len(CAUSES)
    NOT_COMPARED = len(CAUSES) + 1

    def __init__(self, journal: Journal, rules: RuleSet, settings: Settings) -> None:
        self.journal, self.rules, self.settings = journal, rules, settings
        self.names = input_names(journal, rules)
        self.rankings = rankings(rules)
        self.columns = self._columns()
        self.variants = {
            index: tuple(rounding_variants(version).values())
            for index, version in enumerate(rules.versions)
        }
        self.ranked: NDArray[np.int8] | None = None
        self.written: NDArray[np.int8] | None = None
        self.decimals: int | None = None
        self.rows = 0
        self.total, self.months, self.versions = Tally(), Tally(), Tally()
        self.groups = [Tally() for _ in journal.groups]
        self.crossings = Crossings(2 + len(self.groups))
        self.agreements = {name: [0, 0] for name in ("value", "proposal", "decision")}
        self.matched = dict.fromkeys((item.id for item in rules.versions), 0)
        self.direction = _Directions(rules)
        self.overrides = [0, 0, 0, 0]
        self.declared = [0, 0, 0, 0]
        self.weights = CutWeights(3 + len(journal.groups))
        self.sampled: dict[Cause, list[int]] = {cause: [] for cause in CAUSES}
        self._status: list[NDArray[np.uint8]] = []
        self.gaps, self.fine = Sample(settings.sample), Sample(settings.sample)

    def _columns(self) -> tuple[str, ...]:
        journal = self.journal
        person = () if journal.person is None else (journal.person.column,)
        named = (
            *(journal.date, journal.machine_value, journal.machine_outcome),
            *(journal.decision, *person, *self.names.values()),
            *(journal.rule_version, journal.weight),
            *(group.column for group in journal.groups),
            *ranking_columns(self.rankings),
        )
        return tuple(dict.fromkeys(name for name in named if name))

    def rank(self, batches: Iterator[pa.RecordBatch]) -> None:
        """Rank the cases of the versions that rank them, over the whole journal."""
        self.ranked, self.written = ranked_outcomes(
            self.journal, self.rules, self.rankings, batches, self.names
        )

    def add(self, batch: pa.RecordBatch) -> None:
        """Add a batch."""
        first, count = self.rows, batch.num_rows
        said = Said(self.journal, self.rules, batch)
        version = versions_in_force(self.rules, said)
        if first == 0 and said.value is not None:
            self.decimals = said.value.decimals()
        parts = answers_in_force(self.rules, batch, self.names, said.days, version)
        ranked, written = (
            None if codes is None else codes[first : first + count]
            for codes in (self.ranked, self.written)
        )
        compared = compare(said, version, parts, tolerance=self.settings.tolerance, ranked=ranked)
        self.rows += count
        conform = compared.conform()
        gaps = np.flatnonzero(~conform)
        declared = declared_versions(self.journal, self.rules, batch)
        cause = self._causes(batch, said, compared, gaps, written, declared)
        self._count(batch, said, compared, gaps, cause, first)
        self._agree(compared)
        self._override(said, compared)
        self._keep(batch, compared, conform, gaps, cause, first)

    def _causes(
        self,
        batch: pa.RecordBatch,
        said: Said,
        compared: Compared,
        gaps: NDArray[np.intp],
        written: NDArray[np.int8] | None,
        declared: NDArray[np.int16] | None,
    ) -> NDArray[np.uint8]:
        import pyarrow as pa

        if declared is not None:
            self._declare(declared, version=compared.version)
        if not len(gaps):
            return np.zeros(0, dtype=np.uint8)
        part = batch.take(pa.array(gaps))
        cause, matched = classify(
            self.rules,
            part,
            self.names,
            Said(self.journal, self.rules, part),
            compared.take(gaps),
            take_evidence(evidence_of(said, self.rules, written), gaps),
            tolerance=self.settings.tolerance,
            decimals=self.decimals,
            variants=self.variants,
            declared=None if declared is None else declared[gaps],
        )
        if declared is not None:
            self.declared[3] += int(np.count_nonzero((matched >= 0) & (matched == declared[gaps])))
        for index, many in zip(*np.unique(matched[matched >= 0], return_counts=True), strict=True):
            self.matched[self.rules.versions[index].id] += int(many)
        return cause

    def _declare(self, declared: NDArray[np.int16], *, version: NDArray[np.int16]) -> None:
        given = declared != ABSENT
        counts = (given, given & (declared != version), declared == UNKNOWN)
        for index, mask in enumerate(counts):
            self.declared[index] += int(np.count_nonzero(mask))

    def _count(
        self,
        batch: pa.RecordBatch,
        said: Said,
        compared: Compared,
        gaps: NDArray[np.intp],
        cause: NDArray[np.uint8],
        first: int,
    ) -> None:
        weights = read_weights(batch, self.journal.weight, first)
        given = compared.given()
        kept: NDArray[np.intp] | None = None if given is None else np.flatnonzero(given)
        if kept is not None and len(kept) == said.count:
            kept = None
        person = self.journal.person
        people = None if person is None else batch.column(person.column)
        if kept is not None:
            gaps = np.searchsorted(kept, gaps)
            people = None if people is None else people.take(_arrow(kept))
        counted = Counted(said.count if kept is None else len(kept), gaps, cause, people)
        lines: list[tuple[Tally, Any]] = [(self.total, int(self.total.codes([""], "")[0]))]
        lines.append((self.versions, self._version_lines(compared.version)))
        lines.append((self.months, self._month_lines(said)))
        for tally, group in zip(self.groups, self.journal.groups, strict=True):
            lines.append((tally, group_codes(tally, group, batch.column(group.column))))
        if kept is not None:
            lines = [
                (tally, level if isinstance(level, int) else level[kept]) for tally, level in lines
            ]
        for tally, level in lines:
            tally.add(counted, level)
            tally.add_people(counted, level)
        if weights is not None and kept is not None:
            weights = weights[kept]
        self.weights.add([level for _, level in lines], weights, gaps)
        levels = [(level, len(tally.levels)) for tally, level in lines[1:]]
        self.crossings.add(counted.count, gaps, cause, levels)

    def _version_lines(self, version: NDArray[np.int16]) -> Any:
        names = [item.id for item in self.rules.versions]
        first = int(version[0])
        if first >= 0 and (version == first).all():
            return int(self.versions.codes([names[first]], "versions")[0])
        present, inverse = np.unique(version, return_inverse=True)
        keys = [names[index] if index >= 0 else "" for index in present.tolist()]
        return self.versions.codes(keys, "versions")[inverse]

    def _month_lines(self, said: Said) -> Any:
        if said.undated is None:
            return month_codes(self.months, said.days)
        none = int(self.months.codes([""], "columns.date")[0])
        lines = np.full(said.count, none, dtype=np.intp)
        lines[~said.undated] = month_codes(self.months, said.days[~said.undated])
        return lines

    def _agree(self, compared: Compared) -> None:
        for name, pair in self.agreements.items():
            agrees = getattr(compared, name)
            given = getattr(compared, f"{name}_given")
            if agrees is not None:
                pair[1] += len(agrees) if given is None else int(np.count_nonzero(given))
                both = agrees if given is None else agrees & given
                pair[0] += int(np.count_nonzero(both))

    def _override(self, said: Said, compared: Compared) -> None:
        if said.decision is not None and compared.outcome is not None:
            self.direction.add(said.decision, compared.outcome)
        elif said.proposal is not None and compared.outcome is not None:
            self.direction.add(said.proposal, compared.outcome)
        if said.decision is None or said.proposal is None:
            return
        both = (said.decision != ABSENT) & (said.proposal != ABSENT)
        differing = both & (said.decision != said.proposal)
        counts = [both, differing]
        if compared.decision is not None and compared.proposal is not None:
            counts += [differing & compared.decision, differing & compared.proposal]
        for index, mask in enumerate(counts):
            self.overrides[index] += int(np.count_nonzero(mask))

    def _keep(
        self,
        batch: pa.RecordBatch,
        compared: Compared,
        conform: NDArray[np.bool_],
        gaps: NDArray[np.intp],
        cause: NDArray[np.uint8],
        first: int,
    ) -> None:
        for index, each in enumerate(CAUSES if len(gaps) else ()):
            kept = self.sampled[each]
            room = self.settings.identifiers - len(kept)
            if room > 0:
                kept += (gaps[cause == index][:room] + first).tolist()
        if self.settings.explain:
            given = compared.given()
            status = np.full(len(conform), self.CONFORM, dtype=np.uint8)
            status[gaps] = cause
            if given is not None:
                status[~given] = self.NOT_COMPARED
            self._status.append(status)
            fine = np.flatnonzero(conform if given is None else conform & given)
            wanted = np.isin(cause, [CODE[each] for each in TO_EXPLAIN])
            self.gaps.offer(batch, gaps[wanted], first)
            self.fine.offer(batch, fine, first)

    def status(self, first: int, count: int) -> NDArray[np.uint8]:
        """Return the cause of each of some rows, `CONFORM` or `NOT_COMPARED` (one byte a row)."""
        if len(self._status) > 1:
            self._status = [np.concatenate(self._status)]
        return self._status[0][first : first + count]

    def report(
        self,
        inputs: Inputs,
        explanation: Explanation | None,
        sample: Mapping[Cause, tuple[str, ...]],
    ) -> ReplayReport:
        """Return the report."""
        journal, level = self.journal, self.settings.level
        people = journal.person is not None
        self.total.codes([""], "")
        version_labels: dict[str, Text] = {
            item.id: {"fr": item.id, "en": item.id} for item in self.rules.versions
        }
        breakdowns = [
            self.versions.breakdown(
                "version", BY_VERSION, version_labels | {"": NO_VERSION}, people=people
            ),
            self.months.breakdown("month", BY_MONTH, {"": NO_GROUP}, people=people),
        ]
        for tally, group in zip(self.groups, journal.groups, strict=True):
            labels = group_labels(group) | {"": NO_GROUP}
            breakdowns.append(
                tally.breakdown(f"group:{group.name}", group.label, labels, people=people)
            )
        tallies = (self.versions, self.months, *self.groups)
        cuts = [
            (cut.name, list(tally.levels)) for cut, tally in zip(breakdowns, tallies, strict=True)
        ]
        known, differing, back, away = self.overrides
        has_both = bool(journal.machine_outcome and journal.decision and self.rules.outcomes)
        return ReplayReport(
            inputs=inputs,
            settings=self.settings,
            rows=self.rows,
            compared={
                name: Share(agrees, of, level)
                for name, (agrees, of) in self.agreements.items()
                if of
            },
            total=self.weights.total(self.total.line("", ALL_DECISIONS, people=people), level),
            breakdowns=self.weights.breakdowns(breakdowns, tallies, level),
            matched={name: count for name, count in self.matched.items() if count},
            direction=self.direction.found(),
            overrides=Overrides(known, differing, back, away) if has_both else None,
            explanation=explanation,
            sample=sample,
            by_person=people,
            fictitious=self.rules.fictitious,
            crossings=self.crossings.found(cuts),
            not_crossed=self.crossings.not_crossed(cuts),
            declared=DeclaredVersions(*self.declared) if journal.rule_version else None,
        )


def _identifiers(done: Pass, read: Read) -> dict[Cause, tuple[str, ...]]:
    """Read the identifiers of the sample: most are at the start, and no others are read."""
    wanted = {row for rows in done.sampled.values() for row in rows}
    found: dict[int, str] = {}
    first = 0
    if wanted:
        for batch in read((done.journal.identifier,)):
            rows = sorted(row for row in wanted if first <= row < first + batch.num_rows)
            column = batch.column(done.journal.identifier)
            taken = column.take(_arrow(np.array(rows, dtype=np.intp) - first)).to_pylist()
            found |= {row: str(one) for row, one in zip(rows, taken, strict=True)}
            first += batch.num_rows
            if len(found) == len(wanted):
                break
    return {
        cause: tuple(found[row] for row in rows) for cause, rows in done.sampled.items() if rows
    }


def _arrow(rows: NDArray[np.intp]) -> pa.Array:
    import pyarrow as pa

    return pa.array(rows)


class _Directions:
    """Final answers against those of the rules, in the order of the rules' outcomes."""

    def __init__(self, rules: RuleSet) -> None:
        # « From the least to the most favourable when that has a meaning »: it has one when the
        # rules say which outcomes are favourable.
        flags = [item.favourable for item in rules.outcomes]
        self._known = any(flag is not None for flag in flags)
        order = {False: 0, None: 1, True: 2}
        ranks = [order[flag] * len(flags) + index for index, flag in enumerate(flags)]
        self._ranks = np.array([*ranks, 0], dtype=np.int64)
        self._counts = [0, 0]

    def add(self, given: NDArray[np.int16], rules: NDArray[np.int8]) -> None:
        """Add the answers of a batch."""
        differing = np.flatnonzero((given != rules) & (given >= 0) & (rules >= 0))
        change = self._ranks[given[differing]] - self._ranks[rules[differing]]
        self._counts[0] += int(np.count_nonzero(change < 0))
        self._counts[1] += int(np.count_nonzero(change > 0))

    def found(self) -> Direction | None:
        """Return the counts, ``None`` when the answers have no order."""
        return Direction(*self._counts) if self._known else None


def _explanation(
    done: Pass, read: Callable[[Sequence[str]], Iterator[pa.RecordBatch]]
) -> Explanation:
    from clairevoie.decisions.replay.explaining import explain_gaps

    return explain_gaps(done, read)

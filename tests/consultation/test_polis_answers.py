"""What Polis itself published for four conversations, beside what we compute from their votes."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clairevoie.consultation.polis import PolisResult, conversation
from clairevoie.consultation.polis_groups import Cluster
from clairevoie.consultation.tallies import tally_by_group
from clairevoie.consultation.votes import Proposal, Votes, votes_of
from tests.consultation.made import read_export

pytestmark = pytest.mark.shared_data

FIXTURES = (
    "25ptpt-3gp-no-strict-with-meta",
    "above-100-ptpts",
    "below-100-ptpts",
    "nz-biodiversity",
)


@dataclass(frozen=True)
class Answer:
    """A conversation: its votes, what Polis published, and what we find from where it started."""

    votes: Votes
    said: dict[str, Any]
    found: PolisResult

    @property
    def tids(self) -> list[str]:
        return [proposal.id for proposal in self.votes.proposals]

    def clusters(self, found: tuple[Cluster, ...]) -> set[frozenset[int]]:
        names = self.votes.participants
        return {frozenset(int(names[at]) for at in cluster.members) for cluster in found}


def read_votes(folder: Path) -> list[tuple[int, int, int]]:
    """Participant, proposal, vote; where a pair comes twice the last row holds."""
    if (folder / "votes.csv").is_file():
        with (folder / "votes.csv").open(newline="", encoding="utf-8") as file:
            return [
                (int(row["voter-id"]), int(row["comment-id"]), int(row["vote"]))
                for row in csv.DictReader(file)
            ]
    return [
        (row["participant_id"], row["statement_id"], row["vote"])
        if "participant_id" in row
        else (row["pid"], row["tid"], row["vote"])
        for row in json.loads((folder / "votes.json").read_text(encoding="utf-8"))
    ]


def said_by_polis(folder: Path) -> dict[str, Any]:
    (path,) = folder.glob("math*.json")
    said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return said


def votes_in(folder: Path, said: dict[str, Any]) -> Votes:
    rows = read_votes(folder)
    people = sorted({person for person, _, _ in rows})
    place = {person: at for at, person in enumerate(people)}
    column = {tid: at for at, tid in enumerate(said["tids"])}
    person, proposal, value = zip(*rows, strict=True)
    return votes_of(
        [str(each) for each in people],
        [Proposal(str(tid), moderated=-(tid in said["mod-out"])) for tid in column],
        [place[each] for each in person],
        [column[each] for each in proposal],
        value,
    )


@pytest.fixture(scope="module", params=FIXTURES)
def answer(request: pytest.FixtureRequest) -> Answer:
    shared: Path = request.getfixturevalue("shared_data")
    folder = shared / "consultations" / "polis-answers" / request.param
    said = said_by_polis(folder)
    votes = votes_in(folder, said)
    base = said["base-clusters"]
    found = conversation(
        votes,
        meta=[str(tid) for tid in said["meta-tids"]],
        admitted=[str(person) for person in said["in-conv"]],
        axes=said["pca"]["comps"],
        base_centres=np.column_stack([base["x"], base["y"]]),
        group_centres=[group["center"] for group in said["group-clusters"]],
    )
    return Answer(votes, said, found)


def test_vote_tallies_are_all_equal(answer):
    base = answer.said["base-clusters"]["members"]
    place = {int(name): at for at, name in enumerate(answer.votes.participants)}
    clusters = np.full(len(place), -1)
    for at, members in enumerate(base):
        clusters[[place[person] for person in members]] = at
    by_base = tally_by_group(answer.votes, clusters, len(base))
    for letter, counts in (("A", by_base.agree), ("D", by_base.disagree), ("S", by_base.cast)):
        said = [answer.said["votes-base"][tid][letter] for tid in answer.tids]
        assert np.array_equal(counts.T, said)
        for gid, group in answer.said["group-votes"].items():
            ours = {"A": answer.found.votes.agree, "D": answer.found.votes.disagree}
            ours["S"] = answer.found.votes.cast
            expected = [group["votes"][tid][letter] for tid in answer.tids]
            assert ours[letter][int(gid)].tolist() == expected


def test_vote_counts_of_participants_are_all_equal(answer):
    cast = np.bincount(answer.votes.person)
    said = answer.said["user-vote-counts"]
    assert dict(zip(answer.votes.participants, cast.tolist(), strict=True)) == said


def test_axes_from_the_start_that_polis_had(answer):
    pca = answer.said["pca"]
    assert answer.found.centre == pytest.approx(np.array(pca["center"]), abs=1e-9)
    assert answer.found.axes == pytest.approx(np.array(pca["comps"]), abs=1e-6)
    assert answer.found.extremity == pytest.approx(np.array(pca["comment-extremity"]), abs=1e-6)


def test_axes_from_no_start_at_all(answer):
    axes = conversation(answer.votes).axes
    cosines = np.abs((axes * answer.said["pca"]["comps"]).sum(axis=1))
    assert (cosines >= 0.999).all()


def test_base_clusters_have_the_same_members(answer):
    said = {frozenset(members) for members in answer.said["base-clusters"]["members"]}
    assert answer.clusters(answer.found.base_clusters) == said


def test_the_best_k_is_the_one_that_polis_kept(answer):
    base = answer.said["base-clusters"]
    found = conversation(
        answer.votes,
        admitted=[str(person) for person in answer.said["in-conv"]],
        axes=answer.said["pca"]["comps"],
        base_centres=np.column_stack([base["x"], base["y"]]),
    )
    assert found.smoothing.k == len(answer.said["group-clusters"])


def test_groups_have_the_same_members(answer):
    base = answer.said["base-clusters"]
    inside = dict(zip(base["id"], base["members"], strict=True))
    for at, group in enumerate(answer.said["group-clusters"]):
        said = {person for number in group["members"] for person in inside[number]}
        ours = np.flatnonzero(answer.found.groups == at)
        assert {int(answer.votes.participants[who]) for who in ours} == said


def test_an_update_without_new_votes_changes_nobody(answer):
    said = answer.said
    again = conversation(
        answer.votes, meta=[str(tid) for tid in said["meta-tids"]], previous=answer.found
    )
    assert again.admitted.tolist() == answer.found.admitted.tolist()
    assert answer.clusters(again.base_clusters) == answer.clusters(answer.found.base_clusters)
    k = answer.found.smoothing.k
    ours, theirs = (
        [cluster.members.tolist() for cluster in result.clusterings[k]]
        for result in (again, answer.found)
    )
    assert ours == theirs


def test_group_aware_consensus(answer):
    said = [answer.said["group-aware-consensus"][tid] for tid in answer.tids]
    assert answer.found.consensus == pytest.approx(np.array(said), abs=1e-9, rel=0)


def test_priorities_and_only_meta_proposals_have_49(answer):
    said = np.array([answer.said["comment-priorities"][tid] for tid in answer.tids])
    # None of the four was made by the versions of Polis that give 49 to every proposal.
    assert np.flatnonzero(said == 49).tolist() == sorted(
        answer.tids.index(str(tid)) for tid in answer.said["meta-tids"]
    )
    assert answer.found.priorities == pytest.approx(said, abs=1e-9, rel=0)


def test_representative_proposals(answer):
    for gid, items in answer.said["repness"].items():
        ours = answer.found.representative[int(gid)]
        assert [(int(answer.tids[item.proposal]), item.agrees) for item in ours] == [
            (item["tid"], item["repful-for"] == "agree") for item in items
        ]
        assert [item.best_agree for item in ours] == [
            item.get("best-agree", False) for item in items
        ]
        for item, expected in zip(ours, items, strict=True):
            assert (item.successes, item.trials) == (expected["n-success"], expected["n-trials"])
            assert item.share == pytest.approx(expected["p-success"], abs=1e-9)
            assert item.share_test == pytest.approx(expected["p-test"], abs=1e-9)
            assert item.repness == pytest.approx(expected["repness"], abs=1e-9)
            # Published in single precision.
            assert item.repness_test == pytest.approx(expected["repness-test"], rel=1e-6)


def test_majorities_of_everybody(answer):
    for side, ours in (("agree", answer.found.agreed), ("disagree", answer.found.refused)):
        said = answer.said["consensus"][side]
        assert [
            (int(answer.tids[item.proposal]), item.successes, item.trials) for item in ours
        ] == [(item["tid"], item["n-success"], item["n-trials"]) for item in said]
        assert [item.share_test for item in ours] == pytest.approx(
            [item["p-test"] for item in said], abs=1e-9
        )


def test_admission_rests_on_a_history_that_the_votes_do_not_tell(answer):
    """Whoever is admitted once stays: some are in whose votes of today would not admit them."""
    inside = {str(person) for person in answer.said["in-conv"]}
    ours = conversation(answer.votes).admitted
    now = {name for name, kept in zip(answer.votes.participants, ours, strict=True) if kept}
    assert now <= inside
    counts = answer.said["user-vote-counts"]
    stayed = {counts[person] for person in inside - now}
    # Of two with as many votes one is in and the other is not: no rule on the counts gives that.
    assert stayed <= {counts[person] for person in counts if person not in inside}


def test_the_order_of_the_rows_changes_k(shared_data: Path):
    votes = read_export(shared_data / "consultations" / "brexit-consensus" / "votes.csv")
    chance = np.random.default_rng(0)
    found = set()
    for _ in range(20):
        place = chance.permutation(len(votes.participants))
        person = place[votes.person]
        order = np.lexsort((votes.proposal, person))
        mixed = replace(
            votes,
            participants=tuple(votes.participants[at] for at in np.argsort(place)),
            person=person[order].astype(np.int32),
            proposal=votes.proposal[order],
            value=votes.value[order],
            time=None,
        )
        found.add(conversation(mixed).smoothing.k)
    assert len(found) > 1

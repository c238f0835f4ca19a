"""Polis's method on examples small enough to be computed by hand from its formulas."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.consultation.findings import findings
from clairevoie.consultation.polis import conversation
from clairevoie.consultation.polis_groups import (
    Cluster,
    Smoothing,
    centred,
    choose_k,
    first_clusters,
    kmeans,
    most_groups,
    restart,
    silhouette,
)
from clairevoie.consultation.polis_priorities import importance, priorities
from clairevoie.consultation.polis_repness import (
    group_statistics,
    majority,
    proportion_test,
    representative,
    two_proportions_test,
)
from clairevoie.consultation.polis_space import (
    admit,
    extremity,
    principal_axes,
    project,
    without_moderated,
)
from clairevoie.consultation.tallies import Tallies
from clairevoie.consultation.votes import Proposal, Votes, votes_of
from tests.consultation.made import some_votes

NAN = np.nan


def two_camps(size: int = 20, proposals: int = 10, *, mixed: bool = True) -> Votes:
    """One camp agrees with the first half and refuses the other; the second the reverse.

    They come in turn, or all of the first camp before the second.
    """
    person, proposal = np.divmod(np.arange(2 * size * proposals), proposals)
    first = person % 2 == 0 if mixed else person < size
    value = np.where(first == (proposal < proposals // 2), 1, -1)
    # One pass each, so that they are not all at two points.
    value[proposal == person // (2 if mixed else 1) % proposals] = 0
    return votes_of(
        [f"p{at}" for at in range(2 * size)], [str(at) for at in range(proposals)], person,
        proposal, value,
    )  # fmt: skip


# The space


def test_seven_votes_admit_and_whoever_was_admitted_stays():
    cast = np.array([9] * 15 + [7, 6, 1])
    assert admit(cast, 20).tolist() == [True] * 16 + [False, False]
    before = np.array([False] * 17 + [True])
    assert admit(cast, 20, before).tolist() == [True] * 16 + [False, True]


def test_with_fewer_proposals_all_of_them_admit():
    assert admit(np.array([3] * 15 + [2]), 3).tolist() == [True] * 15 + [False]


def test_fifteen_are_admitted_if_there_are_so_many_those_who_voted_most():
    cast = np.array([8] * 10 + [1, 4, 2, 1, 3, 5, 1])
    admitted = admit(cast, 20)
    assert np.flatnonzero(~admitted).tolist() == [13, 16]


def test_axes_of_a_table_that_can_be_read():
    # Both proposals go together: 1 or -1 on both, and a little difference between them.
    table = np.array([[1.0, 1.0], [1.0, 0.0], [-1.0, -1.0], [-1.0, 0.0]])
    centre, axes = principal_axes(table)
    assert centre.tolist() == [0, 0]
    # The covariance is [[4, 2], [2, 2]]: its eigenvalues are 3 ± √5, with vectors (1, (√5 - 1)/2).
    first = np.array([1, (sqrt(5) - 1) / 2])
    assert axes[0] == pytest.approx(first / np.linalg.norm(first))
    assert axes[0] @ axes[1] == pytest.approx(0, abs=1e-12)


def test_a_vote_not_cast_has_the_mean_of_its_proposal():
    table = np.array([[1.0, 1.0], [1.0, NAN], [-1.0, -1.0], [-1.0, 0.0]])
    centre, axes = principal_axes(table)
    filled = table.copy()
    filled[1, 1] = 0
    assert centre.tolist() == [0, 0]
    assert axes == pytest.approx(principal_axes(filled)[1])


def test_axes_keep_the_side_they_start_from():
    table = np.array([[1.0, 1.0], [1.0, 0.0], [-1.0, -1.0], [-1.0, 0.0]])
    _, axes = principal_axes(table)
    _, turned = principal_axes(table, start=-axes)
    assert turned == pytest.approx(-axes)


def test_without_two_participants_or_two_proposals_there_are_no_axes():
    for table in (np.array([[1.0, -1.0]]), np.array([[1.0], [-1.0]])):
        _, axes = principal_axes(table)
        assert not axes.any()


def test_camps_that_agree_with_one_half_each_are_the_first_axis():
    half = np.array([1.0, 1.0, -1.0, -1.0])
    table = np.array([half, half, -half, -half])
    table[0, 0] = table[2, 3] = 0
    _, axes = principal_axes(table)
    assert (np.sign(axes[0]) * np.sign(axes[0, 0])).tolist() == half.tolist()


def test_equal_votes_give_equal_points_to_the_last_digit():
    chance = np.random.default_rng(3)
    table = np.repeat(chance.choice([-1.0, 0.0, 1.0, NAN], (5, 33)), 9, axis=0)
    points = project(table, chance.random(33), chance.random((2, 33)))
    assert len(np.unique(points, axis=0)) == 5


def test_axes_of_votes_that_do_not_differ_are_zeros():
    _, axes = principal_axes(np.ones((3, 2)))
    assert not axes.any()


def test_who_voted_on_one_of_four_is_drawn_twice_as_far():
    centre = np.array([0.5, 0.0, 0.0, 0.0])
    axes = np.array([[0.6, 0.8, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]])
    points = project(np.array([[-1.0, NAN, NAN, NAN], [-1.0, 1.0, 1.0, 0.0]]), centre, axes)
    assert points == pytest.approx(np.array([[2 * -1.5 * 0.6, 0], [-1.5 * 0.6 + 0.8, 1]]))


def test_a_proposal_moderated_out_counts_as_a_pass_by_everybody():
    table = np.array([[-1.0, NAN, 1.0, NAN]])
    zeroed = without_moderated(table, np.array([False, True, True, False]))
    assert np.array_equal(zeroed, [[-1, 0, 0, NAN]], equal_nan=True)
    axes = np.array([[1.0, 0, 0, 0], [0, 1.0, 0, 0]])
    # Three votes of four, of which one was cast on what is left.
    assert project(zeroed, np.zeros(4), axes) == pytest.approx(np.array([[-sqrt(4 / 3), 0]]))


def test_extremity_is_where_the_only_agreement_would_stand():
    found = extremity(np.array([-0.5, 0.0]), np.array([[0.6, 0.8], [0.8, -0.6]]))
    assert found == pytest.approx([0.5 * sqrt(2), sqrt(2)])


# Clusters


def points_on_a_line(*places: float) -> np.ndarray:
    return np.array([[place, 0.0] for place in places])


def members(clusters: tuple[Cluster, ...]) -> list[list[int]]:
    return [cluster.members.tolist() for cluster in clusters]


def test_the_first_distinct_points_are_the_first_centres():
    found = first_clusters(points_on_a_line(3, 3, 1, 3, 2), 2)
    assert [cluster.centre.tolist() for cluster in found] == [[3, 0], [1, 0]]


def test_k_means_moves_centres_until_they_stay():
    points = points_on_a_line(0, 1, 10, 11)
    found = kmeans(points, first_clusters(points, 2), steps=20)
    assert members(found) == [[0, 1], [2, 3]]
    assert [cluster.centre[0] for cluster in found] == [0.5, 10.5]


def test_k_means_stops_after_one_step_more_than_asked():
    points = points_on_a_line(0, 1, 10, 11)
    found = kmeans(points, first_clusters(points, 2), steps=0)
    assert members(found) == [[0], [1, 2, 3]]


def test_weights_move_the_centre_only():
    points = points_on_a_line(0, 1, 10)
    weights = np.array([3.0, 1.0, 1.0])
    found = kmeans(points, centred(points_on_a_line(0, 10)), steps=20, weights=weights)
    assert found[0].centre[0] == 0.25


def test_a_tie_goes_to_the_last_cluster_and_an_empty_one_is_dropped():
    found = kmeans(points_on_a_line(0, 4), centred(points_on_a_line(0, 0, 4)), steps=20)
    assert [cluster.id for cluster in found] == [1, 2]
    tied = kmeans(points_on_a_line(0, 1, 2), centred(points_on_a_line(0, 2)), steps=0)
    assert members(tied) == [[0], [1, 2]]


def test_silhouette_by_hand():
    points = points_on_a_line(0, 1, 10)
    clusters = kmeans(points, centred(points_on_a_line(0, 10)), steps=20)
    # (10 - 1) / 10, (9 - 1) / 9, and 0 for the one that is alone.
    assert silhouette(points, clusters) == pytest.approx((0.9 + 8 / 9 + 0) / 3)
    with pytest.raises(ValueError, match="two clusters"):
        silhouette(points, clusters[:1])


def test_one_k_more_for_twelve_base_clusters():
    assert [most_groups(bases) for bases in (1, 11, 12, 24, 35, 36, 100)] == [2, 2, 3, 4, 4, 5, 5]


def test_k_changes_when_another_was_best_four_times_in_a_row():
    state = choose_k({2: 0.5, 3: 0.4})
    assert state == Smoothing(2, 1, 2)
    seen = []
    for best in (3, 3, 3, 2, 3, 3, 3, 3):
        state = choose_k({2: 0.5, 3: 0.6 if best == 3 else 0.4}, state)
        seen.append(state.k)
    assert seen == [2, 2, 2, 2, 2, 2, 2, 3]


def test_of_two_k_as_good_the_larger():
    assert choose_k({2: 0.5, 3: 0.5}).k == 3


def test_the_farthest_point_makes_the_cluster_that_lacks():
    before = (Cluster(4, np.array([0, 1, 2]), np.zeros(2)),)
    found = restart(points_on_a_line(0, 1, 10), before, 2)
    assert [cluster.id for cluster in found] == [4, 5]
    assert members(found) == [[0, 1], [2]]
    assert [cluster.centre[0] for cluster in found] == [0.5, 10]


def test_clusters_come_to_one_place_are_one():
    before = (
        Cluster(0, np.array([0]), np.zeros(2)),
        Cluster(1, np.array([1, 2]), np.ones(2)),
    )
    found = restart(points_on_a_line(5, 5, 5), before, 3)
    assert [(cluster.id, cluster.members.tolist()) for cluster in found] == [(1, [0, 1, 2])]


# What represents a group


def test_share_against_one_half():
    # 2 √9 (4/9 - 1/2)
    assert proportion_test(np.array([3]), np.array([8])) == pytest.approx([-1 / 3])


def test_two_shares_against_each_other():
    inside, outside = np.array([2, 3, 3]), np.array([5, 0, 3])
    cast_inside, cast_outside = np.array([5, 3, 3]), np.array([11, 3, 3])
    found = two_proportions_test(inside, outside, cast_inside, cast_outside)
    # 3/6 and 6/12; 4/4 and 1/4 with 5/8 in all; both 1.
    assert found == pytest.approx([0, 0.75 / sqrt(5 / 8 * 3 / 8 * (1 / 4 + 1 / 4)), 0])


def tallies(agree: list[list[int]], disagree: list[list[int]], cast: list[list[int]]) -> Tallies:
    return Tallies(np.array(agree), np.array(disagree), np.array(cast))


def test_ratio_is_to_all_other_groups_together():
    found = group_statistics(tallies([[8], [1], [2]], [[0], [1], [1]], [[8], [4], [6]]))
    assert found.agreement[0, 0] == pytest.approx(9 / 10)
    assert found.agreement_ratio[0, 0] == pytest.approx((9 / 10) / (4 / 12))
    assert found.disagreement_ratio[2, 0] == pytest.approx((2 / 8) / (2 / 14))


def test_representative_proposals_agreed_with_first():
    votes = tallies(
        [[18, 1, 10, 19], [1, 18, 10, 19]],
        [[1, 18, 10, 1], [18, 1, 10, 1]],
        [[20, 20, 20, 20], [20, 20, 20, 20]],
    )
    one, other = representative(votes, np.ones(4, dtype=bool))
    assert [(item.proposal, item.agrees) for item in one] == [(0, True), (1, False)]
    assert [(item.proposal, item.agrees) for item in other] == [(1, True), (0, False)]
    assert one[0].best_agree
    assert not one[1].best_agree
    assert one[0].repness == pytest.approx(19 / 2)
    assert one[0].share_test == pytest.approx(2 * sqrt(21) * (19 / 21 - 0.5))
    assert one[0].repness_test == float(np.float32(one[0].repness_test))


def test_a_group_that_nothing_represents_has_what_it_agrees_with_most():
    votes = tallies(
        [[8, 9], [8, 9]],
        [[2, 1], [2, 1]],
        [[10, 10], [10, 10]],
    )
    for items in representative(votes, np.ones(2, dtype=bool)):
        assert [(item.proposal, item.best_agree) for item in items] == [(1, True)]


def test_a_group_that_agrees_with_nothing_has_what_differs_most():
    votes = tallies([[0, 0], [0, 1]], [[2, 1], [1, 1]], [[5, 5], [5, 5]])
    (item,) = representative(votes, np.ones(2, dtype=bool))[0]
    assert (item.proposal, item.agrees, item.best_agree) == (0, False, False)


def test_what_is_moderated_out_represents_nobody():
    votes = tallies([[18, 10], [1, 10]], [[1, 5], [18, 5]], [[20, 20], [20, 20]])
    kept = np.array([False, True])
    assert all(item.proposal == 1 for items in representative(votes, kept) for item in items)
    assert representative(votes, np.zeros(2, dtype=bool)) == ((), ())


def test_majorities_of_everybody_the_surest_first():
    votes = Tallies(
        np.array([20, 9, 1, 19, 11]), np.array([0, 1, 19, 1, 9]), np.array([20, 10, 20, 20, 20])
    )
    agreed, refused = majority(votes, np.ones(5, dtype=bool))
    assert [item.proposal for item in agreed] == [0, 3, 1]
    assert [item.proposal for item in refused] == [2]
    assert agreed[0].share == pytest.approx(21 / 22)


# Priorities


def test_importance_by_hand():
    found = importance(np.array([1]), np.array([0]), np.array([1]), np.array([0.0]))
    assert found == pytest.approx([2 / 3 * 2 / 3])


def test_priorities_by_hand():
    agree, passed, cast = np.array([0, 1, 18, 3]), np.array([0, 0, 3, 1]), np.array([0, 1, 25, 9])
    far, meta = np.array([0.0, 0.0, 1.0, 2.0]), np.array([False, False, False, True])
    assert priorities(agree, passed, cast, far, meta) == pytest.approx(
        [
            (0.25 * 9) ** 2,
            (4 / 9 * (1 + 8 * 2**-0.2)) ** 2,
            (23 / 27 * 2 * 19 / 27 * (1 + 8 / 32)) ** 2,
            49,
        ]
    )


# The whole


def test_two_camps_are_two_groups_that_findings_take():
    votes = two_camps()
    found = conversation(votes)
    assert found.smoothing.k == len(found.votes.cast) == 2
    assert found.groups.tolist() == [0, 1] * 20
    assert findings(votes, found.groups).sizes == (20, 20)
    first = found.representative[0]
    assert {item.proposal for item in first if item.agrees} <= {0, 1, 2, 3, 4}
    agreed, cast = found.votes.agree[:, 0], found.votes.cast[:, 0]
    assert found.consensus[0] == pytest.approx(np.prod((agreed + 1) / (cast + 2)))


def test_two_camps_that_come_one_after_the_other_are_cut_across():
    """The first two points are of one camp, and k-means does not come back from there."""
    groups = conversation(two_camps(mixed=False)).groups
    assert set(groups[:20]) == set(groups[20:]) == {0, 1}


def test_who_did_not_vote_and_what_has_no_vote_are_unknown():
    votes = two_camps()
    more = replace(
        votes,
        participants=(*votes.participants, "silent"),
        proposals=(*votes.proposals, Proposal("new")),
    )
    found, plain = conversation(more), conversation(votes)
    assert found.groups[-1] == -1
    assert np.isnan(found.points[-1]).all()
    assert np.isnan(found.priorities[-1])
    assert found.groups[:-1].tolist() == plain.groups.tolist()
    assert found.priorities[:-1] == pytest.approx(plain.priorities)


def test_moderated_and_meta_proposals_are_out_and_meta_has_49():
    votes = two_camps()
    proposals = (replace(votes.proposals[0], moderated=-1), *votes.proposals[1:])
    found = conversation(replace(votes, proposals=proposals), meta=["3"])
    assert np.flatnonzero(found.out).tolist() == [0, 3]
    assert found.centre[[0, 3]].tolist() == [0, 0]
    assert found.priorities[3] == 49
    assert found.priorities[0] < 49
    named = {item.proposal for items in found.representative for item in items}
    assert not named & {0, 3}
    marked = (*proposals[:3], replace(proposals[3], meta=True), *proposals[4:])
    same = conversation(replace(votes, proposals=marked))
    assert same.out.tolist() == found.out.tolist()
    assert same.groups.tolist() == found.groups.tolist()
    assert same.priorities.tolist() == found.priorities.tolist()


def test_an_update_with_the_same_votes_changes_nothing_but_the_count_of_k():
    votes = two_camps()
    once = conversation(votes)
    twice = conversation(votes, previous=once)
    assert twice.groups.tolist() == once.groups.tolist()
    assert twice.smoothing == Smoothing(2, 2, 2)
    assert [cluster.id for cluster in twice.base_clusters] == [
        cluster.id for cluster in once.base_clusters
    ]


def test_an_update_takes_newcomers_in():
    votes = two_camps()
    kept = votes.person < 30
    before = conversation(
        Votes(
            votes.participants[:30],
            votes.proposals,
            votes.person[kept],
            votes.proposal[kept],
            votes.value[kept],
        )
    )
    after = conversation(votes, previous=before)
    assert (after.groups >= 0).all()
    assert after.groups[:30].tolist() == before.groups.tolist()


def test_starting_centres_give_k():
    votes = two_camps()
    points = conversation(votes).points
    found = conversation(votes, group_centres=points[[0, 10, 1]])
    assert found.smoothing.k == 3
    assert found.groups[[0, 10, 1]].tolist() == [0, 1, 2]


def test_one_participant_is_one_group():
    found = conversation(votes_of(["p"], ["a", "b"], [0, 0], [0, 1], [1, -1]))
    assert found.groups.tolist() == [0]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"meta": ["none"]}, "proposal 'none' is not among"),
        ({"admitted": ["none"]}, "participant 'none' is not among"),
        ({"axes": np.ones((2, 3))}, r"\(2, 10\) is needed"),
        ({"group_centres": [1.0, 2.0]}, "group centres of shape"),
        ({"base_centres": [[1.0]]}, "base centres of shape"),
    ],
)
def test_what_cannot_be_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        conversation(two_camps(), **wrong)


def test_no_vote_at_all_and_votes_that_do_not_follow_are_refused():
    with pytest.raises(ValueError, match="no vote"):
        conversation(votes_of(["p"], ["a"], [], [], []))
    votes = two_camps()
    before = conversation(votes)
    with pytest.raises(ValueError, match="participants do not begin"):
        conversation(
            replace(votes, participants=tuple(reversed(votes.participants))), previous=before
        )


@given(some_votes(), st.integers(1, 3))
def test_an_answer_for_any_votes_and_the_updates_after(votes, updates):
    if not len(votes.person):
        return
    found = conversation(votes)
    for _ in range(updates):
        found = conversation(votes, previous=found)
    placed = np.concatenate([cluster.members for cluster in found.base_clusters])
    assert sorted(placed.tolist()) == np.flatnonzero(found.admitted).tolist()
    assert ((found.groups >= 0) == found.admitted).all()
    assert set(found.groups[found.admitted]) == set(range(len(found.votes.cast)))
    assert np.isfinite(found.priorities[found.counted]).all()
    assert ((found.consensus > 0) & (found.consensus < 1))[found.counted].all()

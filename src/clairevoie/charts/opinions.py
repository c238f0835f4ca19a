"""Opinion map: where groups stand when people who vote alike are put close to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from clairevoie.charts.scales import check_key
from clairevoie.charts.sweep import check_count

Place = tuple[float, float]
"""Across and up, in the unit of the map, which has no name."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """A group on the map.

    Attributes:
        label: its name.
        written: how many it is, in words.
        share_written: its share of those on the map, in words.
        centre: its middle.
        outline: the corners of the area where about half of it is, which may be empty.
    """

    label: str
    written: str
    share_written: str
    centre: Place
    outline: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Landmark:
    """A proposal on the map: who agrees with it stands on its side."""

    number: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class OpinionMap:
    """Groups and a few proposals on a plane; both directions have the same unit."""

    key: str
    title: str
    description: str
    groups: tuple[Cloud, ...]
    proposals: tuple[Landmark, ...]
    note: str


def opinion_map(
    key: str,
    title: str,
    groups: Sequence[Cloud],
    proposals: Sequence[Landmark] = (),
    *,
    description: str,
    note: str = "",
) -> OpinionMap:
    """Return a map of groups. It shows groups, never a person.

    Args:
        key: identifies the chart on its page (ASCII letters, digits, hyphens).
        title: of what the map is.
        groups: six at most.
        proposals: few enough to be told apart; the data table has their texts.
        description: what the map shows, in one sentence, for who does not see it.
        note: how to read it, written above it.

    Raises:
        ValueError: too many groups, or a place that is not on a plane.
    """
    check_key(key)
    check_count(len(groups))
    places = [place for group in groups for place in (group.centre, *group.outline)]
    places += [proposal.place for proposal in proposals]
    if not all(isfinite(value) for place in places for value in place):
        raise ValueError("a place on the map is infinite or not a number")
    return OpinionMap(key, title, description, tuple(groups), tuple(proposals), note)

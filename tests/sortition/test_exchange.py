"""Files of other tools: what is written is read again, and is what these tools document."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.sortition.exchange import (
    Flexible,
    Tool,
    drawn_files,
    people_csv,
    portfolio_csv,
    quotas_csv,
    read_flexible,
    read_people,
    read_portfolio,
)
from clairevoie.sortition.files import read_pool, read_quotas
from clairevoie.sortition.pool import PoolProblem, Quota

QUOTAS = (Quota("genre", "femme", 1, 2), Quota("genre", "homme", 0, 1))
POOL = b"id;genre;rue\n3;femme;A, 1\n1;homme;A, 1\n2;femme;\n4;homme;\n"


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize(
    ("tool", "header"),
    [
        (Tool.SORTITION_ALGORITHMS, ["feature", "value", "min", "max"]),
        (Tool.STRATIFYSELECT, ["category", "name", "min", "max"]),
        (Tool.PANELOT, ["category", "feature", "min", "max"]),
    ],
)
def test_quotas_of_each_tool_are_read_again(tool: Tool, header: list[str]) -> None:
    content = quotas_csv(QUOTAS, tool)
    assert lines(content)[0] == header
    assert read_quotas(content) == QUOTAS
    assert read_flexible(content) == {}


def test_limits_of_changes_go_with_the_quotas() -> None:
    limits = {("genre", "femme"): Flexible(0, 3)}
    content = quotas_csv(QUOTAS, Tool.SORTITION_ALGORITHMS, flexible=limits)
    assert lines(content)[1:] == [
        ["genre", "femme", "1", "2", "0", "3"],
        ["genre", "homme", "0", "1", "0", "1"],
    ]
    assert read_flexible(content) == {**limits, ("genre", "homme"): Flexible(0, 1)}
    assert read_quotas(content) == QUOTAS
    inside = {("genre", "femme"): Flexible(2, 3)}
    with pytest.raises(PoolProblem, match="must be around them"):
        quotas_csv(QUOTAS, Tool.STRATIFYSELECT, flexible=inside)
    with pytest.raises(PoolProblem, match="Panelot has no min_flex"):
        quotas_csv(QUOTAS, Tool.PANELOT, flexible=limits)
    with pytest.raises(PoolProblem, match="line 2: min_flex 'x'"):
        read_flexible(b"category,feature,min,max,min_flex,max_flex\ng,a,0,1,x,2\n")


def test_names_that_differ_by_capitals_are_refused() -> None:
    with pytest.raises(PoolProblem) as caught:
        quotas_csv(
            [Quota("g", "a", 0, 1), Quota("G", "b", 0, 1), Quota("g", "A", 0, 1)], Tool.PANELOT
        )
    assert len(caught.value.problems) == 2
    assert "G and g differ by capitals" in caught.value.problems[0]
    assert "g / A and g / a differ by capitals" in caught.value.problems[1]


def test_volunteers_keep_their_columns_and_have_a_name() -> None:
    people = read_people(POOL)
    assert people.persons == ("3", "1", "2", "4")
    assert lines(people_csv(people))[:2] == [["id", "genre", "rue"], ["3", "femme", "A, 1"]]
    unnamed = read_people(b"genre\nfemme\n\nhomme\n")
    assert unnamed.header == ("nationbuilder_id", "genre")
    # The number of the line, as `read_pool` does.
    assert unnamed.persons == ("2", "4")
    problem = read_pool(people_csv(unnamed), (Quota("genre", "femme", 0, 1), QUOTAS[1]), size=1)
    assert problem.persons == ("2", "4")
    with pytest.raises(PoolProblem, match="no column 'x'"):
        read_people(POOL, identifier="x")


def test_who_was_drawn_and_who_remains() -> None:
    people = read_people(POOL)
    found = drawn_files(people, ["3", "2"])
    assert [row[0] for row in lines(found["selected.csv"])] == ["id", "3", "2"]
    assert [row[0] for row in lines(found["remaining.csv"])] == ["id", "1", "4"]
    # Volunteer 1 has the address of volunteer 3; no address is no household.
    found = drawn_files(people, ["3", "2"], household="rue")
    assert [row[0] for row in lines(found["remaining.csv"])] == ["id", "4"]
    with pytest.raises(PoolProblem, match=r"'9' is none of the volunteers"):
        drawn_files(people, ["9"])
    with pytest.raises(PoolProblem, match="no column 'street'"):
        drawn_files(people, ["3"], household="street")


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=6)


@given(
    st.integers(1, 4).flatmap(
        lambda size: st.lists(
            st.lists(NAMES, min_size=size, max_size=size, unique=True), min_size=1, max_size=5
        )
    )
)
def test_a_portfolio_is_read_again(panels: list[list[str]]) -> None:
    assert read_portfolio(portfolio_csv(panels)) == tuple(tuple(each) for each in panels)


def test_a_portfolio_that_is_none() -> None:
    with pytest.raises(PoolProblem, match="as many members"):
        portfolio_csv([["a"], ["a", "b"]])
    with pytest.raises(PoolProblem) as caught:
        read_portfolio(b"panel,member_1,member_2\n0,a,a\n2,a,b\n")
    assert [each.split(":")[1] for each in caught.value.problems] == [
        " a member is missing, or is there twice.",
        " panel '2' should be 1.",
    ]


@pytest.mark.shared_data
@pytest.mark.parametrize("tool", Tool)
def test_real_pools_come_back_as_they_were(shared_data: Path, tool: Tool) -> None:
    folders = [each for each in sorted((shared_data / "sortition").iterdir()) if each.is_dir()]
    assert folders
    for folder in folders:
        pool, quotas = (folder / each for each in ("respondents.csv", "categories.csv"))
        size = int(folder.name.rpartition("_")[2])
        asked = read_quotas(quotas.read_bytes())
        again = read_quotas(quotas_csv(asked, tool))
        assert again == asked
        before = read_pool(pool.read_bytes(), asked, size=size)
        after = read_pool(people_csv(read_people(pool.read_bytes())), again, size=size)
        assert after.persons == before.persons
        assert (after.features, after.kind.tolist()) == (before.features, before.kind.tolist())

"""Lists in parts: nothing twice, nothing left out, whatever happens meanwhile."""

import pytest

from clairevoie.web.register.models import System
from clairevoie.web.register.services.search import SORTS, SearchQuery, all_ids
from tests.api.conftest import Api
from tests.builders import record, said, store

pytestmark = pytest.mark.django_db
NAMES = (
    *("Éclair", "eclair", "Zèbre", "Œuvre", "Même", "Même"),
    *("a" * 60, "a" * 61, "É" * 40, "É" * 41),
)


@pytest.fixture(autouse=True)
def _many(db: None) -> None:
    store(
        *(
            record(
                f"s-{rank}",
                said(f"s-{rank}", "need", "Un besoin.", date=f"20{10 + rank % 3}"),
                said(f"s-{rank}", "purpose" if rank % 2 else "need", "Un but."),
                name=name,
            )
            for rank, name in enumerate(NAMES)
        )
    )


def read_all(api: Api, path: str) -> list[str]:
    slugs: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        part = api.json(f"{path}&cursor={cursor}")
        slugs += [item["slug"] for item in part["items"]]
        cursor = part["next_cursor"]
    return slugs


def in_order(sort: str, text: str = "") -> list[str]:
    ids = all_ids(SearchQuery(text=text, sort=sort))
    slugs = dict(System.objects.values_list("pk", "slug"))
    return [slugs[pk] for pk in ids]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 3, 10])
@pytest.mark.parametrize("text", ["", "besoin", "eclair"])
def test_the_parts_make_the_whole(api: Api, sort: str, limit: int, text: str) -> None:
    assert read_all(api, f"/systems?sort={sort}&limit={limit}&q={text}") == in_order(sort, text)


@pytest.mark.parametrize("sort", SORTS)
def test_what_comes_before_meanwhile_repeats_nothing(api: Api, sort: str) -> None:
    path = f"/systems?sort={sort}&limit=4"
    before = in_order(sort)
    first = api.json(path)
    store(
        record("nouveau-1", name="Aaa", purpose="Un but.", need="B", context="C"),
        record("nouveau-2", name="Zzz"),
    )
    rest = read_all_after(api, path, first["next_cursor"])
    seen = [item["slug"] for item in first["items"]] + rest
    assert len(set(seen)) == len(seen)
    assert [slug for slug in seen if slug in before] == before


def read_all_after(api: Api, path: str, cursor: str | None) -> list[str]:
    slugs: list[str] = []
    while cursor is not None:
        part = api.json(f"{path}&cursor={cursor}")
        slugs += [item["slug"] for item in part["items"]]
        cursor = part["next_cursor"]
    return slugs


def test_the_last_system_seen_may_move_away(api: Api) -> None:
    first = api.json("/systems?sort=name&limit=3")
    last = first["items"][-1]["slug"]
    store(record(last, name="Zzzzz"))
    rest = read_all_after(api, "/systems?sort=name&limit=3", first["next_cursor"])
    seen = {item["slug"] for item in first["items"]} | set(rest)
    assert len(seen) == len(NAMES)

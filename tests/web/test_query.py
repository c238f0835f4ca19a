"""The list's address, read and written back."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.web.register.services.search import FACETS, SearchQuery
from clairevoie.web.register.views.query import (
    TEXT_LIMIT,
    query_string,
    search_query,
    search_text,
)

FULL = (
    "q=aide+sociale&body=dgfip&body=ville-de-lens&status=deployed&status=none&automation=fully"
    "&completeness=0-9&divergence=yes&tri=recent"
)


def test_an_address_is_read() -> None:
    query = search_query(QueryDict(f"{FULL}&page=3"))
    assert query == SearchQuery(
        text="aide sociale",
        chosen={
            "body": ("dgfip", "ville-de-lens"),
            "status": ("deployed", "none"),
            "automation": ("fully",),
            "completeness": ("0-9",),
            "divergence": ("yes",),
        },
        sort="recent",
        page=3,
        language="fr",
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "q=",
        "page=0",
        "page=-1",
        "page=1e3",
        "page=٣",
        "page=99999999999999999999",
        "tri=price",
        "status=unheard",
        "body=é",
        "body=a b",
        f"body={'9' * 90}",
        "divergence=no",
        "completeness=1-2",
        "unheard=1",
    ],
)
def test_what_is_not_known_is_ignored(text: str) -> None:
    assert search_query(QueryDict(text)) == SearchQuery(language="fr")


def test_an_address_is_written_back() -> None:
    query = search_query(QueryDict(f"{FULL}&page=3"))
    assert search_query(QueryDict(query_string(query))) == query
    assert query_string(SearchQuery()) == ""
    assert query_string(query, page=1).endswith("tri=recent")


def test_a_change_goes_back_to_the_first_page() -> None:
    query = search_query(QueryDict(f"{FULL}&page=3"))
    changed = search_query(QueryDict(query_string(query, status=["test"], q=None)))
    assert (changed.text, changed.page) == ("", 1)
    assert changed.chosen["status"] == ("test",)
    assert search_query(QueryDict(query_string(query, page=4))).page == 4
    assert "status" not in query_string(query, status=None)
    with pytest.raises(TypeError, match="sort"):
        query_string(query, sort="name")


@given(st.text(max_size=500))
def test_words_are_one_readable_line(text: str) -> None:
    clean = search_text(text)
    assert len(clean) <= TEXT_LIMIT
    assert clean == search_text(clean)
    assert clean.isprintable() or not clean.isascii()
    clean.encode()


@given(st.dictionaries(st.sampled_from(["q", "tri", "page", *FACETS]), st.lists(st.text())))
def test_any_address_is_read(values: dict[str, list[str]]) -> None:
    params = QueryDict(mutable=True)
    for name, texts in values.items():
        params.setlist(name, texts)
    query = search_query(params)
    assert search_query(QueryDict(query_string(query))) == query

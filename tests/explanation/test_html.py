"""The HTML fragment: escaped, semantic, without style or script."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clairevoie.explanation.explaining import explain
from clairevoie.explanation.html import html_fragment
from clairevoie.rules.evaluate import evaluate
from clairevoie.rules.model import Basis, RuleSet
from tests.explanation.cases import DAY, SCALE, read

VOID = {"br"}


class Outline(HTMLParser):
    """Elements in order, checked to be closed in the order they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.labelled: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value)
            if name == "aria-labelledby":
                self.labelled.append(value)
            if name == "href":
                self.links.append(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def outline(html: str) -> Outline:
    found = Outline()
    found.feed(html)
    found.close()
    assert found.open == []
    return found


CASE = {"enfants": 3, "quotient": 600, "situation": "couple", "habite": True}


def hostile(rules: RuleSet, text: str) -> RuleSet:
    """The same rules with a hostile text wherever one can be written."""
    words = {"fr": text, "en": text}
    version: Any = rules.versions[0]
    inputs = tuple(
        replace(
            item,
            label=words,
            unit=words,
            source=words,
            categories=tuple(replace(one, label=words) for one in item.categories),
        )
        for item in version.inputs
    )
    criteria = tuple(
        replace(one, label=words, basis=Basis(text, url=text)) for one in version.content.criteria
    )
    content = replace(version.content, criteria=criteria)
    return replace(
        rules,
        title=words,
        purpose=words,
        body=text,
        unit=words,
        result=words,
        outcomes=tuple(replace(one, label=words) for one in rules.outcomes),
        versions=(replace(version, inputs=inputs, content=content),),
    )


@given(
    st.sampled_from(
        (
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "javascript:alert(1)",
            "a & b < c",
            "{value} %s {0}",
            "\u202erenversé",
        )
    )
    | st.text(min_size=1, max_size=40).filter(str.strip)
)
@settings(max_examples=40)
def test_hostile_texts_stay_texts(text):
    rules = hostile(read(SCALE), text)
    trace = evaluate(rules, CASE, day=DAY)
    for language in ("fr", "en"):
        html = html_fragment(explain(rules, trace, language=language))
        found = outline(html)
        assert set(found.tags) <= {
            *("div section h2 p ul ol li table thead tbody tr th td".split()),
            *("small strong span br a".split()),
        }
        assert all(link.startswith(("http://", "https://")) for link in found.links)
        assert found.attributes <= {
            *("id class lang role tabindex aria-labelledby scope href".split()),
        }


def test_the_fragment_is_semantic():
    rules = read(SCALE)
    html = html_fragment(explain(rules, evaluate(rules, CASE, day=DAY)))
    found = outline(html)
    assert len(found.ids) == len(set(found.ids))
    assert set(found.labelled) <= set(found.ids)
    assert found.links == ["https://example.org/3"] * 3
    assert html.startswith('<div lang="fr">')
    assert "h1" not in found.tags


def test_headings_and_identifiers_are_the_page_s():
    rules = read(SCALE)
    one = explain(rules, evaluate(rules, CASE, day=DAY), language="en")
    html = html_fragment(one, level=4, prefix="mine", short=True)
    assert '<h4 id="mine-short">In short</h4>' in html
    assert "mine-data" not in html
    with pytest.raises(ValueError, match="level 7"):
        html_fragment(one, level=7)
    with pytest.raises(ValueError, match="cannot start an identifier"):
        html_fragment(one, prefix='x" onclick="')


def test_invented_rules_say_so():
    rules = replace(read(SCALE), fictitious=True)
    html = html_fragment(explain(rules, evaluate(rules, CASE, day=DAY)))
    assert '<p class="notice">Règles inventées' in html

"""What must hold on every page that a visitor can reach.

The pages are found by following the site's links (tests/browser/crawl.py): a new page is checked
without being listed anywhere. On each of them too, a console error, a script error or a request to
anything but the site is a failure (tests/browser/conftest.py).
"""

import re

from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page

from tests.browser.axe import assert_accessible, overflow
from tests.browser.conftest import Visits
from tests.browser.crawl import Crawl

# What no visitor reaches by a link: a regular expression of pattern names, and the reason.
NOT_VISITED: dict[str, str] = {
    r"accounts:(?!login$).*": "for people who have signed in",
    r"api:.*": "the API has tests of its own",
    r"files:.*": "only where a source has an archived copy",
    r"register:(contribute_system|replace|reply|moderate)": "for people who have signed in",
    r"oidc:.*": "only where an identity provider is set up",
    r"rules:publish": "for people who have signed in",
    r"decisions:(journals?|replay)": "for people who have signed in",
    r"audit:(access|journal|moderate|reply|run)": "for people who have signed in",
    r"consultation:(answer|moderate|progress|replace)": "for people who have signed in",
    r"consultation:(decide|open|organise)": "for people who have signed in",
    r"consultation:(come_back|leave|own_votes|propose|who)": "for people who take part",
    r"sortition:(announce|chances|commit|enter|panel|pool|private_file)": "for organisers",
    r"sortition:quotas(_check)?": "for organisers",
    r"explanation:letter": "posted from the explanation of one's own decision",
}


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> set[str]:
    """The names of all URL patterns, with their namespaces."""
    found = set()
    for entry in patterns:
        if isinstance(entry, URLResolver):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            found |= names(entry.url_patterns, space)
        elif entry.name:
            found.add(prefix + entry.name)
    return found


def test_no_link_is_broken(crawled: Crawl) -> None:
    assert not crawled.broken, "\n" + "\n".join(crawled.broken)


def test_no_page_escapes(crawled: Crawl) -> None:
    forgotten = {
        name
        for name in names(get_resolver().url_patterns) - crawled.reached
        if not any(re.fullmatch(known, name) for known in NOT_VISITED)
    }
    assert not forgotten, (
        "no link leads to these pages: link them, or say why not in NOT_VISITED: "
        + ", ".join(sorted(forgotten))
    )


def test_accessible_in_light_and_dark(public_pages, axe_page: Page, subtests) -> None:
    for name, path in public_pages.items():
        with subtests.test(name, path=path):
            axe_page.goto(path)
            assert_accessible(axe_page)


def test_nothing_wider_than_a_small_screen(public_pages, page: Page, subtests) -> None:
    for name, path in public_pages.items():
        with subtests.test(name, path=path):
            page.goto(path)
            assert overflow(page, 320) is None


def test_the_same_page_without_javascript(
    public_pages: dict[str, str], new_page: Visits, subtests
) -> None:
    page, plain = new_page(), new_page(javascript=False)
    for name, path in public_pages.items():
        with subtests.test(name, path=path):
            page.goto(path)
            plain.goto(path)
            titles = plain.locator("h1").all_inner_texts()
            assert len(titles) == 1, f"{len(titles)} h1 on the page"
            assert page.locator("h1").all_inner_texts() == titles
            assert plain.title() == page.title() != ""

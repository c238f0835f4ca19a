"""A real browser on a real server.

The server is `clairevoie serve` in a process of its own, with the demonstration register, because
the database refuses to forget (append-only tables), which Django's own live server needs. The
demonstration is loaded once and copied for each worker.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.browser.crawl import Crawl, crawl
from tests.browser.site import Site, Workshop

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
OWN_STATUS = r"status of 4\d\d"
NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder bears the marker `browser`."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def cannot(reason: str) -> NoReturn:
    """Skip what needs a browser; where nothing may be skipped, fail."""
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, or the one of $CHROMIUM, or Playwright's own."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    # Playwright keeps an event loop in this thread, which the ORM would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except BrowserError:
            if found:
                raise
            launched = None
        if launched is None:
            cannot("no Chromium: install it (Debian: apt-get install chromium) or set CHROMIUM")
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The running site with the demonstration register, this worker's own."""
    base = tmp_path_factory.getbasetemp()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    workshop = Workshop(base.parent if worker != "alone" else base)
    with workshop.serve(worker) as running:
        yield running


class Visits:
    """The pages that a test opens, and what went wrong on them that the test did not ask about."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.problems: list[str] = []
        self.contexts: list[Any] = []
        self.log_start = site.log.stat().st_size

    def __call__(
        self, *, javascript: bool = True, expected_console: str | None = None, **options: Any
    ) -> Page:
        """A page of a fresh context (no cookie); `options` are those of Playwright's new_context.

        A console error is a failure, unless it matches `expected_console`.
        """
        options = {"locale": "fr-FR", "base_url": self.site.url, **options}
        context = self.browser.new_context(java_script_enabled=javascript, **options)
        self.contexts.append(context)
        context.route("**/*", self._only_the_site)
        page = context.new_page()

        def on_console(message: ConsoleMessage) -> None:
            # A page that says 403 or 404 of itself is what the test went to see.
            itself = message.location.get("url") == page.url and re.search(OWN_STATUS, message.text)
            expected = expected_console and re.search(expected_console, message.text)
            if message.type == "error" and not itself and not expected:
                self.problems.append(f"console of {page.url}: {message.text}")

        page.on("console", on_console)
        page.on("pageerror", lambda error: self.problems.append(f"script of {page.url}: {error}"))
        return page

    def _only_the_site(self, route: Route) -> None:
        if route.request.url.startswith((f"{self.site.url}/", "data:", "blob:")):
            route.continue_()
        else:
            self.problems.append(f"request outside the site: {route.request.url}")
            route.abort()

    def close(self) -> list[str]:
        """Close the pages; gives what went wrong, in the browser and on the server."""
        for context in self.contexts:
            context.close()
        said = self.site.log.read_bytes()[self.log_start :].decode(errors="replace")
        failure = [f"the server said:\n{said[-4000:]}"] if "Traceback (most" in said else []
        return list(dict.fromkeys(self.problems)) + failure


@pytest.fixture
def new_page(browser: Browser, site: Site) -> Iterator[Visits]:
    """Opens pages: `new_page(javascript=False)`; fails on console errors and outside requests."""
    visits = Visits(browser, site)
    yield visits
    if problems := visits.close():
        pytest.fail("\n".join(problems), pytrace=False)


@pytest.fixture
def page(new_page: Visits) -> Page:
    """One page of a new visitor: `page.goto("/")`."""
    return new_page()


@pytest.fixture
def axe_page(new_page: Visits) -> Page:
    """One page in which axe may be brought in (see tests/browser/axe.py)."""
    return new_page(bypass_csp=True)


@pytest.fixture(scope="session")
def crawled(site: Site) -> Crawl:
    """What following every link of the site has found."""
    return crawl(site.url)


@pytest.fixture(scope="session")
def public_pages(crawled: Crawl) -> dict[str, str]:
    """One address for each public page of the site, by the name of its URL pattern."""
    return crawled.pages

"""Finds the public pages of the site as a visitor does: from the home page, by following links."""

from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation

NO_SUCH_PAGE = "/no-such-page/"
START = ["/", NO_SUCH_PAGE]
# Pages of one pattern that are read for the links they hold; one of them is the example.
EXAMPLES = 4
REDIRECTIONS = range(300, 400)


@dataclass(frozen=True)
class Crawl:
    """What following every link has found, by name of URL pattern."""

    # One address for each pattern that answers with an HTML page, the 404 page included.
    pages: dict[str, str] = field(default_factory=dict)
    # Every pattern that something leads to: pages, files, feeds, and what forms send to.
    reached: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)


class Links(HTMLParser):
    """The addresses that a page's links and GET forms lead to, and those that its forms post to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.posted: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("a", "link") and given.get("href"):
            self.found.append(given["href"] or "")
        elif tag == "form":
            gets = (given.get("method") or "get").lower() == "get"
            (self.found if gets else self.posted).append(given.get("action") or "")


def pattern(path: str) -> str | None:
    """The name of the URL pattern of a path; None when it belongs to none (static files).

    The name of a page in English begins with its language: `en register:home`.
    """
    language = translation.get_language_from_path(path)
    try:
        with translation.override(language or settings.LANGUAGE_CODE):
            match = resolve(path)
    except Resolver404:
        return None
    name = match.view_name or match._func_path
    return f"{language} {name}" if language else name


def crawl(base: str) -> Crawl:
    """Follow every link from the home page, a few pages of each pattern."""
    crawled = Crawl()
    read: dict[str | None, int] = {}
    waiting = deque((path, "nowhere") for path in START)
    seen = set(START)
    host = urlsplit(base).netloc

    def inside(link: str, page: str) -> str | None:
        target = urlsplit(urldefrag(urljoin(base + page, link)).url)
        query = f"?{target.query}" if target.query else ""
        return target.path + query if target.netloc == host else None

    while waiting:
        path, source = waiting.popleft()
        name = "404" if path == NO_SUCH_PAGE else pattern(path.partition("?")[0])
        read[name] = read.get(name, 0) + 1
        if name and read[name] > EXAMPLES:
            continue
        answer, body = get(host, path)
        links = Links()
        if answer.status in REDIRECTIONS:
            links.found = [answer.headers["Location"]]
        elif answer.status != (404 if path == NO_SUCH_PAGE else 200):
            crawled.broken.append(f"{path}: {answer.status}, linked from {source}")
        elif body and name:
            crawled.pages.setdefault(name, path)
            links.feed(body)
        crawled.reached.update(filter(None, [name]))
        for target in filter(None, [inside(link, path) for link in links.posted]):
            crawled.reached.update(filter(None, [pattern(target.partition("?")[0])]))
        for target in filter(None, [inside(link, path) for link in links.found]):
            if target not in seen:
                seen.add(target)
                waiting.append((target, path))
    return crawled


def get(host: str, path: str) -> tuple[HTTPResponse, str]:
    """The answer to a visitor's request, and its text when it is an HTML page."""
    connection = HTTPConnection(host, timeout=60)
    connection.request("GET", path, headers={"Accept": "text/html", "Accept-Language": "fr"})
    answer = connection.getresponse()
    page = answer.headers.get_content_type() == "text/html"
    body = answer.read().decode() if page else ""
    connection.close()
    return answer, body

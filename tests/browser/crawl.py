"""Finds the public pages of the site as a visitor does: from the home page, by following links."""

from collections import deque
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation

START = ["/", "/no-such-page/"]
# Pages of one pattern that are read for the links they hold; one of them is the example.
EXAMPLES = 4
REDIRECTIONS = range(300, 400)


class Links(HTMLParser):
    """The addresses that a page's links and GET forms lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("a", "link") and given.get("href"):
            self.found.append(given["href"] or "")
        elif tag == "form" and (given.get("method") or "get").lower() == "get":
            self.found.append(given.get("action") or "")


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


def crawl(base: str) -> dict[str, str]:
    """One address for each pattern that answers with an HTML page, the 404 page included.

    A link that leads to an error of any kind raises: a site has no broken link.
    """
    pages: dict[str, str] = {}
    broken: list[str] = []
    read: dict[str, int] = {}
    waiting = deque((path, "") for path in START)
    seen = set(START)
    host = urlsplit(base).netloc
    while waiting:
        path, source = waiting.popleft()
        name = "404" if path == START[1] else pattern(path.partition("?")[0])
        if name and read.get(name, 0) >= EXAMPLES:
            continue
        if name:
            read[name] = read.get(name, 0) + 1
        connection = HTTPConnection(host, timeout=60)
        connection.request("GET", path, headers={"Accept": "text/html", "Accept-Language": "fr"})
        answer = connection.getresponse()
        kind = answer.headers.get_content_type()
        body = answer.read() if kind == "text/html" else b""
        connection.close()
        links: list[str] = []
        if answer.status in REDIRECTIONS:
            links = [answer.headers["Location"]]
        elif answer.status != 200 and name != "404":
            broken.append(f"{path}: {answer.status}, linked from {source}")
        elif kind == "text/html" and name:
            pages.setdefault(name, path)
            parser = Links()
            parser.feed(body.decode())
            links = parser.found
        for link in links:
            target = urlsplit(urldefrag(urljoin(base + path, link)).url)
            where = target.path + (f"?{target.query}" if target.query else "")
            if target.netloc == host and where not in seen:
                seen.add(where)
                waiting.append((where, path))
    assert not broken, "broken links:\n" + "\n".join(broken)
    return pages

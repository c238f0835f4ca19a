"""The links from one page of a list to the others."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from clairevoie.web.register.views.listing import page_numbers


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of the pagination; without an address it stands for the pages left out."""

    number: int
    url: str
    current: bool
    rel: str
    label: str = ""


def asked_page(request: HttpRequest) -> int:
    """Return the page that the address asks for; what is not a number is the first one."""
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def page_links(url: str, page: int, pages: int) -> tuple[PageLink, ...]:
    """Return the links around ``page``; ``url`` may hold a query string already."""
    mark = "&" if "?" in url else "?"
    return tuple(
        PageLink(
            number,
            "" if number == 0 else url if number == 1 else f"{url}{mark}page={number}",
            number == page,
            {page - 1: "prev", page + 1: "next"}.get(number, ""),
        )
        for number in page_numbers(page, pages)
    )

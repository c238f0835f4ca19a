"""The Atom feed of what the list shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clairevoie.register.catalogue import VOCABULARIES
from clairevoie.web.register.services.latest import Latest, latest
from clairevoie.web.register.services.overview import operator_name
from clairevoie.web.register.services.search import TERM_CODES, SearchQuery
from clairevoie.web.register.views.query import query_string, search_query


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and who publishes the site."""

    query: SearchQuery
    publisher: str


if TYPE_CHECKING:
    _Feed = Feed[Latest, Asked]
else:
    _Feed = Feed

ENTRIES = 50
TAG_DATE = "2026"


class SystemsFeed(_Feed):
    """The systems that answer a query and changed last; each entry is a system."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> Asked:
        """Return what is asked."""
        return Asked(search_query(request.GET), operator_name() or "Clairevoie")

    def title(self, asked: Asked) -> str:
        """Return the feed's title."""
        if asked.query.text:
            return _("Clairevoie: systems that hold “%(text)s”") % {"text": asked.query.text}
        return _("Clairevoie: systems of the register")

    def subtitle(self) -> str:
        """Return what the feed is."""
        return _("The records that changed last, newest change first.")

    def link(self, asked: Asked) -> str:
        """Return the address of the page."""
        return _address("register:list", asked.query)

    def feed_url(self, asked: Asked) -> str:
        """Return the address of the feed."""
        return _address("register:feed", asked.query)

    def feed_guid(self, asked: Asked) -> str:
        """Return the feed's lasting name."""
        return self.feed_url(asked)

    def author_name(self, asked: Asked) -> str:
        """Return who publishes the feed."""
        return asked.publisher

    def items(self, asked: Asked) -> list[Latest]:
        """Return the entries."""
        return [
            replace(item, organisation=item.organisation or asked.publisher)
            for item in latest(asked.query, limit=ENTRIES)
        ]

    def item_title(self, item: Latest) -> str:
        """Return the system's name."""
        return item.entry.name

    def item_description(self, item: Latest) -> str:
        """Return the system's summary."""
        return item.entry.summary

    def item_link(self, item: Latest) -> str:
        """Return the address of the record."""
        path = reverse("register:system", args=[item.entry.system.slug])
        return f"{settings.SITE_URL}{path}"

    def item_guid(self, item: Latest) -> str:
        """Return the system's lasting name, the same in every feed and every language."""
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        return f"tag:{host},{TAG_DATE}:systemes/{item.entry.system.slug}"

    def item_author_name(self, item: Latest) -> str:
        """Return in whose name the last change was made."""
        return item.organisation

    def item_pubdate(self, item: Latest) -> datetime:
        """Return when the record was opened."""
        return item.entry.system.created_at

    def item_updateddate(self, item: Latest) -> datetime:
        """Return when the record last changed."""
        return item.at

    def item_categories(self, item: Latest) -> list[str]:
        """Return the statuses of the system."""
        language = get_language() or "fr"
        return [
            VOCABULARIES["status"].label(code, language)
            for rank, code in enumerate(TERM_CODES["status"])
            if item.entry.status_bits & (1 << rank)
        ]


def _address(name: str, query: SearchQuery) -> str:
    words = query_string(query, page=1)
    return f"{settings.SITE_URL}{reverse(name)}{'?' if words else ''}{words}"

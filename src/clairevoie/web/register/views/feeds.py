"""The Atom feed of what the list shows."""

from __future__ import annotations

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

if TYPE_CHECKING:
    _Feed = Feed[Latest, SearchQuery]
else:
    _Feed = Feed

ENTRIES = 50
TAG_DATE = "2026"


class SystemsFeed(_Feed):
    """The systems that answer a query and changed last; each entry is a system."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> SearchQuery:
        """Return what is asked."""
        return search_query(request.GET)

    def get_feed(self, obj: SearchQuery, request: HttpRequest) -> Any:
        """Give the feed the language of the page that it is the feed of."""
        self.language = get_language()
        return super().get_feed(obj, request)

    def title(self, query: SearchQuery) -> str:
        """Return the feed's title."""
        if query.text:
            return _("Clairevoie: systems that hold “%(text)s”") % {"text": query.text}
        return _("Clairevoie: systems of the register")

    def subtitle(self) -> str:
        """Return what the feed is."""
        return _("The records that changed last, newest change first.")

    def link(self, query: SearchQuery) -> str:
        """Return the address of the page."""
        return _address("register:list", query)

    def feed_url(self, query: SearchQuery) -> str:
        """Return the address of the feed."""
        return _address("register:feed", query)

    def feed_guid(self, query: SearchQuery) -> str:
        """Return the feed's lasting name."""
        return self.feed_url(query)

    def author_name(self) -> str:
        """Return who publishes the feed."""
        return operator_name() or "Clairevoie"

    def items(self, query: SearchQuery) -> list[Latest]:
        """Return the entries."""
        return latest(query, limit=ENTRIES)

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
        return item.organisation or self.author_name()

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

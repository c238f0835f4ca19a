"""The Atom feed of recommendations: answers, what is done, and due dates that passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clairevoie.web.consultation.services.news import News, NewsKind, latest_news
from clairevoie.web.register.models import PublicBody
from clairevoie.web.register.services.overview import operator_name
from clairevoie.web.register.services.pages.wording import date_in_words
from clairevoie.web.register.templatetags.site import language
from clairevoie.web.register.views.feeds import ENTRIES, TAG_DATE


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which public body, or of all, and who publishes the site."""

    body: PublicBody | None
    publisher: str


if TYPE_CHECKING:
    _Feed = Feed[News, Asked]
else:
    _Feed = Feed


class RecommendationsFeed(_Feed):
    """What happened last to recommendations, of all public bodies or of one."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> Asked:
        """Return what is asked."""
        slug = request.GET.get("administration", "")
        body = PublicBody.objects.filter(slug=slug).first() if slug and "\x00" not in slug else None
        if slug and body is None:
            raise Http404(_("The register has no such public body."))
        return Asked(body, operator_name() or "Clairevoie")

    def title(self, asked: Asked) -> str:
        """Return the feed's title."""
        if asked.body is not None:
            return _("Clairevoie: recommendations to “%(name)s”") % {"name": asked.body.name}
        return _("Clairevoie: recommendations to public bodies")

    def subtitle(self) -> str:
        """Return what the feed is."""
        return _("Answers, what is done, and due dates that passed; the newest first.")

    def link(self, asked: Asked) -> str:
        """Return the address of the page."""
        return _address("consultation:recommendations", asked)

    def feed_url(self, asked: Asked) -> str:
        """Return the address of the feed."""
        return _address("consultation:recommendation_feed", asked)

    def feed_guid(self, asked: Asked) -> str:
        """Return the feed's lasting name."""
        return self.feed_url(asked)

    def author_name(self, asked: Asked) -> str:
        """Return who publishes the feed."""
        return asked.publisher

    def items(self, asked: Asked) -> list[News]:
        """Return the entries."""
        body = asked.body.slug if asked.body else ""
        return latest_news(body=body, today=timezone.localdate(), limit=ENTRIES)

    def item_title(self, item: News) -> str:
        """Return what happened, and to which recommendation."""
        colon = pgettext("before a list", ":")
        return f"{_happened(item)}{colon} {item.recommendation.title}"

    def item_description(self, item: News) -> str:
        """Return what the administration said, or which date passed."""
        if item.due is None:
            # The entry is read as HTML.
            return str(linebreaksbr(item.text, autoescape=True))
        day = {"day": date_in_words(item.due.isoformat(), language())}
        if item.kind is NewsKind.LATE_ANSWER:
            return _("An answer was asked for by %(day)s; none was recorded on this site.") % day
        return (
            _("The commitment was to be kept by %(day)s; nothing on this site said that it was.")
            % day
        )

    def item_link(self, item: News) -> str:
        """Return the address of the recommendation."""
        path = reverse("consultation:recommendation", args=[item.recommendation.number])
        return f"{settings.SITE_URL}{path}"

    def item_guid(self, item: News) -> str:
        """Return the lasting name of what happened, the same in every feed and every language."""
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        return f"tag:{host},{TAG_DATE}:recommandations/{item.recommendation.number}/{item.key}"

    def item_author_name(self, item: News) -> str:
        """Return who answered; for what is late, who asked."""
        return item.who or item.recommendation.author

    def item_pubdate(self, item: News) -> datetime:
        """Return when it happened."""
        return item.at

    def item_updateddate(self, item: News) -> datetime:
        """Return the same: what happened does not change."""
        return item.at

    def item_categories(self, item: News) -> list[str]:
        """Return the name of the public body."""
        return [item.recommendation.body.name]


def _happened(item: News) -> str:
    return {
        NewsKind.ANSWER: item.verdict,
        NewsKind.DONE: _("Done, says the administration"),
        NewsKind.LATE_ANSWER: _("Answer late"),
        NewsKind.LATE_COMMITMENT: _("Commitment late"),
    }[item.kind]


def _address(name: str, asked: Asked) -> str:
    words = f"?{urlencode({'administration': asked.body.slug})}" if asked.body else ""
    return f"{settings.SITE_URL}{reverse(name)}{words}"

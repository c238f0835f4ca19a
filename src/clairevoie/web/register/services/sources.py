"""Which sources the public may read about."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from clairevoie.web.register.models import Moderation, Source, Statement


def shown_sources() -> QuerySet[Source]:
    """Return the sources, without those that hidden statements alone cite.

    Their title, publisher and address were written with what a moderator has hidden.
    """
    later = Moderation.objects.filter(statement=OuterRef("statement"), pk__gt=OuterRef("pk"))
    hidden = Moderation.objects.filter(hidden=True).exclude(Exists(later)).values("statement_id")
    visible = Statement.objects.filter(source=OuterRef("pk")).exclude(pk__in=hidden)
    doubtful = Statement.objects.filter(pk__in=hidden).values("source_id")
    absent = Source.objects.filter(pk__in=doubtful).exclude(Exists(visible))
    return Source.objects.exclude(pk__in=absent.values("pk"))

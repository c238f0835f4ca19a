"""Answers that a reader already has: ETag, Last-Modified, 304.

What is read changes only with an event of the register, so the number of the last event (or of the
last event of one system) says whether an earlier answer still holds, at the cost of one query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

import clairevoie
from clairevoie.web.api.boundary import View
from clairevoie.web.register.models import Event, System

CACHE_CONTROL = "public, no-cache"


@dataclass(frozen=True, slots=True)
class Stamp:
    """The state of what is read: a word that changes with it, and since when."""

    state: str
    at: datetime | None = None

    @property
    def etag(self) -> str:
        """The weak entity tag; it also changes with the program."""
        return f'W/"{clairevoie.__version__}-{self.state}"'


def register_stamp(**_path: Any) -> Stamp:
    """Return the state of the whole register."""
    last = Event.objects.order_by("-pk").values_list("pk", "at").first()
    return Stamp(f"e{last[0]}", last[1]) if last else Stamp("e0")


def today_stamp(**_path: Any) -> Stamp:
    """Return the state of what depends on the register and on the day."""
    return Stamp(f"{register_stamp().state}-{timezone.localdate().isoformat()}")


def system_stamp(*, slug: str, **_path: Any) -> Stamp | None:
    """Return the state of one record; None when there is no such system."""
    if "\x00" in slug:
        return None
    return _record_stamp(Q(slug=slug))


def _record_stamp(which: Q) -> Stamp | None:
    found = System.objects.filter(which).values_list("pk", "version", "entry__changed").first()
    if found is None:
        return None
    system_id, version, changed = found
    # An import is one event for many systems: it is known from the search entry.
    last = (
        Event.objects.filter(Q(system_id=system_id) | Q(pk=changed or 0))
        .order_by("-pk")
        .values_list("pk", "at")
        .first()
    )
    return Stamp(f"v{version}-e{last[0]}", last[1]) if last else Stamp(f"v{version}")


def release_stamp(**_path: Any) -> Stamp:
    """Return the state of what changes only with the program."""
    return Stamp("release")


def conditional(stamp_of: Callable[..., Stamp | None]) -> Callable[[View], View]:
    """Answer 304 to who already has the current state; else say which state the answer is."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **path: Any) -> HttpResponseBase:
            stamp = stamp_of(**path)
            if stamp is None:
                return view(request, **path)
            modified = int(stamp.at.timestamp()) if stamp.at else None
            known = get_conditional_response(request, stamp.etag, modified)
            response = known if known is not None else view(request, **path)
            if response.status_code in {200, 304}:
                response["ETag"] = stamp.etag
                response["Cache-Control"] = CACHE_CONTROL
                if modified is not None:
                    response["Last-Modified"] = http_date(modified)
            return response

        return answer

    return decorate

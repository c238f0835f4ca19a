"""What a page answers to an act that is refused or done too often."""

from __future__ import annotations

import math
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clairevoie.web.accounts.permissions import Refused
from clairevoie.web.accounts.services.limits import TooMany


def too_many(request: HttpRequest, problem: TooMany) -> HttpResponse:
    """Say how long to wait."""
    response = render(
        request, "429.html", {"minutes": max(1, math.ceil(problem.retry_after / 60))}, status=429
    )
    response.headers["Retry-After"] = str(problem.retry_after)
    return response


class RefusalMiddleware:
    """Turns `Refused` and `TooMany`, raised by any view, into a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for the view that raised."""
        if isinstance(exception, TooMany):
            return too_many(request, exception)
        if isinstance(exception, Refused):
            context = {"reason": str(exception)}
            return render(request, "accounts/refused.html", context, status=403)
        return None

"""Where HTTP enters and leaves the API: language, methods, errors, who may read from where."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from clairevoie.web.api.errors import Problem, error_response, unexpected

BODY_LIMIT = 1_000_000
READING = ("GET", "HEAD")
EXPOSED_HEADERS = "ETag, Last-Modified, Location, Retry-After"
KEPT_HEADERS = ("Allow", "WWW-Authenticate", "Retry-After")
NO_CONTENT = frozenset({204, 304})

View = Callable[..., HttpResponseBase]


def boundary(view: View) -> View:
    """Wrap a view of the API; it needs no CSRF token since it never reads the session's cookie."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = request.method or "GET"
        if method == "HEAD":
            request.method = "GET"
        with translation.override("en"):
            if method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
                response: HttpResponseBase = _preflight()
            else:
                try:
                    response = view(request, *args, **kwargs)
                except Exception as error:  # noqa: BLE001 - the last guard: nothing but JSON leaves
                    response = unexpected(request, error)
        request.method = method
        return _leaving(method, response)

    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def _preflight() -> HttpResponse:
    """Let any site read; writing from another site's page is not allowed."""
    return HttpResponse(
        status=204,
        headers={
            "Access-Control-Allow-Methods": "GET, HEAD",
            "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
            "Access-Control-Max-Age": "86400",
            "Access-Control-Allow-Origin": "*",
        },
    )


def _leaving(method: str, response: HttpResponseBase) -> HttpResponseBase:
    is_json = response.headers.get("Content-Type", "").startswith("application/json")
    if response.status_code >= 400 and not is_json:
        kept = {name: response[name] for name in KEPT_HEADERS if name in response.headers}
        if response.status_code == 405 and "GET" in kept.get("Allow", ""):
            kept["Allow"] += ", HEAD"
        response = error_response(response.status_code, headers=kept)
    if method in READING:
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
    if response.status_code in NO_CONTENT:
        response.headers.pop("Content-Type", None)
    if method == "HEAD" and isinstance(response, HttpResponse):
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response


def json_only(view: View) -> View:
    """Refuse what is not JSON, or is too long, before it is read."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length[:20]) > BODY_LIMIT:
            return Problem(413).response()
        if request.content_type != "application/json":
            return Problem(415).response()
        return view(request, *args, **kwargs)

    return answer

"""Addresses of the API: /api/v1/… and, for anything else under /api/, an error in its shape."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, include, path, re_path

import clairevoie.web.api.application as app
from clairevoie.web.api.boundary import boundary
from clairevoie.web.api.conditional import conditional, release_stamp
from clairevoie.web.api.errors import error_response


def unknown(_request: HttpRequest, **_path: str) -> HttpResponse:
    """Answer for an address that does not exist."""
    return error_response(404)


@conditional(release_stamp)
def openapi(request: HttpRequest) -> HttpResponse:
    """Give the OpenAPI document."""
    if request.method != "GET":
        return error_response(405, headers={"Allow": "GET, HEAD"})
    return JsonResponse(app.openapi_document(), json_dumps_params={"ensure_ascii": False})


def _guarded(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = boundary(pattern.callback)
    return patterns


_operations, _app_name, _namespace = app.api.urls

urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "v1/",
        include(
            (
                _guarded([path("openapi.json", openapi, name="openapi"), *_operations]),
                _app_name,
            ),
            namespace=_namespace,
        ),
    ),
    re_path(r"", boundary(unknown)),
]

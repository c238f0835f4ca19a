"""Giving back an archived copy."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from clairevoie.web.register.services import files

# A document runs nothing, loads nothing, and is in no relation with the pages of the site.
POLICY = "sandbox; default-src 'none'"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say, on the files' own host, that there is nothing."""
    return HttpResponse("404\n", content_type="text/plain", status=404)


@require_safe
def archived_copy(request: HttpRequest, digest: str) -> HttpResponseBase:
    """Serve a copy to keep, never to show."""
    if settings.FILES_HOST and request.get_host() != settings.FILES_HOST:
        raise Http404
    stored = files.find(digest)
    if stored is None or not files.is_public(digest):
        raise Http404
    response = FileResponse(
        stored.path.open("rb"),
        as_attachment=True,
        filename=f"{digest[:12]}{stored.suffix}",
        content_type=stored.media_type,
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    # A moderator may hide it: nobody keeps it for long.
    response.headers["Cache-Control"] = "public, max-age=300"
    return response

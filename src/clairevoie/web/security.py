"""Response headers that Django does not set, the host of the files, the size of uploads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
PERMISSIONS = "camera=(), microphone=(), geolocation=(), browsing-topics=(), interest-cohort=()"
FILES_URLCONF = "clairevoie.web.register.urls.files"


class HeadersMiddleware:
    """Add to every response the headers that keep it from being misused.

    A view that needs a stricter value sets the header itself; it is then left alone. What a person
    reads while signed in is theirs alone: no cache between the site and them may keep it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            headers.setdefault("Cache-Control", "private, no-cache")
        return response


class FilesHostMiddleware:
    """Where the files have a host of their own, that host serves files only, and nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if settings.FILES_HOST and request.get_host() == settings.FILES_HOST:
            request.urlconf = FILES_URLCONF
        return self.get_response(request)


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Stop writing a file to disk once it is too large; the other inputs of the form still come.

    The form learns of it from ``too_large_files`` on the request, which holds the inputs' names.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Start with an empty file."""
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece, unless the whole is already too large.

        Raises:
            SkipFile: it is.
        """
        self.received += len(raw_data)
        if self.received > settings.FILE_UPLOAD_LIMIT:
            self.file.close()
            too_large_files(self.request).add(self.field_name or "")
            raise SkipFile
        super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """Hand the file over."""
        if self.file.closed:
            return None
        return super().file_complete(file_size)


def too_large_files(request: HttpRequest | None) -> set[str]:
    """Return the names of the inputs whose file was too large and was not kept."""
    if request is None:
        return set()
    names: set[str] = request.__dict__.setdefault("too_large_files", set())
    return names

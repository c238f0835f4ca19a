"""One shape for every error: ``{"error": {"code": …, "message": …, "fields": {…}}}``."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from clairevoie.web.accounts.permissions import InvalidInput, Refused

logger = logging.getLogger("clairevoie.api")

CODES: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "This request cannot be read."),
    401: ("unauthorized", "A valid token is needed: Authorization: Bearer <token>."),
    403: ("forbidden", "This token may not do that."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not answer that method."),
    409: ("conflict", "Somebody else has just recorded the same thing."),
    412: ("precondition_failed", "The resource is not in the state that the request asks for."),
    413: ("too_large", "This request is too large."),
    415: ("unsupported_media_type", "Send application/json."),
    422: ("invalid", "Some of what was sent cannot be used: see fields."),
    429: ("too_many_requests", "Too many writes: wait before the next one."),
    500: ("internal_error", "Something went wrong on our side."),
}


class Problem(Exception):
    """An answer that is an error, raised from anywhere in the API."""

    def __init__(
        self,
        status: int,
        message: str = "",
        *,
        code: str = "",
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.status = status
        self.message = message
        self.code = code
        self.fields = dict(fields or {})
        self.headers = dict(headers or {})
        super().__init__(message or status)

    def response(self) -> HttpResponse:
        """Return the answer."""
        return error_response(
            self.status,
            self.message,
            code=self.code,
            fields=self.fields,
            headers=self.headers,
        )


def error_response(
    status: int,
    message: str = "",
    *,
    code: str = "",
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return an error in the one shape that errors have."""
    known_code, known_message = CODES.get(status, ("", ""))
    if not known_code:
        phrase = HTTPStatus(status).phrase
        known_code, known_message = phrase.lower().replace(" ", "_"), f"{phrase}."
    body = {
        "error": {
            "code": code or known_code,
            "message": message or known_message,
            "fields": dict(fields or {}),
        }
    }
    return JsonResponse(body, status=status, headers=dict(headers or {}))


def unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    """Report an error that nobody foresaw, and answer 500 without its details."""
    logger.error("Internal server error: %s", request.path, exc_info=error)
    got_request_exception.send(sender=None, request=request)
    return error_response(500)


def _place(location: tuple[Any, ...]) -> str:
    """Return where a value is: ``source.title`` for ("body", "source", "title")."""
    parts = [str(part) for part in location[1:]]
    text = ".".join(parts)[:200]
    return text.encode("utf-8", "replace").decode() or str(location[0])


def _invalid(error: ValidationError) -> HttpResponse:
    places = {item["loc"][0] for item in error.errors}
    if places == {"path"}:
        return error_response(404)
    fields = {
        _place(_known_depth(item["loc"])): str(item["msg"])[:500] for item in error.errors[:50]
    }
    return error_response(422, fields=fields)


def _known_depth(location: tuple[Any, ...]) -> tuple[Any, ...]:
    """Leave out the name of the function's argument that holds the whole body or query."""
    if len(location) > 2 and location[1] in {"sent", "asked"}:
        return (location[0], *location[2:])
    return location if location[1:] not in {("sent",), ("asked",)} else location[:1]


def handle_errors(api: NinjaAPI) -> None:
    """Give every error of the API its one shape."""

    @api.exception_handler(Problem)
    def problem(_request: HttpRequest, error: Problem) -> HttpResponse:
        return error.response()

    @api.exception_handler(AuthenticationError)
    def unauthorized(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        return error_response(401, headers={"WWW-Authenticate": "Bearer"})

    @api.exception_handler(HttpError)
    def http_error(_request: HttpRequest, error: HttpError) -> HttpResponse:
        return error_response(error.status_code)

    @api.exception_handler(Http404)
    def not_found(_request: HttpRequest, _error: Http404) -> HttpResponse:
        return error_response(404)

    @api.exception_handler(ValidationError)
    def invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        return _invalid(error)

    @api.exception_handler(InvalidInput)
    def invalid_input(_request: HttpRequest, error: InvalidInput) -> HttpResponse:
        return error_response(422, fields=error.errors)

    @api.exception_handler(Refused)
    def refused(_request: HttpRequest, error: Refused) -> HttpResponse:
        return error_response(403, str(error))

    @api.exception_handler(IntegrityError)
    def conflict(_request: HttpRequest, _error: IntegrityError) -> HttpResponse:
        return error_response(409)

    @api.exception_handler(RequestDataTooBig)
    def too_big(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
        return error_response(413)

    @api.exception_handler(SuspiciousOperation)
    def suspicious(_request: HttpRequest, _error: SuspiciousOperation) -> HttpResponse:
        return error_response(400)

    @api.exception_handler(Exception)
    def anything_else(request: HttpRequest, error: Exception) -> HttpResponse:
        return unexpected(request, error)

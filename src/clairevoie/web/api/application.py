"""The API put together: its operations, its errors, its OpenAPI document."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation

from clairevoie.web.api.errors import handle_errors
from clairevoie.web.api.routes import (
    audits,
    consultations,
    events,
    recommendations,
    reference,
    router,
    rules,
    systems,
    writing,
)

DESCRIPTION = """\
The register of the algorithms and AI systems of public bodies: who says what of them, where and
when.

Reading is open, without a key, from any site. Lists are given in parts: give `next_cursor` back as
`cursor`. Every answer has an `ETag` (and mostly a `Last-Modified`): send `If-None-Match`, and an
answer that has not changed costs nothing (304). To follow the register, read `/events` from the
last number that you saw.

Writing needs a token, made on your account's page: `Authorization: Bearer <token>`. Nothing is
edited in place: a statement supersedes an earlier one, which stays. Every act is an event.

Every error has the same shape: `{"error": {"code", "message", "fields"}}`.
"""

TAGS = (
    ("systems", "What public bodies use, and all that is said of it"),
    ("statements", "One value of one field, with who says it"),
    ("bodies", "Public bodies in charge of systems"),
    ("sources", "Documents that statements cite"),
    ("rules", "The rules by which public bodies decide, which can be applied to a case"),
    ("audits", "Who is hit, how sure that is: published audits of journals of decisions"),
    ("consultations", "What people are asked, what they propose, what their votes say"),
    ("recommendations", "What is asked of public bodies, what they answer, what is late"),
    ("events", "The append-only feed of every act"),
    ("reference", "The field catalogue and the indicators"),
)


class Api(NinjaAPI):
    """The API; an operation is named after its function."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the operation's name, which client generators use."""
        return operation.view_func.__name__


api = Api(
    title="Clairevoie",
    version="1.0.0",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    openapi_extra={
        "info": {
            "license": {
                "name": "AGPL-3.0-or-later",
                "identifier": "AGPL-3.0-or-later",
            },
        },
        "tags": [{"name": name, "description": text} for name, text in TAGS],
    },
)
handle_errors(api)
# Importing these modules is what declares their operations.
OPERATIONS = (reference, systems, rules, audits, consultations, recommendations, events, writing)
api.add_router("", router)


@cache
def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the API."""
    document: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    del document["servers"]
    described = {304: "Nothing has changed since the answer that you have"}
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, text in described.items():
                if str(status) in operation["responses"]:
                    operation["responses"][str(status)]["description"] = text
    return document


def openapi_text() -> str:
    """Return the document as it is committed in docs/reference/openapi.json."""
    return json.dumps(openapi_document(), ensure_ascii=False, indent=1) + "\n"

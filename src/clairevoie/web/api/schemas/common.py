"""Types that several answers share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from ninja import Field, Path, Query, Schema
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic_core import core_schema

from clairevoie.register.catalogue import VOCABULARIES
from clairevoie.register.statements import BODY_ID_LIMIT, SYSTEM_ID_LIMIT

LARGEST_VERSION = 2**31 - 1
LARGEST_NUMBER = 2**53 - 1
PAGE_LIMIT = 100
PAGE_DEFAULT = 25

_IDENTIFIER = "^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$"
_READABLE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
_ADDRESS = r"^(https?://[^\s\x00-\x1f\x7f-\x9f]+)?$"
_UID = "^[0-9a-f]{32}$"
_DATE = r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$"

SystemSlug = Annotated[str, StringConstraints(pattern=_IDENTIFIER, max_length=SYSTEM_ID_LIMIT)]
BodySlug = Annotated[str, StringConstraints(pattern=_IDENTIFIER, max_length=BODY_ID_LIMIT)]
Uid = Annotated[str, StringConstraints(pattern=_UID)]
SystemInPath = Annotated[
    str,
    Path(pattern=_IDENTIFIER, max_length=SYSTEM_ID_LIMIT, description="Identifier of the system"),
]
BodyInPath = Annotated[
    str,
    Path(
        pattern=_IDENTIFIER, max_length=BODY_ID_LIMIT, description="Identifier of the public body"
    ),
]
UidInPath = Annotated[
    str,
    Path(pattern=_UID, description="Identifier drawn from the content: 32 hexadecimal digits"),
]
PartialDate = Annotated[str, StringConstraints(pattern=_DATE)]


@dataclass(frozen=True, slots=True)
class OneOf:
    """Annotation of a text that is one of ``codes``, which the OpenAPI document lists."""

    codes: tuple[str, ...]
    description: str = ""

    def check(self, text: str) -> str:
        """Return the text if it is one of the codes."""
        if text not in self.codes:
            raise ValueError(f"choose one of: {', '.join(self.codes)}")
        return text

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        described = {"description": self.description} if self.description else {}
        return {**handler(schema), "enum": list(self.codes), **described}


def one_of(*codes: str) -> OneOf:
    """Return the annotation of a text that is one of ``codes``."""
    return OneOf(codes)


def term_of(vocabulary: str) -> OneOf:
    """Return the annotation of a text that is a code of a vocabulary."""
    return OneOf(VOCABULARIES[vocabulary].codes())


def text(limit: int, least: int = 0) -> StringConstraints:
    """Return the annotation of a text in which no character is a control character."""
    return StringConstraints(min_length=least or None, max_length=limit, pattern=_READABLE)


def web_address(limit: int) -> StringConstraints:
    """Return the annotation of a web address, or nothing."""
    return StringConstraints(max_length=limit, pattern=_ADDRESS)


Language = Annotated[str, Query(), OneOf(("fr", "en"), "Language of the labels")]
Limit = Annotated[int, Query(ge=1, le=PAGE_LIMIT, description="How many at once")]
Cursor = Annotated[str, Query(description="The `next_cursor` of the part before")]
Since = Annotated[int, Query(ge=0, le=LARGEST_NUMBER, description="Only events after this number")]


class ErrorDetail(Schema):
    """What went wrong."""

    code: str = Field(description="A word for programs; it does not change.")
    message: str = Field(description="One sentence for a person, in English.")
    fields: dict[str, str] = Field(
        description="One sentence for each input at fault; empty when no input is at fault."
    )


class ErrorAnswer(Schema):
    """The one shape of every error."""

    error: ErrorDetail

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "error": {
                        "code": "invalid",
                        "message": "Some of what was sent cannot be used: see fields.",
                        "fields": {"limit": "Input should be less than or equal to 100"},
                    }
                }
            ]
        }
    }


class Page(Schema):
    """What every part of a list says."""

    next_cursor: str | None = Field(
        description="Give it back as `cursor` to read what follows; null at the end of the list."
    )


def problems(*statuses: int) -> dict[Any, Any]:
    """Return the documented errors of an operation."""
    return dict.fromkeys(statuses, ErrorAnswer)


READ = problems(400, 404, 412, 422, 500)
READ_UNCHANGED: dict[Any, Any] = {304: None, **READ}
WRITE = problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 500)

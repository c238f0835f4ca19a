"""The OpenAPI document: committed, complete, served as it is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from django.test import Client

from clairevoie.web.api.application import TAGS, openapi_document, openapi_text

ROOT = Path(__file__).resolve().parent.parent.parent
COMMITTED = ROOT / "docs" / "reference" / "openapi.json"
PAGE = ROOT / "docs" / "reference" / "api.md"
DOCUMENT = openapi_document()
OPERATIONS = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
ASKING = {"evaluate_rules"}
"""What is posted so that no log has it: nothing is written."""
WRITING = [
    item
    for item in OPERATIONS
    if item.values[1] == "post" and cast("Any", item.values[2])["operationId"] not in ASKING
]


def test_the_committed_document_is_what_the_code_says() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == openapi_text(), "run python -m tools.openapi"


def test_the_document_is_served(client: Client) -> None:
    response = client.get("/api/v1/openapi.json")
    assert response["Content-Type"] == "application/json"
    assert response.json() == json.loads(COMMITTED.read_text(encoding="utf-8"))


def test_it_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_is_described(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"].endswith(".")
    assert set(operation["tags"]) <= {name for name, _text in TAGS}
    assert {"422", "500"} <= operation["responses"].keys()
    for name, answer in operation["responses"].items():
        if int(name) >= 400:
            shown = answer["content"]["application/json"]["schema"]
            assert shown == {"$ref": "#/components/schemas/ErrorAnswer"}
    for parameter in operation["parameters"]:
        assert parameter.get("description"), parameter["name"]


@pytest.mark.parametrize(("path", "method", "operation"), WRITING)
def test_writing_needs_a_token(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["security"] == [{"Token": []}]
    assert {"401", "403", "409", "413", "415", "429"} <= operation["responses"].keys()


def test_there_is_no_other_way_to_write() -> None:
    others = [item for item in OPERATIONS if item.values[1] not in {"get", "post"}]
    assert not others
    assert len(WRITING) == 5


def texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"description", "title", "summary"} and isinstance(value, str):
                yield value
            yield from texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from texts(item)


def test_every_schema_is_described() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert schema.get("description"), name
    assert not [text for text in texts(DOCUMENT) if "  " in text]


def test_the_page_of_the_documentation_names_every_address() -> None:
    named = set(re.findall(r"`(GET|POST) (/[^`?]*)", PAGE.read_text(encoding="utf-8")))
    there = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, operations in DOCUMENT["paths"].items()
        for method in operations
    }
    assert named == there

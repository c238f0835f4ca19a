"""Every operation of the API under schemathesis: what is documented is what is answered.

The same cases come at each run (no random seed). They are sent to the WSGI application itself.
"""

from collections.abc import Callable, Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.services import limits
from clairevoie.web.register.models import Statement
from tests.builders import BODY
from tests.web.rules.samples import published

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
    checks.ignored_auth,
]
REPRODUCIBLE = settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
CONFIG = {"generation": {"mode": "all"}, "seed": 1}


schema = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json", get_wsgi_application(), config=SchemathesisConfig.from_dict(CONFIG)
)


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """A request to the application leaves the test's connection open, as Django's client does."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def known(register: None) -> dict[str, str]:
    """What is there, by the name of the parameter and the beginning of the path."""
    statement = Statement.objects.filter(system__slug="calcul-impot").earliest("pk")
    assert statement.source
    return {
        "systems": "calcul-impot",
        "bodies": BODY.id,
        "statements": statement.uid.hex,
        "sources": statement.source.uid.hex,
        "rules": published().rules.slug,
    }


@pytest.fixture
def tokens(
    register: None, token: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    """The token of who runs the site, and that of the administration in charge."""
    monkeypatch.setitem(limits.LIMITS, "write", limits.Limit(10**9, 600))
    return token(Role.MODERATOR, operator=True), token(Role.PUBLISHER, own_body=True)


def given_well(case: schemathesis.Case) -> bool:
    """Whether the parameters of the path are meant to be right."""
    found = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    return found is None or found.mode.is_positive


@pytest.mark.usefixtures("register")
@schema.include(method="GET").parametrize()
@REPRODUCIBLE
def test_every_reading_of_anything_answers_as_documented(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS)


@schema.parametrize()
@REPRODUCIBLE
def test_every_operation_on_what_is_there_answers_as_documented(
    case: schemathesis.Case, known: dict[str, str], tokens: tuple[str, str]
) -> None:
    collection = case.path.removeprefix("/api/v1/").partition("/")[0]
    if given_well(case):
        for name in case.path_parameters or {}:
            case.path_parameters[name] = "1" if name == "number" else known[collection]
    token = tokens[case.path.endswith("/replies")]
    case.call_and_validate(
        headers={"Authorization": f"Bearer {token}"},
        checks=[check for check in CHECKS if check is not checks.ignored_auth],
    )

"""A small register and tokens, for the tests of the API."""

from collections.abc import Callable

import pytest
from django.test import Client

from clairevoie.web.accounts.models import Membership, Organisation, Role, User
from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.accounts.services.tokens import create_token
from clairevoie.web.register.models import PublicBody
from clairevoie.web.register.services import columns
from clairevoie.web.register.services.statements import moderate
from tests.builders import BODY, record, said, store

TokenMaker = Callable[..., str]


@pytest.fixture(autouse=True)
def _no_memory() -> None:
    """What a test that was rolled back left in memory is forgotten."""
    columns.forget()


@pytest.fixture
def register(db: None) -> None:
    """Three systems; one has two voices that differ, one a hidden statement, one no body."""
    store(
        record(
            "calcul-impot",
            said("calcul-impot", "status", "deployed", period="2020"),
            said("calcul-impot", "cost", "1000", period="2023"),
            said(
                "calcul-impot",
                "cost",
                "2000",
                period="2023",
                speaker="Solidaires",
                capacity="union",
                quote="Il a coûté deux mille euros.",
            ),
            summary="Calcule l’impôt sur le revenu.",
            purpose="Liquider l’impôt.",
        ),
        record("foncier", said("foncier", "purpose", "Texte illicite.", speaker="Quelqu’un")),
        record("sans-administration", body=None),
    )
    hidden = said("foncier", "purpose", "Texte illicite.", speaker="Quelqu’un").uid
    from clairevoie.web.register.models import Statement

    moderate(
        actor=COMMAND,
        statement=Statement.objects.get(uid=hidden),
        hidden=True,
        reason="Diffamation.",
    )


@pytest.fixture
def token(db: None) -> TokenMaker:
    """Make a token for a new member of a new organisation."""

    def make(role: Role = Role.PUBLISHER, *, operator: bool = False, own_body: bool = False) -> str:
        number = User.objects.count()
        user = User.objects.create_user(f"personne{number}@exemple.fr")
        organisation = Organisation.objects.create(
            name=f"Organisation {number}",
            capacity="administration" if own_body else "association",
            body=PublicBody.objects.get(slug=BODY.id) if own_body else None,
            is_operator=operator,
        )
        membership = Membership.objects.create(user=user, organisation=organisation, role=role)
        return create_token(membership=membership, label="essai").secret

    return make


@pytest.fixture
def api(client: Client) -> "Api":
    """Ask the API."""
    return Api(client)


class Api:
    """Requests and their JSON."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, **headers: str):
        return self.client.get(f"/api/v1{path}", headers=headers)

    def json(self, path: str):
        response = self.get(path)
        assert response.status_code == 200, response.content
        return response.json()

    def post(self, path: str, sent: object, token: str = "", **headers: str):
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.client.post(
            f"/api/v1{path}", sent, content_type="application/json", headers=headers
        )

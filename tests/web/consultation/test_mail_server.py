"""How the site is told which server sends its e-mails."""

from __future__ import annotations

from typing import Any

import pytest

from clairevoie.web.environment import EnvironmentProblem, mail_server


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("", {"HOST": "localhost", "PORT": 25, "USE_TLS": False, "USE_SSL": False}),
        (
            "smtp://site:m%40t@poste.fr",
            {"HOST": "poste.fr", "PORT": 587, "USER": "site", "PASSWORD": "m@t", "USE_TLS": True},
        ),
        ("smtps://poste.fr", {"PORT": 465, "USE_SSL": True, "USE_TLS": False}),
        ("smtp://poste.fr:2525", {"PORT": 2525, "USE_TLS": False}),
    ],
)
def test_the_address_of_the_server(url: str, found: dict[str, Any]) -> None:
    assert mail_server(url).items() >= found.items()


def test_another_address_is_refused() -> None:
    with pytest.raises(EnvironmentProblem, match="CLAIREVOIE_SMTP must start with smtp://"):
        mail_server("https://poste.fr")

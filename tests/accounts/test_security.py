"""Headers, cookies, hosts: what a browser is told, and what deployment checks say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from clairevoie.web.accounts.models import Role
from tests.people import PASSWORD, member, organisation, person, signed_in


@pytest.mark.django_db
def test_headers_of_every_page() -> None:
    answer = Client().get("/connexion/")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    for name, value in {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
    }.items():
        assert answer.headers[name] == value
    assert "geolocation=()" in answer.headers["Permissions-Policy"]


@pytest.mark.django_db
def test_pages_of_a_person_who_is_signed_in_are_theirs_alone() -> None:
    client = signed_in(member(Role.READER, organisation()).user)
    assert "private" in client.get("/contribuer/").headers["Cache-Control"]
    assert "private" not in Client().get("/contribuer/").headers.get("Cache-Control", "")


@pytest.mark.django_db
def test_cookies_of_a_session_are_out_of_reach() -> None:
    person()
    client = Client()
    client.post("/connexion/", {"email": "camille@exemple.fr", "password": PASSWORD})
    for name in ("session", "csrf", "known_browser"):
        if name in client.cookies:
            assert client.cookies[name]["httponly"], name
            assert client.cookies[name]["samesite"] == "Lax", name
    assert {"session", "known_browser"} <= client.cookies.keys()


def test_deployment_checks_are_clean(tmp_path: Path) -> None:
    """In a process of its own: settings of a real site, not those of the tests."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CLAIREVOIE_", "DJANGO_", "PYTEST_")) and name != "DATABASE_URL"
    } | {
        "CLAIREVOIE_DATA": str(tmp_path),
        "CLAIREVOIE_URL": "https://registre.exemple.fr",
        "CLAIREVOIE_FILES_URL": "https://fichiers.exemple.fr",
        "DJANGO_SETTINGS_MODULE": "clairevoie.web.settings",
    }
    script = (
        "import django; from django.conf import settings; django.setup();"
        "from django.core.management import call_command;"
        "call_command('check', deploy=True, fail_level='WARNING');"
        "assert settings.SESSION_COOKIE_NAME.startswith('__Host-');"
        "assert settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE;"
        "assert 'fichiers.exemple.fr' in settings.ALLOWED_HOSTS"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr

"""What the site reads from its environment: data directory, database, address, secret key."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class EnvironmentProblem(ValueError):
    """A variable of the environment that cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The site's environment, read once."""

    data: Path
    database: dict[str, Any]
    url: str
    secret_key: str
    debug: bool
    files_url: str = ""
    contact: str = ""
    keys: Path = Path()
    """The folder of the keys of journals, apart from the data."""
    mail_from: str = ""
    """The address from which the site sends e-mails; without one it sends none."""
    smtp: dict[str, Any] = field(default_factory=dict)


def data_directory(variables: dict[str, str]) -> Path:
    """Return the data directory (``CLAIREVOIE_DATA``), made absolute, not created."""
    given = variables.get("CLAIREVOIE_DATA")
    return Path(given).expanduser().resolve() if given else Path.home() / ".local/share/clairevoie"


def keys_directory(variables: dict[str, str]) -> Path:
    """Return the folder of the keys of journals (``CLAIREVOIE_KEYS``), as the command has it."""
    given = variables.get("CLAIREVOIE_KEYS")
    return Path(given).expanduser().resolve() if given else Path.home() / ".config/clairevoie/keys"


def database(url: str, data: Path) -> dict[str, Any]:
    """Return Django's settings for ``DATABASE_URL``; an empty one means SQLite in ``data``.

    Raises:
        EnvironmentProblem: the address is neither ``sqlite://`` nor ``postgresql://``.
    """
    if not url or url.startswith("sqlite:"):
        path = unquote(urlsplit(url).path) if url else str(data / "db.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                # FULL: an acknowledged write is on disk, also after a power cut.
                "init_command": (
                    "PRAGMA journal_mode=WAL;"
                    "PRAGMA synchronous=FULL;"
                    "PRAGMA cache_size=-64000;"
                    "PRAGMA mmap_size=268435456;"
                    "PRAGMA temp_store=MEMORY;"
                    # So that INSERT OR REPLACE fires the triggers that refuse deletions.
                    "PRAGMA recursive_triggers=ON;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise EnvironmentProblem(
            "DATABASE_URL must start with postgresql:// or sqlite:// ; "
            f"it starts with '{parts.scheme}://'."
        )
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "OPTIONS": options,
    }


def mail_server(url: str) -> dict[str, Any]:
    """Return Django's settings for ``CLAIREVOIE_SMTP``: ``smtp://user:password@host:port``.

    ``smtps://`` encrypts from the start (port 465); ``smtp://`` asks for STARTTLS as soon as it
    has a password to send (port 587), and else speaks in clear to a server at hand (port 25).

    Raises:
        EnvironmentProblem: the address is neither.
    """
    parts = urlsplit(url or "smtp://localhost")
    if parts.scheme not in {"smtp", "smtps"}:
        raise EnvironmentProblem(
            f"CLAIREVOIE_SMTP must start with smtp:// or smtps:// ; it starts with "
            f"'{parts.scheme}://'."
        )
    encrypted = parts.scheme == "smtps"
    starts_tls = not encrypted and bool(parts.password)
    return {
        "HOST": parts.hostname or "localhost",
        "PORT": parts.port or (465 if encrypted else 587 if starts_tls else 25),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "USE_SSL": encrypted,
        "USE_TLS": starts_tls,
    }


def secret_key(variables: dict[str, str], data: Path) -> str:
    """Return ``CLAIREVOIE_SECRET_KEY``, else the key kept in the data directory, made once."""
    if given := variables.get("CLAIREVOIE_SECRET_KEY"):
        return given
    path = data / "secret_key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise EnvironmentProblem(
            f"The data directory {data} cannot be made ({problem.strerror}): "
            "set CLAIREVOIE_DATA to another one."
        ) from None
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(64)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


def read_environment(variables: dict[str, str]) -> Environment:
    """Read the environment.

    Raises:
        EnvironmentProblem: a variable cannot be used.
    """
    data = data_directory(variables)
    return Environment(
        data=data,
        keys=keys_directory(variables),
        database=database(variables.get("DATABASE_URL", ""), data),
        url=variables.get("CLAIREVOIE_URL", "http://127.0.0.1:8000").rstrip("/"),
        secret_key=secret_key(variables, data),
        debug=variables.get("CLAIREVOIE_DEBUG", "") == "1",
        contact=variables.get("CLAIREVOIE_CONTACT", "").strip(),
        files_url=variables.get("CLAIREVOIE_FILES_URL", "").rstrip("/"),
        mail_from=variables.get("CLAIREVOIE_MAIL_FROM", "").strip(),
        smtp=mail_server(variables.get("CLAIREVOIE_SMTP", "").strip()),
    )

"""What takes seconds to load is loaded when the server starts, before somebody waits for it."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import cast

from django.db import close_old_connections

from clairevoie.rules.content import OpenFisca
from clairevoie.rules.model import RulesProblem
from clairevoie.web.rules.services.reading import current_editions, rule_set


def warm_in_background() -> None:
    """Load, beside the requests, the country packages that published rules call."""
    threading.Thread(target=warm, daemon=True).start()


def warm() -> None:
    """Load the country packages that published rules call; one that is not there is left out."""
    from clairevoie.rules.openfisca.system import system_of

    for edition in current_editions():
        if not any(each["kind"] == "openfisca" for each in edition.summary["versions"]):
            continue
        for version in rule_set(edition).versions:
            if version.kind == "openfisca":
                with suppress(RulesProblem):
                    system_of(cast("OpenFisca", version.content))
    close_old_connections()

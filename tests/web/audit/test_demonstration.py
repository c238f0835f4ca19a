"""The audit of the demonstration finds what was planted in its journal, and shows it in public."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from clairevoie.cli.demonstrating import _audit, _write
from clairevoie.decisions.demonstration import PLANS, declaration_text, rules_text
from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.audit.models import AuditRun
from clairevoie.web.decisions.services.journals import declare_journal
from clairevoie.web.rules.services.publishing import publish_rules

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("identifier", PLANS)
def test_the_planted_criterion_is_found(identifier: str, client: Client) -> None:
    publish_rules(actor=COMMAND, content=rules_text(identifier))
    journal = declare_journal(actor=COMMAND, declaration=declaration_text(identifier)).journal
    _write(journal, identifier)
    for _time in range(2):
        _audit(journal, identifier)
    run = AuditRun.objects.get()
    assert (run.problem, run.refusal) == ("", [])
    result = client.get("/audits/1.json").json()
    found = verdicts(result, "rate:propose", "naissance")
    assert found["hors de l’Union européenne"] == "higher"
    assert set(verdicts(result, "rate:propose", "sexe").values()) == {"no_difference_larger"}
    assert "Règles inventées" in client.get("/audits/1/").content.decode()


def verdicts(result: dict[str, Any], measure: str, group: str) -> dict[str, str]:
    return {
        one["key"][0]: one["verdict"]
        for table in result["tables"]
        if (table["measure"], table["cut"]) == (measure, [group])
        for one in table["compared"]
    }

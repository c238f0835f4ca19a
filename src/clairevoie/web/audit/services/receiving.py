"""An audit made elsewhere with `clairevoie audit`: checked, then published as such.

The site has neither the journal nor the exact figures: it does not recompute anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, require
from clairevoie.web.audit.models import PLAN_LENGTH, PublishedAudit
from clairevoie.web.audit.services.publishing import Material, store, text_of
from clairevoie.web.audit.services.reading import audits_of_data
from clairevoie.web.register.models import System

RESULT_LIMIT = 10_000_000


def read_received(content: bytes) -> Mapping[str, Any]:
    """Return the public result of an audit, checked.

    Raises:
        InvalidInput: it is no such result, or tells of too few people; each problem in a sentence.
    """
    from clairevoie.audit.receiving import ResultProblem, read_result

    if len(content) > RESULT_LIMIT:
        raise InvalidInput({"result": _("This file is too large: at most 10 MB.")})
    try:
        form = read_result(content, beside=audits_of_data)
    except ResultProblem as problem:
        raise InvalidInput({"result": str(problem)}) from None
    if max(len(form["plan"]["id"]), len(form["journal"]["id"])) > PLAN_LENGTH:
        raise InvalidInput({"result": _("The identifier of the plan (id) is too long.")})
    return form


def publish_received(
    *, actor: Actor, system: System, content: bytes, note: str = ""
) -> PublishedAudit:
    """Publish an audit made elsewhere about a system; the same again changes nothing.

    Raises:
        Refused: the actor may not contribute to the register.
        InvalidInput: the result cannot be read or may not be published; or the note is too long.
    """
    require(actor, Role.CONTRIBUTOR)
    form = read_received(content)
    with transaction.atomic():
        same = PublishedAudit.objects.filter(
            run=None,
            system=system,
            organisation=actor.organisation,
            digest=hashlib.sha256(text_of(form).encode()).hexdigest(),
        )
        found = same.first()
        return found or store(actor, Material(form=form, system=system), note=note)

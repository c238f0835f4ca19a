"""An audit made elsewhere is checked, published as such, and never said to be the site's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import InvalidInput, Refused, actor_of
from clairevoie.web.audit.models import PublishedAudit
from clairevoie.web.audit.services.publishing import text_of
from clairevoie.web.audit.services.receiving import publish_received
from clairevoie.web.decisions.models import Journal
from clairevoie.web.register.models import Event, System
from tests.people import member
from tests.web.audit.samples import browser, done, keeper, observer

pytestmark = pytest.mark.django_db
PAGE = "/contribuer/audits/systemes/creches/"


@pytest.fixture
def result(journal: Journal) -> dict[str, Any]:
    """What `clairevoie audit` writes of the journal."""
    form = done(journal).public
    assert form is not None
    return form


def sent(content: bytes) -> dict[str, Any]:
    return {"result": SimpleUploadedFile("result.json", content), "note": "Nos calculs."}


def test_a_contributor_publishes_what_was_made_elsewhere(result: dict[str, Any]) -> None:
    union = member(Role.CONTRIBUTOR, observer().organisation)
    client = browser(union)
    assert "fait ailleurs" in client.get(PAGE).content.decode()
    content = text_of(result).encode()
    answer = client.post(PAGE, sent(content))
    assert answer.headers["Location"] == "/audits/1/"
    page = Client().get("/audits/1/").content.decode()
    assert "Cet audit a été calculé ailleurs." in page
    assert "n’a rien recalculé" in page
    assert "Syndicat" in page
    assert "Nos calculs." in page
    assert Client().get("/audits/1.json").content == content
    assert Client().get("/audits/1.yaml").status_code == 404
    assert "/audits/1.yaml" not in page
    assert "calculé ailleurs" in Client().get("/systemes/creches/").content.decode()
    assert Event.objects.get(verb="audit.publish").data["made_here"] is False
    # The administration concerned may reply here too.
    assert "/audits/1/reponse/" in browser(keeper()).get("/audits/1/").content.decode()


def test_the_same_again_changes_nothing_and_another_is_a_version(result: dict[str, Any]) -> None:
    actor = actor_of(observer())
    system = System.objects.get()
    content = text_of(result).encode()
    first = publish_received(actor=actor, system=system, content=content)
    assert publish_received(actor=actor, system=system, content=content) == first
    other = json.loads(content)
    other["plan"]["title"] = {"fr": "Autre titre"}
    second = publish_received(actor=actor, system=system, content=text_of(other).encode())
    assert (second.number, second.version) == (2, 2)
    theirs = publish_received(actor=actor_of(keeper()), system=system, content=content)
    assert (theirs.number, theirs.version) == (3, 1)


def test_what_tells_of_a_few_or_is_no_result_is_refused(journal: Journal) -> None:
    client = browser(observer())
    exact = done(journal).exact
    assert exact is not None
    disguised = exact | {"form": "public", "delays": [], "scores": [], "amounts": []}
    for content in (b"{}", b"[", text_of(exact).encode(), text_of(disguised).encode()):
        page = client.post(PAGE, sent(content))
        assert page.status_code == 200
        assert 'class="error"' in page.content.decode()
    assert "Veuillez remplir" in client.post(PAGE, {"note": "Vu."}).content.decode()
    assert not PublishedAudit.objects.exists()


def test_what_is_public_of_the_same_journal_is_set_beside(result: dict[str, Any]) -> None:
    """A count a few away from one that is public already tells of these few."""
    actor, system = actor_of(observer()), System.objects.get()
    publish_received(actor=actor, system=system, content=text_of(result).encode())
    near = json.loads(text_of(result))
    near["plan"]["id"] = "autre"
    near["rows"] -= 3
    with pytest.raises(InvalidInput) as caught:
        publish_received(actor=actor, system=system, content=text_of(near).encode())
    assert "already published" in str(caught.value.errors)
    # The same plan on the same data is no new cut; nor is what is on other data set beside it.
    near["rows"] += 3
    publish_received(actor=actor, system=system, content=text_of(near).encode())
    near["journal"]["data_digest"] = "0" * 64
    publish_received(actor=actor, system=system, content=text_of(near).encode())


def test_who_may_not_contribute_may_not_send(result: dict[str, Any]) -> None:
    union = observer()
    reader = member(Role.READER, union.organisation)
    system = System.objects.get()
    with pytest.raises(Refused):
        publish_received(actor=actor_of(reader), system=system, content=text_of(result).encode())
    assert browser(reader).get(PAGE).status_code == 403
    assert Client().get(PAGE).status_code == 302
    with pytest.raises(InvalidInput, match="10"):
        publish_received(actor=actor_of(union), system=system, content=b" " * 10_000_001)

"""Published audits through the API."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from clairevoie.web.accounts.permissions import COMMAND
from clairevoie.web.audit.services.publishing import publish_audit, reply
from clairevoie.web.decisions.models import Journal
from tests.api.conftest import Api
from tests.conftest import QueriesSnapshot
from tests.web.audit.samples import PLAN, done, keeper, made_public, make_journal

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal(db: None, settings: Settings, tmp_path: Path) -> Journal:
    settings.JOURNALS_ROOT = tmp_path / "journals"
    settings.PUBLISHED_ROOT = tmp_path / "published"
    return make_journal()


def test_the_list_and_one_audit(
    api: Api, journal: Journal, assert_queries_snapshot: QueriesSnapshot
) -> None:
    made = made_public(journal, keeper())
    run = done(journal, plan=PLAN.replace("id: places-2025", "id: autre", 1))
    publish_audit(actor=COMMAND, run=run)
    reply(actor=COMMAND, audit=made, text="Nous vérifions.")
    reply(actor=COMMAND, audit=made, text="Corrigé.")
    with assert_queries_snapshot(name="list"):
        found = api.json("/audits")
    assert [(item["number"], item["plan"]) for item in found["items"]] == [
        (1, "places-2025"),
        (2, "autre"),
    ]
    first = api.json("/audits?limit=1")
    rest = api.json(f"/audits?limit=1&cursor={first['next_cursor']}")
    assert [first["items"][0], rest["items"][0]] == found["items"]
    item = found["items"][0]
    assert item["url"] == "http://testserver/audits/1/"
    assert item["title"] == {"fr": "Places en crèche", "en": "Nursery places"}
    assert (item["organisation"], item["system"], item["made_here"]) == ("Ville", "creches", True)
    assert item["body"]["slug"] == "dgfip"
    assert item["digest"] == made.digest
    with assert_queries_snapshot(name="audit"):
        one = api.json("/audits/1")
    assert made.run is not None
    assert one["result"] == made.run.public
    assert [each["text"] for each in one["replies"]] == ["Corrigé.", "Nous vérifions."]
    assert {key: one[key] for key in item} == item


def test_what_is_not_published_is_not_there(api: Api, journal: Journal) -> None:
    done(journal)
    assert api.json("/audits")["items"] == []
    assert api.get("/audits/1").status_code == 404
    assert api.get("/audits/0").status_code == 404


def test_what_has_not_changed_is_not_sent_again(api: Api, journal: Journal) -> None:
    made_public(journal)
    etag = api.get("/audits/1")["ETag"]
    assert api.get("/audits/1", **{"If-None-Match": etag}).status_code == 304

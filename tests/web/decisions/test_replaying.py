"""A journal is replayed by the worker; its owner reads the report, then publishes it, or not."""

import hashlib
import json
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, InvalidInput, Refused
from clairevoie.web.decisions import jobs
from clairevoie.web.decisions.models import Journal, Replay, ReplayPublication, ReplayState
from clairevoie.web.decisions.services import replaying
from clairevoie.web.decisions.services.journals import declare_journal, folder_of
from clairevoie.web.decisions.services.receiving import receive_data
from clairevoie.web.register.models import Event, PublicBody
from tests.builders import BODY, stored
from tests.conftest import QueriesSnapshot
from tests.people import member, organisation, signed_in
from tests.web.explanation.samples import DECLARATION, HEADER, SLUG, make_journal
from tests.web.rules.samples import SLUG as RULES
from tests.web.rules.samples import published

pytestmark = pytest.mark.django_db
JOURNAL = f"/contribuer/journaux/{SLUG}/"


@pytest.fixture(autouse=True)
def folders(settings: Settings, tmp_path: Path) -> None:
    settings.JOURNALS_ROOT = tmp_path / "data" / "journals"
    settings.KEYS_ROOT = tmp_path / "keys"


@pytest.fixture
def journal() -> Journal:
    """Three hundred decisions: twelve do not follow the rules, four of them for want of a datum."""
    stored("creches")
    published()
    found = make_journal(is_open=False)
    lines = [HEADER]
    for number in range(300):
        points = 190 if number < 8 else 220
        children = "" if 8 <= number < 12 else "3"
        lines.append(
            f"CR-{number:04d},2025-03-01,{children},seul,641.20,,true,{points},admis,admis,2025"
        )
    (folder_of(found) / "decisions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return found


def administration() -> Client:
    body = PublicBody.objects.get(slug=BODY.id)
    return signed_in(
        member(Role.PUBLISHER, organisation("Ville", "administration", body=body)).user
    )


def stranger() -> Client:
    body = PublicBody.objects.create(slug="autre", name="Autre")
    return signed_in(
        member(Role.PUBLISHER, organisation("Autre", "administration", body=body)).user
    )


def work() -> None:
    call_command("db_worker", batch=True, startup_delay=False, interval=0, verbosity=0)


def done(journal: Journal) -> Replay:
    return replaying.replay_now(actor=COMMAND, journal=journal)


# On PostgreSQL the worker closes the connection that the test is in.
@pytest.mark.sqlite_only
def test_the_worker_does_what_waits(journal: Journal) -> None:
    replay = replaying.ask_replay(actor=COMMAND, journal=journal)
    assert replay.state == ReplayState.WAITING
    work()
    replay.refresh_from_db()
    assert (replay.state, replay.problem) == (ReplayState.DONE, "")
    assert replay.report is not None
    assert replay.report["rows"] == replay.total == 300


def test_a_report_is_exact_for_its_owner_and_masked_for_the_public(journal: Journal) -> None:
    replay = done(journal)
    assert replay.report is not None
    assert replay.public is not None
    exact, public = replay.report["total"], replay.public["total"]
    assert exact["conform"]["count"] == 288
    assert exact["gaps"]["missing_input"] == 4
    assert public["gaps"]["missing_input"] is None
    assert replay.report["sample"]
    assert "CR-0" not in json.dumps(replay.public)


def test_one_replay_at_a_time(journal: Journal) -> None:
    waiting = replaying.ask_replay(actor=COMMAND, journal=journal)
    with pytest.raises(Refused, match="déjà en cours"):
        replaying.ask_replay(actor=COMMAND, journal=journal)
    long_ago = timezone.now() - 2 * replaying.SILENT_AFTER
    Replay.objects.filter(pk=waiting.pk).update(state=ReplayState.RUNNING, seen_at=long_ago)
    replaying.ask_replay(actor=COMMAND, journal=journal)
    waiting.refresh_from_db()
    assert waiting.state == ReplayState.FAILED


def test_a_replay_is_done_once(journal: Journal) -> None:
    replay = done(journal)
    replaying.run_replay(replay.pk)
    assert Replay.objects.get(pk=replay.pk).finished_at == replay.finished_at


def test_a_journal_that_cannot_be_read_says_why(journal: Journal) -> None:
    (folder_of(journal) / "decisions.csv").unlink()
    replay = done(journal)
    assert replay.state == ReplayState.FAILED
    assert "decisions.csv" in replay.problem


def test_an_accident_is_told_and_not_hidden(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(replaying, "_findings", fail)
    with pytest.raises(ZeroDivisionError):
        done(journal)
    assert Replay.objects.get().state == ReplayState.FAILED


def test_what_is_published_is_what_its_digest_says_and_stays(
    journal: Journal, client: Client
) -> None:
    replay = done(journal)
    made = replaying.publish_replay(actor=COMMAND, replay=replay, note="Nous corrigeons.")
    assert replaying.publish_replay(actor=COMMAND, replay=replay) == made
    content = client.get(f"/regles/{RULES}/rejeux/1.json").content
    assert hashlib.sha256(content).hexdigest() == made.digest
    assert json.loads(content)["form"] == "public"
    assert Event.objects.get(verb="replay.publish").data["digest"] == made.digest
    page = client.get(f"/regles/{RULES}/rejeux/1/").content.decode()
    assert made.digest in page
    assert "Nous corrigeons." in page
    assert "non montré" in page
    assert "CR-0" not in page
    assert made.digest in client.get(f"/regles/{RULES}/rejeux/").content.decode()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions_replaypublication SET note = 'autre'",
        "DELETE FROM decisions_replaypublication",
        "DELETE FROM decisions_replay",
    ],
)
def test_the_database_refuses_to_change_or_forget(journal: Journal, statement: str) -> None:
    replaying.publish_replay(actor=COMMAND, replay=done(journal))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_replay_that_is_not_done_is_not_published(journal: Journal) -> None:
    replay = replaying.ask_replay(actor=COMMAND, journal=journal)
    with pytest.raises(Refused):
        replaying.publish_replay(actor=COMMAND, replay=replay)
    with pytest.raises(InvalidInput):
        replaying.publish_replay(actor=COMMAND, replay=replay, note="x" * 501)


def test_the_owner_goes_from_the_journal_to_the_publication(journal: Journal) -> None:
    client = administration()
    assert SLUG in client.get("/contribuer/journaux/").content.decode()
    asked = client.post(JOURNAL, {"replay": "1"})
    assert asked.status_code == 302
    waiting = client.get(asked.headers["Location"]).content.decode()
    assert 'hx-trigger="every 3s"' in waiting
    replaying.run_replay(Replay.objects.get().pk)
    page = client.get(asked.headers["Location"])
    assert page.headers["Cache-Control"] == "no-store"
    assert "96\u202f%" in page.content.decode()
    published_page = client.post(asked.headers["Location"], {"note": "Lu."}, follow=True)
    assert published_page.redirect_chain[-1][0] == f"/regles/{RULES}/rejeux/1/"
    assert ReplayPublication.objects.get().note == "Lu."
    assert "Rejeu 1" in client.get(asked.headers["Location"]).content.decode()


def test_the_journal_of_others_is_closed(journal: Journal) -> None:
    replay, other = done(journal), stranger()
    for path in (JOURNAL, f"{JOURNAL}rejeux/{replay.pk}/"):
        assert other.get(path).status_code == 403
        assert Client().get(path).status_code == 302


def test_a_file_is_received_whole_or_not_at_all(journal: Journal) -> None:
    client = administration()
    good = (folder_of(journal) / "decisions.csv").read_bytes()
    refused = client.post(JOURNAL, {"file": SimpleUploadedFile("d.csv", b"a,b\n1,2\n")})
    assert refused.status_code == 200
    assert "reference" in refused.content.decode()
    assert (folder_of(journal) / "decisions.csv").read_bytes() == good
    sent = client.post(JOURNAL, {"file": SimpleUploadedFile("d.csv", good + b"\n")})
    assert sent.status_code == 302
    assert (folder_of(journal) / "decisions.csv").read_bytes() == good + b"\n"
    assert [path.name for path in folder_of(journal).iterdir()] == ["decisions.csv"]
    event = Event.objects.get(verb="journal.receive")
    assert event.data["digest"] == hashlib.sha256(good + b"\n").hexdigest()


@pytest.mark.parametrize(
    "data", ["{csv: ../autre.csv}", "{csv: a/b.csv}", "{table: t, url: 'postgresql://h/d'}"]
)
def test_data_stay_in_the_folder_of_their_journal(journal: Journal, data: str) -> None:
    text = DECLARATION.replace("{csv: decisions.csv}", data)
    declare_journal(actor=COMMAND, declaration=text.encode())
    with pytest.raises(InvalidInput, match="sans dossier"):
        receive_data(actor=COMMAND, journal=journal, chunks=[b"x"])
    assert done(journal).state == ReplayState.FAILED


def test_declaring_a_journal_on_the_site(journal: Journal) -> None:
    client = administration()
    text = DECLARATION.replace("title: Places", "title: Les places")
    for content, status in ((b"clairevoie: [", 200), (text.encode(), 302)):
        upload = SimpleUploadedFile("journal.yaml", content)
        response = client.post("/contribuer/journaux/", {"declaration": upload})
        assert response.status_code == status
    assert journal.editions.count() == 2


def test_opening_makes_a_key_and_an_index(journal: Journal) -> None:
    client = administration()
    client.post(JOURNAL, {"open": "1"})
    journal.refresh_from_db()
    assert journal.open_to_explanation
    assert "ouvert à l’explication" in client.get(JOURNAL).content.decode()
    client.post(JOURNAL, {"close": "1"})
    journal.refresh_from_db()
    assert not journal.open_to_explanation


def test_pages_ask_little_of_the_database(
    journal: Journal, client: Client, assert_queries_snapshot: QueriesSnapshot
) -> None:
    replaying.publish_replay(actor=COMMAND, replay=done(journal))
    with assert_queries_snapshot(name="publication"):
        client.get(f"/regles/{RULES}/rejeux/1/")
    with assert_queries_snapshot(name="list"):
        client.get(f"/regles/{RULES}/rejeux/")


def test_a_replay_that_no_worker_came_for_is_given_up(journal: Journal) -> None:
    waiting = replaying.ask_replay(actor=COMMAND, journal=journal)
    long_ago = timezone.now() - 2 * replaying.SILENT_AFTER
    Replay.objects.filter(pk=waiting.pk).update(asked_at=long_ago)
    replaying.ask_replay(actor=COMMAND, journal=journal)
    replaying.run_replay(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.report) == (ReplayState.FAILED, None)


def test_a_replay_given_up_while_it_is_done_does_not_come_back(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = replaying._findings

    def given_up_meanwhile(*given: Any) -> Any:
        Replay.objects.update(state=ReplayState.FAILED, problem="abandonné")
        return found(*given)

    monkeypatch.setattr(replaying, "_findings", given_up_meanwhile)
    replay = done(journal)
    assert (replay.state, replay.problem, replay.report) == ("failed", "abandonné", None)


def test_no_file_is_received_during_a_replay(journal: Journal) -> None:
    replaying.ask_replay(actor=COMMAND, journal=journal)
    with pytest.raises(Refused, match="en cours"):
        receive_data(actor=COMMAND, journal=journal, chunks=[b"x"])


def test_a_file_replaced_by_hand_during_a_replay_is_noticed(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder_of(journal) / "decisions.csv"
    tell = replaying._teller

    def replacing(replay: Replay) -> Any:
        told = tell(replay)

        def replace_and_tell(rows: int) -> None:
            file.write_bytes(file.read_bytes() + b"\n")
            told(rows)

        return replace_and_tell

    monkeypatch.setattr(replaying, "_teller", replacing)
    replay = done(journal)
    assert replay.state == ReplayState.FAILED
    assert "replaced" in replay.problem


def test_what_a_job_keeps_of_an_error_quotes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_pk: int) -> None:
        raise ValueError("Dupont")

    monkeypatch.setattr(replaying, "run_replay", fail)
    with pytest.raises(RuntimeError) as caught:
        jobs.replay_journal.call(1)
    assert "Dupont" not in "".join(format_exception(caught.value))


def test_rules_of_no_body_are_nobody_s_but_the_command_s(journal: Journal) -> None:
    type(journal.rules).objects.update(body=None)
    journal.refresh_from_db()
    assert administration().post(JOURNAL, {"replay": "1"}).status_code == 403
    replay = replaying.ask_replay(actor=COMMAND, journal=journal)
    assert replay.state == ReplayState.WAITING

"""E-mails: to whom they go, once each, and none without an address to send from."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, actor_of
from clairevoie.web.consultation.models import Notice
from clairevoie.web.consultation.services import notices
from clairevoie.web.consultation.services.answers import report_progress
from clairevoie.web.consultation.services.moderating import moderate_recommendation
from tests.web.consultation.samples import administration, answered, made, union

pytestmark = pytest.mark.django_db


@pytest.fixture
def sending(settings: Settings) -> None:
    settings.MAIL_FROM = "registre@exemple.fr"


def tell() -> str:
    """Run the daily command."""
    said = StringIO()
    call_command("tell_what_is_late", stdout=said)
    return said.getvalue()


def asked_by_a_union(**more: Any) -> Any:
    union(Role.READER)
    return made(actor_of(union()), author="", capacity="", **more)


@pytest.mark.usefixtures("sending")
def test_who_asked_is_told_of_an_answer_once() -> None:
    agent = administration()
    found = asked_by_a_union()
    answered(found, "accepted", actor=actor_of(agent))
    assert mail.outbox == []
    assert notices.send_waiting() == 1
    assert notices.send_waiting() == 0
    (message,) = mail.outbox
    assert message.to == [union().user.email]
    assert message.subject.replace("\u00a0", " ") == "Réponse à la recommandation 1 : Acceptée"
    for text in ("Voici pourquoi.", "Nous publierons.", "http://testserver/recommandations/1/"):
        assert text in message.body
    assert message.extra_headers == {"Auto-Submitted": "auto-generated"}
    assert not getattr(message, "alternatives", [])
    report_progress(actor=COMMAND, recommendation=found, text="En cours.")
    assert notices.send_waiting() == 0
    report_progress(
        actor=COMMAND, recommendation=found, text="Fait.", done=True, proof_url="https://a.fr/"
    )
    assert notices.send_waiting() == 1
    assert "Fait." in mail.outbox[-1].body


@pytest.mark.usefixtures("sending")
def test_both_are_told_of_what_is_late_once() -> None:
    agent = administration()
    found = asked_by_a_union(due=-1)
    assert tell() == "1 newly late; 2 messages sent.\n"
    assert {tuple(each.to) for each in mail.outbox} == {
        (union().user.email,),
        (agent.user.email,),
    }
    assert "aucune n’est enregistrée sur ce site" in mail.outbox[0].body
    assert tell() == "0 newly late; 0 messages sent.\n"
    notice = Notice.objects.get()
    assert (notice.recommendation, notice.recipients) == (found, 2)
    assert notice.sent_at is not None


@pytest.mark.usefixtures("sending")
def test_nothing_is_sent_of_what_is_hidden_or_answered_meanwhile() -> None:
    hidden, met = asked_by_a_union(due=-1), asked_by_a_union(due=-2)
    assert notices.ask_late_notices(today=timezone.localdate()) == 2
    moderate_recommendation(actor=COMMAND, recommendation=hidden, hidden=True, reason="Illicite")
    answered(met, "refused", ago=0)
    assert notices.send_waiting() == 0
    assert not Notice.objects.filter(sent_at=None).exists()


@pytest.mark.usefixtures("sending")
def test_what_the_mail_server_refuses_waits_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_by_a_union(due=-1)

    def refuse(**_options: Any) -> Any:
        raise OSError("no server")

    with monkeypatch.context() as patched:
        patched.setattr(notices, "get_connection", refuse)
        with pytest.raises(OSError, match="no server"):
            tell()
    assert Notice.objects.get().sent_at is None
    assert tell() == "0 newly late; 1 messages sent.\n"


def test_without_an_address_nothing_is_sent_and_nothing_waits(settings: Settings) -> None:
    settings.MAIL_FROM = ""
    found = asked_by_a_union(due=-1)
    answered(found, "refused")
    assert notices.ask_late_notices(today=timezone.localdate() + timedelta(days=9)) == 0
    assert not Notice.objects.exists()
    with pytest.raises(CommandError, match="CLAIREVOIE_MAIL_FROM"):
        tell()

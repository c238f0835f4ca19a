"""Replays: asked for by the administration, done by the worker, published by choice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from clairevoie.decisions import model as ground
from clairevoie.decisions.reading import read_journal
from clairevoie.rules.model import RuleSet, RulesProblem
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import Actor, InvalidInput, Refused, require
from clairevoie.web.decisions import jobs
from clairevoie.web.decisions.models import (
    Journal,
    JournalEdition,
    Replay,
    ReplayPublication,
    ReplayState,
)
from clairevoie.web.decisions.services.journals import check_publisher, folder_of
from clairevoie.web.register.services.clock import record_event
from clairevoie.web.rules.models import PublishedRules
from clairevoie.web.rules.services.reading import published, rule_set

NOTE_LIMIT = 500
TOLD_EVERY = timedelta(seconds=1)
SILENT_AFTER = timedelta(minutes=15)
"""A replay of which nothing was heard for so long has lost its worker."""


def is_lost(replay: Replay, *, now: datetime) -> bool:
    """Tell whether the worker has stopped in the middle of a replay, or never came for it."""
    if replay.state not in {ReplayState.WAITING, ReplayState.RUNNING}:
        return False
    return now - (replay.seen_at or replay.asked_at) > SILENT_AFTER


def ask_replay(*, actor: Actor, journal: Journal) -> Replay:
    """Ask the worker for a replay of a journal under the rules published today.

    Raises:
        Refused: the actor does not publish these rules; or a replay of this journal is under way.
    """
    with transaction.atomic():
        replay = _waiting(actor, journal)
        jobs.replay_journal.enqueue(replay.pk)
    return replay


def replay_now(*, actor: Actor, journal: Journal) -> Replay:
    """Do a replay at once, in this process, and return it.

    Raises:
        Refused: as `ask_replay`.
    """
    replay = _waiting(actor, journal)
    run_replay(replay.pk)
    replay.refresh_from_db()
    return replay


def _waiting(actor: Actor, journal: Journal) -> Replay:
    require(actor, Role.PUBLISHER)
    check_publisher(actor, journal.rules)
    now = timezone.now()
    with transaction.atomic():
        journal = Journal.objects.select_for_update().get(pk=journal.pk)
        for other in journal.replays.filter(state__in=[ReplayState.WAITING, ReplayState.RUNNING]):
            if not is_lost(other, now=now):
                raise Refused(_("A replay of this journal is already under way."))
            _stop(other, _("The worker stopped before the end. Please ask again."))
        return Replay.objects.create(
            journal=journal,
            edition=journal.editions.latest("number"),
            rules_edition=published(journal.rules.slug),
            asked_at=now,
            asked_by=actor.user,
            organisation=actor.organisation,
        )


def is_under_way(journal: Journal, *, now: datetime) -> bool:
    """Tell whether a replay of a journal waits or is being done, and was not given up."""
    going = journal.replays.filter(state__in=[ReplayState.WAITING, ReplayState.RUNNING])
    return any(not is_lost(each, now=now) for each in going)


def run_replay(pk: int) -> None:
    """Do a replay that waits, writing how far it is; another state is left alone."""
    now = timezone.now()
    started = Replay.objects.filter(pk=pk, state=ReplayState.WAITING).update(
        state=ReplayState.RUNNING, started_at=now, seen_at=now
    )
    if not started:
        return
    replay = Replay.objects.select_related("journal", "edition", "rules_edition").get(pk=pk)
    try:
        _replay(replay, day=timezone.localdate())
    except (ground.JournalProblem, RulesProblem) as problem:
        _stop(replay, str(problem))
    except Exception:
        _stop(replay, _("The site failed during this replay. Its operator finds why in its log."))
        raise


def _stop(replay: Replay, problem: str) -> None:
    _end(replay, state=ReplayState.FAILED, problem=problem)


def _end(replay: Replay, **values: Any) -> None:
    """Write how a replay ended; one that has ended already, or was given up, stays as it is."""
    going = Replay.objects.filter(
        pk=replay.pk, state__in=[ReplayState.WAITING, ReplayState.RUNNING]
    )
    going.update(finished_at=timezone.now(), **values)


def _replay(replay: Replay, *, day: date) -> None:
    from clairevoie.decisions.replay import replay as replayed

    declared = read_journal(replay.edition.declaration.encode())
    folder = folder_of(replay.journal)
    rules = rule_set(replay.rules_edition)
    tell = _teller(replay)
    replay.findings, replay.total = _findings(declared, folder, rules, day, tell)
    replay.save(update_fields=["findings", "total"])
    report = replayed(declared, rules, folder, day=day, within=folder, progress=tell)
    _end(
        replay,
        state=ReplayState.DONE,
        report=report.as_dict(),
        public=report.publishable(),
    )


def _findings(
    declared: ground.Journal,
    folder: Path,
    rules: RuleSet,
    day: date,
    done: Callable[[int], None],
) -> tuple[object, int]:
    from clairevoie.decisions.checking import check_journal
    from clairevoie.decisions.opening import open_journal

    table = open_journal(declared, folder, within=folder, numbered=True)
    report = check_journal(declared, table, rules, today=day, done=done)
    return report.as_dict(), report.rows


def _teller(replay: Replay) -> Callable[[int], None]:
    """Return what writes how many rows were read, once a second at most."""
    told = timezone.now()

    def tell(rows: int) -> None:
        nonlocal told
        now = timezone.now()
        if now - told >= TOLD_EVERY:
            Replay.objects.filter(pk=replay.pk).update(rows=rows, seen_at=now)
            told = now
        replay.rows = rows

    return tell


def publish_replay(*, actor: Actor, replay: Replay, note: str = "") -> ReplayPublication:
    """Publish the report of a replay, without small figures nor identifiers; it then stays.

    Raises:
        Refused: the actor does not publish these rules; or the replay is not done.
        InvalidInput: the note is too long.
    """
    require(actor, Role.PUBLISHER)
    rules = replay.journal.rules
    check_publisher(actor, rules)
    note = " ".join(note.split())
    if len(note) > NOTE_LIMIT:
        raise InvalidInput({"note": _("This text is too long.")})
    with transaction.atomic():
        rules = PublishedRules.objects.select_for_update().get(pk=rules.pk)
        replay = Replay.objects.get(pk=replay.pk)
        if replay.state != ReplayState.DONE or replay.public is None:
            raise Refused(_("Only a replay that is done can be published."))
        done = ReplayPublication.objects.filter(replay=replay).first()
        if done is not None:
            return done
        content = json.dumps(replay.public, ensure_ascii=False, indent=2, sort_keys=True)
        digest = hashlib.sha256(content.encode()).hexdigest()
        last = rules.replay_publications.aggregate(last=Max("number"))["last"] or 0
        event = record_event(
            verb="replay.publish",
            actor=actor,
            system=rules.system,
            data={"rules": rules.slug, "number": last + 1, "digest": digest},
        )
        return ReplayPublication.objects.create(
            rules=rules,
            number=last + 1,
            replay=replay,
            content=content,
            digest=digest,
            note=note,
            published_at=timezone.now(),
            actor=actor.user,
            organisation=actor.organisation,
            event=event,
        )


def publications_of(rules: PublishedRules) -> Sequence[ReplayPublication]:
    """Return the published replays of a rule set, the latest first."""
    return list(
        ReplayPublication.objects.filter(rules=rules)
        .select_related("organisation", "replay__journal")
        .defer("replay__report", "replay__public", "replay__findings")
        .order_by("-number")
    )


def latest_edition(journal: Journal) -> JournalEdition:
    """Return what a journal declares today."""
    return journal.editions.latest("number")


def refused_unless_publisher(actor: Actor, journal: Journal) -> None:
    """Refuse who does not publish the rules of a journal: its replays are for its owner.

    Raises:
        Refused: in one sentence.
    """
    require(actor, Role.PUBLISHER)
    if not actor.is_command:
        check_publisher(actor, journal.rules)

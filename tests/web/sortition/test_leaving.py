"""Members who leave, alternates in their order, seats drawn again, data erased."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from clairevoie.sortition.proof import proof_problems
from clairevoie.web.accounts.permissions import COMMAND, InvalidInput, Refused, actor_of
from clairevoie.web.sortition.models import (
    Commitment,
    Computation,
    Departure,
    Draw,
    Erasure,
    Pool,
    State,
)
from clairevoie.web.sortition.services import committing, erasing, leaving, preparing
from clairevoie.web.sortition.services.computing import run_computation
from clairevoie.web.sortition.services.reading import Course, course_of, draw_of
from tests.web.sortition.samples import QUOTAS, announced, committed, drawn, organiser, yesterday

pytestmark = pytest.mark.django_db


def now(draw: Draw) -> Course:
    return course_of(draw_of(draw.number))


def counts(course: Course) -> dict[str, int]:
    """How many members have each feature."""
    found: dict[str, int] = {}
    for each in leaving.members_of(course, preparing.volunteers_of(course.draw)):
        for name in ("genre", "âge"):
            found[each.features[name]] = found.get(each.features[name], 0) + 1
    return found


def test_who_leaves_is_replaced_by_the_first_who_keeps_the_quotas() -> None:
    draw = drawn()
    before = now(draw)
    for _turn in range(4):
        course = now(draw)
        gone = course.panel[0]
        made = leaving.leave(actor=COMMAND, draw=draw, number=gone)
        assert made.joining is not None
        after = now(draw)
        assert gone not in after.panel
        assert made.joining in after.panel
        assert len(after.panel) == 8
        found = counts(after)
        assert all(each.low <= found[each.feature] <= each.high for each in QUOTAS)
    order = before.drawings[0].proof["draw"]["alternates"]
    assert {each.joining for each in Departure.objects.all()} <= set(order)
    with pytest.raises(InvalidInput, match="Personne"):
        leaving.leave(actor=COMMAND, draw=draw, number=gone)


def test_a_seat_that_no_alternate_can_take_is_drawn_again_with_its_own_proof() -> None:
    draw = announced(size=4)
    # One woman to a man: when both have left, only a wider choice can fill the seats.
    lines = "\n".join(f"{at};{'f' if at < 3 else 'h'}" for at in range(12))
    content = f"id;genre\n{lines}\n".encode()
    preparing.receive_pool(actor=COMMAND, draw=draw, content=content)
    from clairevoie.sortition.pool import Quota
    from clairevoie.web.sortition.services.computing import compute_now
    from tests.web.sortition.samples import commit_to

    quotas = (Quota("genre", "f", 2, 2), Quota("genre", "h", 2, 2))
    preparing.set_quotas(actor=COMMAND, draw=draw_of(draw.number), quotas=quotas)
    compute_now(actor=COMMAND, draw=draw)
    commit_to(draw)
    committing.enter(actor=COMMAND, draw=draw, given="500")
    course = now(draw)
    women = [
        each.number
        for each in leaving.members_of(course, preparing.volunteers_of(course.draw))
        if each.features["genre"] == "f"
    ]
    first = leaving.leave(actor=COMMAND, draw=draw, number=women[0])
    assert first.joining is not None
    second = leaving.leave(actor=COMMAND, draw=draw, number=women[1])
    assert second.joining is None
    course = now(draw)
    assert course.free == 1
    # Nobody is left who could be drawn either: the quotas say so.
    waiting = leaving.ask_again(actor=COMMAND, draw=draw_of(draw.number))
    run_computation(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == State.FAILED


def test_free_seats_are_drawn_again_among_all_others() -> None:
    draw = drawn()
    course = now(draw)
    # As if no alternate could: two seats are free.
    for number in course.panel[:2]:
        Departure.objects.create(
            draw=draw, leaving=number, at=timezone.now(), event=course.draw.event
        )
    assert now(draw).free == 2
    with pytest.raises(Refused, match="d’abord"):
        committing.commit(
            actor=COMMAND, draw=draw, kind="beacon", at=timezone.now() + timedelta(days=1)
        )
    waiting = leaving.ask_again(actor=COMMAND, draw=draw_of(draw.number))
    assert waiting.seats == 2
    run_computation(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == State.DONE
    committing.commit(
        actor=COMMAND,
        draw=draw,
        kind="witnesses",
        at=yesterday(),
        place="Mairie",
        now=yesterday() - timedelta(hours=1),
    )
    with pytest.raises(Refused, match="pas encore tiré"):
        leaving.leave(actor=COMMAND, draw=draw, number=now(draw).panel[0])
    made = committing.enter(actor=COMMAND, draw=draw, given="000")
    promised = Commitment.objects.get(rank=1)
    kept = {
        name: committing.private_file(actor=COMMAND, course=now(draw), name=name)
        for name in ("result.json", "result-1.json", "chosen-1.txt", "excluded-1.txt")
    }
    assert all(kept.values())
    assert kept["result.json"] != kept["result-1.json"]
    assert len((kept["chosen-1.txt"] or b"").splitlines()) == 6
    for name in ("chosen.txt", "result-2.json"):
        assert committing.private_file(actor=COMMAND, course=now(draw), name=name) is None
    assert proof_problems(made.proof, promised.seals.encode(), published=promised.fingerprint) == ()
    after = now(draw)
    assert after.free == 0
    assert len(after.panel) == 8
    assert set(course.panel[2:]) < set(after.panel)
    assert not set(course.panel[:2]) & set(after.panel)
    found = counts(after)
    assert all(each.low <= found[each.feature] <= each.high for each in QUOTAS)


def test_data_are_erased_with_their_key_and_what_is_public_stays(
    keys: Path, django_capture_on_commit_callbacks: object
) -> None:
    mine = actor_of(organiser())
    draw = drawn(mine)
    panel = now(draw).panel
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        erased = erasing.erase(actor=mine, draw=draw)
    assert erased.volunteers == 60
    assert not Pool.objects.exists()
    assert not list(keys.rglob("*.key"))
    assert all(each.result is None for each in Computation.objects.all())
    course = now(draw)
    assert course.panel == panel
    assert course.drawings[0].proof["draw"]["number"] == 417
    for act in (
        lambda: erasing.erase(actor=mine, draw=draw),
        lambda: leaving.leave(actor=mine, draw=draw, number=panel[0]),
        lambda: preparing.receive_pool(actor=mine, draw=draw, content=b"id;a\n1;2\n"),
        lambda: committing.private_file(actor=mine, course=now(draw), name="pool.csv"),
    ):
        with pytest.raises(Refused):
            act()
    assert erased.event.data == {"draw": draw.number, "volunteers": 60}


def test_data_are_erased_on_the_day_announced(
    keys: Path, django_capture_on_commit_callbacks: object
) -> None:
    soon, later = committed(days=2), committed(days=3, title="Plus tard")
    day = timezone.localdate() + timedelta(days=2)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert erasing.erase_due(today=day - timedelta(days=1)) == 0
        assert erasing.erase_due(today=day) == 1
    assert list(Erasure.objects.values_list("draw_id", flat=True)) == [soon.pk]
    assert [each.stem for each in keys.rglob("*.key")] == [str(later.key)]
    # A key that outlived its data, for want of power, goes the next time.
    (keys / "draws" / f"{soon.key}.key").write_bytes(b"x")
    call_command("erase_due_draws")
    assert [each.stem for each in keys.rglob("*.key")] == [str(later.key)]


def test_the_worker_is_asked_for_it_when_the_draw_is_announced() -> None:
    draw = announced(days=30)
    waiting = DBTaskResult.objects.get(task_path__endswith="erase_due_draws")
    assert timezone.localdate(waiting.run_after) == draw.erase_on


def test_after_the_day_nothing_is_read_even_before_it_is_erased() -> None:
    draw = prepared_and_late()
    with pytest.raises(Refused, match="effacées"):
        preparing.set_quotas(actor=COMMAND, draw=draw_of(draw.number), quotas=QUOTAS[:2])
    with pytest.raises(Refused, match="effacées"):
        preparing.volunteers_of(draw_of(draw.number))


def prepared_and_late() -> Draw:
    """A draw whose day has come, and that the daily command has not seen yet."""
    from unittest.mock import patch

    late = timezone.localdate() - timedelta(days=10)
    with patch.object(timezone, "localdate", return_value=late):
        draw = announced(days=5)
        preparing.receive_pool(
            actor=COMMAND, draw=draw, content=b"id;genre\n1;femme\n2;homme\n3;femme\n"
        )
    return draw


def test_what_is_recorded_names_nobody() -> None:
    draw = drawn()
    leaving.leave(actor=COMMAND, draw=draw, number=now(draw).panel[0])
    course = now(draw)
    said = json.dumps(
        [each.form for each in course.commitments] + [each.proof for each in course.drawings]
    )
    assert "femme" not in said
    assert "genre" not in said

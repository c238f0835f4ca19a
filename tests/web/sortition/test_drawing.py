"""A draw from its announcement to its panel: what can be done, by whom, and what is published."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from clairevoie.sortition.pool import Quota
from clairevoie.sortition.proof import proof_problems
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, InvalidInput, Refused, actor_of
from clairevoie.web.register.models import Event
from clairevoie.web.sortition.models import Commitment, Computation, Draw, Drawing, Pool, State
from clairevoie.web.sortition.services import committing, computing, preparing
from clairevoie.web.sortition.services.reading import Phase, course_of, draw_of
from tests.web.sortition.samples import (
    NAME,
    QUOTAS,
    announced,
    committed,
    drawn,
    organiser,
    prepared,
    volunteers,
    yesterday,
)

pytestmark = pytest.mark.django_db


def test_names_and_addresses_are_not_kept_and_the_rest_is_encrypted(keys: Path) -> None:
    draw = announced()
    pool = preparing.receive_pool(actor=COMMAND, draw=draw, content=volunteers())
    assert pool.columns == ["id", "genre", "âge", "foyer"]
    assert pool.left_out == ["nom", "adresse"]
    assert pool.volunteers == 60
    stored = bytes(Pool.objects.get().content)
    assert b"femme" not in stored
    kept = preparing.volunteers_of(draw_of(draw.number))
    assert NAME.encode() not in kept.content
    assert "rue de" not in kept.content.decode()
    files = list(keys.rglob("*.key"))
    assert [each.stat().st_mode & 0o777 for each in files] == [0o600]
    files[0].unlink()
    with pytest.raises(Refused, match="clé"):
        preparing.volunteers_of(draw_of(draw.number))


def test_another_key_opens_nothing(keys: Path) -> None:
    one, other = announced(), announced(title="Un autre")
    preparing.receive_pool(actor=COMMAND, draw=one, content=volunteers())
    folder = keys / "draws"
    (folder / f"{one.key}.key").write_bytes((folder / f"{other.key}.key").read_bytes())
    with pytest.raises(Refused, match="n’ouvre pas"):
        preparing.volunteers_of(draw_of(one.number))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ligne"),
        (b"id;genre\n1;femme;x\n", "2 colonnes"),
        (b"id;genre;genre\n1;f;h\n", "colonne"),
        (b"id;genre\n1;f\n1;h\n", "2 fois"),
    ],
)
def test_files_that_cannot_be_used_are_refused(content: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        preparing.receive_pool(actor=COMMAND, draw=announced(), content=content)
    assert not Pool.objects.exists()


def test_quotas_that_contradict_the_volunteers_are_refused() -> None:
    draw = announced()
    preparing.receive_pool(actor=COMMAND, draw=draw, content=volunteers())
    draw = draw_of(draw.number)
    for quotas in (
        (Quota("genre", "femme", 5, 4), Quota("genre", "homme", 4, 4)),
        (Quota("genre", "femme", 8, 8),),
        (Quota("couleur", "bleu", 8, 8),),
    ):
        with pytest.raises(InvalidInput):
            preparing.set_quotas(actor=COMMAND, draw=draw, quotas=quotas)
    first = preparing.set_quotas(actor=COMMAND, draw=draw, quotas=QUOTAS)
    assert preparing.set_quotas(actor=COMMAND, draw=draw, quotas=QUOTAS) == first
    assert first.number == 1


def test_chances_are_of_the_volunteers_and_quotas_that_hold() -> None:
    draw = prepared()
    course = course_of(draw_of(draw.number))
    assert course.ready is not None
    figures = course.ready.figures
    assert figures is not None
    assert figures["volunteers"] == 60
    assert figures["tight"]
    assert sum(count for _low, _high, count in figures["histogram"]) == 60
    assert 0 < figures["lowest"] < 8 / 60 < figures["highest"] < 1
    wider = (*QUOTAS[:2], Quota("âge", "jeune", 0, 8), Quota("âge", "vieux", 0, 8))
    preparing.set_quotas(actor=COMMAND, draw=draw_of(draw.number), quotas=wider)
    assert course_of(draw_of(draw.number)).ready is None
    with pytest.raises(Refused, match="d’abord"):
        committing.commit(
            actor=COMMAND,
            draw=draw_of(draw.number),
            kind="beacon",
            at=timezone.now() + timedelta(days=1),
        )


def test_a_computation_of_volunteers_that_were_replaced_stops() -> None:
    draw = prepared()
    waiting = computing.ask_computation(actor=COMMAND, draw=draw)
    preparing.receive_pool(actor=COMMAND, draw=draw, content=volunteers(59))
    computing.run_computation(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == State.FAILED
    assert "remplacés" in waiting.problem
    assert waiting.result is None


def test_what_stops_a_computation_names_no_volunteer() -> None:
    draw = prepared()
    other = volunteers().replace(b"femme", b"fille")
    preparing.receive_pool(actor=COMMAND, draw=draw, content=other)
    found = computing.compute_now(actor=COMMAND, draw=draw)
    assert found.state == State.FAILED
    assert "fille" not in found.problem
    assert "quotas" in found.problem


def test_quotas_that_cannot_be_met_stop_the_computation() -> None:
    draw = announced()
    preparing.receive_pool(actor=COMMAND, draw=draw, content=volunteers(), household="foyer")
    lonely = "\n".join(f"{at};{'f' if at < 4 else 'h'};{0 if at < 4 else at}" for at in range(20))
    preparing.receive_pool(
        actor=COMMAND, draw=draw, content=f"id;genre;foyer\n{lonely}\n".encode(), household="foyer"
    )
    quotas = (Quota("genre", "f", 2, 4), Quota("genre", "h", 4, 6))
    preparing.set_quotas(actor=COMMAND, draw=draw_of(draw.number), quotas=quotas)
    found = computing.compute_now(actor=COMMAND, draw=draw)
    assert found.state == State.FAILED
    assert "Aucun panel" in found.problem


def test_one_commits_then_draws_and_the_proof_can_be_checked() -> None:
    draw = committed()
    promised = Commitment.objects.get()
    assert promised.form["volunteers"] == 60
    assert course_of(draw_of(draw.number)).phase is Phase.COMMITTED
    for text in ("41", "abc", "4170"):
        with pytest.raises(InvalidInput, match="3 chiffres"):
            committing.enter(actor=COMMAND, draw=draw, given=text)
    made = committing.enter(actor=COMMAND, draw=draw, given="4 1 7")
    assert made.proof["draw"]["number"] == 417
    seals = promised.seals.encode("ascii")
    assert proof_problems(made.proof, seals, published=promised.fingerprint) == ()
    course = course_of(draw_of(draw.number))
    assert course.phase is Phase.DRAWN
    assert len(course.panel) == 8
    assert len(made.proof["draw"]["alternates"]) == 52
    with pytest.raises(Refused, match="attend"):
        committing.enter(actor=COMMAND, draw=draw, given="418")
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "draw.announce",
        "draw.pool",
        "draw.quotas",
        "draw.compute",
        "draw.commit",
        "draw.drawn",
    ]


def test_who_was_drawn_is_compared_without_small_counts() -> None:
    draw = drawn()
    rows = course_of(draw_of(draw.number)).drawings[0].composition
    assert {(category, feature) for category, feature, _pool, _panel in rows} == {
        (each.category, each.feature) for each in QUOTAS
    }
    shown = [count for *_names, pool, panel in rows for count in (pool, panel)]
    assert all(count is None or count >= 11 for count in shown)
    # Eight members are too few for anything to be told of them.
    assert {panel for *_names, panel in rows} == {None}


def test_nothing_changes_once_it_is_committed_to() -> None:
    draw = draw_of(committed().number)
    with pytest.raises(Refused, match="engagement"):
        preparing.receive_pool(actor=COMMAND, draw=draw, content=volunteers(59))
    with pytest.raises(Refused, match="engagement"):
        preparing.set_quotas(actor=COMMAND, draw=draw, quotas=(QUOTAS[0], QUOTAS[1]))
    with pytest.raises(Refused, match="engagement"):
        computing.ask_computation(actor=COMMAND, draw=draw)
    with pytest.raises(Refused, match="pas encore tiré"):
        committing.commit(
            actor=COMMAND, draw=draw, kind="beacon", at=timezone.now() + timedelta(days=1)
        )


def test_the_number_comes_after_the_commitment_and_when_it_was_said() -> None:
    draw = prepared()
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({"kind": "witnesses", "at": yesterday(), "place": "Mairie"}, "passé"),
        ({"kind": "witnesses", "at": timezone.now() + timedelta(days=1)}, "où"),
        ({"kind": "magie", "at": timezone.now() + timedelta(days=1)}, "choisir"),
        ({"kind": "beacon", "at": timezone.now() + timedelta(days=400)}, "effacées"),
    )
    for values, words in refused:
        with pytest.raises(InvalidInput, match=words):
            committing.commit(actor=COMMAND, draw=draw, **values)
    found = committing.commit(
        actor=COMMAND, draw=draw, kind="beacon", at=timezone.now() + timedelta(hours=1)
    )
    assert found.form["randomness"]["round"] > 30_000_000
    with pytest.raises(InvalidInput, match="trop tôt"):
        committing.enter(actor=COMMAND, draw=draw, given="ab" * 48)


def test_only_the_command_says_when() -> None:
    mine = actor_of(organiser())
    draw = prepared(mine)
    with pytest.raises(Refused, match="commande"):
        committing.commit(
            actor=mine,
            draw=draw,
            kind="witnesses",
            at=yesterday(),
            place="Mairie",
            now=yesterday() - timedelta(days=1),
        )


def test_only_the_organiser_may() -> None:
    mine, other = actor_of(organiser()), actor_of(organiser(name="Une autre"))
    reader = actor_of(organiser(Role.CONTRIBUTOR))
    draw = prepared(mine)
    for actor in (other, reader):
        for act in (
            lambda actor=actor: preparing.receive_pool(
                actor=actor, draw=draw, content=volunteers()
            ),
            lambda actor=actor: preparing.set_quotas(actor=actor, draw=draw, quotas=QUOTAS),
            lambda actor=actor: computing.ask_computation(actor=actor, draw=draw),
            lambda actor=actor: committing.commit(
                actor=actor, draw=draw, kind="beacon", at=timezone.now() + timedelta(days=1)
            ),
            lambda actor=actor: committing.enter(actor=actor, draw=draw, given="417"),
            lambda actor=actor: committing.private_file(
                actor=actor, course=course_of(draw_of(draw.number)), name="pool.csv"
            ),
        ):
            with pytest.raises(Refused):
                act()


def test_what_is_public_cannot_be_changed_in_the_database() -> None:
    drawn()
    for model, values in (
        (Draw, {"size": 9}),
        (Commitment, {"fingerprint": "0" * 64}),
        (Drawing, {"proof": {}}),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.update(**values)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_the_command_makes_the_same_draw_from_the_files(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from clairevoie.cli.sortition import app

    draw = draw_of(drawn(household="foyer").number)
    course = course_of(draw)
    names = ("pool.csv", "quotas.csv", "result.json")
    for name in names:
        content = committing.private_file(actor=COMMAND, course=course, name=name)
        assert content is not None
        (tmp_path / name).write_bytes(content)
    form = tmp_path / "commitment.json"
    form.write_text(json.dumps(course.commitments[0].form), encoding="utf-8")
    pool, quotas, result = (str(tmp_path / name) for name in names)
    run = CliRunner().invoke
    checked = run(app, ["verify", result, "--pool", pool, "--quotas", quotas])
    assert checked.exit_code == 0, checked.output
    proof = str(tmp_path / "proof.json")
    words = ["draw", result, pool, "--commitment", str(form), "--given", "417", "--out", proof]
    assert run(app, words).exit_code == 0
    again = json.loads(Path(proof).read_text(encoding="utf-8"))
    kept = course.drawings[0].proof
    assert again["fingerprint"] == kept["fingerprint"]
    assert {**again["draw"], "at": ""} == {**kept["draw"], "at": ""}


def test_a_computation_keeps_nothing_readable() -> None:
    prepared()
    found = Computation.objects.get()
    assert found.state == State.DONE
    assert found.result is not None
    assert b"femme" not in bytes(found.result)
    assert "femme" not in json.dumps(found.figures)


def test_a_parquet_file_is_kept_as_the_same_table() -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"id": ["1", "2"], "genre": ["femme", "homme"]})
    sink = io.BytesIO()
    pq.write_table(table, sink)
    draw = announced()
    preparing.receive_pool(actor=COMMAND, draw=draw, content=sink.getvalue())
    kept = preparing.volunteers_of(draw_of(draw.number))
    assert kept.content == b"id,genre\n1,femme\n2,homme\n"

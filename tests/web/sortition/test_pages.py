"""Pages of a draw: the way of an organiser, what everybody reads, and what each costs."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from clairevoie.sortition.pool import Quota
from clairevoie.sortition.proof import proof_problems
from clairevoie.web.accounts.models import Role
from clairevoie.web.accounts.permissions import COMMAND, actor_of
from clairevoie.web.consultation.models import Recommendation
from clairevoie.web.sortition.models import Commitment, Computation, Draw, Drawing, State
from clairevoie.web.sortition.services import committing, erasing, preparing
from clairevoie.web.sortition.services.computing import compute_now, run_computation
from clairevoie.web.sortition.services.reading import course_of, draw_of
from tests.conftest import QueriesSnapshot
from tests.people import signed_in
from tests.web.consultation.samples import body
from tests.web.sortition.samples import (
    NAME,
    PAGE,
    WORK,
    announced,
    committed,
    drawn,
    organiser,
    prepared,
    volunteers,
)

pytestmark = pytest.mark.django_db


def plain(page: bytes) -> str:
    return " ".join(page.decode().replace("\u00a0", " ").replace("\u202f", " ").split())


def fields(page: bytes) -> dict[str, str]:
    """The inputs of the table of quotas, empty, by what a reader of screens says of them."""
    found = re.findall(
        r'<input name="(q[^"]+)"[^>]*?aria-label="([^"]+)"', page.decode(), re.DOTALL
    )
    return {label: name for name, label in found}


def test_an_organiser_goes_from_the_announcement_to_the_panel() -> None:
    client = signed_in(organiser().user)
    day = (timezone.localdate() + timedelta(days=90)).isoformat()
    given = {"title": "Panel des écoles", "text_given": "Huit habitants.", "size": "8"}
    assert "date" in plain(client.post("/contribuer/tirages/", given).content)
    response = client.post("/contribuer/tirages/", given | {"erase_on": day})
    assert response.headers["Location"] == f"{WORK}volontaires/"
    file = SimpleUploadedFile("volontaires.csv", volunteers())
    page = client.post(f"{WORK}volontaires/", {"file": file}, follow=True).content
    assert "60 volontaires sont gardés, chiffrés." in plain(page)
    assert "nom, adresse" in plain(page)
    page = client.get(f"{WORK}quotas/").content
    names = fields(page)
    digest = re.search(r'name="pool" value="([0-9a-f]+)"', page.decode())
    assert digest is not None
    typed = {"pool": digest[1]}
    for label, low, high in (
        ("genre, femme", 4, 4),
        ("genre, homme", 4, 4),
        ("âge, jeune", 2, 3),
        ("âge, vieux", 5, 6),
    ):
        typed[names[f"{label}\u00a0: au moins"]] = str(low)
        typed[names[f"{label}\u00a0: au plus"]] = str(high)
    checked = client.post(f"{WORK}quotas/verifier/", typed).content
    assert "Ces quotas peuvent être respectés." in plain(checked)
    young = "âge, jeune\u00a0: au"
    too_many = typed | {names[f"{young} moins"]: "7", names[f"{young} plus"]: "8"}
    checked = client.post(f"{WORK}quotas/verifier/", too_many).content
    assert 'class="notice error"' in checked.decode()
    response = client.post(f"{WORK}quotas/", typed | {"act": "record"})
    assert response.headers["Location"] == f"{WORK}chances/"
    client.post(f"{WORK}chances/")
    assert "en cours de calcul" in plain(client.get(f"{WORK}chances/").content)
    run_computation(Computation.objects.get().pk)
    page = client.get(f"{WORK}chances/").content
    assert "C’est prouvé" in plain(page)
    commit = {"kind": "witnesses", "at": "2030-01-01T10:00", "place": "Mairie"}
    assert "effacées avant ce jour" in plain(client.post(f"{WORK}engagement/", commit).content)
    soon = timezone.localtime() + timedelta(days=1)
    commit["at"] = soon.strftime("%Y-%m-%dT%H:%M")
    assert client.post(f"{WORK}engagement/", commit).headers["Location"] == PAGE
    assert "à partir de ce moment" in plain(client.get(f"{WORK}tirage/").content)
    page = client.post(f"{WORK}tirage/", {"given": "417"}).content
    assert "à partir de ce moment" in plain(page)
    assert not Drawing.objects.exists()
    committing.enter(
        actor=COMMAND, draw=Draw.objects.get(), given="417", now=soon + timedelta(minutes=1)
    )
    page = client.get(f"{WORK}panel/").content
    panel = course_of(draw_of(1)).panel
    assert all(f">{number}</td>" in page.decode() for number in panel)
    left = client.post(f"{WORK}panel/", {"act": "leave", "number": str(panel[0])}, follow=True)
    assert "publié par numéro" in plain(left.content)
    assert f"le numéro {panel[0]} part" in plain(client.get(PAGE).content)
    page = client.post(f"{WORK}panel/", {"act": "erase"}).content
    assert "Erreur" in plain(page)
    response = client.post(f"{WORK}panel/", {"act": "erase", "sure": "on"})
    assert response.headers["Location"] == PAGE
    assert "Les données de 60 volontaires ont été effacées" in plain(client.get(PAGE).content)


def test_the_table_keeps_what_was_typed_and_says_what_is_wrong() -> None:
    client = signed_in(organiser().user)
    prepared(actor_of(organiser()))
    page = client.get(f"{WORK}quotas/").content
    names = fields(page)
    wrong = {"act": "record", "pool": course_of(draw_of(1)).pool.digest}  # type: ignore[union-attr]
    wrong[names["genre, femme\u00a0: au moins"]] = "quatre"
    page = client.post(f"{WORK}quotas/", wrong).content
    assert 'value="quatre"' in page.decode()
    assert "nombres entiers" in plain(page)
    page = client.post(f"{WORK}quotas/", wrong | {"pool": "0" * 64}).content
    assert "remplacés entre-temps" in plain(page)


def test_chances_of_many_kinds_of_volunteers_are_left_to_the_next_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("clairevoie.web.sortition.services.checking.MOST_TYPES", 3)
    prepared(actor_of(organiser()))
    text = plain(signed_in(organiser().user).get(f"{WORK}quotas/").content)
    assert "Ces quotas peuvent être respectés." in text
    assert "à l’étape suivante" in text


def test_a_table_of_many_features_can_be_sent() -> None:
    client = signed_in(organiser().user)
    draw = announced(actor_of(organiser()))
    columns = [f"c{at}" for at in range(12)]
    lines = [";".join([str(at), *(str(at % 35) for _column in columns)]) for at in range(70)]
    content = "\n".join([";".join(["id", *columns]), *lines, ""]).encode()
    preparing.receive_pool(actor=COMMAND, draw=draw, content=content)
    names = fields(client.get(f"{WORK}quotas/").content)
    assert len(names) == 12 * 35 * 3
    page = client.post(f"{WORK}quotas/", dict.fromkeys(names.values(), "") | {"act": "check"})
    assert page.status_code == 200


def test_contradictory_quotas_are_told_with_the_smallest_changes() -> None:
    client = signed_in(organiser().user)
    prepared(actor_of(organiser()))
    names = fields(client.get(f"{WORK}quotas/").content)
    typed = {
        names["genre, femme\u00a0: au moins"]: "5",
        names["genre, homme\u00a0: au moins"]: "3",
        names["âge, jeune\u00a0: au moins"]: "3",
        names["âge, vieux\u00a0: au plus"]: "4",
    }
    checked = plain(client.post(f"{WORK}quotas/verifier/", typed).content)
    assert "peuvent être respectés" in checked
    # Fifteen are young; six seats of one household each cannot be.
    file = SimpleUploadedFile(
        "v.csv",
        b"id;genre;age\n"
        + b"".join(
            f"{at};{'f' if at < 5 else 'h'};{'j' if at < 5 else 'v'}\n".encode() for at in range(20)
        ),
    )
    client.post(f"{WORK}volontaires/", {"file": file})
    names = fields(client.get(f"{WORK}quotas/").content)
    typed = {names["genre, f\u00a0: au moins"]: "4", names["age, v\u00a0: au moins"]: "6"}
    checked = plain(client.post(f"{WORK}quotas/verifier/", typed).content)
    assert "Aucun panel ne respecte ces quotas." in checked
    assert "genre, f : au moins 4" in checked
    assert "au lieu de" in checked


def test_the_public_page_names_nobody_and_opens_on_its_files(client: Client) -> None:
    drawn(actor_of(organiser()))
    page = client.get(PAGE)
    assert page.status_code == 200
    text = plain(page.content)
    assert "417" in text
    assert NAME not in text
    promised = Commitment.objects.get()
    assert promised.fingerprint in text
    proof = json.loads(client.get(f"{PAGE}preuve-0.json").content)
    seals = client.get(f"{PAGE}sceaux-0.csv").content
    assert proof_problems(proof, seals, published=promised.fingerprint) == ()
    assert json.loads(client.get(f"{PAGE}engagement-0.json").content) == promised.form
    quotas = list(csv.reader(io.StringIO(client.get(f"{PAGE}quotas-0.csv").content.decode())))
    assert quotas[0] == ["category", "feature", "min", "max"]
    assert client.get(f"{PAGE}preuve-1.json").status_code == 404
    assert client.get("/tirages/2/").status_code == 404
    assert client.get("/en/tirages/1/").status_code == 200


def test_before_the_commitment_nothing_is_public_but_the_announcement(client: Client) -> None:
    prepared(actor_of(organiser()))
    text = plain(client.get(PAGE).content)
    assert "En préparation" in text
    assert "femme" not in text
    assert client.get(f"{PAGE}preuve-0.json").status_code == 404


def test_strangers_see_no_page_of_the_organiser(client: Client) -> None:
    drawn(actor_of(organiser()))
    addresses = ("volontaires/", "quotas/", "chances/", "engagement/", "tirage/", "panel/")
    files = ("pool.csv", "result.json", "numbers.csv", "quotas.csv")
    stranger = signed_in(organiser(name="Une autre").user)
    reader = signed_in(organiser(Role.READER).user)
    for address in (*addresses, *(f"fichiers/{name}" for name in files)):
        assert client.get(f"{WORK}{address}").status_code == 302
        assert stranger.get(f"{WORK}{address}").status_code == 403
        assert reader.get(f"{WORK}{address}").status_code == 403
    assert client.post(f"{WORK}quotas/verifier/").status_code == 302
    assert stranger.post(f"{WORK}quotas/verifier/").status_code == 403


def test_private_files_are_for_the_organiser_and_not_kept_by_the_browser() -> None:
    drawn(actor_of(organiser()))
    client = signed_in(organiser().user)
    response = client.get(f"{WORK}fichiers/numbers.csv")
    assert "no-store" in response.headers["Cache-Control"]
    rows = list(csv.reader(io.StringIO(response.content.decode())))
    assert rows[0] == ["id", "number"]
    assert sorted(int(row[1]) for row in rows[1:]) == list(range(1, 61))
    assert client.get(f"{WORK}fichiers/chosen.txt").status_code == 404
    assert client.get(f"{WORK}fichiers/passwd").status_code == 404


def test_every_step_can_be_read_at_every_moment() -> None:
    mine = organiser()
    client = signed_in(mine.user)
    steps = ("volontaires/", "quotas/", "chances/", "engagement/", "tirage/", "panel/")

    def read(expected: set[int]) -> None:
        assert {client.get(f"{WORK}{step}").status_code for step in steps} <= expected

    announced(actor_of(mine))
    read({200, 302})
    other = drawn(actor_of(mine), title="Un autre")
    for step in steps:
        assert client.get(f"/tirages/{other.number}/organiser/{step}").status_code == 200
    erasing.erase(actor=COMMAND, draw=other)
    for step in steps:
        found = client.get(f"/tirages/{other.number}/organiser/{step}")
        assert found.status_code in {200, 302, 403}


def test_a_panel_recommends_and_is_owed_an_answer() -> None:
    client = signed_in(organiser().user)
    of = body()
    committed(actor_of(organiser()), body=of)
    address = "/contribuer/recommandations/?tirage=1"
    page = client.get(address).content
    assert "Panel des écoles" in plain(page)
    given = {
        "body": of.name,
        "title": "Publier le barème",
        "text_given": "Chaque école publie son barème.",
        "author": "Panel des écoles",
        "capacity": "advisory",
    }
    assert client.post(address, given).status_code == 403
    committing.enter(actor=COMMAND, draw=draw_of(1), given="417")
    stranger = signed_in(organiser(name="Une autre").user)
    assert stranger.post(address, given).status_code == 403
    response = client.post(address, given)
    assert response.status_code == 302, plain(response.content)
    made = Recommendation.objects.get()
    assert made.draw is not None
    said = (made.origin, made.origin_name, made.draw.number)
    assert said == ("panel", "Panel des écoles", 1)
    assert "Publier le barème" in plain(client.get(PAGE).content)
    assert "Comment le panel a été tiré au sort" in plain(client.get("/recommandations/1/").content)
    assert "D’un seul panel" in plain(client.get("/recommandations/?tirage=1").content)


def test_a_computation_that_failed_says_why() -> None:
    client = signed_in(organiser().user)
    draw = prepared(actor_of(organiser()))
    client.post(f"{WORK}chances/")
    Computation.objects.filter(state=State.WAITING).update(
        state=State.FAILED, problem="Voici pourquoi."
    )
    assert "Voici pourquoi." in plain(client.get(f"{WORK}chances/").content)
    assert draw.computations.count() == 2


def test_what_pages_cost(client: Client, assert_queries_snapshot: QueriesSnapshot) -> None:
    drawn(actor_of(organiser()))
    drawn(title="Un autre")
    for name, address in (("list", "/tirages/"), ("draw", PAGE)):
        client.get(address)
        with assert_queries_snapshot(name):
            assert client.get(address).status_code == 200


def test_quotas_are_filled_in_from_shares_and_published_with_their_source() -> None:
    client = signed_in(organiser().user)
    prepared(actor_of(organiser()))
    page = client.get(f"{WORK}quotas/").content
    names = fields(page)
    digest = re.search(r'name="pool" value="([0-9a-f]+)"', page.decode())
    assert digest is not None
    share = "part de la population, en pourcentage"
    typed = {
        "pool": digest[1],
        names[f"genre, femme\u00a0: {share}"]: "51,6",
        names[f"genre, homme\u00a0: {share}"]: "48,4 %",
        "tolerance": "5",
        "source": "Insee, recensement, 2021",
    }
    page = client.post(f"{WORK}quotas/", typed | {"act": "fill"}).content
    # 8 × (51.6 ± 5) % is 3.7 to 4.5 seats, 8 × (48.4 ± 5) % is 3.5 to 4.3.
    low, high = names["genre, femme\u00a0: au moins"], names["genre, femme\u00a0: au plus"]
    for name, value in ((low, "3"), (high, "5")):
        assert re.search(rf'name="{name}"\s+value="{value}"', page.decode())
    assert "Ces quotas peuvent être respectés." in plain(page)
    wrong = typed | {names[f"genre, homme\u00a0: {share}"]: "30", "act": "fill"}
    assert "font 81.6 %, et non 100 %" in plain(client.post(f"{WORK}quotas/", wrong).content)
    wrong |= {names[f"genre, homme\u00a0: {share}"]: "beaucoup"}
    assert "comme 21,4" in plain(client.post(f"{WORK}quotas/", wrong).content)
    typed |= {low: "3", high: "5", "act": "record"}
    client.post(f"{WORK}quotas/", typed)
    assert draw_of(1).quotas.latest("number").source == "Insee, recensement, 2021"


def test_volunteers_whom_no_panel_can_have_are_named_to_the_organiser(client: Client) -> None:
    mine = organiser()
    draw = announced(actor_of(mine), size=4)
    # The only old man cannot be drawn: all men are to be young.
    lines = [f"v{at};{'f' if at % 2 else 'h'};{'j' if at % 2 == 0 else 'a'}" for at in range(20)]
    content = "\n".join(["id;genre;age", *lines, "seul;h;a", ""]).encode()
    preparing.receive_pool(actor=COMMAND, draw=draw, content=content)
    quotas = (
        Quota("genre", "f", 2, 2),
        Quota("genre", "h", 2, 2),
        Quota("age", "j", 2, 2),
        Quota("age", "a", 2, 2),
    )
    preparing.set_quotas(actor=COMMAND, draw=draw_of(1), quotas=quotas)
    compute_now(actor=COMMAND, draw=draw)
    text = plain(signed_in(mine.user).get(f"{WORK}chances/").content)
    assert "1 volontaire ne peut être dans aucun panel" in text
    assert "élargissez les quotas : seul." in text

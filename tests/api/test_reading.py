"""Reading the register through the API."""

import pytest

from clairevoie.register.catalogue import FIELDS, VOCABULARIES
from clairevoie.web.register.models import Event, Source, Statement
from tests.api.conftest import Api
from tests.builders import BODY, SOURCE, record, said, store
from tests.conftest import QueriesSnapshot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


def test_a_list_of_systems_says_what_is_said_of_each(api: Api) -> None:
    answer = api.json("/systems?sort=name")
    assert answer["total"] == 3
    assert [item["slug"] for item in answer["items"]] == [
        "calcul-impot",
        "foncier",
        "sans-administration",
    ]
    first = answer["items"][0]
    assert first["name"] == "Calcul impot"
    assert first["body"] == {"slug": BODY.id, "name": BODY.name}
    assert first["status"] == ["deployed"]
    assert first["divergences"] == 1
    assert first["last_said"] == "2025-02-07"
    assert first["url"] == "http://testserver/systemes/calcul-impot/"
    assert answer["items"][2]["body"] is None
    assert answer["next_cursor"] is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=impot", ["calcul-impot"]),
        ("q=rien+de+tel", []),
        ("status=deployed", ["calcul-impot"]),
        ("status=none&sort=name", ["foncier", "sans-administration"]),
        ("body=dgfip&sort=name", ["calcul-impot", "foncier"]),
        ("body=personne", []),
        ("divergence=yes", ["calcul-impot"]),
        ("status=deployed&divergence=yes&q=revenu", ["calcul-impot"]),
        ("q=illicite", []),
    ],
)
def test_systems_are_searched_as_on_the_site(api: Api, asked: str, found: list[str]) -> None:
    assert [item["slug"] for item in api.json(f"/systems?{asked}")["items"]] == found


@pytest.mark.parametrize(
    "asked",
    [
        "limit=0",
        "limit=101",
        "limit=99999999999999999999999",
        "limit=x",
        "status=unheard",
        "sort=price",
        "body=Not%20a%20slug",
        f"q={'x' * 201}",
        "completeness=12",
    ],
)
def test_what_the_list_does_not_know_is_refused(api: Api, asked: str) -> None:
    response = api.get(f"/systems?{asked}")
    assert response.status_code == 422
    (name,) = response.json()["error"]["fields"]
    assert name.partition(".")[0] == asked.partition("=")[0]


def test_a_record_says_everything_with_its_sources(api: Api) -> None:
    answer = api.json("/systems/calcul-impot")
    assert answer["body"]["short_name"] == BODY.short_name
    assert answer["divergences"] == ["cost"]
    assert answer["version"] == answer["latest_version"] == 1
    fields = {item["field"]: item for item in answer["fields"]}
    assert fields["status"]["label"] == "État"
    assert fields["status"]["statements"][0]["label"] == "En service"
    costs = {item["speaker"]: item["value"] for item in fields["cost"]["statements"]}
    assert costs == {"DGFiP": "1000", "Solidaires": "2000"}
    assert fields["cost"]["divergent"] is True
    assert fields["cost"]["statements"][0]["source"]["title"] == SOURCE.title
    assert [item["title"] for item in answer["sources"]] == [SOURCE.title]
    assert "legal_basis" in answer["missing"]
    assert answer["completeness"]["filled"] == 5
    assert api.json("/systems/calcul-impot?language=en")["fields"][0]["label"] == "Name"


def test_a_hidden_statement_leaves_its_trace_and_no_text(api: Api) -> None:
    answer = api.json("/systems/foncier")
    assert [item["field"] for item in answer["fields"]] == ["name"]
    (trace,) = answer["hidden"]
    assert trace["reason"] == "Diffamation."
    alone = api.json(f"/statements/{trace['uid']}")
    assert alone["hidden"]["reason"] == "Diffamation."
    everything = api.get("/systems/foncier/statements").content.decode()
    for text in ("illicite", "Quelqu"):
        assert text not in everything
        assert text not in api.get(f"/statements/{trace['uid']}").content.decode()


def test_an_earlier_version_reads_as_it_was(api: Api) -> None:
    store(record("calcul-impot", said("calcul-impot", "contact", "contact@exemple.fr")))
    now = api.json("/systems/calcul-impot")
    assert now["version"] == now["latest_version"] == 2
    before = api.json("/systems/calcul-impot?version=1")
    assert (before["version"], before["latest_version"]) == (1, 2)
    assert "contact" in {item["field"] for item in now["fields"]}
    assert "contact" not in {item["field"] for item in before["fields"]}
    assert api.get("/systems/calcul-impot?version=3").status_code == 404
    assert api.get("/systems/calcul-impot?version=0").status_code == 422
    assert api.get(f"/systems/calcul-impot?version={10**30}").status_code == 422


def test_statements_come_in_parts_in_the_order_of_recording(api: Api) -> None:
    path = "/systems/calcul-impot/statements?limit=4"
    first = api.json(path)
    rest = api.json(f"{path}&cursor={first['next_cursor']}")
    uids = [item["uid"] for item in (*first["items"], *rest["items"])]
    stored = Statement.objects.filter(system__slug="calcul-impot").order_by("pk")
    assert uids == [item.uid.hex for item in stored]
    assert rest["next_cursor"] is None
    assert first["total"] == len(uids)
    only = api.json("/systems/calcul-impot/statements?field=cost")
    assert {item["field"] for item in only["items"]} == {"cost"}


def test_what_replaces_and_what_is_replaced_name_each_other(api: Api) -> None:
    store(record("calcul-impot", summary="Un autre résumé."))
    summary = next(
        item for item in api.json("/systems/calcul-impot")["fields"] if item["field"] == "summary"
    )
    (now,), (before,) = summary["statements"], summary["replaced"]
    assert now["supersedes"] == before["uid"]
    assert api.json(f"/statements/{before['uid']}")["superseded_by"] == [now["uid"]]


def test_bodies_sources_and_statements_are_read(api: Api) -> None:
    (body,) = api.json("/bodies")["items"]
    assert body == api.json(f"/bodies/{BODY.id}")
    assert (body["slug"], body["systems"], body["kind"]) == (BODY.id, 2, "central")
    (source,) = api.json("/sources")["items"]
    alone = api.json(f"/sources/{source['uid']}")
    assert alone["title"] == SOURCE.title
    assert alone["systems"] == ["calcul-impot", "foncier", "sans-administration"]
    uid = Statement.objects.filter(field="summary").get().uid.hex
    assert api.json(f"/statements/{uid}")["system"] == "calcul-impot"


def test_lists_of_rows_come_in_parts(api: Api) -> None:
    store(*(record(f"s{n}", body=BODY) for n in range(3)))
    Source.objects.bulk_create(
        Source(
            uid=f"{n:032x}",
            kind="report",
            title=f"Source {n}",
            recorded_at=Event.objects.latest("pk").at,
        )
        for n in range(5)
    )
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        part = api.json(f"/sources?limit=2&cursor={cursor}")
        seen += [item["title"] for item in part["items"]]
        cursor = part["next_cursor"]
    assert seen == [SOURCE.title, *(f"Source {n}" for n in range(5))]


def test_the_catalogue_is_complete(api: Api) -> None:
    answer = api.json("/fields")
    assert [item["key"] for item in answer["fields"]] == [item.key for item in FIELDS]
    assert {item["key"] for item in answer["vocabularies"]} == set(VOCABULARIES)
    field = next(item for item in answer["fields"] if item["key"] == "name")
    assert field["names"]["etalab"] == "Nom de l'algorithme"


def test_indicators_are_counted_for_all_and_for_one_body(api: Api) -> None:
    everything, one = api.json("/indicators"), api.json(f"/indicators?body={BODY.id}")
    assert (everything["total"], one["total"]) == (3, 2)
    budget = next(item for item in one["items"] if item["key"] == "budget")
    assert (budget["count"], budget["total"], budget["share"]) == (1, 2, 0.5)
    assert one["age"]["dated"] == 2
    assert api.get("/indicators?body=personne").status_code == 404


def test_events_are_followed_from_a_number(api: Api) -> None:
    everything = api.json("/events")
    assert [item["verb"] for item in everything["items"]] == ["import", "statement.hide"]
    assert everything["more"] is False
    after = api.json(f"/events?since={everything['items'][0]['id']}")
    assert [item["verb"] for item in after["items"]] == ["statement.hide"]
    assert after["items"][0]["system"] == "foncier"
    nothing = api.json(f"/events?since={everything['last']}")
    assert (nothing["items"], nothing["last"]) == ([], everything["last"])
    assert api.json("/events?limit=1")["more"] is True


def test_the_history_of_a_record_has_its_imports(api: Api) -> None:
    verbs = [item["verb"] for item in api.json("/systems/foncier/events")["items"]]
    assert verbs == ["import", "statement.hide"]
    verbs = [item["verb"] for item in api.json("/systems/calcul-impot/events")["items"]]
    assert verbs == ["import"]


def test_the_index_names_addresses_that_answer(api: Api) -> None:
    links = api.json("/")["links"]
    assert len(links) == 8
    for link in links:
        assert api.client.get(link["url"]).status_code == 200


@pytest.mark.parametrize(
    "path", ["/systems", "/systems/calcul-impot", "/bodies", "/events", "/systems/foncier/events"]
)
def test_reading_costs_a_constant_number_of_queries(
    api: Api, path: str, assert_queries_snapshot: QueriesSnapshot
) -> None:
    api.json(path)
    with assert_queries_snapshot():
        api.json(path)
    store(*(record(f"autre-{n}") for n in range(5)), record("calcul-impot", need="Un besoin."))
    api.json(path)
    with assert_queries_snapshot():
        api.json(path)

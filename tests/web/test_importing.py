"""Importing: all or nothing, the same file twice, changed files, history that cannot be altered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from clairevoie.register.record import standing
from clairevoie.register.reports import Report
from clairevoie.register.statements import Body, Source, SystemRecord
from clairevoie.web.accounts.models import Organisation, Role, User
from clairevoie.web.accounts.permissions import COMMAND, Actor, Refused
from clairevoie.web.register.models import (
    Event,
    PublicBody,
    SearchEntry,
    Statement,
    System,
)
from clairevoie.web.register.models import Source as StoredSource
from clairevoie.web.register.services.importing import BATCH, import_records
from clairevoie.web.register.services.reading import public_statements
from clairevoie.web.register.services.statements import moderate
from tests.builders import BODY, SOURCE, record, said, store

pytestmark = pytest.mark.django_db


def test_records_are_stored_with_body_source_and_entry() -> None:
    result = store(record("cfvr", status="deployed", cost="34500000"))

    assert (result.systems_added, result.statements_added) == (1, 3)
    assert (result.bodies_added, result.sources_added) == (1, 1)
    system = System.objects.get(slug="cfvr")
    assert system.body is not None
    assert system.body.short_name == "DGFiP"
    assert system.version == 1
    cost = Statement.objects.get(system=system, field="cost")
    assert (cost.value, cost.speaker, cost.date) == ("34500000", "DGFiP", "2025-02-07")
    assert cost.source is not None
    assert cost.source.title == "Un rapport"
    assert cost.event.verb == "import"
    entry = SearchEntry.objects.get(system=system)
    assert (entry.name, entry.statements) == ("Cfvr", 3)
    assert entry.changed == cost.event_id


def test_the_same_file_twice_adds_nothing() -> None:
    store(record("cfvr", status="deployed"))
    again = store(record("cfvr", status="deployed"))

    assert (again.systems_added, again.systems_changed) == (0, 0)
    assert (again.statements_added, again.statements_known) == (0, 2)
    assert System.objects.get().version == 1


def test_new_words_of_the_same_speaker_supersede_the_old() -> None:
    store(record("cfvr", purpose="Trouver des fraudes."))
    store(record("cfvr", purpose="Cibler les contrôles."))

    old, new = Statement.objects.filter(field="purpose").order_by("pk")
    assert new.supersedes == old
    assert (old.version, new.version) == (1, 2)
    assert SearchEntry.objects.get().summary == "Cibler les contrôles."


def test_another_speaker_supersedes_nobody() -> None:
    store(record("cfvr", purpose="Renforcer les agents."))
    union = said("cfvr", "purpose", "Supprimer des postes.", speaker="Solidaires", capacity="union")
    store(SystemRecord("cfvr", BODY, (union,), (SOURCE,)))

    assert not Statement.objects.filter(supersedes__isnull=False).exists()
    assert SearchEntry.objects.get().divergences == 1


def test_figures_of_two_years_are_a_series_not_a_divergence() -> None:
    figures = [said("cfvr", "cost", "10", period="2021"), said("cfvr", "cost", "12", period="2022")]
    store(record("cfvr", *figures))

    assert SearchEntry.objects.get().divergences == 0
    assert not Statement.objects.filter(supersedes__isnull=False).exists()


def test_supersession_inside_a_file_is_kept() -> None:
    old = said("cfvr", "purpose", "Avant.")
    new = said("cfvr", "purpose", "Après.", supersedes=old.uid)
    store(record("cfvr", old, new))

    assert Statement.objects.get(value="Après.").supersedes == Statement.objects.get(value="Avant.")
    assert SearchEntry.objects.get().summary == "Après."


def test_one_problem_and_nothing_is_written() -> None:
    report = Report()

    def records() -> Iterator[SystemRecord]:
        for number in range(BATCH + 5):
            yield record(f"systeme-{number}")
        report.problem("not_a_date", "'hier' is not a date", row=7, column="date")

    result = import_records(records=records(), report=report, actor=COMMAND, origin="f.csv")

    assert not result.written
    assert not System.objects.exists()
    assert not PublicBody.objects.exists()
    assert not StoredSource.objects.exists()
    assert not Event.objects.exists()


def test_keep_good_writes_the_rest() -> None:
    report = Report()
    report.problem("not_a_date", "'hier' is not a date", row=7, column="date")

    result = import_records(
        records=[record("cfvr")], report=report, actor=COMMAND, origin="f.csv", keep_good=True
    )

    assert result.written
    assert System.objects.count() == 1


def test_a_system_repeated_in_a_batch_is_one_record() -> None:
    one = record("cfvr", purpose="Trouver des fraudes.")
    store(one, SystemRecord("cfvr", BODY, (said("cfvr", "cost", "5"), *one.statements), (SOURCE,)))

    assert Statement.objects.count() == 3


def test_a_system_without_body_gets_one_later() -> None:
    store(record("cfvr", body=None))
    store(record("cfvr"))

    assert System.objects.get().body == PublicBody.objects.get(slug="dgfip")
    assert SearchEntry.objects.get().body == PublicBody.objects.get(slug="dgfip")


def test_two_files_may_name_two_sources_alike() -> None:
    other = Source("rapport", "press", "Un article")
    store(record("cfvr"))
    store(SystemRecord("autre", Body("x", "X"), (said("autre", "name", "Autre"),), (other,)))

    assert StoredSource.objects.count() == 2
    assert Statement.objects.get(system__slug="autre").source == StoredSource.objects.get(
        title="Un article"
    )


def test_reading_gives_back_what_was_imported() -> None:
    given = record(
        "cfvr", said("cfvr", "cost", "12", period="2022", quote="« 12 »", locator="p. 3")
    )
    store(given)

    system = System.objects.get()
    read = public_statements([system.pk])[system.pk]
    assert [(s.field, s.value, s.period, s.quote, s.locator, s.uid) for s in read] == [
        (s.field, s.value, s.period, s.quote, s.locator, s.uid) for s in given.statements
    ]
    assert {s.source for s in read} == {SOURCE.uid().hex}


@pytest.mark.parametrize("table", ["statement", "source", "event"])
@pytest.mark.parametrize("act", ["UPDATE register_{} SET id = id", "DELETE FROM register_{}"])
def test_history_cannot_be_altered(table: str, act: str) -> None:
    store(record("cfvr"))

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(table))


def test_a_contributor_may_not_import() -> None:
    user = User.objects.create_user("agent@example.org")
    organisation = Organisation.objects.create(name="Une asso", capacity="association")
    actor = Actor(user, organisation, Role.CONTRIBUTOR)

    with pytest.raises(Refused):
        import_records(records=[], report=Report(), actor=actor, origin="f.csv")


def now_says(field: str) -> list[str]:
    system = System.objects.get(slug="cfvr")
    return [
        item.value
        for item in standing(public_statements([system.pk])[system.pk])
        if item.field == field
    ]


def test_coming_back_to_an_earlier_word_is_a_new_statement() -> None:
    for status in ("deployed", "suspended", "deployed"):
        store(record("cfvr", status=status))

    assert now_says("status") == ["deployed"]
    assert Statement.objects.filter(field="status").count() == 3
    again = store(record("cfvr", status="deployed"))
    assert again.statements_added == 0


def test_an_older_file_does_not_replace_newer_words() -> None:
    store(record("cfvr", said("cfvr", "purpose", "En 2025.", date="2025-01-01")))
    store(record("cfvr", said("cfvr", "purpose", "En 2019.", date="2019-01-01")))

    assert not Statement.objects.filter(supersedes__isnull=False).exists()
    entry = SearchEntry.objects.get()
    assert (entry.summary, entry.divergences) == ("En 2025.", 0)


def hide(value: str) -> None:
    moderate(
        actor=COMMAND,
        statement=Statement.objects.get(value=value),
        hidden=True,
        reason="Diffamation.",
    )


def test_a_hidden_link_does_not_break_a_chain() -> None:
    for purpose in ("Un.", "Deux.", "Trois."):
        store(record("cfvr", purpose=purpose))

    hide("Deux.")
    assert now_says("purpose") == ["Trois."]
    assert SearchEntry.objects.get().divergences == 0
    hide("Trois.")
    assert now_says("purpose") == ["Un."]


def test_a_statement_of_another_record_cannot_be_replaced() -> None:
    store(record("autre", purpose="À moi."))
    theirs = Statement.objects.get(value="À moi.")
    intruder = said("cfvr", "purpose", "À nous.", supersedes=theirs.uid.hex)
    report = Report()

    for given in (record("cfvr", intruder), record("cfvr")):
        import_records(records=[given], report=report, actor=COMMAND, origin="f", keep_good=True)

    assert [finding.code for finding in report.problems] == ["unknown_statement"]
    assert not Statement.objects.filter(value="À nous.").exists()
    assert not theirs.superseded_by.exists()


def test_what_differs_of_a_known_body_is_said() -> None:
    store(record("cfvr"))
    report = Report()
    renamed = record("cfvr", body=Body("dgfip", "Un autre nom"))
    import_records(records=[renamed], report=report, actor=COMMAND, origin="f")
    other = record("cfvr", body=Body("autre", "Une autre"))
    import_records(records=[other], report=report, actor=COMMAND, origin="f")

    assert [finding.code for finding in report.warnings] == ["other_name", "other_body"]
    assert System.objects.get().version == 1


@pytest.mark.parametrize("table", ["system", "publicbody"])
def test_permanent_identifiers_cannot_be_altered(table: str) -> None:
    store(record("cfvr"))

    for act in ("UPDATE register_{} SET slug = 'x'", "DELETE FROM register_{}"):
        with (
            pytest.raises(DatabaseError, match="permanent"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(act.format(table))


@pytest.mark.sqlite_only
def test_history_cannot_be_replaced_on_sqlite() -> None:
    store(record("cfvr"))

    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("INSERT OR REPLACE INTO register_source SELECT * FROM register_source")


@pytest.mark.postgres_only
def test_history_cannot_be_emptied_on_postgresql() -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE register_reply")

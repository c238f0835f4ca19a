"""The tests' own tools do what they say."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.template import engines

from tests.conftest import QueriesSnapshot
from tests.queries import describe, summary
from tools.translations import typography


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ('SELECT "a"."id" FROM "a" WHERE "a"."name" = \'x FROM b\'', "SELECT a"),
        ('SELECT (SELECT 1 FROM "b" WHERE (1 = 1)) AS "n" FROM "a"', "SELECT a"),
        ('SELECT COUNT(*) FROM (SELECT "id" FROM "a") subquery', "SELECT a"),
        ('WITH t AS (SELECT 1 FROM "b") SELECT * FROM "a" JOIN t ON 1', "SELECT a"),
        ('INSERT INTO "a" ("x") VALUES (1), (2) RETURNING "a"."id"', "INSERT a"),
        ('UPDATE "a" SET "x" = 1', "UPDATE a"),
        ('DELETE FROM "a" WHERE "id" IN (1)', "DELETE a"),
        ('SAVEPOINT "s1"', "SAVEPOINT"),
        ("RELEASE SAVEPOINT s1", "RELEASE SAVEPOINT"),
        ("SELECT 1", "SELECT"),
        ("PRAGMA foreign_keys", None),
    ],
)
def test_a_statement_is_said_in_a_few_words(sql: str, said: str | None) -> None:
    assert describe(sql) == said


def test_statements_are_counted() -> None:
    assert summary(['SELECT 1 FROM "a"', "PRAGMA x"]) == "queries: 1\n  SELECT a"


@pytest.mark.django_db
def test_queries_are_those_of_their_snapshot(assert_queries_snapshot: QueriesSnapshot) -> None:
    with assert_queries_snapshot(), transaction.atomic():
        kinds = list(ContentType.objects.filter(app_label="auth")[:1])
    with assert_queries_snapshot("again"):
        ContentType.objects.filter(pk=kinds[0].pk).update(model=kinds[0].model)


@pytest.mark.parametrize("source", ["{{ nobody }}", "{{ nobody.name|upper }}", "{{ x|default:y }}"])
def test_an_undefined_variable_raises(source: str) -> None:
    with pytest.raises(NameError, match="undefined variable"):
        engines["django"].from_string(source).render({})


@pytest.mark.parametrize(
    "source",
    [
        "{% if nobody %}x{% endif %}",
        "{% firstof nobody '' %}",
        "{% for x in nobody %}x{% endfor %}",
    ],
)
def test_a_variable_may_be_optional(source: str) -> None:
    assert engines["django"].from_string(source).render({}) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Qui décide\u202f? L’administration\u00a0: «\u00a0elle\u00a0»\u202f!",
        "Voir <a href='https://example.org/?a=b'>%(name)s</a>",
        "À 12:30, R&amp;D, {count:d} réponses",
    ],
)
def test_french_well_set(text: str) -> None:
    assert typography(text) == []


@pytest.mark.parametrize("text", ["Qui ?", "« oui\u00a0»", "Qui?", "Ceci: cela", "l'une", "Et..."])
def test_french_badly_set(text: str) -> None:
    assert typography(text)

"""The page of a system that has two hundred statements."""

from __future__ import annotations

import django

from bench.figures import Figure, hand_over, median_ms

STATEMENTS = 200


def main() -> None:
    """Record the statements, then time the whole response and count its queries."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from clairevoie.register.catalogue import FIELDS, vocabulary_of
    from clairevoie.register.reports import Report
    from clairevoie.register.statements import Body, Source, Statement, SystemRecord, statement_uid
    from clairevoie.web.accounts.permissions import COMMAND
    from clairevoie.web.register.services.importing import import_records

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    source = Source("bench", "report", "Rapport", "Éditeur", date="2026-01-01")
    samples = {
        "line": "Une ligne de texte",
        "text": "Un texte de quelques phrases. " * 6,
        "date": "2026-01-01",
        "integer": "12000",
        "decimal": "34500000",
        "url": "https://example.org/page",
        "contact": "contact@example.org",
    }
    statements = []
    for number in range(STATEMENTS):
        field = FIELDS[number % len(FIELDS)]
        vocabulary = vocabulary_of(field)
        value = (
            vocabulary.codes()[number % len(vocabulary.codes())]
            if vocabulary
            else samples[field.kind]
        )
        bare = Statement(
            "bench-page",
            field.key,
            value,
            "bench",
            f"Voix {number // len(FIELDS)}",
            "administration" if number < len(FIELDS) else "union",
            "2026-01-01",
            locator=f"p. {number}",
            quote="Le passage cité, mot pour mot. " * 4,
        )
        uid = statement_uid(bare, source.uid().hex)
        statements.append(
            Statement(**{name: getattr(bare, name) for name in bare.__slots__} | {"uid": uid})
        )
    record = SystemRecord(
        "bench-page", Body("bench-body", "Une administration"), tuple(statements), (source,)
    )
    import_records(records=[record], report=Report(), actor=COMMAND, origin="bench")

    client = Client(HTTP_HOST="127.0.0.1")
    address = "/systemes/bench-page/"
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    # Counted at once: later requests empty the log that `captured` reads.
    queries = len(captured)
    spent = median_ms(lambda: client.get(address))
    hand_over(
        [
            Figure(
                f"page of a system with {STATEMENTS} statements, whole response",
                f"{spent:.1f} ms median, {queries} queries, {len(response.content) / 1000:.0f} kB",
                "at most 40 ms and 12 queries",
                spent <= 40 and 0 < queries <= 12,
            )
        ]
    )


if __name__ == "__main__":
    main()

"""Every exchange format: what is written is read back, or is listed among the losses."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clairevoie.register.building import Provenance
from clairevoie.register.catalogue import FIELDS
from clairevoie.register.exchange import FORMATS
from clairevoie.register.formats import schema
from clairevoie.register.record import present_values
from clairevoie.register.reports import Report
from clairevoie.register.statements import Source, SystemRecord, statement_uid
from tests.register.strategies import registers

FULL = ("clairevoie", "statements-csv", "statements-xlsx")
FLAT = ("csv", "xlsx", "etalab", "nl", "atrs", "aiact", "dcat")
WITH_IDENTIFIER = ("csv", "xlsx", "nl", "aiact", "dcat")

relaxed = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def write(key: str, records: Iterable[SystemRecord], language: str = "fr") -> tuple[bytes, Report]:
    stream, report = io.BytesIO(), Report()
    writer = FORMATS[key].write
    assert writer is not None
    writer(records, stream, report, language=language)
    return stream.getvalue(), report


def read(key: str, content: bytes, **options: object) -> tuple[list[SystemRecord], Report]:
    report = Report()
    reader = FORMATS[key].read
    assert reader is not None
    return list(reader(io.BytesIO(content), report, **options)), report  # type: ignore[arg-type]


@pytest.mark.parametrize("key", FULL)
@relaxed
@given(records=registers())
def test_formats_with_statements_give_back_everything(
    key: str, records: list[SystemRecord]
) -> None:
    content, written = write(key, records)
    found, report = read(key, content)

    assert report.problems == ()
    assert found == records
    assert written.losses == ()


@pytest.mark.parametrize("key", FLAT)
@relaxed
@given(records=registers(named=True), language=st.sampled_from(("fr", "en")))
def test_flat_formats_give_back_what_is_not_listed_as_lost(
    key: str, records: list[SystemRecord], language: str
) -> None:
    content, written = write(key, records, language)
    found, report = read(key, content)
    lost = {loss.column for loss in written.losses}

    if "name" in lost or not {"id"}.isdisjoint(lost):
        assert len(found) <= len(records)
        return
    assert report.problems == ()
    assert [item.id for item in found] == [item.id for item in records]
    for before, after in zip(records, found, strict=True):
        for field in (item.key for item in FIELDS if item.key not in lost):
            expected = set(present_values(before.statements, field))
            if field == "responsible_body" and key not in {"csv", "xlsx"} and before.body:
                expected = expected or {before.body.name}
            if field == "summary" and key == "dcat" and "purpose" in lost:
                expected = expected or set(present_values(before.statements, "purpose"))
            assert set(after.values(field)) == expected, field


@pytest.mark.parametrize("key", ["csv", "xlsx"])
@relaxed
@given(records=registers(named=True))
def test_the_table_of_records_keeps_the_whole_body(key: str, records: list[SystemRecord]) -> None:
    found, _ = read(key, write(key, records)[0])

    assert [item.body for item in found] == [item.body for item in records]


@relaxed
@given(records=registers())
def test_what_is_written_follows_the_schema(records: list[SystemRecord]) -> None:
    content, _ = write("clairevoie", records)

    jsonschema.validate(json.loads(content), schema.register_schema())


@relaxed
@given(records=registers())
def test_identifiers_of_statements_are_those_of_their_content(records: list[SystemRecord]) -> None:
    found, _ = read("statements-csv", write("statements-csv", records)[0])

    for record in found:
        uids = {source.id: source.uid().hex for source in record.sources} | {"": ""}
        for item in record.statements:
            assert item.uid == statement_uid(item, uids[item.source])


def test_schema_files_are_up_to_date() -> None:
    from clairevoie.register.formats import mapping_schema

    assert schema.PATH.read_text() == schema.schema_text()
    assert mapping_schema.PATH.read_text() == mapping_schema.mapping_schema_text()


@pytest.mark.parametrize("key", [*FULL, *FLAT])
def test_a_register_without_systems_is_read_back_without_a_problem(key: str) -> None:
    found, report = read(key, write(key, [])[0])

    assert found == []
    assert report.ok


@pytest.mark.parametrize("key", FLAT)
def test_flat_formats_say_who_speaks_as_they_are_told(
    key: str, demonstration: list[SystemRecord]
) -> None:
    source = Source("envoi", "document_request", "Réponse de la ville", date="2026-01")
    told = Provenance(source, "Ville de Grenoble", "administration", "2026-02-03", "fr")
    found, report = read(key, write(key, demonstration)[0], provenance=told)

    assert report.ok
    assert found
    for item in (item for record in found for item in record.statements):
        assert (item.speaker, item.date, item.source) == (told.speaker, told.date, "envoi")
        assert item.uid == statement_uid(item, source.uid().hex)


@pytest.mark.parametrize("key", FLAT)
def test_flat_formats_say_that_provenance_is_lost(
    key: str, demonstration: list[SystemRecord]
) -> None:
    _, report = write(key, demonstration)
    total = sum(len(record.statements) for record in demonstration)

    assert [loss.count for loss in report.losses if "speaker" in loss.message] == [total]
    assert ("id" in {loss.column for loss in report.losses}) == (key not in WITH_IDENTIFIER)


def test_the_own_format_may_put_systems_before_what_they_refer_to() -> None:
    content = json.dumps(
        {
            "systems": [{"id": "a", "body": "b", "statements": [{"field": "name", "value": "A"}]}],
            "bodies": [{"id": "b", "name": "Une ville"}],
            "version": "1.0",
            "format": "clairevoie/register",
        }
    ).encode()
    found, report = read("clairevoie", content)

    assert report.ok
    assert found[0].body is not None
    assert found[0].body.name == "Une ville"


def test_a_stream_that_cannot_go_back_is_read(demonstration: list[SystemRecord]) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    report = Report()
    reader = FORMATS["clairevoie"].read
    assert reader is not None
    assert list(reader(Pipe(write("clairevoie", demonstration)[0]), report)) == demonstration


def test_two_sources_with_one_identifier_are_kept_apart() -> None:
    first, second = (Source("s", "report", title) for title in ("Un", "Deux"))
    from clairevoie.register.building import said

    records = [
        SystemRecord(
            name,
            None,
            (said(name, "name", name, source="s", source_uid=source.uid().hex),),
            (source,),
        )
        for name, source in (("a", first), ("b", second))
    ]
    found, report = read("clairevoie", write("clairevoie", records)[0])

    assert report.ok
    assert [item.sources[0].title for item in found] == ["Un", "Deux"]
    assert [item.statements[0].uid for item in found] == [
        item.statements[0].uid for item in records
    ]


def test_every_format_is_in_the_reference_page(project_root: Path) -> None:
    page = (project_root / "docs" / "reference" / "formats.md").read_text()

    assert [key for key in FORMATS if f"`{key}`" not in page] == []

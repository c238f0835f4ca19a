"""Files that are wrong, or hostile: each gives a report by row and column, never an exception."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clairevoie.register.exchange import FORMATS
from clairevoie.register.mapping import TableMapping, parse_mapping
from clairevoie.register.reports import EXAMPLES_KEPT, KINDS_KEPT, Report
from clairevoie.register.statements import SystemRecord

MAPPING = """
mapping: clairevoie/mapping
version: "1.0"
system: {columns: [id]}
body: {name: {column: organisme}, country: FR}
columns:
  nom: name
  description: summary
  état: status
  début: start_date
  lien: website
"""
HEADER = "id,nom,organisme,description,état,début,lien"
GOOD = "1,Un calcul,Ville de Paris,Il calcule.,En service,2024-01-31,https://a.example/"


def mapping(more: str = "", **replaced: str) -> TableMapping:
    text = MAPPING
    for old, new in replaced.items():
        text = text.replace(old, new)
    return parse_mapping(text + more, "essai")


def read(
    content: bytes | str, *, by: TableMapping | None = None, key: str = "table"
) -> tuple[list[SystemRecord], Report]:
    report = Report()
    reader = FORMATS[key].read
    assert reader is not None
    raw = content.encode() if isinstance(content, str) else content
    found = reader(io.BytesIO(raw), report, mapping=by or mapping())
    return list(found), report


def lines(*rows: str) -> str:
    return "\n".join((HEADER, *rows)) + "\n"


def only_problem(report: Report) -> tuple[str, int | None, str]:
    """Return the code, row and column of the one problem."""
    [finding] = report.problems
    [example] = finding.examples
    return finding.code, example.row, finding.column


def test_a_good_file_gives_its_records() -> None:
    [record], report = read(lines(GOOD))

    assert report.ok
    assert (report.rows, report.systems, report.statements) == (1, 1, 5)
    assert record.id == "1"
    assert record.body is not None
    assert record.body.id == "ville-de-paris"
    assert record.first("status") == "deployed"


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("2,B,Ville,x,En service,2024-02-30,", "impossible_date", "début"),
        ("2,B,Ville,x,En service,hier,", "not_a_date", "début"),
        ("2,B,Ville,x,Marche bien,,", "unknown_term", "état"),
        ("2,B,Ville,x,,,javascript:alert(1)", "not_a_url", "lien"),
        ("2,B,Ville,un\x00deux,,,", "forbidden_character", "description"),
        ("2,B\x1b[31m,Ville,,,,", "forbidden_character", "nom"),
        (f"2,{'x' * 501},Ville,,,,", "too_long", "nom"),
        ("2,,Ville,x,,,", "missing", ""),
        (",B,Ville,x,,,", "missing", "id"),
        ("1,B,Ville,x,,,", "duplicate", "id"),
        ("2,B,Ville", "ragged_row", ""),
        ("2,B,Ville,x,,,,de trop", "ragged_row", ""),
        ('2,"B" x,Ville,x,,,', "broken_quoting", ""),
    ],
)
def test_a_bad_row_is_refused_at_its_place_and_the_others_are_given(
    row: str, code: str, column: str
) -> None:
    last = GOOD.replace("1,", "9,", 1)
    found, report = read(lines(GOOD, row, last))

    assert only_problem(report) == (code, 3, column)
    assert [record.id for record in found] == ["1", "9"]
    assert not report.ok


def test_each_bad_cell_of_a_row_is_reported() -> None:
    _, report = read(lines("2,B,Ville,x,Marche,hier,ici"))

    assert {(item.code, item.column) for item in report.problems} == {
        ("unknown_term", "état"),
        ("not_a_date", "début"),
        ("not_a_url", "lien"),
    }
    assert "Row 2, column 'début': 'hier' is not a date" in report.text()


def test_html_and_scripts_stay_the_text_that_they_are() -> None:
    [record], report = read(lines("2,<b>B</b>,Ville,<script>alert(1)</script>,,,"))

    assert report.ok
    assert record.first("name") == "<b>B</b>"
    assert record.first("summary") == "<script>alert(1)</script>"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_are_believed(encoding: str) -> None:
    found, report = read(lines(GOOD).encode(encoding))

    assert report.ok
    assert len(found) == 1


def test_a_wrong_encoding_is_refused_by_row_and_column() -> None:
    row = "2,Été,Ville,x,,,"
    content = lines(GOOD).encode() + row.encode("cp1252")
    found, report = read(content)

    assert only_problem(report) == ("replacement_character", 3, "nom")
    assert len(found) == 1


def test_a_wrong_encoding_of_the_header_says_what_to_do() -> None:
    _, report = read(lines(GOOD).encode("cp1252"))

    assert {item.code for item in report.problems} == {"missing_column"}
    assert "cp1252" in report.text()
    assert report.systems == 0


def test_the_mapping_says_the_encoding() -> None:
    declared = mapping("file: {encoding: cp1252, delimiter: ';'}\n")
    found, report = read(lines(GOOD).replace(",", ";").encode("cp1252"), by=declared)

    assert report.ok
    assert found[0].first("name") == "Un calcul"


def test_an_encoding_that_does_not_exist_is_a_problem() -> None:
    _, report = read(lines(GOOD), by=mapping("file: {encoding: utf-huit}\n"))

    assert only_problem(report)[0] == "unknown_encoding"


@pytest.mark.parametrize(
    ("content", "code"),
    [("", "empty_file"), ("\n\n", "no_header"), (",,,\n", "no_header"), ("\ufeff", "empty_file")],
)
def test_a_file_without_anything_is_refused(content: str, code: str) -> None:
    _, report = read(content)

    assert only_problem(report)[0] == code


def test_a_header_alone_is_a_warning() -> None:
    found, report = read(HEADER)

    assert report.ok
    assert found == []
    assert [item.code for item in report.warnings] == ["no_rows"]


def test_a_missing_column_says_the_closest_one() -> None:
    _, report = read(lines(GOOD).replace("début", "debuts", 1))

    assert only_problem(report) == ("missing_column", 1, "début")
    assert "'debuts'" in report.text()


def test_headings_may_differ_by_case_accents_and_spaces() -> None:
    found, report = read(lines(GOOD).replace("état,début", " ETAT ,Debut", 1))

    assert report.ok
    assert found[0].first("start_date") == "2024-01-31"


def test_a_column_that_comes_twice_is_refused() -> None:
    _, report = read(f"{HEADER},nom\n{GOOD},x\n")

    assert only_problem(report) == ("duplicate_column", 1, "nom")


def test_columns_that_the_mapping_does_not_name_are_losses() -> None:
    content = f"{HEADER},remarque,vide\n{GOOD},voir,\n{GOOD.replace('1,', '2,', 1)},,\n"
    _, report = read(content)

    assert report.ok
    assert [(loss.column, loss.count) for loss in report.losses] == [("remarque", 1)]


def test_a_quotation_mark_that_is_never_closed_is_one_problem() -> None:
    found, report = read(lines(GOOD, '2,"B,Ville,x,,,', *[GOOD] * 50))

    assert only_problem(report) == ("broken_quoting", 3, "")
    assert len(found) == 1


def test_a_huge_cell_is_refused() -> None:
    _, report = read(lines(f'2,B,Ville,"{"x" * 200_000}",,,'))

    assert report.problems[0].code == "huge_cell"


def test_a_line_without_end_is_refused() -> None:
    _, report = read(f"{HEADER}\n{'x' * 5_000_000}")

    assert "endless_line" in {item.code for item in report.problems}


def test_blank_rows_count_as_a_spreadsheet_counts_them() -> None:
    _, report = read(lines("", GOOD, ",,,,,,", "2,B,Ville,x,?,,"))

    assert only_problem(report) == ("unknown_term", 5, "état")
    assert report.rows == 2


def test_a_report_is_bounded_whatever_the_file() -> None:
    rows = [f"{rank},B,Ville,x,faux {rank},,pas un lien" for rank in range(5_000)]
    _, report = read(lines(*rows))

    assert report.problem_count == 10_000
    assert {len(item.examples) for item in report.problems} == {EXAMPLES_KEPT}
    assert len(report.text()) < 10_000
    many = Report()
    for rank in range(10_000):
        many.problem(f"code-{rank}", "x", column="c" * 5_000)
        many.loss(f"colonne {rank}", "x")
    assert len(many.problems) <= KINDS_KEPT + 1
    assert len(many.losses) <= KINDS_KEPT + 1
    assert sum(item.count for item in many.problems) == 10_000
    assert len(json.dumps(many.as_dict())) < 500_000


def test_memory_stays_flat_on_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    text = "Il calcule, il trie et il compare. " * 40
    with path.open("w") as stream:
        stream.write(f"{HEADER}\n")
        for rank in range(3_000):
            stream.write(f'{rank},N{rank},Ville,"{text}",,,\n')
    reader = FORMATS["table"].read
    assert reader is not None
    tracemalloc.start()
    count = sum(1 for _ in reader(path, Report(), mapping=mapping()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == 3_000
    assert path.stat().st_size > 4_000_000
    assert peak < 3_000_000


# Workbooks


def workbook(fill: Callable[[openpyxl.Workbook], object]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def in_sheet(*rows: list[Any]) -> bytes:
    def fill(book: openpyxl.Workbook) -> None:
        assert book.active is not None
        for row in (HEADER.split(","), *rows):
            book.active.append(row)

    return workbook(fill)


SHEET = "file: {format: xlsx}\n"


def test_cells_of_a_workbook_are_read_as_what_they_are() -> None:
    import datetime

    day = datetime.datetime(2024, 1, 31)  # noqa: DTZ001 - a cell has no zone
    content = in_sheet([12, "B", "Ville", 3.5, "deployed", day, None])
    [record], report = read(content, by=mapping(SHEET))

    assert report.ok
    assert record.id == "12"
    assert record.first("summary") == "3.5"
    assert record.first("start_date") == "2024-01-31"


def test_a_short_row_of_a_workbook_is_filled() -> None:
    found, report = read(in_sheet([1, "B"], [2, "C", "Ville"]), by=mapping(SHEET))

    assert report.ok
    assert len(found) == 2


def test_a_failed_formula_is_refused() -> None:
    content = in_sheet([1, "B", "Ville", "#REF!"])
    _, report = read(content, by=mapping(SHEET))

    assert only_problem(report) == ("spreadsheet_error", 2, "")


def test_a_sheet_that_does_not_exist_is_a_problem() -> None:
    _, report = read(in_sheet(), by=mapping("file: {format: xlsx, sheet: Données}\n"))

    assert only_problem(report)[0] == "unknown_sheet"
    assert "Sheet" in report.text()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a zip", b"id,nom\n1,a\n"])
def test_what_is_not_a_workbook_is_refused(content: bytes) -> None:
    _, report = read(content, by=mapping(SHEET))

    assert only_problem(report)[0] == "not_a_workbook"


def altered(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook one part of which is changed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.namelist():
            data = before.read(part)
            after.writestr(part, change(data) if part == name else data)
    return stream.getvalue()


SHEET_PART = "xl/worksheets/sheet1.xml"


def test_a_workbook_that_unpacks_beyond_reason_is_refused() -> None:
    content = altered(in_sheet(), SHEET_PART, lambda data: data + b" " * 60_000_000)
    _, report = read(content, by=mapping(SHEET))

    assert len(content) < 200_000
    assert only_problem(report)[0] == "zip_bomb"


def test_entities_in_a_workbook_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    _, report = read(altered(in_sheet(), SHEET_PART, lambda _: bomb), by=mapping(SHEET))

    assert only_problem(report)[0] == "not_a_workbook"


def test_a_workbook_cut_in_its_xml_is_refused() -> None:
    content = altered(in_sheet([1, "B"]), SHEET_PART, lambda data: data[: len(data) // 2])
    _, report = read(content, by=mapping(SHEET))

    assert only_problem(report)[0] == "not_a_workbook"


def test_a_sheet_that_lies_about_its_size_does_not_hold_the_reader() -> None:
    def widen(data: bytes) -> bytes:
        return data.replace(b'ref="A1:G2"', b'ref="A1:XFD1048576"')

    found, report = read(altered(in_sheet([1, "B"]), SHEET_PART, widen), by=mapping(SHEET))

    assert report.ok
    assert len(found) == 1


# JSON

LIST = "file: {format: json, path: result.items}\n"


def test_a_json_list_is_read_where_the_mapping_says() -> None:
    item = {
        "id": 1,
        "nom": "B",
        "organisme": "V",
        "lien": ["https://a.example", "https://b.example"],
    }
    content = json.dumps({"total": 1, "result": {"items": [item]}})
    [record], report = read(content, by=mapping(LIST, **{"  lien: website": "  lien: website"}))

    assert record.values("website") == ("https://a.example", "https://b.example")
    assert {item.column for item in report.problems} == {"description", "début", "état"}


OPTIONAL = """
mapping: clairevoie/mapping
version: "1.0"
file: {format: json, path: ""}
system: {columns: [id]}
columns: {nom: name, corps.nom: responsible_body, tags: {field: keywords, optional: true}}
"""


def test_inner_objects_are_columns() -> None:
    content = json.dumps([{"id": 1, "nom": "B", "corps": {"nom": "Ville", "tel": "0"}, "autre": 1}])
    [record], report = read(content, by=parse_mapping(OPTIONAL, "essai"))

    assert report.ok
    assert record.first("responsible_body") == "Ville"
    assert {loss.column for loss in report.losses} == {"corps.tel", "autre"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "empty_file"),
        ('[{"id": 1, "nom": "B"', "broken_json"),
        ('[{"id": 1 "nom": "B"}]', "broken_json"),
        ("[1, 2", "broken_json"),
        ('{"a": 1}', "wrong_format"),
        ("id,nom\n1,B\n", "wrong_format"),
        ("[" * 100_000, "nested_value"),
        ('[{"a":' * 100_000, "nested_value"),
        ("\ufeff[".encode("utf-16").decode("latin-1"), "wrong_encoding"),
        ('[{"id": 1, "nom": "' + "x" * 20_000_000 + '"}]', "huge_item"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_broken_json_is_refused(content: str, code: str) -> None:
    raw = content.encode("latin-1") if code == "wrong_encoding" else content.encode()
    _, report = read(raw, by=parse_mapping(OPTIONAL, "essai"))

    assert code in {item.code for item in report.problems}


def test_items_before_the_break_are_given() -> None:
    content = '[{"id": 1, "nom": "B", "corps": {"nom": "V"}}, {"id": 2, "no'
    found, report = read(content, by=parse_mapping(OPTIONAL, "essai"))

    assert [record.id for record in found] == ["1"]
    assert only_problem(report)[:2] == ("broken_json", 2)


def test_what_is_not_an_object_is_refused_at_its_rank() -> None:
    content = '[{"id": 1, "nom": "B", "corps": {"nom": "V"}}, 3, [4]]'
    found, report = read(content, by=parse_mapping(OPTIONAL, "essai"))

    assert len(found) == 1
    assert [example.row for example in report.problems[0].examples] == [2, 3]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
@pytest.mark.parametrize("key", [key for key, item in FORMATS.items() if item.read])
def test_no_content_makes_a_reader_fail(key: str, content: bytes) -> None:
    read(content, key=key)

"""The Dutch *Publicatiestandaard 1.0* of the Algoritmeregister: a JSON list of descriptions.

Names, lengths, permitted terms and required properties are those of the standard. A value that is
too long, or a required property that is missing, is a warning when reading (the register takes it);
a term that the standard does not have is refused.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from clairevoie.register.building import Provenance
from clairevoie.register.catalogue import FIELD_BY_KEY, Kind, format_names
from clairevoie.register.formats import flat
from clairevoie.register.formats.flat import Projection, Take
from clairevoie.register.formats.markup import html_of_text, text_of_html
from clairevoie.register.reading import Origin, json_items, opened
from clairevoie.register.reports import Report
from clairevoie.register.statements import SYSTEM_ID_LIMIT, SystemRecord, identifier_from
from clairevoie.register.values import text_of

KEY = "nl"
VERSION = "1.0"
LANGUAGES: Mapping[str, str] = {"nl": "nld", "fr": "fra", "en": "eng", "de": "deu", "es": "spa"}


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the standard; ``length`` is 0 where it sets none."""

    name: str
    length: int = 0
    required: bool = False
    html: bool = False


PROPERTIES: tuple[Property, ...] = (
    Property("name", 100, required=True),
    Property("description_short", 400, required=True),
    Property("organization", 100, required=True),
    Property("category"),
    Property("status", required=True),
    Property("begin_date", 7),
    Property("end_date", 7),
    Property("contact_email", 500, required=True),
    Property("website", 500),
    Property("publication_category", required=True),
    Property("url", 500),
    Property("goal", 2500, html=True),
    Property("proportionality", 2500, html=True),
    Property("human_intervention", 2500, html=True),
    Property("risks", 2500, html=True),
    Property("lawful_basis", 2500, html=True),
    Property("lawful_basis_grouping"),
    Property("process_index_url", 500),
    Property("impacttoetsen_grouping"),
    Property("impacttoetsen", 2500, html=True),
    Property("source_data", 2500, html=True),
    Property("source_data_grouping"),
    Property("methods_and_models", 5000, html=True),
    Property("provider", 200),
    Property("publiccode", 500),
    Property("lang", required=True),
    Property("standard_version"),
    Property("source_id", 100),
    Property("tags", 2500, html=True),
    Property("lars"),
    Property("publication_dt"),
)
BY_NAME: Mapping[str, Property] = {item.name: item for item in PROPERTIES}
FIELD_OF = format_names(KEY)

# In each list of {title, link}, the fields of the titles and of the links.
GROUPINGS: Mapping[str, tuple[str, str]] = {
    "lawful_basis_grouping": ("legal_basis", "legal_links"),
    "impacttoetsen_grouping": ("assessments", "assessment_links"),
    "source_data_grouping": ("data_used", "data_links"),
}
TITLE_LENGTHS: Mapping[str, int] = {"lawful_basis_grouping": 100, "source_data_grouping": 500}
LINK_LENGTH = 500
MANY = frozenset(("domains", "keywords", "legal_links", "assessments", "data_links"))
CARRIED: Mapping[str, Take] = {
    **{
        key: Take.MANY
        if key in MANY
        else Take.JOINED
        if FIELD_BY_KEY[key].kind in {Kind.TEXT, Kind.LINE}
        else Take.ONE
        for key in FIELD_OF.values()
    },
    "assessment_links": Take.MANY,
}
HEADER = [flat.SYSTEM, *CARRIED, "data_used"]

NOT_A_PROPERTY = "not a property of the standard"
TOO_LONG = "longer than the standard allows: the end is cut"
TOO_LONG_LINK = "longer than the standard allows: left out"


def write(
    records: Iterable[SystemRecord], stream: BinaryIO, report: Report, language: str = "fr"
) -> None:
    """Write the list; required properties that a record does not give are warnings."""
    del language
    projection = Projection(CARRIED, report)
    stream.write(b"[")
    for rank, record in enumerate(records):
        values = projection.terms(projection.values(record), KEY)
        projection.body_name_only(record.body)
        if record.body:
            values.setdefault("responsible_body", [record.body.name])
        item = _Writer(report, record.id).item(values, _language(record))
        stream.write(b",\n " if rank else b"\n ")
        stream.write(json.dumps(item, ensure_ascii=False).encode())
    stream.write(b"\n]\n")


def _language(record: SystemRecord) -> str:
    codes = [item.language for item in record.statements if item.field == "name"]
    return codes[0] if codes else ""


@dataclass(frozen=True, slots=True)
class _Writer:
    report: Report
    system: str

    def item(self, values: dict[str, list[str]], language: str) -> dict[str, Any]:
        """Return a description in the standard's order, without empty properties."""
        special: dict[str, Any] = {
            "category": values.get("domains", []),
            "begin_date": self._month("start_date", values),
            "end_date": self._month("end_date", values),
            "lawful_basis_grouping": self._links("lawful_basis_grouping", values),
            "source_data_grouping": self._links("source_data_grouping", values),
            "impacttoetsen_grouping": self._assessments(values),
            "tags": self._tags(values.get("keywords", [])),
            "lang": LANGUAGES.get(language, language),
            "standard_version": VERSION,
            "lars": self.system,
        }
        item = {}
        for declared in PROPERTIES:
            name = declared.name
            content = special[name] if name in special else self._text(declared, values)
            if content:
                item[name] = content
            elif declared.required:
                self.report.warning(
                    "missing", "the standard requires it", column=name, system=self.system
                )
        if item.get("lang") not in {"nld", None}:
            self.report.warning("unknown_term", "the standard only has Dutch (nld)", column="lang")
        return item

    def _text(self, declared: Property, values: dict[str, list[str]]) -> str:
        field = FIELD_OF[declared.name]
        text = next(iter(values.get(field, [])), "")
        return self._fitted(text, declared, field)

    def _fitted(self, text: str, declared: Property, field: str) -> str:
        written = html_of_text(text) if declared.html else text
        limit = declared.length
        if not limit or len(written) <= limit:
            return written
        if FIELD_BY_KEY[field].kind in {Kind.URL, Kind.CONTACT}:
            self.report.loss(field, TOO_LONG_LINK)
            return ""
        self.report.loss(field, TOO_LONG)
        while len(written) > limit:
            text = f"{text[: len(text) - max(2, len(written) - limit)].rstrip()}…"
            written = html_of_text(text) if declared.html else text
        return written

    def _month(self, field: str, values: dict[str, list[str]]) -> str:
        date = next(iter(values.get(field, [])), "")
        if len(date) > 7:
            self.report.loss(field, "the standard has months: the day is left out")
        return date[:7]

    def _links(self, name: str, values: dict[str, list[str]]) -> list[dict[str, str]]:
        field = GROUPINGS[name][1]
        length = TITLE_LENGTHS[name]
        kept = [link for link in values.get(field, []) if len(link) <= LINK_LENGTH]
        self.report.loss(field, TOO_LONG_LINK, len(values.get(field, [])) - len(kept))
        return [{"title": link[:length], "link": link} for link in kept]

    def _assessments(self, values: dict[str, list[str]]) -> list[dict[str, str]]:
        titles = values.get("assessments", [])
        links = values.get("assessment_links", [])
        kept = [link for link in links if len(link) <= LINK_LENGTH]
        self.report.loss("assessment_links", TOO_LONG_LINK, len(links) - len(kept))
        self.report.loss(
            "assessment_links", "the standard links titles only", max(0, len(kept) - len(titles))
        )
        paired = [*kept, *[""] * len(titles)]
        return [
            {"title": title, "link": link} if link else {"title": title}
            for title, link in zip(titles, paired, strict=False)
        ]

    def _tags(self, keywords: list[str]) -> str:
        with_comma = sum("," in word for word in keywords)
        self.report.loss("keywords", "a comma inside a keyword becomes a space", with_comma)
        text = ", ".join(" ".join(word.replace(",", " ").split()) for word in keywords)
        return self._fitted(text, BY_NAME["tags"], "keywords")


def read(origin: Origin, report: Report, provenance: Provenance) -> Iterator[SystemRecord]:
    """Yield the records of a list of descriptions.

    Raises:
        UnreadableError: the file is not a JSON list.
    """
    with opened(origin) as stream:
        rows = _rows(json_items(stream), report)
        yield from flat.records(HEADER, rows, report, provenance, KEY)


def _rows(items: Iterable[tuple[int, Any]], report: Report) -> Iterator[tuple[int, list[Any]]]:
    for rank, item in items:
        if not isinstance(item, Mapping):
            report.problem("not_an_item", "a description must be an object", row=rank)
            continue

        def refuse(column: str, message: str, at: int = rank) -> None:
            report.problem("not_a_value", message, row=at, column=column)

        before = report.problem_count
        _check(item, rank, report)
        cells = _cells(item, refuse)
        if report.problem_count == before:
            yield rank, [cells.get(key, "") for key in HEADER]
        else:
            report.rows += 1
            report.refused += 1


def _check(item: Mapping[str, Any], rank: int, report: Report) -> None:
    for name in item.keys() - BY_NAME.keys():
        if item[name]:
            report.loss(name, NOT_A_PROPERTY)
    for declared in PROPERTIES:
        content = item.get(declared.name)
        if declared.required and not content and declared.name != "name":
            report.warning("missing", "the standard requires it", row=rank, column=declared.name)
        elif declared.length and isinstance(content, str) and len(content) > declared.length:
            report.warning(
                "too_long",
                f"longer than the {declared.length} characters of the standard",
                row=rank,
                column=declared.name,
            )


def _cells(item: Mapping[str, Any], refuse: Callable[[str, str], None]) -> dict[str, Any]:
    cells: dict[str, Any] = {flat.SYSTEM: _identifier(item)}
    for name, field in FIELD_OF.items():
        content = item.get(name)
        if content in (None, "", []) or name in GROUPINGS:
            continue
        if name in {"category", "tags"}:
            cells[field] = _several(name, content)
        elif isinstance(content, Mapping | list):
            refuse(name, "one text was expected here")
        else:
            text = text_of(content)
            cells[field] = text_of_html(text) if BY_NAME[name].html else text
    for name, (titles, links) in GROUPINGS.items():
        _grouping(item.get(name) or [], name, cells, (titles, links), refuse)
    return cells


def _several(name: str, content: Any) -> tuple[str, ...]:
    if isinstance(content, list):
        return tuple(text_of(part) for part in content)
    text = text_of(content)
    return tuple(text_of_html(text).split(",")) if name == "tags" else (text,)


def _grouping(
    items: Any,
    name: str,
    cells: dict[str, Any],
    fields: tuple[str, str],
    refuse: Callable[[str, str], None],
) -> None:
    if not isinstance(items, list):
        refuse(name, "a list of {title, link} was expected here")
        return
    for item in items:
        pair = item if isinstance(item, Mapping) else {"title": item}
        title, link = (text_of(pair.get(key)).strip() for key in ("title", "link"))
        if link:
            cells[fields[1]] = (*_tuple(cells.get(fields[1])), link)
        if title and not (link and link.startswith(title)):
            cells[fields[0]] = (*_tuple(cells.get(fields[0])), title)


def _tuple(cell: Any) -> tuple[str, ...]:
    if not cell:
        return ()
    return cell if isinstance(cell, tuple) else (cell,)


def _identifier(item: Mapping[str, Any]) -> str:
    """Return an identifier from the register's number, else the owner's, else the names."""
    number = text_of(item.get("lars")).strip()
    if number.isdigit():
        return f"nl-{number}"
    own = number or text_of(item.get("source_id")).strip()
    names = f"{text_of(item.get('organization'))} {text_of(item.get('name'))}"
    return identifier_from(own or names.strip(), SYSTEM_ID_LIMIT)

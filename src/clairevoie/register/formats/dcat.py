"""The register as a DCAT-AP catalogue, in JSON-LD: what an open-data portal harvests.

Each record is a `dcat:Dataset` of one `dcat:Catalog`; its published source code is a distribution.
The file is self-contained (its context is inside). Reading understands the compact form written
here, not every form that JSON-LD allows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import quote

from clairevoie.register.building import Provenance
from clairevoie.register.catalogue import FIELD_BY_KEY, VOCABULARIES, format_names
from clairevoie.register.formats import flat
from clairevoie.register.formats.flat import Projection, Take
from clairevoie.register.reading import Origin, json_items, opened
from clairevoie.register.reports import Report
from clairevoie.register.statements import (
    SYSTEM_ID_LIMIT,
    Body,
    SystemRecord,
    compact,
    identifier_from,
)
from clairevoie.register.terms import name_of
from clairevoie.register.values import is_email, text_of

KEY = "dcat"
THEMES = "http://publications.europa.eu/resource/authority/data-theme/"
CONTEXT: Mapping[str, str] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
CARRIED: Mapping[str, Take] = {
    key: Take.MANY if FIELD_BY_KEY[key].multiple else Take.ONE for key in format_names(KEY).values()
}
HEADER = [flat.SYSTEM, "body.id", "body.name", "body.website", *CARRIED]
DATE_TYPES = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}
AS_DESCRIPTION = "written as the description, for want of a summary"
NO_CODE = "a licence is written with the published code, and there is none"
BODY_LOSS = "of the body, only its name, identifier and website are in this format"

_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`]")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is said of the catalogue itself. ``base_url`` ends with "/"; "" gives relative names."""

    title: str = "Registre des traitements algorithmiques publics"
    description: str = "Ce qui est dit des traitements algorithmiques des administrations."
    publisher: str = "Clairevoie"
    language: str = "fr"
    base_url: str = ""


DEFAULT = Catalogue()


def write(
    records: Iterable[SystemRecord],
    stream: BinaryIO,
    report: Report,
    language: str = "fr",
    catalogue: Catalogue = DEFAULT,
) -> None:
    """Write the catalogue; a record without summary is described by its purpose."""
    del language
    projection = Projection({**CARRIED, "purpose": Take.ONE}, report)
    head = {
        "@context": dict(CONTEXT),
        "@id": catalogue.base_url,
        "@type": "dcat:Catalog",
        "dct:title": _text(catalogue.title, catalogue.language),
        "dct:description": _text(catalogue.description, catalogue.language),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": catalogue.publisher},
    }
    stream.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2].encode())
    stream.write(b',\n "dcat:dataset": [')
    for rank, record in enumerate(records):
        values = projection.values(record)
        dataset = _Dataset(record, values, report, catalogue.base_url).as_dict()
        stream.write(b",\n  " if rank else b"\n  ")
        stream.write(json.dumps(dataset, ensure_ascii=False).encode())
    stream.write(b"\n ]\n}\n")


def _text(text: str, language: str) -> Any:
    return {"@language": language, "@value": text} if language else text


def _link(url: str) -> dict[str, str]:
    return {"@id": _NOT_IN_IRI.sub(lambda match: quote(match.group()), url)}


def _date(text: str) -> dict[str, str]:
    return {"@type": DATE_TYPES[len(text)], "@value": text}


@dataclass(frozen=True, slots=True)
class _Dataset:
    record: SystemRecord
    values: dict[str, list[str]]
    report: Report
    base_url: str

    def as_dict(self) -> dict[str, Any]:
        """Return the record as a node, without empty properties."""
        node = {
            "@id": f"{self.base_url}{self.record.id}",
            "@type": "dcat:Dataset",
            "dct:identifier": self.record.id,
            "adms:identifier": self._each("local_id", _identifier),
            "dct:title": self._texts("name"),
            "dct:alternative": self._texts("also_known_as"),
            "dct:description": self._description(),
            "dct:publisher": self._publisher(self.record.body),
            "dcat:keyword": self._texts("keywords"),
            "dcat:theme": self._themes(),
            "dcat:landingPage": self._each("website", _link),
            "dcat:contactPoint": self._each("contact", _contact),
            "dcat:distribution": self._distributions(),
            "dct:issued": self._each("start_date", _date),
            "dct:modified": self._each("updated", _date),
        }
        return {key: value for key, value in node.items() if value}

    def _each(self, field: str, make: Callable[[str], Any]) -> list[Any]:
        return [make(value) for value in self.values.get(field, [])]

    def _texts(self, field: str) -> list[Any]:
        language_of = {item.value: item.language for item in self.record.statements}
        return self._each(field, lambda value: _text(value, language_of.get(value, "")))

    def _description(self) -> list[Any]:
        purpose = len(self.values.get("purpose", []))
        if self.values.get("summary"):
            self.report.loss("purpose", flat.NO_PLACE, purpose)
            return self._texts("summary")
        if not purpose:
            self.report.warning(
                "missing",
                "DCAT-AP requires a description: give a summary",
                column="dct:description",
                system=self.record.id,
            )
        self.report.loss("purpose", AS_DESCRIPTION, purpose)
        return self._texts("purpose")

    def _publisher(self, body: Body | None) -> list[dict[str, Any]]:
        if body is None:
            return self._each(
                "responsible_body", lambda name: {"@type": "foaf:Agent", "foaf:name": name}
            )
        if compact(body, "id", "name", "website", "kind") or body.kind != "other":
            self.report.loss("body", BODY_LOSS)
        said = self.values.get("responsible_body", [])
        others = [name for name in said if name != body.name]
        self.report.loss("responsible_body", "the name of the body is written instead", len(others))
        agent: dict[str, Any] = {
            "@type": "foaf:Agent",
            "dct:identifier": body.id,
            "foaf:name": body.name,
        }
        if body.website:
            agent["foaf:homepage"] = _link(body.website)
        return [agent]

    def _themes(self) -> list[dict[str, str]]:
        domains = VOCABULARIES["domains"]
        codes = [name_of(domains, code, KEY) for code in self.values.get("domains", [])]
        self.report.loss("domains", flat.NO_TERM, codes.count(""))
        return [{"@id": f"{THEMES}{code}"} for code in codes if code]

    def _distributions(self) -> list[dict[str, Any]]:
        licences = self._each(
            "code_licence", lambda name: {"@type": "dct:LicenseDocument", "rdfs:label": name}
        )
        more = {"dct:license": licences} if licences else {}
        nodes = self._each(
            "source_code",
            lambda url: {"@type": "dcat:Distribution", "dcat:accessURL": _link(url), **more},
        )
        if not nodes:
            self.report.loss("code_licence", NO_CODE, len(licences))
        return nodes


def _identifier(value: str) -> dict[str, str]:
    return {"@type": "adms:Identifier", "skos:notation": value}


def _contact(value: str) -> dict[str, Any]:
    node: dict[str, Any] = {"@type": "vcard:Organization", "vcard:fn": value}
    if is_email(value):
        node["vcard:hasEmail"] = _link(f"mailto:{value}")
    elif value.startswith(("http://", "https://")):
        node["vcard:hasURL"] = _link(value)
    return node


def read(origin: Origin, report: Report, provenance: Provenance) -> Iterator[SystemRecord]:
    """Yield a record for each dataset of a catalogue in the compact form of `write`.

    Raises:
        UnreadableError: the file is not JSON.
    """
    with opened(origin) as stream:
        rows = _rows(json_items(stream, "dcat:dataset"), report)
        yield from flat.records(HEADER, rows, report, provenance, KEY)


def _rows(items: Iterable[tuple[int, Any]], report: Report) -> Iterator[tuple[int, list[Any]]]:
    for rank, item in items:
        if not isinstance(item, Mapping):
            report.problem("not_an_item", "a dataset must be an object", row=rank)
            continue
        for name in item.keys() - READ:
            report.loss(name, "this property is not read")
        cells = {field: tuple(_values(item, *path)) for field, path in PATHS.items()}
        cells["domains"] = tuple(text.removeprefix(THEMES) for text in cells["domains"])
        row: list[Any] = []
        for field in HEADER:
            values = cells.get(field, ())
            row.append(values if field in FIELD_BY_KEY else next(iter(values), ""))
        if not row[0]:
            names = (*cells["body.name"], *cells["name"])
            row[0] = identifier_from(" ".join(names), SYSTEM_ID_LIMIT)
        yield rank, row


PATHS: Mapping[str, tuple[str, ...]] = {
    flat.SYSTEM: ("dct:identifier",),
    "body.id": ("dct:publisher", "dct:identifier"),
    "body.name": ("dct:publisher", "foaf:name"),
    "body.website": ("dct:publisher", "foaf:homepage"),
    "responsible_body": ("dct:publisher", "foaf:name"),
    "local_id": ("adms:identifier", "skos:notation"),
    "name": ("dct:title",),
    "also_known_as": ("dct:alternative",),
    "summary": ("dct:description",),
    "keywords": ("dcat:keyword",),
    "domains": ("dcat:theme",),
    "website": ("dcat:landingPage",),
    "contact": ("dcat:contactPoint", "vcard:fn"),
    "source_code": ("dcat:distribution", "dcat:accessURL"),
    "code_licence": ("dcat:distribution", "dct:license", "rdfs:label"),
    "start_date": ("dct:issued",),
    "updated": ("dct:modified",),
}
READ = frozenset(path[0] for path in PATHS.values()) | {"@id", "@type"}


def _values(node: Any, *path: str) -> Iterator[str]:
    """Yield the texts at the end of a path, through lists and nodes."""
    if isinstance(node, list):
        for item in node:
            yield from _values(item, *path)
    elif path and isinstance(node, Mapping):
        yield from _values(node.get(path[0]), *path[1:])
    elif isinstance(node, Mapping):
        yield from _values(node.get("@value", node.get("@id")))
    elif node is not None and not path:
        yield text_of(node)

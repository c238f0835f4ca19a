"""The catalogue and the indicators as the API gives them."""

from __future__ import annotations

from ninja import Field, Schema


class Term(Schema):
    """An entry of a vocabulary."""

    code: str
    fr: str
    en: str
    names: dict[str, str] = Field(description="The term's name in each exchange format")


class Vocabulary(Schema):
    """A closed, ordered list of terms."""

    key: str
    fr: str
    en: str
    terms: list[Term]


class LegalBasis(Schema):
    """An article that asks for what a field says."""

    article: str
    url: str
    to_check: bool = Field(description="The wording was not read in a consolidated text")


class CatalogueField(Schema):
    """A field of the record."""

    key: str = Field(description="Never changes once published")
    group: str
    kind: str = Field(description="line, text, choice, date, integer, decimal, url or contact")
    fr: str
    en: str
    fr_help: str
    en_help: str
    multiple: bool = Field(description="Several values may hold at once")
    vocabulary: str | None
    unit: str
    detail: bool = Field(description="A detail is never counted as missing")
    legal: list[LegalBasis]
    names: dict[str, str] = Field(description="The field's name in each exchange format")


class Group(Schema):
    """A heading of the record."""

    key: str
    fr: str
    en: str
    fr_question: str
    en_question: str


class Catalogue(Schema):
    """The one table from which forms, formats, completeness and this API derive."""

    groups: list[Group]
    fields: list[CatalogueField]
    vocabularies: list[Vocabulary]


class Indicator(Schema):
    """One figure over a set of systems."""

    key: str
    fr: str
    en: str
    fr_formula: str
    en_formula: str
    count: int
    total: int
    share: float | None = Field(description="`count / total`; null when there is no system")


class StatementAge(Schema):
    """Days since the last dated statement of each record: quartiles; null when none is dated."""

    dated: int = Field(description="Records that have a dated statement")
    undated: int
    first_quartile: float | None
    median: float | None
    third_quartile: float | None


class IndicatorsAnswer(Schema):
    """The indicators of one public body's systems, or of all systems, on a day."""

    body: str | None
    day: str
    total: int
    items: list[Indicator]
    age: StatementAge


class Link(Schema):
    """An address of this API."""

    name: str
    url: str


class Index(Schema):
    """Where to begin."""

    name: str
    version: str
    links: list[Link]

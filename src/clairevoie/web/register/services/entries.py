"""Search entries: what the list needs of each system, computed from its standing statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from clairevoie.register import record, search_text
from clairevoie.register.catalogue import FIELD_BY_KEY, VOCABULARIES, Kind
from clairevoie.register.indicators import flags
from clairevoie.register.statements import Body, Statement
from clairevoie.register.values import date_bounds

SUMMARY_LENGTH = 320
FACET_FIELDS = {
    "status": "status",
    "automation": "automation",
    "methods": "methods",
    "domains": "domains",
    "persons": "persons_concerned",
}
_BITS = {
    facet: {
        code: 1 << rank
        for rank, code in enumerate(VOCABULARIES[FIELD_BY_KEY[key].vocabulary or ""].codes())
    }
    for facet, key in FACET_FIELDS.items()
}
_CHOICE_FIELDS = {
    item.key: {term.code: f"{term.fr} {term.en}" for term in VOCABULARIES[item.vocabulary].terms}
    for item in FIELD_BY_KEY.values()
    if item.kind is Kind.CHOICE and item.vocabulary
}
_TEXT_KINDS = (Kind.TEXT, Kind.LINE)
_TEXT_FIELDS = frozenset(item.key for item in FIELD_BY_KEY.values() if item.kind in _TEXT_KINDS)
_TITLE_FIELDS = frozenset({"name", "also_known_as"})
_SINGLE_FIELDS = frozenset(item.key for item in FIELD_BY_KEY.values() if not item.multiple)


def _excerpt(text: str) -> str:
    if len(text) <= SUMMARY_LENGTH:
        return text
    cut = text[: SUMMARY_LENGTH - 1]
    return cut[: cut.rfind(" ")] + "…" if " " in cut else cut + "…"


def sort_key(name: str) -> str:
    """Return the key by which names are sorted: folded, 32 characters."""
    return search_text.fold(name).strip()[:32]


def _last_said(statements: Iterable[Statement]) -> int:
    days = [text for text in {item.date for item in statements} if text]
    latest = max(days, default="")
    return date_bounds(latest)[1].toordinal() if latest else 0


def entry_values(
    *, slug: str, body: Body | None, statements: Sequence[Statement]
) -> dict[str, Any]:
    """Return the columns of a system's search entry, from the statements that the public sees."""
    stands = record.standing(statements)
    by_field: dict[str, list[Statement]] = {}
    for item in stands:
        by_field.setdefault(item.field, []).append(item)

    def lead(key: str) -> Statement | None:
        items = by_field.get(key)
        if not items:
            return None
        return items[0] if len(items) == 1 else record.in_order(items)[0]

    name = lead("name")
    summary = lead("summary") or lead("plain_description") or lead("purpose")
    bits = {
        facet: sum(
            {_BITS[facet].get(value, 0) for value in record.present_values(by_field[key], key)}
        )
        if key in by_field
        else 0
        for facet, key in FACET_FIELDS.items()
    }
    title = " ".join([item.value for key in _TITLE_FIELDS for item in by_field.get(key, ())])
    texts: list[str] = [body.name, body.short_name] if body else []
    for item in stands:
        if item.field in _TEXT_FIELDS:
            texts.append(item.value)
        elif item.field in _CHOICE_FIELDS:
            texts.append(_CHOICE_FIELDS[item.field].get(item.value, ""))
    shown_name = name.value if name else slug
    return {
        "name": shown_name,
        "sort_key": sort_key(shown_name),
        "summary": _excerpt(summary.value) if summary else "",
        "language": name.language if name else "",
        **{f"{facet}_bits": value for facet, value in bits.items()},
        "completeness": record.filled_percent(by_field),
        "indicator_flags": flags(stands),
        "divergences": sum(
            record.diverges(FIELD_BY_KEY[key], items)
            for key, items in by_field.items()
            if len(items) > 1 and key in _SINGLE_FIELDS
        ),
        "statements": len(stands),
        "last_said": _last_said(stands),
        "title_tokens": " ".join(dict.fromkeys(search_text.tokens(title or slug))),
        "text_tokens": " ".join(dict.fromkeys(search_text.tokens(" ".join(texts)))),
    }

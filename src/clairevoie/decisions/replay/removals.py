"""What is published and may not be applied: a criterion, a condition, a cap, a row of a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from clairevoie.decisions.replay.slots import put_at, scale_slots, with_table
from clairevoie.decisions.replay.wording import capital, value_words
from clairevoie.rules.anchors import anchor_of
from clairevoie.rules.content import Additive, DecisionTables, PointsScale
from clairevoie.rules.model import Text, Version, say


@dataclass(frozen=True, slots=True)
class Removal:
    """A version without something that it publishes."""

    kind: str
    anchor: str
    part: str
    sentence: Text
    version: Version


def removals(version: Version) -> Iterator[Removal]:
    """Give what may not be applied."""
    content = version.content
    if isinstance(content, PointsScale):
        yield from _scale_removals(version, content)
    elif isinstance(content, Additive):
        for index, term in enumerate(content.terms):
            kept = (*content.terms[:index], *content.terms[index + 1 :])
            changed = replace(version, content=replace(content, terms=kept))
            yield _ignored(anchor_of("term", term.id), term.label, changed)
    elif isinstance(content, DecisionTables):
        yield from _row_removals(version, content)


def _ignored(anchor: str, label: Text, changed: Version) -> Removal:
    sentence = {
        "fr": f"Le critère « {say(label, 'fr')} » n’est pas appliqué.",
        "en": f"The criterion “{say(label, 'en')}” is not applied.",
    }
    return Removal("ignored", anchor, "", sentence, changed)


def _scale_removals(version: Version, scale: PointsScale) -> Iterator[Removal]:
    for index, item in enumerate(scale.criteria):
        anchor = anchor_of("criterion", item.id)
        kept = (*scale.criteria[:index], *scale.criteria[index + 1 :])
        changed = replace(version, content=replace(scale, criteria=kept))
        yield _ignored(anchor, item.label, changed)
        if item.when is not None:
            always = put_at(scale.criteria, index, replace(item, when=None))
            changed = replace(version, content=replace(scale, criteria=always))
            sentence = {
                "fr": f"La condition de « {say(item.label, 'fr')} » n’est pas appliquée.",
                "en": f"The condition of “{say(item.label, 'en')}” is not applied.",
            }
            yield Removal("ignored", anchor, "when", sentence, changed)
    for slot in scale_slots(version, scale):
        if slot.cap:
            published = value_words(slot.published, None)
            sentence = {
                "fr": f"{capital(slot.name['fr'])} ({published['fr']}) : non appliqué.",
                "en": f"{capital(slot.name['en'])} ({published['en']}): not applied.",
            }
            yield Removal("cap", slot.anchor, slot.part, sentence, slot.put(None))


def _row_removals(version: Version, tables: DecisionTables) -> Iterator[Removal]:
    for index, table in enumerate(tables.tables):
        for place, row in enumerate(table.rows):
            kept = (*table.rows[:place], *table.rows[place + 1 :])
            sentence = {
                "fr": f"La ligne {row.id} de « {say(table.label, 'fr')} » n’est pas appliquée.",
                "en": f"The row {row.id} of “{say(table.label, 'en')}” is not applied.",
            }
            changed = with_table(version, tables, index, replace(table, rows=kept))
            yield Removal("ignored", anchor_of("row", table.id, row.id), "", sentence, changed)

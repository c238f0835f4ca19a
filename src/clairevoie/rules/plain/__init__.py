"""Rule sets, and each of their elements, as the plain values of a file: the contrary of reading."""

from __future__ import annotations

from collections.abc import Callable

from clairevoie.rules.model import Input, RuleSet, Version
from clairevoie.rules.plain.law import (
    criterion_data,
    formula_data,
    parameter_data,
    points_data,
    ranking_data,
    step_data,
    table_data,
    tables_data,
)
from clairevoie.rules.plain.models import (
    additive_data,
    binding_data,
    openfisca_data,
    term_data,
    tree_data,
    trees_data,
)
from clairevoie.rules.plain.values import (
    Data,
    basis_data,
    day_data,
    label_data,
    pruned,
    rounding_data,
    text_data,
    value_data,
)

__all__ = [
    "FORMAT",
    "basis_data",
    "binding_data",
    "criterion_data",
    "input_data",
    "parameter_data",
    "pruned",
    "ranking_data",
    "rounding_data",
    "rules_data",
    "step_data",
    "table_data",
    "term_data",
    "text_data",
    "tree_data",
    "version_data",
]

FORMAT = "rules-1.0"


def rules_data(rules: RuleSet) -> Data:
    """Return a rule set as the plain values of its file."""
    return pruned(
        {
            "clairevoie": FORMAT,
            "id": rules.id,
            "title": text_data(rules.title),
            "purpose": text_data(rules.purpose),
            "system": rules.system,
            "body": rules.body,
            "fictitious": rules.fictitious or None,
            "better": rules.better or None,
            "result": text_data(rules.result),
            "unit": text_data(rules.unit),
            "outcomes": [
                pruned(
                    {
                        "value": one.value,
                        "label": text_data(one.label),
                        "favourable": one.favourable,
                    }
                )
                for one in rules.outcomes
            ],
            "versions": [version_data(version) for version in rules.versions],
        }
    )


def version_data(version: Version) -> Data:
    """Return a version as the plain values of a file."""
    publication = version.publication
    return pruned(
        {
            "id": version.id,
            "from": day_data(version.start),
            "until": day_data(version.until),
            "publication": None
            if publication is None
            else pruned(
                {
                    "title": publication.title,
                    "url": publication.url,
                    "published": day_data(publication.published),
                }
            ),
            "note": text_data(version.note),
            "inputs": [input_data(item) for item in version.inputs],
            "kind": version.kind,
            version.kind: _CONTENTS[version.kind](version),
        }
    )


def input_data(item: Input) -> Data:
    """Return an input as the plain values of a file."""
    label = label_data(item.label, item.name)
    return pruned(
        {
            "name": item.name,
            "type": item.type,
            "label": label,
            "question": None if item.question == item.label else text_data(item.question),
            "help": text_data(item.help),
            "unit": text_data(item.unit),
            "decimals": item.decimals if item.type == "decimal" else None,
            "domain": pruned(
                {
                    "min": value_data(item.minimum),
                    "max": value_data(item.maximum),
                    "values": [
                        pruned({"value": one.value, "label": label_data(one.label, one.value)})
                        for one in item.categories
                    ],
                }
            ),
            "source": text_data(item.source),
            "change": None if item.change == "none" else item.change,
            "protected": item.protected,
            "required": None if item.required else False,
            "default": value_data(item.default),
        }
    )


_CONTENTS: dict[str, Callable[[Version], Data]] = {
    "points": points_data,
    "table": tables_data,
    "formula": formula_data,
    "additive": additive_data,
    "trees": trees_data,
    "openfisca": openfisca_data,
}

"""The field catalogue: the one table from which forms, formats, completeness and API derive.

`FIELDS` holds every field in reading order, `GROUPS` the headings. A field's key never changes once
published; a field is retired by leaving it out of forms, not by removing it, since statements made
under it stay readable.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from clairevoie.register.catalogue import decision, operation, purpose, rights
from clairevoie.register.catalogue.model import Field, Group, Kind, LegalBasis, Term, Vocabulary
from clairevoie.register.catalogue.vocabularies import VOCABULARIES

__all__ = [
    "FIELDS",
    "FIELD_BY_KEY",
    "GROUPS",
    "VOCABULARIES",
    "Field",
    "Group",
    "Kind",
    "LegalBasis",
    "Term",
    "Vocabulary",
    "field",
    "fields_of",
    "format_names",
    "vocabulary_of",
]

GROUPS: tuple[Group, ...] = (
    Group("identity", "Identité", "Identity", "De quoi s’agit-il ?", "What is it?"),
    Group("body", "Administration", "Public body", "Qui en est responsable ?", "Who is in charge?"),
    Group(
        "purpose", "But et contexte", "Purpose and context", "À quoi sert-il ?", "What is it for?"
    ),
    Group(
        "decision",
        "Décision",
        "Decision",
        "Que décide-t-il, et avec qui ?",
        "What does it decide, and with whom?",
    ),
    Group(
        "people",
        "Personnes concernées",
        "People concerned",
        "Qui est concerné ?",
        "Who is concerned?",
    ),
    Group("data", "Données", "Data", "Quelles données emploie-t-il ?", "Which data does it use?"),
    Group(
        "operation", "Fonctionnement", "Operation", "Comment fonctionne-t-il ?", "How does it work?"
    ),
    Group("agents", "Agents", "Agents", "Que font les agents ?", "What do agents do?"),
    Group("contractors", "Prestataires", "Contractors", "Qui le fournit ?", "Who supplies it?"),
    Group("means", "Moyens", "Money and staff", "Combien coûte-t-il ?", "What does it cost?"),
    Group(
        "evaluation",
        "Évaluation et résultats",
        "Evaluation and results",
        "Que donne-t-il ?",
        "What does it yield?",
    ),
    Group(
        "rights",
        "Droits et risques",
        "Rights and risks",
        "Quels risques pour les droits ?",
        "Which risks for rights?",
    ),
    Group("environment", "Environnement", "Environment", "Quelle empreinte ?", "Which footprint?"),
    Group(
        "social",
        "Dialogue social",
        "Social dialogue",
        "Le personnel a-t-il été consulté ?",
        "Was staff consulted?",
    ),
    Group(
        "remedies",
        "Recours et contact",
        "Remedies and contact",
        "Que puis-je faire ?",
        "What can I do?",
    ),
    Group(
        "publications",
        "Publications",
        "Publications",
        "Qu’est-ce qui est publié ?",
        "What is published?",
    ),
    Group("dates", "État et dates", "Status and dates", "Où en est-il ?", "Where does it stand?"),
)

_TABLE: tuple[Field, ...] = (
    *purpose.FIELDS,
    *decision.FIELDS,
    *operation.FIELDS,
    *rights.FIELDS,
)
_RANK = {group.key: rank for rank, group in enumerate(GROUPS)}

FIELDS: tuple[Field, ...] = tuple(sorted(_TABLE, key=lambda item: _RANK[item.group]))
FIELD_BY_KEY: Mapping[str, Field] = MappingProxyType({item.key: item for item in FIELDS})


def field(key: str) -> Field:
    """Return the field whose key is ``key``.

    Raises:
        KeyError: no field of the catalogue has that key.
    """
    return FIELD_BY_KEY[key]


def fields_of(group: str) -> tuple[Field, ...]:
    """Return the fields of a group, in reading order."""
    return tuple(item for item in FIELDS if item.group == group)


def vocabulary_of(item: Field) -> Vocabulary | None:
    """Return the vocabulary of a field, or None for a field without one."""
    return VOCABULARIES[item.vocabulary] if item.vocabulary else None


def format_names(format_key: str) -> dict[str, str]:
    """Return {name in the exchange format: catalogue key} for one format."""
    return {item.names[format_key]: item.key for item in FIELDS if format_key in item.names}

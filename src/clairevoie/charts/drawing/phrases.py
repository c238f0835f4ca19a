"""The few words that drawings add to those of the caller, in French and in English."""

from __future__ import annotations

from typing import Literal

Language = Literal["fr", "en"]

PHRASES: dict[Language, dict[str, str]] = {
    "fr": {
        "table": "Les mêmes chiffres en tableau",
        "group": "Groupe",
        "value": "Valeur",
        "interval": "Intervalle",
        "size": "Effectif",
        "finding": "Constat",
        "panel": "Graphique",
        "threshold": "Seuil",
        "time": "Durée",
        "step": "Étape",
        "count": "Nombre",
        "share": "Part",
        "waiting": "En attente",
        "at_risk": "Encore suivis",
        "by": "Qui décide",
        "on_map": "Sur la carte",
        "higher": "plus élevé",
        "lower": "plus faible",
        "no_difference": "pas d’écart plus grand que le seuil retenu",
        "cannot_tell": "on ne peut pas conclure",
    },
    "en": {
        "table": "The same figures as a table",
        "group": "Group",
        "value": "Value",
        "interval": "Interval",
        "size": "Number",
        "finding": "Finding",
        "panel": "Chart",
        "threshold": "Threshold",
        "time": "Time",
        "step": "Step",
        "count": "Number",
        "share": "Share",
        "waiting": "Still waiting",
        "at_risk": "Still followed",
        "by": "Who decides",
        "on_map": "On the map",
        "higher": "higher",
        "lower": "lower",
        "no_difference": "no difference larger than the margin chosen",
        "cannot_tell": "cannot tell",
    },
}


def phrase(name: str, language: Language) -> str:
    """Return one of `PHRASES`."""
    return PHRASES[language][name]

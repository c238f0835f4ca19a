"""A finding, and how it is told in French and in English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from clairevoie.rules.model import RuleSet, Text, Value, Version, say

Severity = Literal["error", "warning", "note"]
Words = Mapping[str, str | Text]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    Attributes:
        code: what it is, the same in every language.
        place: version and anchor (``2025/row-tarif-r3``).
        sentence: what it is, where, an example; one sentence or two.
        severity: ``error`` (some cases have no answer, or a row says nothing), ``warning`` (the law
            wants it, or it should be looked at), ``note``.
        anchor: of the element, see `clairevoie.rules.anchors`; empty for a whole version.
        example: a case, by input name, where there is one.
    """

    code: str
    place: str
    sentence: str
    severity: Severity
    anchor: str
    example: Mapping[str, Value] | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All that was found."""

    rules: str
    digest: str
    findings: tuple[Finding, ...]

    def counts(self) -> dict[str, int]:
        """Return how many findings there are of each code."""
        return dict(Counter(one.code for one in self.findings))

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values, for JSON."""
        return {
            "rules": self.rules,
            "digest": self.digest,
            "counts": self.counts(),
            "findings": [
                asdict(one)
                | {
                    "example": None
                    if one.example is None
                    else {name: _plain(value) for name, value in one.example.items()}
                }
                for one in self.findings
            ],
        }


def _plain(value: Value) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value


SENTENCES: dict[str, tuple[Severity, str, str]] = {
    "without_legal_basis": (
        "warning",
        "{what} « {label} » : aucun fondement juridique n’est indiqué.",
        "{what} “{label}”: no legal basis is given.",
    ),
    "undated": (
        "warning",
        "{what} « {label} » : le fondement « {article} » n’a pas de date d’effet.",
        "{what} “{label}”: its legal basis “{article}” has no date of effect.",
    ),
    "basis_not_in_force": (
        "warning",
        "{what} « {label} » : le fondement « {article} » ne prend effet que le {day}, "
        "après le début de la version.",
        "{what} “{label}”: its legal basis “{article}” only has effect from {day}, "
        "after the version starts.",
    ),
    "basis_to_check": (
        "note",
        "{what} « {label} » : le fondement « {article} » est à vérifier.",
        "{what} “{label}”: its legal basis “{article}” is to be checked.",
    ),
    "publication_missing": (
        "warning",
        "La version ne dit pas par quel acte elle a été publiée.",
        "The version does not say by which act it was published.",
    ),
    "publication_undated": (
        "note",
        "L’acte « {label} » n’a pas de date de publication.",
        "The act “{label}” has no date of publication.",
    ),
    "gap_between_versions": (
        "warning",
        "Aucune version n’est en vigueur du {day} au {until}.",
        "No version is in force from {day} to {until}.",
    ),
    "source_missing": (
        "warning",
        "La donnée « {label} » n’a pas de source (CRPA, article R. 311-3-1-2, 2°).",
        "The datum “{label}” has no source (CRPA, article R. 311-3-1-2, 2°).",
    ),
    "protected_criterion": (
        "warning",
        "La donnée « {label} » est un critère protégé ou en tient lieu ({protected}) : "
        "la règle la lit.",
        "The datum “{label}” is a protected criterion or stands for one ({protected}): "
        "the rules read it.",
    ),
    "unused_input": (
        "note",
        "La donnée « {label} » est demandée, mais aucune règle ne la lit.",
        "The datum “{label}” is asked for, but no rule reads it.",
    ),
    "unused_parameter": (
        "note",
        "Le paramètre « {label} » ne sert à aucune étape du résultat.",
        "No step of the result uses the parameter “{label}”.",
    ),
    "unused_step": (
        "note",
        "L’étape « {label} » ne sert pas au résultat.",
        "The step “{label}” is of no use to the result.",
    ),
    "unreachable_row": (
        "error",
        "La ligne « {label} » ne s’applique jamais : {why}.",
        "The row “{label}” never applies: {why}.",
    ),
    "unreachable_default": (
        "note",
        "La ligne par défaut du tableau « {label} » ne sert jamais : les autres lignes prennent "
        "tous les cas.",
        "The default of the table “{label}” is never used: its rows take every case.",
    ),
    "overlapping_rows": (
        "error",
        "Les lignes « {label} » et « {other} » s’appliquent toutes deux à un même cas, alors "
        "qu’une seule le peut. Exemple : {example}.",
        "The rows “{label}” and “{other}” both hold for one case, where only one may. "
        "Example: {example}.",
    ),
    "gap_in_domain": (
        "error",
        "Aucune ligne du tableau « {label} » ne prend ce cas : {example}.",
        "No row of the table “{label}” takes this case: {example}.",
    ),
    "more_findings": (
        "note",
        "Tableau « {label} » : d’autres cas du même genre ne sont pas listés.",
        "Table “{label}”: other cases of the same kind are not listed.",
    ),
    "undecided_table": (
        "note",
        "Le tableau « {label} » est trop grand pour savoir si ses lignes prennent tous les cas "
        "et si chacune sert.",
        "The table “{label}” is too large to know whether its rows take every case, and whether "
        "each is of use.",
    ),
    "gap_in_bands": (
        "note",
        "Critère « {label} » : aucune tranche ne prend ce cas, qui reçoit 0 : {example}.",
        "Criterion “{label}”: no band takes this case, which is given 0: {example}.",
    ),
    "unreachable_band": (
        "error",
        "Critère « {label} » : la tranche « {other} » est hors du domaine de la donnée.",
        "Criterion “{label}”: the band “{other}” is outside the domain of the datum.",
    ),
    "unreachable_criterion": (
        "warning",
        "Le critère « {label} » ne compte jamais : sa condition n’est vraie pour aucun cas.",
        "The criterion “{label}” never counts: its condition holds for no case.",
    ),
    "unreachable_threshold": (
        "warning",
        "La réponse « {label} » n’est jamais donnée par ses seuils : le résultat va de {low} à "
        "{high} au plus.",
        "The answer “{label}” is never given by its threshold: the result goes from {low} to "
        "{high} at most.",
    ),
    "unused_outcome": (
        "note",
        "La réponse « {label} » n’est donnée par aucune version.",
        "No version gives the answer “{label}”.",
    ),
}

KINDS: dict[str, Text] = {
    "criterion": {"fr": "Critère", "en": "Criterion"},
    "group": {"fr": "Bornes du groupe", "en": "Bounds of the group"},
    "total": {"fr": "Bornes du", "en": "Bounds of the"},
    "ranking": {"fr": "Règle de", "en": "Rule of"},
    "row": {"fr": "Ligne", "en": "Row"},
    "default": {"fr": "Ligne par défaut du tableau", "en": "Default of the table"},
    "parameter": {"fr": "Paramètre", "en": "Parameter"},
    "step": {"fr": "Étape", "en": "Step"},
    "model": {"fr": "Ensemble du", "en": "Whole"},
    "term": {"fr": "Terme", "en": "Term"},
    "variable": {"fr": "Variable", "en": "Variable"},
    "threshold": {"fr": "Seuil de la réponse", "en": "Threshold of the answer"},
}
WORDS: dict[str, Text] = {
    "outside": {
        "fr": "ses conditions sont hors du domaine des données",
        "en": "its conditions are outside the domain of the data",
    },
    "taken": {
        "fr": "les lignes précédentes prennent tous ses cas",
        "en": "the rows before it take all its cases",
    },
    "missing": {"fr": "absente", "en": "missing"},
    "yes": {"fr": "oui", "en": "yes"},
    "no": {"fr": "non", "en": "no"},
    "any": {"fr": "n’importe quel cas", "en": "any case"},
}


class Teller:
    """Makes findings of one rule set in one language."""

    def __init__(self, rules: RuleSet, language: str) -> None:
        self.rules = rules
        self.language = language if language in {"fr", "en"} else "fr"
        self.findings: list[Finding] = []
        self.version: Version | None = None

    def find(
        self,
        code: str,
        anchor: str = "",
        *,
        words: Words | None = None,
        example: Mapping[str, Value] | None = None,
        **more: str | Text,
    ) -> None:
        """Keep a finding about the current version; ``words`` and ``more`` fill its sentence."""
        severity, french, english = SENTENCES[code]
        said = {key: self.word(value) for key, value in {**(words or {}), **more}.items()}
        if example is not None:
            said["example"] = self.case(example)
        sentence = (french if self.language == "fr" else english).format(**said)
        version = self.version.id if self.version is not None else ""
        if version and len(self.rules.versions) > 1:
            sentence = f"Version {version}{' : ' if self.language == 'fr' else ': '}{sentence}"
        place = "/".join(part for part in (version, anchor) if part)
        self.findings.append(Finding(code, place, sentence, severity, anchor, example))

    def word(self, value: str | Text) -> str:
        """Return a text in the language of the sentences."""
        return value if isinstance(value, str) else say(value, self.language)

    def day(self, value: date) -> str:
        """Return a date as it is written in the language."""
        return value.strftime("%d/%m/%Y") if self.language == "fr" else value.isoformat()

    def number(self, value: Decimal | float) -> str:
        """Return a number as it is written in the language."""
        text = format(value.normalize(), "f") if isinstance(value, Decimal) else f"{value:.10g}"
        return text.replace(".", ",") if self.language == "fr" else text

    def case(self, example: Mapping[str, Value]) -> str:
        """Return a case in words: « Quotient : 942 ; Situation : Parent seul »."""
        between = (" : ", " ; ") if self.language == "fr" else (": ", "; ")
        told = (
            f"{self._label(name)}{between[0]}{self._value(name, value)}"
            for name, value in example.items()
        )
        return between[1].join(told) or self.word(WORDS["any"])

    def _label(self, name: str) -> str:
        found = None if self.version is None else self.version.input(name)
        return name if found is None else self.word(found.label)

    def _value(self, name: str, value: Value) -> str:
        if value is None:
            return self.word(WORDS["missing"])
        if isinstance(value, bool):
            return self.word(WORDS["yes" if value else "no"])
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, str):
            categories = () if self.version is None else self.version.input(name).categories
            labels = [one.label for one in categories if one.value == value]
            return self.word(labels[0]) if labels else value
        return str(value) if isinstance(value, int) else self.number(value)

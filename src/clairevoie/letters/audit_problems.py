"""What is wrong with a plan, or with the journal that it is given, said in French.

The sentences of `clairevoie.audit` are English: these are their words in French, found by the
sentence itself. One that is not here is told as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from clairevoie.audit.model import PlanProblem
from clairevoie.charts.drawing import Language
from clairevoie.letters.printable import no_break

Pattern = tuple[re.Pattern[str], str, tuple[bool, ...]]
"""What an English sentence matches, its French, and which of its values are words of ours."""

PROBLEMS = {
    # The file of the plan.
    "'{}' is missing: add it": "« {0} » manque : ajoutez-le",
    "'{}' is not known here: use {}": "« {0} » n’est pas connu ici : utilisez {1}",
    "'{}' should be {}": "« {0} » devrait être {1}",
    "'{}' should be '{}'": "« {0} » devrait être « {1} »",
    "'{}' is not one of {}": "« {0} » n’est pas dans la liste : {1}",
    "'{}' is no day: write it as in 2025-01-31": "« {0} » n’est pas un jour : écrivez-le comme "
    "2025-01-31",
    "'{}' cannot be a name: write small letters, digits and _ only": "« {0} » ne peut pas être un "
    "nom : n’écrivez que des minuscules, des chiffres et _",
    "'{}' cannot be taken: write small letters, digits and hyphens only, as in 'nursery-2025'": (
        "« {0} » ne convient pas : n’écrivez que des minuscules, des chiffres et des tirets, comme "
        "« creche-2025 »"
    ),
    "'{}' cannot be read: write a text, or a text for each language (fr: …, en: …)": (
        "« {0} » ne se lit pas : écrivez un texte, ou un texte par langue (fr: …, en: …)"
    ),
    "'{}' cannot be taken: at least 1, at most {}": "« {0} » ne convient pas : au moins 1, au plus "
    "{1}",
    "'{}' cannot be taken: {}": "« {0} » ne convient pas : {1}",
    "holds too little: at least {}": "n’en contient pas assez : au moins {0}",
    "is empty: fill it in, or take the line away": "est vide : remplissez-le, ou retirez la ligne",
    "is too long: at most {}": "est trop long : au plus {0}",
    # What a plan says.
    "'{}' is none of the groups of the plan": "« {0} » n’est aucun des groupes du plan",
    "'{}' is none of the outcomes": "« {0} » n’est aucune des issues (outcomes)",
    "'{}' is used twice: choose another": "« {0} » sert deux fois : choisissez un autre nom",
    "'{}' is changed twice: keep one": "« {0} » est changé deux fois : gardez-en un",
    "'{}' to itself changes nothing: take it out of 'from'": "« {0} » vers lui-même ne change "
    "rien : retirez-le de « from »",
    "'{}' is no bound: write a number, or a day as in 2025-01-31": "« {0} » n’est pas une borne : "
    "écrivez un nombre, ou un jour comme 2025-01-31",
    "'{}' is no ground of article 1 of loi n° 2008-496: write one of {}": "« {0} » n’est pas un "
    "motif de l’article 1er de la loi n° 2008-496 : écrivez l’un de ceux-ci : {1}",
    "'{}' is no limit: write a number of days, or as in '48 h', '1 month'": "« {0} » n’est pas une "
    "limite : écrivez un nombre de jours, ou comme « 48 h », « 1 mois »",
    "changes nothing: give two different values": "ne change rien : donnez deux valeurs "
    "différentes",
    "ends before it begins": "finit avant de commencer",
    "give one of 'set' (inputs and their new values) and 'swap' (two values)": "donnez l’un de "
    "« set » (des entrées et leurs nouvelles valeurs) et « swap » (deux valeurs)",
    "give one of 'to' (the new value) and 'given: false' (no value)": "donnez l’un de « to » (la "
    "nouvelle valeur) et « given: false » (aucune valeur)",
    "is no day of the calendar: write it 2025-01-31": "n’est pas un jour du calendrier : "
    "écrivez-le 2025-01-31",
    "nothing is measured: give one of {}": "rien n’est mesuré : donnez l’un de {0}",
    "say which value is the reference, or compare with 'rest'": "dites quelle valeur sert de "
    "référence, ou comparez avec « rest » (les autres)",
    "the bands do not rise: write each once, the lowest first": "les tranches ne montent pas : "
    "écrivez chacune une fois, la plus basse d’abord",
    "the thresholds do not rise: write each once": "les seuils ne montent pas : écrivez chacun une "
    "fois",
    # A plan on a journal.
    "the journal has no column '{}': check its name": "le journal n’a pas de colonne « {0} » : "
    "vérifiez son nom",
    "the column '{}' holds lists or structures: name another": "la colonne « {0} » contient des "
    "listes ou des structures : nommez-en une autre",
    "the column '{}' holds no date": "la colonne « {0} » ne contient pas de dates",
    "the column '{}' holds no numbers": "la colonne « {0} » ne contient pas de nombres",
    "the column '{}' holds infinite numbers": "la colonne « {0} » contient des nombres infinis",
    "the column '{}' is of type {}: no bound can be put to it": "la colonne « {0} » est de type "
    "« {1} » : aucune borne ne peut lui être mise",
    "the column '{}' is of type {}: no value of 'is' can be it": "la colonne « {0} » est de type "
    "« {1} » : aucune valeur de « is » n’en est",
    "{} rows hold in '{}' no date such as 2025-01-31: correct them": "{0} lignes n’ont pas dans "
    "« {1} » de date comme 2025-01-31 : corrigez-les",
    "{} rows hold in '{}' no hour such as 2025-01-31 08:30: correct them, or give the limit in "
    "days": "{0} lignes n’ont pas dans « {1} » d’heure comme 2025-01-31 08:30 : corrigez-les, ou "
    "donnez la limite en jours",
    "the column '{}' holds days without hours: give the limit in days": "la colonne « {0} » "
    "contient des jours sans heures : donnez la limite en jours",
    "{} rows have in '{}' no weight above 0, or an infinite one: correct them": "{0} lignes n’ont "
    "pas dans « {1} » de poids supérieur à 0, ou en ont un infini : corrigez-les",
    "'{}' has numbers with decimals: give bands": "« {0} » a des nombres à virgule : donnez des "
    "tranches (bands)",
    "'{}' has too many values: give bands, or name a column of fewer": "« {0} » a trop de "
    "valeurs : donnez des tranches (bands), ou nommez une colonne qui en a moins",
    "'{}' has {} values: give bands, or name a column of fewer": "« {0} » a {1} valeurs : donnez "
    "des tranches (bands), ou nommez une colonne qui en a moins",
    "'{}' has more than {} values: give bands, or name a column of fewer": "« {0} » a plus de {1} "
    "valeurs : donnez des tranches (bands), ou nommez une colonne qui en a moins",
    "'{}' is no number: it cannot have bands": "« {0} » n’est pas un nombre : il ne peut pas avoir "
    "de tranches",
    "{} make more than {} groups: take one away": "{0} font plus de {1} groupes : retirez-en un",
    "the groups and conditions make more than {} cells: take some away": "les groupes et les "
    "conditions font plus de {0} cases : retirez-en",
    "could happen to nobody: {} is given in no row": "ne pouvait arriver à personne : {0} n’est "
    "renseigné dans aucune ligne",
    "no decision of the journal '{}' is in it": "aucune décision du journal « {0} » n’y est",
    "{} persons have several values of '{}', and a person counts once: count decisions with "
    "intervals that know of persons (unit: cluster), or take it away": "{0} personnes ont "
    "plusieurs valeurs de « {1} », et une personne ne compte qu’une fois : comptez les décisions "
    "avec des intervalles qui tiennent compte des personnes (unit: cluster), ou retirez-le",
    "right or wrong is said of a decision, and one person may have both: with a truth, count "
    "decisions, or decisions with intervals that know of persons (unit: cluster)": "à tort ou à "
    "raison se dit d’une décision, et une personne peut avoir les deux : avec une vérité, comptez "
    "les décisions, ou les décisions avec des intervalles qui tiennent compte des personnes "
    "(unit: cluster)",
    "the journal does not say who is concerned: count decisions": "le journal ne dit pas qui est "
    "concerné : comptez des décisions",
    "the journal has no column of weights: take this line away": "le journal n’a pas de colonne de "
    "poids : retirez cette ligne",
    "weights go with the unit 'decision' only": "les poids ne vont qu’avec l’unité « decision »",
    "weights do not say how many people a figure is on: declare the person's column": "les poids "
    "ne disent pas sur combien de personnes porte un chiffre : déclarez la colonne de la personne",
    "the plan is for the journal '{}', not for '{}'": "le plan est fait pour le journal « {0} », "
    "non pour « {1} »",
    "the reference '{}' is none of its values: {}": "la référence « {0} » n’est aucune de ses "
    "valeurs : {1}",
    "no decision has a score in '{}'": "aucune décision n’a de score dans « {0} »",
    "too many groups by band of the score: take some groups away": "trop de groupes par tranche du "
    "score : retirez des groupes",
    "too many groups by day: take some groups away": "trop de groupes par jour : retirez des "
    "groupes",
    "no decision has a day in '{}': name another column, or take this away": "aucune décision n’a "
    "de jour dans « {0} » : nommez une autre colonne, ou retirez ce délai",
    "no decision has a delay that can be measured ({} have no day in '{}', {} end before they "
    "begin or last more than a hundred years, {} begin after {}): correct these, or 'observed'": (
        "aucune décision n’a de délai mesurable ({0} n’ont pas de jour dans « {1} », {2} finissent "
        "avant de commencer ou durent plus de cent ans, {3} commencent après le {4}) : corrigez-les"
        ", ou « observed »"
    ),
    "{} identifiers of the column '{}' are on several rows{}: keep one row a decision": "{0} "
    "identifiants de la colonne « {1} » sont sur plusieurs lignes{2} : gardez une ligne par "
    "décision",
    # A plan on published rules.
    "needs the published rules '{}': give them": "demande les règles publiées « {0} » : donnez-les",
    "the journal applies the rules '{}', not '{}': give those": "le journal applique les règles "
    "« {0} », non « {1} » : donnez celles-là",
    "some versions give points and others a score: audit their periods apart": "des versions "
    "donnent des points et d’autres un score : auditez leurs périodes à part",
    "the version '{}' is of {}: only points, additive models and trees with 'cover' are sums that "
    "can be decomposed; flip an input instead": "la version « {0} » est faite de {1} : seuls des "
    "points, des modèles additifs et des arbres avec « cover » sont des sommes qui se décomposent "
    "; changez plutôt une entrée (flips)",
    "'{}' cannot be a value of '{}': it takes {}": "« {0} » ne peut pas être une valeur de « {1} » "
    ": il prend {2}",
    "'{}' cannot be compared with '{}', {}": "« {0} » ne peut pas être comparé à « {1} », {2}",
    "'{}' cannot be left out: the rules require it": "« {0} » ne peut pas être omis : les règles "
    "l’exigent",
    "'{}' is none of the inputs of the rules '{}': they answer the same whatever it is; name one "
    "of their inputs, or replay the journal to see whether decisions follow it": "« {0} » n’est "
    "aucune des entrées des règles « {1} » : elles répondent de même quelle qu’elle soit ; nommez "
    "l’une de leurs entrées, ou rejouez le journal pour voir si les décisions en dépendent",
    "'{}' is outside the domain of '{}' ({})": "« {0} » est hors du domaine de « {1} » ({2})",
    "'{}' is too large for '{}'": "« {0} » est trop grand pour « {1} »",
    "the journal has no column for '{}': it cannot be changed": "le journal n’a pas de colonne "
    "pour « {0} » : il ne peut pas être changé",
    "the journal has no column for '{}': take this condition away": "le journal n’a pas de colonne "
    "pour « {0} » : retirez cette condition",
}
"""French by English; ``{}`` in English are the values, numbered in French."""

PARTS = {
    "at least {}": "au moins {0}",
    "at most {}": "au plus {0}",
    "more than {}": "plus de {0}",
    "less than {}": "moins de {0}",
    "a text (put it in quotation marks)": "un texte (mettez-le entre guillemets)",
    "a list": "une liste",
    "a mapping (name: value)": "des noms et leurs valeurs (nom: valeur)",
    "a number": "un nombre",
    "a whole number": "un nombre entier",
    "true or false": "true ou false (vrai ou faux)",
    "{} or {}": "{0} ou {1}",
    "whole number": "nombre entier",
    "number": "nombre",
    "day": "jour",
    "day and hour": "jour et heure",
    "text": "texte",
    " (one identifier in {} was looked at)": " (un identifiant sur {0} a été regardé)",
    "as it is {}": "car c’est {0}",
    "as its values have no order": "car ses valeurs n’ont pas d’ordre",
    "at most {} decimals": "au plus {0} décimales",
}
"""Values that are words of ours: those that are not in quotation marks."""


def problem_lines(problem: PlanProblem, language: Language) -> tuple[str, ...]:
    """Return each sentence of a problem after its place, in a language."""
    colon = "\u00a0: " if language == "fr" else ": "
    return tuple(
        f"{_place(place, language)}{colon}{text}" if place else text
        for place, text in zip(problem.places, problem_sentences(problem, language), strict=True)
    )


def problem_sentences(problem: PlanProblem, language: Language) -> tuple[str, ...]:
    """Return each sentence of a problem in a language."""
    if language != "fr":
        return problem.sentences
    return tuple(in_french(text) for text in problem.sentences)


def in_french(sentence: str) -> str:
    """Return a sentence of an audit in French; one that is not known as it is."""
    return _told(sentence, _patterns())


def _told(text: str, patterns: Sequence[Pattern]) -> str:
    for pattern, french, ours in patterns:
        if found := pattern.fullmatch(text):
            values = (
                _told(value, _parts()) if is_ours else value
                for value, is_ours in zip(found.groups(), ours, strict=True)
            )
            return french.format(*values)
    return text


@cache
def _patterns() -> tuple[Pattern, ...]:
    return _compiled(PROBLEMS)


@cache
def _parts() -> tuple[Pattern, ...]:
    return _compiled(PARTS)


def _compiled(sentences: Mapping[str, str]) -> tuple[Pattern, ...]:
    """Return patterns of sentences, those that say most first."""
    said = sorted(sentences.items(), key=lambda item: -len(item[0].replace("{}", "")))
    return tuple(
        (
            re.compile("(.*?)".join(map(re.escape, english.split("{}"))), re.DOTALL),
            no_break(french, language="fr"),
            tuple(quoted == "{}" for quoted in re.findall(r"'\{\}'|\{\}", english)),
        )
        for english, french in said
    )


def _place(place: str, language: Language) -> str:
    if language != "fr":
        return place
    if place in _PLACES:
        return _PLACES[place]
    return re.sub(r"\bline ([0-9]+)", "ligne \\1", place)


_PLACES = {"the period": "la période", "data": "les données"}

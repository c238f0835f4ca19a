"""The sentences of an explanation, in French and in English, with room for the person's data.

Plain spaces only: `clairevoie.explanation.speaking.typeset` puts the no-break ones.
"""

from __future__ import annotations

from clairevoie.explanation.short_phrases import SHORT_PHRASES

PHRASES: dict[str, dict[str, str]] = {
    **SHORT_PHRASES,
    # --- 1° ------------------------------------------------------------------------------------
    "automated": {
        "fr": "La décision est entièrement automatisée : le calcul décide seul, sans intervention "
        "humaine.",
        "en": "The decision is fully automated: the computation decides alone, without a human "
        "being.",
    },
    "proposal": {
        "fr": "Le calcul propose un résultat ; une personne prend la décision.",
        "en": "The computation proposes a result; a person takes the decision.",
    },
    "unknown": {
        "fr": "Le rôle du calcul dans la décision n’est pas indiqué ici ; l’administration doit "
        "vous le dire si vous le demandez (code des relations entre le public et "
        "l’administration, art. R. 311-3-1-2).",
        "en": "The part of the computation in the decision is not stated here; the administration "
        "must tell you if you ask (code of relations between the public and the "
        "administration, art. R. 311-3-1-2).",
    },
    "from_journal": {
        "fr": "C’est ce que dit le journal des décisions.",
        "en": "The journal of decisions says so.",
    },
    "from_declared": {
        "fr": "C’est ce que déclare l’administration.",
        "en": "The administration states so.",
    },
    # --- 2° ------------------------------------------------------------------------------------
    "no_source": {"fr": "source non indiquée", "en": "source not stated"},
    "status_given": {"fr": "", "en": ""},
    "status_default": {
        "fr": "donnée manquante : les règles prévoient cette valeur",
        "en": "datum missing: the rules provide this value",
    },
    "status_missing": {"fr": "donnée manquante", "en": "datum missing"},
    "status_out_of_domain": {
        "fr": "valeur que les règles n’admettent pas",
        "en": "value that the rules do not admit",
    },
    "fact": {"fr": "{label} : {value} ({source}).", "en": "{label}: {value} ({source})."},
    # --- 3° ------------------------------------------------------------------------------------
    "per": {"fr": "{points} par {unit}", "en": "{points} per {unit}"},
    "per_unit": {"fr": "{points} × {label}", "en": "{points} × {label}"},
    "above": {"fr": "{text} au-delà de {above}", "en": "{text} above {above}"},
    "cap": {"fr": "{text}, au plus {cap}", "en": "{text}, at most {cap}"},
    "floor": {"fr": "{text}, au moins {floor}", "en": "{text}, at least {floor}"},
    "computed": {"fr": "selon la formule {formula}", "en": "by the formula {formula}"},
    "at_most": {"fr": "au plus {cap}", "en": "at most {cap}"},
    "at_least": {"fr": "au moins {floor}", "en": "at least {floor}"},
    "level": {"fr": "{what} : {points}", "en": "{what}: {points}"},
    "outcome_from": {"fr": "à partir de {minimum}", "en": "from {minimum}"},
    "outcome_first": {"fr": "dans les autres cas", "en": "in the other cases"},
    "outcome_below": {"fr": "moins de {minimum}", "en": "under {minimum}"},
    "linear": {"fr": "{coefficient} × {label}", "en": "{coefficient} × {label}"},
    "linear_unit": {"fr": "{coefficient} par {unit}", "en": "{coefficient} per {unit}"},
    "linear_from": {
        "fr": "{coefficient} × l’écart entre {label} et {center}",
        "en": "{coefficient} × the gap between {label} and {center}",
    },
    "trees": {
        "fr": "{count} arbres de décision, dont les valeurs s’ajoutent",
        "en": "{count} decision trees whose values add up",
    },
    "trees_one": {"fr": "un arbre de décision", "en": "one decision tree"},
    "trees_mean": {
        "fr": "la moyenne de {count} arbres de décision",
        "en": "the mean of {count} decision trees",
    },
    "link_label": {"fr": "Passage du score au résultat", "en": "From the score to the result"},
    "link_logit": {
        "fr": "total ramené entre 0 et 1 par 1 ÷ (1 + exp(−total))",
        "en": "total brought between 0 and 1 by 1 ÷ (1 + exp(−total))",
    },
    "link_log": {
        "fr": "exponentielle du total : exp(total)",
        "en": "exponential of the total: exp(total)",
    },
    "package": {
        "fr": "variable {variable} du programme {package}, version {version}",
        "en": "variable {variable} of the program {package}, version {version}",
    },
    "comparison": {"fr": "valeur de comparaison : {value}", "en": "comparison value: {value}"},
    # --- 4° ------------------------------------------------------------------------------------
    "so": {"fr": "{text}, donc {points}", "en": "{text}, so {points}"},
    "condition_met": {"fr": "condition remplie", "en": "condition met"},
    "always": {"fr": "dans tous les cas", "en": "in all cases"},
    "equals": {"fr": "{operation} = {result}", "en": "{operation} = {result}"},
    "comes_to": {"fr": "{operation}, soit {result}", "en": "{operation}, that is {result}"},
    "capped": {"fr": "{text}, plafonné à {cap}", "en": "{text}, capped at {cap}"},
    "floored": {"fr": "{text}, porté au minimum de {floor}", "en": "{text}, raised to {floor}"},
    "under_cap": {
        "fr": "{text} ; le plafond de {cap} ne joue pas",
        "en": "{text}; the cap of {cap} does not apply",
    },
    "sum": {"fr": "Total : {operation} = {result}", "en": "Total: {operation} = {result}"},
    "sum_one": {"fr": "Total : {result}", "en": "Total: {result}"},
    "row_applied": {"fr": "{conditions}, donc {result}", "en": "{conditions}, so {result}"},
    "row_always": {"fr": "dans tous les cas, {result}", "en": "in all cases, {result}"},
    "row_default": {
        "fr": "aucune autre ligne ne s’applique, donc {result}",
        "en": "no other row applies, so {result}",
    },
    "output": {"fr": "{label} : {value}", "en": "{label}: {value}"},
    "met": {"fr": "{label} : {value} ({wanted})", "en": "{label}: {value} ({wanted})"},
    "unmet": {
        "fr": "{label} : {value} (et non {wanted})",
        "en": "{label}: {value} (not {wanted})",
    },
    "met_same": {"fr": "{label} : {value}", "en": "{label}: {value}"},
    "term_at": {"fr": "{conditions}, donc {value}", "en": "{conditions}, so {value}"},
    "starts_at": {
        "fr": "le calcul part de {value}, pour tous les dossiers",
        "en": "the computation starts at {value}, for all files",
    },
    "starts_at_mean": {
        "fr": "le calcul part de {value}, la moyenne des cas qui ont servi à construire le modèle",
        "en": "the computation starts at {value}, the mean of the cases that the model was built "
        "from",
    },
    "starting_label": {"fr": "Point de départ", "en": "Starting point"},
    "adds": {"fr": "cette donnée ajoute {value}", "en": "this datum adds {value}"},
    "takes": {"fr": "cette donnée enlève {value}", "en": "this datum takes {value}"},
    "logistic": {
        "fr": "ce total de {before} est ensuite ramené entre 0 et 1 : {after}",
        "en": "this total of {before} is then brought between 0 and 1: {after}",
    },
    "exponential": {
        "fr": "ce total de {before} devient ensuite {after} (son exponentielle)",
        "en": "this total of {before} then becomes {after} (its exponential)",
    },
    "rounding": {"fr": "{before}, arrondi à {after}", "en": "{before}, rounded to {after}"},
    "with": {"fr": "{case}, ou avec {other}", "en": "{case}, or with {other}"},
    "variable": {"fr": "{value}", "en": "{value}"},
    "rounded": {"fr": "{text}, arrondi à {result}", "en": "{text}, rounded to {result}"},
    "outcome_reached": {
        "fr": "{amount}, soit au moins {minimum} : {outcome}",
        "en": "{amount}, that is at least {minimum}: {outcome}",
    },
    "outcome_under": {"fr": "{amount}, donc {outcome}", "en": "{amount}, so {outcome}"},
    "outcome_under_minimum": {
        "fr": "{amount}, soit moins de {minimum} : {outcome}",
        "en": "{amount}, that is under {minimum}: {outcome}",
    },
    "of_label": {"fr": "{value} ({label})", "en": "{value} ({label})"},
    "ranking": {
        "fr": "Les places vont aux dossiers qui ont le plus de points",
        "en": "Places go to the files with the most points",
    },
    "ranking_ties": {
        "fr": "{text}. À égalité de points, ils sont départagés par : {ties}",
        "en": "{text}. With equal points, they are separated by: {ties}",
    },
    "then": {"fr": "{first}, puis {second}", "en": "{first}, then {second}"},
    "tie_rule": {
        "fr": "départage les dossiers qui ont autant de points",
        "en": "separates the files with as many points",
    },
    "tie_smallest": {
        "fr": "{label} (le plus petit nombre d’abord)",
        "en": "{label} (the smallest number first)",
    },
    "tie_largest": {
        "fr": "{label} (le plus grand nombre d’abord)",
        "en": "{label} (the largest number first)",
    },
    "tie_earliest": {
        "fr": "{label} (la plus ancienne d’abord)",
        "en": "{label} (the earliest first)",
    },
    "tie_latest": {"fr": "{label} (la plus récente d’abord)", "en": "{label} (the latest first)"},
    "tie_yes": {"fr": "{label} (oui d’abord)", "en": "{label} (yes first)"},
    "tie_no": {"fr": "{label} (non d’abord)", "en": "{label} (no first)"},
    "ranked": {
        "fr": "votre dossier a {points} ; le dernier dossier admis en avait {cutoff}",
        "en": "your file has {points}; the last file admitted had {cutoff}",
    },
    "ranked_otherwise": {
        "fr": "votre dossier a été compté pour {points} (les règles publiées {given}) ; le dernier "
        "dossier admis en avait {cutoff}",
        "en": "your file was counted for {points} (the published rules {given}); the last file "
        "admitted had {cutoff}",
    },
    "ranking_label": {"fr": "Classement", "en": "Ranking"},
    # --- why not -------------------------------------------------------------------------------
    "wanted": {
        "fr": "{label} : {value} ; il fallait {wanted}",
        "en": "{label}: {value}; {wanted} was needed",
    },
    "wanted_missing": {
        "fr": "{label} : donnée manquante ; il fallait {wanted}",
        "en": "{label}: datum missing; {wanted} was needed",
    },
    "gives": {
        "fr": "ce critère donne {points} pour {wanted} ; ici : {read}",
        "en": "this criterion gives {points} for {wanted}; here: {read}",
    },
    "gives_answer": {
        "fr": "ce critère donne {points} quand la réponse est {wanted} ; ici : {read}",
        "en": "this criterion gives {points} when the answer is {wanted}; here: {read}",
    },
    "takes_off": {
        "fr": "ce critère enlève {points} pour {wanted} ; ici : {read}",
        "en": "this criterion takes {points} for {wanted}; here: {read}",
    },
    "takes_off_answer": {
        "fr": "ce critère enlève {points} quand la réponse est {wanted} ; ici : {read}",
        "en": "this criterion takes {points} when the answer is {wanted}; here: {read}",
    },
    "counts": {
        "fr": "ce critère ne compte que pour {wanted} ; ici : {read}",
        "en": "this criterion counts only for {wanted}; here: {read}",
    },
    "counts_answer": {
        "fr": "ce critère ne compte que quand la réponse est {wanted} ; ici : {read}",
        "en": "this criterion counts only when the answer is {wanted}; here: {read}",
    },
    "gives_wanted": {"fr": "{label} : {wanted}", "en": "{label}: {wanted}"},
    "no_band": {
        "fr": "{label} : {value}, hors des tranches prévues ({bands})",
        "en": "{label}: {value}, outside the bands provided for ({bands})",
    },
    "no_level": {
        "fr": "{label} : {value}, sans point prévu",
        "en": "{label}: {value}, for which no points are provided",
    },
    "not_read": {"fr": "la donnée manque", "en": "the datum is missing"},
    "first_taken": {
        "fr": "une ligne placée avant s’applique déjà",
        "en": "a row before it already applies",
    },
    "did_not_apply": {"fr": "la condition n’est pas remplie", "en": "the condition is not met"},
    "threshold_missed": {
        "fr": "il fallait au moins {minimum} ; il manque {gap}",
        "en": "at least {minimum} was needed; {gap} short",
    },
    "threshold_above": {
        "fr": "ce résultat commence à {minimum} ; ici : {amount}",
        "en": "this result starts at {minimum}; here: {amount}",
    },
    "threshold_passed": {
        "fr": "il fallait moins de {minimum} ; il y a {gap} de trop",
        "en": "less than {minimum} was needed; there is {gap} too much",
    },
    # --- contributions -------------------------------------------------------------------------
    "from_zero": {"fr": "à partir de zéro", "en": "from zero"},
    "from_zero_unit": {"fr": "à partir de zéro {unit}", "en": "from zero {unit}"},
    "against": {"fr": "par rapport à {label}", "en": "compared with {label}"},
    "own_zero": {
        "fr": "par rapport au point de départ du modèle",
        "en": "compared with the model’s starting point",
    },
    "training_mean": {
        "fr": "par rapport à la moyenne des cas qui ont servi à construire le modèle",
        "en": "compared with the mean of the cases that the model was built from",
    },
    "start_mean": {
        "fr": "moyenne des cas qui ont servi à construire le modèle",
        "en": "mean of the cases that the model was built from",
    },
    "start_model": {"fr": "point de départ du modèle", "en": "starting point of the model"},
    "shares_from_zero": {
        "fr": "En partant de zéro, ces éléments font {total}.",
        "en": "Starting from zero, these elements make {total}.",
    },
    "shares_against": {
        "fr": "{baseline} : {base}. Votre total : {total}. Ces éléments font l’écart : {sum}.",
        "en": "{baseline}: {base}. Your total: {total}. These elements make the difference: {sum}.",
    },
    "law_says": {"fr": "{label} : {text}", "en": "{label}: {text}"},
    "law_points": {"fr": "{points} pour {wanted}", "en": "{points} for {wanted}"},
    "law_answer": {
        "fr": "{points} si la réponse est {wanted}",
        "en": "{points} if the answer is {wanted}",
    },
    "law_interval": {"fr": "{points}, {wanted}", "en": "{points}, {wanted}"},
    "law_row": {"fr": "{conditions}, donc {result}", "en": "{conditions}, so {result}"},
    "law_from": {"fr": "à partir de {minimum} : {outcome}", "en": "from {minimum}: {outcome}"},
    "law_under": {"fr": "moins de {minimum} : {outcome}", "en": "under {minimum}: {outcome}"},
    "law_names": {"fr": "Règles appliquées : {labels}", "en": "Rules applied: {labels}"},
    "law_names_more": {"fr": "et aussi : {labels}", "en": "and also: {labels}"},
    # --- conditions ----------------------------------------------------------------------------
    "not_one_of": {"fr": "une autre valeur que {values}", "en": "another value than {values}"},
    "is_missing": {"fr": "donnée manquante", "en": "datum missing"},
    "is_given": {"fr": "une donnée renseignée", "en": "a datum that is given"},
    "under": {"fr": "moins de {number}", "en": "under {number}"},
    "at_most_number": {"fr": "au plus {number}", "en": "at most {number}"},
    "over": {"fr": "plus de {number}", "en": "over {number}"},
    "at_least_number": {"fr": "au moins {number}", "en": "at least {number}"},
    "just": {"fr": "{number}", "en": "{number}"},
    # --- references ----------------------------------------------------------------------------
    "in_effect": {
        "fr": "{article} (en vigueur depuis le {day})",
        "en": "{article} (in force since {day})",
    },
    "to_check": {"fr": "{text}, à vérifier", "en": "{text}, to be checked"},
    "published_on": {"fr": "{title}, {day}", "en": "{title}, {day}"},
}

"""The sentences of an explanation, in French and in English, with room for the person's data.

Plain spaces only: `clairevoie.explanation.speaking.typeset` puts the no-break ones.
"""

from __future__ import annotations

PHRASES: dict[str, dict[str, str]] = {
    # --- the short version ---------------------------------------------------------------------
    "decided_on": {"fr": "Décision du {day} : {what}.", "en": "Decision of {day}: {what}."},
    "decided_unknown": {
        "fr": "Décision du {day} : le journal ne dit pas laquelle.",
        "en": "Decision of {day}: the journal does not say which.",
    },
    "recorded_on": {
        "fr": "Résultat enregistré le {day} : {what}.",
        "en": "Result recorded on {day}: {what}.",
    },
    "simulated": {
        "fr": "Avec ces données, le résultat est : {what}.",
        "en": "With these data, the result is: {what}.",
    },
    "named_amount": {"fr": "{name}, {amount}", "en": "{name}, {amount}"},
    "no_answer_missing": {
        "fr": "Les règles ne donnent pas de réponse : il manque {names}.",
        "en": "The rules give no answer: {names} is missing.",
    },
    "no_answer_domain": {
        "fr": "Les règles ne donnent pas de réponse : elles n’admettent pas la valeur de {names}.",
        "en": "The rules give no answer: they do not admit the value of {names}.",
    },
    "no_answer_row": {
        "fr": "Les règles ne donnent pas de réponse : aucune ligne ne prévoit cette situation.",
        "en": "The rules give no answer: no row provides for this situation.",
    },
    "no_answer_rows": {
        "fr": "Les règles ne donnent pas de réponse : plusieurs lignes se contredisent.",
        "en": "The rules give no answer: several rows contradict each other.",
    },
    "no_answer_other": {
        "fr": "Les règles ne donnent pas de réponse : le calcul est impossible.",
        "en": "The rules give no answer: the computation is impossible.",
    },
    "gives_amount": {"fr": "Le calcul donne {amount}", "en": "The computation gives {amount}"},
    "gives_outcome": {
        "fr": "Le calcul conduit à {outcome}",
        "en": "The computation leads to {outcome}",
    },
    "gives_both": {
        "fr": "Le calcul donne {amount} et conduit à {outcome}",
        "en": "The computation gives {amount} and leads to {outcome}",
    },
    "then_automated": {
        "fr": "{start}, sans intervention humaine.",
        "en": "{start}, without a human being.",
    },
    "then_proposal": {"fr": "{start} ; une personne décide.", "en": "{start}; a person decides."},
    "then_unknown": {
        "fr": "{start} ; son rôle exact n’est pas indiqué.",
        "en": "{start}; its exact role is not stated.",
    },
    "decided_otherwise": {
        "fr": "La décision n’est pas celle que donne le calcul.",
        "en": "The decision is not the one that the computation gives.",
    },
    "recorded_otherwise": {
        "fr": "À l’époque, le calcul a donné {recorded}. Les règles publiées donnent {given}.",
        "en": "At the time the computation gave {recorded}. The published rules give {given}.",
    },
    "weighed": {"fr": "Ce qui compte le plus : {items}.", "en": "What weighs most: {items}."},
    "weighed_against": {
        "fr": "Ce qui compte le plus, {baseline} : {items}.",
        "en": "What weighs most, {baseline}: {items}.",
    },
    "weighed_step": {
        "fr": "Le résultat vient de ce calcul : {items}.",
        "en": "The result comes from this computation: {items}.",
    },
    "weighed_program": {
        "fr": "Le résultat vient du programme {package}, en {count} étapes, détaillées plus bas.",
        "en": "The result comes from the program {package}, in {count} steps, detailed below.",
    },
    "weighed_row": {"fr": "La règle appliquée : {items}.", "en": "The rule applied: {items}."},
    "weighed_nothing": {
        "fr": "Aucun critère n’ajoute ni n’enlève rien.",
        "en": "No criterion adds or takes anything.",
    },
    "item": {"fr": "{label} ({amount})", "en": "{label} ({amount})"},
    "a_result": {"fr": "un résultat", "en": "a result"},
    "other_outcome": {
        "fr": "Le résultat serait {outcome} avec {cases}.",
        "en": "The result would be {outcome} with {cases}.",
    },
    "favourable_already": {
        "fr": "Ce résultat vous est favorable.",
        "en": "This result is in your favour.",
    },
    "lower": {
        "fr": "Le résultat serait plus bas avec {cases}.",
        "en": "The result would be lower with {cases}.",
    },
    "higher": {
        "fr": "Le résultat serait plus haut avec {cases}.",
        "en": "The result would be higher with {cases}.",
    },
    "cutoff_short": {
        "fr": "Il vous manquait {gap} : le dernier dossier admis en avait {cutoff}.",
        "en": "You were {gap} short: the last file admitted had {cutoff}.",
    },
    "cutoff_tie": {
        "fr": "Vous étiez à égalité avec le dernier dossier admis : {cutoff}.",
        "en": "You were level with the last file admitted: {cutoff}.",
    },
    "cutoff_over": {
        "fr": "Vous aviez {gap} de plus que le dernier dossier admis.",
        "en": "You had {gap} more than the last file admitted.",
    },
    "cutoff_over_refused": {
        "fr": "Vous aviez pourtant {gap} de plus que le dernier dossier admis : demandez pourquoi.",
        "en": "Yet you had {gap} more than the last file admitted: ask why.",
    },
    "cutoff_rules_over": {
        "fr": "Avec ce que donnent les règles publiées ({points}), vous l’auriez dépassé.",
        "en": "With what the published rules give ({points}), you would have been ahead of it.",
    },
    "cutoff_rules_tie": {
        "fr": "Avec ce que donnent les règles publiées ({points}), vous auriez été à égalité.",
        "en": "With what the published rules give ({points}), you would have been level with it.",
    },
    "cutoff_rules_short": {
        "fr": "Avec ce que donnent les règles publiées ({points}), vous auriez aussi été derrière "
        "lui.",
        "en": "With what the published rules give ({points}), you would have been behind it too.",
    },
    "cutoff_change": {
        "fr": "Vous passeriez devant avec {cases}.",
        "en": "You would go ahead with {cases}.",
    },
    "if_wrong": {
        "fr": "Si une donnée est fausse, contestez-la : {text}",
        "en": "If a datum is wrong, contest it: {text}",
    },
    "nothing": {
        "fr": "Parmi les données que vous pouvez changer ou contester, aucune ne suffit seule à "
        "changer ce résultat.",
        "en": "Among the data that you can change or contest, none is enough alone to change this "
        "result.",
    },
    "nothing_paired": {
        "fr": "Changer une ou deux données ne suffit pas à changer ce résultat. Trois ou plus "
        "n’ont pas été essayées.",
        "en": "Changing one or two data is not enough to change this result. Three or more were "
        "not tried.",
    },
    "nothing_better": {
        "fr": "Changer une ou deux données ne suffit pas à rendre ce résultat favorable. Trois "
        "ou plus n’ont pas été essayées.",
        "en": "Changing one or two data is not enough to make this result favourable. Three or "
        "more were not tried.",
    },
    "nothing_found": {
        "fr": "La recherche n’a rien trouvé qui change ce résultat ; elle n’est pas complète.",
        "en": "The search found nothing that changes this result; it is not complete.",
    },
    "nothing_open": {
        "fr": "Les règles ne lisent aucune donnée que vous pouvez changer ou contester.",
        "en": "The rules read no datum that you can change or contest.",
    },
    "no_search": {
        "fr": "Sans résultat, rien ne peut être comparé.",
        "en": "Without a result, nothing can be compared.",
    },
    "not_searched": {
        "fr": "Ce qui changerait le résultat n’a pas été cherché.",
        "en": "What would change the result was not looked for.",
    },
    "nothing_compared": {
        "fr": "Ce résultat n’est ni un nombre ni un choix : rien ne peut être comparé.",
        "en": "This result is neither a number nor a choice: nothing can be compared.",
    },
    "singles_exist": {
        "fr": "Chacun des changements suivants suffit à changer le résultat ; nul autre ne suffit "
        "seul.",
        "en": "Each of the following changes is enough to change the result; no other one is enough"
        " alone.",
    },
    "pairs_exist": {
        "fr": "Aucun changement ne suffit seul : en voici deux ensemble.",
        "en": "No change is enough alone: here are two together.",
    },
    "region": {
        "fr": "{label} : {values}",
        "en": "{label}: {values}",
    },
    "leads_to": {
        "fr": "{condition}. Le résultat serait {result}.",
        "en": "{condition}. The result would be {result}.",
    },
    "no_outcome": {"fr": "aucun résultat", "en": "no result"},
    "leads_lower": {
        "fr": "{condition}. Le résultat serait plus bas : {amount}.",
        "en": "{condition}. The result would be lower: {amount}.",
    },
    "leads_higher": {
        "fr": "{condition}. Le résultat serait plus haut : {amount}.",
        "en": "{condition}. The result would be higher: {amount}.",
    },
    "leads_tie": {
        "fr": "{condition}. Vous auriez autant de points que le dernier dossier admis.",
        "en": "{condition}. You would have as many points as the last file admitted.",
    },
    "leads_lower_only": {
        "fr": "{condition}. Le résultat serait plus bas.",
        "en": "{condition}. The result would be lower.",
    },
    "leads_higher_only": {
        "fr": "{condition}. Le résultat serait plus haut.",
        "en": "{condition}. The result would be higher.",
    },
    "amount_range": {"fr": "de {low} à {high}", "en": "from {low} to {high}"},
    "contest_one": {
        "fr": "{text} (si la donnée enregistrée est fausse)",
        "en": "{text} (if the recorded datum is wrong)",
    },
    "contest_two": {
        "fr": "{text} (si les données enregistrées sont fausses)",
        "en": "{text} (if the recorded data are wrong)",
    },
    "omitted": {
        "fr": "Il existe {count} autres combinaisons de deux données.",
        "en": "There are {count} other combinations of two data.",
    },
    "omitted_one": {
        "fr": "Il existe une autre combinaison de deux données.",
        "en": "There is one other combination of two data.",
    },
    "incomplete": {
        "fr": "D’autres changements sont possibles : la recherche n’est pas complète.",
        "en": "Other changes are possible: the search is not complete.",
    },
    "stepped": {
        "fr": "La recherche va par pas de {steps}.",
        "en": "The search goes by steps of {steps}.",
    },
    "step_of": {"fr": "{step} pour {name}", "en": "{step} for {name}"},
    "next_simulated": {
        "fr": "Si une donnée est fausse, changez-la et recommencez.",
        "en": "If a datum is wrong, change it and start again.",
    },
    "next_missing": {
        "fr": "Ajoutez ce qui manque et recommencez.",
        "en": "Add what is missing and start again.",
    },
    "more": {"fr": "{count} autres données", "en": "{count} other data"},
    "more_one": {"fr": "une autre donnée", "en": "one other datum"},
    "next_decided": {
        "fr": "Vous pouvez contester la décision, ou faire corriger une donnée fausse. Écrivez à : "
        "{contact}.",
        "en": "You may contest the decision, or have a wrong datum corrected. Write to: {contact}.",
    },
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
        "fr": "{count} arbres de décision dont les valeurs s’ajoutent",
        "en": "{count} decision trees whose values add up",
    },
    "trees_mean": {
        "fr": "la moyenne de {count} arbres de décision",
        "en": "the mean of {count} decision trees",
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
    "capped": {"fr": "{text}, plafonné à {cap}", "en": "{text}, capped at {cap}"},
    "floored": {"fr": "{text}, porté au minimum de {floor}", "en": "{text}, raised to {floor}"},
    "under_cap": {"fr": "{text} : le plafond ne joue pas", "en": "{text}: the cap does not apply"},
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
    "starts_at": {"fr": "le calcul part de {value}", "en": "the computation starts at {value}"},
    "adds": {"fr": "cette donnée ajoute {value}", "en": "this datum adds {value}"},
    "takes": {"fr": "cette donnée enlève {value}", "en": "this datum takes {value}"},
    "logistic": {
        "fr": "ce score de {before} est ramené entre 0 et 1 : {after}",
        "en": "this score of {before} is brought between 0 and 1: {after}",
    },
    "exponential": {
        "fr": "ce score de {before} devient {after} (sa puissance exponentielle)",
        "en": "this score of {before} becomes {after} (its exponential)",
    },
    "rounding": {"fr": "{before}, arrondi à {after}", "en": "{before}, rounded to {after}"},
    "with": {"fr": "{case}, ou avec {other}", "en": "{case}, or with {other}"},
    "variable": {"fr": "{value}", "en": "{value}"},
    "rounded": {"fr": "{text}, arrondi à {result}", "en": "{text}, rounded to {result}"},
    "so_result": {"fr": "{text}, d’où {result}", "en": "{text}, hence {result}"},
    "outcome_reached": {
        "fr": "{amount}, soit au moins {minimum} : {outcome}",
        "en": "{amount}, that is at least {minimum}: {outcome}",
    },
    "outcome_under": {"fr": "{amount}, donc {outcome}", "en": "{amount}, so {outcome}"},
    "outcome_under_minimum": {
        "fr": "{amount}, soit moins de {minimum} : {outcome}",
        "en": "{amount}, that is under {minimum}: {outcome}",
    },
    "ranking": {
        "fr": "Les places vont aux dossiers qui ont le plus de points",
        "en": "Places go to the files with the most points",
    },
    "ranking_ties": {
        "fr": "{text} ; à égalité, on regarde dans l’ordre : {ties}",
        "en": "{text}; if level, these are looked at in turn: {ties}",
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
        "fr": "Votre dossier a été compté pour {points} ; "
        "le dernier dossier admis en avait {cutoff}",
        "en": "Your file was counted for {points}; the last file admitted had {cutoff}",
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
        "fr": "{points} pour {wanted} ; ici : {read}",
        "en": "{points} for {wanted}; here: {read}",
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
        "en": "at least {minimum} was needed; {gap} is missing",
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
    "shares_sum": {
        "fr": "Point de départ {base}, somme des contributions {sum}, résultat {total}.",
        "en": "Starting point {base}, sum of the contributions {sum}, result {total}.",
    },
    "shares_against": {
        "fr": "{baseline} : {base}. Écart dans votre cas : {sum}. Votre score : {total}.",
        "en": "{baseline}: {base}. Difference in your case: {sum}. Your score: {total}.",
    },
    "law_says": {"fr": "{label} : {text}", "en": "{label}: {text}"},
    "law_names": {"fr": "Règles appliquées : {labels}", "en": "Rules applied: {labels}"},
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

"""The sentences of the short version, and of what would change the answer."""

from __future__ import annotations

SHORT_PHRASES: dict[str, dict[str, str]] = {
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
    "with_amount": {"fr": "{what} ({amount})", "en": "{what} ({amount})"},
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
        "fr": "À l’époque, le calcul enregistré a donné {recorded}. Les règles publiées {given}.",
        "en": "At the time the recorded computation gave {recorded}. The published rules {given}.",
    },
    "given_of_them": {"fr": "en donnent {amount}", "en": "give {amount}"},
    "given": {"fr": "donnent {amount}", "en": "give {amount}"},
    "given_outcome": {"fr": "conduisent à {outcome}", "en": "lead to {outcome}"},
    "role_automated": {
        "fr": "Le calcul décide seul, sans intervention humaine.",
        "en": "The computation decides alone, without a human being.",
    },
    "role_proposal": {
        "fr": "Le calcul propose ; une personne décide.",
        "en": "The computation proposes; a person decides.",
    },
    "role_unknown": {
        "fr": "Le rôle exact du calcul n’est pas indiqué.",
        "en": "The exact role of the computation is not stated.",
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
    "by_rules": {
        "fr": "Selon les règles publiées, {text}",
        "en": "By the published rules, {text}",
    },
    "by_rules_step": {
        "fr": "Les règles publiées donnent ce calcul : {items}.",
        "en": "The published rules give this computation: {items}.",
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
    "decided_favourable": {
        "fr": "Cette décision vous est favorable.",
        "en": "This decision is in your favour.",
    },
    "rules_better": {
        "fr": "Les règles publiées vous sont plus favorables que le résultat enregistré : demandez "
        "pourquoi.",
        "en": "The published rules are more in your favour than the recorded result: ask why.",
    },
    "rules_favour": {
        "fr": "Les règles publiées vous donnent pourtant un résultat favorable : demandez pourquoi "
        "la décision est autre.",
        "en": "Yet the published rules give a result in your favour: ask why the decision is "
        "another one.",
    },
    "no_better": {
        "fr": "Changer une seule donnée ne suffit pas à améliorer ce résultat.",
        "en": "Changing one datum alone is not enough to improve this result.",
    },
    "pay_less": {
        "fr": "Vous paieriez moins avec {cases}.",
        "en": "You would pay less with {cases}.",
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
    "cutoff_short_tried": {
        "fr": "Il vous manquerait {gap} : le dernier dossier admis en avait {cutoff}.",
        "en": "You would be {gap} short: the last file admitted had {cutoff}.",
    },
    "cutoff_tie": {
        "fr": "Vous étiez à égalité avec le dernier dossier admis : {cutoff}.",
        "en": "You were level with the last file admitted: {cutoff}.",
    },
    "cutoff_tie_tried": {
        "fr": "Vous seriez à égalité avec le dernier dossier admis : {cutoff}.",
        "en": "You would be level with the last file admitted: {cutoff}.",
    },
    "cutoff_ties": {
        "fr": "Les dossiers à égalité sont départagés par : {ties}.",
        "en": "Files that are level are separated by: {ties}.",
    },
    "cutoff_over": {
        "fr": "Vous aviez {gap} de plus que le dernier dossier admis.",
        "en": "You had {gap} more than the last file admitted.",
    },
    "cutoff_over_tried": {
        "fr": "Vous auriez {gap} de plus que le dernier dossier admis.",
        "en": "You would have {gap} more than the last file admitted.",
    },
    "cutoff_over_refused": {
        "fr": "Vous aviez pourtant {gap} de plus que le dernier dossier admis : demandez pourquoi.",
        "en": "Yet you had {gap} more than the last file admitted: ask why.",
    },
    "cutoff_rules_over": {
        "fr": "Avec ce que donnent les règles publiées ({points}), vous l’auriez dépassé.",
        "en": "With what the published rules give ({points}), you would have been ahead of it.",
    },
    "cutoff_rules_over_refused": {
        "fr": "Avec ce que donnent les règles publiées ({points}), vous l’auriez dépassé : "
        "demandez pourquoi.",
        "en": "With what the published rules give ({points}), you would have been ahead of it: ask "
        "why.",
    },
    "cutoff_rules_tie": {
        "fr": "Avec ce que donnent les règles publiées ({points}), vous auriez été à égalité.",
        "en": "With what the published rules give ({points}), you would have been level with it.",
    },
    "cutoff_rules_short": {
        "fr": "Avec ce que donnent les règles publiées ({points}), vous auriez été derrière lui.",
        "en": "With what the published rules give ({points}), you would have been behind it.",
    },
    "cutoff_rules_short_too": {
        "fr": "Avec ce que donnent les règles publiées ({points}), vous auriez aussi été derrière "
        "lui.",
        "en": "With what the published rules give ({points}), you would have been behind it too.",
    },
    "cutoff_change": {
        "fr": "Vous passeriez devant avec {cases}.",
        "en": "You would go ahead with {cases}.",
    },
    "if_wrong_one": {
        "fr": "Si cette donnée est fausse, faites-la corriger : {text}",
        "en": "If this datum is wrong, have it corrected: {text}",
    },
    "if_wrong_any": {
        "fr": "Si l’une de ces données est fausse, faites-la corriger : {text}",
        "en": "If one of these data is wrong, have it corrected: {text}",
    },
    "if_wrong_all": {
        "fr": "Si ces données sont fausses, faites-les corriger : {text}",
        "en": "If these data are wrong, have them corrected: {text}",
    },
    "if_wrong_one_tried": {
        "fr": "Si cette donnée est fausse, corrigez-la : {text}",
        "en": "If this datum is wrong, correct it: {text}",
    },
    "if_wrong_any_tried": {
        "fr": "Si l’une de ces données est fausse, corrigez-la : {text}",
        "en": "If one of these data is wrong, correct it: {text}",
    },
    "if_wrong_all_tried": {
        "fr": "Si ces données sont fausses, corrigez-les : {text}",
        "en": "If these data are wrong, correct them: {text}",
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
        "fr": "Les règles ne lisent aucune donnée que vous puissiez changer ou contester.",
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
        "fr": "Chacun des changements suivants suffit à changer le résultat ; aucun autre ne "
        "suffit seul.",
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
        "fr": "D’autres changements sont peut-être possibles : la recherche n’est pas complète.",
        "en": "Other changes may be possible: the search is not complete.",
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
}

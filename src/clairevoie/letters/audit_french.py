"""Phrases of the report of an audit, in French; the same keys as in English."""

from __future__ import annotations

from collections.abc import Mapping

FRENCH: Mapping[str, str] = {
    # Numbers.
    "unknown": "nombre non publié",
    "none": "sans objet",
    "no_interval": "sans intervalle",
    "between": "entre {low} et {high}",
    "from_to": "de {low} à {high}",
    "out_of": "{count} sur {base}",
    "masked": "masqué",
    "nobody": "personne dans ce cas",
    # Head.
    "about_public": "Audit d’équité publié, selon un plan écrit le {day}.",
    "about_administration": "Audit d’équité complet, selon un plan écrit le {day}. Il contient "
    "des chiffres qui portent sur peu de personnes : il n’est pas à publier.",
    "kind": "Audit d’équité",
    "author": "Clairevoie",
    # First page.
    "first": "En bref",
    "first_data": "Ce résultat porte sur {count} du journal « {journal} », {period}.",
    "first_data_hidden": "Ce résultat porte sur les décisions du journal « {journal} », {period}.",
    "period": "du {since} au {until}",
    "period_since": "depuis le {since}",
    "period_until": "jusqu’au {until}",
    "period_all": "sur toute sa période",
    "persons_one": "{count} personne",
    "persons_many": "{count} personnes",
    "decisions_one": "{count} décision",
    "decisions_many": "{count} décisions",
    "first_more": "{mine} pour {group}, contre {theirs} pour {others}.",
    "first_colon": "{measure} :",
    "first_step": "{group} : {before} à l’étape précédente, {after} à celle-ci.",
    "first_wait": "la moitié attend {long} au plus pour {slow}, {short} pour {fast}.",
    "first_wait_open": "plus de la moitié attend encore pour {slow}, aussi loin que les dossiers "
    "ont été suivis ; la moitié attend {short} au plus pour {fast}.",
    "first_flip": "si l’on ne changeait que cela, les règles publiées répondraient autrement pour "
    "{share} des décisions.",
    "first_rest_one": "{count} autre écart établi est détaillé plus loin.",
    "first_rest_many": "{count} autres écarts établis sont détaillés plus loin.",
    "first_sure": "Un écart n’est cité ici que si le hasard seul le donnerait rarement : {how}.",
    "first_sure_holm": "{error} de risque au plus qu’un seul des écarts d’une même mesure soit dû "
    "au hasard",
    "first_sure_benjamini-hochberg": "parmi les écarts cités pour une mesure, {error} au plus en "
    "moyenne seraient dus au hasard",
    "first_sure_none": "{error} de risque pour chaque comparaison prise seule, sans tenir compte "
    "de leur nombre",
    "first_nothing": "Aucun écart n’est établi entre les groupes comparés. Cela ne veut pas dire "
    "qu’ils sont traités de la même façon : voyez ce que l’on ne peut pas dire.",
    "first_same_one": "Pour {count} comparaison, un écart de plus de {delta} est exclu.",
    "first_same_many": "Pour {count} comparaisons, un écart de plus de {delta} est exclu.",
    "first_cannot_one": "Pour {count} comparaison, on ne peut pas conclure : les décisions sont "
    "trop peu nombreuses. Ne pas pouvoir conclure n’est pas constater l’égalité.",
    "first_cannot_many": "Pour {count} comparaisons, on ne peut pas conclure : les décisions sont "
    "trop peu nombreuses. Ne pas pouvoir conclure n’est pas constater l’égalité.",
    "first_hidden_one": "{count} comparaison n’est pas montrée, pour que personne ne puisse être "
    "reconnu.",
    "first_hidden_many": "{count} comparaisons ne sont pas montrées, pour que personne ne puisse "
    "être reconnu.",
    "first_reversals_one": "{count} écart se retourne quand on compare à situation comparable : "
    "il faut le lire avec soin.",
    "first_reversals_many": "{count} écarts se retournent quand on compare à situation comparable "
    ": il faut les lire avec soin.",
    "first_law": "Un écart est un fait. Il peut faire présumer une discrimination ; il ne suffit "
    "pas à l’établir.",
    # Data and their limits.
    "data": "Les données et leurs limites",
    "asked_written": "Le plan de cet audit a été écrit le {day}. Il fixe d’avance ce qui est "
    "mesuré, pour quels groupes et à partir de quel écart : son empreinte, donnée plus bas, "
    "permet de vérifier qu’il n’a pas changé depuis.",
    "compare_rest": "Chaque groupe est comparé à tous les autres réunis.",
    "compare_reference": "Chaque groupe est comparé au groupe de référence choisi par le plan : "
    "{references}.",
    "compare_overall": "Chaque groupe est comparé à l’ensemble.",
    "compare_pairs": "Les groupes sont comparés deux à deux.",
    "delta": "Le plan tient pour négligeable un écart de {delta} au plus.",
    "conditions": "Les écarts sont aussi calculés à situation comparable, c’est-à-dire entre "
    "décisions de même {names}.",
    "conditions_shared": "Les mêmes personnes ont des décisions dans plusieurs de ces situations : "
    "elles ne peuvent pas être comparées comme si c’étaient d’autres, et l’écart à situation "
    "comparable n’est pas donné.",
    "unit_decision": "Ce sont des décisions qui sont comptées : une personne qui en a reçu "
    "plusieurs compte autant de fois, et les intervalles ne le savent pas.",
    "unit_cluster": "Ce sont des décisions qui sont comptées ; les intervalles tiennent compte de "
    "ce qu’une même personne peut en avoir reçu plusieurs.",
    "unit_person": "Ce sont des personnes qui sont comptées : chacune une fois, et touchée si "
    "elle l’a été au moins une fois.",
    "weights": "Les décisions sont pondérées, car le journal est un échantillon ; les effectifs "
    "sont des sommes de poids.",
    "not_weighted": "Les délais, les scores et les montants ne sont pas pondérés.",
    "outside_one": "{count} décision hors de la période a été laissée de côté.",
    "outside_many": "{count} décisions hors de la période ont été laissées de côté.",
    "missing": "{group} : {count} ({share}) sans réponse. Elles forment un groupe à part ; aucune "
    "n’est écartée.",
    "missing_hidden": "{group} : des décisions sont sans réponse ; leur nombre n’est pas publié.",
    "not_all": "{measure} : mesuré sur {count} ({share} de la période) ; les autres n’entrent pas "
    "dans cette mesure.",
    "selective": "« {truth} » n’est connu que des dossiers vérifiés. Si les dossiers vérifiés ont "
    "été choisis par la machine, ces mesures ne disent rien des autres dossiers.",
    "selective_random": "« {truth} » n’est connu que des dossiers vérifiés. Les mesures de "
    "l’échantillon tiré au hasard valent pour tous les dossiers ; les autres ne valent que pour "
    "ceux qui ont été vérifiés.",
    "selective_all": "« {truth} » est connu de tous les dossiers du journal.",
    # The chain.
    "chain": "Qui entre, qui sort",
    "chain_intro": "De chaque étape à la suivante, la part de chaque groupe parmi ceux qui "
    "restent. Une part qui monte à une étape dit où l’écart se forme.",
    "chain_title": "Composition à chaque étape, par {what}",
    "chain_about": "Parts de {groups}, de « {first} » à « {last} ».",
    "chain_step": "« {step} », parmi « {before} »",
    "chain_all": "Toutes les décisions",
    "by_machine": "par la machine",
    "by_agent": "par un agent",
    "by_person": "par la personne",
    "by_judge": "par le juge",
    "share": "Part de chaque groupe",
    # Rates.
    "rates": "Ce qui a été trouvé",
    "fold": "Par {what} : {told}",
    "fold_no_difference_larger_one": "un écart de plus de {delta} est exclu ({count} comparaison)",
    "fold_no_difference_larger_many": "un écart de plus de {delta} est exclu ({count} "
    "comparaisons)",
    "fold_cannot_tell_one": "on ne peut pas conclure ({count} comparaison)",
    "fold_cannot_tell_many": "on ne peut pas conclure ({count} comparaisons)",
    "fold_withheld_one": "non montré ({count} comparaison)",
    "fold_withheld_many": "non montré ({count} comparaisons)",
    "chart_title": "{measure}, par {what}",
    "chart_about": "Taux de {first} à {last} ; ensemble : {total}.",
    "chart_about_hidden": "Taux de {first} à {last}.",
    "chart_none": "Aucun taux ne peut être montré.",
    "overall": "ensemble : {rate}",
    "interval": "Intervalle à {level}",
    "size": "Touchés, sur",
    "size_of": "{count} sur {of}",
    "others": "les autres",
    "everybody": "l’ensemble",
    "higher": "{rate}, soit {gap} de plus que {others} ({span})",
    "lower": "{rate}, soit {gap} de moins que {others} ({span})",
    "no_difference_larger": "{rate} ; pas d’écart de plus de {delta} avec {others} ({span})",
    "cannot_tell": "{rate} ; on ne peut pas conclure : l’écart avec {others} est de {gap} ({span})",
    "needed": "il faudrait environ {count}",
    "ratio": "rapport de {ratio} (de {low} à {high})",
    "ratio_bare": "rapport de {ratio}",
    "within": "à situation comparable, l’écart est de {gap} ({span})",
    "group_empty": "aucun cas de ce groupe n’entre dans cette mesure : il n’y a pas de taux",
    "other_empty": "personne à qui comparer ce groupe pour cette mesure",
    "both_empty": "aucun cas n’entre dans cette mesure",
    "undefined": "il n’y a rien à comparer",
    "withheld": "non montré, pour que personne ne puisse être reconnu",
    "shares": "{label} : part de chaque groupe, par {what}",
    "share_of": "Parmi ceux à qui cela pouvait arriver",
    "share_hit": "Parmi ceux à qui c’est arrivé",
    "bounds": "Si toutes les décisions sans réponse étaient de ce groupe, ou qu’aucune n’en "
    "était, les taux seraient : {items}.",
    "bound": "{group}, {span}",
    "gap": "Le plus grand écart entre deux groupes est de {gap} ({lowest} – {highest}). Entre "
    "groupes traités de la même façon, le hasard en donnerait déjà {expected} en moyenne, et "
    "moins de {usual} dans {level} des cas.",
    "gap_interval": "Cet écart est lui-même incertain : entre {low} et {high} (intervalle à "
    "{level}).",
    "reversal": "{higher} a un taux plus élevé que {lower} ({overall}), mais plus faible à "
    "situation comparable ({within}), dans {opposite} cas sur {strata}.",
    "reversal_uncertain_one": "{count} écart s’inverse à situation comparable, sans que ce soit "
    "établi.",
    "reversal_uncertain_many": "{count} écarts s’inversent à situation comparable, sans que ce "
    "soit établi.",
    "reversal_lead": "Attention, l’écart se retourne :",
    "crossed_more_one": "{count} autre groupe croisé est dans le fichier des cellules.",
    "crossed_more_many": "{count} autres groupes croisés sont dans le fichier des cellules.",
    "crossed_none": "Aucun écart n’est établi pour ces groupes croisés.",
    "crossed_pooled": "Taux rapprochés de ce que chaque critère laisse prévoir, pour que les "
    "petits groupes ne crient pas plus fort que les autres : {items}.",
    "pooled": "{group}, {rate}",
    # Equalised odds.
    "odds": "Les mêmes chances, à situation égale ? (equalised odds)",
    "odds_intro": "À situation égale, deux personnes devraient avoir la même chance d’être dans "
    "le cas « {said} », quel que soit leur groupe : parmi les cas « {truth} » comme parmi les "
    "autres, où c’est à tort. Cette mesure, appelée equalised odds, retient le plus grand écart "
    "entre deux groupes, de l’un ou de l’autre de ces deux taux. À zéro, les chances seraient les "
    "mêmes.",
    "odds_by": "Par {what} :",
    "odds_random": "Par {what}, dans l’échantillon tiré au hasard :",
    "odds_line": "écart de {gap} ({measure} ; {lowest} – {highest}).",
    "odds_cannot": "L’intervalle va jusqu’à zéro : on ne peut pas conclure que les chances "
    "diffèrent, ni qu’elles sont les mêmes.",
    "odds_chance": "Entre groupes traités de la même façon, le hasard en donnerait déjà {expected} "
    "en moyenne, et moins de {usual} dans {level} des cas.",
    "odds_none": "aucun des deux taux n’existe pour deux groupes : il n’y a pas d’écart.",
    "odds_without": "L’un des deux taux n’existe pas, faute de cas, pour : {groups} ; il n’est pas "
    "compté comme nul.",
    "odds_unsure": "Avec des poids, ou quand une personne a plusieurs décisions, cet écart est "
    "donné sans intervalle : ne le lisez pas comme établi.",
    # Delays.
    "delays": "Les délais",
    "delay_title": "{label}, par {what}",
    "delay_about": "Part des dossiers encore en attente, de 0 à {horizon} jours.",
    "delay_across": "Jours depuis le début",
    "delay_up": "Encore en attente",
    "delay_limit": "limite : {limit}",
    "delay_over": "{share} attendent {over}",
    "delay_line": "la moitié attend {median} ; les trois quarts, {third}",
    "delay_mean": "en moyenne {mean} sur les {horizon} premiers jours",
    "delay_mean_one": "en moyenne {mean} sur le premier jour",
    "days_one": "{count} jour",
    "days_many": "{count} jours",
    "hours_one": "{count} heure",
    "hours_many": "{count} heures",
    "over_limit": "plus de {limit}",
    "over_month": "plus d’un mois",
    "month": "un mois",
    "months_one": "{count} mois",
    "months_many": "{count} mois",
    "days_at_most": "{days} au plus",
    "longer": "plus longtemps que les dossiers n’ont été suivis",
    "delay_open": "{open} dossiers sur {files} sont encore ouverts : leur attente est comptée "
    "jusqu’au dernier jour connu, non écartée.",
    "delay_p": "Si tous les groupes attendaient autant, le hasard donnerait un tel écart {p} fois "
    "sur 100.",
    "delay_p_rare": "Si tous les groupes attendaient autant, le hasard donnerait un tel écart "
    "moins d’une fois sur 1 000.",
    "delay_hours": "Les jours se comptent d’une date à l’autre, les heures d’une heure à l’autre : "
    "une attente de 2 jours peut durer moins, ou plus, de 48 heures.",
    "delay_left": "Laissés de côté : {items}.",
    "delay_unknown": "{count} sans date de début",
    "delay_impossible": "{count} dont la fin précède le début",
    "delay_after": "{count} commencés après le dernier jour observé",
    # Scores.
    "scores": "Le score de la machine",
    "score_title": "{label} : part au-dessus de chaque seuil, par {what}",
    "score_about": "Part de chaque groupe dont le score atteint chaque seuil.",
    "score_across": "Seuil du score",
    "score_up": "Part au-dessus",
    "score_in_force": "seuil appliqué : {value}",
    "score_deciles": "{label} : répartition par tranches, par {what}",
    "score_deciles_note": "Chaque tranche contient un dixième de tous les scores. Un groupe qui "
    "aurait les mêmes scores que l’ensemble aurait environ 10 % des siens dans chacune.",
    "calibrated": "« {truth} » dans chaque tranche du score, par {what}",
    "calibrated_note": "Ces parts sont prises parmi les dossiers connus de chaque tranche. Si un "
    "même score voulait dire la même chose pour tous, ces parts se ressembleraient d’un groupe à "
    "l’autre.",
    "group": "Groupe",
    "number": "Nombre",
    "score_unknown_one": "{count} décision n’a pas de score.",
    "score_unknown_many": "{count} décisions n’ont pas de score.",
    # Amounts.
    "amounts": "Les montants",
    "amount_title": "{label}, par {what}",
    "amount_mean": "Moyenne",
    "amount_spread": "{label} ({unit}) : répartition, par {what}",
    "quantile_10": "10 % sous",
    "quantile_25": "25 % sous",
    "quantile_50": "La moitié sous",
    "quantile_75": "75 % sous",
    "quantile_90": "90 % sous",
    "amount_unknown_one": "{count} décision n’a pas de montant.",
    "amount_unknown_many": "{count} décisions n’ont pas de montant.",
    # Published rules.
    "flips": "La même personne, une chose changée",
    "flips_intro": "Pour chaque décision, on change un élément et rien d’autre, puis on recalcule "
    "avec les règles publiées. Ce ne sont pas des estimations : ce sont les réponses des règles.",
    "flip_of": "On change {inputs} dans {cases}.",
    "cases_one": "{count} décision",
    "cases_many": "{count} décisions",
    "flip_ground": "C’est un motif de discrimination (loi n° 2008-496, article 1er), ou il s’en "
    "approche : {grounds}.",
    "flip_unread": "Aucune version des règles ne lit cet élément : aucune réponse ne peut changer.",
    "flip_nothing": "Aucune de ces décisions n’a pu être recalculée.",
    "flip_moved": "La réponse change pour {moved} décisions sur {compared} ({share}).",
    "flip_sides": "Elle serait moins favorable pour {worse}, plus favorable pour {better}.",
    "flip_change": "de « {before} » à « {after} », {cases}",
    "flip_changes": "Changements : {items}.",
    "no_answer": "sans réponse",
    "flip_numbers": "Le nombre calculé change de {mean} en moyenne ; il monte pour {up} décisions "
    "et baisse pour {down}.",
    "flip_impossible_one": "{count} décision est laissée de côté, car la combinaison n’existerait "
    "pas.",
    "flip_impossible_many": "{count} décisions sont laissées de côté, car la combinaison "
    "n’existerait pas.",
    "flip_no_answer_one": "{count} décision n’a pas de réponse des règles, avant ou après.",
    "flip_no_answer_many": "{count} décisions n’ont pas de réponse des règles, avant ou après.",
    "flip_ranked": "Certaines réponses dépendent d’un classement : chaque cas est changé seul, "
    "les autres restant ce qu’ils sont.",
    "flip_title": "{label}, par {what}",
    "flip_compared": "Comparées",
    "flip_worse": "Moins favorable",
    "flip_better": "Plus favorable",
    "flip_same": "Inchangée",
    "decomposed": "Ce qui fait l’écart, dans les règles",
    "decomposed_intro": "L’écart moyen de {unit} entre groupes est la somme de ce que chaque "
    "étape des règles y ajoute : ce calcul est exact. Une part négative réduit l’écart.",
    "decomposed_points": "points",
    "decomposed_score": "score",
    "decomposed_gap": "{mean} en moyenne, {other_mean} pour {others} : écart de {gap}.",
    "decomposed_title": "{group} : ce que chaque étape ajoute à l’écart de {unit}",
    "decomposed_step": "Étape des règles",
    "decomposed_mean": "Ce groupe",
    "decomposed_other": "Comparé à",
    "decomposed_of": "Écart",
    "share_gap": "Part de l’écart",
    "decomposed_left_one": "{count} décision n’a pas de réponse des règles et n’entre pas dans "
    "ces moyennes.",
    "decomposed_left_many": "{count} décisions n’ont pas de réponse des règles et n’entrent pas "
    "dans ces moyennes.",
    # Not shown.
    "hidden": "Ce qui n’est pas montré",
    "hidden_figures_one": "{count} chiffre est masqué.",
    "hidden_figures_many": "{count} chiffres sont masqués.",
    "hidden_none": "Aucun chiffre n’a dû être masqué.",
    "hidden_why_persons": "Aucun chiffre ne porte sur moins de {least} personnes, ni ne permet de "
    "retrouver un chiffre qui porterait sur moins, par soustraction ou par recoupement de ce "
    "résultat.",
    "hidden_why_business": "Aucun chiffre ne porte sur moins de {least} entreprises, ni ne permet "
    "de retrouver un chiffre qui porterait sur moins, par soustraction ou par recoupement de ce "
    "résultat.",
    "hidden_why_none": "Le plan ne demande pas de secret statistique : ce résultat ne peut être "
    "publié que si aucune personne n’y est concernée.",
    "hidden_rest": "Avec un chiffre masqué disparaît ce qui en dépend : son taux, les "
    "comparaisons où il entre, les parts d’un total.",
    "hidden_delays_one": "{count} tableau de délais n’est pas publié.",
    "hidden_delays_many": "{count} tableaux de délais ne sont pas publiés.",
    "hidden_scores_one": "{count} tableau de scores n’est pas publié.",
    "hidden_scores_many": "{count} tableaux de scores ne sont pas publiés.",
    "hidden_amounts_one": "{count} tableau de montants n’est pas publié.",
    "hidden_amounts_many": "{count} tableaux de montants ne sont pas publiés.",
    "hidden_flips_one": "{count} recalcul par les règles n’est pas publié.",
    "hidden_flips_many": "{count} recalculs par les règles ne sont pas publiés.",
    "hidden_decompositions_one": "La décomposition des écarts par les règles n’est pas publiée.",
    "hidden_decompositions_many": "Les décompositions des écarts par les règles ne sont pas "
    "publiées.",
    "hidden_exact": "Ce résultat est complet : rien n’y est masqué. Il n’est pas à publier.",
    # Law.
    "law": "Ce que ces chiffres établissent, et ce qu’ils n’établissent pas",
    "law_fact": "Un écart entre groupes est un fait constaté sur des décisions. Il ne dit rien de "
    "l’intention de quiconque et, à lui seul, n’établit pas une discrimination.",
    "law_france": "Le droit français ne fixe aucun seuil chiffré. Il y a discrimination indirecte "
    "quand une disposition, un critère ou une pratique, neutre en apparence, est susceptible "
    "d’entraîner, pour l’un des motifs de la loi, un désavantage particulier pour des personnes "
    "par rapport à d’autres, sauf s’il est objectivement justifié par un but légitime et que les "
    "moyens pour y parvenir sont nécessaires et appropriés (loi n° 2008-496 du 27 mai 2008, "
    "article 1er).",
    "law_presumption": "Des statistiques peuvent faire présumer une discrimination (Cass. soc., "
    "14 décembre 2022, n° 21-19.628).",
    "law_grounds": "Motifs de la loi n° 2008-496 (article 1er) que touchent les groupes "
    "de cet audit, selon son plan : "
    "{grounds}.",
    "law_no_grounds": "Le plan ne rattache aucun groupe à un motif de la loi.",
    "law_cannot": "« On ne peut pas conclure » ne veut jamais dire « pas de discrimination » : "
    "cela veut dire que les décisions sont trop peu nombreuses pour trancher.",
    "law_conditions": "Comparer à situation comparable suppose que cette situation soit un motif "
    "légitime de traiter différemment ; cet audit ne le dit pas, il faut en débattre.",
    "law_cause": "Ces chiffres ne disent pas pourquoi un écart existe : ni s’il vient de la "
    "machine, de ses données ou des personnes, sauf ce que montrent les étapes et les règles.",
    "law_fifths": "La règle dite « des quatre cinquièmes » est une convention des États-Unis (29 "
    "CFR § 1607.4 D, à vérifier), sans valeur en droit français : elle regarde si le taux "
    "favorable le plus bas est sous 80 % du plus élevé. Ici : {items}.",
    "law_fifth": "{measure}, par {what} : {ratio}",
    # Again.
    "again": "Refaire ce calcul",
    "again_intro": "Avec le même journal et le même plan, cette commande donne les mêmes "
    "chiffres, octet pour octet :",
    "again_command": "clairevoie audit journal.yaml plan.yaml -o resultat",
    "again_exact": "clairevoie audit journal.yaml plan.yaml -o resultat --exact",
    "again_beside": "D’autres audits du même journal étaient déjà publiés : ce qui est masqué ici "
    "en dépend. Donnez leurs résultats (result.json), dans le même ordre.",
    "beside_digest": "Empreinte du résultat déjà publié « {plan} » (SHA-256)",
    "plan_digest": "Empreinte du plan (SHA-256)",
    "journal_digest": "Empreinte de la déclaration du journal (SHA-256)",
    "data_digest": "Empreinte des données (SHA-256)",
    "programs": "Programmes",
    "method": "Calculs",
    "method_rates": "Taux : intervalle de Wilson. Écarts : intervalle de Newcombe, chaque "
    "comparaison prise seule. Rapports : intervalle du score de Miettinen et Nurminen. À "
    "situation comparable : Mantel et Haenszel. Intervalles à {level}.",
    "method_verdict": "Constat (plus élevé, plus faible, pas d’écart, on ne peut pas conclure) : "
    "toutes les comparaisons d’une même mesure sont corrigées ensemble ({correction}). Un écart "
    "est dit exclu quand tout son intervalle, corrigé de même, tient sous {delta}.",
    "correction_holm": "Holm",
    "correction_benjamini-hochberg": "Benjamini et Hochberg",
    "correction_none": "sans correction",
    "method_delays": "Délais : Kaplan et Meier, dossiers encore ouverts compris ; comparaison des "
    "groupes par le test du log-rank.",
    "method_hours": "Délais en heures : de l’heure de début à l’heure de fin, à la seconde, sans "
    "tenir compte des changements d’heure ; un dossier encore ouvert attend jusqu’à la fin du "
    "dernier jour observé.",
    "method_months": "Délais en mois : de date à date ; à défaut du même quantième, jusqu’au "
    "dernier jour du mois (règle de l’article 641 du code de procédure civile, à vérifier), sans "
    "report quand ce jour n’est pas ouvré.",
    "method_gap": "Écart dû au hasard : {draws} tirages, graine {seed}.",
    "method_range": "Intervalle du plus grand écart : celui de Newcombe pour chaque paire de "
    "groupes, élargi pour toutes ensemble d’après {draws} tirages des cellules ; leur graine vient "
    "de l’empreinte du plan.",
    # Glossary.
    "glossary": "Les mots de cet audit",
    "term_rate": "Taux",
    "def_rate": "Combien de fois une chose arrive, sur le nombre de fois où elle pouvait arriver.",
    "term_point": "Point",
    "def_point": "Différence entre deux pourcentages : de 20 % à 25 %, il y a 5 points.",
    "term_interval": "Intervalle à {level}",
    "def_interval": "Les valeurs que les décisions observées laissent possibles. Calculés ainsi "
    "sur de nombreux journaux, {level} des intervalles contiendraient la vraie valeur.",
    "term_cannot": "On ne peut pas conclure",
    "def_cannot": "L’intervalle laisse possibles un écart et l’absence d’écart.",
    "term_same": "Pas d’écart de plus de {delta}",
    "def_same": "Tout l’intervalle tient sous l’écart que le plan a déclaré négligeable.",
    "term_within": "À situation comparable",
    "def_within": "Comparé entre décisions semblables sur ce que le plan nomme, puis rassemblé.",
    "term_masked": "Masqué",
    "def_masked": "Non publié, car ce chiffre porterait sur trop peu de personnes ou permettrait "
    "d’en retrouver un.",
    "term_journal": "Journal",
    "def_journal": "La liste des décisions, une par ligne, sans nom.",
    "term_random": "Échantillon tiré au hasard",
    "def_random": "Des dossiers choisis sans regarder ce qu’en disait la machine : ils "
    "ressemblent à tous les autres.",
}

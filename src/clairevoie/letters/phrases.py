"""Words of the explanation letter that do not depend on the case, in French and in English.

Spaces that must not break (before «:», inside guillemets) are set when the letter is made.
"""

from __future__ import annotations

from collections.abc import Mapping

from clairevoie.obligations.dates import Language

LETTER: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "subject": "Explication de la décision n° {reference}",
        "subject_line": "Objet : {subject}",
        "our_reference": "Nos références : {text}",
        "your_request": "Votre demande : {text}",
        "received": "reçue le {day}",
        "follow": "Affaire suivie par : {text}",
        "place_date": "{place}, le {day}",
        "date_only": "Le {day}",
        "salutation": "Madame, Monsieur,",
        "opening": "Vous nous avez demandé d’expliquer la décision n° {reference} du {day}.",
        "opening_unasked": "Voici l’explication de la décision n° {reference} du {day}.",
        "opening_subject": "Elle concerne {subject}.",
        "opening_system": "Elle a été prise sur le fondement d’un traitement algorithmique : "
        "« {system} ».",
        "site": "Site public des règles",
        "not_a_letter": "Document établi par le site public des règles ; ce n’est pas une lettre "
        "de l’administration. Il n’est pas signé.",
        "decided_by": "Décision prise par : {body}",
        "document_day": "Document établi le {day}",
        "right": "La loi vous donne droit à cette explication (CRPA, art. L. 311-3-1 et "
        "R. 311-3-1-2). L’essentiel est dans cette lettre, le détail dans son annexe.",
        "right_document": "La loi vous donne droit à cette explication (CRPA, art. L. 311-3-1 et "
        "R. 311-3-1-2). L’essentiel vient d’abord, le détail est dans l’annexe.",
        "outcome": "Ce qui a été décidé",
        "summary": "La part du traitement algorithmique",
        "reasons": "Les raisons de la décision",
        "reasons_fact": "En fait",
        "reasons_law": "En droit",
        "no_law": "Les règles publiées ne citent aucun texte pour ce qui a été appliqué.",
        "failed": "Ce qui ne s’est pas appliqué à votre dossier",
        "would_change": "Ce qui changerait la décision",
        "human": "Parler à une personne",
        "human_default": "Vous pouvez demander des précisions, signaler une erreur ou présenter "
        "votre situation.",
        "human_document": "Votre lettre de décision donne le nom et l’adresse de l’agent chargé de "
        "votre dossier. Vous pouvez lui demander des précisions, lui signaler une erreur ou lui "
        "présenter votre situation.",
        "remedies": "Vos recours et leurs délais",
        "remedy": "Recours",
        "limit": "Délai",
        "last_day": "Dernier jour",
        "no_date": "Dépend de l’étape précédente",
        "past": "Cette date est passée.",
        "remedies_note": "Ces dates sont comptées au plus court : en agissant au plus tard à ces "
        "dates, vous êtes dans le délai.",
        "closing": "Je vous prie d’agréer, {salutation} l’expression de ma considération "
        "distinguée.",
        "teleservice": "Lettre transmise par un téléservice, dispensée de signature (CRPA, "
        "art. L. 212-2).",
        "annex": "Annexe : l’explication en détail",
        "annex_intro": "Les quatre éléments que la loi demande de vous communiquer (CRPA, "
        "art. R. 311-3-1-2).",
        "degree": "Le degré et le mode de contribution du traitement",
        "data": "Les données traitées et leurs sources",
        "parameters": "Les paramètres et leur pondération, appliqués à votre situation",
        "operations": "Les opérations effectuées",
        "withheld": "Ce qui n’est pas communiqué",
        "rules": "Les règles publiées",
        "rules_text": "Ce code mène à la page publique des règles de ce traitement :",
        "rules_alt": "Code QR qui ouvre la page {url}",
        "counting": "Comment les dates ont été comptées",
        "to_check": "Ce qui reste à vérifier",
        "mark": "à vérifier",
        "counting_to_check": "À vérifier : l’ajout d’un jour à la fin des délais, et leur report "
        "lorsque le dernier jour n’est pas ouvré. Les dates données ici ne comptent ni l’un ni "
        "l’autre.",
        "articles_to_check": "À vérifier, faute d’avoir relu leur texte : {articles}.",
        "column_label": "Élément",
        "column_value": "Pour vous",
        "column_source_data": "Source",
        "column_source_parameters": "Fondement",
        "column_contribution": "Contribution",
        "column_datum": "Donnée",
        "column_parameter": "Paramètre",
        "column_operation": "Opération",
        "column_result": "Résultat",
        "column_rule": "Ce que dit la règle",
        "unprintable": "Le signe □ remplace un caractère qui ne peut pas être imprimé ici.",
        "page": "page {page} sur {pages}",
    },
    "en": {
        "subject": "Explanation of decision no. {reference}",
        "subject_line": "Subject: {subject}",
        "our_reference": "Our reference: {text}",
        "your_request": "Your request: {text}",
        "received": "received on {day}",
        "follow": "Handled by: {text}",
        "place_date": "{place}, {day}",
        "date_only": "{day}",
        "salutation": "Dear Sir or Madam,",
        "opening": "You asked us to explain decision no. {reference} of {day}.",
        "opening_unasked": "Here is the explanation of decision no. {reference} of {day}.",
        "opening_subject": "It is about {subject}.",
        "opening_system": "It was taken on the basis of an algorithmic processing: “{system}”.",
        "site": "Public site of the rules",
        "not_a_letter": "Document made by the public site of the rules; it is not a letter of the "
        "administration. It is not signed.",
        "decided_by": "Decision taken by: {body}",
        "document_day": "Document made on {day}",
        "right": "The law gives you a right to this explanation (CRPA, art. L. 311-3-1 and "
        "R. 311-3-1-2). The main points are in this letter, the detail in its annex.",
        "right_document": "The law gives you a right to this explanation (CRPA, art. L. 311-3-1 "
        "and R. 311-3-1-2). The main points come first, the detail is in the annex.",
        "outcome": "What was decided",
        "summary": "The part of the algorithmic processing",
        "reasons": "The reasons for the decision",
        "reasons_fact": "In fact",
        "reasons_law": "In law",
        "no_law": "The published rules quote no text for what was applied.",
        "failed": "What did not apply to your file",
        "would_change": "What would change the decision",
        "human": "Talk to a person",
        "human_default": "You may ask for details, point out a mistake or describe your situation.",
        "human_document": "Your letter of decision gives the name and address of the agent in "
        "charge of your file. You may ask them for details, point out a mistake or describe your "
        "situation.",
        "remedies": "Your remedies and their time limits",
        "remedy": "Remedy",
        "limit": "Time limit",
        "last_day": "Last day",
        "no_date": "Depends on the previous step",
        "past": "That date has gone by.",
        "remedies_note": "These dates are counted the short way: if you act by them, you are in "
        "time.",
        "closing": "Yours faithfully,",
        "teleservice": "Letter sent through a teleservice, dispensed with a signature (CRPA, "
        "art. L. 212-2).",
        "annex": "Annex: the explanation in detail",
        "annex_intro": "The four elements that the law requires us to give you (CRPA, "
        "art. R. 311-3-1-2).",
        "degree": "How far, and in what way, the processing contributed",
        "data": "The data processed and their sources",
        "parameters": "The parameters and their weights, applied to your situation",
        "operations": "The operations carried out",
        "withheld": "What is not communicated",
        "rules": "The published rules",
        "rules_text": "This code leads to the public page of the rules of this processing:",
        "rules_alt": "QR code that opens the page {url}",
        "counting": "How the dates were counted",
        "to_check": "What remains to be verified",
        "mark": "to be verified",
        "counting_to_check": "To be verified: one day more at the end of the time limits, and "
        "their move to the next working day. The dates given here count neither.",
        "articles_to_check": "To be verified, as their text was not read again: {articles}.",
        "column_label": "Element",
        "column_value": "For you",
        "column_source_data": "Source",
        "column_source_parameters": "Basis",
        "column_contribution": "Contribution",
        "column_datum": "Datum",
        "column_parameter": "Parameter",
        "column_operation": "Operation",
        "column_result": "Result",
        "column_rule": "What the rule says",
        "unprintable": "The sign □ stands for a character that cannot be printed here.",
        "page": "page {page} of {pages}",
    },
}

ADAPTED: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "decided": "Décision enregistrée : {text}.",
        "recorded": "Résultat enregistré : {text}.",
        "not_recorded": "Le journal des décisions n’enregistre ni la décision ni le résultat. "
        "Votre lettre de décision dit ce qui a été décidé.",
        "differs": "Le résultat enregistré ({recorded}) n’est pas celui que donnent les règles "
        "publiées ({given}). Vous pouvez demander que la décision soit vérifiée.",
        "decided_otherwise": "La décision n’est pas celle que donnent les règles publiées "
        "({given}).",
        "quoted": "« {text} »",
        "to_check": " (à vérifier)",
        "not_applied": "sans effet",
        "fictitious": "Ces règles sont inventées, pour une démonstration.",
        "only_worse": "La décision vous est favorable. La recherche n’a trouvé que des changements "
        "qui vous seraient défavorables : ils ne sont pas repris ici.",
        "worse_dropped": "Les changements qui vous seraient défavorables ne sont pas repris ici.",
    },
    "en": {
        "decided": "Decision recorded: {text}.",
        "recorded": "Result recorded: {text}.",
        "not_recorded": "The journal of decisions records neither the decision nor the result. "
        "Your letter of decision says what was decided.",
        "differs": "The result recorded ({recorded}) is not the one that the published rules give "
        "({given}). You may ask for the decision to be checked.",
        "decided_otherwise": "The decision is not the one that the published rules give ({given}).",
        "quoted": "“{text}”",
        "to_check": " (to be verified)",
        "not_applied": "no effect",
        "fictitious": "These rules are invented, for a demonstration.",
        "only_worse": "The decision is favourable to you. The search found only changes that would "
        "be unfavourable: they are left out here.",
        "worse_dropped": "The changes that would be unfavourable to you are left out here.",
    },
}
"""Words of `clairevoie.letters.from_explanation`."""

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
        "opening": "Vous nous avez demandé d’expliquer la décision n° {reference} du {day}. "
        "Elle concerne {subject}. Elle a été prise sur le fondement d’un traitement "
        "algorithmique, « {system} ».",
        "opening_unasked": "Voici l’explication de la décision n° {reference} du {day}. "
        "Elle concerne {subject}. Elle a été prise sur le fondement d’un traitement "
        "algorithmique, « {system} ».",
        "right": "La loi vous donne droit à cette explication (CRPA, art. L. 311-3-1 et "
        "R. 311-3-1-2). L’essentiel est dans cette lettre, le détail dans son annexe.",
        "outcome": "Ce qui a été décidé",
        "summary": "La part du traitement algorithmique",
        "reasons": "Les raisons de la décision",
        "reasons_fact": "En fait",
        "reasons_law": "En droit",
        "failed": "Les conditions qui ne sont pas remplies",
        "would_change": "Ce qui changerait la décision",
        "human": "Parler à une personne",
        "human_default": "Vous pouvez demander des précisions, signaler une erreur ou présenter "
        "votre situation.",
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
        "counting_to_check": "La manière de compter le dernier jour des délais reste à vérifier : "
        "un jour de plus, report lorsque ce jour n’est pas ouvré.",
        "articles_to_check": "Le texte de ces références n’a pas été relu : {articles}.",
        "column_label": "Élément",
        "column_value": "Pour vous",
        "column_source_data": "Source",
        "column_source_parameters": "Fondement",
        "column_contribution": "Contribution",
        "column_datum": "Donnée",
        "column_parameter": "Paramètre",
        "column_operation": "Opération",
        "column_result": "Résultat",
        "unprintable": "Le signe □ remplace un caractère que cette lettre ne peut pas imprimer.",
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
        "opening": "You asked us to explain decision no. {reference} of {day}. "
        "It is about {subject}. It was taken on the basis of an algorithmic processing, "
        "“{system}”.",
        "opening_unasked": "Here is the explanation of decision no. {reference} of {day}. "
        "It is about {subject}. It was taken on the basis of an algorithmic processing, "
        "“{system}”.",
        "right": "The law gives you a right to this explanation (CRPA, art. L. 311-3-1 and "
        "R. 311-3-1-2). The main points are in this letter, the detail in its annex.",
        "outcome": "What was decided",
        "summary": "The part of the algorithmic processing",
        "reasons": "The reasons for the decision",
        "reasons_fact": "In fact",
        "reasons_law": "In law",
        "failed": "The conditions that are not met",
        "would_change": "What would change the decision",
        "human": "Talk to a person",
        "human_default": "You may ask for details, point out a mistake or describe your situation.",
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
        "counting_to_check": "How the last day of a time limit is counted remains to be verified: "
        "whether a last day that is not a working day moves, whether one more day is given.",
        "articles_to_check": "The text of these references was not read again: {articles}.",
        "column_label": "Element",
        "column_value": "For you",
        "column_source_data": "Source",
        "column_source_parameters": "Basis",
        "column_contribution": "Contribution",
        "column_datum": "Datum",
        "column_parameter": "Parameter",
        "column_operation": "Operation",
        "column_result": "Result",
        "unprintable": "The sign □ stands for a character that this letter cannot print.",
        "page": "page {page} of {pages}",
    },
}

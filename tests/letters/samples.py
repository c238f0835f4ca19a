"""An invented town, an invented decision: letters and notices for the tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from clairevoie.letters.model import (
    Administration,
    Agent,
    Decision,
    Element,
    ExplanationLetter,
    LegalReason,
    Recipient,
    Request,
    Row,
)
from clairevoie.letters.notice import Notice
from clairevoie.letters.remedies import remedies_of
from clairevoie.obligations.limits import Article

TOWN = Administration(
    name="Commune de Valmont-sur-Ise",
    service="Service de la petite enfance",
    address=("1 place de la Mairie", "99999 Valmont-sur-Ise"),
    website="www.valmont-sur-ise.example",
)
COURT = "Tribunal administratif de Valmont, 2 rue du Palais, 99999 Valmont"


def letter_fr() -> ExplanationLetter:
    """A crèche place refused under a points scale."""
    return ExplanationLetter(
        language="fr",
        day=date(2026, 3, 10),
        place="Valmont-sur-Ise",
        reference="PE-2026-118",
        administration=TOWN,
        agent=Agent(
            name="Camille Exemple",
            capacity="responsable des admissions",
            phone="00 00 00 00 00",
            email="petite-enfance@valmont-sur-ise.example",
            hours="du lundi au vendredi, de 9 h à 12 h",
        ),
        recipient=Recipient(
            name="Madame Dominique Modèle",
            address=("12 rue des Essais", "99999 Valmont-sur-Ise"),
            salutation="Madame,",
        ),
        decision=Decision(
            reference="2026-CR-0417",
            subject="l’attribution d’une place en crèche pour septembre 2026",
            date=date(2026, 2, 12),
            outcome="Votre demande de place est inscrite sur la liste d’attente, au 38e rang. "
            "Il y avait 31 places.",
            system="Barème d’attribution des places en crèche",
            notified=date(2026, 2, 16),
        ),
        request=Request(received=date(2026, 2, 24)),
        summary=(
            "Le traitement calcule des points, puis classe les demandes.",
            "La commission d’admission a suivi ce classement sans le modifier.",
        ),
        degree=Element(
            paragraphs=(
                "Le traitement a établi le classement. Une commission de trois élus l’a examiné "
                "le 12 février 2026 et l’a suivi pour votre demande.",
            ),
        ),
        data=Element(
            paragraphs=("Le traitement a lu six données, toutes issues de votre demande.",),
            rows=(
                Row("Enfants à charge", "3", "enfants", "Votre demande, rubrique 2"),
                Row("Activité des parents", "un parent sur deux", "", "Votre demande, rubrique 4"),
                Row("Durée de résidence", "14", "mois", "Justificatif de domicile"),
                Row("Quotient familial", "1 250,50", "€", "Caisse d’allocations familiales"),
                Row("Handicap dans la famille", "non", "", "Votre demande, rubrique 5"),
                Row("Date de la demande", "3 novembre 2025", "", "Guichet de la mairie"),
            ),
        ),
        parameters=Element(
            paragraphs=("Chaque critère donne des points. Leur somme fait votre rang.",),
            rows=(
                Row("Enfants à charge", "3 × 40 points", "", "Barème, critère 1", "+ 120"),
                Row("Activité des parents", "1 × 60 points", "", "Barème, critère 2", "+ 60"),
                Row("Durée de résidence", "1 année × 10 points", "", "Barème, critère 3", "+ 10"),
                Row("Quotient familial", "tranche 4 sur 8", "", "Barème, critère 4", "+ 25"),
                Row("Handicap dans la famille", "0 point", "", "Barème, critère 5", "0"),
            ),
            total=Row("Total", "", "", "", "215"),
        ),
        operations=Element(
            paragraphs=(
                "Les points sont additionnés. Les demandes sont classées du plus grand nombre de "
                "points au plus petit, puis de la plus ancienne à la plus récente.",
            ),
            rows=(
                Row("Somme des points", "120 + 60 + 10 + 25 + 0 = 215", "", "Barème, art. 3"),
                Row("Rang parmi 94 demandes", "38e", "", "Barème, art. 4"),
                Row("Seuil de la dernière place", "230 points", "", "Barème, art. 4"),
            ),
        ),
        facts=(
            "Votre demande a obtenu 215 points.",
            "La dernière place a été attribuée à une demande de 230 points.",
        ),
        law=(
            LegalReason(
                "Les places sont attribuées dans l’ordre des points, dans la limite des places.",
                Article("Délibération du conseil municipal du 3 juin 2025, art. 4"),
            ),
        ),
        failed=("Les deux parents travaillent ou étudient : un seul est dans ce cas.",),
        would_change=(
            "Si les deux parents travaillaient ou étudiaient, la demande aurait 275 points et "
            "une place.",
            "Avec 3 années de résidence au lieu d’une, elle aurait 235 points et une place.",
        ),
        rules_url="https://registre.valmont-sur-ise.example/regles/creche",
        remedies=remedies_of(
            language="fr",
            day=date(2026, 3, 10),
            received=date(2026, 3, 13),
            decided=date(2026, 2, 12),
            notified=date(2026, 2, 16),
            administration=TOWN,
            court=COURT,
        ),
    )


def letter_en() -> ExplanationLetter:
    """The same letter, in English."""
    letter = letter_fr()
    assert letter.agent
    assert letter.recipient
    return replace(
        letter,
        language="en",
        agent=replace(letter.agent, capacity="head of admissions", hours="weekdays, 9 to 12"),
        recipient=replace(letter.recipient, name="Ms Dominique Modèle", salutation=""),
        decision=replace(
            letter.decision,
            subject="the allocation of a crèche place for September 2026",
            outcome="Your request is on the waiting list, in 38th place. There were 31 places.",
            system="Points scale for crèche places",
        ),
        summary=("The processing counts points, then ranks the requests.",),
        degree=Element(paragraphs=("The processing ranked the requests; a committee agreed.",)),
        data=Element(
            paragraphs=("The processing read one datum.",),
            rows=(Row("Dependent children", "3", "children", "Your request"),),
        ),
        parameters=Element(
            paragraphs=("Each criterion gives points.",),
            rows=(Row("Dependent children", "3 × 40 points", "", "Criterion 1", "+ 120"),),
        ),
        operations=Element(
            paragraphs=("The points are added, then the requests are ranked.",),
            withheld="The requests of other families are not communicated.",
        ),
        facts=("Your request obtained 215 points.", "The last place went to 230 points."),
        law=(
            LegalReason(
                "Places are allocated in the order of points.",
                Article("Council resolution of 3 June 2025, art. 4", to_check=True),
            ),
        ),
        failed=(),
        would_change=("With both parents at work, the request would have 275 points.",),
        remedies=remedies_of(
            language="en",
            day=date(2026, 3, 10),
            received=date(2026, 3, 13),
            decided=date(2025, 11, 3),
            notified=date(2025, 11, 3),
            administration=TOWN,
            court=COURT,
        ),
    )


def notice_fr() -> Notice:
    """The mention of the same scale."""
    return Notice(
        administration=TOWN.name,
        system="Barème d’attribution des places en crèche",
        purpose="Classer les demandes de place en crèche, pour attribuer les places disponibles.",
        contact="Service de la petite enfance, 1 place de la Mairie, 99999 Valmont-sur-Ise, "
        "petite-enfance@valmont-sur-ise.example",
        url="https://registre.valmont-sur-ise.example/regles/creche",
    )

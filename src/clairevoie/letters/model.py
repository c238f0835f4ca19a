"""What an explanation letter says, as plain values: the target for whoever explains a decision.

Every text is written for its reader, in the language of the letter, without markup. Numbers come
already written («1 250,50 €»): a letter computes nothing but its dates.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from clairevoie.obligations.calendar import DueDate
from clairevoie.obligations.dates import Language
from clairevoie.obligations.limits import Article


@dataclass(frozen=True, slots=True)
class Administration:
    """The public body that decided.

    Attributes:
        name: «Commune de Valmont-sur-Ise».
        service: the unit that writes; may be empty.
        address: lines of its postal address.
        website: shown as it is; may be empty.
    """

    name: str
    address: tuple[str, ...]
    service: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Agent:
    """The agent in charge of the file (CRPA, art. L. 111-2), who signs (L. 212-1).

    Attributes:
        name: first name and name.
        capacity: «responsable du service petite enfance».
        phone: as it is dialled; may be empty.
        email: may be empty.
        hours: when a person answers, a phrase; may be empty.
        by_teleservice: the letter goes through a teleservice, which dispenses with a signature but
            not with name, capacity and service (L. 212-2).
    """

    name: str
    capacity: str
    phone: str = ""
    email: str = ""
    hours: str = ""
    by_teleservice: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """The person to whom the letter goes.

    Attributes:
        name: as on an envelope.
        address: lines of the postal address.
        salutation: «Madame,»; the default of the language when empty.
    """

    name: str
    address: tuple[str, ...]
    salutation: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that is explained.

    Attributes:
        reference: its number.
        subject: what it is about, a phrase: «l’attribution d’une place en crèche».
            Left out when empty.
        date: when it was taken.
        outcome: what was decided, as it was recorded: one or two sentences, never what the rules
            give when they are applied again.
        system: name of the algorithmic processing.
        notified: when the person received it; None when unknown.
        differs: that what was decided is not what the published rules give; empty when it is.
    """

    reference: str
    subject: str
    date: datetime.date
    outcome: str
    system: str
    notified: datetime.date | None = None
    differs: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """The person's request: when it was received, and its reference."""

    received: datetime.date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of the annex; a column that is empty everywhere is not shown.

    Attributes:
        label: the datum, the parameter or the step.
        value: what it was for this person.
        unit: «€ par mois», «points».
        source: where the datum comes from, or the article or rule that the parameter rests on.
        contribution: what it weighed in the result, with its sign and unit: «+ 40 points».
    """

    label: str
    value: str
    unit: str = ""
    source: str = ""
    contribution: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """One of the four elements of CRPA, art. R. 311-3-1-2.

    Attributes:
        paragraphs: short sentences, the plain answer first.
        rows: the detail.
        total: last line of the table, in bold; None for no total.
        withheld: what is not said and which protected secret forbids it (the article speaks under
            reserve of secrets protected by law); empty when nothing is held back.
    """

    paragraphs: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    total: Row | None = None
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class LegalReason:
    """A consideration of law (CRPA, art. L. 211-5): what the text says, and the text.

    ``text`` is empty when nobody has said what the article lays down: it is then only named.
    """

    text: str
    article: Article


@dataclass(frozen=True, slots=True)
class Remedy:
    """One remedy, with its time limit; see `clairevoie.letters.remedies`.

    Attributes:
        title: «Saisir le tribunal administratif».
        where: to whom, and how: name, address, website.
        rule: the time limit as a rule: «Deux mois à compter de la notification de la décision.»
        condition: what the date rests on: «si vous recevez cette lettre le 12 mars 2026»; or, with
            no date, what it depends on, when that is not the remedy before.
        due: the date and how it was counted; None when no date can be given.
        past: sentence shown in place of the date when it has gone by.
        articles: what the remedy rests on.
    """

    title: str
    where: str
    rule: str
    articles: tuple[Article, ...]
    condition: str = ""
    due: DueDate | None = None
    past: str = ""


@dataclass(frozen=True, slots=True)
class ExplanationLetter:
    """The answer to a request for explanation (CRPA, art. L. 311-3-1, R. 311-3-1-2).

    The letter proper is short; the four elements are told in its annex. With an ``agent`` it is a
    letter of the administration, which the agent signs. Without one it is a *document* that the
    public site of the rules makes: it says so, and has no salutation, no closing, no signature.

    Attributes:
        language: of every text here.
        day: date of the letter.
        place: where it is written («Valmont-sur-Ise»); may be empty.
        reference: of this letter; may be empty.
        administration, decision: whose decision, which one.
        agent, recipient: who signs, to whom; both, or neither.
        request: what it answers; ``None`` where nobody asked by letter.
        summary: how far the processing contributed, two or three sentences for page 1.
        degree: 1°, degree and mode of contribution of the processing to the decision.
        data: 2°, data processed and their sources.
        parameters: 3°, parameters and, where applicable, weights, applied to the person.
        operations: 4°, operations carried out.
        facts: considerations of fact (L. 211-5), a sentence each.
        law: considerations of law (L. 211-5).
        failed: conditions that were not met, a sentence each; may be empty.
        would_change: what would change the decision, a sentence each; may be empty.
        searched: what was searched to say so, and the limits of that search. With it and without
            ``would_change``, nothing was found; the section is left out when both are empty.
        remedies: in the order in which they are shown.
        human: what the person may ask of the agent; a default sentence when empty.
        rules_url: public page of the rules; printed with a QR code; may be empty.
        warnings: what the reader must know first, a sentence each, shown before all else.
        to_check: whole sentences on what remains to be verified, besides the articles and dates
            that say so themselves.

    Raises:
        ValueError: a letter that lacks what the law asks of it (L. 111-2, L. 212-1): the service,
            the name or the capacity of the agent; or a recipient without an agent.
    """

    language: Language
    day: datetime.date
    administration: Administration
    agent: Agent | None
    recipient: Recipient | None
    decision: Decision
    request: Request | None
    summary: tuple[str, ...]
    degree: Element
    data: Element
    parameters: Element
    operations: Element
    facts: tuple[str, ...]
    law: tuple[LegalReason, ...]
    remedies: tuple[Remedy, ...]
    failed: tuple[str, ...] = ()
    would_change: tuple[str, ...] = ()
    searched: str = ""
    human: str = ""
    rules_url: str = ""
    place: str = ""
    reference: str = ""
    warnings: tuple[str, ...] = ()
    to_check: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.agent is None) is not (self.recipient is None):
            raise ValueError(
                "a letter has an agent who signs and a recipient; a document of the site has "
                "neither: give both, or none."
            )
        if self.agent is None:
            return
        needed = {
            "name of the agent": self.agent.name,
            "capacity of the agent": self.agent.capacity,
            "service of the administration": self.administration.service,
        }
        for what, given in needed.items():
            if not given.strip():
                raise ValueError(
                    f"the letter does not say the {what}: CRPA, art. L. 111-2 and L. 212-1 ask "
                    "for it; fill it in."
                )

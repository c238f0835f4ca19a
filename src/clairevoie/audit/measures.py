"""What can be measured of a journal: each measure is a count out of another, both sums of cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from clairevoie.audit.cells import Cells
from clairevoie.audit.intervals import Floats
from clairevoie.audit.model import Plan
from clairevoie.rules.model import Text

TRUTH: dict[str, Text] = {
    "error": {
        "fr": "« {truth} », parmi les cas connus",
        "en": "“{truth}”, among the known cases",
    },
    "precision": {
        "fr": "« {truth} », parmi les cas « {said} »",
        "en": "“{truth}”, among the cases “{said}”",
    },
    "true_positive": {
        "fr": "« {said} », parmi les cas « {truth} »",
        "en": "“{said}”, among the cases “{truth}”",
    },
    "false_positive": {
        "fr": "« {said} » à tort, parmi les cas qui ne sont pas « {truth} »",
        "en": "“{said}” wrongly, among the cases that are not “{truth}”",
    },
    "false_negative": {
        "fr": "Manqués, parmi les cas « {truth} »",
        "en": "Missed, among the cases “{truth}”",
    },
}
RANDOM: Text = {
    "fr": "{label} (échantillon tiré au hasard)",
    "en": "{label} (sample drawn at random)",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """A count out of another.

    Attributes:
        name: identifier.
        count, of: sums of cells, each as terms: a name and its sign (``said`` less ``both``).
    """

    name: str
    label: Text
    count: tuple[tuple[str, int], ...]
    of: tuple[tuple[str, int], ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of all the sums that it is made of."""
        return tuple(dict.fromkeys(name for name, _ in (*self.count, *self.of)))


def measures_of(plan: Plan, cells: Cells) -> tuple[Measure, ...]:
    """Return what a plan measures of each group.

    Of rows drawn at random only the share that is true is measured where the outcome that should
    have foreseen it happens to none of them: whoever draws them often leaves the machine out.
    """
    found = every_measure(plan)
    said = cells.sums.get("random:said")
    if said is not None and not said.any():
        left_out = {f"random:{name}" for name in TRUTH if name != "error"}
        found = tuple(one for one in found if one.name not in left_out)
    return found


def every_measure(plan: Plan) -> tuple[Measure, ...]:
    """Return all that a plan can measure, whatever the journal holds."""
    return (*_outcomes(plan), *_truth(plan), *_chain(plan))


def summed(cells: Cells, terms: tuple[tuple[str, int], ...]) -> Floats:
    """Return a sum of terms for each cell, of shape (cells,)."""
    found = np.zeros(len(cells.rows))
    for name, sign in terms:
        found += sign * (cells.rows if name == "rows" else cells.sums[name])
    return found


def _outcomes(plan: Plan) -> Iterator[Measure]:
    for item in plan.outcomes:
        yield Measure(
            f"rate:{item.name}",
            item.label,
            ((f"hit:{item.name}", 1),),
            ((f"of:{item.name}", 1),),
        )


def _truth(plan: Plan) -> Iterator[Measure]:
    truth = plan.truth
    if truth is None:
        return
    predicted = plan.outcome(truth.predicted)
    for prefix in ("", "random:") if truth.random else ("",):
        known, true, said, both = (f"{prefix}{one}" for one in ("known", "true", "said", "both"))
        terms = {
            "error": (((true, 1),), ((known, 1),)),
            "precision": (((both, 1),), ((said, 1),)),
            "true_positive": (((both, 1),), ((true, 1),)),
            "false_positive": (((said, 1), (both, -1)), ((known, 1), (true, -1))),
            "false_negative": (((true, 1), (both, -1)), ((true, 1),)),
        }
        for name, (count, of) in terms.items():
            label = {
                language: words.format(
                    truth=_say(truth.label, language), said=_say(predicted.label, language)
                )
                for language, words in TRUTH[name].items()
            }
            if prefix:
                label = {
                    language: RANDOM[language].format(label=words)
                    for language, words in label.items()
                }
            yield Measure(f"{prefix}{name}", label, count, of)


def _say(text: Text, language: str) -> str:
    return text.get(language) or text.get("fr") or next(iter(text.values()), "")


def _chain(plan: Plan) -> Iterator[Measure]:
    before = plan.everybody
    for step in plan.chain:
        here = f"step:{step.name}"
        yield Measure(here, step.label, ((here, 1),), ((before, 1),))
        before = here

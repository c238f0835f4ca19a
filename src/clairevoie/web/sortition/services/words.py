"""Problems of pools and quotas, in the language of the reader."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language

from clairevoie.sortition.pool import PoolProblem
from clairevoie.sortition.sentences import Sentence

MOST_SAID = 12


def problem_text(problem: PoolProblem) -> str:
    """Return what is wrong, one sentence a line."""
    more = len(problem.problems) - MOST_SAID
    lines = [_spoken(each) for each in problem.problems[:MOST_SAID]]
    return "\n".join([*lines, *([f"… +{more}"] if more > 0 else [])])


def _spoken(sentence: str) -> str:
    english = (get_language() or settings.LANGUAGE_CODE).startswith("en")
    return sentence.french if isinstance(sentence, Sentence) and not english else sentence

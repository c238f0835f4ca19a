"""What the letters say of themselves, in French, is made of short sentences."""

from __future__ import annotations

import pytest

from clairevoie.explanation.readability import LONGEST_SENTENCE, readability
from clairevoie.letters.notice import notice_lead, notice_parts
from clairevoie.letters.phrases import LETTER
from clairevoie.letters.remedies import WORDS
from clairevoie.obligations.limits import LIMITS
from tests.letters.samples import notice_fr

SAID = {
    **{f"letter {key}": text for key, text in LETTER["fr"].items()},
    **{f"remedies {key}": text for key, text in WORDS["fr"].items()},
    **{f"limit {key}": limit.effect["fr"] for key, limit in LIMITS.items()},
    **{f"notice {part.key}": part.text for part in notice_parts(notice_fr())},
    "notice lead": notice_lead(notice_fr()),
}


@pytest.mark.parametrize("key", sorted(SAID))
def test_no_sentence_is_long(key: str) -> None:
    assert readability(SAID[key]).longest <= LONGEST_SENTENCE, SAID[key]


def test_the_whole_can_be_read() -> None:
    prose = " ".join(text for text in SAID.values() if text.endswith("."))
    assert readability(prose).ease >= 60

"""How readable a French text is: reading ease after Kandel and Moles, and the length of sentences.

Reading ease is ``207 − 1.015 × words per sentence − 73.6 × syllables per word``: L. Kandel and
A. Moles, « Application de l’indice de Flesch à la langue française », *Cahiers d’études de
radio-télévision*, 19, 1958, pp. 253-274, with the coefficients in common use (textstat, lucid-lint;
koRpus has others for the same paper, which was not read again). The scale is Flesch's (1948): 60 to
70 is standard, 50 to 60 fairly difficult, 30 to 50 difficult.

Limits. The measure knows nothing of meaning, order or vocabulary: short words may be obscure. It
was made for some hundred words of prose: on a few sentences one long word moves it by ten points. A
number, an amount or a sign counts as a word of one syllable, as in Flesch. It is a floor that a
generated text must not fall below, not a proof that it is understood.

Syllables are counted as they are said, without the mute e. On the 137 836 one-word forms of
Lexique 3.83 (New, Pallier, Brysbaert and Ferrand 2004) the count is right for 95 % of forms, and
for 99 % of words as they occur. The points where Pyphen would break a word, which textstat counts,
give 83 % and 93 %, and make every text look easier than it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_SENTENCE = 30
"""Words in a sentence of the short version, at most."""

_WORD = re.compile(r"[0-9]+(?:[\u00a0\u202f.,/][0-9]+)*|[^\W\d_]+(?:-[^\W\d_]+)*")
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])[\s\u00a0\u202f»”)]+(?=[«“(\s\u00a0\u202f]*[A-ZÀ-ÖØ-Þ0-9«“(])"
)

_VOWELS = "aeiouyàâäéèêëîïôöùûüœæ"
_SAID = (
    (re.compile("gu(?=[eéèêëiîïy])"), "g"),  # guide
    (re.compile("qu"), "q"),
    (re.compile(f"(?<=[{_VOWELS}])y(?=[{_VOWELS}])"), "j"),  # payer
    (re.compile("ge(?=[aoâôu])"), "j"),  # obligeance
    (re.compile(f"(?<=[aeou])ill(?=[{_VOWELS}])"), "j"),  # travailler
    (re.compile("(?<=[aeou])ils?$"), "j"),  # travail
    (re.compile("(?<=[ao]i)ent$"), ""),  # étaient
)
"""Letters that do not sound alone, as a consonant that does."""
_VOWEL = re.compile(f"œu|eau|aî|ai|au|ei|eî|eu|eû|oi|oî|oeu|ou|où|oû|[{_VOWELS}]")
_GLIDES = frozenset(("i", "î", "y", "u", "û", "ou", "oû"))
_MUTE = re.compile("es?$")


@dataclass(frozen=True, slots=True)
class Readability:
    """The measure of one text.

    Attributes:
        ease: reading ease, about 0 to 100; the higher the easier.
        words, sentences, syllables: what it was computed from.
        longest: words in the longest sentence.
    """

    ease: float
    words: int
    sentences: int
    syllables: int
    longest: int


def readability(text: str) -> Readability:
    """Measure a French text.

    Raises:
        ValueError: it has no word.
    """
    sentences = [words_of(sentence) for sentence in sentences_of(text)]
    words = sum(map(len, sentences))
    if not words:
        raise ValueError("a text without a word has no reading ease")
    syllables = sum(syllables_of(word) for sentence in sentences for word in sentence)
    ease = 207 - 1.015 * words / len(sentences) - 73.6 * syllables / words
    return Readability(ease, words, len(sentences), syllables, max(map(len, sentences)))


def sentences_of(text: str) -> tuple[str, ...]:
    """Return the sentences of a text; a line break ends a sentence too."""
    found: list[str] = []
    for line in text.splitlines():
        found += (part.strip() for part in _SENTENCE_END.split(line))
    return tuple(part for part in found if _WORD.search(part))


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text: « l’enfant » is two, « peut-être » one, « 1 234,56 » one."""
    return tuple(_WORD.findall(text))


def syllables_of(word: str) -> int:
    """Return how many syllables a French word has when it is said, at least 1."""
    return max(1, sum(_syllables(part) for part in word.lower().split("-")))


def _syllables(part: str) -> int:
    for pattern, sound in _SAID:
        part = pattern.sub(sound, part)
    mute = _MUTE.search(part)
    if mute is not None and any(letter in _VOWELS for letter in part[: mute.start()]):
        part = part[: mute.start()]
    found = [(match.group(), match.start(), match.end()) for match in _VOWEL.finditer(part)]
    count = 0
    for index, (letters, start, end) in enumerate(found):
        follows = index + 1 < len(found) and found[index + 1][1] == end
        if letters in _GLIDES and follows:
            # A glide makes no syllable (pied, nuit), save after two consonants (cri-er, ou-bli-er).
            before = part[max(0, start - 2) : start]
            heavy = len(before) == 2 and before[1] in "lr" and before[0] in "bcdfgptv"
            count += heavy and not (letters == "u" and found[index + 1][0] == "i")
        else:
            count += 1
    return count

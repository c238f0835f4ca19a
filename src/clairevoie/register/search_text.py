"""Full-text analysis, the same for every database: from a text to the tokens that are indexed.

A word is indexed without accents and without its ending (Snowball's French stemmer), both ways
round, so that «crèches», «creche» and «Crèche» meet. Elided articles (l', d', qu') and the
commonest function words are left out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from Stemmer import Stemmer

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ELISIONS = frozenset(
    ("l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu")
)
STOP_WORDS = frozenset(
    """
    a afin ainsi alors au aucun aussi autre aux avec car ce ceci cela celle celles celui ces cet
    cette ceux chaque comme comment dans de des dont du elle elles en entre est et etre eu fait
    il ils je la le les leur leurs lors lui mais me meme mes mon ne ni nos notre nous on ont ou par
    pas peu peut plus pour pourquoi qu quand que quel quelle quels qui sa sans se selon ses si son
    sont sous sur ta te tes ton tous tout toute toutes tu un une vers vos votre vous y
    the of and to in is for that by on are be with as an or it
    het een van dat die en voor met op te zijn
    """.split()
)

_stemmer = Stemmer("french", 0)


def fold(text: str) -> str:
    """Return ``text`` in lower case without accents; ligatures are spelt out."""
    if text.isascii():
        return text.lower()
    text = text.lower().replace("œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=200_000)
def variants(word: str) -> tuple[str, ...]:
    """Return the tokens under which one word is indexed: none for a stop word."""
    folded = fold(word)
    if folded in STOP_WORDS:
        return ()
    stems = {fold(_stemmer.stemWord(word.lower())), _stemmer.stemWord(folded)}
    return tuple(sorted(token for token in stems if token))


@lru_cache(maxsize=100_000)
def _word_tokens(chunk: str) -> tuple[str, ...]:
    tokens: list[str] = []
    for part in chunk.replace("’", "'").split("'"):
        if part.lower() not in _ELISIONS:
            tokens.extend(variants(part))
    return tuple(tokens)


def tokens(text: str) -> list[str]:
    """Return the tokens of a text, in order, each word's variants side by side."""
    found: list[str] = []
    for chunk in _WORD.findall(unicodedata.normalize("NFC", text)):
        found.extend(_word_tokens(chunk))
    return found


def query_terms(query: str, *, limit: int = 12) -> list[tuple[str, ...]]:
    """Return the words looked for, each as its variants; a text must hold one variant of each.

    A query made of stop words only is searched as it is written. ``limit`` bounds the number of
    words.
    """
    chunks = _WORD.findall(unicodedata.normalize("NFC", query))
    terms: list[tuple[str, ...]] = []
    for chunk in chunks:
        for part in chunk.replace("’", "'").split("'"):
            found = variants(part) if part.lower() not in _ELISIONS else ()
            if found and found not in terms:
                terms.append(found)
    return terms[:limit]

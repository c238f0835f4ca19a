"""Near-duplicates are found, whatever their accents, and none is missed for speed."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clairevoie.consultation.similar import indexed, pairs, similar_to, trigrams

WORDS = "rue école vélo piste cyclable cantine bio gratuite tram horaires nuit parc arbre eau"
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS.split()), max_size=6).map(" ".join), min_size=0, max_size=12
)


# PostgreSQL, documentation of pg_trgm: trigrams of « cat », similarity('word', 'two words').
def test_examples_of_postgresql():
    assert trigrams("cat") == {"  c", " ca", "cat", "at "}
    ((place, similarity),) = similar_to(indexed(["two words"]), "word", least=0.1)
    assert place == 0
    assert similarity == pytest.approx(0.363636, abs=1e-6)


@pytest.mark.parametrize(
    "other",
    [
        "PLUS DE PISTES CYCLABLES PRES DES ECOLES",
        "plus de pistes cyclables, près des écoles !",
        "Près des écoles : plus de pistes cyclables",
        "Plus de pistes cyclables pre\u0300s des e\u0301coles",
    ],
)
def test_accents_capitals_and_points_do_not_count(other):
    ((_, similarity),) = similar_to(indexed(["Plus de pistes cyclables près des écoles"]), other)
    assert similarity == 1


def test_unlike_texts_are_not_returned():
    index = indexed(["Une cantine bio", "Des arbres", "Fermer la rue aux voitures"])
    assert similar_to(index, "Rouvrir la piscine le dimanche") == ()
    assert similar_to(index, "") == ()


@given(TEXTS, st.sampled_from([0.2, 0.5, 0.6, 0.8, 1.0]))
def test_no_pair_is_missed(texts, least):
    sets = [trigrams(text) for text in texts]
    expected = {
        (one, two): len(sets[one] & sets[two]) / len(sets[one] | sets[two])
        for two in range(len(sets))
        for one in range(two)
        if sets[one] and sets[two]
    }
    found = {
        (pair.first, pair.second): pair.similarity for pair in pairs(indexed(texts), least=least)
    }
    assert found == {key: value for key, value in expected.items() if value >= least}


@given(TEXTS, st.randoms())
def test_order_does_not_matter(texts, random):
    order = random.sample(range(len(texts)), len(texts))
    moved = pairs(indexed([texts[at] for at in order]))
    named = {
        (frozenset((order[pair.first], order[pair.second])), pair.similarity) for pair in moved
    }
    assert named == {
        (frozenset((pair.first, pair.second)), pair.similarity) for pair in pairs(indexed(texts))
    }


@pytest.mark.parametrize("least", [0, -1, 1.1])
def test_refuses_a_similarity_that_is_none(least):
    with pytest.raises(ValueError, match="above 0"):
        pairs(indexed([]), least=least)


def test_five_thousand_proposals():
    chance = np.random.default_rng(1)
    letters = np.array(list("aeioubcdfglmnprst"))
    words = ["".join(chance.choice(letters, size)) for size in chance.integers(2, 10, 3000)]
    often = 1 / np.arange(1, len(words) + 1)
    texts = [" ".join(chance.choice(words, 15, p=often / often.sum())) for _ in range(4990)]
    copies = [text.upper() + " bis" for text in texts[:10]]
    start = time.perf_counter()
    found = pairs(indexed(texts + copies))
    taken = time.perf_counter() - start
    assert {(at, 4990 + at) for at in range(10)} <= {(pair.first, pair.second) for pair in found}
    assert taken < 20  # about 1 s when the machine is free

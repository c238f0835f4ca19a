"""What sums and differences of lines determine."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse  # type: ignore[import-untyped]

from clairevoie.audit.protecting import Secrets, Tables, determined, protect


def tables_of(lines: np.ndarray, values: np.ndarray, fixed: bool = False) -> Tables:
    figures = np.ones((1, len(lines)), dtype=bool)
    return Tables(
        values=values[None, :],
        relations=np.ones((1, 1)),
        lines=sparse.csr_array(lines.astype(float)),
        published=figures,
        fixed=figures & fixed,
        costs=figures.astype(float),
        codes=np.arange(len(values))[:, None],
    )


@given(st.integers(0, 2**32 - 1))
def test_sets_that_are_combinations_of_lines(seed: int) -> None:
    draw = np.random.default_rng(seed)
    cells = int(draw.integers(3, 40))
    lines = draw.random((int(draw.integers(1, 15)), cells)) < draw.choice([0.1, 0.3])
    lines = lines[lines.any(axis=1)]
    if not len(lines):
        return
    sets = np.vstack([draw.random((20, cells)) < 0.1, lines, lines[:1] & ~lines[-1:]])
    sets = sets[sets.any(axis=1)].astype(float)
    tables = tables_of(lines, np.ones(cells))
    found = determined(tables, np.zeros((1, len(lines)), dtype=bool), sparse.csr_array(sets))[0]
    for flag, each in zip(found, sets, strict=True):
        factors = np.linalg.lstsq(lines.T.astype(float), each, rcond=None)[0]
        assert flag == (np.abs(lines.T @ factors - each).max() < 1e-8)


def test_a_line_of_nobody_tells_of_those_that_cross_it() -> None:
    """Nobody in the first column: what the other column has of a row is all of the row."""
    lines = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0]], dtype=bool)
    sets = sparse.csr_array(np.eye(4))
    shown = np.zeros((1, 3), dtype=bool)
    found = determined(tables_of(lines, np.array([0.0, 5.0, 0.0, 40.0])), shown, sets)
    assert found.all()
    assert not determined(tables_of(lines, np.ones(4)), shown, sets).any()


def test_a_secret_that_fixed_figures_tell_is_lost() -> None:
    lines = np.array([[1, 0, 0], [0, 1, 0], [1, 1, 1]], dtype=bool)
    secrets = Secrets(np.array([0]), np.ones((1, 1)), np.array([10.0]))
    values = np.array([3.0, 50.0, 70.0])
    nothing = np.zeros((1, 3), dtype=bool)
    hidden, lost = protect(tables_of(lines, values, fixed=True), secrets, nothing)
    assert lost.all()
    assert not hidden.any()
    # The line itself goes; the third cell has no line of its own, and takes what it gains.
    hidden, lost = protect(tables_of(lines, values), secrets, nothing)
    assert hidden.tolist() == [[True, False, False]]
    assert not lost.any()

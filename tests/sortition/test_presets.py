"""Presets: every share has its source, what is missing is said, nothing else is written."""

from __future__ import annotations

import csv
import io

import pytest

from clairevoie.sortition.files import read_quotas
from clairevoie.sortition.pool import PoolProblem
from clairevoie.sortition.presets import preset_csv, read_presets


def test_every_share_has_a_source_and_a_date() -> None:
    presets = read_presets()
    assert set(presets) == {"france", "commune"}
    for preset in presets.values():
        for category in preset.categories:
            assert category.label
            assert category.url.startswith("https://www.insee.fr/")
            assert category.source.startswith("Insee")
            shares = [each.share for each in category.features if each.share]
            # All of a category or none: what is left cannot be known.
            assert len(shares) in {0, len(category.features)}
            if shares:
                assert category.date is not None
                assert category.scope != "à renseigner"


def test_shares_are_those_that_were_read() -> None:
    france = {each.key: each for each in read_presets()["france"].categories}
    shares = {each.name: each.share for each in france["sexe"].features}
    # 29 211 157 women of 56 020 408 persons of 15 years or more.
    assert shares == {"femme": "0.521438", "homme": "0.478562"}
    assert sum(float(each.share) for each in france["age"].features) == pytest.approx(1, abs=5e-6)
    assert len(france["csp"].features) == 8
    assert len(france["region"].features) == 17
    assert france["diplome"].missing[0] == "diplome / aucun ou CEP"


def test_what_is_known_makes_quotas() -> None:
    france = read_presets()["france"]
    assert france.missing
    assert all(each.startswith("diplome / ") for each in france.missing)
    known = france.only(["sexe", "age", "csp", "territoire", "region"])
    assert known.missing == ()
    quotas = read_quotas(preset_csv(known, tolerance="2 %"), size=150)
    women = next(each for each in quotas if each.feature == "femme")
    # 150 x (0.521438 - 0.02) = 75.2, 150 x (0.521438 + 0.02) = 81.2.
    assert (women.low, women.high) == (75, 82)
    with pytest.raises(PoolProblem, match="france has no category 'revenu'"):
        france.only(["sexe", "revenu"])


def test_a_template_has_empty_shares_that_cannot_be_used() -> None:
    content = preset_csv(read_presets()["commune"])
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert {row["share"] for row in rows} == {""}
    assert rows[-1]["category"] == "quartier"
    with pytest.raises(PoolProblem, match="the share of sexe / femme is missing"):
        read_quotas(content, size=40)
    with pytest.raises(ValueError, match="no share"):
        preset_csv(read_presets()["commune"], tolerance="a little")


def test_a_file_that_is_none_is_refused() -> None:
    for text in (b"x = ", b"[category.a]\nlabel = 'a'\n", b"\xff"):
        with pytest.raises(PoolProblem, match="no file of presets"):
            read_presets(text)

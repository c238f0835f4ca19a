"""Categories in use for panels in France, with the shares that were read in a cited source.

They are data: ``parameters/presets.toml``, dated, with series and address. A share that was not
read there is missing here, and said to be; none is invented.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.resources import files
from typing import Any

from clairevoie.sortition.exchange import csv_of
from clairevoie.sortition.pool import PoolProblem
from clairevoie.sortition.shares import number_of

TO_FILL = "à renseigner"
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Known:
    """A feature of a category.

    Attributes:
        name: as it is written in quotas and pools.
        label: for people, in French.
        share: text of its share of the population, as in a file of quotas; empty when unknown.
    """

    name: str
    label: str
    share: str


@dataclass(frozen=True, slots=True)
class Category:
    """A category with its features and where its shares are from.

    Attributes:
        key: as it is written in quotas and pools.
        label: for people, in French.
        date: of the population that was counted; None when shares are all missing.
        series, source, url: where the shares are, or are to be read.
        scope: which population was counted.
        note: what else is to be known.
        features: of the category; none when the organiser names them.
    """

    key: str
    label: str
    date: datetime.date | None
    series: str
    source: str
    url: str
    scope: str
    note: str
    features: tuple[Known, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the features whose share is missing; the category itself if it has none."""
        if not self.features:
            return (self.key,)
        return tuple(f"{self.key} / {each.name}" for each in self.features if not each.share)


@dataclass(frozen=True, slots=True)
class Preset:
    """Categories that go together.

    Attributes:
        name: of the preset.
        label: for people, in French.
        categories: in the order in which they are written.
    """

    name: str
    label: str
    categories: tuple[Category, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of all features whose share is missing."""
        return tuple(name for each in self.categories for name in each.missing)

    def only(self, keys: Sequence[str]) -> Preset:
        """Return the preset with some of its categories.

        Raises:
            PoolProblem: it has not one of them.
        """
        mine = {each.key: each for each in self.categories}
        problems = [
            f"Preset {self.name} has no category {key!r}; it has {', '.join(mine)}."
            for key in keys
            if key not in mine
        ]
        if problems:
            raise PoolProblem(problems)
        return replace(self, categories=tuple(mine[key] for key in keys))


def read_presets(content: bytes | None = None) -> dict[str, Preset]:
    """Read presets.

    Args:
        content: of a TOML file; that of the package by default.

    Raises:
        PoolProblem: it is no file of presets.
    """
    if content is None:
        file = files("clairevoie.sortition") / "parameters" / "presets.toml"
        content = file.read_bytes()
    try:
        form = tomllib.loads(content.decode())
        categories = {key: _category(key, each) for key, each in form["category"].items()}
        return {
            name: Preset(
                name,
                each["label"],
                tuple(
                    _without_shares(categories[key]) if each.get("local") else categories[key]
                    for key in each["categories"]
                ),
            )
            for name, each in form["preset"].items()
        }
    except (KeyError, TypeError, ValueError) as problem:
        raise PoolProblem([f"This is no file of presets ({problem!r})."]) from None


def _category(key: str, form: Mapping[str, Any]) -> Category:
    total = sum(each.get("count", 0) for each in form["features"])
    features = tuple(
        Known(each["name"], each["label"], _share(each, total)) for each in form["features"]
    )
    return Category(
        key=key,
        label=form["label"],
        date=form.get("date"),
        series=form["series"],
        source=form["source"],
        url=form["url"],
        scope=form["scope"],
        note=form.get("note", ""),
        features=features,
    )


def _share(form: Mapping[str, Any], total: int) -> str:
    if "count" in form:
        parts = round(Fraction(form["count"], total) * 10**_DECIMALS)
        return f"{parts // 10**_DECIMALS}.{parts % 10**_DECIMALS:0{_DECIMALS}d}"
    if "share" in form:
        number_of(form["share"])
        return str(form["share"])
    return ""


def _without_shares(category: Category) -> Category:
    """Return a category whose shares are those of another territory: they are to be read."""
    return replace(
        category,
        date=None,
        scope=TO_FILL,
        note="",
        features=tuple(replace(each, share="") for each in category.features),
    )


def preset_csv(preset: Preset, *, tolerance: str = "") -> bytes:
    """Return a preset as a file of quotas with shares; missing ones are empty.

    The file says where each share is from, in columns that `read_quotas` leaves aside.

    Args:
        preset: to write.
        tolerance: of every feature, as in a file of quotas; empty for none.
    """
    if tolerance:
        number_of(tolerance)
    header = (
        "category",
        "feature",
        "share",
        "tolerance",
        "label",
        "scope",
        "date",
        "source",
        "url",
    )
    rows = []
    for each in preset.categories:
        date = each.date.isoformat() if each.date else ""
        said = (each.scope, date, f"{each.source} ; {each.series}", each.url)
        known = each.features or (Known(TO_FILL, TO_FILL, ""),)
        rows += [
            (each.key, one.name, one.share, tolerance, f"{each.label} : {one.label}", *said)
            for one in known
        ]
    return csv_of(header, rows)

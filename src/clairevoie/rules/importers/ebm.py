"""Explainable boosting machines of interpret: ``json.dumps(ebm.to_jsonable())``.

Bins, categories, missing and unknown values, pairs and the link are carried over, so that scores
are those of the origin to rounding. Bagging and training statistics are not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from clairevoie.rules.content import Additive, Axis, Bins, Grid, Levels, Link, Shape, Term
from clairevoie.rules.importers.imported import (
    About,
    Imported,
    category_input,
    imported,
    label,
    need,
    number,
    plain_input,
    read_json,
    reading,
    refuse,
    safe_names,
)
from clairevoie.rules.model import Input

LINKS = ("identity", "logit", "log")


def read_ebm(given: Mapping[str, Any] | str | bytes, about: About) -> Imported:
    """Return the rule set of an explainable boosting machine.

    Args:
        given: the export, as text or as the object itself.
        about: what the export does not say.

    Raises:
        RulesProblem: not such an export; several classes; a term of more than two inputs.
    """
    with reading("ebm"):
        return _read(read_json(given, "ebm"), about)


def _read(data: Mapping[str, Any], about: About) -> Imported:
    model = need(data, "ebm", "")
    outputs = need(model, "outputs", "ebm")
    if len(outputs) != 1:
        raise refuse("ebm.outputs", "only a model with one output can be imported")
    intercepts = need(model, "intercept", "ebm")
    if isinstance(intercepts, Sequence) and len(intercepts) != 1:
        raise refuse("ebm.intercept", "a model of more than two classes has several scores")
    link = _link(outputs[0])
    features = need(model, "features", "ebm")
    names = safe_names(str(one["name"]) for one in features)
    by_name = {str(one["name"]): one for one in features}
    inputs = [_input(one, names[str(one["name"])]) for one in features]
    terms = tuple(
        _term(raw, by_name, names, f"ebm.terms.{index}")
        for index, raw in enumerate(need(model, "terms", "ebm"))
    )
    read = {name for term in terms for name in term.names}
    losses = []
    unread = [one.name for one in inputs if one.name not in read]
    if unread:
        losses.append(f"inputs that no term reads were left out: {', '.join(unread)}")
    if any("bagged_scores" in raw for raw in model["terms"]):
        losses.append("standard deviations and the scores of each bag are not part of the rules")
    first = intercepts[0] if isinstance(intercepts, Sequence) else intercepts
    content = Additive(number(first, "ebm.intercept"), terms, cast("Link", link))
    kept = [one for one in inputs if one.name in read]
    return imported(about, "additive", content, kept, losses=losses)


def _link(output: Mapping[str, Any]) -> str:
    link = str(output.get("link", "identity"))
    if link not in LINKS:
        raise refuse("ebm.outputs.0.link", f"the link '{link}' is not one of {', '.join(LINKS)}")
    if len(output.get("classes", ())) > 2:
        raise refuse("ebm.outputs.0.classes", "a model of more than two classes has several scores")
    return link


def _input(feature: Mapping[str, Any], name: str) -> Input:
    original = str(feature["name"])
    if "categories" in feature:
        # A coarser list of categories may serve the pairs; the first one has them all.
        listed = [one for group in feature["categories"][0] for one in _group(group)]
        return category_input(original, name, listed, required=False)
    return plain_input(original, name, required=False)


def _group(one: Any) -> list[str]:
    """A category, or several that share a bin."""
    return [str(item) for item in one] if isinstance(one, list) else [str(one)]


def _term(
    raw: Mapping[str, Any], features: Mapping[str, Any], names: Mapping[str, str], place: str
) -> Term:
    read = [str(one) for one in need(raw, "term_features", place)]
    scores = need(raw, "scores", place)
    if len(read) > 2:
        raise refuse(place, f"a term of {len(read)} inputs: at most two can be imported")
    axes = [_axis(features[one], len(read), place) for one in read]
    shape = _one(axes[0], scores, place) if len(read) == 1 else _two(axes, scores, place)
    identifier = "_x_".join(names[one] for one in read)
    return Term(identifier, label(" × ".join(read)), tuple(names[one] for one in read), shape)


def _axis(feature: Mapping[str, Any], size: int, place: str) -> Axis:
    """The bins of a feature in a term of ``size`` inputs; the last ones given stand for more."""
    key = "categories" if "categories" in feature else "cuts"
    resolutions = need(feature, key, place)
    chosen = resolutions[min(len(resolutions), size) - 1]
    if key == "cuts":
        return Axis(edges=tuple(number(one, place) for one in chosen))
    if any(isinstance(one, list) for one in chosen):
        raise refuse(
            place, "categories that share a bin are not imported: fit without merging them"
        )
    return Axis(levels=tuple(str(one) for one in chosen))


def _one(axis: Axis, scores: Sequence[Any], place: str) -> Shape:
    """Scores of the missing value, of each bin, of the unknown value."""
    values = tuple(number(one, place) for one in scores)
    count = len(axis.levels) if axis.levels else len(axis.edges) + 1
    if len(values) != count + 2:
        raise refuse(place, f"{count + 2} scores were expected, there are {len(values)}")
    if axis.levels:
        levels = dict(zip(axis.levels, values[1:-1], strict=True))
        return Levels(levels, missing=values[0], unknown=values[-1])
    return Bins(axis.edges, values[1:-1], missing=values[0])


def _two(axes: Sequence[Axis], scores: Sequence[Sequence[Any]], place: str) -> Shape:
    sizes = [(len(axis.levels) if axis.levels else len(axis.edges) + 1) + 2 for axis in axes]
    if len(scores) != sizes[0] or any(len(row) != sizes[1] for row in scores):
        raise refuse(place, f"{sizes[0]} × {sizes[1]} scores were expected")
    # The cell of unknown values is kept for levels, which our grids have too.
    kept = [size if axis.levels else size - 1 for size, axis in zip(sizes, axes, strict=True)]
    return Grid(
        (axes[0], axes[1]),
        tuple(tuple(number(one, place) for one in row[: kept[1]]) for row in scores[: kept[0]]),
    )

"""XGBoost models: the JSON of ``booster.save_model("model.json")``.

XGBoost computes in single precision: thresholds and values are compared so, and scores agree to
about 1e-6.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from clairevoie.rules.content import Link, Tree, Trees
from clairevoie.rules.importers.growing import Growing
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
from clairevoie.rules.model import Input, Value

IDENTITY: Link = "identity"
LINKS: dict[str, tuple[Link, Link]] = {
    "binary:logistic": ("logit", "logit"),
    "reg:logistic": ("logit", "logit"),
    "binary:logitraw": ("identity", "identity"),
    "count:poisson": ("log", "log"),
    "reg:gamma": ("log", "log"),
    "reg:tweedie": ("log", "log"),
    **dict.fromkeys(
        (
            "reg:squarederror",
            "reg:linear",
            "reg:absoluteerror",
            "reg:pseudohubererror",
            "reg:squaredlogerror",
            "rank:ndcg",
            "rank:map",
            "rank:pairwise",
        ),
        (IDENTITY, IDENTITY),
    ),
}
"""From the objective to the link of the result, and to the one that base_score is written in."""


def read_xgboost(
    given: Mapping[str, Any] | str | bytes,
    about: About,
    *,
    iterations: int | None = None,
    names: Sequence[str] | None = None,
) -> Imported:
    """Return the rule set of an XGBoost model.

    Args:
        given: the JSON of a saved model, or the object itself.
        about: what the model does not say.
        iterations: how many rounds to keep (those before early stopping, say); all when left out.
        names: names of the features, for a model that was fitted without.

    Raises:
        RulesProblem: not such an export; several classes or targets; a linear booster.
    """
    with reading("xgboost"):
        return _read(read_json(given, "xgboost"), about, iterations, names)


def _read(
    data: Mapping[str, Any], about: About, iterations: int | None, names: Sequence[str] | None
) -> Imported:
    learner = need(data, "learner", "")
    booster = need(learner, "gradient_booster", "learner")
    weights: Sequence[Any] | None = None
    if booster.get("name") == "dart":
        weights = need(booster, "weight_drop", "learner.gradient_booster")
        booster = need(booster, "gbtree", "learner.gradient_booster")
    elif booster.get("name") != "gbtree":
        raise refuse(
            "learner.gradient_booster", f"the booster '{booster.get('name')}' has no trees"
        )
    model = need(booster, "model", "learner.gradient_booster")
    parameters = need(learner, "learner_model_param", "learner")
    if int(parameters.get("num_class", 0)) > 1 or int(parameters.get("num_target", 1)) > 1:
        raise refuse("learner.learner_model_param", "a model of several classes has several scores")
    objective = str(need(need(learner, "objective", "learner"), "name", "learner.objective"))
    if objective not in LINKS:
        raise refuse("learner.objective", f"the objective '{objective}' is not understood")
    link, written = LINKS[objective]
    originals = _names(learner, parameters, names)
    safe = safe_names(originals)
    levels = _levels(learner, model, len(originals))
    raws = need(model, "trees", "learner.gradient_booster.model")
    kept = _kept(model, raws, iterations)
    trees = tuple(
        _tree(raw, levels, 1.0 if weights is None else number(weights[index], "weight_drop"), index)
        for index, raw in enumerate(raws[:kept])
    )
    content = Trees(
        names=tuple(safe.values()),
        trees=trees,
        base=_margin(parameters.get("base_score", "0.5"), written),
        link=link,
        strict=True,
        single=True,
    )
    inputs = [_input(one, safe[one], levels[index]) for index, one in enumerate(originals)]
    losses = []
    if iterations is None and "best_iteration" in (learner.get("attributes") or {}):
        losses.append(
            "the model was stopped early: all its rounds are kept; its scikit-learn interface "
            "predicts with the rounds up to 'best_iteration' only"
        )
    return imported(about, "trees", content, inputs, losses=losses)


def _names(
    learner: Mapping[str, Any], parameters: Mapping[str, Any], names: Sequence[str] | None
) -> list[str]:
    count = int(parameters.get("num_feature", 0))
    found = [str(one) for one in names or learner.get("feature_names") or ()]
    if not found:
        return [f"f{index}" for index in range(count)]
    if len(found) != count:
        raise refuse("names", f"{len(found)} names for {count} features")
    return found


def _kept(model: Mapping[str, Any], trees: Sequence[Any], iterations: int | None) -> int:
    if iterations is None:
        return len(trees)
    bounds = model.get("iteration_indptr")
    if bounds is None:
        raise refuse("iterations", "this model does not say which trees belong to which round")
    if not 0 < iterations < len(bounds):
        raise refuse("iterations", f"the model has {len(bounds) - 1} rounds")
    return int(bounds[iterations])


def _margin(base_score: Any, written: Link) -> float:
    """The base score as a margin; it is written as a probability or a mean, once in brackets."""
    value = number(str(base_score).strip("[]"), "learner.learner_model_param.base_score")
    if written == "identity":
        return value
    if value <= 0 or (written == "logit" and value >= 1):
        raise refuse("learner.learner_model_param.base_score", f"{value} is outside its bounds")
    return -math.log(1 / value - 1) if written == "logit" else math.log(value)


def _levels(
    learner: Mapping[str, Any], model: Mapping[str, Any], count: int
) -> list[list[Value] | None]:
    """For each feature the levels that its codes stand for, ``None`` for a number."""
    types = [str(one) for one in learner.get("feature_types") or ()]
    encoded = (model.get("cats") or {}).get("enc") or []
    split = {
        int(raw["split_indices"][int(node)])
        for raw in model.get("trees") or ()
        for node in raw.get("categories_nodes") or ()
    }
    found: list[list[Value] | None] = []
    for index in range(count):
        if index not in split and (index >= len(types) or types[index] != "c"):
            found.append(None)
            continue
        names = _category_names(encoded[index]) if index < len(encoded) else []
        found.append(list(names) if names else _codes(model, index))
    return found


def _category_names(raw: Mapping[str, Any]) -> list[str]:
    """The names of categories: text as bytes cut at offsets, or numbers."""
    values = raw.get("values") or []
    if "offsets" not in raw:
        return [str(one) for one in values]
    offsets = [int(one) for one in raw["offsets"]]
    text = bytes(int(one) & 0xFF for one in values)
    return [
        text[start:stop].decode("utf-8", "replace") for start, stop in itertools.pairwise(offsets)
    ]


def _codes(model: Mapping[str, Any], feature: int) -> list[Value]:
    """The codes of a feature whose categories have no names."""
    largest = 0
    for raw in model.get("trees") or ():
        for node, codes in _sets(raw).items():
            if int(raw["split_indices"][node]) == feature:
                largest = max(largest, *codes)
    return list(range(largest + 1))


def _sets(raw: Mapping[str, Any]) -> dict[int, list[int]]:
    """For each split by categories, the codes of its set."""
    nodes = raw.get("categories_nodes") or ()
    starts, sizes = raw.get("categories_segments") or (), raw.get("categories_sizes") or ()
    codes = [int(one) for one in raw.get("categories") or ()]
    return {
        int(node): codes[int(start) : int(start) + int(size)]
        for node, start, size in zip(nodes, starts, sizes, strict=True)
    }


def _input(original: str, name: str, levels: list[Value] | None) -> Input:
    if levels is None:
        return plain_input(original, name, required=False)
    if all(isinstance(one, str) for one in levels):
        return category_input(original, name, [str(one) for one in levels], required=False)
    return Input(name, "integer", label(original), label(original), {}, {}, required=False)


def _tree(
    raw: Mapping[str, Any], levels: Sequence[list[Value] | None], weight: float, index: int
) -> Tree:
    import numpy as np

    place = f"trees.{index}"
    if int(raw.get("tree_param", {}).get("size_leaf_vector", 1) or 1) > 1:
        raise refuse(place, "leaves with several values are not imported")
    left, right = (need(raw, key, place) for key in ("left_children", "right_children"))
    covers = need(raw, "sum_hessian", place)
    sets = _sets(raw)
    grown = Growing()
    for node, child in enumerate(left):
        # Written in decimal, but single precision: the nearest single one is meant.
        condition = float(np.float32(number(raw["split_conditions"][node], place)))
        cover = number(covers[node], place)
        if int(child) == -1:
            grown.add(cover=cover, value=condition * weight)
            continue
        feature, default = int(raw["split_indices"][node]), bool(raw["default_left"][node])
        if node in sets:
            # XGBoost sends the set to the right: the children change places.
            listed = levels[feature] or []
            going = [listed[code] for code in sets[node] if code < len(listed)]
            grown.add(
                cover=cover,
                feature=feature,
                levels=going,
                left=int(right[node]),
                right=int(child),
                missing_left=not default,
            )
        else:
            grown.add(
                cover=cover,
                feature=feature,
                threshold=condition,
                left=int(child),
                right=int(right[node]),
                missing_left=default,
            )
    return grown.tree(place, len(levels))

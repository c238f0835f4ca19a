"""scikit-learn trees: decision trees, random forests, extra trees, gradient boosting.

scikit-learn has no text export of its own: `tree_arrays` reads a fitted object by its attributes,
without importing the library, and gives plain arrays that JSON can keep; `read_sklearn_trees` takes
either. scikit-learn compares values in single precision with thresholds in double precision;
thresholds are brought down to the single number just under them, which changes no comparison.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

from clairevoie.rules.content import Link, Tree, Trees
from clairevoie.rules.importers.growing import Growing
from clairevoie.rules.importers.imported import (
    About,
    Imported,
    imported,
    need,
    number,
    plain_input,
    read_json,
    reading,
    refuse,
    safe_names,
)

FORMAT = "sklearn-trees"
LARGEST = (2 - 2**-23) * 2.0**127
"""The largest number of single precision."""
AVERAGED = ("RandomForest", "ExtraTrees", "DecisionTree", "ExtraTree")
ARRAYS = ("feature", "threshold", "left", "right", "value", "cover", "missing_left")


def tree_arrays(model: Any, *, names: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the arrays of a fitted ensemble, as plain data for JSON.

    Args:
        model: a fitted decision tree, random forest, extra trees or gradient boosting.
        names: the names of its columns, when it was not fitted on a table that has them.

    Raises:
        RulesProblem: another object; more than two classes; several outputs; an initial estimator
            of one's own.
    """
    kind = type(model).__name__
    boosted = kind.startswith("GradientBoosting")
    if not boosted and not kind.startswith(AVERAGED):
        raise refuse(
            "model", f"'{kind}' is not a tree, a forest or a gradient boosting of scikit-learn"
        )
    classifier = kind.endswith("Classifier")
    if classifier and len(model.classes_) != 2:
        raise refuse("model", "a model of more than two classes has several scores")
    if getattr(model, "n_outputs_", 1) != 1:
        raise refuse("model", "a model of several outputs has several scores")
    given = names if names is not None else getattr(model, "feature_names_in_", None)
    count = int(model.n_features_in_)
    found = [str(one) for one in given] if given is not None else [f"x{i}" for i in range(count)]
    if len(found) != count:
        raise refuse("names", f"{len(found)} names for {count} columns")
    if boosted:
        estimators = [row[0] for row in model.estimators_]
    else:
        estimators = list(getattr(model, "estimators_", [model]))
    rate = float(model.learning_rate) if boosted else 1.0
    proportion = classifier and not boosted
    return {
        "format": FORMAT,
        "estimator": kind,
        "names": found,
        "base": _start(model, classifier=classifier) if boosted else 0.0,
        "link": _link(model) if boosted and classifier else "identity",
        "average": not boosted,
        "missing": not boosted and all(_takes_missing(one) for one in estimators),
        "trees": [_arrays(one.tree_, rate, proportion=proportion) for one in estimators],
    }


def _link(model: Any) -> str:
    if model.loss != "log_loss":
        raise refuse("model", f"the loss '{model.loss}' is not imported: 'log_loss' is")
    return "logit"


def _takes_missing(estimator: Any) -> bool:
    support = getattr(estimator, "_support_missing_values", None)
    # scikit-learn asks for the data; dense data is what a case is.
    return support is not None and getattr(estimator, "monotonic_cst", None) is None


def _start(model: Any, *, classifier: bool) -> float:
    """The score before the first tree: the mean, or the log-odds of the training cases."""
    start = model.init_
    if isinstance(start, str) and start == "zero":
        return 0.0
    if type(start).__name__ not in {"DummyClassifier", "DummyRegressor"}:
        raise refuse("model.init", "an initial estimator of one's own is not imported")
    if not classifier:
        return float(start.constant_.ravel()[0])
    share = float(start.class_prior_[1])
    # scikit-learn keeps the share away from 0 and 1 by the precision of single numbers.
    tiny = 2.0**-23
    share = min(max(share, tiny), 1 - tiny)
    return math.log(share / (1 - share))


def _arrays(tree: Any, rate: float, *, proportion: bool) -> dict[str, list[Any]]:
    values = tree.value[:, 0, :]
    if proportion:
        own = values[:, 1] / values.sum(axis=1)
    else:
        own = values[:, 0] * rate
    missing = getattr(tree, "missing_go_to_left", None)
    return {
        "feature": [int(one) if one >= 0 else -1 for one in tree.feature],
        # An infinite threshold parts missing values from all others.
        "threshold": [min(float(one), LARGEST) for one in tree.threshold],
        "left": [max(int(one), 0) for one in tree.children_left],
        "right": [max(int(one), 0) for one in tree.children_right],
        "value": [float(one) for one in own],
        "cover": [float(one) for one in tree.weighted_n_node_samples],
        "missing_left": [bool(one) for one in missing]
        if missing is not None
        else [False] * len(own),
    }


def read_sklearn_trees(given: Any, about: About, *, names: Sequence[str] | None = None) -> Imported:
    """Return the rule set of a tree, a forest or a gradient boosting.

    Args:
        given: the fitted object, or what `tree_arrays` made of it (as an object or as JSON text).
        about: what the model does not say.
        names: the names of its columns, when the model does not have them.

    Raises:
        RulesProblem: see `tree_arrays`; or not such arrays.
    """
    if not isinstance(given, str | bytes | Mapping):
        given = tree_arrays(given, names=names)
    with reading("sklearn"):
        return _read(read_json(given, "sklearn"), about)


def _read(data: Mapping[str, Any], about: About) -> Imported:
    if data.get("format") != FORMAT:
        raise refuse("format", f"'{FORMAT}' was expected: make the file with tree_arrays()")
    originals = [str(one) for one in need(data, "names", "")]
    safe = safe_names(originals)
    trees = tuple(
        _tree(raw, len(originals), f"trees.{index}")
        for index, raw in enumerate(need(data, "trees", ""))
    )
    content = Trees(
        names=tuple(safe.values()),
        trees=trees,
        base=number(data.get("base", 0), "base"),
        average=bool(data.get("average")),
        link=cast("Link", data.get("link", "identity")),
        single=True,
    )
    required = not data.get("missing")
    inputs = [plain_input(one, safe[one], required=required) for one in originals]
    return imported(about, "trees", content, inputs)


def _tree(raw: Mapping[str, Any], names: int, place: str) -> Tree:
    columns = [need(raw, key, place) for key in ARRAYS]
    if len({len(one) for one in columns}) != 1:
        raise refuse(place, "its arrays are not of the same length")
    grown = Growing()
    for feature, threshold, left, right, value, cover, missing in zip(*columns, strict=True):
        grown.add(
            cover=number(cover, place),
            feature=int(feature),
            threshold=_single_below(number(threshold, place)),
            left=int(left),
            right=int(right),
            value=number(value, place),
            missing_left=bool(missing),
        )
    return grown.tree(place, names)


def _single_below(threshold: float) -> float:
    """The largest number of single precision that is at most a threshold."""
    import numpy as np

    found = np.float32(threshold)
    if float(found) > threshold:
        found = np.nextafter(found, np.float32(-np.inf))
    return float(found)

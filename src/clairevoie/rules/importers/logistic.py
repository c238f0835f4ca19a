"""Logistic regressions: a fitted scikit-learn model, or its coefficients as JSON.

scikit-learn is not imported: its objects are read by their attributes. A pipeline may scale
(``StandardScaler``) and encode categories (``OneHotEncoder``), column by column
(``ColumnTransformer``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clairevoie.rules.content import Additive, Levels, Linear, Shape, Term
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


@dataclass(frozen=True, slots=True)
class Feature:
    """One column that the regression multiplies: a number, or whether a category is this one."""

    name: str
    center: float = 0.0
    scale: float = 1.0
    level: str | None = None
    strict: bool = True
    """A category that is not listed is refused, not counted 0."""
    reference: bool = False
    """The category that the encoder leaves out: it has no coefficient, and counts 0."""


def read_logistic(model: Any, about: About, *, names: Sequence[str] | None = None) -> Imported:
    """Return the rule set of a fitted ``LogisticRegression``, alone or at the end of a pipeline.

    Args:
        model: the fitted object.
        about: what the model does not say.
        names: the names of its columns, when it was not fitted on a table that has them.

    Raises:
        RulesProblem: more than two classes, or a step of the pipeline that is not understood.
    """
    steps = [step for _, step in getattr(model, "steps", [("model", model)])]
    regression = steps[-1]
    if not hasattr(regression, "coef_"):
        raise refuse("model", "not a fitted logistic regression (it has no coef_)")
    if len(regression.coef_) != 1 or len(getattr(regression, "classes_", (0, 1))) != 2:
        raise refuse("model", "a model of more than two classes has several scores")
    count = int(getattr(steps[0], "n_features_in_", len(regression.coef_[0])))
    features: list[Feature] = [Feature(name) for name in _columns(steps[0], names, count)]
    for step in steps[:-1]:
        features = _through(step, features)
    coefficients = [float(one) for one in regression.coef_[0]]
    columns = sum(not one.reference for one in features)
    if len(coefficients) != columns:
        raise refuse(
            "model", f"{len(coefficients)} coefficients for {columns} columns: unknown steps"
        )
    following = iter(coefficients)
    pairs = [(one, 0.0 if one.reference else next(following)) for one in features]
    intercept = regression.intercept_
    start = float(intercept[0] if hasattr(intercept, "__len__") else intercept)
    return _rule_set(about, start, pairs)


def _columns(step: Any, names: Sequence[str] | None, count: int) -> list[str]:
    given = names if names is not None else getattr(step, "feature_names_in_", None)
    if given is None:
        return [f"x{index}" for index in range(count)]
    found = [str(one) for one in given]
    if len(found) != count:
        raise refuse("names", f"{len(found)} names for {count} columns")
    return found


def _through(step: Any, features: list[Feature]) -> list[Feature]:
    """Return the columns that come out of a step of the pipeline."""
    kind = type(step).__name__
    if step == "passthrough" or kind == "FunctionTransformer":
        if getattr(step, "func", None) is not None:
            raise refuse("model.steps", "a function of one's own cannot be read")
        return features
    if kind == "StandardScaler":
        return _scaled(step, features)
    if kind == "OneHotEncoder":
        return _encoded(step, features)
    if kind == "ColumnTransformer":
        return _by_column(step, features)
    if hasattr(step, "steps"):
        for _, inner in step.steps:
            features = _through(inner, features)
        return features
    raise refuse(
        "model.steps",
        f"'{kind}' is not understood: StandardScaler, OneHotEncoder, ColumnTransformer are",
    )


def _scaled(step: Any, features: list[Feature]) -> list[Feature]:
    if any(one.level is not None or one.center != 0 or one.scale != 1 for one in features):
        raise refuse("model.steps", "columns are scaled twice, or after they were encoded")
    # The mean is there even where it is not taken away.
    centers = [float(one) for one in step.mean_] if step.with_mean else [0.0] * len(features)
    scales = [float(one) for one in step.scale_] if step.with_std else [1.0] * len(features)
    return [
        Feature(one.name, center, scale)
        for one, center, scale in zip(features, centers, scales, strict=True)
    ]


def _encoded(step: Any, features: list[Feature]) -> list[Feature]:
    if getattr(step, "_infrequent_enabled", False):
        raise refuse("model.steps", "categories grouped as infrequent are not imported")
    dropped = step.drop_idx_ if step.drop_idx_ is not None else [None] * len(features)
    strict = step.handle_unknown == "error"
    found = []
    for one, categories, drop in zip(features, step.categories_, dropped, strict=True):
        if any(item is None or str(item) == "nan" for item in categories):
            raise refuse("model.steps", f"'{one.name}' has a missing value as a category")
        found += [
            Feature(one.name, level=str(item), strict=strict, reference=index == drop)
            for index, item in enumerate(categories)
        ]
    return found


def _by_column(step: Any, features: list[Feature]) -> list[Feature]:
    by_name = {one.name: one for one in features}
    found: list[Feature] = []
    for _, inner, chosen in step.transformers_:
        if isinstance(inner, str) and inner == "drop":
            continue
        names = [chosen] if isinstance(chosen, str) else list(chosen)
        part = [by_name[one] if isinstance(one, str) else features[int(one)] for one in names]
        found += part if isinstance(inner, str) else _through(inner, part)
    return found


def read_coefficients(given: Mapping[str, Any] | str | bytes, about: About) -> Imported:
    """Return the rule set of a logistic regression given as JSON.

    ``{"intercept": -1.2, "terms": [{"name": "age", "coefficient": 0.03, "center": 40, "scale": 1},
    {"name": "place", "levels": {"north": 0.4, "south": 0}}]}``

    Raises:
        RulesProblem: not such a document.
    """
    with reading("coefficients"):
        return _read(read_json(given, "coefficients"), about)


def _read(data: Mapping[str, Any], about: About) -> Imported:
    pairs: list[tuple[Feature, float]] = []
    for index, raw in enumerate(need(data, "terms", "")):
        place = f"terms.{index}"
        name = str(need(raw, "name", place))
        if "levels" in raw:
            pairs += [
                (Feature(name, level=str(level)), number(value, f"{place}.levels.{level}"))
                for level, value in raw["levels"].items()
            ]
            continue
        scale = number(raw.get("scale", 1), f"{place}.scale")
        if scale == 0:
            raise refuse(f"{place}.scale", "a scale of 0 divides by zero")
        center = number(raw.get("center", 0), f"{place}.center")
        coefficient = number(need(raw, "coefficient", place), f"{place}.coefficient")
        pairs.append((Feature(name, center, scale), coefficient))
    return _rule_set(about, number(need(data, "intercept", ""), "intercept"), pairs)


def _rule_set(about: About, intercept: float, pairs: Sequence[tuple[Feature, float]]) -> Imported:
    names = safe_names(dict.fromkeys(feature.name for feature, _ in pairs))
    terms: list[Term] = []
    inputs: list[Input] = []
    for original, name in names.items():
        own = [(one, value) for one, value in pairs if one.name == original]
        shape: Shape
        if own[0][0].level is None:
            if len(own) > 1:
                raise refuse(original, "the column is read twice")
            feature, value = own[0]
            shape = Linear(value, feature.center, feature.scale)
            inputs.append(plain_input(original, name, required=True))
        else:
            levels: dict[Value, float] = {str(one.level): value for one, value in own}
            shape = Levels(levels, unknown=None if own[0][0].strict else 0.0)
            inputs.append(category_input(original, name, map(str, levels), required=True))
        terms.append(Term(name, label(original), (name,), shape))
    content = Additive(intercept, tuple(terms), "logit")
    return imported(about, "additive", content, inputs)

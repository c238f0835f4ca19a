"""LightGBM models: ``booster.dump_model()`` as JSON, or the text of ``booster.save_model()``.

Thresholds, leaves and counts are those of the model, so that raw scores are the same to rounding;
dart's weights are already in the leaves, a random forest is averaged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
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
LINKS: dict[str, Link] = {
    "binary": "logit",
    "cross_entropy": "logit",
    "poisson": "log",
    "gamma": "log",
    "tweedie": "log",
    **dict.fromkeys(
        (
            "regression",
            "regression_l1",
            "huber",
            "fair",
            "quantile",
            "mape",
            "lambdarank",
            "rank_xendcg",
        ),
        IDENTITY,
    ),
}
"""From the objective to the link."""

CATEGORICAL, DEFAULT_LEFT = 1, 2
MISSING_TYPES = ("None", "Zero", "NaN")


def read_lightgbm(given: Mapping[str, Any] | str | bytes, about: About) -> Imported:
    """Return the rule set of a LightGBM model.

    Args:
        given: the JSON of ``dump_model()`` (or the object itself), or the text of a model file.
        about: what the model does not say.

    Raises:
        RulesProblem: not such an export; several classes; linear trees; zero read as missing.
    """
    with reading("lightgbm"):
        return _read(given, about)


def _read(given: Mapping[str, Any] | str | bytes, about: About) -> Imported:
    if isinstance(given, bytes):
        given = given.decode("utf-8", "replace")
    is_text = isinstance(given, str) and not given.lstrip().startswith("{")
    data = _text_model(str(given)) if is_text else read_json(given, "lightgbm")
    if data.get("num_class", 1) > 1 or data.get("num_tree_per_iteration", 1) > 1:
        raise refuse("num_class", "a model of several classes has several scores")
    link, factor, losses = _objective(str(data.get("objective", "")))
    originals = [str(one) for one in need(data, "feature_names", "")]
    names = safe_names(originals)
    levels = _levels(data, originals, losses)
    trees = tuple(
        _tree(
            need(one, "tree_structure", f"tree_info.{index}"), levels, factor, f"tree_info.{index}"
        )
        for index, one in enumerate(need(data, "tree_info", ""))
    )
    if not trees:
        raise refuse("tree_info", "the model has no tree")
    inputs = [_input(one, names[one], levels[index]) for index, one in enumerate(originals)]
    content = Trees(
        names=tuple(names.values()),
        trees=trees,
        average=bool(data.get("average_output", False)),
        link=link,
    )
    return imported(about, "trees", content, inputs, losses=losses)


def _objective(text: str) -> tuple[Link, float, list[str]]:
    """The link, what leaves are multiplied by, and what is to be said."""
    words = text.split()
    name = words[0] if words else ""
    if not name or name == "custom":
        return "identity", 1.0, ["the model names no objective: its raw score is the result"]
    if name not in LINKS or "sqrt" in words:
        raise refuse("objective", f"the objective '{text}' is not understood")
    factor = 1.0
    for word in words[1:]:
        if word.startswith("sigmoid:"):
            factor = number(word.removeprefix("sigmoid:"), "objective")
    return LINKS[name], factor, []


def _levels(
    data: Mapping[str, Any], names: Sequence[str], losses: list[str]
) -> list[list[Value] | None]:
    """For each feature the levels that its codes stand for, ``None`` for a number."""
    infos = data.get("feature_infos") or {}
    codes = [[int(one) for one in (infos.get(name) or {}).get("values") or ()] for name in names]
    split = _split_by_level(data.get("tree_info") or ())
    categorical = [index for index, one in enumerate(codes) if one or index in split]
    found: list[list[Value] | None] = [None] * len(names)
    given = data.get("pandas_categorical") or []
    if given and len(given) != len(categorical):
        losses.append("the names of the categories could not be matched: their codes are kept")
    for place, index in enumerate(categorical):
        if given and len(given) == len(categorical):
            found[index] = [str(one) for one in given[place]]
        else:
            found[index] = list(range(max(codes[index], default=0) + 1))
    return found


def _split_by_level(trees: Sequence[Mapping[str, Any]]) -> set[int]:
    found: set[int] = set()
    waiting = [tree.get("tree_structure", {}) for tree in trees]
    while waiting:
        node = waiting.pop()
        if "split_feature" in node:
            if node.get("decision_type") == "==":
                found.add(int(node["split_feature"]))
            waiting += [node["left_child"], node["right_child"]]
    return found


def _input(original: str, name: str, levels: list[Value] | None) -> Input:
    if levels is None:
        return plain_input(original, name, required=False)
    if all(isinstance(one, str) for one in levels):
        return category_input(original, name, [str(one) for one in levels], required=False)
    return Input(name, "integer", label(original), label(original), {}, {}, required=False)


def _tree(
    root: Mapping[str, Any], levels: Sequence[list[Value] | None], factor: float, place: str
) -> Tree:
    grown = Growing()
    waiting: list[tuple[Mapping[str, Any], int, str]] = [(root, -1, "")]
    while waiting:
        raw, parent, side = waiting.pop()
        if "split_feature" in raw:
            node = _split(grown, raw, levels, place)
            waiting += [(raw["right_child"], node, "right"), (raw["left_child"], node, "left")]
        else:
            if "leaf_const" in raw or "leaf_coeff" in raw:
                raise refuse(place, "linear trees are not imported: fit with linear_tree=false")
            value = number(need(raw, "leaf_value", place), place) * factor
            node = grown.add(cover=number(raw.get("leaf_count", 1), place), value=value)
        if parent >= 0:
            (grown.left if side == "left" else grown.right)[parent] = node
    return grown.tree(place, len(levels))


def _split(
    grown: Growing, raw: Mapping[str, Any], levels: Sequence[list[Value] | None], place: str
) -> int:
    feature = int(raw["split_feature"])
    cover = number(raw.get("internal_count", 1), place)
    if not 0 <= feature < len(levels):
        raise refuse(place, f"feature {feature} has no name")
    if raw.get("decision_type") == "==":
        listed = levels[feature] or []
        codes = [int(one) for one in str(raw["threshold"]).split("||")]
        going = [listed[code] for code in codes if code < len(listed)]
        # A missing value is in no set: right.
        return grown.add(cover=cover, feature=feature, levels=going)
    if raw.get("missing_type") == "Zero":
        raise refuse(place, "zero is read as missing: fit with zero_as_missing=false")
    threshold = number(raw["threshold"], place)
    # Without a missing type, LightGBM reads a missing value as 0.
    left = bool(raw["default_left"]) if raw.get("missing_type") == "NaN" else threshold >= 0
    return grown.add(cover=cover, feature=feature, threshold=threshold, missing_left=left)


# --- the text of a model file ---------------------------------------------------------------------


def _text_model(text: str) -> dict[str, Any]:
    """Return a model file in the form of ``dump_model()``."""
    if not text.startswith("tree\n"):
        raise refuse("lightgbm", "neither the JSON of dump_model() nor a model file")
    sections = text.split("\nTree=")
    head = _pairs(sections[0])
    last, _, tail = sections[-1].partition("\nend of trees")
    trees = [_pairs(section.partition("\n")[2]) for section in [*sections[1:-1], last]]
    return {
        "num_class": int(head.get("num_class", 1)),
        "num_tree_per_iteration": int(head.get("num_tree_per_iteration", 1)),
        "objective": head.get("objective", ""),
        "average_output": "average_output" in sections[0].split("\n"),
        "feature_names": head.get("feature_names", "").split(),
        "feature_infos": dict(_infos(head)),
        "pandas_categorical": _pandas(tail),
        "tree_info": [{"tree_structure": _nested(one, f"Tree={i}")} for i, one in enumerate(trees)],
    }


def _pairs(section: str) -> dict[str, str]:
    lines = (line.partition("=") for line in section.splitlines())
    return {key: value for key, sign, value in lines if sign}


def _infos(head: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    names, infos = head.get("feature_names", "").split(), head.get("feature_infos", "").split()
    for name, info in zip(names, infos, strict=False):
        if info and info[0] != "[" and info != "none":
            yield name, {"values": [int(one) for one in info.split(":")]}


def _pandas(tail: str) -> list[Any]:
    for line in tail.splitlines():
        if line.startswith("pandas_categorical:"):
            found = json.loads(line.removeprefix("pandas_categorical:"))
            return found if isinstance(found, list) else []
    return []


def _nested(tree: Mapping[str, str], place: str) -> dict[str, Any]:
    """Return one tree in the form of ``dump_model()``."""
    if tree.get("is_linear", "0") != "0":
        raise refuse(place, "linear trees are not imported: fit with linear_tree=false")

    def column(key: str) -> list[str]:
        return tree.get(key, "").split()

    counts = column("leaf_count")
    leaves = [
        {"leaf_value": value, "leaf_count": counts[index] if index < len(counts) else 1}
        for index, value in enumerate(column("leaf_value"))
    ]
    if int(tree.get("num_leaves", 1)) == 1:
        return leaves[0]
    kinds = [int(one) for one in column("decision_type")]
    nodes: list[dict[str, Any]] = [
        {
            "split_feature": int(feature),
            "threshold": threshold,
            "internal_count": count,
            "decision_type": "==" if kind & CATEGORICAL else "<=",
            "default_left": bool(kind & DEFAULT_LEFT),
            "missing_type": MISSING_TYPES[min((kind >> 2) & 3, 2)],
        }
        for feature, threshold, count, kind in zip(
            column("split_feature"),
            column("threshold"),
            column("internal_count"),
            kinds,
            strict=True,
        )
    ]
    bounds, words = (
        [int(one) for one in column(key)] for key in ("cat_boundaries", "cat_threshold")
    )
    for node in nodes:
        if node["decision_type"] == "==":
            index = int(float(node["threshold"]))
            node["threshold"] = _members(words[bounds[index] : bounds[index + 1]])
    for node, left, right in zip(nodes, column("left_child"), column("right_child"), strict=True):
        for key, child in (("left_child", int(left)), ("right_child", int(right))):
            node[key] = leaves[~child] if child < 0 else nodes[child]
    return nodes[0]


def _members(words: Sequence[int]) -> str:
    """The codes of a set of bits, 32 a word, written as ``dump_model()`` does."""
    codes = [32 * at + bit for at, word in enumerate(words) for bit in range(32) if word >> bit & 1]
    return "||".join(str(code) for code in codes)

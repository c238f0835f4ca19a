"""The formats of rules that can be imported from a file, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from clairevoie.rules.importers.imported import About, Imported
from clairevoie.rules.model import RulesProblem


@dataclass(frozen=True, slots=True)
class Format:
    """A format of rules.

    Attributes:
        name: what it is called on the command line.
        title: what it is.
        module, function: the importer; it takes the bytes and an `About`.
    """

    name: str
    title: str
    module: str
    function: str


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("dmn", "DMN decision tables (XML)", "dmn", "read_dmn"),
        Format("gorules", "GoRules decision (JSON)", "gorules", "read_gorules"),
        Format("ebm", "interpret's explainable boosting (JSON of to_jsonable)", "ebm", "read_ebm"),
        Format("logistic", "logistic regression (JSON)", "logistic", "read_coefficients"),
        Format(
            "lightgbm", "LightGBM (JSON of dump_model, or model file)", "lightgbm", "read_lightgbm"
        ),
        Format("xgboost", "XGBoost (JSON of save_model)", "xgboost", "read_xgboost"),
        Format(
            "sklearn-trees",
            "scikit-learn trees (JSON of tree_arrays)",
            "sklearn_trees",
            "read_sklearn_trees",
        ),
    )
}


def import_rules(name: str, content: bytes, about: About) -> Imported:
    """Return the rule set of a file in one of the formats.

    Args:
        name: the format; a key of ``FORMATS``.
        content: the bytes of the file.
        about: what the file does not say.

    Raises:
        RulesProblem: no such format, or a file that the importer refuses.
    """
    found = FORMATS.get(name)
    if found is None:
        raise RulesProblem(("", f"there is no format '{name}' (there are: {', '.join(FORMATS)})"))
    module = import_module(f"clairevoie.rules.importers.{found.module}")
    read: Callable[[bytes, About], Imported] = getattr(module, found.function)
    return read(content, about)

"""Imported models give the scores of the libraries that fitted them."""

from __future__ import annotations

import json
import warnings
from datetime import date
from typing import Any

import numpy as np
import pytest

from clairevoie.rules.columns import Columns
from clairevoie.rules.contributions.columns import contributions
from clairevoie.rules.evaluate import evaluate, evaluate_columns
from clairevoie.rules.importers.ebm import read_ebm
from clairevoie.rules.importers.imported import About, Imported, safe_names
from clairevoie.rules.importers.lightgbm import read_lightgbm
from clairevoie.rules.importers.logistic import read_coefficients, read_logistic
from clairevoie.rules.importers.sklearn_trees import read_sklearn_trees, tree_arrays
from clairevoie.rules.importers.xgboost import read_xgboost
from clairevoie.rules.model import RulesProblem
from tests.rules.models import columns_of_cases

DAY = date(2024, 6, 1)
ABOUT = About("model", date(2024, 1, 1))
CHANCE = np.random.default_rng(11)
COUNT = 400
PLACES = np.array(["nord", "sud", "est", "ouest", "centre", "mer"])


def sample(*, missing: bool = True, places: bool = True) -> Any:
    """A made-up table with values missing, repeated values and categories."""
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(
        {
            "Âge": CHANCE.integers(18, 90, COUNT).astype(float),
            "revenu fiscal": np.round(CHANCE.normal(1500, 600, COUNT), 2),
            "enfants": CHANCE.integers(0, 5, COUNT).astype(float),
        }
    )
    if missing:
        for name in table.columns:
            table.loc[CHANCE.random(COUNT) < 0.1, name] = np.nan
    if places:
        table["lieu"] = pandas.Categorical(CHANCE.choice(PLACES, COUNT), categories=PLACES)
        if missing:
            table.loc[CHANCE.random(COUNT) < 0.1, "lieu"] = np.nan
    return table


def target(table: Any) -> Any:
    score = (table["revenu fiscal"].fillna(900) - 1500) / 400 + table["enfants"].fillna(1)
    if "lieu" in table:
        score = score + 2 * table["lieu"].isin(["nord", "est"])
    return (score + CHANCE.normal(size=len(table)) > 1.5).astype(int)


def columns_of(found: Imported, table: Any) -> tuple[list[dict], Columns]:
    inputs = found.rules.versions[0].inputs
    names = safe_names(table.columns)
    original = {name: key for key, name in names.items()}
    cases = []
    for row in table.to_dict("records"):
        case = {item.name: row[original[item.name]] for item in inputs}
        cases.append({key: None if str(value) == "nan" else value for key, value in case.items()})
    return cases, columns_of_cases(inputs, cases)


def assert_same(found: Imported, table: Any, expected: Any, gap: float) -> None:
    """Both evaluators give the scores of the library."""
    cases, columns = columns_of(found, table)
    result = evaluate_columns(found.rules, columns, version=found.rules.versions[0])
    assert not result.problem.any()
    assert result.value is not None
    np.testing.assert_allclose(result.value, expected, rtol=gap, atol=gap)
    for index in range(0, len(cases), 40):
        trace = evaluate(found.rules, cases[index], day=DAY)
        assert trace.value == result.value[index]


# --- LightGBM -------------------------------------------------------------------------------------


def lightgbm_model(table: Any, answer: Any, **parameters: Any) -> Any:
    lightgbm = pytest.importorskip("lightgbm")
    given = {"objective": "binary", "num_leaves": 8, "min_data_in_leaf": 5, "verbose": -1}
    return lightgbm.train(
        {**given, "num_threads": 1, **parameters}, lightgbm.Dataset(table, answer), 12
    )


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"objective": "regression"},
        {"objective": "poisson"},
        {"objective": "binary", "sigmoid": 1.7},
        {"boosting": "dart", "drop_rate": 0.5},
        {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.7},
        {"use_missing": False},
        {"max_cat_to_onehot": 1},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore")
def test_lightgbm(parameters: dict) -> None:
    table = sample()
    booster = lightgbm_model(table, target(table), **parameters)
    expected = booster.predict(table)
    as_json = json.dumps(booster.dump_model())
    for given in (as_json, booster.model_to_string()):
        assert_same(read_lightgbm(given, ABOUT), table, expected, 1e-12)


@pytest.mark.filterwarnings("ignore")
def test_contributions_are_those_of_lightgbm() -> None:
    table = sample()
    booster = lightgbm_model(table, target(table), num_leaves=31)
    found = read_lightgbm(booster.dump_model(), ABOUT)
    _, columns = columns_of(found, table)
    own = contributions(found.rules.versions[0], columns)
    theirs = booster.predict(table, pred_contrib=True)
    np.testing.assert_allclose(own.values.T, theirs[:, :-1], atol=1e-9)
    np.testing.assert_allclose(own.base, theirs[:, -1], atol=1e-9)
    np.testing.assert_allclose(own.base + own.values.sum(axis=0), own.score, atol=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_a_tree_of_one_leaf() -> None:
    table = sample()
    booster = lightgbm_model(table, target(table), min_data_in_leaf=399)
    for given in (booster.dump_model(), booster.model_to_string()):
        assert_same(read_lightgbm(given, ABOUT), table, booster.predict(table), 1e-12)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"zero_as_missing": True}, "zero"),
        ({"linear_tree": True}, "linear"),
        ({"objective": "multiclass", "num_class": 3}, "several"),
        ({"objective": "regression", "reg_sqrt": True}, "objective"),
    ],
)
def test_what_lightgbm_models_are_refused(parameters: dict, words: str) -> None:
    table = sample(places=False)
    answer = target(table) + CHANCE.integers(0, 2, len(table))
    if parameters.get("objective") not in {"multiclass", "regression"}:
        answer = (answer > 0).astype(int)
    booster = lightgbm_model(table, answer, **parameters)
    for given in (booster.dump_model(), booster.model_to_string()):
        with pytest.raises(RulesProblem, match=words):
            read_lightgbm(given, ABOUT)


# --- XGBoost --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"base_score": 0.2},
        {"objective": "binary:logitraw"},
        {"objective": "reg:squarederror"},
        {"objective": "count:poisson"},
        {"objective": "reg:gamma", "base_score": 3.0},
        {"booster": "dart", "rate_drop": 0.5},
        {"num_parallel_tree": 4, "subsample": 0.6, "learning_rate": 1.0},
        {"max_cat_to_onehot": 1},
        {"max_cat_to_onehot": 20},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore")
def test_xgboost(parameters: dict, tmp_path) -> None:
    xgboost = pytest.importorskip("xgboost")
    table = sample()
    answer = target(table) + (parameters.get("objective") == "reg:gamma")
    data = xgboost.DMatrix(table, answer, enable_categorical=True)
    given = {"objective": "binary:logistic", "max_depth": 4, "nthread": 1, "seed": 3}
    booster = xgboost.train({**given, **parameters}, data, 8)
    booster.save_model(tmp_path / "model.json")
    found = read_xgboost((tmp_path / "model.json").read_bytes(), ABOUT)
    assert_same(found, table, booster.predict(data), 2e-6)
    _, columns = columns_of(found, table)
    own = contributions(found.rules.versions[0], columns)
    if "dart" not in parameters.values():
        theirs = booster.predict(data, pred_contribs=True)
        np.testing.assert_allclose(own.values.T, theirs[:, :-1], atol=1e-4)
    np.testing.assert_allclose(own.base + own.values.sum(axis=0), own.score, atol=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_the_first_rounds_of_an_xgboost_model(tmp_path) -> None:
    xgboost = pytest.importorskip("xgboost")
    table = sample(places=False)
    data = xgboost.DMatrix(table.to_numpy(), target(table))
    booster = xgboost.train({"objective": "binary:logistic", "nthread": 1}, data, 6)
    booster.set_attr(best_iteration="2")
    booster.save_model(tmp_path / "model.json")
    text = (tmp_path / "model.json").read_text()
    kept = read_xgboost(text, ABOUT, iterations=3, names=list(table.columns))
    assert_same(kept, table, booster.predict(data, iteration_range=(0, 3)), 2e-6)
    assert "stopped early" in read_xgboost(text, ABOUT).losses[0]
    assert [one.name for one in read_xgboost(text, ABOUT).rules.versions[0].inputs] == [
        "f0",
        "f1",
        "f2",
    ]
    with pytest.raises(RulesProblem, match="6 rounds"):
        read_xgboost(text, ABOUT, iterations=7)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"booster": "gblinear"}, "no trees"),
        ({"objective": "multi:softprob", "num_class": 3}, "several"),
        ({"objective": "survival:cox"}, "not understood"),
    ],
)
def test_what_xgboost_models_are_refused(parameters: dict, words: str, tmp_path) -> None:
    xgboost = pytest.importorskip("xgboost")
    table = sample(places=False)
    booster = xgboost.train(parameters, xgboost.DMatrix(table, target(table)), 2)
    booster.save_model(tmp_path / "model.json")
    with pytest.raises(RulesProblem, match=words):
        read_xgboost((tmp_path / "model.json").read_text(), ABOUT)


# --- scikit-learn trees ---------------------------------------------------------------------------


def sklearn_trees() -> list[Any]:
    from sklearn.ensemble import (
        ExtraTreesClassifier,
        GradientBoostingClassifier,
        GradientBoostingRegressor,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    return [
        RandomForestClassifier(15, max_depth=6, random_state=1),
        RandomForestClassifier(5, class_weight="balanced", random_state=1),
        RandomForestRegressor(15, max_leaf_nodes=12, random_state=1),
        ExtraTreesClassifier(10, max_depth=5, random_state=1),
        DecisionTreeClassifier(max_depth=4, random_state=1),
        DecisionTreeRegressor(max_depth=4, random_state=1),
        GradientBoostingClassifier(n_estimators=12, random_state=1),
        GradientBoostingClassifier(n_estimators=12, init="zero", subsample=0.6, random_state=1),
        GradientBoostingRegressor(n_estimators=12, random_state=1),
        GradientBoostingRegressor(n_estimators=12, loss="huber", random_state=1),
    ]


@pytest.mark.parametrize("index", range(10))
def test_scikit_learn_trees(index: int) -> None:
    model = sklearn_trees()[index]
    boosted = "Gradient" in type(model).__name__
    table = sample(missing=not boosted, places=False)
    model.fit(table, target(table))
    expected = (
        model.predict_proba(table)[:, 1]
        if hasattr(model, "predict_proba")
        else model.predict(table)
    )
    assert_same(read_sklearn_trees(model, ABOUT), table, expected, 1e-12)
    text = json.dumps(tree_arrays(model))
    assert read_sklearn_trees(text, ABOUT) == read_sklearn_trees(model, ABOUT)
    assert all(
        one.required == boosted for one in read_sklearn_trees(text, ABOUT).rules.versions[0].inputs
    )


def test_what_scikit_learn_models_are_refused() -> None:
    from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LinearRegression, LogisticRegression

    table = sample(missing=False, places=False)
    answer = target(table)
    for model, outcome, words in (
        (RandomForestClassifier(2), answer + CHANCE.integers(0, 2, COUNT), "several"),
        (GradientBoostingClassifier(loss="exponential", n_estimators=2), answer, "loss"),
        (
            GradientBoostingClassifier(init=LogisticRegression(max_iter=5000), n_estimators=2),
            answer,
            "one's own",
        ),
        (LinearRegression(), answer, "not a tree"),
    ):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(table, outcome)
        with pytest.raises(RulesProblem, match=words):
            read_sklearn_trees(model, ABOUT)


# --- explainable boosting -------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("classes", [True, False])
def test_explainable_boosting(classes: bool) -> None:
    glassbox = pytest.importorskip("interpret.glassbox")
    table = sample()
    table["lieu"] = table["lieu"].astype(object)
    answer = target(table)
    kind = "ExplainableBoostingClassifier" if classes else "ExplainableBoostingRegressor"
    model = getattr(glassbox, kind)(
        interactions=[("Âge", "lieu"), ("revenu fiscal", "enfants")],
        outer_bags=2,
        max_rounds=40,
        n_jobs=1,
    )
    model.fit(table, answer if classes else answer * 3.0 + table["enfants"].fillna(0))
    expected = model.predict_proba(table)[:, 1] if classes else model.predict(table)
    found = read_ebm(json.dumps(model.to_jsonable()), ABOUT)
    assert_same(found, table, expected, 1e-12)
    assert "each bag" in found.losses[0]
    unseen = sample()
    unseen["lieu"] = unseen["lieu"].astype(object)
    expected = model.predict_proba(unseen)[:, 1] if classes else model.predict(unseen)
    assert_same(found, unseen, expected, 1e-12)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"outputs": [{"link": "cloglog"}]}, "cloglog"),
        ({"outputs": [{}, {}]}, "one output"),
        ({"intercept": [1, 2, 3]}, "more than two classes"),
        ({"terms": [{"term_features": ["a", "b", "c"], "scores": []}]}, "3 inputs"),
        ({"terms": [{"term_features": ["a"], "scores": [1]}]}, "4 scores"),
    ],
)
def test_what_explainable_boosting_is_refused(changed: dict, words: str) -> None:
    model = {
        "outputs": [{"link": "logit"}],
        "intercept": [0.5],
        "features": [{"name": name, "type": "continuous", "cuts": [[1.0]]} for name in "abc"],
        "terms": [{"term_features": ["a"], "scores": [0, 1, 2, 0]}],
    }
    assert "b, c" in read_ebm({"ebm": model}, ABOUT).losses[0]
    with pytest.raises(RulesProblem, match=words):
        read_ebm({"ebm": model | changed}, ABOUT)


# --- logistic regression --------------------------------------------------------------------------


def test_a_logistic_regression() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    table = sample(missing=False, places=False)
    answer = target(table)
    for model in (
        LogisticRegression(max_iter=5000),
        make_pipeline(StandardScaler(), LogisticRegression()),
        make_pipeline(StandardScaler(with_mean=False), LogisticRegression(fit_intercept=False)),
    ):
        model.fit(table, answer)
        found = read_logistic(model, ABOUT)
        assert_same(found, table, model.predict_proba(table)[:, 1], 1e-12)
        assert [one.label["fr"] for one in found.rules.versions[0].inputs] == list(table.columns)


@pytest.mark.parametrize("drop", [None, "first"])
def test_a_logistic_regression_with_categories(drop: str | None) -> None:
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    table = sample(missing=False)
    model = make_pipeline(
        make_column_transformer(
            (OneHotEncoder(drop=drop), ["lieu"]),
            (StandardScaler(), ["Âge", "revenu fiscal"]),
            remainder="passthrough",
        ),
        LogisticRegression(max_iter=5000),
    )
    model.fit(table, target(table))
    assert_same(read_logistic(model, ABOUT), table, model.predict_proba(table)[:, 1], 1e-12)


def test_coefficients_as_json() -> None:
    document = {
        "intercept": -1,
        "terms": [
            {"name": "Âge", "coefficient": 0.5, "center": 40, "scale": 10},
            {"name": "lieu", "levels": {"nord": 2, "sud": 0}},
        ],
    }
    found = read_coefficients(json.dumps(document), ABOUT)
    trace = evaluate(found.rules, {"age": 50, "lieu": "nord"}, day=DAY)
    assert trace.total == 1.5
    assert trace.value == pytest.approx(1 / (1 + np.exp(-1.5)))
    with pytest.raises(RulesProblem, match="zero"):
        read_coefficients(
            {"intercept": 0, "terms": [{"name": "a", "coefficient": 1, "scale": 0}]}, ABOUT
        )
    with pytest.raises(RulesProblem, match="'intercept' is missing"):
        read_coefficients({"terms": []}, ABOUT)


def test_what_logistic_regressions_are_refused() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MinMaxScaler

    table = sample(missing=False, places=False)
    answer = target(table)
    scaled = make_pipeline(MinMaxScaler(), LogisticRegression()).fit(table, answer)
    with pytest.raises(RulesProblem, match="MinMaxScaler"):
        read_logistic(scaled, ABOUT)
    with pytest.raises(RulesProblem, match="coef_"):
        read_logistic(MinMaxScaler(), ABOUT)
    several = LogisticRegression(max_iter=5000).fit(table, CHANCE.integers(0, 3, COUNT))
    with pytest.raises(RulesProblem, match="more than two"):
        read_logistic(several, ABOUT)
    with pytest.raises(RulesProblem, match="2 names"):
        read_logistic(LogisticRegression(max_iter=5000).fit(table, answer), ABOUT, names=["a", "b"])


@pytest.mark.parametrize(
    "read", [read_lightgbm, read_xgboost, read_ebm, read_sklearn_trees, read_coefficients]
)
@pytest.mark.parametrize("given", ["", "{", "[]", "{}", '{"learner": 3}', b"\xff\xfe{", "tree\n"])
def test_what_is_no_export_is_refused_in_a_sentence(read: Any, given: Any) -> None:
    with pytest.raises(RulesProblem):
        read(given, ABOUT)

"""What models explain, and nested models, against R (tests/oracles/regression/comparison.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.design import Design
from survey_stats.statistics.regression import compare_models, regress

SMALL, LARGE = "shyness", "shyness + age + country"


@pytest.fixture(scope="module")
def expected(oracle):
    return oracle("regression/comparison")


@pytest.fixture
def data(oracle):
    return pd.DataFrame(oracle("regression/families")["data"])


@pytest.fixture
def design(data):
    return Design("weight", data=data, strata="stratum", cluster="person")


def close(found, wanted, tolerance=1e-8):
    assert found == pytest.approx(wanted, rel=tolerance)


def check_fit(fit, block, names, tolerance=1e-8):
    for name in names:
        close(fit[name], block[name], tolerance)


LIKELIHOOD = ("log_likelihood", "aic", "bic", "mcfadden", "nagelkerke")


@pytest.mark.parametrize(
    ("name", "outcome", "options", "names", "tolerance"),
    [
        ("logit", "active", {"family": "binomial"}, LIKELIHOOD, 1e-9),
        ("poisson", "visits", {"family": "poisson", "exposure": "hours"}, (*LIKELIHOOD, "dispersion"), 1e-9),
        ("negative_binomial", "posts", {"family": "negative_binomial"}, ("log_likelihood", "aic", "alpha"), 1e-6),
        ("ordinal", "often", {"family": "ordinal"}, LIKELIHOOD, 1e-6),  # polr stops early
    ],
)
def test_what_likelihoods_explain(name, outcome, options, names, tolerance, data, expected):
    check_fit(regress(f"{outcome} ~ {LARGE}", data, **options).fit, expected[name], names, tolerance)


def test_what_linear_models_explain(data, expected):
    """On the rows of another model too: those that have `posts`."""
    result = compare_models([f"score ~ {SMALL}", f"score ~ {LARGE}"], data[data["posts"].notna()])
    block = expected["linear"]
    names = ("log_likelihood", "aic", "bic", "r_squared", "adjusted_r_squared", "residual_sd")
    check_fit(result.models[1].fit, block, names)
    close(result.table["r_squared"][0], block["small_r_squared"])
    close(result.table["r_squared_change"][1], block["r_squared"] - block["small_r_squared"])
    found = result.models[1].fit
    close([found["statistic"], found["p_value"]], list(block["all_terms"].values()))
    assert result.n == block["n"]


def test_standardized_coefficients_equal_effectsize(data, expected):
    table = regress(f"score ~ {LARGE}", data).table
    np.testing.assert_allclose(table["beta"][1:], expected["linear"]["beta"], rtol=1e-9)
    assert np.isnan(table["beta"][0])
    crossed = regress("score ~ shyness * age", data).table
    assert crossed["beta"].isna().tolist() == [True, False, False, True]


@pytest.mark.parametrize(
    ("options", "name", "method", "df_residual"),
    [
        ({"standard_errors": "model"}, "f", "f_of_squares", 290),
        ({}, "wald_hc3", "wald", 290),
        ({"cluster": "person"}, "wald_cr1", "wald", 29),
    ],
)
def test_nested_linear_models(options, name, method, df_residual, data, expected):
    result = compare_models([f"score ~ {SMALL}", f"score ~ {LARGE}"], data[data["posts"].notna()], **options)
    row = result.table.iloc[1]
    close([row["statistic"], row["p_value"]], list(expected["linear"][name].values()))
    assert (row["method"], row["df"], row["df_residual"]) == (method, 3, df_residual)
    assert np.isnan(result.table["statistic"][0])


@pytest.mark.parametrize(
    ("name", "outcome", "family", "tolerance"),
    [("logit", "active", "binomial", 1e-8), ("ordinal", "often", "ordinal", 1e-6)],
)
def test_nested_models_of_likelihood(name, outcome, family, tolerance, data, expected):
    result = compare_models([f"{outcome} ~ {SMALL}", f"{outcome} ~ {LARGE}"], data, family=family)
    row = result.table.iloc[1]
    close([row["statistic"], row["p_value"]], list(expected[name]["ratio"].values()), tolerance)
    assert (row["method"], row["df"]) == ("likelihood_ratio", 3)
    assert np.isnan(row["df_residual"])


def test_nested_models_with_a_design_equal_survey(data, design, expected):
    block = expected["design"]
    result = compare_models([f"active ~ {SMALL}", f"active ~ {LARGE}"], data, family="binomial", design=design)
    row = result.table.iloc[1]
    close([row["statistic"], row["p_value"], row["df_residual"]], [block["statistic"], block["p_value"], 27], 1e-7)
    assert "mcfadden" not in result.models[1].fit  # no likelihood with weights


def test_r_squared_with_a_design_is_weighted(data, design, expected):
    close(regress(f"score ~ {LARGE}", data, design=design).fit["r_squared"], expected["design"]["r_squared"])


def test_models_may_nest_without_sharing_terms(data):
    """A line in a variable is a case of its categories; tested as linear restrictions."""
    result = compare_models(["score ~ stratum", "score ~ C(stratum)"], data, standard_errors="model")
    wald = compare_models(["score ~ stratum", "score ~ C(stratum)"], data, standard_errors="HC0").table.iloc[1]
    assert result.table["df"][1] == 1
    # with one restriction Wald's F of the model's covariance is that of the squares
    by_hand = regress("score ~ stratum + I(stratum == 3)", data, standard_errors="model").table
    close(result.table["statistic"][1], by_hand["statistic"].iloc[-1] ** 2)
    robust = regress("score ~ stratum + I(stratum == 3)", data, standard_errors="HC0").table
    close(wald["statistic"], robust["statistic"].iloc[-1] ** 2)


@pytest.mark.parametrize("family", ["two_part", "negative_binomial"])
def test_all_parts_of_a_term_are_tested(family, data):
    outcome = {"two_part": "minutes", "negative_binomial": "posts"}[family]
    result = compare_models(
        [f"{outcome} ~ {SMALL}", f"{outcome} ~ {LARGE}"], data, family=family, standard_errors="HC0"
    )
    assert result.table["df"][1] == {"two_part": 6, "negative_binomial": 3}[family]
    inside = [place for place, term in enumerate(result.models[1].table["term"]) if term.startswith(("age", "country"))]
    b = result.models[1].table["estimate"].to_numpy()[inside]
    v = result.models[1].covariance.to_numpy()[np.ix_(inside, inside)]
    close(result.table["statistic"][1], float(b @ np.linalg.solve(v, b)), 1e-7)


def test_more_terms_than_clusters_have_no_joint_test(data):
    few = data[data["person"] <= 3]
    result = compare_models(["score ~ 1", "score ~ shyness + age + hours"], few, cluster="person")
    assert result.table[["statistic", "p_value"]].isna().all(axis=None)
    assert "statistic" not in result.models[1].fit


def test_the_same_rows_in_all_models(data):
    result = compare_models(["score ~ age", "score ~ age + shyness", "score ~ age + shyness + posts"], data)
    assert result.table["n"].tolist() == [296] * 3
    assert [model.n for model in result.models] == [296] * 3


def test_long_form_has_what_the_model_explains(data):
    long = regress("score ~ shyness", data).to_long(analysis="a", result="model").set_index("id")
    assert long["value"]["a.model.score.ols_hc3.r_squared"] == regress("score ~ shyness", data).fit["r_squared"]
    assert long.index.is_unique


ERRORS = {
    "one": (["score ~ age"], "found ['score ~ age']. Give a list of two formulas or more, the smallest first."),
    "text": ("score ~ age", "found 'score ~ age'. Give a list of two formulas or more, the smallest first."),
    "outcomes": (
        ["score ~ age", "posts ~ age + shyness"],
        "the formulas have the outcomes score, posts. Compare models of one.",
    ),
    "not_nested": (
        ["score ~ age", "score ~ shyness + hours"],
        ("'score ~ shyness + hours' does not hold 'score ~ age' and something more, so there is no test between them. "
        "Order the formulas from the smallest to the largest, each with all terms of the one before."),
    ),
    "missing": (
        ["score ~ age", "score ~ age + shines"],
        ("the data have no column 'shines'. Did you mean 'shyness'? Columns of the data: 'person', 'stratum', "
        "'weight', 'shyness', 'age', 'country', 'hours', 'score', 'active', 'posts', 'visits', 'often' and 1 more."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case, data):
    formulas, message = ERRORS[case]
    with pytest.raises((CallError, InputError)) as caught:
        compare_models(formulas, data)
    assert str(caught.value) == f"compare_models: {message}"

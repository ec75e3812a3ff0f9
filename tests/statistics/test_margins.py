"""Predicted means, marginal effects and proportional odds against R (tests/oracles/regression/margins.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.design import Design
from survey_stats.statistics.regression import marginal_effects, predicted_means, proportional_odds, regress

RIGHT = "shyness + age + country"


@pytest.fixture(scope="module")
def expected(oracle):
    return oracle("regression/margins")


@pytest.fixture(scope="module")
def data(oracle):
    return pd.DataFrame(oracle("regression/families")["data"])


@pytest.fixture(scope="module")
def design(data):
    return Design("weight", data=data, strata="stratum", cluster="person")


@pytest.fixture(scope="module")
def logit(data):
    return regress(f"active ~ {RIGHT}", data, family="binomial")


@pytest.fixture(scope="module")
def amounts(data):
    return regress(f"minutes ~ {RIGHT}", data, family="two_part")


@pytest.fixture(scope="module")
def ordinal(data):
    return regress(f"often ~ {RIGHT}", data, family="ordinal")


def check(row, block, tolerance=1e-8):
    for name, value in block.items():
        assert row[name] == pytest.approx(value, rel=tolerance), name


def test_predicted_probabilities_equal_r(logit, expected):
    block = expected["binomial"]
    check(predicted_means(logit).table.iloc[0], block["overall"])
    at_30 = predicted_means(logit, "age", at=[30]).table.iloc[0]
    check(at_30, block["at_30"])
    assert [at_30["ci_lower"], at_30["ci_upper"]] == pytest.approx(block["at_30_interval"], rel=1e-8)
    countries = predicted_means(logit, "country").table.set_index("value")
    check(countries.loc["no"], block["no"])
    assert countries.index.tolist() == ["de", "in", "no"]


def test_effects_on_probabilities_equal_r(data, expected):
    robust = regress(f"active ~ {RIGHT}", data, family="binomial", standard_errors="HC3")
    table = marginal_effects(robust).table.set_index("variable")
    assert table.index.tolist() == ["age", "country: in - de", "country: no - de", "shyness"]
    check(table.loc["shyness"], expected["binomial"]["slope"])
    check(table.loc["country: in - de"], expected["binomial"]["difference"])


def test_counts_stand_at_their_exposure(data, expected):
    model = regress(f"visits ~ {RIGHT}", data, family="poisson", exposure="hours")
    check(predicted_means(model).table.iloc[0], expected["poisson"]["overall"])
    check(marginal_effects(model, ["shyness"]).table.iloc[0], expected["poisson"]["slope"])


def test_both_parts_make_one_mean(amounts, expected):
    table = predicted_means(amounts).table.set_index("quantity")
    for quantity in ("mean", "share_any", "mean_of_any"):
        check(table.loc[quantity], expected["two_part"][quantity])
    check(predicted_means(amounts, "age", at=[20]).table.iloc[0], expected["two_part"]["at_20"])
    check(marginal_effects(amounts, ["shyness"]).table.iloc[0], expected["two_part"]["slope"])


def test_one_mean_with_a_design(data, design, expected):
    """The covariance of both parts is joint: persons who use at all are those whose amounts are known."""
    model = regress(f"minutes ~ {RIGHT}", data, family="two_part", design=design)
    row = predicted_means(model).table.iloc[0]
    block = expected["two_part"]["design"]
    check(row, {name: block[name] for name in ("estimate", "standard_error")}, 1e-6)
    assert [row["ci_lower"], row["ci_upper"]] == pytest.approx(block["interval"], rel=1e-6)
    assert row["df"] == 27


def test_probabilities_of_categories_equal_r(ordinal, expected):
    table = predicted_means(ordinal).table
    assert table["quantity"].tolist() == [f"probability_of_{level}" for level in (1, 2, 3, 4)]
    for (_, row), block in zip(table.iterrows(), expected["ordinal"]["probability"], strict=True):
        check(row, block, 1e-7)
    assert table["estimate"].sum() == pytest.approx(1, abs=1e-12)
    effects = marginal_effects(ordinal, ["shyness"]).table
    assert effects["estimate"].sum() == pytest.approx(0, abs=1e-10)


def test_effects_of_linear_models_are_their_coefficients(data):
    model = regress(f"score ~ {RIGHT}", data)
    effects = marginal_effects(model, ["shyness"]).table.iloc[0]
    row = model.table.set_index("term").loc["shyness"]
    check(effects, {name: row[name] for name in ("estimate", "standard_error", "ci_lower", "p_value", "df")}, 1e-9)


def test_proportional_odds_equal_brant(ordinal, expected):
    table = proportional_odds(ordinal).table
    assert table["term"].tolist() == ["", "shyness", "age", "country[T.in]", "country[T.no]"]
    for (_, row), block in zip(table.iterrows(), expected["brant"], strict=True):
        check(row, block, 1e-6)  # glm keeps the weights of its last step but one
    assert set(table["method"]) == {"brant"}


def test_proportional_odds_with_a_design(data, design, expected):
    table = proportional_odds(regress(f"often ~ {RIGHT}", data, family="ordinal", design=design)).table
    check(table.iloc[0], expected["design_proportionality"], 1e-6)
    assert table["df_residual"].tolist() == [27] * 5
    assert set(table["method"]) == {"wald_of_thresholds"}


def test_proportional_odds_with_rows_and_clusters(data):
    """Rows as clusters of their own give the sandwich of rows, but for the factor G / (G - 1) and F."""
    rows, alone = (
        proportional_odds(regress(f"often ~ {RIGHT}", data.assign(row=range(300)), family="ordinal", **options)).table
        for options in ({"standard_errors": "HC0"}, {"cluster": "row"})
    )
    n = rows["n"][0]
    ratio = alone["statistic"] * alone["df"] / rows["statistic"]
    np.testing.assert_allclose(ratio, (n - 1) / n, rtol=1e-9)
    assert rows["df_residual"].isna().all()
    assert (alone["df_residual"] == n - 1).all()


def test_odds_that_are_not_proportional_are_found():
    """The highest category depends on x, the others do not."""
    random = np.random.default_rng(5)
    x = random.normal(size=600)
    top = random.random(600) < 1 / (1 + np.exp(-2 * x))
    frame = pd.DataFrame({"x": x, "y": np.where(top, 3, random.integers(1, 3, 600))})
    found = proportional_odds(regress("y ~ x", frame, family="ordinal"))
    assert found.table["p_value"][0] < 1e-6
    assert found.thresholds["threshold"].tolist() == ["1 | 2", "2 | 3"]
    steep = found.thresholds["estimate"]
    assert steep[1] > steep[0] + 0.5


def test_errors_of_margins(data, logit):
    with pytest.raises(CallError) as caught:
        predicted_means(logit, "age")
    assert str(caught.value) == (
        "predicted_means: 'age' is a number. Give the values to predict at, such as at=[1, 5]."
    )
    with pytest.raises(CallError) as caught:
        marginal_effects(logit, ["sex"])
    assert str(caught.value) == (
        "marginal_effects: the data have no column 'sex'. Columns of the data: 'active', 'age', 'country', 'shyness'."
    )
    with pytest.raises(CallError) as caught:
        predicted_means(regress("minutes ~ age", data, family="two_part_lognormal"))
    assert str(caught.value) == (
        "predicted_means: family 'two_part_lognormal' models the logarithm, whose mean says nothing about that of the "
        "amounts. Take family 'two_part'."
    )


def test_a_model_without_variables_has_no_effects(data):
    with pytest.raises(CallError) as caught:
        marginal_effects(regress("score ~ 1", data))
    assert str(caught.value) == ("marginal_effects: 'score ~ 1' has no variable that varies. Take predicted_means.")


def test_errors_of_proportional_odds(logit, data):
    with pytest.raises(CallError) as caught:
        proportional_odds(logit)
    assert str(caught.value) == (
        "proportional_odds: the model is of family 'binomial' with 4 terms. The test is for family 'ordinal' "
        "with terms."
    )
    never = data.assign(often=data["often"].where(data["country"] != "in", data["often"].clip(upper=3)))
    with pytest.raises(InputError) as caught:
        proportional_odds(regress("often ~ country", never, family="ordinal"))
    assert str(caught.value) == (
        "proportional_odds: at the threshold 3 | 4 the terms predict answers perfectly, so there is nothing to "
        "compare. Join categories of the outcome, or leave out a term."
    )

"""Simple slopes and Johnson-Neyman regions against R (tests/oracles/regression/moderation.R)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError
from survey_stats.statistics.design import Design
from survey_stats.statistics.regression import johnson_neyman, regress, simple_slopes

COLUMNS = ("value", "estimate", "standard_error", "ci_lower", "ci_upper", "p_value")


@pytest.fixture(scope="module")
def expected(oracle):
    return oracle("regression/moderation")


@pytest.fixture(scope="module")
def data(oracle):
    frame = pd.DataFrame(oracle("regression/families")["data"])
    return frame.assign(crossed=frame["score"] + 0.05 * frame["shyness"] * (frame["age"] - 38))


@pytest.fixture(scope="module")
def linear(data):
    return regress("crossed ~ shyness * age + country", data)


@pytest.fixture(scope="module")
def surveyed(data):
    design = Design("weight", data=data, strata="stratum", cluster="person")
    return regress("crossed ~ shyness * age + country", data, design=design)


def check(table, block, tolerance=1e-8):
    for column in COLUMNS:
        np.testing.assert_allclose(table[column].astype(float), block[column], rtol=tolerance, err_msg=column)


def test_slopes_around_the_mean_equal_r(linear, expected):
    result = simple_slopes(linear, "shyness", "age")
    check(result.table, expected["linear"])
    assert (result.method, result.n) == ("ols_hc3", linear.n)
    assert (result.table["warning"] == "").all()


def test_slopes_with_a_design_equal_r(surveyed, expected):
    result = simple_slopes(surveyed, "shyness", "age", at=[20, 40, 60])
    check(result.table, expected["survey"], 1e-7)
    assert (result.table["df"] == 27).all()
    far = simple_slopes(surveyed, "shyness", "age", at=[60, 61]).table["warning"]
    assert far.tolist() == ["", "No row has a value of the moderator as far out as this one."]


def test_slopes_of_log_odds_equal_r(data, expected):
    model = regress("active ~ shyness * age", data, family="binomial")
    check(simple_slopes(model, "shyness", "age", at=[25, 50]).table, expected["logistic"])


def test_slopes_of_categories_have_their_own_degrees_of_freedom(data, expected):
    model = regress("crossed ~ shyness * country", data, cluster="person", standard_errors="CR2")
    table = simple_slopes(model, "shyness", "country").table.set_index("value")
    assert table.index.tolist() == ["de", "in", "no"]
    for country, block in expected["category"].items():
        for column, value in block.items():
            assert table.loc[country, column] == pytest.approx(value, rel=1e-7), column


def test_differences_of_categories_at_values(data):
    """With the roles changed: how the difference between countries depends on shyness, at its mean by centring."""
    model = regress("crossed ~ country * shyness", data)
    mean = model.fitted.rows.plain["shyness"].mean()
    table = simple_slopes(model, "country", "shyness", at=[mean]).table
    assert table["predictor"].tolist() == ["country: in - de", "country: no - de"]
    centred = regress("crossed ~ country * centred", data.assign(centred=data["shyness"] - mean)).table
    wanted = centred[centred["term"].isin(["country[T.in]", "country[T.no]"])]
    for column in ("estimate", "standard_error", "p_value"):
        np.testing.assert_allclose(table[column], wanted[column], rtol=1e-8)


def test_quantiles_and_two_values(linear, data):
    ages = simple_slopes(linear, "shyness", "age", at="quantiles").table["value"]
    used = linear.fitted.rows.plain["age"]
    assert ages.tolist() == [np.quantile(used, each, method="inverted_cdf") for each in (0.16, 0.5, 0.84)]
    yes_or_no = simple_slopes(regress("crossed ~ shyness * active", data), "shyness", "active").table
    assert yes_or_no["value"].tolist() == [0, 1]


def test_both_parts_of_a_two_part_model_have_slopes(data):
    model = regress("minutes ~ shyness * age", data, family="two_part")
    table = simple_slopes(model, "shyness", "age", at=[0.0, 10.0]).table
    assert table["part"].tolist() == ["any", "any", "amount", "amount"]
    own = model.table.set_index(["part", "term"])["estimate"]
    for part in ("any", "amount"):
        wanted = [own[part, "shyness"], own[part, "shyness"] + 10 * own[part, "shyness:age"]]
        np.testing.assert_allclose(table.loc[table["part"] == part, "estimate"], wanted, rtol=1e-9)


def test_ordinal_models_have_slopes(data):
    model = regress("often ~ shyness * age", data, family="ordinal")
    table = simple_slopes(model, "shyness", "age", at=[0.0]).table
    row = model.table.set_index("term").loc["shyness"]
    assert table["estimate"][0] == pytest.approx(row["estimate"], rel=1e-9)
    assert table["standard_error"][0] == pytest.approx(row["standard_error"], rel=1e-9)


@pytest.mark.parametrize(("kind", "block"), [("linear", "johnson_neyman"), ("surveyed", "survey_johnson_neyman")])
def test_johnson_neyman_boundaries_equal_r(kind, block, request, expected):
    model = request.getfixturevalue(kind)
    table = johnson_neyman(model, "shyness", "age").table
    np.testing.assert_allclose(table["region_upper"][:-1], expected[block], rtol=1e-9)
    assert table["direction"].tolist() == ["negative", "unclear", "positive"]
    assert (table["region_lower"][0], table["region_upper"].iloc[-1]) == (18, 60)
    assert table["share"].sum() == pytest.approx(1, abs=1e-12)


def test_shares_of_regions_count_rows(linear):
    table = johnson_neyman(linear, "shyness", "age").table
    ages = linear.fitted.rows.plain["age"]
    assert table["share"][0] == pytest.approx((ages < table["region_upper"][0]).mean(), rel=1e-12)
    slopes = simple_slopes(linear, "shyness", "age", at=[float(table["region_upper"][0])]).table.iloc[0]
    assert table["slope_upper"][0] == pytest.approx(slopes["estimate"], rel=1e-9)
    assert slopes["p_value"] == pytest.approx(0.05, rel=1e-7)


def test_centring_changes_nothing(linear, data):
    moved = regress("crossed ~ center(shyness) * center(age) + country", data)
    before, after = (johnson_neyman(model, "shyness", "age").table for model in (linear, moved))
    np.testing.assert_allclose(after["region_upper"], before["region_upper"], rtol=1e-8)


ERRORS = {
    "unknown": (
        "crossed ~ shyness * age", ("shy", "age"),
        "the data have no column 'shy'. Columns of the data: 'age', 'crossed', 'shyness'.",
    ),
    "outcome": (
        "crossed ~ shyness * age", ("crossed", "age"),
        "'crossed' is the outcome of the formula. Name a variable of its right side.",
    ),
    "same": ("crossed ~ shyness * age", ("age", "age"), "predictor and moderator are both 'age'. Name two variables."),
    "no_interaction": (
        "crossed ~ shyness + age", ("shyness", "age"),
        ("'crossed ~ shyness + age' has no interaction of 'shyness' and 'age', so the slope is the same everywhere. "
        "Write shyness * age in the formula."),
    ),
    "curved": (
        "crossed ~ shyness * age + I(shyness ** 2)", ("shyness", "age"),
        ("the formula is curved in 'shyness', so it has no single slope. Name a predictor that stands in the formula "
        "as it is."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case, data):
    formula, names, message = ERRORS[case]
    with pytest.raises(CallError) as caught:
        simple_slopes(regress(formula, data), *names)
    assert str(caught.value) == f"simple_slopes: {message}"


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("crossed ~ shyness * country", "'country' has categories. Take simple_slopes, which has a row for each."),
        (
            "crossed ~ shyness * country + shyness * I(age ** 2)",
            "the slope of 'shyness' is curved in 'age'. Take simple_slopes.",
        ),
    ],
)
def test_errors_of_regions(formula, message, data):
    with pytest.raises(CallError) as caught:
        johnson_neyman(regress(formula, data), "shyness", "age" if "age" in formula else "country")
    assert str(caught.value) == f"johnson_neyman: {message}"


def test_values_and_models_that_are_none(linear):
    with pytest.raises(CallError) as caught:
        simple_slopes(linear, "shyness", "age", at="mean")
    assert str(caught.value) == "simple_slopes: at is 'mean'. Allowed: sd, quantiles."
    with pytest.raises(CallError) as caught:
        simple_slopes(linear.table, "shyness", "age")
    assert str(caught.value) == "simple_slopes: found DataFrame as model. Give what regress returned."

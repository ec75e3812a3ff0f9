"""Random intercepts for days within persons against lmerTest, nlme and dense matrices in R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.design import Design
from survey_stats.statistics.regression import regress, simple_slopes

FORMULA = "mood ~ shyness + minutes + country"


@pytest.fixture(scope="module")
def expected(oracle):
    return oracle("regression/random_intercept")


@pytest.fixture(scope="module")
def data(expected):
    return pd.DataFrame(expected["data"])


@pytest.fixture(scope="module")
def model(data):
    return regress(FORMULA, data, random_intercept="person")


def close(found, wanted, tolerance):
    np.testing.assert_allclose(np.asarray(found, dtype=float), wanted, rtol=tolerance)


def test_coefficients_and_degrees_of_freedom_equal_r(model, expected):
    """Dense matrices and a root of the derivative in R; lmerTest and nlme stop where the likelihood stands still."""
    for column in ("estimate", "standard_error", "df"):
        close(model.table[column], expected["dense"][column], 1e-8)
    for column in ("estimate", "standard_error", "df", "p_value"):
        close(model.table[column], expected["lmer"][column], 1e-6)
    for column in ("estimate", "standard_error"):
        close(model.table[column], expected["lme"][column], 1e-5)
    assert (model.n, model.n_clusters, model.method) == (expected["n"], expected["n_groups"], "random_intercept_reml")


def test_variances_and_what_is_explained_equal_r(model, expected):
    for name in ("variance_between", "variance_within"):
        close(model.fit[name], expected["dense"][name], 1e-8)
    for name, value in expected["fit"].items():
        close(model.fit[name], value, 1e-6)
    assert model.fit["n_groups"] == 60
    assert "r_squared" not in model.fit


def test_a_model_without_terms(data, expected):
    empty = regress("mood ~ 1", data.dropna(), random_intercept="person")
    close(empty.table["estimate"], expected["empty"]["estimate"], 1e-6)
    close(empty.table["standard_error"], expected["empty"]["standard_error"], 1e-6)
    close(empty.fit["icc"], expected["empty"]["icc"], 1e-5)


def test_contrasts_have_their_own_degrees_of_freedom(model, expected):
    """Shyness plus country, as a slope of shyness where the interaction is the difference of countries."""
    contrast = np.array([[0.0, 1, 0, 1]])
    close(model.fitted.uncertainty.df_of(contrast), expected["contrast"]["df"], 1e-6)
    crossed = regress("mood ~ shyness * country", model.fitted.rows.plain.assign(person=model.fitted.clusters),
                      random_intercept="person")  # fmt: skip
    slopes = simple_slopes(crossed, "shyness", "country").table
    assert slopes["df"].notna().all()
    assert slopes["df"][0] != slopes["df"][1]
    assert slopes["df"][0] == crossed.table["df"][1]


def test_no_variance_between_persons(data):
    """The model is that of least squares, and says so."""
    result = regress("flat ~ shyness", data, random_intercept="person")
    plain = regress("flat ~ shyness", data[data["person"].notna()], standard_errors="model").table
    for column in ("estimate", "standard_error", "df", "p_value"):
        close(result.table[column], plain[column], 1e-10)
    assert [str(warning) for warning in result.warnings] == [
        (
            "The groups vary no more than chance makes them: the variance between them is estimated as 0, and the "
            "model is that without a random intercept."
        )
    ]
    assert (result.fit["icc"], result.fit["variance_p_value"]) == (0, 1)


def test_balanced_groups_by_hand():
    """One-way analysis of variance: σ² is the mean square within, and that between estimates σ² + 3 σ²_between."""
    random = np.random.default_rng(4)
    frame = pd.DataFrame(
        {"g": np.repeat(range(20), 3), "y": np.repeat(random.normal(size=20), 3) + random.normal(size=60)}
    )
    by_group = frame.groupby("g")["y"]
    within = ((frame["y"] - by_group.transform("mean")) ** 2).sum() / 40
    between = 3 * by_group.mean().var()
    result = regress("y ~ 1", frame, random_intercept="g")
    assert result.fit["variance_within"] == pytest.approx(within, rel=1e-10)
    assert result.fit["variance_between"] == pytest.approx((between - within) / 3, rel=1e-10)
    assert result.table["standard_error"][0] == pytest.approx(np.sqrt(between / 60), rel=1e-10)
    assert result.table["df"][0] == pytest.approx(19, rel=1e-8)  # Satterthwaite's are exact here


def test_order_of_rows_does_not_matter(model, data):
    mixed = regress(FORMULA, data.sample(frac=1, random_state=3), random_intercept="person")
    close(mixed.table["estimate"], model.table["estimate"], 1e-9)
    close(mixed.table["df"], model.table["df"], 1e-8)


ERRORS = {
    "one_row_each": (
        {"random_intercept": "row"}, InputError,
        ("each of the 216 groups has one row, so a random intercept cannot be told from the residual. Name the column "
        "of the persons, or leave random_intercept out."),
    ),
    "same_within": (
        {"random_intercept": "person", "formula": "trait ~ minutes"}, InputError,
        ("the outcome does not vary within groups, so there is nothing that a random intercept leaves. Average the "
        "rows of each group."),
    ),
    "one_group": (
        {"random_intercept": "same"}, InputError,
        "all rows belong to one cluster. Give a column with at least two clusters.",
    ),
    "family": (
        {"random_intercept": "person", "family": "binomial"}, CallError,
        ("random_intercept is for family 'gaussian', not 'binomial'. Take cluster, which has standard errors for "
        "persons with several rows in every family."),
    ),
    "cluster": (
        {"random_intercept": "person", "cluster": "person"}, CallError,
        ("found random_intercept and cluster. The random intercept has its own standard errors: leave one of the two "
        "out."),
    ),
    "unknown": (
        {"random_intercept": "persons"}, CallError,
        ("the data have no column 'persons'. Did you mean 'person'? Columns of the data: 'person', 'shyness', "
        "'minutes', 'country', 'mood', 'flat', 'row', 'same', 'trait'."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case, data):
    options, kind, message = ERRORS[case]
    frame = data.assign(row=range(len(data)), same="a", trait=data["person"] % 7)
    formula = options.get("formula", "mood ~ minutes")
    with pytest.raises(kind) as caught:
        regress(formula, frame, **{name: value for name, value in options.items() if name != "formula"})
    assert str(caught.value) == f"regress: {message}"


def test_a_design_is_refused(data):
    with pytest.raises(CallError) as caught:
        regress("mood ~ minutes", data, random_intercept="person", design=Design(None, data=data))
    assert str(caught.value) == (
        "regress: found random_intercept and design. The random intercept has its own standard errors: leave one of "
        "the two out."
    )

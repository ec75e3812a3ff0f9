"""Linear and logistic regression against R (tests/oracles/regression), and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.regression import regress

COLUMNS = ("estimate", "standard_error", "statistic", "p_value", "ci_lower", "ci_upper")
MODELS = {
    "linear": ("posts ~ shyness + age + country", {}, "ols_hc3"),
    "linear_cluster": ("posts ~ shyness + age + country", {"cluster": "person"}, "ols_cr1"),
    "logit": ("active ~ shyness + country", {"family": "binomial"}, "logit_ml"),
    "logit_cluster": ("active ~ shyness + country", {"family": "binomial", "cluster": "person"}, "logit_cr1"),
}


@pytest.fixture
def expected(oracle):
    return oracle("regression/models")


@pytest.fixture
def data(expected):
    return pd.DataFrame(expected["data"])


def check_table(result, block):
    for column in COLUMNS:
        np.testing.assert_allclose(result.table[column], block[column], rtol=1e-9, err_msg=column)
    assert result.n == block["n"]
    assert (result.table["n"] == block["n"]).all()
    assert (result.table["n_clusters"] == block.get("n_clusters", 0)).all()
    df = np.nan if block["df"] is None else block["df"]
    np.testing.assert_array_equal(result.table["df"], [df] * len(result.table))


@pytest.mark.parametrize("name", MODELS)
def test_models_equal_r(name, data, expected):
    formula, options, method = MODELS[name]
    result = regress(formula, data, **options)
    check_table(result, expected[name])
    assert result.method == method
    assert set(result.table["method"]) == {method}


def test_interaction_and_transformed_outcome_equal_r(data, expected):
    block = expected["interaction"]
    complete = data.dropna(subset=["posts", "shyness", "age", "country"])
    check_table(regress(f"log1p(posts - ({block['shift']})) ~ shyness * country", complete), block)


def test_difference_to_survey_is_the_small_sample_factor(data, expected):
    """R's survey leaves (n - 1) / (n - k) out."""
    result = regress("active ~ shyness + country", data, family="binomial", cluster="person")
    factor = np.sqrt((result.n - 1) / (result.n - 4))
    np.testing.assert_allclose(result.table["standard_error"] / factor, expected["svyglm_standard_error"], rtol=1e-7)


def test_odds_ratios(data):
    table = regress("active ~ shyness", data, family="binomial").table
    for name, source in {"": "estimate", "_ci_lower": "ci_lower", "_ci_upper": "ci_upper"}.items():
        np.testing.assert_array_equal(table[f"odds_ratio{name}"], np.exp(table[source]))
    assert "odds_ratio" not in regress("posts ~ shyness", data).table


def test_odds_ratio_of_a_two_by_two_table_by_hand():
    """a d / (b c) = 30 × 20 / (10 × 15) = 4, and its standard error √(1/30 + 1/10 + 1/15 + 1/20) = .5 on the log."""
    cells = {(1, 1): 30, (1, 0): 10, (0, 1): 15, (0, 0): 20}
    rows = [(exposed, outcome) for (exposed, outcome), count in cells.items() for _ in range(count)]
    table = regress("outcome ~ exposed", pd.DataFrame(rows, columns=["exposed", "outcome"]), family="binomial").table
    assert table.loc[1, "odds_ratio"] == pytest.approx(4, rel=1e-10)
    assert table.loc[1, "standard_error"] == pytest.approx(0.5, rel=1e-10)


def test_confidence(data):
    table = regress("posts ~ shyness", data, confidence=0.9).table
    half = (table["ci_upper"] - table["ci_lower"]) / 2
    assert table["df"].tolist() == [234.0, 234.0]
    np.testing.assert_allclose(half / table["standard_error"], 1.651391475, rtol=1e-8)  # R: qt(.95, 234)


def test_few_clusters_are_said(data):
    result = regress("posts ~ shyness", data[data["person"] <= 8], cluster="person")
    assert [str(warning) for warning in result.warnings] == [
        "Only 8 clusters: with fewer than 20 cluster-robust intervals tend to be too narrow."
    ]
    assert regress("posts ~ shyness", data, cluster="person").warnings == ()


NO_ERROR = (
    "No standard error: a single cluster determines part of this estimate, so its residuals there cancel out and say "
    "nothing about the error. That needs several clusters in each category."
)
INFERENCE = ["standard_error", "statistic", "df", "p_value", "ci_lower", "ci_upper"]


@pytest.fixture
def schools(expected):
    return pd.DataFrame(expected["schools"]["data"])


def check_terms(table, identified):
    """Terms in `identified` have a standard error, all others an estimate and the reason."""
    table = table.set_index("term")
    refused = table.index.difference(identified)
    assert set(identified) <= set(table.index)
    assert table["estimate"].notna().all()
    assert table.loc[refused, INFERENCE].isna().all(axis=None)
    assert (table.loc[refused, "warning"] == NO_ERROR).all()
    assert table.loc[identified, INFERENCE].notna().all(axis=None)
    assert (table.loc[identified, "warning"] == "").all()


CLUSTERED = {
    "clusters_are_the_category": ("y ~ school", {}, []),
    "types_with_a_single_school": ("y ~ type", {}, []),
    "means_of_types": ("y ~ 0 + type", {}, ["type[c]"]),
    "slope_beside_schools": ("y ~ x + school", {}, ["x"]),
    "slope_of_each_school": ("y ~ x * school", {}, []),
    "logistic": ("active ~ x + school", {"family": "binomial"}, ["x"]),
    "logistic_types": ("active ~ type", {"family": "binomial"}, []),
    "nothing_determined": ("y ~ x", {}, ["Intercept", "x"]),
    "logistic_nothing_determined": ("active ~ x", {"family": "binomial"}, ["Intercept", "x"]),
    "mean": ("y ~ 1", {}, ["Intercept"]),
}


@pytest.mark.parametrize("case", CLUSTERED)
def test_terms_that_a_single_cluster_determines_have_no_standard_error(case, schools):
    formula, options, identified = CLUSTERED[case]
    check_terms(regress(formula, schools, cluster="school", **options).table, identified)


def test_clusters_told_apart_by_two_numbers(schools):
    """Three schools, an intercept and two properties of schools: as many terms as schools, none named like them."""
    frame = schools[schools["school"] != "s"].assign(
        size=lambda rows: rows["school"].map({"p": 1.0, "q": 2, "r": 4}),
        age=lambda rows: rows["school"].map({"p": 3.0, "q": 5, "r": 1}),
    )
    check_terms(regress("y ~ x + size + age", frame, cluster="school").table, ["x"])
    check_terms(regress("y ~ x + size", frame, cluster="school").table, ["Intercept", "x", "size"])


def test_single_rows_as_clusters_with_a_category_of_one_row(schools):
    """The one row of the rare category fits exactly; the common category keeps its standard error."""
    frame = schools.assign(row=range(len(schools)), rare=["z"] + ["a"] * (len(schools) - 1))
    check_terms(regress("y ~ rare", frame, cluster="row").table, ["Intercept"])


@pytest.mark.parametrize(
    ("name", "formula", "term", "options"),
    [
        ("within", "y ~ x + school", "x", {}),
        ("types", "y ~ 0 + type", "type[c]", {}),
        ("within_logit", "active ~ x + school", "x", {"family": "binomial"}),
    ],
)
def test_terms_beside_those_of_clusters_equal_r(name, formula, term, options, schools, expected):
    table = regress(formula, schools, cluster="school", **options).table.set_index("term")
    for column in COLUMNS:
        assert table.loc[term, column] == pytest.approx(expected["schools"][name][column], rel=1e-9), column


def test_mean_of_two_schools_by_hand():
    """Scores 3 (6 - 5) = 3 and 3 (4 - 5) = -3, squared over 6²: 18 / 36. Factor of 3 schools, 8 rows, 2 terms."""
    frame = pd.DataFrame({"y": [5.0, 6, 7, 3, 4, 5, 1, 2], "school": list("rrrsssqq"), "type": list("ccccccbb")})
    table = regress("y ~ 0 + type", frame, cluster="school").table.set_index("term")
    assert table.loc["type[c]", "estimate"] == pytest.approx(5, rel=1e-12)
    assert table.loc["type[c]", "standard_error"] == pytest.approx(np.sqrt(18 / 36 * 3 / 2 * 7 / 6), rel=1e-12)
    assert np.isnan(table.loc["type[b]", "standard_error"])


@pytest.mark.parametrize("options", [{}, {"cluster": "school"}])
def test_small_differences_of_huge_numbers(options, schools):
    """A slope does not depend on where the numbers start."""
    near, far = (
        regress("y ~ x", schools.assign(x=start + np.sign(schools["x"])), **options).table.iloc[1]
        for start in (0, 1e10)
    )
    for column in COLUMNS:
        assert far[column] == pytest.approx(near[column], rel=1e-9)


def test_differences_that_rounding_can_make_are_none(schools):
    with pytest.raises(InputError) as caught:
        regress("y ~ x", schools.assign(x=1e15 + np.arange(48)))
    assert str(caught.value) == (
        "regress: 'x' is determined by the terms before it, up to rounding, and has no coefficient. Leave it out."
    )


def test_kinds_of_columns(data):
    """Nullable, boolean, text, categories with an unused level, and a name with a blank."""
    frame = data.assign(**{
        "age": data["age"].astype("Int64"),
        "country": pd.Categorical(data["country"], categories=["de", "in", "no", "fr"]),
        "years of age": data["age"],
        "active": data["active"].astype(bool),
    })  # fmt: skip
    plain = regress("posts ~ shyness + age + country", data).table
    pd.testing.assert_frame_equal(regress("posts ~ shyness + age + country", frame).table, plain)
    named = regress("posts ~ shyness + `years of age` + country", frame).table
    np.testing.assert_array_equal(named["estimate"], plain["estimate"])
    assert named["term"].tolist() == ["Intercept", "shyness", "years of age", "country[T.in]", "country[T.no]"]
    pd.testing.assert_frame_equal(
        regress("active ~ shyness", frame, family="binomial").table,
        regress("active ~ shyness", data, family="binomial").table,
    )


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), slope=st.floats(0.01, 100))
def test_order_of_rows_empty_rows_and_scale(seed, slope):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": random.normal(size=40), "y": random.normal(size=40), "g": np.arange(40) % 25})
    more = pd.concat([frame, pd.DataFrame({"x": [1.0, np.nan], "y": [np.nan, 2.0], "g": [1, 99]})]).sample(
        frac=1, random_state=seed
    )
    for cluster in (None, "g"):
        before, after = (regress("y ~ x", each, cluster=cluster) for each in (frame, more))
        numbers = list(COLUMNS)
        np.testing.assert_allclose(before.table[numbers], after.table[numbers], rtol=1e-7, atol=1e-10)
        assert (before.n, before.n_clusters) == (after.n, after.n_clusters) == (40, 25 if cluster else 0)
        scaled = regress("y ~ x", frame.assign(x=slope * frame["x"]), cluster=cluster).table
        np.testing.assert_allclose(scaled["estimate"][1] * slope, before.table["estimate"][1], rtol=1e-7)
        np.testing.assert_allclose(scaled["statistic"], before.table["statistic"], rtol=1e-6, atol=1e-9)


def test_long_form(data):
    long = regress("active ~ shyness", data, family="binomial").to_long(analysis="posting", result="model")
    assert "posting.model.active_shyness.logit_ml.odds_ratio" in set(long["id"])
    assert long["id"].is_unique


FRAME = pd.DataFrame({
    "y": [1.0, 3, 2, 5, 4, 6, 2, 4], "x": [6.0, 5, 3, 4, 2, 1, 2, 2], "twice": [12.0, 10, 6, 8, 4, 2, 4, 4],
    "zero": [0.0, 1, 2, 3, 4, 5, 6, 7], "word": list("ababcaba"), "alone": list("abbbbbbb"), "same": ["s"] * 8,
    "high": [0, 0, 0, 0, 0, 1, 0, 0], "mixed": [0, 1, 0, 1, 1, 0, 1, 0], "empty": [np.nan] * 8,
})  # fmt: skip
CANNOT_READ = "cannot be read. Write it as 'outcome ~ term + term'."
COLUMN_LIST = "'y', 'x', 'twice', 'zero', 'word', 'alone', 'same', 'high', 'mixed', 'empty'"
NOT_ALLOWED = "which is not allowed there. Allowed functions: C, I, log, log10, log1p, exp, sqrt, center, scale, poly."
BINOMIAL = {"family": "binomial"}
ERRORS = {
    "unknown": ("y ~ z", {}, CallError, f"the data have no column 'z'. Columns of the data: {COLUMN_LIST}."),
    "unknown_cluster": (
        "y ~ x", {"cluster": "z"}, CallError, f"the data have no column 'z'. Columns of the data: {COLUMN_LIST}."
    ),
    "no_formula": ("y", {}, CallError, f"the formula 'y' {CANNOT_READ}"),
    "cut_formula": ("y ~ x +", {}, CallError, f"the formula 'y ~ x +' {CANNOT_READ}"),
    "no_term": ("y ~ 0", {}, CallError, f"the formula 'y ~ 0' {CANNOT_READ}"),
    "two_outcomes": ("y + x ~ zero", {}, CallError, f"the formula 'y + x ~ zero' {CANNOT_READ}"),
    "not_text": (5, {}, CallError, f"the formula 5 {CANNOT_READ}"),
    "python": ("y ~ np.log(x)", {}, CallError, f"the formula holds 'np.log(x)', {NOT_ALLOWED}"),
    "attribute": ("y ~ {x.__class__}", {}, CallError, f"the formula holds 'x.__class__', {NOT_ALLOWED}"),
    "unknown_function": ("y ~ eval(x)", {}, CallError, f"the formula holds 'eval(x)', {NOT_ALLOWED}"),
    "text_outcome": (
        "word ~ x", {}, CallError,
        "the outcome 'word' does not hold numbers. Code it as numbers, such as 0 and 1.",
    ),
    "family": (
        "y ~ x", {"family": "gamma"}, CallError,
        ("family is 'gamma'. Allowed: gaussian, binomial, ordinal, poisson, negative_binomial, two_part, "
        "two_part_lognormal."),
    ),
    "confidence": (
        "y ~ x", {"confidence": 0}, CallError, "confidence is 0. Give a number between 0 and 1, such as 0.95."
    ),
    "logarithm_of_zero": (
        "y ~ log(zero)", {}, InputError,
        ("'log(zero)' has values that are not finite, such as the logarithm of 0. Use log1p, or set those "
        "answers to missing."),
    ),
    "no_rows": (
        "y ~ empty", {}, InputError, "no row has all of 'empty', 'y'. Leave out a variable that is mostly missing."
    ),
    "too_few_rows": (
        "y ~ C(zero)", {}, InputError,
        "8 rows without missing values are too few for 8 coefficients. Use fewer terms.",
    ),
    "aliased": (
        "y ~ x + twice", {}, InputError,
        "'twice' is determined by the terms before it, up to rounding, and has no coefficient. Leave it out.",
    ),
    "leverage": (
        "y ~ alone", {}, InputError,
        ("1 rows each determine a coefficient alone (a category with one row), so HC3 standard errors do not exist. "
        "Join small categories or leave the term out."),
    ),
    "exact": (
        "twice ~ x", {}, InputError,
        ("the terms reproduce the outcome 'twice' up to rounding, so there is nothing to estimate. Check whether it is "
        "constant or computed from them."),
    ),
    "one_cluster": (
        "y ~ x", {"cluster": "same"}, InputError,
        "all rows belong to one cluster. Give a column with at least two clusters.",
    ),
    "not_binary": (
        "x ~ y", BINOMIAL, InputError,
        ("the outcome 'x' has the values '1', '2', '3', '4', '5', '6'. Family 'binomial' needs both 0 and 1, "
        "and nothing else."),
    ),
    "separation": (
        "high ~ x", BINOMIAL, InputError,
        ("the terms predict some or all answers to 'high' perfectly (separation), so the coefficients have no finite "
        "estimate. Leave out a term, or join categories that hold only one outcome."),
    ),
    "quasi_separation": (
        "mixed ~ word", BINOMIAL, InputError,
        ("the terms predict some or all answers to 'mixed' perfectly (separation), so the coefficients have no finite "
        "estimate. Leave out a term, or join categories that hold only one outcome."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case):
    formula, options, kind, message = ERRORS[case]
    with pytest.raises(kind) as caught:
        regress(formula, FRAME, **options)
    assert str(caught.value) == f"regress: {message}"


def test_data_must_be_a_frame():
    with pytest.raises(CallError) as caught:
        regress("y ~ x", {"y": [1], "x": [2]})
    assert str(caught.value) == "regress: found dict as data. Give a pandas DataFrame."

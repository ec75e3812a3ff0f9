"""Bootstrap intervals and latent correlations of `correlate` against R (tests/oracles), and what goes with them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError
from survey_stats.statistics.correlations import correlate
from survey_stats.statistics.correlations._bootstrap import Resampled, _acceleration, _bias, resample
from survey_stats.statistics.correlations._columns import read_columns
from survey_stats.statistics.correlations._influence import influence_of
from survey_stats.statistics.correlations._pair import Question, ready
from survey_stats.statistics.design import Design


@pytest.fixture(scope="module")
def expected(oracle):
    return oracle("correlations/bootstrap")


@pytest.fixture(scope="module")
def data(expected):
    return pd.DataFrame(expected["data"]).astype(float)


def only(result):
    assert len(result.table) == 1
    return result.table.iloc[0]


def values_of(data, question, pair=("x", "y")):
    columns = read_columns(data, list(pair), controls=["z"] if question.kind else [],
                           person="person" if question.level else None)  # fmt: skip
    return ready(columns, pair, question, columns.used(pair))


CASES = {
    "pearson": (Question("pearson"), ("x", "y")),
    "spearman": (Question("spearman"), ("x", "y")),
    "spearman_ties": (Question("spearman"), ("likes", "y")),
    "kendall": (Question("kendall"), ("likes", "y")),
    "pearson_partial": (Question("pearson", kind="partial"), ("x", "y")),
    "spearman_partial": (Question("spearman", kind="partial"), ("x", "y")),
    "pearson_semipartial": (Question("pearson", kind="semipartial"), ("x", "y")),
    "within": (Question("pearson", "within"), ("x", "y")),
}


@pytest.mark.parametrize("case", CASES)
def test_coefficients_of_given_draws_equal_r(case, data, expected):
    question, pair = CASES[case]
    places = np.array(expected["people" if case == "within" else "rows"]) - 1
    counts = np.stack([np.bincount(draw, minlength=places.shape[1]) for draw in places]).astype(float)
    own = resample(values_of(data, question, pair), question, counts)
    assert len(own) == 120
    np.testing.assert_allclose(own, expected["draws"][case], rtol=1e-9)


def test_influence_and_acceleration_equal_r(data, expected):
    own = influence_of(values_of(data, Question("pearson")), Question("pearson"))
    np.testing.assert_allclose(own, expected["influence"], rtol=1e-6, atol=1e-7)
    assert _acceleration(own) == pytest.approx(expected["acceleration"], rel=1e-6)


def test_limits_of_given_draws_equal_r(expected):
    """The formula in R; R's boot interpolates between draws on the normal scale, so it is near and not the same."""
    block = expected["limits"]
    draws = np.sort(block["draws"])
    bca = Resampled(draws, _bias(draws, block["estimate"]), expected["acceleration"])
    np.testing.assert_allclose(bca.limits(0.9), block["bca"], rtol=1e-9)
    np.testing.assert_allclose(bca.limits(0.9), block["boot_bca"], atol=0.001)
    plain = Resampled(draws, 0.0, 0.0)
    np.testing.assert_allclose(plain.limits(0.9), block["percentile"], rtol=1e-9)
    np.testing.assert_allclose(plain.limits(0.9), block["boot_percentile"], atol=0.001)


@pytest.mark.parametrize("kind", ["bca", "percentile"])
def test_intervals_of_a_table_agree_with_r(kind, data, expected):
    """Other draws than R's 40,000; Monte Carlo error of a limit of 10,000 about .004."""
    options = {"bootstrap": kind, "n_bootstrap": 10_000, "confidence": 0.9}
    row = only(correlate(data, "x", "y", **options))
    np.testing.assert_allclose([row["ci_lower"], row["ci_upper"]], expected["large"][kind], atol=0.015)
    assert row["interval"] == f"bootstrap_{kind}"
    assert row["standard_error"] == pytest.approx(np.arctanh(expected["limits"]["draws"]).std(ddof=1), rel=0.06)
    plain = only(correlate(data, "x", "y"))
    assert (row["estimate"], row["p_value"]) == (plain["estimate"], plain["p_value"])


def test_draws_are_seeded(data):
    first, again, other = (
        correlate(data, ["x", "y"], "likes", n_bootstrap=200, seed=seed).table for seed in (1, 1, 2)
    )  # fmt: skip
    pd.testing.assert_frame_equal(first, again)
    assert (first["ci_lower"] != other["ci_lower"]).all()


def test_verdict_and_simultaneous_intervals_come_from_the_draws(data):
    options = {"n_bootstrap": 500, "bootstrap": "percentile"}
    table = correlate(data, "x", ["y", "z"], adjust="bonferroni", sesoi=0.1, **options).table
    pairs = (("confidence", 0.9, "verdict_ci"), ("confidence", 0.975, "simultaneous_ci"))
    for name, level, columns in pairs:
        other = correlate(data, "x", ["y", "z"], **options, **{name: level}).table
        for end in ("lower", "upper"):
            np.testing.assert_allclose(table[f"{columns}_{end}"], other[f"ci_{end}"], rtol=1e-12)


def test_persons_are_drawn_whole():
    """Rows of a person that repeat each other say nothing new: the interval within persons must not shrink."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame({"who": np.repeat(np.arange(30), 2), "x": random.normal(size=60)})
    frame["y"] = 0.5 * frame["x"] + random.normal(size=60)
    again = pd.concat([frame] * 4, ignore_index=True)
    few, many = (
        only(correlate(each, "x", "y", person="who", level="within", n_bootstrap=1_000)) for each in (frame, again)
    )
    assert few["ci_upper"] - few["ci_lower"] == pytest.approx(many["ci_upper"] - many["ci_lower"], rel=0.1)
    naive = only(correlate(again, "x", "y", person="who", level="within"))
    assert naive["ci_upper"] - naive["ci_lower"] < 0.6 * (many["ci_upper"] - many["ci_lower"])


def test_draws_without_a_coefficient_are_counted():
    frame = pd.DataFrame({"x": [0.0] * 7 + [1, 2], "y": [3.0, 1, 2, 5, 4, 7, 6, 9, 8]})
    warning = only(correlate(frame, n_bootstrap=400))["warning"]
    lost = int(warning.split()[0])
    assert warning == f"{lost} of 400 resamples have no solution and are left out of the interval."
    assert lost == pytest.approx(400 * (7 / 9) ** 9, abs=3 * 6.1)
    rare = pd.DataFrame({"x": [0.0] * 29 + [1], "y": np.arange(30.0)})
    error = only(correlate(rare, n_bootstrap=130))["error"]
    kept = int(error.split()[4])
    assert error == f"No bootstrap interval: only {kept} of 130 resamples have a correlation."
    assert kept == pytest.approx(130 * (1 - (29 / 30) ** 30), abs=3 * 5.5)


def test_a_perfect_relation_has_no_bootstrap():
    row = only(correlate(pd.DataFrame({"x": np.arange(9.0), "y": np.arange(9.0)}), n_bootstrap=100))
    assert (row["interval"], np.isnan(row["ci_lower"])) == ("fisher_z", True)


# Latent correlations.


def test_every_latent_pair_equals_lavaan(oracle):
    """Four items, of which two have two answers; lavaan's standard errors on the scale of r."""
    block = oracle("polychoric/polychoric")["mixed"]
    frame = pd.DataFrame(block["data"])
    table = correlate(frame, method="polychoric").table
    assert list(zip(table["x"], table["y"], strict=True)) == list(zip(block["x"], block["y"], strict=True))
    np.testing.assert_allclose(table["estimate"], block["estimate"], atol=1e-7)
    own = table["standard_error"] * (1 - table["estimate"] ** 2)
    np.testing.assert_allclose(own, block["standard_error"], rtol=2e-6)
    z = np.arctanh(table["estimate"])
    np.testing.assert_allclose(table["statistic"], z / table["standard_error"], rtol=1e-12)
    np.testing.assert_allclose(table["ci_upper"], np.tanh(z + 1.959963984540054 * table["standard_error"]), rtol=1e-12)
    answers = frame.nunique()
    both_two = [answers[x] == answers[y] == 2 for x, y in zip(table["x"], table["y"], strict=True)]
    assert table["method"].tolist() == ["tetrachoric" if two else "polychoric" for two in both_two]


def test_the_kind_of_column_chooses_and_is_stated():
    random = np.random.default_rng(6)
    latent = random.normal(size=(400, 1)) + random.normal(size=(400, 5))
    frame = pd.DataFrame(latent, columns=["a", "b", "five", "two", "more"])
    frame["five"] = np.digitize(frame["five"], [-1.5, -0.5, 0.5, 1.5])
    frame[["two", "more"]] = (frame[["two", "more"]] > 0.3).astype(int)
    table = correlate(frame, method="polychoric").table.set_index(["x", "y"])
    assert table["method"].to_dict() == {
        ("a", "b"): "pearson", ("a", "five"): "polyserial", ("a", "two"): "biserial", ("a", "more"): "biserial",
        ("b", "five"): "polyserial", ("b", "two"): "biserial", ("b", "more"): "biserial",
        ("five", "two"): "polychoric", ("five", "more"): "polychoric", ("two", "more"): "tetrachoric",
    }  # fmt: skip
    assert (table["estimate"] - 0.5).abs().max() < 0.2
    turned = correlate(frame, "five", "a", method="polychoric").table
    assert turned["estimate"].iloc[0] == table.loc[("a", "five"), "estimate"]
    named = correlate(frame, ["a", "five"], "two", method="polychoric", ordinal="five").table
    assert named["method"].tolist() == ["pearson", "polyserial"]
    family = correlate(frame, method="polychoric", adjust="bonferroni").table
    np.testing.assert_allclose(family["p_adjusted"], np.minimum(10 * family["p_value"], 1))


def test_latent_correlations_keep_their_reasons():
    frame = pd.DataFrame({"x": [1, 2, 1, 2, 1, 2.0], "y": [1, 2, 1, 2, 1, 2.0], "flat": 1.0})
    table = correlate(frame, "x", method="polychoric").table.set_index("y")
    assert table.loc["flat", "error"] == "All answers to flat are the same in the 6 rows that have both."
    assert table.loc["y", "warning"] == (
        "The table shows a perfect relation: the likelihood is highest at a latent correlation of -1 or 1, which has "
        "no standard error."
    )
    assert table.loc["y", ["estimate", "ci_lower"]].tolist() == pytest.approx([1, np.nan], nan_ok=True)


FRAME = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40.0) % 7, "who": np.arange(40) % 9})
ERRORS = {
    "few": (
        {"n_bootstrap": 50},
        "n_bootstrap is 50. Give at least 100 draws, such as n_bootstrap=2000, or 0 for none.",
    ),
    "kind": ({"bootstrap": "basic"}, "bootstrap is 'basic'. Allowed: percentile, bca."),
    "design": (
        {"n_bootstrap": 100, "design": Design(np.ones(40))},
        ("n_bootstrap draws rows as if there were no design. Give the design replicate weights (method='bootstrap'), "
        "or leave n_bootstrap out."),
    ),
    "max_t": (
        {"n_bootstrap": 100, "adjust": "max_t"},
        ("adjust='max_t' makes intervals on Fisher's z and not from draws. Write adjust='bonferroni', or leave "
        "n_bootstrap out."),
    ),
    "latent_bootstrap": (
        {"n_bootstrap": 100, "method": "polychoric"},
        ("method 'polychoric' has no bootstrap here: its standard error is the large-sample one. Leave n_bootstrap "
        "out."),
    ),
    "latent_max_t": (
        {"adjust": "max_t", "method": "polychoric"},
        "adjust='max_t' is not there for method 'polychoric'. Write adjust='bonferroni'.",
    ),
    "latent_person": (
        {"person": "who", "method": "polychoric", "level": "between"},
        "method 'polychoric' has no form for persons with several rows. Write method='pearson', or leave person out.",
    ),
    "latent_partial": (
        {"partial": "who", "method": "polychoric"},
        ("method 'polychoric' has no partial or semi-partial form here. Write method='pearson' or 'spearman', or leave "
        "the control variables out."),
    ),
    "latent_many": (
        {"method": "polychoric", "ordinal": "a"},
        ("column 'a' is to be ordinal and has more than 30 different answers. Leave it out of ordinal: its numbers are "
        "then used as they are."),
    ),
    "ordinal_unknown": (
        {"method": "polychoric", "ordinal": ["c"]}, "the data have no column 'c'. Columns of the data: 'a', 'b', 'who'."
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case):
    options, message = ERRORS[case]
    with pytest.raises(CallError) as caught:
        correlate(FRAME, "a", "b", **options)
    assert str(caught.value) == f"correlate: {message}"

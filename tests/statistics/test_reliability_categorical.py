"""Categorical omega and ordinal alpha against lavaan and semTools (tests/oracles/reliability/categorical)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from survey_stats.errors import CallError
from survey_stats.statistics._categorical import _read, _resampled
from survey_stats.statistics._items import sample_of
from survey_stats.statistics.polychoric import polychoric_matrix
from survey_stats.statistics.reliability import reliability

CASES = ("five", "mixed", "binary", "gaps")


@pytest.fixture
def expected(oracle):
    return oracle("reliability/categorical")


@pytest.fixture
def made(expected):
    return {name: pd.DataFrame(expected[name]["data"]).astype(float) for name in CASES}


def check(result, block):
    """lavaan stops iterating at about 1e-7; its covariance of the correlations has n where ours has n - 1."""
    omega, alpha = result.omega_categorical, result.alpha_ordinal
    n = block["n"]
    assert (omega.n, alpha.n) == (n, n)
    assert omega.estimate == pytest.approx(block["omega_categorical"], rel=1e-6)
    assert omega.estimate == pytest.approx(block["omega_again"], rel=1e-7)
    assert omega.standard_error == pytest.approx(block["omega_se"] * np.sqrt(n / (n - 1)), rel=2e-5)
    assert alpha.estimate == pytest.approx(block["alpha_ordinal"], rel=1e-7)
    assert alpha.standard_error == pytest.approx(block["alpha_se"] * np.sqrt(n / (n - 1)), rel=2e-5)
    assert (omega.matrix, omega.estimator, omega.interval) == ("polychoric", "dwls", "adf")
    half = stats.norm.ppf(0.975) * omega.standard_error
    assert (omega.ci_lower, omega.ci_upper) == pytest.approx((omega.estimate - half, omega.estimate + half), rel=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_made_items_equal_lavaan_and_semtools(name, made, expected):
    check(reliability(made[name], categorical=True), expected[name])


def test_pairwise_rows_equal_lavaan(made, expected):
    """Rows with any answer count; 250 of the 250 rows have one."""
    check(reliability(made["gaps"], rows="pairwise", categorical=True), expected["gaps_pairwise"])


@pytest.mark.shared
@pytest.mark.parametrize(("letter", "reverse"), [("A", ["A1"]), ("N", [])])
def test_bfi_scales_equal_lavaan_and_semtools(letter, reverse, shared, expected):
    bfi = pd.read_csv(shared / "data/psych_r/bfi.csv", index_col=0)
    items = bfi[[f"{letter}{i}" for i in range(1, 6)]]
    result = reliability(items, reverse=reverse, response_range=(1, 6), categorical=True)
    check(result, expected[f"bfi_{letter.lower()}"])


def test_it_is_asked_for(made):
    plain = reliability(made["five"])
    assert plain.omega_categorical is None
    assert plain.alpha_ordinal is None
    asked = reliability(made["five"], categorical=True)
    pd.testing.assert_frame_equal(asked.to_frame().iloc[: len(plain.to_frame())], plain.to_frame())
    assert asked.to_frame()["method"].tolist()[-2:] == ["omega_categorical", "alpha_ordinal"]


def test_answers_are_scored_with_their_own_distances(made):
    """Answers 1, 2, 5, 9: the covariance of expected answers by integrating over the factor, the variance by cells."""
    items = made["five"].replace({3: 5, 4: 9})
    loadings = _loadings(made["five"])
    matrix = polychoric_matrix(items)
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    points = np.array([1.0, 3.0, 4.0])
    expectations = np.array([
        sum(d * stats.norm.cdf((own * nodes - t) / np.sqrt(1 - own**2)) for d, t in zip(points, cuts, strict=True))
        for own, cuts in zip(loadings, matrix.thresholds, strict=True)
    ])  # fmt: skip
    total = expectations.sum(axis=0)
    common = weights @ total**2 - (weights @ total) ** 2
    variance = sum(items[name].var(ddof=0) for name in items)
    for j in range(5):
        for k in range(j):
            normal = stats.multivariate_normal([0, 0], [[1, matrix.correlations[j, k]], [matrix.correlations[j, k], 1]])
            variance += 2 * sum(
                d * e * (normal.cdf([s, t]) - stats.norm.cdf(s) * stats.norm.cdf(t))
                for d, s in zip(points, matrix.thresholds[j], strict=True)
                for e, t in zip(points, matrix.thresholds[k], strict=True)
            )
    found = reliability(items, categorical=True).omega_categorical
    assert found.estimate == pytest.approx(common / variance, rel=1e-6)
    assert found.estimate != pytest.approx(reliability(made["five"], categorical=True).omega_categorical.estimate)


def _loadings(items):
    from survey_stats.statistics._weighted_one_factor import fit_weighted_factor

    matrix = polychoric_matrix(items)
    off = ~np.eye(5, dtype=bool)
    weights = np.divide(1.0, matrix.standard_errors**2, out=np.zeros((5, 5)), where=off)
    return fit_weighted_factor(matrix.correlations[None], weights[None]).loadings[0]


def test_loadings_equal_lavaan(made, expected):
    np.testing.assert_allclose(_loadings(made["five"]), expected["five"]["loadings"], rtol=1e-6)


def test_bootstrap_spreads_as_lavaan_does(made, expected):
    """R took lavaan and semTools through 250 resamples of its own: Monte Carlo error of both sides."""
    draws = _resampled(_read(sample_of(made["five"], "complete"), "complete"), 800, 2)["omega_categorical"]
    assert draws.std(ddof=1) == pytest.approx(expected["bootstrap"]["se"], rel=0.12)
    limits = np.quantile(draws, [0.025, 0.975])
    np.testing.assert_allclose(limits, expected["bootstrap"]["quantiles"], atol=0.02)
    found = reliability(made["five"], categorical=True, interval="bca", n_bootstrap=800, seed=2).omega_categorical
    assert found.interval == "bca"
    assert found.standard_error == pytest.approx(draws.std(ddof=1), rel=1e-12)
    assert found.ci_lower < found.estimate < found.ci_upper


def test_seed_has_effect(made):
    def limits(seed):
        result = reliability(made["mixed"], categorical=True, interval="bca", n_bootstrap=100, seed=seed)
        return [(one.ci_lower, one.ci_upper) for one in (result.omega_categorical, result.alpha_ordinal)]

    assert limits(1) == limits(1)
    assert limits(1) != limits(2)


def test_feldt_leaves_the_delta_method(made):
    plain, feldt = (reliability(made["five"], categorical=True, interval=one) for one in ("adf", "feldt"))
    assert feldt.omega_categorical.interval == "adf"
    assert feldt.omega_categorical.ci_lower == plain.omega_categorical.ci_lower


def test_constant_item_is_left_out(made):
    result = reliability(made["five"].assign(same=2.0), categorical=True)
    assert result.omega_categorical.estimate == pytest.approx(
        reliability(made["five"], categorical=True).omega_categorical.estimate, rel=1e-12
    )
    assert [str(one) for one in result.warnings] == [
        "The answers to same do not vary in the rows used: left out of the coefficients."
    ]


def test_items_that_all_were_answered_alike_have_no_coefficient():
    result = reliability(pd.DataFrame(3.0, index=range(80), columns=["a", "b"]), categorical=True)
    assert np.isnan(result.omega_categorical.estimate)
    assert [str(one) for one in result.omega_categorical.warnings] == [
        "No omega_categorical: it needs at least 3 items whose answers vary; there are 0."
    ]


def test_two_items(made):
    result = reliability(made["five"].iloc[:, :2], categorical=True)
    assert np.isfinite(result.alpha_ordinal.estimate)
    assert [str(one) for one in result.warnings] == [
        "No omega_total, sem_omega, omega_categorical: it needs at least 3 items whose answers vary; there are 2."
    ]


def test_heywood_case_is_named():
    """Latent correlations near .8, .8 and .3 need a communality of .8 × .8 / .3."""
    random = np.random.default_rng(7).multivariate_normal(
        [0, 0, 0], [[1, 0.8, 0.75], [0.8, 1, 0.3], [0.75, 0.3, 1]], size=300
    )
    items = pd.DataFrame(np.digitize(random, [-0.5, 0.4]), columns=["a", "b", "c"]).astype(float)
    result = reliability(items, categorical=True)
    assert np.isnan(result.omega_categorical.estimate)
    assert [str(one) for one in result.omega_categorical.warnings] == [
        (
            "No omega_categorical: the one-factor model has an improper solution (Heywood case), "
            "a would have no unique variance."
        )
    ]


def test_perfect_relation_is_named(made):
    result = reliability(made["five"].assign(again=made["five"]["item_1"]), categorical=True)
    assert [str(one) for one in result.warnings][-1] == (
        "No omega_categorical, alpha_ordinal: there is no polychoric correlation inside -1 and 1 with a standard error "
        "for item_1 × again."
    )


def test_corrected_empty_cell_is_told():
    items = pd.DataFrame({"a": [0, 0, 0, 1, 1, 1] * 6, "b": [0, 0, 0, 0, 1, 1] * 6, "c": [0, 1, 0, 1, 1, 0] * 6})
    result = reliability(items.astype(float), categorical=True)
    assert "One cell of the two by two table was empty, 0.5 was put into it and its margins were kept: a × b." in [
        str(one) for one in result.alpha_ordinal.warnings
    ]


def test_many_different_answers_are_refused():
    items = pd.DataFrame(np.random.default_rng(1).normal(size=(50, 3)), columns=list("abc"))
    with pytest.raises(CallError) as caught:
        reliability(items, categorical=True)
    assert str(caught.value) == (
        "reliability: categorical=True, and item 'a' has more than 30 different answers. Categorical omega is for few "
        "ordered categories: leave categorical out."
    )


def test_empty_rows_do_not_count(made):
    empty = pd.DataFrame(np.nan, index=range(3_000), columns=made["five"].columns)
    for rows in ("complete", "pairwise"):
        plain = reliability(made["five"], rows=rows, categorical=True)
        more = reliability(pd.concat([made["five"], empty], ignore_index=True), rows=rows, categorical=True)
        pd.testing.assert_frame_equal(plain.to_frame(), more.to_frame(), rtol=1e-9)


def test_confidence_widens_the_interval(made):
    wide, narrow = (reliability(made["mixed"], categorical=True, confidence=level) for level in (0.99, 0.9))
    for name in ("omega_categorical", "alpha_ordinal"):
        assert getattr(wide, name).ci_lower < getattr(narrow, name).ci_lower
        assert getattr(wide, name).ci_upper > getattr(narrow, name).ci_upper

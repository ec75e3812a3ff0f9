"""Split-half coefficients, errors of measurement and weighted samples against tests/oracles/reliability/split_half."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError
from survey_stats.statistics._coefficient import influence_values
from survey_stats.statistics._items import weighted_covariance
from survey_stats.statistics._split_half import MOST_SPLITS, n_splits, splits
from survey_stats.statistics.design import Design
from survey_stats.statistics.reliability import FAMILIES, reliability


@pytest.fixture
def expected(oracle):
    return oracle("reliability/split_half")


@pytest.fixture
def skewed(oracle):
    return pd.DataFrame(oracle("reliability/reliability")["made"]["skewed"]["data"]).astype(float)


def check(result, block):
    for name, value in block["estimate"].items():
        found = getattr(result, name)
        assert found.estimate == pytest.approx(value, rel=1e-10), name
        # R takes its derivatives numerically
        assert found.standard_error == pytest.approx(block["se"][name], rel=1e-7), name
        assert found.n == block["n"]


def test_odd_number_of_items(skewed, expected):
    """Halves of three and two items: Horst's formula, and all ten splits."""
    check(reliability(skewed), expected["skewed"])


def test_even_number_of_items_equals_psych(skewed, expected):
    result = reliability(skewed.iloc[:, :4])
    check(result, expected["four"])
    for name, value in expected["four"]["psych"].items():
        assert getattr(result, name).estimate == pytest.approx(value, rel=1e-12), name
    # Cronbach (1951): alpha is the mean of all split-half coefficients.
    assert result.split_half_average.estimate == pytest.approx(result.alpha.estimate, rel=1e-12)


@pytest.mark.shared
def test_ten_items_of_bfi_equal_psych(shared, expected):
    bfi = pd.read_csv(shared / "data/psych_r/bfi.csv", index_col=0)
    items = [f"{letter}{number}" for letter in "AN" for number in range(1, 6)]
    result = reliability(bfi[items], reverse=["A1"], response_range=(1, 6))
    check(result, expected["bfi"])
    for name, value in expected["bfi"]["psych"].items():
        assert getattr(result, name).estimate == pytest.approx(value, rel=1e-12), name


def test_bootstrap_takes_the_best_split_of_each_resample(skewed, expected):
    """R has 20,000 resamples of its own: the limits differ by Monte Carlo error only."""
    result = reliability(skewed, interval="bca", n_bootstrap=6_000, seed=4)
    for name, block in expected["skewed"]["bca"].items():
        found = getattr(result, name)
        assert (found.ci_lower, found.ci_upper) == pytest.approx(tuple(block["limits"]), abs=0.008), name
        assert found.standard_error == pytest.approx(block["se"], rel=0.03), name


def test_two_items_have_spearman_brown(skewed):
    """2 r / (1 + r) by hand."""
    two = skewed.iloc[:, :2]
    r = np.corrcoef(two.T)[0, 1]
    result = reliability(two)
    assert result.split_half.estimate == pytest.approx(2 * r / (1 + r), rel=1e-12)
    assert result.guttman_lambda4.estimate == pytest.approx(result.alpha.estimate, rel=1e-12)
    assert result.split_half_best.estimate == result.split_half_worst.estimate


def test_every_split_comes_once():
    for n_items in range(2, 12):
        found = splits(n_items)
        assert found.shape == (n_splits(n_items), n_items)
        halves = {frozenset((frozenset(np.flatnonzero(row > 0)), frozenset(np.flatnonzero(row < 0)))) for row in found}
        wanted = {
            frozenset((frozenset(one), frozenset(range(n_items)) - frozenset(one)))
            for one in combinations(range(n_items), n_items // 2)
        }
        assert halves == wanted


def test_many_items_have_drawn_splits():
    random = np.random.default_rng(3)
    items = pd.DataFrame(random.normal(size=(80, 1)) + random.normal(size=(80, 18))).rename(columns=str)
    result = reliability(items)
    assert splits(18).shape == (MOST_SPLITS, 18)
    assert (splits(18).sum(axis=1) == 0).all()
    note = "The best and the worst of 10,000 splits drawn at random; there are 24,310 ways to halve the items."
    assert [str(one) for one in result.split_half_best.warnings] == [note]
    assert [str(one) for one in result.split_half_worst.warnings] == [note]
    assert result.split_half.warnings == result.alpha.warnings == ()
    assert [str(one) for one in result.warnings] == [note]
    # the average needs no drawing
    assert result.split_half_average.estimate == pytest.approx(result.alpha.estimate, rel=1e-12)
    assert reliability(items).to_frame().equals(result.to_frame())


def test_error_of_measurement_is_in_the_unit_of_the_answers(skewed):
    plain, tenfold = reliability(skewed), reliability(skewed * 10)
    mean_sd = skewed.mean(axis=1).std()
    for reliable, error in (("alpha", "sem_alpha"), ("omega_total", "sem_omega")):
        coefficient = getattr(plain, reliable).estimate
        assert getattr(plain, error).estimate == pytest.approx(mean_sd * np.sqrt(1 - coefficient), rel=1e-12)
        for field in ("estimate", "ci_lower", "ci_upper", "standard_error"):
            assert getattr(getattr(tenfold, error), field) == pytest.approx(
                10 * getattr(getattr(plain, error), field), rel=1e-9
            )


def test_items_without_error_have_no_interval_of_the_error():
    items = pd.DataFrame({"a": [1.0, 2, 4, 5, 3], "b": [1.0, 2, 4, 5, 3]})
    result = reliability(items)
    assert result.alpha.estimate == pytest.approx(1, rel=1e-12)
    assert result.sem_alpha.estimate == pytest.approx(0, abs=1e-7)
    assert [str(one) for one in result.sem_alpha.warnings] == [
        (
            "No interval of sem_alpha: nothing is left to vary (the items repeat each other, or too few resamples have "
            "a solution)."
        )
    ]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.names[0])
def test_influence_is_the_change_by_a_heavier_row(family, skewed):
    """Each row a little heavier in turn: the change of the estimate is the influence the intervals are made of."""
    values = skewed.to_numpy()
    n = len(values)
    covariance = weighted_covariance(values, np.ones(n))
    gradients = family.gradient(covariance)
    step = 1e-4
    rows = [0, 7, 40, 119]
    for place, gradient in enumerate(gradients):
        own = influence_values(values, covariance, gradient)
        for row in rows:
            heavier, lighter = np.ones(n), np.ones(n)
            heavier[row], lighter[row] = 1 + step, 1 - step
            moved = [family.estimate(weighted_covariance(values, one))[place] for one in (heavier, lighter)]
            # n / (n - 1) of the covariance stays, so that of the deviation product comes on top
            slope = (moved[0] - moved[1]) / (2 * step) * n
            products = own[row] + (gradient * covariance).sum()
            assert slope == pytest.approx(products * n / (n - 1) - (gradient * covariance).sum(), rel=2e-4, abs=1e-6)


@pytest.fixture
def weighted(expected, skewed):
    block = expected["design"]
    design = Design(np.array(block["weight"]), strata=block["stratum"], cluster=block["cluster"])
    return skewed, design, block


def test_weighted_sample_equals_survey(weighted):
    items, design, block = weighted
    result = reliability(items, design=design)
    assert result.alpha.estimate == pytest.approx(block["svycralpha"], rel=1e-12)
    for name, value in block["estimate"].items():
        found = getattr(result, name)
        assert found.estimate == pytest.approx(value, rel=1e-10), name
        assert found.standard_error == pytest.approx(block["se"][name], rel=1e-6), name
        assert found.interval == "design"
    np.testing.assert_allclose(result.items["mean"], block["mean"], rtol=1e-12)
    np.testing.assert_allclose(result.items["sd"], block["sd"], rtol=1e-12)
    from scipy import stats

    half = stats.t.ppf(0.975, block["df"]) * block["se"]["alpha"]
    assert result.alpha.estimate - result.alpha.ci_lower == pytest.approx(half, rel=1e-6)


def test_replicates_are_computed_anew(weighted):
    items, _, block = weighted
    weight, stratum, cluster = (np.array(block[name]) for name in ("weight", "stratum", "cluster"))
    copies, scales = [], []
    for one in np.unique(cluster):
        own = stratum == stratum[cluster == one][0]
        size = len(np.unique(cluster[own]))
        copies.append(np.where(cluster == one, 0.0, np.where(own, weight * size / (size - 1), weight)))
        scales.append((size - 1) / size)
    frame = pd.DataFrame(np.array(copies).T)
    design = Design(weight, replicates=[frame[one] for one in frame], method="jkn", rscales=scales, mse=False)
    result = reliability(items, design=design)
    for name, value in block["jackknife_se"].items():
        assert getattr(result, name).standard_error == pytest.approx(value, rel=1e-6), name


def test_rows_without_weight_or_answer_do_not_count(weighted):
    items, design, block = weighted
    more = pd.concat([items, items.iloc[:3], items.iloc[:1] * np.nan], ignore_index=True)
    weights = np.append(block["weight"], [0, 0, 0, 2.0])
    result = reliability(more, design=Design(weights))
    assert result.alpha.n == len(items)
    assert result.alpha.estimate == pytest.approx(reliability(items, design=design).alpha.estimate, rel=1e-12)


REFUSED = {
    "interval='bca'": {"interval": "bca", "n_bootstrap": 200},
    "interval='feldt'": {"interval": "feldt"},
    "rows='pairwise'": {"rows": "pairwise"},
    "categorical=True": {"categorical": True},
}


@pytest.mark.parametrize("given", REFUSED)
def test_what_cannot_use_weights_is_refused(given, weighted):
    items, design, _ = weighted
    with pytest.raises(CallError) as caught:
        reliability(items, design=design, **REFUSED[given])
    assert str(caught.value) == (
        f"reliability: {given} does not use the weights of a design. Leave it out, or leave the design out and say "
        "that weights are ignored."
    )


def test_a_design_of_other_rows_is_refused(weighted):
    items, design, _ = weighted
    with pytest.raises(CallError) as caught:
        reliability(items.iloc[:50], design=design)
    assert str(caught.value).startswith("reliability: the design has 120 rows and the data have 50.")


def test_an_item_without_answers_is_named(skewed):
    with pytest.raises(CallError) as caught:
        reliability(skewed.assign(empty=np.nan))
    assert str(caught.value) == "reliability: nobody answered 'empty'. Leave such items out."

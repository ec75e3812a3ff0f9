"""Omega hierarchical against psych, and against minimum residuals and oblimin solved to the end in R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError
from survey_stats.statistics._hierarchical import fewest_items, hierarchical_family
from survey_stats.statistics._minres import fit_minres
from survey_stats.statistics._oblimin import oblimin
from survey_stats.statistics.design import Design
from survey_stats.statistics.reliability import reliability

NAMES = ("omega_hierarchical", "omega_total_minres")


@pytest.fixture
def expected(oracle):
    return oracle("reliability/hierarchical")


@pytest.fixture
def made(expected):
    return {name: pd.DataFrame(expected[name]["data"]).astype(float) for name in ("three", "two")}


def check(result, block):
    for place, name in enumerate(NAMES):
        found = getattr(result, name)
        assert found.n == block["n"]
        assert found.estimate == pytest.approx(block[name], rel=1e-7), name
        # psych stops earlier, both in the factor analysis and in the rotation
        assert found.estimate == pytest.approx(block["psych"][name], rel=2e-4), name
        if "se" in block:
            assert found.standard_error == pytest.approx(block["se"][place], rel=1e-4), name
        assert (found.matrix, found.estimator) == ("correlation", "minres_oblimin")


@pytest.mark.parametrize(("name", "group_factors"), [("three", 3), ("two", 2)])
def test_made_items_equal_psych(name, group_factors, made, expected):
    check(reliability(made[name], group_factors=group_factors), expected[name])


@pytest.mark.shared
def test_bfi_with_five_group_factors_equals_psych(shared, expected):
    bfi = pd.read_csv(shared / "data/psych_r/bfi.csv", index_col=0).iloc[:, :25]
    result = reliability(bfi, reverse=expected["bfi_reversed"], response_range=(1, 6), group_factors=5)
    check(result, expected["bfi_25"])
    np.testing.assert_allclose(result.schmid_leiman["general"], expected["bfi_25"]["general"], atol=2e-3)


def test_loadings_reproduce_what_psych_prints(made, expected):
    table = reliability(made["three"], group_factors=3).schmid_leiman
    assert table.columns.tolist() == ["item", "general", "group_1", "group_2", "group_3", "uniqueness"]
    np.testing.assert_allclose(table["general"], expected["three"]["general"], atol=1e-3)
    total = made["three"].corr().to_numpy().sum()
    assert table["general"].sum() ** 2 / total == pytest.approx(expected["three"]["omega_hierarchical"], rel=1e-7)
    assert 1 - table["uniqueness"].sum() / total == pytest.approx(expected["three"]["omega_total_minres"], rel=1e-7)
    squares = [(table[f"group_{place}"] ** 2).sum() for place in (1, 2, 3)]
    assert squares == sorted(squares, reverse=True)


def test_perfect_structure_comes_back():
    """Correlations made from a general factor and three group factors, with proportional loadings, by hand."""
    general = np.array([0.6, 0.5, 0.4, 0.7, 0.6, 0.5, 0.5, 0.4, 0.6])
    ratio = np.repeat([0.8, 0.6, 0.9], 3)  # of group to general loading, the same within a group
    group = np.zeros((9, 3))
    group[np.arange(9), np.repeat([0, 1, 2], 3)] = general * ratio
    correlations = np.outer(general, general) + group @ group.T
    np.fill_diagonal(correlations, 1.0)
    omega = hierarchical_family(3).estimate(correlations)
    assert omega[0] == pytest.approx(general.sum() ** 2 / correlations.sum(), rel=1e-7)
    unique = 1 - general**2 - (group**2).sum(axis=1)
    assert omega[1] == pytest.approx(1 - unique.sum() / correlations.sum(), rel=1e-9)


def test_minimum_residuals_and_rotation_are_at_their_minimum(made):
    """Any other unique variances leave more, any other turn is less simple."""
    correlations = made["three"].corr().to_numpy()[None]
    fit = fit_minres(correlations, 3)
    assert fit.proper.all()
    residual = correlations - fit.loadings @ fit.loadings.transpose(0, 2, 1)
    # at the minimum the diagonal is reproduced and the residuals are orthogonal to the loadings
    np.testing.assert_allclose(np.diagonal(residual[0]), fit.uniquenesses[0], atol=1e-9)
    off = residual[0] - np.diag(fit.uniquenesses[0])
    np.testing.assert_allclose(off @ fit.loadings[0], 0, atol=1e-9)
    turned = oblimin(fit.loadings)
    assert turned.converged.all()
    np.testing.assert_allclose(
        turned.loadings @ turned.correlations @ turned.loadings.transpose(0, 2, 1),
        fit.loadings @ fit.loadings.transpose(0, 2, 1), atol=1e-9,
    )  # fmt: skip
    assert np.diagonal(turned.correlations[0]) == pytest.approx(np.ones(3), rel=1e-12)


def test_bootstrap_agrees_with_the_delta_method(made):
    plain = reliability(made["three"], group_factors=3)
    found = reliability(made["three"], group_factors=3, interval="bca", n_bootstrap=600, seed=3)
    for name in NAMES:
        assert getattr(found, name).interval == "bca"
        assert getattr(found, name).standard_error == pytest.approx(getattr(plain, name).standard_error, rel=0.15)


def test_weights_are_used(made):
    weights = np.where(np.arange(300) < 150, 2.0, 1.0)
    doubled = pd.concat([made["three"], made["three"].iloc[:150]])
    result = reliability(made["three"], group_factors=3, design=Design(weights))
    assert result.omega_hierarchical.interval == "design"
    assert result.omega_hierarchical.estimate == pytest.approx(
        reliability(doubled, group_factors=3).omega_hierarchical.estimate, rel=1e-7
    )


def test_two_group_factors_say_so(made):
    result = reliability(made["two"], group_factors=2)
    assert [str(one) for one in result.omega_hierarchical.warnings] == [
        "Two group factors do not tell their loadings on the general factor apart: they are taken as equal."
    ]
    assert result.omega_total_minres.warnings == ()


def test_too_few_items_for_the_factors(made):
    assert [fewest_items(number) for number in (2, 3, 4, 5)] == [5, 6, 8, 9]
    result = reliability(made["three"].iloc[:, :5], group_factors=3)
    assert [str(one) for one in result.warnings] == [
        "No omega_hierarchical, omega_total_minres: it needs at least 6 items whose answers vary; there are 5."
    ]
    assert result.schmid_leiman.empty


def test_heywood_case_is_named():
    """An item that is nearly the sum of two others leaves itself no unique variance."""
    random = np.random.default_rng(5)
    items = random.normal(size=(200, 1)) * 0.5 + random.normal(size=(200, 6))
    items[:, 5] = items[:, 0] + items[:, 1] + 0.05 * random.normal(size=200)
    result = reliability(pd.DataFrame(items, columns=list("abcdef")), group_factors=3)
    assert np.isnan(result.omega_hierarchical.estimate)
    assert result.schmid_leiman.empty
    (sentence,) = {str(one) for name in NAMES for one in getattr(result, name).warnings}
    assert sentence == (
        "No omega hierarchical: the group factors have an improper solution (Heywood case), a, f would have no unique "
        "variance. Try fewer group factors."
    )


def test_it_is_asked_for(made):
    plain = reliability(made["three"])
    assert plain.omega_hierarchical is None
    assert plain.schmid_leiman is None


@pytest.mark.parametrize("given", [1, -2, 2.5, True])
def test_number_of_group_factors_is_checked(given, made):
    with pytest.raises(CallError) as caught:
        reliability(made["three"], group_factors=given)
    assert str(caught.value) == (
        f"reliability: group_factors is {given!r}. Give the number of group factors beside the general one, 3 or more "
        "(2 with loadings taken as equal), or 0 for none."
    )

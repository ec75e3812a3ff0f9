"""Bayes factors, power and verdicts against R (tests/oracles/correlations/conclusions), and in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.analysis import Table
from survey_stats.errors import CallError
from survey_stats.reporting.sentences import result_sentences
from survey_stats.reporting.tables import result_table
from survey_stats.reporting.words import Labels
from survey_stats.statistics.correlations import correlate
from survey_stats.statistics.correlations._bayes import log_bayes_factor
from survey_stats.statistics.correlations._verdicts import Margins, effect_tests, verdicts
from survey_stats.statistics.correlations.power import power, rows_needed, smallest_detectable


@pytest.fixture(scope="module")
def expected(oracle):
    return oracle("correlations/conclusions")


def with_r(r, n, seed=0):
    """A frame whose x and y correlate exactly r."""
    random = np.random.default_rng(seed)
    x, noise = random.normal(size=(2, n))
    x -= x.mean()
    noise -= noise.mean()
    noise -= x * (x @ noise) / (x @ x)
    y = r * x / np.sqrt(x @ x) + np.sqrt(1 - r**2) * noise / np.sqrt(noise @ noise)
    return pd.DataFrame({"x": x, "y": y})


def only(result):
    assert len(result.table) == 1
    return result.table.iloc[0]


def test_bayes_factors_equal_integration(expected):
    assert len(expected["bayes"]) == 36
    for case in expected["bayes"]:
        own = log_bayes_factor(np.array(case["r"]), np.array(float(case["n"])), case["kappa"])
        assert own == pytest.approx(np.log(case["bayes_factor"]), rel=1e-9), case


def test_bayes_factor_of_a_table(expected):
    case = next(case for case in expected["bayes"] if (case["r"], case["n"], case["kappa"]) == (-0.4, 23, 1))
    row = only(correlate(with_r(-0.4, 23), bayes_factor=1))
    assert (row["bayes_factor"], row["kappa"]) == (pytest.approx(case["bayes_factor"], rel=1e-9), 1)
    assert row["log_bayes_factor"] == pytest.approx(np.log(case["bayes_factor"]), rel=1e-9)
    assert "bayes_factor" not in correlate(with_r(-0.4, 23)).table
    huge = only(correlate(with_r(0.9, 5_000), bayes_factor=1))
    assert 4_100 < huge["log_bayes_factor"] < 4_160
    assert huge["bayes_factor"] == np.inf
    for options in ({"method": "spearman"}, {"method": "kendall"}):
        assert np.isnan(only(correlate(with_r(-0.4, 23), bayes_factor=1, **options))["bayes_factor"])


def test_partial_correlations_lose_a_row_for_each_control():
    """The distribution of a partial correlation is that of a plain one with n less the controls (Fisher 1924)."""
    frame = with_r(0.3, 40).assign(z=np.random.default_rng(1).normal(size=40))
    row = only(correlate(frame, "x", "y", partial="z", bayes_factor=1))
    assert row["smallest_detectable"] == pytest.approx(float(smallest_detectable(39)), rel=1e-12)
    assert row["log_bayes_factor"] == pytest.approx(float(log_bayes_factor(row["estimate"], 39.0, 1)), rel=1e-12)


def test_power_equals_integration_over_the_noncentral_t(expected):
    assert len(expected["power"]) == 16
    for case in expected["power"]:
        assert power(case["r"], case["n"]) == pytest.approx(case["power"], rel=1e-10), case
        assert power(-case["r"], case["n"]) == pytest.approx(case["power"], rel=1e-10), case
    assert power(0.2, 150, alpha=0.005) == pytest.approx(expected["strict"], rel=1e-10)
    assert power(0.3, 80, method="spearman") == pytest.approx(expected["spearman"], rel=1e-12)


def test_detectable_and_needed_equal_r(expected):
    for case in expected["detectable"]:
        assert smallest_detectable(case["n"]) == pytest.approx(case["r"], rel=1e-9)
    for case in expected["needed"]:
        assert rows_needed(case["r"]) == rows_needed(-case["r"]) == case["n"]
    assert power(0, [4, 10, 1_000, 1_000_000]) == pytest.approx(0.05, rel=1e-9)


@pytest.mark.parametrize("method", ["pearson", "spearman"])
@pytest.mark.parametrize("alpha", [0.05, 0.001])
def test_detectable_has_the_power_asked_for(method, alpha):
    n = np.array([[4, 7, 50], [333, 7, 20_000]])
    found = smallest_detectable(n, power=0.9, alpha=alpha, method=method)
    assert found.shape == n.shape
    np.testing.assert_allclose(power(found, n, alpha=alpha, method=method), 0.9, rtol=1e-9)


def test_power_of_spearman_agrees_with_simulation():
    """1,500 samples of 80 from a bivariate normal; Monte Carlo error .01."""
    random = np.random.default_rng(2)
    rho = 0.35
    rank_rho = 6 / np.pi * np.arcsin(rho / 2)
    found = 0
    for _ in range(1_500):
        x = random.normal(size=80)
        frame = pd.DataFrame({"x": x, "y": rho * x + np.sqrt(1 - rho**2) * random.normal(size=80)})
        ranks = frame.rank().to_numpy()
        r = np.corrcoef(ranks.T)[0, 1]
        found += abs(r) * np.sqrt(78 / (1 - r**2)) > 1.9908
    assert found / 1_500 == pytest.approx(float(power(rank_rho, 80, method="spearman")), abs=0.035)


def test_smallest_detectable_of_a_table():
    row = only(correlate(with_r(0.1, 84), confidence=0.99))
    assert row["smallest_detectable"] == pytest.approx(float(smallest_detectable(84, alpha=0.01)), rel=1e-12)
    assert np.isnan(only(correlate(with_r(0.1, 84), method="kendall"))["smallest_detectable"])


def test_effect_tests_equal_r(expected):
    said = []
    for case in expected["effects"]:
        sesoi = {"positive": case["upper"], "negative": case["lower"]}.get(
            case["expected"], (case["lower"], case["upper"])
        )
        row = only(correlate(with_r(case["r"], case["n"]), sesoi=sesoi))
        assert row["verdict_confidence"] == pytest.approx(0.9)
        np.testing.assert_allclose([row["verdict_ci_lower"], row["verdict_ci_upper"]], case["ci"], rtol=1e-10)
        assert row["equivalence_p_value"] == pytest.approx(case["equivalence"], rel=1e-8)
        assert row["minimum_effect_p_value"] == pytest.approx(case["minimum"], rel=1e-8)
        said.append(row["verdict"])
    assert said == ["meaningful", "trivial", "opposite", "meaningful", "inconclusive", "meaningful"]


@pytest.mark.parametrize(
    ("limits", "sesoi", "verdict"),
    [
        ((0.11, 0.3), 0.1, "meaningful"), ((0.09, 0.3), 0.1, "inconclusive"), ((0.02, 0.09), 0.1, "trivial"),
        ((-0.09, -0.02), 0.1, "trivial"), ((-0.3, -0.02), 0.1, "opposite"), ((-0.3, 0.02), 0.1, "inconclusive"),
        ((-0.3, -0.11), -0.1, "meaningful"), ((0.02, 0.3), -0.1, "opposite"), ((0.02, 0.09), -0.1, "trivial"),
        ((-0.3, -0.11), (-0.1, 0.2), "meaningful"), ((0.02, 0.19), (-0.1, 0.2), "trivial"),
        ((0.02, 0.21), (-0.1, 0.2), "inconclusive"), ((-0.3, -0.02), (-0.1, 0.2), "inconclusive"),
        ((np.nan, np.nan), 0.1, ""),
    ],
)  # fmt: skip
def test_verdicts(limits, sesoi, verdict):
    ends = sesoi if isinstance(sesoi, tuple) else (-abs(sesoi), abs(sesoi))
    expected = "either" if isinstance(sesoi, tuple) else "positive" if sesoi > 0 else "negative"
    assert verdicts(*(np.array([limit]) for limit in limits), Margins(*ends, expected)) == [verdict]


def test_verdicts_and_their_tests_agree():
    """A verdict is what the one-sided tests at .05 say, at any estimate and sample size."""
    random = np.random.default_rng(7)
    estimate = np.tanh(random.normal(scale=0.3, size=4_000))
    error = 1 / np.sqrt(random.integers(4, 4_000, size=4_000) - 3.0)
    margins, none = Margins(-0.15, 0.15, "negative"), np.full(4_000, np.nan)
    z, half = np.arctanh(estimate), 1.6448536269514722 * error
    said = np.array(verdicts(np.tanh(z - half), np.tanh(z + half), margins))
    equivalence, minimum = effect_tests(estimate, error, none, margins)
    np.testing.assert_array_equal(said == "trivial", equivalence < 0.05)
    np.testing.assert_array_equal(said == "meaningful", minimum < 0.05)
    assert set(said) == {"meaningful", "trivial", "opposite", "inconclusive"}


def sentences(frame, **options):
    result = correlate(frame, **options)
    return result_sentences(Table("a", result, {"level": "between"}), Labels({"x": "Shyness", "y": "Posts"}), "en")


def test_a_trivial_association_can_be_significant_and_the_text_says_so():
    assert sentences(with_r(0.06, 3_000), sesoi=0.1) == [
        (
            "Shyness × Posts: higher values of one went with higher values of the other (*r*(2\u202f998) = .06, 95% CI "
            "[.02, .10], *p* = .001, *n* = 3\u202f000; between persons). The association is trivial: its 90% CI [.03, "
            ".09] lies wholly within what counts as too small to matter (between −.10 and .10), although it differs "
            "significantly from zero (*p* = .001); that alone does not make it matter."
        )
    ]


def test_verdicts_in_words():
    assert [line.split(").", 1)[1] for line in sentences(with_r(0.01, 3_000), sesoi=0.1)] == [
        (
            " The association is trivial: its 90% CI [−.02, .04] lies wholly within what counts as too small to matter "
            "(between −.10 and .10)."
        )
    ]
    assert sentences(with_r(-0.3, 200), sesoi=-0.1)[0].endswith(
        " The association is meaningful: its 90% CI [−.40, −.19] lies wholly beyond the smallest one of interest "
        "(−.10)."
    )
    assert sentences(with_r(-0.3, 200), sesoi=0.1)[0].endswith(
        " The association is opposite to the one expected: its 90% CI [−.40, −.19] lies wholly on the other side of "
        "zero, where a positive one of at least .10 was of interest."
    )
    assert sentences(with_r(0.12, 100), sesoi=(-0.1, 0.1))[0].endswith(
        " Whether the association matters is open: its 90% CI [−.05, .28] settles neither that it reaches the smallest "
        "one of interest (−.10, .10) nor that it is smaller; with *n* = 100, a correlation of .28 would be found with "
        "a power of 80%."
    )


def test_verdict_and_bayes_factor_in_a_table():
    result = correlate(with_r(0.3, 200), sesoi=0.1, bayes_factor=1)
    ids = [{name: name for name in result.numbers}]
    table = result_table(result, ids, Labels(), "en")
    assert [header.text for header in table.headers] == [
        "Measures", "Method", "Estimate", "95% CI", "*p*", "BF₁₀", "90% CI of the verdict", "Verdict", "*n*",
    ]  # fmt: skip
    assert [cell.text for cell in table.rows[0]][-3:] == ["[.19, .40]", "meaningful", "200"]
    assert table.notes[1:] == (
        (
            "Verdict by the 90% CI: meaningful, wholly above .10; trivial, wholly between −.10 and .10; opposite, "
            "wholly below zero and not trivial; inconclusive, anything else. Verdicts are not adjusted for the number "
            "of pairs."
        ),
        (
            "BF₁₀: how many times better an association of some size (stretched beta prior, κ = 1) predicts the data "
            "than none does (Ly, Verhagen & Wagenmakers, 2016)."
        ),
    )


ERRORS = {
    "sesoi_zero": (
        lambda: correlate(with_r(0, 9), sesoi=0),
        ("correlate: sesoi is 0. Give the smallest correlation of interest with its sign, such as 0.1 or -0.1, or "
        "where both directions are of interest two numbers around 0, such as (-0.1, 0.1)."),
    ),
    "sesoi_pair": (
        lambda: correlate(with_r(0, 9), sesoi=(0.1, 0.2)),
        ("correlate: sesoi is (0.1, 0.2). Give the smallest correlation of interest with its sign, such as 0.1 or "
        "-0.1, or where both directions are of interest two numbers around 0, such as (-0.1, 0.1)."),
    ),
    "sesoi_confidence": (
        lambda: correlate(with_r(0, 9), sesoi=0.1, confidence=0.5),
        "correlate: sesoi needs a confidence above 0.5; found 0.5. Write confidence=0.95.",
    ),
    "kappa": (
        lambda: correlate(with_r(0, 9), bayes_factor=0),
        "correlate: bayes_factor is 0. Give kappa, the width of the prior, above 0: 1 is flat.",
    ),
    "power_n": (lambda: power(0.1, [9, 3]), "power: n is 3. Give 4 rows or more."),
    "power_r": (lambda: power(1, 9), "power: r is 1. Give correlations between -1 and 1."),
    "power_alpha": (
        lambda: power(0.1, 9, alpha=0), "power: alpha is 0. Give a number between 0 and 1, such as 0.05."
    ),
    "power_method": (
        lambda: power(0.1, 9, method="kendall"), "power: method is 'kendall'. Allowed: pearson, spearman."
    ),
    "detectable": (
        lambda: smallest_detectable(9, power=0.05),
        "smallest_detectable: power is 0.05. Give a number between alpha (0.05) and 1, such as 0.8.",
    ),
    "needed_r": (lambda: rows_needed(0), "rows_needed: r is 0. Give a correlation between -1 and 1 that is not 0."),
    "needed_many": (
        lambda: rows_needed(1e-4), "rows_needed: r is 0.0001, which needs more than 10,000,000 rows. Give a larger one."
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case):
    call, message = ERRORS[case]
    with pytest.raises(CallError) as caught:
        call()
    assert str(caught.value) == message

"""Alpha, omega and the item table against psych and lavaan (tests/oracles/reliability), and their behaviour."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from survey_stats.errors import CallError, InputError
from survey_stats.statistics.reliability import reliability

BFI = {"bfi_a": ("A", ["A1"]), "bfi_c": ("C", ["C4", "C5"]), "bfi_n": ("N", [])}


@pytest.fixture
def expected(oracle):
    return oracle("reliability/reliability")


@pytest.fixture
def made(expected):
    return {name: pd.DataFrame(block["data"]).astype(float) for name, block in expected["made"].items()}


def check_against_oracle(result, block):
    """Coefficients, standard errors and item table against one block of the oracle."""
    complete, lavaan = block["complete"], block["lavaan"]
    n = complete["n"]
    assert (result.alpha.n, result.omega_total.n) == (n, lavaan["n"])
    assert result.alpha.estimate == pytest.approx(complete["alpha"], rel=1e-12)
    assert result.alpha_standardized.estimate == pytest.approx(complete["alpha_standardized"], rel=1e-12)
    assert result.alpha.standard_error == pytest.approx(block["direct_se"], rel=1e-10)
    # lavaan iterates to about 1e-6, and takes the derivative at the covariances divided by n, not n - 1
    derivative = np.sqrt((n - 1) / n)
    assert result.alpha.standard_error == pytest.approx(lavaan["alpha_se"] * derivative, rel=1e-5)
    assert result.alpha_standardized.standard_error == pytest.approx(lavaan["standardized_se"] * derivative, rel=1e-5)
    assert result.omega_total.estimate == pytest.approx(lavaan["omega"], rel=1e-6)
    assert result.omega_total.standard_error == pytest.approx(lavaan["omega_se"] * derivative, rel=1e-5)
    check_items(result.items, complete["items"])


def check_items(table, items):
    for column, values in items.items():
        np.testing.assert_allclose(table[column], values, rtol=1e-10, err_msg=column)


@pytest.mark.parametrize("name", ["skewed", "gaps"])
def test_made_items_equal_psych_and_lavaan(name, made, expected):
    check_against_oracle(reliability(made[name]), expected["made"][name])


@pytest.mark.shared
@pytest.mark.parametrize("name", BFI)
def test_bfi_scales_equal_psych_and_lavaan(name, shared, expected):
    bfi = pd.read_csv(shared / "data/psych_r/bfi.csv", index_col=0)
    letter, reverse = BFI[name]
    result = reliability(bfi[[f"{letter}{i}" for i in range(1, 6)]], reverse=reverse, response_range=(1, 6))
    check_against_oracle(result, expected[name])


@pytest.mark.shared
@pytest.mark.parametrize(
    ("letter", "reverse", "alpha", "n"),
    [("A", ["A1"], 0.7038, 2709), ("C", ["C4", "C5"], 0.7293, 2707), ("N", [], 0.8133, 2694)],
)
def test_bfi_alpha_as_published(letter, reverse, alpha, n, shared):
    bfi = pd.read_csv(shared / "data/psych_r/bfi.csv", index_col=0)
    result = reliability(bfi[[f"{letter}{i}" for i in range(1, 6)]], reverse=reverse, response_range=(1, 6))
    assert round(result.alpha.estimate, 4) == alpha
    assert result.alpha.n == n


@pytest.mark.shared
def test_shyness_adjectives_complete_and_pairwise(shared, expected):
    block = expected["shyness"]
    items = pd.read_csv(shared / "data/psych_r/big5.100.adjectives.csv", index_col=0)[block["items"]]
    complete, pairwise = reliability(items), reliability(items, rows="pairwise")
    check_against_oracle(complete, block)
    assert (round(complete.alpha.estimate, 5), complete.alpha.n) == (0.90813, 521)
    assert round(complete.omega_total.estimate, 4) == 0.9113
    # 554 rows in the file, two of them without any of the nine answers
    assert (round(pairwise.alpha.estimate, 5), pairwise.alpha.n) == (0.90839, 552)
    assert pairwise.alpha_standardized.estimate == pytest.approx(block["pairwise"]["alpha_standardized"], rel=1e-12)


def test_pairwise_rows(made, expected):
    block = expected["made"]["gaps"]
    result = reliability(made["gaps"], rows="pairwise")
    assert (result.alpha.rows, result.alpha.n, result.omega_total.n) == ("pairwise", 118, 118)
    assert result.alpha.estimate == pytest.approx(block["pairwise"]["alpha"], rel=1e-12)
    assert result.alpha_standardized.estimate == pytest.approx(block["pairwise"]["alpha_standardized"], rel=1e-12)
    check_items(result.items, block["pairwise"]["items"])
    assert result.alpha.standard_error == pytest.approx(block["pairwise_direct_se"], rel=1e-10)
    # the delete-one jackknife estimates the same standard error in another way, a little larger with 118 rows
    assert result.alpha.standard_error == pytest.approx(block["pairwise_jackknife_se"], rel=0.08)


def test_adf_interval_is_symmetric_and_cut_at_one(made):
    alpha = reliability(made["skewed"]).alpha
    assert alpha.ci_upper - alpha.estimate == pytest.approx(1.959963984540054 * alpha.standard_error, rel=1e-12)
    assert alpha.estimate - alpha.ci_lower == pytest.approx(1.959963984540054 * alpha.standard_error, rel=1e-12)
    nearly_one = pd.DataFrame({"a": [1.0, 1, 4, 5, 5], "b": [1.0, 1, 4, 5, 1], "c": [1.0, 2, 5, 5, 4]})
    assert reliability(nearly_one).alpha.ci_upper == 1.0


@pytest.mark.parametrize("name", ["skewed", "gaps", "two"])
def test_feldt_interval_equals_psych(name, made, expected):
    result = reliability(made[name], interval="feldt")
    assert (result.alpha.ci_lower, result.alpha.ci_upper) == pytest.approx(
        tuple(expected["made"][name]["complete"]["feldt"]), rel=1e-10
    )
    assert np.isnan(result.alpha.standard_error)
    assert result.alpha.interval == "feldt"
    assert result.alpha_standardized.interval == "adf"


def test_bca_equals_an_independent_bootstrap(made, expected):
    """R has 50,000 resamples (omega 10,000) of its own: the limits differ by Monte Carlo error only (below .003)."""
    result = reliability(made["skewed"], interval="bca", n_bootstrap=8_000, seed=5)
    block = expected["made"]["skewed"]
    for coefficient, oracle in (
        (result.alpha, block["bca_alpha"]),
        (result.alpha_standardized, block["bca_standardized"]),
        (result.omega_total, block["bca_omega"]),
    ):
        assert (coefficient.ci_lower, coefficient.ci_upper) == pytest.approx(tuple(oracle["limits"]), abs=0.005)
        assert coefficient.standard_error == pytest.approx(oracle["se"], rel=0.03)
        assert coefficient.interval == "bca"


def test_seed_and_number_of_resamples_have_effect(made):
    def limits(**options):
        alpha = reliability(made["skewed"], interval="bca", **options).alpha
        return alpha.ci_lower, alpha.ci_upper

    assert limits(n_bootstrap=200, seed=1) == limits(n_bootstrap=200, seed=1)
    assert limits(n_bootstrap=200, seed=1) != limits(n_bootstrap=200, seed=2)
    assert limits(n_bootstrap=200, seed=1) != limits(n_bootstrap=300, seed=1)


def test_confidence_widens_every_interval(made):
    for options in ({}, {"interval": "feldt"}, {"interval": "bca", "n_bootstrap": 500, "seed": 1}):
        wide, narrow = (reliability(made["skewed"], confidence=level, **options) for level in (0.99, 0.9))
        for name in ("alpha", "alpha_standardized", "omega_total"):
            assert getattr(wide, name).ci_lower < getattr(narrow, name).ci_lower
            assert getattr(wide, name).ci_upper > getattr(narrow, name).ci_upper


def test_reversal_by_mapping_and_by_sequence(made):
    plain = reliability(made["skewed"])
    for reverse, response_range in (({"item_3": (1, 5)}, None), (["item_3"], (1, 5)), ("item_3", (1, 5))):
        result = reliability(made["keyed"], reverse=reverse, response_range=response_range)
        pd.testing.assert_frame_equal(result.to_frame(), plain.to_frame())
        assert result.items.loc[result.items["reversed"], "item"].tolist() == ["item_3"]
        assert result.warnings == ()


def test_reversal_uses_the_declared_range(made):
    wider = reliability(made["keyed"], reverse={"item_3": (0, 10)}).items.set_index("item")
    assert wider.loc["item_3", "mean"] == pytest.approx(10 - made["keyed"]["item_3"].mean())


def test_unreversed_item_is_named(made):
    result = reliability(made["keyed"])
    assert [str(warning) for warning in result.warnings] == [
        (
            "Negatively correlated with the rest of the scale: item_3. "
            "Check whether it has to be reversed, or was reversed by mistake."
        )
    ]


@pytest.mark.parametrize("name", ["constant", "pattern"])
@pytest.mark.parametrize("rows", ["complete", "pairwise"])
def test_constant_item_is_left_out_as_in_psych(name, rows, made, expected):
    """The last item is constant; in `pattern` some did not answer it, which takes no rows from the others."""
    answers, psych = made[name], expected["made"][name]["psych"]
    last = answers.columns[-1]
    result, without = (reliability(items, rows=rows) for items in (answers, answers.drop(columns=last)))
    assert result.alpha.estimate == pytest.approx(psych["alpha"], rel=1e-12)
    assert result.alpha_standardized.estimate == pytest.approx(psych["alpha_standardized"], rel=1e-12)
    pd.testing.assert_frame_equal(result.to_frame().drop(columns="warning"), without.to_frame().drop(columns="warning"))
    assert set(result.to_frame()["n_items"]) == {len(psych["items"])} == {answers.shape[1] - 1}
    assert set(result.to_frame()["n"]) == {psych["n"]}
    assert [str(warning) for warning in result.warnings] == [
        f"The answers to {last} do not vary in the rows used: left out of the coefficients."
    ]
    table = result.items.set_index("item")
    assert table.index[-1] == last
    for column in ("item_rest_correlation", "alpha_if_dropped"):
        np.testing.assert_allclose(table.loc[psych["items"], column], psych[column], rtol=1e-10)
        assert np.isnan(table.loc[last, column])
    assert table.loc[last, "sd"] == 0
    assert table.loc[last, "mean"] == answers[last].dropna().iloc[0]
    assert table.loc[last, ["n", "missing"]].tolist() == [answers[last].count(), answers[last].isna().sum()]


def test_constant_item_changes_no_resample(made):
    answers = made["pattern"]
    limits = [
        reliability(items, interval="bca", n_bootstrap=200, seed=3).to_frame()[["ci_lower", "ci_upper"]]
        for items in (answers, answers.iloc[:, :-1])
    ]
    np.testing.assert_allclose(*limits, rtol=1e-12)


def test_item_that_is_constant_in_the_rows_used_only():
    """Only the row that lacks b has another answer to c."""
    items = pd.DataFrame({"a": [1, 2, 4, 5, 3], "b": [2, 1, 5, 4, np.nan], "c": [3, 3, 3, 3, 1.0]})
    result = reliability(items)
    assert (result.alpha.n, result.alpha.n_items) == (4, 2)
    # Spearman-Brown of two items of equal variance: r = 8/10, 2 × .8 / 1.8.
    assert result.alpha.estimate == pytest.approx(1.6 / 1.8, rel=1e-12)
    assert str(result.warnings[0]) == ("The answers to c do not vary in the rows used: left out of the coefficients.")


def test_two_items(made, expected):
    result = reliability(made["two"])
    assert result.alpha.estimate == pytest.approx(expected["made"]["two"]["complete"]["alpha"], rel=1e-12)
    assert np.isnan(result.omega_total.estimate)
    assert result.omega_total.interval == "none"
    assert result.items["alpha_if_dropped"].isna().all()
    assert [str(warning) for warning in result.omega_total.warnings] == [
        "No omega_total: it needs at least 3 items whose answers vary; there are 2."
    ]
    assert [str(warning) for warning in result.warnings] == [
        "No omega_total, sem_omega: it needs at least 3 items whose answers vary; there are 2."
    ]


def test_items_that_all_stay_the_same():
    result = reliability(pd.DataFrame({"a": [1, 1, 1, 1], "b": [2, 2, 2, 2]}))
    assert result.to_frame()["estimate"].isna().all()
    assert [str(warning) for warning in result.warnings] == [
        "The answers to a, b do not vary in the rows used: left out of the coefficients.",
        (
            "No alpha, sem_alpha, alpha_standardized, split_half, guttman_lambda4, split_half_average, "
            "split_half_worst, split_half_best: it needs at least 2 items whose answers vary; there are 0."
        ),
        "No omega_total, sem_omega: it needs at least 3 items whose answers vary; there are 0.",
    ]


def test_items_whose_sum_does_not_vary():
    items = pd.DataFrame({"a": [1.0, 2, 4, 5], "b": [5.0, 4, 2, 1]})
    assert [str(warning) for warning in reliability(items).warnings] == [
        (
            "Negatively correlated with the rest of the scale: a, b. "
            "Check whether it has to be reversed, or was reversed by mistake."
        ),
        (
            "No alpha, sem_alpha, alpha_standardized, split_half, guttman_lambda4, split_half_average, "
            "split_half_worst, split_half_best: the sum of the items does not vary."
        ),
        "No omega_total, sem_omega: it needs at least 3 items whose answers vary; there are 2.",
    ]


def test_repeated_item_leaves_no_omega(made):
    result = reliability(made["skewed"].assign(again=made["skewed"]["item_1"]))
    assert np.isfinite(result.alpha.estimate)
    assert [str(warning) for warning in result.warnings] == [
        (
            "No omega: the covariance matrix of the items is not positive definite (an item repeats others, "
            "there are too "
            "few rows, or pairwise rows contradict each other)."
        )
    ]


def test_heywood_case_is_named():
    """r12 = r13 = .7 and r23 = .3 need a communality of .7 × .7 / .3 = 1.63 for item a."""
    correlations = np.array([[1, 0.7, 0.7], [0.7, 1, 0.3], [0.7, 0.3, 1]])
    random = np.random.default_rng(1).normal(size=(50, 3))
    white = np.linalg.qr(random - random.mean(axis=0))[0]
    items = pd.DataFrame(white @ np.linalg.cholesky(correlations).T, columns=["a", "b", "c"])
    result = reliability(items)
    assert np.isnan(result.omega_total.estimate)
    assert [str(warning) for warning in result.warnings] == [
        "No omega: the one-factor model has an improper solution (Heywood case), a would have no unique variance."
    ]


def test_resamples_without_solution_are_counted(made):
    weak = made["skewed"].iloc[:25, :3]
    result = reliability(weak, interval="bca", n_bootstrap=300, seed=3)
    (note,) = (str(warning) for warning in result.omega_total.warnings)
    lost = int(note.split()[0])
    assert 0 < lost < 300
    assert note == f"{lost} of 300 resamples have no solution and are left out of the interval."


def test_standardized_alpha_of_three_items_by_hand():
    """Spearman-Brown with mean correlation .5 and three items: 3 × .5 / (1 + 2 × .5) = .75; ω of parallel items too."""
    random = np.random.default_rng(2).normal(size=(40, 3))
    white = np.linalg.qr(random - random.mean(axis=0))[0]
    items = pd.DataFrame(white @ np.linalg.cholesky(np.full((3, 3), 0.5) + 0.5 * np.eye(3)).T, columns=list("abc"))
    result = reliability(items)
    found = [result.alpha, result.alpha_standardized, result.omega_total]
    assert [one.estimate for one in found] == pytest.approx([0.75, 0.75, 0.75], rel=1e-9)


def test_missing_answers_are_counted(made):
    items = reliability(made["gaps"]).items
    assert items["n"].tolist() == [72] * 5
    assert items["missing"].tolist() == (118 - made["gaps"].notna().sum()).tolist()


def test_whole_number_boolean_and_nullable_columns(made):
    nullable = made["gaps"].astype("Int64")
    pd.testing.assert_frame_equal(reliability(nullable).to_frame(), reliability(made["gaps"]).to_frame())


def test_huge_and_tiny_answers_stay_finite(made):
    plain = reliability(made["skewed"]).to_frame()
    errors = plain["method"].str.startswith("sem_").to_numpy()
    numbers = ["estimate", "ci_lower", "ci_upper"]
    for factor in (1e200, 1e-200):
        scaled = reliability(made["skewed"] * factor).to_frame()[numbers].to_numpy(copy=True)
        scaled[errors] /= factor  # these are in the unit of the answers
        np.testing.assert_allclose(scaled, plain[numbers], rtol=1e-9)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), empty=st.integers(1, 3_000))
@example(seed=8996, empty=2)  # two splits tie: the last digit of a sum must not choose between their intervals
def test_order_of_rows_and_empty_rows_change_nothing(seed, empty):
    random = np.random.default_rng(seed)
    trait = random.normal(size=60)
    items = pd.DataFrame({f"i{k}": np.round(trait + random.normal(size=60)) for k in range(4)})
    items = items.mask(random.random(items.shape) < 0.05)
    more = pd.concat([items, pd.DataFrame(np.nan, index=range(empty), columns=items.columns)]).sample(
        frac=1, random_state=seed
    )
    for rows in ("complete", "pairwise"):
        before, after = reliability(items, rows=rows), reliability(more, rows=rows)
        numbers = ["estimate", "ci_lower", "ci_upper", "standard_error", "n"]
        np.testing.assert_allclose(before.to_frame()[numbers], after.to_frame()[numbers], rtol=1e-8)
        pd.testing.assert_frame_equal(before.items, after.items)


def test_bootstrap_is_quick():
    """2,000 resamples of 2,709 rows; about half a second on one core, the limit leaves room for a busy machine."""
    import time

    random = np.random.default_rng(1)
    trait = random.normal(size=2_709)
    items = pd.DataFrame({f"i{k}": np.round(trait + random.normal(size=2_709)) for k in range(5)})
    started = time.process_time()
    reliability(items, interval="bca", n_bootstrap=2_000, seed=1)
    assert time.process_time() - started < 4


def test_frame_and_long_form(made):
    frame = reliability(made["skewed"]).to_frame()
    assert frame["method"].tolist() == [
        "alpha", "alpha_standardized", "omega_total", "split_half", "guttman_lambda4", "split_half_average",
        "split_half_worst", "split_half_best", "sem_alpha", "sem_omega",
    ]  # fmt: skip
    assert frame["matrix"].tolist()[:3] == ["covariance", "correlation", "covariance"]
    assert frame["estimator"].tolist()[:3] == ["moments", "moments", "maximum_likelihood"]
    long = reliability(made["skewed"]).to_long(analysis="scales", result="shyness")
    assert long["id"].tolist()[:2] == ["scales.shyness.alpha.estimate", "scales.shyness.alpha.ci_lower"]
    assert long["id"].is_unique
    assert "Reliability\n" in repr(reliability(made["skewed"]))


FRAME = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [2.0, 1, 4, 3], "c": [1.0, 3, 2, 4]})
GAPS = pd.DataFrame({"a": [1.0, 2, np.nan, np.nan, 1], "b": [np.nan, np.nan, 1, 2, 3]})
ERRORS = {
    "list": (CallError, [1, 2], {}, "reliability: found list as data. Give a pandas DataFrame."),
    "same_name": (
        CallError, pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]), {},
        "reliability: more than one column is named 'a'. Give each column its own name.",
    ),
    "text": (
        CallError, FRAME.assign(d=list("wxyz")), {},
        ("reliability: column 'd' does not hold numbers (it is str). Code the answers as numbers first, or leave the "
        "column out."),
    ),
    "infinite": (
        InputError, FRAME.assign(a=[1, 2, 3, np.inf]), {},
        "reliability: column 'a' holds an infinite value. Set such values to missing first.",
    ),
    "one_item": (CallError, FRAME[["a"]], {}, "reliability: found 1 item. Give at least two items of the same scale."),
    "two_rows": (CallError, FRAME.iloc[:2], {}, "reliability: found 2 complete rows. Give at least 3."),
    "two_rows_pairwise": (
        CallError, FRAME.iloc[:2], {"rows": "pairwise"}, "reliability: found 2 rows with answers. Give at least 3."
    ),
    "nothing_in_common": (
        CallError, GAPS, {"rows": "pairwise"},
        "reliability: fewer than two rows have answers to 'a', 'b'. Leave one of the items out.",
    ),
    "no_range": (
        CallError, FRAME, {"reverse": ["a"]},
        ("reliability: reversing 'a' needs the smallest and largest possible answer. Give response_range=(1, 5), or a "
        "mapping such as reverse={'item': (1, 5)}."),
    ),
    "unknown_reverse": (
        CallError, FRAME, {"reverse": {"d": (1, 5)}},
        "reliability: reverse names 'd', which is not an item. Items: 'a', 'b', 'c'."
    ),
    "range_upside_down": (
        CallError, FRAME, {"reverse": {"a": (5, 1)}},
        "reliability: the range of 'a' is 5 to 1. The first number must be the smaller.",
    ),
    "range_no_pair": (
        CallError, FRAME, {"reverse": {"a": 5}},
        "reliability: the range of 'a' is 5. Give smallest and largest, such as (1, 5).",
    ),
    "outside_range": (
        InputError, FRAME, {"reverse": {"a": (1, 3)}},
        ("reliability: item 'a' is to be reversed within 1 to 3, but holds 4 (1 of 4 answers lie outside). Correct the "
        "range or the answers."),
    ),
    "rows": (CallError, FRAME, {"rows": "all"}, "reliability: rows is 'all'. Allowed: complete, pairwise."),
    "interval": (CallError, FRAME, {"interval": "z"}, "reliability: interval is 'z'. Allowed: adf, feldt, bca."),
    "confidence": (
        CallError, FRAME, {"confidence": 95},
        "reliability: confidence is 95. Give a number between 0 and 1, such as 0.95.",
    ),
    "bca_without_draws": (
        CallError, FRAME, {"interval": "bca"},
        ("reliability: interval is 'bca' and n_bootstrap is 0. Give at least 100 resamples, such as n_bootstrap=2000, "
        "and a seed."),
    ),
    "draws_without_bca": (
        CallError, FRAME, {"n_bootstrap": 500},
        ("reliability: n_bootstrap is 500, but interval is 'adf', which does not resample. Write interval='bca', or "
        "leave n_bootstrap out."),
    ),
    "feldt_pairwise": (
        CallError, FRAME, {"interval": "feldt", "rows": "pairwise"},
        ("reliability: interval 'feldt' needs one number of rows, and with rows='pairwise' each pair of items has its "
        "own. Write interval='adf' or rows='complete'."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case):
    kind, items, options, message = ERRORS[case]
    with pytest.raises(kind) as caught:
        reliability(items, **options)
    assert str(caught.value) == message

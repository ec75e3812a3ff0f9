"""Polychoric and polyserial correlations against lavaan (tests/oracles/polychoric)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError
from survey_stats.statistics.polychoric import polychoric_matrix, polychoric_pair, polyserial_pair

CASES = ("five", "mixed", "unused", "empty", "few", "binary")


@pytest.fixture
def expected(oracle):
    return oracle("polychoric/polychoric")


def pairs(matrix: np.ndarray) -> np.ndarray:
    """Pairs in the order (0, 1), (0, 2), …."""
    return matrix[np.triu_indices(len(matrix), 1)]


def by_pair(block: dict, names: list[str], field: str) -> np.ndarray:
    x, y, values = (np.atleast_1d(block[key]) for key in ("x", "y", field))
    found = {frozenset((one, other)): value for one, other, value in zip(x, y, values, strict=True)}
    return pairs(np.array([[found.get(frozenset((a, b)), np.nan) for b in names] for a in names], dtype=float))


def check(found, block, names):
    """1e-7: where lavaan's optimiser stops; its standard errors follow."""
    np.testing.assert_allclose(pairs(found.correlations), by_pair(block, names, "estimate"), rtol=0, atol=1e-7)
    np.testing.assert_allclose(pairs(found.standard_errors), by_pair(block, names, "standard_error"), rtol=2e-6)


@pytest.mark.parametrize("name", CASES)
def test_correlations_and_standard_errors_as_in_lavaan(name, expected):
    block = expected[name]
    data = pd.DataFrame(block["data"])
    found = polychoric_matrix(data)
    assert (found.n == block["n"]).all()
    check(found, block, list(data))
    thresholds = np.concatenate(found.thresholds)
    np.testing.assert_allclose(thresholds, np.atleast_1d(block["threshold"]), atol=1e-8)


def test_the_joint_covariance_of_the_correlations_as_in_lavaan(expected):
    data = pd.DataFrame(expected["five"]["data"])
    first, second = np.triu_indices(5, 1)
    order = np.lexsort((second, first))  # lavaan goes down the columns: (2,1), (3,1), …: the same order
    found = polychoric_matrix(data).covariance[np.ix_(order, order)]
    # lavaan divides gamma by n and takes √(n / (n - 1)) into its standard errors only.
    np.testing.assert_allclose(found * 249 / 250, expected["five"]["covariance"], rtol=1e-5, atol=1e-9)


@pytest.mark.parametrize(("rows", "name"), [("complete", "listwise"), ("pairwise", "pairwise")])
def test_missing_answers_as_in_lavaan(rows, name, expected):
    data = pd.DataFrame(expected["gaps"]["data"]).astype(float)
    found = polychoric_matrix(data, rows=rows)
    check(found, expected["gaps"][name], list(data))
    both = int(data[["item_1", "item_2"]].notna().all(axis=1).sum())
    assert found.n[0, 1] == (both if rows == "pairwise" else expected["gaps"][name]["n"])


@pytest.mark.parametrize(
    "name", ["plain", "zero_off", "zero_off_other", "zero_on", "zero_on_other", "independent", "median"]
)
def test_two_by_two_tables_and_their_empty_cells_as_in_lavaan(name, expected):
    block = expected["fourfold"][name]
    x, y = np.repeat([0, 0, 1, 1], block["counts"]), np.repeat([0, 1, 0, 1], block["counts"])
    found = polychoric_pair(x, y)
    assert found.estimate == pytest.approx(block["estimate"], abs=1e-8)
    assert found.standard_error == pytest.approx(block["standard_error"], rel=1e-6)
    warned = None if 0 not in block["counts"] else "polychoric.zero_cell"
    assert (None if found.warning is None else found.warning.id) == warned


def test_a_table_cut_at_the_medians_has_a_closed_form():
    """Tetrachoric r = sin(2π (p - 1/4)) with both thresholds at 0 (Sheppard 1899)."""
    x, y = np.repeat([0, 0, 1, 1], [30, 20, 20, 30]), np.repeat([0, 1, 0, 1], [30, 20, 20, 30])
    assert polychoric_pair(x, y).estimate == pytest.approx(np.sin(2 * np.pi * 0.05), abs=1e-9)


@pytest.mark.parametrize(("data", "column"), [("serial", "answer"), ("serial", "yes"), ("serial_gaps", "answer")])
def test_polyserial_as_in_lavaan(data, column, expected):
    block = expected[data][column]
    frame = pd.DataFrame(expected[data]["data"]).astype(float)
    found = polyserial_pair(frame["score"], frame[column])
    assert found.n == block["n"]
    assert found.estimate == pytest.approx(block["estimate"], abs=1e-7)
    # The jackknife is larger by terms of order 1 / n: 2 to 3 % of 180 rows.
    assert found.standard_error == pytest.approx(block["jackknife_se"], rel=0.035)


def test_the_standard_error_of_a_biserial_correlation_is_the_spread_of_its_estimates():
    random = np.random.default_rng(1)
    trait = random.standard_normal((300, 180))
    answers = (0.5 * trait + np.sqrt(0.75) * random.standard_normal((300, 180)) > 0.4).astype(float)
    found = [polyserial_pair(x, y) for x, y in zip(trait, answers, strict=True)]
    spread = np.std([one.estimate for one in found])
    assert np.mean([one.standard_error for one in found]) == pytest.approx(spread, rel=0.12)  # 3 Monte Carlo errors


def test_units_and_direction():
    data = pd.DataFrame({"x": [1, 1, 2, 2, 3, 3, 1, 3, 2, 1], "y": [1, 2, 2, 3, 3, 3, 1, 2, 1, 1]})
    found = polychoric_pair(data["x"], data["y"])
    assert polychoric_pair(data["x"] * 10, -data["y"]).estimate == pytest.approx(-found.estimate, abs=1e-9)
    score = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3])
    serial = polyserial_pair(score, data["x"])
    assert polyserial_pair(100 - 7 * score, data["x"]).estimate == pytest.approx(-serial.estimate, abs=1e-9)


ERRORS = {
    "constant": ([1, 1, 1, 1, 1], [1, 2, 1, 2, 1], "All answers to x are the same in the 5 rows that have both."),
    "few": ([1, 2, np.nan, 1], [1, 2, 2, np.nan], None),
    "many": (
        list(range(40)), [1, 2] * 20,
        ("x has more than 30 different answers. Latent correlations are for few ordered categories: use the numbers "
        "themselves, or group them first."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS)
def test_without_an_estimate_there_is_a_reason(case):
    x, y, sentence = ERRORS[case]
    found = polychoric_pair(x, y)
    assert np.isnan(found.estimate)
    assert found.error is not None
    if sentence is not None:
        assert str(found.error) == sentence


@pytest.mark.parametrize("third", [[1.0, 2, 3, 1, 2] * 4, [2.0] * 20])
def test_a_column_that_varies_nowhere_has_no_correlation_in_the_matrix(third):
    found = polychoric_matrix(pd.DataFrame({"a": [1.0, 2, 3, 3, 3] * 4, "b": 3.0, "c": third}))
    assert np.isnan(found.correlations[0, 1])
    assert np.isnan(found.standard_errors[0, 1])
    assert np.isfinite(found.correlations[0, 2]) == (len(set(third)) > 1)


def test_a_perfect_relation_has_no_standard_error():
    found = polychoric_pair([1, 1, 2, 2, 3, 3], [1, 1, 2, 2, 3, 3])
    assert found.estimate == 1
    assert np.isnan(found.standard_error)
    assert str(found.warning) == (
        "The table shows a perfect relation: the likelihood is highest at a latent correlation of -1 or 1, which "
        "has no standard error."
    )


def test_what_cannot_be_used_is_said():
    with pytest.raises(CallError) as error:
        polychoric_pair([1, 2], [1, 2, 3])
    assert str(error.value) == (
        "polychoric_pair: the columns have shapes (2,) and (3,). Give two columns of equal length."
    )
    with pytest.raises(CallError) as error:
        polychoric_matrix(pd.DataFrame({"a": [1, 2, 3, 4]}))
    assert str(error.value) == ("polychoric_matrix: found 1 column. Give at least two columns of ordered answers.")
    with pytest.raises(CallError) as error:
        polychoric_matrix(pd.DataFrame({"a": range(50), "b": [1, 2] * 25}))
    assert str(error.value) == (
        "polychoric_matrix: column 'a' has more than 30 different answers. Polychoric correlations are for few ordered "
        "categories; use the numbers themselves, or group them first."
    )


@pytest.mark.shared
def test_the_25_items_of_bfi_as_in_lavaan(shared: Path, expected):
    data = pd.read_csv(shared / "data" / "psych_r" / "bfi.csv", index_col=0).iloc[:, :25]
    found = polychoric_matrix(data)
    assert found.n[0, 1] == expected["bfi"]["n"]
    check(found, expected["bfi"], list(data))

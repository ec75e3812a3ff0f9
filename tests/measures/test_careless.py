"""Indices of careless answering, against base R and psych, and by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats.measures.careless import (
    NotAssessableError,
    even_odd_consistency,
    individual_variability,
    longest_string,
    mahalanobis,
    pair_consistency,
    psychometric_pairs,
    relative_speed,
)

ONE_ITEM = "Mahalanobis distance needs two items with different answers; found 1."
SINGULAR = (
    "Mahalanobis distance cannot be computed: the covariances of the 2 items have no inverse. "
    "An item is a sum of others, or too many answers are missing."
)


@pytest.fixture(scope="module")
def truth(oracle: Any) -> Any:
    return oracle("careless/careless")


@pytest.fixture(scope="module")
def answers(truth: Any) -> pd.DataFrame:
    return pd.DataFrame(truth["answers"]).astype("float64")


def numbers(values: Any) -> np.ndarray:
    return np.array(values, dtype=float)


def test_the_longest_string_is_that_of_rle(answers: pd.DataFrame, truth: Any) -> None:
    np.testing.assert_array_equal(longest_string(answers), numbers(truth["longest"]))


def test_a_missing_answer_ends_a_string() -> None:
    rows = pd.DataFrame([[2, 2, np.nan, 2, 2, 2], [np.nan] * 6, [1, 2, 1, 2, 1, 2]])
    np.testing.assert_array_equal(longest_string(rows), [3, np.nan, 1])


def test_variability_is_the_standard_deviation_of_a_person(answers: pd.DataFrame, truth: Any) -> None:
    np.testing.assert_allclose(individual_variability(answers), numbers(truth["variability"]), rtol=1e-12, atol=1e-12)


def test_even_odd_consistency(answers: pd.DataFrame, truth: Any) -> None:
    keyed = answers.copy()
    keyed.iloc[:, 3::4] = 6 - keyed.iloc[:, 3::4]
    scales = [list(answers.columns[start : start + 4]) for start in range(0, 48, 4)]
    found = even_odd_consistency(keyed, scales)
    np.testing.assert_allclose(found["value"], numbers(truth["even_odd"]["value"]), rtol=1e-10)
    np.testing.assert_array_equal(found["n_pairs"], truth["even_odd"]["n_pairs"])


def test_even_odd_by_hand() -> None:
    """Halves 1 2 3 and 1 3 2: r = .5, corrected 2 × .5 / 1.5."""
    rows = pd.DataFrame([[1, 1, 2, 3, 3, 2], [1, 3, 2, 2, 3, 1]], columns=list("abcdef"))
    found = even_odd_consistency(rows, [["a", "b"], ["c", "d"], ["e", "f"]])["value"]
    assert found.tolist() == pytest.approx([2 / 3, -1.0])
    alone = even_odd_consistency(rows, [["a"], ["b", "c"], ["d"]])
    assert alone["value"].isna().all()
    assert list(alone["n_pairs"]) == [1, 1]


@pytest.mark.parametrize("kind", ["synonyms", "antonyms"])
def test_synonyms_and_antonyms(answers: pd.DataFrame, truth: Any, kind: str) -> None:
    pairs = psychometric_pairs(answers, antonyms=kind == "antonyms")
    assert [list(pair) for pair in pairs] == truth[kind]["pairs"]
    found = pair_consistency(answers, pairs)
    np.testing.assert_allclose(found["value"], numbers(truth[kind]["value"]), rtol=1e-10, atol=1e-12)
    np.testing.assert_array_equal(found["n_pairs"], truth[kind]["n_pairs"])


def test_the_critical_correlation_decides_what_is_a_synonym(answers: pd.DataFrame) -> None:
    assert len(psychometric_pairs(answers, critical=0.99)) == 0
    assert len(psychometric_pairs(answers, critical=0.3)) > len(psychometric_pairs(answers))
    assert pair_consistency(answers, [])["value"].isna().all()


def test_relative_speed_by_page(truth: Any) -> None:
    """A break of an hour on one page hides no speed on the others, and no page counts more than three times."""
    found = relative_speed(pd.DataFrame(truth["speed"]["pages"]).astype("float64"))
    np.testing.assert_allclose(found, truth["speed"]["index"], rtol=1e-12)
    assert found.iloc[5] == 3


def test_mahalanobis_distance(answers: pd.DataFrame, truth: Any) -> None:
    found, expected = mahalanobis(answers.iloc[:, :10]), truth["mahalanobis"]
    for name in ("value", "p_value"):
        np.testing.assert_allclose(found[name], numbers(expected[name]), rtol=1e-9)
    np.testing.assert_array_equal(found["df"], expected["df"])
    by_psych = numbers(expected["psych_of_complete"])
    complete = ~np.isnan(by_psych)
    assert complete.sum() > 40
    np.testing.assert_allclose(found["value"][complete], by_psych[complete], rtol=1e-9)


def test_mahalanobis_does_not_depend_on_units_or_constants(answers: pd.DataFrame) -> None:
    few = answers.iloc[:, :5]
    scaled = few.mul([1, 1e6, 1e-6, 3, 1]).assign(constant=4.0)
    np.testing.assert_allclose(mahalanobis(scaled)["p_value"], mahalanobis(few)["p_value"], rtol=1e-6)


@pytest.mark.parametrize(
    ("columns", "rows", "sentence"),
    [
        ({}, 80, ONE_ITEM),
        ({"same": lambda one: one * 0 + 2}, 80, ONE_ITEM),
        ({"other": lambda one: one.sample(frac=1, random_state=1).to_numpy()}, 3,
         "Mahalanobis distance needs more respondents than items and one to spare; found 3 respondents and 2 items."),
        ({"twice": lambda one: 2 * one}, 80, SINGULAR),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_said(answers: pd.DataFrame, columns: Any, rows: int, sentence: str) -> None:
    one = answers["s02_1"].dropna()
    data = pd.DataFrame({"one": one} | {name: make(one) for name, make in columns.items()}).head(rows)
    with pytest.raises(NotAssessableError) as raised:
        mahalanobis(data)
    assert str(raised.value) == sentence


def test_constant_answers_have_no_correlation_within_the_person() -> None:
    """0.1 + 0.2 is not 0.3: means of equal answers must not leave a correlation of rounding errors."""
    rows = pd.DataFrame(np.full((1, 6), 0.1), columns=list("abcdef"))
    pairs = [("a", "b"), ("c", "d"), ("e", "f")]
    assert pair_consistency(rows, pairs)["value"].isna().all()


def test_bfi_of_psych(shared: Any, truth: Any) -> None:
    bfi = pd.read_csv(shared / "data/psych_r/bfi.csv", index_col=0).iloc[:, :25].dropna()
    found, real = mahalanobis(bfi), truth["bfi"]
    assert len(bfi) == real["n"]
    np.testing.assert_allclose(found["value"].head(25), real["distance"], rtol=1e-9)
    assert (found["p_value"] < 0.001).sum() == real["beyond"]
    counts = longest_string(bfi).value_counts().reindex(range(1, 26), fill_value=0)
    assert list(counts) == real["longest"]
    assert individual_variability(bfi).mean() == pytest.approx(real["variability"]["mean"], rel=1e-12)

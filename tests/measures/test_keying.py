"""Warnings where a key does not fit: real data with the right key, without a key, and reversed already."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats.catalogue import load_instrument
from survey_stats.measures.frame import score_frame
from survey_stats.measures.keying import item_rest, negative_items


@pytest.mark.shared
@pytest.mark.parametrize("keying", ["keyed", "raw"])
def test_item_rest_correlations_are_those_of_psych(
    bfi: pd.DataFrame, turned: pd.DataFrame, oracle: Any, keying: str
) -> None:
    data = turned if keying == "keyed" else bfi
    for letter, expected in oracle("scoring/scoring")["item_rest"][keying].items():
        found = item_rest(data[[f"{letter}{n}".lower() for n in range(1, 6)]])
        np.testing.assert_allclose(found, expected, rtol=1e-10)


@pytest.mark.shared
def test_the_right_key_gives_no_warning(bfi: pd.DataFrame, turned: pd.DataFrame, bfi_key: Any) -> None:
    assert score_frame(bfi, bfi_key()).warnings == ()
    assert score_frame(turned, bfi_key(set())).warnings == ()


@pytest.mark.shared
def test_without_a_key_the_items_that_run_the_other_way_are_named(bfi: pd.DataFrame, bfi_key: Any) -> None:
    found = {str(one).partition(":")[0]: one for one in score_frame(bfi, bfi_key(set())).warnings}
    assert set(found) == {"a", "c", "e", "o"}
    assert found["a"].id == "scales.turned_round"
    assert str(found["a"]).startswith("a: a1 correlate negatively")


@pytest.mark.shared
def test_data_that_are_reversed_already_are_recognised(turned: pd.DataFrame, bfi_key: Any) -> None:
    found = score_frame(turned, bfi_key()).warnings
    assert {(str(one).partition(":")[0], one.id) for one in found} == {
        (letter, "scales.already_reversed") for letter in "aceo"
    }
    assert str(found[0]) == (
        "a: after reversal a1 correlate negatively with the rest of the scale (2709 complete rows), and none would if "
        "no item were reversed: the data look already reversed. Undo the reversal in the export, or use a key without "
        "reversed items; this key reverses a1."
    )


def simulated(reverse: set[int], n: int = 300) -> pd.DataFrame:
    """Ten items of one trait, coded 1 to 4, some of which are worded the other way."""
    random = np.random.default_rng(11)
    trait = random.normal(size=n)
    items = {}
    for number in range(1, 11):
        answer = np.digitize(0.8 * trait + 0.6 * random.normal(size=n), [-0.8, 0, 0.8]) + 1
        items[f"R{number}"] = 5 - answer if number in reverse else answer
    return pd.DataFrame(items)


A, B = {2, 5, 6, 8, 9}, {3, 5, 8, 9, 10}


@pytest.mark.parametrize(
    ("data", "instrument", "expected"),
    [
        (A, "rosenberg_a", None),
        (B, "rosenberg_b", None),
        (A, "rosenberg_b", ("scales.other_key", "rosenberg_a")),
        (B, "rosenberg_a", ("scales.other_key", "rosenberg_b")),
        (set(), "rosenberg_a", ("scales.already_reversed", None)),
        (A ^ {1}, "rosenberg_a", ("scales.turned_round", None)),
    ],
)
def test_the_likely_mistake_is_named(data: set[int], instrument: str, expected: tuple[str, str | None] | None) -> None:
    warnings = score_frame(simulated(data), instrument, "R{item}").warnings
    assert [one.id for one in warnings] == ([expected[0]] if expected else [])
    if expected and expected[1]:
        assert f"with the key of another item order: {expected[1]}." in str(warnings[0])


def test_chance_does_not_warn_and_few_rows_are_not_judged() -> None:
    random = np.random.default_rng(5)
    noise = pd.DataFrame(random.integers(1, 5, (9, 4)).astype(float))
    noise[3] = -noise[0]
    assert negative_items(noise) == []
    constant = simulated(A).assign(R1=3)
    assert score_frame(constant, "rosenberg_a", "R{item}").warnings == ()
    assert load_instrument("ucla_3_item").scales[0].reverse == ()

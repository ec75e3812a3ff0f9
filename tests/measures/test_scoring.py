"""Scores by hand-checkable examples; reversal happens once, before anything is computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_stats.instrument import Instrument
from survey_stats.measures.scoring import keyed_items, scale_items, scale_score, score
from survey_stats.study import Study


def instrument(**scale: Any) -> Instrument:
    return Instrument.model_validate(
        {
            "id": "demo",
            "version": "1",
            "kind": "original",
            "title": {"en": "Demo"},
            "source": {"citation": "made for this test", "licence": "none"},
            "responses": {
                "often": {"kind": "single", "minimum": 1, "maximum": 5},
                "count": {"kind": "number", "minimum": 0},
            },
            "items": [
                {"id": "d1", "responses": "often"},
                {"id": "d2", "responses": "often"},
                {"id": "d3", "responses": "often"},
                {"id": "friends", "responses": "count", "construct": "contacts", "label": {"en": "Friends"}},
            ],
            "scales": [
                {"id": "mood", "construct": "shyness", "label": {"en": "Mood"}, "items": ["d1", "d2", "d3"],
                 "reverse": ["d2"]} | scale
            ],
        }
    )  # fmt: skip


ANSWERS = pd.DataFrame(
    {
        "d1": [5, 4, np.nan, np.nan],
        "d2": [1, 4, 2, np.nan],  # reversed: 5, 2, 4
        "d3": [5, 3, 3, np.nan],
        "friends": [10, 0, np.nan, 3],
    },
    index=pd.RangeIndex(1, 5, name="respondent"),
)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, [5, 3, np.nan, np.nan]),
        ({"minimum_answered": 2}, [5, 3, 3.5, np.nan]),
        ({"score": "sum"}, [15, 9, np.nan, np.nan]),
        ({"score": "sum", "minimum_answered": 2}, [15, 9, 10.5, np.nan]),
        ({"score": "pomp", "minimum_answered": 2}, [100, 50, 62.5, np.nan]),
        ({"minimum_answered": 1, "reverse": []}, [11 / 3, 11 / 3, 2.5, np.nan]),
    ],
)
def test_score(rule: dict[str, Any], expected: list[float]) -> None:
    made = instrument(**rule)
    np.testing.assert_allclose(scale_score(ANSWERS, made.scales[0], made), expected)


def test_an_empty_scale_is_missing_and_never_zero() -> None:
    made = instrument(score="sum", minimum_answered=1)
    assert np.isnan(scale_score(ANSWERS, made.scales[0], made).loc[4])


def test_reversal_turns_an_answer_round_and_twice_gives_it_back() -> None:
    made = instrument()
    once = keyed_items(ANSWERS, made.scales[0], made)
    assert list(once["d2"].dropna()) == [5, 2, 4]
    twice = keyed_items(once, made.scales[0], made)
    pd.testing.assert_frame_equal(twice, ANSWERS[["d1", "d2", "d3"]])


def test_variables_record_items_reversed_ones_and_the_rule() -> None:
    scored = score(ANSWERS, [instrument(minimum_answered=2)])
    assert list(scored.measures) == ["mood", "friends"]
    row = scored.variables.set_index("id").loc["mood"]
    assert row["items"] == "d1 d2 d3"
    assert row["reversed"] == "d2"
    assert row["rule"] == "mean of 3 items, at least 2 answered"
    assert (row["minimum"], row["maximum"]) == (1, 5)
    friends = scored.variables.set_index("id").loc["friends"]
    assert (friends["construct"], friends["kind"], friends["label"]) == ("contacts", "item", "Friends")


def test_a_scale_with_an_absent_item_is_not_scored_and_named() -> None:
    scored = score(ANSWERS.drop(columns="d3"), [instrument()])
    assert "mood" not in scored.measures
    assert scored.unscored == {"mood": ("d3",)}


def test_items_of_a_scale_for_reliability_are_reversed() -> None:
    made = instrument()
    study = Study(answers=ANSWERS, measures=score(ANSWERS, [made]).measures, instruments={"demo": made})
    items = scale_items(study, "mood")
    assert items is not None
    assert list(items["d2"].dropna()) == [5, 2, 4]
    assert scale_items(study, "friends") is None


@given(
    st.lists(
        st.lists(st.one_of(st.integers(1, 5), st.just(float("nan"))), min_size=3, max_size=3), min_size=1, max_size=20
    )
)
def test_a_mean_score_lies_within_the_answer_range_and_pomp_within_0_and_100(rows: list[list[float]]) -> None:
    answers = pd.DataFrame(rows, columns=["d1", "d2", "d3"], dtype="float64")
    for rule, low, high in (({}, 1, 5), ({"score": "sum"}, 3, 15), ({"score": "pomp"}, 0, 100)):
        made = instrument(minimum_answered=1, **rule)
        values = scale_score(answers, made.scales[0], made)
        assert (values.isna() == answers.isna().all(axis=1)).all()
        assert values.dropna().between(low - 1e-9, high + 1e-9).all()

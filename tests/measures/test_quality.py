"""Flags mark and never exclude."""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey_stats.instrument import Instrument
from survey_stats.measures.quality import flag

INSTRUMENT = Instrument.model_validate(
    {
        "id": "demo",
        "version": "1",
        "kind": "original",
        "title": {"en": "Demo"},
        "source": {"citation": "made for this test", "licence": "none"},
        "responses": {"often": {"kind": "single", "minimum": 1, "maximum": 5}},
        "items": [{"id": "check", "responses": "often", "expected": 2}],
    }
)


def test_a_blank_attention_check_is_not_a_failed_one() -> None:
    answers = pd.DataFrame({"check": [2, 3, np.nan]}, index=[1, 2, 3])
    flags = flag(answers, pd.DataFrame(), [INSTRUMENT])
    assert list(flags) == ["attention_check_failed"]
    assert list(flags["attention_check_failed"]) == [False, True, False]


def test_more_than_24_hours_on_one_kind_of_day() -> None:
    answers = pd.DataFrame(index=[1, 2])
    records = pd.DataFrame(
        {
            "person": [1, 1, 2, 2],
            "medium": ["news", "games"] * 2,
            "day": ["weekday", "weekday", "weekday", "weekend"],
            "minutes": [1000.0, 441.0, 1000.0, 441.0],
        }
    )
    assert list(flag(answers, records, [])["day_over_24_hours"]) == [True, False]


def test_a_submission_sent_twice_is_flagged_once_and_short_ones_are_not_compared() -> None:
    answers = pd.DataFrame(np.arange(33.0).reshape(3, 11) % 5, index=[1, 2, 3])
    answers.loc[3] = answers.loc[1]
    answers.loc[4] = np.nan
    answers.loc[5] = np.nan
    assert list(flag(answers, pd.DataFrame(), [])["identical_answers"]) == [False, False, True, False, False]

"""Records of a questionnaire and the habitual day made of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import InputError
from survey_stats.instrument import Instrument
from survey_stats.time_use.records import minutes_per_day, questionnaire_records, time_measures

INSTRUMENT = Instrument.model_validate(
    {
        "id": "demo",
        "version": "1",
        "kind": "original",
        "title": {"en": "Demo"},
        "source": {"citation": "made for this test", "licence": "none"},
        "responses": {
            "weekday": {"kind": "duration", "unit": "minutes", "per": "day", "day": "weekday"},
            "weekend": {"kind": "duration", "unit": "minutes", "per": "day", "day": "weekend"},
        },
        "items": [
            {"id": "news_weekday", "responses": "weekday", "medium": "news"},
            {"id": "news_weekend", "responses": "weekend", "medium": "news"},
            {"id": "games_weekday", "responses": "weekday", "medium": "games"},
            {"id": "games_weekend", "responses": "weekend", "medium": "games"},
        ],
        "time_totals": [
            {"id": "both", "construct": "time_on_news", "label": {"en": "Both"}, "media": ["news", "games"]},
            {"id": "news_time", "construct": "time_on_news", "label": {"en": "News"}, "media": ["news"]},
        ],
    }
)
ANSWERS = pd.DataFrame(
    {
        "news_weekday": [70, 0, 30, np.nan],
        "news_weekend": [0, 0, np.nan, np.nan],
        "games_weekday": [7, 14, 7, np.nan],
        "games_weekend": [7, 0, 7, np.nan],
    },
    index=pd.RangeIndex(1, 5, name="respondent"),
)


def test_zero_minutes_is_a_record_and_a_blank_is_none() -> None:
    records = questionnaire_records(ANSWERS, {}, [INSTRUMENT])
    assert len(records) == 11
    assert (records["minutes"] == 0).sum() == 4
    assert set(records["measure_type"]) == {"self_report"}
    assert set(records["reference_period"]) == {"habitual day"}


def test_weekday_and_weekend_are_combined_five_to_two_within_the_person() -> None:
    daily = minutes_per_day(questionnaire_records(ANSWERS, {}, [INSTRUMENT]))
    np.testing.assert_allclose(daily["news"], [50, 0, np.nan], equal_nan=True)
    np.testing.assert_allclose(daily["games"], [7, 10, 7])


def test_a_total_needs_every_medium_and_both_kinds_of_day() -> None:
    measures, variables = time_measures(questionnaire_records(ANSWERS, {}, [INSTRUMENT]), [INSTRUMENT], ANSWERS.index)
    np.testing.assert_allclose(measures["both"], [57, 10, np.nan, np.nan], equal_nan=True)
    np.testing.assert_allclose(measures["news_time"], [50, 0, np.nan, np.nan], equal_nan=True)
    assert list(variables["unit"]) == ["minutes per day"] * 2


def test_a_typical_day_counts_as_it_is() -> None:
    records = pd.DataFrame({"person": [1], "medium": ["news"], "day": ["typical"], "minutes": [45.0]})
    assert minutes_per_day(records).loc[1, "news"] == 45


@pytest.mark.parametrize("day", ["weekday", "weekend"])
def test_one_kind_of_day_alone_is_no_habitual_day(day: str) -> None:
    records = pd.DataFrame({"person": [1], "medium": ["news"], "day": [day], "minutes": [45.0]})
    assert minutes_per_day(records)["news"].isna().all()


def test_a_typical_day_of_one_person_leaves_the_days_of_another() -> None:
    records = pd.DataFrame(
        {
            "person": [1, 1, 3],
            "medium": ["news"] * 3,
            "day": ["weekday", "weekend", "typical"],
            "minutes": [60.0, 130.0, 50.0],
        }
    )
    assert minutes_per_day(records)["news"].to_dict() == {1: 80, 3: 50}


def test_two_records_of_one_day_are_refused() -> None:
    records = pd.DataFrame({"person": [1, 1], "medium": ["news"] * 2, "day": ["weekday"] * 2, "minutes": [10.0, 20.0]})
    with pytest.raises(InputError) as error:
        minutes_per_day(records)
    assert str(error.value) == (
        "Records: person 1 has several of news on a weekday. "
        "A habitual day has one record a medium and kind of day: sum parts, or drop repeated answers."
    )


FILTERED = Instrument.model_validate(
    {
        "id": "filtered",
        "version": "1",
        "kind": "original",
        "title": {"en": "Filtered"},
        "source": {"citation": "made for this test", "licence": "none"},
        "responses": {
            "minutes": {"kind": "duration", "unit": "minutes", "per": "day"},
            "yes_no": {"kind": "single", "options": [{"code": 1}, {"code": 2}]},
            "platforms": {
                "kind": "multiple",
                "options": [{"code": 1, "label": {"en": "Facebook"}}, {"code": 2, "label": {"en": "IG"}}],
            },
        },
        "items": [
            {"id": "reads_news", "responses": "yes_no", "medium": "news"},
            {"id": "has_car", "responses": "yes_no"},
            {"id": "used", "responses": "platforms"},
            {"id": "t_news", "responses": "minutes", "medium": "news",
             "relevant_if": {"item": "reads_news", "answers": [1]}},
            {"id": "t_radio", "responses": "minutes", "medium": "radio",
             "relevant_if": {"item": "has_car", "answers": [1]}},
            {"id": "t_facebook", "responses": "minutes", "medium": "facebook",
             "relevant_if": {"item": "used", "answers": [1]}},
            {"id": "t_instagram", "responses": "minutes", "medium": "instagram"},
        ],
    }
)  # fmt: skip


def test_a_filter_or_a_multiple_choice_that_says_not_used_is_a_zero():
    nan = np.nan
    answers = pd.DataFrame(
        {"reads_news": [1, 2, nan, 2], "has_car": [2, 2, 1, 1], "used.1": [1, 0, nan, 0], "used.2": [0, 1, nan, 0],
         "t_news": [9, nan, nan, 4], "t_radio": [nan, nan, 7, nan], "t_facebook": [5, nan, nan, nan],
         "t_instagram": [nan, nan, nan, nan]}, index=pd.RangeIndex(1, 5, name="respondent"),
    )  # fmt: skip
    records = questionnaire_records(answers, {}, [FILTERED])
    found = {(row.medium, row.person): (row.minutes, row.status) for row in records.itertuples()}
    assert found == {
        ("news", 1): (9, "exact"), ("news", 2): (0, "not_used"), ("news", 4): (4, "exact"),  # answered all the same
        ("radio", 3): (7, "exact"),  # who has no car may listen elsewhere: that filter is of something else
        ("facebook", 1): (5, "exact"), ("facebook", 2): (0, "not_used"), ("facebook", 4): (0, "not_used"),
        ("instagram", 1): (0, "not_used"), ("instagram", 4): (0, "not_used"),
    }  # fmt: skip

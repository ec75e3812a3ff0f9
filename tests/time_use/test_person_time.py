"""When a person has zero minutes, when minutes are missing, and what is done with records that cannot be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats.errors import CallError, InputError
from survey_stats.time_use.audience import audience
from survey_stats.time_use.person_time import internet_users, person_time


def records(rows, measure_type="self_report", period="habitual day", **more):
    frame = pd.DataFrame(rows, columns=["person", "medium", "minutes"])
    return frame.assign(measure_type=measure_type, reference_period=period, **more)


ROWS = [(1, "facebook", 30.0), (1, "youtube", 0.0), (2, "facebook", 15.0), (3, "youtube", 5.0)]


def test_zero_is_a_finding_and_blank_is_not():
    time = person_time(records(ROWS), persons=pd.DataFrame(index=[1, 2, 3, 4]))
    assert time.known.tolist() == [[True, True], [True, False], [False, True], [False, False]]
    assert time.users.tolist() == [[True, False], [True, False], [False, True], [False, False]]


@pytest.mark.parametrize("kind", ["diary", "log"])
def test_what_a_complete_diary_or_a_meter_does_not_show_did_not_happen(kind):
    persons = pd.DataFrame({"complete": [True, True, False, True]}, index=[1, 2, 3, 4])
    time = person_time(records(ROWS, kind, "diary day"), persons=persons)
    assert time.known.tolist() == [[True, True], [True, True], [False, True], [True, True]]
    assert time.minutes[3].tolist() == [0, 0]  # metered, without a record


def test_weekday_and_weekend_day_become_a_habitual_day():
    rows = [(1, "news", 70.0), (1, "news", 0.0), (2, "news", 10.0)]
    time = person_time(records(rows, day=["weekday", "weekend", "typical"]))
    assert time.minutes[:, 0].tolist() == [50.0, 10.0]
    assert time.unit == "minutes per day"


def test_several_records_of_a_day_add_up_and_days_are_averaged():
    rows = [(1, "news", 20.0), (1, "news", 40.0), (2, "news", 30.0)]
    sums = person_time(records(rows, "log", "week of log", sessions=[1, 2, 1]))
    assert sums.minutes[:, 0].tolist() == [60, 30]
    assert sums.sessions is not None
    assert sums.sessions[:, 0].tolist() == [3, 1]
    assert sums.unit == "minutes"
    averaged = person_time(records(rows, "log", "week of log"), persons=pd.DataFrame({"days": [4, 2]}, index=[1, 2]))
    assert averaged.minutes[:, 0].tolist() == [15, 15]
    assert averaged.unit == "minutes per day"


@pytest.mark.parametrize(
    ("by", "entries"),
    [
        ("sector", ("social_media", "video", "unknown")),
        ("class", ("social_network", "video_sharing", "unknown")),
        ("communication", ("many_to_many", "unknown")),
    ],
)
def test_media_are_grouped_by_the_taxonomy(by, entries):
    time = person_time(records([*ROWS[:2], (1, "nowhere.example", 7.0)], "log", "week of log"), by=by)
    assert set(time.entries) <= {*entries, "one_to_many", "microblog"}
    assert time.minutes.sum() == 37
    assert time.problems[["medium", "minutes", "records", "rule"]].to_numpy().tolist() == [
        ["nowhere.example", 7.0, 1, "unknown_medium"]
    ]


def test_a_group_is_known_where_all_of_its_media_are():
    time = person_time(records([(1, "facebook", 3.0), (1, "instagram", 4.0), (2, "facebook", 5.0)]), by="sector")
    assert time.entries == ("social_media",)
    assert time.known[:, 0].tolist() == [True, False]
    assert time.minutes[0, 0] == 7


def test_impossible_records_are_reported_and_nothing_is_lost():
    rows = [(1, "news", -5.0), (1, "games", 1500.0), (2, "news", np.inf), (2, "games", 10.0), (9, "news", 3.0)]
    time = person_time(records(rows), persons=pd.DataFrame(index=[1, 2]))
    assert time.problems[["person", "medium", "rule", "action"]].to_numpy().tolist() == [
        [1, "news", "negative_minutes", "missing"],
        [2, "news", "impossible_minutes", "missing"],
        [1, "games", "over_24_hours", "kept"],
        [9, "news", "person_not_listed", "left out"],
    ]
    assert not time.known[:, time.entries.index("news")].any()
    assert time.minutes[0, time.entries.index("games")] == 1500


@pytest.mark.parametrize("minutes", [1e308, 1e300, 120 * 366 * 1440.0 + 1])
@pytest.mark.parametrize("day", [{}, {"day": "typical"}], ids=["any day", "typical day"])
def test_more_minutes_than_a_life_has_are_reported_and_missing(minutes, day):
    rows = [(person, "news", minutes if person < 40 else 30.0) for person in range(80)]
    found, everyone = records(rows, **day), pd.DataFrame(index=range(80))
    time = person_time(found, persons=everyone)
    assert time.problems["rule"].tolist() == ["impossible_minutes"] * 40
    assert time.problems["minutes"].tolist() == [minutes] * 40
    assert time.known[:, 0].tolist() == [False] * 40 + [True] * 40
    figures = audience(found, persons=everyone).table.set_index("quantity")
    assert figures.loc["time_per_capita", ["estimate", "n"]].tolist() == [30, 40]


@pytest.mark.parametrize(
    ("persons", "kinds"),
    [
        ([("a", 1), "b", "c"], "str, tuple"), ([("a", 1), 2, 3], "int, tuple"),
        ([("a", 1), ("a", "b"), ("c", 2)], "tuple"), ([pd.Timestamp("2026-01-01"), "b", "c"], "Timestamp, str"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("day", [{}, {"day": "typical"}], ids=["any day", "typical day"])
def test_ids_of_persons_without_an_order_are_refused(persons, kinds, day):
    with pytest.raises(CallError) as error:
        person_time(records([(person, "news", 5.0) for person in persons], **day))
    assert str(error.value) == (
        "person_time: column person holds ids that cannot be put in order; found the types "
        f"{kinds}, for example {persons[0]!r}. Numbers, texts or dates are allowed: give every person an id of one "
        "type, such as a text."
    )


def test_ids_that_are_numbers_beside_texts_or_tuples_alike_are_read():
    for persons in (["a", 1, 2.5], [("a", 1), ("b", 2)]):
        time = person_time(records([(person, "news", 5.0) for person in persons]))
        assert time.persons.tolist() == persons


def test_internet_users_alone_are_known():
    time = internet_users(person_time(records([(1, "news", 3.0), (2, "news", 0.0), (3, "television", 9.0)])))
    assert time.known.any(axis=1).tolist() == [True, False, False]


def test_minutes_that_are_text_are_refused():
    with pytest.raises(CallError) as wrong:
        person_time(records([(1, "news", "5"), (2, "news", "an hour")]))
    assert str(wrong.value) == (
        "person_time: column minutes is text, and numbers are needed. Convert it first, for example with "
        "parse_duration."
    )


def test_what_cannot_be_put_together_is_said():
    with pytest.raises(CallError) as wrong:
        person_time(records(ROWS).drop(columns="reference_period"))
    assert str(wrong.value) == (
        "Records need the columns person, medium, minutes, measure_type, reference_period; these are missing: "
        "reference_period. Make them with questionnaire_records, or add the columns."
    )
    with pytest.raises(CallError) as wrong:
        person_time(records(ROWS), by="brand")
    assert str(wrong.value) == "by is 'brand'. Allowed: medium, sector, class, communication."
    both = pd.concat([records(ROWS), records(ROWS, "diary", "diary day")])
    with pytest.raises(InputError) as unusable:
        person_time(both)
    assert str(unusable.value) == (
        "Records have different values of reference_period: diary day, habitual day. They are not comparable (the "
        "reach of a day is not that of a month): analyse them apart, or write mixed_periods=True and say so in the "
        "report."
    )
    assert person_time(both, mixed_periods=True).reference_period == "diary day + habitual day"
    with pytest.raises(InputError) as unusable:
        person_time(records([(1, "facebook", 1.0), (1, "social_media", 2.0)]), by="sector")
    assert str(unusable.value) == (
        "Records hold social_media as a whole and also media of it, which would count twice by sector. "
        "Leave one of the two out of the records."
    )
    with pytest.raises(InputError) as unusable:
        person_time(records([(1, "news", np.nan)]))
    assert str(unusable.value) == (
        "There is no record with minutes. Check that the time questions were matched and answered."
    )


def test_a_record_without_usable_minutes_is_no_zero():
    """Person 2 has news without minutes, 3 with negative ones: both used it, nobody knows how long; 4 has no record."""
    rows = [(1, "news", 10.0), (2, "news", np.nan), (3, "news", -5.0), (1, "games", 1.0), (2, "games", 2.0)]
    time = person_time(records(rows, "log", "month of log"), persons=pd.DataFrame(index=[1, 2, 3, 4])).of(
        ("news", "games")
    )
    assert time.known.tolist() == [[True, True], [False, True], [False, True], [True, True]]
    several = [*rows, (3, "news", 7.0)]
    assert person_time(records(several, "log", "month of log")).minutes[:, 1].tolist() == [10, 0, 7]


def test_blank_days_and_completeness_are_not_observed():
    persons = pd.DataFrame({"days": [2, 0, np.nan, 1], "complete": [True, True, True, np.nan]}, index=[1, 2, 3, 4])
    time = person_time(records([(1, "news", 10.0)], "log", "week of log"), persons=persons)
    assert time.known[:, 0].tolist() == [True, False, False, False]
    assert time.minutes[:, 0].tolist() == [5, 0, 0, 0]


def test_sessions_are_averaged_over_days_as_minutes_are():
    persons = pd.DataFrame({"days": [4, 2]}, index=[1, 2])
    rows = records([(1, "news", 80.0), (2, "news", 30.0)], "log", "week of log", sessions=[8, 3])
    table = audience(rows, persons=persons, interval="none").table.set_index("quantity")
    assert table.loc["time_per_user", "estimate"] == 17.5
    assert (table.loc["sessions_per_user", "estimate"], table.loc["sessions_per_user", "unit"]) == (
        1.75, "sessions per day",
    )  # fmt: skip
    assert (table.loc["time_per_session", "estimate"], table.loc["time_per_session", "unit"]) == (10, "minutes")


def test_several_days_of_a_person_are_no_day_of_more_than_24_hours():
    persons = pd.DataFrame({"days": [2, 1, 2]}, index=[1, 2, 3])
    rows = [(1, "television", 1800.0), (2, "television", 1500.0), (3, "television", 2900.0)]
    problems = person_time(records(rows, "diary", "diary day"), persons=persons).problems
    assert problems[["person", "rule"]].to_numpy().tolist() == [[3, "over_24_hours"], [2, "day_over_24_hours"]]


def test_a_person_in_two_rows_is_refused():
    with pytest.raises(CallError) as wrong:
        person_time(records(ROWS), persons=pd.DataFrame({"wave": [1, 2, 1]}, index=[1, 1, 2]))
    assert str(wrong.value) == (
        "person_time: persons lists 1 in 2 rows, and each row would have all records of that person. Give every row an "
        "id of its own in persons and records, such as person and wave, and name the person as the cluster of the "
        "design."
    )


@pytest.mark.parametrize("by", ["medium", "sector", "communication", "class"])
def test_who_is_an_internet_user_does_not_depend_on_what_media_are_grouped_by(by):
    """Television and news are both one to many, and the whole of it is not online."""
    rows = [(1, "news", 10.0), (1, "television", 5.0), (2, "news", 0.0), (2, "television", 50.0)]
    table = audience(records(rows), by=by, denominator="internet_users", interval="none").table
    assert table.loc[table["quantity"] == "time_total", "estimate"].sum() == 15
    assert internet_users(person_time(records(rows), by=by)).known.any(axis=1).tolist() == [True, False]


def test_a_log_without_minutes_is_reported():
    rows = [(1, "news", 10.0), (2, "news", np.nan), (2, "games", np.nan)]
    problems = person_time(records(rows, "log", "month of log")).problems
    assert problems[["person", "medium", "rule", "action"]].to_numpy().tolist() == [
        [2, "news", "no_minutes", "missing"], [2, "games", "no_minutes", "missing"],
    ]  # fmt: skip
    assert person_time(records(rows)).problems.empty  # answers not given are counted as missing

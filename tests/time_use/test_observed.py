"""Records of diaries, logs and phone sheets; nothing is lost on the way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from survey_stats import CallError, InputError, audience, sessions
from survey_stats.time_use.diaries import diary_records
from survey_stats.time_use.logs import log_records, screen_time_records

MEDIA = {"tv": "television", "news": "news"}


def episodes(rows, **columns):
    return pd.DataFrame(rows, columns=["person", "start", "end", "main", "side"]).assign(**columns)


DAY = episodes([
    (1, 0, 480, "sleep", None), (1, 480, 510, "eat", "news"), (1, 510, 540, "news", "news"),
    (1, 540, 1200, "work", None), (1, 1200, 1260, "tv", "news"), (1, 1260, 1440, "tv", None),
    (2, 0, 1440, "sleep", None),
])  # fmt: skip


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        ("main", {"news": (30, 1), "television": (240, 1)}),  # two rows of television are one episode
        ("side", {"news": (120, 2)}),
        ("either", {"news": (120, 2), "television": (240, 1)}),  # 510 to 540 counts once, and goes on from 480
    ],
)
def test_main_and_side_activity(activity, expected):
    found = diary_records(DAY, MEDIA, activity=activity)
    assert {row.medium: (row.minutes, row.sessions) for row in found.records.itertuples()} == expected
    assert found.persons["complete"].tolist() == [True, True]
    assert found.problems.empty


def test_a_complete_day_without_a_medium_is_a_zero():
    found = diary_records(DAY, MEDIA)
    table = audience(found.records, persons=found.persons, minimum_n=2).table.set_index(["entry", "quantity"])
    assert table.loc[("television", "time_per_capita"), "estimate"] == 120
    assert table.loc[("television", "reach"), ["estimate", "n_zero", "n_missing"]].tolist() == [0.5, 1, 0]
    assert table.loc[("television", "reach"), "reference_period"] == "diary day"


def test_slots_and_lengths_are_read_as_episodes_are():
    slots = pd.DataFrame({"person": 1, "slot": range(1, 145), "main": ["sleep"] * 120 + ["tv"] * 24})
    found = diary_records(slots, MEDIA, slot_minutes=10)
    assert found.records[["minutes", "sessions"]].to_numpy().tolist() == [[240, 1]]
    assert found.persons["complete"].tolist() == [True]
    lengths = pd.DataFrame({"person": 1, "minutes": [1200, 240], "main": ["sleep", "tv"]})
    pd.testing.assert_frame_equal(diary_records(lengths, MEDIA).records, found.records)


def test_the_24_hours_are_checked_and_nothing_is_lost():
    rows = episodes([
        (1, 0, 700, "sleep", None), (1, 600, 1340, "tv", None),  # overlap; 1440 minutes all the same
        (2, 0, 1000, "tv", None),  # 440 minutes missing
        (3, 0, 720, "tv", None), (3, 720, 1440, None, None),  # half a day of nobody knows what
        (4, 0, 1500, "tv", None), (4, 0, 1440, "sleep", None),
        (5, 90, 30, "tv", None), (5, 0, 1440, "tv", None),
        (None, 0, 10, "tv", None), (6, np.nan, 10, "tv", None), (6, 0, 1440, "news", None),
    ])  # fmt: skip
    found = diary_records(rows, MEDIA, persons=pd.Index([1, 2, 3, 4, 5, 6, 7], name="person"))
    assert found.persons["complete"].tolist() == [False] * 7
    incomplete = "kept, the day is incomplete"
    assert found.problems[["person", "rule", "action"]].fillna("").to_numpy().tolist() == [
        ["", "no_person", "left out, the day is incomplete"],
        [6, "no_time", "left out, the day is incomplete"],
        [5, "ends_before_it_starts", "left out, the day is incomplete"],
        [4, "outside_the_day", "left out, the day is incomplete"],
        [1, "episodes_overlap", incomplete],
        [3, "no_activity", "kept as time unknown, the day is incomplete"],
        [2, "not_24_hours", incomplete],
        [7, "person_without_records", "kept, time unknown"],
    ]
    assert found.problems["found"].tolist()[6] == "1000"
    table = audience(found.records, persons=found.persons).table.set_index(["entry", "quantity"])
    assert table.loc[("television", "reach"), ["n", "n_missing"]].tolist() == [4, 3]


def test_weekday_and_weekend_day_of_a_diary_are_combined_five_to_two():
    week = [(1, "a", 0, 1300, "sleep", "weekday"), (1, "a", 1300, 1440, "tv", "weekday"),
            (1, "b", 0, 1440, "sleep", "weekend"), (2, "a", 0, 1440, "tv", "weekday")]  # fmt: skip
    rows = pd.DataFrame(week, columns=["person", "day", "start", "end", "main", "kind"])
    found = diary_records(rows, {"tv": "television"})
    time = audience(found.records, persons=found.persons).time
    assert time.minutes[0].tolist() == [100]  # 140 on weekdays, 0 at the weekend
    assert time.known[:, 0].tolist() == [True, False]  # no weekend day, so no habitual day


def test_what_a_diary_lacks_is_said():
    with pytest.raises(CallError) as wrong:
        diary_records(DAY[["person", "main"]], MEDIA)
    assert str(wrong.value) == (
        "diary_records: a diary without start and end and without slots needs the columns minutes; these are missing: "
        "minutes. Found: person, main."
    )
    with pytest.raises(CallError) as wrong:
        diary_records(DAY.assign(slot=1).drop(columns="start"), MEDIA)
    assert str(wrong.value) == "diary_records: slot_minutes is None. Give the length of a slot, for example 10."
    with pytest.raises(CallError) as wrong:
        diary_records(DAY, MEDIA, activity="both")
    assert str(wrong.value) == "diary_records: activity is 'both'. Allowed: main, side, either."
    with pytest.raises(InputError) as unusable:
        diary_records(DAY.assign(end=-1), MEDIA)
    assert str(unusable.value) == "diary_records: none of 7 entries has a person and times of a day."
    with pytest.raises(InputError) as unusable:
        diary_records(DAY.assign(kind="holiday"), MEDIA)
    assert str(unusable.value) == "diary_records: column kind holds holiday. Allowed: weekday, weekend."


def test_a_metered_panelist_without_visits_has_zero_minutes_and_a_user_may_have_unknown_time():
    visits = pd.DataFrame({
        "person": ["a", "a", "b"], "medium": ["news", "news", "news"],
        "start": pd.to_datetime(["2024-05-01 10:00", "2024-05-01 10:03", "2024-05-02 10:00"]),
    })  # fmt: skip
    records = log_records(sessions(visits), reference_period="week of log")
    panel = pd.DataFrame({"complete": [True, True, True, False]}, index=pd.Index(["a", "b", "c", "d"], name="person"))
    found = audience(records, persons=panel, minimum_n=2)
    table = found.table.set_index("quantity")
    assert table.loc["reach", ["estimate", "n", "n_users", "n_zero", "n_missing"]].tolist() == [2 / 3, 3, 2, 1, 1]
    assert table.loc["time_per_user", "estimate"] == 1.5  # b was there, nobody knows for how long
    assert table.loc["sessions_per_user", "estimate"] == 1
    assert "2 persons have no record at all" in " ".join(map(str, found.warnings))


def test_a_logs_records_come_in_the_engine_of_its_visits():
    duckdb = pytest.importorskip("duckdb", reason="needs the extra logs")
    visits = pd.DataFrame({"person": [1, 2], "medium": "news", "start": pd.to_datetime(["2024-05-01"] * 2)})
    connection = duckdb.connect()
    connection.register("visits", visits)
    records = log_records(sessions(connection.sql("SELECT * FROM visits")), reference_period="day of log")
    assert isinstance(records, duckdb.DuckDBPyRelation)
    assert audience(records, minimum_n=2).table.set_index("quantity").loc["reach", "estimate"] == 1


def test_sheets_of_screen_time():
    sheets = pd.DataFrame(
        [(1, "mon", "Instagram", "1 h 10", 5), (1, "mon", "Total", "70 min", None), (1, "tue", "Chess", "15 min", 2),
         (2, "mon", "Instagram", "30 min", 4), (2, "mon", "instagram", "10 min", 1),
         (2, "mon", "total", "99 min", None),
         (2, "tue", "YouTube", "25 h", 1), (3, "mon", "YouTube", "a lot", 3), (None, "mon", "YouTube", "3 min", 1)],
        columns=["person", "day", "app", "minutes", "opened"],
    )  # fmt: skip
    found = screen_time_records(sheets, persons=pd.Index([1, 2, 3, 4], name="person"))
    assert found.records[["person", "medium", "minutes", "sessions"]].fillna(-1).to_numpy().tolist() == [
        [1, "Chess", 15, 2], [1, "instagram", 70, 5], [2, "instagram", 40, 5], [2, "youtube", 1500, 1],
        [3, "youtube", -1, 3],
    ]  # fmt: skip
    assert found.persons["days"].tolist() == [2, 2, 1, 1]
    assert found.persons["complete"].tolist() == [True, True, True, False]
    assert found.problems[["person", "rule", "found", "action"]].fillna("").to_numpy().tolist() == [
        ["", "no_person", "3 min", "left out"],
        [3, "minutes_not_understood", "a lot", "missing"],
        [2, "over_24_hours", "1500", "kept"],
        [2, "apps_miss_the_total", "40 of 99", "kept"],
        [4, "person_without_records", "", "kept, time unknown"],
    ]
    time = audience(found.records, persons=found.persons).time
    youtube = time.entries.index("youtube")
    assert time.known[:, youtube].tolist() == [True, True, False, False]  # an unreadable cell is no zero
    assert time.known[2].sum() == 2  # the sheet shows no other app
    assert time.minutes[0, time.entries.index("instagram")] == 35  # of an average day with a sheet
    assert time.unit == "minutes per day"
    with pytest.raises(InputError) as unusable:
        screen_time_records(sheets.assign(app=None))
    assert str(unusable.value) == "screen_time_records: none of 9 rows has a person, a day, an app and minutes."

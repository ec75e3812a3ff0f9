"""Sessions of visits against the oracle in R, on every engine, and on real visits of a panel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_stats import CallError, InputError, sessions
from survey_stats.time_use.sessions import Sessions

KEYS = ["person", "medium", "device", "session", "day"]


@pytest.fixture(scope="module")
def expected(oracle) -> Any:
    return oracle("time_use/sessions")


@pytest.fixture(scope="module")
def visits(expected) -> pd.DataFrame:
    frame = pd.DataFrame(expected["visits"])
    for name in ("start", "end"):
        micros = (frame[name].astype(float) * 1e6).round()
        frame[name] = pd.to_datetime(micros, unit="us", utc=True).dt.as_unit("us")
    return frame


def options(run: dict[str, Any]) -> dict[str, Any]:
    asked = run["options"]
    return {
        "gap": f"{asked['gap']}s", "cap": f"{asked['cap']}s", "over_cap": "cap" if asked["count_cap"] else "unknown",
        "by": asked["by"], "devices": "apart" if asked["apart"] else "together",
    }  # fmt: skip


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    keys = [name for name in KEYS if name in frame]
    return frame.sort_values(keys, ignore_index=True)


def check(found: pd.DataFrame, wanted: dict[str, list[Any]]) -> None:
    right = pd.DataFrame(wanted)
    right["day"] = pd.to_datetime(right["day"])
    for name in {"start", "end"} & set(right):
        right[name] = pd.to_datetime((right[name].astype(float) * 1e6).round(), unit="us")
    assert set(found) == set(right)
    found, right = ordered(found), ordered(right)
    for name in right:
        if name == "minutes":
            np.testing.assert_allclose(found[name], right[name], rtol=1e-12, atol=1e-12)
        else:
            assert found[name].tolist() == right[name].tolist(), name


RUNS = ["usual", "apart", "whole"]


@pytest.mark.parametrize("run", RUNS)
def test_sessions_and_days_as_in_r(visits, expected, run):
    wanted = expected["runs"][run]
    found = sessions(visits, timezone=expected["zone"], **options(wanted))
    check(found.table, wanted["table"])
    check(found.days, wanted["days"])
    assert found.table["visits"].sum() == len(visits)
    assert found.days["minutes"].sum() == pytest.approx(found.table["minutes"].sum(), rel=1e-12)


def collected(found: Any) -> pd.DataFrame:
    return found.df() if hasattr(found, "df") else found.toPandas()


def same(found: Sessions, other: Sessions) -> None:
    for name in ("table", "days"):
        left, right = ordered(getattr(found, name)), ordered(collected(getattr(other, name)))
        pd.testing.assert_frame_equal(left, right[list(left)], check_dtype=False, check_exact=True)
    pd.testing.assert_frame_equal(found.problems, other.problems)


@pytest.mark.parametrize("run", RUNS)
@pytest.mark.parametrize("clock", ["instants", "wall"])
def test_duckdb_gives_the_same(visits, expected, run, clock):
    duckdb = pytest.importorskip("duckdb", reason="needs the extra logs")
    chosen = options(expected["runs"][run]) | {"timezone": expected["zone"]}
    frame = visits if clock == "instants" else on_the_wall(visits, expected["zone"])
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'America/New_York'")  # which must not matter
    connection.register("visits", frame)
    same(sessions(frame, **chosen), sessions(connection.sql("SELECT * FROM visits"), **chosen))


@pytest.mark.cluster
@pytest.mark.filterwarnings("ignore")
def test_pyspark_gives_the_same(visits, expected, spark):
    chosen = options(expected["runs"]["usual"]) | {"timezone": expected["zone"]}
    same(sessions(visits, **chosen), sessions(spark.createDataFrame(visits), **chosen))


def on_the_wall(visits: pd.DataFrame, zone: str) -> pd.DataFrame:
    return visits.assign(**{name: visits[name].dt.tz_convert(zone).dt.tz_localize(None) for name in ("start", "end")})


def plain(starts: list[str], **columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"person": 1, "medium": "news", "start": pd.to_datetime(starts)} | columns)


ZONE = "Europe/Oslo"


def test_a_wall_clock_is_read_as_the_instants_it_showed():
    instants = pd.to_datetime(["2024-03-31 00:58", "2024-03-31 01:02", "2024-10-26 22:30"], utc=True)
    aware = pd.DataFrame({"person": 1, "medium": "news", "start": instants})
    walls = aware.assign(start=aware["start"].dt.tz_convert(ZONE).dt.tz_localize(None))
    found, read = sessions(aware, timezone=ZONE), sessions(walls, timezone=ZONE)
    pd.testing.assert_frame_equal(found.table, read.table)
    assert found.table["minutes"].tolist() == [4, 0]  # the clock went from 01:58 to 03:02
    assert found.table["day"].dt.strftime("%m-%d").tolist() == ["03-31", "10-27"]


def test_hours_that_summer_time_repeats_or_skips_are_counted():
    found = sessions(plain(["2024-10-27 02:30", "2024-03-31 02:30", "2024-03-31 03:31"]), timezone=ZONE)
    assert found.problems.to_dict("records") == [
        {"rule": "hour_occurs_twice", "visits": 1, "action": "kept, taken as the first"},
        {"rule": "hour_was_skipped", "visits": 1, "action": "kept, taken as the hour after"},
    ]
    assert found.table["start"].dt.strftime("%H:%M").tolist() == ["01:30", "00:30"]
    assert found.table["minutes"].tolist() == [1, 0]  # skipped 02:30 is 03:30, a minute before 03:31


def test_each_person_may_live_in_a_zone_of_their_own():
    starts = pd.to_datetime(["2024-05-01 23:30"] * 2, utc=True)
    rows = pd.DataFrame({"person": ["a", "b"], "medium": "news", "start": starts, "zone": ["Asia/Tokyo", "UTC"]})
    found = sessions(rows, timezone="zone").table.set_index("person")["day"].dt.day
    assert found.to_dict() == {"a": 2, "b": 1}
    with pytest.raises(InputError) as unusable:
        sessions(rows.assign(zone=["UTC", None]), timezone="zone")
    assert str(unusable.value) == (
        "sessions: column zone names no time zone in 1 visits. Fill it, or leave these visits out: nobody knows on "
        "which day they were."
    )


def test_time_over_midnight_is_divided_and_the_session_counted_once():
    found = sessions(plain(["2024-05-01 23:50"], end=pd.to_datetime(["2024-05-02 00:30"])))
    assert found.days[["minutes", "sessions", "visits"]].to_numpy().tolist() == [[10, 1, 1], [30, 0, 0]]


def test_a_day_of_summer_time_has_23_hours():
    found = sessions(
        plain(["2024-03-30 23:30"], end=pd.to_datetime(["2024-04-01 00:30"])), timezone=ZONE
    )  # 24 hours over three days
    assert found.days["minutes"].tolist() == [30, 23 * 60, 30]


def test_options_do_what_they_say():
    rows = plain(["2024-05-01 10:00", "2024-05-01 10:04", "2024-05-01 10:20", "2024-05-01 11:00"],
                 medium=["news", "games", "news", "news"], device=["a", "b", "a", "a"])  # fmt: skip
    usual = sessions(rows).table
    assert usual[["medium", "minutes", "visits_unknown"]].to_numpy().tolist() == [
        ["games", 0, 1], ["news", 4, 1], ["news", 0, 1],
    ]  # fmt: skip
    assert sessions(rows, over_cap="cap").table["minutes"].tolist() == [5, 9, 0]
    assert sessions(rows, cap="20min").table["minutes"].tolist() == [16, 4, 0]
    assert sessions(rows, gap="19min").table["session"].tolist() == [1, 1, 2, 3]
    assert sessions(rows, by="person").table["visits"].tolist() == [3, 1]
    apart = sessions(rows, devices="apart", cap="25min").table.set_index(["medium", "device"])["minutes"]
    assert apart["news", "a"].tolist() == [20, 0]


def test_nothing_is_lost():
    rows = plain(["2024-05-01 10:00"] * 5, end=pd.to_datetime(["2024-05-01 09:00", "2024-05-03 10:00"] + [None] * 3),
                 person=["a", "a", "a", None, "b"], medium=["news", "news", None, "news", "news"])  # fmt: skip
    rows.loc[4, "start"] = pd.NaT
    found = sessions(rows)
    assert found.problems.to_dict("records") == [
        {"rule": "no_person", "visits": 1, "action": "left out"},
        {"rule": "no_start", "visits": 1, "action": "left out"},
        {"rule": "no_medium", "visits": 1, "action": "kept as medium 'unknown'"},
        {"rule": "ends_before_it_starts", "visits": 1, "action": "kept, time unknown"},
        {"rule": "over_24_hours", "visits": 1, "action": "kept, time unknown"},
    ]
    assert found.table["visits"].sum() + 2 == len(rows)
    assert found.table["visits_unknown"].sum() == 3
    assert found.table["minutes"].sum() == 0


CALLS = [
    ({"gap": "soon"}, "sessions: gap is 'soon', which is no length of time. Write for example '30min'."),
    ({"cap": "-5min"}, "sessions: cap is '-5min', which is no length of time. Write for example '30min'."),
    ({"by": "sector"}, "sessions: by is 'sector'. Allowed: medium, person."),
    (
        {"timezone": "Oslo"},
        (
            "sessions: time zone 'Oslo' is unknown. Give a name of the time zone database, such as 'Europe/Oslo' or "
            "'UTC'."
        ),
    ),
    (
        {"devices": "apart"},
        (
            "sessions: visits need the columns person, start, medium, device; these are missing: device. Found: "
            "person, medium, start."
        ),
    ),
]


@pytest.mark.parametrize(("arguments", "sentence"), CALLS)
def test_a_wrong_call_is_said(arguments, sentence):
    with pytest.raises(CallError) as wrong:
        sessions(plain(["2024-05-01 10:00"]), **arguments)
    assert str(wrong.value) == sentence


FRAMES = [
    (
        plain(["2024-05-01"]).astype({"start": str}),
        (
            "sessions: column start is String, and time stamps are needed. Convert it first, for example with "
            'pandas.to_datetime(visits["start"]).'
        ),
    ),
    (
        plain(["2024-05-01"], end=pd.to_datetime(["2024-05-01"], utc=True)),
        (
            "sessions: one of start and end has a time zone and the other has none. Give both alike: which clock the "
            "other was read off cannot be told."
        ),
    ),
    (
        [1, 2],
        (
            "sessions: found list, where a frame of pandas, DuckDB or PySpark is needed. A Parquet file is read with "
            'duckdb.read_parquet("visits.parquet").'
        ),
    ),
    (plain(["2024-05-01"], person=[None]), "sessions: none of 1 visits has a person and a start."),
    (
        plain(["1500-01-01", "2024-05-01"]),
        (
            "sessions: time stamps reach from 1500-01-01 to 2024-05-01. Check the column of starts, and leave out "
            "impossible dates."
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("frame", "sentence"), FRAMES)
def test_what_cannot_be_used_is_said(frame, sentence):
    with pytest.raises((CallError, InputError)) as wrong:
        sessions(frame)
    assert str(wrong.value) == sentence

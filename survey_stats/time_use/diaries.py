"""Time diaries, as slots or episodes → records, with the 24 hours of each day checked."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from survey_stats.errors import CallError, InputError
from survey_stats.time_use.observed import FAULT_COLUMNS, Observed, faults, need, together

FUNCTION = "diary_records"
DAY = 1440.0
ACTIVITIES = ("main", "side", "either")
KINDS_OF_DAY = ("weekday", "weekend")
_EXACT = 1e-6


def diary_records(
    diary: pd.DataFrame,
    media: Mapping[object, str],
    *,
    activity: str = "main",
    slot_minutes: float | None = None,
    persons: pd.Index | None = None,
) -> Observed:
    """Records of media use from time diaries.

    The main activities of a day are one after the other and fill 24 hours; a day that they do not fill, or on which
    they overlap, is incomplete: its records count, but what it does not show is not known. Side activities run beside
    and are never added to the 24 hours. Several days of a person are averaged; with a column `kind` that tells weekday
    from weekend day, they become a habitual day, 5:2, in `audience`.

    Args:
        diary: A row an episode or slot: `person`, `main`; `start` and `end` in minutes since the day began, or
            `minutes` of episodes in order, or `slot` (from 1) with `slot_minutes`. Also `side`, `day` (where a person
            has several) and `kind` (`weekday` or `weekend`).
        media: Activity as it stands in the diary → medium or sector; other activities only fill the day.
        activity: Count a medium as `main`, as `side`, or as `either` activity (a minute in which it is both once).
        slot_minutes: Length of a slot.
        persons: Everyone who was given a diary; those without an entry are reported and incomplete.

    Raises:
        CallError: A column is missing, an argument wrong.
        InputError: There is no entry that can be used.

    >>> diary = pd.DataFrame({"person": 1, "start": [0, 480, 600], "end": [480, 600, 1440],
    ...                       "main": ["sleep", "television", "work"]})
    >>> diary_records(diary, {"television": "television"}).records[["person", "medium", "minutes", "sessions"]]
       person      medium  minutes  sessions
    0       1  television    120.0         1
    """
    if activity not in ACTIVITIES:
        raise CallError(f"{FUNCTION}: activity is {activity!r}. Allowed: {', '.join(ACTIVITIES)}.")
    need(diary, ["person", "main"], FUNCTION, "a diary")
    if activity != "main":
        need(diary, ["side"], FUNCTION, "a diary with side activities")
    placed, problems = _usable(_placed(diary, slot_minutes))
    days, checked = _days(placed)
    records = _records(placed, media, activity, days)
    listed, without = _persons(days, persons)
    return Observed(records=records, persons=listed, problems=together([problems, checked, without]))


def _placed(diary: pd.DataFrame, slot_minutes: float | None) -> pd.DataFrame:
    """The diary with `day`, `start` and `end` in minutes."""
    rows = diary.reset_index(drop=True)
    if "day" not in rows:
        rows["day"] = 1
    if {"start", "end"} <= set(rows):
        return rows.astype({"start": float, "end": float})
    if "slot" in rows:
        if slot_minutes is None or not slot_minutes > 0:
            raise CallError(f"{FUNCTION}: slot_minutes is {slot_minutes!r}. Give the length of a slot, for example 10.")
        start = (rows["slot"].astype(float) - 1) * slot_minutes
        return rows.assign(start=start, end=start + slot_minutes)
    need(diary, ["minutes"], FUNCTION, "a diary without start and end and without slots")
    minutes = rows["minutes"].astype(float)
    end = minutes.clip(lower=0).fillna(0).groupby([rows["person"], rows["day"]]).cumsum()
    return rows.assign(start=end - minutes.clip(lower=0).fillna(0), end=end.where(minutes >= 0, end + minutes))


def _usable(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Entries with a person and times that can be, and the others as problems."""
    length = rows["end"] - rows["start"]
    shown = rows["start"].astype(str) + " to " + rows["end"].astype(str)
    rules = {
        "no_person": rows["person"].isna(),
        "no_time": length.isna(),
        "ends_before_it_starts": length < 0,
        "outside_the_day": (length >= 0) & ((rows["start"] < -_EXACT) | (rows["end"] > DAY + _EXACT)),
    }
    bad = pd.Series(data=False, index=rows.index)
    found = []
    for rule, where in rules.items():
        found.append(faults(rows[where & ~bad], rule, "left out, the day is incomplete", shown))
        bad |= where
    kept = rows[~bad]
    if kept.empty:
        raise InputError(f"{FUNCTION}: none of {len(rows)} entries has a person and times of a day.")
    spoilt = pd.MultiIndex.from_frame(rows.loc[bad & rows["person"].notna(), ["person", "day"]])
    kept = kept.assign(spoilt=pd.MultiIndex.from_frame(kept[["person", "day"]]).isin(spoilt))
    return kept.sort_values(["person", "day", "start", "end"], ignore_index=True), together(found)


def _days(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row a person and day: whether it is complete; and what is wrong with those that are not."""
    keys = [rows["person"], rows["day"]]
    length = rows["end"] - rows["start"]
    before = rows.groupby(["person", "day"], sort=False)["end"].transform(lambda end: end.cummax().shift(fill_value=0))
    overlap = rows["start"] < before - _EXACT
    blank = rows["main"].isna() & (length > 0)
    days = pd.DataFrame(
        {
            "minutes": length.groupby(keys).sum(), "overlaps": overlap.groupby(keys).any(),
            "blank": blank.groupby(keys).any(), "spoilt": rows["spoilt"].groupby(keys).any(),
        }
    )  # fmt: skip
    if "kind" in rows:
        days["kind"] = rows["kind"].groupby(keys).first()
    full = (days["minutes"] - DAY).abs() <= _EXACT * DAY
    days["complete"] = full & ~days["overlaps"] & ~days["blank"] & ~days["spoilt"]
    flat = days.reset_index()
    found = [
        faults(rows[overlap], "episodes_overlap", "kept, the day is incomplete", rows["start"].astype(str)),
        faults(rows[blank], "no_activity", "kept as time unknown, the day is incomplete", length.astype(str)),
        faults(
            flat[~full.to_numpy()], "not_24_hours", "kept, the day is incomplete", flat["minutes"].map("{:g}".format)
        ),
    ]
    return days, together(found)


def _records(rows: pd.DataFrame, media: Mapping[object, str], activity: str, days: pd.DataFrame) -> pd.DataFrame:
    """Minutes and episodes of each medium; an episode that goes on in the next row is one."""
    columns = {"main": ["main"], "side": ["side"], "either": ["main", "side"]}[activity]
    parts = [rows.assign(medium=rows[column].map(media), row=rows.index) for column in columns]
    used = pd.concat(parts).dropna(subset="medium").drop_duplicates(["row", "medium"])
    used = used.sort_values(["person", "day", "medium", "start"], ignore_index=True)
    same = used[["person", "day", "medium"]].eq(used[["person", "day", "medium"]].shift()).all(axis=1)
    goes_on = same & ((used["start"] - used["end"].shift()).abs() <= _EXACT)
    used = used.assign(minutes=used["end"] - used["start"], sessions=(~goes_on).astype(int))
    if "kind" in rows:
        return _by_kind(used, days, sorted(set(media.values())), activity)
    sums = used.groupby(["person", "medium"], as_index=False)[["minutes", "sessions"]].sum()
    records: pd.DataFrame = sums.assign(activity=activity, measure_type="diary", reference_period="diary day")
    return records


def _by_kind(used: pd.DataFrame, days: pd.DataFrame, media: list[str], activity: str) -> pd.DataFrame:
    """A record a person, medium and kind of day: the average of its days, and 0 where complete days show none."""
    unknown = set(days["kind"].dropna()) - set(KINDS_OF_DAY)
    if unknown or days["kind"].isna().any():
        raise InputError(
            f"{FUNCTION}: column kind holds {', '.join(sorted(map(str, unknown))) or 'blanks'}. Allowed: "
            f"{', '.join(KINDS_OF_DAY)}."
        )
    sums = used.groupby(["person", "kind", "medium"])["minutes"].sum()
    whole = days.groupby(["person", "kind"])["complete"].agg(["all", "size"])
    index = pd.MultiIndex.from_tuples(
        [(*key, medium) for key in whole.index for medium in media], names=["person", "kind", "medium"]
    )
    averaged = sums.reindex(index).fillna(0.0) / whole["size"].reindex(index.droplevel("medium")).to_numpy()
    recorded = whole["all"].reindex(index.droplevel("medium")).to_numpy() | index.isin(sums.index)
    found = averaged[recorded].rename("minutes").reset_index().rename(columns={"kind": "day"})
    records: pd.DataFrame = found.assign(activity=activity, measure_type="diary", reference_period="diary day")
    return records


def _persons(days: pd.DataFrame, persons: pd.Index | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Days and completeness of each person, and those who have none."""
    grouped = days.groupby(level="person")["complete"]
    found = pd.DataFrame({"days": grouped.size(), "complete": grouped.all()})
    if "kind" in days:
        found = found.assign(days=1, complete=False)  # zeros are records of their own
    if persons is None:
        return found, pd.DataFrame(columns=list(FAULT_COLUMNS))
    listed = found.reindex(persons)
    without = listed["days"].isna()
    missing = pd.DataFrame({"person": persons[without]})
    listed = listed.assign(days=listed["days"].fillna(1), complete=~without & (listed["complete"] == 1))
    return listed, faults(missing, "person_without_records", "kept, time unknown")

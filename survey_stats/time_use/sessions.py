"""Visits with time stamps → sessions, and the minutes and sessions of each day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pandas as pd

from survey_stats.errors import CallError
from survey_stats.time_use import engines
from survey_stats.time_use.clock import DAY, SECOND
from survey_stats.time_use.engines import Frame
from survey_stats.time_use.visits import Visits, read_visits

FUNCTION = "sessions"
BY = ("medium", "person")
DEVICES = ("together", "apart")
OVER_CAP = ("unknown", "cap")
_MINUTE = 60.0 * SECOND
_MOST_DAYS = 3
"""Local days that 24 hours can touch: a day of summer time has 23."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Sessions:
    """Sessions, and what happened on each day; frames are of the engine the visits came in.

    Attributes:
        table: A row a session: `person`, `medium` (unless by person), `device` (where devices are apart), `session`
            (from 1, in order of time), `start` and `end` (UTC), `day` (local, on which it begins), `minutes`, `visits`,
            `visits_unknown` (how many of them last unknown time, which is not in the minutes), `visits_overlapping`
            (how many begin before an earlier one has ended).
        days: A row a person, medium and local day: `day`, `minutes`, `sessions` and `visits` that begin on it,
            `visits_unknown`. Time over midnight is divided; a session is counted on the day on which it begins.
        problems: What was found in the visits: `rule`, `visits`, `action`; every visit is in `table` unless the action
            is "left out".
        gap, cap: The rules, in minutes.
        timezone: Zone whose midnight divides the days, or the column that names it.
    """

    table: Any
    days: Any
    problems: pd.DataFrame
    gap: float
    cap: float
    timezone: str


def sessions(
    visits: Any,
    *,
    gap: str | pd.Timedelta = "30min",
    cap: str | pd.Timedelta = "5min",
    over_cap: str = "unknown",
    by: str = "medium",
    devices: str = "together",
    timezone: str = "UTC",
) -> Sessions:
    """Sessions of persons, from visits of pages or uses of apps.

    *How long a visit lasts.* To its `end` where it has one. Without, to the person's next visit, if that begins within
    `cap`; otherwise nobody knows how long the page was looked at, and the time is unknown (`over_cap="cap"`: as long as
    the cap). How long a person's last visit lasts is always unknown. Unknown time is not in the minutes, and counted.

    *When a session ends.* If nothing follows for longer than `gap`, counted from the beginning of a visit, or from its
    end where it has one. By medium, only visits of that medium keep a session going.

    *Several devices.* `together`: a person's seconds count once. The next visit on any device ends the one before; what
    an end overlaps counts to the visit that began first. `apart`: each device by itself, so that the minutes of a
    person on two devices add up.

    *Days and clocks.* Time stamps with a zone are instants; those without are read off a clock of `timezone`, where an
    hour that occurs twice in autumn is taken as the first one, and an hour skipped in spring as the one after it.
    Lengths are differences of instants, so an hour of summer time is never gained or lost; days are those of
    `timezone`.

    Args:
        visits: Columns `person`, `medium`, `start`; also `end` (uses of apps) and `device`. A frame of pandas, DuckDB
            or PySpark: the result is of the same engine, and on the latter two not computed before it is used.
        gap: Inactivity after which a session has ended.
        cap: Longest time between two visits that still counts as looking at the first.
        over_cap: `unknown` or `cap`.
        by: `medium`, or `person`: sessions of everything.
        devices: `together` or `apart`.
        timezone: A name of the time zone database, or a column of `visits` that holds such names.

    Raises:
        CallError: An argument is wrong, or a column is missing or of the wrong type.
        InputError: No visit has a person and a start.

    >>> visits = pd.DataFrame({"person": 1, "medium": "news", "start": pd.to_datetime(
    ...     ["2024-05-01 08:00", "2024-05-01 08:02", "2024-05-01 20:00"])})
    >>> sessions(visits).table[["session", "minutes", "visits", "visits_unknown"]]
       session  minutes  visits  visits_unknown
    0        1      2.0       2               1
    1        2      0.0       1               1
    """
    rule = _rule(gap, cap, over_cap, by, devices)
    read = read_visits(visits, timezone, FUNCTION, medium=by == "medium", device=devices == "apart")
    flagged = _with_sessions(_timed(read, rule), read, rule)
    return Sessions(
        table=_delivered(_table(flagged, read, rule), [*rule.unit, "session"]),
        days=_delivered(_days(flagged, read, rule), [*rule.unit, "day"]), problems=read.problems,
        gap=rule.gap / _MINUTE, cap=rule.cap / _MINUTE, timezone=timezone,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rule:
    """The rules, in microseconds, and the columns within which they hold.

    Attributes:
        gap, cap: In microseconds.
        count_cap: Time above the cap counts as the cap.
        stream: Within which the next visit ends the one before.
        unit: Within which sessions are counted.
    """

    gap: int
    cap: int
    count_cap: bool
    stream: tuple[str, ...]
    unit: tuple[str, ...]


def _rule(gap: Any, cap: Any, over_cap: str, by: str, devices: str) -> _Rule:
    for name, value, allowed in (("by", by, BY), ("devices", devices, DEVICES), ("over_cap", over_cap, OVER_CAP)):
        if value not in allowed:
            raise CallError(f"{FUNCTION}: {name} is {value!r}. Allowed: {', '.join(allowed)}.")
    device = ("device",) if devices == "apart" else ()
    stream = ("person", *device)
    unit = ("person", "medium", *device) if by == "medium" else stream
    return _Rule(_length("gap", gap), _length("cap", cap), over_cap == "cap", stream, unit)


def _length(name: str, value: Any) -> int:
    try:
        length = pd.Timedelta(value)
    except (ValueError, TypeError):
        length = pd.Timedelta(0)
    if not length > pd.Timedelta(0):
        raise CallError(f"{FUNCTION}: {name} is {value!r}, which is no length of time. Write for example '30min'.")
    return length // pd.Timedelta(microseconds=1)


def _order(read: Visits) -> list[str]:
    """Columns that order visits: visits that begin together take the same places on every engine."""
    present = read.rows.collect_schema().names()
    ordering = ("start", *["end"] * read.has_ends, "medium", "device")
    return [name for name in ordering if name in present]


def _timed(read: Visits, rule: _Rule) -> Frame:
    """Adds `begin` and `stop` of the time that counts, and whether it is unknown."""
    start = nw.col("start")
    within: dict[str, Any] = {"order_by": _order(read)}
    rows = read.rows.with_columns(next=start.shift(-1).over(*rule.stream, **within), begin=start)
    if read.has_ends:
        rows = rows.with_columns(furthest=nw.col("end").cum_max().over(*rule.stream, **within))
        rows = rows.with_columns(before=nw.col("furthest").shift(1).over(*rule.stream, **within))
        rows = rows.with_columns(begin=_larger(nw.col("before"), start))
    wait = nw.col("next") - start
    usual = nw.col("faulty") == 0
    soon = usual & (wait <= rule.cap)
    stop = nw.when(soon).then(nw.col("next")).otherwise(start)
    known = soon
    if rule.count_cap:
        late = usual & (wait > rule.cap)
        stop, known = nw.when(late).then(start + rule.cap).otherwise(stop), soon | late
    ended = nw.col("ended") == 1
    stop = nw.when(ended).then(nw.col("end")).otherwise(stop)
    return rows.with_columns(
        stop=_larger(stop, nw.col("begin")), unknown=nw.when(ended | known).then(nw.lit(0)).otherwise(nw.lit(1)),
        overlapping=nw.when(nw.col("begin") > start).then(nw.lit(1)).otherwise(nw.lit(0)),
    )  # fmt: skip


def _larger(first: nw.Expr, second: nw.Expr) -> nw.Expr:
    """The larger of two; the second where the first is missing."""
    return nw.when(first > second).then(first).otherwise(second).cast(nw.Int64)


def _with_sessions(rows: Frame, read: Visits, rule: _Rule) -> Frame:
    """Adds `new` (1 where a session begins) and `session`, its number."""
    within: dict[str, Any] = {"order_by": _order(read)}
    active = nw.col("start")
    if read.has_ends:
        rows = rows.with_columns(active=nw.col("end").cum_max().over(*rule.unit, **within))
        active = nw.col("active")
    rows = rows.with_columns(quiet=nw.col("start") - active.shift(1).over(*rule.unit, **within))
    rows = rows.with_columns(new=nw.when(nw.col("quiet") <= rule.gap).then(nw.lit(0)).otherwise(nw.lit(1)))
    return rows.with_columns(session=nw.col("new").cum_sum().over(*rule.unit, **within).cast(nw.Int64))


def _table(rows: Frame, read: Visits, rule: _Rule) -> Frame:
    start = nw.col("start")
    rows = rows.with_columns(
        day=(start + read.ahead(start)) // DAY * DAY * nw.col("new"), time=nw.col("stop") - nw.col("begin")
    )
    return _summed(rows, [*rule.unit, "session"], {
        "start": start.min(), "end": nw.col("stop").max(), "day": _total("day"),
        "time": _total("time"), "visits": nw.len(), "visits_unknown": _total("unknown"),
        "visits_overlapping": _total("overlapping"),
    }, ["start", "end", "day"])  # fmt: skip


def _days(rows: Frame, read: Visits, rule: _Rule) -> Frame:
    """Each visit in as many pieces as it touches days; what is counted once is in the first."""
    start, begin, stop, place = (nw.col(name) for name in ("start", "begin", "stop", "place"))
    rows = rows.with_columns(first=(start + read.ahead(start)) // DAY * DAY)
    day = nw.col("first") + place * DAY
    every = engines.repeated(rows, "place", _MOST_DAYS).with_columns(
        day=day.cast(nw.Int64), opens=read.instant(day).cast(nw.Int64), closes=read.instant(day + DAY).cast(nw.Int64),
        counts=(place == 0).cast(nw.Int64),
    )  # fmt: skip
    piece = _smaller(stop, nw.col("closes")) - _larger(begin, nw.col("opens"))
    every = every.with_columns(time=nw.when(piece > 0).then(piece).otherwise(nw.lit(0)))
    every = every.filter((place == 0) | (nw.col("time") > 0))  # a day may be skipped, and is none
    every = every.with_columns(**{name: nw.col(name) * nw.col("counts") for name in ("new", "unknown")})
    return _summed(every, [*rule.unit, "day"], {
        "time": _total("time"), "sessions": _total("new"), "visits": _total("counts"),
        "visits_unknown": _total("unknown"),
    }, ["day"])  # fmt: skip


def _smaller(first: nw.Expr, second: nw.Expr) -> nw.Expr:
    return nw.when(first < second).then(first).otherwise(second)


def _total(name: str) -> nw.Expr:
    return nw.col(name).sum()


def _summed(rows: Frame, keys: list[str], sums: dict[str, nw.Expr], stamps: list[str]) -> Frame:
    """Sums a group, with `minutes` in place of `time` and time stamps as such."""
    found = rows.group_by(*keys).agg(**sums)
    found = found.with_columns(nw.col(name).cast(nw.Int64) for name in sums)  # DuckDB sums whole numbers as HUGEINT
    found = engines.wall_clock(found.with_columns(minutes=nw.col("time") / _MINUTE), stamps)
    names = ["minutes" if name == "time" else name for name in (*keys, *sums)]
    return found.select(*[_MEDIUM_AS_TEXT if name == "medium" else name for name in names])


_MEDIUM_AS_TEXT = nw.col("medium").cast(nw.String)


def _delivered(found: Frame, keys: list[str]) -> Any:
    """In the engine of the visits; in order where everything is in memory."""
    return engines.native(found.sort(*keys) if found.implementation.is_pandas() else found)

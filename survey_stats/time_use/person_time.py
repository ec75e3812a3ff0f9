"""Records of any kind → minutes of each person with each medium: what every audience figure is computed from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.catalogue import bundled
from survey_stats.errors import CallError, InputError
from survey_stats.taxonomy import Medium, Taxonomy
from survey_stats.time_use import engines
from survey_stats.time_use.totals import DAY, OBSERVED, ONE_DAY, Totals, joined, problem_rows, totals

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

UNKNOWN = "unknown"


@dataclass(frozen=True, eq=False, slots=True)
class PersonTime:
    """Minutes of persons with media (or sectors, classes, kinds of communication).

    Attributes:
        persons: The persons, in the order of the arrays.
        entries: What time is counted for.
        minutes: Persons × entries; 0 where the person did not use it and where nothing is known.
        known: Persons × entries; whether the minutes are known. A known 0 is a finding, an unknown one is missing.
        sessions: Persons × entries, or none where the records do not count sessions.
        online: Whether an entry counts to internet time.
        internet_users: Persons known to have used a medium online, whatever the media are grouped by.
        measure_type, reference_period, unit: What kind of minutes they are, and over which time.
        problems: Records that could not be used as they are: person, medium, minutes, how many records, rule, what was
            done. Of a medium that the taxonomy does not know there is one row.
        without_records: Persons in the list of persons without any record: zero where their records show the whole
            period, otherwise missing.
    """

    persons: pd.Index
    entries: tuple[str, ...]
    minutes: Floats
    known: Booleans
    sessions: Floats | None
    online: Booleans
    internet_users: Booleans
    measure_type: str
    reference_period: str
    unit: str
    problems: pd.DataFrame
    without_records: int = 0

    @property
    def users(self) -> Booleans:
        """Persons × entries: known to have spent more than 0 minutes, or to have had a session, however long."""
        used = self.minutes > 0
        return np.asarray(self.known & (used if self.sessions is None else used | (self.sessions > 0)))

    def only(self, inside: Booleans) -> PersonTime:
        """Only these persons."""
        return replace(
            self, persons=self.persons[inside], minutes=self.minutes[inside], known=self.known[inside],
            sessions=None if self.sessions is None else self.sessions[inside],
            internet_users=self.internet_users[inside],
        )  # fmt: skip

    def of(self, entries: tuple[str, ...]) -> PersonTime:
        """Only these entries, in this order."""
        places = [self.entries.index(name) for name in entries]
        return replace(
            self, entries=entries, minutes=self.minutes[:, places], known=self.known[:, places],
            sessions=None if self.sessions is None else self.sessions[:, places], online=self.online[places],
        )  # fmt: skip

    def merged(self, groups: dict[str, tuple[str, ...]]) -> PersonTime:
        """Entries summed within the person: new name → entries. Known where all of its entries are.

        An entry in no group keeps its place.
        """
        grouped = {entry: name for name, entries in groups.items() for entry in entries}
        names = list(dict.fromkeys(grouped.get(entry, entry) for entry in self.entries))
        sums = np.array([[grouped.get(entry, entry) == name for name in names] for entry in self.entries], dtype=float)
        return replace(
            self, entries=tuple(names), minutes=self.minutes @ sums, known=(~self.known @ sums) == 0,
            sessions=None if self.sessions is None else self.sessions @ sums,
            online=np.array([all(self.online[i] for i in np.flatnonzero(column)) for column in sums.T]),
        )  # fmt: skip


def person_time(
    records: Any,
    *,
    persons: pd.DataFrame | None = None,
    by: str = "medium",
    taxonomy: Taxonomy | None = None,
    mixed_periods: bool = False,
) -> PersonTime:
    """Minutes of each person with each medium, or whatever `by` groups the media into.

    Zero is a finding, blank is not. Of a questionnaire a person has zero minutes with a medium if a record says so (the
    answer is 0, or a filter says that it is not used). Of a diary or log, a person has zero minutes with every medium
    that has no record, if the person's diary is complete or the person was metered and active: all in `persons`, or
    those whose `complete` is true. Everything else is missing, also a medium whose only records have no minutes or
    minutes that cannot be, and every person without days.

    Args:
        records: Columns `person`, `medium`, `minutes`, `measure_type`, `reference_period`; also `day` (weekday, weekend
            or typical day of a questionnaire) and `sessions`. A frame of pandas, DuckDB or PySpark.
        persons: Index person, each once; `complete` (boolean) and `days` (days observed: minutes and sessions are then
            a day's average) are read from it. Those in the records where it is not given.
        by: `medium`, `sector`, `class` or `communication`; a sector's own records have no class.
        taxonomy: Which medium belongs where; the bundled one where it is not given.
        mixed_periods: Allow records of different reference periods or measure types side by side: the reach of a day is
            not that of a month.

    Raises:
        CallError: A column is missing, a person stands twice, or `by` is none of these.
        InputError: Different reference periods or measure types; a sector together with media of it; no record at all.
    """
    chosen = taxonomy or bundled().taxonomy
    if by not in _GROUPINGS:
        raise CallError(f"by is {by!r}. Allowed: {', '.join(_GROUPINGS)}.")
    if persons is not None:
        _check_once(persons.index)
    days = _days(persons)
    longest = float(np.nanmax(days, initial=1.0))
    found = totals(records, mixed_periods, "person_time", longest)
    _check_nesting(found.media, chosen, by)
    index = _in_order(found.persons) if persons is None else persons.index
    without = len(index.difference(found.persons))
    sums = found.over(index)
    seen = np.isfinite(days)
    known = (sums.recorded | _seen_whole(sums.measure_type, persons, len(index))[:, None]) & ~sums.unclear() & seen
    minutes = np.where(seen, sums.minutes / days, 0.0)
    online = np.array([_online(medium, chosen) for medium in sums.media], dtype=np.bool_)
    daily = set(sums.reference_period.split(" + ")) <= set(ONE_DAY) or (persons is not None and "days" in persons)
    time = PersonTime(
        index, sums.media, minutes, known,
        None if sums.sessions is None else np.where(seen, sums.sessions / days, 0.0), online,
        np.zeros(len(index), dtype=np.bool_), sums.measure_type, sums.reference_period,
        "minutes per day" if daily else "minutes",
        joined([sums.problems, _unknown_rows(records, found.media, chosen), _long_days(sums, days, longest)]), without,
    )  # fmt: skip
    time = replace(time, internet_users=np.asarray((time.users & online).any(axis=1)))
    if by == "medium":
        return time
    groups: dict[str, tuple[str, ...]] = {}
    for medium in time.entries:
        group = _GROUPINGS[by](medium, chosen)
        groups[group] = (*groups.get(group, ()), medium)
    return time.merged(groups)


def _in_order(persons: pd.Index) -> pd.Index:
    """Engines hand over rows in any order."""
    return persons.sort_values() if persons.inferred_type != "mixed-integer" else persons


def internet_users(time: PersonTime) -> PersonTime:
    """The same minutes, known for internet users alone: persons known to have spent more than 0 minutes online."""
    return replace(time, known=time.known & time.internet_users[:, None])


def online_records(records: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """The records of media that count to internet time."""
    online = {medium: _online(medium, taxonomy) for medium in records["medium"].unique()}
    return records[records["medium"].map(online).astype(bool)]


def _unknown_rows(records: Any, media: tuple[str, ...], taxonomy: Taxonomy) -> pd.DataFrame:
    """A row a medium, not a record: a log of other sites may have millions."""
    unknown = [medium for medium in media if medium not in taxonomy.by_id]
    if not unknown:
        return pd.DataFrame()
    medium = nw.col("medium").cast(nw.String).fill_null(UNKNOWN)
    rows = engines.frame(records, "person_time").select("minutes", medium=medium)
    rows = rows.filter(nw.col("medium").is_in(unknown), nw.col("minutes") >= 0)
    sums = engines.collected(rows.group_by("medium").agg(nw.col("minutes").sum(), nw.len().alias("records")))
    sums = sums.sort_values("medium")
    return problem_rows(
        None, sums["medium"], sums["minutes"], sums["records"], "unknown_medium", "kept under its own name"
    )


def _check_once(persons: pd.Index) -> None:
    twice = persons[persons.duplicated()]
    if len(twice):
        raise CallError(
            f"person_time: persons lists {twice[0]} in {(persons == twice[0]).sum()} rows, and each row would have all "
            "records of that person. Give every row an id of its own in persons and records, such as person and wave, "
            "and name the person as the cluster of the design."
        )


def _days(persons: pd.DataFrame | None) -> Floats:
    """Days observed of each person, as a column; NaN where there are none."""
    if persons is None or "days" not in persons:
        return np.ones((1, 1))
    days = persons["days"].to_numpy(dtype=float, na_value=np.nan)[:, None]
    return np.where(days > 0, days, np.nan)


def _long_days(sums: Totals, days: Floats, longest: float) -> pd.DataFrame:
    """Persons whose day adds up to more than 24 hours although none of its records is that long."""
    if sums.reference_period not in ONE_DAY:
        return pd.DataFrame()
    day = (sums.minutes / days).sum(axis=1)
    long = (day > DAY * (1 + 1e-9)) & (sums.minutes <= DAY * longest).all(axis=1)
    return problem_rows(
        sums.persons[long], None, day[long], (sums.minutes[long] > 0).sum(axis=1), "day_over_24_hours", "kept"
    )


def _seen_whole(kind: str, persons: pd.DataFrame | None, n: int) -> Booleans:
    """Persons whose records show the whole period, so that what is not recorded did not happen."""
    if kind not in OBSERVED:
        return np.zeros(n, dtype=bool)
    if persons is None or "complete" not in persons:
        return np.ones(n, dtype=bool)
    return persons["complete"].astype("boolean").to_numpy(dtype=bool, na_value=False)


def _online(medium: str, taxonomy: Taxonomy) -> bool:
    entry = taxonomy.by_id.get(medium)
    if isinstance(entry, Medium):
        entry = taxonomy.by_id[entry.sector]
    return entry is not None and bool(getattr(entry, "online", False))


def _sector(medium: str, taxonomy: Taxonomy) -> str:
    entry = taxonomy.by_id.get(medium)
    return UNKNOWN if entry is None else entry.sector if isinstance(entry, Medium) else entry.id


def _class(medium: str, taxonomy: Taxonomy) -> str:
    entry = taxonomy.by_id.get(medium)
    return entry.medium_class if isinstance(entry, Medium) else UNKNOWN


def _communication(medium: str, taxonomy: Taxonomy) -> str:
    entry = taxonomy.by_id.get(medium)
    return (entry.communication if entry is not None else None) or UNKNOWN


_GROUPINGS: dict[str, Callable[[str, Taxonomy], str]] = {
    "medium": lambda medium, _taxonomy: medium,
    "sector": _sector,
    "class": _class,
    "communication": _communication,
}


def _check_nesting(media: tuple[str, ...], taxonomy: Taxonomy, by: str) -> None:
    """A sector asked as a whole and media of it asked one by one would be counted twice."""
    if by == "medium":
        return
    parts = [medium for medium in media if isinstance(taxonomy.by_id.get(medium), Medium)]
    both = sorted({_sector(medium, taxonomy) for medium in parts} & set(media))
    if both:
        raise InputError(
            f"Records hold {', '.join(both)} as a whole and also media of it, which would count twice by {by}. "
            "Leave one of the two out of the records."
        )

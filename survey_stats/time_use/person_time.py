"""Records of any kind → minutes of each person with each medium: what every audience figure is computed from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.catalogue import bundled
from survey_stats.errors import CallError, InputError
from survey_stats.taxonomy import Medium, Taxonomy
from survey_stats.time_use.records import DAYS_OF_WEEK, minutes_per_day

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

REQUIRED = ("person", "medium", "minutes", "measure_type", "reference_period")
OBSERVED = ("diary", "log")
"""Measure types that see the whole period: what they do not show did not happen."""
UNKNOWN = "unknown"
_DAY = 1440.0
_ONE_DAY = ("habitual day", "diary day")
PROBLEM_COLUMNS = ("person", "medium", "minutes", "records", "rule", "action")


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
        measure_type, reference_period, unit: What kind of minutes they are, and over which time.
        problems: Records that could not be used as they are: person, medium, minutes, how many records, rule, what was
            done. Of a medium that the taxonomy does not know there is one row.
    """

    persons: pd.Index
    entries: tuple[str, ...]
    minutes: Floats
    known: Booleans
    sessions: Floats | None
    online: Booleans
    measure_type: str
    reference_period: str
    unit: str
    problems: pd.DataFrame

    @property
    def users(self) -> Booleans:
        """Persons × entries: known to have spent more than 0 minutes."""
        return np.asarray(self.known & (self.minutes > 0))

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
    records: pd.DataFrame,
    *,
    persons: pd.DataFrame | None = None,
    by: str = "medium",
    taxonomy: Taxonomy | None = None,
    mixed_periods: bool = False,
) -> PersonTime:
    """Minutes of each person with each medium, or whatever `by` groups the media into.

    Zero is a finding, blank is not. Of a questionnaire a person has zero minutes with a medium if a record says so (the
    answer is 0, or a filter says that it is not used). Of a diary or log, a person has zero minutes with every medium
    that has no record, if the person's diary is complete or the person was metered and active: all in `persons` whose
    `complete` is not false. Everything else is missing.

    Args:
        records: Columns `person`, `medium`, `minutes`, `measure_type`, `reference_period`; also `day` (weekday, weekend
            or typical day of a questionnaire) and `sessions`.
        persons: Index person; `complete` (boolean) and `days` (days observed: minutes are then a day's average) are
            read from it. Those in the records where it is not given.
        by: `medium`, `sector`, `class` or `communication`; a sector's own records have no class.
        taxonomy: Which medium belongs where; the bundled one where it is not given.
        mixed_periods: Allow records of different reference periods or measure types side by side: the reach of a day is
            not that of a month.

    Raises:
        CallError: A column is missing, or `by` is none of these.
        InputError: Different reference periods or measure types; a sector together with media of it; no record at all.
    """
    chosen = taxonomy or bundled().taxonomy
    if by not in _GROUPINGS:
        raise CallError(f"by is {by!r}. Allowed: {', '.join(_GROUPINGS)}.")
    used, kind, period = _checked(records, mixed_periods)
    usable, problems = _without_faults(used, period)
    wide = _wide(usable)
    index = wide.index if persons is None else persons.index
    strays = wide.index.difference(index)
    if len(strays):
        lost = usable[usable["person"].isin(strays)]
        problems = pd.concat([problems, _problem_rows(lost, "person_not_listed", "left out")], ignore_index=True)
    wide = wide.reindex(index)
    days = 1.0 if persons is None or "days" not in persons else persons["days"].to_numpy(dtype=float)[:, None]
    known = wide.notna().to_numpy(dtype=bool) | _seen_whole(kind, persons, len(index))[:, None]
    sessions = _sessions(usable, wide) if "sessions" in usable else None
    unknown = [medium for medium in wide if medium not in chosen.by_id]
    problems = pd.concat([problems, _unknown_rows(usable, unknown)], ignore_index=True)
    _check_nesting(wide, chosen, by)
    time = PersonTime(
        index, tuple(map(str, wide.columns)), wide.fillna(0.0).to_numpy() / days, known, sessions,
        np.array([_online(str(medium), chosen) for medium in wide], dtype=np.bool_), kind, period,
        "minutes per day" if period in _ONE_DAY or (persons is not None and "days" in persons) else "minutes",
        problems,
    )  # fmt: skip
    if by == "medium":
        return time
    groups: dict[str, tuple[str, ...]] = {}
    for medium in time.entries:
        group = _GROUPINGS[by](medium, chosen)
        groups[group] = (*groups.get(group, ()), medium)
    return time.merged(groups)


def internet_users(time: PersonTime) -> PersonTime:
    """The same minutes, known for internet users alone: persons known to have spent more than 0 minutes online."""
    inside: Booleans = np.asarray((time.users & time.online).any(axis=1))
    return replace(time, known=time.known & inside[:, None])


def online_records(records: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """The records of media that count to internet time."""
    online = {medium: _online(medium, taxonomy) for medium in records["medium"].unique()}
    return records[records["medium"].map(online).astype(bool)]


def _checked(records: pd.DataFrame, mixed_periods: bool) -> tuple[pd.DataFrame, str, str]:
    absent = [column for column in REQUIRED if column not in records]
    if absent:
        raise CallError(
            f"Records need the columns {', '.join(REQUIRED)}; these are missing: {', '.join(absent)}. "
            "Make them with questionnaire_records, or add the columns."
        )
    used = records[records["minutes"].notna()]
    if used.empty:
        raise InputError("There is no record with minutes. Check that the time questions were matched and answered.")
    for column in ("reference_period", "measure_type"):
        values = sorted(set(used[column].astype(str)))
        if len(values) > 1 and not mixed_periods:
            raise InputError(
                f"Records have different values of {column}: {', '.join(values)}. "
                "They are not comparable (the reach of a day is not that of a month): analyse them apart, or write "
                "mixed_periods=True and say so in the report."
            )
    kinds, periods = (list(dict.fromkeys(used[column].astype(str))) for column in ("measure_type", "reference_period"))
    return used, " + ".join(kinds), " + ".join(periods)


def _without_faults(records: pd.DataFrame, period: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Records with minutes that can be, and the others as problems. Over 24 hours a day is reported and kept."""
    negative = records["minutes"] < 0
    infinite = np.isinf(records["minutes"])
    long = (records["minutes"] > _DAY) & ~infinite & (period in _ONE_DAY)
    problems = [
        _problem_rows(records[negative], "negative_minutes", "missing"),
        _problem_rows(records[infinite & ~negative], "infinite_minutes", "missing"),
        _problem_rows(records[long], "over_24_hours", "kept"),
    ]
    return records[~negative & ~infinite], pd.concat(problems, ignore_index=True)


def _problem_rows(records: pd.DataFrame, rule: str, action: str) -> pd.DataFrame:
    frame = records[["person", "medium", "minutes"]].assign(records=1, rule=rule, action=action)
    return frame.loc[:, list(PROBLEM_COLUMNS)]


def _unknown_rows(records: pd.DataFrame, unknown: list[Any]) -> pd.DataFrame:
    """A row a medium, not a record: a log of other sites may have millions."""
    found = records[records["medium"].isin(unknown)].groupby("medium", observed=True)["minutes"].agg(["sum", "size"])
    frame = found.rename(columns={"sum": "minutes", "size": "records"}).reset_index()
    frame = frame.assign(person=None, rule="unknown_medium", action="kept under its own name")
    return frame.loc[:, list(PROBLEM_COLUMNS)]


def _wide(records: pd.DataFrame) -> pd.DataFrame:
    """Persons × media; weekday and weekend day become a habitual day, other records of a person and medium add up."""
    if "day" in records and records["day"].isin([*DAYS_OF_WEEK, "typical"]).all():
        return minutes_per_day(records)
    sums = records.groupby(["person", "medium"], observed=True, sort=False)["minutes"].sum()
    return sums.unstack("medium")  # noqa: PD010 - no aggregation


def _sessions(records: pd.DataFrame, wide: pd.DataFrame) -> Floats:
    sums = records.groupby(["person", "medium"], observed=True, sort=False)["sessions"].sum()
    counted = sums.unstack("medium")  # noqa: PD010 - no aggregation
    return counted.reindex(index=wide.index, columns=wide.columns).fillna(0.0).to_numpy()


def _seen_whole(kind: str, persons: pd.DataFrame | None, n: int) -> Booleans:
    """Persons whose records show the whole period, so that what is not recorded did not happen."""
    if kind not in OBSERVED:
        return np.zeros(n, dtype=bool)
    if persons is None or "complete" not in persons:
        return np.ones(n, dtype=bool)
    return persons["complete"].to_numpy(dtype=bool)


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
    return entry.communication if isinstance(entry, Medium) else UNKNOWN


_GROUPINGS: dict[str, Callable[[str, Taxonomy], str]] = {
    "medium": lambda medium, _taxonomy: medium,
    "sector": _sector,
    "class": _class,
    "communication": _communication,
}


def _check_nesting(wide: pd.DataFrame, taxonomy: Taxonomy, by: str) -> None:
    """A sector asked as a whole and media of it asked one by one would be counted twice."""
    if by == "medium":
        return
    media = [str(medium) for medium in wide if isinstance(taxonomy.by_id.get(str(medium)), Medium)]
    both = sorted({_sector(medium, taxonomy) for medium in media} & set(map(str, wide)))
    if both:
        raise InputError(
            f"Records hold {', '.join(both)} as a whole and also media of it, which would count twice by {by}. "
            "Leave one of the two out of the records."
        )

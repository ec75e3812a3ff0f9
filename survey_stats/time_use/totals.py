"""Records of time on any engine → totals of each person and medium: the one pass over what may be very many rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import CallError, InputError
from survey_stats.time_use import engines
from survey_stats.time_use.engines import Frame
from survey_stats.time_use.records import DAYS_OF_WEEK, minutes_per_day

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

REQUIRED = ("person", "medium", "minutes", "measure_type", "reference_period")
PROBLEM_COLUMNS = ("person", "medium", "minutes", "records", "rule", "action")
OBSERVED = ("diary", "log")
"""Measure types that see the whole period: what they do not show did not happen."""
ONE_DAY = ("habitual day", "diary day")
DAY = 1440.0
_MEDIUM = nw.col("medium").cast(nw.String).fill_null("unknown")
_KINDS = ("reference_period", "measure_type")
_BLANK = nw.col("minutes").is_null() | nw.col("minutes").cast(nw.Float64).is_nan()
LIFE = 120 * 366 * DAY
"""Nobody has spent more minutes than that: a record of more is a fault, however it came about."""
_POSSIBLE = (nw.col("minutes") >= 0) & (nw.col("minutes") <= LIFE)
_MOST_ROWS = 1000
"""Faulty records up to this number are listed one by one, more of them by medium."""


@dataclass(frozen=True, eq=False, slots=True)
class Totals:
    """Sums of the records of each person and medium.

    Attributes:
        persons: Those with a record.
        media: In order of their names.
        minutes: Persons × media, 0 where there is no record.
        recorded: Persons × media; whether there is a record with minutes.
        sessions: Persons × media; none where the records do not count sessions.
        measure_type, reference_period: Of the records.
        problems: Records that could not be used as they are, columns as in `PROBLEM_COLUMNS`.
        blank: Person and medium of records without minutes that can be used: what they took is not known.
    """

    persons: pd.Index
    media: tuple[str, ...]
    minutes: Floats
    recorded: Booleans
    sessions: Floats | None
    measure_type: str
    reference_period: str
    problems: pd.DataFrame
    blank: pd.DataFrame

    def over(self, persons: pd.Index) -> Totals:
        """For these persons, in this order; records of others are a problem, row by row."""
        places = self.persons.get_indexer(persons)
        there = (places >= 0)[:, None]
        strays = np.flatnonzero(~self.persons.isin(persons))
        return Totals(
            persons, self.media, np.where(there, self.minutes[places], 0.0), there & self.recorded[places],
            None if self.sessions is None else np.where(there, self.sessions[places], 0.0),
            self.measure_type, self.reference_period, joined([self.problems, self._strays(strays)]), self.blank,
        )  # fmt: skip

    def unclear(self) -> Booleans:
        """Persons × media: no usable record beside one whose minutes cannot be used."""
        row = self.persons.get_indexer(pd.Index(self.blank["person"]))
        column = pd.Index(self.media).get_indexer(pd.Index(self.blank["medium"]))
        there = (row >= 0) & (column >= 0)
        found = np.zeros(self.minutes.shape, dtype=np.bool_)
        found[row[there], column[there]] = True
        return found & ~self.recorded

    def _strays(self, rows: NDArray[np.int64]) -> pd.DataFrame:
        at, medium = np.nonzero(self.recorded[rows])
        return problem_rows(
            self.persons[rows[at]], np.array(self.media, dtype=object)[medium], self.minutes[rows[at], medium], 1,
            "person_not_listed", "left out",
        )  # fmt: skip


def problem_rows(person: Any, medium: Any, minutes: Any, records: Any, rule: str, action: str) -> pd.DataFrame:
    """Rows of problems, columns as in `PROBLEM_COLUMNS`."""
    frame = pd.DataFrame({"person": person, "medium": medium, "minutes": minutes})
    return frame.assign(records=records, rule=rule, action=action).loc[:, list(PROBLEM_COLUMNS)]


def joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Problems put together."""
    present = [frame.astype({"person": object}) for frame in frames if len(frame)]
    return pd.concat(present, ignore_index=True) if present else pd.DataFrame(columns=list(PROBLEM_COLUMNS))


def totals(records: Any, mixed_periods: bool, function: str, days: float = 1.0) -> Totals:
    """Minutes and sessions of each person and medium; weekday and weekend day become a habitual day.

    Args:
        records: A frame of pandas, DuckDB or PySpark, columns as in `REQUIRED`, also `day` and `sessions`.
        mixed_periods: Allow different reference periods and measure types.
        function: Name of the public function, for messages.
        days: The most days that a record may be of.

    Raises:
        CallError: A column is missing, minutes are text, or ids of persons have no order.
        InputError: There are no minutes, or different periods or measure types.
    """
    found = engines.frame(records, function)
    schema = found.collect_schema()
    absent = [column for column in REQUIRED if column not in schema]
    if absent:
        raise CallError(
            f"Records need the columns {', '.join(REQUIRED)}; these are missing: {', '.join(absent)}. "
            "Make them with questionnaire_records, or add the columns."
        )
    if schema["minutes"] == nw.String:
        raise CallError(
            f"{function}: column minutes is text, and numbers are needed. Convert it first, for example with "
            "parse_duration."
        )
    if schema["person"] == nw.Object:
        _check_order(engines.collected(found.select("person").unique())["person"], function)
    every = found.with_columns(blank=_BLANK)
    seen = _look(every)
    looked, blank = seen[seen["records"] > 0], bool(seen["blank"].sum())
    if looked.empty:
        raise InputError("There is no record with minutes. Check that the time questions were matched and answered.")
    found = every.filter(~nw.col("blank")) if blank else every
    kinds = {column: _kinds(looked, column, mixed_periods) for column in _KINDS}
    problems = _faults(found, looked, kinds["reference_period"], days)
    if blank and set(kinds["measure_type"]) & set(OBSERVED):  # of a question it is an answer not given
        problems = joined([problems, _listed(every.filter(nw.col("blank")), "no_minutes", "missing")])
    usable = found.filter(_POSSIBLE & ~nw.col("person").is_null()) if len(problems) else found
    if "day" in schema and _habitual(usable):
        persons, media, sums, recorded, sessions = _habitual_day(usable)
    else:
        persons, media, sums, recorded, sessions = _sums(usable, "sessions" in schema, looked["medium"].unique())
    kind, period = (" + ".join(kinds[column]) for column in reversed(_KINDS))
    faulty = blank or looked["lowest"].min() < 0 or looked["highest"].max() > LIFE
    unclear = _without_minutes(every) if faulty else pd.DataFrame(columns=["person", "medium"])
    return Totals(persons, media, sums, recorded, sessions, kind, period, problems, unclear)


def _check_order(persons: pd.Series, function: str) -> None:
    """Numbers beside texts keep the order in which they come; anything else must be comparable."""
    named = persons.dropna().tolist()
    try:
        if not all(isinstance(one, (str, Real)) for one in named):
            sorted(named)
    except TypeError:
        kinds = ", ".join(sorted({type(one).__name__ for one in named}))
        raise CallError(
            f"{function}: column person holds ids that cannot be put in order; found the types {kinds}, for example "
            f"{named[0]!r}. Numbers, texts or dates are allowed: give every person an id of one type, such as a text."
        ) from None


def _without_minutes(every: Frame) -> pd.DataFrame:
    """Person and medium of records that are blank or cannot be."""
    faulty = every.filter(nw.col("blank") | ~_POSSIBLE, ~nw.col("person").is_null())
    return engines.collected(faulty.select("person", medium=_MEDIUM).unique())


def _look(every: Frame) -> pd.DataFrame:
    """One pass: a row a medium and kind of record, with how many there are and the extremes of their minutes."""
    filled, nobody = ~nw.col("blank"), nw.col("person").is_null()
    told = every.with_columns(
        medium=_MEDIUM, records=filled.cast(nw.Int64), blank=nw.col("blank").cast(nw.Int64),
        nobody=(filled & nobody).cast(nw.Int64), minutes=nw.when(filled).then(nw.col("minutes")),
    )  # fmt: skip
    sums = {name: nw.col(name).sum() for name in ("records", "blank", "nobody")}
    extremes = {"lowest": nw.col("minutes").min(), "highest": nw.col("minutes").max()}
    return engines.collected(told.group_by("medium", *_KINDS).agg(**sums, **extremes))


def _kinds(looked: pd.DataFrame, column: str, mixed: bool) -> list[str]:
    values = sorted(map(str, looked[column].unique()))
    if len(values) > 1 and not mixed:
        raise InputError(
            f"Records have different values of {column}: {', '.join(values)}. "
            "They are not comparable (the reach of a day is not that of a month): analyse them apart, or write "
            "mixed_periods=True and say so in the report."
        )
    return values


def _faults(found: Frame, looked: pd.DataFrame, periods: list[str], days: float) -> pd.DataFrame:
    """Records whose minutes cannot be. Over 24 hours a day is reported and kept."""
    minutes, lowest, highest = nw.col("minutes"), looked["lowest"].min(), looked["highest"].max()
    rules = [
        (nw.col("person").is_null(), "no_person", "left out", looked["nobody"].sum() > 0),
        (minutes < 0, "negative_minutes", "missing", lowest < 0),
        (minutes > LIFE, "impossible_minutes", "missing", highest > LIFE),
        (
            (minutes > DAY * days) & (minutes <= LIFE), "over_24_hours", "kept",
            highest > DAY * days and set(periods) <= set(ONE_DAY),
        ),
    ]  # fmt: skip
    return joined([_listed(found.filter(fault), rule, action) for fault, rule, action, any_ in rules if any_])


def _listed(faulty: Frame, rule: str, action: str) -> pd.DataFrame:
    """The records one by one, or by medium if there are very many."""
    few = engines.collected(faulty.select("person", "medium", "minutes").head(_MOST_ROWS + 1))
    if len(few) <= _MOST_ROWS:
        return problem_rows(few["person"], few["medium"], few["minutes"], 1, rule, action)
    sums = engines.collected(faulty.group_by("medium").agg(nw.col("minutes").sum(), nw.len().alias("records")))
    return problem_rows(None, sums["medium"], sums["minutes"], sums["records"], rule, action)


def _habitual(found: Frame) -> bool:
    """Whether the records tell weekday, weekend and typical day apart."""
    if not isinstance(found.collect_schema()["day"], nw.String | nw.Object | nw.Categorical):
        return False
    return set(engines.collected(found.select("day").unique())["day"]) <= {*DAYS_OF_WEEK, "typical"}


_Sums = tuple[pd.Index, tuple[str, ...], Floats, Booleans, Floats | None]


def _habitual_day(found: Frame) -> _Sums:
    wide = minutes_per_day(engines.collected(found.select("person", "medium", "day", "minutes")))
    return wide.index, tuple(map(str, wide.columns)), wide.fillna(0.0).to_numpy(), wide.notna().to_numpy(), None


def _sums(found: Frame, sessions: bool, media: Iterable[str]) -> _Sums:
    """One row a person and medium from the engine, put into place here; where there is a row, time is recorded."""
    columns = ["minutes", *["sessions"] * sessions]
    found = engines.enumerated(found.select("person", *columns, medium=_MEDIUM), "medium", media)
    grouped = found.group_by("person", "medium").agg(nw.col(column).sum() for column in columns)
    if grouped.implementation.is_duckdb():
        rows, column_of, names = _from_arrow(grouped)
    else:
        rows = engines.collected(grouped)
        column_of, names = pd.factorize(rows["medium"], sort=True)
    row, persons = pd.factorize(rows["person"], sort=False)
    shape = (len(persons), len(names))
    recorded = np.zeros(shape, dtype=np.bool_)
    recorded[row, column_of] = True
    sums = {column: np.zeros(shape) for column in columns}
    for column in columns:
        sums[column][row, column_of] = rows[column].to_numpy(dtype=np.float64)
    return pd.Index(persons), tuple(map(str, names)), sums["minutes"], recorded, sums.get("sessions")


def _from_arrow(grouped: Frame) -> tuple[pd.DataFrame, NDArray[np.int64], pd.Index]:
    """Millions of rows without a text for each: the media as codes."""
    table = grouped.collect(backend="pyarrow").to_native()
    media = table["medium"].dictionary_encode().combine_chunks()  # which enumerations are already
    rows = table.drop_columns(["medium"]).to_pandas()
    names, codes = pd.Index(media.dictionary.to_pylist()), media.indices.to_numpy()
    order = np.argsort(names)
    order = order[np.bincount(codes, minlength=len(names))[order] > 0]  # an enumeration may name media without sums
    places = np.zeros(len(names), dtype=np.int64)
    places[order] = np.arange(len(order))
    return rows, places[codes], names[order]

"""Visits as they come → visits with instants, faults counted: what sessions are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import narwhals as nw
import pandas as pd

from survey_stats.errors import CallError, InputError
from survey_stats.time_use import engines
from survey_stats.time_use.clock import DAY, Clock, clock
from survey_stats.time_use.engines import Frame

UNKNOWN_MEDIUM = "unknown"
ZONE = "timezone_of_visit"
LEFT_OUT, KEPT, UNTIMED = "left out", "kept", "kept, time unknown"
PROBLEMS = {
    "no_person": LEFT_OUT,
    "no_start": LEFT_OUT,
    "no_medium": "kept as medium 'unknown'",
    "ends_before_it_starts": UNTIMED,
    "over_24_hours": UNTIMED,
    "hour_occurs_twice": "kept, taken as the first",
    "hour_was_skipped": "kept, taken as the hour after",
}
"""Rule → what is done."""


@dataclass(frozen=True, eq=False, slots=True)
class Visits:
    """Visits that can be placed in time, lazily.

    Attributes:
        rows: `person`, `medium`, `device`, as far as there are; `start`, `end` (microseconds since 1970, UTC; `end` is
            the start where there is none that can be used), `ended` and `faulty` (0 or 1), the zone if there are
            several.
        clocks: Zone → its clock.
        has_ends: The visits have a column `end`.
        problems: Rule, number of visits, action.
    """

    rows: Frame
    clocks: Mapping[str, Clock]
    has_ends: bool
    problems: pd.DataFrame

    @property
    def several(self) -> bool:
        """Whether persons live in several zones, named by a column."""
        return ZONE in self.rows.collect_schema().names()

    def ahead(self, instant: nw.Expr) -> nw.Expr:
        """How far the clock of a visit's zone is ahead of UTC."""
        return self._of_zone({zone: one.ahead(instant) for zone, one in self.clocks.items()})

    def instant(self, wall: nw.Expr) -> nw.Expr:
        """The instant at which the clock of a visit's zone reads so."""
        return self._of_zone({zone: one.instant(wall) for zone, one in self.clocks.items()})

    def twice(self, wall: nw.Expr) -> nw.Expr:
        """Whether that clock reads so twice."""
        return self._of_zone({zone: one.twice(wall) for zone, one in self.clocks.items()})

    def skipped(self, wall: nw.Expr) -> nw.Expr:
        """Whether that clock never reads so."""
        return self._of_zone({zone: one.skipped(wall) for zone, one in self.clocks.items()})

    def _of_zone(self, expressions: Mapping[str, nw.Expr]) -> nw.Expr:
        (_, found), *others = expressions.items()
        for zone, expression in others:
            found = nw.when(nw.col(ZONE) == zone).then(expression).otherwise(found)
        return found


def read_visits(visits: Any, timezone: str, function: str, *, medium: bool, device: bool) -> Visits:
    """Visits with a person and a start, as instants.

    Args:
        visits: See `sessions`.
        timezone: A zone, or a column of visits that names zones.
        function: Name of the public function, for messages.
        medium: Whether that column is needed.
        device: Whether that column is needed.

    Raises:
        CallError: A column is missing or of the wrong type; a zone is unknown.
        InputError: No visit can be placed in time; visits lack their zone.
    """
    found = engines.frame(visits, function)
    schema = found.collect_schema()
    _check_columns(schema, [*("person", "start"), *["medium"] * medium, *["device"] * device], function)
    has_ends = "end" in schema.names()
    stamps = ["start", "end"] if has_ends else ["start"]
    zoned = _check_stamps(schema, stamps, function)
    kept = [name for name in ("person", "medium", "device", *stamps) if name in schema.names()]
    several = timezone in schema.names()
    rows = found.select(*kept, **({ZONE: nw.col(timezone)} if several else {}))
    rows = engines.microseconds(rows, stamps)
    counts = _first_look(rows, medium, several)
    if several and counts["no_zone"]:
        raise InputError(
            f"{function}: column {timezone} names no time zone in {counts['no_zone']:.0f} visits. Fill it, or leave "
            "these visits out: nobody knows on which day they were."
        )
    if not counts["usable"]:
        raise InputError(f"{function}: none of {counts['visits']:.0f} visits has a person and a start.")
    rows = rows.filter(~nw.col("person").is_null(), ~nw.col("start").is_null())
    if medium:
        rows = rows.with_columns(medium=nw.col("medium").cast(nw.String).fill_null(UNKNOWN_MEDIUM))
        rows = engines.enumerated(rows, "medium")
    zones = _zones(rows) if several else [timezone]
    lowest, highest = int(counts["lowest"]), int(counts["highest"])
    clocks = {zone: clock(zone, lowest, highest, function) for zone in zones}
    placed = Visits(_with_ends(rows, has_ends), clocks, has_ends, pd.DataFrame())
    walls = not zoned and timezone != "UTC"
    faults = _second_look(placed, walls)
    if walls:
        moved = {name: placed.instant(nw.col(name)) for name in ("start", "end")}
        placed = replace(placed, rows=placed.rows.with_columns(**moved))
    return replace(placed, rows=_judged(placed.rows), problems=_problems(counts | faults))


def _check_columns(schema: nw.Schema, needed: list[str], function: str) -> None:
    absent = [name for name in needed if name not in schema.names()]
    if absent:
        raise CallError(
            f"{function}: visits need the columns {', '.join(needed)}; these are missing: {', '.join(absent)}. "
            f"Found: {', '.join(schema.names())}."
        )


def _check_stamps(schema: nw.Schema, stamps: list[str], function: str) -> bool:
    """Whether the time stamps are instants; all of them or none."""
    for name in stamps:
        if not isinstance(schema[name], nw.Datetime):
            raise CallError(
                f"{function}: column {name} is {schema[name]}, and time stamps are needed. Convert it first, for "
                f'example with pandas.to_datetime(visits["{name}"]).'
            )
    zoned = {name: schema[name].time_zone is not None for name in stamps}  # type: ignore[attr-defined]
    if len(set(zoned.values())) > 1:
        raise CallError(
            f"{function}: one of start and end has a time zone and the other has none. Give both alike: which clock "
            "the other was read off cannot be told."
        )
    return zoned["start"]


def _first_look(rows: Frame, medium: bool, several: bool) -> dict[str, float]:
    """How many visits lack what they need, and the stretch of time."""
    person, start = nw.col("person").is_null(), nw.col("start").is_null()
    usable = ~person & ~start
    asked = {
        "visits": nw.len(), "no_person": _count(person), "no_start": _count(start & ~person), "usable": _count(usable),
        "lowest": nw.col("start").min(), "highest": nw.col("start").max(),
    }  # fmt: skip
    if medium:
        asked["no_medium"] = _count(usable & nw.col("medium").is_null())
    if several:
        asked["no_zone"] = _count(usable & nw.col(ZONE).is_null())
    return _numbers(rows, asked)


def _second_look(placed: Visits, walls: bool) -> dict[str, float]:
    """How many visits have ends that cannot be, or stand at times that no clock shows."""
    asked: dict[str, nw.Expr] = {}
    if placed.has_ends:
        start, end = (placed.instant(nw.col(name)) if walls else nw.col(name) for name in ("start", "end"))
        asked = {"ends_before_it_starts": _count(end < start), "over_24_hours": _count(end - start > DAY)}
    if walls and any(one.changes for one in placed.clocks.values()):
        asked["hour_occurs_twice"] = _count(placed.twice(nw.col("start")))
        asked["hour_was_skipped"] = _count(placed.skipped(nw.col("start")))
    return _numbers(placed.rows, asked) if asked else {}


def _count(condition: nw.Expr) -> nw.Expr:
    return condition.cast(nw.Int64).sum()


def _numbers(rows: Frame, asked: Mapping[str, nw.Expr]) -> dict[str, float]:
    found = engines.collected(rows.select(**asked)).iloc[0]
    return {str(name): float(value) if pd.notna(value) else 0.0 for name, value in found.items()}


def _zones(rows: Frame) -> list[str]:
    return sorted(map(str, engines.collected(rows.select(ZONE).unique())[ZONE]))


def _with_ends(rows: Frame, has_ends: bool) -> Frame:
    """An end for every visit: where there is none, the start."""
    if not has_ends:
        return rows.with_columns(end=nw.col("start"), ended=nw.lit(0))
    known = ~nw.col("end").is_null()
    return rows.with_columns(ended=known.cast(nw.Int64)).with_columns(
        end=nw.when(known).then(nw.col("end")).otherwise(nw.col("start"))
    )


def _judged(rows: Frame) -> Frame:
    """Ends that cannot be are marked as faulty and taken back to the start."""
    start, end = nw.col("start").cast(nw.Int64), nw.col("end").cast(nw.Int64)
    faulty = (end < start) | (end - start > DAY)
    return rows.with_columns(
        start=start, faulty=faulty.cast(nw.Int64), end=nw.when(faulty).then(start).otherwise(end).cast(nw.Int64)
    ).with_columns(ended=nw.when(nw.col("faulty") == 1).then(nw.lit(0)).otherwise(nw.col("ended")))


def _problems(counts: Mapping[str, float]) -> pd.DataFrame:
    rows = [(rule, int(counts[rule]), action) for rule, action in PROBLEMS.items() if counts.get(rule)]
    return pd.DataFrame(rows, columns=["rule", "visits", "action"])

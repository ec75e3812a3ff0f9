"""Wall clocks and instants: time zones and summer time as whole microseconds, alike on every engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import narwhals as nw

from survey_stats.errors import CallError, InputError

SECOND = 1_000_000
DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_YEARS = 200


@dataclass(frozen=True, slots=True)
class Clock:
    """The wall clock of a zone over a stretch of time.

    Attributes:
        zone: Its name in the time zone database.
        first: Microseconds that it is ahead of UTC at the beginning.
        changes: Instant of each change and how far it is ahead from then on, both in microseconds.
    """

    zone: str
    first: int
    changes: tuple[tuple[int, int], ...]

    def ahead(self, instant: nw.Expr) -> nw.Expr:
        """How far the wall clock is ahead of UTC at an instant."""
        return _steps(instant, self.first, self.changes)

    def instant(self, wall: nw.Expr) -> nw.Expr:
        """The instant at which the clock reads so.

        An hour that is read twice in autumn is the first of the two; an hour that is skipped in spring is counted on
        from before the change (PEP 495, fold = 0).
        """
        steps = [(at + max(before, after), after) for at, before, after in self._each_change()]
        return wall - _steps(wall, self.first, steps)

    def twice(self, wall: nw.Expr) -> nw.Expr:
        """Whether the clock reads so twice."""
        return _inside(wall, [(at + after, at + before) for at, before, after in self._each_change() if after < before])

    def skipped(self, wall: nw.Expr) -> nw.Expr:
        """Whether the clock never reads so."""
        return _inside(wall, [(at + before, at + after) for at, before, after in self._each_change() if after > before])

    def _each_change(self) -> list[tuple[int, int, int]]:
        before = [self.first, *(ahead for _, ahead in self.changes)]
        return [(at, past, ahead) for past, (at, ahead) in zip(before, self.changes, strict=False)]


def clock(zone: str, lowest: int, highest: int, function: str) -> Clock:
    """The clock of a zone from two days before `lowest` to two days after `highest`, microseconds since 1970.

    Raises:
        CallError: There is no such zone.
        InputError: The time stamps span more than 200 years.
    """
    try:
        info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CallError(
            f"{function}: time zone {zone!r} is unknown. Give a name of the time zone database, such as "
            "'Europe/Oslo' or 'UTC'."
        ) from None
    if highest - lowest > _LONGEST_YEARS * 366 * DAY:
        raise InputError(
            f"{function}: time stamps reach from {_at(lowest):%Y-%m-%d} to {_at(highest):%Y-%m-%d}. "
            "Check the column of starts, and leave out impossible dates."
        )
    start, end = _at(lowest) - timedelta(days=2), _at(highest) + timedelta(days=2)
    changes: list[tuple[int, int]] = []
    at, ahead = start, _ahead(info, start)
    first = ahead
    while at < end:
        after = at + timedelta(days=1)
        if _ahead(info, after) != ahead:
            ahead = _ahead(info, after)
            changes.append((_micros(_change(info, at, after)), ahead))
        at = after
    return Clock(zone, first, tuple(changes))


def _change(info: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second in which the clock is changed, between two instants; found by halving."""
    old = _ahead(info, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if _ahead(info, middle) == old else (before, middle)
    return after


def _ahead(info: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(info).utcoffset()
    assert offset is not None
    return offset // timedelta(microseconds=1)


def _at(microseconds: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=microseconds)).replace(microsecond=0)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _steps(of: nw.Expr, first: int, steps: list[tuple[int, int]] | tuple[tuple[int, int], ...]) -> nw.Expr:
    """A number that changes at each step; the last step is asked first."""
    found = nw.lit(first)
    for at, value in steps:
        found = nw.when(of >= at).then(nw.lit(value)).otherwise(found)
    return found


def _inside(of: nw.Expr, stretches: list[tuple[int, int]]) -> nw.Expr:
    return reduce(lambda found, ends: found | ((of >= ends[0]) & (of < ends[1])), stretches, of < of)  # noqa: PLR0124 - never true, on any engine

"""Figures of time use: shares of time, and reach by minutes a user."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.svg import ACCENT, INK, PAPER, WIDTH, canvas, width_of
from survey_stats.reporting.words import Labels, shorten
from survey_stats.results import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = Mapping[Any, Any]
_BAR = 0.32
"""Inches a bar."""
_RIGHT_OF = 70
"""Percent of reach from which on a name stands to the right of the points."""
_AXES_HEIGHT, _AXES_WIDTH, _LINE, _APART, _DOT = 207, 295, 14, 7, 5.0
"""Points of type: least height and width of the axes of reach and time, height of a line of words, from the middle of a
point to its name and to its rim."""
_LONGEST, _WIDEST = 24, 170
"""Letters of a name; points of type that it has beside the points."""


def _rows(result: Result, quantity: str) -> Sequence[Row]:
    """The rows of a quantity with an estimate, largest first."""
    frame = result.to_frame()
    found = frame[(frame["quantity"] == quantity) & frame["estimate"].notna()]
    return found.sort_values("estimate", ascending=False, kind="stable").to_dict("records")


def draw_share_of_time(results: Sequence[Result], labels: Labels, language: str) -> Figure:
    """A bar an entry with its interval, largest above; the number beside it."""
    rows = _rows(results[0], "share_of_time")
    height = _BAR * len(rows) + 0.75
    figure, axes = canvas(height)
    names = [shorten(labels[row["entry"]], _LONGEST) for row in rows]
    figure.subplots_adjust(left=(0.2 + width_of(names)) / WIDTH, right=0.97, top=0.98, bottom=0.6 / height)
    at = np.arange(len(rows), dtype=float)
    share = np.array([100 * row["estimate"] for row in rows])
    ends = np.array([[100 * row[end] for row in rows] for end in ("ci_lower", "ci_upper")])
    axes.barh(at, share, height=0.62, facecolor=ACCENT, edgecolor=PAPER)
    known = np.isfinite(ends).all(axis=0)
    axes.hlines(at[known], ends[0][known], ends[1][known], color=INK, linewidth=1.4)
    room = max(np.nanmax(np.append(ends[1], share)), 1e-9)
    for place, row in enumerate(rows):
        end = max(share[place], ends[1][place] if known[place] else 0)
        axes.text(end + 0.02 * room, float(place), numbers.number(row["estimate"], "percent"), va="center", ha="left")
    axes.set_yticks(at, names)
    axes.tick_params(left=False)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.16 * room)
    axes.set_xlabel(text("reporting.figure.share_of_time_axis", language))
    return figure


def describe_share_of_time(results: Sequence[Result], labels: Labels, language: str) -> str:
    """Every share with its interval in words."""
    told = "; ".join(
        f"{labels[row['entry']]} {numbers.number(row['estimate'], 'percent')}% "
        f"{numbers.interval(row['ci_lower'], row['ci_upper'], 'percent')}"
        for row in _rows(results[0], "share_of_time")
    )
    return text("reporting.figure.share_of_time_alt", language, estimates=told)


def caption_share_of_time(results: Sequence[Result], _labels: Labels, language: str) -> str:
    """Title with the level of the intervals."""
    level = f"{100 * float(results[0].to_frame()['confidence'].iloc[0]):g}"
    return text("reporting.figure.share_of_time_caption", language, confidence=level)


def _points(result: Result) -> list[tuple[str, float, float]]:
    """Entry, reach in percent, minutes a user; entries without users have no point."""
    minutes = {row["entry"]: row["estimate"] for row in _rows(result, "time_per_user")}
    return [
        (row["entry"], 100 * row["estimate"], minutes[row["entry"]])
        for row in _rows(result, "reach")
        if row["entry"] in minutes
    ]


@dataclass(frozen=True, eq=False, slots=True)
class _Named:
    """A point with its name; of two alike each is itself.

    Attributes:
        name, reach, minutes: What it shows.
        width: Points of type of the name.
    """

    name: str
    reach: float
    minutes: float
    width: float


def draw_reach_and_time(results: Sequence[Result], labels: Labels, language: str) -> Figure:
    """A point an entry, reach to the right and minutes a user upwards, with lines of equal minutes a person."""
    points = [_named(labels[entry], reach, minutes) for entry, reach, minutes in _points(results[0])]
    top = 1.15 * max(point.minutes for point in points) or 1.0
    beside, right = _beside(points, top)
    high = max(_AXES_HEIGHT, _LINE * len(beside))
    height = high / 72 + 0.72
    figure, axes = canvas(height)
    figure.subplots_adjust(left=0.14, right=0.96, top=1 - 0.11 / height, bottom=0.61 / height)
    x = np.linspace(1, 100, 200)
    for level in _levels([point.reach * point.minutes / 100 for point in points]):
        y = level / (x / 100)
        axes.plot(x[y < top], y[y < top], color=INK, linewidth=0.7, alpha=0.45, linestyle=(0, (3, 3)))
    for point in points:
        axes.plot([point.reach], [point.minutes], marker="o", color=ACCENT, markeredgecolor=PAPER, markersize=8)
    for point in (point for point in points if point not in beside):
        axes.annotate(point.name, (point.reach, point.minutes), xytext=(-_APART, 0), textcoords="offset points",
                      ha="right", va="center")  # fmt: skip
    line = {
        "arrowstyle": "-",
        "color": INK,
        "linewidth": 0.6,
        "alpha": 0.6,
        "shrinkA": 2,
        "shrinkB": 6,
        "relpos": (0, 0.5),
    }
    for point, at in zip(beside, _spread([point.minutes / top * high for point in beside], high), strict=True):
        axes.annotate(point.name, (point.reach, point.minutes), xytext=(104, at / high * top), ha="left", va="center",
                      arrowprops=line)  # fmt: skip
    axes.set_xlim(0, right)
    axes.set_xticks(range(0, 101, 20 if right < 160 else 50))
    axes.set_ylim(0, top)
    axes.set_xlabel(text("reporting.figure.reach_axis", language))
    axes.set_ylabel(text("reporting.figure.minutes_axis", language))
    return figure


def _named(label: str, reach: float, minutes: float) -> _Named:
    """With a name as long as there is room for."""
    names = (shorten(label, length) for length in range(_LONGEST, 0, -1))
    name, width = next((name, width) for name in names if (width := 72 * width_of([name])) <= _WIDEST or len(name) < 3)
    return _Named(name, reach, minutes, width)


def _beside(points: Sequence[_Named], top: float) -> tuple[list[_Named], float]:
    """The points, lowest first, whose names stand in a column to the right of all points, and the end of the axis.

    They are those of a large reach and those whose names would, to the left of their points, leave the drawing or cover
    another point or name. The more of them there are, the less room there is for the others.
    """
    found = [point for point in points if point.reach >= _RIGHT_OF]
    while True:
        room = max((point.width for point in found), default=0)
        right = 104 / (1 - room / _AXES_WIDTH)
        covering = _covering([point for point in points if point not in found], points, right, top)
        if not covering:
            return sorted(found, key=lambda point: (point.minutes, -point.reach)), right
        found += covering


def _covering(left: Sequence[_Named], points: Sequence[_Named], right: float, top: float) -> list[_Named]:
    """Those whose names to the left of their points have no room."""
    dots = [(point.reach / right * _AXES_WIDTH, point.minutes / top * _AXES_HEIGHT) for point in points]
    taken = [(x - _DOT, x + _DOT, y, _DOT) for x, y in dots]
    found = []
    for point in left:
        end = point.reach / right * _AXES_WIDTH - _APART
        start, middle = end - point.width, point.minutes / top * _AXES_HEIGHT
        if start < 0 or any(
            start < to and end > since and abs(middle - y) < half + _LINE / 2 for since, to, y, half in taken
        ):
            found.append(point)
        else:
            taken.append((start, end, middle, _LINE / 2))
    return found


def _spread(wanted: Sequence[float], high: float) -> list[float]:
    """Where names stand that want to stand at ascending heights, a line apart and none above the drawing."""
    found = list(accumulate(wanted, lambda below, own: max(own, below + _LINE)))
    most = [high - _LINE / 2 - _LINE * after for after in reversed(range(len(found)))]
    return [min(pair) for pair in zip(found, most, strict=True)]


def _levels(minutes_per_person: Sequence[float]) -> list[float]:
    """Three round levels of minutes a person."""
    largest = max(minutes_per_person)
    step = 10 ** math.floor(math.log10(largest)) if largest > 0 else 1.0
    return [level for level in (step / 2, step, 2 * step, 5 * step) if level <= 1.5 * largest]


def describe_reach_and_time(results: Sequence[Result], labels: Labels, language: str) -> str:
    """Every point in words."""
    told = "; ".join(
        f"{labels[entry]} {numbers.number(reach / 100, 'percent')}%, {numbers.number(minutes, 'minutes')} min"
        for entry, reach, minutes in _points(results[0])
    )
    return text("reporting.figure.reach_and_time_alt", language, estimates=told)


def caption_reach_and_time(_results: Sequence[Result], _labels: Labels, language: str) -> str:
    """Title, with what the lines mean."""
    return text("reporting.figure.reach_and_time_caption", language)

"""Figures of time use: shares of time, and reach by minutes a user."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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
"""Percent of reach from which on a name stands to the right of its point."""
_AXES_HEIGHT, _AXES_WIDTH, _LINE = 207, 295, 14
"""Points of type: height and width of the axes of reach and time, height of a line of words."""
_LONGEST = 24
"""Letters of a name."""


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


def draw_reach_and_time(results: Sequence[Result], labels: Labels, language: str) -> Figure:
    """A point an entry, reach to the right and minutes a user upwards, with lines of equal minutes a person."""
    points = _points(results[0])
    figure, axes = canvas(3.6)
    figure.subplots_adjust(left=0.14, right=0.96, top=0.97, bottom=0.17)
    top = 1.15 * max(minutes for _, _, minutes in points)
    x = np.linspace(1, 100, 200)
    for level in _levels([reach * minutes / 100 for _, reach, minutes in points]):
        y = level / (x / 100)
        axes.plot(x[y < top], y[y < top], color=INK, linewidth=0.7, alpha=0.45, linestyle=(0, (3, 3)))
    for reach, minutes in ((reach, minutes) for _, reach, minutes in points):
        axes.plot([reach], [minutes], marker="o", color=ACCENT, markeredgecolor=PAPER, markersize=8)
    names = {entry: shorten(labels[entry], _LONGEST) for entry, _, _ in points}
    room = 72 * width_of(names[entry] for entry, reach, _ in points if reach >= _RIGHT_OF)
    right = 104 / (1 - min(room, 0.6 * _AXES_WIDTH) / _AXES_WIDTH)
    for (entry, reach, minutes), up in zip(points, _shifts(points, top), strict=True):
        at = (-7.0, "right") if reach < _RIGHT_OF else ((104 - reach) * _AXES_WIDTH / right, "left")
        line = None if reach < _RIGHT_OF else {"arrowstyle": "-", "color": INK, "linewidth": 0.6, "alpha": 0.6,
                                               "shrinkA": 0, "shrinkB": 6}  # fmt: skip
        axes.annotate(names[entry], (reach, minutes), xytext=(at[0], up), textcoords="offset points",
                      ha=at[1], va="center", arrowprops=line)  # fmt: skip
    axes.set_xlim(0, right)
    axes.set_xticks(range(0, 101, 20))
    axes.set_ylim(0, top)
    axes.set_xlabel(text("reporting.figure.reach_axis", language))
    axes.set_ylabel(text("reporting.figure.minutes_axis", language))
    return figure


def _shifts(points: Sequence[tuple[str, float, float]], top: float) -> list[float]:
    """How far each name is moved up, in points of type, so that names on the same side do not overlap."""
    found: dict[int, float] = {}
    for left in (True, False):
        highest = -math.inf
        side = [place for place, (_, reach, _) in enumerate(points) if (reach < _RIGHT_OF) == left]
        for place in sorted(side, key=lambda place: points[place][2]):
            own = points[place][2] / top * _AXES_HEIGHT
            highest = max(own, highest + _LINE)
            found[place] = highest - own
    return [found[place] for place in range(len(points))]


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

"""The figure of Bland and Altman: the difference of two measures by their mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.svg import ACCENT, INK, PAPER, canvas
from survey_stats.reporting.words import Labels, word

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST_POINTS = 1000
"""More of them cannot be told apart, and make the page heavy."""
_LINES = ("limit_upper", "bias", "limit_lower")


def _rows(result: Any) -> dict[str, Mapping[Any, Any]]:
    return {row["quantity"]: row for row in result.to_frame().to_dict("records")}


def _kind(rows: Mapping[str, Mapping[Any, Any]]) -> str:
    return "minutes" if str(rows["bias"]["unit"]).startswith("minutes") else "score"


def draw_bland_altman(results: Sequence[Any], _labels: Labels, language: str) -> Figure:
    """A point a person; bias and limits of agreement as lines with their intervals as bands, and a line at 0."""
    result = results[0]
    rows, points = _rows(result), result.points
    shown = points.iloc[np.linspace(0, len(points) - 1, min(len(points), _MOST_POINTS)).astype(int)]
    figure, axes = canvas(3.6)
    figure.subplots_adjust(left=0.17, right=0.86, top=0.97, bottom=0.17)
    axes.axhline(0, color=INK, linewidth=0.8, alpha=0.6)
    for name in _LINES:
        row = rows[name]
        axes.axhspan(row["ci_lower"], row["ci_upper"], facecolor=ACCENT, alpha=0.15, edgecolor="none")
        axes.axhline(row["estimate"], color=ACCENT, linewidth=1.4, linestyle="-" if name == "bias" else (0, (5, 3)))
        axes.annotate(numbers.number(row["estimate"], _kind(rows)), (1.01, row["estimate"]),
                      xycoords=("axes fraction", "data"), va="center", ha="left", annotation_clip=False)  # fmt: skip
    axes.plot(shown["mean"], shown["difference"], "o", markersize=4.5, markerfacecolor=PAPER, markeredgecolor=INK,
              markeredgewidth=0.9, alpha=0.75)  # fmt: skip
    unit = rows["bias"]["unit"]
    told = f" ({word('unit', unit, language)})" if unit else ""
    axes.set_xlabel(text("agreement.figure.mean", language, unit=told))
    axes.set_ylabel(text("agreement.figure.difference", language, unit=told))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:,g}".replace(",", numbers.NARROW_SPACE).replace("-", "−"))
    axes.locator_params(nbins=5)
    return figure


def describe_bland_altman(results: Sequence[Any], labels: Labels, language: str) -> str:
    """The two measures, bias and limits, and how many persons are drawn."""
    rows = _rows(results[0])
    told = {name: numbers.number(rows[name]["estimate"], _kind(rows)) for name in _LINES}
    n = len(results[0].points)
    return text(
        "agreement.figure.alt", language, self_report=labels[rows["bias"]["self_report"]],
        log=labels[rows["bias"]["log"]], n=numbers.number(n, "count"),
        drawn=numbers.number(min(n, _MOST_POINTS), "count"), **told,
    )  # fmt: skip


def caption_bland_altman(results: Sequence[Any], labels: Labels, language: str) -> str:
    """Title, with what the lines are."""
    row = _rows(results[0])["bias"]
    level = f"{100 * float(row['confidence']):g}"
    return text(
        "agreement.figure.caption", language, self_report=labels[row["self_report"]], log=labels[row["log"]],
        confidence=level,
    )  # fmt: skip

"""Figures of data quality: the participant flow, and the map of missing answers. Both read without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.svg import ACCENT, INK, PAPER, WIDTH, canvas
from survey_stats.reporting.words import Labels, word
from survey_stats.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LINE, _PAD, _GAP = 0.19, 0.1, 0.32
"""Inches: a line of words, the rim within a box, the arrow between boxes."""
_LEFT, _RIGHT, _MIDDLE = 2.0, 2.62, 0.36
"""Inches: widths of the boxes of those who stay and of those who leave, and what lies between."""
_CHARACTERS = {_LEFT: 24, _RIGHT: 32}
_FONT = 10.5
_ROW, _BARS, _AXIS = 0.24, 0.9, 0.62
"""Inches of the map: a pattern, the bars above, the axis below."""


@dataclass(frozen=True, slots=True)
class _Box:
    """What one box says: a heading, the number, and lines below it."""

    heading: str
    count: int
    details: tuple[str, ...] = ()

    def lines(self, width: float) -> list[str]:
        wide = _CHARACTERS[width]
        shown = [*textwrap.wrap(self.heading, wide), f"n = {numbers.number(self.count, 'count')}"]
        return shown + [
            line for detail in self.details for line in textwrap.wrap(detail, wide, subsequent_indent="   ")
        ]

    def height(self, width: float) -> float:
        return len(self.lines(width)) * _LINE + 2 * _PAD


def _stages(result: Result, language: str) -> list[tuple[_Box, _Box | None]]:
    """Boxes from above: those who stay, and beside them those who leave on the way to the next."""
    rows = result.to_frame().to_dict("records")
    count = {row["step"]: int(row["respondents"]) for row in rows}

    def said(step: str, family: str) -> tuple[str, ...]:
        return tuple(
            text("reporting.flow.detail", language, what=word(family, row["detail"], language),
                 n=numbers.number(row["respondents"], "count"))
            for row in rows if row["step"] == step
        )  # fmt: skip

    def head(step: str) -> str:
        return text(f"reporting.flow.{step}", language)

    flagged = text("reporting.flow.flagged_of_them", language, n=numbers.number(count["flagged"], "count"))
    left_out = count["read"] - count["respondents"]
    dropped = _Box(head("dropped"), left_out, said("dropped", "drop_reason")) if left_out else None
    excluded = _Box(head("excluded"), count["excluded"], said("excluded_by", "flag"))
    return [
        (_Box(head("read"), count["read"]), dropped),
        (_Box(head("respondents"), count["respondents"], (flagged,)), excluded),
        (_Box(head("analysed"), count["analysed"]), None),
    ]


def draw_exclusion_flow(results: Sequence[Result], _labels: Labels, language: str) -> Figure:
    """Boxes from the rows read down to the respondents analysed, with those left out beside them."""
    stages = _stages(results[0], language)
    heights = [max(kept.height(_LEFT), _GAP) for kept, _ in stages]
    between = [max(_GAP, gone.height(_RIGHT) + 0.16) if gone else _GAP for _, gone in stages[:-1]]
    total = sum(heights) + sum(between) + 0.04
    figure, axes = canvas(total)
    figure.subplots_adjust(left=0, right=1, top=1, bottom=0)
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(total, 0)
    top = 0.02
    for number, (kept, gone) in enumerate(stages):
        _draw_box(axes, kept, 0.02, top, _LEFT, strong=True)
        top += heights[number]
        if number < len(between):
            _arrow(axes, (_LEFT / 2, top), (_LEFT / 2, top + between[number]))
            if gone is not None:
                middle = top + between[number] / 2
                side = _LEFT + _MIDDLE
                _arrow(axes, (_LEFT / 2, middle), (side, middle))
                _draw_box(axes, gone, side, middle - gone.height(_RIGHT) / 2, _RIGHT, strong=False)
            top += between[number]
    return figure


def _draw_box(axes: Axes, box: _Box, left: float, top: float, width: float, *, strong: bool) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle((left, top), width - 0.04, box.height(width), facecolor="none", edgecolor=INK,
                  linewidth=1.6 if strong else 0.9, linestyle="-" if strong else (0, (4, 2)))
    )  # fmt: skip
    headings = len(textwrap.wrap(box.heading, _CHARACTERS[width]))
    for number, line in enumerate(box.lines(width)):
        axes.text(left + _PAD, top + _PAD + (number + 0.5) * _LINE, line, va="center", ha="left", fontsize=_FONT,
                  weight="bold" if number < headings else "normal")  # fmt: skip


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate("", xy=end, xytext=start, arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.1,
                                                        "shrinkA": 0, "shrinkB": 0})  # fmt: skip


def describe_exclusion_flow(results: Sequence[Result], _labels: Labels, language: str) -> str:
    """Every box in words."""
    told = []
    for kept, gone in _stages(results[0], language):
        told += [
            f"{box.heading}: {numbers.number(box.count, 'count')}"
            + (f" ({'; '.join(detail.removeprefix('– ') for detail in box.details)})" if box.details else "")
            for box in (kept, gone)
            if box is not None
        ]
    return text("reporting.figure.exclusion_flow_alt", language, steps=". ".join(told))


def caption_exclusion_flow(_results: Sequence[Result], _labels: Labels, language: str) -> str:
    """Title."""
    return text("reporting.figure.exclusion_flow_caption", language)


# ---- missing answers ----------------------------------------------------------------------------------------------


def draw_missing_map(results: Sequence[Result], _labels: Labels, language: str) -> Figure:
    """Above, the share of missing answers of each question; below, a row a pattern, missing questions filled."""
    patterns, by_item = results
    matrix: Any = getattr(patterns, "matrix").to_numpy()  # noqa: B009 - a field of this one type of result
    rows = patterns.to_frame()
    body = _ROW * len(rows)
    height = _BARS + body + _AXIS + 0.2
    figure, axes = canvas(height)
    left, width = 0.29, 0.68
    axes.set_position((left, _AXIS / height, width, body / height))
    _draw_patterns(axes, matrix)
    axes.set_yticks(np.arange(len(rows)), [_pattern_label(row) for row in rows.to_dict("records")])
    axes.set_xlabel(text("reporting.figure.missing_map_axis", language))
    bars = figure.add_axes((left, (_AXIS + body + 0.08) / height, width, _BARS / height), sharex=axes)
    bars.patch.set_visible(False)
    share = 100 * by_item.to_frame()["share"].fillna(0).to_numpy()
    bars.bar(np.arange(1, len(share) + 1), share, width=1.0, facecolor=ACCENT, edgecolor=PAPER, linewidth=0.3)
    bars.set_ylabel("%")
    bars.locator_params(axis="y", nbins=3)
    bars.tick_params(labelbottom=False)
    axes.set_xlim(0.5, matrix.shape[1] + 0.5)
    axes.xaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]
    return figure


def _draw_patterns(axes: Axes, matrix: Any) -> None:
    """A bar for each run of missing questions, on a line that shows the row."""
    for row, missing in enumerate(matrix):
        axes.axhline(row, color=INK, linewidth=0.6, alpha=0.35)
        edges = np.flatnonzero(np.diff(np.concatenate(([False], missing, [False])).astype(int)))
        runs = [(start + 0.5, end - start) for start, end in zip(edges[::2], edges[1::2], strict=True)]
        axes.broken_barh(runs, (row - 0.36, 0.72), facecolor=ACCENT, edgecolor=INK, linewidth=0.4)
    axes.set_ylim(len(matrix) - 0.5, -0.5)
    axes.spines["left"].set_visible(False)
    axes.tick_params(left=False)


def _pattern_label(row: Any) -> str:
    return f"n = {numbers.number(row['respondents'], 'count')} ({numbers.number(row['share'], 'percent')}%)"


def describe_missing_map(results: Sequence[Result], labels: Labels, language: str) -> str:
    """The most frequent patterns by their number of missing questions, and the question that is missing most."""
    patterns, by_item = results
    rows = patterns.to_frame().head(5).to_dict("records")
    told = "; ".join(
        text("reporting.figure.missing_map_pattern", language, n=numbers.number(row["respondents"], "count"),
             items=numbers.number(row["n_items"], "count"))
        for row in rows
    )  # fmt: skip
    most = by_item.to_frame().sort_values("share", ascending=False, kind="stable").iloc[0]
    return text(
        "reporting.figure.missing_map_alt", language, patterns=told, item=labels[most["item"]],
        share=numbers.number(most["share"], "percent"),
    )  # fmt: skip


def caption_missing_map(results: Sequence[Result], _labels: Labels, language: str) -> str:
    """Title, with how many of the patterns are drawn."""
    patterns = results[0]
    counts = {"shown": len(patterns.to_frame()), "patterns": getattr(patterns, "n_patterns")}  # noqa: B009
    return text("reporting.figure.missing_map_caption", language, **counts)

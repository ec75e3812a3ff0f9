"""Figures by name: each draws results of known columns, and says in words what it shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from survey_stats.analysis import Figure as FigureBlock
from survey_stats.errors import CallError
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.agreement_figures import caption_bland_altman, describe_bland_altman, draw_bland_altman
from survey_stats.reporting.designation import in_reading_order
from survey_stats.reporting.fonts import letters_without_font, use_installed_fonts
from survey_stats.reporting.likert import caption_likert, describe_likert, draw_likert
from survey_stats.reporting.matrix import caption_matrix, describe_matrix, draw_matrix
from survey_stats.reporting.quality_figures import (
    caption_exclusion_flow,
    caption_missing_map,
    describe_exclusion_flow,
    describe_missing_map,
    draw_exclusion_flow,
    draw_missing_map,
)
from survey_stats.reporting.raincloud import caption_raincloud, describe_raincloud, draw_raincloud
from survey_stats.reporting.regression_figures import (
    caption_coefficients,
    describe_coefficients,
    draw_coefficients,
)
from survey_stats.reporting.svg import ACCENT, INK, PAPER, STYLE, canvas, to_png, to_svg
from survey_stats.reporting.tables import source, value_kind
from survey_stats.reporting.time_use_figures import (
    caption_reach_and_time,
    caption_share_of_time,
    describe_reach_and_time,
    describe_share_of_time,
    draw_reach_and_time,
    draw_share_of_time,
)
from survey_stats.reporting.words import Labels, plain, shorten, word
from survey_stats.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LABEL_LENGTH = 42
_MOST_LETTERS = 40


@dataclass(frozen=True, slots=True)
class FigureKind:
    """How a figure is made.

    Attributes:
        draw: Results → matplotlib figure.
        describe: Results → what it shows, in words.
        caption: Results → its title.
    """

    draw: Callable[[Sequence[Result], Labels, str], Figure]
    describe: Callable[[Sequence[Result], Labels, str], str]
    caption: Callable[[Sequence[Result], Labels, str], str]


@dataclass(frozen=True)
class DisplayFigure:
    """A figure as shown.

    Attributes:
        name: Its name in `FIGURES`.
        caption: Its title.
        svg: The drawing as inline SVG.
        description: What it shows, for those who cannot see it.
        drawing: The matplotlib figure, for formats that need a picture.
        without_font: What a picture must say about letters for which no font is installed; empty where it has all.
    """

    name: str
    caption: str
    svg: str
    description: str
    drawing: Figure = field(compare=False)
    without_font: str = field(compare=False, default="")

    @cached_property
    def png(self) -> bytes:
        """The drawing as a picture, drawn once for all formats that need one."""
        return to_png(self.drawing)


def display_figure(block: FigureBlock, labels: Labels, language: str, *, prefix: str) -> DisplayFigure:
    """Draw a figure block.

    Args:
        block: Name and results.
        labels: Names of measures and constructs.
        language: Language of the words.
        prefix: Makes its ids unique within a page.

    Raises:
        CallError: There is no figure of that name.
    """
    kind = _kind(block.name)
    figure = draw(block.name, *block.results, labels=labels, language=language)
    title = kind.describe(block.results, labels, language)
    caption, svg = kind.caption(block.results, labels, language), to_svg(figure, prefix=prefix, title=title)
    letters = letters_without_font(figure)
    told = text("reporting.figure.without_font", language, letters=letters[:_MOST_LETTERS]) if letters else ""
    return DisplayFigure(block.name, caption, svg, title, figure, told)


def _kind(name: str) -> FigureKind:
    if name not in FIGURES:
        raise CallError(f"There is no figure {name!r}. Allowed: {', '.join(FIGURES)}.")
    return FIGURES[name]


def draw(name: str, *results: Result, labels: Labels | None = None, language: str = "en") -> Figure:
    """Draw a figure of results, to be saved as SVG, PDF or PNG with its `savefig`.

    Args:
        name: A key of `FIGURES`.
        results: What it shows.
        labels: Names of measures; their ids where none are given.
        language: Language of the words.

    Raises:
        CallError: There is no figure of that name.

    >>> import survey_stats as ss
    >>> found = ss.correlate(study.measures, "shyness", ["active_use", "contacts"])  # doctest: +SKIP
    >>> draw("forest", found).savefig("forest.pdf")  # doctest: +SKIP
    """
    import matplotlib as mpl

    kind = _kind(name)
    with mpl.rc_context(STYLE):
        figure = kind.draw(results, Labels() if labels is None else labels, language)
    use_installed_fonts(figure)
    return figure


# ---- forest: estimates with their intervals, ours and published -------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Estimate:
    pair: str
    label: str
    ours: bool
    estimate: float
    lower: float
    upper: float

    @property
    def numbers(self) -> str:
        found = numbers.number(self.estimate, "correlation")
        bounds = numbers.interval(self.lower, self.upper, "correlation")
        return found if bounds == numbers.MISSING else f"{found} {bounds}"


def _estimates(results: Iterable[Result], labels: Labels, language: str) -> list[_Estimate]:
    """Rows that have an estimate, of comparisons (`pair_x`, `role`) or of correlations (`x`, `y`)."""
    rows = [row for result in results for row in in_reading_order(result.to_frame()).to_dict("records")]
    return [_estimate(row, labels, language) for row in rows if not math.isnan(row["estimate"])]


def _estimate(row: Mapping[Any, Any], labels: Labels, language: str) -> _Estimate:
    x, y = (row["pair_x"], row["pair_y"]) if "pair_x" in row else (row["x"], row["y"])
    ours = row.get("role", "ours") == "ours"
    return _Estimate(
        pair=text("reporting.pair", language, x=labels[x], y=labels[y]),
        label=plain(source(row, labels, language)),
        ours=ours,
        estimate=row["estimate"],
        lower=row["ci_lower"],
        upper=row["ci_upper"],
    )


def draw_forest(results: Sequence[Result], labels: Labels, language: str) -> Figure:
    """Estimates with intervals, by pair: ours filled, published hollow, and a line at 0.

    Each estimate has its words above its interval, so that the drawing fits a phone.
    """
    found = _estimates(results, labels, language)
    pairs = [(pair, list(rows)) for pair, rows in groupby(found, key=lambda row: row.pair)]
    lines = len(found) * 2 + len(pairs) * 1.7
    height = lines * 0.2 + 0.78
    figure, axes = canvas(height)
    figure.subplots_adjust(left=0.02, right=0.98, top=1, bottom=0.7 / height)
    axes.set_ylim(lines, 0)
    axes.set_xlim(*_limits(found))
    axes.axvline(0, color=INK, linewidth=0.8, alpha=0.6)
    at = 0.0
    for pair, rows in pairs:
        _line(axes, at + 1.0, shorten(pair, 60), weight="bold")
        at += 1.7
        for row in rows:
            _draw_estimate(axes, at, row)
            at += 2
    _correlation_axis(axes, text("reporting.figure.forest_axis", language))
    return figure


def _limits(found: Sequence[_Estimate]) -> tuple[float, float]:
    """All intervals and 0, with some room, within -1 and 1."""
    ends = [0.0, *(end for row in found for end in (row.estimate, row.lower, row.upper) if not math.isnan(end))]
    room = 0.06 * max(max(ends) - min(ends), 0.2)
    return max(min(ends) - room, -1.05), min(max(ends) + room, 1.05)


def _line(axes: Axes, at: float, words: str, *, weight: str = "normal", right: str = "") -> None:
    """A line of text over the width of the drawing, on a ground that hides the line at 0."""
    for where, side, content in ((0.0, "left", words), (1.0, "right", right)):
        if content:
            axes.text(where, at, content, transform=axes.get_yaxis_transform(), ha=side, va="center", weight=weight,
                      bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5})  # fmt: skip


def _draw_estimate(axes: Axes, at: float, row: _Estimate) -> None:
    look = {"color": ACCENT, "marker": "o", "markerfacecolor": ACCENT, "linewidth": 2.2, "markersize": 7.5}
    if not row.ours:
        look = {"color": INK, "marker": "D", "markerfacecolor": PAPER, "linewidth": 1.2, "markersize": 7}
    _line(axes, at + 0.45, shorten(row.label, _LABEL_LENGTH), right=row.numbers)
    line = {"color": look["color"], "linewidth": look["linewidth"]}
    axes.plot([row.lower, row.upper], [at + 1.35] * 2, solid_capstyle="butt", **line)  # type: ignore[arg-type]
    axes.plot([row.estimate], [at + 1.35], markeredgewidth=1.4, **look)  # type: ignore[arg-type]


def _correlation_axis(axes: Axes, label: str) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.spines["left"].set_visible(False)
    axes.tick_params(left=False, labelleft=False)
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(lambda value, _: "0" if value == 0 else numbers.number(value, "correlation"))
    axes.set_xlabel(label)


def describe_forest(results: Sequence[Result], labels: Labels, language: str) -> str:
    """Every estimate of the drawing in words."""
    found = _estimates(results, labels, language)
    parts = [f"{row.pair}: {row.label} = {row.numbers}" for row in found]
    return text("reporting.figure.forest_alt", language, estimates="; ".join(parts))


def caption_forest(_results: Sequence[Result], _labels: Labels, language: str) -> str:
    """Title, with what the markers mean."""
    return text("reporting.figure.forest_caption", language)


# ---- distribution: one measure ----------------------------------------------------------------------------------


def draw_distribution(results: Sequence[Result], labels: Labels, language: str) -> Figure:
    """Counts by class as bars, with the median."""
    result = _one_distribution(results)
    table = result.to_frame()
    figure, axes = canvas(2.6)
    figure.subplots_adjust(left=0.14, right=0.97, top=0.88, bottom=0.25)
    axes.bar(table["lower"], table["count"], width=table["upper"] - table["lower"], align="edge",
             facecolor=ACCENT, edgecolor=PAPER, linewidth=0.8)  # fmt: skip
    axes.axvline(result.median, color=INK, linewidth=1.4, linestyle=(0, (4, 2)))
    median = text("reporting.figure.median", language, median=_value(result.median, result.unit))
    axes.annotate(median, (result.median, 1.02), xycoords=("data", "axes fraction"), ha=_side(result), va="bottom")
    axes.set_xlabel(_with_unit(result, labels, language))
    axes.set_ylabel(text("reporting.figure.respondents", language))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:,g}".replace(",", numbers.NARROW_SPACE).replace("-", "−"))
    axes.locator_params(axis="y", nbins=4, integer=True)
    return figure


def _one_distribution(results: Sequence[Result]) -> Any:
    return results[0]


def _value(value: float, unit: str) -> str:
    return numbers.number(value, "count" if float(value).is_integer() else value_kind(unit))


def _side(result: Any) -> str:
    """Where the words at the median have room."""
    low, high = result.table["lower"].min(), result.table["upper"].max()
    return "left" if result.median < (low + high) / 2 else "right"


def _with_unit(result: Any, labels: Labels, language: str) -> str:
    name = shorten(labels[result.measure], 50)
    return f"{name} ({word('unit', result.unit, language)})" if result.unit else name


def describe_distribution(results: Sequence[Result], labels: Labels, language: str) -> str:
    """Number of respondents, range, median and fullest class."""
    result = _one_distribution(results)
    table = result.to_frame()
    fullest = table.loc[table["count"].idxmax()]
    return text(
        "reporting.figure.distribution_alt", language, measure=_with_unit(result, labels, language),
        n=numbers.number(table["count"].sum(), "count"), median=_value(result.median, result.unit),
        lower=numbers.number(fullest["lower"], "score"), upper=numbers.number(fullest["upper"], "score"),
        count=numbers.number(fullest["count"], "count"),
    )  # fmt: skip


def caption_distribution(results: Sequence[Result], labels: Labels, language: str) -> str:
    """Title with the measure's name."""
    return text("reporting.figure.distribution_caption", language, measure=labels[_one_distribution(results).measure])


FIGURES: Mapping[str, FigureKind] = {
    "forest": FigureKind(draw_forest, describe_forest, caption_forest),
    "correlation_matrix": FigureKind(draw_matrix, describe_matrix, caption_matrix),
    "raincloud": FigureKind(draw_raincloud, describe_raincloud, caption_raincloud),
    "likert": FigureKind(draw_likert, describe_likert, caption_likert),
    "distribution": FigureKind(draw_distribution, describe_distribution, caption_distribution),
    "share_of_time": FigureKind(draw_share_of_time, describe_share_of_time, caption_share_of_time),
    "reach_and_time": FigureKind(draw_reach_and_time, describe_reach_and_time, caption_reach_and_time),
    "exclusion_flow": FigureKind(draw_exclusion_flow, describe_exclusion_flow, caption_exclusion_flow),
    "missing_map": FigureKind(draw_missing_map, describe_missing_map, caption_missing_map),
    "bland_altman": FigureKind(draw_bland_altman, describe_bland_altman, caption_bland_altman),
    "coefficients": FigureKind(draw_coefficients, describe_coefficients, caption_coefficients),
}

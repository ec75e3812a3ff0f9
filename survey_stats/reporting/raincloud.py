"""Rainclouds: density, box and every value of one or several measures on one scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.svg import ACCENT, INK, PAPER, canvas
from survey_stats.reporting.words import Labels, shorten, word
from survey_stats.results import Result
from survey_stats.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FEWEST_VALUES = 5
MOST_ROWS, MOST_POINTS = 8, 1500
_ROW = 0.95
"""Inches a row."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Raincloud(Result):
    """Distributions of measures, or of one measure by group, on one scale.

    Attributes:
        table: Columns `measure`, `group`, `n`, `lowest`, `lower_quartile`, `median`, `upper_quartile`, `highest`.
        values: Row of the table → its values, without names or order of the respondents.
        unit: Unit of the scale.
    """

    keys: ClassVar[tuple[str, ...]] = ("measure",)
    numbers: ClassVar[tuple[str, ...]] = ("lowest", "lower_quartile", "median", "upper_quartile", "highest")

    table: pd.DataFrame
    values: tuple[NDArray[np.float64], ...]
    unit: str = ""


def raincloud(data: pd.DataFrame, measures: Sequence[str], *, group: str | None = None, unit: str = "") -> Raincloud:
    """Values of measures for a drawing.

    Args:
        data: A column a measure.
        measures: Measures on one scale; with `group`, each by group.
        group: Column with groups, if any.
        unit: Unit of the scale.
    """
    parts = [(measure, "", data[measure]) for measure in measures]
    if group is not None:
        named = data[group].dropna().astype(str)
        parts = [(measure, name, data.loc[named.index[named == name], measure])
                 for measure in measures for name in sorted(named.unique())]  # fmt: skip
    known = [(measure, name, np.sort(column.dropna().to_numpy(dtype=float))) for measure, name, column in parts]
    kept = [part for part in known if len(part[2]) >= FEWEST_VALUES]
    rows = [
        {"measure": measure, "group": name, "n": len(values), **_quartiles(values)} for measure, name, values in kept
    ]
    table = pd.DataFrame(rows, columns=["measure", "group", "n", *Raincloud.numbers])
    return Raincloud(method="quartiles", table=table, values=tuple(values for _, _, values in kept), unit=unit)


def _quartiles(values: NDArray[np.float64]) -> dict[str, float]:
    """Quartiles interpolated between the ordered values (Hyndman and Fan's rule 7)."""
    return dict(zip(Raincloud.numbers, map(float, np.quantile(values, [0, 0.25, 0.5, 0.75, 1])), strict=True))


def scale_rainclouds(study: Study) -> list[Raincloud]:
    """The scales of a study, those with the same range and unit together."""
    scales = study.variables[study.variables["kind"] == "scale"]
    together = scales.groupby(["minimum", "maximum", "unit"], sort=False, dropna=False)
    drawn = [
        raincloud(study.measures, list(rows["id"])[:MOST_ROWS], unit=str(rows["unit"].iloc[0])) for _, rows in together
    ]
    return [one for one in drawn if len(one.table)]


def draw_raincloud(results: Sequence[Result], labels: Labels, language: str) -> Figure:
    """A row a measure: its density above, its box, and below every value, moved a little so that none hides another."""
    result: Any = results[0]
    rows = result.table.to_dict("records")
    height = _ROW * len(rows) + 0.75
    figure, axes = canvas(height)
    figure.subplots_adjust(left=0.02, right=0.98, top=0.99, bottom=0.62 / height)
    for at, (row, values) in enumerate(zip(rows, result.values, strict=True)):
        _draw_row(axes, at, values, row)
        name = _name(row, labels, language)
        axes.text(0, at - 0.42, name, transform=axes.get_yaxis_transform(), va="center", fontsize=10)
    axes.set_ylim(len(rows) - 0.45, -0.62)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(word("unit", result.unit, language) if result.unit else text("reporting.figure.value", language))
    return figure


def _name(row: Mapping[Any, Any], labels: Labels, language: str) -> str:
    whole = labels[row["measure"]] if not row["group"] else f"{labels[row['measure']]}: {labels[row['group']]}"
    count = numbers.equation(text("reporting.figure.n", language), row["n"], "count")
    return f"{shorten(whole, 44)} ({count})"


def _draw_row(axes: Axes, at: int, values: NDArray[np.float64], row: Mapping[Any, Any]) -> None:
    if values[0] < values[-1]:
        grid, density = _density(values)
        axes.fill_between(grid, at - 0.02 - 0.3 * density, at - 0.02, color=ACCENT, alpha=0.35, linewidth=0)
        axes.plot(grid, at - 0.02 - 0.3 * density, color=ACCENT, linewidth=1)
    shown = values[np.linspace(0, len(values) - 1, min(len(values), MOST_POINTS)).astype(int)]
    # The golden ratio spreads neighbours evenly and always in the same way.
    shift = (np.arange(len(shown)) * 0.6180339887) % 1
    axes.scatter(shown, at + 0.2 + 0.22 * shift, s=5, color=INK, alpha=0.35, linewidths=0)
    box = [row[name] for name in ("lower_quartile", "median", "upper_quartile")]
    axes.plot([box[0], box[2]], [at + 0.08] * 2, color=INK, linewidth=5, solid_capstyle="butt")
    axes.plot([row["lowest"], row["highest"]], [at + 0.08] * 2, color=INK, linewidth=0.8)
    axes.plot([box[1]], [at + 0.08], marker="o", color=PAPER, markeredgecolor=INK, markersize=6)


def _density(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gaussian kernels with Silverman's width, cut at the lowest and the highest value, as high as 1."""
    spread = min(
        float(np.std(values, ddof=1)), float(np.subtract(*np.quantile(values, [0.75, 0.25]))) / 1.349 or np.inf
    )
    width = 0.9 * spread * len(values) ** -0.2
    grid = np.linspace(values[0], values[-1], 200)
    density = np.exp(-0.5 * ((grid[:, None] - values) / width) ** 2).sum(axis=1)
    return grid, density / density.max()


def describe_raincloud(results: Sequence[Result], labels: Labels, language: str) -> str:
    """n, median and quartiles of each row."""
    result: Any = results[0]
    told = [
        text(
            "reporting.figure.raincloud_row", language, name=_name(row, labels, language),
            **{name: numbers.number(row[name], "score") for name in Raincloud.numbers},
        )
        for row in result.table.to_dict("records")
    ]  # fmt: skip
    return text("reporting.figure.raincloud_alt", language, rows="; ".join(told))


def caption_raincloud(_results: Sequence[Result], _labels: Labels, language: str) -> str:
    """Title, with how to read it."""
    return text("reporting.figure.raincloud_caption", language)

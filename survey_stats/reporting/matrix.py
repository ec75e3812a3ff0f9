"""The correlation matrix as APA 7 shows it: measures numbered, means and standard deviations, r with its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.results_csv import CellIds
from survey_stats.reporting.svg import ACCENT, INK, canvas
from survey_stats.reporting.weighted_moments import weighted_moments
from survey_stats.reporting.words import Labels, shorten, word
from survey_stats.results import LONG_COLUMNS, Result
from survey_stats.statistics.correlations import correlate
from survey_stats.statistics.design import Design
from survey_stats.study import Study

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from survey_stats.reporting.tables import DisplayTable

MOST_MEASURES = 12
"""More measures make a matrix that nobody can read; those beyond have their place in results."""
MOST_DRAWN = 10
_ALWAYS = ("scale", "measure")
_ALSO = ("contacts", "time_on_social_media")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class CorrelationMatrix(Result):
    """Correlations of all pairs of the scales of a study, without adjustment: it describes, it tests nothing.

    Attributes:
        table: Rows of `Correlations`, one a pair; `x` stands before `y` in the order of `measures`.
        moments: Index measure; columns `mean`, `sd` and `n`.
        left_out: Measures for which there was no room.
    """

    keys: ClassVar[tuple[str, ...]] = ("x", "y")
    numbers: ClassVar[tuple[str, ...]] = ("estimate", "ci_lower", "ci_upper", "p_value")

    table: pd.DataFrame
    moments: pd.DataFrame
    left_out: tuple[str, ...] = ()


def _moments(values: pd.DataFrame, design: Design | None) -> pd.DataFrame:
    """Mean, standard deviation and n of each measure, weighted where there is a design."""
    if design is None:
        return pd.DataFrame({"mean": values.mean(), "sd": values.std(), "n": values.count()})
    found = pd.DataFrame({name: weighted_moments(values[name], design) for name in values}).T
    return found[["mean", "sd", "n"]].astype({"mean": float, "sd": float, "n": int})


def correlation_matrix(study: Study) -> CorrelationMatrix | None:
    """Correlations of the scales, of contacts and of the time on social media; none for fewer than two of them.

    Pearson's r on the rows complete for each pair; in a sample with a design, of weighted moments.
    """
    shown = study.variables[study.variables["kind"].isin(_ALWAYS) | study.variables["construct"].isin(_ALSO)]
    wanted = [name for name in shown["id"] if study.measures[name].min() < study.measures[name].max()]
    measures = wanted[:MOST_MEASURES]
    if len(measures) < 2:
        return None
    design = study.survey_design() if study.sampling is not None else None
    values = study.measures[measures]
    found = correlate(values, design=design, adjust="none").table
    moments = _moments(values, design)
    return CorrelationMatrix(
        method="correlations", table=found, moments=moments, left_out=tuple(wanted[MOST_MEASURES:])
    )


# ---- the table --------------------------------------------------------------------------------------------------


def matrix_table(result: CorrelationMatrix, ids: CellIds, labels: Labels, language: str) -> DisplayTable:
    """Measures in rows, the lower triangle in columns, each r above its interval."""
    from survey_stats.reporting.tables import Cell, DisplayTable

    names = list(result.moments.index)
    found = {(row["x"], row["y"]): (row, known) for row, known in zip(_records(result), ids, strict=True)}
    found |= {(y, x): pair for (x, y), pair in found.items()}
    base = next(iter(ids[0].values())).split(".")[:2]
    heads = [word("column", name, language) for name in ("measure", "n", "mean", "sd")]
    numbered = [Cell(str(at + 1), numeric=True) for at in range(len(names) - 1)]
    rows, long = [], []
    for at, name in enumerate(names):
        moments = result.moments.loc[name]
        cells = [Cell(f"{at + 1}. {labels[name]}")]
        for quantity, kind in (("n", "count"), ("mean", "score"), ("sd", "score")):
            told = _long_row(base, name, quantity, moments)
            long.append(told)
            shown = numbers.number(moments[quantity], kind)
            cells.append(Cell(shown, numeric=True, ids=told["id"], values=(float(moments[quantity]),), kind=kind))
        cells += [_cell(*found[name, other]) for other in names[:at]]
        cells += [Cell("", numeric=True)] * (len(names) - 1 - at)
        rows.append(tuple(cells[: len(heads) + len(numbered)]))
    return DisplayTable(
        caption=word("caption", "CorrelationMatrix", language),
        headers=(*(Cell(head, numeric=at > 0) for at, head in enumerate(heads)), *numbered),
        rows=tuple(rows),
        notes=tuple(_notes(result, labels, language)),
        long=tuple(long),
    )


def _records(result: CorrelationMatrix) -> list[dict[Any, Any]]:
    return result.table.to_dict("records")


def _cell(row: Mapping[Any, Any], known: Mapping[str, str]) -> Any:
    from survey_stats.reporting.tables import Cell

    fields = ("estimate", "ci_lower", "ci_upper")
    values = tuple(float(row[name]) for name in fields)
    shown = numbers.number(values[0], "correlation")
    bounds = numbers.interval(values[1], values[2], "correlation")
    shown = shown if bounds == numbers.MISSING else f"{shown} {bounds}"
    return Cell(shown, numeric=True, ids=" ".join(known[name] for name in fields), values=values, kind="correlation")


def _long_row(base: Sequence[str], name: str, quantity: str, moments: Any) -> dict[str, Any]:
    told = {"id": ".".join([*base, name, quantity]), "analysis": base[0], "result": base[1], "variables": name,
            "statistic": quantity, "value": float(moments[quantity]), "n": moments["n"],
            "method": "descriptives"}  # fmt: skip
    return {column: told.get(column, "") for column in LONG_COLUMNS}


def _notes(result: CorrelationMatrix, labels: Labels, language: str) -> list[str]:
    """Which coefficient, on how many rows, that nothing is adjusted, and what is not shown."""
    counts = result.table["n"]
    weighted = "design" in str(result.table["interval"].iloc[0])
    notes = [
        text(
            "reporting.note.matrix_weighted" if weighted else "reporting.note.matrix", language,
            lowest=numbers.number(counts.min(), "count"), highest=numbers.number(counts.max(), "count"),
        )
    ]  # fmt: skip
    if result.left_out:
        notes.append(
            text("reporting.note.matrix_cut", language, measures=", ".join(labels[n] for n in result.left_out))
        )
    return notes


# ---- the figure -------------------------------------------------------------------------------------------------


def draw_matrix(results: Sequence[Result], labels: Labels, language: str) -> Figure:  # noqa: ARG001
    """Each pair has its r and, below it on a scale around 0, its interval: wide bars are uncertain."""
    result: Any = results[0]
    names = list(result.moments.index)
    figure, axes = canvas(0.5 * len(names) + 0.2)
    figure.subplots_adjust(left=0.01, right=0.99, top=0.99, bottom=0.01)
    label_room = 0.44 * (len(names) - 1) + 0.6
    axes.set_xlim(-label_room, len(names) - 1)
    axes.set_ylim(len(names), 0)
    axes.axis("off")
    size, limit = 10 if len(names) <= 6 else 8, _limit(result)
    for at, name in enumerate(names):
        axes.text(-label_room, at + 0.5, f"{at + 1}. {shorten(labels[name], 24)}", va="center", fontsize=size)
    for row in _records(result):
        x, y = sorted((names.index(row["x"]), names.index(row["y"])))
        _draw_pair(axes, x, y, row, size, limit)
    for at in range(len(names) - 1):
        axes.text(at + 0.5, at + 0.7, str(at + 1), ha="center", va="center", fontsize=size, alpha=0.7)
    return figure


def _draw_pair(axes: Axes, x: int, y: int, row: Mapping[Any, Any], size: float, limit: float) -> None:
    if math.isnan(row["estimate"]):
        axes.text(x + 0.5, y + 0.5, numbers.MISSING, ha="center", va="center", fontsize=size)
        return
    axes.text(x + 0.5, y + 0.3, numbers.number(row["estimate"], "correlation"), ha="center", va="center", fontsize=size)
    place = [x + 0.5 + 0.45 * value / limit for value in (row["ci_lower"], row["estimate"], row["ci_upper"])]
    axes.plot([x + 0.05, x + 0.95], [y + 0.72] * 2, color=INK, linewidth=0.6, alpha=0.3)
    axes.plot([x + 0.5] * 2, [y + 0.62, y + 0.82], color=INK, linewidth=0.8, alpha=0.6)
    if not math.isnan(row["ci_lower"]):
        axes.plot([place[0], place[2]], [y + 0.72] * 2, color=ACCENT, linewidth=4.5, solid_capstyle="butt")
    axes.plot([place[1]] * 2, [y + 0.62, y + 0.82], color=INK, linewidth=1.0)


def _limit(result: CorrelationMatrix) -> float:
    """The end of the scale: all intervals fit, rounded up to a tenth."""
    ends = result.table[["estimate", "ci_lower", "ci_upper"]].abs().max().max()
    return 1.0 if math.isnan(ends) else min(math.ceil(10 * ends) / 10, 1.0)


def describe_matrix(results: Sequence[Result], labels: Labels, language: str) -> str:
    """Every pair in words."""
    result: Any = results[0]
    pairs = [
        f"{text('reporting.pair', language, x=labels[row['x']], y=labels[row['y']])} "
        f"{numbers.number(row['estimate'], 'correlation')} "
        f"{numbers.interval(row['ci_lower'], row['ci_upper'], 'correlation')}"
        for row in _records(result)
    ]
    return text("reporting.figure.matrix_alt", language, estimates="; ".join(pairs))


def caption_matrix(results: Sequence[Result], _labels: Labels, language: str) -> str:
    """Title, with how to read it."""
    result: Any = results[0]
    return text("reporting.figure.matrix_caption", language, limit=numbers.number(_limit(result), "correlation"))

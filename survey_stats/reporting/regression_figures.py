"""The figure of a regression: each term with its interval, beside no difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.svg import ACCENT, INK, PAPER, canvas
from survey_stats.reporting.words import Labels, plain, shorten, word
from survey_stats.results import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LABEL_LENGTH = 42
_RATIOS = ("odds_ratio", "rate_ratio", "mean_ratio")


@dataclass(frozen=True, slots=True)
class _Term:
    label: str
    scale: str
    estimate: float
    lower: float
    upper: float

    @property
    def numbers(self) -> str:
        kind = "odds_ratio" if self.scale in _RATIOS else "correlation" if self.scale == "beta" else "coefficient"
        return f"{numbers.number(self.estimate, kind)} {numbers.interval(self.lower, self.upper, kind)}"


def _terms(results: Sequence[Result], labels: Labels, language: str) -> list[_Term]:
    """Terms with an interval, on the scale of ratios where there are any, else in standard deviations, else plain."""
    frame = pd.concat([result.to_frame() for result in results], ignore_index=True)
    part = frame["part"] if "part" in frame else pd.Series("", index=frame.index)
    shown = (frame["term"] != "Intercept") & ~part.isin(["threshold", "dispersion"]) & frame["ci_lower"].notna()
    betas = "beta" in frame and bool(frame.loc[shown, "beta"].notna().all())
    return [_term(row, labels, language, betas=betas) for row in frame[shown].to_dict("records")]


def _term(row: Any, labels: Labels, language: str, *, betas: bool) -> _Term:
    inside = f" ({word('part', row['part'], language)})" if row.get("part") else ""
    label = f"{labels[row['outcome']]} × {labels[row['term']]}{inside}"
    ratio = next((name for name in _RATIOS if pd.notna(row.get(name))), "")
    if ratio:
        return _Term(label, ratio, row[ratio], row[f"{ratio}_ci_lower"], row[f"{ratio}_ci_upper"])
    factor = row["beta"] / row["estimate"] if betas and row["estimate"] else 1.0
    return _Term(
        label, "beta" if betas else "estimate", *(factor * row[name] for name in ("estimate", "ci_lower", "ci_upper"))
    )


def draw_coefficients(results: Sequence[Result], labels: Labels, language: str) -> Figure:
    """Each term with its interval, its words above; a line at no difference, and ratios on a logarithmic axis."""
    found = _terms(results, labels, language)
    ratios = bool(found) and found[0].scale in _RATIOS
    height = 0.42 * max(len(found), 1) + 0.85
    figure, axes = canvas(height)
    figure.subplots_adjust(left=0.03, right=0.97, top=1, bottom=0.7 / height)
    axes.set_ylim(2 * max(len(found), 1) + 0.4, 0)
    axes.axvline(1 if ratios else 0, color=INK, linewidth=0.8, alpha=0.6)
    ground = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}
    for at, row in enumerate(found):
        for where, side, content in ((0.0, "left", shorten(row.label, _LABEL_LENGTH)), (1.0, "right", row.numbers)):
            axes.text(where, 2 * at + 0.6, content, transform=axes.get_yaxis_transform(), ha=side, va="center",
                      bbox=ground)  # fmt: skip
        axes.plot([row.lower, row.upper], [2 * at + 1.5] * 2, color=ACCENT, linewidth=2.2, solid_capstyle="butt")
        axes.plot([row.estimate], [2 * at + 1.5], color=ACCENT, marker="o", markersize=7.5)
    if ratios:
        _ratio_axis(axes)
    axes.spines["left"].set_visible(False)
    axes.tick_params(left=False, labelleft=False)
    axes.set_xlabel(plain(_axis(found, language)))
    return figure


def _ratio_axis(axes: Any) -> None:
    from matplotlib.ticker import MaxNLocator, NullFormatter

    axes.set_xscale("log")
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_formatter(NullFormatter())


def _axis(found: Sequence[_Term], language: str) -> str:
    return text(f"regression.figure.{found[0].scale}", language) if found else ""


def describe_coefficients(results: Sequence[Result], labels: Labels, language: str) -> str:
    """Every term of the drawing in words."""
    found = _terms(results, labels, language)
    told = "; ".join(f"{row.label} = {row.numbers}" for row in found)
    return text("regression.figure.alt", language, scale=plain(_axis(found, language)), estimates=told)


def caption_coefficients(_results: Sequence[Result], _labels: Labels, language: str) -> str:
    """Title of the drawing."""
    return text("regression.figure.caption", language)

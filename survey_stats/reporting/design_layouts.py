"""Columns and notes of the tables of estimates with a sampling design: header, fields of the result, kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from survey_stats.messages import text
from survey_stats.reporting.group_layouts import Layout, adjustment_notes
from survey_stats.reporting.words import Labels, word

_QUANTITY: Layout = (
    ("variable", ("variable",), "label"),
    ("denominator", ("denominator",), "label"),
    ("category", ("category",), "label"),
    ("quantile", ("quantile",), "percent"),
    ("group", ("group",), "label"),
)
DESIGN_LAYOUTS: Mapping[str, Layout] = {
    "Estimates": (
        *_QUANTITY,
        ("estimate", ("estimate",), "value"),
        ("standard_error", ("standard_error",), "value"),
        ("interval", ("ci_lower", "ci_upper"), "value"),
        ("design_effect", ("design_effect",), "score"),
        ("n_effective", ("n_effective",), "count"),
        ("n", ("n",), "count"),
    ),
    "Differences": (
        *_QUANTITY,
        ("compared_first", ("first",), "label"),
        ("compared_second", ("second",), "label"),
        ("difference", ("estimate",), "value"),
        ("interval", ("ci_lower", "ci_upper"), "value"),
        ("statistic", ("statistic",), "statistic"),
        ("df", ("df",), "degrees_of_freedom"),
        ("p_value", ("p_value",), "p_value"),
        ("p_adjusted", ("p_adjusted",), "p_value"),
    ),
    "Weights": (
        ("method", ("method",), "method"),
        ("smallest", ("minimum",), "score"),
        ("largest", ("maximum",), "score"),
        ("kish_effect", ("kish_effect",), "score"),
        ("n_effective", ("effective_size",), "count"),
        ("n_trimmed", ("n_trimmed",), "count"),
        ("n_without_weight", ("n_zero",), "count"),
        ("n", ("n",), "count"),
    ),
    "WeightSummary": (
        ("method", ("method",), "method"),
        ("smallest", ("minimum",), "score"),
        ("largest", ("maximum",), "score"),
        ("kish_effect", ("kish_effect",), "score"),
        ("n_effective", ("effective_size",), "count"),
        ("n_without_weight", ("n_zero",), "count"),
        ("n", ("n",), "count"),
    ),
    "Balance": (
        ("variable", ("variable",), "label"),
        ("category", ("category",), "label"),
        ("before", ("before",), "value"),
        ("after", ("after",), "value"),
        ("target", ("target",), "value"),
        ("difference_before", ("difference_before",), "score"),
        ("difference_after", ("difference_after",), "score"),
        ("n", ("n",), "count"),
    ),
}


def _percent_note(frame: pd.DataFrame, language: str) -> list[str]:
    return [text("estimate.note_percent", language)] if (frame["unit"] == "share").any() else []


def _estimate_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """What was estimated, how its interval was made, and on how many degrees of freedom."""
    told = frame.loc[frame["estimate"].notna(), ["method", "interval", "df"]].drop_duplicates()
    notes = [
        text("estimate.note", language, method=word("method", row["method"], language), df=f"{row['df']:g}",
             interval=word("interval", row["interval"], language))
        for row in told.to_dict("records")
        if row["interval"] != "none"
    ]  # fmt: skip
    return [*_percent_note(frame, language), *notes]


def _difference_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """What the standard errors hold, and over how many tests p was adjusted."""
    return [
        *_percent_note(frame, language),
        text("estimate.note_difference", language),
        *adjustment_notes(frame, ["adjust"], language),
    ]


def _weight_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """What the ratios are to, the bounds of trimming, and how closely the margins hold."""
    row = frame.iloc[0]
    told = [
        text("raking.note", language, rounds=int(row["rounds"]), deviation=f"{max(100 * row['deviation'], 0.001):.3f}")
    ]
    bounds = {name: row[name] for name in ("lower", "upper") if pd.notna(row[name])}
    if bounds:
        which = "_".join(bounds)
        told.append(text(f"raking.trimmed_{which}", language, **{name: f"{at:g}" for name, at in bounds.items()}))
    return told


def _given_notes(_frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    return [text("raking.note_given", language)]


def _balance_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    return [*_percent_note(frame, language), text("raking.note_balance", language)]


DESIGN_NOTES: Mapping[str, Callable[[pd.DataFrame, Labels, str], list[str]]] = {
    "Estimates": _estimate_notes,
    "Differences": _difference_notes,
    "Weights": _weight_notes,
    "WeightSummary": _given_notes,
    "Balance": _balance_notes,
}

"""Columns and notes of the tables of correlations: header, fields of the result, kind of quantity."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.group_layouts import Layout
from survey_stats.reporting.words import Labels, word

CORRELATION_LAYOUTS: Mapping[str, Layout] = {
    "Correlations": (
        ("pair", ("x", "y"), "pair"),
        ("method", ("method",), "method"),
        ("level", ("level",), "level"),
        ("estimate", ("estimate",), "correlation"),
        ("interval", ("ci_lower", "ci_upper"), "correlation"),
        ("interval_simultaneous", ("simultaneous_ci_lower", "simultaneous_ci_upper"), "correlation"),
        ("p_value", ("p_value",), "p_value"),
        ("p_adjusted", ("p_adjusted",), "p_value"),
        ("bayes_factor", ("bayes_factor",), "coefficient"),
        ("corrected_r", ("corrected",), "correlation"),
        ("interval_corrected", ("corrected_ci_lower", "corrected_ci_upper"), "correlation"),
        ("interval_verdict", ("verdict_ci_lower", "verdict_ci_upper"), "correlation"),
        ("verdict", ("verdict",), "verdict"),
        ("n", ("n",), "count"),
        ("n_persons", ("n_persons",), "count"),
    ),
    "CorrelationDifferences": (
        ("first_pair", ("first_x", "first_y"), "pair"),
        ("second_pair", ("second_x", "second_y"), "pair"),
        ("groups", ("group",), "label"),
        ("first_r", ("estimate_first",), "correlation"),
        ("second_r", ("estimate_second",), "correlation"),
        ("difference", ("estimate",), "correlation"),
        ("interval", ("ci_lower", "ci_upper"), "correlation"),
        ("test", ("method",), "method"),
        ("statistic_plain", ("statistic",), "statistic"),
        ("df", ("df",), "degrees_of_freedom"),
        ("p_value", ("p_value",), "p_value"),
        ("p_adjusted", ("p_adjusted",), "p_value"),
        ("n", ("n",), "count"),
        ("n_second", ("n_second",), "count"),
    ),
    "CorrelationBounds": (
        ("pair", ("x", "y"), "pair"),
        ("bounds", ("lower", "upper"), "correlation"),
        ("midpoint", ("midpoint",), "correlation"),
        ("interval_bounds", ("ci_lower", "ci_upper"), "correlation"),
        ("n", ("n",), "count"),
        ("n_ranged", ("n_ranged",), "count"),
    ),
    "MeanBounds": (
        ("measure", ("variable",), "label"),
        ("bounds", ("lower", "upper"), "value"),
        ("midpoint", ("midpoint",), "value"),
        ("interval_bounds", ("ci_lower", "ci_upper"), "value"),
        ("unit", ("unit",), "unit"),
        ("n", ("n",), "count"),
        ("n_ranged", ("n_ranged",), "count"),
    ),
    "CorrectedCorrelation": (
        ("corrected_r", ("estimate",), "correlation"),
        ("interval", ("ci_lower", "ci_upper"), "correlation"),
        ("observed_r", ("observed",), "correlation"),
        ("reliability_x", ("reliability_x",), "reliability"),
        ("reliability_y", ("reliability_y",), "reliability"),
        ("n", ("n",), "count"),
    ),
}


def correlation_notes(frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    """Rows and control variables, what simultaneous intervals hold, how verdicts and Bayes factors are made."""
    return [
        note
        for column, told in (
            ("controls", _controls),
            ("rows", _rows),
            ("simultaneous", _simultaneous),
            ("verdict", _verdict),
            ("bayes_factor", _bayes_factor),
            ("corrected", _corrected),
        )
        if column in frame
        for note in told(frame, labels, language)
    ]


def _controls(frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    told = ", ".join(labels[name] for name in str(frame["controls"].iloc[0]).split(", "))
    return [text("reporting.note.controls", language, controls=told)]


def _rows(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    return [text("reporting.note.rows_complete", language)] if (frame["rows"] == "complete").any() else []


def _simultaneous(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    return [text(f"reporting.note.simultaneous.{name}", language) for name in frame["simultaneous"].unique()]


def _verdict(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    given = frame.dropna(subset=["sesoi_lower"])
    if given.empty:
        return []
    stated = given.iloc[0]
    level = f"{100 * stated['verdict_confidence']:g}"
    margins = {name: numbers.number(stated[f"sesoi_{name}"], "correlation") for name in ("lower", "upper")}
    return [text(f"reporting.note.verdict.{stated['expected']}", language, confidence=level, **margins)]


def _bayes_factor(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    return [text("reporting.note.bayes_factor", language, kappa=f"{frame['kappa'].iloc[0]:g}")]


def _corrected(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    return [text("reporting.note.corrected_r", language)] if frame["corrected"].notna().any() else []


def _difference_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    adjusted = frame["p_adjusted"].notna().sum() > 1
    told = {
        "adjust": word("adjust", frame["adjust"].iloc[0], language),
        "tests": int(frame["p_adjusted"].notna().sum()),
    }
    own = [text("reporting.note.differences_adjusted", language, **told)] if adjusted else []
    return [text("reporting.note.zou", language), *own]


def _corrected_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    return [text(f"reporting.note.corrected_by.{frame['interval'].iloc[0]}", language)]


def _correlation_bounds_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    searched = "search" in {*frame["lower_by"], *frame["upper_by"]}
    kind = "search" if searched else "exact"
    return [text(f"reporting.note.bounds.{kind}", language)]


def _mean_bounds_notes(_frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    return [text("reporting.note.bounds.mean", language)]


CORRELATION_NOTES = {
    "CorrelationBounds": _correlation_bounds_notes,
    "MeanBounds": _mean_bounds_notes,
    "CorrelationDifferences": _difference_notes,
    "CorrectedCorrelation": _corrected_notes,
}

"""Columns and notes of the tables of correlations: header, fields of the result, kind of quantity."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.group_layouts import Layout
from survey_stats.reporting.words import Labels

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
        ("interval_verdict", ("verdict_ci_lower", "verdict_ci_upper"), "correlation"),
        ("verdict", ("verdict",), "verdict"),
        ("n", ("n",), "count"),
        ("n_persons", ("n_persons",), "count"),
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

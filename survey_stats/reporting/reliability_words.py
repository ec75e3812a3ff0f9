"""Reliability of the scales of a study: its columns, its notes, and a sentence a scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from survey_stats.analysis import Table
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.phrases import interval
from survey_stats.reporting.words import Labels, word

Row = Mapping[Any, Any]

RELIABILITY_LAYOUTS: Mapping[str, tuple[tuple[str, tuple[str, ...], str], ...]] = {
    "Reliabilities": (
        ("measure", ("measure",), "label"),
        ("coefficient", ("method",), "method"),
        ("estimate", ("estimate",), "reliability"),
        ("interval", ("ci_lower", "ci_upper"), "reliability"),
        ("measurement_error", ("measurement_error",), "score"),
        ("n_items", ("n_items",), "count"),
        ("n", ("n",), "count"),
    ),
    "ClassCounts": (
        ("measure", ("measure",), "label"),
        ("class", ("label",), "class"),
        ("count", ("count",), "count"),
        ("percent", ("share",), "percent"),
        ("n", ("n",), "count"),
    ),
}
"""Type of result → header, fields and kind of each column."""


def error_notes(frame: pd.DataFrame, language: str) -> list[str]:
    """What the standard error of measurement is, where the table has one."""
    return [text("reporting.note.measurement_error", language)] if frame["measurement_error"].notna().any() else []


def class_notes(frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    """The rule of each measure, once."""
    told = frame.drop_duplicates("measure").to_dict("records")
    return [
        text("reporting.note.rule", language, measure=labels[row["measure"]], rule=str(row["rule"]).rstrip("."))
        for row in told
        if row["rule"]
    ]


def _reliabilities(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """A sentence a scale with all its coefficients; nothing in short, and nothing of a scale without any."""
    frame = table.result.to_frame()
    found = frame[frame["estimate"].notna()]
    if short or found.empty:
        return []
    return [_scale(rows.to_dict("records"), labels, language) for _, rows in found.groupby("measure", sort=False)]


def _scale(rows: list[dict[Any, Any]], labels: Labels, language: str) -> str:
    first = rows[0]
    told = [
        ", ".join(filter(None, (
            numbers.equation(word("symbol", row["method"], language), row["estimate"], "reliability"),
            interval(row, language, ("ci_lower", "ci_upper"), "reliability"),
        )))
        for row in rows
    ]  # fmt: skip
    return text(
        "reporting.reliability", language, measure=labels[first["measure"]], coefficients="; ".join(told),
        n=numbers.equation("*n*", first["n"], "count"), n_items=numbers.number(first["n_items"], "count"),
    )  # fmt: skip


RELIABILITY_WRITERS: Mapping[str, Callable[..., list[str]]] = {"Reliabilities": _reliabilities}

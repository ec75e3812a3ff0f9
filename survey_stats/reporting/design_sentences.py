"""Estimates with a sampling design in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from survey_stats.analysis import Table
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.group_sentences import direction
from survey_stats.reporting.phrases import interval, p_values, setting, with_df
from survey_stats.reporting.words import Labels, clean, word

Row = Mapping[Any, Any]


def _kind(row: Row) -> str:
    return "percent" if row["unit"] == "share" else "score"


def _what(row: Row, labels: Labels, language: str) -> str:
    """`mean of Shyness (sex = f)`."""
    part = next((labels[str(row[name])] for name in ("category", "denominator") if row.get(name)), "")
    if pd.notna(row.get("quantile")):
        part = f"{numbers.number(row['quantile'], 'percent')}%"
    detail = ", ".join(clean(one) for one in (part, row.get("group", "")) if one)
    quantity = text("estimate.of", language, quantity=word("method", row["method"], language),
                    variable=labels[row["variable"]])  # fmt: skip
    return f"{quantity} ({detail})" if detail else quantity


def _estimates(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """A sentence an estimate; in short, only those there are."""
    rows = table.result.to_frame().to_dict("records")
    return [_estimate(row, table, labels, language) for row in rows if not (short and pd.isna(row["estimate"]))]


def _estimate(row: Row, table: Table, labels: Labels, language: str) -> str:
    what = _what(row, labels, language)
    if pd.isna(row["estimate"]):
        return text("estimate.said_missing", language, what=what, reason=clean(row["error"]))
    value = numbers.number(row["estimate"], _kind(row)) + ("%" if row["unit"] == "share" else "")
    parts = (interval(row, language, ("ci_lower", "ci_upper"), _kind(row)),
             numbers.equation("*n*", row["n"], "count"))  # fmt: skip
    return text("estimate.said", language, what=what, value=value, statistics=", ".join(filter(None, parts)),
                setting=setting(row, table.context, language))  # fmt: skip


def _differences(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """A sentence a difference; in short, only those that could be tested."""
    rows = table.result.to_frame().to_dict("records")
    return [_difference(row, table, labels, language) for row in rows if not (short and pd.isna(row["p_value"]))]


def _difference(row: Row, table: Table, labels: Labels, language: str) -> str:
    names = {name: labels[row[name]] for name in ("first", "second")}
    about = ", ".join(labels[str(row[name])] for name in ("variable", "category", "group") if row.get(name))
    if pd.isna(row["p_value"]):
        return text("estimate.untested", language, about=about, **names)
    parts = (
        numbers.number(row["estimate"], _kind(row)), interval(row, language, ("ci_lower", "ci_upper"), _kind(row)),
        numbers.equation(with_df("*t*", row), row["statistic"], "statistic"), p_values(row, language),
    )  # fmt: skip
    return text(f"estimate.difference.{direction(row)}", language, about=about,
                statistics=", ".join(filter(None, parts)), setting=setting(row, table.context, language),
                **names)  # fmt: skip


def _weights(table: Table, _labels: Labels, language: str, *, short: bool) -> list[str]:
    """What weighting costs: the spread of the weights and the effective size; nothing in short."""
    row = table.result.to_frame().iloc[0]
    if short:
        return []
    return [
        text(
            "raking.said", language, smallest=numbers.number(row["minimum"], "score"),
            largest=numbers.number(row["maximum"], "score"), effect=numbers.number(row["kish_effect"], "score"),
            effective=numbers.number(row["effective_size"], "count"), n=numbers.number(row["n"], "count"),
        )
    ]  # fmt: skip


DESIGN_WRITERS: Mapping[str, Callable[..., list[str]]] = {
    "Estimates": _estimates,
    "Differences": _differences,
    "Weights": _weights,
    "WeightSummary": _weights,
}
"""Type of result → what writes sentences about its rows."""

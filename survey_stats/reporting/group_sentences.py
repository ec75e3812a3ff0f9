"""Comparisons of groups in words: which group has more, by how much, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from survey_stats.analysis import Table
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.phrases import interval, p_values, setting, with_df
from survey_stats.reporting.words import Labels, clean, word

Row = Mapping[Any, Any]


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def direction(row: Row) -> str:
    """`positive` or `negative` where the interval excludes 0 and p (adjusted, if it is) agrees, else `unclear`."""
    p = row["p_adjusted"] if pd.notna(row.get("p_adjusted")) else row["p_value"]
    if not p < round(1 - row["confidence"], 9):
        return "unclear"
    return "positive" if row["ci_lower"] > 0 else "negative" if row["ci_upper"] < 0 else "unclear"


def _test(row: Row, symbol: str) -> str:
    """`*t*(28) = 2.31`."""
    return "" if pd.isna(row["statistic"]) else numbers.equation(with_df(symbol, row), row["statistic"], "statistic")


def _share_differences(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """A sentence an answer and pair of groups."""
    rows = table.result.to_frame().to_dict("records")
    return [_share_difference(row, table, labels, language) for row in rows if not (short and pd.isna(row["p_value"]))]


def _share_difference(row: Row, table: Table, labels: Labels, language: str) -> str:
    names = {name: labels[row[name]] for name in ("variable", "category", "first", "second")}
    shares = {name: numbers.number(row[name], "percent") for name in ("share_first", "share_second")}
    if pd.isna(row["p_value"]):
        return text("groups.share.untested", language, reason=clean(row["warning"]), **names, **shares)
    symbol = "*z*" if pd.isna(row["df"]) else "*t*"
    statistics = _joined(
        text("groups.share.points", language, points=numbers.number(row["estimate"], "percent")),
        interval(row, language, ("ci_lower", "ci_upper"), "percent"),
        _test(row, symbol), p_values(row, language), numbers.equation("*n*", row["n"], "count"),
    )  # fmt: skip
    return text(
        f"groups.share.{direction(row)}", language, statistics=statistics,
        setting=setting(row, table.context, language), **names, **shares,
    )  # fmt: skip


def _associations(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:  # noqa: ARG001
    """A sentence a pair of questions, by the test that decides."""
    frame = table.result.to_frame()
    return [_association(row, table, labels, language) for row in frame[frame["designated"]].to_dict("records")]


def _association(row: Row, table: Table, labels: Labels, language: str) -> str:
    kept = row["p_value"] < round(1 - row["confidence"], 9)
    dfs = [numbers.number(row[name], "degrees_of_freedom") for name in ("df", "df_error") if pd.notna(row[name])]
    symbol = word("symbol", row["method"], language)
    test = numbers.equation(f"{symbol}({', '.join(dfs)})", row["statistic"], "statistic") if dfs else symbol
    effect = {**row, "ci_lower": row["effect_ci_lower"], "ci_upper": row["effect_ci_upper"]}
    statistics = _joined(
        test, p_values(row, language),
        numbers.equation(word("symbol", row["effect_size"], language), row["effect_estimate"], "correlation"),
        interval(effect, language, ("ci_lower", "ci_upper"), "correlation"),
        numbers.equation("*n*", row["n"], "count"),
    )  # fmt: skip
    return text(
        f"groups.association.{'found' if kept else 'unclear'}", language, rows=labels[row["rows"]],
        columns=labels[row["columns"]], statistics=statistics, setting=setting(row, table.context, language),
    )  # fmt: skip


GROUP_WRITERS: Mapping[str, Callable[..., list[str]]] = {
    "ProportionDifferences": _share_differences,
    "Association": _associations,
}
"""Type of result → what writes sentences about its rows."""

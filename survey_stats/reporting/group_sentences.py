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
    if pd.isna(row["p_value"]):
        return text("groups.association.failed", language, rows=labels[row["rows"]], columns=labels[row["columns"]],
                    reason=clean(row["error"]).rstrip("."))  # fmt: skip
    kept = row["p_value"] < round(1 - row["confidence"], 9)
    test: str = word("symbol", row["method"], language) if pd.isna(row["statistic"]) else _tested(row, language)
    statistics = _joined(test, p_values(row, language), *_effect(row, language),
                         numbers.equation("*n*", row["n"], "count"))  # fmt: skip
    return text(
        f"groups.association.{'found' if kept else 'unclear'}", language, rows=labels[row["rows"]],
        columns=labels[row["columns"]], statistics=statistics, setting=setting(row, table.context, language),
    )  # fmt: skip


def _comparisons(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """A sentence an outcome, by the test that decides."""
    frame = table.result.to_frame()
    decides = frame[frame["designated"]].to_dict("records")
    covariates = _listed(frame.loc[~frame["designated"] & (frame["group"] == ""), "factor"], labels)
    return [
        _comparison(row, covariates, table, labels, language)
        for row in decides
        if not (short and pd.isna(row["p_value"]))
    ]


def _listed(names: Any, labels: Labels) -> str:
    return ", ".join(labels[name] for name in dict.fromkeys(names))


def _comparison(row: Row, covariates: str, table: Table, labels: Labels, language: str) -> str:
    outcome = labels[row["outcome"]]
    if pd.isna(row["p_value"]):
        return text("groups.compare.failed", language, outcome=outcome, reason=clean(row["error"]).rstrip("."))
    given = text("groups.compare.covariates", language, covariates=covariates) if covariates else ""
    statistics = _joined(*_difference(row, language), _tested(row, language), p_values(row, language),
                         *_effect(row, language), numbers.equation("*n*", row["n"], "count"))  # fmt: skip
    first, _, second = row["group"].partition(" − ")
    kind, verdict = _kind(row), _verdict(row)
    return text(
        f"groups.compare.{kind}_{verdict}", language, outcome=outcome, first=labels[first], second=labels[second],
        groups=_listed(row["group"].split(", "), labels), covariates=given, statistics=statistics,
        setting=setting(row, table.context, language),
    )  # fmt: skip


def _kind(row: Row) -> str:
    """Two or more, means or ranks: of two means there is a difference, of two rank sums a signed coefficient."""
    means = "ranks" if row["method"] in _OF_RANKS else "means"
    return f"{means}_two" if " − " in row["group"] else f"{means}_more"


_OF_RANKS = ("mann_whitney", "kruskal_wallis", "wilcoxon", "friedman")


def _verdict(row: Row) -> str:
    p = row["p_adjusted"] if pd.notna(row.get("p_adjusted")) else row["p_value"]
    if not p < round(1 - row["confidence"], 9):
        return "unclear"
    signed: float = row["estimate"] if pd.notna(row["estimate"]) else row["effect_estimate"]
    return "differ" if " − " not in row["group"] else "positive" if signed > 0 else "negative"


def _difference(row: Row, language: str) -> tuple[str, ...]:
    if pd.isna(row["estimate"]):
        return ()
    shown = text("groups.compare.difference", language, difference=numbers.number(row["estimate"], "coefficient"))
    return shown, interval(row, language, ("ci_lower", "ci_upper"), "coefficient")


def _tested(row: Row, language: str) -> str:
    """`*F*(2, 43.91) = 11.92`, `*U* = 150`."""
    symbol = word("symbol", row["method"], language)
    dfs = [numbers.number(row[name], "degrees_of_freedom") for name in ("df", "df_error") if pd.notna(row[name])]
    return numbers.equation(f"{symbol}({', '.join(dfs)})" if dfs else symbol, row["statistic"], "statistic")


def _effect(row: Row, language: str) -> tuple[str, ...]:
    """Effect size and its interval; shares and rank correlations are bounded by 1, standardized differences not."""
    if pd.isna(row["effect_estimate"]):
        return ()
    kind = "score" if row["effect_size"].startswith(("cohens_d", "d_")) else "correlation"
    symbol = word("symbol", row["effect_size"], language)
    return (
        numbers.equation(symbol, row["effect_estimate"], kind),
        interval(row, language, ("effect_ci_lower", "effect_ci_upper"), kind),
    )


GROUP_WRITERS: Mapping[str, Callable[..., list[str]]] = {
    "ProportionDifferences": _share_differences,
    "Association": _associations,
    "GroupComparison": _comparisons,
}
"""Type of result → what writes sentences about its rows."""

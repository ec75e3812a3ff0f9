"""What follows from correlations, in words: verdicts, differences, corrections, bounds."""

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


def verdict_sentence(row: Row, language: str) -> str:
    """The verdict of a row with the interval it rests on; a trivial association may be significant, and it says so."""
    verdict = row.get("verdict")
    if not verdict:
        return ""
    told = {**row, "confidence": row["verdict_confidence"]}
    limits = interval(told, language, ("verdict_ci_lower", "verdict_ci_upper"), "correlation")
    lower, upper = (numbers.number(row[f"sesoi_{name}"], "correlation") for name in ("lower", "upper"))
    return " " + text(
        f"reporting.verdict_sentence.{verdict}", language, interval=limits, lower=lower, upper=upper,
        expected=text(f"reporting.expected.{row['expected']}", language),
        margin={"positive": upper, "negative": lower}.get(row["expected"], f"{lower}, {upper}"),
        significant=_significant(row, language), detectable=_detectable(row, language),
    )  # fmt: skip


def _significant(row: Row, language: str) -> str:
    given = (row.get(name) for name in ("p_adjusted", "p_value"))
    p_value = next((one for one in given if one is not None and pd.notna(one)), 1.0)
    if p_value >= round(1 - row["confidence"], 9):
        return ""
    shown = numbers.equation("*p*", p_value, "p_value")
    return text("reporting.verdict_sentence.significant", language, p=shown)


def _detectable(row: Row, language: str) -> str:
    smallest = row.get("smallest_detectable")
    if smallest is None or pd.isna(smallest):
        return ""
    shown = numbers.number(smallest, "correlation")
    return text("reporting.verdict_sentence.detectable", language, r=shown, n=numbers.number(row["n"], "count"))


def _differences(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """A sentence a comparison; in short, only those that could be made."""
    rows = table.result.to_frame().to_dict("records")
    return [_difference(row, table, labels, language) for row in rows if not (short and pd.isna(row["estimate"]))]


def _difference(row: Row, table: Table, labels: Labels, language: str) -> str:
    pairs = {}
    for which in ("first", "second"):
        pair = text("reporting.pair", language, x=labels[row[f"{which}_x"]], y=labels[row[f"{which}_y"]])
        pairs[which] = ", ".join(filter(None, (pair, clean(row[f"group_{which}"]))))
    if pd.isna(row["estimate"]):
        return text("reporting.difference_of_r.failed", language, reason=clean(row["error"]).rstrip("."), **pairs)
    given = (row.get("p_adjusted"), row["p_value"])
    p_value = next(one for one in given if pd.notna(one))
    clear = p_value < round(1 - row["confidence"], 9) and (row["ci_lower"] > 0 or row["ci_upper"] < 0)
    verdict = ("higher" if row["estimate"] > 0 else "lower") if clear else "unclear"
    symbol = with_df("*z*" if pd.isna(row["df"]) else "*t*", row)
    sizes = [numbers.number(row[name], "count") for name in ("n", "n_second") if pd.notna(row[name])]
    statistics = (
        interval(row, language, ("ci_lower", "ci_upper"), "correlation"),
        numbers.equation(symbol, row["statistic"], "statistic"), p_values(row, language), f"*n* = {' + '.join(sizes)}",
    )  # fmt: skip
    shown = {
        name: numbers.number(row[name], "correlation") for name in ("estimate_first", "estimate_second", "estimate")
    }
    return text(
        f"reporting.difference_of_r.{verdict}", language, statistics=", ".join(filter(None, statistics)),
        setting=setting(row, table.context, language), **pairs, **shown,
    )  # fmt: skip


def _corrected(table: Table, _labels: Labels, language: str, *, short: bool) -> list[str]:  # noqa: ARG001
    row = table.result.to_frame().iloc[0].to_dict()
    reliabilities = ", ".join(
        numbers.number(row[name], "reliability") for name in ("reliability_x", "reliability_y") if row[name] != 1
    )
    return [
        text(
            "reporting.corrected_r", language, observed=numbers.number(row["observed"], "correlation"),
            corrected=numbers.number(row["estimate"], "correlation"), reliabilities=reliabilities,
            interval=interval(row, language, ("ci_lower", "ci_upper"), "correlation"),
            n=numbers.number(row["n"], "count"),
        )
    ]  # fmt: skip


def _correlation_bounds(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:  # noqa: ARG001
    """What the ranges leave open, and whether sampling and ranges together leave a direction."""
    row = table.result.to_frame().iloc[0].to_dict()
    settled = "positive" if row["ci_lower"] > 0 else "negative" if row["ci_upper"] < 0 else "open"
    pair = text("reporting.pair", language, x=labels[row["x"]], y=labels[row["y"]])
    return [
        text(
            f"reporting.bounds_of_r.{settled}", language, pair=pair, **_bounds(row, "correlation", language),
            setting=setting(row, table.context, language),
        )
    ]  # fmt: skip


def _mean_bounds(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:  # noqa: ARG001
    row = table.result.to_frame().iloc[0].to_dict()
    kind = "minutes" if str(row["unit"]).startswith("minutes") else "score"
    return [
        text("reporting.bounds_of_mean", language, variable=labels[row["variable"]],
             unit=f" {word('unit', row['unit'], language)}" if row["unit"] else "",
             **_bounds(row, kind, language), setting=setting(row, table.context, language))
    ]  # fmt: skip


def _bounds(row: Row, kind: str, language: str) -> dict[str, str]:
    return {
        "lower": numbers.number(row["lower"], kind), "upper": numbers.number(row["upper"], kind),
        "midpoint": numbers.number(row["midpoint"], kind),
        "interval": interval(row, language, ("ci_lower", "ci_upper"), kind), "n": numbers.number(row["n"], "count"),
        "ranged": numbers.number(row["n_ranged"], "count"),
    }  # fmt: skip


CORRELATION_WRITERS: Mapping[str, Callable[..., list[str]]] = {
    "CorrelationDifferences": _differences,
    "CorrectedCorrelation": _corrected,
    "CorrelationBounds": _correlation_bounds,
    "MeanBounds": _mean_bounds,
}
"""Type of result → what writes sentences about its rows."""

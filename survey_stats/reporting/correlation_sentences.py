"""What follows from correlations, in words: verdicts about the smallest effect of interest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.phrases import interval

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

"""Self-reports against logs, and what limited validity does to a correlation: columns, notes, sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from survey_stats.analysis import Table
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.group_layouts import Layout
from survey_stats.reporting.group_sentences import direction
from survey_stats.reporting.phrases import interval, setting
from survey_stats.reporting.words import Labels, word

Row = Mapping[Any, Any]

AGREEMENT_LAYOUTS: Mapping[str, Layout] = {
    "Agreement": (
        ("figure_told", ("quantity",), "quantity"),
        ("estimate", ("estimate",), "value"),
        ("interval", ("ci_lower", "ci_upper"), "value"),
        ("n", ("n",), "count"),
    ),
    "Attenuation": (
        ("figure_told", ("quantity",), "quantity"),
        ("estimate", ("estimate",), "correlation"),
        ("from_to", ("ci_lower", "ci_upper"), "correlation"),
        ("n", ("n",), "count"),
    ),
}


def _agreement_notes(frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    """What is compared, in which direction, and how the intervals were made."""
    row = frame.iloc[0]
    unit = frame["unit"].iloc[0]
    told = {"self_report": labels[row["self_report"]], "log": labels[row["log"]],
            "unit": f" ({word('unit', unit, language)})" if unit else ""}  # fmt: skip
    return [text("agreement.note.pair", language, **told), text("agreement.note.slope", language),
            text("agreement.note.intervals", language)]  # fmt: skip


def _attenuation_notes(_frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """What the bounds are, and that nothing was corrected."""
    return [text("agreement.note.bounds", language)]


AGREEMENT_NOTES: Mapping[str, Callable[[pd.DataFrame, Labels, str], list[str]]] = {
    "Agreement": _agreement_notes,
    "Attenuation": _attenuation_notes,
}


def _agreement(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """Who reports more and by how much; where the differences lie; how close single persons come."""
    rows = {row["quantity"]: row for row in table.result.to_frame().to_dict("records")}
    lines = [_bias(rows, table, labels, language)]
    return lines if short else [*lines, _limits(rows, language), _closeness(rows, language)]


def _bias(rows: Mapping[str, Row], table: Table, labels: Labels, language: str) -> str:
    row, ratio = rows["bias"], rows["ratio_of_means"]
    kind = _kind(row["unit"])
    unit = f" {word('unit', row['unit'], language)}" if row["unit"] else ""
    statistics = [
        text("agreement.difference", language, difference=numbers.number(row["estimate"], kind), unit=unit),
        interval(row, language, ("ci_lower", "ci_upper"), kind),
    ]
    if pd.notna(ratio["estimate"]):
        statistics += [text("agreement.ratio", language, ratio=numbers.number(ratio["estimate"], "odds_ratio")),
                       interval(ratio, language, ("ci_lower", "ci_upper"), "odds_ratio")]  # fmt: skip
    return text(
        f"agreement.bias.{direction(row)}", language, self_report=labels[row["self_report"]], log=labels[row["log"]],
        statistics=", ".join([*statistics, numbers.equation("*n*", row["n"], "count")]),
        setting=setting(row, table.context, language),
    )  # fmt: skip


def _kind(unit: str) -> str:
    return "minutes" if unit.startswith("minutes") else "score"


def _limits(rows: Mapping[str, Row], language: str) -> str:
    lower, upper = (rows[f"limit_{side}"] for side in ("lower", "upper"))
    kind, slope = _kind(lower["unit"]), rows["proportional_bias"]
    verdict: str = "unknown" if pd.isna(slope["p_value"]) else direction(slope)
    return text(
        "agreement.limits", language, lower=numbers.number(lower["estimate"], kind),
        upper=numbers.number(upper["estimate"], kind),
        proportional=text(f"agreement.proportional.{verdict}", language,
                          slope=numbers.number(slope["estimate"], "score"),
                          interval=interval(slope, language, ("ci_lower", "ci_upper"), "score")),
    )  # fmt: skip


def _closeness(rows: Mapping[str, Row], language: str) -> str:
    within = [row for name, row in rows.items() if name.startswith("within_")]
    shares = "; ".join(
        text("agreement.within", language, percent=row["quantity"].removeprefix("within_"),
             share=numbers.number(row["estimate"], "percent"))
        for row in within
    )  # fmt: skip
    over, under = (numbers.number(rows[name]["estimate"], "percent") for name in ("over_reporters", "under_reporters"))
    coefficients = ", ".join(
        f"{numbers.equation(word('symbol', name, language), rows[name]['estimate'], 'correlation')} "
        f"{numbers.interval(rows[name]['ci_lower'], rows[name]['ci_upper'], 'correlation')}"
        for name in ("pearson", "spearman", "concordance")
        if pd.notna(rows[name]["estimate"])
    )
    return text("agreement.closeness", language, shares=shares, over=over, under=under, coefficients=coefficients)


def _attenuation(table: Table, _labels: Labels, language: str, *, short: bool) -> list[str]:  # noqa: ARG001
    """The bounds in a sentence."""
    rows = {row["quantity"]: row for row in table.result.to_frame().to_dict("records")}
    result = table.result
    low, high = (numbers.number(getattr(result, f"validity_{end}"), "correlation") for end in ("lower", "upper"))
    unrelated, any_errors = rows["with_unrelated_errors"], rows["without_assumption"]
    told = {
        "observed": numbers.equation("*r*", rows["observed"]["estimate"], "correlation"),
        "validity": low if low == high else f"{low}–{high}",
        "lower": numbers.number(any_errors["ci_lower"], "correlation"),
        "upper": numbers.number(any_errors["ci_upper"], "correlation"),
        "estimate": numbers.number(unrelated["estimate"], "correlation"),
        "interval": numbers.interval(unrelated["ci_lower"], unrelated["ci_upper"], "correlation"),
    }
    kind = "impossible" if pd.isna(unrelated["ci_lower"]) else "partly" if pd.isna(unrelated["estimate"]) else "bounds"
    return [text(f"agreement.attenuation.{kind}", language, **told)]


AGREEMENT_WRITERS: Mapping[str, Callable[..., list[str]]] = {"Agreement": _agreement, "Attenuation": _attenuation}
"""Type of result → what writes sentences about its rows."""

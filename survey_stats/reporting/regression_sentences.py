"""Regressions in words: how an outcome goes with each term, where slopes differ, which model explains more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from survey_stats.analysis import Table
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.phrases import interval, setting, with_df
from survey_stats.reporting.regression_layouts import joint_test, shown_value
from survey_stats.reporting.words import Labels, word

Row = Mapping[Any, Any]

_RATIOS = {
    "odds_ratio": ("odds", "reporting.odds_ratio"), "rate_ratio": ("rates", "reporting.rate_ratio"),
    "mean_ratio": ("amounts", "reporting.mean_ratio"),
}  # fmt: skip
"""Column of a ratio → family of sentences, and its name."""


def direction(row: Row, confidence: float = 0.95) -> str:
    """`positive` or `negative` where the interval excludes 0 and p agrees, else `unclear`."""
    if pd.isna(row["ci_lower"]) or pd.isna(row["ci_upper"]):
        return "without_interval"
    kept = row["p_value"] < round(1 - row.get("confidence", confidence), 9)
    if kept and row["ci_lower"] > 0:
        return "positive"
    return "negative" if kept and row["ci_upper"] < 0 else "unclear"


def _terms(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:  # noqa: ARG001
    """A sentence a term, intercept, thresholds and dispersion left out."""
    frame = table.result.to_frame()
    own = frame["term"] != "Intercept"
    if "part" in frame:
        own &= ~frame["part"].isin(["threshold", "dispersion"])
    rows = frame[own].to_dict("records")
    confidence = getattr(table.result, "confidence", 0.95)
    several = len(set(frame.loc[own, "term"])) > 1
    return [_term({"confidence": confidence, **row}, table.context, labels, language, several=several) for row in rows]


def _term(row: Row, context: Mapping[str, str], labels: Labels, language: str, *, several: bool) -> str:
    """One term: its ratio or coefficient with interval and test, on how many rows and clusters."""
    ratio = next((name for name in _RATIOS if pd.notna(row.get(name))), "")
    fields = (f"{ratio}_ci_lower", f"{ratio}_ci_upper") if ratio else ("ci_lower", "ci_upper")
    family, name = _RATIOS.get(ratio, ("values", ""))
    symbol = text(name, language) if ratio else "*b*"
    kind = "odds_ratio" if ratio else "coefficient"
    beta = row.get("beta")
    statistics = (
        numbers.equation(symbol, row[ratio or "estimate"], kind),
        interval(row, language, fields, kind),
        "" if beta is None or pd.isna(beta) else numbers.equation("*β*", beta, "correlation"),
        *_test(row),
        _counted(row, context, language),
    )
    return text(
        f"reporting.{family}.{direction(row)}", language, outcome=labels[row["outcome"]],
        term=labels[row["term"]], statistics=", ".join(part for part in statistics if part),
        setting=setting(row, context, language),
        others=text("reporting.other_terms_equal", language) if several else "",
    )  # fmt: skip


def _test(row: Row) -> tuple[str, ...]:
    """`*t*(233) = 2.82`, `*p* = .005`; nothing for a term that could not be tested."""
    if pd.isna(row["p_value"]):
        return ()
    symbol = with_df("*z*" if pd.isna(row["df"]) else "*t*", row)
    statistic = numbers.equation(symbol, row["statistic"], "statistic")
    return statistic, numbers.equation("*p*", row["p_value"], "p_value")


def _counted(row: Row, context: Mapping[str, str], language: str) -> str:
    """On what the model rests: occasions and persons where the rows are occasions, else rows and clusters."""
    counts = {name: numbers.number(row[name], "count") for name in ("n", "n_clusters")}
    of_occasions = str(context.get("level", "")).startswith("occasions")
    kind = "rows" if not row["n_clusters"] else "occasions" if of_occasions else "clusters"
    return text(f"reporting.counted.{kind}", language, **counts)


def _slopes(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:  # noqa: ARG001
    """A sentence a value of the moderator."""
    confidence = getattr(table.result, "confidence", 0.95)
    return [
        text(
            f"regression.slope.{direction(row, confidence)}", language, outcome=labels[row["outcome"]],
            predictor=labels[row["predictor"]], moderator=labels[row["moderator"]],
            value=shown_value(row["value"], labels), setting=setting(row, table.context, language),
            statistics=", ".join(part for part in (
                numbers.equation("*b*", row["estimate"], "coefficient"),
                interval({"confidence": confidence, **row}, language, ("ci_lower", "ci_upper"), "coefficient"),
                *_test(row), numbers.equation("*n*", row["n"], "count"),
            ) if part),
        )
        for row in table.result.to_frame().to_dict("records")
    ]  # fmt: skip


def _regions(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:  # noqa: ARG001
    """A sentence a region of the moderator."""
    return [
        text(
            f"regression.region.{row['direction']}", language, outcome=labels[row["outcome"]],
            predictor=labels[row["predictor"]], moderator=labels[row["moderator"]],
            lower=numbers.number(row["region_lower"], "coefficient"),
            upper=numbers.number(row["region_upper"], "coefficient"),
            percent=numbers.number(row["share"], "percent"),
        )
        for row in table.result.to_frame().to_dict("records")
    ]  # fmt: skip


def _comparison(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:  # noqa: ARG001
    """A sentence for each model but the first: whether it explains more than the one before."""
    lines = []
    for row in table.result.to_frame().to_dict("records")[1:]:
        if pd.isna(row["statistic"]):
            lines.append(text("regression.comparison.untested", language, model=row["model"], before=row["model"] - 1))
            continue
        changes = [
            numbers.equation(text(f"regression.change.{name}", language), row[name], "correlation")
            for name in ("r_squared_change", "mcfadden_change")
            if pd.notna(row[name])
        ]
        kind = "more" if row["p_value"] < 0.05 else "unclear"
        lines.append(
            text(
                f"regression.comparison.{kind}", language, outcome=labels[row["outcome"]], model=row["model"],
                before=row["model"] - 1, statistics=", ".join([*changes, joint_test(row)]),
                n=numbers.number(row["n"], "count"),
            )
        )  # fmt: skip
    return lines


def _proportionality(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:  # noqa: ARG001
    """Whether the coefficients differ between thresholds, all terms together."""
    row = table.result.to_frame().iloc[0].to_dict()
    kind = "violated" if row["p_value"] < 0.05 else "kept"
    return [
        text(
            f"regression.proportional_odds.{kind}", language, outcome=labels[row["outcome"]], test=joint_test(row),
            method=word("method", row["method"], language),
        )
    ]  # fmt: skip


REGRESSION_WRITERS: Mapping[str, Callable[..., list[str]]] = {
    "Regression": _terms,
    "SimpleSlopes": _slopes,
    "JohnsonNeyman": _regions,
    "ModelComparison": _comparison,
    "ProportionalOdds": _proportionality,
}

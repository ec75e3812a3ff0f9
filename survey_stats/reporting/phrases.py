"""Parts of sentences that several results share: a symbol with its degrees of freedom, an interval, p, the setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.words import word

Row = Mapping[Any, Any]


def with_df(symbol: str, row: Row) -> str:
    """`*t*(28)`; the symbol alone where there are no degrees of freedom."""
    df = row.get("df")
    return symbol if df is None or pd.isna(df) else f"{symbol}({numbers.number(df, 'degrees_of_freedom')})"


def interval(row: Row, language: str, fields: tuple[str, str], kind: str, confidence: float = 0.95) -> str:
    """`95% CI [−.25, −.03]`; nothing where there is none."""
    bounds = numbers.interval(row[fields[0]], row[fields[1]], kind)
    if bounds == numbers.MISSING:
        return ""
    level = f"{100 * row.get('confidence', confidence):g}"
    return f"{text('reporting.interval', language, confidence=level)} {bounds}"


def p_values(row: Row, language: str) -> str:
    """`*p* = .014 (adjusted *p* = .027)`; nothing where there is no test."""
    plain_p, adjusted = row.get("p_value"), row.get("p_adjusted")
    if plain_p is None or pd.isna(plain_p):
        return ""
    said = numbers.equation("*p*", plain_p, "p_value")
    if adjusted is None or pd.isna(adjusted) or adjusted == plain_p:
        return said
    return text("reporting.p_adjusted", language, p=said, adjusted=numbers.equation("*p*", adjusted, "p_value"))


def correlation_statistics(row: Row, language: str) -> str:
    """`*r*(298) = −.14, 95% CI [−.25, −.03], *p* = .014, *n* = 300`.

    By a design *t* stands with its own degrees of freedom, those of the whole sample: p does not follow from r and n.
    """
    symbol, by_design = word("symbol", row["method"], language), row.get("interval") == "design_fisher_z"
    tested = by_design and pd.notna(row.get("statistic"))
    parts = (
        numbers.equation(symbol if by_design else with_df(symbol, row), row["estimate"], "correlation"),
        interval(row, language, ("ci_lower", "ci_upper"), "correlation"),
        numbers.equation(with_df("*t*", row), row["statistic"], "statistic") if tested else "",
        p_values(row, language),
        numbers.equation("*n*", row["n"], "count"),
    )
    return ", ".join(part for part in parts if part)


def setting(row: Row, context: Mapping[str, str], language: str) -> str:
    """Level and type of measure, as far as they are known."""
    told = ((family, row.get(family) or context.get(family)) for family in ("level", "measure_type"))
    parts = [word(family, value, language) for family, value in told if value]
    return f"; {', '.join(parts)}" if parts else ""

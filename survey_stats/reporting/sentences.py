"""A result in words. No sentence claims a cause; each names the level and the type of measure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from survey_stats.analysis import Section, Table
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.words import Labels, clean, with_section, word

Row = Mapping[Any, Any]
MOST_SENTENCES = 6
"""A longer table speaks for itself."""


def result_sentences(table: Table, labels: Labels, language: str) -> list[str]:
    """The sentences of a result; none for a type that has no words, or too many rows for words.

    Symbols to be set in italics are marked `*r*`.
    """
    sentences = _written(table, labels, language, short=False)
    return sentences if len(sentences) <= MOST_SENTENCES else []


def headlines(sections: Iterable[Section], labels: Labels, language: str) -> list[str]:
    """What the analyses found, in short: the first result of each that can be said, and not more than fits."""
    written = (
        [_written(table, with_section(labels, section), language, short=True) for table in section.tables]
        for section in sections
    )
    return [line for tables in written for line in next((lines for lines in tables if lines), [])[:MOST_SENTENCES]]


def _written(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    names = (base.__name__ for base in type(table.result).__mro__)
    write = next((WRITERS[name] for name in names if name in WRITERS), None)
    return [] if write is None else write(table, labels, language, short=short)


def _correlations(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """A sentence a pair, with all its coefficients; in short, without pairs that have none."""
    frame = table.result.to_frame()
    pairs = [rows.to_dict("records") for _, rows in frame.groupby(["x", "y"], sort=False)]
    found = [(rows, [row for row in rows if pd.notna(row["estimate"])]) for rows in pairs]
    return [
        _correlation(told or rows, table.context, labels, language, short=short)
        for rows, told in found
        if told or not short
    ]


def _correlation(rows: Sequence[Row], context: Mapping[str, str], labels: Labels, language: str, *, short: bool) -> str:
    """One pair: rows with an estimate by each method, or without any."""
    first, others = rows[0], rows[1:]
    pair = {"x": labels[first["x"]], "y": labels[first["y"]]}
    if pd.isna(first["estimate"]):
        reason = first.get("error") or first.get("warning") or text("reporting.no_reason", language)
        return text("reporting.correlation.failed", language, reason=clean(reason).rstrip("."), **pair)
    statistics = [_statistics(first, language, short=short), *(_estimate(row, language) for row in others)]
    directions = {_direction(row) for row in rows}
    direction = directions.pop() if len(directions) == 1 else "mixed"
    values = pair | {"statistics": "; ".join(statistics), "setting": _setting(first, context, language)}
    return text(f"reporting.correlation.{direction}", language, **values)


def _direction(row: Row) -> str:
    """`positive` or `negative` where the interval excludes 0 and the adjusted p value agrees, else `unclear`."""
    if pd.isna(row["ci_lower"]) or pd.isna(row["ci_upper"]):
        return "without_interval"
    p_value = row.get("p_adjusted")
    kept = p_value is None or pd.isna(p_value) or p_value < 1 - row.get("confidence", 0.95)
    if kept and row["ci_lower"] > 0:
        return "positive"
    return "negative" if kept and row["ci_upper"] < 0 else "unclear"


def _statistics(row: Row, language: str, *, short: bool) -> str:
    """`*r*(298) = −.14, 95% CI [−.25, −.03], *p* = .014, *n* = 300`; in short without degrees of freedom and p."""
    symbol, df = word("symbol", row["method"], language), row.get("df")
    if not short and df is not None and pd.notna(df):
        symbol += f"({numbers.number(df, 'degrees_of_freedom')})"
    parts = (
        numbers.equation(symbol, row["estimate"], "correlation"),
        _interval(row, language),
        "" if short else _p_values(row, language),
        numbers.equation("*n*", row["n"], "count"),
    )
    return ", ".join(part for part in parts if part)


def _estimate(row: Row, language: str) -> str:
    """`*r*ₛ = −.12 [−.23, −.01]`: another coefficient of the same pair."""
    bounds = numbers.interval(row["ci_lower"], row["ci_upper"], "correlation")
    shown = numbers.equation(word("symbol", row["method"], language), row["estimate"], "correlation")
    return shown if bounds == numbers.MISSING else f"{shown} {bounds}"


def _interval(row: Row, language: str) -> str:
    bounds = numbers.interval(row["ci_lower"], row["ci_upper"], "correlation")
    if bounds == numbers.MISSING:
        return ""
    level = f"{100 * row.get('confidence', 0.95):g}"
    return f"{text('reporting.interval', language, confidence=level)} {bounds}"


def _p_values(row: Row, language: str) -> str:
    plain_p, adjusted = row.get("p_value"), row.get("p_adjusted")
    if plain_p is None or pd.isna(plain_p):
        return ""
    said = numbers.equation("*p*", plain_p, "p_value")
    if adjusted is None or pd.isna(adjusted) or adjusted == plain_p:
        return said
    return text("reporting.p_adjusted", language, p=said, adjusted=numbers.equation("*p*", adjusted, "p_value"))


def _setting(row: Row, context: Mapping[str, str], language: str) -> str:
    """Level and type of measure, as far as they are known."""
    told = ((family, row.get(family) or context.get(family)) for family in ("level", "measure_type"))
    parts = [word(family, value, language) for family, value in told if value]
    return f"; {', '.join(parts)}" if parts else ""


def _comparisons(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:  # noqa: ARG001
    """A sentence a pair: ours by each method, then every published value."""
    frame = table.result.to_frame()
    lines = []
    for pair, rows in frame.groupby(["pair_x", "pair_y"], sort=False):
        x, y = (labels[str(name)] for name in pair)
        said = {role: _estimates(rows[rows["role"] == role], labels, language) for role in ("ours", "published")}
        lines.append(text("reporting.comparison", language, x=x, y=y, **said))
    return lines


def _estimates(rows: pd.DataFrame, labels: Labels, language: str) -> str:
    """Estimates with their intervals; a published one with its source."""
    told = rows.to_dict("records")
    ours = [_estimate(row, language) for row in told if row["role"] == "ours"]
    theirs = [f"{_estimate({**row, 'method': row['measure']}, language)}, {labels[row['label']]}"
              for row in told if row["role"] != "ours"]  # fmt: skip
    return "; ".join([*ours, *theirs])


WRITERS: Mapping[str, Callable[..., list[str]]] = {
    "Correlations": _correlations,
    "Comparison": _comparisons,
}
"""Type of result → what writes sentences about its rows."""

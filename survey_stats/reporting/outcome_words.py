"""Planned hypotheses in words: what was expected, what came of it, and on which numbers that rests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from survey_stats.analysis import Table
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.phrases import correlation_statistics, interval, setting
from survey_stats.reporting.words import Labels, clean, word

Row = Mapping[Any, Any]

OUTCOME_LAYOUTS: Mapping[str, tuple[tuple[str, tuple[str, ...], str], ...]] = {
    "Outcomes": (
        ("hypothesis", ("hypothesis",), "label"),
        ("pair", ("x", "y"), "pair"),
        ("direction", ("direction",), "direction"),
        ("method", ("method",), "method"),
        ("estimate", ("estimate",), "correlation"),
        ("interval", ("ci_lower", "ci_upper"), "correlation"),
        ("p_value", ("p_value",), "p_value"),
        ("p_adjusted", ("p_adjusted",), "p_value"),
        ("interval_verdict", ("verdict_ci_lower", "verdict_ci_upper"), "correlation"),
        ("n", ("n",), "count"),
        ("outcome", ("outcome",), "outcome"),
    ),
}
"""Type of result → header, fields and kind of each column."""


_CHANGED = "changed_outcomes"
"""Table of the hypotheses that were changed or added after the plan was frozen."""


def _outcomes(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """A sentence a hypothesis and pair of measures; those that were not tested too, for they were planned.

    In short, away from the section that says so, each of the hypotheses that were changed later says it itself.
    """
    later = short and table.id == _CHANGED
    added = f" {text('reporting.outcome_sentence.changed', language)}" if later else ""
    rows = table.result.to_frame().to_dict("records")
    return [_outcome(row, table.context, labels, language) + added for row in rows]


def _outcome(row: Row, context: Mapping[str, str], labels: Labels, language: str) -> str:
    told = {
        "hypothesis": clean(row["hypothesis"]).upper(),
        "statement": f" ({clean(row['statement']).rstrip('.')})" if row["statement"] else "",
        "x": labels[row["x"]],
        "y": labels[row["y"]],
    }
    if row["outcome"] == "not_tested":
        reason = clean(row.get("error") or row.get("warning") or "") or text("reporting.no_reason", language)
        return text("reporting.outcome_sentence.not_tested", language, **told, reason=reason.rstrip("."))
    negligible = row["direction"] == "negligible" and row["outcome"] in ("supported", "contradicted")
    key = f"negligible_{row['outcome']}" if negligible else row["outcome"]
    return text(
        f"reporting.outcome_sentence.{key}", language, **told,
        expected=word("direction", row["direction"], language),
        statistics=_statistics(row, language), setting=setting(row, context, language),
    )  # fmt: skip


def _statistics(row: Row, language: str) -> str:
    """`*r*(298) = −.14, 95% CI [−.25, −.03], *p* = .014, *n* = 300; 90% CI [−.23, −.05] against ±.10`."""
    return "; ".join(filter(None, [correlation_statistics(row, language), _against(row, language)]))


def _against(row: Row, language: str) -> str:
    """The interval on which the verdict rests, beside the smallest effect of interest."""
    if not isinstance(row.get("verdict"), str) or not row["verdict"]:
        return ""
    told = {**row, "confidence": row["verdict_confidence"]}
    limits = interval(told, language, ("verdict_ci_lower", "verdict_ci_upper"), "correlation")
    size = numbers.number(row["sesoi_upper"], "correlation")
    return text("reporting.outcome_against", language, interval=limits, size=size)


def _notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """How p was adjusted, and what the outcomes that occur mean."""
    tests = int(frame["p_value"].notna().sum())
    notes = [text("reporting.note.outcomes_adjusted", language, tests=tests)] if tests > 1 else []
    meant = [f"reporting.outcome_meaning.{outcome}" for outcome in dict.fromkeys(frame["outcome"])]
    return notes + [text(meaning, language) for meaning in meant]


OUTCOME_NOTES: Mapping[str, Callable[[pd.DataFrame, Labels, str], list[str]]] = {"Outcomes": _notes}
OUTCOME_WRITERS: Mapping[str, Callable[..., list[str]]] = {"Outcomes": _outcomes}

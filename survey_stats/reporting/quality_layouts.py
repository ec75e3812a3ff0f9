"""Columns, cells and notes of the tables about data quality."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from survey_stats.messages import Message, text
from survey_stats.reporting import numbers
from survey_stats.reporting.words import Labels, has_words, word

Row = Mapping[Any, Any]
Layout = tuple[tuple[str, tuple[str, ...], str], ...]

QUALITY_LAYOUTS: Mapping[str, Layout] = {
    "ParticipantFlow": (
        ("flow_step", ("step",), "flow_step"),
        ("flow_detail", ("step", "detail"), "flow_detail"),
        ("respondents", ("respondents",), "count"),
    ),
    "QualityFlags": (
        ("flag", ("flag",), "flag"),
        ("quality_rule", ("flag", "threshold"), "quality_rule"),
        ("excludes", ("excludes",), "excludes"),
        ("flagged", ("flagged",), "count"),
        ("percent", ("share",), "percent"),
        ("assessed", ("n",), "count"),
    ),
    "QualityNotAssessed": (
        ("flag", ("flag",), "flag"),
        ("reason", ("reason",), "message"),
    ),
    "Dropout": (
        ("page", ("page",), "label"),
        ("reached", ("n",), "count"),
        ("left", ("left",), "count"),
        ("percent", ("share",), "percent"),
    ),
    "DropoutByItem": (
        ("item", ("item",), "label"),
        ("place", ("place",), "count"),
        ("reached", ("n",), "count"),
        ("left", ("left",), "count"),
        ("percent", ("share",), "percent"),
    ),
    "MissingByItem": (
        ("item", ("item",), "label"),
        ("put", ("n",), "count"),
        ("missing", ("missing",), "count"),
        ("percent", ("share",), "percent"),
        ("blank", ("blank",), "count"),
        ("declined", ("declined",), "count"),
        ("failed", ("failed",), "count"),
    ),
    "MissingPatterns": (
        ("pattern", ("pattern",), "count"),
        ("respondents", ("respondents",), "count"),
        ("percent", ("share",), "percent"),
        ("items_missing", ("n_items",), "count"),
    ),
}
FOLDED = ("QualityNotAssessed", "DropoutByItem", "MissingByItem", "MissingPatterns", "LikertShares")
"""Tables that are long and not for every reader."""


def _rule(row: Row, _labels: Labels, language: str) -> str:
    """What is flagged, with the threshold."""
    known = f"reporting.quality_rule.{row['flag']}"
    threshold: str = "" if pd.isna(row["threshold"]) else f"{row['threshold']:g}"
    return text(known, language, threshold=threshold) if has_words(known, language) else numbers.MISSING


def _detail(row: Row, _labels: Labels, language: str) -> str:
    """Why rows were dropped, or which check excludes."""
    family = "flag" if row["step"] == "excluded_by" else "drop_reason"
    return word(family, row["detail"], language) if row["detail"] else numbers.MISSING


def _message(row: Row, _labels: Labels, language: str) -> str:
    reason = row["reason"]
    return reason.render(language) if isinstance(reason, Message) else str(reason)


QUALITY_CELLS: Mapping[str, Callable[[Row, Labels, str], str]] = {
    "quality_rule": _rule, "flow_detail": _detail, "message": _message,
}  # fmt: skip
"""Kinds of cells that only these tables have."""


def _sources(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """Where each index and threshold comes from, once; how shares are counted."""
    told = [
        text("reporting.quality.source", language, flag=_capital(word("flag", row["flag"], language)),
             source=row["source"].rstrip("."))
        for row in frame.to_dict("records")
        if row["source"]
    ]  # fmt: skip
    return [text("reporting.quality.assessed", language), *told]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _overlap(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    counts = frame.groupby("step")["respondents"].sum()
    overlap = counts.get("excluded_by", 0) > counts["excluded"]
    return [text("reporting.quality.overlap", language)] if overlap else []


def _left(_frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    return [text("reporting.quality.left", language)]


QUALITY_NOTES: Mapping[str, Callable[[pd.DataFrame, Labels, str], list[str]]] = {
    "QualityFlags": _sources, "ParticipantFlow": _overlap, "Dropout": _left,
}  # fmt: skip

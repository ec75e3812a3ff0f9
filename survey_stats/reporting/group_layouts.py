"""Columns and notes of the tables that compare groups: header, fields of the result, kind of quantity."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from survey_stats.messages import text
from survey_stats.reporting.words import Labels, word

Layout = tuple[tuple[str, tuple[str, ...], str], ...]

_TESTED: Layout = (
    ("statistic", ("statistic",), "statistic"),
    ("df", ("df",), "degrees_of_freedom"),
    ("p_value", ("p_value",), "p_value"),
    ("p_adjusted", ("p_adjusted",), "p_value"),
    ("n", ("n",), "count"),
)

GROUP_LAYOUTS: Mapping[str, Layout] = {
    "Proportions": (
        ("variable", ("variable",), "label"),
        ("group", ("group",), "label"),
        ("category", ("category",), "label"),
        ("percent", ("estimate",), "percent"),
        ("interval", ("ci_lower", "ci_upper"), "percent"),
        ("count", ("count",), "count"),
        ("n", ("n",), "count"),
    ),
    "ProportionDifferences": (
        ("variable", ("variable",), "label"),
        ("category", ("category",), "label"),
        ("groups", ("group",), "label"),
        ("first_percent", ("share_first",), "percent"),
        ("second_percent", ("share_second",), "percent"),
        ("difference_points", ("estimate",), "percent"),
        ("interval", ("ci_lower", "ci_upper"), "percent"),
        *_TESTED,
    ),
}


def interval_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """How the intervals were made."""
    made = [name for name in frame["interval"].drop_duplicates() if name not in ("", "none")]
    return [text("groups.note.interval", language, interval=word("interval", name, language)) for name in made]


def difference_notes(frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    """How the intervals were made, and over how many tests p was adjusted."""
    return interval_notes(frame, labels, language) + adjustment_notes(frame, ["variable", "category"], language)


def adjustment_notes(frame: pd.DataFrame, family: list[str], language: str) -> list[str]:
    """Over how many tests of a family p was adjusted, and how."""
    tested = frame[frame["p_value"].notna()]
    if not (tested["p_adjusted"] != tested["p_value"]).any():
        return []
    most = int(tested.groupby(family, sort=False).size().max())
    adjust = word("adjust", tested["adjust"].iloc[0], language)
    return [text("groups.note.adjusted", language, adjust=adjust, tests=most)]


GROUP_NOTES: Mapping[str, Callable[[pd.DataFrame, Labels, str], list[str]]] = {
    "Proportions": interval_notes,
    "ProportionDifferences": difference_notes,
}

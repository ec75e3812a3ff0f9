"""Columns and notes of the tables that compare groups: header, fields of the result, kind of quantity."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from survey_stats.messages import text
from survey_stats.reporting import numbers
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
    "Crosstab": (
        ("row", ("row",), "label"),
        ("column_answer", ("column",), "label"),
        ("count", ("count",), "count"),
        ("weighted_count", ("weighted_count",), "score"),
        ("row_percent", ("row_share",), "percent"),
        ("column_percent", ("column_share",), "percent"),
        ("expected", ("expected",), "score"),
        ("residual", ("residual",), "score"),
    ),
    "Association": (
        ("pair", ("rows", "columns"), "pair"),
        ("method", ("method",), "method"),
        ("test_statistic", ("statistic",), "statistic"),
        ("df", ("df",), "degrees_of_freedom"),
        ("df_error", ("df_error",), "degrees_of_freedom"),
        ("p_value", ("p_value",), "p_value"),
        ("cramers_v", ("effect_estimate",), "correlation"),
        ("interval", ("effect_ci_lower", "effect_ci_upper"), "correlation"),
        ("n", ("n",), "count"),
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


def crosstab_notes(frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    """What rows and columns are, and how residuals are read."""
    names = frame.iloc[0]
    n = numbers.number(names["n"], "count")
    told = {"rows": labels[names["rows"]], "columns": labels[names["columns"]], "n": n}
    return [text("groups.note.crosstab", language, **told), text("groups.note.residuals", language)]


def association_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """How the interval of V was made, and which test decides."""
    decides = word("method", frame.loc[frame["designated"], "method"].iloc[0], language)
    designed = (frame["method"] == "rao_scott").any()
    notes = [text("groups.note.cramers_v_design" if designed else "groups.note.cramers_v", language)]
    return [*notes, text("groups.note.decides", language, method=decides)] if len(frame) > 1 else notes


GROUP_NOTES: Mapping[str, Callable[[pd.DataFrame, Labels, str], list[str]]] = {
    "Proportions": interval_notes,
    "ProportionDifferences": difference_notes,
    "Crosstab": crosstab_notes,
    "Association": association_notes,
}

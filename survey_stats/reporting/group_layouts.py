"""Columns and notes of the tables that compare groups: header, fields of the result, kind of quantity."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.words import Labels, word

Layout = tuple[tuple[str, tuple[str, ...], str], ...]

_EFFECT: Layout = (
    ("effect_size", ("effect_estimate",), "score"),
    ("interval", ("effect_ci_lower", "effect_ci_upper"), "score"),
    ("n", ("n",), "count"),
)
_DIFFERENCE: Layout = (
    ("difference", ("estimate",), "coefficient"),
    ("interval", ("ci_lower", "ci_upper"), "coefficient"),
)
_TEST: Layout = (
    ("test_statistic", ("statistic",), "statistic"),
    ("df", ("df",), "degrees_of_freedom"),
    ("df_error", ("df_error",), "degrees_of_freedom"),
    ("p_value", ("p_value",), "p_value"),
    ("p_adjusted", ("p_adjusted",), "p_value"),
)
_OUTCOME = ("compared_outcome", ("outcome",), "label")
_GROUPS = ("groups", ("group",), "label")
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
    "GroupMeans": (
        _OUTCOME,
        ("group", ("group",), "label"),
        ("mean", ("estimate",), "score"),
        ("interval", ("ci_lower", "ci_upper"), "score"),
        ("sd", ("sd",), "score"),
        ("median", ("median",), "score"),
        ("adjusted_mean", ("adjusted_estimate",), "score"),
        ("interval", ("adjusted_ci_lower", "adjusted_ci_upper"), "score"),
        ("n", ("n",), "count"),
    ),
    "GroupComparison": (
        _OUTCOME,
        ("factor", ("factor",), "label"),
        _GROUPS,
        ("method", ("method",), "method"),
        *_DIFFERENCE,
        *_TEST,
        *_EFFECT,
    ),
    "EffectSizes": (
        _OUTCOME,
        _GROUPS,
        ("effect_size", ("method",), "method"),
        ("estimate", ("estimate",), "score"),
        ("interval", ("ci_lower", "ci_upper"), "score"),
        ("n", ("n",), "count"),
    ),
    "PairwiseComparisons": (_OUTCOME, _GROUPS, *_DIFFERENCE, *_TEST, *_EFFECT),
    "Contrasts": (
        _OUTCOME,
        ("contrast", ("contrast",), "label"),
        _GROUPS,
        ("estimate", ("estimate",), "coefficient"),
        ("interval", ("ci_lower", "ci_upper"), "coefficient"),
        *_TEST,
        ("n", ("n",), "count"),
    ),
    "Assumptions": (
        _OUTCOME,
        ("method", ("method",), "method"),
        ("mauchlys_w", ("estimate",), "correlation"),
        *_TEST,
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
    tested = frame[frame["p_value"].notna() & frame["p_adjusted"].notna()]
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


def comparison_notes(frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    """The sign of differences, which test decides, what stands beside it as effect size, how p was adjusted."""
    notes = sign_notes(frame, language)
    tests = frame.groupby(["outcome", "factor"])["method"].nunique()
    if (tests > 1).any():
        decides = word("method", frame.loc[frame["designated"], "method"].iloc[0], language)
        notes.append(text("groups.note.decides_alone", language, method=decides))
    notes += effect_notes(frame, labels, language)
    return notes + adjustment_notes(frame.assign(_all=""), ["_all"], language)


def sign_notes(frame: pd.DataFrame, language: str) -> list[str]:
    """The sign, where there are differences."""
    return [text("groups.note.sign", language)] if frame["group"].str.contains(" − ").any() else []


def effect_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """Which effect size the table shows."""
    used = [name for name in frame["effect_size"].drop_duplicates() if name]
    return [text("groups.note.effect", language, effect=word("method", name, language)) for name in used]


def pair_notes(frame: pd.DataFrame, labels: Labels, language: str) -> list[str]:
    """The sign, how limits and p allow for the number of pairs, and which effect size is shown."""
    notes = sign_notes(frame, language)
    for name in (name for name in frame["interval"].drop_duplicates() if name not in ("", "none")):
        notes.append(text("groups.note.pair_interval", language, interval=word("interval", name, language)))
    adjusted = [name for name in frame["adjust"].drop_duplicates() if name in ("games_howell", "tukey")]
    notes += [text("groups.note.pairs", language, method=word("method", name, language)) for name in adjusted]
    ordinary = [] if adjusted else adjustment_notes(frame, ["outcome", "factor"], language)
    return [*notes, *ordinary, *effect_notes(frame, labels, language)]


def effect_size_notes(frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """How the intervals of effect sizes were made."""
    return [*sign_notes(frame, language), *interval_notes(frame, _labels, language)]


def contrast_notes(_frame: pd.DataFrame, _labels: Labels, language: str) -> list[str]:
    """That planned contrasts are not adjusted."""
    return [text("groups.note.contrasts", language)]


GROUP_NOTES: Mapping[str, Callable[[pd.DataFrame, Labels, str], list[str]]] = {
    "Proportions": interval_notes,
    "ProportionDifferences": difference_notes,
    "Crosstab": crosstab_notes,
    "Association": association_notes,
    "GroupComparison": comparison_notes,
    "EffectSizes": effect_size_notes,
    "PairwiseComparisons": pair_notes,
    "Contrasts": contrast_notes,
}

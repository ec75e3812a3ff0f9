"""Columns and notes of the tables about time use beyond reach and minutes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from survey_stats.analysis import Table
from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.phrases import interval
from survey_stats.reporting.words import Labels, word

Layout = tuple[tuple[str, tuple[str, ...], str], ...]

TIME_USE_LAYOUTS: Mapping[str, Layout] = {
    "Ranking": (
        ("entry", ("entry",), "label"),
        ("quantity", ("quantity",), "quantity"),
        ("rank", ("rank",), "count"),
        ("rank_interval", ("rank_lower", "rank_upper"), "count"),
        ("estimate", ("estimate",), "value"),
        ("interval", ("ci_lower", "ci_upper"), "value"),
        ("n", ("n",), "count"),
    ),
    "Duplication": (
        ("entry", ("entry",), "label"),
        ("other", ("other",), "label"),
        ("common_users", ("estimate",), "percent"),
        ("interval", ("ci_lower", "ci_upper"), "percent"),
        ("reach_of_other", ("reach_of_other",), "percent"),
        ("times_as_many", ("ratio",), "score"),
        ("n_users", ("n",), "count"),
    ),
    "Concentration": (
        ("entry", ("entry",), "label"),
        ("concentration", ("statistic",), "concentration"),
        ("estimate", ("estimate",), "reliability"),
        ("interval", ("ci_lower", "ci_upper"), "reliability"),
        ("n_users", ("n",), "count"),
    ),
    "UserClasses": (
        ("entry", ("entry",), "label"),
        ("users", ("users",), "users"),
        ("from_minutes", ("from_minutes",), "minutes"),
        ("to_minutes", ("to_minutes",), "minutes"),
        ("share_of_users", ("share_of_users",), "percent"),
        ("share_of_time", ("share_of_time",), "percent"),
        ("n_users", ("n",), "count"),
    ),
    "Change": (
        ("entry", ("entry",), "label"),
        ("quantity", ("quantity",), "quantity"),
        ("before", ("before",), "value"),
        ("after", ("after",), "value"),
        ("difference", ("estimate",), "value"),
        ("interval", ("ci_lower", "ci_upper"), "value"),
        ("p_value", ("p_value",), "p_value"),
        ("relative", ("relative",), "percent"),
        ("interval", ("relative_lower", "relative_upper"), "percent"),
    ),
    "PublishedAudience": (
        ("source", ("source",), "label"),
        ("published_entry", ("label",), "label"),
        ("published_audience", ("audience",), "count"),
        ("minutes_per_user", ("time_per_user",), "minutes"),
        ("thousand_millions", ("thousand_millions",), "score"),
        ("growth", ("growth",), "percent"),
        ("rank_audience", ("rank_audience",), "count"),
        ("rank_time_total", ("rank_time_total",), "count"),
        ("rank_time_per_user", ("rank_time_per_user",), "count"),
    ),
    "Profiles": (
        ("entry", ("entry",), "label"),
        ("variable", ("variable",), "label"),
        ("group", ("category",), "label"),
        ("share_of_persons", ("share_of_persons",), "percent"),
        ("composition", ("composition",), "percent"),
        ("composition_index", ("index",), "count"),
        ("reach", ("reach",), "percent"),
        ("interval", ("reach_ci_lower", "reach_ci_upper"), "percent"),
        ("minutes_per_user", ("time_per_user",), "minutes"),
        ("interval", ("time_ci_lower", "time_ci_upper"), "minutes"),
        ("n", ("n",), "count"),
    ),
}


def _told(name: str) -> Callable[[pd.DataFrame, Labels, str], list[str]]:
    return lambda _frame, _labels, language: [text(f"time_use.note.{name}", language)]


TIME_USE_NOTES: Mapping[str, Callable[[pd.DataFrame, Labels, str], list[str]]] = {
    name: _told(name) for name in ("Ranking", "Duplication", "Concentration", "UserClasses", "Profiles")
}


def ranking_sentences(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """Who comes first, and whether anybody else may."""
    frame = table.result.to_frame()
    first = frame.iloc[0]
    rivals = [labels[row["entry"]] for row in frame.iloc[1:].to_dict("records") if row["rank_lower"] == 1]
    verdict = "unknown" if pd.isna(first["rank_lower"]) else "shared" if rivals else "sure"
    kind = "percent" if first["unit"] == "share" else "minutes"
    limits = interval(first.to_dict(), language, ("ci_lower", "ci_upper"), kind)
    n = numbers.number(first["n"], "count")
    told: dict[str, Any] = {
        "entry": labels[first["entry"]], "estimate": _shown(first), "quantity": _quantity(first, language),
        "statistics": "; ".join(part for part in (limits, f"*n* = {n}") if part), "rivals": ", ".join(rivals), "n": n,
    }  # fmt: skip
    _ = short
    return [text(f"time_use.first.{verdict}", language, **told)]


def _shown(row: pd.Series) -> str:
    return f"{numbers.number(row['estimate'], 'percent')}%" if row["unit"] == "share" else _minutes(row)


def _minutes(row: pd.Series) -> str:
    return numbers.number(row["estimate"], "minutes")


def _quantity(row: pd.Series, language: str) -> str:
    name = word("quantity", row["quantity"], language).removesuffix(", %")
    return f"{name[0].lower()}{name[1:]}"


def profile_sentences(table: Table, labels: Labels, language: str, *, short: bool) -> list[str]:
    """The lowest and the highest reach by each variable; nothing is tested."""
    frame = table.result.to_frame()
    frame = frame[frame["reach_ci_lower"].notna()]
    told = []
    for (entry, variable), rows in frame.groupby(["entry", "variable"], sort=False):
        if len(rows) > 1:
            by_reach = rows.sort_values("reach", kind="stable").to_dict("records")
            low, high = by_reach[0], by_reach[-1]
            told.append(
                text(
                    "time_use.profile", language, entry=labels[str(entry)], variable=labels[str(variable)],
                    low=numbers.number(low["reach"], "percent"), low_group=labels[low["category"]],
                    high=numbers.number(high["reach"], "percent"), high_group=labels[high["category"]],
                )
            )  # fmt: skip
    return told[:1] if short else told


TIME_USE_WRITERS: Mapping[str, Callable[..., list[str]]] = {
    "Ranking": ranking_sentences,
    "Profiles": profile_sentences,
}

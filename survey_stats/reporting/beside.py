"""Each result with and without the respondents whom the plan excludes, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from survey_stats.analysis import ALL_RESPONDENTS, AS_PLANNED, Section, Table
from survey_stats.messages import text
from survey_stats.reporting.designation import is_designated
from survey_stats.reporting.results_csv import CellIds, LongTables
from survey_stats.reporting.sentences import direction_of
from survey_stats.reporting.tables import SAMPLE, DisplayTable, result_table
from survey_stats.reporting.words import Labels, word
from survey_stats.results import Result

REPEATING = ("Comparison", "SharesBeside", "PublishedAudience")
"""Results that repeat ours beside published ones: the table they take them from is shown instead."""
APART = ("CorrelationMatrix",)
"""Results whose table has no row a number: that over all respondents stands by itself."""
ABOUT_ZERO = ("Correlations", "Regression", "Outcomes")
"""Results of which 0 means no association, so that an interval can exclude it."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A result over both samples.

    Attributes:
        table: The table, a row a sample.
        words: What differs, in a sentence; none for results of which 0 means nothing.
        headline: It is the first result of its section with an estimate.
    """

    table: DisplayTable
    words: str | None
    headline: bool


def beside(section: Section, long: LongTables, labels: Labels, language: str) -> Iterator[Beside]:
    """The results of a section over both samples, in the order of the section.

    Args:
        section: The section; it has none where the plan excludes nobody.
        long: Ids of its numbers.
        labels: Names of measures and constructs.
        language: Language of the words.
    """
    planned = {block.id: (at, block) for at, block in enumerate(section.blocks) if isinstance(block, Table)}
    headline = True
    for at, everyone in enumerate(section.everyone, start=len(section.blocks)):
        if type(everyone.result).__name__ in REPEATING or not hasattr(everyone.result, "table"):
            continue
        if type(everyone.result).__name__ in APART:
            yield _apart(everyone, long.ids[section.id, at], labels, language)
            continue
        own = planned.get(everyone.id.removesuffix("_all_respondents"))
        kept = None if own is None else (own[1].result, long.ids[section.id, own[0]])
        both, ids = paired(kept, (everyone.result, long.ids[section.id, at]))
        context = {name: value for name, value in everyone.context.items() if name != "exclusions"}
        table = result_table(both, ids, labels, language, context)
        has_estimate = "estimate" in both.to_frame()
        yield Beside(
            replace(table, caption=text("reporting.beside.caption", language, caption=table.caption)),
            _words(both, labels, language),
            headline and has_estimate,
        )
        headline = headline and not has_estimate


def _apart(everyone: Table, ids: CellIds, labels: Labels, language: str) -> Beside:
    table = result_table(everyone.result, ids, labels, language, everyone.context)
    caption = text("reporting.beside.apart", language, caption=table.caption)
    return Beside(replace(table, caption=caption), None, headline=False)


def paired(kept: tuple[Result, CellIds] | None, everyone: tuple[Result, CellIds]) -> tuple[Result, CellIds]:
    """One result with the rows of both samples, those of the same quantity one below the other.

    Args:
        kept: The result without the excluded respondents and the ids of its numbers; none if it could not be computed.
        everyone: The same with all respondents.
    """
    result, ids = everyone
    both = [(AS_PLANNED, *kept)] if kept else []
    frames = [
        (one.to_frame().assign(**{SAMPLE: sample}), known)
        for sample, one, known in [*both, (ALL_RESPONDENTS, result, ids)]
    ]
    frame = pd.concat([frame for frame, _ in frames], ignore_index=True)
    known = [entry for _, entries in frames for entry in entries]
    order = _paired_order(frame, result)
    return (
        replace(result, table=frame.iloc[order].reset_index(drop=True)),  # type: ignore[call-arg]
        tuple(known[at] for at in order),
    )


def _paired_order(frame: pd.DataFrame, result: Result) -> list[int]:
    """Rows in their first order, each followed by the row of the other sample about the same quantity."""
    names = [name for name in (*result.keys, "group", "method") if name in frame]
    keyed = frame[names].astype("str").agg("\x1f".join, axis=1) if names else pd.Series("", index=frame.index)
    repeat = keyed.groupby([keyed, frame[SAMPLE]]).cumcount()
    place = pd.factorize(keyed + "\x1f" + repeat.astype("str"))[0]
    return [int(at) for at in pd.Series(place).sort_values(kind="stable").index]


def _words(both: Result, labels: Labels, language: str) -> str | None:
    """Which estimates have an interval that says something else when the excluded respondents are counted in."""
    if type(both).__name__ not in ABOUT_ZERO:
        return None
    frame = both.to_frame()
    designated = is_designated(frame)
    rows = frame[designated] if designated.any() else frame
    rows = rows[rows["estimate"].notna()]
    names = [name for name in (*both.keys, "method") if name in rows]
    pairs = [group.to_dict("records") for _, group in rows.groupby(names, sort=False) if len(group) == 2]
    if not pairs:
        return None
    changed = [_name(first, labels, language) for first, second in pairs if direction_of(first) != direction_of(second)]
    if not changed:
        return text("reporting.beside.same", language, n=len(pairs))
    return text("reporting.beside.changed", language, pairs="; ".join(changed), n=len(pairs), k=len(changed))


def _name(row: Mapping[Any, Any], labels: Labels, language: str) -> str:
    x, y = (row["x"], row["y"]) if "x" in row else (row["outcome"], row["term"])
    pair = text("reporting.pair", language, x=labels[x], y=labels[y])
    return f"{pair} ({word('symbol', row['method'], language)})" if "x" in row else pair

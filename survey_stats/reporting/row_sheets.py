"""Sheets of the workbook that name rows of the export: where each problem lies, and which flags excluded whom.

A cell's content is never among them: a report is passed on, and an answer that could not be used may name a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.words import shorten, word
from survey_stats.study import Study

if TYPE_CHECKING:
    from survey_stats.reporting.summary import Summary

MOST_ROWS = 20_000
"""Rows that a sheet lists; a sentence tells how many there are and where all of them can be had."""
PROBLEM_ROW_COLUMNS = ("row", "column", "item", "rule", "action", "state")
EXCLUDED_ROW_COLUMNS = ("row", "flags")
Words = Callable[[Any, str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSheet:
    """A sheet of rows.

    Attributes:
        title: Its name and title.
        headers: Titles of its columns.
        rows: Values in the order of the columns.
        notes: Sentences below the title.
    """

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...] = ()


def problem_rows(study: Study) -> pd.DataFrame:
    """Each cell that could not be used as it is, without its content (`PROBLEM_ROW_COLUMNS`)."""
    return study.problems[list(PROBLEM_ROW_COLUMNS)].reset_index(drop=True)


def excluded_rows(study: Study) -> pd.DataFrame:
    """Each respondent whom the plan excludes: the row of the export, and the flags that count (`EXCLUDED_ROW_COLUMNS`).

    Without an export, the row is the respondent's name in the index.
    """
    excluded = study.excluded.index[study.excluded]
    counting = [
        flag for flag in study.quality.loc[study.quality["excludes"].astype(bool), "flag"] if flag in study.flags
    ]
    places = study.paradata["row"] if "row" in study.paradata else pd.Series(study.measures.index, study.measures.index)
    flagged = study.flags.loc[excluded, counting]
    return pd.DataFrame({
        "row": places.loc[excluded].tolist(),
        "flags": [tuple(flag for flag in counting if row[flag]) for row in flagged.to_dict("records")],
    })  # fmt: skip


def row_sheets(summary: Summary, language: str) -> tuple[RowSheet, ...]:
    """The sheets in words.

    Args:
        summary: What the report says.
        language: Language of the words.
    """
    frames = {"problem_rows": summary.problem_rows, "excluded_rows": summary.excluded_rows}
    return tuple(_sheet(name, frame, language) for name, frame in frames.items())


def _sheet(name: str, frame: pd.DataFrame, language: str) -> RowSheet:
    listed = {str(column): frame[column].head(MOST_ROWS) for column in frame}
    told = [_told(values, _WORDS[column], language) for column, values in listed.items()]
    return RowSheet(
        title=text(f"reporting.sheet.{name}", language),
        headers=tuple(text(f"reporting.column.{_HEADERS.get(column, column)}", language) for column in listed),
        rows=tuple(zip(*told, strict=True)),
        notes=tuple(_notes(len(frame), language)),
    )


def _told(values: pd.Series, words: Words, language: str) -> list[Any]:
    """The same value stands in many rows, and is put into words once."""
    plain = values.tolist()
    known = {value: words(value, language) for value in dict.fromkeys(plain)}
    return [known[value] for value in plain]


def _notes(rows: int, language: str) -> Iterator[str]:
    if not rows:
        yield text("reporting.sheet.no_rows", language)
    if rows > MOST_ROWS:
        counts = {"listed": numbers.number(MOST_ROWS, "count"), "rows": numbers.number(rows, "count")}
        yield text("reporting.sheet.more_rows", language, **counts)


_HEADERS = {"row": "export_row"}
_WORDS: dict[str, Words] = {
    "row": lambda value, _language: value if isinstance(value, int | float) else shorten(value),
    **dict.fromkeys(("column", "item"), lambda value, _language: "" if pd.isna(value) else shorten(value)),
    "flags": lambda value, language: "; ".join(word("flag", flag, language) for flag in value),
    **{family: partial(word, family) for family in ("rule", "action", "state")},
}
"""Column → how its values are told."""

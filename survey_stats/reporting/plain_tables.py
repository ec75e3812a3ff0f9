"""Tables that no statistic made: counts of what was read, versions, columns. Their numbers too are in `results.csv`."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from survey_stats.messages import text
from survey_stats.reporting import numbers
from survey_stats.reporting.tables import Cell, DisplayTable, merged_heads
from survey_stats.reporting.words import clean, word
from survey_stats.results import LONG_COLUMNS, slug

REPORT = "report"
"""What `results.csv` calls the analysis of numbers that the report itself counted."""


def plain_table(
    caption: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    language: str,
    kinds: Sequence[str],
    *,
    of_answers: bool = True,
) -> DisplayTable:
    """A table of what was read.

    Args:
        caption: Name of its title in the message catalogue; also names its numbers in `results.csv`.
        headers: Names of the titles of its columns.
        rows: Its values.
        language: Language of the words.
        kinds: For each column a kind of quantity, `text`, or a family of words.
        of_answers: The table comes from the answers.
    """
    values = [list(row) for row in rows]
    ids = _ids(caption, values, headers)
    is_number = [kind in numbers.KINDS for kind in kinds]
    return DisplayTable(
        caption=text(f"reporting.caption.{caption}", language),
        headers=tuple(
            Cell(word("column", name, language), numeric) for name, numeric in zip(headers, is_number, strict=True)
        ),
        rows=tuple(
            merged_heads(
                [
                    tuple(_cell(*told, language) for told in zip(row, kinds, known, strict=True))
                    for row, known in zip(values, ids, strict=True)
                ],
                [str(row[0]) for row in values],
            )
        ),
        of_answers=of_answers,
        long=tuple(
            _long_row(caption, str(row[0]), name, value, cell_id)
            for row, known in zip(values, ids, strict=True)
            for name, value, cell_id, numeric in zip(headers, row, known, is_number, strict=True)
            if numeric and not _is_missing(value)
        ),
    )


def _ids(caption: str, rows: Sequence[Sequence[Any]], headers: Sequence[str]) -> list[list[str]]:
    """An id a cell, of table, row head and column; heads that are alike get a running number."""
    heads = [".".join(slug(str(value)) for value in _head(row)) for row in rows]
    numbered, seen = [], Counter[str]()
    for head in heads:
        seen[head] += 1
        numbered.append(f"{head}.{seen[head]}" if seen[head] > 1 else head)
    return [[f"{slug(REPORT, caption)}.{head}.{name}" for name in headers] for head in numbered]


def _head(row: Sequence[Any]) -> list[Any]:
    """What stands before the first number of a row: a characteristic and its category."""
    words = itertools.takewhile(lambda value: not isinstance(value, (int, float, np.number)), row)
    return [value for value in words if value not in (None, "")] or [row[0]]


def counted(result: str, name: str, value: float, n: float = math.nan) -> dict[str, Any]:
    """A row of `results.csv` for a number that stands in a sentence of the report itself."""
    cell_id = f"{slug(REPORT, result)}.{name}"
    return _long_row(result, "", name, value, cell_id) | {"n": n}


def _long_row(caption: str, head: str, name: str, value: float, cell_id: str) -> dict[str, Any]:
    told = {"id": cell_id, "analysis": REPORT, "result": caption, "variables": clean(head), "statistic": name,
            "value": float(value), "n": math.nan, "method": "count"}  # fmt: skip
    return {column: told.get(column, "") for column in LONG_COLUMNS}


def _is_missing(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def _cell(value: Any, kind: str, cell_id: str, language: str) -> Cell:
    if _is_missing(value):
        return Cell(numbers.MISSING, numeric=kind in numbers.KINDS)
    if kind in numbers.KINDS:
        return Cell(numbers.number(value, kind), numeric=True, ids=cell_id, values=(float(value),), kind=kind)
    return Cell(clean(value) if kind == "text" else word(kind, value, language))

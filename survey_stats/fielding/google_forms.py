"""What Google Forms exports: one header row with the question texts, labels as answers, nothing about the interview."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.content import in_language
from survey_stats.fielding.mess import messy_column, out_of_range, stray_none
from survey_stats.fielding.rendering import (
    SIMULATED,
    Cell,
    in_grid,
    is_empty,
    items_with_answers,
    labels,
    question,
    rendered,
    submissions,
    write,
)
from survey_stats.instrument import Instrument, Item

SHEET = "Form Responses 1"
EMPTY_ROWS = 5


def export(
    instruments: Instrument | Iterable[Instrument],
    answers: pd.DataFrame,
    path: str | Path,
    *,
    seed: int | None = None,
    mess: bool = True,
) -> Path:
    """Write the export that Google Forms would make of these answers.

    Two encodings exist: a workbook (through the linked spreadsheet: true dates, chosen options joined by ", ") and a
    CSV file (downloaded directly: dates as text, chosen options joined by ";").

    Args:
        instruments: The questionnaire.
        answers: Coded answers as `simulate` returns them, one row a respondent.
        path: File to write, ending in .xlsx or .csv.
        seed: The same seed writes the same cells.
        mess: Also what real exports have: e-mail addresses, durations typed in words and as clock times, untidy
            labels, an impossible number, the text "None", one submission sent twice, empty rows at the end.

    Returns:
        The file. Its last column, `SIMULATED`, is TRUE in every row with answers.

    Raises:
        CallError: An answer is no code of its item, a column is no item, or the file has another ending.
    """
    generator = np.random.default_rng(seed)
    items = items_with_answers(instruments, answers)
    workbook = Path(path).suffix.lower() == ".xlsx"
    separator = ", " if workbook else ";"
    columns = [[_cell(item, answer, separator) for answer in answers[item.id]] for item in items]
    times = submissions(len(answers), generator)
    head = ["Timestamp", *map(header, items), SIMULATED]
    if mess:
        columns = [messy_column(item, cells, generator) for item, cells in zip(items, columns, strict=True)]
        out_of_range(items, columns, generator)
        stray_none(items, columns, generator)
    rows = [[time, *cells, True] for time, *cells in zip(times, *columns, strict=True)]
    if mess:
        head, rows = _with_addresses(head, rows)
        rows = _sent_twice(rows, generator) + [[""] * len(head)] * EMPTY_ROWS
    return write([head, *(row if workbook else _downloaded(row) for row in rows)], path, sheet=SHEET)


def header(item: Item) -> str:
    """Column header: the question text; for a row of a grid `stem  [row]`.

    Google Forms has grids for choices only: a number or a duration is a question with a title of its own. There are
    two spaces before the bracket because stems usually end in a space.
    """
    if in_grid(item):
        return f"{in_language(item.stem, 'en')}  [{in_language(item.text, 'en')}]"
    return question(item)


def _cell(item: Item, answer: Any, separator: str) -> Cell:
    if item.format.kind == "multiple" and not is_empty(answer):
        return separator.join(labels(item, answer)) or None
    return rendered(item, answer)


def _with_addresses(head: list[str], rows: list[list[Any]]) -> tuple[list[str], list[list[Any]]]:
    """The column of a form that collects e-mail addresses; the addresses are of a domain reserved for examples."""
    head = [head[0], "Email Address", *head[1:]]
    return head, [[row[0], f"respondent{number:03d}@example.org", *row[1:]] for number, row in enumerate(rows, 1)]


def _sent_twice(rows: list[list[Any]], generator: np.random.Generator) -> list[list[Any]]:
    """One submission comes a second time, twenty seconds later."""
    position = int(generator.integers(len(rows)))
    time, *cells = rows[position]
    return [*rows[: position + 1], [time + dt.timedelta(seconds=20), *cells], *rows[position + 1 :]]


def _downloaded(row: list[Any]) -> list[Any]:
    """A row of the direct download, with its own way to write times: `2024/03/04 9:04:01 AM EST`."""
    time = row[0]
    written = time and f"{time:%Y/%m/%d} {time.hour % 12 or 12}:{time:%M:%S %p} EST"
    return [written, *row[1:]]

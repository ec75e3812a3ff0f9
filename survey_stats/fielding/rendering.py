"""How a coded answer reads in an export, and how the rows of an export become a file."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.content import in_language
from survey_stats.errors import CallError
from survey_stats.instrument import Code, Instrument, Item

Cell = str | float | int | bool | dt.datetime | dt.time | None
"""A cell of an export; None is an empty cell."""

SIMULATED = "SIMULATED"
"""Header of the column that marks every simulated export; its cells are TRUE."""
TITLE = "Simulated answers, not collected from people"


def items_with_answers(instruments: Instrument | Iterable[Instrument], answers: pd.DataFrame) -> list[Item]:
    """The items that `answers` has a column for, in the order of the questionnaire.

    Args:
        instruments: The questionnaire.
        answers: A column an item, as `survey_stats.simulation.simulate` returns them.

    Raises:
        CallError: A column belongs to no item, or there is no column at all.
    """
    several = [instruments] if isinstance(instruments, Instrument) else list(instruments)
    items = [item for instrument in several for item in instrument.all_items]
    stray = [str(column) for column in answers if column not in {item.id for item in items}]
    if stray:
        raise CallError(
            f"export: these columns are no items of the instruments given: {', '.join(stray)}. "
            "Drop them, or name the instrument they belong to."
        )
    chosen = [item for item in items if item.id in answers]
    if not chosen:
        raise CallError("export: the answers have no column. Give one column for each item.")
    return chosen


def label(item: Item, code: Code) -> str:
    """What the respondent read for a code; the code itself where the label is not ours to know."""
    for option in (*item.format.options, *item.format.missing):
        if option.code == code:
            return in_language(option.label, "en") or str(option.code)
    raise CallError(
        f"export: {item.id}: found the answer {code!r}, which is no code of the item. "
        f"Allowed: {', '.join(str(option.code) for option in item.format.options)}."
    )


def labels(item: Item, chosen: Iterable[Code]) -> list[str]:
    """Labels of the options chosen in a multiple choice."""
    return [label(item, code) for code in chosen]


def rendered(item: Item, answer: Any) -> Cell:
    """A cell for one answer: a label for a choice, a number for numbers and minutes, text for text."""
    if is_empty(answer):
        return None
    if item.format.kind == "single" or answer in {option.code for option in item.format.missing}:
        return label(item, answer)
    if item.format.kind in ("number", "duration"):
        return int(answer) if float(answer).is_integer() else float(answer)
    return str(answer)


def is_empty(answer: Any) -> bool:
    """Whether there is no answer."""
    return not isinstance(answer, (tuple, list)) and bool(pd.isna(answer))


def question(item: Item) -> str:
    """The question as one text: stem and text, or the item's id where the wording is not ours."""
    parts = [in_language(words, "en") for words in (item.stem, item.text)]
    return " ".join(part for part in parts if part) or item.id


def in_grid(item: Item) -> bool:
    """Whether survey tools show the item as a row of a grid: choices that share a stem."""
    return bool(item.stem) and bool(item.text) and item.format.kind in ("single", "multiple")


def submissions(n: int, generator: np.random.Generator) -> list[dt.datetime]:
    """Times of `n` submissions over two weeks, in order, to the second."""
    first = dt.datetime(2024, 3, 4, 8, 0)  # noqa: DTZ001  survey tools write local times without a zone
    seconds = np.sort(generator.integers(0, 14 * 24 * 3600, size=n))
    return [first + dt.timedelta(seconds=int(second)) for second in seconds]


def write(rows: Sequence[Sequence[Cell]], path: str | Path, *, sheet: str, byte_order_mark: bool = False) -> Path:
    """Write rows to an .xlsx or .csv file.

    Args:
        rows: All rows, header rows first.
        path: The file; its ending chooses the format.
        sheet: Name of the sheet of a workbook.
        byte_order_mark: Whether a CSV file begins with one.

    Raises:
        CallError: The file has another ending.
    """
    file = Path(path)
    if file.suffix.lower() == ".xlsx":
        _write_workbook(rows, file, sheet)
    elif file.suffix.lower() == ".csv":
        with file.open("w", encoding="utf-8-sig" if byte_order_mark else "utf-8", newline="") as stream:
            csv.writer(stream).writerows([[_plain(cell) for cell in row] for row in rows])
    else:
        raise CallError(f"export: found a file name ending in {file.suffix!r}; allowed: .xlsx, .csv.")
    return file


def _write_workbook(rows: Iterable[Sequence[Cell]], file: Path, sheet: str) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title = TITLE
    page = book.create_sheet(sheet)
    page.freeze_panes = "A2"
    for row in rows:
        page.append(list(_safe_cells(row, page)))
    book.save(file)


def _safe_cells(row: Iterable[Cell], page: Any) -> Iterator[Any]:
    """Cells in which text stays text: openpyxl would take "=1+1" for a formula and "#N/A" for an error."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    for value in row:
        if not isinstance(value, str):
            yield value
            continue
        text = ILLEGAL_CHARACTERS_RE.sub("", value)
        if not text.startswith(("=", "#")):
            yield text
            continue
        cell = WriteOnlyCell(page, value=text)
        cell.data_type = "s"
        yield cell


def _plain(cell: Cell) -> str:
    """A cell of a CSV file."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, dt.time):
        return f"{cell.hour}:{cell:%M:%S}"
    return "" if cell is None else str(cell)

"""The two shapes of an export: a grid of typed cells as found, and a plain table of named columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

Cell = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta
"""A cell as the file holds it; an empty cell is `""`."""

Role = Literal[
    "start", "end", "recorded", "duration_seconds", "finished", "progress", "status", "response_id", "language",
    "channel", "simulated", "metadata",
]  # fmt: skip
"""What a column that is no question tells about the interview (paradata)."""


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A sheet as it stands in the file.

    Attributes:
        source: Name of the file without its folder.
        sheet: Name of the sheet; none for text files.
        sheets: Names of all sheets.
        rows: Cells, row by row, all rows equally long; trailing empty rows and columns are cut.
        sha256: Hash of the file's bytes.
        notes: What was decided when reading (encoding, delimiter, the sheet chosen), key → value.
    """

    source: str
    rows: list[list[Cell]]
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    sha256: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Column:
    """A column of an export.

    Attributes:
        code: Name of the column, unique in the table (a repeated name gets `.2`, `.3`, …).
        text: Question text as exported; the code where there is none.
        cells: One cell a row of the table.
        position: Its place in the sheet, counted from 0.
        role: Set if the column is paradata and no question.
        import_id: The survey tool's own id of the question, if it exports one.
        stem, part: For a column of a matrix or of a multiple choice exported as one column an option: what the
            columns share, and what this one stands for (a row, an option); empty otherwise.
        labels: Code → label, where the file itself says it (SPSS, Stata, a data dictionary).
        missing: Codes that mean no answer → their label, where the file itself says it.
    """

    code: str
    text: str
    cells: list[Cell]
    position: int
    role: Role | None = None
    import_id: str | None = None
    stem: str = ""
    part: str = ""
    labels: Mapping[Cell, str] = field(default_factory=dict)
    missing: Mapping[Cell, str] = field(default_factory=dict)

    @cached_property
    def distinct(self) -> Distinct:
        """The distinct cells; everything that looks at cells looks at these."""
        return distinct(self.cells)


@dataclass(frozen=True, slots=True, eq=False)
class Distinct:
    """The distinct cells of a column.

    Attributes:
        cells: In the order of their first occurrence.
        positions: For each row the index of its cell in `cells`.
    """

    cells: list[Cell]
    positions: np.ndarray[Any, np.dtype[np.intp]]

    @property
    def counts(self) -> np.ndarray[Any, np.dtype[np.intp]]:
        """How often each distinct cell occurs."""
        return np.bincount(self.positions, minlength=len(self.cells))


def distinct(cells: Sequence[Cell]) -> Distinct:
    """The distinct cells; `True`, `1` and `1.0` are equal in Python, yet `True` is another answer than 1."""
    if bool in set(map(type, cells)):
        typed = [(cell.__class__, cell) for cell in cells]
        index: dict[Any, int] = {key: number for number, key in enumerate(dict.fromkeys(typed))}
        return Distinct([cell for _, cell in index], np.fromiter(map(index.__getitem__, typed), "intp", len(cells)))
    index = {cell: number for number, cell in enumerate(dict.fromkeys(cells))}
    return Distinct(list(index), np.fromiter(map(index.__getitem__, cells), "intp", len(cells)))


@dataclass(frozen=True, slots=True, eq=False)
class ExportTable:
    """An export, header rows and test answers taken off, whatever tool wrote it.

    Attributes:
        tool: Id of the platform module that recognised it (`google_forms`, `qualtrics`, `table`).
        columns: Its columns in the file's order.
        row_numbers: Row of the sheet, counted from 1 as a spreadsheet does, for each row of the table.
        header_rows: Number of rows above the answers.
        dropped: Rows left out and why: row of the sheet → reason (`preview`, `empty`, `header_repeated`).
        separators: What joins the chosen options of a multiple choice in one cell, likeliest first.
        notes: What was decided when recognising (which header rows were found), key → value.
    """

    tool: str
    columns: tuple[Column, ...]
    row_numbers: list[int]
    header_rows: int
    dropped: Mapping[int, str] = field(default_factory=dict)
    separators: tuple[str, ...] = (",", ";", "\n")
    notes: Mapping[str, str] = field(default_factory=dict)

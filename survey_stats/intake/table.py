"""The two shapes of an export: a grid of typed cells as found, and a plain table of named columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

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


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column of an export.

    Attributes:
        code: Name of the column, unique in the table (a repeated name gets `.2`, `.3`, …).
        text: Question text as exported; the code where there is none.
        cells: One cell a row of the table.
        position: Its place in the sheet, counted from 0.
        role: Set if the column is paradata and no question.
        import_id: The survey tool's own id of the question, if it exports one.
    """

    code: str
    text: str
    cells: list[Cell]
    position: int
    role: Role | None = None
    import_id: str | None = None


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

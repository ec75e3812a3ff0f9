"""The two shapes of an export: a grid of typed cells as found, and a plain table of named columns."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, count
from operator import getitem
from typing import Any, Literal, overload

import numpy as np

Cell = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta
"""A cell as the file holds it; an empty cell is `""`."""

Merge = tuple[int, int, int, int]
"""A range of merged cells: first row, first column, last row, last column, counted from 0."""

Positions = np.ndarray[Any, np.dtype[np.intp]]

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
        others: Reads the other sheets of cells, name → rows.
        merged: Ranges of merged cells; the value stands in the first cell of each.
    """

    source: str
    rows: list[list[Cell]]
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    sha256: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    others: Callable[[], Mapping[str, list[list[Cell]]]] = dict
    merged: tuple[Merge, ...] = ()


class Distinct(Sequence[Cell]):
    """The cells of a column, each distinct one kept once. It is a sequence of the column's cells.

    Attributes:
        cells: The distinct cells in the order of their first occurrence.
        positions: For each row the index of its cell in `cells`.
    """

    __slots__ = ("cells", "positions")

    def __init__(self, cells: list[Cell], positions: Positions) -> None:
        self.cells = cells
        self.positions = positions

    def __len__(self) -> int:
        return len(self.positions)

    @overload
    def __getitem__(self, row: int) -> Cell: ...
    @overload
    def __getitem__(self, row: slice) -> list[Cell]: ...
    def __getitem__(self, row: int | slice) -> Cell | list[Cell]:
        if isinstance(row, slice):
            return [self.cells[position] for position in self.positions[row]]
        return self.cells[int(self.positions[row])]

    def __iter__(self) -> Iterator[Cell]:
        return map(self.cells.__getitem__, self.positions.tolist())

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    @property
    def counts(self) -> Positions:
        """How often each distinct cell occurs."""
        return np.bincount(self.positions, minlength=len(self.cells))


def distinct(cells: Sequence[Cell]) -> Distinct:
    """The distinct cells of one column; `True`, `1` and `1.0` are equal in Python, yet `True` is another answer."""
    return distinct_columns([[cell] for cell in cells], 1)[0]


def distinct_columns(rows: Sequence[Sequence[Cell]], width: int) -> list[Distinct]:
    """The columns of a rectangle of cells, walked row by row as it lies in memory.

    Args:
        rows: Rows of `width` cells each.
        width: Number of columns.
    """
    indexes: list[dict[Any, int]] = [defaultdict(count().__next__) for _ in range(width)]  # a new cell: the next number
    numbers = chain.from_iterable(map(getitem, indexes, row) for row in rows)
    positions = np.fromiter(numbers, "intp", len(rows) * width).reshape(len(rows), width).T.copy()
    return [
        _typed([row[column] for row in rows]) if 1 in index or 0 in index else Distinct(list(index), positions[column])
        for column, index in enumerate(indexes)
    ]


def _typed(cells: Sequence[Cell]) -> Distinct:
    """Distinct cells of a column in which truth values may stand beside numbers."""
    has_truth = bool in set(map(type, cells))
    index: dict[Any, int] = defaultdict(count().__next__)
    keys = ((cell.__class__, cell) for cell in cells) if has_truth else cells
    positions = np.fromiter(map(index.__getitem__, keys), "intp", len(cells))
    return Distinct([key[1] for key in index] if has_truth else list(index), positions)


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
        identifying: The survey tool says that the column tells who somebody is (REDCap's data dictionary).
    """

    code: str
    text: str
    cells: Sequence[Cell]
    position: int
    role: Role | None = None
    import_id: str | None = None
    stem: str = ""
    part: str = ""
    labels: Mapping[Cell, str] = field(default_factory=dict)
    missing: Mapping[Cell, str] = field(default_factory=dict)
    identifying: bool = False

    @cached_property
    def distinct(self) -> Distinct:
        """The distinct cells; everything that looks at cells looks at these."""
        return self.cells if isinstance(self.cells, Distinct) else distinct(self.cells)


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

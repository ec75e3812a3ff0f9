"""What all survey tools share: header cells → unique columns, and rows that are no answers left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from survey_stats.intake.table import Cell, Column, ExportTable, Grid, Role


@dataclass(frozen=True, slots=True)
class Header:
    """What the header rows say about a column; empty where they say nothing."""

    code: str
    text: str = ""
    role: Role | None = None
    import_id: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How an export lies in its grid.

    Attributes:
        tool: Id of the platform module.
        headers: One for each column of the grid.
        first_answer: Index of the first row below the header rows.
        dropped: Index of a row → why it is no answer (test answers); empty rows and repeated headers are found here.
        separators: See `ExportTable`.
        notes: See `ExportTable`.
    """

    tool: str
    headers: Sequence[Header]
    first_answer: int
    dropped: Mapping[int, str] = field(default_factory=dict)
    separators: tuple[str, ...] = (",", ";", "\n")
    notes: Mapping[str, str] = field(default_factory=dict)


def is_blank(row: Sequence[Cell]) -> bool:
    """Whether a row holds nothing but empty cells and spaces."""
    return all(isinstance(cell, str) and not cell.strip() for cell in row)


def first_filled(grid: Grid) -> int:
    """Index of the first row that is not blank; 0 if all are."""
    return next((index for index, row in enumerate(grid.rows) if not is_blank(row)), 0)


def header_text(cell: Cell) -> str:
    """A header cell as text: exactly as written, numbers and dates as a spreadsheet shows them.

    >>> header_text(2024.0)
    '2024'
    """
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def is_true(cell: Cell) -> bool:
    """Whether a cell says TRUE, as a truth value or as text."""
    return cell is True or (isinstance(cell, str) and cell.strip().casefold() == "true")


def assemble(grid: Grid, layout: Layout) -> ExportTable:
    """Builds the table: drops what is no answer, names the columns, cuts the grid into them."""
    heads = [row for row in grid.rows[: layout.first_answer] if not is_blank(row)]
    dropped: dict[int, str] = {}
    kept: list[int] = []
    for index in range(layout.first_answer, len(grid.rows)):
        row = grid.rows[index]
        reason = "empty" if is_blank(row) else "header_repeated" if row in heads else layout.dropped.get(index)
        if reason is None:
            kept.append(index)
        else:
            dropped[index + 1] = reason
    cells = list(zip(*(grid.rows[index] for index in kept), strict=True)) or [()] * len(layout.headers)
    return ExportTable(
        tool=layout.tool,
        columns=tuple(_columns(layout.headers, cells)),
        row_numbers=[index + 1 for index in kept],
        header_rows=layout.first_answer,
        dropped=dropped,
        separators=layout.separators,
        notes=layout.notes,
    )


def _columns(headers: Sequence[Header], cells: Sequence[Sequence[Cell]]) -> Iterable[Column]:
    """One column for each header; a column without a name and without an answer is an empty strip of the sheet."""
    taken: set[str] = set()
    for position, (header, column) in enumerate(zip(headers, cells, strict=True)):
        if not header.code.strip() and not header.text.strip() and is_blank(column):
            continue
        code = _unique(header.code if header.code.strip() else f"column_{position + 1}", taken)
        taken.add(code)
        simulated = "simulated" in {header.code.strip().casefold(), header.text.strip().casefold()}
        role: Role | None = "simulated" if simulated and any(map(is_true, column)) else header.role
        text = next((words for words in (header.text, header.code) if words.strip()), code)
        yield Column(code, text, list(column), position, role, header.import_id)


def _unique(code: str, taken: set[str]) -> str:
    number, name = 1, code
    while name in taken:
        number += 1
        name = f"{code}.{number}"
    return name

"""Time stamps in a format that the account chose: read where all stamps of the file agree on one reading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product

from survey_stats.intake.table import Cell, ExportTable, Role

STAMPED: frozenset[Role] = frozenset({"start", "end", "recorded"})
DATES = ("%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%Y", "%d.%m.%y", "%d-%m-%Y", "%b %d, %Y")
TIMES = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
FORMATS = tuple(f"{date} {time}" for date, time in product(DATES, TIMES))


def with_moments(table: ExportTable) -> ExportTable:
    """The table with its time stamps as moments.

    Dates such as 3/4/2026 are read only if another stamp of the file tells month from day; the note `times` names the
    format, or says `ambiguous`. Stamps in ISO form and in mixed forms stay as they are.
    """
    texts = {
        cell
        for column in table.columns
        if column.role in STAMPED
        for cell in column.distinct.cells
        if isinstance(cell, str) and cell.strip() and not _is_iso(cell)
    }
    readings = {pattern: found for pattern in FORMATS if texts and (found := _all_read(texts, pattern)) is not None}
    if not readings:
        return table
    first, *others = readings.values()
    if any(other != first for other in others):
        return replace(table, notes={**table.notes, "times": "ambiguous"})
    columns = tuple(
        replace(column, cells=list(_read(column.cells, first))) if column.role in STAMPED else column
        for column in table.columns
    )
    return replace(table, columns=columns, notes={**table.notes, "times": next(iter(readings))})


def _is_iso(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def _all_read(texts: Iterable[str], pattern: str) -> dict[str, dt.datetime] | None:
    """Each text as a moment; none if one of them has another form."""
    try:
        return {text: dt.datetime.strptime(text.strip(), pattern) for text in texts}  # noqa: DTZ007
    except ValueError:
        return None


def _read(cells: Iterable[Cell], moments: Mapping[str, dt.datetime]) -> Iterator[Cell]:
    return (moments.get(cell, cell) if isinstance(cell, str) else cell for cell in cells)

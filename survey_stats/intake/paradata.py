"""What the survey tool recorded about each interview: times, duration, whether it was finished."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from survey_stats.intake.table import Cell, ExportTable, Role

_FINISHED = frozenset({"true", "1", "1.0", "yes"})


def paradata(table: ExportTable, index: pd.Index) -> pd.DataFrame:
    """The row of the sheet, and one column a role, from the first column of each role.

    Args:
        table: The export.
        index: Index of the respondents.

    Returns:
        Columns `row` (of the sheet, counted from 1), `start`, `end` (times without zone, as the tool shows them),
        `duration_seconds`, `finished`, `language`, `response_id`, `status`, as far as the export has them.
    """
    columns: dict[str, pd.Series] = {"row": pd.Series(table.row_numbers, index=index)}
    for column in table.columns:
        role = column.role
        if role is not None and role in READERS and role not in columns:
            read = READERS[role]
            readings = [read(cell) for cell in column.distinct.cells]
            values = [readings[position] for position in column.distinct.positions]
            columns[role] = pd.Series(values, index=index)
    return pd.DataFrame(columns, index=index)


def _moment(cell: Cell) -> Any:
    """A time stamp as a workbook holds it or as ISO text; other forms depend on the locale and stay missing."""
    try:
        moment = cell if isinstance(cell, dt.datetime) else dt.datetime.fromisoformat(str(cell).strip())
        return pd.Timestamp(moment.replace(tzinfo=None))
    except (ValueError, OverflowError):
        return pd.NaT


def _seconds(cell: Cell) -> float:
    if isinstance(cell, dt.timedelta):
        return cell.total_seconds()
    try:
        return float(str(cell))
    except ValueError:
        return float("nan")


READERS: Mapping[Role, Callable[[Cell], Any]] = {
    "start": _moment,
    "end": _moment,
    "duration_seconds": _seconds,
    "finished": lambda cell: str(cell).strip().casefold() in _FINISHED,
    "language": str,
    "response_id": str,
    "status": str,
}
"""How the cells of each role are read."""

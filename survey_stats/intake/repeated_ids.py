"""Ids of respondents that occur twice. Only whether an id was seen before is kept, never the id."""

from __future__ import annotations

import pandas as pd

from survey_stats.errors import CallError, nearest
from survey_stats.intake.table import Column, ExportTable
from survey_stats.intake.text import normalised


def repeated_ids(table: ExportTable, named: str | None, index: pd.Index) -> pd.Series | None:
    """Whether the id of a respondent was seen in an earlier row; a blank id is no id.

    Args:
        table: The export as opened, before personal columns are left out.
        named: Column with the ids, as the plan names it; the survey tool's own ids where it names none.
        index: Index of the respondents.

    Returns:
        Boolean; none where the export has no ids.

    Raises:
        CallError: The export has no column of that name.
    """
    column = _named(table, named) if named else _own(table)
    if column is None:
        return None
    ids = pd.Series([normalised(str(cell)) for cell in column.cells], index=index, dtype=object)
    return ids.duplicated() & (ids != "")


def _own(table: ExportTable) -> Column | None:
    return next((column for column in table.columns if column.role == "response_id"), None)


def _named(table: ExportTable, name: str) -> Column:
    for column in table.columns:
        if name in (column.code, column.text):
            return column
    raise CallError(
        f"plan: exclusions: respondent_id: the export has no column {name!r}. "
        f"{nearest(name, (column.code for column in table.columns))}"
    )

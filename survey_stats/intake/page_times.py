"""Seconds on each page of the questionnaire, where the survey tool tells them."""

from __future__ import annotations

import re

import pandas as pd

from survey_stats.intake.table import Cell, Column, ExportTable

PAGE_TIME = re.compile(r"TIME\d{3}|grouptime\d+|group time: .*|.*_Page Submit|.* - Page Submit", re.IGNORECASE)
"""SoSci Survey, LimeSurvey (by code and by text), Qualtrics (by code and by text)."""


def page_seconds(table: ExportTable, index: pd.Index) -> pd.DataFrame | None:
    """Times by page.

    Args:
        table: The export.
        index: Index of the respondents.

    Returns:
        A column a page, in the order of the export, seconds; missing where a page was not seen. None where the export
        tells no such times.
    """
    columns = [column for column in table.columns if _tells_a_page(column)]
    if not columns:
        return None
    return pd.DataFrame({column.code: [_seconds(cell) for cell in column.cells] for column in columns}, index=index)


def _tells_a_page(column: Column) -> bool:
    return any(PAGE_TIME.fullmatch(name.strip()) for name in (column.code, column.text))


def _seconds(cell: Cell) -> float:
    try:
        seconds = float(str(cell).strip())
    except ValueError:
        return float("nan")
    return seconds if seconds > 0 else float("nan")

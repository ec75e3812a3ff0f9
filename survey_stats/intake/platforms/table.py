"""A plain table: one row of names above the answers, whatever wrote it."""

from __future__ import annotations

from survey_stats.intake.platforms.layout import Header, Layout, assemble, first_filled, header_text, is_blank
from survey_stats.intake.table import ExportTable, Grid

TOOL = "table"
TITLE = "Table"


def recognises(grid: Grid) -> bool:
    """Every grid that has a row is a table."""
    return bool(grid.rows)


def normalise(grid: Grid) -> ExportTable:
    """Takes the first filled row as names; rows above it with a single filled cell are titles."""
    header, titles = _header_row(grid)
    headers = [Header(header_text(cell)) for cell in grid.rows[header]]
    notes = {"title_rows": ", ".join(str(row + 1) for row in titles)} if titles else {}
    return assemble(grid, Layout(TOOL, headers, header + 1, notes=notes))


def _header_row(grid: Grid) -> tuple[int, list[int]]:
    """Index of the row of names, and of the titles above: rows with one filled cell above a row with several."""
    titles: list[int] = []
    for index in range(first_filled(grid), len(grid.rows)):
        row = grid.rows[index]
        if is_blank(row):
            continue
        if len(row) - row.count("") > 1:
            return index, titles
        titles.append(index)
    return first_filled(grid), []

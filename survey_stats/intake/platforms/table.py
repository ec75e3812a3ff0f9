"""A plain table: one row of names above the answers, whatever wrote it; two where names stand below merged texts."""

from __future__ import annotations

from survey_stats.intake.merged import is_second_header, merged_texts
from survey_stats.intake.platforms.layout import Header, Layout, assemble, first_filled, header_text, is_blank
from survey_stats.intake.table import Cell, ExportTable, Grid

TOOL = "table"
TITLE = "Table"


def recognises(grid: Grid) -> bool:
    """Every grid that has a row is a table."""
    return bool(grid.rows)


def normalise(grid: Grid) -> ExportTable:
    """Takes the first filled row as names; rows above it with a single filled cell are titles."""
    header, titles = _header_row(grid)
    texts = merged_texts(grid, header)
    has_second = is_second_header(grid, header)
    parts = grid.rows[header + 1] if has_second else [""] * len(texts)
    headers = [_header(text, part) for text, part in zip(texts, parts, strict=True)]
    notes = {"title_rows": ", ".join(str(row + 1) for row in titles)} if titles else {}
    return assemble(grid, Layout(TOOL, headers, header + 1 + has_second, notes=notes))


def _header(text: Cell, part: Cell) -> Header:
    """A column under a merged text is called by its own name, and its question by both."""
    if part == "":
        return Header(header_text(text))
    stem, name = header_text(text), header_text(part)
    return Header(name, f"{stem} [{name}]", stem=stem, part=name)


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

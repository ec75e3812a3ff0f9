"""Merged cells: what they mean in a header, and what is said about them. No answer is guessed from a merged range."""

from __future__ import annotations

from collections.abc import Sequence

from survey_stats.intake.table import Cell, ExportTable, Grid, Merge
from survey_stats.intake.workbook_file import column_letters

MOST_SHOWN = 10
SPREADING = {"table", "surveymonkey"}
"""Tools whose header texts are given to every column of the merged range."""


def merged_notes(grid: Grid, table: ExportTable) -> dict[str, str]:
    """Which ranges are merged and what was done with them, key → words."""
    filled = [merge for merge in sorted(grid.merged) if _holds_text(grid.rows, merge)]
    header = [merge for merge in filled if merge[0] < table.header_rows]
    answers = [merge for merge in filled if merge[0] >= table.header_rows]
    wide = [merge for merge in header if merge[1] < merge[3]]
    told = {
        "merged_headers": _listed(wide, "the text belongs to every column of the range" if table.tool in SPREADING
                                  else "the text stands in the first column of the range only"),
        "merged_answers": _listed(answers, "the value stands in the first cell only, the others stay empty and are "
                                  "not guessed"),
    }  # fmt: skip
    return {key: words for key, words in told.items() if words}


def _holds_text(rows: Sequence[Sequence[Cell]], merge: Merge) -> bool:
    top, left = merge[:2]
    return top < len(rows) and left < len(rows[top]) and rows[top][left] != ""


def _listed(merges: Sequence[Merge], done: str) -> str:
    names = [
        f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}" for top, left, bottom, right in merges
    ]
    rest = len(names) - MOST_SHOWN
    shown = ", ".join(names[:MOST_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
    return f"{shown}: {done}" if names else ""


def merged_texts(grid: Grid, row: int) -> list[Cell]:
    """A header row in which the text of a merged range stands in every column of it."""
    cells = list(grid.rows[row])
    for top, left, bottom, right in grid.merged:
        if top <= row <= bottom and _holds_text(grid.rows, (top, left, bottom, right)):
            for column in range(left, min(right + 1, len(cells))):
                cells[column] = grid.rows[top][left]
    return cells


def is_second_header(grid: Grid, row: int) -> bool:
    """Whether the row below a header with merged ranges names their columns.

    It is believed only if nothing stands outside the ranges, every column in them is named, and no name recurs, in its
    range or as an answer below: a row of answers is never taken for a header.
    """
    below = row + 1
    wide = [merge for merge in grid.merged if merge[0] == row and merge[1] < merge[3] and merge[2] == row
            and _holds_text(grid.rows, merge)]  # fmt: skip
    if not wide or below >= len(grid.rows):
        return False
    width = len(grid.rows[below])
    blocks = [range(left, min(right + 1, width)) for _, left, _, right in wide]
    names = {column: grid.rows[below][column] for block in blocks for column in block}
    return (
        all(cell == "" for column, cell in enumerate(grid.rows[below]) if column not in names)
        and all(isinstance(name, str) and name.strip() for name in names.values())
        and all(len({names[column] for column in block}) == len(block) for block in blocks)
        and not any(other[column] == name for other in grid.rows[below + 1 :] for column, name in names.items())
    )

"""The one way into an export: a spreadsheet, a text file or a labelled file, with what lies beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from survey_stats.errors import CallError
from survey_stats.intake.definitions import definition_of
from survey_stats.intake.files import read_grid
from survey_stats.intake.labelled import is_labelled, read_labelled
from survey_stats.intake.merged import merged_notes
from survey_stats.intake.platforms import kobo, recognise, redcap
from survey_stats.intake.platforms import table as plain
from survey_stats.intake.table import ExportTable, Grid


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """An export, read and recognised.

    Attributes:
        source: Name of the file without its folder.
        table: Its columns and answers.
        sheet: Name of the sheet; none for files without sheets.
        sha256: Hash of the file's bytes.
        notes: What was decided on the way, key → value.
    """

    source: str
    table: ExportTable
    sheet: str | None = None
    sha256: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)


TABLE = plain.TOOL
DESCRIBE: Mapping[str, Callable[[ExportTable, Grid], ExportTable]] = {redcap.TOOL: redcap.describe}
"""Tool → what puts its dictionary's questions, choices and types into the table."""


def open_export(path: Path, *, sheet: str | None = None, dictionary: Path | None = None) -> Opened:
    """Open an export, whatever tool wrote it.

    Args:
        path: A spreadsheet, a text file, an SPSS or a Stata file.
        sheet: Name of the sheet; the one with the answers where it is not given.
        dictionary: The tool's file of questions and choices (REDCap's data dictionary); without it, the file
            `X_dictionary.csv` beside an export `X_data.csv` is taken.

    Raises:
        InputError: The file or the dictionary cannot be read.
        CallError: There is no such sheet, or the tool has no dictionary.
    """
    if is_labelled(path):
        return _open_labelled(path, sheet, dictionary)
    grid = read_grid(path, sheet=sheet)
    table = recognise(grid)
    better = _better_sheet(grid, table.tool) if sheet is None else None
    if better is not None:
        grid = read_grid(path, sheet=better)
        table = recognise(grid)
    companion = dictionary or _beside(path, table.tool)
    notes = {**grid.notes, **table.notes, **merged_notes(grid, table)}
    if definition := definition_of(grid):
        notes["definition"] = definition
    if companion is not None:
        table = _described(table, companion, path.name)
        notes |= {**table.notes, "dictionary": companion.name}
    return Opened(grid.source, table, grid.sheet, grid.sha256, notes)


def _better_sheet(grid: Grid, tool: str) -> str | None:
    """The sheet with the answers, if the fullest is a sheet of repeats or no tool's while another one is."""
    if tool == kobo.TOOL:
        return kobo.parent_sheet(grid)
    if tool != TABLE or len(grid.sheets) < 2:
        return None
    others = (replace(grid, rows=rows, sheet=name) for name, rows in grid.others().items() if any(map(any, rows)))
    return next((other.sheet for other in others if recognise(other).tool != TABLE), None)


def _open_labelled(path: Path, sheet: str | None, dictionary: Path | None) -> Opened:
    for name, value in (("sheet", sheet), ("dictionary", dictionary)):
        if value is not None:
            raise CallError(f"{path.name} is a labelled file and needs no {name}. Leave {str(value)!r} out.")
    table, sha256 = read_labelled(path)
    return Opened(path.name, table, sha256=sha256, notes=table.notes)


def _described(table: ExportTable, dictionary: Path, source: str) -> ExportTable:
    if table.tool not in DESCRIBE:
        raise CallError(
            f"{source} is no export of {' or '.join(DESCRIBE)}, and only those have a dictionary. "
            f"Leave {dictionary.name!r} out."
        )
    return DESCRIBE[table.tool](table, read_grid(dictionary))


def _beside(path: Path, tool: str) -> Path | None:
    """`X_dictionary.csv` for `X_data.csv`."""
    if tool not in DESCRIBE or not path.stem.endswith("_data"):
        return None
    dictionary = path.with_name(f"{path.stem.removesuffix('_data')}_dictionary{path.suffix}")
    return dictionary if dictionary.is_file() else None

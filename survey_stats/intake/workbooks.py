"""A workbook (xlsx, xlsm, xlsb, xls, ods) → the cells of its data sheet.

calamine reads them: it keeps "0012", "None" and 26-hour times as they are. What it does not tell (errors, formulas
without a value, merged cells, a cell so far outside that the sheet would not fit into memory) is found by a second look
into the file, one module a format: `sheet_xlsx`, `sheet_xlsb`, `sheet_xls`, `sheet_ods`.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from survey_stats.errors import CallError, InputError
from survey_stats.intake import sheet_ods, sheet_xls, sheet_xlsb, sheet_xlsx
from survey_stats.intake.table import Cell, Merge
from survey_stats.intake.trial import survives
from survey_stats.intake.workbook_file import BROKEN_ARCHIVE, Hidden, Patches, WorkbookFile, damaged, locked

ODS_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+(?:\.\d+)?)S")


@dataclass(frozen=True, slots=True)
class Reading:
    """The cells of one sheet or text file, and what was decided on the way (see `Grid`)."""

    rows: list[list[Cell]]
    notes: dict[str, str] = field(default_factory=dict)
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    others: Callable[[], dict[str, list[list[Cell]]]] = dict
    merged: tuple[Merge, ...] = ()


Look = Callable[[str, tuple[Merge, ...]], Hidden]


def read_workbook(file: WorkbookFile, wanted: str | None) -> Reading:
    """Reads the data sheet of a workbook.

    Args:
        file: The workbook.
        wanted: Name of the sheet; without it the one with most filled cells, counted twice if it begins with a header.

    Raises:
        InputError: The workbook is damaged, locked, has no sheet of cells, or a cell far outside the rest.
        CallError: No sheet is called `wanted`.
    """
    look = _second_look(file)
    with _calamine(file):
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
    names = tuple(workbook.sheet_names)
    if wanted is not None and wanted not in names:
        raise CallError(f"{file.source} has no sheet {wanted!r}. Its sheets are: {', '.join(map(repr, names))}.")
    candidates = [wanted] if wanted is not None else _worksheets(workbook)
    if not candidates:
        raise InputError(f"{file.source} has no sheet of cells. Check that the right file was exported.")
    loaded = {name: _load(file, workbook, name, look) for name in candidates}
    if wanted is None and not any(_weight(rows) for rows, _ in loaded.values()):
        _point_to_hidden(file.source, workbook, candidates)
    chosen, choice = candidates[0], {}
    if len(candidates) > 1:
        chosen = max(candidates, key=lambda name: _weight(loaded[name][0]))
        choice = {"sheet": f"{chosen!r}, the fullest of {len(candidates)} sheets"}
    rows, hidden = loaded[chosen]

    def others() -> dict[str, list[list[Cell]]]:
        sheets = [name for name in _worksheets(workbook) if name != chosen]
        return {name: (loaded.get(name) or _load(file, workbook, name, look))[0] for name in sheets}

    return Reading(rows, {**choice, **hidden.notes()}, chosen, names, others, hidden.merged)


@contextmanager
def _calamine(file: WorkbookFile) -> Iterator[None]:
    """Turns what calamine raises, a panic of its Rust code among it, into our errors."""
    try:
        yield
    except PasswordError as error:
        raise locked(file.source) from error
    except (CalamineError, *BROKEN_ARCHIVE) as error:
        raise damaged(file.source) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # it cannot be imported, and is no Exception
            raise
        raise damaged(file.source) from error


def _worksheets(workbook: CalamineWorkbook) -> list[str]:
    """Names of the sheets of cells, those that are hidden only if no other is there."""
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    return [sheet.name for sheet in visible or sheets]


def _point_to_hidden(source: str, workbook: CalamineWorkbook, looked_at: list[str]) -> None:
    """Raises if sheets were passed over because they are hidden, now that those looked at are empty."""
    sheets = [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    if passed := [name for name in sheets if name not in looked_at]:
        raise InputError(
            f"No visible sheet of {source} has a filled cell. Its hidden sheets are: {', '.join(map(repr, passed))}. "
            "Choose one with --sheet."
        )


def _weight(rows: list[list[Cell]]) -> int:
    filled = sum(len(row) - row.count("") for row in rows)
    first = next(([cell for cell in row if cell != ""] for row in rows if row.count("") < len(row)), [])
    return filled * (2 if len(first) > 1 and all(isinstance(cell, str) for cell in first) else 1)


def _second_look(file: WorkbookFile) -> Look:
    """How to find out what calamine does not tell of a sheet, given its name and the merged ranges calamine knows."""
    if file.kind == "xls":
        if not survives("xls", file.content):
            raise damaged(file.source)
        return lambda name, merged: sheet_xls.hidden(file, name, merged)
    if file.kind == "ods":
        sheets = sheet_ods.hidden_of_all(file)
        return lambda name, _: sheets.get(name, Hidden())
    reader = sheet_xlsb if file.kind == "xlsb" else sheet_xlsx
    parts = reader.sheet_parts(file)
    return lambda name, _: reader.hidden(file, name, parts[name]) if name in parts else Hidden()


def _load(file: WorkbookFile, workbook: CalamineWorkbook, name: str, look: Look) -> tuple[list[list[Cell]], Hidden]:
    """The cells of a sheet, and what calamine does not tell of it."""
    with _calamine(file):
        known = _merged(workbook, name) if file.kind == "xls" else ()
        hidden = look(name, known)  # before the cells: it refuses a sheet that does not fit into memory
        rows: list[list[Cell]] = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    if file.kind == "ods":
        rows = [[_ods_duration(cell) for cell in row] for row in rows]
    if hidden.patches:
        _patch(rows, hidden.patches)
    return rows, hidden


def _merged(workbook: CalamineWorkbook, name: str) -> tuple[Merge, ...]:
    ranges = workbook.get_sheet_by_name(name).merged_cell_ranges or []
    return tuple((top, left, bottom, right) for (top, left), (bottom, right) in ranges)


def _ods_duration(cell: Cell) -> Cell:
    """OpenDocument times reach us as ISO 8601 text (`PT26H30M00S`)."""
    match = ODS_DURATION.fullmatch(cell) if isinstance(cell, str) else None
    if match is None:
        return cell
    return dt.timedelta(hours=int(match[1]), minutes=int(match[2]), seconds=float(match[3]))


def _patch(rows: list[list[Cell]], patches: Patches) -> None:
    """Writes the texts where calamine left empty cells; the sheet grows if they lie outside."""
    width = max([len(rows[0]) if rows else 0, *(column + 1 for _, column in patches)])
    height = max(len(rows), *(row + 1 for row, _ in patches))
    rows.extend([] for _ in range(height - len(rows)))
    for row in rows:
        row.extend([""] * (width - len(row)))
    for (row_index, column), text in patches.items():
        if rows[row_index][column] == "":
            rows[row_index][column] = text

"""Sheets of a workbook in which text stays text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from survey_stats.errors import InputError
from survey_stats.saving.text import CELL_LENGTH, FORMULA_STARTS, fit, visible

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
WIDTH, LINE_HEIGHT, MOST_LINES = 12, 15, 6
HEADING_FILL = "FFDCE6F1"
INPUT_FILL = "FFFFF8DC"


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A table for a workbook.

    Attributes:
        title: Name of the sheet.
        headings: Heading of each column.
        rows: Rows of numbers, text or None.
        widths: Width of each column in characters; 12 where not given.
        wrapped: Indices of columns whose text is wrapped.
        to_fill: Indices of columns a person fills in.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    widths: Mapping[int, int] = field(default_factory=dict)
    wrapped: frozenset[int] = frozenset()
    to_fill: frozenset[int] = frozenset()


def write_workbook(sheets: Iterable[Sheet], path: Path, *, title: str) -> None:
    """Write sheets with a frozen, filtered heading row.

    Args:
        sheets: The sheets in their order.
        path: The file.
        title: Title in the properties of the file.

    Raises:
        InputError: A sheet has more rows or columns than a worksheet can have.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title = fit(visible(title), 255)
    for sheet in sheets:
        _check_size(sheet)
        _write_sheet(book, sheet)
    book.save(path)


def _check_size(sheet: Sheet) -> None:
    rows, columns = len(sheet.rows) + 1, len(sheet.headings)
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise InputError(
            f"Sheet {sheet.title} would have {rows} rows and {columns} columns; a worksheet has at most {MOST_ROWS} "
            f"rows and {MOST_COLUMNS} columns. Save to .csv or .parquet instead."
        )


def _write_sheet(book: Any, sheet: Sheet) -> None:
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(sheet.title)
    _lay_out(page, sheet)
    looks = _Looks(page)
    page.append(looks.filled(text, wrapped=True, heading=True) for text in sheet.headings)
    for number, row in enumerate(sheet.rows, start=2):
        lines = _lines(row, sheet)
        if lines > 1:
            page.row_dimensions[number].height = LINE_HEIGHT * lines
        page.append(_cells(looks, row, sheet))
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.headings))}{len(sheet.rows) + 1}"


def _lay_out(page: Any, sheet: Sheet) -> None:
    """Everything that stands before the rows in the file, which are written as they come."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for number in range(len(sheet.headings)):
        page.column_dimensions[get_column_letter(number + 1)].width = sheet.widths.get(number, WIDTH)


def _lines(row: Sequence[Any], sheet: Sheet) -> int:
    """Lines of text in the tallest cell of a row: programs do not all find the height by themselves."""
    wrapped = ((str(row[number]), sheet.widths.get(number, WIDTH)) for number in sheet.wrapped)
    return min(max((-(-len(text) // width) for text, width in wrapped), default=1), MOST_LINES)


class _Looks:
    """Cells of a sheet by their look; each is written before it is filled again, for making a look takes long.

    Attributes:
        field: An empty cell to write in; its format is text, so that what is typed stays what was typed.
    """

    def __init__(self, page: Any) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import PatternFill

        self._page = page
        self._cells: dict[tuple[bool, bool, bool], Any] = {}
        self.field = WriteOnlyCell(page)
        self.field.fill, self.field.number_format = PatternFill("solid", fgColor=INPUT_FILL), "@"

    def filled(self, value: Any, *, wrapped: bool, heading: bool = False) -> Any:
        """A cell filled from the top left; text is text by its type and stays text when a person edits it."""
        is_text = isinstance(value, str)
        look = wrapped, is_text and value.startswith(FORMULA_STARTS), heading
        if look not in self._cells:
            self._cells[look] = self._made(*look)
        cell = self._cells[look]
        cell.value = fit(visible(value), CELL_LENGTH, "utf16") if is_text else value
        if is_text:
            cell.data_type = "s"
        return cell

    def _made(self, wrapped: bool, quoted: bool, heading: bool) -> Any:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill

        cell = WriteOnlyCell(self._page)
        cell.alignment = Alignment(wrap_text=wrapped, vertical="top", horizontal="left")
        cell.quotePrefix = quoted
        if heading:
            cell.font, cell.fill = Font(name="Calibri", size=11, bold=True), PatternFill("solid", fgColor=HEADING_FILL)
        return cell


def _cells(looks: _Looks, row: Sequence[Any], sheet: Sheet) -> Iterator[Any]:
    """The cells of a row; values that need no care go as they are, which is much faster."""
    for number, value in enumerate(row):
        if number in sheet.to_fill:
            yield looks.field
        elif value is None or (not isinstance(value, str) and not math.isfinite(value)):
            yield None
        elif sheet.wrapped or _needs_care(value):
            yield looks.filled(value, wrapped=number in sheet.wrapped)
        else:
            yield fit(visible(value), CELL_LENGTH, "utf16") if isinstance(value, str) else value


def _needs_care(value: Any) -> bool:
    """Whether openpyxl or a spreadsheet may take a text for a formula or an error."""
    return isinstance(value, str) and value.startswith((*FORMULA_STARTS, "#", "'"))

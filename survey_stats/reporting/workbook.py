"""The report as a workbook: contents, text, and a sheet a table, with numbers as numbers and text as text."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from survey_stats.messages import text
from survey_stats.reporting.page import Page
from survey_stats.reporting.row_sheets import RowSheet
from survey_stats.reporting.sections import DisplayBlock
from survey_stats.reporting.tables import Cell, DisplayTable
from survey_stats.reporting.words import LABEL_LENGTH, LONGEST_TEXT, clean, plain, shorten
from survey_stats.saving.text import CELL_LENGTH, FORMULA_STARTS, fit, visible

SHEET_NAME_LENGTH = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")
WIDEST, NARROWEST, PIXELS = 60, 9, 96
"""Characters of a column, and pixels of an inch of a picture."""
BOLD, GREY = "bold", "grey"
FORMATS = {
    "correlation": "0.00", "reliability": "0.00", "p_value": '[<0.001]"< .001";.000', "count": "#,##0",
    "degrees_of_freedom": "General", "statistic": "0.00", "score": "0.00", "coefficient": "0.0000",
    "odds_ratio": "0.000", "minutes": "#,##0.0", "percent": "0.0%",
}  # fmt: skip
"""Kind of quantity → format of the cell; its value is at full precision."""


def write_report_workbook(page: Page, path: Path) -> None:
    """Write the report as `.xlsx`.

    Args:
        page: The report in words.
        path: The file.
    """
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    book.properties.title = shorten(page.title, 255)
    book.properties.creator = "survey_stats"
    contents = book.create_sheet(_say("contents", page))
    listed = [(_text_sheet(book, page), _say("sheet.text", page))]
    for section in page.sections:
        for block in section.blocks:
            if block.table is not None:
                listed.append((_table_sheet(book, block, block.table, page), block.table.caption))
            elif block.figure is not None:
                listed.append((_figure_sheet(book, block, page), block.figure.caption))
    listed += [(_row_sheet(book, one, page), one.title) for one in page.row_sheets]
    _contents(contents, listed, page)
    book.save(path)


def _say(key: str, page: Page) -> str:
    return text(f"reporting.{key}", page.language)


def _sheet(book: Any, name: str, page: Page) -> Any:
    """A sheet whose name is legal and not taken."""
    wanted = _NOT_IN_SHEET_NAMES.sub(" ", clean(name)[:SHEET_NAME_LENGTH]).strip() or "Sheet"
    sheet = book.create_sheet(wanted)
    _lay_out(sheet, page)
    return sheet


def _lay_out(sheet: Any, page: Page) -> None:
    """Printed, a sheet is as wide as the paper."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.sheet_view.rightToLeft = page.right_to_left
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _put(sheet: Any, row: int, column: int, value: Any, *, look: str = "", number_format: str = "") -> None:
    """Fill a cell; a text stays text by its type, whatever it begins with."""
    from openpyxl.styles import Alignment, Font

    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = fit(visible(plain(value)), CELL_LENGTH, "utf16")
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_STARTS)
        cell.alignment = Alignment(vertical="top", wrap_text=len(value) > WIDEST)
    elif value is not None and math.isfinite(value):
        cell.value = int(value) if float(value).is_integer() else float(value)
        cell.number_format = number_format
    if look == BOLD:
        cell.font = Font(bold=True)
    elif look == GREY:
        cell.font = Font(color="FF707070", size=9)


def _line(sheet: Any, row: int, words: str, *, look: str = "") -> None:
    """A sentence over the width of the sheet, on one line."""
    from openpyxl.styles import Alignment

    _put(sheet, row, 1, words, look=look)
    sheet.cell(row, 1).alignment = Alignment(vertical="top")


# ---- contents and text ------------------------------------------------------------------------------------------


def _contents(sheet: Any, listed: Sequence[tuple[str, str]], page: Page) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    _lay_out(sheet, page)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 90
    _put(sheet, 1, 1, page.title, look=BOLD)
    if page.simulated:
        _line(sheet, 2, _say("simulated.banner", page))
    for row, (name, title) in enumerate(listed, start=4):
        _put(sheet, row, 1, name)
        cell = sheet.cell(row, 1)
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{name}'!A1")
        cell.font = Font(underline="single", color="FF0B5394")
        _put(sheet, row, 2, title)


def _text_sheet(book: Any, page: Page) -> str:
    """Every sentence of the report beside the section it stands in."""
    from openpyxl.styles import Alignment

    sheet = _sheet(book, _say("sheet.text", page), page)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 120
    told = [(_say("headlines.title", page), line) for line in page.headlines]
    for section in page.sections:
        for block in section.blocks:
            told += [(section.title, line) for line in block.paragraphs]
            told += [(section.title, f"{name}: {value}") for name, value in block.facts]
    for row, (where, line) in enumerate(told, start=1):
        _put(sheet, row, 1, where)
        _put(sheet, row, 2, shorten(line, LONGEST_TEXT))
        sheet.cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top")
    return str(sheet.title)


# ---- tables and figures -----------------------------------------------------------------------------------------


def _table_sheet(book: Any, block: DisplayBlock, table: DisplayTable, page: Page) -> str:
    from openpyxl.styles import Alignment

    sheet = _sheet(book, f"{block.number} {table.caption}", page)
    mark = f" ({_say('simulated.mark', page)})" if page.simulated and table.of_answers else ""
    _line(sheet, 1, f"{block.number}. {table.caption}{mark}", look=BOLD)
    widths = _parts(table)
    headers = list(_headers(table, widths, page))
    numeric = [is_number for is_number, count in zip(_numeric(table), widths, strict=True) for _ in range(count)]
    for column, header in enumerate(headers, start=1):
        _put(sheet, 3, column, header, look=BOLD)
        if column <= len(numeric) and numeric[column - 1]:
            sheet.cell(3, column).alignment = Alignment(horizontal="right", vertical="top")
    rows = list(_rows(table, widths))
    for row, cells in enumerate(rows, start=4):
        for column, (value, number_format) in enumerate(cells, start=1):
            look = GREY if column == len(headers) else ""
            _put(sheet, row, column, value, look=look, number_format=number_format)
    for row, note in enumerate(table.notes, start=len(rows) + 5):
        _line(sheet, row, note)
    _columns(sheet, headers, [[value for value, _ in cells] for cells in rows])
    return str(sheet.title)


def _columns(sheet: Any, headers: Sequence[str], rows: Sequence[Sequence[Any]], widest: int = WIDEST) -> None:
    """Columns as wide as what they hold; their titles, in the third row, stay in sight and on each printed page."""
    from openpyxl.utils import get_column_letter

    for column, header in enumerate(headers):
        longest = max([len(header), *(len(row[column]) for row in rows if isinstance(row[column], str))])
        sheet.column_dimensions[get_column_letter(column + 1)].width = min(max(longest + 2, NARROWEST), widest)
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"


def _numeric(table: DisplayTable) -> list[bool]:
    return [header.numeric for header in table.headers]


def _parts(table: DisplayTable) -> list[int]:
    """Numbers that a cell of each column holds: an interval has two, and gets two columns."""
    columns = zip(*table.rows, strict=True) if table.rows else ((),) * len(table.headers)
    return [max([1, *(len(cell.values) for cell in column)]) for column in columns]


def _headers(table: DisplayTable, parts: Sequence[int], page: Page) -> Iterator[str]:
    """Titles of the columns, those of an interval with its ends; then notes and ids in `results.csv`."""
    ends = [f", {end}" for end in (_say("sheet.lower", page), _say("sheet.upper", page))]
    for header, count in zip(table.headers, parts, strict=True):
        yield from (f"{header.text}{end}" for end in {1: [""], 2: ends}.get(count, ["", *ends]))
    yield from (_say("sheet.marks", page), _say("sheet.ids", page))


def _rows(table: DisplayTable, parts: Sequence[int]) -> Iterator[list[tuple[Any, str]]]:
    """Values and formats; a row head that spans rows stands in each of them, so that the sheet can be filtered."""
    head: Cell | None = None
    for row in table.rows:
        head = row[0] if row[0].rowspan or head is None else head
        cells = (head, *row[1:])
        shown = [pair for cell, count in zip(cells, parts, strict=True) for pair in _values(cell, count)]
        told = ([cell.marks for cell in cells], [cell.ids for cell in row])
        yield [*shown, *((" ".join(filter(None, values)), "") for values in told)]


def _values(cell: Cell, count: int) -> list[tuple[Any, str]]:
    if not cell.values:
        return [(cell.text if not cell.numeric else None, ""), *[(None, "")] * (count - 1)]
    return [(value, FORMATS.get(cell.kind, "General")) for value in cell.values]


def _figure_sheet(book: Any, block: DisplayBlock, page: Page) -> str:
    from openpyxl.drawing.image import Image

    figure = block.figure
    assert figure is not None
    sheet = _sheet(book, f"{block.number} {figure.caption}", page)
    _line(sheet, 1, f"{block.number}. {figure.caption}", look=BOLD)
    picture = Image(io.BytesIO(figure.png))
    picture.width, picture.height = (PIXELS * inches for inches in figure.drawing.get_size_inches())
    sheet.add_image(picture, "A3")
    _line(sheet, 2, " ".join(filter(None, (figure.description, figure.without_font))), look=GREY)
    return str(sheet.title)


# ---- rows of the export -----------------------------------------------------------------------------------------


def _row_sheet(book: Any, listed: RowSheet, page: Page) -> str:
    from openpyxl.styles import Alignment

    sheet, on_one_line = _sheet(book, listed.title, page), Alignment(horizontal="left", vertical="top")
    _line(sheet, 1, " ".join((f"{listed.title}.", *listed.notes)) if listed.notes else listed.title, look=BOLD)
    for row, cells in enumerate((listed.headers, *listed.rows), start=3):
        for column, value in enumerate(cells, start=1):
            _put(sheet, row, column, value, look=BOLD if row == 3 else "", number_format="0")
            sheet.cell(row, column).alignment = on_one_line
    _columns(sheet, listed.headers, listed.rows, LABEL_LENGTH + 2)
    if listed.rows:
        sheet.auto_filter.ref = sheet.dimensions.replace("A1:", "A3:", 1)
    return str(sheet.title)

"""What calamine does not tell of an old .xls sheet: error cells, which xlrd keeps apart from empty ones.

A formula of this format always has a stored value; a program that does not calculate writes an empty text.
"""

from __future__ import annotations

import io

from survey_stats.intake.table import Merge
from survey_stats.intake.workbook_file import Hidden, Patches, WorkbookFile

NOT_LOOKED_FOR = "not looked for, as the second reader refused the file: an error reads as empty"


def hidden(file: WorkbookFile, name: str, merged: tuple[Merge, ...]) -> Hidden:
    """Errors, and formulas whose result is an empty text.

    Args:
        file: The workbook.
        name: The sheet.
        merged: Its merged ranges, as calamine tells them.
    """
    import xlrd

    try:
        with xlrd.open_workbook(file_contents=file.content, on_demand=True, logfile=io.StringIO()) as book:
            sheet = book.sheet_by_name(name)
            patches: Patches = {}
            empty_results = 0
            for row in range(sheet.nrows):
                kinds = sheet.row_types(row)
                for column, kind in enumerate(kinds):
                    if kind == xlrd.XL_CELL_ERROR:
                        code = int(sheet.cell_value(row, column))
                        patches[row, column] = xlrd.error_text_from_code.get(code, "#ERROR!")
                    elif kind == xlrd.XL_CELL_TEXT and sheet.cell_value(row, column) == "":
                        empty_results += 1
    except Exception:  # noqa: BLE001 - a damaged file makes xlrd raise anything; calamine has read it
        return Hidden(merged=merged, note=NOT_LOOKED_FOR)
    return Hidden(patches, merged, empty_results)

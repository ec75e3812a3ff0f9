"""What calamine does not tell of an OpenDocument sheet: its extent, errors, uncalculated formulas and merged cells.

An error is stored as an empty text beside which the sign stands that is shown (`#DIV/0!`); calamine reads the text.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from survey_stats.intake.table import Merge
from survey_stats.intake.workbook_file import (
    BROKEN_ARCHIVE,
    Hidden,
    Patches,
    WorkbookFile,
    column_letters,
    damaged,
    require_compact,
)

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CELLS = {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}


def hidden_of_all(file: WorkbookFile) -> dict[str, Hidden]:
    """What is hidden in each sheet; the file is one document, so all sheets are looked at in one pass.

    Raises:
        InputError: The document is damaged, or a cell stands too far outside.
    """
    found: dict[str, Hidden] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive, archive.open("content.xml") as stream:
            inside: list[ET.Element] = []
            for event, element in ET.iterparse(stream, ("start", "end")):  # noqa: S314 - expat bounds entities
                if element.tag == f"{TABLE}table" and event == "start":
                    inside.append(element)
                    sheet = _Sheet(file.source, element.get(f"{TABLE}name", ""))
                elif element.tag == f"{TABLE}table":
                    inside.pop()
                    found[sheet.name] = sheet.hidden()
                elif element.tag == f"{TABLE}table-row" and event == "end" and inside:
                    sheet.add(element)
                    element.clear()
    except (ET.ParseError, *BROKEN_ARCHIVE) as error:
        raise damaged(file.source) from error
    return found


class _Sheet:
    """The rows of a sheet as they come."""

    def __init__(self, source: str, name: str) -> None:
        self.source, self.name = source, name
        self.patches: Patches = {}
        self.merged: list[Merge] = []
        self.row, self.last_row, self.last_column = 0, 0, 0

    def add(self, element: ET.Element) -> None:
        repeated = _number(element, "number-rows-repeated")
        column, filled = 0, 0
        for cell in element:
            if cell.tag in CELLS:
                columns = _number(cell, "number-columns-repeated")
                if _is_filled(cell):
                    filled = column + columns
                    self._look(cell, column, range(self.row, self.row + repeated), columns)
                column += columns
        self.row += repeated
        if filled:
            self.last_row, self.last_column = self.row, max(self.last_column, filled)
            far = f"{column_letters(self.last_column - 1)}{self.last_row}"
            require_compact(self.source, self.name, self.last_row, self.last_column, far)

    def _look(self, cell: ET.Element, column: int, rows: range, columns: int) -> None:
        width, height = _number(cell, "number-columns-spanned"), _number(cell, "number-rows-spanned")
        if width * height > 1:
            self.merged.append((rows.start, column, rows.start + height - 1, column + width - 1))
        if text := _hidden_text(cell):
            self.patches |= {(row, column + step): text for row in rows for step in range(columns)}

    def hidden(self) -> Hidden:
        return Hidden(self.patches, tuple(self.merged))


def _number(element: ET.Element, name: str) -> int:
    return int(element.get(f"{TABLE}{name}", "1"))


def _is_filled(cell: ET.Element) -> bool:
    return cell.get(f"{OFFICE}value-type") is not None or cell.get(f"{TABLE}formula") is not None or len(cell) > 0


def _hidden_text(cell: ET.Element) -> str:
    """What is shown where the stored text is empty; the formula where nothing is stored."""
    kind, formula = cell.get(f"{OFFICE}value-type"), cell.get(f"{TABLE}formula", "")
    shown = "\n".join(_paragraphs(cell))
    if kind == "string" and cell.get(f"{OFFICE}string-value") == "":
        return shown
    was_calculated = kind is not None or cell.find(f"{TEXT}p") is not None  # an empty text has a paragraph and no type
    return f"={formula.partition('=')[2]}" if formula and not was_calculated else ""


def _paragraphs(cell: ET.Element) -> Iterator[str]:
    return ("".join(paragraph.itertext()) for paragraph in cell.iter(f"{TEXT}p"))

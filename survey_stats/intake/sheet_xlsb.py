"""What calamine does not tell of a sheet of an .xlsb file: its extent, error cells and merged cells.

The parts of the archive are chains of records, each a type, a length and a body ([MS-XLSB] 2.1.4); a few types matter.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from html import unescape

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

ROW, CELL_ERROR, FORMULA_TEXT, FORMULA_ERROR, MERGED, SHEET = 0, 3, 8, 11, 176, 156
FILLED = range(2, 12)
"""Records of cells with a value: numbers, errors, truth values, texts, and formulas with each of them."""
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
"""Code → text ([MS-XLSB] 2.5.97.2)."""
RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
RELATION_ID, TARGET = re.compile(r'\bId="([^"]*)"'), re.compile(r'\bTarget="([^"]*)"')


def sheet_parts(file: WorkbookFile) -> dict[str, str]:
    """Name of each sheet → its member of the archive.

    Raises:
        InputError: The archive is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            book = archive.read("xl/workbook.bin")
            relations = archive.read("xl/_rels/workbook.bin.rels").decode("utf-8")
            members = set(archive.namelist())
        targets = {RELATION_ID.findall(entry)[0]: unescape(TARGET.findall(entry)[0])
                   for entry in RELATION.findall(relations)}  # fmt: skip
        found = {}
        for kind, body in _records(book):
            if kind == SHEET:
                relation, end = _wide(body, 8)
                target = targets.get(relation, "")
                member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                if member in members:
                    found[_wide(body, end)[0]] = member
    except (struct.error, IndexError, *BROKEN_ARCHIVE) as error:
        raise damaged(file.source) from error
    return found


def hidden(file: WorkbookFile, name: str, part: str) -> Hidden:
    """Errors, formulas whose result is an empty text, and merged cells of a sheet.

    Raises:
        InputError: The sheet is damaged, or a cell stands too far outside.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            return _looked_through(file.source, name, archive.read(part))
    except (struct.error, IndexError, *BROKEN_ARCHIVE) as error:
        raise damaged(file.source) from error


def _looked_through(source: str, name: str, content: bytes) -> Hidden:
    patches: Patches = {}
    merged: list[Merge] = []
    row = last_row = last_column = empty_results = 0
    for kind, body in _records(content):
        if kind == ROW:
            row = _integer(body, 0)
        elif kind in FILLED:
            column = _integer(body, 0)
            last_row, last_column = row, max(column, last_column)
            if kind in (CELL_ERROR, FORMULA_ERROR):
                patches[row, column] = ERRORS.get(body[8], "#ERROR!")
            empty_results += kind == FORMULA_TEXT and _integer(body, 8) == 0
        elif kind == MERGED:
            top, bottom, left, right = struct.unpack_from("<IIII", body)
            merged.append((top, left, bottom, right))
    require_compact(source, name, last_row + 1, last_column + 1, f"{column_letters(last_column)}{last_row + 1}")
    return Hidden(patches, tuple(merged), empty_results)


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each record: the type has one or two bytes, the length up to four, seven bits a byte."""
    place = 0
    while place < len(content):
        kind = content[place]
        place += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (content[place] & 0x7F) << 7
            place += 1
        length, place = _length(content, place)
        yield kind, content[place : place + length]
        place += length


def _length(content: bytes, place: int) -> tuple[int, int]:
    length = 0
    for shift in (0, 7, 14, 21):
        byte = content[place]
        place += 1
        length |= (byte & 0x7F) << shift
        if not byte & 0x80:
            break
    return length, place


def _integer(body: bytes, start: int) -> int:
    return int(struct.unpack_from("<I", body, start)[0])


def _wide(body: bytes, start: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends."""
    end = start + 4 + 2 * _integer(body, start)
    return body[start + 4 : end].decode("utf-16-le"), end

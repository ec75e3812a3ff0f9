"""What calamine does not tell of a sheet of an .xlsx or .xlsm file: its extent, errors, uncalculated formulas, merges.

A scan of the sheet's XML, a tenth of the reading time: calamine allocates the whole rectangle up to the last cell (a
value in XFD1048576 ends the process), and returns an empty cell for `#DIV/0!` and for a formula that was never
calculated. Both stand in the XML as text, so no second reader is needed for them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import IO

from survey_stats.intake.table import Merge
from survey_stats.intake.workbook_file import (
    BROKEN_ARCHIVE,
    MAXIMUM_CELLS,
    Hidden,
    Patches,
    WorkbookFile,
    column_number,
    damaged,
    require_compact,
)

TWO_LETTER_COLUMNS = 702
CHUNK = 1 << 17
OVERLAP = 256

FAR_COLUMN = re.compile(rb'r="[A-Z]{3}\d')
NARROW = re.compile(rb'dimension ref="[A-Z]{1,2}\d+:[A-Z]{1,2}\d+"')
"""What the sheet declares to span, if it is up to 702 columns: then each cell is not asked for its column."""
FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
ROOT = re.compile(rb"<(\w+:|)worksheet\b")
LAST_ROW = re.compile(rb'[<:]row [^>]*?\br="(\d+)"')
FILLED_CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>')
ELEMENT = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*)>")
REFERENCE = re.compile(rb'\br="([A-Z]*)(\d+)"')
VALUE = re.compile(rb"<(?:\w+:)?v[^>/]*>([^<]+)<")
EMPTY_TEXT = re.compile(rb'\bt="str"')
VALUE_ELEMENT = re.compile(rb"<(?:\w+:)?v[ />]")
FORMULA_TEXT = re.compile(rb"<(?:\w+:)?f[^>]*(?<!/)>([^<]+)<")
SHEET_ENTRY = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


def sheet_parts(file: WorkbookFile) -> dict[str, str]:
    """Name of each sheet → its member of the archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            sheets = archive.read("xl/workbook.xml").decode("utf-8")
            relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8")
            members = {name.casefold(): name for name in archive.namelist()}
    except BROKEN_ARCHIVE as error:
        raise damaged(file.source) from error
    targets = {entry.get("Id", ""): entry.get("Target", "") for entry in _entries(RELATION, relations)}
    parts = {}
    for entry in _entries(SHEET_ENTRY, sheets):
        target = next((targets.get(value, "") for key, value in entry.items() if key.endswith(":id")), "")
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if member.casefold() in members:
            parts[entry.get("name", "")] = members[member.casefold()]
    return parts


def _entries(pattern: re.Pattern[str], xml: str) -> Iterator[dict[str, str]]:
    for element in pattern.findall(xml):
        yield {key: unescape(double or single) for key, double, single in ATTRIBUTE.findall(element)}


def hidden(file: WorkbookFile, name: str, part: str) -> Hidden:
    """Refuses a sheet that would not fit into memory; finds errors, formulas without a value and merged cells."""
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        with archive.open(part) as stream:
            scan = _scan(stream)
        if scan.last_row * (1 << 14 if scan.has_far_column else TWO_LETTER_COLUMNS) > MAXIMUM_CELLS:
            with archive.open(part) as stream:
                _require_compact(file.source, name, stream)
        patches = _errors_and_formulas(archive.read(part)) if scan.is_suspect else {}
    return Hidden(patches, tuple(sorted(scan.merged)))


@dataclass(slots=True)
class _Scan:
    """What one pass finds: number of the last row, a column of three letters, an error or a formula, merged ranges."""

    last_row: int = 0
    has_far_column: bool = False
    is_suspect: bool = False
    merged: set[Merge] = field(default_factory=set)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in pieces that overlap, so that no tag is cut in two for good."""
    tail = b""
    while piece := stream.read(CHUNK):
        yield tail + piece
        tail = piece[-OVERLAP:]


def _scan(stream: IO[bytes]) -> _Scan:
    """One pass; single letters that a sheet of plain cells lacks are looked for first, as that is almost free."""
    found, formula, is_narrow = _Scan(), None, False
    for chunk in _chunks(stream):
        if formula is None:
            formula, is_narrow = _formula_pattern(chunk), NARROW.search(chunk) is not None
        found.has_far_column = found.has_far_column or (not is_narrow and FAR_COLUMN.search(chunk) is not None)
        found.is_suspect = found.is_suspect or _has_error(chunk) or _has_formula(chunk, formula)
        if (start := chunk.rfind(b"row ")) >= 0 and (row := LAST_ROW.match(chunk, start - 1)):
            found.last_row = max(found.last_row, int(row[1]))
        if b"m" in chunk and chunk.rfind(b"mergeCell ") >= 0:
            found.merged |= {_merge(*ends) for ends in MERGED.findall(chunk)}
    return found


def _has_error(chunk: bytes) -> bool:
    return b"e" in chunk and chunk.rfind(b't="e"') >= 0  # from the end it is found twice as fast


def _has_formula(chunk: bytes, formula: re.Pattern[bytes]) -> bool:
    tag = formula.pattern.partition(b"[")[0]  # plain bytes are found several times as fast
    return b"f" in chunk and chunk.rfind(tag) >= 0 and formula.search(chunk) is not None


def _merge(left: bytes, top: bytes, right: bytes, bottom: bytes) -> Merge:
    return int(top) - 1, column_number(left) - 1, int(bottom) - 1, column_number(right) - 1


def _formula_pattern(start: bytes) -> re.Pattern[bytes]:
    """Finds `<f>`, with the prefix of the sheet's root; six times as fast as a pattern for any prefix."""
    root = ROOT.search(start)
    return re.compile(b"<" + (root[1] if root else b"") + b"f[ >/]")


def _require_compact(source: str, name: str, stream: IO[bytes]) -> None:
    """Raises if the rectangle up to the last *filled* cell is too large; cells that are only formatted cost nothing."""
    last_row, last_column, far = 0, 0, ""
    for chunk in _chunks(stream):
        for letters, digits in FILLED_CELL.findall(chunk):
            row, column = int(digits), column_number(letters)
            if row > last_row or column > last_column:
                last_row, last_column = max(row, last_row), max(column, last_column)
                far = f"{letters.decode()}{row}"
    require_compact(source, name, last_row, last_column, far)


def _errors_and_formulas(xml: bytes) -> Patches:
    """The texts of error cells, and of formulas that have no calculated value."""
    patches: Patches = {}
    row, column = -1, -1
    elements = list(ELEMENT.finditer(xml))
    for element, end in zip(elements, [*(following.start() for following in elements[1:]), len(xml)], strict=True):
        place = REFERENCE.search(element[2])
        if element[1] == b"row":
            row, column = int(place[2]) - 1 if place else row + 1, -1
            continue
        column = column_number(place[1]) - 1 if place else column + 1
        if text := _hidden_text(element[2], xml[element.end() : end]):
            patches[row, column] = text
    return patches


def _hidden_text(attributes: bytes, body: bytes) -> str | None:
    """`#DIV/0!` of an error cell, `=A1+B1` of a formula without a value, nothing for all other cells."""
    value = VALUE.search(body)
    if b't="e"' in attributes:
        return unescape(value[1].decode("utf-8", "replace")) if value else "#ERROR!"
    if value or not FORMULA.search(body):
        return None
    if EMPTY_TEXT.search(attributes) and VALUE_ELEMENT.search(body):
        return None  # calculated, and the result is an empty text
    formula = FORMULA_TEXT.search(body)
    return f"={unescape(formula[1].decode('utf-8', 'replace'))}" if formula else "=(shared formula)"

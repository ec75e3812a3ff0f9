"""A workbook (xlsx, xlsm, xlsb, xls, ods) → the cells of its data sheet.

calamine reads them: it keeps "0012", "None" and 26-hour times as they are. A scan of the sheet's XML, a tenth of the
reading time, closes two gaps: calamine allocates the whole rectangle up to the last cell (a value in XFD1048576 ends
the process), and returns an empty cell for `#DIV/0!` and for a formula that was never calculated. Both stand in the XML
as text, so no second reader is needed for them.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from survey_stats.errors import CallError, InputError
from survey_stats.intake.table import Cell

MAXIMUM_CELLS = 20_000_000
"""Rows × columns a sheet may span: calamine takes 32 bytes for each, filled or not."""
TWO_LETTER_COLUMNS = 702
CHUNK = 1 << 20
OVERLAP = 256

BROKEN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, OSError, ValueError,
)  # fmt: skip
"""What reading a damaged archive raises."""

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
ODS_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+(?:\.\d+)?)S")

Patches = dict[tuple[int, int], str]
"""Row and column, counted from 0 → the text of an error or formula that calamine leaves empty."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The cells of one sheet or text file, and what was decided on the way (see `Grid`)."""

    rows: list[list[Cell]]
    notes: dict[str, str] = field(default_factory=dict)
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    others: Callable[[], dict[str, list[list[Cell]]]] = dict


@dataclass(frozen=True, slots=True)
class WorkbookFile:
    """A workbook not yet read: name of the file, its bytes, and `xlsx`, `xlsb`, `xls` or `ods`."""

    source: str
    content: bytes
    kind: str


def damaged(source: str) -> InputError:
    """The error for a file that breaks off or contradicts itself."""
    return InputError(f"{source} is damaged or incomplete. Export or download it again.")


def locked(source: str) -> InputError:
    """The error for an encrypted workbook."""
    return InputError(
        f"{source} is protected by a password. Open it, remove the password "
        "(in Excel: File > Info > Protect Workbook > Encrypt with Password, empty the field) and save it again."
    )


def read_workbook(file: WorkbookFile, wanted: str | None) -> Reading:
    """Reads the data sheet of a workbook.

    Args:
        file: The workbook.
        wanted: Name of the sheet; without it the one with most filled cells, counted twice if it begins with a header.

    Raises:
        InputError: The workbook is damaged, locked, has no sheet of cells, or a cell far outside the rest.
        CallError: No sheet is called `wanted`.
    """
    parts = _sheet_parts(file) if file.kind == "xlsx" else {}
    with _calamine(file):
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(file.content))
    names = tuple(workbook.sheet_names)
    if wanted is not None and wanted not in names:
        raise CallError(f"{file.source} has no sheet {wanted!r}. Its sheets are: {', '.join(map(repr, names))}.")
    candidates = [wanted] if wanted is not None else _worksheets(workbook)
    if not candidates:
        raise InputError(f"{file.source} has no sheet of cells. Check that the right file was exported.")
    loaded = {name: _load(file, workbook, name, parts.get(name)) for name in candidates}
    chosen, choice = candidates[0], {}
    if len(candidates) > 1:
        chosen = max(candidates, key=lambda name: _weight(loaded[name][0]))
        choice = {"sheet": f"{chosen!r}, the fullest of {len(candidates)} sheets"}
    rows, notes = loaded[chosen]

    def others() -> dict[str, list[list[Cell]]]:
        sheets = [name for name in _worksheets(workbook) if name != chosen]
        return {name: (loaded.get(name) or _load(file, workbook, name, parts.get(name)))[0] for name in sheets}

    return Reading(rows, choice | notes, chosen, names, others)


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


def _weight(rows: list[list[Cell]]) -> int:
    filled = sum(len(row) - row.count("") for row in rows)
    first = next(([cell for cell in row if cell != ""] for row in rows if row.count("") < len(row)), [])
    return filled * (2 if len(first) > 1 and all(isinstance(cell, str) for cell in first) else 1)


def _load(
    file: WorkbookFile, workbook: CalamineWorkbook, name: str, part: str | None
) -> tuple[list[list[Cell]], dict[str, str]]:
    """The cells of a sheet, and what is to be said about its errors and formulas."""
    with _calamine(file):
        patches = _patches(file, name, part) if part else {}
        rows: list[list[Cell]] = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    if file.kind == "ods":
        rows = [[_ods_duration(cell) for cell in row] for row in rows]
    if patches:
        _patch(rows, patches)
        return rows, {"error_cells": f"{len(patches)} (errors, or formulas without a value), kept as text"}
    return rows, {} if part else {"error_cells": f"not looked for: an error in an {file.kind} file reads as empty"}


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


# --- The scan of the XML ---------------------------------------------------------------------------------------------


def _sheet_parts(file: WorkbookFile) -> dict[str, str]:
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


def _patches(file: WorkbookFile, name: str, part: str) -> Patches:
    """Refuses a sheet that would not fit into memory; finds errors and formulas without a value if there are any."""
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        with archive.open(part) as stream:
            last_row, has_far_column, is_suspect = _scan(stream)
        if last_row * (1 << 14 if has_far_column else TWO_LETTER_COLUMNS) > MAXIMUM_CELLS:
            with archive.open(part) as stream:
                _require_compact(file.source, name, stream)
        return _errors_and_formulas(archive.read(part)) if is_suspect else {}


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream in pieces that overlap, so that no tag is cut in two for good."""
    tail = b""
    while piece := stream.read(CHUNK):
        yield tail + piece
        tail = piece[-OVERLAP:]


def _scan(stream: IO[bytes]) -> tuple[int, bool, bool]:
    """Number of the last row, whether a column has three letters, whether there is an error or a formula."""
    last_row, has_far_column, is_suspect, formula, is_narrow, tag = 0, False, False, None, False, b""
    for chunk in _chunks(stream):
        if formula is None:
            formula, is_narrow = _formula_pattern(chunk), NARROW.search(chunk) is not None
            tag = formula.pattern.partition(b"[")[0]  # looking for plain bytes first is several times as fast
        has_far_column = has_far_column or (not is_narrow and FAR_COLUMN.search(chunk) is not None)
        is_suspect = is_suspect or b't="e"' in chunk or (tag in chunk and formula.search(chunk) is not None)
        if (start := chunk.rfind(b"row ")) >= 0 and (row := LAST_ROW.match(chunk, start - 1)):
            last_row = max(last_row, int(row[1]))
    return last_row, has_far_column, is_suspect


def _formula_pattern(start: bytes) -> re.Pattern[bytes]:
    """Finds `<f>`, with the prefix of the sheet's root; six times as fast as a pattern for any prefix."""
    root = ROOT.search(start)
    return re.compile(b"<" + (root[1] if root else b"") + b"f[ >/]")


def _require_compact(source: str, name: str, stream: IO[bytes]) -> None:
    """Raises if the rectangle up to the last *filled* cell is too large; cells that are only formatted cost nothing."""
    last_row, last_column, far = 0, 0, ""
    for chunk in _chunks(stream):
        for letters, digits in FILLED_CELL.findall(chunk):
            row, column = int(digits), _column_number(letters)
            if row > last_row or column > last_column:
                last_row, last_column = max(row, last_row), max(column, last_column)
                far = f"{letters.decode()}{row}"
    if last_row * last_column > MAXIMUM_CELLS:
        raise InputError(
            f"Sheet {name!r} of {source} reaches to cell {far}: {last_row:,} rows × {last_column:,} columns, "
            f"and at most {MAXIMUM_CELLS:,} cells can be read. Delete what stands far outside the answers."
        )


def _column_number(letters: bytes) -> int:
    """Number of a column, counted from 1: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


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
        column = _column_number(place[1]) - 1 if place else column + 1
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

"""Any file → a grid of typed cells. What the bytes are decides how they are read, not the file's name."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from itertools import islice
from pathlib import Path, PurePosixPath

from survey_stats.errors import CallError, InputError
from survey_stats.intake.encodings import decode, utf16_without_mark
from survey_stats.intake.table import Cell, Grid
from survey_stats.intake.unpacking import MOST_UNPACKED, require_small
from survey_stats.intake.workbook_file import BROKEN_ARCHIVE, WorkbookFile, damaged, locked
from survey_stats.intake.workbooks import Reading, read_workbook

READ = ".xlsx, .xlsm, .xls, .xlsb, .ods, .csv, .tsv, .txt, .sav, .zsav or .dta"
EXPORT_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".txt"}
STATISTICS_FILES = {".sas7bdat": "SAS", ".xpt": "SAS", ".rds": "R", ".rdata": "R", ".jasp": "JASP", ".omv": "jamovi"}
WORKBOOKS = {"xlsx", "xlsb", "xls", "ods"}

PORTABLE = b"SPSS PORT FILE"
"""Stands several times in the first 200 bytes of a portable file. No library tells which of its values are declared
missing: a refusal could not be told from a question left out, so the file is refused and not read half."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FIRST_BYTES = (
    (b"\x89PNG", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"), (b"{\\rtf", "an RTF document"), (b"$FL", "an SPSS data file"),
    (b"<stata_dta>", "a Stata data file"), (b"PAR1", "a Parquet file"), (b"SQLite format 3", "a database file"),
    (b'{"surveyentry"', "the definition of a Qualtrics survey, which holds questions and no answers"),
    (b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<table", "a web page"), (b"<?xml", "an XML file"),
)  # fmt: skip
"""First bytes of files that are handed in under a spreadsheet's name."""
ARCHIVE_MEMBERS = (
    ("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"), ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("Index/Document.iwa", "an Apple Pages, Numbers or Keynote document"),
    ("content.xml", "an OpenDocument text or drawing"),
)  # fmt: skip
"""A member that tells what a zip container holds."""

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
DELIMITER_HINT = re.compile(r"sep=(.)\r?\n")
"""Excel's own first line that names the delimiter."""
TOO_LARGE = "Delete empty rows and columns with formats, or export as CSV."
CONTROL_BYTES = bytes(sorted(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b")))


def read_grid(path: Path, *, sheet: str | None = None) -> Grid:
    """Reads a spreadsheet or a text file, whatever tool wrote it.

    Args:
        path: The file.
        sheet: Name of the sheet; without it the one with most filled cells, counted twice if it begins with a header.

    Returns:
        The grid. Cells of text files stay text exactly as written; errors and formulas without a value are their text.

    Raises:
        InputError: The file is missing, empty, damaged, locked, too large or no spreadsheet.
        CallError: The file has no sheet of that name.
    """
    written = _bytes_of(path)
    content = _unzipped(path.name, written)
    kind = _kind(path.name, content)
    if kind in WORKBOOKS:
        reading = read_workbook(WorkbookFile(path.name, content, kind), sheet)
    elif kind == "text":
        reading = _read_text(path.name, content, sheet)
    else:
        raise InputError(f"{path.name} is {kind}, not a spreadsheet. Give the export as {READ}.")
    rows = _trimmed(reading.rows)
    if not rows:
        where = f"Sheet {reading.sheet!r} of {path.name}" if reading.sheet else path.name
        raise InputError(f"{where} has no filled cell. Check that the right file was exported.")
    sha256 = hashlib.sha256(written).hexdigest()
    empty = len(reading.rows) - len(rows)
    notes = reading.notes | ({"empty_end": f"{empty} rows without a filled cell, cut off"} if empty else {})
    return Grid(path.name, rows, reading.sheet, reading.sheets, sha256, notes, reading.others, reading.merged)


def _bytes_of(path: Path) -> bytes:
    if path.is_dir():
        raise InputError(f"{path.name} is a folder. Give the export in it as {READ}.")
    if program := STATISTICS_FILES.get(path.suffix.casefold()):
        raise InputError(f"{path.name} is a file of {program}, which is not read. Export the answers as {READ}.")
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}. Check its name and folder.") from error
    except OSError as error:
        raise InputError(f"{path.name} cannot be opened ({error.strerror}). Check its permissions.") from error
    if PORTABLE in content[:200] or path.suffix.casefold() == ".por":
        raise InputError(
            f"{path.name} is a portable file of SPSS (.por), from which the reasons for missing answers cannot be read."
            " Open it in SPSS or PSPP, save it as .sav and give that file."
        )
    if not content.strip():
        raise InputError(f"{path.name} is empty. Export the answers again.")
    return content


def _unzipped(source: str, content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            text = packed.read(MOST_UNPACKED + 1)
    except BROKEN_ARCHIVE as error:
        raise damaged(source) from error
    require_small(source, len(text), len(content), TOO_LARGE)
    return text


def _trimmed(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows without the empty ones at the end and the empty columns at the right."""
    height = len(rows)
    while height and rows[height - 1].count("") == len(rows[height - 1]):
        height -= 1
    rows = rows[:height]
    full = len(rows[0]) if rows else 0
    width = full
    while width and all(row[width - 1] == "" for row in rows):
        width -= 1
    return rows if width == full else [row[:width] for row in rows]


# --- What the bytes are ----------------------------------------------------------------------------------------------


def _kind(source: str, content: bytes) -> str:
    """`xlsx`, `xlsb`, `xls`, `ods`, `text`, or what else the file is, in words."""
    if content.startswith(b"PK\x03\x04"):
        return _archive_kind(source, content)
    if content.startswith(OLE):
        return _compound_kind(source, content)
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<LimeSurveyDocType>" in content[:400] and b"<LimeSurveyDocType>Responses" not in content[:400]:
        return "the definition of a LimeSurvey survey, which holds questions and no answers"
    named = (name for signature, name in FIRST_BYTES if start.startswith(signature.lower()))
    return next(named, "a binary file" if _is_binary(content) else "a JSON file" if _is_json(content) else "text")


def _is_json(content: bytes) -> bool:
    if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return False
    try:
        json.loads(content)
    except ValueError:
        return False
    return True


def _archive_kind(source: str, content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            unpacked = sum(member.file_size for member in archive.infolist())
            require_small(source, unpacked, len(content), TOO_LARGE)
            media_type = archive.read("mimetype") if "mimetype" in names else b""
    except BROKEN_ARCHIVE as error:
        raise damaged(source) from error
    if b"opendocument.spreadsheet" in media_type:
        return "ods"
    folded = {name.casefold() for name in names}
    kind = next((kind for member, kind in ARCHIVE_MEMBERS if member.casefold() in folded), None)
    if kind is not None:
        return kind
    exports = [name for name in names if PurePosixPath(name).suffix.casefold() in EXPORT_SUFFIXES]
    if not exports:
        return "a zip archive"
    raise InputError(f"{source} is a zip archive. Unpack it and give the file in it: {' or '.join(exports[:3])}.")


def _compound_kind(source: str, content: bytes) -> str:
    """Old Office files and encrypted new ones: the names of their streams stand in the file as UTF-16."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise locked(source)
    if holds("Workbook") or holds("Book"):
        return "xls"
    return "a Word document" if holds("WordDocument") else "a file of another program"


def _is_binary(content: bytes) -> bool:
    """More than one byte in fifty is a control character; zeros that alternate with letters are UTF-16."""
    sample = content[:65536]
    controls = len(sample) - len(sample.translate(None, delete=CONTROL_BYTES))
    zeros = sample[0::2].count(0), sample[1::2].count(0)
    if max(zeros) > 4 * min(zeros):
        controls -= sum(zeros)
    return controls > len(sample) / 50 and utf16_without_mark(content) is None


# --- Text files ------------------------------------------------------------------------------------------------------


def _read_text(source: str, content: bytes, sheet: str | None) -> Reading:
    if sheet is not None:
        raise CallError(f"{source} is a text file and has no sheets. Leave the sheet {sheet!r} out.")
    text, encoding = decode(content)
    if zeros := text.count("\x00"):
        encoding = f"{encoding}, with {zeros} binary zeros among the letters"
    if hint := DELIMITER_HINT.match(text):
        text = text[hint.end() :]
    delimiter = hint[1] if hint else _delimiter(text)
    rows = _csv_rows(source, text, delimiter)
    _check_widths(source, rows)
    width = max(map(len, rows), default=0)
    notes = {"encoding": encoding, "delimiter": DELIMITERS.get(delimiter, delimiter)}
    return Reading([row + [""] * (width - len(row)) for row in rows], notes)


def _check_widths(source: str, rows: list[list[Cell]]) -> None:
    """A row with more filled cells than columns has shifted: an answer held the delimiter without quotation marks."""
    filled = [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    if not filled:
        return
    usual = Counter(len(row) for _, row in filled).most_common(1)[0][0]
    width = max(usual, len(filled[0][1]))
    for number, row in filled:
        if any(row[width:]):
            raise InputError(
                f"{source}: row {number} has {len(row)} cells, the others have {width}: an answer seems to hold the "
                "sign that separates the columns. Put that answer in quotation marks, or export as Excel."
            )


def _delimiter(text: str) -> str:
    """The one that splits most rows into as many columns as the first row; between equals, into most columns."""

    def score(delimiter: str) -> tuple[float, int]:
        reader = csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter)
        try:
            widths = [len(row) for row in islice(reader, 100) if row]
        except csv.Error:  # a quotation mark that is never closed; _csv_rows says where
            return 0.0, 0
        if not widths or widths[0] < 2:
            return 0.0, 0
        return Counter(widths)[widths[0]] / len(widths), widths[0]

    return max(DELIMITERS, key=score)


def _csv_rows(source: str, text: str, delimiter: str) -> list[list[Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[Cell]] = []
    line = 0
    try:
        for row in reader:
            rows.append([*row])
            line = reader.line_num
    except csv.Error as error:
        if "expected after" in str(error):
            return _lenient_rows(source, text, delimiter)
        if "field limit" in str(error):
            raise _endless(source, line + 1) from error
        raise _unclosed(source, line + 1) from error
    return rows


def _lenient_rows(source: str, text: str, delimiter: str) -> list[list[Cell]]:
    """Rows of a file with a stray quotation mark behind a quoted cell (`"abc"d`): the mark is kept as it stands."""
    try:
        return [[*row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise _unclosed(source, 1) from error


def _endless(source: str, line: int) -> InputError:
    return InputError(
        f"{source} cannot be split into cells: a cell in or after line {line} has more than {csv.field_size_limit()} "
        "characters, which no answer has. A quotation mark before it is probably never closed: close it, shorten the "
        "cell, or export the file again."
    )


def _unclosed(source: str, line: int) -> InputError:
    return InputError(
        f"{source} cannot be split into cells: a quotation mark opened in or after line {line} is never closed. "
        "Close it, or export the file again."
    )

"""What the readers of workbooks share: the file, its damage in words, and what calamine does not tell of a sheet."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_stats.errors import InputError
from survey_stats.intake.table import Merge

MAXIMUM_CELLS = 20_000_000
"""Rows × columns a sheet may span: calamine takes 32 bytes for each, filled or not."""

BROKEN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, OSError, ValueError,
)  # fmt: skip
"""What reading a damaged archive raises."""

Patches = dict[tuple[int, int], str]
"""Row and column, counted from 0 → the text of an error or formula that calamine leaves empty."""


@dataclass(frozen=True, slots=True)
class WorkbookFile:
    """A workbook not yet read: name of the file, its bytes, and `xlsx`, `xlsb`, `xls` or `ods`."""

    source: str
    content: bytes
    kind: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """What calamine does not tell of a sheet.

    Attributes:
        patches: Errors and formulas without a value.
        merged: Ranges of merged cells.
        empty_results: Number of formulas whose stored value is an empty text, where the format cannot tell whether
            they were ever calculated.
        note: What could not be looked for.
    """

    patches: Patches = field(default_factory=dict)
    merged: tuple[Merge, ...] = ()
    empty_results: int = 0
    note: str = ""

    def notes(self) -> Mapping[str, str]:
        """What is to be said about errors and formulas."""
        told = {
            "error_cells": self.note
            or _counted(len(self.patches), "(errors, or formulas without a value), kept as text"),
            "empty_formulas": _counted(
                self.empty_results,
                "formulas with an empty text for a result, read as empty: the file does not tell "
                "whether they were ever calculated",
            ),
        }
        return {key: words for key, words in told.items() if words}


def _counted(count: int, words: str) -> str:
    return f"{count} {words}" if count else ""


def damaged(source: str) -> InputError:
    """The error for a file that breaks off or contradicts itself."""
    return InputError(f"{source} is damaged or incomplete. Export or download it again.")


def locked(source: str) -> InputError:
    """The error for an encrypted workbook."""
    return InputError(
        f"{source} is protected by a password. Open it, remove the password "
        "(in Excel: File > Info > Protect Workbook > Encrypt with Password, empty the field) and save it again."
    )


def require_compact(source: str, name: str, rows: int, columns: int, far: str) -> None:
    """Raises if the rectangle up to the last filled cell is too large.

    Args:
        source: The file.
        name: The sheet.
        rows: Number of the last row with a filled cell.
        columns: Number of the last column with a filled cell.
        far: The cell farthest out.
    """
    if rows * columns > MAXIMUM_CELLS:
        raise InputError(
            f"Sheet {name!r} of {source} reaches to cell {far}: {rows:,} rows × {columns:,} columns, "
            f"and at most {MAXIMUM_CELLS:,} cells can be read. Delete what stands far outside the answers."
        )


def column_number(letters: bytes) -> int:
    """Number of a column, counted from 1: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def column_letters(column: int) -> str:
    """Letters of a column, counted from 0.

    >>> column_letters(0), column_letters(27), column_letters(16_383)
    ('A', 'AB', 'XFD')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

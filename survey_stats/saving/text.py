"""Text of unknown origin in files of other programs: nothing hidden, nothing that runs, nothing too long."""

from __future__ import annotations

import re
from collections.abc import Callable

CELL_LENGTH = 32_767
"""Most characters in a cell of a worksheet, counted as Excel does in units of UTF-16."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First characters from which a spreadsheet takes text for a formula when it opens a text file."""
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)


def visible(text: object) -> str:
    r"""Text in which control characters and characters that turn the direction of writing can be seen.

    Line breaks, tabs and the joiners of Persian, Hindi and emoji stay.

    >>> visible("a\x00b\u202ec")
    'a␀b⟨U+202E⟩c'
    """
    return _HIDDEN.sub(_shown, str(text))


def _shown(found: re.Match[str]) -> str:
    number = ord(found[0])
    return chr(0x2400 + number) if number < 0x20 else f"⟨U+{number:04X}⟩"


def _utf8(text: str) -> int:
    return len(text.encode())


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


MEASURES: dict[str, Callable[[str], int]] = {"characters": len, "utf8": _utf8, "utf16": _utf16}
"""How a program counts the length of a text."""


def fit(text: str, length: int, unit: str = "characters") -> str:
    """Text of at most `length`; a longer one ends in "…", so that the cut can be seen.

    Args:
        text: Text without lone surrogates.
        length: Greatest length in `unit`.
        unit: `characters`, `utf8` (bytes) or `utf16` (units of two bytes).

    >>> fit("Schüchternheit", 8, "utf8"), fit("short", 8)
    ('Schü…', 'short')
    """
    measure = MEASURES[unit]
    if len(text) * 4 <= length or measure(text) <= length:
        return text
    low, high = 0, min(len(text), length)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle] + "…") <= length else (low, middle - 1)
    return text[:low] + "…"


def csv_safe(text: str) -> str:
    """Text that no spreadsheet runs when it opens a text file: an apostrophe before the first character of a formula.

    >>> csv_safe("=1+1"), csv_safe("5 = five")
    ("'=1+1", '5 = five')
    """
    shown = visible(text)
    return "'" + shown if shown.startswith(FORMULA_STARTS) else shown

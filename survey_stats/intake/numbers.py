"""A number as people type it → its value, or the rule that refuses it."""

from __future__ import annotations

import math
import re
import unicodedata

from survey_stats.intake.table import Cell
from survey_stats.intake.text import normalised

_PLAIN = re.compile(r"[+-]?\d{1,300}")
_DECIMAL = re.compile(r"([+-]?\d{1,300})[.,٫](\d{1,300})")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,'’٬ ])\d{3})(?:\1\d{3})*")
_GROUP_SIGNS = re.compile(r"[.,'’٬ ]")


def parse_number(cell: Cell, *, integer: bool = False) -> float | str:
    """Read a number.

    "1,5" is a decimal comma, "1,234,567" is grouped, and "1,500" could be either: it is refused unless the number
    must be whole, when only 1500 is possible.

    Args:
        cell: The cell.
        integer: The number must be whole.

    Returns:
        The number, or the id of the rule that refuses it.

    >>> [parse_number(cell) for cell in ("12", "1,5", "1,500", "1,234,567", "about 50")]
    [12.0, 1.5, 'ambiguous_number', 1234567.0, 'not_a_number']
    """
    if isinstance(cell, str):
        return _read(cell, integer=integer)
    is_number = isinstance(cell, (int, float)) and not isinstance(cell, bool) and math.isfinite(cell)
    return float(cell) if is_number else "not_a_number"  # type: ignore[arg-type]


def _read(cell: str, *, integer: bool) -> float | str:
    if any(unicodedata.category(character) == "No" for character in cell):
        return "not_a_number"  # a superscript or fraction would become an ordinary digit: 5² is not 52
    text = normalised(cell).replace("−", "-")
    decimal, grouped = _DECIMAL.fullmatch(text), _GROUPED.fullmatch(text)
    if decimal and grouped and not integer and decimal[1].strip("+-") != "0":
        return "ambiguous_number"
    if grouped and (integer or not decimal):
        return float(_GROUP_SIGNS.sub("", text))
    if decimal:
        return float(f"{decimal[1]}.{decimal[2]}")
    return float(text) if _PLAIN.fullmatch(text) else "not_a_number"

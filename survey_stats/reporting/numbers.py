"""Numbers as APA 7 writes them: the only place where a number becomes text for a reader."""

from __future__ import annotations

import math
from collections.abc import Callable

MISSING = "–"
MINUS = "−"
NARROW_SPACE = "\u202f"


def _fixed(value: float, decimals: int) -> str:
    """Fixed decimals with groups of three, a real minus sign, and no sign on what rounds to zero."""
    text = f"{abs(value):,.{decimals}f}".replace(",", NARROW_SPACE)
    negative = value < 0 and any(digit in "123456789" for digit in text)
    return MINUS + text if negative else text


def _bounded(value: float, decimals: int = 2) -> str:
    """A quantity that cannot exceed 1 in size, without the zero before the point (APA 7, 6.36)."""
    return _fixed(value, decimals).replace("0.", ".", 1) if abs(value) < 1 else _fixed(value, decimals)


def _p_value(value: float) -> str:
    """Three decimals, and never 0 or 1: `< .001`, `> .999`."""
    if value < 0.001:
        return "< .001"
    return "> .999" if value > 0.9995 else _bounded(value, 3)


KINDS: dict[str, Callable[[float], str]] = {
    "correlation": _bounded,
    "reliability": _bounded,
    "p_value": _p_value,
    "count": lambda value: _fixed(value, 0),
    "degrees_of_freedom": lambda value: _fixed(value, 0 if float(value).is_integer() else 2),
    "statistic": lambda value: _fixed(value, 2),
    "score": lambda value: _fixed(value, 2),
    "minutes": lambda value: _fixed(value, 1),
    "percent": lambda value: _fixed(100 * value, 1),
}
"""Kind of quantity → its format. A share is given as a proportion and shown as percent."""


def number(value: float | None, kind: str) -> str:
    """A number as text; missing is a dash.

    Args:
        value: The number at full precision.
        kind: A key of `KINDS`.

    >>> number(-0.1149, "correlation"), number(0.00004, "p_value"), number(12345, "count"), number(None, "score")
    ('−.11', '< .001', '12\u202f345', '–')
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else MINUS + "∞"
    return KINDS[kind](value)


def interval(lower: float | None, upper: float | None, kind: str) -> str:
    """An interval in brackets; missing is a dash.

    >>> interval(-0.2, -0.034, "correlation")
    '[−.20, −.03]'
    """
    low, high = number(lower, kind), number(upper, kind)
    return MISSING if low == high == MISSING else f"[{low}, {high}]"


def span(lower: float | None, upper: float | None, kind: str) -> str:
    """A range; whole numbers stay whole.

    >>> span(0.0, 596.0, "minutes"), span(1.0, 4.4615, "score")
    ('0–596', '1.00–4.46')
    """
    ends = [end for end in (lower, upper) if end is not None and not math.isnan(end)]
    if len(ends) < 2:
        return MISSING
    shown = "count" if all(float(end).is_integer() for end in ends) else kind
    return f"{number(lower, shown)}–{number(upper, shown)}"


def equation(symbol: str, value: float | None, kind: str) -> str:
    """`p = .014` or `p < .001`: the sign of comparison is the number's own if it has one."""
    text = number(value, kind)
    return f"{symbol} {text}" if text[0] in "<>" else f"{symbol} = {text}"

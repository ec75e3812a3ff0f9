"""Numbers as APA 7 writes them: the only place where a number becomes text for a reader."""

from __future__ import annotations

import math
from collections.abc import Callable

MISSING = "–"
MINUS = "−"
NARROW_SPACE = "\u202f"
LEVEL = 0.05
"""The level of significance that a p value as shown must not cross."""
MOST_DECIMALS = 5
MOST_POWER = 6
"""Significant digits are written out from a millionth to some millions."""
_NOISE = 1e-12
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _fixed(value: float, decimals: int) -> str:
    """Fixed decimals with groups of three, a real minus sign, and no sign on what rounds to zero."""
    text = f"{abs(value):,.{decimals}f}".replace(",", NARROW_SPACE)
    negative = value < 0 and any(digit in "123456789" for digit in text)
    return MINUS + text if negative else text


def _side(value: float, mark: float) -> int:
    """-1 below the mark, 1 above it; 0 at it, as far as arithmetic can tell."""
    return 0 if math.isclose(value, mark, rel_tol=0, abs_tol=_NOISE) else (1 if value > mark else -1)


def _beside(value: float, decimals: int, marks: tuple[float, ...]) -> str:
    """Rounded, with as many decimals as it takes to lie on the same side of each mark as the exact value.

    Where `MOST_DECIMALS` are too few, the last one is that next to the mark.
    """
    crossed, most = marks[0], max(decimals, MOST_DECIMALS)
    for places in range(decimals, most + 1):
        beyond = [mark for mark in marks if _side(round(value, places), mark) != _side(value, mark)]
        if not beyond:
            return _fixed(value, places)
        crossed = beyond[0]
    return _fixed(crossed + _side(value, crossed) * 10.0**-most, most)


def _bounded(value: float) -> str:
    """A quantity that cannot exceed 1 in size, without the zero before the point (APA 7, 6.36)."""
    shown = _beside(value, 2, (0, 1, -1))
    return shown.replace("0.", ".", 1) if abs(value) < 1 else shown


def _p_value(value: float) -> str:
    """Three decimals, more only beside .05; never 0 or 1: `< .001`, `> .999`."""
    if value < 0.001:
        return "< .001"
    return "> .999" if round(value, 3) >= 1 else _beside(value, 3, (LEVEL,)).removeprefix("0")


def _significant(value: float, mark: float = 0.0, digits: int = 3) -> str:
    """A quantity of any size by its significant digits; a tiny or huge one with its power of ten."""
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    if abs(power) > MOST_POWER:
        raised = str(power).translate(_RAISED)
        return f"{_fixed(float(mantissa), digits - 1)}{NARROW_SPACE}×{NARROW_SPACE}10{raised}"
    return _beside(value, max(digits - 1 - power, 0), (mark,))


KINDS: dict[str, Callable[[float], str]] = {
    "correlation": _bounded,
    "reliability": _bounded,
    "p_value": _p_value,
    "count": lambda value: _fixed(value, 0),
    "degrees_of_freedom": lambda value: _fixed(value, 0 if float(value).is_integer() else 2),
    "statistic": lambda value: _fixed(value, 2),
    "score": lambda value: _beside(value, 2, (0,)),
    "coefficient": _significant,
    "odds_ratio": lambda value: _significant(value, mark=1),
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

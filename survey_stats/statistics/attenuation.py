"""What a measure of limited validity does to a correlation: bounds to state, not a silent correction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from survey_stats.errors import CallError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._columns import check_confidence

_FUNCTION = "attenuation"


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Attenuation(Result):
    """A correlation with a fallible measure, and what the correlation with the true one could be.

    Attributes:
        table: Columns `quantity`, `estimate`, `ci_lower`, `ci_upper` (of the correlation found: its sampling interval;
            of the others: the smallest and the largest that validity and interval allow), `n`, `warning`.
            Quantities: `observed`; `with_unrelated_errors`, the correlation with the true measure if errors have
            nothing to do with the other variable; `without_assumption`, all correlations that the two known ones
            allow, whatever the errors; `as_attenuated`, how the observed correlation would appear if it were the true
            one.
        validity_lower, validity_upper: Correlation of the measure with the true one, from and to.
    """

    keys: ClassVar[tuple[str, ...]] = ("quantity",)

    table: pd.DataFrame
    validity_lower: float
    validity_upper: float


def attenuation(
    correlation: float,
    validity: float | tuple[float, float],
    *,
    n: int | None = None,
    interval: tuple[float, float] | None = None,
    confidence: float = 0.95,
) -> Attenuation:
    """Bounds on a correlation with the true measure, where only a fallible one was at hand.

    With r the correlation of the fallible measure with another variable and v its validity (its correlation with the
    true measure): if the errors have nothing to do with the other variable, given the true measure, the true
    correlation is r / v (Spearman 1904). If nothing is known about them, it lies between r v - √((1 - r²)(1 - v²)) and
    r v + √((1 - r²)(1 - v²)), the values for which the three correlations can hold together; these bounds are wide
    because the data do not know more. Over an interval of r and a range of v each end is the extreme one.

    Args:
        correlation: r, found with the fallible measure.
        validity: v, between 0 and 1, or a range of it, in the middle of which the estimates are taken.
        n: Persons r rests on; its interval is then Fisher's.
        interval: The interval of r, where it is known otherwise.
        confidence: Level of Fisher's interval.

    Raises:
        CallError: A number is outside of its range, or both n and an interval are given.

    >>> attenuation(0.15, 0.4, n=300).table[["quantity", "estimate", "ci_lower", "ci_upper"]].round(3)
                    quantity  estimate  ci_lower  ci_upper
    0               observed     0.150     0.037     0.259
    1  with_unrelated_errors     0.375     0.093     0.647
    2     without_assumption       NaN    -0.901     0.989
    3          as_attenuated     0.060     0.015     0.104
    """
    check_confidence(_FUNCTION, confidence)
    low, high = validity if isinstance(validity, tuple) else (validity, validity)
    _check(correlation, low, high, n, interval)
    ends = _interval(correlation, n, interval, confidence)
    corners = [(r, v) for r in dict.fromkeys((correlation, *ends)) if not np.isnan(r) for v in (low, high)]
    unrelated = [r / v for r, v in corners]
    bounds = [_bound(r, v, side) for r, v in _with_extremes(corners) for side in (-1, 1)]
    attenuated = [r * v for r, v in corners]
    middle = (low + high) / 2
    point = correlation / middle
    possible = min(unrelated) <= 1 and max(unrelated) >= -1
    inside = (max(min(unrelated), -1.0), min(max(unrelated), 1.0)) if possible else (np.nan, np.nan)
    beyond = Message("attenuation.beyond_one", {"lowest": f"{abs(correlation):.2f}"})
    rows = [
        _row("observed", correlation, *ends),
        _row("with_unrelated_errors", point if abs(point) <= 1 else np.nan, *inside,
             warning=str(beyond) if abs(point) > 1 else ""),
        _row("without_assumption", np.nan, min(bounds), max(bounds)),
        _row("as_attenuated", correlation * middle, min(attenuated), max(attenuated)),
    ]  # fmt: skip
    table = pd.DataFrame(rows).assign(n=np.nan if n is None else n, confidence=confidence, error="")
    return Attenuation(method="attenuation", table=table, validity_lower=low, validity_upper=high)


def _row(quantity: str, estimate: float, lower: float, upper: float, *, warning: str = "") -> dict[str, Any]:
    return {"quantity": quantity, "estimate": estimate, "ci_lower": lower, "ci_upper": upper, "warning": warning}


def _check(correlation: float, low: float, high: float, n: int | None, interval: tuple[float, float] | None) -> None:
    if not -1 <= correlation <= 1:
        raise CallError(f"{_FUNCTION}: correlation is {correlation!r}. Give a number between -1 and 1.")
    if not 0 < low <= high <= 1:
        shown = repr(low) if low == high else f"{low!r} to {high!r}"
        raise CallError(
            f"{_FUNCTION}: validity is {shown}. Give a number above 0 and at most 1, or two, the lower first."
        )
    if n is not None and interval is not None:
        raise CallError(f"{_FUNCTION}: n and an interval are given. Give n, or the interval that is known otherwise.")
    if n is not None and n < 4:
        raise CallError(f"{_FUNCTION}: n is {n!r}. Fisher's interval needs at least 4 persons.")
    if interval is not None and not -1 <= interval[0] <= correlation <= interval[1] <= 1:
        raise CallError(
            f"{_FUNCTION}: the interval {interval!r} does not hold the correlation {correlation!r}. Give the lower "
            "and the upper limit of the same correlation."
        )


def _interval(
    correlation: float, n: int | None, interval: tuple[float, float] | None, confidence: float
) -> tuple[float, float]:
    if interval is not None:
        return interval
    if n is None or abs(correlation) == 1:
        return (np.nan, np.nan)
    from scipy import special

    half = special.ndtri((1 + confidence) / 2) / np.sqrt(n - 3)
    centre = np.arctanh(correlation)
    return float(np.tanh(centre - half)), float(np.tanh(centre + half))


def _bound(r: float, v: float, side: int) -> float:
    return r * v + side * float(np.sqrt(max((1 - r**2) * (1 - v**2), 0.0)))


def _with_extremes(corners: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Corners of the ranges, and where a bound reaches ±1 within them: at r = ±v, cos(a - b) of equal angles."""
    r_ends, v_ends = zip(*corners, strict=True)
    low, high = max(min(v_ends), 0.0), max(v_ends)
    inside = [
        (sign * v, v)
        for sign in (-1, 1)
        for v in (low, high, *(abs(r) for r in r_ends))
        if low <= v <= high and min(r_ends) <= sign * v <= max(r_ends)
    ]
    return [*corners, *inside]

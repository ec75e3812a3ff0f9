"""Intervals by inverting a test: the noncentralities under which what was found lies at either end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import optimize, special

_LARGE_T, _LARGE_F = 1e4, 1e8
"""Beyond them only the χ² of the error matters: the noncentrality is t √(χ² / df), or F df₁ χ² / df₂."""

Below = Callable[[float], float]
"""Noncentrality → probability of a value below the one found; it falls with the noncentrality."""


def t_limits(t: float, df: float, confidence: float) -> tuple[float, float]:
    """Limits of the noncentrality of t (Cumming and Finch 2001; Steiger 2004).

    >>> [round(limit, 4) for limit in t_limits(2.5, 28, 0.95)]
    [0.4144, 4.5454]
    """
    if abs(t) > _LARGE_T:
        low, high = sorted(t * np.sqrt(special.chdtri(df, (1 + side * confidence) / 2) / df) for side in (-1, 1))
        return float(low), float(high)

    def below(ncp: float) -> float:
        return float(special.nctdtr(df, ncp, t))

    width = 2 + abs(t)
    return (
        _solved(below, (1 + confidence) / 2, t - width, width),
        _solved(below, (1 - confidence) / 2, t - width, width),
    )


def f_limits(f: float, df: float, df_error: float, confidence: float) -> tuple[float, float]:
    """Limits of the noncentrality of F, 0 where even 0 does not reach the probability (Smithson 2003)."""
    if df * f > _LARGE_F:
        low, high = sorted(
            df * f * special.chdtri(df_error, (1 + side * confidence) / 2) / df_error for side in (-1, 1)
        )
        return float(low), float(high)
    return _from_zero(lambda ncp: float(special.ncfdtr(df, df_error, ncp, f)), df * f, confidence)


def chi2_limits(chi2: float, df: float, confidence: float) -> tuple[float, float]:
    """Limits of the noncentrality of χ², 0 where even 0 does not reach the probability."""
    return _from_zero(lambda ncp: float(special.chndtr(chi2, df, ncp)), chi2, confidence)


def _from_zero(below: Below, size: float, confidence: float) -> tuple[float, float]:
    at_zero = below(0.0)
    lower, upper = ((1 + side * confidence) / 2 for side in (1, -1))
    width = 2 + size
    return (
        0.0 if at_zero <= lower else _solved(below, lower, 0.0, width),
        0.0 if at_zero <= upper else _solved(below, upper, 0.0, width),
    )


def _solved(below: Below, probability: float, start: float, width: float) -> float:
    """The noncentrality with that probability, from a bracket that grows until it holds it."""
    low, high = start, start + width
    while below(low) < probability:
        low -= width
        width *= 2
    while below(high) > probability:
        high += width
        width *= 2
    found = optimize.brentq(lambda ncp: below(ncp) - probability, low, high, xtol=1e-12, rtol=8 * np.finfo(float).eps)
    return float(found)

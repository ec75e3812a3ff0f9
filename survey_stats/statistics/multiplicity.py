"""p-values adjusted for the number of tests; a missing p is no test."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]


def adjust_p_values(p_values: ArrayLike, adjust: str) -> Floats:
    """Adjust p-values over one family of tests.

    Args:
        p_values: p-values; NaN stays NaN and does not count as a test.
        adjust: `none`, `holm` (Holm 1979), `bonferroni`, `fdr_bh` (Benjamini and Hochberg 1995, for tests that are
            independent or positively dependent), or `fdr_by` (Benjamini and Yekutieli 2001, for any dependence).

    >>> adjust_p_values([0.01, float("nan"), 0.03], "holm").tolist()
    [0.02, nan, 0.03]
    """
    p = np.asarray(p_values, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    tested = np.isfinite(p)
    if tested.any():
        adjusted[tested] = ADJUSTMENTS[adjust](p[tested])
    return adjusted


def _none(p: Floats) -> Floats:
    return p


def _bonferroni(p: Floats) -> Floats:
    return np.minimum(p * len(p), 1)


def _holm(p: Floats) -> Floats:
    """The k-th smallest p times the number of tests not yet decided, never falling."""
    order = np.argsort(p)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return adjusted


def _fdr_bh(p: Floats) -> Floats:
    return np.asarray(stats.false_discovery_control(p, method="bh"))


def _fdr_by(p: Floats) -> Floats:
    return np.asarray(stats.false_discovery_control(p, method="by"))


ADJUSTMENTS: dict[str, Callable[[Floats], Floats]] = {
    "none": _none,
    "holm": _holm,
    "bonferroni": _bonferroni,
    "fdr_bh": _fdr_bh,
    "fdr_by": _fdr_by,
}

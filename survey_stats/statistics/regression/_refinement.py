"""Least squares to the digits the data have: residuals in extended precision, corrections by the fitted model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey_stats.statistics.regression._likelihood import Maximum

Floats = NDArray[np.float64]
_ROUNDS = 8


def refined(maximum: Maximum, x: Floats, y: Floats) -> Floats:
    """Coefficients of least squares, corrected until rounding of the arithmetic no longer shows (Björck 1967).

    Residuals r and coefficients b are improved together: f = y - r - X b and g = -X'W r are computed in extended
    precision (80 bits where the machine has them), the corrections from them in double precision.

    Args:
        maximum: The fitted model; its linear predictor is Q θ with Q = X back.
        x: Terms, shape (n, k).
        y: Outcome, shape (n,).

    Returns:
        Shape (k,).
    """
    basis, inverse = maximum.problem.rows[:, 0], maximum.inverse
    weights, wide_y = maximum.weights.astype(np.longdouble), y.astype(np.longdouble)
    mean = _means(x)
    wide_x = x.astype(np.longdouble) - mean
    back = maximum.problem.back.copy()
    back[0] += mean @ back
    b = (back @ maximum.theta).astype(np.longdouble)
    r = wide_y - wide_x @ b
    for _ in range(_ROUNDS):
        f = (wide_y - r - wide_x @ b).astype(np.float64)
        g = -(wide_x.T @ (weights * r)).astype(np.float64)
        step = inverse @ (basis.T @ (maximum.weights * f) - back.T @ g)
        b += back @ step
        r += f - basis @ step
    b[0] -= mean @ b
    return np.asarray(b.astype(np.float64))


def _means(x: Floats) -> Floats:
    """Means of the terms beside an intercept, so that large numbers with small differences cost nothing; else 0."""
    if not (x[:, 0] == 1).all():
        return np.zeros(x.shape[1])
    return np.where(np.arange(x.shape[1]) > 0, x.mean(axis=0), 0.0)

"""Likelihood of an ordinal column given a standardized numeric one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from survey_stats.statistics._bivariate_normal import normal_density
from survey_stats.statistics._latent_pairs import Ordinal, threshold_influence

Floats = NDArray[np.float64]

_FARTHEST = 4.6  # in Fisher's z, a correlation of .9998: a likelihood that still rises here has its maximum at 1
_SMALLEST = 1e-300
_STEP = 1e-5  # of the numerical derivatives


def _parts(score: Floats, data: Ordinal, rho: float) -> tuple[Floats, Floats, Floats]:
    """Upper and lower limit of each row's category given its score, and the probability between them."""
    codes, limits = data.codes[:, 0], data.limits[0]
    root = np.sqrt(1 - rho**2)
    upper, lower = (limits[codes + 1] - rho * score) / root, (limits[codes] - rho * score) / root
    flip = lower > 0  # the difference of two small upper tails is exact where that of two numbers near 1 is not
    probability = np.where(
        flip, special.ndtr(-lower) - special.ndtr(-upper), special.ndtr(upper) - special.ndtr(lower)
    )  # fmt: skip
    return upper, lower, np.maximum(probability, _SMALLEST)


def _score(score: Floats, data: Ordinal, rho: float) -> Floats:
    """Derivative of each row's log likelihood with respect to the correlation."""
    codes, limits = data.codes[:, 0], data.limits[0]
    upper, lower, probability = _parts(score, data, rho)
    pull = [
        normal_density(given) * (np.where(np.isfinite(limit), limit, 0.0) * rho - score)
        for given, limit in ((upper, limits[codes + 1]), (lower, limits[codes]))
    ]
    return np.asarray((pull[0] - pull[1]) / (probability * (1 - rho**2) ** 1.5))


def fit_polyserial(score: Floats, data: Ordinal) -> float:
    """The correlation of the highest likelihood at given mean, variance and thresholds.

    Args:
        score: The numeric column, standardized with divisor n.
        data: The ordinal column, without missing answers.

    Returns:
        -1 or 1 where the likelihood rises to the end.
    """

    def deviance(z: float) -> float:
        return -float(np.log(_parts(score, data, np.tanh(z))[2]).mean())

    def slope(z: float) -> float:
        return float(_score(score, data, np.tanh(z)).mean())

    grid = np.linspace(-_FARTHEST, _FARTHEST, 47)
    best = int(np.argmin([deviance(z) for z in grid]))
    if best in {0, len(grid) - 1}:
        return float(np.sign(grid[best]))
    low, high = grid[best - 1], grid[best + 1]
    if slope(low) > 0 > slope(high):
        return float(np.tanh(optimize.brentq(slope, low, high, xtol=1e-13, rtol=1e-13)))
    return float("nan")


def polyserial_error(score: Floats, data: Ordinal, rho: float) -> float:
    """Standard error that counts mean, variance and thresholds as estimated.

    The estimating equation of the correlation is expanded in all parameters with its own derivatives (the sandwich of a
    two-step estimate, Muthén 1984), not with outer products, so that it holds too where the score is not normal.
    """
    n = len(score)

    def equation(move: Floats, at: float) -> float:
        limits = data.limits.copy()
        limits[0, 1:-1] += move[2:]
        moved = (score - move[0]) / np.sqrt(1 + move[1])
        return float(_score(moved, replace(data, limits=limits), at).mean())

    still = np.zeros(2 + data.limits.shape[1] - 2)
    slopes = np.array([
        (equation(still + step, rho) - equation(still - step, rho)) / (2 * _STEP) for step in _STEP * np.eye(len(still))
    ])  # fmt: skip
    own = (equation(still, rho + _STEP) - equation(still, rho - _STEP)) / (2 * _STEP)
    moved = np.column_stack([score / n, (score**2 - 1) / n, threshold_influence(data)[:, 0]])
    influence = -(_score(score, data, rho) / n + moved @ slopes) / own
    return float(np.sqrt(influence @ influence * n / (n - 1)))

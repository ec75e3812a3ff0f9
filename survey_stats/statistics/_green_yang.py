"""Categorical omega of Green and Yang (2009): reliability of a sum of ordered answers, from thresholds and loadings.

The sum of the answers as they are scored, not of the normal variables behind them. An answer is a sum of steps,
X_j = Σ_c d_jc 1(y_j > τ_jc), so cov(X_j, X_k) = Σ_c Σ_c' d_jc d_kc' (Φ₂(τ_jc, τ_kc'; ρ_jk) - Φ(τ_jc) Φ(τ_kc')). With
ρ_jk = λ_j λ_k, also for j = k, it is the covariance of two sums that share the factor only; with the polychoric
correlations, and the variances of the answers, it is the variance of the sum (Green and Yang 2009, Psychometrika 74,
155-167, formula 21).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from survey_stats.statistics import _bivariate_normal as bivariate

Floats = NDArray[np.float64]

_NEARLY_ONE = 1 - 1e-12


class Steps(NamedTuple):
    """Thresholds and how many points passing each adds to the answer, … × items × (most categories - 1).

    An item with fewer categories has thresholds 0 with steps of 0 points.
    """

    thresholds: Floats
    points: Floats


class Slopes(NamedTuple):
    """Omega, and its derivatives by loading (items), by pair (pairs) and by threshold (items × thresholds)."""

    omega: float
    loadings: Floats
    correlations: Floats
    thresholds: Floats


def steps_of(limits: Floats, points: Floats) -> Steps:
    """From limits between -inf and inf, … × items × (categories + 1), and points of each step, items × thresholds."""
    inside = limits[..., 1:-1]
    there = np.isfinite(inside)
    return Steps(np.where(there, inside, 0.0), np.where(there, points, 0.0))


def categorical_omega(steps: Steps, loadings: Floats, correlations: Floats) -> Floats:
    """Omega of each of many samples.

    Args:
        steps: Many × items × thresholds.
        loadings: Standardized loadings of one factor, many × items.
        correlations: Polychoric correlations, many × pairs, pairs in the order (0, 1), (0, 2), ….
    """
    first, second = np.triu_indices(loadings.shape[-1], 1)
    of_pairs = 2 * _covariances(steps, first, second, loadings[:, first] * loadings[:, second]).sum(axis=1)
    of_total = 2 * _covariances(steps, first, second, correlations).sum(axis=1)
    every = np.arange(loadings.shape[-1])
    common = of_pairs + _covariances(steps, every, every, loadings**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(common / (of_total + _variances(steps).sum(axis=1)))


def slopes_of(steps: Steps, loadings: Floats, correlations: Floats) -> Slopes:
    """Omega of one sample and its derivatives; arguments as above without the first axis."""
    n_items = len(loadings)
    first, second = np.triu_indices(n_items, 1)
    products = loadings[first] * loadings[second]
    every = np.arange(n_items)
    one = Steps(*(part[None] for part in steps))
    omega = float(categorical_omega(one, loadings[None], correlations[None])[0])
    total = float(2 * _covariances(one, first, second, correlations[None]).sum() + _variances(one).sum())
    of_product = _by_correlation(steps, first, second, products)
    by_loading = 2 * loadings * _by_correlation(steps, every, every, loadings**2)
    np.add.at(by_loading, first, 2 * of_product * loadings[second])
    np.add.at(by_loading, second, 2 * of_product * loadings[first])
    common_thresholds = 2 * _by_threshold(steps, first, second, products)
    common_thresholds += _by_threshold(steps, every, every, loadings**2)
    total_thresholds = 2 * _by_threshold(steps, first, second, correlations) + _variance_by_threshold(steps)
    return Slopes(
        omega, by_loading / total, -omega * 2 * _by_correlation(steps, first, second, correlations) / total,
        (common_thresholds - omega * total_thresholds) / total,
    )  # fmt: skip


def _grid(steps: Steps, first: NDArray[np.intp], second: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
    """Thresholds of the first and of the second of each pair, and the product of their points."""
    rows, columns = steps.thresholds[..., first, :, None], steps.thresholds[..., second, None, :]
    return rows, columns, steps.points[..., first, :, None] * steps.points[..., second, None, :]


def _covariances(steps: Steps, first: NDArray[np.intp], second: NDArray[np.intp], correlation: Floats) -> Floats:
    """Covariances of pairs of answers at a correlation of what lies behind them, many × pairs."""
    rows, columns, points = _grid(steps, first, second)
    inside = np.clip(correlation, -_NEARLY_ONE, _NEARLY_ONE)[..., None, None]
    joint = bivariate.cumulative(rows, columns, inside) - special.ndtr(rows) * special.ndtr(columns)
    return np.asarray((points * joint).sum(axis=(-2, -1)))


def _variances(steps: Steps) -> Floats:
    """Variances of the answers, many × items: thresholds passed together are passed at the higher one."""
    rows, columns, points = _grid(steps, *(np.arange(steps.points.shape[-2]),) * 2)
    low = np.minimum(special.ndtr(rows), special.ndtr(columns))
    return np.asarray((points * (low - special.ndtr(rows) * special.ndtr(columns))).sum(axis=(-2, -1)))


def _by_correlation(steps: Steps, first: NDArray[np.intp], second: NDArray[np.intp], correlation: Floats) -> Floats:
    """Derivative of each covariance by the correlation behind it."""
    rows, columns, points = _grid(steps, first, second)
    return np.asarray((points * bivariate.density(rows, columns, correlation[:, None, None])).sum(axis=(-2, -1)))


def _by_threshold(steps: Steps, first: NDArray[np.intp], second: NDArray[np.intp], correlation: Floats) -> Floats:
    """Derivative of the sum of the covariances by each threshold, items × thresholds."""
    rows, columns, points = _grid(steps, first, second)
    rho = correlation[:, None, None]
    root = np.sqrt(1 - rho**2)
    result = np.zeros_like(steps.thresholds)
    for place, own, other, axis in ((first, rows, columns, -1), (second, columns, rows, -2)):
        given = special.ndtr((other - rho * own) / root) - special.ndtr(other)
        np.add.at(result, place, (points * bivariate.normal_density(own) * given).sum(axis=axis))
    return result


def _variance_by_threshold(steps: Steps) -> Floats:
    """Derivative of each answer's variance by its thresholds: of Φ(lower) (1 - Φ(higher)), over pairs of them."""
    rows, columns, points = _grid(steps, *(np.arange(len(steps.points)),) * 2)
    share = special.ndtr(columns)
    passed = np.where(rows < columns, 1.0, np.where(rows > columns, 0.0, 0.5)) - share
    return np.asarray(2 * (points * passed * bivariate.normal_density(rows)).sum(axis=-1))

"""One factor fitted to correlations by diagonally weighted least squares, many matrices at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_stats.statistics._one_factor import NoSolutionError

Floats = NDArray[np.float64]

_ITERATIONS = 200
_HALVINGS = 15
_TOLERANCE = 1e-11
_HEYWOOD = 1 - 1e-6  # a standardized loading of this size leaves an item no variance of its own


@dataclass(frozen=True, eq=False, slots=True)
class WeightedFactor:
    """Loadings that minimise Σ w_jk (r_jk - λ_j λ_k)² over the pairs.

    Attributes:
        loadings: Matrices × items, turned so that their sum is positive.
        converged: Whether the slope is zero there.
    """

    loadings: Floats
    converged: NDArray[np.bool_]

    @property
    def proper(self) -> NDArray[np.bool_]:
        """Converged, and every item has variance of its own."""
        return np.asarray(self.converged & (np.abs(self.loadings) < _HEYWOOD).all(axis=1))

    def require_solution(self) -> None:
        """Raise `NoSolutionError` with the reason if the first matrix has no proper solution."""
        heywood = np.flatnonzero(np.abs(self.loadings[0]) >= _HEYWOOD)
        if len(heywood):
            raise NoSolutionError("statistics.omega_heywood", heywood.tolist())
        if not self.converged[0]:
            raise NoSolutionError("statistics.omega_not_converged")


def fit_weighted_factor(correlations: Floats, weights: Floats) -> WeightedFactor:
    """Newton's method, with the Gauss-Newton matrix where the sum of squares is not convex, and step halving.

    Args:
        correlations: Matrices × items × items; the diagonal is not looked at.
        weights: The same shape, symmetric, positive; one over the variances of the correlations is lavaan's DWLS.
    """
    n_items = correlations.shape[1]
    places = np.arange(n_items)
    weights = weights / weights.max(axis=(1, 2), keepdims=True)
    weights[:, places, places] = 0.0
    values, vectors = np.linalg.eigh(correlations)
    loadings = np.clip(vectors[:, :, -1] * np.sqrt(np.clip(0.8 * values[:, -1:], 0.05, None)), -0.95, 0.95)
    converged = np.zeros(len(loadings), dtype=bool)
    active = np.arange(len(loadings))
    for _ in range(_ITERATIONS):
        step = _step(correlations[active], weights[active], loadings[active])
        loadings[active] = _descend(correlations[active], weights[active], loadings[active], step)
        converged[active] = np.abs(step).max(axis=1) < _TOLERANCE
        active = active[~converged[active] & (np.abs(loadings[active]).max(axis=1) < 10)]
        if not len(active):
            break
    loadings *= np.where(loadings.sum(axis=1, keepdims=True) < 0, -1.0, 1.0)
    return WeightedFactor(loadings, converged)


def _residuals(correlations: Floats, loadings: Floats) -> Floats:
    return np.asarray(correlations - loadings[:, :, None] * loadings[:, None, :])


def curvature(residuals: Floats, weights: Floats, loadings: Floats) -> Floats:
    """Half of the second derivatives of the sum of squares, matrices × items × items; weights 0 on the diagonal."""
    second = weights * (loadings[:, :, None] * loadings[:, None, :] - residuals)
    places = np.arange(loadings.shape[1])
    second[:, places, places] = (weights @ (loadings**2)[:, :, None])[:, :, 0]
    return np.asarray(second)


def _step(correlations: Floats, weights: Floats, loadings: Floats) -> Floats:
    residuals = _residuals(correlations, loadings)
    downhill = ((weights * residuals) @ loadings[:, :, None])[:, :, 0]
    second = curvature(residuals, weights, loadings)
    convex = np.linalg.eigvalsh(second)[:, 0] > 1e-9
    second[~convex] = curvature(np.zeros_like(residuals[~convex]), weights[~convex], loadings[~convex])
    places = np.arange(loadings.shape[1])
    second[:, places, places] += np.where(convex, 0.0, 1e-6)[:, None]
    return np.asarray(np.linalg.solve(second, downhill[:, :, None])[:, :, 0])


def _descend(correlations: Floats, weights: Floats, loadings: Floats, step: Floats) -> Floats:
    size = np.ones((len(loadings), 1))
    before = (weights * _residuals(correlations, loadings) ** 2).sum(axis=(1, 2))
    check = np.flatnonzero(np.abs(step).max(axis=1) > 1e-6)
    for _ in range(_HALVINGS):
        there = loadings[check] + size[check] * step[check]
        after = (weights[check] * _residuals(correlations[check], there) ** 2).sum(axis=(1, 2))
        check = check[after > before[check] + 1e-14]
        if not len(check):
            break
        size[check] /= 2
    return np.asarray(loadings + size * step)


def loadings_by_correlation(correlations: Floats, weights: Floats, loadings: Floats) -> Floats:
    """Derivative of the loadings of one matrix by each correlation, items × pairs, the weights held fixed.

    By the implicit function theorem with all second derivatives, so that it holds too where one factor does not fit.
    """
    n_items = len(loadings)
    first, second = np.triu_indices(n_items, 1)
    own = weights.copy()
    np.fill_diagonal(own, 0.0)
    bend = curvature(_residuals(correlations[None], loadings[None]), own[None], loadings[None])[0]
    moved = np.zeros((n_items, len(first)))
    pairs = np.arange(len(first))
    moved[first, pairs] = own[first, second] * loadings[second]
    moved[second, pairs] = own[first, second] * loadings[first]
    return np.asarray(np.linalg.solve(bend, moved))

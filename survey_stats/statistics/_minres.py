"""Common factors by minimum residuals (unweighted least squares), for many correlation matrices at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ITERATIONS = 200
_HALVINGS = 20
_TOLERANCE = 1e-12
_BOUNDARY = 1e-6  # smallest unique variance that is no Heywood case


@dataclass(frozen=True, eq=False, slots=True)
class Minres:
    """Loadings Λ and unique variances ψ that minimise the squared off-diagonal residuals of R - ΛΛ'.

    Attributes:
        loadings: Unrotated, matrices × items × factors.
        uniquenesses: Matrices × items; not bounded at 0, so that an improper solution shows itself.
        converged: Whether the slope is zero there.
    """

    loadings: Floats
    uniquenesses: Floats
    converged: NDArray[np.bool_]

    @property
    def proper(self) -> NDArray[np.bool_]:
        """Converged, and every unique variance is positive."""
        return np.asarray(self.converged & (self.uniquenesses > _BOUNDARY).all(axis=1))


def fit_minres(correlations: Floats, n_factors: int, start: Floats | None = None) -> Minres:
    """Newton's method on the unique variances (Jöreskog 1977, in Statistical methods for digital computers 3).

    With θ and v the eigenvalues and vectors of R - diag(ψ), ½ Σ θ² over all but the largest `n_factors` is minimised;
    at its minimum the diagonal is reproduced, so that only off-diagonal residuals are left.

    Args:
        correlations: Matrices × items × items.
        n_factors: Number of common factors.
        start: Unique variances to begin with, matrices × items; by itself as `factanal` begins.
    """
    unique = _start(correlations, n_factors) if start is None else start.copy()
    converged = np.zeros(len(unique), dtype=bool)
    active = np.flatnonzero(np.isfinite(correlations).all(axis=(1, 2)))
    for _ in range(_ITERATIONS):
        if not len(active):
            break
        height, slope, step = _newton(correlations[active], unique[active], n_factors)
        unique[active] = _descend(correlations[active], unique[active], n_factors, height, slope, step)
        converged[active] = np.abs(step).max(axis=1) < _TOLERANCE
        active = active[~converged[active] & (np.abs(unique[active]).max(axis=1) < 10)]
    values, vectors = _decomposed(np.where(np.isfinite(correlations), correlations, 0.0), unique)
    scale = np.sqrt(np.clip(values[:, -n_factors:], 0.0, None))
    loadings = (vectors[:, :, -n_factors:] * scale[:, None, :])[:, :, ::-1]
    return Minres(loadings, unique, converged)


def _start(correlations: Floats, n_factors: int) -> Floats:
    """(1 - m / 2p) over the diagonal of the inverse; of a matrix that has none, half."""
    n_items = correlations.shape[1]
    usable = np.asarray(np.isfinite(correlations).all(axis=(1, 2)))
    safe = np.where(usable[:, None, None], correlations, np.eye(n_items))
    invertible = np.asarray(np.linalg.eigvalsh(safe)[:, 0] > 1e-6)
    inverse = np.linalg.inv(np.where(invertible[:, None, None], safe, np.eye(n_items)))
    begun = (1 - n_factors / (2 * n_items)) / np.diagonal(inverse, axis1=1, axis2=2)
    return np.where(invertible[:, None], begun, 0.5)


def _decomposed(correlations: Floats, unique: Floats) -> tuple[Floats, Floats]:
    reduced = correlations.copy()
    places = np.arange(unique.shape[1])
    reduced[:, places, places] -= unique
    values, vectors = np.linalg.eigh(reduced)
    return np.asarray(values), np.asarray(vectors)


def _newton(correlations: Floats, unique: Floats, n_factors: int) -> tuple[Floats, Floats, Floats]:
    """Height, slope and downhill step; with all second derivatives where they are positive definite."""
    values, vectors = _decomposed(correlations, unique)
    rest, common = vectors[:, :, :-n_factors], vectors[:, :, -n_factors:]
    low, high = values[:, :-n_factors], values[:, -n_factors:]
    slope = -(rest**2 @ low[:, :, None])[:, :, 0]
    second = (rest @ rest.transpose(0, 2, 1)) ** 2
    gap = low[:, :, None] - high[:, None, :]
    ratio = np.divide(low[:, :, None], gap, out=np.zeros_like(gap), where=gap < 0)
    crossed = np.einsum("bik,bjk,bkl,bil,bjl->bij", rest, rest, ratio, common, common, optimize=True)
    exact = second + 2 * crossed
    convex = np.asarray(np.linalg.eigvalsh(exact)[:, 0] > 1e-8)
    places = np.arange(unique.shape[1])
    second[:, places, places] += 1e-6
    bend = np.where(convex[:, None, None], exact, second)
    step = np.linalg.solve(bend, slope[:, :, None])[:, :, 0]
    return np.asarray((low**2).sum(axis=1) / 2), slope, np.asarray(step)


def _descend(
    correlations: Floats, unique: Floats, n_factors: int, height: Floats, slope: Floats, step: Floats
) -> Floats:
    """Full steps where the height falls enough, else halved ones."""
    size = np.ones((len(unique), 1))
    fall = (slope * step).sum(axis=1)
    check = np.flatnonzero(np.abs(step).max(axis=1) > 1e-6)
    for _ in range(_HALVINGS):
        if not len(check):
            break
        there = unique[check] - size[check] * step[check]
        values, _ = _decomposed(correlations[check], there)
        reached = (values[:, :-n_factors] ** 2).sum(axis=1) / 2
        check = check[reached > height[check] - 1e-4 * size[check, 0] * fall[check] + 1e-14]
        size[check] /= 2
    return np.asarray(unique - size * step)

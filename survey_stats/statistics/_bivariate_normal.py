"""The standard bivariate normal distribution, for many points at once; infinite limits are allowed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

_TINY = 1e-250  # stands for zero, where Owen's T has a limit from either side


def cumulative(first: Floats, second: Floats, correlation: Floats) -> Floats:
    """P(X ≤ first, Y ≤ second) by Owen's T function (Owen 1956), right to about 1e-16.

    Args:
        first: Limits of X; broadcast against the others.
        second: Limits of Y.
        correlation: Correlations, between -1 and 1, both excluded.
    """
    h, k, rho = np.broadcast_arrays(*(np.asarray(part, dtype=float) for part in (first, second, correlation)))
    below = np.minimum(special.ndtr(h), special.ndtr(k))
    finite = np.isfinite(h) & np.isfinite(k)
    result = np.where(np.isneginf(h) | np.isneginf(k), 0.0, below)
    h, k, rho = (_nonzero(h[finite]), _nonzero(k[finite]), rho[finite])
    root = np.sqrt(1 - rho**2)
    corners = special.owens_t(h, (k - rho * h) / (h * root)) + special.owens_t(k, (h - rho * k) / (k * root))
    result[finite] = (special.ndtr(h) + special.ndtr(k)) / 2 - corners - np.where(h * np.sign(k) < 0, 0.5, 0.0)
    return np.asarray(result)


def _nonzero(values: Floats) -> Floats:
    return np.where(np.abs(values) < _TINY, _TINY, values)


def density(first: Floats, second: Floats, correlation: Floats) -> Floats:
    """Density, which is the derivative of `cumulative` with respect to the correlation; 0 at infinite limits."""
    root = 1 - correlation**2
    h, k = _finite(first), _finite(second)
    height = np.exp(-(h**2 - 2 * correlation * h * k + k**2) / (2 * root)) / (2 * np.pi * np.sqrt(root))
    return np.asarray(np.where(np.isfinite(first) & np.isfinite(second), height, 0.0))


def density_slope(first: Floats, second: Floats, correlation: Floats) -> Floats:
    """Derivative of `density` with respect to the correlation."""
    root = 1 - correlation**2
    h, k = _finite(first), _finite(second)
    factor = correlation / root + (h * k * (1 + correlation**2) - correlation * (h**2 + k**2)) / root**2
    return np.asarray(density(first, second, correlation) * factor)


def _finite(limits: Floats) -> Floats:
    return np.where(np.isfinite(limits), limits, 0.0)


def normal_density(values: Floats) -> Floats:
    """Density of the standard normal distribution; 0 at infinite values."""
    return np.asarray(np.exp(-(np.asarray(values) ** 2) / 2) / np.sqrt(2 * np.pi))

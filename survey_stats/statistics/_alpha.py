"""Coefficient alpha and its standard error of measurement, as functions of covariance matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey_stats.statistics._coefficient import Family

Floats = NDArray[np.float64]


def alpha_of(covariance: Floats) -> Floats:
    """α = p / (p - 1) (1 - trace / sum), Cronbach (1951); NaN where the sum has no variance.

    Args:
        covariance: … × p × p.
    """
    n_items = covariance.shape[-1]
    total = covariance.sum(axis=(-2, -1))
    trace = np.trace(covariance, axis1=-2, axis2=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(total > 0, n_items / (n_items - 1) * (1 - trace / total), np.nan))


def alpha_gradient(covariance: Floats) -> Floats:
    """Derivative of alpha with respect to each cell, p × p."""
    n_items, total = len(covariance), covariance.sum()
    factor = n_items / (n_items - 1)
    return np.asarray(factor * (np.trace(covariance) / total**2 - np.eye(n_items) / total))


def measurement_error(covariance: Floats, reliability: Floats) -> Floats:
    """Standard error of measurement of the mean of the items, √(V (1 - reliability)) with V the variance of that mean.

    Args:
        covariance: … × p × p.
        reliability: One a matrix.
    """
    variance = covariance.sum(axis=(-2, -1)) / covariance.shape[-1] ** 2
    return np.asarray(np.sqrt(np.clip(variance * (1 - reliability), 0.0, None)))


def measurement_error_gradient(covariance: Floats, reliability: float, gradient: Floats) -> Floats:
    """Derivative of the standard error of measurement, p × p; not a number where there is no error."""
    n_items = len(covariance)
    error = measurement_error(covariance, np.asarray(reliability))
    variance = covariance.sum() / n_items**2
    if not error > 0:
        return np.full_like(gradient, np.nan)
    return np.asarray(((1 - reliability) / n_items**2 - variance * gradient) / (2 * error))


def correlations_of(covariance: Floats) -> Floats:
    """Correlation matrices, … × p × p; not a number where an item does not vary."""
    sd = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(covariance / (sd[..., :, None] * sd[..., None, :]))


def through_correlations(covariance: Floats, slopes: Floats) -> Floats:
    """Chain rule through r_jk = s_jk / (sd_j sd_k): from derivatives by correlation to derivatives by covariance.

    Args:
        covariance: p × p.
        slopes: Derivatives with respect to each off-diagonal cell of the correlation matrix, symmetric, … × p × p; the
            diagonal is not looked at.
    """
    variance = np.diag(covariance)
    correlations = correlations_of(covariance)
    places = np.arange(len(variance))
    moved = slopes * correlations
    moved[..., places, places] = 0.0
    gradient = slopes / np.sqrt(np.outer(variance, variance))
    gradient[..., places, places] = -moved.sum(axis=-1) / variance
    return np.asarray(gradient)


def _alpha_and_error(covariance: Floats) -> Floats:
    alpha = alpha_of(covariance)
    return np.stack([alpha, measurement_error(covariance, alpha)], axis=-1)


def _alpha_and_error_gradient(covariance: Floats) -> Floats:
    gradient = alpha_gradient(covariance)
    error = measurement_error_gradient(covariance, float(alpha_of(covariance)), gradient)
    return np.stack([gradient, error])


def _standardized(covariance: Floats) -> Floats:
    return alpha_of(correlations_of(covariance))[..., None]


def _standardized_gradient(covariance: Floats) -> Floats:
    correlations = correlations_of(covariance)
    n_items = len(covariance)
    slope = n_items**2 / ((n_items - 1) * correlations.sum() ** 2)
    return through_correlations(covariance, np.full((1, n_items, n_items), slope))


ALPHA = Family(("alpha", "sem_alpha"), "covariance", "moments", 2, _alpha_and_error, _alpha_and_error_gradient)
ALPHA_STANDARDIZED = Family(("alpha_standardized",), "correlation", "moments", 2, _standardized, _standardized_gradient)

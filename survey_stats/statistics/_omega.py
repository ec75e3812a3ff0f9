"""Omega total of one common factor and its standard error of measurement, as functions of covariance matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey_stats.statistics._alpha import measurement_error, measurement_error_gradient
from survey_stats.statistics._coefficient import Family
from survey_stats.statistics._one_factor import fit_one_factor, omega_gradient, omega_of

Floats = NDArray[np.float64]


def _omega(covariance: Floats) -> Floats:
    """ω and its error of each matrix; a single matrix without a solution raises, among resamples it is NaN."""
    fit = fit_one_factor(covariance if covariance.ndim == 3 else covariance[None])
    if covariance.ndim == 2:
        fit.require_solution()
    omega = omega_of(fit) if covariance.ndim == 3 else omega_of(fit)[0]
    return np.stack([omega, measurement_error(covariance, omega)], axis=-1)


def _omega_gradient(covariance: Floats) -> Floats:
    omega, gradient = float(omega_of(fit_one_factor(covariance[None]))[0]), omega_gradient(covariance)
    return np.stack([gradient, measurement_error_gradient(covariance, omega, gradient)])


OMEGA_TOTAL = Family(("omega_total", "sem_omega"), "covariance", "maximum_likelihood", 3, _omega, _omega_gradient)

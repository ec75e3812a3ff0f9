"""Log-likelihoods of single rows and their derivatives by the linear predictors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from survey_stats.statistics.regression._likelihood import Local

Floats = NDArray[np.float64]
Kernel = Callable[[Floats], Local]


def _single(value: Floats, gradient: Floats, curvature: Floats) -> Local:
    return Local(value, gradient[:, None], curvature[:, None, None])


def gaussian(y: Floats) -> Kernel:
    """Squares: -(y - z)² / 2; the variance is estimated afterwards."""

    def local(z: Floats) -> Local:
        residual = y - z[:, 0]
        return _single(-(residual**2) / 2, residual, np.ones(len(y)))

    return local


def logit(y: Floats) -> Kernel:
    """Y is 0 or 1 with P(1) = 1 / (1 + exp(-z))."""

    def local(z: Floats) -> Local:
        eta = z[:, 0]
        mean = special.expit(eta)
        return _single(y * eta - np.logaddexp(0, eta), y - mean, mean * special.expit(-eta))

    return local


def poisson(y: Floats) -> Kernel:
    """Counts with mean exp(z)."""
    constant = special.gammaln(y + 1)

    def local(z: Floats) -> Local:
        mean = np.exp(z[:, 0])
        return _single(y * z[:, 0] - mean - constant, y - mean, mean)

    return local


def negative_binomial(y: Floats) -> Kernel:
    """Counts with mean m = exp(z₁) and variance m + α m², α = exp(z₂) (NB2; Lawless 1987)."""
    constant = special.gammaln(y + 1)

    def local(z: Floats) -> Local:
        mean, r = np.exp(z[:, 0]), np.exp(-z[:, 1])
        both = r + mean
        value = special.gammaln(y + r) - special.gammaln(r) - constant + r * np.log(r / both) + y * np.log(mean / both)
        by_r = special.psi(y + r) - special.psi(r) + np.log(r / both) + 1 - (r + y) / both
        by_r_twice = special.polygamma(1, y + r) - special.polygamma(1, r) + 1 / r - 2 / both + (r + y) / both**2
        gradient = np.column_stack([(y - mean) * r / both, -r * by_r])
        curvature = np.empty((len(y), 2, 2))
        curvature[:, 0, 0] = mean * r * (r + y) / both**2
        curvature[:, 0, 1] = curvature[:, 1, 0] = r * (y - mean) * mean / both**2
        curvature[:, 1, 1] = -(r**2 * by_r_twice + r * by_r)
        return Local(value, gradient, curvature)

    return local


def cumulative_logit(places: Floats, n_levels: int) -> Kernel:
    """Category j of 0 … J - 1 with probability F(z₁) - F(z₂), F the logistic distribution.

    z₁ is the threshold above the category minus η, z₂ the one below; the lowest category has F(z₂) = 0, the highest
    F(z₁) = 1 (McCullagh 1980).
    """
    lowest, highest = places == 0, places == n_levels - 1

    def local(z: Floats) -> Local:
        upper, lower = np.where(highest, np.inf, z[:, 0]), np.where(lowest, -np.inf, z[:, 1])
        # the difference in that tail in which it is exact
        tail = lower > 0
        share = np.where(
            tail, special.expit(-lower) - special.expit(-upper), special.expit(upper) - special.expit(lower)
        )
        density_up, density_low = (special.expit(at) * special.expit(-at) for at in (upper, lower))
        up, low = density_up / share, density_low / share
        slope_up, slope_low = (1 - 2 * special.expit(upper)) * up, (1 - 2 * special.expit(lower)) * low
        curvature = np.empty((len(places), 2, 2))
        curvature[:, 0, 0] = up**2 - slope_up
        curvature[:, 1, 1] = low**2 + slope_low
        curvature[:, 0, 1] = curvature[:, 1, 0] = -up * low
        value = np.where(share > 0, np.log(np.where(share > 0, share, 1)), -np.inf)
        return Local(value, np.column_stack([up, -low]), curvature)

    return local


def two_part_gamma(y: Floats) -> Kernel:
    """P(y > 0) by a logit of z₁; amounts above 0 with mean exp(z₂) and a variance that grows with its square."""
    amount = np.where(y > 0, y, 1.0)

    def of_amount(z: Floats) -> Local:
        share = amount * np.exp(-z[:, 0])
        return _single(-share - z[:, 0], share - 1, share)

    return _two_part(y, of_amount)


def two_part_lognormal(y: Floats) -> Kernel:
    """P(y > 0) by a logit of z₁; the logarithm of amounts above 0 normal around z₂."""
    return _two_part(y, gaussian(np.log(np.where(y > 0, y, 1.0))))


def _two_part(y: Floats, amount: Kernel) -> Kernel:
    any_, positive = logit((y > 0).astype(np.float64)), (y > 0).astype(np.float64)

    def local(z: Floats) -> Local:
        first, second = any_(z[:, :1]), amount(z[:, 1:])
        curvature = np.zeros((len(y), 2, 2))
        curvature[:, 0, 0] = first.curvature[:, 0, 0]
        curvature[:, 1, 1] = positive * second.curvature[:, 0, 0]
        gradient = np.column_stack([first.gradient[:, 0], positive * second.gradient[:, 0]])
        return Local(first.value + np.where(y > 0, second.value, 0.0), gradient, curvature)

    return local


def two_part_gamma_expected(y: Floats) -> Callable[[Floats], Floats]:
    """Expected curvature of `two_part_gamma`, as in R's `glm`: 1 for every amount."""

    def curvature(z: Floats) -> Floats:
        found = np.zeros((len(y), 2, 2))
        found[:, 0, 0] = special.expit(z[:, 0]) * special.expit(-z[:, 0])
        found[:, 1, 1] = y > 0
        return found

    return curvature

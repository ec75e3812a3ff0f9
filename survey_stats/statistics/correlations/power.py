"""Power, the smallest detectable correlation, and the rows a correlation needs: two-sided tests of no correlation.

Pearson: exact for bivariate normal data, by integrating the density of r (Hotelling 1953, Journal of the Royal
Statistical Society B 15, 193-232) beyond the critical value of the t test. Spearman: normal approximation on Fisher's
z with the standard error of Bonett and Wright (2000). Of a partial correlation n is the rows less the control
variables.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from survey_stats.errors import CallError
from survey_stats.statistics._columns import check_choice
from survey_stats.statistics.correlations._found import Bools, Floats

METHODS = ("pearson", "spearman")
_FEWEST, _MOST = 4, 10_000_000
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(40)
_PANELS = 3
_CLOSE = 1e-11  # of the power
_LARGE = 60.0  # beyond it five terms of the hypergeometric series in Hotelling's density are exact to rounding


def power(r: ArrayLike, n: ArrayLike, *, alpha: float = 0.05, method: str = "pearson") -> Floats:
    """Probability that the two-sided test finds a correlation of the population.

    Args:
        r: Correlations in the population, between -1 and 1.
        n: Rows, 4 or more; r and n broadcast.
        alpha: Level of the test.
        method: `pearson` or `spearman`.

    Returns:
        The power, of the shape of r and n together.

    Raises:
        CallError: An argument is out of range.

    >>> power([0.1, 0.3], 84).round(4).tolist()
    [0.1478, 0.8003]
    """
    rho, size = np.broadcast_arrays(np.asarray(r, dtype=float), np.asarray(n, dtype=float))
    _check("power", n=size, alpha=alpha, method=method)
    if not (np.abs(rho) < 1).all():
        raise CallError(f"power: r is {_first(rho, np.abs(rho) >= 1)}. Give correlations between -1 and 1.")
    return _POWER[method](rho, size, alpha)


def smallest_detectable(n: ArrayLike, *, power: float = 0.8, alpha: float = 0.05, method: str = "pearson") -> Floats:
    """The smallest correlation that the two-sided test finds with the power asked for.

    Args:
        n: Rows, 4 or more.
        power: The power, above alpha.
        alpha: Level of the test.
        method: `pearson` or `spearman`.

    Returns:
        Correlations above 0, of the shape of n.

    Raises:
        CallError: An argument is out of range.

    >>> smallest_detectable([50, 200, 1000]).round(4).tolist()
    [0.3837, 0.1965, 0.0885]
    """
    size = np.asarray(n, dtype=float)
    _check("smallest_detectable", n=size, alpha=alpha, method=method, power=power)
    different, place = np.unique(size, return_inverse=True)
    return np.asarray(_detectable(different, power, alpha, method)[place].reshape(size.shape))


def rows_needed(r: float, *, power: float = 0.8, alpha: float = 0.05, method: str = "pearson") -> int:
    """The fewest rows with which the two-sided test finds a correlation with the power asked for.

    Args:
        r: Correlation in the population, not 0.
        power: The power, above alpha.
        alpha: Level of the test.
        method: `pearson` or `spearman`.

    Raises:
        CallError: An argument is out of range, or more than 10,000,000 rows are needed.

    >>> rows_needed(0.1), rows_needed(-0.3)
    (782, 84)
    """
    _check("rows_needed", n=np.array(4.0), alpha=alpha, method=method, power=power)
    if not 0 < abs(r) < 1:
        raise CallError(f"rows_needed: r is {r}. Give a correlation between -1 and 1 that is not 0.")

    def enough(n: int) -> bool:
        return bool(_POWER[method](np.array(abs(r)), np.array(float(n)), alpha) >= power)

    few, many = _FEWEST - 1, _FEWEST
    while not enough(many):
        few, many = many, 2 * many
        if many > _MOST:
            raise CallError(f"rows_needed: r is {r}, which needs more than {_MOST:,} rows. Give a larger one.")
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if enough(middle) else (middle, many)
    return many


def _detectable(size: Floats, power: float, alpha: float, method: str) -> Floats:
    """Secant steps on Fisher's z from its normal approximation, then halving where they left the bracket."""

    def gap(z: Floats) -> Floats:
        return _POWER[method](np.tanh(z), size, alpha) - power

    z = (special.ndtri(1 - alpha / 2) + special.ndtri(power)) / np.sqrt(size - 3)
    low, high = np.zeros_like(z), z + 3.0
    before, gap_before, now = 0.98 * z, gap(0.98 * z), gap(z)
    while not (np.abs(now) < _CLOSE).all():
        low, high = np.where(now < 0, z, low), np.where(now > 0, z, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = z - now * (z - before) / (now - gap_before)
        inside = (step > low) & (step < high)
        before, gap_before = z, now
        z = np.where(np.abs(now) < _CLOSE, z, np.where(inside, step, (low + high) / 2))
        now = gap(z)
    return np.tanh(z)


def _exact(rho: Floats, size: Floats, alpha: float) -> Floats:
    """Density of r beyond both critical values, integrated over Fisher's z."""
    t = special.stdtrit(size - 2, 1 - alpha / 2)
    critical = np.arctanh(t / np.sqrt(size - 2 + t**2))
    return np.asarray(_beyond(rho, size, critical) + _beyond(-rho, size, critical))


def _beyond(rho: Floats, size: Floats, critical: Floats) -> Floats:
    """Probability that atanh(r) exceeds `critical`: Gauss and Legendre's rule where the density is not negligible."""
    centre = np.arctanh(rho)
    reach = 9 / np.sqrt(size - 3) + 40 / (size - 2)
    low, high = np.maximum(critical, centre - reach), np.maximum(critical, centre + reach)
    total = np.zeros(np.broadcast(rho, size).shape)
    for panel in range(_PANELS):
        # panels grow to the right, where the density of few rows has a long tail
        left, right = (low + (high - low) * (share / _PANELS) ** 2 for share in (panel, panel + 1))
        middle, half = (left + right) / 2, (right - left) / 2
        z = middle[..., None] + half[..., None] * _NODES
        total = total + half * (_density(z, rho[..., None], size[..., None]) @ _WEIGHTS)
    return total


def _density(z: Floats, rho: Floats, n: Floats) -> Floats:
    """Density of atanh(r) at z."""
    r = np.tanh(z)
    log_cosh = np.abs(z) + np.log1p(np.exp(-2 * np.abs(z))) - np.log(2)
    constant = np.log(n - 2) + special.gammaln(n - 1) - special.gammaln(n - 0.5) - np.log(2 * np.pi) / 2
    powers = (n - 1) / 2 * np.log1p(-(rho**2)) - (n - 2) * log_cosh - (n - 1.5) * np.log1p(-rho * r)
    return np.asarray(np.exp(constant + powers) * _hypergeometric(n - 0.5, (1 + rho * r) / 2))


def _hypergeometric(c: Floats, x: Floats) -> Floats:
    """₂F₁(1/2, 1/2; c; x) for x from 0 to 1."""
    if (c < _LARGE).any():
        return np.asarray(special.hyp2f1(0.5, 0.5, c, x))
    term = total = np.ones(np.broadcast(c, x).shape)
    for k in range(9):
        term = term * (k + 0.5) ** 2 / ((c + k) * (k + 1)) * x
        total = total + term
    return total


def _bonett_wright(rho: Floats, size: Floats, alpha: float) -> Floats:
    """Normal approximation on Fisher's z; the estimate has Bonett and Wright's error, the critical value that of 0."""
    root = np.sqrt(size - 3)
    z, at = np.arctanh(np.abs(rho)) * root, special.ndtri(1 - alpha / 2)
    spread = np.sqrt(1 + rho**2 / 2)
    return np.asarray(special.ndtr((z - at) / spread) + special.ndtr((-z - at) / spread))


def _check(function: str, *, n: Floats, alpha: float, method: str, power: float | None = None) -> None:
    check_choice(function, "method", method, METHODS)
    if not (n >= _FEWEST).all():
        raise CallError(f"{function}: n is {_first(n, ~(n >= _FEWEST))}. Give {_FEWEST} rows or more.")
    if not 0 < alpha < 1:
        raise CallError(f"{function}: alpha is {alpha}. Give a number between 0 and 1, such as 0.05.")
    if power is not None and not alpha < power < 1:
        raise CallError(f"{function}: power is {power}. Give a number between alpha ({alpha}) and 1, such as 0.8.")


def _first(values: Floats, wrong: Bools) -> str:
    return f"{values[wrong].ravel()[0]:g}" if values.ndim else f"{float(values):g}"


_POWER: dict[str, Callable[[Floats, Floats, float], Floats]] = {"pearson": _exact, "spearman": _bonett_wright}

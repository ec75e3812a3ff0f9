"""Linear model with a random intercept for each group, by restricted maximum likelihood.

Within a group the covariance is σ² (I + λ J), λ the variance between groups over that within. Its inverse is
σ⁻² (I - c J) with c = λ / (1 + n λ), so sums by group are all that is needed, and the likelihood is a function of λ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize, stats

from survey_stats.errors import InputError
from survey_stats.statistics.regression._covariance import Uncertainty

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_RATIOS = np.concatenate([[0.0], np.logspace(-8, 8, 65)])


@dataclass(frozen=True, eq=False, slots=True)
class RandomIntercept:
    """The model with the greatest restricted likelihood.

    Attributes:
        coefficients: Of the columns of the matrix, shape (k,).
        uncertainty: Their covariance, with degrees of freedom by Satterthwaite.
        between, within: Variances.
        log_likelihood: Restricted.
        without: Restricted log-likelihood with no variance between groups.
    """

    coefficients: Floats
    uncertainty: Uncertainty
    between: float
    within: float
    log_likelihood: float
    without: float


@dataclass(frozen=True, eq=False, slots=True)
class _Sums:
    """What the likelihood needs: crossproducts of the rows, and sums and sizes of the groups."""

    xx: Floats
    xy: Floats
    yy: float
    x: Floats
    y: Floats
    sizes: Floats
    n: int


@dataclass(frozen=True, eq=False, slots=True)
class _State:
    """The model at a ratio of variances: A = X'(I - cJ)X, its inverse, coefficients, RSS, and derivatives by λ."""

    inverse: Floats
    log_det: float
    b: Floats
    rss: float
    slope_a: Floats
    slope_rss: float
    curve_a: Floats
    curve_rss: float


def random_intercept(x: Floats, y: Floats, groups: Ints, back: Floats, function: str) -> RandomIntercept:
    """Fit the model.

    Args:
        x: Terms as orthogonal columns, shape (n, k).
        y: Outcome, shape (n,).
        groups: Place of each row's group, shape (n,).
        back: Takes coefficients of `x` to those wanted, shape (k, k).
        function: Name of the public function, for messages.

    Raises:
        InputError: No group has two rows, or there is no variance within groups.
    """
    sizes = np.bincount(groups).astype(np.float64)
    if sizes.max() < 2:
        raise InputError(
            f"{function}: each of the {len(sizes)} groups has one row, so a random intercept cannot be told from the "
            "residual. Name the column of the persons, or leave random_intercept out."
        )
    by_group = np.column_stack([np.bincount(groups, column) for column in x.T]).astype(np.float64)
    y_by_group = np.bincount(groups, y).astype(np.float64)
    sums = _Sums(x.T @ x, x.T @ y, float(y @ y), by_group, y_by_group, sizes, len(y))
    ratio = _best_ratio(sums, function)
    state = _state(sums, ratio)
    within = state.rss / (sums.n - len(state.b))
    covariance = back @ (within * state.inverse) @ back.T
    shift = 2 * float(np.linalg.slogdet(back)[1])
    parameters = np.ones(len(back), dtype=bool)

    def df_of(contrasts: Floats) -> Floats:
        return _satterthwaite(sums, state, ratio, within, contrasts @ back)

    return RandomIntercept(
        back @ state.b, Uncertainty(covariance, df_of(np.eye(len(back))), ~parameters, df_of), ratio * within, within,
        _log_likelihood(sums, ratio, shift), _log_likelihood(sums, 0.0, shift),
    )  # fmt: skip


def _best_ratio(sums: _Sums, function: str) -> float:
    """λ where the derivative of the profiled deviance is 0, next to the best of a grid; 0 if it only rises."""
    values = np.array([_deviance(sums, ratio) for ratio in _RATIOS])
    best = int(values.argmin())
    if best == len(_RATIOS) - 1:
        raise InputError(
            f"{function}: the outcome does not vary within groups, so there is nothing that a random intercept leaves. "
            "Average the rows of each group."
        )
    low, high = _RATIOS[max(best - 1, 0)], _RATIOS[best + 1]
    if best == 0 and _slope(sums, 0.0) >= 0:
        return 0.0
    if _slope(sums, low) >= 0 or _slope(sums, high) <= 0:
        raise InputError(
            f"{function}: {sums.n} rows in {len(sums.sizes)} groups do not tell the variances between and within "
            "groups apart. Use fewer terms, or leave random_intercept out."
        )
    return float(optimize.brentq(lambda ratio: _slope(sums, ratio), low, high, xtol=1e-15, rtol=1e-14))


def _state(sums: _Sums, ratio: float) -> _State:
    grown = 1 + sums.sizes * ratio
    c, slope, curve = ratio / grown, 1 / grown**2, -2 * sums.sizes / grown**3
    a = sums.xx - (sums.x * c[:, None]).T @ sums.x
    factor = linalg.cho_factor(a)
    b = linalg.cho_solve(factor, sums.xy - sums.x.T @ (c * sums.y))
    inverse = linalg.cho_solve(factor, np.eye(len(b)))
    left = sums.y - sums.x @ b  # sums of the residuals of each group
    rss = sums.yy - 2 * b @ sums.xy + b @ sums.xx @ b - float(c @ left**2)
    pull = sums.x.T @ (slope * left)
    return _State(
        inverse, float(2 * np.log(np.diag(factor[0])).sum()), b, float(rss),
        -(sums.x * slope[:, None]).T @ sums.x, -float(slope @ left**2),
        -(sums.x * curve[:, None]).T @ sums.x, -float(curve @ left**2) - 2 * float(pull @ inverse @ pull),
    )  # fmt: skip


def _deviance(sums: _Sums, ratio: float) -> float:
    """-2 × restricted log-likelihood at the best σ², without constants."""
    state = _state(sums, ratio)
    free = sums.n - len(state.b)
    rss = max(state.rss, 1e-300)
    return float(free * np.log(rss) + np.log1p(sums.sizes * ratio).sum() + state.log_det)


def _slope(sums: _Sums, ratio: float) -> float:
    state = _state(sums, ratio)
    free = sums.n - len(state.b)
    of_groups = float((sums.sizes / (1 + sums.sizes * ratio)).sum())
    return float(free * state.slope_rss / state.rss + of_groups + (state.inverse * state.slope_a).sum())


def _log_likelihood(sums: _Sums, ratio: float, shift: float) -> float:
    k = sums.xx.shape[0]
    free = sums.n - k
    return float(-(_deviance(sums, ratio) - shift + free * (np.log(2 * np.pi / free) + 1)) / 2)


def _satterthwaite(sums: _Sums, state: _State, ratio: float, within: float, contrasts: Floats) -> Floats:
    """2 f² / g'Vg: f the variance of a contrast, g its derivatives by (λ, σ²), V the covariance of those two.

    V is twice the inverse of the second derivatives of the deviance at its minimum (Giesbrecht and Burns 1985). With no
    variance between groups there is no such minimum, and the degrees of freedom are n - k.

    Args:
        sums: Sums of the data.
        state: The model at its optimum.
        ratio: λ.
        within: σ².
        contrasts: Of the coefficients of the orthogonal columns, shape (m, k).
    """
    free = sums.n - len(state.b)
    if ratio == 0:
        return np.full(len(contrasts), float(free))
    # as functions of (log λ, log σ²), whatever the units of the outcome
    grown = 1 + sums.sizes * ratio
    turned = state.inverse @ state.slope_a
    curve = ratio**2 * (
        -float((sums.sizes**2 / grown**2).sum()) + float((state.inverse * state.curve_a).sum())
        - float((turned * turned.T).sum()) + state.curve_rss / within
    )  # fmt: skip
    cross = -ratio * state.slope_rss / within
    covariance = 2 * linalg.inv(np.array([[curve, cross], [cross, float(free)]]))
    spread = contrasts @ state.inverse
    variance = within * (spread * contrasts).sum(axis=1)
    by_ratio = -ratio * within * ((spread @ state.slope_a) * spread).sum(axis=1)
    gradient = np.column_stack([by_ratio, variance]) / variance[:, None]
    return np.asarray(2 / np.einsum("mi,ij,mj->m", gradient, covariance, gradient))


def explained(model: RandomIntercept, fixed: Floats, n_groups: int) -> dict[str, float]:
    """Variances, intraclass correlation, R² of Nakagawa and Schielzeth (2013), the test of the variance between groups.

    Twice the difference of restricted log-likelihoods is under no variance between groups an equal mixture of χ² with 0
    and 1 degrees of freedom (Self and Liang 1987).

    Args:
        model: The model.
        fixed: Linear predictor of each row, shape (n,).
        n_groups: Number of groups.
    """
    of_terms = float(fixed.var(ddof=1))
    whole = of_terms + model.between + model.within
    ratio = max(2 * (model.log_likelihood - model.without), 0.0)
    return {
        "variance_between": model.between, "variance_within": model.within,
        "icc": model.between / (model.between + model.within), "r_squared_marginal": of_terms / whole,
        "r_squared_conditional": (of_terms + model.between) / whole, "log_likelihood": model.log_likelihood,
        "variance_statistic": ratio, "variance_p_value": float(stats.chi2.sf(ratio, 1)) / 2 if ratio > 0 else 1.0,
        "n_groups": float(n_groups),
    }  # fmt: skip

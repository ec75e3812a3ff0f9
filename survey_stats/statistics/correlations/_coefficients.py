"""Pearson and Spearman, plain, partial and semi-partial, with standard error and test."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import stats

from survey_stats.statistics.correlations._found import (
    FEWEST_APPROXIMATE,
    Floats,
    Found,
    orders,
    product_moment,
    share_as_far,
    two_sided,
)
from survey_stats.statistics.correlations._kendall import kendall


def t_test(found: Found, r: float, size: float, factor: float = 1.0) -> Found:
    """The estimate with its t test, df = size - 2, and the standard error `factor` / √(size - 3) of atanh(r)."""
    if abs(r) == 1:
        return found._replace(estimate=r)
    df = size - 2.0
    statistic = float(r * np.sqrt(df / (1 - r**2)))
    return found._replace(
        estimate=r, standard_error=float(factor / np.sqrt(size - 3)), statistic=statistic, df=df,
        p_value=two_sided(statistic, df),
    )  # fmt: skip


def pearson(x: Floats, y: Floats) -> Found:
    """Product-moment correlation of centred values; standard error of Fisher (1921)."""
    n = len(x)
    return t_test(Found("pearson", "fisher_z", n, size=n), product_moment(x, y), n)


def spearman(x: Floats, y: Floats) -> Found:
    """Product-moment correlation of mid-ranks; standard error of Bonett and Wright (2000)."""
    return spearman_of_ranks(ranks(x), ranks(y))


def spearman_of_ranks(x_rank: Floats, y_rank: Floats) -> Found:
    """The same from mid-ranks around their mean."""
    n = len(x_rank)
    r = product_moment(x_rank, y_rank)
    found = t_test(Found("spearman", "bonett_wright", n), r, n, bonett_wright(r))
    if n >= FEWEST_APPROXIMATE:
        return found
    products = y_rank[orders(n)] @ x_rank
    return found._replace(statistic=np.nan, df=np.nan, p_value=share_as_far(products))


def bonett_wright(r: float) -> float:
    """By how much the standard error of Spearman's z exceeds that of Pearson's."""
    return float(np.sqrt(1 + r**2 / 2))


def ranks(values: Floats) -> Floats:
    """Mid-ranks around their mean."""
    return np.asarray(stats.rankdata(values) - (len(values) + 1) / 2)


def partial(x: Floats, y: Floats, method: str, lost: int) -> Found:
    """Correlation of two columns of residuals.

    Args:
        x: Residuals of x on the controls.
        y: Residuals of y on the controls.
        method: `pearson`, or `spearman` where they are residuals of ranks.
        lost: Degrees of freedom that the controls (and persons) take.
    """
    r, size = product_moment(x, y), len(x) - lost
    of_pearson = method == "pearson"
    interval = "fisher_z" if of_pearson else "bonett_wright"
    found = Found(f"{method}_partial", interval, len(x), size=float(size) if of_pearson else np.nan)
    return t_test(found, r, size, 1.0 if of_pearson else bonett_wright(r))


def semipartial(x: Floats, y: Floats, y_residual: Floats, method: str, lost: int) -> Found:
    """Correlation of x without the controls with the whole of y.

    Its test is that of the partial correlation, the t of x in the regression of y on x and the controls; its standard
    error the large-sample one of Aloe and Becker (2012, Journal of Educational and Behavioral Statistics 37, 278-297),
    with n - 3 - controls for n, so that controls that explain nothing give Fisher's.

    Args:
        x: Residuals of x on the controls.
        y: Centred values.
        y_residual: Residuals of y on the controls.
        method: `pearson`, or `spearman` where all are of ranks; Bonett and Wright's factor is then put on top.
        lost: Degrees of freedom that the controls (and persons) take.
    """
    r, size = product_moment(x, y), len(x) - lost
    found = Found(f"{method}_semipartial", "semipartial_delta", len(x))
    tested = t_test(found, product_moment(x, y_residual), size)
    if abs(tested.estimate) == 1 or abs(r) == 1:
        return tested._replace(estimate=r, standard_error=np.nan)
    by_controls = 1 - float(y_residual @ y_residual) / float(y @ y)
    unexplained = 1 - by_controls - r**2
    variance = unexplained**2 + by_controls * (1 - by_controls)
    factor = 1.0 if method == "pearson" else bonett_wright(r)
    error = float(np.sqrt(variance / (size - 3)) / (1 - r**2)) * factor
    return tested._replace(estimate=r, standard_error=error)


COEFFICIENTS: dict[str, Callable[[Floats, Floats], Found]] = {
    "pearson": pearson,
    "spearman": spearman,
    "kendall": kendall,
}
INTERVALS = {
    "pearson": "fisher_z",
    "spearman": "bonett_wright",
    "kendall": "kendall_delta",
    "polychoric": "latent_delta",
}

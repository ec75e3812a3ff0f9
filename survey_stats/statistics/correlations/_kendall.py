"""Kendall's tau-b, its delta-method standard error, and Kendall's test with correction for ties."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from survey_stats.statistics.correlations._found import (
    FEWEST_APPROXIMATE,
    NOISE,
    Floats,
    Found,
    orders,
    share_as_far,
    two_sided,
)


def kendall(x: Floats, y: Floats) -> Found:
    """Tau-b, its delta-method standard error, and Kendall's test with correction for ties.

    With s_i the concordant minus discordant partners of row i and u_i, v_i its partners with another x or y, all
    divided by n - 1, tau-b is mean(s) / √(mean(u) mean(v)). Each mean is a U-statistic of degree two; their joint delta
    method has the influence d_i below. The factor 4 (n - 1) / (n (n - 2)²) is the jackknife's, exact for a U-statistic.
    """
    n = len(x)
    tau, deviation, score = _tau(x, y)
    error = float(np.sqrt(4 * (n - 1) / (n * (n - 2) ** 2) * (deviation**2).sum()))
    statistic = float(score.sum() * (n - 1) / 2 / np.sqrt(_null_variance(x, y)))
    p_value = two_sided(statistic)
    if n < FEWEST_APPROXIMATE:
        statistic, p_value = np.nan, share_as_far(_concordances(x, y))
    found = Found("kendall", "kendall_delta", n, statistic=statistic, p_value=p_value)
    if 1 - abs(tau) < NOISE:
        return found._replace(estimate=float(np.sign(tau)))
    return found._replace(estimate=tau, standard_error=error / (1 - tau**2) if error > NOISE else 0.0)


def kendall_influence(x: Floats, y: Floats) -> Floats:
    """What each row adds to tau-b, times n; shape (n,)."""
    return 2 * _tau(x, y)[1]


def tau_b(x: Floats, y: Floats) -> float:
    """Tau-b alone."""
    return _tau(x, y)[0]


def _tau(x: Floats, y: Floats) -> tuple[float, Floats, Floats]:
    """Tau-b, half the influence of each row, and concordant minus discordant partners of each row."""
    score, x_differs, y_differs = _partners(x, y)
    scale = float(np.sqrt(x_differs.mean() * y_differs.mean()))
    tau = float(np.clip(score.mean() / scale, -1, 1))
    deviation = score / scale - tau / 2 * (x_differs / x_differs.mean() + y_differs / y_differs.mean())
    return tau, deviation, score


def _concordances(x: Floats, y: Floats) -> Floats:
    """Concordant minus discordant pairs in each order of y, shape (n!,)."""
    every, y_signs = orders(len(x)), np.sign(y[:, None] - y)
    pairs = combinations(range(len(x)), 2)
    return np.asarray(sum(np.sign(x[i] - x[j]) * y_signs[every[:, i], every[:, j]] for i, j in pairs))


def _partners(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """For each row the share of other rows: concordant minus discordant, with another x, with another y."""
    n = len(x)
    x_rank, x_ties = _dense(x)
    y_rank, y_ties = _dense(y)
    _, both_ties = _dense(x_rank * n + y_rank)
    below_x, below_y = stats.rankdata(x, "min") - 1, stats.rankdata(y, "min") - 1
    concordant_below = _smaller_in_both(x_rank, y_rank)
    discordant_below = below_x - concordant_below - _smaller_with_same(x_rank, y_rank)
    # Of the rows below in y, those not below in x and not tied in x lie above in x: discordant too.
    discordant_above = below_y - concordant_below - _smaller_with_same(y_rank, x_rank)
    others = n - x_ties - y_ties + both_ties
    concordant = others - discordant_below - discordant_above
    score = concordant - discordant_below - discordant_above
    return score / (n - 1), (n - x_ties) / (n - 1), (n - y_ties) / (n - 1)


def _dense(values: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Dense ranks from 0, and how many rows share each row's value."""
    _, rank, count = np.unique(values, return_inverse=True, return_counts=True)
    return rank, count[rank]


def _smaller_with_same(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row the number of rows with smaller x and the same y."""
    return np.asarray(_first_places(y * len(x) + x) - _first_places(y))


def _first_places(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row the number of rows with a smaller value."""
    return np.searchsorted(np.sort(values), values)


def _smaller_in_both(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row the number of rows with smaller x and smaller y, by merging blocks of rows sorted by x: O(n log² n).

    Ties in x are sorted by falling y, so that of two of them the later never has the greater y.
    """
    n = len(x)
    order = np.lexsort((-y, x))
    height, place = y[order], np.arange(n)
    found = np.zeros(n, dtype=np.int64)
    width = 1
    while width < n:
        block, right = place // (2 * width), place // width % 2 == 1
        key = block * (n + 1) + height
        smaller = np.searchsorted(np.sort(key[~right]), key[right])
        found[right] += smaller - block[right] * width
        width *= 2
    result = np.empty(n, dtype=np.int64)
    result[order] = found
    return result


def _null_variance(x: Floats, y: Floats) -> float:
    """Variance of concordant minus discordant pairs under independence, with ties (Kendall 1970, chapter 4)."""
    n = len(x)
    t, u = (np.unique(values, return_counts=True)[1].astype(float) for values in (x, y))
    by_size = n * (n - 1) * (2 * n + 5) - sum((c * (c - 1) * (2 * c + 5)).sum() for c in (t, u))
    by_pairs = (t * (t - 1)).sum() * (u * (u - 1)).sum() / (2 * n * (n - 1))
    by_triples = (t * (t - 1) * (t - 2)).sum() * (u * (u - 1) * (u - 2)).sum() / (9 * n * (n - 1) * (n - 2))
    return float(by_size / 18 + by_pairs + by_triples)

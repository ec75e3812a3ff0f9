"""Pearson's r of all pairs at once, from products of matrices; pairs that it may get wrong are left to the slow way."""

from __future__ import annotations

import numpy as np
from scipy import special

from survey_stats.statistics.correlations._columns import Columns, Pair
from survey_stats.statistics.correlations._found import FEWEST_ROWS, Floats, Found

_SPREAD_KEPT = 1e-3  # of the sums of squares that must be left after the mean of the pair is taken off
_SPREAD_SHARE = 1e-6  # of the column's own sum of squares that the rows of the pair must have
_BLOCK = 250_000  # multiplications
_FEWEST_IN_BLOCK, _AT_ONCE = 16, 64
_NEARLY_ONE = 1e-6
_LEAST_SPREAD = 1e-7  # of the size of values; less may be rounding error


def pearson_of_all(columns: Columns, pairs: list[Pair]) -> dict[Pair, Found]:
    """Pearson of those pairs for which sums over the rows of the pair lose no digits.

    Each column is centred and scaled by its own answers once; what the rows of a pair differ from that is subtracted.
    A pair whose rows keep little of the spread, that is constant, perfect, or has few rows, is not in the answer.
    """
    there = columns.there.astype(np.float64)
    scaled = np.column_stack([_scaled(column) for column in columns.values.T])
    first = np.array([columns.place[one] for one, _ in pairs])
    second = np.array([columns.place[other] for _, other in pairs])
    counts, sums, squares = _products(there, there), _products(scaled, there), _products(scaled**2, there)
    n, sum_x, sum_y = counts[first, second], sums[first, second], sums[second, first]
    raw_x, raw_y = squares[first, second], squares[second, first]
    with np.errstate(divide="ignore", invalid="ignore"):
        spread_x, spread_y = raw_x - sum_x**2 / n, raw_y - sum_y**2 / n
        r = (_products(scaled, scaled)[first, second] - sum_x * sum_y / n) / np.sqrt(spread_x * spread_y)
        whole_x, whole_y = np.diag(squares)[first], np.diag(squares)[second]
        kept = np.minimum(spread_x / raw_x, spread_y / raw_y) > _SPREAD_KEPT
        share = np.minimum(spread_x / whole_x, spread_y / whole_y) > _SPREAD_SHARE
    safe = (n >= FEWEST_ROWS) & kept & share & (np.abs(r) < 1 - _NEARLY_ONE)
    return {pairs[at]: found for at, found in zip(np.flatnonzero(safe), _tested(r[safe], n[safe]), strict=True)}


def _products(left: Floats, right: Floats) -> Floats:
    """left.T @ right, in blocks too small for a library to share among threads, which costs more than it saves here."""
    rows, width = left.shape
    size = _BLOCK // width**2
    if size < _FEWEST_IN_BLOCK:
        return np.asarray(left.T @ right)
    total = np.zeros((width, width))
    for start in range(0, rows - size + 1, _AT_ONCE * size):
        ends = start, start + min((rows - start) // size, _AT_ONCE) * size
        first, second = (matrix[slice(*ends)].reshape(-1, size, width) for matrix in (left, right))
        total += (first.transpose(0, 2, 1) @ second).sum(axis=0)
    rest = rows - rows % size
    return np.asarray(total + left[rest:].T @ right[rest:])


def _scaled(column: Floats) -> Floats:
    """A column from about -1 to 1 around its mean, 0 where there is no answer; all 0 where it hardly varies."""
    there = np.isfinite(column)
    scaled = np.where(there, column, 0.0)
    if not there.any():
        return scaled
    scaled /= np.abs(scaled).max() or 1.0
    scaled -= scaled.sum() / there.sum()
    scaled[~there] = 0.0
    height = np.abs(scaled).max()
    return scaled / height if height > _LEAST_SPREAD else np.zeros_like(scaled)


def _tested(r: Floats, n: Floats) -> list[Found]:
    """The same as `pearson`, for many at once."""
    error, df = 1 / np.sqrt(n - 3), n - 2
    statistic = r * np.sqrt(df / (1 - r**2))
    p_value = 2 * special.stdtr(df, -np.abs(statistic))
    rows = np.column_stack([n, r, error, statistic, df, p_value]).tolist()
    return [Found("pearson", "fisher_z", int(row[0]), row[1], row[2], row[3], row[4], row[5], row[0]) for row in rows]

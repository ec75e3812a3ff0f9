"""Fisher's exact test of a table of any shape, by counting the tables with the same margins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MOST_TABLES = 400_000
_TIES = 1e-7  # as R: probabilities that differ by less, relatively, count as equal


def fisher_p(counts: Ints) -> float | None:
    """Probability, given the margins, of a table at most as probable as this one (Freeman and Halton 1951).

    Args:
        counts: Shape (r, c), without empty rows and columns.

    Returns:
        p; None where more tables than can be counted have these margins.
    """
    if counts.shape == (2, 2):
        return float(stats.fisher_exact(counts).pvalue)
    counts = counts if counts.shape[0] <= counts.shape[1] else counts.T
    left, weight = counts.sum(axis=1)[None, :], np.zeros(1)
    for column in counts.sum(axis=0)[:-1]:
        found = _filled(left, weight, int(column))
        if found is None:
            return None
        left, weight = found
    weight = weight - special.gammaln(left + 1).sum(axis=1)  # what is left is the last column
    observed = -special.gammaln(counts + 1).sum()
    as_rare = weight <= observed + np.log1p(_TIES)
    scale = weight.max()
    return float(min(np.exp(weight[as_rare] - scale).sum() / np.exp(weight - scale).sum(), 1.0))


def _filled(left: Ints, weight: Floats, column: int) -> tuple[Ints, Floats] | None:
    """Every way to fill a column from what the rows have left, with the log weights -Σ log(cell!)."""
    rows = left.shape[1]
    need, place, rest = np.full(len(left), column), np.arange(len(left)), left.copy()
    for row in range(rows):
        later = rest[:, row + 1 :].sum(axis=1)
        lowest, highest = np.maximum(need - later, 0), np.minimum(need, rest[:, row])
        ways = highest - lowest + 1
        if ways.sum() > _MOST_TABLES:
            return None
        source = np.repeat(np.arange(len(rest)), ways)
        taken = np.arange(ways.sum()) - np.repeat(np.cumsum(ways) - ways, ways) + lowest[source]
        rest, need, place = rest[source], need[source] - taken, place[source]
        weight = weight[source] - special.gammaln(taken + 1)
        rest[:, row] -= taken
    return rest, weight

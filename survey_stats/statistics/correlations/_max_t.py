"""Simultaneous tests and intervals from the joint distribution of the estimates: the largest of all |z|."""

from __future__ import annotations

import numpy as np

from survey_stats.statistics.correlations._columns import Columns, Pair
from survey_stats.statistics.correlations._found import Floats, Found
from survey_stats.statistics.correlations._influence import influence
from survey_stats.statistics.correlations._pair import Question

DRAWS = 50_000
_BLOCK = 4_000_000  # numbers drawn at once


def max_t(
    rows: list[tuple[Pair, Question, Found]], columns: Columns, confidence: float, seed: int | None
) -> tuple[Floats, float]:
    """Adjusted p, and the quantile of the largest |z| that makes intervals hold together (single step).

    z is atanh(estimate) over its standard error. Its joint distribution is taken as normal with the correlations of
    the influence of the rows on the estimates (Hothorn, Bretz and Westfall 2008, Biometrical Journal 50, 346-363).

    Args:
        rows: A family; rows without a standard error are no test.
        columns: Where the values are.
        confidence: Level of all intervals together.
        seed: Of the draws.
    """
    errors = np.array([found.standard_error for _, _, found in rows])
    estimates = np.array([found.estimate for _, _, found in rows])
    tested = (errors > 0) & (np.abs(estimates) < 1)
    p_adjusted = np.full(len(rows), np.nan)
    if not tested.any():
        return p_adjusted, np.nan
    pull = np.column_stack([influence(columns, *row[:2]) for row, used in zip(rows, tested, strict=True) if used])
    pull /= np.sqrt((pull**2).sum(axis=0))
    largest = _largest(pull.T @ pull, np.random.default_rng(seed))
    z = np.abs(np.arctanh(estimates[tested])) / errors[tested]
    at_least = len(largest) - np.searchsorted(largest, z)
    p_adjusted[tested] = at_least / len(largest)
    return p_adjusted, float(np.quantile(largest, confidence))


def _largest(correlations: Floats, random: np.random.Generator) -> Floats:
    """The largest |z| of each draw, sorted."""
    values, vectors = np.linalg.eigh(correlations)
    root = vectors * np.sqrt(np.maximum(values, 0))
    size = max(1, _BLOCK // len(root))
    found = [
        np.abs(random.standard_normal((min(size, DRAWS - start), len(root))) @ root.T).max(axis=1)
        for start in range(0, DRAWS, size)
    ]
    return np.sort(np.concatenate(found))

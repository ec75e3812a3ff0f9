"""Weighted means of several columns, each over its own rows, with their influence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey_stats.statistics.design import Estimated, Estimator

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def domain_means(values: Floats, inside: Bools) -> Estimator:
    """An estimator for `Design.covariance`: column j's mean over the rows `inside[:, j]`.

    Row i adds (value - mean) / Σw to the mean (R survey: `svymean` of a subset, `svyby(covmat = TRUE)`). The means of
    several domains are thus estimated together, and a difference between them has their covariance in it.

    Args:
        values: Shape (n, k); any value outside of the rows used.
        inside: Shape (n, k).
    """
    filled = np.where(inside, values, 0.0)

    def estimate(weights: Floats) -> Estimated:
        own = weights[:, None] * inside
        total = own.sum(axis=0)
        mean = (own * filled).sum(axis=0) / total
        return Estimated(mean, (filled - mean) * inside / total)

    return estimate

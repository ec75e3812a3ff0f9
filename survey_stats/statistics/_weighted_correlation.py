"""Product-moment correlation of a sample with a design: weighted moments, and their influence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from survey_stats.statistics.design import Design, Estimated

Floats = NDArray[np.float64]


class WeightedCorrelation(NamedTuple):
    """A correlation, its standard error on Fisher's z, t of z over it, degrees of freedom and p."""

    estimate: float
    standard_error: float
    statistic: float
    df: float
    p_value: float


def weighted_correlation(x: Floats, y: Floats, used: NDArray[np.bool_], design: Design) -> WeightedCorrelation:
    """Correlation of weighted moments, its standard error by linearisation or replicates.

    With u and v the standardized values, row i adds (u v - r (u² + v²) / 2) / Σw to r: the delta method on the five
    weighted means that make it (R survey: `svymean` of x, y, x², y², xy, then `svycontrast`). Interval and test are on
    Fisher's z, with t and the design's degrees of freedom.

    Args:
        x: Shape (n,); any value where `used` is false.
        y: The same.
        used: Rows with both answers; the others keep their place in the design.
        design: Design of all n rows.
    """
    first, second = (np.where(used, values, 0.0) for values in (x, y))

    def moments(weights: Floats) -> Estimated:
        own = weights * used
        total = own.sum()
        u, v = (values - own @ values / total for values in (first, second))
        u, v = (values / np.sqrt(own @ values**2 / total) for values in (u, v))
        r = float(own @ (u * v) / total)
        return Estimated(np.array([r]), ((u * v - r * (u**2 + v**2) / 2) * used / total)[:, None])

    r = float(moments(design.weights).estimate[0])
    df = design.df(used)
    if 1 - abs(r) < 1e-13:
        return WeightedCorrelation(float(np.sign(r)), np.nan, np.nan, np.nan, np.nan)
    error = float(np.sqrt(design.covariance(moments)[0, 0])) / (1 - r**2)
    if error == 0:
        return WeightedCorrelation(r, 0.0, np.nan, np.nan, np.nan)
    statistic = float(np.arctanh(r)) / error
    return WeightedCorrelation(r, error, statistic, df, float(2 * special.stdtr(df, -abs(statistic))))

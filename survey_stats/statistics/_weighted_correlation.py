"""Product-moment correlation of a sample with a design: weighted moments, and their influence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from survey_stats.statistics.design import Design, Estimated

Floats = NDArray[np.float64]

_NOTHING_LEFT = 1e-10


class WeightedCorrelation(NamedTuple):
    """A correlation, its standard error on Fisher's z, t of z over it, degrees of freedom and p."""

    estimate: float
    standard_error: float
    statistic: float
    df: float
    p_value: float


def weighted_correlation(
    x: Floats,
    y: Floats,
    used: NDArray[np.bool_],
    design: Design,
    *,
    controls: Floats | None = None,
    whole_y: bool = False,
) -> WeightedCorrelation | None:
    """Correlation of weighted moments, its standard error by linearisation or replicates.

    With u and v the standardized values, row i adds (u v - r (u² + v²) / 2) / Σw to r: the delta method on the five
    weighted means that make it (R survey: `svymean` of x, y, x², y², xy, then `svycontrast`). Interval and test are on
    Fisher's z, with t and the design's degrees of freedom. With control variables u and v are residuals of weighted
    regressions on them; that these are estimated adds nothing, residuals being orthogonal to the controls. Where y is
    left whole it does: u times the part of v that the controls explain is taken off.

    Args:
        x: Shape (n,); any value where `used` is false.
        y: The same.
        used: Rows with both answers; the others keep their place in the design.
        design: Design of all n rows.
        controls: Control variables, n × k, any value where `used` is false.
        whole_y: Take the controls out of x alone (semi-partial correlation).

    Returns:
        None where the controls leave nothing of x or y.
    """
    first, second = (np.where(used, values, 0.0) for values in (x, y))
    held = np.zeros((len(x), 0)) if controls is None else np.where(used[:, None], controls, 0.0)

    def moments(weights: Floats) -> Estimated:
        own = weights * used
        total = own.sum()
        u, v = (values - own @ values / total for values in (first, second))
        by_controls = np.zeros(len(v))
        if held.shape[1]:
            u, explained = u - _explained(u, held, own), _explained(v, held, own)
            v, by_controls = (v, explained) if whole_y else (v - explained, by_controls)
        spread = [np.sqrt(own @ values**2 / total) for values in (u, v)]
        if min(spread[0], np.sqrt(own @ (v - by_controls) ** 2 / total)) <= _NOTHING_LEFT:
            return Estimated(np.array([np.nan]), np.zeros((len(x), 1)))
        u, v, by_controls = u / spread[0], v / spread[1], by_controls / spread[1]
        r = float(own @ (u * v) / total)
        return Estimated(np.array([r]), ((u * (v - by_controls) - r * (u**2 + v**2) / 2) * used / total)[:, None])

    r = float(moments(design.weights).estimate[0])
    if np.isnan(r):
        return None
    df = design.df(used)
    if 1 - abs(r) < 1e-13:
        return WeightedCorrelation(float(np.sign(r)), np.nan, np.nan, np.nan, np.nan)
    error = float(np.sqrt(design.covariance(moments)[0, 0])) / (1 - r**2)
    if error == 0:
        return WeightedCorrelation(r, 0.0, np.nan, np.nan, np.nan)
    statistic = float(np.arctanh(r)) / error
    return WeightedCorrelation(r, error, statistic, df, float(2 * special.stdtr(df, -abs(statistic))))


def _explained(values: Floats, controls: Floats, weights: Floats) -> Floats:
    """What a weighted regression on the controls explains of values around their weighted mean."""
    centred = controls - weights @ controls / weights.sum()
    root = np.sqrt(weights)
    slopes = np.linalg.lstsq(centred * root[:, None], values * root, rcond=1e-10)[0]
    return np.asarray(centred @ slopes)

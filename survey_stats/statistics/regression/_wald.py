"""Joint tests of several parameters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, stats

Floats = NDArray[np.float64]


class JointTest(NamedTuple):
    """F with `df` and `df_residual` degrees of freedom, or χ² with `df` where `df_residual` is NaN."""

    statistic: float
    df: float
    df_residual: float
    p_value: float


NO_TEST = JointTest(np.nan, np.nan, np.nan, np.nan)


def wald(estimate: Floats, covariance: Floats, df_residual: float) -> JointTest:
    """All are 0: b'V⁻¹b, divided by their number where there are residual degrees of freedom.

    Args:
        estimate: Shape (q,).
        covariance: Shape (q, q).
        df_residual: Degrees of freedom of the covariance; NaN: normal.

    Returns:
        Nothing but NaN where the covariance cannot tell the estimates apart, as with fewer clusters than estimates.
    """
    q = len(estimate)
    scale = np.sqrt(np.clip(np.diag(covariance), 0, None))
    if not q or not (scale > 0).all() or not np.isfinite(scale).all():
        return NO_TEST
    correlation = covariance / np.outer(scale, scale)
    if np.linalg.eigvalsh(correlation)[0] < 1e-10 or df_residual < q:
        return NO_TEST
    standardized = estimate / scale
    chi2 = float(standardized @ linalg.solve(correlation, standardized, assume_a="pos"))
    return of_chi2(chi2, q, df_residual)


def of_chi2(chi2: float, df: float, df_residual: float = np.nan) -> JointTest:
    """The test of a χ² of `df` degrees of freedom, as F where the variance rests on `df_residual`."""
    if np.isnan(df_residual):
        return JointTest(chi2, df, np.nan, float(stats.chi2.sf(chi2, df)))
    return JointTest(chi2 / df, df, df_residual, float(stats.f.sf(chi2 / df, df, df_residual)))

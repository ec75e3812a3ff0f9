"""Intervals on Fisher's z, one by one and holding together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from survey_stats.statistics.correlations._found import Bools, Floats


def limits(estimate: Floats, standard_error: Floats, t_df: Floats, level: Floats | float) -> tuple[Floats, Floats]:
    """tanh(atanh(r) ± quantile × standard error); NaN where there is no standard error, or it is 0, or |r| is 1.

    Args:
        estimate: Coefficients.
        standard_error: Of atanh(estimate).
        t_df: Degrees of freedom of t; NaN: normal.
        level: Confidence of each interval.
    """
    return limits_at(estimate, standard_error, quantile(t_df, (1 + np.asarray(level)) / 2))


def limits_at(estimate: Floats, standard_error: Floats, at: Floats | float) -> tuple[Floats, Floats]:
    """The same with the quantile given."""
    usable = (np.abs(estimate) < 1) & (standard_error > 0)
    z = np.arctanh(np.where(usable, estimate, np.nan))
    half = at * standard_error
    return np.tanh(z - half), np.tanh(z + half)


def quantile(t_df: Floats, probability: Floats | float) -> Floats:
    """Quantile of t, or of the normal distribution where there are no degrees of freedom."""
    normal = np.isnan(t_df)
    return np.asarray(
        np.where(
            normal, special.ndtri(probability), special.stdtrit(np.where(normal, 1.0, t_df), probability)
        )
    )  # fmt: skip


def upper_tail(statistic: Floats, t_df: Floats) -> Floats:
    """Probability of a larger t, or normal deviate where there are no degrees of freedom."""
    normal = np.isnan(t_df)
    return np.asarray(
        np.where(normal, special.ndtr(-statistic), special.stdtr(np.where(normal, 1.0, t_df), -statistic))
    )


def _bonferroni(p_adjusted: Floats, tested: Bools, error: float) -> Floats:  # noqa: ARG001
    return np.where(tested, 1 - error / max(int(tested.sum()), 1), np.nan)


def _false_coverage(p_adjusted: Floats, tested: Bools, error: float, divisor: float) -> Floats:
    """Of m tests R are significant: intervals of those at 1 - R × error / (m × divisor)."""
    chosen = tested & (p_adjusted <= error)
    return np.where(chosen, 1 - chosen.sum() * error / (max(int(tested.sum()), 1) * divisor), np.nan)


def _fdr_bh(p_adjusted: Floats, tested: Bools, error: float) -> Floats:
    return _false_coverage(p_adjusted, tested, error, 1.0)


def _fdr_by(p_adjusted: Floats, tested: Bools, error: float) -> Floats:
    return _false_coverage(p_adjusted, tested, error, float((1 / np.arange(1, tested.sum() + 1)).sum()))


SIMULTANEOUS: dict[str, Callable[[Floats, Bools, float], Floats]] = {
    "bonferroni": _bonferroni,
    "fdr_bh": _fdr_bh,
    "fdr_by": _fdr_by,
}
"""Adjustment of p → level of each interval of a family: Bonferroni's, and the false coverage-rate intervals of
Benjamini and Yekutieli (2005, Journal of the American Statistical Association 100, 71-81) of the pairs that are
significant after adjustment. Holm's method has no intervals."""

"""Means, totals, proportions, ratios and quantiles as functions of weights, many at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_stats.statistics.design import Design, Estimated

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

QUANTILE_RULES = ("hf1", "hf2")
EQUAL = 1e-12  # a share this near to p is p: sums of weights have rounding errors


@dataclass(frozen=True, eq=False, slots=True)
class Ratios:
    """k ratios of weighted totals, or k totals where there is no denominator: an `Estimator`.

    Attributes:
        numerator: Shape (n, k), 0 in rows that are not used.
        denominator: The same; none for totals.
    """

    numerator: Floats
    denominator: Floats | None

    def __call__(self, weights: Floats) -> Estimated:
        """Estimates and influence (Särndal, Swensson and Wretman 1992, 5.6); NaN where a denominator is 0."""
        total = weights @ self.numerator
        if self.denominator is None:
            return Estimated(total, self.numerator)
        size = weights @ self.denominator
        with np.errstate(divide="ignore", invalid="ignore"):
            value = total / size
            return Estimated(value, (self.numerator - value * self.denominator) / size)

    def columns(self, chosen: Bools) -> Ratios:
        """Some of the k."""
        below = None if self.denominator is None else self.denominator[:, chosen]
        return Ratios(self.numerator[:, chosen], below)


def covariance(estimator: Ratios, defined: Bools, design: Design) -> Floats:
    """Sampling covariance of the estimates, shape (k, k); NaN for those that are not defined."""
    k = len(defined)
    found = np.full((k, k), np.nan)
    if defined.any():
        found[np.ix_(defined, defined)] = design.covariance(estimator.columns(defined))
    return found


def simple_variances(influence: Floats, used: Bools, weights: Floats, *, finite: bool) -> Floats:
    """Variance the same estimates would have in a simple random sample of as many rows, shape (k,).

    The sample variance of the linearised values, weighted, over n (R survey's `deff`): with replacement, or for a
    design with population sizes without it, with (N - n) / N and N the sum of the weights.

    Args:
        influence: Shape (n, k).
        used: Rows used, shape (n, k).
        weights: Shape (n,).
        finite: The design has population sizes.
    """
    counted = used & (weights > 0)[:, None]
    own = weights[:, None] * counted
    n, total = counted.sum(axis=0), own.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = influence * total
        mean = (own * values).sum(axis=0) / total
        variance = (own * (values - mean) ** 2).sum(axis=0) / total / (n - 1)
        return np.asarray(variance * (total - n) / total if finite else variance)


def quantile(values: Floats, weights: Floats, p: float, rule: str) -> float:
    """A weighted quantile; NaN for p outside 0 to 1.

    `hf1` is the inverse of the distribution function: the smallest value at or below which at least the share p lies
    (R's `math`). `hf2` is the same, but where exactly p lies at or below a value, the mean of it and the next (R's
    `school`). The interpolating rules are not offered: with weights they depend on the order of tied rows.

    Args:
        values: Shape (n,), at least one with a weight above 0.
        weights: Shape (n,).
        p: Between 0 and 1.
        rule: One of `QUANTILE_RULES`.
    """
    if not 0 <= p <= 1:
        return np.nan
    counted = weights > 0
    distinct, place = np.unique(values[counted], return_inverse=True)
    cumulated = np.cumsum(np.bincount(place, weights[counted]))
    share = cumulated / cumulated[-1]
    at = min(int(np.searchsorted(share, p - EQUAL)), len(distinct) - 1)
    exactly = abs(share[at] - p) <= EQUAL and at + 1 < len(distinct)
    return float((distinct[at] + distinct[at + 1]) / 2 if rule == "hf2" and exactly else distinct[at])

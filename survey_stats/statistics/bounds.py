"""Bounds on a mean and on a correlation where answers are ranges: "1 to 2 hours", "more than 5 hours".

A midpoint pretends to know where in its range an answer lies. The bounds say what can be said without that: the
smallest and the largest value over all numbers within the ranges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from survey_stats.errors import CallError, InputError
from survey_stats.results import Result
from survey_stats.statistics._columns import check_confidence
from survey_stats.statistics._ranged import Ranges, largest_correlation
from survey_stats.statistics.design import Design, Estimated

Floats = NDArray[np.float64]
Answers = ArrayLike | tuple[ArrayLike, ArrayLike]

_FEWEST_ROWS = 4


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class MeanBounds(Result):
    """Bounds on a mean.

    Attributes:
        variable: Name of the variable.
        lower, upper: Means of the lower and of the upper ends: the mean lies between them, whatever the answers were.
        midpoint: Mean of the middles, for comparison.
        ci_lower, ci_upper: Interval for the mean that covers both the ranges and sampling (Imbens and Manski 2004).
        n: Rows used; `n_ranged`: those that are no single number.
        confidence: Level of the interval.
        unit: Unit, as given.
    """

    keys: ClassVar[tuple[str, ...]] = ("variable",)
    numbers: ClassVar[tuple[str, ...]] = ("lower", "upper", "midpoint", "ci_lower", "ci_upper", "n_ranged")

    variable: str
    lower: float
    upper: float
    midpoint: float
    ci_lower: float
    ci_upper: float
    n: int
    n_ranged: int
    confidence: float
    unit: str = ""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class CorrelationBounds(Result):
    """Bounds on Pearson's correlation.

    Attributes:
        x, y: Names of the variables.
        lower, upper: Smallest and largest correlation over all numbers within the ranges.
        lower_by, upper_by: `exact`, or `search`: attained, and no larger one was found.
        midpoint: Correlation of the middles, for comparison; NaN where they do not vary.
        ci_lower, ci_upper: Lower limit of Fisher's interval of `lower` and upper limit of that of `upper`.
        n: Rows with both; `n_ranged`: those where one of the two is no single number.
        confidence: Level of the interval.
    """

    keys: ClassVar[tuple[str, ...]] = ("x", "y")
    numbers: ClassVar[tuple[str, ...]] = ("lower", "upper", "midpoint", "ci_lower", "ci_upper", "n_ranged")

    x: str
    y: str
    lower: float
    upper: float
    lower_by: str
    upper_by: str
    midpoint: float
    ci_lower: float
    ci_upper: float
    n: int
    n_ranged: int
    confidence: float


def mean_bounds(
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    maximum: float | None = None,
    design: Design | None = None,
    confidence: float = 0.95,
    name: str = "",
    unit: str = "",
) -> MeanBounds:
    """Bounds on the mean of answers that are ranges.

    Exact: the mean rises with every answer. The interval is that of Imbens and Manski (2004, Econometrica 72,
    1845-1857): lower - C × se of the lower ends, upper + C × se of the upper ends, C between 1.645 and 1.96 (for 95 %)
    by how far the bounds lie apart; without ranges it is the usual one, with t.

    Args:
        lower: Lower end of each answer; NaN where there is none.
        upper: Upper end; infinite for "more than …", which needs `maximum`.
        maximum: The most that can be meant, such as 1440 minutes a day.
        design: Weights, strata, clusters or replicates of the rows.
        confidence: Level of the interval.
        name: Name of the variable.
        unit: Its unit.

    Raises:
        CallError: Fewer than 4 rows, or ends of different lengths.
        InputError: An end is infinite without `maximum`, or the lower is above the upper.

    >>> found = mean_bounds([0, 60, 120, 30], [60, 120, 120, 30])
    >>> found.lower, found.upper, found.midpoint, found.n_ranged
    (52.5, 82.5, 67.5, 2)
    """
    check_confidence("mean_bounds", confidence)
    low, high = _ends("mean_bounds", (lower, upper), name or "the variable", maximum)
    weights = np.ones(len(low))
    if design is not None:
        design.check(pd.DataFrame(index=range(len(low)) if design.index is None else design.index), "mean_bounds")
        weights = design.weights
    used = np.isfinite(low) & np.isfinite(high) & (weights > 0)
    n = int(used.sum())
    if n < _FEWEST_ROWS:
        raise CallError(f"mean_bounds: {n} rows have an answer. At least {_FEWEST_ROWS} are needed.")
    whole = Design(np.ones(len(low))) if design is None else design
    ends = np.where(used[:, None], np.column_stack([low, high, (low + high) / 2]), 0.0)

    def means(own: Floats) -> Estimated:
        own = own * used
        mean = own @ ends / own.sum()
        return Estimated(mean, (ends - mean) * used[:, None] / own.sum())

    mean = means(weights).estimate
    if design is None:
        errors = ends[used].std(axis=0, ddof=1) / np.sqrt(n)
        df = n - 1.0
    else:
        errors, df = np.sqrt(np.diag(whole.covariance(means))), whole.df(used)
    at = _critical((mean[1] - mean[0]) / max(errors[:2].max(), 1e-300), df, confidence)
    return MeanBounds(
        method="mean_bounds", variable=name, lower=float(mean[0]), upper=float(mean[1]), midpoint=float(mean[2]),
        ci_lower=float(mean[0] - at * errors[0]), ci_upper=float(mean[1] + at * errors[1]), n=n,
        n_ranged=int((low < high)[used].sum()), confidence=confidence, unit=unit,
    )  # fmt: skip


def _critical(apart: float, df: float, confidence: float) -> float:
    """C with F(C + apart) - F(-C) = confidence, F the distribution function of t."""
    two_sided = float(special.stdtrit(df, (1 + confidence) / 2))

    def over(c: float) -> float:
        return float(special.stdtr(df, c + apart) - special.stdtr(df, -c)) - confidence

    low = float(special.stdtrit(df, confidence))
    return two_sided if apart <= 0 else float(optimize.brentq(over, low - 1e-9, two_sided + 1e-9, xtol=1e-12))


def correlation_bounds(
    x: Answers,
    y: Answers,
    *,
    maximum: float | None = None,
    confidence: float = 0.95,
    names: Sequence[str] = ("x", "y"),
    seed: int | None = 0,
) -> CorrelationBounds:
    """Bounds on Pearson's correlation where one or both variables are ranges.

    A bound beyond 0 (an upper one above it, a lower one below) is a convex problem and exact where one variable is
    ranged; a bound on the near side of 0 lies at a corner of the ranges (`statistics._ranged` states both algorithms).
    Both are attained by numbers within the ranges. They are not a confidence interval: that one takes Fisher's limits
    of both, and covers any correlation between them.

    Args:
        x: Numbers, or a pair of the lower and the upper ends; NaN where there is no answer.
        y: The same.
        maximum: The most that an open range ("more than 5 hours") can mean.
        confidence: Level of the interval.
        names: Names of the two.
        seed: Of the random starts of a search.

    Raises:
        CallError: Fewer than 4 rows, different lengths, or no numbers within the ranges that vary.
        InputError: An end is infinite without `maximum`, or the lower is above the upper.

    >>> found = correlation_bounds([1, 2, 3, 4, 5, 6], ([0, 0, 60, 30, 60, 90], [60, 60, 90, 60, 120, 180]))
    >>> round(found.lower, 4), round(found.upper, 4), round(found.midpoint, 4), found.upper_by
    (0.213, 0.9856, 0.8783, 'exact')
    """
    function = "correlation_bounds"
    check_confidence(function, confidence)
    ends = [_ends(function, given, name, maximum) for given, name in zip((x, y), names, strict=True)]
    if len(ends[0][0]) != len(ends[1][0]):
        raise CallError(f"{function}: x has {len(ends[0][0])} rows and y has {len(ends[1][0])}. Give as many of both.")
    used = np.logical_and.reduce([np.isfinite(end) for pair in ends for end in pair])
    n = int(used.sum())
    if n < _FEWEST_ROWS:
        raise CallError(f"{function}: {n} rows have both answers. At least {_FEWEST_ROWS} are needed.")
    first, second = (_scaled(low[used], high[used]) for low, high in ends)
    upper = largest_correlation(first, second, np.random.default_rng(seed))
    turned = largest_correlation(first, second.turned(), np.random.default_rng(seed))
    if np.isnan(upper.r) or np.isnan(turned.r):
        flat = ", ".join(
            repr(str(name)) for name, one in zip(names, (first, second), strict=True)
            if one.fixed and np.ptp(one.lower) == 0
        )  # fmt: skip
        raise CallError(f"{function}: all answers to {flat} are the same. There is nothing to correlate.")
    at = special.ndtri((1 + confidence) / 2) / np.sqrt(n - 3) if n > 3 else np.inf
    lower = -turned.r
    ranged = (first.lower < first.upper) | (second.lower < second.upper)
    with np.errstate(divide="ignore"):
        limits = np.tanh([np.arctanh(max(lower, -1)) - at, np.arctanh(min(upper.r, 1)) + at])
    return CorrelationBounds(
        method="correlation_bounds", x=str(names[0]), y=str(names[1]), lower=max(lower, -1.0), upper=min(upper.r, 1.0),
        lower_by="exact" if turned.exact else "search", upper_by="exact" if upper.exact else "search",
        midpoint=_midpoint(first, second), ci_lower=float(limits[0]), ci_upper=float(limits[1]), n=n,
        n_ranged=int(ranged.sum()), confidence=confidence,
    )  # fmt: skip


def _midpoint(first: Ranges, second: Ranges) -> float:
    u, v = ((one.lower + one.upper) / 2 for one in (first, second))
    u, v = u - u.mean(), v - v.mean()
    length = float(np.sqrt((u @ u) * (v @ v)))
    return float(u @ v) / length if length > 0 else np.nan


def _scaled(lower: Floats, upper: Floats) -> Ranges:
    """Ranges from about -1 to 1."""
    centre = (lower.mean() + upper.mean()) / 2
    size = max(np.abs(lower - centre).max(), np.abs(upper - centre).max()) or 1.0
    return Ranges((lower - centre) / size, (upper - centre) / size)


def _ends(function: str, given: Any, name: str, maximum: float | None) -> tuple[Floats, Floats]:
    """Lower and upper ends, checked."""
    pair = given if isinstance(given, tuple) else (given, given)
    if len(pair) != 2:
        raise CallError(f"{function}: {name} has {len(pair)} parts. Give numbers, or a pair of lower and upper ends.")
    low, high = (pd.to_numeric(pd.Series(end), errors="raise").to_numpy(float, na_value=np.nan) for end in pair)
    if low.shape != high.shape:
        raise CallError(f"{function}: {name} has {len(low)} lower and {len(high)} upper ends. Give as many of both.")
    if maximum is not None:
        high = np.where(np.isposinf(high), maximum, high)
    open_ended = int((np.isinf(low) | np.isinf(high)).sum())
    if open_ended:
        raise InputError(
            f"{function}: {open_ended} answers to {name} have no finite end (“more than …”). Give maximum, the most "
            "that can be meant, such as 1440 minutes a day."
        )
    crossed = np.flatnonzero(low > high)
    if len(crossed):
        at = crossed[0]
        raise InputError(
            f"{function}: row {at} of {name} runs from {low[at]:g} to {high[at]:g}. The lower end must not be above "
            "the upper one, nor above maximum."
        )
    return low, high

"""What is found about one pair, and helpers that all coefficients share."""

from __future__ import annotations

from functools import cache
from itertools import chain, permutations
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from survey_stats.messages import Message

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FUNCTION = "correlate"
FEWEST_ROWS = 4  # Fisher's standard error divides by n - 3
FEWEST_APPROXIMATE = 10  # rows from which on the tests of ranks are approximate; 9! orders are quickly counted
NOISE = 1e-13  # what differs by less, relative to the largest value, differs by rounding error


class Interval(Protocol):
    """What gives an interval at any level."""

    def limits(self, level: float) -> tuple[float, float]:
        """Lower and upper limit."""


class Found(NamedTuple):
    """A coefficient of one pair.

    Attributes:
        method: Id of the coefficient.
        interval: Id of how its interval is made.
        n: Rows used.
        estimate: The coefficient.
        standard_error: Of atanh(estimate).
        statistic, df, p_value: Its test against 0.
        size: Sample size that Fisher's standard error 1 / √(size - 3) has, n less control variables; NaN where the
            sampling distribution of a product-moment correlation does not hold.
        t_df: Degrees of freedom of t for the interval; NaN: normal.
        resampled: Draws of a bootstrap, from which the interval then comes.
        n_persons: Persons the rows come from; 0 where persons are not told apart.
        warning, error: What to know before using the number; why there is none.
    """

    method: str
    interval: str
    n: int
    estimate: float = np.nan
    standard_error: float = np.nan
    statistic: float = np.nan
    df: float = np.nan
    p_value: float = np.nan
    size: float = np.nan
    t_df: float = np.nan
    resampled: Interval | None = None
    n_persons: int = 0
    warning: Message | None = None
    error: Message | None = None


def two_sided(statistic: float, df: float = np.nan) -> float:
    """Two-sided p; t where there are degrees of freedom, normal where there are none."""
    tail = -abs(statistic)
    return float(2 * (special.ndtr(tail) if np.isnan(df) else special.stdtr(df, tail)))


def product_moment(x: Floats, y: Floats) -> float:
    """Correlation of centred values; one that rounding keeps from ±1 is ±1."""
    r = float(x @ y / np.sqrt((x @ x) * (y @ y)))
    return float(np.sign(r)) if 1 - abs(r) < NOISE else r


def unit(values: Floats) -> Floats:
    """Values from about -1 to 1 around their mean, so that sums of squares of any values are finite."""
    scaled = values / np.abs(values).max()
    centred = scaled - scaled.mean()
    return np.asarray(centred / np.abs(centred).max())


def is_same(values: Floats) -> bool:
    """All values are the same."""
    return bool((values == values[0]).all())


def is_rounding(values: Floats) -> bool:
    """Values that differ by no more than rounding error."""
    scaled = values / (np.abs(values).max() or 1.0)
    return bool(np.ptp(scaled) <= NOISE)


@cache
def orders(n: int) -> NDArray[np.int8]:
    """All orders of n rows, n! × n, the one they are in first."""
    return np.fromiter(chain.from_iterable(permutations(range(n))), dtype=np.int8).reshape(-1, n)


def share_as_far(scores: Floats) -> float:
    """Share of scores at least as far from 0 as the first; they are multiples of 1/4, exact in floating point."""
    return float((np.abs(scores) >= abs(scores[0])).mean())

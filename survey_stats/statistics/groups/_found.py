"""What every method of comparing groups hands over, and the data it gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from survey_stats.errors import InputError
from survey_stats.messages import Message

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FUNCTION = "compare_groups"
NOISE = 1e-13  # what differs by less, relative to the largest value, differs by rounding error


class Effect(NamedTuple):
    """An effect size with its limits and how they were made."""

    name: str
    estimate: float
    ci_lower: float = np.nan
    ci_upper: float = np.nan
    interval: str = "none"


class Tested(NamedTuple):
    """A test; df_error is NaN where the statistic has one number of degrees of freedom, df too where it has none."""

    method: str
    statistic: float
    df: float
    df_error: float
    p_value: float
    epsilon: float = np.nan
    designated: bool = True
    factor: str = ""
    effect: Effect | None = None


class Line(NamedTuple):
    """A weighted sum of means: estimate, standard error, degrees of freedom."""

    estimate: float
    standard_error: float
    df: float

    @property
    def statistic(self) -> float:
        return self.estimate / self.standard_error

    @property
    def p_value(self) -> float:
        return float(2 * special.stdtr(self.df, -abs(self.statistic)))

    def limits(self, confidence: float) -> tuple[float, float]:
        """Limits by t."""
        half = float(special.stdtrit(self.df, (1 + confidence) / 2)) * self.standard_error
        return self.estimate - half, self.estimate + half


class Mean(NamedTuple):
    """A mean of a group; adjusted for covariates, where there are any."""

    estimate: float
    standard_error: float
    df: float
    sd: float
    median: float
    n: int
    adjusted: Line | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """What a method found.

    Attributes:
        tests: The tests, the designated one among them.
        means: One a group.
        effects: All effect sizes, the one that stands beside the test first.
        linear: Weights of the means, shape (k,) → the weighted sum; none for ranks.
        pair_test: For two groups their own test, where means are not compared.
        pair_effect: For two groups their effect size.
        assumptions: Tests of what the method assumes; their estimates in the order of the tests.
        warnings: What a reader has to know.
    """

    tests: tuple[Tested, ...]
    means: tuple[Mean, ...]
    effects: tuple[Effect, ...]
    linear: Callable[[Floats], Line] | None = None
    pair_test: Callable[[int, int], Tested] | None = None
    pair_effect: Callable[[int, int], Effect] | None = None
    assumptions: tuple[tuple[Tested, float], ...] = ()
    warnings: tuple[Message, ...] = field(default=())


@dataclass(frozen=True, eq=False, slots=True)
class Samples:
    """Independent groups.

    Attributes:
        outcome, factor: Names of the columns.
        names: Names of the groups, in order.
        values: The outcome in each.
        covariates: Their values in the rows of `values` put together, shape (n, q).
        covariate_names: Their names.
    """

    outcome: str
    factor: str
    names: tuple[str, ...]
    values: tuple[Floats, ...]
    covariates: Floats
    covariate_names: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        return sum(len(values) for values in self.values)

    @property
    def sizes(self) -> Floats:
        return np.array([len(values) for values in self.values], dtype=float)

    @property
    def levels(self) -> Floats:
        """Means minus the first value of all.

        That keeps the digits in which values differ, and weighted sums are the same where weights add up to 0.
        """
        origin = self.values[0][0]
        return np.array([(values - origin).mean() for values in self.values])

    @property
    def variances(self) -> Floats:
        return np.array([exact_variance(values) for values in self.values])


@dataclass(frozen=True, eq=False, slots=True)
class Occasions:
    """The same persons at several occasions.

    Attributes:
        outcome, factor: Names of the columns.
        names: Names of the occasions, in order.
        table: Complete persons × occasions.
    """

    outcome: str
    factor: str
    names: tuple[str, ...]
    table: Floats

    @property
    def n(self) -> int:
        return len(self.table)


def exact_mean(values: Floats) -> float:
    """Mean by way of the differences to the first value, which keeps the digits in which values differ."""
    return float(values[0] + (values - values[0]).mean())


def exact_variance(values: Floats) -> float:
    """Sample variance, two passes over the differences to the first value."""
    shifted = values - values[0]
    deviations = shifted - shifted.mean()
    return float((deviations @ deviations) / (len(values) - 1))


def plain_means(values: tuple[Floats, ...]) -> tuple[Mean, ...]:
    """Mean, its standard error by the group's own deviation, deviation, median and size of each group."""
    found = []
    for one in values:
        n = len(one)
        sd = float(np.sqrt(exact_variance(one))) if n > 1 else np.nan
        mean = exact_mean(one) if n else np.nan
        median = float(np.median(one)) if n else np.nan
        found.append(Mean(mean, sd / np.sqrt(max(n, 1)), n - 1.0, sd, median, n))
    return tuple(found)


def is_constant(values: Floats) -> bool:
    """Values that differ by no more than rounding error."""
    size = float(np.abs(values).max()) if len(values) else 0.0
    return size == 0 or float(np.ptp(values)) <= NOISE * size


def check_sizes(samples: Samples, fewest: int) -> None:
    """Raise `InputError` if a group has fewer than `fewest` rows."""
    for name, values in zip(samples.names, samples.values, strict=True):
        if len(values) < fewest:
            raise InputError(str(Message("statistics.group_too_small", {
                "group": name, "outcome": samples.outcome, "n": len(values), "needed": fewest})))  # fmt: skip


def check_varied(samples: Samples, *, each: bool = False) -> None:
    """Raise `InputError` if the outcome does not vary within any group, or with `each` within one of them."""
    constant = [name for name, values in zip(samples.names, samples.values, strict=True) if is_constant(values)]
    if constant and (each or len(constant) == len(samples.names)):
        named = "statistics.group_constant" if each else "statistics.groups_constant"
        raise InputError(str(Message(named, {"outcome": samples.outcome, "groups": ", ".join(constant)})))

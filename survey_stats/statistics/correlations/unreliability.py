"""Correlations corrected for unreliability, with the uncertainty of the reliabilities carried into the interval.

The correction divides by the root of the reliabilities (Spearman 1904, American Journal of Psychology 15, 72-101). An
interval that takes them as known is too narrow; here their standard errors are part of it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from survey_stats.errors import CallError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._columns import check_choice, check_confidence, check_frame, numeric_columns

Floats = NDArray[np.float64]
INTERVALS = ("delta", "monte_carlo")
_DRAWS = 100_000
_FEWEST_ROWS = 10


class HasError(Protocol):
    """A coefficient with its standard error, such as those of `reliability`."""

    @property
    def estimate(self) -> float:
        """The reliability."""

    @property
    def standard_error(self) -> float:
        """Its standard error."""


Given = float | tuple[float, float] | HasError | None


class Known(NamedTuple):
    """A reliability and its standard error, 0 where it is taken as known."""

    estimate: float
    standard_error: float


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class CorrectedCorrelation(Result):
    """A correlation corrected for unreliability.

    Attributes:
        estimate, ci_lower, ci_upper: The corrected correlation; none is cut at ±1.
        standard_error: Of `estimate`.
        observed: The correlation before correction.
        reliability_x, reliability_y: Reliabilities; 1 where nothing is corrected.
        reliability_x_error, reliability_y_error: Their standard errors.
        interval: `delta`, `monte_carlo`, or `delta_joint` where all come from the same rows.
        confidence: Level of the interval.
        n: Rows.
    """

    numbers: ClassVar[tuple[str, ...]] = (
        "estimate", "ci_lower", "ci_upper", "standard_error", "observed", "reliability_x", "reliability_y",
    )  # fmt: skip

    estimate: float
    ci_lower: float
    ci_upper: float
    standard_error: float
    observed: float
    reliability_x: float
    reliability_y: float
    reliability_x_error: float
    reliability_y_error: float
    interval: str
    confidence: float
    n: int


def correct_for_unreliability(
    r: float,
    n: int,
    *,
    x: Given = None,
    y: Given = None,
    interval: str = "delta",
    confidence: float = 0.95,
    n_draws: int = _DRAWS,
    seed: int | None = 0,
) -> CorrectedCorrelation:
    """Correct a Pearson correlation by reliabilities of another sample, or reported ones.

    `delta`: estimate ± z × standard error, with variance (se_r² + r² (se_x² / x² + se_y² / y²) / 4) / (x y), se_r =
    (1 - r²) / √(n - 3). `monte_carlo`: percentiles of draws, normal for atanh(r) and log(1 - reliability). Both take r
    and the reliabilities as independent; `correct_by_items` does not.

    Args:
        r: The correlation.
        n: Rows it is from.
        x: Reliability of one variable: a number, taken as known; a number and its standard error; or a coefficient of
            `reliability`. None: not corrected.
        y: The same of the other.
        interval: `delta` or `monte_carlo`.
        confidence: Level of the interval.
        n_draws: Draws of `monte_carlo`.
        seed: Of the draws.

    Raises:
        CallError: An argument is out of range, or neither x nor y is given.

    >>> found = correct_for_unreliability(0.3, 200, x=(0.8, 0.02), y=0.9)
    >>> round(found.estimate, 4), round(found.ci_lower, 4), round(found.ci_upper, 4)
    (0.3536, 0.2035, 0.5036)
    """
    function = "correct_for_unreliability"
    check_choice(function, "interval", interval, INTERVALS)
    check_confidence(function, confidence)
    if not -1 < r < 1 or n < 4:
        raise CallError(f"{function}: r is {r} and n is {n}. Give a correlation between -1 and 1 of 4 rows or more.")
    first, second = read_reliability(x, "x", function), read_reliability(y, "y", function)
    if x is None and y is None:
        raise CallError(f"{function}: neither x nor y is given. Give the reliability of at least one variable.")
    estimate, error = corrected(np.array(r), np.array(1 / np.sqrt(n - 3)), first, second)
    half = special.ndtri((1 + confidence) / 2) * error
    lower, upper = float(estimate - half), float(estimate + half)
    if interval == "monte_carlo":
        draws = _drawn(r, n, (first, second), n_draws, np.random.default_rng(seed))
        lower, upper = (float(limit) for limit in np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2]))
    return _result(
        estimate=float(estimate), ci_lower=lower, ci_upper=upper, standard_error=float(error), observed=r,
        reliabilities=(first, second), interval=interval, confidence=confidence, n=n,
    )  # fmt: skip


def correct_by_items(
    data: pd.DataFrame,
    x_items: Sequence[Hashable],
    y_items: Sequence[Hashable],
    *,
    confidence: float = 0.95,
) -> CorrectedCorrelation:
    """Correct the correlation of two scales by Cronbach's alpha of each, all from the same rows.

    The scores are sums of the items. The standard error is that of the delta method on all covariances of the items,
    without normality: r and both alphas vary together, and that is counted (lavaan's `se = "robust.sem"` of a saturated
    model with these as defined parameters, times √(n / (n - 1))).

    Args:
        data: One row a person; rows with a missing answer to any item are dropped.
        x_items: Items of one scale, reversed where they have to be.
        y_items: Items of the other; one item, such as minutes a day, is taken without correction.
        confidence: Level of the interval.

    Raises:
        CallError: An item is in both scales, is not there, or there are too few rows.
        InputError: A column holds an infinite value.
    """
    function = "correct_by_items"
    check_confidence(function, confidence)
    frame = check_frame(data, function)
    both = [item for item in x_items if item in set(y_items)]
    if both or not x_items or not y_items or len(x_items) + len(y_items) < 3:
        raise CallError(
            f"{function}: found {len(x_items)} and {len(y_items)} items, {len(both)} of them in both scales. Give two "
            "scales without a common item, at least one of them with two items or more."
        )
    whole = numeric_columns(frame, [*x_items, *y_items], function).dropna()
    n = len(whole)
    if n < _FEWEST_ROWS:
        raise CallError(f"{function}: found {n} complete rows. Give at least {_FEWEST_ROWS}.")
    scales = [_scale(whole[list(items)].to_numpy()) for items in (x_items, y_items)]
    u, v = (scale.score / np.sqrt(np.mean(scale.score**2)) for scale in scales)
    r = float(np.mean(u * v))
    alphas = [scale.alpha for scale in scales]
    if min(alphas) <= 0:
        raise CallError(
            f"{function}: Cronbach's alpha is {min(alphas):.3f}. Nothing can be corrected by a reliability that is not "
            "above 0: check whether items have to be reversed."
        )
    root = np.sqrt(alphas[0] * alphas[1])
    own = (u * v - r * (u**2 + v**2) / 2) / root
    for scale in scales:
        own = own - r / root * scale.influence / (2 * scale.alpha)
    error = _error(own)
    half = special.ndtri((1 + confidence) / 2) * error
    return _result(
        estimate=r / root, ci_lower=r / root - half, ci_upper=r / root + half, standard_error=error, observed=r,
        reliabilities=tuple(Known(scale.alpha, _error(scale.influence)) for scale in scales), interval="delta_joint",
        confidence=confidence, n=n,
    )  # fmt: skip


class _Scale(NamedTuple):
    """Centred sum of the items, alpha, and the influence of each row on alpha, times n."""

    score: Floats
    alpha: float
    influence: Floats


def _scale(items: Floats) -> _Scale:
    centred = items - items.mean(axis=0)
    score = centred.sum(axis=1)
    total, single = np.mean(score**2), (centred**2).sum(axis=1)
    k = items.shape[1]
    if k == 1:
        return _Scale(score, 1.0, np.zeros(len(items)))
    share = np.mean(single) / total
    own = -k / (k - 1) * (single / total - share * score**2 / total)
    return _Scale(score, float(k / (k - 1) * (1 - share)), own)


def _error(influence: Floats) -> float:
    n = len(influence)
    return float(np.sqrt(np.mean(influence**2) / (n - 1)))


def corrected(r: Floats, z_error: Floats, x: Known, y: Known) -> tuple[Floats, Floats]:
    """Corrected correlations and their standard errors by the delta method, r and reliabilities independent.

    Args:
        r: Correlations.
        z_error: Standard errors of atanh(r).
        x: Reliability of one variable.
        y: Reliability of the other.
    """
    root = np.sqrt(x.estimate * y.estimate)
    own = sum((one.standard_error / one.estimate) ** 2 for one in (x, y)) / 4
    return r / root, np.sqrt((z_error * (1 - r**2)) ** 2 + r**2 * own) / root


def read_reliability(given: Given, name: object, function: str) -> Known:
    """A reliability as it was given.

    Raises:
        CallError: It is not above 0 and at most 1, or has a negative or missing standard error.
    """
    if given is None:
        return Known(1.0, 0.0)
    if isinstance(given, (int, float)):
        known = Known(float(given), 0.0)
    elif isinstance(given, (tuple, list)):
        known = Known(*map(float, given))
    else:
        known = Known(float(given.estimate), float(given.standard_error))
    if not 0 < known.estimate <= 1 or not known.standard_error >= 0:
        raise CallError(
            f"{function}: the reliability of {name} is {known.estimate:g} with standard error "
            f"{known.standard_error:g}. Give a number above 0 and at most 1, with a standard error of 0 or more."
        )
    return known


def read_reliabilities(given: Mapping[Hashable, Any] | None, function: str) -> dict[Hashable, Known]:
    """Reliabilities by column."""
    return {name: read_reliability(one, repr(str(name)), function) for name, one in (given or {}).items()}


def _drawn(r: float, n: int, known: tuple[Known, Known], draws: int, random: np.random.Generator) -> Floats:
    drawn = np.tanh(np.arctanh(r) + random.standard_normal(draws) / np.sqrt(n - 3))
    for one in known:
        if one.standard_error:
            spread = one.standard_error / (1 - one.estimate)
            reliability = 1 - (1 - one.estimate) * np.exp(spread * random.standard_normal(draws))
            drawn = drawn / np.sqrt(np.where(reliability > 0, reliability, np.nan))
        else:
            drawn = drawn / np.sqrt(one.estimate)
    return np.asarray(drawn[np.isfinite(drawn)])


def _result(*, reliabilities: tuple[Known, ...], estimate: float, **values: Any) -> CorrectedCorrelation:
    first, second = reliabilities
    note = Message("statistics.corrected_beyond_one")
    return CorrectedCorrelation(
        method="corrected_for_unreliability", estimate=estimate, reliability_x=first.estimate,
        reliability_y=second.estimate, reliability_x_error=first.standard_error,
        reliability_y_error=second.standard_error, warnings=(note,) if abs(estimate) > 1 else (), **values,
    )  # fmt: skip

"""Whether the odds of an ordinal model are proportional: the same coefficients at every threshold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from survey_stats.errors import CallError, InputError
from survey_stats.results import Result
from survey_stats.statistics.design import Estimated
from survey_stats.statistics.regression._checks import check_maximum
from survey_stats.statistics.regression._contrasts import fitted_of
from survey_stats.statistics.regression._fit import Fitted
from survey_stats.statistics.regression._likelihood import Maximum, maximize
from survey_stats.statistics.regression._problems import PROBLEMS
from survey_stats.statistics.regression._wald import JointTest, wald
from survey_stats.statistics.regression.results import Regression

Floats = NDArray[np.float64]

_FUNCTION = "proportional_odds"


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class ProportionalOdds(Result):
    """Tests that coefficients do not differ between thresholds.

    Attributes:
        n: Rows of the model.
        table: First all terms together, then each: columns `outcome`, `term` (empty for all), `statistic` (χ², or F
            where there is `df_residual`), `df`, `df_residual`, `p_value`, `n`, `method` (`brant`, or
            `wald_of_thresholds` with other standard errors than the model's).
        thresholds: Coefficients of the logistic model at each threshold: columns `threshold`, `term`, `estimate`.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "term")
    numbers: ClassVar[tuple[str, ...]] = ("statistic", "df", "df_residual", "p_value")

    n: int
    table: pd.DataFrame
    thresholds: pd.DataFrame


def proportional_odds(model: Regression) -> ProportionalOdds:
    """Test of proportional odds (Brant 1990).

    A logistic model is fitted at each threshold (above against at or below it), and the coefficients are compared. With
    the standard errors of the model their covariance is Brant's; with others it is that of the stacked scores over
    rows, clusters, or the design (χ² divided by its degrees of freedom and referred to F where those have any).

    Args:
        model: What `regress` returned with family `ordinal`.

    Raises:
        CallError: The model is of another family or has no terms.
        InputError: A threshold has no finite estimate: too few answers on one side of it.

    >>> from survey_stats.statistics.regression import regress
    >>> data = pd.DataFrame({"often": [1, 1, 2, 2, 3, 3, 1, 2, 3, 1, 2, 3], "x": [1, 4, 2, 5, 3, 6, 2, 4, 4, 3, 1, 2]})
    >>> proportional_odds(regress("often ~ x", data, family="ordinal")).table[["term", "df"]]
      term  df
    0        1
    1    x   1
    """
    fitted = fitted_of(model, _FUNCTION)
    if fitted.family != "ordinal" or fitted.rows.x.shape[1] < 2:
        raise CallError(
            f"{_FUNCTION}: the model is of family {fitted.family!r} with {fitted.rows.x.shape[1] - 1} terms. The "
            "test is for family 'ordinal' with terms."
        )
    maxima = [_at_threshold(fitted, place) for place in range(len(fitted.rows.levels) - 1)]
    slopes = np.concatenate([maximum.parameters[1:] for maximum in maxima])
    covariance, df = _covariance(fitted, maxima)
    k, cuts = fitted.rows.x.shape[1] - 1, len(maxima)
    terms = fitted.rows.terms[1:]
    rows = [("", _test(slopes, covariance, range(k), k, cuts, df))]
    rows += [(term, _test(slopes, covariance, [place], k, cuts, df)) for place, term in enumerate(terms)]
    method = "brant" if fitted.errors == "model" else "wald_of_thresholds"
    table = pd.DataFrame([{"outcome": fitted.rows.outcome, "term": term, **test._asdict()} for term, test in rows])
    names = [f"{low} | {high}" for low, high in zip(fitted.rows.levels[:-1], fitted.rows.levels[1:], strict=True)]
    return ProportionalOdds(
        method=method, n=model.n, table=table.assign(n=model.n, method=method),
        thresholds=pd.DataFrame({"threshold": np.repeat(names, k), "term": terms * cuts, "estimate": slopes}),
    )  # fmt: skip


def _at_threshold(fitted: Fitted, place: int) -> Maximum:
    """The logistic model of answers above a threshold."""
    above = replace(fitted.rows, y=(fitted.rows.y > place).astype(np.float64))
    maximum = maximize(PROBLEMS["binomial"](above, fitted.offset).problem, fitted.weights)
    try:
        check_maximum(maximum, above, "binomial", _FUNCTION)
    except InputError as error:
        low, high = fitted.rows.levels[place : place + 2]
        raise InputError(
            f"{_FUNCTION}: at the threshold {low} | {high} the terms predict answers perfectly, so there is nothing to "
            "compare. Join categories of the outcome, or leave out a term."
        ) from error
    return maximum


def _covariance(fitted: Fitted, maxima: list[Maximum]) -> tuple[Floats, float]:
    """Covariance of the slopes at all thresholds, shape (cuts × k, cuts × k), and its degrees of freedom."""
    if fitted.errors == "model":
        return _brant(maxima), np.nan
    influence = _influence(maxima)
    if fitted.design is not None:
        return _of_design(fitted, maxima), fitted.design.df(fitted.rows.used)
    if fitted.clusters is None:
        return influence.T @ influence, np.nan
    sums = np.column_stack([np.bincount(fitted.clusters, column) for column in influence.T])
    g = len(sums)
    return g / (g - 1) * sums.T @ sums, g - 1.0


def _influence(maxima: list[Maximum]) -> Floats:
    """What each row adds to the slopes, shape (n, cuts × k)."""
    return np.hstack([(each.scores @ each.inverse @ each.problem.back.T)[:, 1:] for each in maxima])


def _of_design(fitted: Fitted, maxima: list[Maximum]) -> Floats:
    used, design = fitted.rows.used, fitted.design
    assert design is not None

    def estimate(weights: Floats) -> Estimated:
        own = weights[used]
        found = [maximize(each.problem, own / own.mean(), each.theta) for each in maxima]
        if not all(each.converged for each in found):
            raise InputError("a threshold has no estimate with these weights.")
        slopes = np.concatenate([each.parameters[1:] for each in found])
        influence = np.zeros((len(used), len(slopes)))
        influence[used] = _influence(found) / own.mean()
        return Estimated(slopes, influence)

    return design.covariance(estimate)


def _brant(maxima: list[Maximum]) -> Floats:
    """cov(b_m, b_l) = A_m⁻¹ X' diag(π_l - π_m π_l) X A_l⁻¹ for thresholds m ≤ l, π the chance of an answer above."""
    shares = [special.expit(each.problem.predictors(each.theta)[:, 0]) for each in maxima]
    blocks = []
    for m, first in enumerate(maxima):
        row = []
        for at, second in enumerate(maxima):
            low, high = shares[min(m, at)], shares[max(m, at)]
            weight = high - low * high
            meat = first.problem.rows[:, 0].T @ (weight[:, None] * second.problem.rows[:, 0])
            whole = first.problem.back @ first.inverse @ meat @ second.inverse @ second.problem.back.T
            row.append(whole[1:, 1:])
        blocks.append(row)
    return np.block(blocks)


def _test(slopes: Floats, covariance: Floats, places: range | list[int], k: int, cuts: int, df: float) -> JointTest:
    """Wald test that the slopes of some terms at the first threshold are those at the others."""
    differences = np.hstack([np.ones((cuts - 1, 1)), -np.eye(cuts - 1)])
    of_terms = np.eye(k)[list(places)]
    contrast = np.kron(differences, of_terms)
    return wald(contrast @ slopes, contrast @ covariance @ contrast.T, df)

"""Data that have no answer, each with its sentence."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from survey_stats.errors import InputError
from survey_stats.statistics._columns import listed
from survey_stats.statistics.regression._formula import ModelFrame
from survey_stats.statistics.regression._likelihood import Maximum
from survey_stats.statistics.regression._problems import centred

Floats = NDArray[np.float64]
_EXTREME = 15.0  # log odds, or log of a mean, from which on a fit is looked at for separation
_SEPARATED = 1e-4
_SAME = 1e-10
_SHOWN = 4


def check_rank(frame: ModelFrame, n_parameters: int, function: str) -> None:
    """Refuse fewer rows than parameters, and terms that those before them determine."""
    if len(frame.y) <= n_parameters:
        raise InputError(
            f"{function}: {len(frame.y)} rows without missing values are too few for {n_parameters} coefficients. Use "
            "fewer terms."
        )
    determined = _determined(frame.x, frame.terms)
    if determined:
        raise InputError(
            f"{function}: {listed(determined)} is determined by the terms before it, up to rounding, and has no "
            "coefficient. Leave it out."
        )


def independent_share(x: Floats) -> float:
    """The smallest singular value of the centred terms of length 1: 0 where some determine another."""
    return float(np.linalg.svd(_triangle(x), compute_uv=False)[-1])


def _triangle(x: Floats) -> Floats:
    """R of Q R, the centred terms of length 1."""
    moved, _ = centred(x)
    length = np.linalg.norm(moved, axis=0)
    return np.asarray(np.linalg.qr(moved / np.where(length > 0, length, 1), mode="r"))


def _determined(x: Floats, terms: tuple[str, ...]) -> list[str]:
    triangle = _triangle(x)
    ranks = [0, *(np.linalg.matrix_rank(triangle[:, : end + 1], tol=_SAME) for end in range(x.shape[1]))]
    return [term for term, before, after in zip(terms, ranks[:-1], ranks[1:], strict=True) if after == before]


def _check_residuals(maximum: Maximum, frame: ModelFrame, function: str) -> None:
    if np.abs(maximum.local.gradient).max() <= 1e-12 * np.abs(frame.y).max():
        raise InputError(
            f"{function}: the terms reproduce the outcome {frame.outcome!r} up to rounding, so there is nothing to "
            "estimate. Check whether it is constant or computed from them."
        )


def _check_binomial(frame: ModelFrame, function: str) -> None:
    values = np.unique(frame.y)
    if not np.array_equal(values, [0, 1]):
        raise InputError(
            f"{function}: the outcome {frame.outcome!r} has the values {listed(f'{value:g}' for value in values)}. "
            "Family 'binomial' needs both 0 and 1, and nothing else."
        )


def _check_ordinal(frame: ModelFrame, function: str) -> None:
    if len(frame.levels) < 3:
        raise InputError(
            f"{function}: the outcome {frame.outcome!r} has {len(frame.levels)} of its categories in the rows used "
            f"({listed(frame.levels)}). Family 'ordinal' needs at least 3; for two of them code 0 and 1 and take "
            "family 'binomial'."
        )
    if not frame.has_intercept:
        raise InputError(
            f"{function}: the formula leaves the intercept out. The thresholds of family 'ordinal' stand for it: leave "
            "'0 +' or '- 1' out of the formula."
        )


def _check_counts(frame: ModelFrame, function: str) -> None:
    bad = frame.y[(frame.y < 0) | (frame.y != np.round(frame.y))]
    if len(bad):
        raise InputError(
            f"{function}: the outcome {frame.outcome!r} has {len(bad)} values that are not counts "
            f"({listed(f'{value:g}' for value in np.unique(bad)[:_SHOWN])}). Counts are 0, 1, 2, …; for amounts of "
            "time take family 'two_part', for others 'gaussian'."
        )
    if not frame.y.any():
        raise InputError(f"{function}: the outcome {frame.outcome!r} is 0 in all {len(frame.y)} rows. Choose another.")


def _check_amounts(frame: ModelFrame, function: str) -> None:
    if (frame.y < 0).any():
        raise InputError(
            f"{function}: the outcome {frame.outcome!r} has {int((frame.y < 0).sum())} values below 0, the smallest is "
            f"{frame.y.min():g}. Family 'two_part' is for amounts, 0 or more."
        )
    zero = int((frame.y == 0).sum())
    if zero in (0, len(frame.y)):
        raise InputError(
            f"{function}: the outcome {frame.outcome!r} is 0 in {zero} of {len(frame.y)} rows. Family 'two_part' needs "
            "rows with 0 and rows above 0."
        )
    above = frame.y > 0
    if int(above.sum()) <= frame.x.shape[1]:
        raise InputError(
            f"{function}: {int(above.sum())} rows with an amount above 0 are too few for {frame.x.shape[1]} "
            "coefficients. Use fewer terms."
        )
    determined = _determined(frame.x[above], frame.terms)
    if determined:
        raise InputError(
            f"{function}: among the rows with an amount above 0, {listed(determined)} is determined by the terms "
            "before it and has no coefficient. Leave it out, or join categories."
        )


OUTCOME_CHECKS: dict[str, Callable[[ModelFrame, str], None]] = {
    "binomial": _check_binomial,
    "ordinal": _check_ordinal,
    "poisson": _check_counts,
    "negative_binomial": _check_counts,
    "two_part": _check_amounts,
    "two_part_lognormal": _check_amounts,
}


def check_overdispersion(frame: ModelFrame, mean: Floats, weights: Floats, function: str) -> None:
    """Refuse counts whose likelihood falls as soon as α is above 0: Σ w ((y - m)² - y) ≤ 0."""
    if weights @ ((frame.y - mean) ** 2 - frame.y) <= 0:
        raise InputError(
            f"{function}: the counts of {frame.outcome!r} vary no more than Poisson counts with the same means, so the "
            "negative binomial has no dispersion above 0. Take family 'poisson'."
        )


def check_maximum(maximum: Maximum, frame: ModelFrame, family: str, function: str) -> None:
    """Refuse a perfect fit, perfect separation, and a likelihood whose maximum was not found."""
    if family == "gaussian":
        _check_residuals(maximum, frame, function)
        return
    z = maximum.problem.predictors(maximum.theta)
    if not maximum.converged or np.abs(z).max() > _EXTREME:
        _check_separation(maximum, frame, family, function)
    if not maximum.converged:
        raise InputError(
            f"{function}: the likelihood of family {family!r} has no maximum that can be found. Use fewer terms, join "
            "small categories, or bring variables of very different size to the same scale."
        )


def _check_separation(maximum: Maximum, frame: ModelFrame, family: str, function: str) -> None:
    """Refuse data with a direction along which the likelihood never falls and somewhere rises (Konis 2007)."""
    rising, level = _directions(maximum.problem.rows, frame.y, family)
    if not len(rising):
        return
    best = optimize.linprog(
        -rising.sum(axis=0), A_ub=-rising, b_ub=np.zeros(len(rising)), bounds=(-1, 1),
        A_eq=level if len(level) else None, b_eq=np.zeros(len(level)) if len(level) else None,
    )  # fmt: skip
    if -float(best.fun or 0) > _SEPARATED:
        raise InputError(
            f"{function}: the terms predict some or all answers to {frame.outcome!r} perfectly (separation), so the "
            "coefficients have no finite estimate. Leave out a term, or join categories that hold only one outcome."
        )


def _directions(rows: Floats, y: Floats, family: str) -> tuple[Floats, Floats]:
    """Linear predictors that may only rise along the direction, and those that may not change."""
    none = np.empty((0, rows.shape[2]))
    if family == "ordinal":
        return np.vstack([rows[:, 0], -rows[:, 1]]), none
    if family in ("poisson", "negative_binomial"):
        return -rows[y == 0, 0], rows[y > 0, 0]
    return (2.0 * (y > 0) - 1)[:, None] * rows[:, 0], none

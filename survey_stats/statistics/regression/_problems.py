"""Outcome and terms → what is to be maximised, for each family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from survey_stats.statistics.regression import _kernels as kernels
from survey_stats.statistics.regression._formula import ModelFrame
from survey_stats.statistics.regression._likelihood import Problem, maximize

Floats = NDArray[np.float64]
_ROUNDING = 1e-13  # what differs by less, relative to the largest value, differs by rounding


@dataclass(frozen=True, eq=False, slots=True)
class Named:
    """A problem, and which parameter is what.

    Attributes:
        problem: What is to be maximised.
        terms: Name of each parameter.
        parts: Part of the model each belongs to; empty where there is one only.
        ratios: What the exponential of each is: `odds_ratio`, `rate_ratio`, `mean_ratio`, or nothing.
    """

    problem: Problem
    terms: tuple[str, ...]
    parts: tuple[str, ...]
    ratios: tuple[str, ...]


def centred(x: Floats) -> tuple[Floats, Floats]:
    """Columns minus their means if the first is the intercept, and the matrix that takes their coefficients back.

    A column that differs from its mean by rounding only becomes zero.
    """
    back = np.eye(x.shape[1])
    if not (x[:, 0] == 1).all():
        return x, back
    mean = np.where(np.arange(x.shape[1]) > 0, x.mean(axis=0), 0.0)
    moved = x - mean
    rounding = np.abs(moved).max(axis=0) <= _ROUNDING * np.abs(x).max(axis=0)
    back[0] -= mean
    return np.where(rounding, 0.0, moved), back


def _basis(x: Floats) -> tuple[Floats, Floats]:
    """Orthogonal columns of length √n, and the matrix that takes their coefficients to those of `x`."""
    moved, back = centred(x)
    orthonormal, triangle = np.linalg.qr(moved)
    size = np.sqrt(len(x))
    return orthonormal * size, back @ linalg.solve_triangular(triangle, size * np.eye(x.shape[1]))


def _one_predictor(
    kernel: Callable[[Floats], kernels.Kernel], ratio: str, start: Callable[[Floats], float]
) -> Callable[[ModelFrame, Floats], Named]:
    def named(frame: ModelFrame, offset: Floats) -> Named:
        basis, back = _basis(frame.x)
        k = basis.shape[1]
        first = np.zeros(k)
        if frame.has_intercept:
            first[0] = start(frame.y) / basis[0, 0]
        problem = Problem(basis[:, None, :], offset[:, None], kernel(frame.y), first, back)
        return Named(problem, frame.terms, ("",) * k, (ratio,) * k)

    return named


def _log_mean(y: Floats) -> float:
    return float(np.log(y.mean()))


def _negative_binomial(frame: ModelFrame, offset: Floats) -> Named:
    basis, back = _basis(frame.x)
    n, k = basis.shape
    poisson = maximize(
        Problem(basis[:, None, :], offset[:, None], kernels.poisson(frame.y), np.zeros(k), back), np.ones(n)
    )
    mean = frame.y - poisson.local.gradient[:, 0]
    extra = float(((frame.y - mean) ** 2 - mean).sum() / (mean**2).sum())
    rows = np.zeros((n, 2, k + 1))
    rows[:, 0, :k], rows[:, 1, k] = basis, 1
    start = np.append(poisson.theta, np.log(np.clip(extra, 0.01, 100)))
    offsets = np.column_stack([offset, np.zeros(n)])
    problem = Problem(rows, offsets, kernels.negative_binomial(frame.y), start, linalg.block_diag(back, np.eye(1)))
    return Named(
        problem, (*frame.terms, "log(alpha)"), ("",) * k + ("dispersion",), ("rate_ratio",) * k + ("",)
    )  # fmt: skip


def _ordinal(frame: ModelFrame, _offset: Floats) -> Named:
    """Thresholds instead of an intercept: log odds of at most category j = threshold_j - η."""
    n, n_levels = len(frame.y), len(frame.levels)
    k, cuts = frame.x.shape[1] - 1, n_levels - 1
    basis, whole = _basis(frame.x)
    places = frame.y.astype(int)
    rows = np.zeros((n, 2, k + cuts))
    rows[:, :, :k] = -basis[:, None, 1:]
    for side, above in enumerate((places, places - 1)):
        inside = (above >= 0) & (above < cuts)
        rows[inside, side, k + above[inside]] = 1
        rows[~inside, side] = 0
    back = np.eye(k + cuts)
    back[:k, :k] = whole[1:, 1:]
    # η without the mean of the terms: what the intercept takes up goes to the thresholds
    back[k:, :k] = -whole[0, 1:]
    below = np.cumsum(np.bincount(places, minlength=n_levels))[:-1] / n
    start = np.append(np.zeros(k), np.log(below / (1 - below)))
    problem = Problem(rows, np.zeros((n, 2)), kernels.cumulative_logit(frame.y, n_levels), start, back)
    cut_names = [f"{low} | {high}" for low, high in zip(frame.levels[:-1], frame.levels[1:], strict=True)]
    return Named(
        problem, (*frame.terms[1:], *cut_names), ("",) * k + ("threshold",) * cuts,
        ("odds_ratio",) * k + ("",) * cuts,
    )  # fmt: skip


def _two_part(
    kernel: Callable[[Floats], kernels.Kernel],
    expected: Callable[[Floats], Callable[[Floats], Floats]] | None = None,
) -> Callable[[ModelFrame, Floats], Named]:
    def named(frame: ModelFrame, _offset: Floats) -> Named:
        basis, back = _basis(frame.x)
        n, k = basis.shape
        rows = np.zeros((n, 2, 2 * k))
        rows[:, 0, :k] = rows[:, 1, k:] = basis
        start = np.zeros(2 * k)
        if frame.has_intercept:
            start[k] = np.log(frame.y[frame.y > 0].mean()) / basis[0, 0]
        problem = Problem(
            rows, np.zeros((n, 2)), kernel(frame.y), start, linalg.block_diag(back, back),
            None if expected is None else expected(frame.y),
        )  # fmt: skip
        return Named(
            problem, (*frame.terms, *frame.terms), ("any",) * k + ("amount",) * k,
            ("odds_ratio",) * k + ("mean_ratio",) * k,
        )  # fmt: skip

    return named


PROBLEMS: dict[str, Callable[[ModelFrame, Floats], Named]] = {
    "gaussian": _one_predictor(kernels.gaussian, "", lambda y: float(y.mean())),
    "binomial": _one_predictor(kernels.logit, "odds_ratio", lambda y: float(np.log(y.mean() / (1 - y.mean())))),
    "poisson": _one_predictor(kernels.poisson, "rate_ratio", _log_mean),
    "negative_binomial": _negative_binomial,
    "ordinal": _ordinal,
    "two_part_gamma": _two_part(kernels.two_part_gamma, kernels.two_part_gamma_expected),
    "two_part_lognormal": _two_part(kernels.two_part_lognormal),
}

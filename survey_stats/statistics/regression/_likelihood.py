"""One maximum for all families: each row's log-likelihood depends on a few linear predictors of the parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

Floats = NDArray[np.float64]
_STEPS = 200
_HALVINGS = 40
_CLOSE = 1e-9  # a Newton step below this, relative, is followed by one that is rounding


class Local(NamedTuple):
    """The log-likelihood of each row as a function of its q linear predictors.

    Attributes:
        value: Shape (n,).
        gradient: First derivatives, shape (n, q).
        curvature: Minus the second derivatives, or their expectation, shape (n, q, q).
    """

    value: Floats
    gradient: Floats
    curvature: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Problem:
    """What is to be maximised: Σ w_i ℓ_i(z_i), with z_i = D_i θ + offset_i.

    Attributes:
        rows: D, shape (n, q, p).
        offset: Shape (n, q).
        local: z, shape (n, q) → log-likelihood and its derivatives.
        start: θ to start from, shape (p,).
        back: Parameters as named = back @ θ, shape (p, p).
        expected: z → expected curvature, where the information is to be that and not the observed one.
    """

    rows: Floats
    offset: Floats
    local: Callable[[Floats], Local]
    start: Floats
    back: Floats
    expected: Callable[[Floats], Floats] | None = None

    def predictors(self, theta: Floats) -> Floats:
        return np.asarray(self.rows @ theta + self.offset)


@dataclass(frozen=True, eq=False, slots=True)
class Maximum:
    """Where the weighted log-likelihood is greatest.

    Attributes:
        problem: What was maximised.
        weights: Shape (n,).
        theta: Shape (p,).
        local: Log-likelihoods there.
        information: Σ w_i D_i' K_i D_i with K the curvature, shape (p, p).
        converged: The last step was rounding.
        refined: Parameters as named with more digits than back @ theta, if there are any.
    """

    problem: Problem
    weights: Floats
    theta: Floats
    local: Local
    information: Floats
    converged: bool
    refined: Floats | None = None

    @property
    def parameters(self) -> Floats:
        """Parameters as named, shape (p,)."""
        if self.refined is not None:
            return self.refined
        return np.asarray(self.problem.back @ self.theta)

    @property
    def log_likelihood(self) -> float:
        return float(self.weights @ self.local.value)

    @property
    def scores(self) -> Floats:
        """Derivative of each row's log-likelihood by θ, without its weight, shape (n, p)."""
        return np.asarray(np.einsum("nqp,nq->np", self.problem.rows, self.local.gradient))

    @property
    def inverse(self) -> Floats:
        """Inverse of the information, shape (p, p)."""
        return np.asarray(linalg.inv(self.information))


def maximize(problem: Problem, weights: Floats, start: Floats | None = None) -> Maximum:
    """Newton's method; a step that does not increase the likelihood is halved.

    Args:
        problem: What to maximise.
        weights: Weights of the rows, 0 or more, shape (n,).
        start: Where to start, instead of the problem's own.
    """
    theta = problem.start if start is None else start
    local = problem.local(problem.predictors(theta))
    converged = False
    for _ in range(_STEPS):
        step = _step(problem, weights, local)
        small = bool(np.abs(step).max(initial=0) <= _CLOSE * max(1.0, float(np.abs(theta).max(initial=0))))
        theta, local = _advanced(problem, weights, theta, local, step)
        if small or not np.isfinite(step).all():
            converged = small
            break
    if problem.expected is not None:
        local = local._replace(curvature=problem.expected(problem.predictors(theta)))
    return Maximum(problem, weights, theta, local, information(problem.rows, local.curvature, weights), converged)


def information(rows: Floats, curvature: Floats, weights: Floats) -> Floats:
    """Σ w_i D_i' K_i D_i, shape (p, p)."""
    p = rows.shape[2]
    curved = np.matmul(curvature * weights[:, None, None], rows)
    return np.asarray(rows.reshape(-1, p).T @ curved.reshape(-1, p))


def _step(problem: Problem, weights: Floats, local: Local) -> Floats:
    """Newton's step; where the likelihood is not concave, a step uphill."""
    p = problem.rows.shape[2]
    gradient = problem.rows.reshape(-1, p).T @ (local.gradient * weights[:, None]).ravel()
    curved = information(problem.rows, local.curvature, weights)
    if not np.isfinite(curved).all():
        return np.full(p, np.nan)
    damping, size = 0.0, float(np.abs(np.diag(curved)).max(initial=1e-300))
    while True:
        try:
            return np.asarray(linalg.cho_solve(linalg.cho_factor(curved + damping * np.eye(p)), gradient))
        except linalg.LinAlgError:
            damping = max(10 * damping, 1e-10 * size)
            if damping > 1e6 * size:
                return np.full(p, np.nan)


def _advanced(problem: Problem, weights: Floats, theta: Floats, local: Local, step: Floats) -> tuple[Floats, Local]:
    """θ and the log-likelihoods after a step that loses nothing."""
    before = float(weights @ local.value)
    allowed = before - 1e-12 * max(abs(before), 1.0)
    for halving in range(_HALVINGS):
        tried = theta + step * 0.5**halving
        with np.errstate(all="ignore"):
            found = problem.local(problem.predictors(tried))
        value = float(weights @ found.value)
        if np.isfinite(value) and value >= allowed:
            return tried, found
    return theta, local

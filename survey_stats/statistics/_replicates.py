"""Replicate weights: the estimate of each replicate, and what their spread says about the sampling error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from survey_stats.errors import CallError, InputError
from survey_stats.statistics._columns import check_choice
from survey_stats.statistics._design_input import FUNCTION, Floats, check_replicates

RANK_TOLERANCE = 1e-5


class Estimated(NamedTuple):
    """Estimates and what each row adds to them.

    Attributes:
        estimate: Shape (k,).
        influence: Linearised values z, shape (n, k): estimate - truth ≈ Σ w z. Rows not used have 0.
    """

    estimate: Floats
    influence: Floats


Estimator = Callable[[Floats], Estimated]
"""Weights, shape (n,) → what is estimated with them."""


class _Scale(NamedTuple):
    """How a method scales squared deviations of R replicates: one number, one number a replicate, and what it needs."""

    common: Callable[[int, float], float]
    needs: tuple[str, ...] = ()


METHODS = {
    "bootstrap": _Scale(lambda r, _: 1 / (r - 1)),
    "jk1": _Scale(lambda r, _: (r - 1) / r),
    "jk2": _Scale(lambda _r, _: 1.0),
    "jkn": _Scale(lambda _r, _: 1.0, ("rscales",)),
    "brr": _Scale(lambda r, _: 1 / r),
    "fay": _Scale(lambda r, rho: 1 / (r * (1 - rho) ** 2), ("rho",)),
    "successive_difference": _Scale(lambda r, _: 4 / r),
    "other": _Scale(lambda _r, _: 1.0, ("scale",)),
}


@dataclass(frozen=True, eq=False, slots=True)
class Replicates:
    """Replicate weights and how their estimates make a variance: scale × Σ rscales (θ_r - centre)².

    Attributes:
        weights: Weights to analyse with, shape (n, replicates).
        method: Key of `METHODS`.
        scale: Common factor.
        rscales: Factor of each replicate, shape (replicates,).
        mse: Deviations are from the estimate of the full sample; else from the mean of the replicates.
    """

    weights: Floats
    method: str
    scale: float
    rscales: Floats
    mse: bool

    def covariance(self, estimator: Estimator, full: Floats, *, undefined: bool = False) -> Floats:
        """Covariance of what `estimator` estimates, shape (k, k).

        Args:
            estimator: Called with the weights of each replicate.
            full: Weights of the full sample.
            undefined: An estimate that a replicate does not have is without covariance (NaN), and nothing is raised.

        Raises:
            InputError: A replicate has no estimate.
        """
        estimates = np.array([self._estimate(estimator, place, undefined) for place in range(self.weights.shape[1])])
        centre = estimator(full).estimate if self.mse else estimates[self.rscales > 0].mean(axis=0)
        deviation = (estimates - centre) * np.sqrt(self.rscales)[:, None]
        return np.asarray(self.scale * (deviation.T @ deviation))

    def _estimate(self, estimator: Estimator, place: int, undefined: bool) -> Floats:
        of = f"{FUNCTION}: replicate {place + 1} of {self.weights.shape[1]} has no estimate"
        what = "Join small groups, or use a design with strata and clusters instead of replicates."
        try:
            found = np.asarray(estimator(self.weights[:, place].copy()).estimate, dtype=np.float64)
        except InputError as error:
            raise InputError(f"{of}: {error} {what}") from error
        if not undefined and not np.isfinite(found).all():
            raise InputError(f"{of}: its weights leave out all rows that an estimate needs. {what}")
        return found

    def transformed(self, change: Callable[[Floats], Floats]) -> Replicates:
        """The replicates with changed weights, such as raked ones."""
        changed = np.empty_like(self.weights)
        for place in range(self.weights.shape[1]):
            try:
                changed[:, place] = change(self.weights[:, place].copy())
            except InputError as error:
                raise InputError(f"{FUNCTION}: replicate {place + 1} of {self.weights.shape[1]}: {error}") from error
        return replace(self, weights=changed)

    def rank_df(self) -> float:
        """Rank of the weights - 1, as R's `degf`: what can be told apart by so many replicates."""
        triangle = np.asarray(linalg.qr(self.weights, mode="r", pivoting=True)[0])
        size = np.abs(np.diag(triangle))
        return float((size > RANK_TOLERANCE * size[0]).sum()) - 1


def build_replicates(
    weights: Floats,
    full: Floats,
    *,
    method: str | None,
    combined: bool,
    scale: float | None,
    rscales: Any,
    rho: float | None,
    mse: bool,
) -> Replicates:
    """Replicates whose options fit their method.

    Args:
        weights: Replicate weights, or multipliers of the full weights, shape (n, replicates).
        full: Weights of the full sample, shape (n,).
        method: Key of `METHODS`.
        combined: The replicate weights hold the full weights; else they are multipliers.
        scale: Common factor; the method's own where it is not given.
        rscales: Factor of each replicate; 1 where they are not given.
        rho: What Fay's method leaves of the weight, 0 to below 1.
        mse: See `Replicates`.
    """
    if method is None:
        raise CallError(
            f"{FUNCTION}: replicates without method. Say how they were made, as the data's documentation does: "
            f"{', '.join(METHODS)}."
        )
    check_choice(FUNCTION, "method", method, METHODS)
    n_replicates = weights.shape[1]
    if n_replicates < 2:
        raise CallError(f"{FUNCTION}: found {n_replicates} column of replicate weights. At least 2 are needed.")
    _check_options(method, {"scale": scale, "rscales": rscales, "rho": rho})
    combined_weights = weights if combined else weights * full[:, None]
    check_replicates(combined_weights)
    common = METHODS[method].common(n_replicates, rho or 0.0) if scale is None else _positive(scale, "scale")
    each = np.ones(n_replicates) if rscales is None else _each(rscales, n_replicates)
    return Replicates(combined_weights, method, common, each, mse)


def _check_options(method: str, given: dict[str, Any]) -> None:
    absent = [name for name in METHODS[method].needs if given[name] is None]
    if absent:
        raise CallError(
            f"{FUNCTION}: method {method!r} needs {absent[0]}=, {_MEANING[absent[0]]}. "
            "It stands in the documentation of the data."
        )
    if given["rho"] is not None and method != "fay":
        raise CallError(f"{FUNCTION}: rho is Fay's, and method is {method!r}. Leave it out, or say method='fay'.")
    if given["rho"] is not None and not 0 <= given["rho"] < 1:
        raise CallError(f"{FUNCTION}: rho is {given['rho']!r}. Give a number from 0 to below 1, such as 0.5.")


_MEANING = {
    "rscales": "a factor for each replicate, such as (n - 1) / n of its stratum",
    "rho": "the share of its weight that a row keeps where it is left out",
    "scale": "the factor of the sum of squared deviations",
}


def _positive(value: float, name: str) -> float:
    if not (np.isfinite(value) and value > 0):
        raise CallError(f"{FUNCTION}: {name} is {value!r}. Give a positive number.")
    return float(value)


def _each(given: Any, n_replicates: int) -> NDArray[np.float64]:
    each = np.asarray(given, dtype=np.float64)
    if each.shape != (n_replicates,) or not (np.isfinite(each) & (each >= 0)).all() or not (each > 0).any():
        raise CallError(
            f"{FUNCTION}: rscales has the shape {each.shape}. Give one number of 0 or more for each of the "
            f"{n_replicates} replicates, not all 0."
        )
    return each

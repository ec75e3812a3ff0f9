"""The one-factor model Σ = λλ' + diag(ψ), fitted by maximum likelihood to one or many covariance matrices at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ITERATIONS = 100
_HALVINGS = 12
_FEW = 10  # of more matrices, which are resamples, all begin at the solution of their mean
_TOLERANCE = 1e-10
_RIDGE = 1e-9  # keeps the information invertible; where the slope is zero it changes nothing
_DIVERGED = 1e3  # a standardized loading or unique variance of this size runs off to infinity
_BOUNDARY = 1e-6  # smallest unique variance, as a share of the item's variance, that is no Heywood case


class NoSolutionError(ArithmeticError):
    """The model has no proper solution.

    Attributes:
        message: Id of the message that says why.
        places: Positions of the items concerned.
    """

    def __init__(self, message: str, places: Sequence[int] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.places = tuple(places)


@dataclass(frozen=True, eq=False, slots=True)
class OneFactor:
    """A fitted model for each of several covariance matrices.

    Attributes:
        loadings: λ, matrices × items.
        uniquenesses: ψ, matrices × items.
        relative: ψ as a share of the items' variances, matrices × items.
        definite: Whether the matrix is positive definite.
        converged: Whether the likelihood equations hold.
    """

    loadings: Floats
    uniquenesses: Floats
    relative: Floats
    definite: NDArray[np.bool_]
    converged: NDArray[np.bool_]

    @property
    def proper(self) -> NDArray[np.bool_]:
        """Converged, and every unique variance is positive."""
        return np.asarray(self.definite & self.converged & (self.relative > _BOUNDARY).all(axis=1))

    def require_solution(self) -> None:
        """Raise `NoSolutionError` with the reason if the first matrix has no proper solution."""
        heywood = np.flatnonzero(self.relative[0] <= _BOUNDARY)
        if not self.definite[0]:
            raise NoSolutionError("statistics.omega_not_definite")
        if len(heywood):
            raise NoSolutionError("statistics.omega_heywood", heywood.tolist())
        if not self.converged[0]:
            raise NoSolutionError("statistics.omega_not_converged")


def fit_one_factor(covariances: Floats) -> OneFactor:
    """Minimise log|Σ| + tr(S Σ⁻¹) by Fisher scoring with step halving.

    Args:
        covariances: S, matrices × items × items.

    Returns:
        Loadings and unique variances on the scale of S. Unique variances are not bounded at zero, so that an improper
        solution shows itself.
    """
    sd = np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = covariances / (sd[:, :, None] * sd[:, None, :])
    observed = np.where(
        np.isfinite(observed).all(axis=(1, 2))[:, None, None], observed, 1.0
    )  # a constant item: singular
    definite = np.linalg.eigvalsh(observed)[:, 0] > 1e-10
    usable = np.where(definite[:, None, None], observed, np.eye(observed.shape[1]))
    parameters, steepest = _iterate(usable, _start(usable), definite)
    loadings, relative = np.split(parameters, 2, axis=1)
    return OneFactor(loadings * sd, relative * sd**2, relative, definite, steepest < 1e-7)


def _start(observed: Floats) -> Floats:
    """Where to begin: many matrices (resamples) at the solution of their mean if it is proper, else each by itself."""
    if len(observed) > _FEW:
        centre = observed.mean(axis=0)[None]
        parameters, steepest = _iterate(centre, _start(centre), np.ones(1, dtype=bool))
        if steepest[0] < 1e-7 and parameters[0, observed.shape[1] :].min() > 0:
            return np.tile(parameters, (len(observed), 1))
    eigenvalues, eigenvectors = np.linalg.eigh(observed)
    start = eigenvectors[:, :, -1] * np.sqrt(np.clip(0.8 * eigenvalues[:, -1:], 0.1, None))
    return np.hstack([start, np.clip(1 - start**2, 0.2, 1)])


def _iterate(observed: Floats, parameters: Floats, usable: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Parameters after the last step, and the steepest slope before it, which is infinite where nothing was tried."""
    steepest = np.full(len(parameters), np.inf)
    active = np.flatnonzero(usable)
    here = _Place(*_discrepancy(observed[active], parameters[active]))
    for _ in range(_ITERATIONS):
        step, slope = _scoring_step(observed[active], parameters[active], here.precision)
        steepest[active] = np.abs(slope).max(axis=1)
        parameters[active], here = _line_search(observed[active], parameters[active], step, here)
        going = (steepest[active] > _TOLERANCE) & (np.abs(parameters[active]).max(axis=1) < _DIVERGED)
        active, here = active[going], _Place(here.height[going], here.precision[going])
        if not len(active):
            break
    return parameters, steepest


class _Place(NamedTuple):
    """Discrepancy and inverse of the implied matrix at some parameters."""

    height: Floats
    precision: Floats


def _implied(parameters: Floats) -> Floats:
    loadings, unique = np.split(parameters, 2, axis=1)
    implied = loadings[:, :, None] * loadings[:, None, :]
    places = np.arange(loadings.shape[1])
    implied[:, places, places] += unique
    return np.asarray(implied)


def _discrepancy(observed: Floats, parameters: Floats) -> tuple[Floats, Floats]:
    """log|Σ| + tr(S Σ⁻¹), infinite where Σ is not positive definite, and Σ⁻¹."""
    implied = _implied(parameters)
    sign, log_determinant = np.linalg.slogdet(implied)
    implied[sign <= 0] = np.eye(implied.shape[1])
    precision = np.linalg.inv(implied)
    trace = (observed * precision).sum(axis=(1, 2))
    return np.asarray(np.where(sign > 0, log_determinant + trace, np.inf)), np.asarray(precision)


def _scoring_step(observed: Floats, parameters: Floats, precision: Floats) -> tuple[Floats, Floats]:
    """Step and slope of half the discrepancy; the information is the expected one, ½ tr(PΔPΔ) with P = Σ⁻¹."""
    loadings, _ = np.split(parameters, 2, axis=1)
    residual = precision - precision @ observed @ precision
    weighted = (precision @ loadings[:, :, None])[:, :, 0]
    slope = np.hstack([
        (residual @ loadings[:, :, None])[:, :, 0], np.diagonal(residual, axis1=1, axis2=2) / 2
    ])  # fmt: skip
    strength = (weighted * loadings).sum(axis=1)[:, None, None]
    mixed = precision * weighted[:, :, None]
    information = np.block([
        [weighted[:, :, None] * weighted[:, None, :] + precision * strength, mixed.transpose(0, 2, 1)],
        [mixed, precision**2 / 2],
    ])  # fmt: skip
    places = np.arange(information.shape[1])
    information[:, places, places] *= 1 + _RIDGE
    information[:, places, places] += _RIDGE
    return np.linalg.solve(information, slope[:, :, None])[:, :, 0], slope


def _line_search(observed: Floats, parameters: Floats, step: Floats, here: _Place) -> tuple[Floats, _Place]:
    """Full steps where they do not raise the discrepancy, else halved ones."""
    size = np.ones((len(parameters), 1))
    there = _Place(*_discrepancy(observed, parameters - step))
    worse = np.flatnonzero(there.height > here.height + 1e-12)
    for _ in range(_HALVINGS):
        if not len(worse):
            break
        size[worse] /= 2
        height, precision = _discrepancy(observed[worse], parameters[worse] - size[worse] * step[worse])
        there.height[worse], there.precision[worse] = height, precision
        worse = worse[height > here.height[worse] + 1e-12]
    return np.asarray(parameters - size * step), there


def omega_of(fit: OneFactor) -> Floats:
    """ω = (Σλ)² / ((Σλ)² + Σψ), McDonald (1999); NaN where there is no proper solution."""
    common = fit.loadings.sum(axis=1) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(fit.proper, common / (common + fit.uniquenesses.sum(axis=1)), np.nan))


def omega_gradient(covariance: Floats) -> Floats:
    """Derivative of ω with respect to each cell of the covariance matrix.

    By the implicit function theorem on the likelihood equations, with the observed second derivatives, so that it holds
    too where the model does not fit (the derivative behind lavaan's MLR standard errors).
    """
    fit = fit_one_factor(covariance[None])
    loadings, unique = fit.loadings[0], fit.uniquenesses[0]
    n_items = len(loadings)
    implied = np.outer(loadings, loadings) + np.diag(unique)
    precision = np.linalg.inv(implied)
    residual = precision @ (implied - covariance) @ precision
    unit = np.eye(n_items)
    outer = unit[:, :, None] * loadings[None, None, :]
    directions = np.concatenate([outer + outer.transpose(0, 2, 1), unit[:, :, None] * unit[:, None, :]])
    curved = (precision / 2 - residual) @ directions
    second = np.einsum("aij,bji->ab", curved, precision @ directions)
    second[:n_items, :n_items] += residual
    common, specific = loadings.sum(), unique.sum()
    total = common**2 + specific
    slope = np.repeat([2 * common * specific / total**2, -((common / total) ** 2)], n_items)
    weights = np.linalg.solve((second + second.T) / 2, slope)
    return np.asarray(precision @ np.einsum("a,aij->ij", weights, directions) @ precision / 2)

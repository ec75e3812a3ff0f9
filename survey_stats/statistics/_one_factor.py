"""The one-factor model Σ = λλ' + diag(ψ), fitted by maximum likelihood to one or many covariance matrices at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ITERATIONS = 100
_HALVINGS = 12
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
    eigenvalues, eigenvectors = np.linalg.eigh(observed)
    definite = eigenvalues[:, 0] > 1e-10
    usable = np.where(definite[:, None, None], observed, np.eye(observed.shape[1]))
    start = eigenvectors[:, :, -1] * np.sqrt(np.clip(0.8 * eigenvalues[:, -1:], 0.1, None))
    parameters = np.hstack([start, np.clip(1 - start**2, 0.2, 1)])
    steepest = np.full(len(parameters), np.inf)
    active = np.flatnonzero(definite)
    for _ in range(_ITERATIONS):
        step, slope = _scoring_step(usable[active], parameters[active])
        steepest[active] = np.abs(slope).max(axis=1)
        parameters[active] = _line_search(usable[active], parameters[active], step)
        active = active[(steepest[active] > _TOLERANCE) & (np.abs(parameters[active]).max(axis=1) < _DIVERGED)]
        if not len(active):
            break
    loadings, relative = np.split(parameters, 2, axis=1)
    return OneFactor(loadings * sd, relative * sd**2, relative, definite, steepest < 1e-7)


def _implied(parameters: Floats) -> Floats:
    loadings, unique = np.split(parameters, 2, axis=1)
    implied = loadings[:, :, None] * loadings[:, None, :]
    places = np.arange(loadings.shape[1])
    implied[:, places, places] += unique
    return np.asarray(implied)


def _discrepancy(observed: Floats, parameters: Floats) -> Floats:
    implied = _implied(parameters)
    sign, log_determinant = np.linalg.slogdet(implied)
    implied[sign <= 0] = np.eye(implied.shape[1])
    trace = np.einsum("bij,bji->b", observed, np.linalg.inv(implied))
    return np.asarray(np.where(sign > 0, log_determinant + trace, np.inf))


def _scoring_step(observed: Floats, parameters: Floats) -> tuple[Floats, Floats]:
    """Step and slope of half the discrepancy; the information is the expected one, ½ tr(PΔPΔ) with P = Σ⁻¹."""
    loadings, _ = np.split(parameters, 2, axis=1)
    implied = _implied(parameters)
    precision = np.linalg.inv(implied)
    residual = precision @ (implied - observed) @ precision
    weighted = np.einsum("bij,bj->bi", precision, loadings)
    slope = np.hstack([
        np.einsum("bij,bj->bi", residual, loadings), np.diagonal(residual, axis1=1, axis2=2) / 2
    ])  # fmt: skip
    strength = np.einsum("bi,bi->b", weighted, loadings)[:, None, None]
    mixed = precision * weighted[:, :, None]
    information = np.block([
        [weighted[:, :, None] * weighted[:, None, :] + precision * strength, mixed.transpose(0, 2, 1)],
        [mixed, precision**2 / 2],
    ])  # fmt: skip
    places = np.arange(information.shape[1])
    information[:, places, places] *= 1 + _RIDGE
    information[:, places, places] += _RIDGE
    return np.linalg.solve(information, slope[:, :, None])[:, :, 0], slope


def _line_search(observed: Floats, parameters: Floats, step: Floats) -> Floats:
    """Full steps where they do not raise the discrepancy, else halved ones."""
    before = _discrepancy(observed, parameters)
    size = np.ones((len(parameters), 1))
    for _ in range(_HALVINGS):
        worse = _discrepancy(observed, parameters - size * step) > before + 1e-12
        if not worse.any():
            break
        size[worse] /= 2
    return np.asarray(parameters - size * step)


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

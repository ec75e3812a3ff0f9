"""Omega hierarchical: the share of one general factor in the variance of the sum, by Schmid and Leiman (1957).

As psych's `omega`: correlations, group factors by minimum residuals, turned by oblimin; one factor of their
correlations gives what they share, and each item's loading on it is its loading on the group factors times theirs. Two
group factors have one correlation, which does not tell their two loadings apart: they are taken as equal.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.messages import Message
from survey_stats.statistics._alpha import correlations_of, through_correlations
from survey_stats.statistics._coefficient import Family
from survey_stats.statistics._items import Sample
from survey_stats.statistics._minres import fit_minres
from survey_stats.statistics._oblimin import oblimin
from survey_stats.statistics._one_factor import NoSolutionError

Floats = NDArray[np.float64]

NAMES = ("omega_hierarchical", "omega_total_minres")
_STEP = 1e-4  # of a numerical derivative
_ROUGH = 1e-6  # of a bootstrap sample's rotation


class _Solution(NamedTuple):
    """Of each matrix: pattern, loadings of the group factors on the general one, unique variances, rotation, reason.

    `reason` is empty for a proper solution, else the id of the message that says why there is none.
    """

    pattern: Floats
    general: Floats
    uniquenesses: Floats
    turn: Floats
    reason: NDArray[np.str_]


def hierarchical_family(group_factors: int) -> Family:
    """Omega hierarchical and omega total with so many group factors."""
    return Family(
        NAMES, "correlation", "minres_oblimin", fewest_items(group_factors), partial(_estimate, group_factors),
        partial(_gradient, group_factors), partial(_notes, group_factors),
    )  # fmt: skip


def fewest_items(group_factors: int) -> int:
    """Items so many factors need: as many different correlations as there are parameters, (p - m)² ≥ p + m."""
    return next(p for p in range(group_factors + 1, 10**6) if (p - group_factors) ** 2 >= p + group_factors)


def schmid_leiman(sample: Sample, group_factors: int) -> pd.DataFrame:
    """A row an item: `item`, `general`, `group_1` …, `uniqueness`; none where there is no proper solution.

    Group factors are in the order of their sums of squares, each turned so that its loadings sum to 0 or more.
    """
    if len(sample.names) < fewest_items(group_factors) or not (np.diag(sample.covariance) > 0).all():
        return pd.DataFrame()
    found = _solve(correlations_of(sample.covariance)[None], group_factors)
    if found.reason[0]:
        return pd.DataFrame()
    general = found.pattern[0] @ found.general[0]
    group = found.pattern[0] * np.sqrt(1 - found.general[0] ** 2)
    group = group[:, np.argsort(-(group**2).sum(axis=0))] * 1.0
    group *= np.where(group.sum(axis=0) < 0, -1.0, 1.0)
    columns = {f"group_{place + 1}": group[:, place] for place in range(group_factors)}
    general *= -1.0 if general.sum() < 0 else 1.0
    return pd.DataFrame({"item": sample.names, "general": general, **columns, "uniqueness": found.uniquenesses[0]})


def _solve(
    correlations: Floats, group_factors: int, near: _Solution | None = None, tolerance: float = 1e-10
) -> _Solution:
    """Solutions of each matrix, begun at those of `near`."""
    fit = fit_minres(correlations, group_factors, None if near is None else near.uniquenesses)
    proper = fit.proper
    turned = oblimin(fit.loadings, None if near is None else near.turn, tolerance)
    general, found = _second_order(turned.correlations)
    reason = np.select(
        [~fit.converged, ~proper, ~turned.converged, ~found],
        ["not_converged", "heywood", "not_rotated", "general_heywood"], "",
    )  # fmt: skip
    return _Solution(turned.loadings, general, fit.uniquenesses, turned.turn, reason)


def _second_order(correlations: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Loadings of the group factors on the general one, and whether they are proper."""
    if correlations.shape[1] == 2:
        shared = correlations[:, 0, 1]
        root = np.sqrt(np.abs(shared))
        return np.stack([root, np.sign(shared) * root], axis=1), np.abs(shared) < 1
    fit = fit_minres(correlations, 1)
    return fit.loadings[:, :, 0], fit.proper


def _shares(correlations: Floats, solution: _Solution) -> Floats:
    """(Σg)² and Σh² with what group factors add, over the sum of the correlations; NaN without a proper solution."""
    total = correlations.sum(axis=(1, 2))
    general = (solution.pattern @ solution.general[:, :, None]).sum(axis=(1, 2))
    shares = np.stack([general**2 / total, 1 - solution.uniquenesses.sum(axis=1) / total], axis=1)
    return np.asarray(np.where((solution.reason == "")[:, None], shares, np.nan))


def _estimate(group_factors: int, covariance: Floats) -> Floats:
    many = covariance.ndim == 3
    correlations = correlations_of(covariance if many else covariance[None])
    solution = _solve(correlations, group_factors, tolerance=_ROUGH if many else 1e-10)
    if not many:
        _require(solution)
    shares = _shares(correlations, solution)
    return shares if many else shares[0]


def _require(solution: _Solution) -> None:
    """Raise `NoSolutionError` with the reason if there is no proper solution."""
    reason = str(solution.reason[0])
    places = np.flatnonzero(solution.uniquenesses[0] <= 0).tolist() if reason == "heywood" else []
    if reason:
        raise NoSolutionError(f"statistics.hierarchical_{reason}", places)


def _gradient(group_factors: int, covariance: Floats) -> Floats:
    """Central differences in each correlation, begun at the solution, then the chain rule."""
    correlations = correlations_of(covariance)
    n_items = len(correlations)
    first, second = np.triu_indices(n_items, 1)
    near = _solve(correlations[None], group_factors)
    moved = np.tile(correlations, (2 * len(first), 1, 1))
    places = np.arange(len(first))
    for offset, step in ((0, _STEP), (len(first), -_STEP)):
        moved[offset + places, first, second] += step
        moved[offset + places, second, first] += step
    shares = _shares(moved, _solve_near(moved, group_factors, near))
    slopes = (shares[: len(first)] - shares[len(first) :]) / (2 * _STEP)
    full = np.zeros((2, n_items, n_items))
    full[:, first, second] = full[:, second, first] = slopes.T / 2
    return through_correlations(covariance, full)


def _solve_near(correlations: Floats, group_factors: int, near: _Solution) -> _Solution:
    """Solutions close to a known one: unrotated factors, whose signs are arbitrary, are turned towards it first."""
    fit = fit_minres(correlations, group_factors, np.repeat(near.uniquenesses, len(correlations), axis=0))
    # T with Λ T'⁻¹ closest to the known pattern: least squares for T'⁻¹, columns of T brought to length 1.
    closest = np.linalg.solve(
        fit.loadings.transpose(0, 2, 1) @ fit.loadings, fit.loadings.transpose(0, 2, 1) @ near.pattern
    )
    turn = np.linalg.inv(closest).transpose(0, 2, 1)
    turn /= np.sqrt((turn**2).sum(axis=1, keepdims=True))
    return _solve(correlations, group_factors, near._replace(uniquenesses=fit.uniquenesses, turn=turn))


def _notes(group_factors: int, name: str, _n_items: int) -> tuple[Message, ...]:
    if group_factors > 2 or name != "omega_hierarchical":
        return ()
    return (Message("statistics.hierarchical_two"),)

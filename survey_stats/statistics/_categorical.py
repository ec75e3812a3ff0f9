"""Reliability of ordered answers: categorical omega and ordinal alpha, from polychoric correlations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from survey_stats.errors import CallError
from survey_stats.messages import Message
from survey_stats.statistics._alpha import alpha_of
from survey_stats.statistics._coefficient import (
    Coefficient,
    IntervalRule,
    Limits,
    bca_limits,
    empty_coefficient,
    with_limits,
    with_name,
)
from survey_stats.statistics._green_yang import Steps, categorical_omega, slopes_of, steps_of
from survey_stats.statistics._items import FUNCTION, Sample, drawn_counts
from survey_stats.statistics._latent_pairs import (
    Ordinal,
    corrected,
    correlation_variance,
    fit_tables,
    limits_of,
    ordinal,
)
from survey_stats.statistics._one_factor import NoSolutionError
from survey_stats.statistics._weighted_one_factor import fit_weighted_factor, loadings_by_correlation
from survey_stats.statistics.polychoric import MOST_CATEGORIES, PolychoricMatrix, matrix_of

Floats = NDArray[np.float64]

NAMES = ("omega_categorical", "alpha_ordinal")
_FEWEST = {"omega_categorical": 3, "alpha_ordinal": 2}
_ESTIMATORS = {"omega_categorical": "dwls", "alpha_ordinal": "moments"}
_TABLES = 20_000  # fitted at once


class _Ordered(NamedTuple):
    """Coded answers, their polychoric correlations, and the points that each step to the next category adds."""

    data: Ordinal
    matrix: PolychoricMatrix
    points: Floats


class _Found(NamedTuple):
    """An estimate, and the influence of each row on it: what it adds to estimate minus truth."""

    estimate: float
    influence: Floats


def categorical_coefficients(
    sample: Sample, rule: IntervalRule, n_bootstrap: int, seed: int | None
) -> Iterator[Coefficient]:
    """Omega of the answers as scored, and alpha of the normal variables thought to lie behind them.

    Omega: one factor fitted to the polychoric correlations by diagonally weighted least squares (the point estimates of
    lavaan's WLSMV), then Green and Yang (2009). Standard errors by the delta method from the joint influence of each
    row on thresholds and correlations, the weights taken as known; each bootstrap sample has weights of its own.

    Raises:
        CallError: An item has too many different answers to be taken as ordered categories.
    """
    ordered = _read(sample, rule.rows)
    draws = _resampled(ordered, n_bootstrap, seed) if rule.kind == "bca" else {}
    for name, find in (("omega_categorical", _omega), ("alpha_ordinal", _alpha)):
        one = empty_coefficient(name, "polychoric", _ESTIMATORS[name], sample, rule)
        reason = _refusal(name, ordered)
        if reason is not None:
            yield replace(one, warnings=(reason,))
            continue
        try:
            found = find(ordered)
        except NoSolutionError as failed:
            items = ", ".join(sample.names[place] for place in failed.places)
            told = Message(f"{failed.message}_categorical", {"items": items})
            yield replace(one, warnings=(told,))
            continue
        kind = "bca" if name in draws else "adf"
        limits = _limits(found, draws.get(name), rule.confidence)
        yield with_limits(one, found.estimate, limits, kind, 1.0, ordered.matrix.warnings)


def _read(sample: Sample, rows: str) -> _Ordered:
    data = ordinal(sample.values)
    many = [name for name, count in zip(sample.names, data.categories, strict=True) if count > MOST_CATEGORIES]
    if many:
        raise CallError(
            f"{FUNCTION}: categorical=True, and item {many[0]!r} has more than {MOST_CATEGORIES} different answers. "
            "Categorical omega is for few ordered categories: leave categorical out."
        )
    points = np.zeros((len(sample.names), max(data.width - 1, 1)))
    for place, column in enumerate(sample.values.T):
        levels = np.unique(column[np.isfinite(column)])
        points[place, : len(levels) - 1] = np.diff(levels)
    return _Ordered(data, matrix_of(data, sample.names, rows), points[:, : data.width - 1])


def _refusal(name: str, ordered: _Ordered) -> Message | None:
    n_items = len(ordered.matrix.names)
    if n_items < _FEWEST[name]:
        return with_name(Message("statistics.too_few_items", {"needed": _FEWEST[name], "n": n_items}), name)
    pairs = np.triu_indices(n_items, 1)
    lacking = ~(ordered.matrix.standard_errors[pairs] > 0)
    if lacking.any():
        told = [f"{ordered.matrix.names[pairs[0][at]]} × {ordered.matrix.names[pairs[1][at]]}" for at in
                np.flatnonzero(lacking)]  # fmt: skip
        return with_name(Message("statistics.no_latent_correlation", {"pairs": ", ".join(told)}), name)
    return None


def _limits(found: _Found, draws: Floats | None, confidence: float) -> Limits:
    if draws is not None:
        return bca_limits(found.estimate, found.influence, draws, confidence)
    error = float(np.sqrt((found.influence**2).sum()))
    half = stats.norm.ppf((1 + confidence) / 2) * error
    return Limits(found.estimate - half, found.estimate + half, error)


def _alpha(ordered: _Ordered) -> _Found:
    """Zumbo, Gadermann and Zeisser (2007): standardized alpha of the polychoric correlations."""
    correlations = ordered.matrix.correlations
    n_items = len(correlations)
    slope = 2 * n_items**2 / ((n_items - 1) * correlations.sum() ** 2)
    return _Found(float(alpha_of(correlations)), slope * ordered.matrix.correlation_influence.sum(axis=1))


def _omega(ordered: _Ordered) -> _Found:
    matrix = ordered.matrix
    off_diagonal = ~np.eye(len(matrix.names), dtype=bool)
    weights = np.divide(1.0, matrix.standard_errors**2, out=np.zeros_like(matrix.correlations), where=off_diagonal)
    fit = fit_weighted_factor(matrix.correlations[None], weights[None])
    fit.require_solution()
    loadings = fit.loadings[0]
    pairs = np.triu_indices(len(loadings), 1)
    slopes = slopes_of(steps_of(ordered.data.limits, ordered.points), loadings, matrix.correlations[pairs])
    by_pair = slopes.correlations + slopes.loadings @ loadings_by_correlation(matrix.correlations, weights, loadings)
    influence = matrix.correlation_influence @ by_pair
    influence += np.einsum("njc,jc->n", matrix.threshold_influence, slopes.thresholds)
    return _Found(slopes.omega, influence)


def _resampled(ordered: _Ordered, n_bootstrap: int, seed: int | None) -> dict[str, Floats]:
    """Both coefficients of bootstrap samples, NaN where there is no solution; complete rows only."""
    data = ordered.data
    n, n_items = data.codes.shape
    first, second = data.pairs
    random = np.random.default_rng(seed)
    size = max(_TABLES // len(first), 1)
    found: dict[str, list[Floats]] = {name: [] for name in NAMES}
    for start in range(0, n_bootstrap, size):
        tables = _drawn_tables(data, drawn_counts(random, n, min(size, n_bootstrap - start)))
        limits = limits_of(tables["margins"])
        correlation, variance = _fitted(ordered, tables["pairs"], limits[:, first], limits[:, second])
        matrices = np.tile(np.eye(n_items), (len(limits), 1, 1))
        matrices[:, first, second] = matrices[:, second, first] = correlation
        found["alpha_ordinal"].append(alpha_of(matrices))
        found["omega_categorical"].append(_omegas(matrices, variance, steps_of(limits, ordered.points)))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _drawn_tables(data: Ordinal, counts: Floats) -> dict[str, Floats]:
    """Margins (draws × items × categories) and tables of pairs (draws × pairs × categories × categories)."""
    n_items, width = data.codes.shape[1], data.width
    chosen = (data.codes[:, :, None] == np.arange(width)).reshape(len(data.codes), -1).astype(float)
    products = np.stack([(chosen * own[:, None]).T @ chosen for own in counts])
    products = products.reshape(len(counts), n_items, width, n_items, width)
    first, second = data.pairs
    every = np.arange(n_items)
    margins = np.einsum("djcjc->djc", products)
    return {"margins": margins[:, every], "pairs": products[:, first, :, second].transpose(1, 0, 2, 3)}


def _fitted(ordered: _Ordered, tables: Floats, rows: Floats, columns: Floats) -> tuple[Floats, Floats]:
    """Correlations and their variances, draws × pairs; NaN where there is no estimate inside -1 and 1."""
    data = ordered.data
    first, second = data.pairs
    n_draws, width = len(tables), data.width
    start = np.tile(np.nan_to_num(ordered.matrix.correlations[first, second]), n_draws)
    two_by_two = np.tile((data.categories[first] == 2) & (data.categories[second] == 2), n_draws)
    flat, _ = corrected(tables.reshape(-1, width, width), two_by_two)
    rows, columns = rows.reshape(-1, width + 1), columns.reshape(-1, width + 1)
    varies = ((flat.sum(axis=2) > 0).sum(axis=1) > 1) & ((flat.sum(axis=1) > 0).sum(axis=1) > 1)
    correlation, variance = np.full((2, len(flat)), np.nan)
    correlation[varies] = fit_tables(flat[varies], rows[varies], columns[varies], start[varies])
    inside = np.abs(correlation) < 1
    correlation[~inside] = np.nan
    variance[inside] = correlation_variance(flat[inside], rows[inside], columns[inside], correlation[inside])
    return correlation.reshape(n_draws, -1), variance.reshape(n_draws, -1)


def _omegas(correlations: Floats, variance: Floats, steps: Steps) -> Floats:
    """Omega of each draw whose correlations all have a positive variance and whose factor is proper."""
    omega = np.full(len(correlations), np.nan)
    n_items = correlations.shape[1]
    first, second = np.triu_indices(n_items, 1)
    usable = np.flatnonzero((variance > 0).all(axis=1))
    if n_items < _FEWEST["omega_categorical"] or not len(usable):
        return omega
    weights = np.zeros_like(correlations[usable])
    weights[:, first, second] = weights[:, second, first] = 1 / variance[usable]
    fit = fit_weighted_factor(correlations[usable], weights)
    kept = usable[fit.proper]
    own = Steps(*(part[kept] for part in steps))
    omega[kept] = categorical_omega(own, fit.loadings[fit.proper], correlations[kept][:, first, second])
    return omega

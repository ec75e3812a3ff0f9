"""Covariance of the parameters: of the model, of rows (HC), of clusters (CR), of the design of the sample.

All start from the rows' scores s_i and curvatures A_i with A = Σ A_i. HC0 takes (A⁻¹ s_i)(A⁻¹ s_i)'. HC3 takes
((A - A_i)⁻¹ s_i) instead, what leaving out row i changes to first order: in linear and generalized linear models this
is division by 1 - leverage (MacKinnon and White 1985), and it is the same idea for models with several linear
predictors. CR3 does it with clusters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from survey_stats.errors import InputError
from survey_stats.statistics.design import Design, Estimated
from survey_stats.statistics.regression._likelihood import Maximum, information, maximize

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_ALONE = 1e-9  # a share of a direction that lies in one cluster is 1 if it differs by less
_NOTHING = 1e-7  # a standard error below this share of the model's own is rounding
_LOADS = 1e-6  # cosine of a term with such a direction from which on it counts as loading on it


@dataclass(frozen=True, eq=False, slots=True)
class Uncertainty:
    """What is known of the error of the parameters as named.

    Attributes:
        covariance: Shape (p, p).
        df: Degrees of freedom of t of each parameter, shape (p,); NaN: normal.
        unknown: Which have no standard error, shape (p,).
        exact: Which of those have none because the rows they rest on fit exactly, shape (p,).
        df_of: Contrasts, shape (m, p) → their degrees of freedom, shape (m,), where those have their own.
    """

    covariance: Floats
    df: Floats
    unknown: Bools
    df_of: Callable[[Floats], Floats] | None = None
    exact: Bools | bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Sampled:
    """What a covariance is computed from.

    Attributes:
        maximum: The fitted model.
        dispersion: Factor of the model's own variance of each parameter, shape (p,); 1 for most.
        residual_df: n - p where t has that many degrees of freedom, else NaN.
        clusters: Place of each row's cluster, shape (n,); None without.
        function: Name of the public function, for messages.
    """

    maximum: Maximum
    dispersion: Floats
    residual_df: float
    clusters: NDArray[np.int64] | None
    function: str

    @property
    def n_clusters(self) -> int:
        return 0 if self.clusters is None else int(self.clusters.max()) + 1

    def named(self, covariance: Floats) -> Floats:
        back = self.maximum.problem.back
        return np.asarray(back @ covariance @ back.T)

    def of_influence(self, influence: Floats, factor: float = 1.0) -> Floats:
        return self.named(factor * influence.T @ influence)


def _of_rows(covariance: Callable[[Sampled], Floats]) -> Callable[[Sampled], Uncertainty]:
    def uncertainty(sampled: Sampled) -> Uncertainty:
        found = covariance(sampled)
        p = len(found)
        return Uncertainty(found, np.full(p, sampled.residual_df), np.zeros(p, dtype=bool))

    return uncertainty


def _model(sampled: Sampled) -> Floats:
    """Inverse information times the dispersion."""
    scale = np.sqrt(sampled.dispersion)
    return sampled.named(scale[:, None] * sampled.maximum.inverse * scale)


def _hc0(sampled: Sampled) -> Floats:
    return sampled.of_influence(sampled.maximum.scores @ sampled.maximum.inverse)


def _hc1(sampled: Sampled) -> Floats:
    n, p = sampled.maximum.scores.shape
    return np.asarray(_hc0(sampled) * (n / (n - p)))


def _hc3(sampled: Sampled) -> Floats:
    maximum = sampled.maximum
    rows, local = maximum.problem.rows, maximum.local
    spread = rows @ maximum.inverse  # (n, q, p)
    hat = local.curvature @ (spread @ rows.transpose(0, 2, 1))  # K D A⁻¹ D', shape (n, q, q)
    left = np.eye(hat.shape[1]) - hat
    alone = int((np.abs(np.linalg.det(left)) < _ALONE).sum())
    if alone:
        raise InputError(
            f"{sampled.function}: {alone} rows each determine a coefficient alone (a category with one row), so HC3 "
            "standard errors do not exist. Join small categories or leave the term out."
        )
    adjusted = np.linalg.solve(left, local.gradient[:, :, None])[:, :, 0]
    return sampled.of_influence(np.einsum("nqp,nq->np", spread, adjusted))


def _of_clusters(covariance: Callable[[Sampled], Floats]) -> Callable[[Sampled], Uncertainty]:
    def uncertainty(sampled: Sampled) -> Uncertainty:
        unknown = resting_on_one(sampled.maximum, _clusters(sampled))
        found = covariance(sampled)
        return Uncertainty(found, np.full(len(found), sampled.n_clusters - 1.0), unknown)

    return uncertainty


def _clusters(sampled: Sampled) -> NDArray[np.int64]:
    assert sampled.clusters is not None
    return sampled.clusters


def _summed(values: Floats, clusters: NDArray[np.int64]) -> Floats:
    """Sums of rows by cluster, shape (clusters, columns)."""
    return np.column_stack([np.bincount(clusters, column) for column in values.T])


def _cr1(sampled: Sampled) -> Floats:
    """G / (G - 1) × (n - 1) / (n - p), as in statsmodels and R's sandwich with HC1."""
    n, p = sampled.maximum.scores.shape
    g = sampled.n_clusters
    influence = _summed(sampled.maximum.scores, _clusters(sampled)) @ sampled.maximum.inverse
    return sampled.of_influence(influence, g / (g - 1) * (n - 1) / (n - p))


def _cr3(sampled: Sampled) -> Floats:
    """The jackknife over clusters to first order, (A - A_g)⁻¹ s_g (Bell and McCaffrey 2002)."""
    maximum, clusters = sampled.maximum, _clusters(sampled)
    scores = _summed(maximum.scores, clusters)
    rows, curvature = maximum.problem.rows, maximum.local.curvature
    influence = np.empty_like(scores)
    for at, inside in enumerate(_members(clusters)):
        own = information(rows[inside], curvature[inside], np.ones(len(inside)))
        influence[at] = linalg.lstsq(maximum.information - own, scores[at], cond=_ALONE)[0]
    return sampled.of_influence(influence)


def _members(clusters: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Rows of each cluster."""
    order = np.argsort(clusters, kind="stable")
    return np.split(order, np.cumsum(np.bincount(clusters))[:-1])


def _cr2(sampled: Sampled) -> Uncertainty:
    """Bias-reduced linearisation of a linear model, each term with degrees of freedom by Satterthwaite.

    The residuals of a cluster are multiplied by (I - H_g)^-½, H_g its block of the hat matrix (Bell and McCaffrey 2002;
    Pustejovsky and Tipton 2018, working model of independent rows).
    """
    maximum, clusters = sampled.maximum, _clusters(sampled)
    basis, named, turns, _ = _turned(maximum, clusters)
    residual = maximum.local.gradient[:, 0]
    influence = np.array(
        [turn @ (basis[inside].T @ residual[inside]) for turn, inside in zip(turns, _members(clusters), strict=True)]
    )
    covariance = named @ (influence.T @ influence) @ named.T

    def df_of(contrasts: Floats) -> Floats:
        return _satterthwaite(maximum, clusters, contrasts)

    return Uncertainty(covariance, df_of(np.eye(len(named))), resting_on_one(maximum, clusters), df_of)


def _turned(maximum: Maximum, clusters: NDArray[np.int64]) -> tuple[Floats, Floats, list[Floats], list[Floats]]:
    """Orthonormal terms Q, parameters as named in them, and of each cluster (I - S_g)^-½ and S_g = Q_g'Q_g."""
    whiten = linalg.inv(linalg.cholesky(maximum.information))
    basis, named = maximum.problem.rows[:, 0] @ whiten, maximum.problem.back @ whiten
    turns, grams = [], []
    for inside in _members(clusters):
        gram = basis[inside].T @ basis[inside]
        shares, directions = linalg.eigh(gram)
        # a direction that lies wholly in the cluster has no residual there
        factor = np.where(shares > 1 - _ALONE, 0.0, 1 / np.sqrt(np.clip(1 - shares, _ALONE, None)))
        turns.append((directions * factor) @ directions.T)
        grams.append(gram)
    return basis, named, turns, grams


def _satterthwaite(maximum: Maximum, clusters: NDArray[np.int64], contrasts: Floats) -> Floats:
    """Degrees of freedom of CR2 for contrasts of the parameters as named, (tr P)² / tr P².

    A contrast with r its row in orthonormal terms has the variance Σ (r'M_g Q_g'e_g)², a quadratic form of the errors
    with P_gh = δ_gh r'M_g S_g M_g r - (S_g M_g r)'(S_h M_h r), M_g = (I - S_g)^-½.

    Args:
        maximum: A fitted linear model.
        clusters: Place of each row's cluster, shape (n,).
        contrasts: Shape (m, p).

    Returns:
        Shape (m,).
    """
    _, named, turns, grams = _turned(maximum, clusters)
    rows = contrasts @ named
    turned = np.array([rows @ turn for turn in turns])  # (clusters, m, p)
    arms = np.array([turn @ gram for turn, gram in zip(turned, grams, strict=True)])
    own = np.einsum("gmp,gmp->mg", arms, turned)
    lengths = np.einsum("gmp,gmp->mg", arms, arms)
    cross = np.einsum("gmp,gmq->mpq", arms, arms)
    squares = (own**2).sum(axis=1) - 2 * (own * lengths).sum(axis=1) + (cross**2).sum(axis=(1, 2))
    return np.asarray((own.sum(axis=1) - lengths.sum(axis=1)) ** 2 / squares)


def resting_on_one(maximum: Maximum, clusters: NDArray[np.int64]) -> Bools:
    """Which parameters have a part that one cluster alone determines.

    A direction v with v'A_g v = v'A v lies wholly in the rows of cluster g, so the cluster's score along it is zero
    whatever the errors were, and with it the variance it stands for. A parameter without a part along any such v (x
    beside a dummy for each cluster) loses nothing.

    Args:
        maximum: The fitted model.
        clusters: Place of each row's cluster, shape (n,).

    Returns:
        Shape (p,).
    """
    triangle = linalg.cholesky(maximum.information)
    whitened = linalg.solve_triangular(triangle, maximum.problem.rows.reshape(-1, len(triangle)).T, trans="T")
    rows = whitened.T.reshape(maximum.problem.rows.shape)
    weighted = maximum.local.curvature * maximum.weights[:, None, None]
    named = linalg.solve_triangular(triangle, maximum.problem.back.T, trans="T").T
    named /= np.linalg.norm(named, axis=1, keepdims=True)
    share = np.einsum("nqp,nqr,nrp->n", rows, weighted, rows)
    lost = np.zeros(len(named), dtype=bool)
    for cluster in np.flatnonzero(np.bincount(clusters, share) > 1 - _ALONE):  # these sum to p, so they are p at most
        inside = clusters == cluster
        shares, directions = linalg.eigh(information(rows[inside], weighted[inside], np.ones(int(inside.sum()))))
        lost |= (np.abs(named @ directions[:, shares > 1 - _ALONE]) > _LOADS).any(axis=1)
    return lost


def of_design(
    sampled: Sampled, design: Design, used: Bools, refit: Callable[[Floats], Maximum] | None = None
) -> Uncertainty:
    """Covariance by linearisation or replicates, t with the design's degrees of freedom.

    Linearised, row i adds A⁻¹ s_i to the parameters (R survey: `svyrecvar(estfun %*% naive.cov)`); with replicates the
    model is fitted anew with each.

    Args:
        sampled: The model fitted with the weights of the design.
        design: The design of all rows of the data.
        used: Rows of the data that the model uses.
        refit: The model with other weights, shape (n,); None: as `maximize` does it.
    """
    problem, theta = sampled.maximum.problem, sampled.maximum.theta

    def estimate(weights: Floats) -> Estimated:
        own = weights[used]
        found = refit(own) if refit is not None else maximize(problem, own / own.mean(), theta)
        if not found.converged or _is_singular(found.information):
            raise InputError("the model has no estimate with these weights.")
        influence = np.zeros((len(used), len(theta)))
        influence[used] = found.scores @ found.inverse @ problem.back.T / own.mean()
        return Estimated(found.parameters, influence)

    covariance = design.covariance(estimate)
    p = len(theta)
    unknown = np.zeros(p, dtype=bool)
    if not design.n_replicates:
        unknown = resting_on_one(sampled.maximum, np.unique(design.clusters[used], return_inverse=True)[1])
    return Uncertainty(covariance, np.full(p, design.df(used)), unknown)


def _is_singular(curved: Floats) -> bool:
    size = np.linalg.eigvalsh(curved)
    return bool(size[0] <= 1e-12 * size[-1])


def without_exact(uncertainty: Uncertainty, sampled: Sampled) -> Uncertainty:
    """Parameters whose standard error is rounding beside that of the model have none: their rows fit exactly."""
    own, plain = (np.sqrt(np.clip(np.diag(each), 0, None)) for each in (uncertainty.covariance, _model(sampled)))
    exact = (own <= _NOTHING * plain) & ~uncertainty.unknown
    return replace(uncertainty, unknown=uncertainty.unknown | exact, exact=exact)


ESTIMATORS: dict[str, Callable[[Sampled], Uncertainty]] = {
    "model": _of_rows(_model),
    "HC0": _of_rows(_hc0),
    "HC1": _of_rows(_hc1),
    "HC3": _of_rows(_hc3),
    "CR1": _of_clusters(_cr1),
    "CR2": _cr2,
    "CR3": _of_clusters(_cr3),
}
OF_CLUSTERS = ("CR1", "CR2", "CR3")

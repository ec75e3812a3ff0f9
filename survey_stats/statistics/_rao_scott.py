"""Independence of two questions in a sample with a design: Rao and Scott's second-order test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_stats.messages import Message
from survey_stats.statistics._categories import Categories
from survey_stats.statistics._domain_means import domain_means
from survey_stats.statistics.design import Design, Estimated, Estimator

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_WORST = 1e10  # condition of the covariance under simple random sampling; beyond it empty cells leave no test


@dataclass(frozen=True, eq=False, slots=True)
class Independence:
    """A weighted table and its test.

    Attributes:
        shares: Weighted shares of all, shape (r, c).
        residual: (share - expected share) / its standard error, shape (r, c).
        phi2: Pearson's χ² of the shares, per row.
        effect: Mean generalised design effect of the test.
        statistic, df, df_error: F and its degrees of freedom; NaN where there is no test.
        error: Why there is none.
    """

    shares: Floats
    residual: Floats
    phi2: float
    effect: float
    statistic: float
    df: float
    df_error: float
    error: str = ""


def rao_scott(across: Categories, down: Categories, used: Bools, design: Design) -> Independence:
    """Test independence (Rao and Scott 1984, Annals of Statistics 12, 46-60; R survey's `svychisq`).

    χ² of the weighted shares is over the null a sum of χ²₁ weighted by the generalised design effects δ, the
    eigenvalues of the design's covariance of the interaction over that of simple random sampling. F = χ² / Σδ has
    (Σδ)² / Σδ² and that times the design's degrees of freedom (Thomas and Rao 1987).

    Args:
        across: The first column, with only the answers that occur in `used`.
        down: The second, likewise.
        used: Rows with both answers, shape (n,).
        design: Design of all rows.
    """
    r, c = len(across.levels), len(down.levels)
    cell = np.where(used, across.codes * c + down.codes, -1)
    indicators = (cell[:, None] == np.arange(r * c)).astype(float)
    estimator = domain_means(indicators, np.repeat(used[:, None], r * c, axis=1))
    shares = estimator(design.weights).estimate
    covariance = design.covariance(estimator)
    table = shares.reshape(r, c)
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True)
    phi2 = float(((table - expected) ** 2 / expected).sum())
    interaction = _interaction(r, c)
    inverse = np.where(shares > 0, 1 / np.where(shares > 0, shares, 1), 0)
    scaled = inverse[:, None] * interaction
    simple = interaction.T @ scaled  # of one row: the sample size cancels below
    residual = _residual(estimator, design, (r, c))
    if np.linalg.cond(simple) > _WORST:
        reason = str(Message("statistics.crosstab_empty"))
        return Independence(table, residual, phi2, np.nan, np.nan, np.nan, np.nan, reason)
    effects = np.linalg.solve(simple, scaled.T @ covariance @ scaled)
    total, squares = float(np.trace(effects)), float(np.trace(effects @ effects))
    if not total > 0:
        reason = str(Message("statistics.crosstab_no_variance"))
        return Independence(table, residual, phi2, np.nan, np.nan, np.nan, np.nan, reason)
    n = float(used.sum())
    df = total**2 / squares
    return Independence(
        shares=table, residual=residual, phi2=phi2, effect=n * total / ((r - 1) * (c - 1)),
        statistic=phi2 / total, df=df, df_error=df * design.df(used),
    )  # fmt: skip


def _interaction(r: int, c: int) -> Floats:
    """Contrasts of the cells that are orthogonal to rows and columns, shape (r c, (r - 1)(c - 1))."""
    deviations = [np.eye(k)[:, 1:] - 1 / k for k in (r, c)]
    return np.asarray(np.kron(*deviations), dtype=np.float64)


def _residual(estimator: Estimator, design: Design, shape: tuple[int, int]) -> Floats:
    """Share minus expected share, over the linearised standard error of that difference."""

    def excess(weights: Floats) -> Estimated:
        found = estimator(weights)
        table = found.estimate.reshape(shape)
        rows, columns = table.sum(axis=1), table.sum(axis=0)
        influence = found.influence.reshape(-1, *shape)
        of_row, of_column = influence.sum(axis=2)[:, :, None], influence.sum(axis=1)[:, None, :]
        change = influence - of_row * columns - rows[:, None] * of_column
        return Estimated((table - np.outer(rows, columns)).ravel(), change.reshape(len(weights), -1))

    error = np.sqrt(np.clip(np.diag(design.covariance(excess)), 0, None)).reshape(shape)
    difference = excess(design.weights).estimate.reshape(shape)
    return np.asarray(np.divide(difference, error, out=np.full(shape, np.nan), where=error > 0))

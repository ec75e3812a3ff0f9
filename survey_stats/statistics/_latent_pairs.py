"""Latent correlations of pairs of ordinal columns from their tables, many tables at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from survey_stats.statistics import _bivariate_normal as bivariate

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

ZERO_ADDED = 0.5  # to the empty cell of a two by two table, its margins kept
_PERFECT = 0.9999  # a likelihood that still rises here has its maximum at 1
_ITERATIONS = 60
_HALVINGS = 10
_TOLERANCE = 1e-11
_LONGEST_STEP = 1.0
_SMALLEST = 1e-15  # probability of a cell; below it a difference of four cumulative probabilities is rounding error


@dataclass(frozen=True, eq=False, slots=True)
class Ordinal:
    """Columns of ordered categories.

    Attributes:
        codes: Rows × columns, categories from 0; -1 where the answer is missing.
        categories: How many categories were observed, per column.
        limits: Columns × (most categories + 1): the thresholds of the latent variable between -inf and inf; columns
            with fewer categories are filled up with inf.
    """

    codes: Whole
    categories: Whole
    limits: Floats

    @property
    def width(self) -> int:
        """Most categories of any column."""
        return int(self.limits.shape[1]) - 1

    @property
    def pairs(self) -> tuple[Whole, Whole]:
        """Positions of the first and second column of each pair, (0, 1), (0, 2), …."""
        return np.triu_indices(self.codes.shape[1], 1)

    def thresholds(self) -> list[Floats]:
        """The finite thresholds of each column."""
        return [limits[1:count] for limits, count in zip(self.limits, self.categories, strict=True)]


def ordinal(values: Floats) -> Ordinal:
    """Code the columns of `values` (rows × columns, NaN where missing) by the categories that occur."""
    n_columns = values.shape[1]
    codes = np.full(values.shape, -1, dtype=np.int64)
    for place in range(n_columns):
        there = np.isfinite(values[:, place])
        codes[there, place] = np.unique(values[there, place], return_inverse=True)[1]
    categories = codes.max(axis=0) + 1
    width = int(categories.max(initial=2))
    counts = [np.bincount(column[column >= 0], minlength=width) for column in codes.T]
    return Ordinal(codes, categories, limits_of(np.reshape(counts, (n_columns, width))))


def limits_of(counts: Floats | Whole) -> Floats:
    """Thresholds from the counts of the categories (… × categories), between -inf and inf."""
    shares = np.cumsum(counts, axis=-1) / counts.sum(axis=-1, keepdims=True)
    shares[..., -1] = 1.0
    return np.asarray(special.ndtri(np.concatenate([np.zeros((*shares.shape[:-1], 1)), shares], axis=-1)))


def tables_of(data: Ordinal) -> Floats:
    """Counts of each pair of categories, pairs × categories × categories, from the rows that have both."""
    first, second = data.pairs
    width = data.width
    places = np.arange(len(first)) * width**2 + data.codes[:, first] * width + data.codes[:, second]
    both = (data.codes[:, first] >= 0) & (data.codes[:, second] >= 0)
    counts = np.bincount(places[both], minlength=len(first) * width**2)
    return counts.reshape(len(first), width, width).astype(float)


def corrected(tables: Floats, two_by_two: NDArray[np.bool_]) -> tuple[Floats, NDArray[np.bool_]]:
    """Tables with lavaan's default zero-cell correction, and which were corrected.

    A two by two table with one empty cell gets 0.5 in that cell and in the opposite one, taken from the two others, so
    that the margins stay; two empty cells and larger tables stay as they are.
    """
    fourfold = tables[:, :2, :2]
    empty = fourfold == 0
    change = two_by_two & (empty.sum(axis=(1, 2)) == 1)
    on_diagonal = empty[:, 0, 0] | empty[:, 1, 1]
    sign = np.where(on_diagonal, 1.0, -1.0)[:, None, None] * np.array([[1, -1], [-1, 1]])
    result = tables.copy()
    result[:, :2, :2] += np.where(change[:, None, None], ZERO_ADDED * sign, 0.0)
    return result, change


class Cells(NamedTuple):
    """Probability of each cell and its first two derivatives with respect to the correlation, tables × r × c."""

    probability: Floats
    slope: Floats
    curve: Floats


def cells(rows: Floats, columns: Floats, correlation: Floats) -> Cells:
    """Cells of the latent bivariate normal distribution.

    Args:
        rows: Limits of the categories of the rows, tables × (r + 1).
        columns: Limits of the categories of the columns, tables × (c + 1).
        correlation: One a table.
    """
    grid = (rows[:, :, None], columns[:, None, :], correlation[:, None, None])
    parts = (bivariate.cumulative(*grid), bivariate.density(*grid), bivariate.density_slope(*grid))
    probability, slope, curve = (np.diff(np.diff(part, axis=1), axis=2) for part in parts)
    return Cells(np.maximum(probability, _SMALLEST), slope, curve)


def fit_tables(tables: Floats, rows: Floats, columns: Floats, start: Floats | None = None) -> Floats:
    """Correlations that maximise the likelihood of the tables at given thresholds (Olsson 1979, two steps).

    Newton's method on Fisher's z, with the outer product of the scores where the likelihood is not concave, and step
    halving.

    Args:
        tables: Counts, tables × categories × categories.
        rows: Limits of the categories of the rows, tables × (r + 1).
        columns: Those of the columns, tables × (c + 1).
        start: Correlations to begin with, one a table; by itself those of the category numbers.

    Returns:
        One a table; -1 or 1 where the likelihood rises to the end, NaN where it did not converge.
    """
    z = np.arctanh(np.clip(_table_correlations(tables) if start is None else start, -0.9, 0.9))
    done = np.zeros(len(z), dtype=bool)
    active = np.arange(len(z))
    for _ in range(_ITERATIONS):
        if not len(active):
            break
        counts, limits = tables[active], (rows[active], columns[active])
        height, step = _likelihood_step(counts, *limits, z[active])
        z[active] = _climb(counts, *limits, z[active], height, step)
        done[active] = np.abs(step) <= _TOLERANCE
        active = active[~done[active] & (np.abs(np.tanh(z[active])) < _PERFECT)]
    correlation = np.tanh(z)
    correlation[np.abs(correlation) >= _PERFECT] = np.sign(correlation[np.abs(correlation) >= _PERFECT])
    correlation[active] = np.nan
    return np.asarray(correlation)


def _table_correlations(tables: Floats) -> Floats:
    """Product-moment correlations of the category numbers, to start from; 0 where one does not vary."""
    n = tables.sum(axis=(1, 2))
    numbers = np.arange(tables.shape[1])
    row, column = tables.sum(axis=2), tables.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = (row @ numbers / n, column @ numbers / n)
        variances = [part @ numbers**2 / n - mean**2 for part, mean in zip((row, column), means, strict=True)]
        product = np.einsum("tij,i,j->t", tables, numbers, numbers) / n - means[0] * means[1]
        found = product / np.sqrt(variances[0] * variances[1])
    return np.asarray(np.where(np.isfinite(found), found, 0.0))


def _likelihood_step(tables: Floats, rows: Floats, columns: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Log likelihood and Newton's step of z."""
    rho = np.tanh(z)
    cell = cells(rows, columns, rho)
    score, inner = cell.slope / cell.probability, 1 - rho**2
    slope = (tables * score).sum(axis=(1, 2))
    outer = (tables * score**2).sum(axis=(1, 2)) * inner**2
    second = ((tables * cell.curve / cell.probability).sum(axis=(1, 2)) * inner**2) - outer - 2 * rho * inner * slope
    bend = np.where(second < -1e-3 * outer, -second, outer)
    step = np.divide(inner * slope, bend, out=np.zeros_like(z), where=bend > 0)
    return (tables * np.log(cell.probability)).sum(axis=(1, 2)), np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)


def _climb(tables: Floats, rows: Floats, columns: Floats, z: Floats, height: Floats, step: Floats) -> Floats:
    """The full steps where the likelihood does not fall, else halved ones."""
    size = np.ones_like(z)
    ends = np.arctanh(0.999999)
    check = np.flatnonzero(np.abs(step) > 1e-6)  # smaller ones are near the maximum, where only rounding differs
    for _ in range(_HALVINGS):
        if not len(check):
            break
        there = np.clip(z[check] + size[check] * step[check], -ends, ends)
        probability = cells(rows[check], columns[check], np.tanh(there)).probability
        fell = (tables[check] * np.log(probability)).sum(axis=(1, 2)) < height[check] - 1e-9 * np.abs(height[check])
        check = check[fell]
        size[check] /= 2
    return np.asarray(np.clip(z + size * step, -ends, ends))


def threshold_influence(data: Ordinal) -> Floats:
    """Influence of each row on each threshold, rows × columns × (most categories - 1), as estimate minus truth.

    (1(y ≤ a) - P(y ≤ a)) / (n φ(threshold)), the inverse of the multinomial information times the score.
    """
    inside = data.limits[:, 1:-1]
    shares, height = special.ndtr(inside), bivariate.normal_density(inside)
    there = data.codes >= 0
    below = data.codes[:, :, None] <= np.arange(data.width - 1)
    scale = there.sum(axis=0)[:, None] * height
    deviation = np.where(there[:, :, None], below - shares, 0.0)
    return np.asarray(np.divide(deviation, scale, out=np.zeros_like(deviation), where=scale > 0))


def correlation_influence(data: Ordinal, tables: Floats, correlation: Floats) -> Floats:
    """Influence of each row on each correlation, rows × pairs; its crossproduct is their asymptotic covariance.

    The two-step sandwich of Muthén (1984, Psychometrika 49, 115-132): the score of the correlation, less what the
    estimated thresholds took of it, over its information; both informations are outer products of the scores.
    """
    first, second = data.pairs
    slopes = _slopes(tables, data.limits[first], data.limits[second], correlation)
    both = (data.codes[:, first] >= 0) & (data.codes[:, second] >= 0)
    own = np.where(both, slopes.score[np.arange(len(first)), data.codes[:, first], data.codes[:, second]], 0.0)
    moved = threshold_influence(data)
    taken = np.einsum("npa,pa->np", moved[:, first], slopes.by_row)
    taken += np.einsum("npa,pa->np", moved[:, second], slopes.by_column)
    left, information = own - taken, slopes.information
    return np.asarray(np.divide(left, information, out=np.full_like(left, np.nan), where=information > 0))


def correlation_variance(tables: Floats, rows: Floats, columns: Floats, correlation: Floats) -> Floats:
    """Variance of each correlation whose thresholds come from the margins of its own table: complete rows.

    The sum of squares of `correlation_influence` over the rows, from the table alone, for many tables.
    """
    slopes = _slopes(tables, rows, columns, correlation)
    by_row, by_column = (
        _moved(tables.sum(axis=axis), limits, by)
        for axis, limits, by in ((2, rows, slopes.by_row), (1, columns, slopes.by_column))
    )
    influence = slopes.score - by_row[:, :, None] - by_column[:, None, :]
    return np.asarray((tables * influence**2).sum(axis=(1, 2)) / slopes.information**2)


def _moved(counts: Floats, limits: Floats, by: Floats) -> Floats:
    """What the thresholds take for a row of each category: Σ_a by_a (1(y ≤ a) - P(y ≤ a)) / (n φ(a))."""
    inside = limits[:, 1:-1]
    scale = counts.sum(axis=1)[:, None] * bivariate.normal_density(inside)
    by = np.divide(by, scale, out=np.zeros_like(by), where=scale > 0)
    below = np.arange(limits.shape[1] - 1)[:, None] <= np.arange(inside.shape[1])
    return np.asarray(by @ below.T - (by * special.ndtr(inside)).sum(axis=1, keepdims=True))


class _Slopes(NamedTuple):
    """Score of each cell, information, and score of the correlation × score of a threshold, of rows and columns."""

    score: Floats
    information: Floats
    by_row: Floats
    by_column: Floats


def _slopes(tables: Floats, rows: Floats, columns: Floats, correlation: Floats) -> _Slopes:
    """What a moved threshold changes is the sum over rows of score of correlation × score of threshold."""
    cell = cells(rows, columns, correlation)
    score = cell.slope / cell.probability
    weight = tables * score / cell.probability
    by_row = _crossed(weight, _edge(rows, columns, correlation))
    by_column = _crossed(weight.transpose(0, 2, 1), _edge(columns, rows, correlation))
    return _Slopes(score, (tables * score**2).sum(axis=(1, 2)), by_row, by_column)


def _edge(limits: Floats, others: Floats, correlation: Floats) -> Floats:
    """Density of an inner limit times the probability of each category of the other variable given it."""
    inside = limits[:, 1:-1, None]
    place = np.where(np.isfinite(inside), inside, 0.0)
    rho = correlation[:, None, None]
    given = special.ndtr((others[:, None, :] - rho * place) / np.sqrt(1 - rho**2))
    return np.asarray(bivariate.normal_density(inside) * np.diff(given, axis=2))


def _crossed(weight: Floats, edge: Floats) -> Floats:
    """A limit that rises adds its edge to the category below and takes it from the one above."""
    return np.asarray(((weight[:, :-1] - weight[:, 1:]) * edge).sum(axis=2))

"""Bootstrap intervals: rows (or persons, within persons) drawn with replacement, blocks of draws at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy import special

from survey_stats.messages import Message
from survey_stats.statistics._items import drawn_counts
from survey_stats.statistics.correlations._columns import Columns, Pair
from survey_stats.statistics.correlations._found import NOISE, Floats, Found, Ints
from survey_stats.statistics.correlations._influence import influence_of
from survey_stats.statistics.correlations._kendall import tau_b
from survey_stats.statistics.correlations._pair import Question, Values, ready

METHODS = ("percentile", "bca")
FEWEST_DRAWS = 100
_BLOCK = 2_000_000  # numbers at once


class Resampled(NamedTuple):
    """What the draws of a pair tell.

    Attributes:
        draws: Coefficients of the draws, sorted; those without one are left out.
        bias: Normal deviate of the share of draws below the estimate; 0 for percentile intervals.
        acceleration: Skewness of the influence of rows over 6; 0 for percentile intervals.
    """

    draws: Floats
    bias: float
    acceleration: float

    def limits(self, level: float) -> tuple[float, float]:
        """Limits of Efron (1987, Journal of the American Statistical Association 82, 171-185)."""
        shifted = self.bias + special.ndtri(np.array([(1 - level) / 2, (1 + level) / 2]))
        at = special.ndtr(self.bias + shifted / (1 - self.acceleration * shifted))
        lower, upper = np.quantile(self.draws, at)
        return float(lower), float(upper)


def bootstrapped(
    columns: Columns, pair: Pair, question: Question, found: Found, *, method: str, n_draws: int,
    random: np.random.Generator,
) -> Found:  # fmt: skip
    """A coefficient with its bootstrap interval; its standard error is the standard deviation of atanh of the draws.

    Args:
        columns: Where the values are.
        pair: The pair.
        question: Which coefficient.
        found: The coefficient.
        method: `percentile` or `bca`.
        n_draws: Number of draws.
        random: Where draws come from.
    """
    if np.isnan(found.estimate) or abs(found.estimate) == 1:
        return found
    used = columns.used(pair)
    values = ready(columns, pair, question, used)
    assert not isinstance(values, Message)
    units = _units(values)
    draws = np.concatenate([
        resample(values, question, counts) for counts in _counted(random, int(units.max()) + 1, len(units), n_draws)
    ])  # fmt: skip
    kept = np.sort(draws[np.isfinite(draws)])
    lost = n_draws - len(kept)
    if len(kept) < FEWEST_DRAWS:
        return found._replace(error=Message("statistics.resamples_few", {"n": len(kept), "draws": n_draws}))
    bias = acceleration = 0.0
    if method == "bca":
        bias = _bias(kept, found.estimate)
        acceleration = _acceleration(np.asarray(np.bincount(units, influence_of(values, question)), float))
    inner = kept[np.abs(kept) < 1]
    error = float(np.arctanh(inner).std(ddof=1)) if len(inner) > 1 else np.nan
    note = Message("statistics.resamples_lost", {"n": lost, "draws": n_draws}) if lost else found.warning
    return found._replace(
        interval=f"bootstrap_{method}", standard_error=error, warning=note,
        resampled=Resampled(kept, bias, acceleration),
    )  # fmt: skip


def _units(values: Values) -> Ints:
    """Code of what is drawn: rows, or the persons of rows."""
    return np.arange(len(values.x)) if values.persons is None else values.persons


def _counted(random: np.random.Generator, units: int, rows: int, draws: int) -> Iterator[Floats]:
    size = max(1, _BLOCK // rows)
    for start in range(0, draws, size):
        yield drawn_counts(random, units, min(size, draws - start))


def _bias(draws: Floats, estimate: float) -> float:
    below = (np.mean(draws < estimate) + np.mean(draws <= estimate)) / 2
    return float(special.ndtri(np.clip(below, 0.5 / len(draws), 1 - 0.5 / len(draws))))


def _acceleration(influence: Floats) -> float:
    spread = (influence**2).sum() ** 1.5
    return float((influence**3).sum() / (6 * spread)) if spread > 0 else 0.0


def resample(values: Values, question: Question, counts: Floats) -> Floats:
    """The coefficient of each draw, shape (draws,); NaN where it has none.

    Args:
        values: A pair made ready.
        question: Which coefficient.
        counts: How often each row (or person) is drawn, draws × units.
    """
    weights = counts[:, _units(values)]
    if question.method == "kendall":
        return np.array([_drawn_tau(values, one.astype(np.int64)) for one in weights])
    matrix = np.column_stack([values.x, values.y, values.controls])
    if question.method == "spearman":
        covariance = _rank_covariance(matrix, weights)
    else:
        covariance = _covariance(matrix, weights, centred=values.persons is not None)
    return _coefficient(covariance, question.kind)


def _drawn_tau(values: Values, counts: Ints) -> float:
    x, y = (np.repeat(column, counts) for column in (values.x, values.y))
    return np.nan if np.ptp(x) == 0 or np.ptp(y) == 0 else tau_b(x, y)


def _covariance(matrix: Floats, weights: Floats, *, centred: bool) -> Floats:
    """Covariance of weighted rows, draws × columns × columns; sums of squares where persons' means are off already."""
    rows, width = matrix.shape
    first, second = np.triu_indices(width)
    sums = weights @ (matrix[:, first] * matrix[:, second])
    if not centred:
        means = weights @ matrix / rows
        raw, sums = sums, sums - rows * means[:, first] * means[:, second]
        sums[(first == second) & (sums <= NOISE * raw)] = 0.0  # a column of the same values, but for rounding
    found = np.empty((len(weights), width, width))
    found[:, first, second] = found[:, second, first] = sums
    return found


def _rank_covariance(matrix: Floats, weights: Floats) -> Floats:
    """The same of mid-ranks, made anew in each draw."""
    drawn = np.stack([_drawn_ranks(column, weights) for column in matrix.T])
    return np.asarray(np.einsum("kdn,ldn->dkl", drawn * weights, drawn))


def _drawn_ranks(values: Floats, weights: Floats) -> Floats:
    """Mid-ranks around their mean of rows that count `weights` times, draws × rows."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    tied = np.add.reduceat(weights[:, order], starts, axis=1)
    middle = np.cumsum(tied, axis=1) - (tied - 1) / 2 - (weights.sum(axis=1, keepdims=True) + 1) / 2
    code = np.empty(len(values), dtype=np.int64)
    code[order] = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(values))))
    return np.asarray(middle[:, code])


def _coefficient(covariance: Floats, kind: str) -> Floats:
    """Plain, partial or semi-partial correlation of the first two columns, from covariances of each draw."""
    pair = covariance[:, :2, :2]
    if kind:
        between, held = covariance[:, :2, 2:], covariance[:, 2:, 2:]
        explained = between @ np.linalg.pinv(held, rcond=1e-10, hermitian=True) @ between.transpose(0, 2, 1)
        left = pair - explained
        whole_y = pair[:, 1, 1] if kind == "semipartial" else left[:, 1, 1]
        return _ratio(left[:, 0, 1], left[:, 0, 0], whole_y, pair)
    return _ratio(pair[:, 0, 1], pair[:, 0, 0], pair[:, 1, 1], pair)


def _ratio(product: Floats, x: Floats, y: Floats, whole: Floats) -> Floats:
    varies = (x > NOISE * whole[:, 0, 0]) & (y > NOISE * whole[:, 1, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(varies, np.clip(product / np.sqrt(x * y), -1, 1), np.nan)

"""The items of a scale as numbers: checked, reversed, on complete or pairwise rows, with their covariances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import CallError, InputError
from survey_stats.statistics._columns import check_frame, listed, numeric_columns
from survey_stats.statistics.design import Design

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Range = tuple[float, float]

FUNCTION = "reliability"
_FEWEST_ROWS = 3
_CHUNK = 4_000_000  # numbers held at once while resampling


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """The answers a coefficient is computed from.

    Attributes:
        names: The items.
        values: Rows × items, NaN where missing, divided by `unit`.
        covariance: Their covariances, items × items.
        unit: A power of two, so that huge answers stay finite and dividing is exact.
        resamples: Covariances of bootstrap samples, draws × items × items.
        used: Which rows of the data these are, boolean.
        design: The design of all rows of the data, if there is one.
    """

    names: tuple[str, ...]
    values: Floats
    covariance: Floats
    unit: float
    resamples: Floats
    used: Bools
    design: Design | None = None

    @property
    def constant(self) -> Bools:
        """Items whose answers do not vary; their variance is set to an exact zero."""
        return np.asarray(np.diag(self.covariance) == 0)

    def without(self, left_out: Bools) -> Sample:
        """The sample without some of its items."""
        kept = np.flatnonzero(~left_out)
        return replace(
            self,
            names=tuple(self.names[place] for place in kept),
            values=self.values[:, kept],
            covariance=self.covariance[np.ix_(kept, kept)],
            resamples=self.resamples[:, kept[:, None], kept],
        )


def read_items(items: object) -> pd.DataFrame:
    """The items as float64, all rows.

    Raises:
        CallError: No data frame, or a column that does not hold numbers.
        InputError: An answer is infinite.
    """
    frame = check_frame(items, FUNCTION)
    return numeric_columns(frame, list(frame.columns), FUNCTION)


def reversal_ranges(
    reverse: Mapping[str, Range] | Sequence[str], response_range: Range | None, answers: pd.DataFrame
) -> dict[str, Range]:
    """Range of each reversed item, after checking that names and answers fit."""
    names = [reverse] if isinstance(reverse, str) else list(reverse)
    unknown = [name for name in names if name not in answers.columns]
    if unknown:
        raise CallError(
            f"{FUNCTION}: reverse names {listed(unknown)}, which is not an item. Items: {listed(answers.columns)}."
        )
    if isinstance(reverse, Mapping):
        ranges = dict(reverse)
    elif names and response_range is None:
        raise CallError(
            f"{FUNCTION}: reversing {listed(names)} needs the smallest and largest possible answer. "
            "Give response_range=(1, 5), or a mapping such as reverse={'item': (1, 5)}."
        )
    else:
        ranges = dict.fromkeys(names, response_range or (0.0, 0.0))
    for name, limits in ranges.items():
        _check_range(name, limits, answers[name])
    return ranges


def _check_range(name: str, limits: Range, column: pd.Series) -> None:
    if not (isinstance(limits, Sequence) and len(limits) == 2):
        raise CallError(f"{FUNCTION}: the range of {name!r} is {limits!r}. Give smallest and largest, such as (1, 5).")
    low, high = limits
    if not low < high:
        raise CallError(f"{FUNCTION}: the range of {name!r} is {low} to {high}. The first number must be the smaller.")
    outside = column[(column < low) | (column > high)]
    if len(outside):
        raise InputError(
            f"{FUNCTION}: item {name!r} is to be reversed within {low} to {high}, but holds {outside.iloc[0]:g} "
            f"({len(outside)} of {column.count()} answers lie outside). Correct the range or the answers."
        )


def sample_of(
    answers: pd.DataFrame, rows: str, *, n_bootstrap: int = 0, seed: int | None = None, design: Design | None = None
) -> Sample:
    """The rows that count, their covariances and those of resamples.

    Args:
        answers: A column an item, after reversal, all rows of the data.
        rows: `complete` or `pairwise`.
        n_bootstrap: Resamples, on complete rows only.
        seed: Seed of the resampling.
        design: Design of the rows of `answers`; on complete rows only.

    Raises:
        CallError: Fewer than two items or three rows, or two items that nobody answered both.
    """
    used = _used_rows(answers, rows, design)
    kept = answers[used]
    if kept.shape[1] < 2:
        raise CallError(f"{FUNCTION}: found {kept.shape[1]} item. Give at least two items of the same scale.")
    if len(kept) < _FEWEST_ROWS:
        kind = "complete rows" if rows == "complete" else "rows with answers"
        raise CallError(f"{FUNCTION}: found {len(kept)} {kind}. Give at least {_FEWEST_ROWS}.")
    values = kept.to_numpy()
    unit = 2.0 ** np.ceil(np.log2(max(np.nanmax(np.abs(values)), np.finfo(float).tiny)))
    values = values / unit
    constant = ~(kept.max() > kept.min()).to_numpy()
    weights = np.ones(len(values)) if design is None else design.weights[used]
    filled = np.where(constant, 0.0, values)
    covariance = weighted_covariance(filled, weights) if rows == "complete" else pairwise_covariance(filled)
    covariance[constant, :] = covariance[:, constant] = 0.0  # not the rounding error of a mean
    if np.isnan(covariance).any():
        first, second = np.argwhere(np.isnan(covariance))[0]
        raise CallError(
            f"{FUNCTION}: fewer than two rows have answers to {listed(dict.fromkeys(kept.columns[[first, second]]))}. "
            "Leave one of the items out."
        )
    resamples = resampled_covariances(filled, n_bootstrap, seed)
    return Sample(tuple(map(str, kept.columns)), values, covariance, unit, resamples, used, design)


def _used_rows(answers: pd.DataFrame, rows: str, design: Design | None) -> Bools:
    """Rows with answers to all items that vary (`complete`), or to any; of a design those with a weight."""
    there = answers.notna()
    any_answer = there.any(axis=1).to_numpy()
    empty = answers.columns[~there.any().to_numpy()]
    if len(empty) and any_answer.any():
        raise CallError(f"{FUNCTION}: nobody answered {listed(empty)}. Leave such items out.")
    varying = (answers.max() != answers.min()).to_numpy()
    used = there.loc[:, varying].all(axis=1).to_numpy() & any_answer if rows == "complete" else any_answer
    return np.asarray(used if design is None else used & (design.weights > 0))


def weighted_covariance(values: Floats, weights: Floats) -> Floats:
    """Σ w (x - m)(x - m)' / Σw × n / (n - 1), which is the usual one for equal weights; rows without NaN."""
    n, total = np.count_nonzero(weights), weights.sum()
    centred = values - weights @ values / total
    rooted = np.asarray(centred * np.sqrt(weights)[:, None], order="F")  # a product with itself costs half
    return np.asarray(rooted.T @ rooted / total * (n / (n - 1)))


def pairwise_covariance(values: Floats) -> Floats:
    """Each covariance from the rows that have both, around the means of those rows; NaN with fewer than two."""
    there = np.isfinite(values)
    observed = there.astype(float)
    filled = np.where(there, values - np.nanmean(values, axis=0), 0.0)
    pairs = observed.T @ observed
    sums = filled.T @ observed
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = (filled.T @ filled - sums * sums.T / pairs) / (pairs - 1)
    return np.asarray(np.where(pairs > 1, covariance, np.nan))


def resampled_covariances(values: Floats, n_bootstrap: int, seed: int | None) -> Floats:
    """Covariance matrices of bootstrap samples (draws × p × p) from sums of products, without copying rows."""
    n, n_items = values.shape
    covariances = np.empty((n_bootstrap, n_items, n_items))
    if not n_bootstrap:
        return covariances
    values = values - values.mean(axis=0)
    random = np.random.default_rng(seed)
    first, second = np.triu_indices(n_items)
    products = np.hstack([values, values[:, first] * values[:, second]])
    size = max(_CHUNK // n, 1)
    sums = np.vstack([
        drawn_counts(random, n, min(size, n_bootstrap - start)) @ products for start in range(0, n_bootstrap, size)
    ])  # fmt: skip
    means = sums[:, :n_items] / n
    covariances[:, first, second] = (sums[:, n_items:] - n * means[:, first] * means[:, second]) / (n - 1)
    covariances[:, second, first] = covariances[:, first, second]
    return covariances


def drawn_counts(random: np.random.Generator, n: int, draws: int) -> Floats:
    """How often each of `n` rows is drawn, draws × n."""
    places = random.integers(n, size=(draws, n)) + n * np.arange(draws)[:, None]
    return np.bincount(places.ravel(), minlength=draws * n).reshape(draws, n).astype(float)

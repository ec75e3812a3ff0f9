"""Reliability of a scale: coefficient alpha and omega of one factor, with intervals that do not assume normal items."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from survey_stats.errors import CallError, InputError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._columns import check_choice, check_confidence, check_frame, listed, numeric_columns
from survey_stats.statistics._one_factor import NoSolutionError, fit_one_factor, omega_gradient, omega_of

Floats = NDArray[np.float64]
Rows = Literal["complete", "pairwise"]
Interval = Literal["adf", "feldt", "bca"]
Range = tuple[float, float]

_FUNCTION = "reliability"
_ROWS = ("complete", "pairwise")
_INTERVALS = ("adf", "feldt", "bca")
_FEWEST_ROWS = 3
_FEWEST_DRAWS = 100
_CHUNK = 4_000_000  # numbers held at once while resampling


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Coefficient(Result):
    """One reliability coefficient.

    Attributes:
        method: `alpha`, `alpha_standardized` or `omega_total`.
        estimate: The coefficient; NaN where `warnings` says why there is none.
        ci_lower, ci_upper: Limits of the interval; the upper one is at most 1.
        standard_error: Distribution-free (`adf`), standard deviation of the resamples (`bca`), none for `feldt`.
        n: Rows used: complete rows, or with `rows="pairwise"` rows with at least one answer.
        n_items: Items the coefficient is computed from.
        rows: `complete` or `pairwise`.
        matrix: `covariance` or `correlation`.
        estimator: `moments` or `maximum_likelihood`.
        interval: `adf`, `feldt`, `bca`, or `none`.
        confidence: Level of the interval.
    """

    numbers: ClassVar[tuple[str, ...]] = ("estimate", "ci_lower", "ci_upper")

    estimate: float
    ci_lower: float
    ci_upper: float
    standard_error: float
    n: int
    n_items: int
    rows: str
    matrix: str
    estimator: str
    interval: str
    confidence: float


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Reliability(Result):
    """Reliability of a scale.

    Attributes:
        alpha: Coefficient alpha of the raw items (covariances).
        alpha_standardized: Alpha of the items brought to equal variance (correlations).
        omega_total: Omega of one common factor, maximum likelihood on raw covariances.
        items: A row an item: `item`, `reversed`, `mean`, `sd`, `item_rest_correlation`, `alpha_if_dropped`,
            `n` (answers used) and `missing` (answers missing in rows with any answer). Means are after reversal.
    """

    alpha: Coefficient
    alpha_standardized: Coefficient
    omega_total: Coefficient
    items: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """One row a coefficient, at full precision."""
        parts = (self.alpha, self.alpha_standardized, self.omega_total)
        return pd.concat([part.to_frame() for part in parts], ignore_index=True)


@dataclass(frozen=True, eq=False, slots=True)
class _Sample:
    """The answers a coefficient is computed from.

    Attributes:
        names: The items.
        values: Rows × items, NaN where missing, divided by `unit`.
        covariance: Their covariances, items × items.
        unit: A power of two, so that huge answers stay finite and dividing is exact.
        resamples: Covariances of bootstrap samples, draws × items × items.
    """

    names: tuple[str, ...]
    values: Floats
    covariance: Floats
    unit: float
    resamples: Floats

    @property
    def constant(self) -> NDArray[np.bool_]:
        """Items whose answers do not vary; their variance is set to an exact zero."""
        return np.asarray(np.diag(self.covariance) == 0)

    def without(self, left_out: NDArray[np.bool_]) -> _Sample:
        kept = np.flatnonzero(~left_out)
        return replace(
            self,
            names=tuple(self.names[place] for place in kept),
            values=self.values[:, kept],
            covariance=self.covariance[np.ix_(kept, kept)],
            resamples=self.resamples[:, kept[:, None], kept],
        )


@dataclass(frozen=True, slots=True)
class _IntervalRule:
    """How intervals are made."""

    kind: str
    rows: str
    confidence: float
    n_bootstrap: int
    seed: int | None


class _Limits(NamedTuple):
    ci_lower: float
    ci_upper: float
    standard_error: float
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class _Method:
    """A coefficient as functions of the covariance matrix.

    Attributes:
        estimate: (draws × p × p) covariances → a value each.
        gradient: (p × p) covariance → derivative of the coefficient with respect to each cell (p × p).
    """

    matrix: str
    estimator: str
    estimate: Callable[[Floats], Floats]
    gradient: Callable[[Floats], Floats]


def reliability(
    items: pd.DataFrame,
    *,
    reverse: Mapping[str, Range] | Sequence[str] = (),
    response_range: Range | None = None,
    rows: Rows = "complete",
    confidence: float = 0.95,
    interval: Interval = "adf",
    n_bootstrap: int = 0,
    seed: int | None = None,
) -> Reliability:
    """Coefficient alpha, standardized alpha and omega of one factor, with intervals, and a table of the items.

    `interval="adf"` (the default) is the distribution-free interval of Maydeu-Olivares, Coffman and Hartmann (2007,
    Psychological Methods 12, 157-176): estimate ± z × standard error from the fourth moments of the items, symmetric
    as published, cut at 1; on log(1 - alpha) its coverage is no better. Below 100 rows of very skewed items it is a
    little too narrow. The same delta method gives the intervals of standardized alpha and of omega (for omega
    through the implicit derivative of the maximum likelihood solution, right also where one factor does not fit).
    `"feldt"` is Feldt's (1965) F interval for alpha, right for normal parallel items only; the two other coefficients
    then keep the distribution-free one. `"bca"` is the bias-corrected and accelerated bootstrap (Efron 1987) for all
    three; with the acceleration from influence values it is the same on the coefficient and on log(1 - coefficient).

    Args:
        items: One column an item, one row a person; missing answers are NaN. Rows without any answer do not count.
        reverse: Items to reverse, as `{"A1": (1, 6)}` with the smallest and largest possible answer, or as a sequence
            of names together with `response_range`. The range is the declared one, never the observed one.
        response_range: Smallest and largest possible answer of the items in `reverse`.
        rows: `complete` uses rows without missing answers; `pairwise` takes each covariance from the rows that have
            both items. An item to which all give the same answer is left out of the coefficients (as in psych) and
            of this choice of rows; it stays in the table of the items.
        confidence: Level of the intervals.
        interval: `adf`, `feldt` or `bca`.
        n_bootstrap: Resamples for `bca`, at least 100; 2,000 or more for a figure to publish.
        seed: Seed of the resampling.

    Raises:
        CallError: An argument is wrong, or fewer than two items or three rows can be used.
        InputError: An answer is infinite or outside the declared range.

    >>> answers = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 1, 3, 5, 4], "c": [1, 3, 2, 4, 5]})
    >>> round(reliability(answers).alpha.estimate, 4)
    0.9079
    """
    rule = _checked_rule(interval, rows, confidence, n_bootstrap, seed)
    frame = check_frame(items, _FUNCTION)
    answers = numeric_columns(frame, list(frame.columns), _FUNCTION).dropna(how="all")
    ranges = _ranges(reverse, response_range, answers)
    for item, (low, high) in ranges.items():
        answers[item] = low + high - answers[item]
    sample = _sample(answers, rule)
    table = _item_table(sample, answers, ranges)
    varying = sample.without(sample.constant)
    coefficients = {name: _coefficient(name, varying, rule) for name in _METHODS}
    own = (message for coefficient in coefficients.values() for message in coefficient.warnings)
    return Reliability(method="reliability", warnings=(*_item_warnings(table), *own), items=table, **coefficients)


def _checked_rule(kind: str, rows: str, confidence: float, n_bootstrap: int, seed: int | None) -> _IntervalRule:
    check_choice(_FUNCTION, "rows", rows, _ROWS)
    check_choice(_FUNCTION, "interval", kind, _INTERVALS)
    check_confidence(_FUNCTION, confidence)
    if kind == "bca" and n_bootstrap < _FEWEST_DRAWS:
        raise CallError(
            f"{_FUNCTION}: interval is 'bca' and n_bootstrap is {n_bootstrap}. "
            f"Give at least {_FEWEST_DRAWS} resamples, such as n_bootstrap=2000, and a seed."
        )
    if kind != "bca" and n_bootstrap:
        raise CallError(
            f"{_FUNCTION}: n_bootstrap is {n_bootstrap}, but interval is {kind!r}, which does not resample. "
            "Write interval='bca', or leave n_bootstrap out."
        )
    if kind != "adf" and rows == "pairwise":
        raise CallError(
            f"{_FUNCTION}: interval {kind!r} needs one number of rows, and with rows='pairwise' each pair of items has "
            "its own. Write interval='adf' or rows='complete'."
        )
    return _IntervalRule(kind, rows, confidence, n_bootstrap, seed)


def _ranges(
    reverse: Mapping[str, Range] | Sequence[str], response_range: Range | None, answers: pd.DataFrame
) -> dict[str, Range]:
    """Range of each reversed item, after checking that names and answers fit."""
    names = [reverse] if isinstance(reverse, str) else list(reverse)
    unknown = [name for name in names if name not in answers.columns]
    if unknown:
        raise CallError(
            f"{_FUNCTION}: reverse names {listed(unknown)}, which is not an item. Items: {listed(answers.columns)}."
        )
    if isinstance(reverse, Mapping):
        ranges = dict(reverse)
    elif names and response_range is None:
        raise CallError(
            f"{_FUNCTION}: reversing {listed(names)} needs the smallest and largest possible answer. "
            "Give response_range=(1, 5), or a mapping such as reverse={'item': (1, 5)}."
        )
    else:
        ranges = dict.fromkeys(names, response_range or (0.0, 0.0))
    for name, limits in ranges.items():
        _check_range(name, limits, answers[name])
    return ranges


def _check_range(name: str, limits: Range, column: pd.Series) -> None:
    if not (isinstance(limits, Sequence) and len(limits) == 2):
        raise CallError(f"{_FUNCTION}: the range of {name!r} is {limits!r}. Give smallest and largest, such as (1, 5).")
    low, high = limits
    if not low < high:
        raise CallError(f"{_FUNCTION}: the range of {name!r} is {low} to {high}. The first number must be the smaller.")
    outside = column[(column < low) | (column > high)]
    if len(outside):
        raise InputError(
            f"{_FUNCTION}: item {name!r} is to be reversed within {low} to {high}, but holds {outside.iloc[0]:g} "
            f"({len(outside)} of {column.count()} answers lie outside). Correct the range or the answers."
        )


def _sample(answers: pd.DataFrame, rule: _IntervalRule) -> _Sample:
    varying = list(answers.columns[(answers.max() != answers.min()).to_numpy()])
    used = answers.dropna(subset=varying or None, how="any" if rule.rows == "complete" else "all")
    if used.shape[1] < 2:
        raise CallError(f"{_FUNCTION}: found {used.shape[1]} item. Give at least two items of the same scale.")
    if len(used) < _FEWEST_ROWS:
        kind = "complete rows" if rule.rows == "complete" else "rows with answers"
        raise CallError(f"{_FUNCTION}: found {len(used)} {kind}. Give at least {_FEWEST_ROWS}.")
    unit = 2.0 ** np.ceil(np.log2(max(np.nanmax(np.abs(used.to_numpy())), np.finfo(float).tiny)))
    used = used / unit
    covariance = used.cov(min_periods=2).to_numpy(copy=True)
    constant = ~(used.max() > used.min()).to_numpy()
    covariance[constant, :] = covariance[:, constant] = 0.0  # not the rounding error of a mean, nor too few rows
    if np.isnan(covariance).any():
        first, second = np.argwhere(np.isnan(covariance))[0]
        raise CallError(
            f"{_FUNCTION}: fewer than two rows have answers to {listed(dict.fromkeys(used.columns[[first, second]]))}. "
            "Leave one of the items out."
        )
    values = used.to_numpy()
    resamples = _resampled_covariances(np.where(constant, 0.0, values), rule)
    return _Sample(tuple(map(str, used.columns)), values, covariance, unit, resamples)


def _item_table(sample: _Sample, answers: pd.DataFrame, reversed_items: Mapping[str, Range]) -> pd.DataFrame:
    """Item statistics from the covariance matrix, so that they use the rows and items the coefficients use."""
    covariance, constant = sample.covariance, sample.constant
    n_items = int((~constant).sum())
    variance, with_total, total = np.diag(covariance), covariance.sum(axis=1), covariance.sum()
    rest = total - 2 * with_total + variance
    with np.errstate(divide="ignore", invalid="ignore"):
        item_rest = (with_total - variance) / np.sqrt(variance * np.clip(rest, 0, None))
        if_dropped = (1 - (variance.sum() - variance) / rest) * (n_items - 1) / (n_items - 2)
    return pd.DataFrame(
        {
            "item": sample.names,
            "reversed": [name in reversed_items for name in answers.columns],
            "mean": pd.DataFrame(sample.values).mean().to_numpy() * sample.unit,
            "sd": np.sqrt(variance) * sample.unit,
            "item_rest_correlation": np.where(np.isfinite(item_rest), item_rest, np.nan),
            "alpha_if_dropped": np.where(np.isfinite(if_dropped) & ~constant & (n_items > 2), if_dropped, np.nan),
            "n": np.isfinite(sample.values).sum(axis=0),
            "missing": answers.isna().sum().to_numpy(),
        }
    )


def _item_warnings(table: pd.DataFrame) -> list[Message]:
    found = {
        "statistics.item_constant": table["sd"] == 0,
        "statistics.item_negative": table["item_rest_correlation"] < 0,
    }
    return [
        Message(message, {"items": ", ".join(table.loc[where, "item"])})
        for message, where in found.items()
        if where.any()
    ]


def _coefficient(name: str, sample: _Sample, rule: _IntervalRule) -> Coefficient:
    """One coefficient with its interval, or NaN and the reason."""
    method = _METHODS[name]
    empty = Coefficient(
        method=name, estimate=np.nan, ci_lower=np.nan, ci_upper=np.nan, standard_error=np.nan, n=len(sample.values),
        n_items=len(sample.names), rows=rule.rows, matrix=method.matrix, estimator=method.estimator, interval="none",
        confidence=rule.confidence,
    )  # fmt: skip
    refusal = _refusal(name, sample)
    if refusal is not None:
        return replace(empty, warnings=(refusal,))
    try:
        estimate = float(method.estimate(sample.covariance))
        influence = influence_values(sample.values, sample.covariance, method.gradient(sample.covariance))
    except NoSolutionError as reason:
        names = ", ".join(sample.names[place] for place in reason.places)
        return replace(empty, warnings=(Message(reason.message, {"items": names}),))
    kind = rule.kind if name == "alpha" or rule.kind == "bca" else "adf"
    limits = _INTERVAL_FUNCTIONS[kind](estimate, influence, sample, method, rule.confidence)
    return replace(
        empty, estimate=estimate, ci_lower=limits.ci_lower, ci_upper=limits.ci_upper,
        standard_error=limits.standard_error, interval=kind, warnings=limits.warnings,
    )  # fmt: skip


def _refusal(name: str, sample: _Sample) -> Message | None:
    """Why a coefficient cannot be computed, or None."""
    fewest = 3 if name == "omega_total" else 2
    if len(sample.names) < fewest:
        return Message("statistics.too_few_items", {"coefficient": name, "needed": fewest, "n": len(sample.names)})
    if not sample.covariance.sum() > 1e-12 * np.trace(sample.covariance):
        return Message("statistics.no_sum_variance", {"coefficient": name})
    return None


def influence_values(values: Floats, covariance: Floats, gradient: Floats) -> Floats:
    """Influence of each row on a function of the covariance matrix, up to 1/n.

    Row i adds Σ_jk gradient_jk (n / n_jk) ((x_ij - m_jk)(x_ik - m_kj) - s_jk) over the pairs of items it answered,
    where m_jk is the mean of item j over the n_jk rows that have both. With complete rows this is δ'(s_i - s) of
    Maydeu-Olivares et al. (2007).

    Args:
        values: Answers, rows × items, NaN where missing.
        covariance: Their (pairwise) covariance matrix.
        gradient: Derivative of the coefficient with respect to each cell.

    Returns:
        One value a row; their sum of squares over n (n - 1) is the squared standard error.
    """
    observed = np.isfinite(values).astype(float)
    filled = np.nan_to_num(values - np.nanmean(values, axis=0), nan=0.0)
    pairs = observed.T @ observed
    means = (filled.T @ observed) / pairs
    weight = gradient * len(values) / pairs
    cross = weight * means.T
    constant = weight * (means * means.T - covariance)
    return np.asarray(
        ((filled @ weight) * filled - 2 * (filled @ cross) * observed + (observed @ constant) * observed).sum(axis=1)
    )


def _adf(estimate: float, influence: Floats, _sample: _Sample, _method: _Method, confidence: float) -> _Limits:
    n = len(influence)
    standard_error = float(np.sqrt((influence**2).sum() / (n * (n - 1))))
    half = stats.norm.ppf((1 + confidence) / 2) * standard_error
    return _Limits(estimate - half, min(estimate + half, 1.0), standard_error)


def _feldt(estimate: float, influence: Floats, sample: _Sample, _method: _Method, confidence: float) -> _Limits:
    """Feldt (1965): (1 - α) / (1 - α̂) follows F with n - 1 and (n - 1)(p - 1) degrees of freedom."""
    n, n_items = len(influence), len(sample.names)
    tails = np.array([(1 + confidence) / 2, (1 - confidence) / 2])
    lower, upper = 1 - (1 - estimate) * stats.f.ppf(tails, n - 1, (n - 1) * (n_items - 1))
    return _Limits(float(lower), float(upper), np.nan)


def _bca(estimate: float, influence: Floats, sample: _Sample, method: _Method, confidence: float) -> _Limits:
    """Efron (1987), acceleration from the influence values; resamples without a solution are left out."""
    draws = method.estimate(sample.resamples)
    lost = int(np.isnan(draws).sum())
    draws = draws[np.isfinite(draws)]
    below = (np.mean(draws < estimate) + np.mean(draws <= estimate)) / 2
    bias = stats.norm.ppf(np.clip(below, 0.5 / len(draws), 1 - 0.5 / len(draws)))
    spread = (influence**2).sum() ** 1.5
    acceleration = (influence**3).sum() / (6 * spread) if spread > 0 else 0.0
    shifted = bias + stats.norm.ppf([(1 - confidence) / 2, (1 + confidence) / 2])
    lower, upper = np.quantile(draws, stats.norm.cdf(bias + shifted / (1 - acceleration * shifted)))
    note = Message("statistics.resamples_lost", {"n": lost, "draws": len(sample.resamples)})
    return _Limits(float(lower), float(upper), float(draws.std(ddof=1)), (note,) if lost else ())


def _resampled_covariances(values: Floats, rule: _IntervalRule) -> Floats:
    """Covariance matrices of bootstrap samples (draws × p × p) from sums of products, without copying rows."""
    if not rule.n_bootstrap:
        return np.empty((0, values.shape[1], values.shape[1]))
    n, n_items = values.shape
    values = values - np.nanmean(values, axis=0)
    random = np.random.default_rng(rule.seed)
    first, second = np.triu_indices(n_items)
    products = np.hstack([values, values[:, first] * values[:, second]])
    size = max(_CHUNK // n, 1)
    sums = np.vstack([
        _counts(random, n, min(size, rule.n_bootstrap - start)) @ products for start in range(0, rule.n_bootstrap, size)
    ])  # fmt: skip
    means = sums[:, :n_items] / n
    covariances = np.empty((rule.n_bootstrap, n_items, n_items))
    covariances[:, first, second] = (sums[:, n_items:] - n * means[:, first] * means[:, second]) / (n - 1)
    covariances[:, second, first] = covariances[:, first, second]
    return covariances


def _counts(random: np.random.Generator, n: int, draws: int) -> Floats:
    """How often each of `n` rows is drawn, draws × n."""
    places = random.integers(n, size=(draws, n)) + n * np.arange(draws)[:, None]
    return np.bincount(places.ravel(), minlength=draws * n).reshape(draws, n).astype(float)


def _alpha(covariance: Floats) -> Floats:
    """α = p / (p - 1) (1 - trace / sum), Cronbach (1951); NaN where the sum has no variance."""
    n_items = covariance.shape[-1]
    total = covariance.sum(axis=(-2, -1))
    trace = np.trace(covariance, axis1=-2, axis2=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(total > 0, n_items / (n_items - 1) * (1 - trace / total), np.nan))


def _alpha_gradient(covariance: Floats) -> Floats:
    n_items, total = len(covariance), covariance.sum()
    factor = n_items / (n_items - 1)
    return np.asarray(factor * (np.trace(covariance) / total**2 - np.eye(n_items) / total))


def _correlations(covariance: Floats) -> Floats:
    sd = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(covariance / (sd[..., :, None] * sd[..., None, :]))


def _alpha_standardized(covariance: Floats) -> Floats:
    return _alpha(_correlations(covariance))


def _alpha_standardized_gradient(covariance: Floats) -> Floats:
    """Chain rule through r_jk = s_jk / (sd_j sd_k)."""
    correlations = _correlations(covariance)
    n_items, variance = len(covariance), np.diag(covariance)
    slope = n_items**2 / ((n_items - 1) * correlations.sum() ** 2)
    gradient = slope / np.sqrt(np.outer(variance, variance))
    np.fill_diagonal(gradient, -slope * (correlations.sum(axis=1) - 1) / variance)
    return np.asarray(gradient)


def _omega(covariance: Floats) -> Floats:
    """ω of each matrix; a single matrix without a solution raises, among resamples it is NaN."""
    fit = fit_one_factor(covariance if covariance.ndim == 3 else covariance[None])
    if covariance.ndim == 2:
        fit.require_solution()
        return np.asarray(omega_of(fit)[0])
    return omega_of(fit)


_METHODS = {
    "alpha": _Method("covariance", "moments", _alpha, _alpha_gradient),
    "alpha_standardized": _Method("correlation", "moments", _alpha_standardized, _alpha_standardized_gradient),
    "omega_total": _Method("covariance", "maximum_likelihood", _omega, omega_gradient),
}
_INTERVAL_FUNCTIONS = {"adf": _adf, "feldt": _feldt, "bca": _bca}

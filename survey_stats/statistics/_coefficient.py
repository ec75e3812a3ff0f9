"""A reliability coefficient: what it is, how a family of them is computed, and their intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._items import Sample, weighted_covariance
from survey_stats.statistics._one_factor import NoSolutionError
from survey_stats.statistics.design import Estimated

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Coefficient(Result):
    """One reliability coefficient.

    Attributes:
        method: Its id, the name of the field that holds it.
        estimate: The coefficient; NaN where `warnings` says why there is none.
        ci_lower, ci_upper: Limits of the interval; the upper one of a reliability is at most 1.
        standard_error: Distribution-free (`adf`), of the design (`design`), standard deviation of the resamples
            (`bca`), none for `feldt`.
        n: Rows used: complete rows, or with `rows="pairwise"` rows with at least one answer.
        n_items: Items the coefficient is computed from.
        rows: `complete` or `pairwise`.
        matrix: `covariance`, `correlation` or `polychoric`.
        estimator: `moments`, `maximum_likelihood`, `minres_oblimin` or `dwls`.
        interval: `adf`, `feldt`, `bca`, `design`, or `none`.
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


@dataclass(frozen=True, slots=True)
class IntervalRule:
    """How intervals are made."""

    kind: str
    rows: str
    confidence: float


class Limits(NamedTuple):
    """An interval, its standard error, and what to know about it."""

    ci_lower: float
    ci_upper: float
    standard_error: float
    warnings: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """Coefficients that are functions of the covariance matrix and are computed together.

    Attributes:
        names: Their ids; those that begin with `sem_` are in the unit of the answers, all others at most 1.
        matrix, estimator: As in `Coefficient`.
        fewest: Items it needs.
        estimate: (draws × p × p) covariances → draws × names, NaN where there is no solution; of a single (p × p)
            matrix → names, or `NoSolutionError`.
        gradient: (p × p) covariance → derivative of each coefficient with respect to each cell, names × p × p.
        notes: Id and number of items → what to know about the estimate.
    """

    names: tuple[str, ...]
    matrix: str
    estimator: str
    fewest: int
    estimate: Callable[[Floats], Floats]
    gradient: Callable[[Floats], Floats]
    notes: Callable[[str, int], tuple[Message, ...]] = lambda _name, _n_items: ()


def in_units(name: str) -> bool:
    """Whether a coefficient is an error in the unit of the answers, not a share."""
    return name.startswith("sem_")


def coefficients(family: Family, sample: Sample, rule: IntervalRule) -> Iterator[Coefficient]:
    """The coefficients of a family with their intervals, or NaN and the reason."""
    empty = [empty_coefficient(name, family.matrix, family.estimator, sample, rule) for name in family.names]
    refusal = _refusal(family, sample)
    if refusal is not None:
        yield from (replace(one, warnings=(with_name(refusal, one.method),)) for one in empty)
        return
    try:
        estimates = family.estimate(sample.covariance)
        gradients = family.gradient(sample.covariance)
    except NoSolutionError as reason:
        told = Message(reason.message, {"items": ", ".join(sample.names[place] for place in reason.places)})
        yield from (replace(one, warnings=(told,)) for one in empty)
        return
    draws = family.estimate(sample.resamples) if rule.kind == "bca" else None
    errors = None if sample.design is None else _design_errors(family, sample, gradients)
    for place, one in enumerate(empty):
        own = _Found(
            float(estimates[place]), influence_values(sample.values, sample.covariance, gradients[place]),
            None if draws is None else draws[:, place], np.nan if errors is None else float(errors[place]),
        )  # fmt: skip
        kind = "adf" if rule.kind == "feldt" and one.method != "alpha" else rule.kind
        limits = INTERVALS[kind](own, sample, rule.confidence)
        yield with_limits(one, own.estimate, limits, kind, sample.unit, family.notes(one.method, len(sample.names)))


def empty_coefficient(name: str, matrix: str, estimator: str, sample: Sample, rule: IntervalRule) -> Coefficient:
    """A coefficient without estimate."""
    return Coefficient(
        method=name, estimate=np.nan, ci_lower=np.nan, ci_upper=np.nan, standard_error=np.nan, n=len(sample.values),
        n_items=len(sample.names), rows=rule.rows, matrix=matrix, estimator=estimator, interval="none",
        confidence=rule.confidence,
    )  # fmt: skip


def with_limits(
    empty: Coefficient, estimate: float, limits: Limits, kind: str, unit: float, notes: tuple[Message, ...] = ()
) -> Coefficient:
    """A coefficient with its interval, inside what is possible; without interval where there is no error at all."""
    lowest, highest, unit = (0.0, np.inf, unit) if in_units(empty.method) else (-np.inf, 1.0, 1.0)
    if not np.isfinite(limits.ci_lower):
        told = Message("statistics.reliability_no_interval", {"coefficient": empty.method})
        return replace(empty, estimate=estimate * unit, warnings=(*notes, told))
    return replace(
        empty, estimate=estimate * unit, ci_lower=max(limits.ci_lower, lowest) * unit,
        ci_upper=min(limits.ci_upper, highest) * unit, standard_error=limits.standard_error * unit, interval=kind,
        warnings=(*notes, *limits.warnings),
    )  # fmt: skip


def with_name(message: Message, coefficient: str) -> Message:
    """A message that names the coefficient it is about."""
    return Message(message.id, {**message.values, "coefficient": coefficient})


def _refusal(family: Family, sample: Sample) -> Message | None:
    """Why a family cannot be computed, or None."""
    if len(sample.names) < family.fewest:
        return Message("statistics.too_few_items", {"needed": family.fewest, "n": len(sample.names)})
    if not sample.covariance.sum() > 1e-12 * np.trace(sample.covariance):
        return Message("statistics.no_sum_variance")
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
    there = np.isfinite(values)
    if there.all():
        centred = values - values.mean(axis=0)
        return np.asarray(((centred @ gradient) * centred).sum(axis=1) - (gradient * covariance).sum())
    observed = there.astype(float)
    filled = np.nan_to_num(values - np.nanmean(values, axis=0), nan=0.0)
    pairs = observed.T @ observed
    means = (filled.T @ observed) / pairs
    weight = gradient * len(values) / pairs
    cross = weight * means.T
    constant = weight * (means * means.T - covariance)
    return np.asarray(
        ((filled @ weight) * filled - 2 * (filled @ cross) * observed + (observed @ constant) * observed).sum(axis=1)
    )


def _design_errors(family: Family, sample: Sample, gradients: Floats) -> Floats:
    """Standard errors by the design: linearised, or from the replicates, each of which is computed anew."""
    design = sample.design
    assert design is not None
    weights = design.weights[sample.used]
    centred = sample.values - weights @ sample.values / weights.sum()
    scale = np.count_nonzero(weights) / (np.count_nonzero(weights) - 1)
    products = np.einsum("ni,kij,nj->nk", centred, gradients, centred, optimize=True) * scale
    own = (products - (gradients * sample.covariance).sum(axis=(1, 2))) / weights.sum()
    influence = np.zeros((len(sample.used), len(family.names)))
    influence[sample.used] = own

    def estimator(changed: Floats) -> Estimated:
        covariance = weighted_covariance(sample.values, changed[sample.used])
        return Estimated(family.estimate(covariance[None])[0], influence)

    return np.sqrt(np.diag(design.covariance(estimator)))


class _Found(NamedTuple):
    """An estimate, the influence of each row on it, its resamples, and its standard error by the design."""

    estimate: float
    influence: Floats
    draws: Floats | None
    design_error: float


def _adf(found: _Found, _sample: Sample, confidence: float) -> Limits:
    n = len(found.influence)
    standard_error = float(np.sqrt((found.influence**2).sum() / (n * (n - 1))))
    half = stats.norm.ppf((1 + confidence) / 2) * standard_error
    return Limits(found.estimate - half, found.estimate + half, standard_error)


def _design(found: _Found, sample: Sample, confidence: float) -> Limits:
    """T with the design's degrees of freedom."""
    assert sample.design is not None
    half = stats.t.ppf((1 + confidence) / 2, sample.design.df(sample.used)) * found.design_error
    return Limits(found.estimate - half, found.estimate + half, found.design_error)


def _feldt(found: _Found, sample: Sample, confidence: float) -> Limits:
    """Feldt (1965): (1 - α) / (1 - α̂) follows F with n - 1 and (n - 1)(p - 1) degrees of freedom."""
    n, n_items = len(found.influence), len(sample.names)
    tails = np.array([(1 + confidence) / 2, (1 - confidence) / 2])
    lower, upper = 1 - (1 - found.estimate) * stats.f.ppf(tails, n - 1, (n - 1) * (n_items - 1))
    return Limits(float(lower), float(upper), np.nan)


def _bca(found: _Found, _sample: Sample, confidence: float) -> Limits:
    assert found.draws is not None
    return bca_limits(found.estimate, found.influence, found.draws, confidence)


def bca_limits(estimate: float, influence: Floats, draws: Floats, confidence: float) -> Limits:
    """Efron (1987), acceleration from the influence values; resamples without a solution are left out."""
    kept = draws[np.isfinite(draws)]
    if len(kept) < 2:
        return Limits(np.nan, np.nan, np.nan)
    below = (np.mean(kept < estimate) + np.mean(kept <= estimate)) / 2
    bias = stats.norm.ppf(np.clip(below, 0.5 / len(kept), 1 - 0.5 / len(kept)))
    spread = (influence**2).sum() ** 1.5
    acceleration = (influence**3).sum() / (6 * spread) if spread > 0 else 0.0
    shifted = bias + stats.norm.ppf([(1 - confidence) / 2, (1 + confidence) / 2])
    lower, upper = np.quantile(kept, stats.norm.cdf(bias + shifted / (1 - acceleration * shifted)))
    lost = len(draws) - len(kept)
    note = Message("statistics.resamples_lost", {"n": lost, "draws": len(draws)})
    return Limits(float(lower), float(upper), float(kept.std(ddof=1)), (note,) if lost else ())


INTERVALS = {"adf": _adf, "feldt": _feldt, "bca": _bca, "design": _design}

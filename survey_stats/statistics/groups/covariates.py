"""Analysis of covariance: groups at equal values of covariates."""

from __future__ import annotations

import numpy as np
from scipy import stats

from survey_stats.errors import InputError
from survey_stats.messages import Message
from survey_stats.statistics.groups._found import (
    NOISE,
    Effect,
    Floats,
    Found,
    Line,
    Samples,
    Tested,
    check_sizes,
    check_varied,
    plain_means,
)
from survey_stats.statistics.groups.effects import explained, standardized
from survey_stats.statistics.groups.independent import pair


def ancova(samples: Samples, confidence: float) -> Found:
    """Groups and covariates, each tested given all others (type II, which is type III here), slopes equal.

    Adjusted means are those at the mean of the covariates over all rows used; the test of equal slopes adds the
    products of group and covariates.
    """
    check_sizes(samples, 2)
    check_varied(samples)
    k, q, n = len(samples.names), len(samples.covariate_names), samples.n
    y = np.concatenate(samples.values)
    y = y - y[0]
    group = np.repeat(np.eye(k), samples.sizes.astype(int), axis=0)
    covariates = samples.covariates - samples.covariates.mean(axis=0)
    spread = np.sqrt((covariates**2).mean(axis=0))
    _check_spread(samples, spread)
    covariates = covariates / spread
    full = np.column_stack([group, covariates])
    df_error = float(n - k - q)
    _check_rank(samples, full, df_error)
    inverse = np.linalg.inv(full.T @ full)
    coefficients, error = np.linalg.lstsq(full, y)[0], _residual_squares(full, y)
    if error <= 1e-24 * float(y @ y):
        raise InputError(str(Message("statistics.covariates_explain_all", {"outcome": samples.outcome})))
    total = float(((y - y.mean()) ** 2).sum())
    without = {samples.factor: np.column_stack([np.ones(n), covariates])}
    without |= {name: np.delete(full, k + at, axis=1) for at, name in enumerate(samples.covariate_names)}
    tests, effects = [], []
    for name, terms in without.items():
        df = float(full.shape[1] - terms.shape[1])
        own = _residual_squares(terms, y) - error
        found = _shares(own, df, error, df_error, total, n, confidence)
        f = own / df / (error / df_error)
        tests.append(Tested("ancova", f, df, df_error, float(stats.f.sf(f, df, df_error)),
                            designated=name == samples.factor, factor=name, effect=found[0]))  # fmt: skip
        effects.append(found)
    variance = error / df_error

    def line(weights: Floats) -> Line:
        padded = np.concatenate([weights, np.zeros(q)])
        return Line(float(padded @ coefficients), float(np.sqrt(variance * padded @ inverse @ padded)), df_error)

    def effect(first: int, second: int) -> Effect:
        """The adjusted difference over the residual deviation."""
        own, sd = line(pair(k, first, second)), float(np.sqrt(variance))
        unit = own.standard_error / sd
        return standardized("adjusted", own.estimate / sd, own.statistic, df_error, unit, confidence)[0]

    origin = float(samples.values[0][0])
    means = tuple(
        plain._replace(adjusted=line(np.eye(k)[at])._replace(estimate=float(coefficients[at]) + origin))
        for at, plain in enumerate(plain_means(samples.values))
    )
    return Found(tests=tuple(tests), means=means, effects=effects[0], linear=line, pair_effect=effect,
                 assumptions=_equal_slopes(full, group, covariates, y, error, df_error))  # fmt: skip


def _check_spread(samples: Samples, spread: Floats) -> None:
    flat = spread <= NOISE * np.abs(samples.covariates).max(axis=0)
    if flat.any():
        constant = [name for name, one in zip(samples.covariate_names, flat, strict=True) if one]
        told = {"columns": ", ".join(constant), "n": samples.n}
        raise InputError(str(Message("statistics.covariate_constant", told)))


def _check_rank(samples: Samples, full: Floats, df_error: float) -> None:
    if df_error < 1:
        raise InputError(str(Message("statistics.ancova_too_few", {"n": samples.n, "terms": full.shape[1]})))
    if _rank(full) < full.shape[1]:
        raise InputError(str(Message("statistics.covariates_repeat", {"columns": ", ".join(samples.covariate_names)})))


def _rank(terms: Floats) -> int:
    return int(np.linalg.matrix_rank(terms / np.linalg.norm(terms, axis=0).clip(1e-300), tol=1e-9))


def _residual_squares(terms: Floats, y: Floats) -> float:
    residual = y - terms @ np.linalg.lstsq(terms, y)[0]
    return float(residual @ residual)


def _shares(
    own: float, df: float, error: float, df_error: float, total: float, n: int, confidence: float
) -> tuple[Effect, ...]:
    """Partial η², η² of the whole, partial ω² (effectsize)."""
    mean_error = error / df_error
    values = {"eta2_partial": own / (own + error), "eta2": own / total,
              "omega2_partial": (own - df * mean_error) / (own + (n - df) * mean_error)}  # fmt: skip
    return tuple(explained(name, value, df, df_error, confidence) for name, value in values.items())


def _equal_slopes(
    full: Floats, group: Floats, covariates: Floats, y: Floats, error: float, df_error: float
) -> tuple[tuple[Tested, float], ...]:
    """F of the products of group and covariates; none where rows are too few for them."""
    products = (group[:, 1:, None] * covariates[:, None, :]).reshape(len(y), -1)
    larger = np.column_stack([full, products])
    df, rest = float(products.shape[1]), df_error - products.shape[1]
    if rest < 1 or _rank(larger) < larger.shape[1]:
        return ()
    remaining = _residual_squares(larger, y)
    f = (error - remaining) / df / (remaining / rest)
    return ((Tested("equal_slopes", f, df, rest, float(stats.f.sf(f, df, rest))), np.nan),)

"""Means of independent groups: Welch, Student, analysis of variance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import stats

from survey_stats.statistics.groups._found import (
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
from survey_stats.statistics.groups.effects import explained, from_f, standardized


def _separate(samples: Samples) -> Callable[[Floats], Line]:
    """Weighted sums of means, each with its own variance; degrees of freedom of Satterthwaite (1946)."""
    means, parts, df = samples.levels, samples.variances / samples.sizes, samples.sizes - 1

    def line(weights: Floats) -> Line:
        each = weights**2 * parts
        return Line(float(weights @ means), float(np.sqrt(each.sum())), float(each.sum() ** 2 / (each**2 / df).sum()))

    return line


def _pooled(samples: Samples) -> Callable[[Floats], Line]:
    """Weighted sums of means with the variance pooled over all groups."""
    means, sizes = samples.levels, samples.sizes
    df = float(sizes.sum() - len(sizes))
    variance = _within(samples) / df

    def line(weights: Floats) -> Line:
        return Line(float(weights @ means), float(np.sqrt(variance * (weights**2 / sizes).sum())), df)

    return line


def _within(samples: Samples) -> float:
    """Sum of squares within the groups."""
    return float((samples.variances * (samples.sizes - 1)).sum())


def pair(k: int, first: int, second: int) -> Floats:
    """Weights of a difference of two of k means."""
    weights = np.zeros(k)
    weights[first], weights[second] = 1, -1
    return weights


def _average_d(samples: Samples, confidence: float) -> Callable[[int, int], tuple[Effect, Effect]]:
    """D and g over √((s₁² + s₂²) / 2), which stays what it is whatever the sizes (Delacre et al. 2021)."""
    separate = _separate(samples)

    def effect(first: int, second: int) -> tuple[Effect, Effect]:
        line = separate(pair(len(samples.names), first, second))
        sd = float(np.sqrt((samples.variances[first] + samples.variances[second]) / 2))
        unit = line.standard_error / sd
        return standardized("average", line.estimate / sd, line.statistic, line.df, unit, confidence)

    return effect


def _pooled_d(samples: Samples, confidence: float) -> Callable[[int, int], tuple[Effect, Effect]]:
    """D and g over the deviation pooled over all groups."""
    pooled = _pooled(samples)
    sd = float(np.sqrt(_within(samples) / (samples.n - len(samples.names))))

    def effect(first: int, second: int) -> tuple[Effect, Effect]:
        line = pooled(pair(len(samples.names), first, second))
        return standardized("pooled", line.estimate / sd, line.statistic, line.df, line.standard_error / sd, confidence)

    return effect


def _glass(samples: Samples, confidence: float) -> Effect:
    """Glass's Δ: the difference over the deviation of the second group (effectsize's `glass_delta`)."""
    first, second = samples.variances
    n, m = samples.sizes
    delta = float((samples.levels[0] - samples.levels[1]) / np.sqrt(second))
    unit = float(np.sqrt(1 / m + first / (n * second)))
    return standardized("of_second", delta, delta / unit, m - 1, unit, confidence)[0]._replace(name="glass_delta")


def welch(samples: Samples, confidence: float) -> Found:
    """Welch's t of two groups (1947), Welch's F of more (1951): no assumption of equal variances."""
    check_sizes(samples, 2)
    two = len(samples.names) == 2
    check_varied(samples, each=not two)
    separate, effect = _separate(samples), _average_d(samples, confidence)
    if two:
        line = separate(pair(2, 0, 1))
        effects: tuple[Effect, ...] = effect(0, 1)
        if samples.variances[1] > 0:
            effects = (*effects, _glass(samples, confidence))
        test = Tested("welch_t", line.statistic, line.df, np.nan, line.p_value)
    else:
        f, df, df_error = _welch_f(samples)
        effects = from_f(f, df, df_error, confidence, suffix="_welch")
        test = Tested("welch_anova", f, df, df_error, float(stats.f.sf(f, df, df_error)))
    return Found(
        tests=(test._replace(effect=effects[0]),), means=plain_means(samples.values), effects=effects, linear=separate,
        pair_effect=lambda first, second: effect(first, second)[0],
    )  # fmt: skip


def _welch_f(samples: Samples) -> tuple[float, float, float]:
    k = len(samples.names)
    weights = samples.sizes / samples.variances
    deviations = samples.levels - weights @ samples.levels / weights.sum()
    lack = ((1 - weights / weights.sum()) ** 2 / (samples.sizes - 1)).sum() / (k**2 - 1)
    f = (weights @ deviations**2) / (k - 1) / (1 + 2 * (k - 2) * lack)
    return float(f), k - 1.0, float(1 / (3 * lack))


def student(samples: Samples, confidence: float) -> Found:
    """Student's t: two groups with equal variances."""
    check_sizes(samples, 2)
    check_varied(samples)
    pooled, effect = _pooled(samples), _pooled_d(samples, confidence)
    line = pooled(pair(2, 0, 1))
    effects = effect(0, 1)
    test = Tested("student_t", line.statistic, line.df, np.nan, line.p_value, effect=effects[0])
    return Found(tests=(test,), means=plain_means(samples.values), effects=effects, linear=pooled)


def anova(samples: Samples, confidence: float) -> Found:
    """One-way analysis of variance: equal variances."""
    check_sizes(samples, 2)
    check_varied(samples)
    k, within = len(samples.names), _within(samples)
    df, df_error = k - 1.0, samples.n - float(k)
    deviations = samples.levels - samples.sizes @ samples.levels / samples.n
    between = float(samples.sizes @ deviations**2)
    error = within / df_error
    f = between / df / error
    effects = (
        explained("eta2", between / (between + within), df, df_error, confidence),
        explained("omega2", (between - df * error) / (between + within + error), df, df_error, confidence),
    )
    effect = _pooled_d(samples, confidence)
    test = Tested("anova", f, df, df_error, float(stats.f.sf(f, df, df_error)), effect=effects[0])
    return Found(
        tests=(test,), means=plain_means(samples.values), effects=effects, linear=_pooled(samples),
        pair_effect=lambda first, second: effect(first, second)[0],
    )  # fmt: skip

"""Means of groups or occasions of a sample with a design: one covariance for all of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special, stats

from survey_stats.errors import InputError
from survey_stats.messages import Message
from survey_stats.statistics._domain_means import domain_means
from survey_stats.statistics.design import Design, Estimated
from survey_stats.statistics.groups._found import Bools, Effect, Floats, Found, Line, Mean, Tested
from survey_stats.statistics.groups.independent import pair


def designed(
    outcome: str,
    values: Floats,
    inside: Bools,
    names: tuple[str, ...],
    design: Design,
    confidence: float,
    *,
    paired: bool,
) -> Found:
    """Compare weighted means.

    Two by t with the design's degrees of freedom d; more by the adjusted Wald test, F = (d - q + 1) / (d q) W with q
    and d - q + 1 (Korn and Graubard 1990), W that of R survey's `regTermTest`. Groups that share clusters are not
    independent, and the covariance of their means is in every difference.

    Args:
        outcome: Name, for messages.
        values: Shape (n, k), a column a group or occasion.
        inside: Rows that count in each, shape (n, k).
        names: Names of the groups or occasions.
        design: Design of all n rows.
        confidence: Level.
        paired: Columns are occasions of the same persons.
    """
    _check_groups(outcome, values, inside, names)
    estimator = domain_means(values, inside)
    means, covariance = estimator(design.weights).estimate, design.covariance(estimator)
    df, k = design.df(np.asarray(inside.any(axis=1))), len(names)

    def line(weights: Floats) -> Line:
        return Line(float(weights @ means), float(np.sqrt(max(float(weights @ covariance @ weights), 0.0))), df)

    differences = np.array([pair(k, place, 0) for place in range(1, k)])
    spread = differences @ covariance @ differences.T
    if not np.diag(spread).max() > 1e-26 * float((means**2).max()):
        raise InputError(str(Message("statistics.design_without_spread", {"outcome": outcome})))
    effect = _d(values, inside, design, df, confidence)
    if k == 2:
        two = line(pair(2, 0, 1))
        effects: tuple[Effect, ...] = (effect(0, 1),)
        test = Tested("design_t", two.statistic, df, np.nan, two.p_value)
    else:
        effects = () if paired else (_eta2(values, inside, design),)
        test = _wald(differences @ means, spread, df)
    first = effects[0] if effects else None
    return Found(tests=(test._replace(effect=first),), means=_means(values, inside, means, covariance, df, design),
                 effects=effects, linear=line, pair_effect=effect)  # fmt: skip


def _check_groups(outcome: str, values: Floats, inside: Bools, names: tuple[str, ...]) -> None:
    for name, rows in zip(names, inside.T, strict=True):
        n = int(rows.sum())
        if n < 2:
            raise InputError(str(Message("statistics.group_too_small", {
                "group": name, "outcome": outcome, "n": n, "needed": 2})))  # fmt: skip
    if all(np.ptp(column[rows]) == 0 for column, rows in zip(values.T, inside.T, strict=True)):
        raise InputError(str(Message("statistics.groups_constant", {"outcome": outcome, "groups": ", ".join(names)})))


def _wald(differences: Floats, covariance: Floats, df: float) -> Tested:
    q = float(len(differences))
    df_error = df - q + 1
    if df_error < 1 or np.linalg.matrix_rank(covariance) < q:
        raise InputError(str(Message("statistics.design_too_small", {"df": f"{df:g}", "needed": f"{q:g}"})))
    wald = float(differences @ np.linalg.solve(covariance, differences))
    f = wald * df_error / (df * q)
    return Tested("design_wald", f, q, df_error, float(stats.f.sf(f, q, df_error)))


def _spread(column: Floats, rows: Bools, weights: Floats) -> tuple[float, float, float]:
    """Sum of weights, weighted mean and variance (divided by the sum of weights) of a group."""
    own = weights * rows
    total = float(own.sum())
    filled = np.where(rows, column, 0.0)
    mean = float(own @ filled) / total
    return total, mean, float(own @ np.where(rows, filled - mean, 0.0) ** 2) / total


def _d(values: Floats, inside: Bools, design: Design, df: float, confidence: float) -> Callable[[int, int], Effect]:
    """D over √((s₁² + s₂²) / 2), weighted, with the linearised standard error of the ratio and t.

    The denominator is the same for groups and for occasions, so that both can be compared.
    """

    def effect(first: int, second: int) -> Effect:
        columns = [(values[:, place], inside[:, place]) for place in (first, second)]

        def ratio(weights: Floats) -> Estimated:
            totals, means, variances = zip(*(_spread(*column, weights) for column in columns), strict=True)
            unit = float(np.sqrt(sum(variances) / 2))
            d = (means[0] - means[1]) / unit
            change = np.zeros(len(weights))
            for sign, (column, rows), total, mean, variance in zip(
                (1, -1), columns, totals, means, variances, strict=True
            ):
                deviation = np.where(rows, column - mean, 0.0)
                change += (sign * deviation / unit - d / (4 * unit**2) * (deviation**2 - variance) * rows) / total
            return Estimated(np.array([d]), change[:, None])

        d = float(ratio(design.weights).estimate[0])
        half = float(special.stdtrit(df, (1 + confidence) / 2) * np.sqrt(design.covariance(ratio)[0, 0]))
        return Effect("cohens_d_average_weighted", d, d - half, d + half, "linearized_t")

    return effect


def _eta2(values: Floats, inside: Bools, design: Design) -> Effect:
    """Weighted variance between groups over the whole; no interval."""
    parts = [_spread(column, rows, design.weights) for column, rows in zip(values.T, inside.T, strict=True)]
    totals, means, variances = (np.array(part) for part in zip(*parts, strict=True))
    grand = totals @ means / totals.sum()
    between, within = totals @ (means - grand) ** 2, totals @ variances
    return Effect("eta2_weighted", float(between / (between + within)))


def _means(
    values: Floats, inside: Bools, means: Floats, covariance: Floats, df: float, design: Design
) -> tuple[Mean, ...]:
    found = []
    for place, (column, rows) in enumerate(zip(values.T, inside.T, strict=True)):
        variance = _spread(column, rows, design.weights)[2]
        error = float(np.sqrt(max(covariance[place, place], 0.0)))
        found.append(Mean(float(means[place]), error, df, float(np.sqrt(variance)), np.nan, int(rows.sum())))
    return tuple(found)

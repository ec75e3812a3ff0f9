"""Means of the same persons at several occasions: paired t, analysis of variance with repeated measures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import linalg, special, stats

from survey_stats.errors import InputError
from survey_stats.messages import Message
from survey_stats.statistics.groups._found import (
    NOISE,
    Effect,
    Floats,
    Found,
    Line,
    Occasions,
    Tested,
    exact_mean,
    exact_variance,
    plain_means,
)
from survey_stats.statistics.groups.effects import explained, standardized
from survey_stats.statistics.groups.independent import pair


def check_persons(occasions: Occasions, fewest: int) -> None:
    """Raise `InputError` if there are too few complete persons, or their differences do not vary."""
    if occasions.n < fewest:
        raise InputError(str(Message("groups.too_few_persons", {
            "n": occasions.n, "needed": fewest, "outcome": occasions.outcome})))  # fmt: skip


def _scores(occasions: Occasions) -> Callable[[Floats], Line]:
    """Weighted sums of occasions, one a person: no assumption of sphericity."""

    def line(weights: Floats) -> Line:
        values = occasions.table @ weights
        return Line(exact_mean(values), float(np.sqrt(exact_variance(values) / len(values))), len(values) - 1.0)

    return line


def _d_of_differences(occasions: Occasions, confidence: float) -> Callable[[int, int], tuple[Effect, Effect]]:
    """D and g over the deviation of the differences (d_z)."""
    n, k = occasions.table.shape

    def effect(first: int, second: int) -> tuple[Effect, Effect]:
        line = _scores(occasions)(pair(k, first, second))
        unit = 1 / np.sqrt(n)
        return standardized("of_differences", line.statistic * unit, line.statistic, line.df, unit, confidence)

    return effect


def _check_moves(occasions: Occasions) -> None:
    differences = occasions.table[:, 1:] - occasions.table[:, :1]
    size = np.abs(occasions.table).max()
    if (np.ptp(differences, axis=0) <= NOISE * size).all():
        raise InputError(str(Message("statistics.differences_constant", {"outcome": occasions.outcome})))


def paired_t(occasions: Occasions, confidence: float) -> Found:
    """T of the differences of two occasions."""
    check_persons(occasions, 2)
    _check_moves(occasions)
    scores, effect = _scores(occasions), _d_of_differences(occasions, confidence)
    line, effects = scores(pair(2, 0, 1)), effect(0, 1)
    test = Tested("paired_t", line.statistic, line.df, np.nan, line.p_value, effect=effects[0])
    return Found(tests=(test,), means=plain_means(tuple(occasions.table.T)), effects=effects, linear=scores)


def repeated_measures(occasions: Occasions, confidence: float) -> Found:
    """One-way analysis of variance with repeated measures; the test of Greenhouse and Geisser decides.

    Beside it stand the test that assumes sphericity and the one of Huynh and Feldt (R's `anova.mlm`).
    """
    n, k = occasions.table.shape
    check_persons(occasions, 2)
    _check_moves(occasions)
    shifted = occasions.table - occasions.table[0, 0]
    persons, effect = shifted.mean(axis=1, keepdims=True), shifted.mean(axis=0) - shifted.mean()
    residual = shifted - persons - effect
    squares = {"effect": n * float(effect @ effect), "error": float((residual**2).sum()),
               "persons": k * float(((persons - persons.mean()) ** 2).sum())}  # fmt: skip
    df, df_error = k - 1.0, (n - 1.0) * (k - 1)
    f = squares["effect"] / df / (squares["error"] / df_error)
    contrasts = linalg.helmert(k)
    covariance = np.atleast_2d(np.cov(shifted @ contrasts.T, rowvar=False))
    epsilons = _epsilons(covariance, n)
    shares = _shares(squares, df, df_error, n - 1.0)
    tests, effects = [], {}
    for name, epsilon in epsilons.items():
        dfs = df * epsilon, df_error * epsilon
        effects[name] = tuple(explained(share, value, *dfs, confidence) for share, value in shares.items())
        tests.append(Tested(name, f, *dfs, float(stats.f.sf(f, *dfs)), epsilon, name == "rm_anova_greenhouse_geisser",
                            effect=effects[name][0]))  # fmt: skip
    sphericity, note = _mauchly(covariance, n)
    return Found(
        tests=tuple(tests), means=plain_means(tuple(occasions.table.T)), effects=effects["rm_anova_greenhouse_geisser"],
        linear=_scores(occasions),
        pair_effect=lambda first, second: _d_of_differences(occasions, confidence)(first, second)[0],
        assumptions=sphericity, warnings=note,
    )  # fmt: skip


def _shares(squares: dict[str, float], df: float, df_error: float, df_persons: float) -> dict[str, float]:
    """Partial η², generalized η² (Olejnik and Algina 2003), partial ω² with persons in its total, as effectsize."""
    effect, error, persons = squares["effect"], squares["error"], squares["persons"]
    return {
        "eta2_partial": effect / (effect + error),
        "eta2_generalized": effect / (effect + error + persons),
        "omega2_partial": (effect - df * error / df_error) / (effect + error + persons + persons / df_persons),
    }


def _epsilons(covariance: Floats, n: int) -> dict[str, float]:
    """ε of each test: 1, Greenhouse and Geisser's, Huynh and Feldt's, from the covariance of orthonormal contrasts."""
    p = len(covariance)
    greenhouse = float(np.trace(covariance) ** 2 / (p * (covariance**2).sum()))
    denominator = p * (n - 1 - p * greenhouse)
    huynh = (n * p * greenhouse - 2) / denominator if denominator > 0 else 1.0
    return {"rm_anova": 1.0, "rm_anova_greenhouse_geisser": greenhouse,
            "rm_anova_huynh_feldt": float(min(huynh, 1.0))}  # fmt: skip


def _mauchly(covariance: Floats, n: int) -> tuple[tuple[tuple[Tested, float], ...], tuple[Message, ...]]:
    """Mauchly's (1940) test of sphericity, with the second-order p of Anderson (1958, 10.7.3).

    R's `mauchly.test` has the number of occasions in one term where that of the contrasts belongs.
    """
    p, df = len(covariance), n - 1
    if p == 1:
        return (), ()
    if df < p:
        return (), (Message("statistics.sphericity_untested", {"n": n, "occasions": p + 1}),)
    sign, log_determinant = np.linalg.slogdet(covariance)
    log_w = log_determinant - p * np.log(np.trace(covariance) / p) if sign > 0 else -np.inf
    rho = 1 - (2 * p**2 + p + 2) / (6 * df * p)
    second = (p + 2) * (p - 1) * (p - 2) * (2 * p**3 + 6 * p**2 + 3 * p + 2) / (288 * (df * p * rho) ** 2)
    z, f = -df * rho * log_w, p * (p + 1) / 2 - 1
    first_p, second_p = special.chdtrc(f, z), special.chdtrc(f + 4, z)
    p_value = float(first_p + second * (second_p - first_p))
    return ((Tested("mauchly", float(z), f, np.nan, p_value), float(np.exp(log_w))),), ()

"""Effect sizes with intervals: standardized differences, shares of variance, rank-biserial correlations."""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from survey_stats.statistics._noncentral import f_limits, t_limits
from survey_stats.statistics.groups._found import NOISE, Effect, Floats


def standardized(
    name: str, estimate: float, t: float, df: float, unit: float, confidence: float
) -> tuple[Effect, Effect]:
    """Cohen's d and Hedges' g of a difference, with limits from the noncentral t.

    Args:
        name: The denominator: `average`, `pooled`, `of_differences`, `of_second`.
        estimate: d.
        t: The difference over its standard error.
        df: Degrees of freedom of that standard error.
        unit: Standard error over the denominator of d: a noncentrality times it is a d.
        confidence: Level.

    Returns:
        d and g. g multiplies d and its limits with J = Γ(df / 2) / (√(df / 2) Γ((df - 1) / 2)) (Hedges 1981).
    """
    lower, upper = (ncp * unit for ncp in t_limits(t, df, confidence))
    d = Effect(f"cohens_d_{name}", estimate, lower, upper, "noncentral_t")
    j = float(np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / np.sqrt(df / 2)) if df > 1 else np.nan
    return d, Effect(f"hedges_g_{name}", estimate * j, lower * j, upper * j, "noncentral_t")


def explained(name: str, share: float, df: float, df_error: float, confidence: float) -> Effect:
    """A share of variance with two-sided limits from the noncentral F.

    The limits are ncp / (ncp + df of error), with the noncentralities of the F that gives this share (effectsize with
    `alternative = "two.sided"`; Steiger 2004). Negative estimates of ω² are 0, as there.
    """
    share = max(share, 0.0)
    f = (share / df) / ((1 - share) / df_error)
    lower, upper = (ncp / (ncp + df_error) for ncp in f_limits(f, df, df_error, confidence))
    return Effect(name, share, lower, upper, "noncentral_f")


def from_f(f: float, df: float, df_error: float, confidence: float, *, suffix: str = "") -> tuple[Effect, Effect]:
    """η² and ω² from F: η² = F df / (F df + df of error), ω² = (F - 1) df / (F df + df of error + 1)."""
    eta2, omega2 = f * df / (f * df + df_error), (f - 1) * df / (f * df + df_error + 1)
    return (
        explained(f"eta2{suffix}", eta2, df, df_error, confidence),
        explained(f"omega2{suffix}", omega2, df, df_error, confidence),
    )


def _on_z(name: str, r: float, error: float, confidence: float) -> Effect:
    """Limits of a rank-biserial correlation on Fisher's z; none where it is ±1 or nothing varies."""
    if 1 - abs(r) < NOISE or not error > NOISE:
        return Effect(name, r)
    half = special.ndtri((1 + confidence) / 2) * error / (1 - r**2)
    return Effect(name, r, float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half)), "placements_z")


def rank_biserial(x: Floats, y: Floats, confidence: float) -> Effect:
    """P(x > y) - P(x < y) (Cureton 1956), with the standard error of its placements.

    Each x has the share of y below minus above it, each y the share of x above minus below it. Their variances over the
    sizes add up (DeLong, DeLong and Clarke-Pearson 1988): right with ties and with unequal spread, which the variance
    under equal distributions is not.
    """
    of_x, of_y = _below_minus_above(x, y), -_below_minus_above(y, x)
    error = np.sqrt(of_x.var(ddof=1) / len(x) + of_y.var(ddof=1) / len(y)) if min(len(x), len(y)) > 1 else np.nan
    return _on_z("rank_biserial", float(of_x.mean()), float(error), confidence)


def _below_minus_above(values: Floats, among: Floats) -> Floats:
    """For each value the share of the others below it minus the share above."""
    ordered = np.sort(among)
    below, not_above = (np.searchsorted(ordered, values, side) for side in ("left", "right"))
    return np.asarray((below + not_above) / len(among) - 1)


def matched_rank_biserial(differences: Floats, confidence: float) -> Effect:
    """(W⁺ - W⁻) / (W⁺ + W⁻) of the differences that are not 0 (Kerby 2014), with a U-statistic's standard error.

    The coefficient is the mean sign of dᵢ + dⱼ over all i ≤ j; the mean sign of a row with the other rows is its
    influence. The factor 4 (n - 1) / (n (n - 2)²) is the jackknife's, exact for a U-statistic of degree two.
    """
    moved = differences[differences != 0]
    n = len(moved)
    ranks = stats.rankdata(np.abs(moved))
    r = float((ranks * np.sign(moved)).sum() / ranks.sum())
    if n < 3:
        return Effect("matched_rank_biserial", r)
    ordered = np.sort(moved)
    above = n - np.searchsorted(ordered, -moved, "right")
    beneath = np.searchsorted(ordered, -moved, "left")
    mean_sign = (above - beneath - np.sign(moved)) / (n - 1)
    error = np.sqrt(4 * (n - 1) / (n * (n - 2) ** 2) * ((mean_sign - mean_sign.mean()) ** 2).sum())
    return _on_z("matched_rank_biserial", r, float(error), confidence)

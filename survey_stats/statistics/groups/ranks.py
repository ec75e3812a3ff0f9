"""Rank tests: Mann-Whitney, Kruskal-Wallis, Wilcoxon, Friedman; exact where samples are small, with ties too."""

from __future__ import annotations

import numpy as np
from scipy import special, stats

from survey_stats.errors import InputError
from survey_stats.messages import Message
from survey_stats.statistics.groups._found import (
    Effect,
    Floats,
    Found,
    Occasions,
    Samples,
    Tested,
    check_sizes,
    plain_means,
)
from survey_stats.statistics.groups.effects import matched_rank_biserial, rank_biserial
from survey_stats.statistics.groups.paired import check_persons

_FEWEST_APPROXIMATE = 50  # R counts exactly below it


def mann_whitney(samples: Samples, confidence: float) -> Found:
    """Mann and Whitney's U of two groups."""
    check_sizes(samples, 1)
    _check_ranks(samples)
    return Found(
        tests=(_two_groups(samples, 0, 1, confidence),), means=plain_means(samples.values),
        effects=(rank_biserial(samples.values[0], samples.values[1], confidence),),
    )  # fmt: skip


def kruskal_wallis(samples: Samples, confidence: float) -> Found:
    """Kruskal and Wallis's H, with correction for ties; χ² approximation."""
    check_sizes(samples, 1)
    _check_ranks(samples)
    statistic, p_value = stats.kruskal(*samples.values)
    share = Effect("epsilon2_rank", float(statistic / (samples.n - 1)))
    test = Tested("kruskal_wallis", float(statistic), len(samples.names) - 1.0, np.nan, float(p_value), effect=share)
    return Found(
        tests=(test,), means=plain_means(samples.values), effects=(share,),
        pair_test=lambda first, second: _two_groups(samples, first, second, confidence),
        pair_effect=lambda first, second: rank_biserial(samples.values[first], samples.values[second], confidence),
    )  # fmt: skip


def wilcoxon(occasions: Occasions, confidence: float) -> Found:
    """Wilcoxon's signed rank test of two occasions; differences of 0 are left out."""
    check_persons(occasions, 1)
    effect = _two_effect(occasions, 0, 1, confidence)
    return Found(
        tests=(_two_occasions(occasions, 0, 1, confidence),), means=plain_means(tuple(occasions.table.T)),
        effects=(effect,),
    )  # fmt: skip


def friedman(occasions: Occasions, confidence: float) -> Found:
    """Friedman's test, with correction for ties; χ² approximation. Kendall's W beside it."""
    check_persons(occasions, 2)
    if (occasions.table == occasions.table[:, :1]).all():
        raise InputError(str(Message("statistics.differences_constant", {"outcome": occasions.outcome})))
    n, k = occasions.table.shape
    statistic, p_value = stats.friedmanchisquare(*occasions.table.T)
    share = Effect("kendalls_w", float(statistic / (n * (k - 1))))
    test = Tested("friedman", float(statistic), k - 1.0, np.nan, float(p_value), effect=share)
    return Found(
        tests=(test,), means=plain_means(tuple(occasions.table.T)), effects=(share,),
        pair_test=lambda first, second: _two_occasions(occasions, first, second, confidence),
        pair_effect=lambda first, second: _two_effect(occasions, first, second, confidence),
    )  # fmt: skip


def _check_ranks(samples: Samples) -> None:
    together = np.concatenate(samples.values)
    if (together == together[0]).all():
        raise InputError(str(Message("statistics.outcome_constant", {"outcome": samples.outcome, "n": samples.n})))


def _two_groups(samples: Samples, first: int, second: int, confidence: float) -> Tested:
    x, y = samples.values[first], samples.values[second]
    n, m = len(x), len(y)
    ranks = stats.rankdata(np.concatenate([x, y]))
    u = float(ranks[:n].sum() - n * (n + 1) / 2)
    if max(n, m) < _FEWEST_APPROXIMATE:
        p_value = _exact_sum(np.rint(2 * ranks).astype(np.int64), n)
    else:
        counts = np.unique(ranks, return_counts=True)[1].astype(float)
        ties = (counts**3 - counts).sum() / ((n + m) * (n + m - 1))
        p_value = _normal(u - n * m / 2, n * m / 12 * (n + m + 1 - ties))
    return Tested("mann_whitney", u, np.nan, np.nan, p_value, effect=rank_biserial(x, y, confidence))


def _normal(deviation: float, variance: float) -> float:
    """Two-sided p with continuity correction, as R."""
    if variance <= 0:
        return 1.0
    return float(2 * special.ndtr(-max(abs(deviation) - 0.5, 0) / np.sqrt(variance)))


def _exact_sum(doubled: np.ndarray, n: int) -> float:
    """Share of all choices of n rows whose rank sum lies at least as far from its mean as that of the first n.

    Counts the choices by size and sum, row by row (the shift algorithm of Streitberg and Röhmel 1986), so that ties
    need no approximation.
    """
    top = int(np.sort(doubled)[::-1][:n].sum())
    ways = np.zeros((n + 1, top + 1))
    ways[0, 0] = 1
    for rank in doubled:
        ways[1:, rank:] += ways[:-1, : top + 1 - rank].copy()
    return _share_as_far(ways[n], int(doubled[:n].sum()), n * doubled.sum() / len(doubled))


def _share_as_far(ways: Floats, found: int, mean: float) -> float:
    far = np.abs(np.arange(len(ways)) - mean) >= abs(found - mean) - 1e-9
    return float(min(ways[far].sum() / ways.sum(), 1.0))


def _two_effect(occasions: Occasions, first: int, second: int, confidence: float) -> Effect:
    differences = occasions.table[:, first] - occasions.table[:, second]
    if not differences.any():
        raise InputError(str(Message("statistics.pair_never_differs", {
            "first": occasions.names[first], "second": occasions.names[second]})))  # fmt: skip
    return matched_rank_biserial(differences, confidence)


def _two_occasions(occasions: Occasions, first: int, second: int, confidence: float) -> Tested:
    effect = _two_effect(occasions, first, second, confidence)
    differences = occasions.table[:, first] - occasions.table[:, second]
    moved = differences[differences != 0]
    ranks = stats.rankdata(np.abs(moved))
    n, statistic = len(moved), float(ranks[moved > 0].sum())
    if n < _FEWEST_APPROXIMATE:
        p_value = _exact_signs(np.rint(2 * ranks).astype(np.int64), round(2 * statistic))
    else:
        counts = np.unique(ranks, return_counts=True)[1].astype(float)
        variance = n * (n + 1) * (2 * n + 1) / 24 - (counts**3 - counts).sum() / 48
        p_value = _normal(statistic - n * (n + 1) / 4, variance)
    return Tested("wilcoxon", statistic, np.nan, np.nan, p_value, effect=effect)


def _exact_signs(doubled: np.ndarray, found: int) -> float:
    """Share of all signs whose sum of positive ranks lies at least as far from its mean as the one found."""
    top = int(doubled.sum())
    ways = np.zeros(top + 1)
    ways[0] = 1
    for rank in doubled:
        ways[rank:] += ways[: top + 1 - rank].copy()
    return _share_as_far(ways, found, top / 2)

"""Split-half coefficients: odd against even items, and the best, worst and average of all splits."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from survey_stats.messages import Message
from survey_stats.statistics._alpha import alpha_gradient, alpha_of
from survey_stats.statistics._coefficient import Family

Floats = NDArray[np.float64]

MOST_SPLITS = 10_000
"""Up to so many splits all are tried (16 items); of more, so many drawn at random."""
_CHUNK = 8_000_000  # numbers held at once


def n_splits(n_items: int) -> int:
    """Ways to divide items into two halves, of which an odd item makes one longer."""
    return comb(n_items, n_items // 2) // (2 if n_items % 2 == 0 else 1)


@cache
def splits(n_items: int) -> Floats:
    """Splits × items, 1 for one half and -1 for the other; drawn at random, always the same, where there are many."""
    half = n_items // 2
    if n_splits(n_items) > MOST_SPLITS:
        order = np.random.default_rng(0).permuted(np.tile(np.arange(n_items), (MOST_SPLITS, 1)), axis=1)
        return np.where(order < half, 1.0, -1.0)
    # With halves of equal length the first item stays in the first half, or each split would come twice.
    fixed = n_items % 2 == 0
    chosen = [((0, *rest) if fixed else rest) for rest in combinations(range(int(fixed), n_items), half - fixed)]
    signs = np.full((len(chosen), n_items), -1.0)
    np.put_along_axis(signs, np.array(chosen, dtype=np.int64), 1.0, axis=1)
    return signs


def _odd(n_items: int) -> Floats:
    """1 for the first, third, … item, -1 for the others."""
    return np.where(np.arange(n_items) % 2 == 0, 1.0, -1.0)


def _lengthened(correlation: Floats, n_items: int) -> Floats:
    """Reliability of the whole from the correlation of its halves: Spearman-Brown, for halves of unequal length Horst.

    Horst (1951, Psychometrika 16, 189-191): with c = 4 p q of the shares p and q of the items, (r √(r² + c (1 - r²)) -
    r²) / (c / 2 (1 - r²)); for c = 1 that is 2 r / (1 + r).
    """
    if n_items % 2 == 0:
        return np.asarray(2 * correlation / np.where(correlation > -1, 1 + correlation, np.nan))
    square, c = correlation**2, 1 - n_items**-2
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (correlation * np.sqrt(square + c * (1 - square)) - square) / (c / 2 * (1 - square))
    return np.asarray(np.where(square < 1, found, 1.0))


def _lengthened_slope(correlation: float, n_items: int) -> float:
    """Derivative of `_lengthened`; not a number for a perfect correlation, where it has none."""
    if not abs(correlation) < 1:
        return np.nan
    if n_items % 2 == 0:
        return 2 / (1 + correlation) ** 2
    c = 1 - n_items**-2
    root = np.sqrt(correlation**2 + c * (1 - correlation**2))
    top, bottom = correlation * root - correlation**2, c / 2 * (1 - correlation**2)
    top_slope = root + correlation**2 * (1 - c) / root - 2 * correlation
    return float((top_slope * bottom + top * c * correlation) / bottom**2)


def _halves(covariance: Floats) -> tuple[Floats, Floats, Floats]:
    """Variances of the odd and of the even half, and their covariance."""
    odd = (_odd(covariance.shape[-1]) > 0).astype(float)
    even = 1 - odd
    return (
        np.einsum("...ij,i,j->...", covariance, odd, odd),
        np.einsum("...ij,i,j->...", covariance, even, even),
        np.einsum("...ij,i,j->...", covariance, odd, even),
    )


def _average_factor(n_items: int) -> float:
    """λ4 averaged over all splits is alpha for an even number of items (Cronbach 1951), else (1 - 1 / p²) alpha."""
    return 1.0 if n_items % 2 == 0 else 1 - n_items**-2


def _differences(covariances: Floats) -> Floats:
    """Variance of the difference of the halves, splits × draws, for all splits at once."""
    signs = splits(covariances.shape[-1])
    if len(covariances) < signs.shape[1]:
        return np.stack([((signs @ one) * signs).sum(axis=1) for one in covariances], axis=1)
    first, second = np.triu_indices(signs.shape[1], 1)
    traces = np.trace(covariances, axis1=-2, axis2=-1)
    return np.asarray(traces + 2 * (signs[:, first] * signs[:, second]) @ covariances[:, first, second].T)


def _extremes(covariances: Floats) -> Floats:
    """Smallest and largest difference of any split, draws × 2."""
    size = max(_CHUNK // len(splits(covariances.shape[-1])), 1)
    parts = [_differences(covariances[start : start + size]) for start in range(0, len(covariances), size)]
    return np.concatenate([np.stack([part.min(axis=0), part.max(axis=0)], axis=-1) for part in parts])


def _estimate(covariance: Floats) -> Floats:
    many = covariance if covariance.ndim == 3 else covariance[None]
    n_items, total = many.shape[-1], many.sum(axis=(-2, -1))
    odd, even, between = _halves(many)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = between / np.sqrt(odd * even)
        least = 1 - _extremes(many) / total[:, None]
        found = np.stack(
            [
                _lengthened(correlation, n_items), 4 * between / total, _average_factor(n_items) * alpha_of(many),
                least[:, 1], least[:, 0],
            ], axis=-1,
        )  # fmt: skip
    return np.asarray(found if covariance.ndim == 3 else found[0])


def _gradient(covariance: Floats) -> Floats:
    """Those of the best and the worst split are of the split that was found, as if it had been chosen beforehand."""
    n_items = len(covariance)
    differences = _differences(covariance[None])[:, 0]
    # Splits that tie but for rounding: the first of them, so that the order of the rows does not choose the interval.
    near = 1e-9 * abs(covariance.sum())
    worst, best = (
        splits(n_items)[int(np.argmax(np.abs(differences - end) <= near))]
        for end in (differences.max(), differences.min())
    )
    odd, even, between = _halves(covariance)
    first = (_odd(n_items) > 0).astype(float)
    second = 1 - first
    of_between = (np.outer(first, second) + np.outer(second, first)) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = between / np.sqrt(odd * even)
        spread = np.outer(first, first) / odd + np.outer(second, second) / even
        of_correlation = of_between / np.sqrt(odd * even) - correlation / 2 * spread
    slope = _lengthened_slope(float(correlation), n_items)
    return np.stack([
        slope * of_correlation, _split_gradient(covariance, _odd(n_items)),
        _average_factor(n_items) * alpha_gradient(covariance),
        _split_gradient(covariance, worst), _split_gradient(covariance, best),
    ])  # fmt: skip


def _split_gradient(covariance: Floats, signs: Floats) -> Floats:
    """Derivative of λ4 = 1 - s'Cs / sum for the split s."""
    total = covariance.sum()
    return np.asarray(signs @ covariance @ signs / total**2 - np.outer(signs, signs) / total)


def _notes(name: str, n_items: int) -> tuple[Message, ...]:
    known = n_splits(n_items)
    if known <= MOST_SPLITS or name not in ("split_half_worst", "split_half_best"):
        return ()
    return (Message("statistics.splits_drawn", {"tried": MOST_SPLITS, "splits": known}),)


SPLIT_HALF = Family(
    ("split_half", "guttman_lambda4", "split_half_average", "split_half_worst", "split_half_best"),
    "covariance", "moments", 2, _estimate, _gradient, _notes,
)  # fmt: skip

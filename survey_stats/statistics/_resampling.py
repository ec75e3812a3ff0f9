"""Samples drawn again from a sample: the bootstrap of Rao and Wu, cluster by cluster within strata."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_stats.statistics._design_input import Floats, Ints
from survey_stats.statistics._stages import Stage

_BLOCK = 16
"""Draws multiplied at once: sixteen rows of floats beside the counts, which are bytes."""


@dataclass(frozen=True, eq=False, slots=True)
class Resamples:
    """Samples drawn again: the weight of a row in a draw is weight × (share + step × count).

    Attributes:
        counts: How often a row's cluster was drawn, draws × n.
        share, step: Of each row, shape (n,).
        weights: The weights, shape (n,).
    """

    counts: NDArray[np.uint8]
    share: Floats
    step: Floats
    weights: Floats

    def totals(self, values: Floats) -> Floats:
        """Weighted totals in each draw, draws × k.

        Args:
            values: Shape (n, k).
        """
        fixed = (self.weights * self.share) @ values
        moving = values * (self.weights * self.step)[:, None]
        draws = len(self.counts)
        parts = [
            self.counts[first : first + _BLOCK].astype(np.float64) @ moving for first in range(0, draws, _BLOCK)
        ]  # fmt: skip
        return np.asarray(fixed + np.vstack(parts))


def rao_wu(stage: Stage, weights: Floats, rows: Ints | None, draws: int, seed: int | None) -> Resamples:
    """Draw one cluster fewer than there are, with replacement, within each stratum (Rao and Wu 1988, JASA 83, 231-241).

    With n clusters in a stratum, of which the share f of all was drawn, a cluster drawn c times counts
    1 - λ + λ c n / (n - 1), λ² = 1 - f. A stratum with one cluster stays as it is.

    Args:
        stage: The first stage.
        weights: Of the whole sample.
        rows: Rows of a subset; none for all.
        draws: Number of samples.
        seed: Of the random numbers.
    """
    random = np.random.default_rng(seed)
    sizes = np.bincount(stage.strata)
    members = np.argsort(stage.strata, kind="stable")
    ends = np.cumsum(sizes)
    size = sizes[stage.strata].astype(float)
    alone = size < 2
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(alone, 0.0, size / (size - 1))
        spread = np.where(alone, 0.0, np.sqrt(np.clip(stage.factor / np.where(alone, 1, ratio), 0, 1)))
    clusters = stage.clusters if rows is None else stage.clusters[rows]
    counts = np.zeros((draws, len(clusters)), dtype=np.uint8)
    for draw in range(draws):
        drawn = np.zeros(len(stage.strata), dtype=np.int64)
        for size_here, end in zip(sizes, ends, strict=True):
            if size_here > 1:
                picked = random.integers(end - size_here, end, size_here - 1)
                drawn += np.bincount(members[picked], minlength=len(drawn))
        counts[draw] = drawn[clusters]
    own = weights if rows is None else weights[rows]
    return Resamples(counts, (1 - spread)[clusters], (spread * ratio)[clusters], own)

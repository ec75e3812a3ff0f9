"""Replicate weights made from the strata and clusters of a sample."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from survey_stats.errors import CallError
from survey_stats.statistics._design_input import FUNCTION, Floats
from survey_stats.statistics._replicates import METHODS, Replicates
from survey_stats.statistics._stages import Stage

_MOST_CELLS = 2 * 10**8  # rows × replicates: 1.6 GB


def bootstrap(stage: Stage, weights: Floats, n_replicates: int, draw: np.random.Generator) -> Replicates:
    """Clusters - 1 clusters of each stratum, drawn with replacement and rescaled to the stratum's variance.

    With a share f of the clusters sampled, a cluster drawn m times has the multiplier 1 - λ + λ m n / (n - 1), with
    λ = √(1 - f) (Rao, Wu and Yue 1992).

    Args:
        stage: The first stage.
        weights: Weights of the sample, shape (n,).
        n_replicates: Number of replicates.
        draw: Random numbers.
    """
    if not isinstance(n_replicates, (int, np.integer)) or n_replicates < 2:
        raise CallError(
            f"{FUNCTION}: n_replicates is {n_replicates!r}. Give a whole number of at least 2, such as 200."
        )
    _check_size(len(weights), n_replicates, "Take fewer replicates.")
    _check_centred(stage)
    multipliers = np.ones((len(stage.strata), n_replicates))
    for stratum in range(len(stage.centred)):
        places = np.flatnonzero(stage.strata == stratum)
        n = len(places)
        if n > 1:
            drawn = draw.multinomial(n - 1, np.full(n, 1 / n), size=n_replicates).T
            share = np.sqrt(stage.factor[places[0]] * (n - 1) / n)
            multipliers[places] = 1 - share + share * drawn * n / (n - 1)
    scale = METHODS["bootstrap"].common(n_replicates, 0.0)
    return _replicates(stage, weights, multipliers, "bootstrap", scale, np.ones(n_replicates))


def jackknife(stage: Stage, weights: Floats, _n_replicates: int, _draw: np.random.Generator) -> Replicates:
    """Each cluster left out once, its stratum's others weighted up by n / (n - 1).

    Args:
        stage: The first stage.
        weights: Weights of the sample, shape (n,).
    """
    _check_centred(stage)
    counts = np.bincount(stage.strata)
    left_out = np.flatnonzero(counts[stage.strata] > 1)
    _check_size(len(weights), len(left_out), "Take the bootstrap.")
    n = counts[stage.strata[left_out]]
    same = stage.strata[:, None] == stage.strata[left_out][None, :]
    multipliers = np.where(same, (n / (n - 1))[None, :], 1.0)
    multipliers[left_out, np.arange(len(left_out))] = 0.0
    each = stage.factor[left_out] * ((n - 1) / n) ** 2
    return _replicates(stage, weights, multipliers, "jk1" if len(counts) == 1 else "jkn", 1.0, each)


def _replicates(
    stage: Stage, weights: Floats, multipliers: Floats, method: str, scale: float, each: Floats
) -> Replicates:
    return Replicates(multipliers[stage.clusters] * weights[:, None], method, scale, each, mse=True)


def _check_size(n: int, n_replicates: int, remedy: str) -> None:
    if n * n_replicates > _MOST_CELLS:
        raise CallError(f"{FUNCTION}: {n_replicates} replicates of {n} rows do not fit into memory. {remedy}")


def _check_centred(stage: Stage) -> None:
    if not stage.centred.all():
        raise CallError(
            f"{FUNCTION}: replicates cannot hold what lonely='adjust' adds for a stratum with one cluster. Choose "
            "'certainty', 'remove' or 'average', or join strata."
        )


MAKERS: dict[str, Callable[[Stage, Floats, int, np.random.Generator], Replicates]] = {
    "bootstrap": bootstrap,
    "jackknife": jackknife,
}

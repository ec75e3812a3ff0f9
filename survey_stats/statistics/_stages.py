"""Stages of a sample and the sampling covariance of weighted totals, stage by stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import InputError
from survey_stats.statistics._design_input import FUNCTION, Floats, Ints, codes

Bools = NDArray[np.bool_]

LONELY = ("fail", "remove", "certainty", "adjust", "average")
_CENSUS = 1e-7  # a share not sampled below this is none: the stratum was taken whole


@dataclass(frozen=True, eq=False, slots=True)
class Stage:
    """One stage of sampling: clusters drawn within strata.

    Attributes:
        clusters: Number of each row's cluster, shape (n,).
        strata: Number of each cluster's stratum, shape (clusters,).
        factor: What the squared deviation of a cluster's total counts, shape (clusters,): (1 - f) n / (n - 1) with
            n clusters drawn in the stratum and f their share, times the shares of the stages before.
        centred: Whether deviations are from the stratum's mean, or from 0, shape (strata,).
    """

    clusters: Ints
    strata: Ints
    factor: Floats
    centred: Bools

    def covariance(self, values: Floats) -> Floats:
        """Part of this stage in the covariance of the column sums of `values`, shape (k, k).

        Args:
            values: Weight times influence, shape (n, k).
        """
        totals = sums(values, self.clusters, len(self.strata))
        means = sums(totals, self.strata, len(self.centred))
        means /= np.bincount(self.strata, minlength=len(self.centred))[:, None]
        means[~self.centred] = 0
        deviation = (totals - means[self.strata]) * np.sqrt(self.factor)[:, None]
        return np.asarray(deviation.T @ deviation)


def sums(values: Floats, groups: Ints, n_groups: int) -> Floats:
    """Column sums by group, shape (groups, k)."""
    return np.column_stack([np.bincount(groups, column, minlength=n_groups) for column in values.T])


def build_stages(
    n: int, strata: Sequence[pd.Series], clusters: Sequence[pd.Series], fpc: Floats | None, *, nest: bool, lonely: str
) -> tuple[Stage, ...]:
    """The stages of a design.

    Args:
        n: Number of rows.
        strata: Stratum of each row, one column a stage; none or fewer than stages where later stages have none.
        clusters: Cluster of each row, one column a stage; none: each row is a cluster.
        fpc: Population sizes or fractions, a column a stage; without them only the first stage has a part in the
            covariance, as if clusters had been drawn with replacement.
        nest: Cluster names are used again in other strata and mean other clusters there.
        lonely: What becomes of a stratum with one cluster.

    Raises:
        InputError: A cluster lies in two strata, the population sizes contradict the sample, or a stratum has one
            cluster.
    """
    parent, share = np.zeros(n, np.int64), np.ones(n)
    within: Sequence[Any] = [""]
    stages: list[Stage] = []
    columns: list[pd.Series | None] = [*clusters] if clusters else [None]
    for place, column in enumerate(columns):
        stratum, name = _within(parent, strata[place] if place < len(strata) else None, "strata")
        cluster, clusters_named = _clusters(parent, stratum, column, nest, place)
        drawn = _level(cluster, stratum, parent, (name, within), place)
        population = None if fpc is None else _population(fpc, place, drawn)
        stages.append(_stage(drawn, population, share, lonely))
        if population is None:
            break
        parent, share, within = cluster, share * drawn.count[stratum] / population, clusters_named
    return tuple(stages)


@dataclass(frozen=True, eq=False, slots=True)
class _Level:
    """Clusters and strata of a stage.

    Attributes:
        cluster, stratum: Of each row, shape (n,).
        of_cluster: Stratum of each cluster.
        count: Clusters in each stratum.
        first: A row of each stratum.
        parent: Cluster of the stage before that each stratum lies in.
        names, within: Name of each stratum, and of each cluster of the stage before, for messages.
        stage: Counted from 1.
    """

    cluster: Ints
    stratum: Ints
    of_cluster: Ints
    count: Ints
    first: Ints
    parent: Ints
    names: Sequence[Any]
    within: Sequence[Any]
    stage: int


def _within(parent: Ints, column: pd.Series | None, name: str) -> tuple[Ints, Sequence[Any]]:
    """Numbers of the combinations of parent and label, and the label of each."""
    own, labels = (np.zeros(len(parent), np.int64), ["all rows"]) if column is None else codes(column, name)
    number, found = pd.factorize(parent * len(labels) + own)
    return number.astype(np.int64), np.asarray(labels, dtype=object)[found % len(labels)]


def _clusters(
    parent: Ints, stratum: Ints, column: pd.Series | None, nest: bool, place: int
) -> tuple[Ints, Sequence[Any]]:
    """Number of each row's cluster, and the name of each; without a column each row is one."""
    if column is None:
        return np.arange(len(parent)), range(len(parent))
    nested, own = _within(stratum, column, "cluster")
    plain, names = _within(parent, column, "cluster")
    if nest or nested.max() == plain.max():
        return nested, own
    strata_of = pd.Series(stratum).groupby(plain).nunique()
    twice = int(strata_of.to_numpy().argmax())
    raise InputError(
        f"{FUNCTION}: cluster {names[twice]!r} of stage {place + 1} lies in {int(strata_of.iloc[twice])} strata. A "
        "cluster lies in one; if its name is used again for other clusters in other strata, say nest=True."
    )


def _level(
    cluster: Ints, stratum: Ints, parent: Ints, names: tuple[Sequence[Any], Sequence[Any]], place: int
) -> _Level:
    _, first_of_cluster = np.unique(cluster, return_index=True)
    _, first_of_stratum = np.unique(stratum, return_index=True)
    of_cluster = stratum[first_of_cluster]
    count = np.bincount(of_cluster)
    return _Level(
        cluster, stratum, of_cluster, count, first_of_stratum, parent[first_of_stratum], *names, stage=place + 1
    )


def _population(fpc: Floats, place: int, level: _Level) -> Floats:
    """Clusters in the population of each row's stratum; infinite where there is no correction."""
    column = fpc[:, place]
    count = level.count[level.stratum]
    size = column if (fpc > 1).any() else count / column
    differs = size != size[level.first][level.stratum]
    if differs.any():
        row = int(differs.argmax())
        raise InputError(
            f"{FUNCTION}: fpc of stage {level.stage} differs within stratum {level.names[level.stratum[row]]!r} "
            f"({column[level.first][level.stratum[row]]:g} and {column[row]:g}). It is a number of the stratum: give "
            "each of its rows the same."
        )
    small = size < count * (1 - 1e-12)
    if small.any():
        row = int(small.argmax())
        raise InputError(
            f"{FUNCTION}: fpc says that stratum {level.names[level.stratum[row]]!r} of stage {level.stage} has "
            f"{size[row]:g} clusters in the population, and {count[row]} were drawn from it. Give the size of the "
            "population, or the fraction that was drawn."
        )
    return size


def _stage(level: _Level, population: Floats | None, share: Floats, lonely: str) -> Stage:
    remaining = np.ones(len(level.count))
    if population is not None:
        remaining = 1 - level.count / population[level.first]
    whole = remaining < _CENSUS
    alone = (level.count == 1) & ~whole
    factor = np.where(whole, 0.0, remaining * level.count / np.maximum(level.count - 1, 1)) * share[level.first]
    if alone.any():
        _check_lonely(level, alone, lonely)
    if lonely == "average" and alone.any():
        factor = factor * _average(level, alone)
    return Stage(level.cluster, level.of_cluster, factor[level.of_cluster], ~alone | (lonely != "adjust"))


def _check_lonely(level: _Level, alone: Bools, lonely: str) -> None:
    if lonely != "fail":
        return
    number = int(alone.argmax())
    name = level.names[number]
    where = (
        "" if level.stage == 1 else f" of stage {level.stage}, within cluster {level.within[level.parent[number]]!r},"
    )
    raise InputError(
        f"{FUNCTION}: stratum {name!r}{where} has one cluster, and {int(alone.sum())} of {len(alone)} strata have. "
        "One cluster says nothing about how clusters of its stratum differ. Join it with a stratum that is alike, or "
        "choose lonely: 'certainty' or 'remove' (it adds nothing), 'adjust' (its deviation from the whole), 'average' "
        "(what the other strata add on average)."
    )


def _average(level: _Level, alone: Bools) -> Floats:
    """How many times each stratum counts so that those with one cluster count as the mean of the others."""
    n_parents = int(level.parent.max()) + 1
    strata = np.bincount(level.parent, minlength=n_parents)
    enough = np.bincount(level.parent, ~alone, minlength=n_parents)
    if (enough[level.parent[alone]] == 0).any():
        raise InputError(
            f"{FUNCTION}: lonely='average' needs a stratum with two clusters or more beside those with one, and stage "
            f"{level.stage} has none. Choose 'adjust' or 'certainty'."
        )
    return np.asarray((strata / np.maximum(enough, 1))[level.parent])

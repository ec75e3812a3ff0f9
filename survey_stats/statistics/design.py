"""The design of a sample: weights, strata, clusters, population sizes, replicates; one rule for standard errors."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import CallError, InputError
from survey_stats.statistics._calibration import Calibration
from survey_stats.statistics._columns import check_choice
from survey_stats.statistics._design_input import (
    FUNCTION,
    Floats,
    Ints,
    Reader,
    check_counts,
    check_df,
    check_method,
    numbers,
    read_sizes,
    read_weights,
)
from survey_stats.statistics._replicates import Estimated, Estimator, Replicates, build_replicates
from survey_stats.statistics._replication import MAKERS
from survey_stats.statistics._resampling import Resamples, rao_wu
from survey_stats.statistics._stages import LONELY, Bools, Stage, build_stages

__all__ = ["Design", "Estimated", "Estimator"]

Lonely = Literal["fail", "remove", "certainty", "adjust", "average"]
Method = Literal["bootstrap", "jk1", "jk2", "jkn", "brr", "fay", "successive_difference", "other"]


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """A whole sample, as it was drawn.

    Attributes:
        weights: Shape (n,).
        stages: Stages of sampling.
        replicates: Replicate weights, if the sample has any; the stages then only count clusters and strata.
        calibrations: Margins the weights hold, the first calibration first.
        index: Labels of the rows, if they have any.
        finite: Stages have population sizes.
    """

    weights: Floats
    stages: tuple[Stage, ...]
    replicates: Replicates | None = None
    calibrations: tuple[Calibration, ...] = ()
    index: pd.Index | None = None
    finite: bool = False


class Design:
    """How the rows of a data frame were sampled; every statistic takes its standard errors from here.

    Row-aligned with the data it is used with. A design describes the whole sample: rows that an analysis leaves out
    (missing answers, other domains) keep their place, so leave the design whole or take `subset`.

    Args:
        weights: A weight of 0 or more for each row; None: all 1. Here and below an array, a Series, or with `data` the
            name of a column.
        data: The frame whose columns the other arguments name.
        strata: Stratum of each row; for strata at later stages too a list, one column a stage.
        cluster: Cluster of each row, or a list, one column a stage (`["district", "school"]`); none: rows were drawn.
        fpc: Finite population correction, constant within a stratum, one column a stage: clusters in the population, or
            the fractions that were drawn (all at most 1). Without it clusters count as drawn with replacement, and
            later stages have no part of their own.
        nest: Cluster names start again in each stratum (R's `nest = TRUE`).
        lonely: What a stratum with one cluster adds, which no sample can tell (R's `survey.lonely.psu`): `fail`
            refuses, `remove` and `certainty` nothing, `adjust` its squared deviation from 0 instead of the mean of
            its stratum, `average` as much as the other strata on average.
        replicates: Replicate weights, one column a replicate; with `data` a list of names or a pattern (`"RWT_*"`).
        method: How the replicates were made, which fixes their scale: `bootstrap` 1 / (R - 1), `jk1` (R - 1) / R, `jk2`
            1, `jkn` by `rscales`, `brr` 1 / R, `fay` 1 / (R (1 - rho)²), `successive_difference` 4 / R (with 160
            replicates the 4 / 160 of the time use surveys, with 80 the 4 / 80 of the American Community Survey),
            `other` by `scale`.
        combined: The replicate weights hold the full weight; False: they are multipliers of it.
        scale, rscales: A common factor and one a replicate, instead of the method's own.
        rho: Fay's factor.
        mse: Deviations of the replicates are from the estimate of the full sample, as agencies and SAS do; False: from
            the mean of the replicates, R's default.
        df: Degrees of freedom: a number, `"rank"` (rank of the replicate weights - 1, as in R; the default with
            replicates), `"replicates"` (R - 1), or `"clusters"` (clusters - strata; the default without replicates).
        domain_df: With `full`, a domain has the degrees of freedom of the full design; with `present`, only strata and
            clusters with a row of the domain count (R's `degf` of a subset).

    Raises:
        CallError: An argument is wrong, or parts are of different rows.
        InputError: Weights, strata, clusters, population sizes or replicates cannot be used.

    >>> data = pd.DataFrame({"minutes": [30.0, 60, 20, 90], "weight": [2, 1, 1, 2], "school": ["a", "a", "b", "c"]})
    >>> design = Design("weight", data=data, cluster="school")
    >>> design
    Design of 4 rows: weights from 1 to 2, 3 clusters in 1 stratum, 2 degrees of freedom
    >>> total = Estimated(np.array([320.0]), data[["minutes"]].to_numpy())
    >>> design.covariance(lambda weights: total).round(6)
    array([[19600.]])
    """

    def __init__(
        self,
        weights: Any,
        *,
        data: pd.DataFrame | None = None,
        strata: Any = None,
        cluster: Any = None,
        fpc: Any = None,
        nest: bool = False,
        lonely: Lonely = "fail",
        replicates: Any = None,
        method: Method | None = None,
        combined: bool = True,
        scale: float | None = None,
        rscales: Any = None,
        rho: float | None = None,
        mse: bool = True,
        df: float | Literal["rank", "replicates", "clusters"] | None = None,
        domain_df: Literal["full", "present"] = "full",
    ) -> None:
        check_choice(FUNCTION, "lonely", lonely, LONELY)
        check_choice(FUNCTION, "domain_df", domain_df, ("full", "present"))
        reader = Reader(data)
        strata_columns, clusters = reader.columns(strata, "strata"), reader.columns(cluster, "cluster")
        sizes, copies = reader.columns(fpc, "fpc"), reader.columns(replicates, "replicates")
        full = read_weights(weights, reader)
        check_counts(strata_columns, clusters, sizes)
        check_method(copies, {"method": method, "scale": scale, "rscales": rscales, "rho": rho})
        check_df(df, bool(copies))
        stages = build_stages(
            len(full), strata_columns, clusters, read_sizes(sizes), nest=nest, lonely="remove" if copies else lonely
        )
        built = None
        if copies:
            built = build_replicates(
                numbers(copies, "replicates"), full, method=method, combined=combined, scale=scale, rscales=rscales,
                rho=rho, mse=mse,
            )  # fmt: skip
        self._sample = Sample(full, stages, built, (), reader.index, bool(sizes))
        self._rows: Ints | None = None
        self._df: float | str = df if df is not None else "rank" if copies else "clusters"
        self._domain_df = domain_df

    @property
    def weights(self) -> Floats:
        """The weights, shape (n,)."""
        return np.array(self._own(self._sample.weights))

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self._sample.weights) if self._rows is None else len(self._rows)

    @property
    def index(self) -> pd.Index | None:
        """Labels of the rows, if the design was made from any."""
        whole = self._sample.index
        return whole if whole is None or self._rows is None else whole[self._rows]

    @property
    def method(self) -> str:
        """Id of the rule of the standard errors: `linearized`, or the method of the replicates."""
        return "linearized" if self._sample.replicates is None else self._sample.replicates.method

    @property
    def clusters(self) -> Ints:
        """Number of the cluster of the first stage of each row, shape (n,)."""
        return np.array(self._own(self._sample.stages[0].clusters))

    @property
    def n_clusters(self) -> int:
        """Clusters of the first stage in the whole sample."""
        return len(self._sample.stages[0].strata)

    @property
    def has_population_sizes(self) -> bool:
        """The design corrects for finite populations."""
        return self._sample.finite

    def n_clusters_of(self, used: NDArray[np.bool_] | pd.Series) -> int:
        """Clusters of the first stage that hold a row of a domain with a weight above 0.

        Args:
            used: Boolean, shape (n,): rows of the domain.
        """
        rows = np.flatnonzero(self._mask(used) & (self.weights > 0))
        whole = rows if self._rows is None else self._rows[rows]
        return int(np.count_nonzero(np.bincount(self._sample.stages[0].clusters[whole])))

    @property
    def n_strata(self) -> int:
        """Strata of the first stage in the whole sample."""
        return len(self._sample.stages[0].centred)

    @property
    def n_replicates(self) -> int:
        """Number of replicates; 0 without."""
        return 0 if self._sample.replicates is None else self._sample.replicates.weights.shape[1]

    @property
    def kish_effect(self) -> float:
        """Design effect of unequal weights, n Σw² / (Σw)² (Kish 1965); rows with weight 0 do not count."""
        weights = self.weights[self.weights > 0]
        return float(len(weights) * (weights**2).sum() / weights.sum() ** 2)

    @property
    def effective_size(self) -> float:
        """Kish's effective sample size (Σw)² / Σw²."""
        weights = self.weights
        return float(weights.sum() ** 2 / (weights**2).sum())

    def covariance(self, estimator: Estimator, *, undefined: bool = False) -> Floats:
        """Sampling covariance of estimates, shape (k, k).

        Linearised designs take the covariance of the weighted total of the influence (R survey's `svyrecvar`), of its
        residuals on the margins where the weights are raked. With replicates the estimator is called with the weights
        of each, and its influence is not looked at.

        Args:
            estimator: Weights, shape (n,), → `Estimated`: estimates, shape (k,), and influence, shape (n, k), 0 in rows
                that are not used.
            undefined: An estimate that a replicate does not have, such as a mean of its rows where it has none, is
                without covariance (NaN), and nothing is raised.

        Raises:
            InputError: A replicate has no estimate.
        """
        sample = self._sample
        if sample.replicates is not None:
            return sample.replicates.covariance(self._of_own(estimator), sample.weights, undefined=undefined)
        influence = self._of_own(estimator)(sample.weights).influence
        for calibration in sample.calibrations:
            influence = calibration.residuals(influence)
        weighted = influence * sample.weights[:, None]
        return np.asarray(sum(stage.covariance(weighted) for stage in sample.stages))

    def df(self, used: NDArray[np.bool_] | pd.Series | None = None) -> float:
        """Degrees of freedom for t.

        Args:
            used: Boolean, shape (n,): rows of the domain. It matters with `domain_df="present"` only.

        Raises:
            InputError: There are none: as many strata as clusters.
        """
        if isinstance(self._df, (int, float)):
            return float(self._df)
        copies = self._sample.replicates
        if self._df == "replicates" or (copies is not None and self._df == "rank"):
            assert copies is not None
            found = copies.rank_df() if self._df == "rank" else copies.weights.shape[1] - 1.0
        else:
            found = self._counted_df(used)
        if found < 1:
            raise InputError(
                f"{FUNCTION}: there are no degrees of freedom: as many strata as clusters with a weight above 0"
                f"{' in the domain' if used is not None else ''}. Join strata, or give df, a number."
            )
        return found

    def resamples(self, draws: int, seed: int | None = None) -> Resamples:
        """Samples drawn again, whole clusters within strata, for a bootstrap.

        Raises:
            CallError: The design has replicates, raked weights or several stages, which are not drawn again.
        """
        sample = self._sample
        if sample.replicates is not None or sample.calibrations or len(sample.stages) > 1:
            raise CallError(
                f"{FUNCTION}: samples are drawn again from weights, strata and one stage of clusters. This design has "
                "replicates, raked weights or several stages: take its own standard errors."
            )
        return rao_wu(sample.stages[0], sample.weights, self._rows, draws, seed)

    def subset(self, mask: NDArray[np.bool_] | pd.Series) -> Design:
        """The design of some rows, for data that hold only them; the whole sample stays behind it.

        Args:
            mask: Boolean, shape (n,).

        Raises:
            CallError: The mask is not boolean or of other rows.
        """
        chosen = self._mask(mask)
        return self._changed(rows=np.flatnonzero(chosen) if self._rows is None else self._rows[chosen])

    def replicated(
        self, method: Literal["bootstrap", "jackknife"], *, n_replicates: int = 200, seed: int | None = None
    ) -> Design:
        """The design with replicate weights made from its strata and clusters, for statistics without linearisation.

        `bootstrap`: clusters - 1 clusters of each stratum are drawn with replacement, and their weights rescaled (Rao
        and Wu 1988; Rao, Wu and Yue 1992; R survey's `subbootstrap`). `jackknife`: each replicate leaves a cluster out
        and gives its weight to the others of its stratum (JK1, with strata JKn). Population sizes of the first stage
        are kept. The degrees of freedom stay those of strata and clusters.

        Args:
            method: `bootstrap` or `jackknife`.
            n_replicates: How many, for the bootstrap; the jackknife has one a cluster.
            seed: Of the bootstrap.

        Raises:
            CallError: The design has replicates, later stages or raked weights, or too many clusters for a jackknife.
        """
        check_choice(FUNCTION, "replicated", method, MAKERS)
        sample = self._sample
        faults = {
            "has replicates already": sample.replicates is not None,
            "has population sizes of later stages, and replicates hold the first one alone": len(sample.stages) > 1,
            "is raked already: replicate the one before, then rake it": bool(sample.calibrations),
        }
        for fault, found in faults.items():
            if found:
                raise CallError(f"{FUNCTION}.replicated: this design {fault}.")
        made = MAKERS[method](sample.stages[0], sample.weights, n_replicates, np.random.default_rng(seed))
        return self._changed(sample=replace(sample, replicates=made))

    def calibrated(
        self, calibrate: Callable[[Floats], Floats], margins: tuple[Ints, ...], weights: Floats | None = None
    ) -> Design:
        """The design with weights that hold known margins: see `rake`, whose `Weights.design` calls this.

        Args:
            calibrate: Weights before, shape (n,), → weights that hold the margins; replicates go through it too.
            margins: Category of each row in each margin, shape (n,) each.
            weights: What `calibrate` makes of the weights of the full sample, if that is known.

        Raises:
            CallError: The design is of a part of its sample.
            InputError: A replicate cannot be calibrated.
        """
        if self._rows is not None:
            raise CallError(f"{FUNCTION}.calibrated: this design is of a part of its sample. Calibrate it whole.")
        sample = self._sample
        full = calibrate(sample.weights) if weights is None else weights
        if sample.replicates is not None:
            copies = sample.replicates.transformed(calibrate)
            return self._changed(sample=replace(sample, weights=full, replicates=copies))
        base = np.where(full > 0, sample.weights, 0.0)
        known = (*sample.calibrations, Calibration(margins, base))
        return self._changed(sample=replace(sample, weights=full, calibrations=known))

    def check(self, data: pd.DataFrame | pd.Series, function: str) -> None:
        """Raise `CallError` unless the design is of the rows of `data`.

        Args:
            data: What a statistic is to be computed from.
            function: Name of the public function, for the message.
        """
        if len(data) != self.n:
            raise CallError(
                f"{function}: the design has {self.n} rows and the data have {len(data)}. Make the design from these "
                "data, or take design.subset(mask) for the rows that were kept."
            )
        if self.index is not None and not self.index.equals(data.index):
            raise CallError(
                f"{function}: the index of the design is not that of the data. Make the design from these data, in the "
                "same order."
            )

    def __repr__(self) -> str:
        weights = self.weights
        strata, clusters = self.n_strata, self.n_clusters
        parts = [f"weights from {weights.min():.6g} to {weights.max():.6g}"]
        if self._sample.replicates is None:
            parts.append(f"{clusters} clusters in {strata} {'stratum' if strata == 1 else 'strata'}")
        else:
            parts.append(f"{self.n_replicates} replicates ({self.method})")
        if self._sample.calibrations:
            parts.append("calibrated")
        if clusters > strata or self._sample.replicates is not None or isinstance(self._df, (int, float)):
            parts.append(f"{self.df():g} degrees of freedom")
        return f"Design of {self.n} rows: {', '.join(parts)}"

    def _own(self, values: Any) -> Any:
        return values if self._rows is None else values[self._rows]

    def _of_own(self, estimator: Estimator) -> Estimator:
        """The estimator of the rows of this design as one of the whole sample."""
        rows, whole = self._rows, len(self._sample.weights)

        def estimate(weights: Floats) -> Estimated:
            found = estimator(weights if rows is None else weights[rows])
            influence = np.asarray(found.influence, dtype=np.float64)
            n, k = self.n, len(found.estimate)
            if influence.shape != (n, k):
                raise CallError(
                    f"{FUNCTION}: the influence has the shape {influence.shape}, and {n} rows with {k} estimates need "
                    f"({n}, {k}). Rows that are not used have 0."
                )
            if rows is None:
                return Estimated(found.estimate, influence)
            lifted = np.zeros((whole, k))
            lifted[rows] = influence
            return Estimated(found.estimate, lifted)

        return estimate

    def _mask(self, mask: Any) -> Bools:
        if isinstance(mask, pd.Series) and self.index is not None and not mask.index.equals(self.index):
            raise CallError(
                f"{FUNCTION}: the index of the mask is not that of the design. Build it from the same data."
            )
        chosen = np.asarray(mask)
        if chosen.dtype != bool or chosen.shape != (self.n,):
            raise CallError(
                f"{FUNCTION}: a mask is one True or False for each of the {self.n} rows; found {chosen.dtype} of shape "
                f"{chosen.shape}."
            )
        return chosen

    def _counted_df(self, used: Any) -> float:
        """Clusters minus strata of the first stage, as far as they have a weight."""
        counts = self._sample.weights != 0
        if self._domain_df == "present":
            inside = np.ones(self.n, dtype=bool) if used is None else self._mask(used)
            rows = np.arange(len(counts)) if self._rows is None else self._rows
            present = np.zeros(len(counts), dtype=bool)
            present[rows[inside]] = True
            counts &= present
        first = self._sample.stages[0]
        clusters = np.flatnonzero(np.bincount(first.clusters[counts]))  # a call a row of a table: faster than to sort
        return float(len(clusters) - np.count_nonzero(np.bincount(first.strata[clusters])))

    def _changed(self, *, sample: Sample | None = None, rows: Ints | None = None) -> Design:
        """A copy with another sample or other rows."""
        changed = copy(self)
        changed.__dict__.update(
            {"_sample": self._sample if sample is None else sample, "_rows": self._rows if rows is None else rows}
        )
        return changed

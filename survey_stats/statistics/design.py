"""The design of a sample: weights, strata, clusters, population sizes, replicates; one rule for standard errors."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import CallError, InputError
from survey_stats.statistics._calibration import Calibration
from survey_stats.statistics._columns import check_choice
from survey_stats.statistics._design_input import FUNCTION, Floats, Ints, Reader, check_weights, numbers
from survey_stats.statistics._replicates import Estimated, Estimator, Replicates, build_replicates
from survey_stats.statistics._stages import LONELY, Bools, Stage, build_stages

__all__ = ["Design", "Estimated", "Estimator"]

Lonely = Literal["fail", "remove", "certainty", "adjust", "average"]
Method = Literal["bootstrap", "jk1", "jk2", "jkn", "brr", "fay", "successive_difference", "other"]
_DF_WORDS = ("rank", "replicates", "clusters")


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
        full = _weights(weights, reader)
        _check_counts(strata_columns, clusters, sizes)
        _check_method(copies, {"method": method, "scale": scale, "rscales": rscales, "rho": rho})
        _check_df(df, bool(copies))
        stages = build_stages(
            len(full), strata_columns, clusters, _sizes(sizes), nest=nest, lonely="remove" if copies else lonely
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
        return len(np.unique(self._sample.stages[0].clusters[whole]))

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

    def covariance(self, estimator: Estimator) -> Floats:
        """Sampling covariance of estimates, shape (k, k).

        Linearised designs take the covariance of the weighted total of the influence (R survey's `svyrecvar`), of its
        residuals on the margins where the weights are raked. With replicates the estimator is called with the weights
        of each, and its influence is not looked at.

        Args:
            estimator: Weights, shape (n,), → `Estimated`: estimates, shape (k,), and influence, shape (n, k), 0 in rows
                that are not used.

        Raises:
            InputError: A replicate has no estimate.
        """
        sample = self._sample
        if sample.replicates is not None:
            return sample.replicates.covariance(self._of_own(estimator), sample.weights)
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

    def subset(self, mask: NDArray[np.bool_] | pd.Series) -> Design:
        """The design of some rows, for data that hold only them; the whole sample stays behind it.

        Args:
            mask: Boolean, shape (n,).

        Raises:
            CallError: The mask is not boolean or of other rows.
        """
        chosen = self._mask(mask)
        return self._changed(rows=np.flatnonzero(chosen) if self._rows is None else self._rows[chosen])

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
        clusters = np.unique(first.clusters[counts])
        return float(len(clusters) - len(np.unique(first.strata[clusters])))

    def _changed(self, *, sample: Sample | None = None, rows: Ints | None = None) -> Design:
        """A copy with another sample or other rows."""
        changed = copy(self)
        changed.__dict__.update(
            {"_sample": self._sample if sample is None else sample, "_rows": self._rows if rows is None else rows}
        )
        return changed


def _weights(given: Any, reader: Reader) -> Floats:
    if given is not None:
        full = numbers([reader.one(given, "weights")], "weights")[:, 0]
        check_weights(full)
        return full
    if reader.n < 0:
        raise CallError(
            f"{FUNCTION}: found no weights and nothing else. Give weights, or data with strata or clusters."
        )
    return np.ones(reader.n)


def _check_counts(strata: list[pd.Series], clusters: list[pd.Series], sizes: list[pd.Series]) -> None:
    stages = max(len(clusters), 1)
    if len(strata) > stages:
        raise CallError(f"{FUNCTION}: strata of {len(strata)} stages and clusters of {stages}. Give clusters for each.")
    if sizes and len(sizes) != stages:
        raise CallError(
            f"{FUNCTION}: fpc of {len(sizes)} stages and clusters of {stages}. Give one column a stage; a stage "
            "without correction has infinite population sizes."
        )


def _sizes(columns: list[pd.Series]) -> Floats | None:
    if not columns:
        return None
    sizes = numbers(columns, "fpc")
    bad = ~(sizes > 0).all(axis=1)
    if bad.any():
        raise InputError(
            f"{FUNCTION}: fpc is missing, 0 or negative in {int(bad.sum())} of {len(sizes)} rows, the first is row "
            f"{int(bad.argmax()) + 1}. Give population sizes, or fractions above 0."
        )
    if (sizes > 1).any() and (sizes < 1).any():
        raise InputError(
            f"{FUNCTION}: fpc holds numbers below and above 1 ({sizes.min():g} to {sizes.max():g}). Give population "
            "sizes for all stages, or fractions for all."
        )
    return sizes


def _check_method(replicates: list[pd.Series], options: dict[str, Any]) -> None:
    given = [name for name, value in options.items() if value is not None]
    if given and not replicates:
        raise CallError(f"{FUNCTION}: {given[0]} is an option of replicate weights, and there are none. Leave it out.")


def _check_df(df: Any, replicates: bool) -> None:
    if df is None or (df in _DF_WORDS if isinstance(df, str) else np.isfinite(df) and df > 0):
        if not replicates and df in {"rank", "replicates"}:
            raise CallError(f"{FUNCTION}: df is {df!r}, and there are no replicates. Allowed: 'clusters', a number.")
        return
    raise CallError(f"{FUNCTION}: df is {df!r}. Allowed: {', '.join(_DF_WORDS)}, a positive number.")

"""What the weights of a sample cost, and what its design is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from survey_stats.errors import InputError
from survey_stats.results import Result
from survey_stats.statistics.design import Design


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class WeightSummary(Result):
    """Spread of weights and size of a design.

    Attributes:
        n, n_zero: Rows with a weight above 0, and without one.
        total: Sum of the weights.
        minimum, maximum: Smallest and largest weight above 0, as a ratio to their mean.
        kish_effect: Design effect of unequal weights, n Σw² / (Σw)² (Kish 1965).
        effective_size: Kish's effective sample size (Σw)² / Σw².
        n_strata, n_clusters, n_replicates: Of the design; 0 replicates where errors are linearised.
        df: Degrees of freedom; missing where there are none.
    """

    numbers: ClassVar[tuple[str, ...]] = (
        "n_zero",
        "total",
        "minimum",
        "maximum",
        "kish_effect",
        "effective_size",
        "df",
    )

    n: int
    n_zero: int
    total: float
    minimum: float
    maximum: float
    kish_effect: float
    effective_size: float
    n_strata: int
    n_clusters: int
    n_replicates: int
    df: float


def summarize_weights(design: Design) -> WeightSummary:
    """The weights of a design.

    >>> found = summarize_weights(Design([1.0, 1.0, 2.0, 0.0]))
    >>> found.n, found.maximum, round(found.effective_size, 3)
    (3, 1.5, 2.667)
    """
    weights = design.weights
    positive = weights[weights > 0]
    try:
        df = design.df()
    except InputError:  # statistics that need them say so; the weights can be described all the same
        df = np.nan
    return WeightSummary(
        method="given_weights", n=len(positive), n_zero=len(weights) - len(positive), total=float(weights.sum()),
        minimum=float(positive.min() / positive.mean()), maximum=float(positive.max() / positive.mean()),
        kish_effect=design.kish_effect, effective_size=design.effective_size, n_strata=design.n_strata,
        n_clusters=design.n_clusters, n_replicates=design.n_replicates, df=df,
    )  # fmt: skip

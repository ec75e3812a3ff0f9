"""What a comparison of groups returns: the test, the means, effect sizes, pairs, contrasts, assumptions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from survey_stats.results import Result


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class GroupMeans(Result):
    """Means of an outcome in each group or at each occasion.

    Attributes:
        table: Columns `outcome`, `factor`, `group`; `estimate` (the mean), `ci_lower`, `ci_upper`, `standard_error`,
            `df`; `sd`, `median`, `n`; of an analysis of covariance `adjusted_estimate`, `adjusted_ci_lower`,
            `adjusted_ci_upper`: at the mean of the covariates; `confidence`.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "factor")
    numbers: ClassVar[tuple[str, ...]] = (
        "estimate", "ci_lower", "ci_upper", "sd", "median", "adjusted_estimate", "adjusted_ci_lower",
        "adjusted_ci_upper",
    )  # fmt: skip

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class EffectSizes(Result):
    """Effect sizes, signed as the difference that `group` names.

    Attributes:
        table: Columns `outcome`, `factor`, `group`, `method` (which effect size, with its denominator), `estimate`,
            `ci_lower`, `ci_upper`, `interval`, `confidence`, `n`, `warning`.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "factor")

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class PairwiseComparisons(Result):
    """Each two groups, first minus second.

    Attributes:
        table: Columns `outcome`, `factor`, `group` (the two, as `first − second`), `method`; `estimate`, `ci_lower`,
            `ci_upper`, `standard_error`, `statistic`, `df`, `p_value` (of this pair alone), `p_adjusted`, `adjust`
            over the pairs; `interval`: simultaneous limits and how they were made; `effect_size`, `effect_estimate`,
            `effect_ci_lower`, `effect_ci_upper` (not simultaneous); `n`, `confidence`, `warning`, `error`.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "factor")
    numbers: ClassVar[tuple[str, ...]] = (
        "estimate", "ci_lower", "ci_upper", "statistic", "df", "p_value", "p_adjusted", "effect_estimate",
        "effect_ci_lower", "effect_ci_upper",
    )  # fmt: skip

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Contrasts(Result):
    """Planned contrasts: weighted sums of means.

    Attributes:
        table: Columns `outcome`, `factor`, `contrast` (its name), `group` (the sum written out), `method`, `estimate`,
            `ci_lower`, `ci_upper`, `standard_error`, `statistic`, `df`, `p_value`, `n`, `confidence`, `error`. Nothing
            is adjusted: planned contrasts are few, and named before the data are seen.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "factor", "contrast")
    numbers: ClassVar[tuple[str, ...]] = ("estimate", "ci_lower", "ci_upper", "statistic", "df", "p_value")

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Assumptions(Result):
    """Tests of what a method assumes: sphericity, equal slopes.

    Attributes:
        table: Columns `outcome`, `factor`, `method` (`mauchly`, `equal_slopes`), `estimate` (Mauchly's W), `statistic`,
            `df`, `df_error`, `p_value`, `n`.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "factor")
    numbers: ClassVar[tuple[str, ...]] = ("estimate", "statistic", "df", "df_error", "p_value")

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class GroupComparison(Result):
    """Whether groups differ in an outcome, one row an outcome and test.

    Attributes:
        table: Columns `outcome`, `factor` (the column of the groups, or a covariate), `group` (what is compared: of two
            groups `first − second`, of more their names), `method`, `designated` (the test that decides);
            `estimate` (of two groups the difference of the means, first minus second), `ci_lower`, `ci_upper`,
            `standard_error`; `statistic`, `df`, `df_error` (of F), `epsilon` (by which they are multiplied),
            `p_value`; `p_adjusted`, `adjust` over the outcomes; `effect_size`, `effect_estimate`, `effect_ci_lower`,
            `effect_ci_upper`; `n`, `n_missing` (rows left out), `confidence`, `warning`, `error`.
        means: Means of the groups.
        effects: All effect sizes.
        pairs: Comparisons of each two of more than two groups.
        contrasts: Planned contrasts.
        assumptions: Tests of assumptions.
    """

    keys: ClassVar[tuple[str, ...]] = ("outcome", "factor")
    numbers: ClassVar[tuple[str, ...]] = (
        "estimate", "ci_lower", "ci_upper", "statistic", "df", "df_error", "epsilon", "p_value", "p_adjusted",
        "effect_estimate", "effect_ci_lower", "effect_ci_upper",
    )  # fmt: skip

    table: pd.DataFrame
    means: GroupMeans
    effects: EffectSizes
    pairs: PairwiseComparisons | None = None
    contrasts: Contrasts | None = None
    assumptions: Assumptions | None = None

    @property
    def parts(self) -> dict[str, Result]:
        """The result and all that belongs to it, by name, in reading order: a block of a report each."""
        found = {"means": self.means, "comparison": self, "effects": self.effects, "pairs": self.pairs,
                 "contrasts": self.contrasts, "assumptions": self.assumptions}  # fmt: skip
        return {name: part for name, part in found.items() if part is not None}

"""Compare groups or occasions: one function, a table of methods, the sentence for what does not fit."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.errors import CallError, InputError
from survey_stats.statistics._categories import Categories
from survey_stats.statistics._columns import check_choice, check_confidence, check_frame
from survey_stats.statistics.design import Design
from survey_stats.statistics.groups import reading
from survey_stats.statistics.groups._found import FUNCTION, Found
from survey_stats.statistics.groups.covariates import ancova
from survey_stats.statistics.groups.frames import Compared, assembled
from survey_stats.statistics.groups.independent import anova, student, welch
from survey_stats.statistics.groups.paired import paired_t, repeated_measures
from survey_stats.statistics.groups.pairs import check_contrasts
from survey_stats.statistics.groups.ranks import friedman, kruskal_wallis, mann_whitney, wilcoxon
from survey_stats.statistics.groups.results import GroupComparison
from survey_stats.statistics.groups.weighted import designed
from survey_stats.statistics.multiplicity import ADJUSTMENTS


@dataclass(frozen=True, slots=True)
class _Method:
    """What a method can compare.

    Attributes:
        run: Data and level of confidence → what was found; none for that of a design.
        paired: Occasions of the same persons, not independent groups.
        only_two: It compares two groups.
        only_more: It compares more than two.
        covariates: It uses covariates.
        post_hoc: How each two of more groups may be compared, the default first.
        means: It compares means, so that contrasts can be planned.
    """

    run: Callable[[Any, float], Found] | None
    paired: bool = False
    only_two: bool = False
    only_more: bool = False
    covariates: bool = False
    post_hoc: tuple[str, ...] = ("pairwise",)
    means: bool = True


METHODS: Mapping[str, _Method] = {
    "welch": _Method(welch, post_hoc=("games_howell", "pairwise")),
    "student": _Method(student, only_two=True),
    "anova": _Method(anova, post_hoc=("tukey", "pairwise")),
    "ancova": _Method(ancova, covariates=True),
    "mann_whitney": _Method(mann_whitney, only_two=True, means=False),
    "kruskal_wallis": _Method(kruskal_wallis, means=False),
    "paired_t": _Method(paired_t, paired=True, only_two=True),
    "repeated_measures": _Method(repeated_measures, paired=True),
    "wilcoxon": _Method(wilcoxon, paired=True, only_two=True, means=False),
    "friedman": _Method(friedman, paired=True, only_more=True, means=False),
    "design": _Method(None),
}
"""Name → method. With a design there is `design` alone, for groups and for occasions."""


def compare_groups(
    data: pd.DataFrame,
    outcome: Hashable | Sequence[Hashable],
    group: Hashable | None = None,
    *,
    design: Design | None = None,
    paired: bool = False,
    subject: Hashable | None = None,
    method: str | None = None,
    covariates: Sequence[Hashable] = (),
    groups: Sequence[Any] | None = None,
    post_hoc: str | None = None,
    contrasts: Mapping[str, Mapping[Any, float]] | None = None,
    adjust: str = "holm",
    confidence: float = 0.95,
) -> GroupComparison:
    """Compare groups, or occasions of the same persons, in one or several outcomes.

    Differences are first minus second, in the order of the groups, and each says which. Rows without the outcome (or
    a covariate) are left out of that outcome alone; n is counted afterwards. The methods:

    - `welch` (the default): Welch's t of two groups (1947), Welch's F of more (1951). d and g are over the average
      variance √((s₁² + s₂²) / 2), as Delacre et al. (2021) advise; Glass's Δ over the deviation of the second group.
    - `student`, `anova`: equal variances; d and g over the pooled deviation.
    - `ancova` (the default with `covariates`): groups at equal values of the covariates, adjusted means, a test of
      equal slopes.
    - `mann_whitney`, `kruskal_wallis`: ranks; the rank-biserial correlation is P(first > second) - P(first < second).
    - `paired_t`, `repeated_measures` (the defaults with `paired`): d and g over the deviation of the differences; with
      more than two occasions Greenhouse and Geisser's test decides, Mauchly's test of sphericity beside it.
    - `wilcoxon`, `friedman`: ranks of the same persons.
    - `design` (the default with `design`): weighted means, t or adjusted Wald F with the design's degrees of freedom.

    Intervals of d and g are from the noncentral t, those of η² and ω² two-sided from the noncentral F (R's effectsize
    with `alternative = "two.sided"`), those of rank-biserial correlations from placements on Fisher's z. Below 50 rows
    the p of two groups by ranks is exact, with ties too.

    Args:
        data: One row a person, or with `subject` one row a person and occasion.
        outcome: Column or columns with numbers. With `paired` and no `group`, the columns of the occasions.
        group: Column of the groups, or of the occasions where `subject` is given.
        design: Weights, strata, clusters or replicates of the rows of `data`.
        paired: Compare occasions of the same persons; only persons with all of them count.
        subject: Column that says which rows are of the same person.
        method: See above.
        covariates: Columns with numbers, for `ancova`.
        groups: Groups to compare, in this order; all where it is not given, in the order of their values.
        post_hoc: Of more than two groups each two: `games_howell` (the default of `welch`), `tukey` (of `anova`),
            `pairwise` (of all others: each pair's own test, p adjusted by `adjust`), `none`.
        contrasts: Name → group → weight; weights add up to 0.
        adjust: How p is adjusted over outcomes and over pairs: `none`, `holm`, `bonferroni`, `fdr_bh`, `fdr_by`.
        confidence: Level of the intervals.

    Returns:
        Tests, with the means, all effect sizes, pairs, contrasts and tests of assumptions as parts. An outcome that
        cannot be compared has its row, with the reason in `error`.

    Raises:
        CallError: An argument is wrong, a column is missing or holds text, or the method does not fit.
        InputError: A column holds an infinite value.

    >>> data = pd.DataFrame({"minutes": [30, 60, 45, 80, 95, 70.0], "sex": ["f", "f", "f", "m", "m", "m"]})
    >>> found = compare_groups(data, "minutes", "sex")
    >>> found.table[["group", "estimate", "statistic", "df", "effect_size", "effect_estimate"]].round(4)
       group  estimate  statistic      df       effect_size  effect_estimate
    0  f − m  -36.6667    -3.2437  3.8826  cohens_d_average          -2.6485
    """
    frame = check_frame(data, FUNCTION)
    check_choice(FUNCTION, "adjust", adjust, ADJUSTMENTS)
    check_confidence(FUNCTION, confidence)
    outcomes, covariate_names = reading.as_names(outcome, frame), list(covariates)
    reading.check_roles(frame, outcomes, group, paired, subject, covariate_names)
    if design is not None:
        design.check(frame, FUNCTION)
        _check_design(paired, group, covariate_names)
    columns = reading.numbers_of(frame, [*outcomes, *covariate_names])
    belongs = None if group is None else reading.read_groups(frame, group, groups)
    names = tuple(map(str, outcomes)) if belongs is None else belongs.names
    chosen = _method(method, paired, bool(covariate_names), design is not None, len(names))
    call = _Call(frame, columns, outcomes, belongs, subject, covariate_names, design, paired, chosen, confidence)
    compared = [call.wide()] if belongs is None else [call.one(name) for name in outcomes]
    planned = {} if contrasts is None else check_contrasts(contrasts, names)
    if planned and not METHODS[chosen].means:
        raise CallError(f"{FUNCTION}: contrasts are of means, and method {chosen!r} compares ranks. Leave one out.")
    return assembled(
        compared, post_hoc=_post_hoc(post_hoc, chosen, len(names)), contrasts=planned, groups=names, adjust=adjust,
        confidence=confidence,
    )  # fmt: skip


def _check_design(paired: bool, group: Hashable | None, covariates: Sequence[Hashable]) -> None:
    if covariates:
        raise CallError(
            f"{FUNCTION}: an analysis of covariance does not use a design here. Take regress with the design, or leave "
            "the covariates out."
        )
    if paired and group is not None:
        raise CallError(
            f"{FUNCTION}: with a design, occasions have to be columns, one row a person. Give them as outcome, without "
            "group and subject."
        )


def _method(method: str | None, paired: bool, covariates: bool, designed: bool, k: int) -> str:
    """The method asked for, or the one that fits."""
    fitting = [name for name, one in METHODS.items() if _fits(name, one, paired, covariates, designed, k)]
    if method is None:
        return fitting[0]
    check_choice(FUNCTION, "method", method, METHODS)
    if method not in fitting:
        what = "occasions of the same persons" if paired else "groups"
        setting = " with covariates" if covariates else " with a design" if designed else ""
        raise CallError(
            f"{FUNCTION}: method {method!r} cannot compare {k} {what}{setting}. Allowed: {', '.join(fitting)}."
        )
    return method


def _fits(name: str, method: _Method, paired: bool, covariates: bool, designed: bool, k: int) -> bool:
    if designed or name == "design":
        return designed and name == "design"
    return (
        method.paired == paired
        and method.covariates == covariates
        and not (method.only_two if k > 2 else method.only_more)
    )


def _post_hoc(post_hoc: str | None, method: str, k: int) -> str:
    allowed = (*METHODS[method].post_hoc, "none")
    if post_hoc is not None and post_hoc not in allowed:
        raise CallError(
            f"{FUNCTION}: post_hoc is {post_hoc!r}, which method {method!r} has not. Allowed: {', '.join(allowed)}."
        )
    return "none" if k == 2 else post_hoc or allowed[0]


@dataclass(frozen=True, eq=False, slots=True)
class _Call:
    """What was asked, checked."""

    data: pd.DataFrame
    columns: pd.DataFrame
    outcomes: list[Hashable]
    groups: Categories | None
    subject: Hashable | None
    covariates: list[Hashable]
    design: Design | None
    paired: bool
    method: str
    confidence: float

    def _counted(self) -> np.ndarray:
        """Rows that count: with a design those with a weight above 0."""
        return np.ones(len(self.data), dtype=bool) if self.design is None else self.design.weights > 0

    def _run(self, sample: Any) -> Found:
        run = METHODS[self.method].run
        assert run is not None
        return run(sample, self.confidence)

    def wide(self) -> Compared:
        """Occasions in columns."""
        names = tuple(map(str, self.outcomes))
        title = ", ".join(names)
        sample, missing = reading.wide_occasions(self.columns, self.outcomes)
        try:
            if self.design is None:
                return Compared(title, "", names, missing, sample.n, self._run(sample), paired=True)
            values, inside = reading.designed_occasions(self.columns, self.outcomes, self._counted())
            found = designed(title, values, inside, names, self.design, self.confidence, paired=True)
            n = int(inside[:, 0].sum())
            return Compared(title, "", names, int(self._counted().sum()) - n, n, found, paired=True)
        except InputError as error:
            return Compared(title, "", names, missing, sample.n, None, str(error), paired=True)

    def one(self, outcome: Hashable) -> Compared:
        """One outcome by groups, or by occasions of subjects."""
        assert self.groups is not None
        factor, names, missing, n = self.groups.name, self.groups.names, 0, 0
        try:
            if self.design is not None:
                counted = self._counted()
                values, inside, names = reading.designed_groups(self.columns, outcome, self.groups, counted)
                n = int(inside.sum())
                missing = int(counted.sum()) - n
                found = designed(str(outcome), values, inside, names, self.design, self.confidence, paired=False)
                return Compared(str(outcome), factor, names, missing, n, found)
            sample, missing = self._sample(outcome)
            names, n = sample.names, sample.n
            return Compared(str(outcome), factor, names, missing, n, self._run(sample), paired=self.paired)
        except InputError as error:
            return Compared(str(outcome), factor, names, missing, n, None, str(error), paired=self.paired)

    def _sample(self, outcome: Hashable) -> tuple[Any, int]:
        assert self.groups is not None
        if self.paired:
            assert self.subject is not None
            return reading.long_occasions(self.data, self.columns, outcome, self.groups, self.subject)
        return reading.samples_of(self.columns, outcome, self.groups, self.covariates)

"""Reliability of a scale: alpha, omega, split-half coefficients, errors of measurement, each with an interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

import pandas as pd

from survey_stats.errors import CallError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._alpha import ALPHA, ALPHA_STANDARDIZED
from survey_stats.statistics._categorical import categorical_coefficients
from survey_stats.statistics._coefficient import INTERVALS, Coefficient, Family, IntervalRule, coefficients, with_name
from survey_stats.statistics._columns import check_choice, check_confidence
from survey_stats.statistics._hierarchical import hierarchical_family, schmid_leiman
from survey_stats.statistics._item_table import item_table, item_warnings
from survey_stats.statistics._items import FUNCTION, Range, read_items, reversal_ranges, sample_of
from survey_stats.statistics._omega import OMEGA_TOTAL
from survey_stats.statistics._split_half import SPLIT_HALF
from survey_stats.statistics.design import Design

__all__ = ["INTERVALS", "Coefficient", "Reliability", "reliability"]

Rows = Literal["complete", "pairwise"]
Interval = Literal["adf", "feldt", "bca"]

FAMILIES: tuple[Family, ...] = (ALPHA, ALPHA_STANDARDIZED, OMEGA_TOTAL, SPLIT_HALF)
_ROWS = ("complete", "pairwise")
_INTERVALS = ("adf", "feldt", "bca")
_FEWEST_DRAWS = 100


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Reliability(Result):
    """Reliability of a scale.

    Attributes:
        alpha: Coefficient alpha of the raw items (covariances).
        alpha_standardized: Alpha of the items brought to equal variance (correlations).
        omega_total: Omega of one common factor, maximum likelihood on raw covariances.
        split_half: Odd against even items, lengthened by Spearman and Brown, with halves of unequal length by Horst
            (1951). For a scale of two items the coefficient of choice (Eisinga, te Grotenhuis & Pelzer 2013).
        guttman_lambda4: The same halves by Guttman (1945), 4 × their covariance / variance of the sum.
        split_half_average, split_half_worst, split_half_best: The same over all splits into halves (the worst is an
            estimate of Revelle's beta); with more than 16 items the worst and the best of 10,000 drawn splits.
        sem_alpha, sem_omega: Standard error of measurement √(V (1 - reliability)) of the *mean* of the items, in their
            unit; for sums times the number of items.
        omega_categorical: Of ordered answers, reliability of their sum as scored (Green & Yang 2009): one factor fitted
            to the polychoric correlations by diagonally weighted least squares; variance of the sum from the
            polychoric correlations (semTools' `compRelSEM(ord.scale = TRUE)`). None without `categorical`.
        alpha_ordinal: Alpha of the polychoric correlations (Zumbo, Gadermann & Zeisser 2007): of hypothetical
            continuous items behind the answers, not of the score. None without `categorical`.
        omega_hierarchical: Share of one general factor in the variance of the sum of the standardized items, beside
            `group_factors` group factors: minimum residuals on correlations, oblimin rotation, Schmid and Leiman
            (1957), as psych's `omega`. None without `group_factors`.
        omega_total_minres: Share of all common factors in the same model; not the `omega_total` of one factor.
        schmid_leiman: A row an item: `item`, `general`, `group_1` …, `uniqueness`; no rows without a solution.
        items: A row an item: `item`, `reversed`, `mean`, `sd`, `item_rest_correlation`, `alpha_if_dropped`,
            `n` (answers used) and `missing` (answers missing in rows with any answer). Means are after reversal.
    """

    alpha: Coefficient
    alpha_standardized: Coefficient
    omega_total: Coefficient
    split_half: Coefficient
    guttman_lambda4: Coefficient
    split_half_average: Coefficient
    split_half_worst: Coefficient
    split_half_best: Coefficient
    sem_alpha: Coefficient
    sem_omega: Coefficient
    items: pd.DataFrame
    omega_categorical: Coefficient | None = None
    alpha_ordinal: Coefficient | None = None
    omega_hierarchical: Coefficient | None = None
    omega_total_minres: Coefficient | None = None
    schmid_leiman: pd.DataFrame | None = None

    @property
    def coefficients(self) -> tuple[Coefficient, ...]:
        """All coefficients there are, in the order of the fields."""
        found = (getattr(self, field.name) for field in fields(self))
        return tuple(one for one in found if isinstance(one, Coefficient))

    def to_frame(self) -> pd.DataFrame:
        """One row a coefficient, at full precision."""
        return pd.concat([one.to_frame() for one in self.coefficients], ignore_index=True)


def reliability(
    items: pd.DataFrame,
    *,
    reverse: Mapping[str, Range] | Sequence[str] = (),
    response_range: Range | None = None,
    rows: Rows = "complete",
    confidence: float = 0.95,
    interval: Interval = "adf",
    n_bootstrap: int = 0,
    seed: int | None = None,
    categorical: bool = False,
    group_factors: int = 0,
    design: Design | None = None,
) -> Reliability:
    """Alpha, omega, split-half coefficients and errors of measurement, with intervals, and a table of the items.

    `interval="adf"` (the default) is the distribution-free interval of Maydeu-Olivares, Coffman and Hartmann (2007,
    Psychological Methods 12, 157-176): estimate ± z × standard error from the fourth moments of the items, symmetric
    as published, cut at 1; on log(1 - alpha) its coverage is no better. Below 100 rows of very skewed items it is a
    little too narrow. The same delta method gives the intervals of the other coefficients (for omega through the
    implicit derivative of the maximum likelihood solution, right also where one factor does not fit; for the best and
    the worst split as if the split had been chosen beforehand). `"feldt"` is Feldt's (1965) F interval for alpha, right
    for normal parallel items only; the other coefficients then keep the distribution-free one. `"bca"` is the
    bias-corrected and accelerated bootstrap (Efron 1987) for all, each resample with its own best and worst split;
    with the acceleration from influence values it is the same on the coefficient and on log(1 - coefficient).

    Args:
        items: One column an item, one row a person; missing answers are NaN. Rows without any answer do not count.
        reverse: Items to reverse, as `{"A1": (1, 6)}` with the smallest and largest possible answer, or as a sequence
            of names together with `response_range`. The range is the declared one, never the observed one.
        response_range: Smallest and largest possible answer of the items in `reverse`.
        rows: `complete` uses rows without missing answers; `pairwise` takes each covariance from the rows that have
            both items. An item to which all give the same answer is left out of the coefficients (as in psych) and
            of this choice of rows; it stays in the table of the items.
        confidence: Level of the intervals.
        interval: `adf`, `feldt` or `bca`.
        n_bootstrap: Resamples for `bca`, at least 100; 2,000 or more for a figure to publish.
        seed: Seed of the resampling.
        categorical: The answers are ordered categories: adds `omega_categorical` and `alpha_ordinal`. Up to 30
            different answers an item; zero cells and rows as in `statistics.polychoric`.
        group_factors: Adds `omega_hierarchical` and `omega_total_minres` with so many group factors: 3 or more, or 2
            with their loadings on the general factor taken as equal.
        design: Weights, strata, clusters or replicates of the rows of `items`: weighted covariances, standard errors
            by linearisation or replicates, t with the design's degrees of freedom. Complete rows only.

    Raises:
        CallError: An argument is wrong, or fewer than two items or three rows can be used.
        InputError: An answer is infinite or outside the declared range.

    >>> answers = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 1, 3, 5, 4], "c": [1, 3, 2, 4, 5]})
    >>> round(reliability(answers).alpha.estimate, 4)
    0.9079
    """
    rule = _checked_rule(interval, rows, confidence, n_bootstrap)
    _check_group_factors(group_factors)
    if design is not None:
        rule = _design_rule(rule, categorical)
    answers = read_items(items)
    if design is not None:
        design.check(answers, FUNCTION)
    ranges = reversal_ranges(reverse, response_range, answers)
    for item, (low, high) in ranges.items():
        answers[item] = low + high - answers[item]
    sample = sample_of(answers, rows, n_bootstrap=n_bootstrap, seed=seed, design=design)
    table = item_table(sample, answers, ranges)
    varying = sample.without(sample.constant)
    families = (*FAMILIES, hierarchical_family(group_factors)) if group_factors else FAMILIES
    found = {one.method: one for family in families for one in coefficients(family, varying, rule)}
    if categorical:
        found |= {one.method: one for one in categorical_coefficients(varying, rule, n_bootstrap, seed)}
    warnings = (*item_warnings(table), *_together(found.values()))
    loadings = schmid_leiman(varying, group_factors) if group_factors else None
    return Reliability(method="reliability", warnings=warnings, items=table, schmid_leiman=loadings, **found)


def _checked_rule(kind: str, rows: str, confidence: float, n_bootstrap: int) -> IntervalRule:
    check_choice(FUNCTION, "rows", rows, _ROWS)
    check_choice(FUNCTION, "interval", kind, _INTERVALS)
    check_confidence(FUNCTION, confidence)
    if kind == "bca" and n_bootstrap < _FEWEST_DRAWS:
        raise CallError(
            f"{FUNCTION}: interval is 'bca' and n_bootstrap is {n_bootstrap}. "
            f"Give at least {_FEWEST_DRAWS} resamples, such as n_bootstrap=2000, and a seed."
        )
    if kind != "bca" and n_bootstrap:
        raise CallError(
            f"{FUNCTION}: n_bootstrap is {n_bootstrap}, but interval is {kind!r}, which does not resample. "
            "Write interval='bca', or leave n_bootstrap out."
        )
    if kind != "adf" and rows == "pairwise":
        raise CallError(
            f"{FUNCTION}: interval {kind!r} needs one number of rows, and with rows='pairwise' each pair of items has "
            "its own. Write interval='adf' or rows='complete'."
        )
    return IntervalRule(kind, rows, confidence)


def _check_group_factors(group_factors: int) -> None:
    if isinstance(group_factors, bool) or not isinstance(group_factors, int) or group_factors < 0 or group_factors == 1:
        raise CallError(
            f"{FUNCTION}: group_factors is {group_factors!r}. Give the number of group factors beside the general one, "
            "3 or more (2 with loadings taken as equal), or 0 for none."
        )


def _design_rule(rule: IntervalRule, categorical: bool) -> IntervalRule:
    """Refuse what cannot use weights."""
    refused = {
        f"interval={rule.kind!r}": rule.kind != "adf",
        f"rows={rule.rows!r}": rule.rows != "complete",
        "categorical=True": categorical,
    }
    given = next((option for option, holds in refused.items() if holds), None)
    if given is not None:
        raise CallError(
            f"{FUNCTION}: {given} does not use the weights of a design. Leave it out, or leave the design out and say "
            "that weights are ignored."
        )
    return replace(rule, kind="design")


def _together(found: Iterable[Coefficient]) -> list[Message]:
    """What the coefficients warn of, each once; where only the coefficient differs, one sentence names them all."""
    named: dict[Message, list[str]] = {}
    for one in found:
        for message in one.warnings:
            told = dict(message.values)
            coefficient = told.pop("coefficient", None)
            names = named.setdefault(Message(message.id, told), [])
            if coefficient:
                names.append(coefficient)
    return [with_name(message, ", ".join(names)) if names else message for message, names in named.items()]

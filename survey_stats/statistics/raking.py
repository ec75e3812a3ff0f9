"""Weights that make a sample agree with known margins of its population, and how well it agrees."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import pandas as pd

from survey_stats.errors import CallError, InputError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._balance import category_rows, margin_rows, number_row
from survey_stats.statistics._columns import check_choice, check_frame, check_known
from survey_stats.statistics._raking import Fitted, Raking, build_raking
from survey_stats.statistics._targets import FUNCTION, read_targets
from survey_stats.statistics.design import Design

MOST_OFF = 0.01
"""Largest deviation of a category's share from its target that bounds may cause."""
Trim = float | tuple[float | None, float | None]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Balance(Result):
    """A sample before and after weighting, beside its population: one row a category or variable.

    Attributes:
        table: Columns `variable`, `category` (empty for a mean), `n` (rows), `before`, `after` and `target`: share of
            the category or mean, by the weights before raking and by those after, and in the population (missing
            where it is not known); `difference_before`, `difference_after`: standardised differences from the target,
            divided by the standard deviation √(p (1 - p)) of the target's share or the one of the variable by the
            weights before; `shift`: after - before, divided by the standard deviation by the weights before; `unit`.
    """

    keys: ClassVar[tuple[str, ...]] = ("variable", "category")
    numbers: ClassVar[tuple[str, ...]] = (
        "before", "after", "target", "difference_before", "difference_after", "shift",
    )  # fmt: skip

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Weights(Result):
    """Raked weights and what they cost.

    Attributes:
        weights: A weight a row, named `weight`, index of the data.
        n, n_zero: Rows with a weight above 0, and without one.
        total: Sum of the weights.
        minimum, maximum: Smallest and largest weight above 0, as a ratio to their mean.
        kish_effect: Design effect of unequal weights, n Σw² / (Σw)².
        effective_size: Kish's effective sample size (Σw)² / Σw².
        n_trimmed: Rows at a bound.
        lower, upper: Bounds of the ratio to the mean weight; missing where there are none.
        rounds: How often each margin was fitted.
        converged: All margins hold to `tolerance`; with bounds that cannot be kept they do not.
        deviation: Largest difference of a category's share from its target.
        balance: The margins before and after.
        base: The design before raking.
        raking: What was done, to do it again with replicates.
        data: The sample.
        base_is_design: `rake` was given a design, whose strata and clusters stay.
    """

    numbers: ClassVar[tuple[str, ...]] = (
        "n_zero", "total", "minimum", "maximum", "kish_effect", "effective_size", "n_trimmed", "rounds", "deviation",
    )  # fmt: skip

    weights: pd.Series
    n: int
    n_zero: int
    total: float
    minimum: float
    maximum: float
    kish_effect: float
    effective_size: float
    n_trimmed: int
    lower: float
    upper: float
    rounds: int
    converged: bool
    deviation: float
    balance: Balance
    base: Design
    raking: Raking
    data: pd.DataFrame
    base_is_design: bool

    def to_frame(self) -> pd.DataFrame:
        """One row: the numbers, without the weights themselves."""
        names = ("n", *self.numbers, "lower", "upper", "converged", "method")
        row = {name: getattr(self, name) for name in names}
        return pd.DataFrame([row | {"warning": "; ".join(map(str, self.warnings))}])

    def design(
        self,
        *,
        replicates: Literal["bootstrap", "jackknife"] | None = None,
        n_replicates: int = 200,
        seed: int | None = None,
        **parts: Any,
    ) -> Design:
        """The design of the raked sample, for any statistic.

        Without replicates, standard errors are those of residuals on the margins (Deville and Särndal 1992; R survey's
        `calibrate`): what the margins explain is known. With replicates each of them is raked again, as the sample
        was. Replicates that the base design has are raked again in any case.

        Args:
            replicates: Replicates to make and rake: see `Design.replicated`.
            n_replicates: How many, for the bootstrap.
            seed: Of the bootstrap.
            parts: `strata`, `cluster`, `fpc`, `nest`, `lonely`, `df` of `Design`, as names of columns of the data or
                as values, where `rake` was given weights and not a design.

        Raises:
            CallError: Parts are given, and the base is a design that has its own.
            InputError: A part cannot be used, or a replicate cannot be raked.
        """
        base = self.base
        if parts:
            if self.base_is_design:
                raise CallError(
                    f"{FUNCTION}: found {next(iter(parts))}= for weights whose base is a design, which has its own. "
                    "Leave it out, or give rake the weights alone."
                )
            base = Design(self.base.weights, data=self.data, **parts)
        if replicates is not None:
            check_choice(FUNCTION, "replicates", replicates, ("bootstrap", "jackknife"))
            base = base.replicated(replicates, n_replicates=n_replicates, seed=seed)
        margins = tuple(margin.codes for margin in self.raking.margins)
        return base.calibrated(self.raking, margins, self.weights.to_numpy())

    def compare(
        self, variables: Hashable | Sequence[Hashable], *, population: Mapping[Hashable, Any] | None = None
    ) -> Balance:
        """Other variables of the sample before and after raking.

        Args:
            variables: A column of the data or a list: of numbers, compared by their mean, or of categories.
            population: Column → its mean, or its categories with their shares, in the population, as far as known.

        Raises:
            CallError: A column is not there.
        """
        names = list(variables) if isinstance(variables, (list, tuple)) else [variables]
        check_known(names, self.data, FUNCTION)
        known = dict(population or {})
        before, after = self.base.weights, self.weights.to_numpy()
        rows: list[dict[str, Any]] = []
        for name in names:
            column = self.data[name]
            of_numbers = pd.api.types.is_numeric_dtype(column) and not isinstance(known.get(name), Mapping)
            rows += (
                [number_row(column, before, after, known.get(name))]
                if of_numbers
                else category_rows(column, before, after, known.get(name))
            )
        return Balance(method="balance", table=pd.DataFrame(rows))


def rake(
    data: pd.DataFrame,
    targets: Mapping[Any, Any],
    *,
    base_weights: Design | Any = None,
    trim: Trim | None = None,
    missing: Literal["refuse", "category"] = "refuse",
    tolerance: float = 1e-9,
    max_rounds: int = 1000,
) -> Weights:
    """Rake the weights of a sample to known margins of its population (Deming and Stephan 1940).

    One margin, or one of crossed columns, is post-stratification.

    Args:
        data: The sample.
        targets: Column → category → target; a tuple of columns is crossed, its categories are tuples. The targets of a
            margin are shares (sum 1), percentages (sum 100; sums of rounded ones may be off by 1 %), or totals; a
            category with the target `"sample"` keeps the share it has in the sample, and the others share the rest.
            With shares alone the weights keep their sum (of base weights, or the number of rows); with totals they
            have that of the totals.
        base_weights: Weights before raking: a column, an array, a Series; or a `Design`, whose replicates, strata and
            clusters then are those of the raked sample. None: all 1. Rows with a weight of 0 keep it.
        trim: Bounds of the ratio of a weight to the mean weight: `(0.3, 3)`, `(None, 3)`, or `3` for the upper one
            alone. Weights are raked again after trimming until margins and bounds both hold.
        missing: Rows without an answer in a margin: `refuse`, or `category`, one of their own that keeps its share.
        tolerance: Largest difference of a category's share from its target.
        max_rounds: How often each margin is fitted at most.

    Returns:
        The weights, their size, spread and cost, and the balance of the margins. Where bounds cannot be kept together
        with the margins, but nearly (a category at most one percentage point off), `converged` is false and a warning
        says how far the margins are off.

    Raises:
        CallError: An argument is wrong.
        InputError: A category has no target, a target nobody in the sample, a margin is missing in rows; weights are
            negative or missing; or the targets contradict each other, or the bounds, in this sample.

    >>> data = pd.DataFrame({"sex": ["f", "f", "f", "m"], "age": ["old", "young", "young", "old"]})
    >>> found = rake(data, {"sex": {"f": 0.5, "m": 0.5}})
    >>> found.weights.round(3).tolist(), found.effective_size
    ([0.667, 0.667, 0.667, 2.0], 3.0)
    """
    frame = check_frame(data, FUNCTION)
    check_choice(FUNCTION, "missing", missing, ("refuse", "category"))
    bounds = _bounds(trim)
    _check_stop(tolerance, max_rounds)
    base = _base(base_weights, frame)
    margins, notes = read_targets(frame, targets, base.weights, missing)
    dead = np.logical_or.reduce([margin.totals[margin.codes] <= 0 for margin in margins])
    mean = float(margins[0].totals.sum()) / max(int(((base.weights > 0) & ~dead).sum()), 1)
    limits = None if bounds is None else (bounds[0] * mean, bounds[1] * mean)
    raking = build_raking(margins, limits, tolerance, max_rounds)
    fitted = raking.fit(base.weights)
    if fitted.deviation > (tolerance if bounds is None else max(tolerance, MOST_OFF)):
        raise InputError(raking.no_convergence(fitted))
    return _weights(frame, base, raking, fitted, notes, base_is_design=isinstance(base_weights, Design), bounds=bounds)


def _base(given: Any, data: pd.DataFrame) -> Design:
    if isinstance(given, Design):
        given.check(data, FUNCTION)
        return given
    return Design(given, data=data)


def _bounds(trim: Any) -> tuple[float, float] | None:
    """Bounds of the ratio to the mean weight."""
    if trim is None:
        return None
    given = trim if isinstance(trim, (tuple, list)) else (None, trim)
    parts = [default if part is None else part for part, default in zip(given, (0.0, np.inf), strict=False)]
    numbers = all(isinstance(part, (int, float)) and not isinstance(part, bool) for part in parts)
    if len(given) != 2 or not numbers or not 0 <= parts[0] < 1 < parts[1]:
        raise CallError(
            f"{FUNCTION}: trim is {trim!r}. Give bounds of the ratio to the mean weight, the lower one below 1 and the "
            "upper one above, such as (0.3, 3), or the upper one alone."
        )
    return float(parts[0]), float(parts[1])


def _check_stop(tolerance: float, max_rounds: int) -> None:
    if not 0 < tolerance < 0.1:
        raise CallError(f"{FUNCTION}: tolerance is {tolerance!r}. Give a share above 0 and below .1, such as 1e-9.")
    if not (isinstance(max_rounds, int) and max_rounds >= 1):
        raise CallError(f"{FUNCTION}: max_rounds is {max_rounds!r}. Give a whole number of 1 or more.")


def _weights(
    data: pd.DataFrame,
    base: Design,
    raking: Raking,
    fitted: Fitted,
    notes: tuple[Message, ...],
    *,
    bounds: tuple[float, float] | None,
    base_is_design: bool,
) -> Weights:
    weights = fitted.weights
    positive = weights[weights > 0]
    mean = positive.mean()
    limits = raking.bounds or (0.0, np.inf)
    trimmed = (positive <= limits[0] * (1 + 1e-9)) | (positive >= limits[1] * (1 - 1e-9))
    converged = fitted.deviation <= raking.tolerance
    if not converged:
        notes = (*notes, _not_held(raking, fitted))
    lower, upper = bounds or (0.0, np.inf)
    return Weights(
        method="raking" if len(raking.margins) > 1 else "post_stratification", warnings=notes,
        weights=pd.Series(weights, index=data.index, name="weight"), n=len(positive),
        n_zero=len(weights) - len(positive),
        total=float(weights.sum()), minimum=float(positive.min() / mean), maximum=float(positive.max() / mean),
        kish_effect=float(len(positive) * (positive**2).sum() / positive.sum() ** 2),
        effective_size=float(positive.sum() ** 2 / (positive**2).sum()), n_trimmed=int(trimmed.sum()),
        lower=lower or np.nan, upper=upper if np.isfinite(upper) else np.nan, rounds=fitted.rounds, converged=converged,
        deviation=fitted.deviation, base=base, raking=raking, data=data, base_is_design=base_is_design,
        balance=Balance(method="balance", table=pd.DataFrame(
            [row for margin in raking.margins for row in margin_rows(margin, base.weights, weights, raking.tolerance)]
        )),
    )  # fmt: skip


def _not_held(raking: Raking, fitted: Fitted) -> Message:
    margin = raking.margins[fitted.margin]
    return Message("raking.not_held", {
        "margin": margin.name, "category": margin.labels[fitted.category], "rounds": fitted.rounds,
        "deviation": f"{100 * fitted.deviation:.2g}",
    })  # fmt: skip

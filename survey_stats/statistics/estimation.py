"""Means, totals, proportions, ratios and quantiles of a sample with a design, in the whole or in domains."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from survey_stats.errors import CallError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._columns import check_choice, check_confidence, check_frame
from survey_stats.statistics._domains import FUNCTION, Cell, groups_of, names_of, quantities
from survey_stats.statistics._estimators import EQUAL, QUANTILE_RULES, Ratios, covariance, quantile, simple_variances
from survey_stats.statistics.design import Design
from survey_stats.statistics.multiplicity import ADJUSTMENTS, adjust_p_values

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Statistic = Literal["mean", "total", "proportion", "ratio", "quantile"]

STATISTICS = ("mean", "total", "proportion", "ratio", "quantile")
_INTERVALS = {"proportion": "logit_t", "quantile": "woodruff"}


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Estimates(Result):
    """Estimates of a sample with a design, one row a group, variable and category or quantile.

    Attributes:
        table: Columns `variable`, `category` (proportions, and totals of categories), `denominator` (ratios) or
            `quantile`; `group` (`sex = f`, empty for the whole), `estimate`, `standard_error`, `ci_lower`, `ci_upper`,
            `df`, `n` (rows with an answer and a weight above 0), `n_missing` (rows of the group without an answer),
            `n_effective` (Kish's effective size of the n rows), `design_effect`, `interval`, `confidence`, `unit`
            (`share` for proportions), `method`, `warning`, `error`.
        covariance: Sampling covariance of the estimates, shape (rows, rows).
        variance: How it was found: `linearized`, or the method of the replicates.
    """

    keys: ClassVar[tuple[str, ...]] = ("variable", "category", "denominator", "quantile")

    table: pd.DataFrame
    covariance: Floats
    variance: str

    def select(self, **conditions: Any) -> Self:
        """The result with only those rows of `table` in which each named column has the given value."""
        keep = np.logical_and.reduce([self.table[name] == value for name, value in conditions.items()])
        kept = np.flatnonzero(keep)
        part = self.table.iloc[kept].reset_index(drop=True)
        return replace(self, table=part, covariance=self.covariance[np.ix_(kept, kept)])

    def differences(
        self, between: Literal["group", "variable"] = "group", *, reference: str | None = None, adjust: str = "holm"
    ) -> Differences:
        """Differences of the estimates, with the covariance that rows of one sample have.

        Args:
            between: `group`: of the same quantity in two groups (waves are groups of rows); `variable`: of two
                variables in the same group (waves are variables of the same persons).
            reference: Group or variable from which each other one is told; without it all pairs.
            adjust: `holm`, `bonferroni`, `fdr_by` or `none`, over all differences of the result.

        Raises:
            CallError: There is nothing to compare, or `reference` is none of the groups or variables.
        """
        check_choice("differences", "between", between, ("group", "variable"))
        check_choice("differences", "adjust", adjust, ADJUSTMENTS)
        found = self.table[between].unique().tolist()
        if len(found) < 2:
            what = "Give estimate by=, a column of groups" if between == "group" else "Give estimate several variables"
            raise CallError(f"differences: there is one {between} only, {found[0]!r}. {what}.")
        if reference is not None:
            check_choice("differences", "reference", reference, found)
        rows = [self._difference(i, j, between) for i, j in self._pairs(between, reference)]
        table = pd.DataFrame(rows).assign(adjust=adjust)
        table["p_adjusted"] = adjust_p_values(table["p_value"], adjust)
        return Differences(method="design_difference", table=table, variance=self.variance)

    def _pairs(self, between: str, reference: str | None) -> Iterator[tuple[int, int]]:
        """Places of two rows that differ in `between` only; with a reference it comes second."""
        others = [name for name in (*self.keys, "group") if name in self.table and name != between]
        for places in self.table.groupby(others, sort=False, dropna=False).indices.values():
            for at, i in enumerate(places):
                for j in places[at + 1 :]:
                    if reference is None:
                        yield int(i), int(j)
                    elif reference in (self.table[between].iloc[i], self.table[between].iloc[j]):
                        second_is = self.table[between].iloc[j] == reference
                        yield (int(i), int(j)) if second_is else (int(j), int(i))

    def _difference(self, i: int, j: int, between: str) -> dict[str, Any]:
        first, second = (self.table.iloc[place].to_dict() for place in (i, j))
        estimate = first["estimate"] - second["estimate"]
        variance = self.covariance[i, i] + self.covariance[j, j] - 2 * self.covariance[i, j]
        # What is left of equal numbers by rounding is no variance.
        floor = 1e-14 * (self.covariance[i, i] + self.covariance[j, j])
        error = float(np.sqrt(variance)) if variance > floor else 0.0 if np.isfinite(variance) else np.nan
        df = min(first["df"], second["df"])
        statistic = estimate / error if error > 0 else np.nan
        half = stats.t.ppf((1 + first["confidence"]) / 2, df) * error
        fault = "" if np.isfinite(estimate) else str(Message("estimate.no_difference"))
        same = {name: first[name] for name in (*self.keys, "group") if name in first and name != between}
        return {
            **same, "first": first[between], "second": second[between], "estimate": estimate, "standard_error": error,
            "ci_lower": estimate - half, "ci_upper": estimate + half, "statistic": statistic, "df": df,
            "p_value": 2 * special.stdtr(df, -abs(statistic)), "n_first": first["n"], "n_second": second["n"],
            "interval": "t", "confidence": first["confidence"], "unit": first["unit"],
            "method": "design_difference", "warning": "", "error": fault,
        }  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Differences(Result):
    """Differences of estimates, one row a pair: first - second.

    Attributes:
        table: The columns of `Estimates` that both have in common (`variable`, `category`, `quantile`, `group`),
            `first`, `second`, `estimate`, `standard_error`, `ci_lower`, `ci_upper` (not adjusted), `statistic` (t),
            `df`, `p_value`, `p_adjusted`, `adjust`, `n_first`, `n_second`, `interval`, `confidence`, `unit`, `method`,
            `warning`, `error`.
        variance: How standard errors were found: `linearized`, or the method of the replicates.
    """

    keys: ClassVar[tuple[str, ...]] = ("variable", "category", "denominator", "quantile", "first", "second")

    table: pd.DataFrame
    variance: str


def estimate(
    data: pd.DataFrame,
    variable: Hashable | Sequence[Hashable],
    design: Design,
    *,
    statistic: Statistic = "mean",
    by: Hashable | Sequence[Hashable] | None = None,
    denominator: Hashable | None = None,
    quantiles: float | Sequence[float] = 0.5,
    rule: Literal["hf1", "hf2"] = "hf1",
    confidence: float = 0.95,
) -> Estimates:
    """Estimates of the population, their standard errors and intervals from the design.

    Standard errors are by linearisation (R survey's `svymean`, `svytotal`, `svyratio`) or from the replicates; the
    intervals are t with the design's degrees of freedom, for proportions on the logit (`svyciprop(method = "logit")`),
    and for quantiles Woodruff's: the quantiles at the limits of the share at or below the estimate (`svyquantile` with
    `interval.type = "mean"`; the standard error is the interval's length over 2 t). A proportion of exactly 0 or 1 has
    Clopper and Pearson's interval with Kish's effective size. Groups are domains: the whole design stays behind each.

    Args:
        data: The rows of the design.
        variable: A column of numbers, of categories for proportions and totals of categories; or a list.
        design: How the rows were sampled.
        statistic: `mean`, `total` (of numbers, or how many are in each category), `proportion` of each category,
            `ratio` (total of `variable` over total of `denominator`), `quantile`.
        by: Column whose values are the groups, or a list, whose combinations are. Rows without a value are in none.
        denominator: Column of numbers, for ratios.
        quantiles: Shares between 0 and 1; .5 is the median.
        rule: How a quantile is found: `hf1`, the inverse of the distribution function (R's `math`), or `hf2`, which
            takes the mean of two neighbours where exactly that share lies below (R's `school`).
        confidence: Level of the intervals.

    Returns:
        Rows without an answer are left out of their variable; `n` is counted after that. The design effect is the
        variance over that of a simple random sample of n rows, without replacement where the design has population
        sizes, else with it. Differences: `estimates.differences()`.

    Raises:
        CallError: An argument is wrong, or the design is of other rows.
        InputError: A replicate leaves out a whole group; the design has no degrees of freedom.

    >>> data = pd.DataFrame({"minutes": [30.0, 60, 20, 90], "sex": ["f", "m", "f", "m"], "weight": [2, 1, 1, 2]})
    >>> found = estimate(data, "minutes", Design("weight", data=data), by="sex")
    >>> found.table[["group", "estimate", "n"]].round(2).to_dict("list")
    {'group': ['sex = f', 'sex = m'], 'estimate': [26.67, 80.0], 'n': [2, 2]}
    """
    frame = check_frame(data, FUNCTION)
    check_choice(FUNCTION, "statistic", statistic, STATISTICS)
    check_choice(FUNCTION, "rule", rule, QUANTILE_RULES)
    check_confidence(FUNCTION, confidence)
    _check_denominator(statistic, denominator)
    if not isinstance(design, Design):
        raise CallError(
            f"{FUNCTION}: found {type(design).__name__} as the design. Give a Design, such as Design('weight', "
            "data=data), or Design(None, data=data) where everyone counts once."
        )
    design.check(frame, FUNCTION)
    groups, ungrouped = groups_of(frame, names_of(by, frame))
    asked = quantities(frame, names_of(variable, frame), statistic, denominator, _shares(quantiles))
    cells = [Cell(column, name, inside) for name, inside in groups for column in asked]
    rule_of = _Rule(statistic, rule, confidence)
    table, found = _estimated(cells, design, rule_of)
    notes = (Message("estimate.ungrouped", {"n": ungrouped, "by": str(by)}),) if ungrouped else ()
    return Estimates(method=rule_of.method, table=table, covariance=found, variance=design.method, warnings=notes)


@dataclass(frozen=True, slots=True)
class _Rule:
    statistic: str
    rule: str
    confidence: float

    @property
    def method(self) -> str:
        return f"design_{self.statistic}" + (f"_{self.rule}" if self.statistic == "quantile" else "")


def _shares(quantiles: float | Sequence[float]) -> list[float]:
    shares = [float(share) for share in np.atleast_1d(np.asarray(quantiles, dtype=float))]
    wrong = [share for share in shares if not 0 < share < 1]
    if wrong or not shares:
        raise CallError(
            f"{FUNCTION}: quantiles is {quantiles!r}. Give shares between 0 and 1, such as 0.5 for the median."
        )
    return shares


def _check_denominator(statistic: str, denominator: Hashable | None) -> None:
    if (statistic == "ratio") != (denominator is not None):
        what = "ratio needs denominator=, a column of numbers" if denominator is None else (
            f"denominator is of ratios, and statistic is {statistic!r}. Leave it out, or say statistic='ratio'"
        )  # fmt: skip
        raise CallError(f"{FUNCTION}: {what}.")


def _estimated(cells: Sequence[Cell], design: Design, rule: _Rule) -> tuple[pd.DataFrame, Floats]:
    """The table and the covariance of its rows."""
    used = np.column_stack([cell.used for cell in cells])
    weights = design.weights
    values = np.column_stack([cell.column.above for cell in cells])
    points = None
    if rule.statistic == "quantile":
        points = _quantiles(cells, values, used, weights, rule.rule)
        values = (values <= points).astype(float)
    parts = [cell.column.below for cell in cells]
    below = None if rule.statistic == "total" else np.column_stack([part for part in parts if part is not None]) * used
    estimator = Ratios(values * used, below)
    found = estimator(weights)
    defined = np.isfinite(found.estimate) & (weights @ used > 0)
    spread = defined & np.array([design.n_clusters_of(column) > 1 for column in used.T])
    matrix = covariance(estimator, spread, design)
    simple = simple_variances(found.influence, used, weights, finite=design.has_population_sizes)
    figures = _Figures(found.estimate, np.sqrt(np.clip(np.diag(matrix), 0, None)), defined, simple, used, points)
    rows = [_row(place, cell, figures, design, rule) for place, cell in enumerate(cells)]
    table = pd.DataFrame(rows)
    if points is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = np.where(figures.error > 0, table["standard_error"] / figures.error, 0.0)
        scale[np.isnan(table["standard_error"])] = np.nan
        matrix = matrix * np.outer(scale, scale)
    return table, matrix


@dataclass(frozen=True, eq=False, slots=True)
class _Figures:
    """Numbers of all rows, a column each: for quantiles those of the share at or below the `points`."""

    estimate: Floats
    error: Floats
    defined: Bools
    simple: Floats
    used: Bools
    points: Floats | None


def _quantiles(cells: Sequence[Cell], values: Floats, used: Bools, weights: Floats, rule: str) -> Floats:
    return np.array([
        quantile(values[own, place], weights[own], cell.column.names["quantile"], rule)
        if weights[own := used[:, place]].sum() > 0 else np.nan
        for place, cell in enumerate(cells)
    ])  # fmt: skip


def _row(place: int, cell: Cell, figures: _Figures, design: Design, rule: _Rule) -> dict[str, Any]:
    used, error = figures.used[:, place], float(figures.error[place])
    counted = design.weights[used & (design.weights > 0)]
    df = design.df(used) if figures.defined[place] else np.nan
    n_missing = int(cell.inside.sum()) - int(used.sum())
    effective = float(counted.sum() ** 2 / (counted**2).sum()) if len(counted) else 0.0
    share = float(figures.estimate[place])
    if rule.statistic == "quantile":
        limits = _woodruff(share, error, df, cell, used, design, rule)
        value = np.nan if figures.points is None else float(figures.points[place])
    else:
        limits, value = _limits(share, error, df, effective, rule), share
    with np.errstate(divide="ignore", invalid="ignore"):
        effect = float(np.divide(error**2, figures.simple[place]))
    numbers = {"estimate": value, "standard_error": error, "df": df, "n": len(counted), "n_missing": n_missing,
               "n_effective": effective, "design_effect": effect if np.isfinite(effect) else np.nan}  # fmt: skip
    unit = "share" if rule.statistic == "proportion" else ""
    row = {**cell.column.names, "group": cell.group, **numbers, **limits, "confidence": rule.confidence, "unit": unit,
           "method": rule.method}  # fmt: skip
    return row | _remarks(row, rule, error, defined=bool(figures.defined[place]))


def _remarks(row: dict[str, Any], rule: _Rule, error: float, *, defined: bool) -> dict[str, str]:
    """Why a row has no estimate, standard error or interval, and what a total leaves out."""
    if not defined:
        return {"warning": "", "error": str(Message("estimate.no_rows"))}
    told = []
    if np.isnan(error):
        told.append(Message("estimate.one_cluster"))
    elif row["interval"] == "none":
        told.append(Message("estimate.interval_open"))
    if rule.statistic == "total" and row["n_missing"]:
        told.append(Message("estimate.total_missing", {"n": row["n_missing"]}))
    return {"warning": "; ".join(map(str, told)), "error": ""}


def _limits(estimate: float, error: float, df: float, effective: float, rule: _Rule) -> dict[str, Any]:
    """Limits of an interval, and its name; none without a standard error."""
    if rule.statistic == "proportion" and estimate in (0.0, 1.0):
        lower, upper = _clopper_pearson(estimate, effective, rule.confidence)
        return {"ci_lower": lower, "ci_upper": upper, "interval": "clopper_pearson"}
    half = stats.t.ppf((1 + rule.confidence) / 2, df) * error
    if not np.isfinite(half):
        return {"ci_lower": np.nan, "ci_upper": np.nan, "interval": "none"}
    if rule.statistic == "proportion":
        centre, reach = special.logit(estimate), half / (estimate * (1 - estimate))
        lower, upper = special.expit(centre - reach), special.expit(centre + reach)
    else:
        lower, upper = estimate - half, estimate + half
    return {"ci_lower": float(lower), "ci_upper": float(upper),
            "interval": _INTERVALS.get(rule.statistic, "t")}  # fmt: skip


def _clopper_pearson(estimate: float, effective: float, confidence: float) -> tuple[float, float]:
    """Limits of a share of exactly 0 or 1 of so many independent rows."""
    far = 1 - ((1 - confidence) / 2) ** (1 / effective)
    return (0.0, float(far)) if estimate == 0 else (float(1 - far), 1.0)


def _woodruff(
    share: float, error: float, df: float, cell: Cell, used: Bools, design: Design, rule: _Rule
) -> dict[str, Any]:
    """Quantiles at the limits of the share at or below the estimate (Woodruff 1952), and the error they imply."""
    reach = stats.t.ppf((1 + rule.confidence) / 2, df)
    none = {"ci_lower": np.nan, "ci_upper": np.nan, "interval": "none", "standard_error": np.nan}
    if not np.isfinite(reach * error) or share >= 1 - EQUAL:  # the largest value has nothing above that could vary
        return none
    values, weights = cell.column.above[used], design.weights[used]
    lower, upper = (quantile(values, weights, share + sign * reach * error, rule.rule) for sign in (-1, 1))
    return {"ci_lower": lower, "ci_upper": upper, "interval": "woodruff" if np.isfinite(upper - lower) else "none",
            "standard_error": (upper - lower) / (2 * reach)}  # fmt: skip

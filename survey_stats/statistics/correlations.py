"""Correlations of pairs of columns: Pearson, Spearman and Kendall, each with an interval that fits it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations, permutations, product
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from survey_stats.errors import CallError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._columns import (
    check_choice,
    check_confidence,
    check_frame,
    check_known,
    numeric_columns,
)
from survey_stats.statistics._weighted_correlation import weighted_correlation
from survey_stats.statistics.design import Design
from survey_stats.statistics.multiplicity import ADJUSTMENTS, adjust_p_values

Floats = NDArray[np.float64]
Names = Hashable | Sequence[Hashable] | None

_FUNCTION = "correlate"
_FEWEST_ROWS = 4  # Fisher's standard error divides by n - 3
_FEWEST_APPROXIMATE = 10  # rows from which on the tests of ranks are approximate; 9! orders are quickly counted
_NOISE = 1e-13  # what differs by less, relative to the largest value, differs by rounding error
_COLUMNS = [
    "x", "y", "method", "estimate", "ci_lower", "ci_upper", "standard_error", "statistic", "df", "p_value",
    "p_adjusted", "adjust", "n", "interval", "confidence", "warning", "error",
]  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Correlations(Result):
    """Correlations, one row a pair and method.

    Attributes:
        table: Columns
            `x`, `y`, `method` (`pearson`, `spearman`, `kendall`: tau-b);
            `estimate`, `ci_lower`, `ci_upper` on the scale of the coefficient;
            `standard_error` of the Fisher-transformed coefficient atanh(estimate), the scale the interval is made on;
            `statistic`, `df`, `p_value`: t with n - 2 degrees of freedom (Pearson, Spearman), z without (Kendall), with
            a design t of Fisher's z with its degrees of freedom;
            of fewer than ten rows the p of ranks (Spearman, Kendall) is exact and there is no statistic;
            `p_adjusted`, `adjust`: p over all pairs of this method, and how;
            `n`: rows with both answers; `interval`, `confidence`; `warning`, `error`: why numbers are missing.
    """

    keys: ClassVar[tuple[str, ...]] = ("x", "y", "method")
    numbers: ClassVar[tuple[str, ...]] = (
        "estimate", "ci_lower", "ci_upper", "statistic", "df", "p_value", "p_adjusted",
    )  # fmt: skip

    table: pd.DataFrame


class _Estimate(NamedTuple):
    """A coefficient, its standard error on the Fisher z scale, and its test."""

    estimate: float
    standard_error: float
    statistic: float
    df: float
    p_value: float


@dataclass(frozen=True, slots=True)
class _Method:
    estimate: Callable[[Floats, Floats], _Estimate]
    interval: str


def correlate(
    data: pd.DataFrame,
    x: Names = None,
    y: Names = None,
    *,
    method: str | Sequence[str] = "pearson",
    design: Design | None = None,
    adjust: str = "holm",
    confidence: float = 0.95,
) -> Correlations:
    """Correlations of pairs of columns, each from the rows that have both answers.

    All intervals are tanh(atanh(r) ± z × standard error) with the standard error of
    Fisher (1921), 1 / √(n - 3), for Pearson;
    Bonett and Wright (2000, Psychometrika 65, 23-28), √((1 + r² / 2) / (n - 3)), for Spearman;
    the delta method on tau-b as a ratio of U-statistics (Samara and Randles 1988), divided by 1 - τ², for Kendall:
    right with ties and without normality.
    Tests: t with n - 2 degrees of freedom for Pearson and for Spearman, and the normal approximation with correction
    for ties for Kendall (both R's `cor.test(exact = FALSE)`). These are rough in small samples: below ten rows the p of
    Spearman and of Kendall is exact, the share of all n! orders of y with a coefficient at least as far from 0 (R's
    `exact = TRUE`, and right with ties too).

    Args:
        data: One row a person.
        x: Column or columns; all numeric columns where neither x nor y is given.
        y: Column or columns to correlate x with; where it is not given, x with every other numeric column.
        method: `pearson`, `spearman`, `kendall`, or several of them.
        design: Weights, strata, clusters or replicates of the rows of `data`, for Pearson alone: weighted moments,
            their standard error by linearisation or replicates, interval and test by t with the design's degrees of
            freedom on Fisher's z. Rows without an answer keep their place in the design. Ranks have no such standard
            error here and are refused.
        adjust: How p is adjusted over all pairs of a method: `none`, `holm`, `bonferroni`, `fdr_by`.
        confidence: Level of the intervals, which are not adjusted.

    Returns:
        A row a pair and method, in the order of the columns. A pair is listed once; a column is not paired with itself.

    Raises:
        CallError: An argument is wrong, or a named column is missing or holds no numbers.
        InputError: A column holds an infinite value.

    >>> data = pd.DataFrame({"shyness": [1, 2, 3, 4, 5, 6], "posts": [9, 7, 8, 4, 5, 1]})
    >>> correlate(data).table[["x", "y", "estimate", "n"]].round(4)
             x      y  estimate  n
    0  shyness  posts   -0.9078  6
    """
    frame = check_frame(data, _FUNCTION)
    methods = [method] if isinstance(method, str) else list(dict.fromkeys(method))
    for name in methods or [""]:
        check_choice(_FUNCTION, "method", name, _METHODS)
    check_choice(_FUNCTION, "adjust", adjust, ADJUSTMENTS)
    check_confidence(_FUNCTION, confidence)
    if design is not None:
        _check_design(design, frame, methods)
    pairs = _pairs(frame, x, y)
    columns = numeric_columns(frame, list(dict.fromkeys(name for pair in pairs for name in pair)), _FUNCTION)
    rows = [_row(columns, pair, name, confidence, design) for pair in pairs for name in methods]
    table = pd.DataFrame(rows)
    adjusted = table.groupby("method", sort=False)["p_value"].transform(lambda p: adjust_p_values(p.to_numpy(), adjust))
    table = table.assign(p_adjusted=adjusted, adjust=adjust)[_COLUMNS]
    failed = int((table["error"] != "").sum())
    note = Message("statistics.pairs_without_estimate", {"n": failed, "pairs": len(table)})
    return Correlations(method="correlations", table=table, warnings=(note,) if failed else ())


def _check_design(design: Design, data: pd.DataFrame, methods: Sequence[str]) -> None:
    design.check(data, _FUNCTION)
    ranks = [name for name in methods if name != "pearson"]
    if ranks:
        raise CallError(
            f"{_FUNCTION}: method {ranks[0]!r} has no standard error for a design with weights. Write method='pearson' "
            "(of logarithms, where the values are skewed), or leave the design out and say that weights are ignored."
        )


def _pairs(data: pd.DataFrame, x: Names, y: Names) -> list[tuple[Hashable, Hashable]]:
    if x is None and y is not None:
        raise CallError(f"{_FUNCTION}: y is given without x. Give x, or neither for all pairs.")
    numeric = [name for name in data.columns if pd.api.types.is_numeric_dtype(data[name])]
    left, right = _as_list(x, data), _as_list(y, data)
    check_known([*left, *right], data, _FUNCTION)
    candidates = combinations(numeric, 2) if x is None else product(left, numeric if y is None else right)
    pairs: dict[frozenset[Hashable], tuple[Hashable, Hashable]] = {}
    for one, other in candidates:
        if one != other:
            pairs.setdefault(frozenset((one, other)), (one, other))
    if not pairs:
        raise CallError(
            f"{_FUNCTION}: there is no pair of columns to correlate. Give at least two different numeric columns."
        )
    return list(pairs.values())


def _as_list(names: Names, data: pd.DataFrame) -> list[Hashable]:
    if names is None:
        return []
    if isinstance(names, Iterable) and not isinstance(names, str):
        return [names] if isinstance(names, Hashable) and names in data.columns else list(names)
    return [names]


def _row(
    columns: pd.DataFrame, pair: tuple[Hashable, Hashable], name: str, confidence: float, design: Design | None
) -> dict[str, Any]:
    """One row of the table."""
    all_x, all_y = columns[pair[0]].to_numpy(), columns[pair[1]].to_numpy()
    both = np.isfinite(all_x) & np.isfinite(all_y)
    both = both if design is None else both & (design.weights > 0)
    x, y = all_x[both], all_y[both]
    n = len(x)
    error = _reason_against(pair, x, y)
    method = _METHODS[name] if design is None else _WEIGHTED
    found = _NOTHING
    if error is None and design is None:
        found = method.estimate(_unit(x), _unit(y))
    elif error is None and design is not None:
        found = _Estimate(*weighted_correlation(_placed(_unit(x), both), _placed(_unit(y), both), both, design))
    warning, lower, upper = (
        _limits(found, confidence, by_t=design is not None) if error is None else (None, np.nan, np.nan)
    )
    return {
        "x": pair[0], "y": pair[1], "method": name, "estimate": found.estimate, "ci_lower": lower, "ci_upper": upper,
        "standard_error": found.standard_error, "statistic": found.statistic, "df": found.df,
        "p_value": found.p_value, "n": n, "interval": method.interval, "confidence": confidence,
        "warning": "" if warning is None else str(warning), "error": "" if error is None else str(error),
    }  # fmt: skip


def _placed(values: Floats, where: NDArray[np.bool_]) -> Floats:
    """Values of the rows used at their places among all rows."""
    whole = np.zeros(len(where))
    whole[where] = values
    return whole


def _reason_against(pair: tuple[Hashable, Hashable], x: Floats, y: Floats) -> Message | None:
    if len(x) < _FEWEST_ROWS:
        return Message("statistics.too_few_rows", {"n": len(x), "needed": _FEWEST_ROWS})
    reasons = {"statistics.column_constant": _is_same, "statistics.column_rounding": _is_rounding}
    for message, holds in reasons.items():
        found = [str(name) for name, values in zip(pair, (x, y), strict=True) if holds(values)]
        if found:
            return Message(message, {"columns": ", ".join(found), "n": len(x)})
    return None


def _is_same(values: Floats) -> bool:
    return bool((values == values[0]).all())


def _is_rounding(values: Floats) -> bool:
    """Values that differ by no more than rounding error."""
    scaled = values / (np.abs(values).max() or 1.0)
    return bool(np.ptp(scaled) <= _NOISE)


def _unit(values: Floats) -> Floats:
    """Values from about -1 to 1, so that sums of squares of any values are finite."""
    scaled = values / np.abs(values).max()
    centred = scaled - scaled.mean()
    return np.asarray(centred / np.abs(centred).max())


def _limits(found: _Estimate, confidence: float, *, by_t: bool = False) -> tuple[Message | None, float, float]:
    if abs(found.estimate) == 1:
        return Message("statistics.perfect_relation"), np.nan, np.nan
    if found.standard_error == 0:
        return Message("statistics.no_spread"), np.nan, np.nan
    upper = (1 + confidence) / 2
    quantile = special.stdtrit(found.df, upper) if by_t else special.ndtri(upper)
    half = quantile * found.standard_error
    centre = np.arctanh(found.estimate)
    return None, float(np.tanh(centre - half)), float(np.tanh(centre + half))


def _two_sided(statistic: float, df: float = np.nan) -> float:
    """Two-sided p; t where there are degrees of freedom, normal where there are none."""
    tail = -abs(statistic)
    return float(2 * (special.ndtr(tail) if np.isnan(df) else special.stdtr(df, tail)))


def _product_moment(x: Floats, y: Floats) -> float:
    """Correlation of centred values; one that rounding keeps from ±1 is ±1."""
    r = float(x @ y / np.sqrt((x @ x) * (y @ y)))
    return float(np.sign(r)) if 1 - abs(r) < _NOISE else r


def _t_test(r: float, n: int, standard_error: float) -> _Estimate:
    if abs(r) == 1:
        return _Estimate(r, np.nan, np.nan, np.nan, np.nan)
    statistic = float(r * np.sqrt((n - 2) / (1 - r**2)))
    return _Estimate(r, standard_error, statistic, n - 2.0, _two_sided(statistic, n - 2))


def _pearson(x: Floats, y: Floats) -> _Estimate:
    """Product-moment correlation; standard error of Fisher (1921)."""
    return _t_test(_product_moment(x, y), len(x), 1 / np.sqrt(len(x) - 3))


def _spearman(x: Floats, y: Floats) -> _Estimate:
    """Product-moment correlation of mid-ranks; standard error of Bonett and Wright (2000)."""
    n = len(x)
    x_rank, y_rank = stats.rankdata(x) - (n + 1) / 2, stats.rankdata(y) - (n + 1) / 2
    r = _product_moment(x_rank, y_rank)
    found = _t_test(r, n, float(np.sqrt((1 + r**2 / 2) / (n - 3))))
    if n >= _FEWEST_APPROXIMATE:
        return found
    products = y_rank[_orders(n)] @ x_rank
    return found._replace(statistic=np.nan, df=np.nan, p_value=_share_as_far(products))


@cache
def _orders(n: int) -> NDArray[np.int8]:
    """All orders of n rows, n! × n, the one they are in first."""
    return np.fromiter(chain.from_iterable(permutations(range(n))), dtype=np.int8).reshape(-1, n)


def _share_as_far(scores: Floats) -> float:
    """Share of scores at least as far from 0 as the first; they are multiples of 1/4, exact in floating point."""
    return float((np.abs(scores) >= abs(scores[0])).mean())


def _kendall(x: Floats, y: Floats) -> _Estimate:
    """Tau-b, its delta-method standard error, and Kendall's test with correction for ties.

    With s_i the concordant minus discordant partners of row i and u_i, v_i its partners with another x or y, all
    divided by n - 1, tau-b is mean(s) / √(mean(u) mean(v)). Each mean is a U-statistic of degree two; their joint delta
    method has the influence d_i below. The factor 4 (n - 1) / (n (n - 2)²) is the jackknife's, exact for a U-statistic.
    """
    n = len(x)
    score, x_differs, y_differs = _partners(x, y)
    scale = float(np.sqrt(x_differs.mean() * y_differs.mean()))
    tau = float(np.clip(score.mean() / scale, -1, 1))
    deviation = score / scale - tau / 2 * (x_differs / x_differs.mean() + y_differs / y_differs.mean())
    error = float(np.sqrt(4 * (n - 1) / (n * (n - 2) ** 2) * (deviation**2).sum()))
    statistic = float(score.sum() * (n - 1) / 2 / np.sqrt(_kendall_null_variance(x, y)))
    test = (statistic, np.nan, _two_sided(statistic))
    if n < _FEWEST_APPROXIMATE:
        test = (np.nan, np.nan, _share_as_far(_concordances(x, y)))
    if 1 - abs(tau) < _NOISE:
        return _Estimate(float(np.sign(tau)), np.nan, *test)
    return _Estimate(tau, error / (1 - tau**2) if error > _NOISE else 0.0, *test)


def _concordances(x: Floats, y: Floats) -> Floats:
    """Concordant minus discordant pairs in each order of y, shape (n!,)."""
    orders, y_signs = _orders(len(x)), np.sign(y[:, None] - y)
    pairs = combinations(range(len(x)), 2)
    return np.asarray(sum(np.sign(x[i] - x[j]) * y_signs[orders[:, i], orders[:, j]] for i, j in pairs))


def _partners(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """For each row the share of other rows: concordant minus discordant, with another x, with another y."""
    n = len(x)
    x_rank, x_ties = _dense(x)
    y_rank, y_ties = _dense(y)
    _, both_ties = _dense(x_rank * n + y_rank)
    below_x, below_y = stats.rankdata(x, "min") - 1, stats.rankdata(y, "min") - 1
    concordant_below = _smaller_in_both(x_rank, y_rank)
    discordant_below = below_x - concordant_below - _smaller_with_same(x_rank, y_rank)
    # Of the rows below in y, those not below in x and not tied in x lie above in x: discordant too.
    discordant_above = below_y - concordant_below - _smaller_with_same(y_rank, x_rank)
    others = n - x_ties - y_ties + both_ties
    concordant = others - discordant_below - discordant_above
    score = concordant - discordant_below - discordant_above
    return score / (n - 1), (n - x_ties) / (n - 1), (n - y_ties) / (n - 1)


def _dense(values: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Dense ranks from 0, and how many rows share each row's value."""
    _, rank, count = np.unique(values, return_inverse=True, return_counts=True)
    return rank, count[rank]


def _smaller_with_same(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row the number of rows with smaller x and the same y."""
    return np.asarray(_first_places(y * len(x) + x) - _first_places(y))


def _first_places(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row the number of rows with a smaller value."""
    return np.searchsorted(np.sort(values), values)


def _smaller_in_both(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row the number of rows with smaller x and smaller y, by merging blocks of rows sorted by x: O(n log² n).

    Ties in x are sorted by falling y, so that of two of them the later never has the greater y.
    """
    n = len(x)
    order = np.lexsort((-y, x))
    height, place = y[order], np.arange(n)
    found = np.zeros(n, dtype=np.int64)
    width = 1
    while width < n:
        block, right = place // (2 * width), place // width % 2 == 1
        key = block * (n + 1) + height
        smaller = np.searchsorted(np.sort(key[~right]), key[right])
        found[right] += smaller - block[right] * width
        width *= 2
    result = np.empty(n, dtype=np.int64)
    result[order] = found
    return result


def _kendall_null_variance(x: Floats, y: Floats) -> float:
    """Variance of concordant minus discordant pairs under independence, with ties (Kendall 1970, chapter 4)."""
    n = len(x)
    t, u = (np.unique(values, return_counts=True)[1].astype(float) for values in (x, y))
    by_size = n * (n - 1) * (2 * n + 5) - sum((c * (c - 1) * (2 * c + 5)).sum() for c in (t, u))
    by_pairs = (t * (t - 1)).sum() * (u * (u - 1)).sum() / (2 * n * (n - 1))
    by_triples = (t * (t - 1) * (t - 2)).sum() * (u * (u - 1) * (u - 2)).sum() / (9 * n * (n - 1) * (n - 2))
    return float(by_size / 18 + by_pairs + by_triples)


_NOTHING = _Estimate(np.nan, np.nan, np.nan, np.nan, np.nan)
_WEIGHTED = _Method(_pearson, "design_fisher_z")
_METHODS = {
    "pearson": _Method(_pearson, "fisher_z"),
    "spearman": _Method(_spearman, "bonett_wright"),
    "kendall": _Method(_kendall, "kendall_delta"),
}

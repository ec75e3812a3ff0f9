"""Do two correlations differ? Of other persons, or of the same with or without a common variable.

Tests: Fisher's z of independent correlations; Williams' t (1959), Steiger's z (1980, Psychological Bulletin 87,
245-251, pooled) and Meng, Rosenthal and Rubin's z (1992, Psychological Bulletin 111, 172-175) of correlations with a
common variable; Steiger's z of those without. Intervals of the difference by Zou (2007, Psychological Methods 12,
399-413), who combines the Fisher intervals of both with the correlation of the two estimates. All suppose normal data.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
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
from survey_stats.statistics.multiplicity import ADJUSTMENTS, adjust_p_values

_FUNCTION = "compare_correlations"
_FEWEST_ROWS = 4
OVERLAPPING_TESTS = ("williams", "steiger", "meng")


class Difference(NamedTuple):
    """A difference of two correlations with its interval and test."""

    estimate: float
    ci_lower: float
    ci_upper: float
    statistic: float
    df: float
    p_value: float


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class CorrelationDifferences(Result):
    """Differences of correlations, one row a comparison.

    Attributes:
        table: Columns
            `first_x`, `first_y`, `second_x`, `second_y`: the two pairs; `group`, `group_first`, `group_second`: of
            independent correlations the groups ("a - b"); `estimate_first`, `estimate_second`: the correlations;
            `estimate`, `ci_lower`, `ci_upper`: the first less the second, with Zou's interval; `statistic`, `df` (of t;
            none of z), `p_value`, `p_adjusted`, `adjust`; `n`: rows (of the first group), `n_second`: of the second
            group; `method`: `fisher_independent`, `williams`, `steiger`, `meng`; `confidence`, `warning`, `error`.
        homogeneity: Of groups: chi-square of all correlations being equal, with its df and p; None otherwise.
    """

    keys: ClassVar[tuple[str, ...]] = ("first_x", "first_y", "second_x", "second_y")
    numbers: ClassVar[tuple[str, ...]] = (
        "estimate_first", "estimate_second", "estimate", "ci_lower", "ci_upper", "statistic", "df", "p_value",
        "p_adjusted",
    )  # fmt: skip

    table: pd.DataFrame
    homogeneity: tuple[float, float, float] | None = None


def independent(r1: float, n1: int, r2: float, n2: int, *, confidence: float = 0.95) -> Difference:
    """Two correlations of different persons.

    >>> found = independent(0.5, 100, 0.2, 120)
    >>> round(found.statistic, 4), round(found.ci_lower, 4), round(found.ci_upper, 4)
    (2.5239, 0.067, 0.5233)
    """
    z = (np.arctanh(r1) - np.arctanh(r2)) / np.sqrt(1 / (n1 - 3) + 1 / (n2 - 3))
    return _of_z(float(z), (r1, r2), (n1, n2), 0.0, confidence)


def overlapping(
    r12: float, r13: float, r23: float, n: int, *, test: str = "williams", confidence: float = 0.95
) -> Difference:
    """Correlations of one variable with two others, of the same persons: r12 against r13.

    Args:
        r12: Correlation of the common variable with the one.
        r13: With the other.
        r23: Of these two.
        n: Persons.
        test: `williams` (t, n - 3 degrees of freedom), `steiger` or `meng` (z).
        confidence: Level of the interval.
    """
    check_choice("overlapping", "test", test, OVERLAPPING_TESTS)
    statistic, df = _OVERLAPPING[test](r12, r13, r23, n)
    shared = (r23 - r12 * r13 / 2) * (1 - r12**2 - r13**2 - r23**2) + r23**3
    together = shared / ((1 - r12**2) * (1 - r13**2))
    return _of_z(statistic, (r12, r13), (n, n), together, confidence, df)


def nonoverlapping(
    r12: float, r34: float, r13: float, r14: float, r23: float, r24: float, n: int, *, confidence: float = 0.95
) -> Difference:
    """Correlations of four variables of the same persons: r12 against r34, by Steiger's z with the pooled r."""
    pooled = (r12 + r34) / 2
    at_pooled = _covariance_of_two(pooled, pooled, r13, r14, r23, r24) / (1 - pooled**2) ** 2
    z = (np.arctanh(r12) - np.arctanh(r34)) * np.sqrt((n - 3) / (2 - 2 * at_pooled))
    own = _covariance_of_two(r12, r34, r13, r14, r23, r24) / ((1 - r12**2) * (1 - r34**2))
    return _of_z(float(z), (r12, r34), (n, n), own, confidence)


def _covariance_of_two(r12: float, r34: float, r13: float, r14: float, r23: float, r24: float) -> float:
    """N times the covariance of r12 and r34 (Pearson and Filon 1898)."""
    squares = r12 * r34 * (r13**2 + r14**2 + r23**2 + r24**2) / 2
    triples = r12 * (r13 * r14 + r23 * r24) + r34 * (r13 * r23 + r14 * r24)
    return squares + r13 * r24 + r14 * r23 - triples


def _of_z(
    statistic: float, r: tuple[float, float], n: tuple[int, int], together: float, confidence: float,
    df: float = np.nan,
) -> Difference:  # fmt: skip
    """The test with Zou's interval; `together` is the correlation of the two estimates."""
    at = special.ndtri((1 + confidence) / 2)
    below, above = (
        [abs(np.tanh(np.arctanh(one) + sign * at / np.sqrt(size - 3)) - one) for one, size in zip(r, n, strict=True)]
        for sign in (-1, 1)
    )
    lower = np.sqrt(below[0] ** 2 + above[1] ** 2 - 2 * together * below[0] * above[1])
    upper = np.sqrt(above[0] ** 2 + below[1] ** 2 - 2 * together * above[0] * below[1])
    tail = -abs(statistic)
    p_value = 2 * (special.ndtr(tail) if np.isnan(df) else special.stdtr(df, tail))
    difference = r[0] - r[1]
    return Difference(difference, float(difference - lower), float(difference + upper), statistic, df, float(p_value))


def _williams(r12: float, r13: float, r23: float, n: int) -> tuple[float, float]:
    determinant = 1 - r12**2 - r13**2 - r23**2 + 2 * r12 * r13 * r23
    mean = (r12 + r13) / 2
    below = 2 * determinant * (n - 1) / (n - 3) + mean**2 * (1 - r23) ** 3
    return float((r12 - r13) * np.sqrt((n - 1) * (1 + r23) / below)), n - 3.0


def _steiger(r12: float, r13: float, r23: float, n: int) -> tuple[float, float]:
    square = ((r12 + r13) / 2) ** 2
    together = (r23 * (1 - 2 * square) - square * (1 - 2 * square - r23**2) / 2) / (1 - square) ** 2
    return float((np.arctanh(r12) - np.arctanh(r13)) * np.sqrt((n - 3) / (2 - 2 * together))), np.nan


def _meng(r12: float, r13: float, r23: float, n: int) -> tuple[float, float]:
    square = (r12**2 + r13**2) / 2
    f = min((1 - r23) / (2 * (1 - square)), 1.0)
    h = (1 - f * square) / (1 - square)
    return float((np.arctanh(r12) - np.arctanh(r13)) * np.sqrt((n - 3) / (2 * (1 - r23) * h))), np.nan


_OVERLAPPING: dict[str, Callable[[float, float, float, int], tuple[float, float]]] = {
    "williams": _williams,
    "steiger": _steiger,
    "meng": _meng,
}


def compare_correlations(
    data: pd.DataFrame,
    first: tuple[Hashable, Hashable],
    second: tuple[Hashable, Hashable] | None = None,
    *,
    group: Hashable | None = None,
    test: str = "williams",
    adjust: str = "holm",
    confidence: float = 0.95,
) -> CorrelationDifferences:
    """Compare two Pearson correlations of the data, or one between groups of persons.

    Args:
        data: One row a person.
        first: A pair of columns.
        second: Another pair, which may have a column in common; rows need all columns of both.
        group: Instead of `second`: the column of groups whose correlations of `first` are compared, each with each.
        test: Of pairs with a common column: `williams`, `steiger`, or `meng`.
        adjust: How p is adjusted over pairs of groups.
        confidence: Level of the intervals, which are not adjusted.

    Raises:
        CallError: An argument is wrong, a column is not there, or the two pairs are the same.
        InputError: A column holds an infinite value.
    """
    frame = check_frame(data, _FUNCTION)
    check_choice(_FUNCTION, "test", test, OVERLAPPING_TESTS)
    check_choice(_FUNCTION, "adjust", adjust, ADJUSTMENTS)
    check_confidence(_FUNCTION, confidence)
    if (second is None) == (group is None):
        raise CallError(f"{_FUNCTION}: give either second, another pair, or group, a column of groups.")
    homogeneity = None
    if second is not None:
        rows = [_of_same_persons(frame, _pair(first), _pair(second), test, confidence)]
    else:
        rows, homogeneity = _of_groups(frame, _pair(first), group, confidence)
    table = pd.DataFrame(rows)
    adjusted = adjust_p_values(table["p_value"].to_numpy(), adjust)
    table = table.assign(p_adjusted=adjusted, adjust=adjust, confidence=confidence)
    return CorrelationDifferences(method="correlation_differences", table=table, homogeneity=homogeneity)


def _pair(given: Any) -> tuple[Hashable, Hashable]:
    names = tuple(given) if isinstance(given, (tuple, list)) else (given,)
    if len(names) != 2 or names[0] == names[1]:
        raise CallError(f"{_FUNCTION}: a pair is {given!r}. Give two different columns, such as ('shyness', 'posts').")
    return names[0], names[1]


def _of_same_persons(
    frame: pd.DataFrame, first: tuple[Hashable, Hashable], second: tuple[Hashable, Hashable], test: str,
    confidence: float,
) -> dict[str, Any]:  # fmt: skip
    names = list(dict.fromkeys([*first, *second]))
    if len(names) == 2:
        raise CallError(f"{_FUNCTION}: both pairs are {first!r}. Give two different pairs.")
    whole = numeric_columns(frame, names, _FUNCTION).dropna()
    common = [name for name in first if name in second]
    method = test if common else "steiger"
    told = _named(first, second, method, len(whole))
    reason = _reason_against(whole)
    if reason is not None:
        return told | _nothing(reason)
    matrix, place = np.corrcoef(whole.to_numpy().T), {name: at for at, name in enumerate(names)}

    def r(one: Hashable, other: Hashable) -> float:
        return float(matrix[place[one], place[other]])

    (a, b), (c, d) = first, second
    n = len(whole)
    if common:
        one, other = (next(name for name in pair if name != common[0]) for pair in (first, second))
        found = overlapping(
            r(common[0], one), r(common[0], other), r(one, other), n, test=test, confidence=confidence
        )  # fmt: skip
    else:
        found = nonoverlapping(r(a, b), r(c, d), r(a, c), r(a, d), r(b, c), r(b, d), n, confidence=confidence)
    return told | {"estimate_first": r(a, b), "estimate_second": r(c, d)} | found._asdict()


def _named(first: tuple[Hashable, Hashable], second: tuple[Hashable, Hashable], method: str, n: int) -> dict[str, Any]:
    return {
        "first_x": first[0], "first_y": first[1], "second_x": second[0], "second_y": second[1], "group": "",
        "group_first": "", "group_second": "", "method": method, "n": n, "n_second": np.nan, "warning": "", "error": "",
    }  # fmt: skip


def _nothing(reason: Message) -> dict[str, Any]:
    empty = dict.fromkeys(["estimate_first", "estimate_second", *Difference._fields], np.nan)
    return empty | {"error": str(reason)}


def _reason_against(whole: pd.DataFrame) -> Message | None:
    """Why correlations of these rows cannot be compared."""
    n = len(whole)
    if n < _FEWEST_ROWS:
        return Message("statistics.too_few_rows", {"n": n, "needed": _FEWEST_ROWS})
    flat = [str(name) for name in whole.columns if np.ptp(whole[name]) <= 1e-13 * np.abs(whole[name]).max()]
    if flat:
        return Message("statistics.column_constant", {"columns": ", ".join(flat), "n": n})
    if (np.abs(np.corrcoef(whole.T)[np.triu_indices(whole.shape[1], 1)]) > 1 - 1e-13).any():
        return Message("statistics.perfect_relation")
    return None


def _of_groups(
    frame: pd.DataFrame, pair: tuple[Hashable, Hashable], group: Hashable, confidence: float
) -> tuple[list[dict[str, Any]], tuple[float, float, float] | None]:
    """Each group against each, and whether all are alike."""
    check_known([group], frame, _FUNCTION)
    values = numeric_columns(frame, list(pair), _FUNCTION)
    parts = {name: part.dropna() for name, part in values.groupby(frame[group], sort=True)}
    if len(parts) < 2:
        raise CallError(f"{_FUNCTION}: column {str(group)!r} has {len(parts)} group. Give at least two.")
    reasons = {name: _reason_against(part) for name, part in parts.items()}
    r = {name: float(np.corrcoef(part.to_numpy().T)[0, 1]) for name, part in parts.items() if reasons[name] is None}
    rows = []
    for one, other in combinations(parts, 2):
        told = _named(pair, pair, "fisher_independent", len(parts[one]))
        told |= {"group": f"{one} - {other}", "group_first": str(one), "group_second": str(other)}
        told["n_second"] = len(parts[other])
        reason = reasons[one] or reasons[other]
        if reason is None:
            found = independent(r[one], len(parts[one]), r[other], len(parts[other]), confidence=confidence)
            told |= {"estimate_first": r[one], "estimate_second": r[other]} | found._asdict()
        else:
            told |= _nothing(reason)
        rows.append(told)
    return rows, _homogeneity(np.array([*r.values()]), np.array([len(parts[name]) for name in r]))


def _homogeneity(r: np.ndarray, n: np.ndarray) -> tuple[float, float, float] | None:
    """Chi-square of the Fisher z's around their weighted mean (Hedges and Olkin 1985), with df and p."""
    if len(r) < 2:
        return None
    z, weights = np.arctanh(r), n - 3.0
    if (weights <= 0).any():
        return None
    chi_square = float((weights * (z - (weights @ z) / weights.sum()) ** 2).sum())
    df = len(r) - 1.0
    return chi_square, df, float(stats.chi2.sf(chi_square, df))

"""Proportions of answers and differences between groups, with intervals that stay between 0 and 1."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from survey_stats.errors import CallError
from survey_stats.messages import Message
from survey_stats.results import Result
from survey_stats.statistics._categories import Categories, categories
from survey_stats.statistics._columns import check_choice, check_confidence, check_frame
from survey_stats.statistics._domain_means import domain_means
from survey_stats.statistics.design import Design
from survey_stats.statistics.multiplicity import ADJUSTMENTS, adjust_p_values

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_OF_ONE = "proportions"
_OF_TWO = "compare_proportions"


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class Proportions(Result):
    """Shares of the answers to a question, one row a category and group.

    Attributes:
        table: Columns `variable`, `category`, `by` and `group` (column and value, empty for all rows);
            `estimate`, `ci_lower`, `ci_upper` from 0 to 1;
            `standard_error` (of the share itself), `df` with a design; `count` rows with the answer, `n` rows with any;
            `interval` (`wilson`, `logit_t`, `clopper_pearson`), `confidence`, `warning`, `error`.
    """

    keys: ClassVar[tuple[str, ...]] = ("variable", "by", "category")
    numbers: ClassVar[tuple[str, ...]] = ("estimate", "ci_lower", "ci_upper", "count")

    table: pd.DataFrame


@dataclass(frozen=True, eq=False, slots=True, kw_only=True, repr=False)
class ProportionDifferences(Result):
    """Differences of shares between groups, first minus second, one row a category and pair of groups.

    Attributes:
        table: Columns `variable`, `category`, `by`, `group` (the two, as `first − second`), `first`, `second`;
            `share_first`, `share_second`; `estimate` their difference, `ci_lower`, `ci_upper`, `standard_error` (with a
            design); `statistic`, `df` (none: normal), `p_value`; `p_adjusted`, `adjust`: over the pairs of a category;
            `n`; `interval` (`newcombe`, `t`), `confidence`, `warning`, `error`.
    """

    keys: ClassVar[tuple[str, ...]] = ("variable", "by", "category")
    numbers: ClassVar[tuple[str, ...]] = (
        "share_first", "share_second", "estimate", "ci_lower", "ci_upper", "statistic", "df", "p_value", "p_adjusted",
    )  # fmt: skip

    table: pd.DataFrame


class _Share(NamedTuple):
    """A share with its interval."""

    estimate: float
    ci_lower: float
    ci_upper: float
    standard_error: float
    df: float
    interval: str


def proportions(
    data: pd.DataFrame,
    variable: Hashable,
    *,
    by: Hashable | None = None,
    design: Design | None = None,
    confidence: float = 0.95,
) -> Proportions:
    """Share of each answer, in all rows or by group.

    Without a design the interval is Wilson's (1927, JASA 22, 209-212), R's `prop.test(correct = FALSE)`. With one it is
    logit(p) ± t × SE(p) / (p (1 - p)) with the design's degrees of freedom (R survey's `svyciprop(method = "logit")`
    with `df = degf(design)`); where everyone or no one gave the answer, Clopper and Pearson's with Kish's effective
    number of rows, since there is no spread to linearise.

    Args:
        data: One row a person.
        variable: Column with the answers: text, categories, numbers or booleans.
        by: Column with groups.
        design: Weights, strata, clusters or replicates of the rows of `data`.
        confidence: Level of the intervals.

    Raises:
        CallError: An argument is wrong, or a column is missing or holds too many different values.

    >>> data = pd.DataFrame({"posts": ["yes", "no", "yes", "yes"]})
    >>> proportions(data, "posts").table[["category", "estimate", "ci_lower", "ci_upper", "n"]].round(4)
      category  estimate  ci_lower  ci_upper  n
    0       no      0.25    0.0456    0.6994  4
    1      yes      0.75    0.3006    0.9544  4
    """
    frame = check_frame(data, _OF_ONE)
    check_confidence(_OF_ONE, confidence)
    if design is not None:
        design.check(frame, _OF_ONE)
    answers = categories(frame, variable, _OF_ONE, argument="variable")
    groups = [("", answers.known)] if by is None else _groups(categories(frame, by, _OF_ONE), answers.known)
    rows = [
        {"variable": answers.name, "category": category, "by": "" if by is None else str(by), "group": group,
         **share._asdict(), **counts,
         "confidence": confidence, "warning": "", "error": ""}
        for group, inside in groups
        for category, share, counts in _shares(answers, _weighing(inside, design), design, confidence)
    ]  # fmt: skip
    columns = [
        "variable", "category", "by", "group", "estimate", "ci_lower", "ci_upper", "standard_error", "df", "count", "n",
        "interval", "confidence", "warning", "error",
    ]  # fmt: skip
    return Proportions(method="proportions", table=pd.DataFrame(rows, columns=columns))


def _groups(groups: Categories, known: Bools) -> list[tuple[str, Bools]]:
    return [(name, groups.members(place) & known) for place, name in enumerate(groups.names)]


def _weighing(inside: Bools, design: Design | None) -> Bools:
    """Rows that count: with a design those with a weight above 0."""
    return inside if design is None else inside & (design.weights > 0)


def _shares(
    answers: Categories, inside: Bools, design: Design | None, confidence: float
) -> Iterator[tuple[str, _Share, dict[str, int]]]:
    n = int(inside.sum())
    for place, name in enumerate(answers.names):
        gave = answers.members(place)
        counts = {"count": int((gave & inside).sum()), "n": n}
        if not n:
            yield name, _Share(np.nan, np.nan, np.nan, np.nan, np.nan, "none"), counts
        elif design is None:
            yield name, _unweighted(counts["count"], n, confidence), counts
        else:
            yield name, _weighted(gave, inside, design, confidence), counts


def _unweighted(count: int, n: int, confidence: float) -> _Share:
    share = count / n
    lower, upper = wilson(count, n, confidence)
    return _Share(share, lower, upper, float(np.sqrt(share * (1 - share) / n)), np.nan, "wilson")


def wilson(count: float, n: float, confidence: float) -> tuple[float, float]:
    """Limits of a share by Wilson (1927): the shares that a score test does not reject.

    >>> [round(limit, 4) for limit in wilson(81, 263, 0.95)]  # Newcombe (1998, Statistics in Medicine 17, 857-872)
    [0.2553, 0.3662]
    """
    z = special.ndtri((1 + confidence) / 2)
    centre = count + z**2 / 2
    half = z * np.sqrt(count * (n - count) / n + z**2 / 4)
    lower, upper = (centre - half) / (n + z**2), (centre + half) / (n + z**2)
    return float(lower) if count else 0.0, float(upper) if count < n else 1.0


def _weighted(gave: Bools, inside: Bools, design: Design, confidence: float) -> _Share:
    estimator = domain_means(gave[:, None].astype(float), inside[:, None])
    share = float(estimator(design.weights).estimate[0])
    df = design.df(inside)
    if not (gave & inside).any() or not (~gave & inside).any():
        lower, upper = _one_sided(design.weights[inside], confidence)
        limits = (0.0, upper) if share < 0.5 else (lower, 1.0)
        return _Share(round(share), *limits, 0.0, df, "clopper_pearson")
    error = float(np.sqrt(design.covariance(estimator)[0, 0]))
    centre, half = special.logit(share), special.stdtrit(df, (1 + confidence) / 2) * error / (share * (1 - share))
    return _Share(share, float(special.expit(centre - half)), float(special.expit(centre + half)), error, df, "logit_t")


def _one_sided(weights: Floats, confidence: float) -> tuple[float, float]:
    """Clopper and Pearson's limits of a share of 1 and of 0, with Kish's effective number of rows."""
    effective = weights.sum() ** 2 / (weights**2).sum()
    reach = ((1 - confidence) / 2) ** (1 / effective)
    return float(reach), float(1 - reach)


def compare_proportions(
    data: pd.DataFrame,
    variable: Hashable,
    group: Hashable,
    *,
    category: Any = None,
    groups: Sequence[Any] | None = None,
    design: Design | None = None,
    adjust: str = "holm",
    confidence: float = 0.95,
) -> ProportionDifferences:
    """Differences of shares between each two groups, first minus second.

    Without a design the interval is Newcombe's (1998, Statistics in Medicine 17, 873-890, method 10), from the Wilson
    limits of both shares, and the test the normal one with the pooled share (its square is `prop.test(correct =
    FALSE)`). With one both are by t with the standard error of the difference from the whole design, in which groups
    that share clusters are not independent.

    Args:
        data: One row a person.
        variable: Column with the answers.
        group: Column with the groups.
        category: The answer to compare; where it is not given, the second of two (1, True, "yes"), or each of more.
        groups: Groups to compare, in this order; all where it is not given, in the order of their values.
        design: Weights, strata, clusters or replicates of the rows of `data`.
        adjust: How p is adjusted over the pairs of groups: `none`, `holm`, `bonferroni`, `fdr_bh`, `fdr_by`.
        confidence: Level of the intervals, which are not adjusted.

    Raises:
        CallError: An argument is wrong, a column is missing, or there are not two groups.

    >>> data = pd.DataFrame({"posts": [1] * 56 + [0] * 14 + [1] * 48 + [0] * 32, "school": ["a"] * 70 + ["b"] * 80})
    >>> compare_proportions(data, "posts", "school").table[["group", "estimate", "ci_lower", "ci_upper"]].round(4)
       group  estimate  ci_lower  ci_upper
    0  a − b       0.2    0.0524    0.3339
    """
    frame = check_frame(data, _OF_TWO)
    check_choice(_OF_TWO, "adjust", adjust, ADJUSTMENTS)
    check_confidence(_OF_TWO, confidence)
    if design is not None:
        design.check(frame, _OF_TWO)
    answers = categories(frame, variable, _OF_TWO, argument="variable")
    wanted = answers if category is None else categories(frame, variable, _OF_TWO, only=[category], argument="category")
    known = _weighing(answers.known, design)
    belongs = categories(frame, group, _OF_TWO, only=groups).present(known)
    check_groups(belongs, _OF_TWO)
    first = 1 if category is None and len(wanted.levels) == 2 else 0
    rows = [
        {"variable": answers.name, "category": wanted.names[place], "by": belongs.name, **_difference(
            wanted.members(place), belongs, pair, design, confidence)}
        for place in range(first, len(wanted.levels)) for pair in combinations(range(len(belongs.levels)), 2)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    p_adjusted = table.groupby("category")["p_value"].transform(lambda p: adjust_p_values(p.to_numpy(), adjust))
    table = table.assign(p_adjusted=p_adjusted, adjust=adjust, confidence=confidence, error="")
    return ProportionDifferences(method="proportion_differences", table=table)


def check_groups(groups: Categories, function: str) -> None:
    """Raise `CallError` unless there are at least two groups with answers."""
    if len(groups.levels) < 2:
        found = f"only {groups.names[0]!r} has" if groups.levels else "none has"
        raise CallError(
            f"{function}: of the groups in column {groups.name!r} {found} rows with an answer, and two are needed. "
            "Give a column that tells at least two groups apart."
        )


def _difference(
    gave: Bools, groups: Categories, pair: tuple[int, int], design: Design | None, confidence: float
) -> dict[str, Any]:
    first, second = groups.members(pair[0]), groups.members(pair[1])
    names = [groups.names[place] for place in pair]
    found = _newcombe(gave, first, second, confidence) if design is None else _designed(
        gave, first, second, design, confidence)  # fmt: skip
    same = Message("statistics.proportions_without_spread")
    return {
        "group": difference_name(*names), "first": names[0], "second": names[1], **found,
        "n": int((first | second).sum()), "warning": str(same) if np.isnan(found["p_value"]) else "",
    }  # fmt: skip


def difference_name(first: str, second: str) -> str:
    """Name of a difference, which says the sign.

    >>> difference_name("a", "b")
    'a − b'
    """
    return f"{first} − {second}"


def _newcombe(gave: Bools, first: Bools, second: Bools, confidence: float) -> dict[str, Any]:
    counts, sizes = zip(*((int((gave & rows).sum()), int(rows.sum())) for rows in (first, second)), strict=True)
    p, q = (count / size for count, size in zip(counts, sizes, strict=True))
    (p_lower, p_upper), (q_lower, q_upper) = (
        wilson(count, size, confidence) for count, size in zip(counts, sizes, strict=True)
    )
    pooled = sum(counts) / sum(sizes)
    error = float(np.sqrt(pooled * (1 - pooled) * sum(1 / size for size in sizes)))
    z = (p - q) / error if error else np.nan
    return {
        "share_first": p, "share_second": q, "estimate": p - q,
        "ci_lower": p - q - float(np.hypot(p - p_lower, q_upper - q)),
        "ci_upper": p - q + float(np.hypot(p_upper - p, q - q_lower)),
        "standard_error": np.nan, "statistic": z, "df": np.nan, "p_value": float(2 * special.ndtr(-abs(z))),
        "interval": "newcombe",
    }  # fmt: skip


def _designed(gave: Bools, first: Bools, second: Bools, design: Design, confidence: float) -> dict[str, Any]:
    inside = np.column_stack([first, second])
    estimator = domain_means(np.repeat(gave[:, None].astype(float), 2, axis=1), inside)
    p, q = estimator(design.weights).estimate
    sign = np.array([1.0, -1.0])
    error = float(np.sqrt(sign @ design.covariance(estimator) @ sign))
    df = design.df(first | second)
    none = error == 0
    half = np.nan if none else special.stdtrit(df, (1 + confidence) / 2) * error
    t = np.nan if none else (p - q) / error
    return {
        "share_first": float(p), "share_second": float(q), "estimate": float(p - q), "ci_lower": float(p - q - half),
        "ci_upper": float(p - q + half), "standard_error": error, "statistic": float(t), "df": df,
        "p_value": float(2 * special.stdtr(df, -abs(t))), "interval": "none" if none else "t",
    }  # fmt: skip

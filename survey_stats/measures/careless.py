"""Indices of careless answering: one number a respondent, from the answers alone. Nothing is flagged here.

Definitions follow the R package careless (Yentes and Wilhelm 2018); where they differ, the function says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from survey_stats.errors import InputError
from survey_stats.messages import Message

Floats = NDArray[np.float64]
Pair = tuple[str, str]

CRITICAL_CORRELATION = 0.60
"""Items that correlate beyond this are psychometric synonyms (Meade and Craig 2012)."""
FEWEST_CORRELATED = 3
"""Pairs from which on a correlation within a person can be computed and not only be -1 or 1."""
MOST_SPEED = 3
"""No page counts as more than so many times as fast as is typical (Leiner 2019)."""
_NOISE = 1e-20
"""Sums of squares below this share of the squared values are rounding error: the values are constant."""


class NotAssessableError(InputError):
    """An index cannot be computed from these answers; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def longest_string(answers: pd.DataFrame) -> pd.Series:
    """Length of the longest run of identical answers, in the order of the columns (Johnson 2005).

    A missing answer ends a run.

    Args:
        answers: Index respondent, a column an item in the order in which the items were shown; codes.

    Returns:
        Same index; missing for a respondent without an answer.

    >>> longest_string(pd.DataFrame({"a": [3, 1], "b": [3, 2], "c": [3, 2], "d": [4, 1]})).tolist()
    [3.0, 2.0]
    """
    longest = np.zeros(len(answers))
    run = np.zeros(len(answers))
    previous = np.full(len(answers), np.nan)
    for name in answers:
        current = answers[name].to_numpy(dtype="float64", na_value=np.nan)
        run = np.where(np.isnan(current), 0, np.where(current == previous, run + 1, 1))
        longest, previous = np.maximum(longest, run), current
    return pd.Series(longest, index=answers.index).replace(0, np.nan)


def individual_variability(answers: pd.DataFrame) -> pd.Series:
    """Intra-individual response variability: the standard deviation (n - 1) of a person's answers (Dunn et al. 2018).

    Low values come from the same answer everywhere, high ones from answers at random. Items are not reversed before.

    Args:
        answers: Index respondent, a column an item; all items answered on the same range.

    Returns:
        Same index; missing for a respondent with fewer than two answers.
    """
    return answers.astype("float64").std(axis=1, ddof=1)


def even_odd_consistency(answers: pd.DataFrame, scales: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Even-odd consistency (individual reliability; Jackson 1976, Johnson 2005), high for consistent answers.

    For each scale the mean of the items at odd and at even places; their correlation over the scales, within the
    person; corrected by the Spearman-Brown formula 2r / (1 + r), and no lower than -1. careless 1.2 turns the sign,
    so that its value is high for careless answers.

    Args:
        answers: Index respondent, a column an item, reversed items turned, all on the same range.
        scales: The items of each scale; a scale with one item has no even half and is left out.

    Returns:
        Same index, columns `value` and `n_pairs` (scales with both halves answered). The value is missing with fewer
        than three such scales, or where a half is the same in all of them.
    """
    usable = [list(items) for items in scales if len(items) > 1]
    halves = [
        np.column_stack([answers[items[first::2]].astype("float64").mean(axis=1) for items in usable])
        if usable else np.empty((len(answers), 0))
        for first in (0, 1)
    ]  # fmt: skip
    r, n_pairs = _correlation_within(halves[0], halves[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        corrected = np.maximum(2 * r / (1 + r), -1)
    corrected = np.where(r <= -1 + 1e-12, -1.0, corrected)
    return pd.DataFrame({"value": np.where(np.isnan(r), np.nan, corrected), "n_pairs": n_pairs}, index=answers.index)


def psychometric_pairs(
    answers: pd.DataFrame, *, critical: float = CRITICAL_CORRELATION, antonyms: bool = False
) -> list[Pair]:
    """Pairs of items that correlate beyond the critical value over all respondents (pairwise complete).

    Args:
        answers: Index respondent, a column an item. Items are not reversed before, so that antonyms can be found.
        critical: Size of the correlation (.60; Meade and Craig 2012).
        antonyms: Pairs that correlate below -`critical` instead.
    """
    correlations = answers.astype("float64").corr(min_periods=FEWEST_CORRELATED).to_numpy()
    beyond = correlations < -critical if antonyms else correlations > critical
    first, second = np.nonzero(np.triu(beyond, k=1))
    names = [str(name) for name in answers]
    return [(names[a], names[b]) for a, b in zip(first, second, strict=True)]


def pair_consistency(answers: pd.DataFrame, pairs: Sequence[Pair]) -> pd.DataFrame:
    """Psychometric synonyms or antonyms: the correlation of the pairs' answers, within the person.

    Which item of a pair comes first is a matter of the order of the columns: the later item takes the place of x, as
    in careless. Where the correlation does not exist (the same answer everywhere) the value is missing; careless draws
    the order within pairs at random then.

    Args:
        answers: Index respondent, a column an item.
        pairs: From `psychometric_pairs`.

    Returns:
        Same index, columns `value` and `n_pairs` (pairs with both answers). The value is missing with fewer than three
        such pairs.
    """
    values = answers.astype("float64")
    first, second = ([pair[place] for pair in pairs] for place in (0, 1))
    r, n_pairs = _correlation_within(values[second].to_numpy(), values[first].to_numpy())
    return pd.DataFrame({"value": r, "n_pairs": n_pairs}, index=answers.index)


def relative_speed(pages: pd.DataFrame) -> pd.Series:
    """Relative speed index (Leiner 2019, doi:10.18148/srm/2019.v13i3.7403): 2 is twice as fast as is typical.

    For each page the median time of all who saw it, divided by the person's own; no page counts more than three times
    as fast; the mean over the pages the person saw. A break makes one page slow and leaves the others as they are.

    Args:
        pages: Index respondent, a column a page, seconds above 0.

    Returns:
        Same index; missing for a respondent without a time.
    """
    return (pages.median() / pages).clip(upper=MOST_SPEED).mean(axis=1)


def mahalanobis(answers: pd.DataFrame) -> pd.DataFrame:
    """Squared Mahalanobis distance of each respondent from the centre of the sample (Meade and Craig 2012).

    Means of the available and covariances of the pairwise complete answers, as in `psych::outlier`. With missing
    answers the distance is that of the answered items, with their number as degrees of freedom; psych puts the mean in
    their place and keeps all items as degrees of freedom, which hides who answered little.

    Args:
        answers: Index respondent, a column an item. Constant columns are left out.

    Returns:
        Same index; `value` (the squared distance), `df` (answered items), `p_value` (chi-square; Tabachnick and
        Fidell 2019). Missing for a respondent without an answer.

    Raises:
        NotAssessableError: Fewer than two items vary, there are no more respondents than items, or the covariance
            matrix is singular (an item is a sum of others) or not positive definite (missing answers).
    """
    values = answers.astype("float64")
    values = values.loc[:, values.max() > values.min()]
    n, k = int(values.notna().any(axis=1).sum()), values.shape[1]
    if k < 2:
        raise NotAssessableError(Message("quality.few_varying_items", {"items": k}))
    if n <= k + 1:
        raise NotAssessableError(Message("quality.few_respondents", {"n": n, "items": k}))
    covariance = values.cov().to_numpy()
    if not _positive_definite(covariance):
        raise NotAssessableError(Message("quality.singular", {"items": k}))
    distance, df = _distances((values - values.mean()).to_numpy(), covariance)
    p_value = stats.chi2.sf(distance, np.where(df > 0, df, np.nan))
    return pd.DataFrame({"value": distance, "df": df, "p_value": p_value}, index=answers.index)


def _positive_definite(covariance: Floats) -> bool:
    """Whether the correlation matrix is well away from singular, whatever the units of the items."""
    if not np.isfinite(covariance).all():
        return False
    scale = 1 / np.sqrt(np.diag(covariance))
    return bool(np.linalg.eigvalsh(covariance * np.outer(scale, scale))[0] > 1e-10)


def _distances(deviations: Floats, covariance: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Squared distances over the answered items; respondents with the same items answered share one inverse."""
    present = ~np.isnan(deviations)
    patterns, which = np.unique(present, axis=0, return_inverse=True)
    distance = np.full(len(deviations), np.nan)
    for number, pattern in enumerate(patterns):
        if pattern.any():
            rows = np.flatnonzero(which.ravel() == number)
            part = deviations[np.ix_(rows, np.flatnonzero(pattern))]
            solved = np.linalg.solve(covariance[np.ix_(pattern, pattern)], part.T)
            distance[rows] = np.einsum("ij,ji->i", part, solved)
    return distance, present.sum(axis=1)


def _correlation_within(x: Floats, y: Floats) -> tuple[Floats, NDArray[Any]]:
    """Pearson's r of each row of x with the same row of y, over the columns where both are known."""
    known = ~(np.isnan(x) | np.isnan(y))
    n = known.sum(axis=1)
    dx, dy = (_centred(values, known, n) for values in (x, y))
    with np.errstate(divide="ignore", invalid="ignore"):
        r = (dx * dy).sum(axis=1) / np.sqrt((dx**2).sum(axis=1) * (dy**2).sum(axis=1))
    varies = _varies(dx, x, known) & _varies(dy, y, known)
    return np.where((n >= FEWEST_CORRELATED) & varies, np.clip(r, -1, 1), np.nan), n


def _centred(values: Floats, known: NDArray[np.bool_], n: NDArray[Any]) -> Floats:
    filled = np.where(known, values, 0)
    mean = filled.sum(axis=1) / np.maximum(n, 1)
    return np.where(known, filled - mean[:, None], 0)


def _varies(deviations: Floats, values: Floats, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    size = np.where(known, values, 0) ** 2
    found: NDArray[np.bool_] = (deviations**2).sum(axis=1) > _NOISE * size.sum(axis=1)
    return found

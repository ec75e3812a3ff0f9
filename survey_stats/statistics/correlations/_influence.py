"""What each row adds to a coefficient: the first-order term of its error."""

from __future__ import annotations

import numpy as np

from survey_stats.messages import Message
from survey_stats.statistics.correlations._columns import Columns, Pair
from survey_stats.statistics.correlations._found import Floats
from survey_stats.statistics.correlations._kendall import kendall_influence
from survey_stats.statistics.correlations._pair import Question, Values, ready, residuals


def influence(columns: Columns, pair: Pair, question: Question) -> Floats:
    """Influence of each row (between persons: of the first row of each person), times n; 0 in rows not used.

    Args:
        columns: Where the values are.
        pair: A pair that has a coefficient.
        question: Which coefficient.
    """
    used = columns.used(pair)
    values = ready(columns, pair, question, used)
    assert not isinstance(values, Message)
    own = influence_of(values, question)
    places = np.flatnonzero(used)
    if question.level == "between":
        assert columns.persons is not None
        places = places[np.unique(columns.persons[used], return_index=True)[1]]
    whole = np.zeros(len(used))
    whole[places] = own
    return whole


def influence_of(values: Values, question: Question) -> Floats:
    """The same of values made ready, one a unit."""
    if question.method == "kendall":
        return kendall_influence(values.x, values.y)
    (x, y), _ = residuals((values.x, values.y), values.controls)
    by_controls = np.zeros(len(y))
    if question.kind == "semipartial":
        y, by_controls = values.y, values.y - y
    u, v = (one / np.sqrt((one @ one) / len(one)) for one in (x, y))
    r = float(u @ v) / len(u)
    own = u * (v - by_controls * np.sqrt(len(y) / (y @ y))) - r * (u**2 + v**2) / 2
    return own + (_of_ranking(u, v, r) if question == Question("spearman", question.level) else 0.0)


def _of_ranking(u: Floats, v: Floats, r: float) -> Floats:
    """What it adds that ranks, not values, are correlated: each row moves the ranks of those above it.

    With F the distribution function of x, row i changes F(x_j) by 1 (x_i < x_j) + 1 (x_i = x_j) / 2 - F(x_j). The
    effects on the covariance and on the variance of u are means of that with v and with u.
    """
    return _moved(u, v) - r * _moved(u, u) + _moved(v, u) - r * _moved(v, v)


def _moved(ranks: Floats, weights: Floats) -> Floats:
    """Mean over rows j of (1 (i below j) + 1 (tied) / 2) × weight j, around its mean, by the spread of the ranks."""
    n = len(ranks)
    _, code, counts = np.unique(ranks, return_inverse=True, return_counts=True)
    sums = np.bincount(code, weights)
    above = sums[::-1].cumsum()[::-1] - sums / 2
    share = above[code] / n
    middle = (np.cumsum(counts) - counts / 2) / n
    scale = np.sqrt(np.mean((middle[code] - middle[code].mean()) ** 2))
    return np.asarray((share - share.mean()) / scale)

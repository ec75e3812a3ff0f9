"""Mean of the outcome of each row as a function of the parameters, with its derivatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from survey_stats.statistics.regression._fit import Fitted

Floats = NDArray[np.float64]


class Means(NamedTuple):
    """A quantity of each row.

    Attributes:
        value: Shape (n,).
        gradient: By the parameters as named, shape (n, p).
    """

    value: Floats
    gradient: Floats


Quantities = Mapping[str, Means]
"""Name of what is predicted → its values."""


def quantities(fitted: Fitted, x: Floats) -> Quantities:
    """What the model predicts for rows with the terms `x`.

    `mean` of numbers and counts (at the exposure of the row); `probability` of 1; of an ordinal outcome
    `probability_of_<category>`; of amounts `share_any` (the probability of any amount), `mean_of_any` (the mean of
    those above 0) and `mean` (their product, the mean of all).

    Args:
        fitted: The model.
        x: Terms, shape (n, k).
    """
    return _OF_FAMILY[fitted.family](fitted, x)


def _gaussian(fitted: Fitted, x: Floats) -> Quantities:
    return {"mean": Means(x @ fitted.maximum.parameters, x)}


def _binomial(fitted: Fitted, x: Floats) -> Quantities:
    return {"probability": _share(x, fitted.maximum.parameters)}


def _share(x: Floats, b: Floats) -> Means:
    eta = x @ b
    value = special.expit(eta)
    return Means(value, (value * special.expit(-eta))[:, None] * x)


def _counts(fitted: Fitted, x: Floats) -> Quantities:
    b, k = fitted.maximum.parameters, x.shape[1]
    value = np.exp(x @ b[:k] + fitted.offset)
    gradient = np.zeros((len(x), len(b)))
    gradient[:, :k] = value[:, None] * x
    return {"mean": Means(value, gradient)}


def _ordinal(fitted: Fitted, x: Floats) -> Quantities:
    b, k, levels = fitted.maximum.parameters, x.shape[1] - 1, fitted.rows.levels
    terms = x[:, 1:]
    eta = terms @ b[:k]
    below, by_b = np.zeros(len(x)), np.zeros((len(x), len(b)))
    found = {}
    for place, level in enumerate(levels):
        if place < len(levels) - 1:
            z = b[k + place] - eta
            upto = special.expit(z)
            density = (upto * special.expit(-z))[:, None]
            gradient = np.hstack([-density * terms, np.zeros((len(x), len(b) - k))])
            gradient[:, k + place] = density[:, 0]
        else:
            upto, gradient = np.ones(len(x)), np.zeros((len(x), len(b)))
        found[f"probability_of_{level}"] = Means(upto - below, gradient - by_b)
        below, by_b = upto, gradient
    return found


def _two_part(fitted: Fitted, x: Floats) -> Quantities:
    b, k = fitted.maximum.parameters, x.shape[1]
    none = np.zeros_like(x)
    share = _share(x, b[:k])
    amount = np.exp(x @ b[k:])
    of_share, of_amount = np.hstack([share.gradient, none]), np.hstack([none, amount[:, None] * x])
    both = Means(share.value * amount, of_share * amount[:, None] + of_amount * share.value[:, None])
    return {"mean": both, "share_any": Means(share.value, of_share), "mean_of_any": Means(amount, of_amount)}


_OF_FAMILY: Mapping[str, Callable[[Fitted, Floats], Quantities]] = {
    "gaussian": _gaussian,
    "binomial": _binomial,
    "poisson": _counts,
    "negative_binomial": _counts,
    "ordinal": _ordinal,
    "two_part": _two_part,
}


def has_means(fitted: Fitted) -> bool:
    """Whether the model says what the outcome is on average; one of logarithms does not."""
    return fitted.family in _OF_FAMILY

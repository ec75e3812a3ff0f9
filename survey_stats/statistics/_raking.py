"""Iterative proportional fitting of weights to margins, within bounds if there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from survey_stats.errors import InputError
from survey_stats.statistics._design_input import Floats, Ints
from survey_stats.statistics._targets import FUNCTION, Margin

_CARRIED = (1e-100, 1e100)  # where bounds and margins contradict each other, what is carried over grows without end
OF_REPLICATE = 1e-3
"""Largest deviation of a category's share from its target in a replicate."""


class Fitted(NamedTuple):
    """Weights that hold margins.

    Attributes:
        weights: Shape (n,).
        rounds: How often each margin was fitted.
        deviation: Largest difference of a category's weight from its target, as a share of all weight.
        margin, category: Where that is: place of the margin, and of the category in it.
    """

    weights: Floats
    rounds: int
    deviation: float
    margin: int
    category: int


@dataclass(frozen=True, eq=False, slots=True)
class Raking:
    """How weights are raked: the same for the sample and for each of its replicates.

    Rows of one cell (the same category in each margin) are multiplied by the same factor, so that fitting goes over
    the cells. With bounds it goes over rows that are alike in cell and weight: after each round weights are cut to the
    bounds, and what was cut is carried into the next round (Dykstra's algorithm for the Kullback-Leibler divergence),
    which leads to the weights nearest to those before among all that hold margins and bounds; they are
    min(max(base × factors, lower), upper), R survey's `calibrate(calfun = "raking", bounds.const = TRUE)`.

    Attributes:
        margins: The margins, with totals of one sum.
        bounds: Lowest and highest weight; none: no bounds.
        tolerance: Largest deviation of a category, as a share of all weight.
        most_rounds: After so many rounds it stops.
        cells: Number of each row's cell, shape (n,).
        categories: For each margin the category of each cell, shape (cells,).
    """

    margins: tuple[Margin, ...]
    bounds: tuple[float, float] | None
    tolerance: float
    most_rounds: int
    cells: Ints
    categories: tuple[Ints, ...]

    def __call__(self, base: Floats) -> Floats:
        """The weights of a replicate, shape (n,), raked.

        A replicate leaves rows out, so that its targets may be at the edge of what can be held, where fitting gets
        there ever more slowly: a thousandth off is accepted, which changes no standard error.

        Raises:
            InputError: A category has no weight, a weight is negative, or the margins cannot be held.
        """
        fitted = self.fit(base)
        if fitted.deviation > max(self.tolerance, OF_REPLICATE):
            raise InputError(self.no_convergence(fitted))
        return fitted.weights

    def fit(self, base: Floats) -> Fitted:
        """`base`, shape (n,), raked as far as it goes."""
        self._check(base)
        alive = base > 0
        for margin in self.margins:
            alive &= margin.totals[margin.codes] > 0
        kept = np.where(alive, base, 0.0)
        self._check_left(kept)
        if self.bounds is None:
            sums = np.bincount(self.cells, kept, minlength=len(self.categories[0])).astype(np.float64)
            fitted = _fit(sums, np.ones(len(sums)), self.categories, self, None)
            factors = np.divide(fitted.weights, sums, out=np.zeros_like(sums), where=sums > 0)
            return fitted._replace(weights=kept * factors[self.cells])
        rows = np.flatnonzero(alive)
        different, place = np.unique(kept[rows], return_inverse=True)
        _, first, unit = np.unique(self.cells[rows] * len(different) + place, return_index=True, return_inverse=True)
        of_unit = self.cells[rows[first]]
        counts = np.bincount(unit).astype(np.float64)
        categories = [category[of_unit] for category in self.categories]
        fitted = _fit(kept[rows[first]], counts, categories, self, self.bounds)
        weights = np.zeros(len(base))
        weights[rows] = fitted.weights[unit]
        return fitted._replace(weights=weights)

    def no_convergence(self, fitted: Fitted) -> str:
        """Why the weights found are not those asked for."""
        margin = self.margins[fitted.margin]
        reached = np.bincount(margin.codes, fitted.weights, minlength=len(margin.labels)) / margin.totals.sum()
        what = "widen the bounds, or join" if self.bounds else "join"
        return (
            f"{FUNCTION}: after {fitted.rounds} rounds the weights do not hold the targets: {margin.name!r}, category "
            f"{margin.labels[fitted.category]!r}, has the share {reached[fitted.category]:.4g} and should have "
            f"{margin.shares[fitted.category]:.4g}. The targets contradict each other in this sample, as where nobody "
            f"is in a combination of categories that they need: {what} categories, or leave a margin out."
        )

    def _check(self, base: Floats) -> None:
        if (base < 0).any():
            raise InputError(
                f"{FUNCTION}: {int((base < 0).sum())} of {len(base)} weights are negative, the first in row "
                f"{int((base < 0).argmax()) + 1}. Weights to be raked are 0 or more."
            )

    def _check_left(self, base: Floats) -> None:
        """Raise `InputError` if a category with a target has no weight, as may be in a replicate."""
        for margin in self.margins:
            weight = np.bincount(margin.codes, base, minlength=len(margin.labels))
            empty = (weight <= 0) & (margin.totals > 0)
            if empty.any():
                raise InputError(
                    f"{FUNCTION}: no row with a weight above 0 is left in {margin.name!r}, category "
                    f"{margin.labels[int(empty.argmax())]!r}, which has a target. Join it with another category."
                )


def build_raking(
    margins: tuple[Margin, ...], bounds: tuple[float, float] | None, tolerance: float, most_rounds: int
) -> Raking:
    """The raking to margins, with the cells that their categories make."""
    key = np.zeros(len(margins[0].codes), dtype=np.int64)
    for margin in margins:
        key = key * len(margin.labels) + margin.codes
        if key.max() > 2**40:  # numbers of cells, without those that nobody is in
            key = np.unique(key, return_inverse=True)[1]
    _, first, cells = np.unique(key, return_index=True, return_inverse=True)
    categories = tuple(margin.codes[first] for margin in margins)
    return Raking(margins, bounds, tolerance, most_rounds, cells, categories)


def _fit(
    start: Floats, counts: Floats, categories: Sequence[Ints], raking: Raking, bounds: tuple[float, float] | None
) -> Fitted:
    """Fit the margins in turn until all hold.

    Args:
        start: Weight of each unit, shape (u,).
        counts: Rows of each unit, shape (u,).
        categories: For each margin the category of each unit.
        raking: Margins and when to stop.
        bounds: Lowest and highest weight of a row.
    """
    weights, cut = start.copy(), np.ones(len(start))
    targets = [margin.totals for margin in raking.margins]
    total = targets[0].sum()
    rounds, worst, where = 0, np.inf, (0, 0)
    while rounds < raking.most_rounds and worst > raking.tolerance:
        rounds += 1
        for codes, target in zip(categories, targets, strict=True):
            reached = np.bincount(codes, weights * counts, minlength=len(target))
            weights *= np.divide(target, reached, out=np.zeros_like(target), where=reached > 0)[codes]
        if bounds is not None:
            uncut = weights * cut
            weights = np.clip(uncut, *bounds)
            cut = np.clip(uncut / weights, *_CARRIED)
        elif len(targets) == 1:
            worst = 0.0
            break
        worst, where = _deviation(weights * counts, categories, targets, total)
    return Fitted(weights, rounds, float(worst), *where)


def _deviation(
    weights: Floats, categories: Sequence[Ints], targets: Sequence[Floats], total: float
) -> tuple[float, tuple[int, int]]:
    """Largest difference from a target, as a share of all weight, and where it is."""
    worst, where = 0.0, (0, 0)
    for place, (codes, target) in enumerate(zip(categories, targets, strict=True)):
        away = np.abs(np.bincount(codes, weights, minlength=len(target)) - target) / total
        if away.max() > worst:
            worst, where = float(away.max()), (place, int(away.argmax()))
    return worst, where

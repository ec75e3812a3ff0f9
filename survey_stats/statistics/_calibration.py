"""Weights calibrated to known margins: what is left of an influence once the margins are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_stats.statistics._design_input import Floats, Ints
from survey_stats.statistics._stages import sums


@dataclass(frozen=True, eq=False, slots=True)
class Calibration:
    """Margins that the weights were made to hold.

    A calibrated total has, to first order, the variance of the total of residuals from the regression of the values on
    the margins (Deville and Särndal 1992), weighted by the weights before the calibration: R's `calibrate` and
    `postStratify`.

    Attributes:
        margins: Category of each row in each margin, shape (n,) each.
        base: Weights before the calibration, shape (n,).
    """

    margins: tuple[Ints, ...]
    base: Floats

    def residuals(self, influence: Floats) -> Floats:
        """`influence` minus its fit on the margins, shape (n, k)."""
        sizes = [int(margin.max()) + 1 for margin in self.margins]
        if len(sizes) == 1:
            totals = sums(influence * self.base[:, None], self.margins[0], sizes[0])
            weight = np.bincount(self.margins[0], self.base, minlength=sizes[0])
            means = np.divide(totals, weight[:, None], out=np.zeros_like(totals), where=weight[:, None] > 0)
            return np.asarray(influence - means[self.margins[0]])
        weighted = influence * self.base[:, None]
        right = np.vstack([sums(weighted, margin, size) for margin, size in zip(self.margins, sizes, strict=True)])
        coefficients = np.linalg.lstsq(self._products(sizes), right, rcond=1e-10)[0]
        starts = np.cumsum([0, *sizes[:-1]])
        fit = sum(coefficients[start + margin] for start, margin in zip(starts, self.margins, strict=True))
        return np.asarray(influence - fit)

    def _products(self, sizes: Sequence[int]) -> Floats:
        """Weighted counts of each pair of categories of all margins, shape (categories, categories)."""
        rows = [
            np.hstack([self._crossed(one, other, m, k) for other, k in zip(self.margins, sizes, strict=True)])
            for one, m in zip(self.margins, sizes, strict=True)
        ]
        return np.vstack(rows)

    def _crossed(self, one: Ints, other: Ints, m: int, k: int) -> Floats:
        counts: Floats = np.bincount(one * k + other, self.base, minlength=m * k).astype(np.float64)
        return counts.reshape(m, k)


def crossed(columns: pd.DataFrame) -> Ints:
    """Number of each row's cell in the cross of columns of category numbers."""
    return np.asarray(columns.groupby(list(columns), sort=False).ngroup(), dtype=np.int64)

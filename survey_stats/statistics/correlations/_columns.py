"""The columns of one call, read once: rows that cannot be used are blanked; a pair then only asks for both answers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from survey_stats.statistics._columns import check_known, numeric_columns
from survey_stats.statistics.correlations._found import FUNCTION, Bools, Floats, Ints
from survey_stats.statistics.design import Design

Pair = tuple[Hashable, Hashable]


@dataclass(frozen=True, eq=False)
class Columns:
    """What pairs are computed from.

    Attributes:
        names: Names of the columns that are correlated.
        values: Rows × columns; NaN where an answer, a control variable, or the person is missing, in rows of weight 0,
            and, of complete rows, where any answer is missing.
        controls: Rows × control variables.
        persons: Code of the person of each row, shape (rows,); None without persons.
        design: Design of the rows.
        ordinal: Columns taken as ordinal.
    """

    names: list[Hashable]
    values: Floats
    controls: Floats
    persons: Ints | None
    design: Design | None
    ordinal: frozenset[Hashable] = frozenset()

    @cached_property
    def place(self) -> dict[Hashable, int]:
        """Column of each name."""
        return {name: at for at, name in enumerate(self.names)}

    @cached_property
    def there(self) -> Bools:
        """Where there is an answer, rows × columns."""
        return np.isfinite(self.values)

    @cached_property
    def dense(self) -> list[tuple[Ints, int]]:
        """For each column the dense rank of each row's value, and how many values there are; rows without one are 0."""
        return [_dense(column) for column in self.values.T]

    def used(self, pair: Pair) -> Bools:
        """Rows that have both answers."""
        first, second = (self.place[name] for name in pair)
        return np.asarray(self.there[:, first] & self.there[:, second])

    def of(self, name: Hashable) -> Floats:
        """All values of a column."""
        return np.asarray(self.values[:, self.place[name]])

    def ranks(self, name: Hashable, used: Bools) -> Floats:
        """Mid-ranks around their mean among the rows used: counts of values in their order, without sorting again."""
        code, size = self.dense[self.place[name]]
        own = code[used]
        counts = np.bincount(own, minlength=size)
        middle = np.cumsum(counts) - (counts - 1) / 2
        return np.asarray(middle[own] - (len(own) + 1) / 2)


def _dense(column: Floats) -> tuple[Ints, int]:
    there = np.isfinite(column)
    codes = np.zeros(len(column), dtype=np.int64)
    values, codes[there] = np.unique(column[there], return_inverse=True)
    return codes, len(values)


def read_columns(
    data: pd.DataFrame,
    names: Sequence[Hashable],
    *,
    controls: Sequence[Hashable] = (),
    person: Hashable | None = None,
    complete: bool = False,
    design: Design | None = None,
    ordinal: frozenset[Hashable] = frozenset(),
) -> Columns:
    """The columns of a call.

    Args:
        data: The data, checked with `check_frame`.
        names: Columns that are correlated.
        controls: Control variables.
        person: Column that says of which person a row is.
        complete: Use only rows that have all answers.
        design: Design of the rows.
        ordinal: Columns taken as ordinal.

    Raises:
        CallError: A column is not there or does not hold numbers.
        InputError: A column holds an infinite value.
    """
    values = numeric_columns(data, names, FUNCTION).to_numpy(copy=True)
    held = numeric_columns(data, controls, FUNCTION).to_numpy(copy=True).reshape(len(data), len(controls))
    usable = np.isfinite(held).all(axis=1)
    codes = None
    if person is not None:
        check_known([person], data, FUNCTION)
        codes = np.asarray(pd.factorize(data[person])[0], dtype=np.int64)
        usable &= codes >= 0
    if design is not None:
        usable &= design.weights > 0
    if complete:
        usable &= np.isfinite(values).all(axis=1)
    values[~usable] = np.nan
    return Columns(list(names), values, held, codes, design, ordinal)

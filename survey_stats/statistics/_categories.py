"""Groups and answers without an order: which row belongs to which category, and in what order they are told."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import CallError
from survey_stats.statistics._columns import check_known, listed

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

MOST_CATEGORIES = 50
"""More of them are rather numbers or free text than groups."""


@dataclass(frozen=True, eq=False, slots=True)
class Categories:
    """A column of categories.

    Attributes:
        name: Name of the column.
        levels: The categories, in order: of a categorical column its own, else sorted.
        codes: Place in `levels` for each row, -1 where it is missing or not among them; shape (n,).
    """

    name: str
    levels: tuple[Hashable, ...]
    codes: Ints

    @property
    def names(self) -> tuple[str, ...]:
        """The categories as text; whole numbers without a decimal point."""
        return tuple(category_name(value) for value in self.levels)

    @property
    def known(self) -> Bools:
        """Rows that belong to a category."""
        return np.asarray(self.codes >= 0)

    def members(self, place: int) -> Bools:
        """Rows of the category at `place`."""
        return np.asarray(self.codes == place)

    def present(self, rows: Bools) -> Categories:
        """The same column with only those categories that occur in `rows`; other rows belong to none."""
        inside = np.where(rows, self.codes, -1)
        places = np.unique(inside[inside >= 0])
        new = np.full(len(self.levels) + 1, -1, dtype=np.int64)
        new[places] = np.arange(len(places))
        return Categories(self.name, tuple(self.levels[place] for place in places), new[inside])


def categories(
    data: pd.DataFrame, name: Hashable, function: str, *, only: Sequence[Any] | None = None, argument: str = "groups"
) -> Categories:
    """The categories of a column.

    Args:
        data: The data, checked with `check_frame`.
        name: The column.
        function: Name of the public function, for the messages.
        only: The categories wanted, in this order; all that occur where it is not given.
        argument: Name of the argument that `only` comes from, for the message.

    Raises:
        CallError: The column is not there, holds too many different values, or lacks a category that is wanted.
    """
    check_known([name], data, function)
    column = data[name]
    found = _in_order(column)
    if only is not None:
        absent = [value for value in only if value not in found]
        if absent:
            raise CallError(
                f"{function}: {argument} names {listed(map(category_name, absent))}, which column {str(name)!r} does "
                f"not hold. It holds: {listed(map(category_name, found))}."
            )
        found = list(dict.fromkeys(only))
    elif len(found) > MOST_CATEGORIES:
        raise CallError(
            f"{function}: column {str(name)!r} holds {len(found)} different values, and at most {MOST_CATEGORIES} "
            "make groups. Sort them into groups first."
        )
    codes = pd.Index(found).get_indexer(pd.Index(column)) if found else np.full(len(column), -1)
    return Categories(str(name), tuple(found), np.asarray(codes, dtype=np.int64))


def _in_order(column: pd.Series) -> list[Hashable]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.cat.remove_unused_categories().cat.categories)
    values = list(column.dropna().unique())
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=str)


def category_name(value: object) -> str:
    """A category as text.

    >>> category_name(1.0), category_name(True), category_name("often")
    ('1', 'True', 'often')
    """
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)

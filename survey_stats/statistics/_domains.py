"""What `estimate` is asked for: quantities of the whole sample and the groups they are wanted in."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import CallError, InputError
from survey_stats.statistics._columns import check_known, numeric_columns

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FUNCTION = "estimate"
MOST_CATEGORIES = 100


@dataclass(frozen=True, eq=False, slots=True)
class Quantity:
    """A quantity of the whole sample.

    Attributes:
        names: `variable`, and `category`, `denominator` or `quantile`.
        above: Values whose weighted total is the numerator, shape (n,); 0 where not known.
        known: Rows with an answer.
        below: The same for the denominator; none where the quantity is a total.
    """

    names: dict[str, Any]
    above: Floats
    known: Bools
    below: Floats | None


@dataclass(frozen=True, eq=False, slots=True)
class Cell:
    """A quantity in a group: a row of the result."""

    column: Quantity
    group: str
    inside: Bools

    @property
    def used(self) -> Bools:
        return self.column.known & self.inside


def names_of(given: Any, data: pd.DataFrame) -> list[Hashable]:
    if given is None:
        return []
    names = [given] if isinstance(given, str) or not isinstance(given, (list, tuple)) else list(given)
    check_known(names, data, FUNCTION)
    return names


def groups_of(data: pd.DataFrame, by: Sequence[Hashable]) -> tuple[list[tuple[str, Bools]], int]:
    """Name and rows of each group, and how many rows belong to none."""
    if not by:
        return [("", np.ones(len(data), dtype=bool))], 0
    places = data.groupby(list(by), sort=True, observed=True, dropna=True).indices
    found = []
    for values, rows in places.items():
        inside = np.zeros(len(data), dtype=bool)
        inside[rows] = True
        told = values if isinstance(values, tuple) else (values,)
        found.append((", ".join(f"{name} = {value}" for name, value in zip(by, told, strict=True)), inside))
    if not found:
        raise InputError(f"{FUNCTION}: no row has a value of by ({', '.join(map(str, by))}), so there is no group.")
    return found, len(data) - sum(int(inside.sum()) for _, inside in found)


def quantities(
    data: pd.DataFrame, names: Sequence[Hashable], statistic: str, denominator: Hashable | None, shares: Sequence[float]
) -> list[Quantity]:
    """The quantities asked for, of the whole sample."""
    if not names:
        raise CallError(f"{FUNCTION}: variable is empty. Name at least one column.")
    if statistic in ("proportion", "total"):
        return [column for name in names for column in _of_categories(data, name, statistic)]
    numbers = numeric_columns(data, list(dict.fromkeys([*names, *([] if denominator is None else [denominator])])),
                              FUNCTION)  # fmt: skip
    if statistic == "ratio":
        return [_ratio(numbers, name, denominator) for name in names]
    plain = [_plain(numbers[name], str(name)) for name in names]
    if statistic == "mean":
        return plain
    return [replace(column, names={**column.names, "quantile": p}) for column in plain for p in shares]


def _plain(numbers: pd.Series, name: str, *, total: bool = False) -> Quantity:
    values = numbers.to_numpy()
    known = ~np.isnan(values)
    return Quantity({"variable": name}, np.where(known, values, 0.0), known, None if total else np.ones(len(values)))


def _ratio(numbers: pd.DataFrame, name: Hashable, denominator: Hashable | None) -> Quantity:
    above, below = numbers[name].to_numpy(), numbers[denominator].to_numpy()
    known = ~(np.isnan(above) | np.isnan(below))
    names = {"variable": str(name), "denominator": str(denominator)}
    return Quantity(names, np.where(known, above, 0.0), known, np.where(known, below, 0.0))


def _of_categories(data: pd.DataFrame, name: Hashable, statistic: str) -> list[Quantity]:
    """A column a category; a total of numbers is one."""
    column = data[name]
    if statistic == "total" and pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return [_plain(numeric_columns(data, [name], FUNCTION)[name], str(name), total=True)]
    coded = column.astype("category")
    if len(coded.cat.categories) > MOST_CATEGORIES:
        raise CallError(
            f"{FUNCTION}: column {str(name)!r} has {len(coded.cat.categories)} different values, and a {statistic} of "
            f"each of more than {MOST_CATEGORIES} is not given. Group the values first (pandas.cut), or take the mean."
        )
    codes = coded.cat.codes.to_numpy()
    below = None if statistic == "total" else np.ones(len(codes))
    return [
        Quantity({"variable": str(name), "category": str(category)}, (codes == code).astype(float), codes >= 0, below)
        for code, category in enumerate(coded.cat.categories)
    ]

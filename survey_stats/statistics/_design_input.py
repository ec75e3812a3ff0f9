"""What a caller says about a sample → checked arrays, or a sentence that says what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_stats.errors import CallError, InputError
from survey_stats.statistics._columns import check_frame, check_known, listed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FUNCTION = "Design"
DF_WORDS = ("rank", "replicates", "clusters")


@dataclass(slots=True)
class Reader:
    """Reads the arguments of a design; all of them have to be of the same rows.

    Attributes:
        data: The data whose columns the arguments may name.
        index: Labels of the rows, from the first argument that has any.
        n: Number of rows, from the first argument read.
    """

    data: pd.DataFrame | None
    index: pd.Index | None = None
    n: int = field(default=-1)
    _first: str = ""

    def __post_init__(self) -> None:
        if self.data is not None:
            check_frame(self.data, FUNCTION)
            self.index, self.n, self._first = self.data.index, len(self.data), "data"

    def columns(self, given: Any, name: str) -> list[pd.Series]:
        """The columns an argument stands for, one a stage or replicate.

        Args:
            given: A column name, a list of them or a pattern such as `RWT_*` (all with `data`); a Series, array or
                list; a frame, two-dimensional array or list of columns.
            name: Name of the argument, for the messages.
        """
        if given is None:
            return []
        parts = [self._named(given, name)] if isinstance(given, str) else _parts(given, self._is_names(given))
        found = [one for part in parts for one in (self._named(part, name) if isinstance(part, str) else part)]
        return [self._aligned(column, name) for column in found]

    def one(self, given: Any, name: str) -> pd.Series:
        """The single column of an argument."""
        found = self.columns(given, name)
        if len(found) != 1:
            raise CallError(f"{FUNCTION}: {name} has {len(found)} columns. Give one.")
        return found[0]

    def _is_names(self, given: Any) -> bool:
        return (
            self.data is not None
            and isinstance(given, (list, tuple))
            and bool(given)
            and all(isinstance(name, str) for name in given)
        )

    def _named(self, given: str, name: str) -> list[pd.Series]:
        if self.data is None:
            raise CallError(
                f"{FUNCTION}: {name} is the text {given!r}. Give the values, or the name of a column together with "
                "data=, the frame that holds it."
            )
        if given not in self.data.columns and "*" in given:
            matching = [column for column in self.data.columns if fnmatchcase(str(column), given)]
            if not matching:
                raise CallError(
                    f"{FUNCTION}: no column of the data fits the pattern {given!r} of {name}. "
                    f"Columns of the data: {listed(self.data.columns)}."
                )
            return [self.data[column] for column in matching]
        check_known([given], self.data, FUNCTION)
        return [self.data[given]]

    def _aligned(self, column: pd.Series | np.ndarray[Any, Any], name: str) -> pd.Series:
        """The column, if it is of the same rows as what was read before."""
        if self.n >= 0 and len(column) != self.n:
            raise CallError(
                f"{FUNCTION}: {name} has {len(column)} rows and {self._first} has {self.n}. "
                "All parts of a design are of the same rows."
            )
        if self.n < 0:
            self.n, self._first = len(column), name
        if not isinstance(column, pd.Series):
            return pd.Series(column)
        if self.index is None:
            self.index, self._first = column.index, name
        elif not self.index.equals(column.index):
            raise CallError(
                f"{FUNCTION}: the index of {name} is not that of {self._first}. "
                "Give both with the same index in the same order."
            )
        return column


def _parts(given: Any, names: bool) -> list[Any]:
    """Names as they are; values as lists of columns."""
    if names:
        return list(given)
    if isinstance(given, pd.DataFrame):
        return [[given.iloc[:, place] for place in range(given.shape[1])]]
    if isinstance(given, pd.Series):
        return [[given]]
    if isinstance(given, Sequence) and given and isinstance(given[0], (pd.Series, np.ndarray, list, tuple)):
        return [[one if isinstance(one, pd.Series) else np.asarray(one) for one in given]]
    values = np.asarray(given)
    if values.ndim not in {1, 2}:
        raise CallError(
            f"{FUNCTION}: found {type(given).__name__} where a column is needed. Give a value for each row."
        )
    return [[values] if values.ndim == 1 else list(values.T)]


def numbers(columns: Sequence[pd.Series], name: str) -> Floats:
    """Columns of numbers as one array, shape (n, columns); NaN where a value is missing."""
    text = [column for column in columns if not pd.api.types.is_numeric_dtype(column)]
    if text:
        shown = "" if text[0].name is None else f" ({text[0].name!r})"
        raise CallError(f"{FUNCTION}: {name}{shown} holds {text[0].dtype} values. Give numbers.")
    return np.column_stack([column.to_numpy(dtype=np.float64, na_value=np.nan) for column in columns])


def check_weights(weights: Floats) -> None:
    """Raise `InputError` unless all weights are finite and at least 0, and one is above.

    Args:
        weights: Shape (n,).
    """
    faults = {"missing": np.isnan(weights), "infinite": np.isinf(weights), "negative": weights < 0}
    for fault, where in faults.items():
        if where.any():
            raise InputError(
                f"{FUNCTION}: {int(where.sum())} of {len(weights)} weights are {fault}, the first in row "
                f"{int(where.argmax()) + 1}. Each row needs a weight of 0 or more: mend them, or leave those rows out "
                "of the data and the design alike."
            )
    if not (weights > 0).any():
        raise InputError(
            f"{FUNCTION}: all {len(weights)} weights are 0, so no row counts. Check the column of weights."
        )


def check_replicates(weights: Floats) -> None:
    """Raise `InputError` if a replicate weight is missing or infinite, or a replicate has no weight at all.

    Single negative values are legal: agencies publish them (American Community Survey).

    Args:
        weights: Shape (n, replicates).
    """
    bad = ~np.isfinite(weights)
    if bad.any():
        raise InputError(
            f"{FUNCTION}: {int(bad.sum())} replicate weights are missing or infinite, the first in row "
            f"{int(bad.any(axis=1).argmax()) + 1}. Each row needs a finite weight in each replicate."
        )
    empty = weights.sum(axis=0) <= 0
    if empty.any():
        raise InputError(
            f"{FUNCTION}: the weights of replicate {int(empty.argmax()) + 1} sum to {weights[:, empty][:, 0].sum():g}. "
            "Each replicate needs a positive sum: check the columns of replicate weights."
        )


def codes(column: pd.Series, name: str) -> tuple[Ints, list[Any]]:
    """Place of each row's label among the labels, and the labels in order.

    Raises:
        InputError: A label is missing.
    """
    missing = column.isna().to_numpy()
    if missing.any():
        raise InputError(
            f"{FUNCTION}: {name} is missing in {int(missing.sum())} of {len(column)} rows, the first is row "
            f"{int(missing.argmax()) + 1}. Every row needs a value, also rows that an analysis leaves out."
        )
    place, labels = pd.factorize(column, sort=False)
    return place.astype(np.int64), labels.tolist()


def read_weights(given: Any, reader: Reader) -> Floats:
    """The weights of all rows; all 1 where none are given."""
    if given is not None:
        full = numbers([reader.one(given, "weights")], "weights")[:, 0]
        check_weights(full)
        return full
    if reader.n < 0:
        raise CallError(
            f"{FUNCTION}: found no weights and nothing else. Give weights, or data with strata or clusters."
        )
    return np.ones(reader.n)


def check_counts(strata: list[pd.Series], clusters: list[pd.Series], sizes: list[pd.Series]) -> None:
    """Raise `CallError` unless strata and population sizes fit the stages."""
    stages = max(len(clusters), 1)
    if len(strata) > stages:
        raise CallError(f"{FUNCTION}: strata of {len(strata)} stages and clusters of {stages}. Give clusters for each.")
    if sizes and len(sizes) != stages:
        raise CallError(
            f"{FUNCTION}: fpc of {len(sizes)} stages and clusters of {stages}. Give one column a stage; a stage "
            "without correction has infinite population sizes."
        )


def read_sizes(columns: list[pd.Series]) -> Floats | None:
    """Population sizes or fractions, a column a stage; none where none are given."""
    if not columns:
        return None
    sizes = numbers(columns, "fpc")
    bad = ~(sizes > 0).all(axis=1)
    if bad.any():
        raise InputError(
            f"{FUNCTION}: fpc is missing, 0 or negative in {int(bad.sum())} of {len(sizes)} rows, the first is row "
            f"{int(bad.argmax()) + 1}. Give population sizes, or fractions above 0."
        )
    if (sizes > 1).any() and (sizes < 1).any():
        raise InputError(
            f"{FUNCTION}: fpc holds numbers below and above 1 ({sizes.min():g} to {sizes.max():g}). Give population "
            "sizes for all stages, or fractions for all."
        )
    return sizes


def check_method(replicates: list[pd.Series], options: dict[str, Any]) -> None:
    """Raise `CallError` if an option of replicates is given and there are none."""
    given = [name for name, value in options.items() if value is not None]
    if given and not replicates:
        raise CallError(f"{FUNCTION}: {given[0]} is an option of replicate weights, and there are none. Leave it out.")


def check_df(df: Any, replicates: bool) -> None:
    """Raise `CallError` unless `df` is a number or a rule that this design has."""
    if df is None or (df in DF_WORDS if isinstance(df, str) else np.isfinite(df) and df > 0):
        if not replicates and df in {"rank", "replicates"}:
            raise CallError(f"{FUNCTION}: df is {df!r}, and there are no replicates. Allowed: 'clusters', a number.")
        return
    raise CallError(f"{FUNCTION}: df is {df!r}. Allowed: {', '.join(DF_WORDS)}, a positive number.")

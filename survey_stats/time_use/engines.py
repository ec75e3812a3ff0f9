"""Frames of any engine: one expression for pandas, DuckDB and PySpark, and what they do not have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import narwhals as nw
import pandas as pd

from survey_stats.errors import CallError

Frame = nw.LazyFrame[Any]
_MOST_CODES = 1000
"""More values than that stay texts: the statement that names them all would become very long."""


def frame(data: Any, function: str) -> Frame:
    """The data as a lazy frame; pandas is computed at once, DuckDB and PySpark when the result is collected.

    Args:
        data: A frame of pandas, DuckDB (a relation), PySpark or any other library that narwhals knows.
        function: Name of the public function, for the message.

    Raises:
        CallError: It is no frame of columns.
    """
    try:
        return _lazy(data)
    except TypeError:
        raise CallError(
            f"{function}: found {type(data).__name__}, where a frame of pandas, DuckDB or PySpark is needed. A Parquet "
            'file is read with duckdb.read_parquet("visits.parquet").'
        ) from None


def _lazy(data: Any) -> Frame:
    found: Frame = nw.from_native(data).lazy()
    return found


def collected(found: Frame) -> pd.DataFrame:
    """The rows in memory."""
    rows: pd.DataFrame = found.collect(backend="pandas").to_native()
    return rows


def native(found: Frame) -> Any:
    """The frame in its own engine: rows of pandas, a relation or data frame not yet computed of the others."""
    return nw.to_native(found.collect()) if found.implementation.is_pandas() else nw.to_native(found)


def microseconds(found: Frame, columns: Iterable[str]) -> Frame:
    """Time stamps as whole microseconds since 1970 (Int64): of instants in UTC, of wall clocks as they read.

    Whole numbers are added and compared alike on every engine; time stamps with zones are not: DuckDB keeps the zone in
    the connection, PySpark in the session.
    """
    names = list(columns)
    if found.implementation.is_duckdb():
        return _duckdb(found, {name: f'epoch_us("{name}")' for name in names})
    if found.implementation.is_pyspark():
        zoned = {name for name, kind in nw.to_native(found).dtypes if kind == "timestamp"}
        wall = "timestampdiff(MICROSECOND, TIMESTAMP_NTZ'1970-01-01 00:00:00', `{}`)"
        return _pyspark(
            found, {name: f"unix_micros(`{name}`)" if name in zoned else wall.format(name) for name in names}
        )
    return found.with_columns(nw.col(name).dt.timestamp("us") for name in names)


def wall_clock(found: Frame, columns: Iterable[str]) -> Frame:
    """Whole microseconds as time stamps without a zone: the reverse of `microseconds`."""
    names = list(columns)
    if found.implementation.is_duckdb():
        return _duckdb(found, {name: f'make_timestamp("{name}")' for name in names})
    if found.implementation.is_pyspark():
        moved = "timestampadd(MICROSECOND, `{}`, TIMESTAMP_NTZ'1970-01-01 00:00:00')"
        return _pyspark(found, {name: moved.format(name) for name in names})
    return found.with_columns(nw.col(name).cast(nw.Int64).cast(nw.Datetime("us")) for name in names)


def enumerated(found: Frame, column: str, values: Iterable[str] | None = None) -> Frame:
    """A text column of DuckDB as an enumeration of its values; the frame as it is where that does not help.

    DuckDB groups by small codes twice as fast as by texts, and hands over codes, not a text for each row. The order of
    an enumeration is that of its texts.

    Args:
        found: The frame.
        column: The column.
        values: Its values, if they are known; else they are looked up.
    """
    if not found.implementation.is_duckdb():
        return found
    names = sorted(collected(found.select(column).unique())[column] if values is None else values)
    if not 0 < len(names) <= _MOST_CODES:
        return found
    texts = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
    return _duckdb(found, {column: f'CAST("{column}" AS ENUM({texts}))'})


def repeated(found: Frame, name: str, times: int) -> Frame:
    """Each row so many times, numbered from 0 in a new column; what the rows are computed from is computed once."""
    if found.implementation.is_duckdb():
        return _lazy(nw.to_native(found).project(f'*, unnest(range({times})) AS "{name}"'))
    if found.implementation.is_pyspark():
        return _pyspark(found, {name: f"explode(sequence(0, {times - 1}))"})
    return nw.concat([found.with_columns(nw.lit(number).alias(name)) for number in range(times)])


def _duckdb(found: Frame, expressions: dict[str, str]) -> Frame:
    replaced = ", ".join(f'{sql} AS "{name}"' for name, sql in expressions.items())
    return _lazy(nw.to_native(found).project(f"* REPLACE ({replaced})"))


def _pyspark(found: Frame, expressions: dict[str, str]) -> Frame:
    from pyspark.sql import functions

    changed = {name: functions.expr(sql) for name, sql in expressions.items()}
    return _lazy(nw.to_native(found).withColumns(changed))

"""What every statistic returns: documented fields at full precision; rounding happens only at display.

Column grammar, shared by all results:
`estimate`, `ci_lower`, `ci_upper`, `standard_error`, `statistic`, `df`, `p_value`, `n`, `method`, `warning`, `error`.
A second estimate in the same row carries its own prefix (`adjusted_p_value`).
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from survey_stats.messages import Message

LONG_COLUMNS = (
    "id", "analysis", "result", "variables", "group", "statistic", "value", "unit", "n", "method", "design",
    "exclusions", "level", "measure_type", "status", "warning", "error",
)  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Result:
    """Base of all results.

    A subclass either has scalar fields (its frame is one row) or a field `table` (its frame is that table).
    It names the columns that identify a row in `keys` and the columns that hold numbers in `numbers`.

    Attributes:
        method: Id of the method; `reporting` knows its words.
        warnings: What a reader has to know before using the numbers.
    """

    keys: ClassVar[tuple[str, ...]] = ()
    numbers: ClassVar[tuple[str, ...]] = ("estimate", "ci_lower", "ci_upper")
    of_answers: ClassVar[bool] = True
    """The numbers come from the answers; those that others published are not simulated with them."""

    method: str
    warnings: tuple[Message, ...] = field(default=())

    def to_frame(self) -> pd.DataFrame:
        """The result as a data frame at full precision, one row an estimate."""
        table = getattr(self, "table", None)
        if isinstance(table, pd.DataFrame):
            return table.copy()
        row = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "warnings"}
        row = {name: value for name, value in row.items() if not isinstance(value, (pd.DataFrame, Result))}
        return pd.DataFrame([row | {"warning": "; ".join(map(str, self.warnings))}])

    def select(self, **conditions: Any) -> Self:
        """The result with only those rows of `table` in which each named column has the given value."""
        table = getattr(self, "table")  # noqa: B009 - only tables can be selected from
        keep = np.logical_and.reduce([table[column] == value for column, value in conditions.items()])
        return replace(self, table=table[keep].reset_index(drop=True))  # type: ignore[call-arg]

    def to_long(self, *, analysis: str, result: str, context: Mapping[str, str] | None = None) -> pd.DataFrame:
        """One row a number, in the columns of `results.csv`.

        Args:
            analysis: Id of the analysis the result belongs to.
            result: Id of the result within the analysis.
            context: Values for `design`, `exclusions`, `level`, `measure_type`, `status` where the table has none.
        """
        rows = [
            _long_row(row, name, self, analysis, result, context or {})
            for row in self.to_frame().to_dict("records")
            for name in self.numbers
            if name in row
        ]
        return pd.DataFrame(rows, columns=list(LONG_COLUMNS))

    def _repr_html_(self) -> str:
        return display_frame(self.to_frame()).to_html(index=False, na_rep="", border=0)

    def __repr__(self) -> str:
        body = display_frame(self.to_frame()).to_string(index=False, na_rep="")
        notes = "".join(f"\nWarning: {message}" for message in self.warnings)
        return f"{type(self).__name__}\n{body}{notes}"


def _long_row(
    row: Mapping[Any, Any], name: str, owner: Result, analysis: str, result: str, context: Mapping[str, str]
) -> dict[str, Any]:
    def cell(column: str, default: Any = "") -> Any:
        return row.get(column, context.get(column, default))

    variables = " × ".join(str(row[key]) for key in owner.keys if row.get(key) not in (None, ""))
    group = str(row.get("group", "") or "")
    parts = (analysis, result, variables, group, str(row.get("method", owner.method)), name)
    return {
        "id": slug(*parts), "analysis": analysis, "result": result, "variables": variables, "group": group,
        "statistic": name, "value": row[name], "unit": cell("unit"), "n": row.get("n", np.nan),
        "method": row.get("method", owner.method), "design": cell("design"), "exclusions": cell("exclusions"),
        "level": cell("level"), "measure_type": cell("measure_type"), "status": cell("status"),
        "warning": row.get("warning", "") or "", "error": row.get("error", "") or "",
    }  # fmt: skip


_SPELLED = {
    r"\*\*": "pow", r"\*": "times", "/": "over", r"\+": "plus", r"(?<!\w)-(?=[\d.])": "minus", ":": "by",
    "<": "below", ">": "above", "=": "equals", "%": "percent",
}  # fmt: skip


def slug(*parts: str) -> str:
    """A stable id from its parts: lower case letters, digits and `_`, parts joined by `.`.

    Names joined by × are joined by `_`. Any other part that has to be rewritten (capitals, blanks, signs) gets a short
    hash of what it was, so that different parts have different ids: `I(a ** 2)` and `I(a * 2)`, `x:y` and `x_y`.

    >>> slug("shyness_posting", "correlations", "shyness × active_use", "", "pearson", "estimate")
    'shyness_posting.correlations.shyness_active_use.pearson.estimate'
    >>> slug("C(k)[T.-1]"), slug("C(k)[T.1]"), slug("x_y"), slug("x:y"), slug("😀")
    ('c_k_t_minus_1_ff552f', 'c_k_t_1_c2e1ec', 'x_y', 'x_by_y_1274e2', 'f0443a')
    """
    return ".".join(_slug_part(part) for part in parts if part)


@lru_cache(maxsize=10_000)  # every id of a report has the names of its measures in it
def _slug_part(part: str) -> str:
    """One part in the signs of an id; what is no id already is told apart by the start of its SHA-256."""
    joined = re.sub(r"\s*×\s*", "_", part)
    spelled = joined.lower()
    for sign, name in _SPELLED.items():
        spelled = re.sub(sign, f" {name} ", spelled)
    words = "".join(sign if sign.isalnum() or unicodedata.category(sign)[0] == "M" else "_" for sign in spelled)
    if words == joined:
        return words
    short = hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return "_".join([*filter(None, words.split("_")), short])


def display_frame(frame: pd.DataFrame, digits: int = 3) -> pd.DataFrame:
    """A copy of `frame` for reading: numbers as text with `digits` significant digits, whole numbers whole."""
    shown = frame.copy()
    for column in shown.columns:
        if pd.api.types.is_float_dtype(shown[column]):
            shown[column] = [format_significant(value, digits) for value in shown[column]]
        elif shown[column].dtype == object:
            shown[column] = [
                format_significant(value, digits) if isinstance(value, float) else value for value in shown[column]
            ]
    return shown


def format_significant(value: float, digits: int = 3) -> str:
    """A number with `digits` significant digits; whole numbers of any size stay whole; missing is empty.

    >>> [format_significant(value) for value in (0.012345, 1234.5, 252.0, -0.5, float("nan"))]
    ['0.0123', '1234', '252', '-0.500', '']
    """
    if value is None or math.isnan(value):
        return ""
    if math.isinf(value) or float(value).is_integer():
        return f"{value:.0f}"
    decimals = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    return f"{value:.{decimals}f}" if decimals <= 8 else f"{value:.{digits - 1}e}"


def concat_long(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Long tables put together; an id that occurs twice is a fault of the analysis and gets a running number."""
    present = [frame for frame in frames if len(frame)]
    if not present:
        return pd.DataFrame(columns=list(LONG_COLUMNS))
    table = pd.concat(present, ignore_index=True)
    repeat = table.groupby("id").cumcount()
    table["id"] = table["id"].where(repeat == 0, table["id"] + "." + (repeat + 1).astype(str))
    return table

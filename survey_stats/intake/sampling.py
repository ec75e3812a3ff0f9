"""The columns of an export that the plan names as its sampling design."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from survey_stats.errors import InputError
from survey_stats.instrument import Instrument
from survey_stats.intake.margins import margin_columns
from survey_stats.intake.numbers import parse_number
from survey_stats.intake.table import Column, ExportTable
from survey_stats.plan import SamplingPlan
from survey_stats.study import MARGIN

_NUMBERS = ("weights", "fpc", "replicates")


def sampling_columns(table: ExportTable, plan: SamplingPlan) -> pd.DataFrame:
    """The design of each row of the table: columns `weights`, `strata`, `cluster`, `fpc`, `replicate_1`, ….

    Args:
        table: The export, personal columns left out.
        plan: Which column is what.

    Raises:
        InputError: A column is not in the export, or a cell is no number where one is needed.
    """
    frame: dict[str, pd.Series] = {}
    for part, named in plan.columns.items():
        found = list(_columns(table, part, named))
        for place, column in enumerate(found, start=1):
            name = f"replicate_{place}" if part == "replicates" else part
            frame[name] = _numbers(column, part, table) if part in _NUMBERS else _labels(column)
    return pd.DataFrame(frame)


def sampling_design(
    table: ExportTable, plan: SamplingPlan, answers: pd.DataFrame, instruments: Sequence[Instrument]
) -> pd.DataFrame:
    """The columns of `sampling_columns`, and one a margin of raking, named `rake: gender`; index of the answers.

    Args:
        table: The export, personal columns left out.
        plan: Which column is what, and the margins.
        answers: Coded answers.
        instruments: The instruments in use.

    Raises:
        InputError: A column, an item or a category is not there, or a cell is no number where one is needed.
    """
    columns = (
        sampling_columns(table, plan).set_axis(answers.index) if plan.columns else pd.DataFrame(index=answers.index)
    )
    if plan.rake is None:
        return columns
    margins = margin_columns(table, plan.rake, answers, instruments)
    return columns.join(margins.add_prefix(MARGIN))


def sampling_rules(plan: SamplingPlan) -> dict[str, str]:
    """What the plan says about the sample, for the list of rules in the report."""
    rules = {}
    if plan.columns:
        rules["design"] = ", ".join(f"{part} in column {name!r}" for part, name in plan.columns.items())
    if plan.rake is not None:
        rules["raking"] = ", ".join(plan.rake.targets)
    return rules


def _columns(table: ExportTable, part: str, named: str) -> Iterator[Column]:
    exact = [column for column in table.columns if column.code == named]
    found = exact[:1] or [column for column in table.columns if "*" in named and fnmatchcase(column.code, named)]
    if not found:
        codes = [column.code for column in table.columns]
        near = difflib.get_close_matches(named, codes, n=3)
        hint = f"Nearest: {', '.join(near)}." if near else "Columns with personal data are left out unless kept."
        raise InputError(
            f"plan.toml: design.{part}: found {named!r}, which is no column of the export. {hint} "
            "Write the column's name as it stands in the header, or a pattern such as 'RWT_*'."
        )
    yield from found


def _numbers(column: Column, part: str, table: ExportTable) -> pd.Series:
    parsed = [parse_number(cell) for cell in column.cells]
    bad = [place for place, value in enumerate(parsed) if value is None or isinstance(value, str) or np.isnan(value)]
    if bad:
        raise InputError(
            f"plan.toml: design.{part}: column {column.code!r} holds no number in {len(bad)} of {len(parsed)} rows, "
            f"the first is row {table.row_numbers[bad[0]]} of the sheet. Each respondent needs one: complete them, or "
            "leave those rows out of the export."
        )
    return pd.Series(parsed, dtype="float64")


def _labels(column: Column) -> pd.Series:
    """Strata and clusters are names, whatever they look like; an empty cell is missing and refused by the design."""
    return pd.Series([str(cell).strip() or None for cell in column.cells], dtype=object)

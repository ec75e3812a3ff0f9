"""Stata: labels, and the reasons for missing values as extended missing values `.a` to `.g`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from survey_stats.saving.frames import Variable
from survey_stats.saving.missing import stata_letters
from survey_stats.saving.table import SavedTable, file_label
from survey_stats.saving.text import fit, visible

LABEL_LENGTH, VALUE_LABEL_LENGTH = 80, 32_000
LARGEST_LABELLED = 2_147_483_620


def write_dta(table: SavedTable, path: Path) -> None:
    """Write a file of Stata 15 (format 118), which Stata 14 and later read."""
    import pyreadstat

    pyreadstat.write_dta(
        pd.DataFrame({name: _values(variable) for name, variable in table.pairs}).reset_index(drop=True), path,
        file_label=fit(visible(file_label(table)), LABEL_LENGTH),
        column_labels={name: fit(visible(one.label), LABEL_LENGTH) for name, one in table.pairs},
        variable_value_labels={name: labels for name, one in table.pairs if (labels := _value_labels(one, table))},
        missing_user_values={name: list(codes.values()) for name, one in table.pairs if (codes := codes_of(one))},
    )  # fmt: skip


def codes_of(variable: Variable) -> dict[str, str]:
    """Reason → letter of the reasons that occur in a variable of numbers."""
    letters = stata_letters(variable.apart)
    return {reason: letters[reason] for reason in variable.coded_reasons} if variable.numeric else {}


def shown_codes(variable: Variable) -> dict[str, str]:
    """Reason → code as Stata shows it."""
    return {reason: f".{letter}" for reason, letter in codes_of(variable).items()}


def _values(variable: Variable) -> pd.Series:
    if not variable.numeric:
        shown = [visible(value) for value in variable.data.fillna("")]
        return pd.Series(shown, index=variable.data.index, dtype="str")
    letters = codes_of(variable)
    values = variable.data.astype("float64")
    if not letters or variable.reasons is None:
        return values
    mixed = values.astype(object).where(values.notna(), variable.reasons.map(letters))
    return mixed.where(mixed.notna(), None)


def _value_labels(variable: Variable, table: SavedTable) -> dict[Any, str]:
    """Labels of whole codes, the only ones Stata labels, and of the extended missing values."""
    language = table.provenance.language
    own: dict[Any, str] = {int(code): label for code, label in variable.labels.items() if _can_be_labelled(code)}
    own |= {letter: variable.reason_label(reason, language) for reason, letter in codes_of(variable).items()}
    return {code: fit(visible(label), VALUE_LABEL_LENGTH) for code, label in own.items()} if variable.numeric else {}


def _can_be_labelled(code: float | str) -> bool:
    return not isinstance(code, str) and float(code).is_integer() and abs(code) <= LARGEST_LABELLED

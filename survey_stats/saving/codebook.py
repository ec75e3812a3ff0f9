"""The codebook: a row for each variable of a saved file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from survey_stats.messages import text
from survey_stats.saving.frames import Variable
from survey_stats.saving.missing import REASONS, reason_of
from survey_stats.saving.table import SavedTable
from survey_stats.saving.worksheets import Sheet

Codes = Callable[[Variable], Mapping[str, int] | Mapping[str, str]]
_TOLD = ("label", "question", "kind", "level", "unit")
_MEASURE = ("construct", "reference_period", "rule", "items", "reversed", "instrument", "note")
COLUMNS = (
    "name", "id", *_TOLD, "values", "missing_values", "minimum", "maximum", *_MEASURE, "n", "missing",
    *(f"n_{reason}" for reason in REASONS),
)  # fmt: skip
_WIDTHS = {"name": 34, "id": 34, "label": 48, "question": 60, "values": 40, "missing_values": 36, "rule": 32,
           "items": 40, "reversed": 28, "reference_period": 20, "construct": 20, "instrument": 18}  # fmt: skip


def codebook(table: SavedTable, codes_of: Codes = lambda _: {}) -> pd.DataFrame:
    """Describe every variable of a file.

    Args:
        table: What is saved.
        codes_of: How the file codes the reasons of a variable, reason → code.

    Returns:
        A row a variable, columns `COLUMNS`: name in the file and `id` in the study (they differ where the program
        refuses the id), label, question, kind of answer, level of measurement, unit, codes with labels, missing
        codes with reasons, range, what a score is made of, number of values, of missing ones, and of those by reason.
    """
    language = table.provenance.language
    rows = [_row(name, one, codes_of(one), language) for name, one in table.pairs]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({name: "Int64" for name in COLUMNS if name.startswith("n_")})


def _row(name: str, variable: Variable, codes: Mapping[str, Any], language: str) -> dict[str, Any]:
    reasons = pd.Series(dtype="str") if variable.reasons is None else variable.reasons
    counts = reasons.map(reason_of, na_action="ignore").value_counts()
    n = int(variable.data.notna().sum())
    return {
        "name": name, "id": variable.id, "n": n, "missing": len(variable.data) - n,
        "values": _listed(variable.labels), "missing_values": _missing_values(variable, codes, language),
        "minimum": variable.minimum, "maximum": variable.maximum,
        **{key: getattr(variable, key) for key in (*_TOLD, *_MEASURE)},
        **{f"n_{reason}": None if variable.reasons is None else int(counts.get(reason, 0)) for reason in REASONS},
    }  # fmt: skip


def _missing_values(variable: Variable, codes: Mapping[str, Any], language: str) -> str:
    """Reasons with their codes, or the name of the variable beside it that tells the reasons."""
    if variable.reasons_in:
        return text("saving.see_reason", language, name=variable.reasons_in)
    return "; ".join(f"{variable.reason_label(reason, language)} = {code}" for reason, code in codes.items())


def _listed(labels: Mapping[Any, str]) -> str:
    return "; ".join(f"{code if isinstance(code, str) else f'{code:g}'} = {label}" for code, label in labels.items())


def codebook_sheet(frame: pd.DataFrame) -> Sheet:
    """The codebook as a sheet."""
    rows = frame.astype(object).where(frame.notna(), None).to_numpy(dtype=object).tolist()
    widths = {number: _WIDTHS[name] for number, name in enumerate(frame.columns) if name in _WIDTHS}
    wrapped = frozenset(number for number, name in enumerate(frame.columns) if name in ("label", "question", "values"))
    return Sheet("Codebook", list(frame.columns), rows, widths, wrapped)

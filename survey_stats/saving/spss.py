"""SPSS: labels, levels of measurement, and the reasons for missing values as a range of user-missing codes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from survey_stats import __version__
from survey_stats.saving.frames import Variable
from survey_stats.saving.missing import spss_codes, spss_range, with_codes
from survey_stats.saving.table import SavedTable, file_label
from survey_stats.saving.text import fit, visible

LABEL_BYTES, VALUE_LABEL_BYTES, FILE_LABEL_BYTES, LINE_BYTES, TEXT_BYTES = 255, 120, 64, 80, 32_767


def write_sav(table: SavedTable, path: Path) -> None:
    """Write a system file.

    Blank cells are system-missing; other reasons have codes below every value of the variable, declared as one
    range of user-missing values. An empty text is declared missing.
    """
    import pyreadstat

    frame = pd.DataFrame({name: _values(variable) for name, variable in table.pairs})
    pyreadstat.write_sav(
        frame.reset_index(drop=True), path,
        file_label=fit(visible(file_label(table)), FILE_LABEL_BYTES, "utf8"),
        column_labels={name: fit(visible(one.label), LABEL_BYTES, "utf8") for name, one in table.pairs},
        variable_value_labels={name: labels for name, one in table.pairs if (labels := _value_labels(one, table))},
        missing_ranges={name: declared for name, one in table.pairs if (declared := missing_ranges(one))},
        variable_measure={name: one.level for name, one in table.pairs},
        variable_format={name: "F8.0" if one.whole else "F8.2" for name, one in table.pairs if one.numeric},
        note=[fit(visible(line), LINE_BYTES, "utf8") for line in _notes(table)],
    )  # fmt: skip


def _notes(table: SavedTable) -> Iterator[str]:
    yield f"survey_stats {__version__}"
    yield f"SHA-256 {table.provenance.data_sha256}"
    for name, told in table.provenance.instruments.items():
        yield f"{name} {told.get('version', '')}"


def codes_of(variable: Variable) -> dict[str, int]:
    """Reason → code of the reasons that occur in a variable of numbers."""
    if not variable.numeric or not variable.coded_reasons:
        return {}
    codes = spss_codes(_all_values(variable), variable.apart)
    return {reason: codes[reason] for reason in variable.coded_reasons}


def _all_values(variable: Variable) -> list[float]:
    labelled = [code for code in variable.labels if not isinstance(code, str)]
    return [*variable.data.dropna(), *labelled, variable.minimum]


def missing_ranges(variable: Variable) -> list[Any]:
    """What is declared missing: the range of all codes, or the empty text."""
    if not variable.numeric:
        return [""]
    return [spss_range(spss_codes(_all_values(variable), variable.apart))] if codes_of(variable) else []


def _values(variable: Variable) -> pd.Series:
    if not variable.numeric:
        shown = [fit(visible(value), TEXT_BYTES, "utf8") for value in variable.data.fillna("")]
        return pd.Series(shown, index=variable.data.index, dtype="str")
    codes, values = codes_of(variable), variable.data.to_numpy("float64", na_value=float("nan"))
    if not codes or variable.reasons is None:
        return pd.Series(values, index=variable.data.index)
    return pd.Series(with_codes(values, variable.reasons.to_numpy(), codes), index=variable.data.index)


def _value_labels(variable: Variable, table: SavedTable) -> dict[Any, str]:
    """Labels of the codes of a variable of numbers; those of text stand in the codebook."""
    if not variable.numeric:
        return {}
    own = {float(code): label for code, label in variable.labels.items()}
    language = table.provenance.language
    reasons = {float(code): variable.reason_label(reason, language) for reason, code in codes_of(variable).items()}
    return {code: fit(visible(label), VALUE_LABEL_BYTES, "utf8") for code, label in (own | reasons).items()}

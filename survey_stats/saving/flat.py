"""Files without codes for missing values: Excel, CSV, Parquet. A column beside a variable says why it is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from survey_stats import __version__
from survey_stats.saving.codebook import codebook, codebook_sheet
from survey_stats.saving.frames import Variable
from survey_stats.saving.table import SavedTable, file_label
from survey_stats.saving.text import csv_safe, visible
from survey_stats.saving.worksheets import Sheet, write_workbook


def write_xlsx(table: SavedTable, path: Path) -> None:
    """Write a workbook with the sheets `Data` and `Codebook`."""
    frame = table.frame().astype(object)
    rows = frame.where(frame.notna(), None).to_numpy(dtype=object).tolist()
    widths = {number: min(max(len(name) + 3, 8), 30) for number, name in enumerate(table.names)}
    sheets = [Sheet("Data", table.names, rows, widths), codebook_sheet(codebook(table))]
    write_workbook(sheets, path, title=file_label(table))


def write_csv(table: SavedTable, path: Path) -> None:
    """Write UTF-8 with a byte order mark, without which Excel misreads it; no text can run as a formula."""
    write_csv_frame(table.frame(), path)


def write_csv_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame as a text file that spreadsheets open safely."""
    safe = frame.rename(columns=csv_safe)
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            safe[name] = [csv_safe(value) if isinstance(value, str) else value for value in safe[name]]
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def write_parquet(table: SavedTable, path: Path) -> None:
    """Write Parquet; the schema's metadata hold what the data are, each column's metadata its labels."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = pa.Table.from_pandas(table.frame(), preserve_index=False)
    fields = [
        arrow.schema.field(name).with_metadata({key: value.encode() for key, value in _metadata(one).items()})
        for name, one in table.pairs
    ]
    told = table.provenance
    about = {
        "version": __version__,
        "source": visible(told.source),
        "data_sha256": told.data_sha256,
        "simulated": told.simulated,
        "instruments": {name: {**one} for name, one in told.instruments.items()},
    }
    metadata = {**(arrow.schema.metadata or {}), b"survey_stats": json.dumps(about, ensure_ascii=False).encode()}
    pq.write_table(arrow.cast(pa.schema(fields, metadata=metadata)), path)


def _metadata(variable: Variable) -> dict[str, str]:
    """What a column's metadata say: all that is known of the variable, labels as JSON."""
    plain = ("label", "question", "kind", "unit", "construct", "reference_period", "rule", "items", "reversed",
             "instrument")  # fmt: skip
    told = {key: value for key in plain if (value := str(getattr(variable, key)))}
    bounds = {key: value for key in ("minimum", "maximum") if np.isfinite(value := getattr(variable, key))}
    labels: dict[Any, str] = {_plain(code): label for code, label in variable.labels.items()}
    extra = {"value_labels": json.dumps(labels, ensure_ascii=False)} if labels else {}
    return told | {key: repr(value) for key, value in bounds.items()} | extra


def _plain(code: float | str) -> str:
    return f"{code:g}" if not isinstance(code, str) else code

"""SPSS and Stata files → a table whose columns know their labels and which codes mean that there is no answer.

Codes stay codes: labels lie beside them, as a file often labels only the ends of a scale or only its missing codes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from survey_stats.errors import InputError
from survey_stats.intake.platforms import recognise
from survey_stats.intake.table import Cell, Column, Distinct, ExportTable, Grid, distinct
from survey_stats.intake.trial import survives
from survey_stats.intake.unpacking import MUCH_UNPACKED_ZSAV, require_small, zsav_size

SPSS, STATA = "spss", "stata"
SUFFIXES = {".sav": SPSS, ".zsav": SPSS, ".dta": STATA}
FIRST_BYTES = {b"$FL": SPSS, b"ENCRYPTEDSAV": SPSS, b"<stata_dta>": STATA}
UNREADABLE = {
    SPSS: (
        "{source} is encrypted, damaged or no SPSS file. Open it in SPSS, save it without a password and give the "
        "new file."
    ),
    STATA: "{source} is damaged or no Stata file. Open it in Stata, save it again and give the new file.",
}
TOO_LARGE = "Save it as .sav in SPSS or PSPP, or export it as CSV."
ENCODINGS = (None, "UTF-8", "WINDOWS-1252")
"""Tried in this order: as the file declares; then what wrongly declared files turn out to be."""
DATE_FORMATS = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "DATETIME", "YMDHMS", "TIME", "DTIME", "%t", "%d")
"""What the formats of dates and times begin with, in SPSS and in Stata."""

CALENDAR_FORMATS = ["QYR", "MOYR", "WKYR"]
"""SPSS's quarters, months and weeks of a year: the date they begin."""


def is_labelled(path: Path) -> bool:
    """Whether a file is an SPSS or Stata file, by its first bytes or its name."""
    return path.is_file() and _program(path) is not None


def _program(path: Path) -> str | None:
    with path.open("rb") as file:
        start = file.read(16)
    by_bytes = (program for signature, program in FIRST_BYTES.items() if start.startswith(signature))
    return next(by_bytes, SUFFIXES.get(path.suffix.casefold()))


def read_labelled(path: Path) -> tuple[ExportTable, str]:
    """Read an SPSS (.sav, .zsav) or Stata (.dta) file.

    Cells are codes, numbers, texts, dates and times as stored; system missing is an empty cell. `Column.missing` has
    the user-missing codes: each discrete code, of a range the values that occur, of Stata's tagged missings `.a` to
    `.z` those that occur. A question's text is the variable's label.

    Returns:
        The table, and the hash of the file's bytes.

    Raises:
        InputError: The file is empty, encrypted or damaged.
    """
    program = _program(path)
    assert program is not None, "asked only for files that are labelled"
    content = path.read_bytes()
    frame, meta, notes = _frame_of(path.name, program, content)
    cells = [_cells(frame[name], _tagged(name, meta)) for name in frame.columns]
    is_filled = np.any([np.array([cell != "" for cell in one.cells])[one.positions] for one in cells], axis=0)
    if not is_filled.any():
        raise InputError(f"{path.name} has no filled cell. Check that the right file was exported.")
    table = ExportTable(
        tool=program,
        columns=tuple(_columns(path.name, [_kept(column, is_filled) for column in cells], meta)),
        row_numbers=(np.flatnonzero(is_filled) + 1).tolist(),
        header_rows=0,
        dropped=dict.fromkeys((np.flatnonzero(~is_filled) + 1).tolist(), "empty"),
        notes=notes | _set_notes(meta),
    )
    return table, hashlib.sha256(content).hexdigest()


# --- Reading ---------------------------------------------------------------------------------------------------------


def _frame_of(source: str, program: str, content: bytes) -> tuple[pd.DataFrame, Any, dict[str, str]]:
    """The frame as stored, what the file says about it, and what had to be decided."""
    failure: Exception | None = None
    require_small(source, zsav_size(content), len(content), TOO_LARGE, MUCH_UNPACKED_ZSAV)
    if not survives(program, content):
        raise InputError(UNREADABLE[program].format(source=source))
    for encoding in ENCODINGS:
        try:
            frame, meta, notes = _with_dates(program, content, encoding)
        except _readstat_errors() as error:
            failure = error
            continue
        if encoding is None and _is_utf8_read_otherwise(_texts(frame, meta)):
            continue
        used = f"{encoding}, not as declared" if encoding else meta.file_encoding
        return frame, meta, notes | ({"encoding": used} if used else {})
    raise InputError(UNREADABLE[program].format(source=source)) from failure


def _readstat_errors() -> tuple[type[Exception], ...]:
    import pyreadstat

    return pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError


def _read(program: str, content: bytes, encoding: str | None, **options: Any) -> tuple[pd.DataFrame, Any]:
    import pyreadstat

    stream = io.BytesIO(content)
    if program == STATA:
        frame, meta = pyreadstat.read_dta(stream, encoding=encoding, user_missing=True, **options)
    else:
        frame, meta = pyreadstat.read_sav(
            stream, encoding=encoding, user_missing=True, extra_date_formats=CALENDAR_FORMATS, **options
        )
    return frame, meta


def _with_dates(program: str, content: bytes, encoding: str | None) -> tuple[pd.DataFrame, Any, dict[str, str]]:
    """Columns with a date beyond the year 9999 stay numbers; such a date would end the reading of the whole file."""
    try:
        return *_read(program, content, encoding), {}
    except OverflowError:
        frame, meta = _read(program, content, encoding, disable_datetime_conversion=True)
    numbers = []
    for name in frame.columns:
        if str(meta.original_variable_types[name]).startswith(DATE_FORMATS):
            try:
                frame[name] = _read(program, content, encoding, usecols=[name])[0][name]
            except OverflowError:
                numbers.append(name)
    return frame, meta, {"dates": f"left as numbers, as some lie beyond the year 9999: {', '.join(numbers)}"}


def _texts(frame: pd.DataFrame, meta: Any) -> Iterator[str]:
    """Every text in the file: labels of variables, labels of values, answers."""
    yield from (label for label in meta.column_labels if label)
    for labels in meta.variable_value_labels.values():
        yield from (str(label) for label in labels.values())
    texts: pd.DataFrame = frame.select_dtypes("str")
    for position in range(texts.shape[1]):
        yield from texts.iloc[:, position].dropna().unique()


def _is_utf8_read_otherwise(texts: Iterable[str]) -> bool:
    """Whether all texts beyond ASCII look like `fÃ¼r`: the bytes of UTF-8 read as Windows-1252."""
    beyond = [text for text in texts if not text.isascii()]
    try:
        for text in beyond:
            text.encode("windows-1252").decode("utf-8")
    except UnicodeError:
        return False
    return bool(beyond)


# --- Columns ---------------------------------------------------------------------------------------------------------


def _cells(values: pd.Series[Any], tagged: set[str]) -> Distinct:
    """The cells of a column; each distinct value is looked at once."""
    numbers, different = pd.factorize(values, use_na_sentinel=False)
    cells = distinct([_cell(value, tagged) for value in pd.Series(different).astype(object)])
    return Distinct(cells.cells, cells.positions[numbers])


def _kept(cells: Distinct, is_kept: np.ndarray[Any, np.dtype[np.bool_]]) -> Distinct:
    return cells if is_kept.all() else distinct(list(compress(cells, is_kept)))


def _columns(source: str, answers: Sequence[Distinct], meta: Any) -> Iterator[Column]:
    names = list(meta.column_names)
    texts = [(meta.column_names_to_labels.get(name) or "").strip() or name for name in names]
    roles = _roles(source, names, texts)
    stems = _stems(meta)
    for position, (name, text, cells) in enumerate(zip(names, texts, answers, strict=True)):
        tagged = _tagged(name, meta)
        said = meta.variable_value_labels.get(name, {})
        labels = _counted_labels(name, cells.cells, meta) | {
            _cell(code, tagged): str(said[code]).strip() for code in said
        }
        missing = _missing(cells.cells, labels, meta.missing_ranges.get(name, ()), tagged)
        yield Column(
            code=name,
            text=text,
            cells=cells,
            position=position,
            role=roles.get(position),
            stem=stems.get(name, ""),
            part=text if name in stems else "",
            labels={code: label for code, label in labels.items() if code not in missing},
            missing=missing,
        )


def _roles(source: str, names: Sequence[str], texts: Sequence[str]) -> dict[int, Any]:
    """The survey tools save their own columns under their own names in labelled files too."""
    table = recognise(Grid(source, [[*names], [*texts]]))
    return {column.position: column.role for column in table.columns if column.role}


def _tagged(name: str, meta: Any) -> set[str]:
    """Letters of Stata's tagged missings that occur in a column."""
    return set(meta.missing_user_values.get(name, ()))


def _cell(value: Any, tagged: set[str]) -> Cell:
    """A value as a cell: system missing empty, a tagged missing with its dot, text without SPSS's padding."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return f".{value}" if value in tagged else value.rstrip(" ")
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    return value if isinstance(value, (int, float, dt.date, dt.time, dt.timedelta)) else str(value)


def _missing(
    cells: Sequence[Cell], labels: Mapping[Cell, str], ranges: Iterable[Mapping[str, Any]], tagged: set[str]
) -> dict[Cell, str]:
    codes: list[Cell] = [f".{letter}" for letter in sorted(tagged)]
    for bounds in ranges:
        low, high = _cell(bounds["lo"], set()), _cell(bounds["hi"], set())
        codes += [low] if low == high else sorted({cell for cell in cells if _lies_within(cell, low, high)}, key=str)
    return {code: labels.get(code, "") for code in codes}


def _lies_within(cell: Cell, low: Any, high: Any) -> bool:
    return isinstance(cell, (int, float)) and low <= cell <= high


def _stems(meta: Any) -> dict[str, str]:
    """Variable → label of the multiple-response set it belongs to, or the set's name."""
    return {
        name: (response_set["label"] or "").strip() or set_name
        for set_name, response_set in (meta.mr_sets or {}).items()
        for name in response_set["variable_list"]
    }


def _counted_labels(name: str, cells: Sequence[Cell], meta: Any) -> dict[Cell, str]:
    """In a set that counts one value, what each value means: 2 may be chosen and 1 not."""
    counted = [one["counted_value"] for one in (meta.mr_sets or {}).values()
               if one["is_dichotomy"] and name in one["variable_list"]]  # fmt: skip
    if not counted:
        return {}
    return {cell: "chosen" if cell in (counted[0], str(counted[0])) else "not chosen" for cell in set(cells) - {""}}


def _set_notes(meta: Any) -> dict[str, str]:
    sets = [f"{name}: {', '.join(response_set['variable_list'])}" + _counted(response_set)
            for name, response_set in (meta.mr_sets or {}).items()]  # fmt: skip
    return {"multiple_response_sets": "; ".join(sets)} if sets else {}


def _counted(response_set: Mapping[str, Any]) -> str:
    return f" (chosen: {response_set['counted_value']})" if response_set["is_dichotomy"] else " (categories)"

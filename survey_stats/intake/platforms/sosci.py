"""SoSci Survey: a row of variables, perhaps one of labels, paradata in capitals before and after the questions.

An option of a multiple choice is a column `AB01_02` with 1 for not chosen and 2 for chosen, beside a column `AB01` that
counts the chosen ones. A list of statements answered with 1 and 2 looks alike and has no such count: only where the
count is right in each row are the codes read as chosen and not chosen. -9 is a question shown and not answered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from survey_stats.intake.platforms.layout import (
    Header,
    Layout,
    as_text,
    assemble,
    first_filled,
    header_text,
    shared_stems,
)
from survey_stats.intake.platforms.moments import with_moments
from survey_stats.intake.table import Cell, Column, ExportTable, Grid, Role

TOOL = "sosci"
TITLE = "SoSci Survey"

ROLES: dict[str, Role] = {
    "CASE": "response_id", "MODE": "status", "STARTED": "start", "LASTDATA": "end", "LANGUAGE": "language",
    "TIME_SUM": "duration_seconds", "FINISHED": "finished",
    **dict.fromkeys(
        (
            "SERIAL", "REF", "QUESTNNR", "MAILSENT", "STATUS", "Q_VIEWER", "LASTPAGE", "MAXPAGE", "MISSING", "MISSREL",
            "TIME_RSI", "DEG_MISS", "DEG_TIME", "DEGRADE",
        ),
        "metadata",
    ),
}  # fmt: skip
OWN = set(ROLES) - {"LANGUAGE", "STATUS", "MISSING", "SERIAL", "REF"}
"""Names that hardly any other tool writes, in capitals: four of them make it SoSci Survey's."""
PAGE_TIME = re.compile(r"TIME\d{3}")
NUMBERED = ("CASE", "LASTPAGE", "MAXPAGE", "TIME_SUM")
"""Columns of numbers: text in one of them stands in a row of labels."""
INTERVIEW = "interview"
"""Mode of answers by respondents; others are the tests of the project's staff (`admin`, `pretest`, …)."""
NOT_ANSWERED = "-9"
CODES = {"1": False, "2": True}
TRUTH = {"t": True, "f": False}
BEFORE_NUMBER = re.compile(r"_(?=\d+$)")
BEFORE_ROW = re.compile(r": ")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def recognises(grid: Grid) -> bool:
    """Four of SoSci Survey's own variables."""
    return len(OWN.intersection(header_text(cell) for cell in grid.rows[first_filled(grid)])) >= 4


def normalise(grid: Grid) -> ExportTable:
    """Leaves out tests, reads the codes of multiple choices, keeps unfinished interviews."""
    start = first_filled(grid)
    names = [header_text(cell).strip() for cell in grid.rows[start]]
    has_labels = _has_labels(grid, start, names)
    labels = [header_text(cell) for cell in grid.rows[start + 1]] if has_labels else [""] * len(names)
    headers = list(_headers(names, labels))
    first_answer = start + 1 + has_labels
    notes = {"header_rows": "names, labels" if has_labels else "names"}
    tests = _tests(grid, headers, first_answer)
    reread = {position: as_text for position, header in enumerate(headers) if header.role == "response_id"}
    reread |= {position: _truth for position, header in enumerate(headers) if header.role == "finished"}
    table = assemble(grid, Layout(TOOL, headers, first_answer, tests, notes=notes, reread=reread))
    return with_moments(_with_choices(replace(table, columns=tuple(map(_with_missing, table.columns)))))


def _has_labels(grid: Grid, start: int, names: Sequence[str]) -> bool:
    """Whether the row below the names says in words what the columns of numbers are."""
    if start + 1 >= len(grid.rows):
        return False
    row = dict(zip(names, map(header_text, grid.rows[start + 1]), strict=True))
    return any(row.get(name, "").strip() and not NUMBER.fullmatch(row[name].strip()) for name in NUMBERED)


def _headers(names: Sequence[str], labels: Sequence[str]) -> Iterator[Header]:
    """A label is `title: row`; respondents see the row, while the title is a name that the project chose."""
    by_number = shared_stems(names, BEFORE_NUMBER)
    by_label = shared_stems(labels, BEFORE_ROW)
    for name, label, number, row in zip(names, labels, by_number, by_label, strict=True):
        role: Role | None = "metadata" if PAGE_TIME.fullmatch(name) else ROLES.get(name)
        stem, part = ("", "") if role or not number[0] else row if row[0] else number
        yield Header(name, part if part and (stem, part) == row else label, role, stem=stem, part=part)


def _tests(grid: Grid, headers: Sequence[Header], first_answer: int) -> dict[int, str]:
    """Rows whose mode is no interview, by index; a row without a mode stays."""
    positions = [position for position, header in enumerate(headers) if header.role == "status"]
    modes = {
        index: {header_text(grid.rows[index][position]).strip().casefold() for position in positions}
        for index in range(first_answer, len(grid.rows))
    }
    return {index: "preview" for index, found in modes.items() if found - {"", INTERVIEW}}


def _truth(cell: Cell) -> Cell:
    """R's `T` and `F` as truth values."""
    return TRUTH.get(cell.strip().casefold(), cell) if isinstance(cell, str) else cell


# --- Answers ---------------------------------------------------------------------------------------------------------


def _with_missing(column: Column) -> Column:
    """Says that -9 is no answer, in a column that holds nothing but whole numbers."""
    cells = [cell for cell in column.distinct.cells if cell != ""]
    codes = [header_text(cell).strip() for cell in cells]
    if column.role is not None or not all(re.fullmatch(r"-?\d+", code) for code in codes):
        return column
    missing = {cell: "not answered" for cell, code in zip(cells, codes, strict=True) if code == NOT_ANSWERED}
    return replace(column, missing=missing)


def _with_choices(table: ExportTable) -> ExportTable:
    """The table with truth values for the codes of multiple choices; the note names what was read so, and what not."""
    columns = {column.code: column for column in table.columns}
    options: dict[str, list[Column]] = {}
    for column in table.columns:
        stem, _, number = column.code.rpartition("_")
        if column.role is None and stem and number.isdecimal():
            options.setdefault(stem, []).append(column)
    blocks = {stem: block for stem, block in options.items() if _is_coded(block)}
    counted = {stem for stem, block in blocks.items() if stem in columns and _counts(columns[stem], block)}
    notes = {
        "chosen_is_2": ", ".join(sorted(counted)),
        "unread_1_2": ", ".join(sorted(stem for stem in blocks.keys() - counted if len(blocks[stem]) > 1)),
    }
    read = {column.code: _as_choice(column) for stem in counted for column in blocks[stem]}
    read |= {stem: replace(columns[stem], role="metadata") for stem in counted}
    kept = tuple(read.get(column.code, column) for column in table.columns)
    return replace(table, columns=kept, notes={**table.notes, **{key: text for key, text in notes.items() if text}})


def _code(cell: Cell) -> str:
    return header_text(cell).strip()


def _is_coded(options: Sequence[Column]) -> bool:
    """Whether the columns hold nothing but 1 and 2, and at least one of them."""
    codes = {_code(cell) for column in options for cell in column.distinct.cells} - {""}
    return bool(codes) and codes <= CODES.keys()


def _counts(count: Column, options: Sequence[Column]) -> bool:
    """Whether `count` is the number of 2 in each answered row; a negative code there is no count."""
    rows: Iterator[tuple[str, list[str]]] = (
        (_code(number), [_code(column.cells[row]) for column in options]) for row, number in enumerate(count.cells)
    )
    told = [(number, codes) for number, codes in rows if number.isdecimal()]
    return bool(told) and all(int(number) == codes.count("2") for number, codes in told)


def _as_choice(column: Column) -> Column:
    chosen: Mapping[str, Cell] = CODES
    text = f"{column.stem} - {column.part}" if column.text == column.part else column.text
    return replace(column, text=text, cells=[chosen.get(_code(cell), cell) for cell in column.cells])

"""SurveyMonkey: question texts above `Response` or the options, one column an option; or one row of `stem - option`.

Row 1 holds a question text in the first column of its block only; row 2 says what each column of the block is. Exports
without the second row repeat the stem. A question with a single answer may be spread over a column an option, like one
with many: a block is put together where no row fills two of its columns and each column holds nothing but its option.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from survey_stats.intake.platforms.layout import (
    Header,
    Layout,
    as_text,
    assemble,
    first_filled,
    header_text,
    is_question,
    plain,
    shared_stems,
)
from survey_stats.intake.platforms.moments import with_moments
from survey_stats.intake.table import Cell, ExportTable, Grid, Role
from survey_stats.intake.text import normalised

TOOL = "surveymonkey"
TITLE = "SurveyMonkey"

ROLES: dict[str, Role] = {
    "respondentid": "response_id", "startdate": "start", "datecreated": "start", "enddate": "end",
    "datemodified": "end", "collectorid": "metadata", "ipaddress": "metadata", "emailaddress": "metadata",
    "firstname": "metadata", "lastname": "metadata",
}  # fmt: skip
"""Names of columns that are no questions, without spaces and underscores, → their role."""
CUSTOM_DATA = re.compile(r"customdata\d*")
SINGLE = {"response", "open-ended response"}
"""What row 2 says where a question has one column."""
OTHER = re.compile(r"other\b.*")
"""Option that asks for words of one's own: its column is kept apart where the others are joined."""
DASH = re.compile(r" - ")


class Head(NamedTuple):
    """The header rows of one column: the question it belongs to, and what row 2 says of it."""

    stem: str
    mark: str
    role: Role | None


def recognises(grid: Grid) -> bool:
    """A collector, a respondent before questions, or a second row of `Response`."""
    start = first_filled(grid)
    names = [header_text(cell) for cell in grid.rows[start]]
    keys = list(map(_key, names))
    if "collectorid" in keys and "respondentid" in keys:
        return True
    if keys[0] == "respondentid" and any(map(is_question, names[1:])):
        return True
    marks = sum(normalised(header_text(cell)) in SINGLE for cell in _second_row(grid, start))
    return marks > 1 and 3 * marks >= len(names)


def normalise(grid: Grid) -> ExportTable:
    """Columns are named by their question, or `question - option`; single answers spread over columns are joined."""
    start = first_filled(grid)
    names = [plain(header_text(cell)) for cell in grid.rows[start]]
    second = [plain(header_text(cell)) for cell in _second_row(grid, start)]
    is_second = _is_header(names, second)
    heads = list(_heads(names, second)) if is_second else _condensed(names)
    first_answer = start + 1 + is_second
    joined, blocks = _joined(grid, heads, first_answer)
    headers = [_header(position, head, blocks) for position, head in enumerate(heads)]
    ids = {position: as_text for position, head in enumerate(heads) if head.role == "response_id"}
    notes = {"header_rows": "questions, options" if is_second else "questions"}
    if blocks:
        notes["joined"] = "; ".join(heads[block[0]].stem for block in blocks)
    return with_moments(assemble(joined, Layout(TOOL, headers, first_answer, notes=notes, reread=ids)))


def _key(name: str) -> str:
    return re.sub(r"[\s_]+", "", name).casefold()


def _second_row(grid: Grid, start: int) -> list[Cell]:
    return grid.rows[start + 1] if start + 1 < len(grid.rows) else []


def _role(name: str) -> Role | None:
    key = _key(name)
    return "metadata" if CUSTOM_DATA.fullmatch(key) else ROLES.get(key)


def _is_header(names: Sequence[str], second: Sequence[str]) -> bool:
    """Whether row 2 is a header: it says nothing of metadata, and something of the columns without a question text."""
    if not any(second):
        return False
    others = [(name, mark) for name, mark in zip(names, second, strict=True) if mark and normalised(mark) not in SINGLE]
    is_metadata_blank = not any(_role(name) for name, _ in others)
    return is_metadata_blank and (len(others) < len(list(filter(None, second))) or any(not name for name, _ in others))


def _heads(names: Sequence[str], second: Sequence[str]) -> Iterator[Head]:
    """Head of each column; a column without a question text belongs to the question at its left."""
    stem = ""
    for name, mark in zip(names, second, strict=True):
        stem = name if name or not mark else stem
        yield Head(stem, mark, None if mark else _role(name))


def _condensed(names: Sequence[str]) -> list[Head]:
    """Heads of an export with one header row: `stem - option` where several columns share the stem."""
    stems = shared_stems(names, DASH)
    return [
        Head(stem or name, part, None if part else _role(name)) for name, (stem, part) in zip(names, stems, strict=True)
    ]


def _header(position: int, head: Head, blocks: Sequence[Sequence[int]]) -> Header:
    """The columns behind the first one of a joined block have no name left, and are no columns any more."""
    block = next((block for block in blocks if position in block), None)
    if block is not None:
        return Header(head.stem if position == block[0] else "")
    if not head.mark or normalised(head.mark) in SINGLE:
        return Header(head.stem, role=head.role)
    return Header(f"{head.stem} - {head.mark}", stem=head.stem, part=head.mark)


# --- Single answers spread over columns ------------------------------------------------------------------------------


def _joined(grid: Grid, heads: Sequence[Head], first_answer: int) -> tuple[Grid, list[list[int]]]:
    """The grid with each block of a single answer in the first of its columns, and these blocks."""
    above = grid.rows[:first_answer]
    answers = [index for index in range(first_answer, len(grid.rows)) if grid.rows[index] not in above]
    blocks = [block for block in _blocks(heads) if _is_single([grid.rows[index] for index in answers], heads, block)]
    if not blocks:
        return grid, []
    rows = list(grid.rows)
    for index in answers:
        rows[index] = _with_joined(rows[index], blocks)
    return replace(grid, rows=rows), blocks


def _blocks(heads: Sequence[Head]) -> Iterator[list[int]]:
    """Neighbouring columns of one question, each with an option in words of the questionnaire."""
    block: list[int] = []
    for position, head in enumerate(heads):
        mark = normalised(head.mark)
        is_option = mark not in {"", *SINGLE} and not OTHER.fullmatch(mark)
        if block and is_option and head.stem == heads[block[0]].stem:
            block.append(position)
            continue
        if len(block) > 1:
            yield block
        block = [position] if is_option else []
    if len(block) > 1:
        yield block


def _is_single(answers: Sequence[Sequence[Cell]], heads: Sequence[Head], block: Sequence[int]) -> bool:
    labels = {position: normalised(heads[position].mark) for position in block}
    filled = [[position for position in block if row[position] != ""] for row in answers]
    return any(filled) and all(
        len(found) <= 1 and all(normalised(plain(header_text(row[position]))) == labels[position] for position in found)
        for row, found in zip(answers, filled, strict=True)
    )


def _with_joined(row: Sequence[Cell], blocks: Sequence[Sequence[int]]) -> list[Cell]:
    joined = list(row)
    for block in blocks:
        answer = next((row[position] for position in block if row[position] != ""), "")
        for position in block:
            joined[position] = answer if position == block[0] else ""
    return joined
